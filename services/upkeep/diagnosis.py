"""Diagnoses of the doctor. Pure: facts in, a diagnosis out, with a fix for every complaint."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from shlex import quote
from typing import Literal

from packaging.requirements import Requirement
from packaging.version import Version

Level = Literal["ok", "warn", "fail"]
LEVELS: tuple[Level, ...] = ("ok", "warn", "fail")

NEWEST_PYTHON = (3, 12)
OLDEST_PYTHON = (3, 11)
STALE = timedelta(hours=36)
"""Since a night was begun: one was left out."""
SKEW_WARNED, SKEW_FAILED = timedelta(seconds=2), timedelta(seconds=30)
"""Between this machine's clock and the database server's; leases last two minutes."""
SLACK = 512 << 20
"""Bytes that a night needs besides its calls: temporary files, reports, Prefect's own database."""
BYTES_PER_CALL = 10_000
"""Of the database, as long as there are too few calls to tell."""
FEW_CALLS = 1000
NIGHTS_OF_ROOM = 14


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at."""

    area: str
    level: Level
    found: str
    fix: str = ""
    """A command or a sentence; there is one unless the level is ``ok``."""


def worst(diagnoses: Sequence[Diagnosis]) -> Level:
    return max((one.level for one in diagnoses), key=LEVELS.index, default="ok")


def python(version: tuple[int, int]) -> Diagnosis:
    found = "Python {}.{}".format(*version)
    if OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        return Diagnosis("environment", "ok", found)
    return Diagnosis(
        "environment", "fail", found, "install into Python 3.11 or 3.12: make clean test PYTHON=python3.12"
    )


def packages(
    required: Sequence[str], tested: Mapping[str, str] | None, installed: Mapping[str, str]
) -> Iterator[Diagnosis]:
    """``required``: requirements as a package names them. ``tested``: name and version of the constraints, where there
    are some. Names are in lower case with hyphens."""
    reinstall = "pip install -c constraints.txt -e ."
    needs = [Requirement(one) for one in required]
    wrong = [
        f"{need.name} {installed.get(canonical(need.name), 'is missing')}, needs {need.specifier}"
        for need in needs
        if (need.marker is None or need.marker.evaluate({"extra": ""}))
        and not _satisfied(need, installed.get(canonical(need.name)))
    ]
    if wrong:
        yield Diagnosis("environment", "fail", f"packages: {'; '.join(wrong)}", reinstall)
        return
    if tested is None:
        yield Diagnosis(
            "environment",
            "warn",
            "no constraints.txt beside the program, so versions cannot be compared with the tested ones",
            "install callqa from its checkout",
        )
        return
    others = [
        f"{name} {installed[name]} (tested {version})"
        for name, version in sorted(tested.items())
        if name in installed and Version(installed[name]).public != Version(version).public
    ]
    if others:
        yield Diagnosis("environment", "warn", f"untested versions: {', '.join(others)}", reinstall)
    else:
        yield Diagnosis("environment", "ok", f"{len(needs)} requirements met, all versions as tested")


def weights(where: str, problem: str, install: str) -> Diagnosis:
    """``where`` the weights lie, ``problem`` with them, and how to ``install`` them."""
    if problem:
        return Diagnosis("weights", "fail", f"{where}: {problem}", install)
    return Diagnosis("weights", "ok", where)


@dataclass(frozen=True, slots=True)
class Disk:
    """Where the home lies."""

    free: int
    """Bytes."""
    database: int
    """Bytes of a database in the home; 0 when it is elsewhere."""
    n_calls: int
    busiest_night: int
    """Calls."""


def disk(facts: Disk) -> Diagnosis:
    """Whether the busiest of the last nights would fit again, once and for two weeks."""
    each = facts.database / facts.n_calls if facts.n_calls >= FEW_CALLS and facts.database else BYTES_PER_CALL
    night = int(facts.busiest_night * each)
    # While a night is written, SQLite's log can hold as much once more.
    found = f"{_gb(facts.free)} free; the next night needs {_gb(2 * night + SLACK)}"
    if facts.free < 2 * night + SLACK:
        return Diagnosis("disk", "fail", found, "free space, or move the home: callqa --home FOLDER, or CALLQA_HOME")
    if facts.free < NIGHTS_OF_ROOM * night + SLACK:
        return Diagnosis("disk", "warn", f"{found}; less than {NIGHTS_OF_ROOM} nights fit", "add space this week")
    return Diagnosis("disk", "ok", found)


def clock(now: datetime, server_ahead: timedelta, last_run: datetime | None, zone: str) -> Iterator[Diagnosis]:
    """``server_ahead``: the database server's clock before ours; ``last_run``: when a run was last started."""
    set_clock = "let the time service set the clock: timedatectl set-ntp true"
    ahead = last_run is not None and last_run > now + SKEW_WARNED
    if ahead:
        yield Diagnosis(
            "clock",
            "fail",
            f"it is {now:%Y-%m-%d %H:%M:%S} UTC, but the last run was started at {last_run:%Y-%m-%d %H:%M:%S}",
            f"{set_clock}; leases and appeal deadlines go by it",
        )
    skew = abs(server_ahead)
    if skew > SKEW_WARNED:
        level: Level = "fail" if skew > SKEW_FAILED else "warn"
        seconds = f"{skew.total_seconds():.0f} s"
        yield Diagnosis("clock", level, f"{seconds} away from the database server's clock", f"{set_clock}, on both")
    if not ahead and skew <= SKEW_WARNED:
        yield Diagnosis("clock", "ok", f"{now:%Y-%m-%d %H:%M:%S} UTC; days are those of {zone}")


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder, and who may do what with it."""

    path: str
    mode: int
    """The permission bits."""
    owner: int
    """User id."""
    is_folder: bool = False
    group: int = 0
    """Group id."""


def permissions(home: Place, within: Sequence[Place], user: int) -> Iterator[Diagnosis]:
    """``within``: what lies in the home; ``user``: the id of whoever asks, 0 being root."""
    if home.mode & 0o077:
        found = f"other users of this machine can look into {home.path} (mode {home.mode:o})"
        yield Diagnosis("permissions", "fail", found, f"chmod 700 {quote(home.path)}")
    foreign = [one.path for one in (home, *within) if one.owner != home.owner or one.owner != user]
    if foreign:
        yield Diagnosis(
            "permissions",
            "warn",
            f"{len(foreign)} of {1 + len(within)} files belong to another user, e.g. {foreign[0]}",
            f"run callqa as one user, and give them the home: chown -R USER {quote(home.path)}",
        )
    if not foreign and not home.mode & 0o077:
        yield Diagnosis("permissions", "ok", f"{home.path} is its owner's alone")


def leftovers(folders: Sequence[str]) -> Iterator[Diagnosis]:
    """Of restores that were killed: each has a copy of the whole database."""
    for folder in folders:
        found = f"{folder} was left by a restore that was killed, with all that people said"
        yield Diagnosis("permissions", "warn", found, f"unless a restore is at work: rm -r {quote(folder)}")


def moved_aside(files: Sequence[str]) -> Iterator[Diagnosis]:
    """Databases that could not be opened any more when another one was restored."""
    for file in files:
        found = f"{file} was moved aside by a restore, with all that people said, also what was erased since"
        yield Diagnosis("permissions", "warn", found, f"once nothing is to be saved from it: rm {quote(file)}")


def secrets(files: Sequence[Place]) -> Iterator[Diagnosis]:
    """Files with keys or passwords in them. One of root's may be read by a group, as a service reads it."""
    for file in files:
        of_a_service = file.owner == 0 and file.group != 0
        if file.mode & (0o007 if of_a_service else 0o077):
            yield Diagnosis(
                "permissions",
                "warn",
                f"other users can read {file.path}, which holds secrets",
                f"chmod 600 {quote(file.path)}",
            )


def canonical(name: str) -> str:
    """A package's name as indexes compare it."""
    return name.lower().replace("_", "-").replace(".", "-")


def _satisfied(need: Requirement, version: str | None) -> bool:
    return version is not None and need.specifier.contains(version, prereleases=True)


def _gb(n_bytes: int) -> str:
    return f"{n_bytes / (1 << 30):.1f} GB"
