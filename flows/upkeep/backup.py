"""Backups: one archive with the database as it was at one moment, and with the office's own files as they are wanted.

The database is in it as SQLite, whichever kind it is. So a backup of PostgreSQL needs none of its programs, can be
looked into anywhere, and can be restored into either kind; a hotline that outgrows SQLite moves by a backup and a
restore.
"""

import os
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from pydantic import BaseModel, ConfigDict, ValidationError

from callqa.errors import ConfigError, StoreError
from callqa.keys import file_sha256
from callqa.settings import SETTINGS_FILE, Settings
from flows.only_run import the_only_run
from flows.upkeep.own_files import own_files
from store import Store, open_store
from store.copying import check_file, copy_in, copy_out, has_data

DATABASE, CONTENTS = "callqa.db", "contents.json"
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """What goes into a backup besides the database."""

    files: bool = True
    """callqa.toml, and rubrics, checks, plans and the like that the settings name."""
    keys: bool = False
    """Files with keys: with them, whoever has the backup can read all that they encrypt."""


def back_up(settings: Settings, store: Store, archive: Path, chosen: Chosen) -> Contents:
    """Writes the archive, reads it again and compares. Others may write into the database meanwhile.

    Raises `ConfigError` when the archive is there already or cannot be written, and `StoreError` for a bad copy.
    """
    if archive.exists():
        raise ConfigError(f"{archive} is there already; choose another name, e.g. with the date in it")
    unfinished = archive.with_name(archive.name + ".part")
    try:
        # Beside the archive, where there has to be room anyway. Both are for their owner alone.
        with tempfile.TemporaryDirectory(dir=archive.absolute().parent, prefix=".callqa-backup-") as name:
            copy = Path(name) / DATABASE
            rows = copy_out(store, copy)
            members = {DATABASE: copy, **_files(settings, chosen)}
            contents = Contents(
                callqa=version("callqa"),
                at=datetime.now(UTC),
                rows=rows,
                sha256={member: _hash(path) for member, path in members.items()},
                places={member: str(path.absolute()) for member, path in members.items() if member != DATABASE},
            )
            _write(unfinished, members, contents)
        read_contents(unfinished)
        unfinished.rename(archive)
    except OSError as error:
        raise ConfigError(
            f"{archive} cannot be written: {error.strerror}; choose another folder, or free space"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return contents


def read_contents(archive: Path) -> Contents:
    """What is in the archive, once every member has the hash that it had. Raises `ConfigError`."""
    try:
        with ZipFile(archive) as opened:
            contents = Contents.model_validate_json(opened.read(CONTENTS))
            for member, expected in contents.sha256.items():
                with opened.open(member) as file:
                    if file_sha256(file) != expected:  # type: ignore[arg-type]  # reads as a file does
                        raise ConfigError(
                            f"{archive} is damaged: {member} is not what was backed up; take another backup"
                        )
    except (OSError, BadZipFile, KeyError, ValidationError, EOFError) as error:
        raise ConfigError(
            f"{archive} is no whole backup of callqa ({type(error).__name__}); take another one"
        ) from error
    return contents


def restore(settings: Settings, archive: Path, force: bool) -> Contents:
    """Replaces the database by the one of the archive, whichever kinds both are, and brings it to the newest schema.

    Raises `ConfigError` for an archive that is not whole and for a database with data in it without ``force``, and
    `StoreError` when a run is at work or a newer callqa made the archive.
    """
    contents = read_contents(archive)
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.home, prefix=".restoring-") as name:
        copy = Path(name) / DATABASE
        with ZipFile(archive) as opened, opened.open(DATABASE) as source, copy.open("wb") as target:
            while block := source.read(BLOCK):
                target.write(block)
        if check_file(copy) != contents.rows:
            raise ConfigError(f"{archive} is damaged: its tables do not have the rows that were counted")
        with closing(_target(settings, force)) as store:
            if has_data(store) and not force:
                raise ConfigError(
                    f"{store.url} has data in it, which a restore would replace; back it up, then: "
                    "callqa restore FILE --force"
                )
            with the_only_run(store):
                copy_in(copy, store)
    return contents


def put_files(archive: Path, contents: Contents, folder: Path) -> list[Path]:
    """Lays the office's own files into a folder, never over a file that is there. Raises `ConfigError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    with ZipFile(archive) as opened:
        for member in contents.places:
            path = folder / Path(member).name  # whatever the archive says, nothing is written elsewhere
            try:
                path.touch(mode=0o600, exist_ok=False)
                path.write_bytes(opened.read(member))
            except FileExistsError as error:
                raise ConfigError(f"{path} is there already; choose an empty folder") from error
            written.append(path)
    return written


def _files(settings: Settings, chosen: Chosen) -> dict[str, Path]:
    """By the name they have in the archive."""
    if not chosen.files:
        return {}
    files = [path for path in [Path(SETTINGS_FILE)] if path.is_file()]
    files += [file.path for file in own_files(settings) if chosen.keys or not file.is_key]
    return {f"files/{n}-{path.name}" if n else f"files/{path.name}": path for n, path in enumerate(files)}


def _write(path: Path, members: dict[str, Path], contents: Contents) -> None:
    path.unlink(missing_ok=True)  # of a backup that was killed
    path.touch(mode=0o600)
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for member, source in members.items():
            archive.write(source, member)
        archive.writestr(CONTENTS, contents.model_dump_json(indent=1))
    with path.open("rb") as written:
        os.fsync(written.fileno())


def _target(settings: Settings, force: bool) -> Store:
    """The database that is restored into. A SQLite file that cannot even be opened is moved aside, when forced."""
    try:
        return open_store(settings.database)
    except StoreError:
        file = Path(settings.database.removeprefix("sqlite:///"))
        if not force or not settings.database.startswith("sqlite:///") or not file.is_file():
            raise
        for part in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
            if part.exists():
                part.rename(part.with_name(f"{part.name}.unusable-{datetime.now(UTC):%Y%m%d%H%M%S}"))
        return open_store(settings.database)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_sha256(file)
