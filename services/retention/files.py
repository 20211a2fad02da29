"""The files that go with what is removed: playable copies, the recordings themselves where that is allowed, reports."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from callqa.days import Days
from callqa.encryption import Keyring
from callqa.errors import AudioError, ConfigError
from services.intake.recordings import fingerprint
from store.removal.removals import Place

COPY = re.compile("(?P<sha256>[0-9a-f]{64})[^/]*")


def drop_copies(folder: Path, still_there: Callable[[Collection[str]], set[str]]) -> int:
    """Deletes the playable copies of recordings whose hashes ``still_there`` does not give back; how many files.

    It goes by what lies there, not by what was removed just now, so nothing that an earlier stop left stays.
    """
    copies = [(match["sha256"], path) for path in _files(folder) if (match := COPY.fullmatch(path.name))]
    known = still_there({sha256 for sha256, _ in copies})
    gone = [path for sha256, path in copies if sha256 not in known]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def drop_original(place: Place, roots: Iterable[Path], keys: Keyring) -> bool | None:
    """Deletes a recording that lies under one of ``roots`` and is still the one that was taken in.

    ``None``: it lies elsewhere, is gone, or another file bears its name by now, so callqa has no business there.
    ``False``: it should have gone, and could not be deleted.
    """
    path = _local(place.uri)
    if path is None or not any(path.is_relative_to(root.resolve()) for root in roots):
        return None
    try:
        if not path.is_file() or fingerprint(place.uri, keys).sha256 != place.sha256:
            return None
        path.unlink()
    except (OSError, AudioError):
        return False
    return True


def old_reports(home: Path, before: date, held_days: Collection[str]) -> list[Path]:
    """Folders of reports about days that are all before, none of which has a call that the law holds."""
    old = (folder for folder, days in _reports(home) if days.last and days.last < before)
    held = set(reports_about(home, held_days))
    return [folder for folder in old if folder not in held]


def reports_about(home: Path, days: Collection[str]) -> list[Path]:
    """Folders of reports about any of these local days."""
    return [folder for folder, report_days in _reports(home) if any(day in report_days for day in days)]


def old_scratch(home: Path, before: datetime) -> list[Path]:
    """Databases of ``callqa eval`` that were not used since."""
    return [path for path in _files(home / "eval") if path.stat().st_mtime < before.timestamp()]


def days_of(slug: str) -> Days | None:
    """The days of a `Days.slug`; ``None`` for another name."""
    first, _, last = slug.partition("_")
    try:
        return Days.between(first, last) if "_" in slug else Days.of_month(slug)
    except ConfigError:
        return None


def _reports(home: Path) -> Iterator[tuple[Path, Days]]:
    """Each folder of reports, with the days that it is about."""
    for folder in sorted((home / "reports").glob("*")):
        if days := days_of(folder.name):
            yield folder, days


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def _local(uri: str) -> Path | None:
    """The real place of a local file, links followed."""
    try:
        filesystem, path = fsspec.url_to_fs(uri)
    except (OSError, ValueError, ImportError):
        return None
    return Path(path).resolve() if isinstance(filesystem, LocalFileSystem) else None
