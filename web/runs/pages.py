"""The history of runs, one run, and what could not be processed."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path, Query

from flows.overview.failing import FailureGroup, failure_groups
from flows.overview.nights import Night, night, nights
from web.access.roles import Permission
from web.access.visit import NotThere, Visiting
from web.pages import Area

area = Area()

PAGE = 30
LARGEST = 2**31 - 1
Number = Annotated[int, Query(ge=1, le=LARGEST)]


@dataclass(frozen=True, slots=True)
class Runs:
    """The last runs, or older ones."""

    nights: tuple[Night, ...]
    newer: bool
    """These are not the newest ones."""
    older: int | None
    """Older ones go on before this number; ``None`` at the end."""
    failures: tuple[FailureGroup, ...]
    """What has failed and is not done since."""


@dataclass(frozen=True, slots=True)
class OneRun:
    """A run."""

    night: Night


@area.page("/runs", "runs/runs.html", Permission.RUNS)
def runs(visit: Visiting, before: Number | None = None) -> Runs:
    with visit.desk.store.read() as c:
        found = nights(c, PAGE + 1, before)
        failed = failure_groups(visit.desk.book, c) if before is None else ()
    shown = tuple(found[:PAGE])
    return Runs(shown, before is not None, shown[-1].pk if len(found) > PAGE else None, failed)


@area.page("/runs/{pk:int}", "runs/run.html", Permission.RUNS)
def run(visit: Visiting, pk: Annotated[int, Path(ge=1, le=LARGEST)]) -> OneRun:
    with visit.desk.store.read() as c:
        found = night(c, pk)
    if found is None:
        raise NotThere
    return OneRun(found)
