"""Anchors: what the end of the audit log was, night by night, in a file beside the database.

A line a look: the time, the end of the chain, and ``intact`` or what was broken. Whoever changes the database and
computes the chain anew has another end than this file, the run's report and its output have.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import get_args

from callqa.audit_chain import Break, Checked, Damage, Link
from callqa.errors import ConfigError, system_problem
from callqa.private_files import make_private_folder
from store import Store
from store.people import audit_checks

FILE = "audit-anchors.txt"
INTACT = "intact"
NAMED = 20  # breaks that a line names


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a look at the whole log found."""

    at: datetime
    link: Link
    breaks: tuple[Break, ...] = ()

    def __str__(self) -> str:
        damages = " ".join(f"{broken.damage}:{broken.pk}" for broken in self.breaks[:NAMED])
        return f"{self.at.isoformat(timespec='seconds')} {self.link} {damages or INTACT}"

    @classmethod
    def parse(cls, line: str) -> "Anchor":
        """Raises `ValueError` and `ConfigError`."""
        at, link, *damages = line.split()
        return cls(
            datetime.fromisoformat(at), Link.parse(link), tuple(map(_break, damages if damages != [INTACT] else ()))
        )


def read_anchors(home: Path) -> list[Anchor]:
    """The oldest first. Raises `ConfigError` for a line that is none."""
    path = home / FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    try:
        return [Anchor.parse(line) for line in lines if line.strip()]
    except (ValueError, ConfigError) as error:
        raise ConfigError("audit.anchors_damaged", path=str(path)) from error


def check_whole(store: Store, home: Path, others: Sequence[Link] = ()) -> Checked:
    """The whole log against its chain, the anchors of the file, and ``others`` that were kept elsewhere."""
    anchors = [anchor.link for anchor in read_anchors(home)]
    with store.read() as c:
        return audit_checks.check_log(c, anchors=[*anchors, *others])


def keep_anchor(home: Path, checked: Checked, at: datetime) -> Anchor:
    """Adds the end of the log to the file.

    Raises `ConfigError` when it cannot be written, and leaves no half of a line, which would make all unreadable.
    """
    anchor = Anchor(at, checked.last, checked.breaks)
    make_private_folder(home)  # nothing else has to lie in it where a server has the database
    path = home / FILE
    before = path.stat().st_size if path.exists() else 0
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{anchor}\n")
    except OSError as error:
        with suppress(OSError):
            os.truncate(path, before)
        raise ConfigError("audit.anchors_not_written", path=str(path), why=system_problem(error)) from error
    return anchor


def _break(text: str) -> Break:
    damage, _, pk = text.partition(":")
    if damage not in get_args(Damage):
        raise ValueError(damage)
    return Break(int(pk), damage)  # type: ignore[arg-type]  # it is one of them
