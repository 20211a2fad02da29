"""Uploads: recordings that programs send, kept in the home under the hash of their content."""

import re
import secrets
import time
from collections.abc import Collection
from pathlib import Path

from callqa.encryption import keyring
from callqa.errors import AudioError, CallQAError
from callqa.keys import file_sha256
from callqa.private_files import make_private_file, make_private_folder
from callqa.settings import Settings
from services.retention.encrypt_files import encrypt_file

SCHEME = "upload:"
UNCLAIMED = 24 * 3600.0  # seconds after which an upload of no call goes
NAME = re.compile("[0-9a-f]{64}")
PART = re.compile(r"\.[0-9a-f]{16}\.part")


def upload_folder(settings: Settings) -> Path:
    return settings.home.absolute() / "uploads"


def new_part(settings: Settings) -> Path:
    """An empty file of nobody else's, for what is being sent."""
    make_private_folder(upload_folder(settings))
    part = upload_folder(settings) / f".{secrets.token_hex(8)}.part"
    make_private_file(part)
    return part


def keep_upload(settings: Settings, part: Path) -> tuple[str, int]:
    """The upload's name for `recording_uri`, and its size; encrypted where recordings are. Raises `AudioError`."""
    try:
        n_bytes = part.stat().st_size
        if not n_bytes:
            raise AudioError("empty_file")
        with part.open("rb") as file:
            digest = file_sha256(file)
        keys = keyring(settings.encryption)
        if keys.encryption_key:
            encrypt_file(part, keys)
        place = upload_folder(settings) / digest
        if not place.exists():
            part.replace(place)
        return SCHEME + digest, n_bytes
    finally:
        part.unlink(missing_ok=True)


def recording_uri(settings: Settings, name: str) -> str:
    """Where a recording lies that a program names. Raises `CallQAError` unless it was sent, or may be named."""
    if name.startswith(SCHEME):
        digest = name.removeprefix(SCHEME)
        place = upload_folder(settings) / digest
        if not NAME.fullmatch(digest) or not place.is_file():
            raise CallQAError("upload.unknown")
        return str(place)
    allowed = settings.api.recordings
    if ".." in name.replace("\\", "/").split("/") or not name.isprintable() or not name.startswith(allowed or ("\0",)):
        raise CallQAError("upload.place_not_allowed")
    return name


def sweep_uploads(settings: Settings, claimed: Collection[str], now: float | None = None) -> int:
    """Deletes uploads of a day ago that no call has; how many. ``claimed``: the places that calls name."""
    before, n = (time.time() if now is None else now) - UNCLAIMED, 0
    folder = upload_folder(settings)
    for path in folder.iterdir() if folder.is_dir() else ():
        ours = NAME.fullmatch(path.name) or PART.fullmatch(path.name)
        if ours and str(path) not in claimed and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            n += 1
    return n
