"""Restoring a backup without undoing what was erased and removed since it was made, and what the law holds since.

All of it is done to the copy that is to be restored, before it takes the place of the database: so nothing that was
erased is ever back, and a restore that is stopped changes nothing.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

from rich.console import Console

from callqa.errors import ConfigError, StoreAway, StoreDamaged, StoreError, system_problem
from callqa.messages import Message
from callqa.private_files import make_private_folder
from callqa.settings import Settings
from services.retention.apply import Removal, remove_due
from services.retention.erase import erase_again
from services.retention.plan import limits
from services.runs.lease import run_lease
from services.upkeep.backup import BLOCK, DATABASE, HOME, Contents, read_contents
from store import Store, open_store
from store.calls import read
from store.db.copying import check_file, copy_in, has_data
from store.removal import erasures, removals, restore_carry_over
from store.removal.restore_carry_over import CarriedOver

RESTORING = ".restoring-"
"""How the folder of the home begins in which the copy is prepared."""
ASIDE = ".unusable-"
"""Within the name of a database that was moved aside."""
REASON = "was erased before, and came back with a backup"
AGAIN = Message("erase them again: callqa erase --phone NUMBER --apply --reason WHY")


@dataclass
class Restored:
    """What a restore did besides."""

    contents: Contents
    erased: removals.Report | None = None
    """What was erased after the backup, again."""
    removed: removals.Report | None = None
    """What had been removed after the backup by its age, again."""
    holds: int = 0
    """Legal holds that were put or released after the backup."""
    back: list[Message] = field(default_factory=list)
    """What was erased or removed and is back, with what is to be done."""
    unknown: list[Message] = field(default_factory=list)
    """What may be back, since nothing tells of it, with what is to be done."""


def restore(settings: Settings, archive: Path, force: bool, author: str, now: datetime, console: Console) -> Restored:
    """Replaces the database by the one of the archive, whichever kinds both are, and brings it to the newest schema.

    Raises `ConfigError` for an archive that is not whole and for a database with data in it without ``force``, and
    `StoreError` when a run is at work or a newer callqa made the archive.
    """
    contents = read_contents(archive)
    make_private_folder(settings.home)
    with tempfile.TemporaryDirectory(dir=settings.home, prefix=RESTORING) as name:
        copy = Path(name) / DATABASE
        _take_out(archive, copy)
        if check_file(copy) != contents.rows:
            raise ConfigError("backup.rows_differ", archive=str(archive))
        with closing(_target(settings, force)) as store:
            if has_data(store) and not force:
                raise ConfigError("restore.database_full", url=store.url)
            done = Restored(contents)
            with run_lease(store, settings.zone) as lease:
                put_home(archive, contents, settings.home, Path(name))
                with closing(open_store(f"sqlite:///{copy}")) as coming:
                    _bring_up_to_date(settings, store, coming, done, author, now, console, lease.check)
                lease.check()
                copy_in(copy, store)
    return done


def _take_out(archive: Path, copy: Path) -> None:
    try:
        with ZipFile(archive) as opened, opened.open(DATABASE) as source, copy.open("wb") as target:
            while block := source.read(BLOCK):
                target.write(block)
    except OSError as error:
        raise ConfigError("restore.no_room", path=str(copy), why=system_problem(error)) from error


def put_home(archive: Path, contents: Contents, home: Path, scratch: Path) -> None:
    """Lays what belongs into the home there, unless it is there. ``scratch``: a folder in it, for unfinished files."""
    with ZipFile(archive) as opened:
        for member in contents.places:
            path = home / Path(member).name
            if member.startswith(HOME) and not path.exists():
                part = scratch / path.name
                part.touch(mode=0o600)
                part.write_bytes(opened.read(member))
                part.rename(path)


def refuse_full(folder: Path) -> None:
    """Makes the folder; raises `ConfigError` unless it is empty. Asked before a restore, and not after it."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError("restore.folder_full", folder=str(folder))
    make_private_folder(folder)


def put_files(archive: Path, contents: Contents, folder: Path) -> Iterator[tuple[Path, str]]:
    """Lays the office's own files into an empty folder; each, and where it lay."""
    with ZipFile(archive) as opened:
        for member, place in contents.places.items():
            path = folder / Path(member).name  # whatever the archive says, nothing is written elsewhere
            path.touch(mode=0o600, exist_ok=False)
            path.write_bytes(opened.read(member))
            yield path, place


def _bring_up_to_date(
    settings: Settings,
    present: Store,
    coming: Store,
    done: Restored,
    author: str,
    now: datetime,
    console: Console,
    check: Callable[[], None],
) -> None:
    """``present``: the database that is replaced, which knows what happened since."""
    known = has_data(present)
    with present.read() as here, coming.write() as there:
        known = known and restore_carry_over.is_continuation(here, there)
        since = restore_carry_over.carry_over(here, there)
        anything_erased = erasures.anything_erased(there)
        erasures.clear_stamps(there, read.periods(there))  # the reports in the home are of another time, or none
    done.holds = since.n_holds
    if anything_erased:
        try:
            done.erased = erase_again(coming, settings, author, REASON, now, console)
        except ConfigError as error:
            if since.n_erased:
                done.back.append(
                    Message(
                        "numbers and recordings erased since, {n}: {problem}. Then restore again",
                        n=since.n_erased,
                        problem=error,
                    )
                )
            else:
                done.unknown.append(error.message)
    if any(report.kind == "retention" for report in since.reports) and list(limits(settings.retention, now)):
        done.removed = remove_due(Removal(coming, settings, "retention", author, REASON, now), console, check)
    _tell_problems(since, known, done)


def _tell_problems(since: CarriedOver, known: bool, done: Restored) -> None:
    at = done.contents.at
    if not known:
        done.unknown.append(
            Message(
                "nothing here tells what was erased or removed after {at:%Y-%m-%d %H:%M} UTC: repeat every request of "
                "your own records since then (callqa erase --phone NUMBER --apply --reason WHY), then: "
                "callqa retention apply",
                at=at,
            )
        )
    elif done.removed is None and any(report.kind == "retention" for report in since.reports):
        done.back.append(
            Message(
                "calls were removed by their age after {at:%Y-%m-%d %H:%M} UTC, and the settings have no limits now; "
                "set retention.audio_days and the like, then: callqa retention apply",
                at=at,
            )
        )
    for report in since.reports:
        if report.kind == "erasure" and report.finished_at is None:
            done.back.append(
                Message(
                    "report {pk}: an erasure was stopped half-way ({reason}); {again}",
                    pk=report.pk,
                    reason=report.reason,
                    again=AGAIN,
                )
            )
    if since.n_held:
        done.back.append(
            Message(
                "calls that the law holds came in after {at:%Y-%m-%d %H:%M} UTC, {n}: run their manifests "
                "again, then: callqa legal-hold put",
                n=since.n_held,
                at=at,
            )
        )


def _target(settings: Settings, force: bool) -> Store:
    """The database that is restored into.

    When forced, a SQLite file that is damaged, or that a newer callqa wrote, is moved aside; one that is only busy or
    out of reach is not.
    """
    try:
        return open_store(settings.database)
    except StoreError as error:
        only_away = isinstance(error, StoreAway) and not isinstance(error, StoreDamaged)
        file = Path(settings.database.removeprefix("sqlite:///"))
        if only_away or not force or not settings.database.startswith("sqlite:///") or not file.is_file():
            raise
        for part in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
            if part.exists():
                part.rename(part.with_name(f"{part.name}{ASIDE}{datetime.now(UTC):%Y%m%d%H%M%S}"))
        return open_store(settings.database)
