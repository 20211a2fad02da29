"""Recordings encrypted and decrypted where they lie. A file is whole at any time: the old one, or the new one."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from callqa.encryption import MAGIC, Keyring, decrypted, encrypt, is_encrypted
from callqa.errors import EncryptionError
from callqa.keys import file_sha256

UNFINISHED = ".callqa-part"


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and those anywhere below folders, but for what an earlier stop left unfinished."""
    files: list[Path] = []
    for path in paths:
        files += sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    return [path for path in files if path.suffix != UNFINISHED]


def encrypt_file(path: Path, keys: Keyring) -> bool:
    """Encrypts it under the first key, also when it is encrypted under another; ``False``: it is already.

    Raises `OSError` and `EncryptionError`, and then the file is as it was.
    """
    key = keys.encryption_key
    if key is None:
        raise EncryptionError("no_key")
    with path.open("rb") as file:
        start = file.read(len(MAGIC) + len(key.id))
        file.seek(0)
        if start == MAGIC + key.id:
            return False
        content = decrypted(file, keys)
        digest = file_sha256(content)
        content.seek(0)
        _replace(path, lambda file: encrypt(content, file, key), keys, digest)
    return True


def decrypt_file(path: Path, keys: Keyring) -> bool:
    """Decrypts it; ``False``: it is not encrypted. Raises as `encrypt_file`."""
    with path.open("rb") as file:
        start = file.read(len(MAGIC))
        file.seek(0)
        if not is_encrypted(start):
            return False
        content = decrypted(file, keys)
        digest = file_sha256(content)
        content.seek(0)
        _replace(path, lambda file: _copy(content, file), keys, digest)
    return True


def _replace(path: Path, write: Callable[[BinaryIO], None], keys: Keyring, digest: str) -> None:
    """Puts a new file in the old one's place, once it is on the disk and reads back as ``digest``."""
    part = path.with_name(path.name + UNFINISHED)
    state = path.stat()
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, state.st_mode & 0o777), "w+b") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            if file_sha256(decrypted(file, keys)) != digest:
                raise EncryptionError("tampered.written")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _copy(content: BinaryIO, file: BinaryIO) -> None:
    while block := content.read(1 << 20):
        file.write(block)
