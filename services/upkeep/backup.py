"""Backups: one archive with the database as it was at one moment, and with the office's own files as they are wanted.

The database is in it as SQLite, whichever kind it is. So a backup of PostgreSQL needs none of its programs, can be
looked into anywhere, and can be restored into either kind; a hotline that outgrows SQLite moves by a backup and a
restore.
"""

import os
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from pydantic import BaseModel, ConfigDict, ValidationError

from callqa.errors import ConfigError, system_problem
from callqa.keys import file_sha256
from callqa.settings import Settings
from services.upkeep.own_files import own_files, settings_file
from store import Store
from store.db.copying import copy_out

DATABASE, CONTENTS = "callqa.db", "contents.json"
UNFINISHED = ".callqa-backup-"
"""How the folder begins in which a backup is made, with a copy of the whole database."""
ABANDONED = 86_400.0
"""Seconds after which no backup is still at work."""
HOME = "home/"
"""Before the names of members that belong into the home."""
BLOCK = 1 << 20


class Contents(BaseModel):
    """What is in an archive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    callqa: str
    """The version that made it."""
    at: datetime
    rows: dict[str, int]
    """By table."""
    sha256: dict[str, str]
    """By member."""
    places: dict[str, str]
    """By member, of the office's own files: where they lay."""
    left_out: dict[str, str] = {}
    """Keys that are not in it, by their setting: where they lay."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What goes into a backup besides the database."""

    files: bool = True
    """callqa.toml, and rubrics, checks, plans and the like that the settings name."""
    keys: bool = False
    """Files with keys, also without ``files``: with them, whoever has the backup can read all that they encrypt, and
    try all numbers against the hashes of those that were erased."""


def back_up(settings: Settings, store: Store, archive: Path, chosen: Chosen) -> Contents:
    """Writes the archive, reads it again and compares. Others may write into the database meanwhile.

    Raises `ConfigError` when the archive is there already or cannot be written, and `StoreError` for a bad copy.
    """
    if archive.exists():
        raise ConfigError("file.there_already", path=str(archive))
    folder = archive.absolute().parent
    try:
        _drop_abandoned(folder)
        # Beside the archive, where there has to be room anyway. Both are for their owner alone.
        with tempfile.TemporaryDirectory(dir=folder, prefix=UNFINISHED) as name:
            copy, unfinished = Path(name) / DATABASE, Path(name) / "archive.zip"
            rows = copy_out(store, copy)
            files, left_out = _files(settings, chosen)
            members = {DATABASE: copy, **files}
            contents = Contents(
                callqa=version("callqa"),
                at=datetime.now(UTC),
                rows=rows,
                sha256={member: _hash(path) for member, path in members.items()},
                places={member: str(path.absolute()) for member, path in files.items()},
                left_out={setting: str(path.absolute()) for setting, path in left_out.items()},
            )
            _write(unfinished, members, contents)
            read_contents(unfinished)
            unfinished.rename(archive)
    except OSError as error:
        raise ConfigError("backup.not_written", archive=str(archive), why=system_problem(error)) from error
    return contents


def read_contents(archive: Path) -> Contents:
    """What is in the archive, once every member has the hash that it had. Raises `ConfigError`."""
    if not archive.is_file():
        raise ConfigError("backup.missing", archive=str(archive))
    try:
        with ZipFile(archive) as opened:
            contents = Contents.model_validate_json(opened.read(CONTENTS))
            for member, expected in contents.sha256.items():
                with opened.open(member) as file:
                    if file_sha256(file) != expected:  # type: ignore[arg-type]  # reads as a file does
                        raise ConfigError("backup.damaged", archive=str(archive), member=member)
    except (OSError, BadZipFile, KeyError, ValidationError, EOFError) as error:
        raise ConfigError("backup.not_whole", archive=str(archive), kind=type(error).__name__) from error
    return contents


def _drop_abandoned(folder: Path) -> None:
    """What backups left that were killed."""
    for path in folder.glob(f"{UNFINISHED}*"):
        with suppress(FileNotFoundError):  # another backup has just ended
            if time.time() - path.stat().st_mtime > ABANDONED:
                shutil.rmtree(path, ignore_errors=True)


def _files(settings: Settings, chosen: Chosen) -> tuple[dict[str, Path], dict[str, Path]]:
    """Files that go with it, by the name they have in the archive; and keys that do not, by their setting."""
    toml, others = settings_file(), own_files(settings)
    files = [toml, *others] if toml else others
    members, numbers = {}, count(1)
    for file in files:
        if not (chosen.keys if file.is_key else chosen.files):
            continue
        if file is toml:
            name = f"files/{file.path.name}"
        elif file.path.absolute().parent == settings.home.absolute():
            name = f"{HOME}{file.path.name}"
        else:
            name = f"files/{next(numbers)}-{file.path.name}"
        members[name] = file.path
    left_out = {file.setting: file.path for file in files if file.is_key and not chosen.keys}
    return members, left_out


def _write(path: Path, members: dict[str, Path], contents: Contents) -> None:
    path.touch(mode=0o600)
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for member, source in members.items():
            archive.write(source, member)
        archive.writestr(CONTENTS, contents.model_dump_json(indent=1))
    with path.open("rb") as written:
        os.fsync(written.fileno())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_sha256(file)
