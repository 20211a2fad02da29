"""Recordings wherever they lie: any fsspec URI, opened once, told apart by content.

What is encrypted is opened with the keys of the settings, and known by its content, so that encrypting changes no call.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import fsspec
from fsspec.implementations.local import LocalFileSystem

from asr.sandbox import memory_file
from callqa.encryption import Keyring, decrypted
from callqa.errors import AudioError
from callqa.keys import READ_SIZE, file_sha256
from services.intake.storage import STORAGE

NO_KEYS = Keyring()
"""Opens what is not encrypted."""
MAX_IN_MEMORY = 2_000_000_000  # bytes: two hours of 48 kHz, 24 bits and two channels


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A recording as ingest saw it."""

    sha256: str
    n_bytes: int


def stamp(uri: str) -> str:
    """Cheap sign of a file's state (size and time of change): equal stamps need no second hashing.

    Raises `AudioError` (``recording_missing``, ``recording_unreadable``, ``recording_out_of_reach``).
    """
    info = STORAGE.ask(lambda: _info(uri))
    if info["type"] != "file":
        raise AudioError("recording_missing.folder")
    changed = next((info[name] for name in ("mtime", "ETag", "LastModified", "last_write_time") if name in info), "")
    return f"{info['size']}:{changed}"


def fingerprint(uri: str, keys: Keyring = NO_KEYS) -> Fingerprint:
    """Hash of the whole recording. Raises `AudioError`."""
    return STORAGE.ask(lambda: _hashed(uri, keys))


def open_recording(uri: str, sha256: str, keys: Keyring = NO_KEYS) -> BinaryIO:
    """The recording, proven to be the one that was ingested; in memory unless it lies on this machine, in the clear.

    Raises `AudioError`.
    """
    if not uri:
        raise AudioError("removed")
    return STORAGE.ask(lambda: _proven(uri, sha256, keys))


def _info(uri: str) -> dict[str, Any]:
    filesystem, path = fsspec.url_to_fs(uri)
    return dict(filesystem.info(path))


def _hashed(uri: str, keys: Keyring) -> Fingerprint:
    with fsspec.open(uri, "rb") as file:
        content = decrypted(file, keys)
        sha256 = file_sha256(content)
        _refuse_less(file)
        return Fingerprint(sha256, content.tell())


def _proven(uri: str, sha256: str, keys: Keyring) -> BinaryIO:
    with ExitStack() as unless_proven:
        content = unless_proven.enter_context(_at_hand(uri, keys))
        if file_sha256(content) != sha256:
            raise AudioError("recording_changed")
        content.seek(0)
        unless_proven.pop_all()
        return content


def _refuse_less(file: Any) -> None:
    """Of a file that was read to its end: half an answer is an outage, not another recording."""
    promised, n_bytes = getattr(file, "size", None), file.tell()
    if promised is not None and n_bytes < promised:
        raise ConnectionError(f"{n_bytes} bytes of {promised} came")


def _at_hand(uri: str, keys: Keyring) -> BinaryIO:
    """The file itself where that is possible, else a copy in memory, at its start."""
    filesystem, path = fsspec.url_to_fs(uri)
    local = isinstance(filesystem, LocalFileSystem)
    with ExitStack() as unless_it_is_given:
        opened = Path(path).open if local else partial(filesystem.open, path)
        file: BinaryIO = unless_it_is_given.enter_context(opened("rb"))
        content = decrypted(file, keys)
        if local and content is file:
            unless_it_is_given.pop_all()
            return file
        copy = _in_memory(content)
        _refuse_less(file)
        return copy


def _in_memory(content: BinaryIO) -> BinaryIO:
    copy = memory_file()
    with ExitStack() as unless_whole:
        unless_whole.enter_context(copy)
        while block := content.read(READ_SIZE):
            copy.write(block)
            if copy.tell() > MAX_IN_MEMORY:
                raise AudioError("too_large", gigabytes=MAX_IN_MEMORY / 1e9)
        unless_whole.pop_all()
    copy.seek(0)
    return copy
