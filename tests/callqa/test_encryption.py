"""Encrypted files: what comes out is what went in, from any place, and nothing that was changed comes out at all."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from callqa.encryption import (
    CHUNK,
    ENCRYPTED_CHUNK,
    HEADER,
    Key,
    Keyring,
    decrypted,
    encrypt,
    is_encrypted,
    keyring,
    parse_key,
)
from callqa.errors import ConfigError, EncryptionError
from callqa.settings.privacy import EncryptionSettings

KEY = Key(bytes(range(32)))
KEYS = Keyring((KEY,))
SIZES = st.one_of(
    st.integers(0, 200), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK + 77])
)


def content_of(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def encrypted(content: bytes, key: Key = KEY) -> bytes:
    file = io.BytesIO()
    encrypt(io.BytesIO(content), file, key)
    return file.getvalue()


@given(SIZES)
def test_what_was_encrypted_comes_out(size: int) -> None:
    content = content_of(size)
    assert decrypted(io.BytesIO(encrypted(content)), KEYS).read() == content


@given(SIZES, st.data())
def test_any_part_can_be_read(size: int, data: st.DataObject) -> None:
    content = content_of(size)
    file = decrypted(io.BytesIO(encrypted(content)), KEYS)
    for _ in range(5):
        start, length = data.draw(st.integers(0, size + 10)), data.draw(st.integers(0, CHUNK + 100))
        assert file.seek(start) == start
        assert file.read(length) == content[start : start + length]
    assert file.seek(0, os.SEEK_END) == size


def test_a_part_is_read_without_the_rest() -> None:
    """A byte from the middle needs its own chunk and the last one, which proves that nothing was cut off."""

    class Counting(io.BytesIO):
        n_read = 0

        def read(self, size: int | None = -1) -> bytes:
            content = super().read(size)
            self.n_read += len(content)
            return content

    file = Counting(encrypted(content_of(100 * CHUNK)))
    reader = decrypted(file, KEYS)
    reader.seek(50 * CHUNK + 5)
    reader.read(10)
    assert file.n_read < 4 * ENCRYPTED_CHUNK


@given(st.integers(1, 3 * CHUNK), st.data())
def test_nothing_that_was_changed_comes_out(size: int, data: st.DataObject) -> None:
    whole = bytearray(encrypted(content_of(size)))
    at = data.draw(st.integers(8, len(whole) - 1))  # behind the mark that says what the file is
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(EncryptionError):
        decrypted(io.BytesIO(bytes(whole)), KEYS).read()


@given(st.integers(1, 3 * CHUNK), st.data())
def test_nothing_that_was_cut_off_opens(size: int, data: st.DataObject) -> None:
    whole = encrypted(content_of(size))
    cut = data.draw(st.integers(9, len(whole) - 1))
    with pytest.raises(EncryptionError):
        decrypted(io.BytesIO(whole[:cut]), KEYS)


def test_no_chunk_can_be_moved_left_out_or_taken_from_another_file() -> None:
    content = content_of(4 * CHUNK)
    first, other = encrypted(content), encrypted(content)
    starts = [HEADER + i * ENCRYPTED_CHUNK for i in range(4)]
    head, chunks = first[:HEADER], [first[start : start + ENCRYPTED_CHUNK] for start in starts]
    foreign = other[HEADER : HEADER + ENCRYPTED_CHUNK]
    for forged in (
        [chunks[1], chunks[0], *chunks[2:]],
        chunks[1:],
        [*chunks, chunks[3]],
        [foreign, *chunks[1:]],
    ):
        with pytest.raises(EncryptionError, match="changed or cut off"):
            decrypted(io.BytesIO(head + b"".join(forged)), KEYS).read()


def test_equal_files_look_different() -> None:
    assert encrypted(b"same")[HEADER:] != encrypted(b"same")[HEADER:]


def test_another_key_opens_nothing() -> None:
    with pytest.raises(EncryptionError, match="a key that encryption.key_file does not have") as caught:
        decrypted(io.BytesIO(encrypted(b"secret")), Keyring((Key(bytes(32)),)))
    assert caught.value.reason == "wrong_key"


def test_old_keys_still_open() -> None:
    assert decrypted(io.BytesIO(encrypted(b"secret")), Keyring((Key(bytes(32)), KEY))).read() == b"secret"


def test_what_is_not_encrypted_is_read_as_it_is() -> None:
    assert not is_encrypted(b"RIFF")
    assert decrypted(io.BytesIO(b"RIFF and so on"), Keyring()).read() == b"RIFF and so on"


@pytest.mark.parametrize("text", ["", "00" * 31, "00" * 33, "zz" * 32, "p" * 64])
def test_what_is_no_key_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_key(text)
    assert not text or text not in str(caught.value)


def test_keys_come_from_a_file_or_a_setting(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"{'11' * 32}\n{'22' * 32}\n")
    in_file = keyring(EncryptionSettings(key_file=path))
    assert [key.secret[0] for key in in_file.keys] == [0x11, 0x22]
    assert keyring(EncryptionSettings(key=SecretStr("33" * 32))).encryption_key == Key(b"\x33" * 32)
    assert keyring(EncryptionSettings()).encryption_key is None
    assert "11" * 32 not in repr(in_file)
    with pytest.raises(ConfigError, match="cannot be read"):
        keyring(EncryptionSettings(key_file=tmp_path / "none"))
