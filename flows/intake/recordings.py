"""Recordings wherever they lie: any fsspec URI, opened once, told apart by content.

What is encrypted is opened with the keys of the settings, and known by its content, so that encrypting changes no call.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import fsspec
from fsspec.implementations.local import LocalFileSystem

from asr.sandbox import memory_file
from callqa.errors import AudioError, SealError
from callqa.keys import READ_SIZE, file_sha256
from callqa.sealing import Keyring, unsealed

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

    Raises `AudioError` (``recording_missing``).
    """
    try:
        filesystem, path = fsspec.url_to_fs(uri)
        info = filesystem.info(path)
    except (OSError, ValueError, ImportError) as error:
        raise _unreadable(error) from error
    if info["type"] != "file":
        raise AudioError("recording_missing", "the recording's name leads to a folder, not to a file")
    changed = next((info[name] for name in ("mtime", "ETag", "LastModified", "last_write_time") if name in info), "")
    return f"{info['size']}:{changed}"


def fingerprint(uri: str, keys: Keyring = NO_KEYS) -> Fingerprint:
    """Hash of the whole recording. Raises `AudioError`."""
    try:
        with fsspec.open(uri, "rb") as file:
            content = unsealed(file, keys)
            sha256 = file_sha256(content)
            return Fingerprint(sha256, content.tell())
    except (OSError, ValueError, ImportError, SealError) as error:
        raise _unreadable(error) from error


def open_recording(uri: str, sha256: str, keys: Keyring = NO_KEYS) -> BinaryIO:
    """The recording, proven to be the one that was ingested; in memory unless it lies on this machine, in the clear.

    Raises `AudioError`.
    """
    if not uri:
        raise AudioError("removed", "the recording was removed after its time")
    with ExitStack() as unless_proven:
        try:
            content = unless_proven.enter_context(_at_hand(uri, keys))
            proven = file_sha256(content) == sha256
        except (OSError, ValueError, ImportError, SealError) as error:
            raise _unreadable(error) from error
        if not proven:
            raise AudioError("recording_changed", "the recording was replaced after it was ingested; ingest it again")
        content.seek(0)
        unless_proven.pop_all()
        return content


def _at_hand(uri: str, keys: Keyring) -> BinaryIO:
    """The file itself where that is possible, else a copy in memory, at its start."""
    filesystem, path = fsspec.url_to_fs(uri)
    local = isinstance(filesystem, LocalFileSystem)
    with ExitStack() as unless_it_is_given:
        opened = Path(path).open if local else partial(filesystem.open, path)
        file: BinaryIO = unless_it_is_given.enter_context(opened("rb"))
        content = unsealed(file, keys)
        if local and content is file:
            unless_it_is_given.pop_all()
            return file
        return _in_memory(content)


def _in_memory(content: BinaryIO) -> BinaryIO:
    copy = memory_file()
    with ExitStack() as unless_whole:
        unless_whole.enter_context(copy)
        while block := content.read(READ_SIZE):
            copy.write(block)
            if copy.tell() > MAX_IN_MEMORY:
                raise AudioError(
                    "too_large", f"the recording's file has more than {MAX_IN_MEMORY / 1e9:g} GB; export it as MP3"
                )
        unless_whole.pop_all()
    copy.seek(0)
    return copy


def _unreadable(error: Exception) -> AudioError:
    if isinstance(error, FileNotFoundError):
        return AudioError("recording_missing", "there is no recording under this name; check --recordings")
    if isinstance(error, SealError):
        return AudioError(f"recording_{error.reason}", error.message)
    return AudioError("recording_unreadable", f"the recording cannot be opened: {explain(error)}")


def explain(error: Exception) -> str:
    """Why a path or URI cannot be opened, without naming it: file names may hold phone numbers."""
    if isinstance(error, ImportError):
        return "this kind of address needs a package; pip install -e '.[s3]' or '.[smb]' (see docs/usage.md)"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
