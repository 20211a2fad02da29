"""Sealed files: what comes out is what went in, from any place, and nothing that was changed comes out at all."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from callqa.encryption import CHUNK, HEADER, SEALED_CHUNK, Key, Keyring, is_sealed, keyring, parse_key, seal, unsealed
from callqa.errors import ConfigError, SealError
from callqa.settings.privacy import EncryptionSettings

KEY = Key(bytes(range(32)))
KEYS = Keyring((KEY,))
SIZES = st.one_of(
    st.integers(0, 200), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK + 77])
)


def content_of(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def sealed(content: bytes, key: Key = KEY) -> bytes:
    file = io.BytesIO()
    seal(io.BytesIO(content), file, key)
    return file.getvalue()


@given(SIZES)
def test_what_was_sealed_comes_out(size: int) -> None:
    content = content_of(size)
    assert unsealed(io.BytesIO(sealed(content)), KEYS).read() == content


@given(SIZES, st.data())
def test_any_part_can_be_read(size: int, data: st.DataObject) -> None:
    content = content_of(size)
    file = unsealed(io.BytesIO(sealed(content)), KEYS)
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
            found = super().read(size)
            self.n_read += len(found)
            return found

    file = Counting(sealed(content_of(100 * CHUNK)))
    reader = unsealed(file, KEYS)
    reader.seek(50 * CHUNK + 5)
    reader.read(10)
    assert file.n_read < 4 * SEALED_CHUNK


@given(st.integers(1, 3 * CHUNK), st.data())
def test_nothing_that_was_changed_comes_out(size: int, data: st.DataObject) -> None:
    whole = bytearray(sealed(content_of(size)))
    at = data.draw(st.integers(8, len(whole) - 1))  # behind the mark that says what the file is
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealError):
        unsealed(io.BytesIO(bytes(whole)), KEYS).read()


@given(st.integers(1, 3 * CHUNK), st.data())
def test_nothing_that_was_cut_off_opens(size: int, data: st.DataObject) -> None:
    whole = sealed(content_of(size))
    cut = data.draw(st.integers(9, len(whole) - 1))
    with pytest.raises(SealError):
        unsealed(io.BytesIO(whole[:cut]), KEYS)


def test_no_chunk_can_be_moved_left_out_or_taken_from_another_file() -> None:
    content = content_of(4 * CHUNK)
    one, other = sealed(content), sealed(content)
    head, chunks = one[:HEADER], [one[HEADER + i * SEALED_CHUNK : HEADER + (i + 1) * SEALED_CHUNK] for i in range(4)]
    foreign = other[HEADER : HEADER + SEALED_CHUNK]
    for forged in (
        [chunks[1], chunks[0], *chunks[2:]],
        chunks[1:],
        [*chunks, chunks[3]],
        [foreign, *chunks[1:]],
    ):
        with pytest.raises(SealError, match="changed or cut off"):
            unsealed(io.BytesIO(head + b"".join(forged)), KEYS).read()


def test_equal_files_look_different() -> None:
    assert sealed(b"same")[HEADER:] != sealed(b"same")[HEADER:]


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealError, match="a key that encryption.key_file does not have") as caught:
        unsealed(io.BytesIO(sealed(b"secret")), Keyring((Key(bytes(32)),)))
    assert caught.value.reason == "wrong_key"


def test_old_keys_still_open() -> None:
    assert unsealed(io.BytesIO(sealed(b"secret")), Keyring((Key(bytes(32)), KEY))).read() == b"secret"


def test_what_is_not_sealed_is_read_as_it_is() -> None:
    assert not is_sealed(b"RIFF")
    assert unsealed(io.BytesIO(b"RIFF and so on"), Keyring()).read() == b"RIFF and so on"


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
    assert keyring(EncryptionSettings(key=SecretStr("33" * 32))).sealing == Key(b"\x33" * 32)
    assert keyring(EncryptionSettings()).sealing is None
    assert "11" * 32 not in repr(in_file)
    with pytest.raises(ConfigError, match="cannot be read"):
        keyring(EncryptionSettings(key_file=tmp_path / "none"))
