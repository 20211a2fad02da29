"""Diagnoses of the doctor. Pure: facts in, a diagnosis out, with a fix for every complaint."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from shlex import quote
from typing import Literal

from packaging.requirements import Requirement
from packaging.version import Version

from callqa.messages import Joined, Message

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
    found: Message
    fix: Message | None = None
    """A command or a sentence; there is one unless the level is ``ok``."""

    def as_dict(self) -> dict[str, str]:
        """For programs; in English, whatever the terminal speaks."""
        fix = self.fix.with_advice("en") if self.fix else ""
        return {"area": self.area, "level": self.level, "found": self.found.with_advice("en"), "fix": fix}


def worst(diagnoses: Sequence[Diagnosis]) -> Level:
    return max((diagnosis.level for diagnosis in diagnoses), key=LEVELS.index, default="ok")


def python(version: tuple[int, int]) -> Diagnosis:
    message = Message("Python {version}", version="{}.{}".format(*version))
    if OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        return Diagnosis("environment", "ok", message)
    return Diagnosis(
        "environment", "fail", message, Message("install into Python 3.11 or 3.12: make clean test PYTHON=python3.12")
    )


def packages(
    required: Sequence[str], tested: Mapping[str, str] | None, installed: Mapping[str, str]
) -> Iterator[Diagnosis]:
    """``required``: requirements as a package names them. ``tested``: name and version of the constraints, where there
    are some. Names are in lower case with hyphens."""
    reinstall = Message("pip install -c constraints.txt -e .")
    needs = [Requirement(line) for line in required]
    wrong = [
        Message(
            "{name} {version}, needs {specifier}",
            name=need.name,
            version=installed.get(canonical(need.name), Message("is missing")),
            specifier=str(need.specifier),
        )
        for need in needs
        if (need.marker is None or need.marker.evaluate({"extra": ""}))
        and not _satisfied(need, installed.get(canonical(need.name)))
    ]
    if wrong:
        yield Diagnosis("environment", "fail", Message("packages: {packages}", packages=Joined(wrong, "；")), reinstall)
        return
    if tested is None:
        yield Diagnosis(
            "environment",
            "warn",
            Message("no constraints.txt beside the program, so versions cannot be compared with the tested ones"),
            Message("install callqa from its checkout"),
        )
        return
    others = [
        Message("{name} {version} (tested {tested})", name=name, version=installed[name], tested=version)
        for name, version in sorted(tested.items())
        if name in installed and Version(installed[name]).public != Version(version).public
    ]
    if others:
        yield Diagnosis("environment", "warn", Message("untested versions: {packages}", packages=others), reinstall)
    else:
        yield Diagnosis("environment", "ok", Message("{n} requirements met, all versions as tested", n=len(needs)))


def weights(where: Message, problem: Message | None, install: Message | None) -> Diagnosis:
    """``where`` the weights lie, ``problem`` with them, and how to ``install`` them."""
    if problem:
        return Diagnosis("weights", "fail", Message("{where}: {problem}", where=where, problem=problem), install)
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
    message = Message("{free} free; the next night needs {needed}", free=_gb(facts.free), needed=_gb(2 * night + SLACK))
    if facts.free < 2 * night + SLACK:
        fix = Message("free space, or move the home: callqa --home FOLDER, or CALLQA_HOME")
        return Diagnosis("disk", "fail", message, fix)
    if facts.free < NIGHTS_OF_ROOM * night + SLACK:
        short = Message("{found}; less than {n} nights fit", found=message, n=NIGHTS_OF_ROOM)
        return Diagnosis("disk", "warn", short, Message("add space this week"))
    return Diagnosis("disk", "ok", message)


def clock(now: datetime, server_ahead: timedelta, last_run: datetime | None, zone: str) -> Iterator[Diagnosis]:
    """``server_ahead``: the database server's clock before ours; ``last_run``: when a run was last started."""
    set_clock = Message("let the time service set the clock: timedatectl set-ntp true")
    ahead = last_run is not None and last_run > now + SKEW_WARNED
    if ahead:
        yield Diagnosis(
            "clock",
            "fail",
            Message(
                "it is {now:%Y-%m-%d %H:%M:%S} UTC, but the last run was started at {last_run:%Y-%m-%d %H:%M:%S}",
                now=now,
                last_run=last_run,
            ),
            Message("{set_clock}; leases and appeal deadlines go by it", set_clock=set_clock),
        )
    skew = abs(server_ahead)
    if skew > SKEW_WARNED:
        level: Level = "fail" if skew > SKEW_FAILED else "warn"
        away = Message("{seconds:.0f} s away from the database server's clock", seconds=skew.total_seconds())
        yield Diagnosis("clock", level, away, Message("{set_clock}, on both", set_clock=set_clock))
    if not ahead and skew <= SKEW_WARNED:
        right = Message("{now:%Y-%m-%d %H:%M:%S} UTC; days are those of {zone}", now=now, zone=zone)
        yield Diagnosis("clock", "ok", right)


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
        message = Message(
            "other users of this machine can look into {path} (mode {mode:o})", path=home.path, mode=home.mode
        )
        yield Diagnosis("permissions", "fail", message, Message("chmod 700 {path}", path=quote(home.path)))
    foreign = [place.path for place in (home, *within) if place.owner != home.owner or place.owner != user]
    if foreign:
        yield Diagnosis(
            "permissions",
            "warn",
            Message(
                "{n} of {n_all} files belong to another user, e.g. {path}",
                n=len(foreign),
                n_all=1 + len(within),
                path=foreign[0],
            ),
            Message("run callqa as one user, and give them the home: chown -R USER {path}", path=quote(home.path)),
        )
    if not foreign and not home.mode & 0o077:
        yield Diagnosis("permissions", "ok", Message("{path} is its owner's alone", path=home.path))


def leftovers(folders: Sequence[str]) -> Iterator[Diagnosis]:
    """Of restores that were killed: each has a copy of the whole database."""
    for folder in folders:
        message = Message("{folder} was left by a restore that was killed, with all that people said", folder=folder)
        fix = Message("unless a restore is at work: rm -r {folder}", folder=quote(folder))
        yield Diagnosis("permissions", "warn", message, fix)


def moved_aside(files: Sequence[str]) -> Iterator[Diagnosis]:
    """Databases that could not be opened any more when another one was restored."""
    for file in files:
        message = Message(
            "{file} was moved aside by a restore, with all that people said, also what was erased since", file=file
        )
        fix = Message("once nothing is to be saved from it: rm {file}", file=quote(file))
        yield Diagnosis("permissions", "warn", message, fix)


def secrets(files: Sequence[Place]) -> Iterator[Diagnosis]:
    """Files with keys or passwords in them. One of root's may be read by a group, as a service reads it."""
    for file in files:
        of_a_service = file.owner == 0 and file.group != 0
        if file.mode & (0o007 if of_a_service else 0o077):
            yield Diagnosis(
                "permissions",
                "warn",
                Message("other users can read {path}, which holds secrets", path=file.path),
                Message("chmod 600 {path}", path=quote(file.path)),
            )


def canonical(name: str) -> str:
    """A package's name as indexes compare it."""
    return name.lower().replace("_", "-").replace(".", "-")


def _satisfied(need: Requirement, version: str | None) -> bool:
    return version is not None and need.specifier.contains(version, prereleases=True)


def _gb(n_bytes: int) -> str:
    return f"{n_bytes / (1 << 30):.1f} GB"
