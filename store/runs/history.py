"""The history of runs, newest first."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from store.tables.calls import lease, rubric, run

NIGHTLY = ("nightly", "run")
"""The kinds of runs that bring calls up to date. A rescore in the morning, or calls taken in by day, are no night."""


class StoredRun(NamedTuple):
    """One run under one rubric; a night of several rubrics is several runs."""

    pk: int
    kind: str
    started_at: datetime
    finished_at: datetime | None
    """``None`` while it works, and for ever when it was killed."""
    rubric: str
    """Id and version; "" where its rubric is not known any more."""
    report: dict[str, Any]
    """Counts, by stage; empty until it has finished."""


def runs(c: Connection, limit: int, before: int | None = None, kinds: Collection[str] | None = None) -> list[StoredRun]:
    """The last ``limit`` runs, of those with a smaller number than ``before``, and of these ``kinds``."""
    wanted = select(run).order_by(run.c.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(run.c.id < before)
    return _runs(c, wanted if kinds is None else wanted.where(run.c.kind.in_(kinds)))


def run_of(c: Connection, pk: int) -> StoredRun | None:
    """The run of this number."""
    return next(iter(_runs(c, select(run).where(run.c.id == pk))), None)


def at_work(c: Connection, name: str) -> bool:
    """Whether somebody holds this lease and was heard of lately."""
    expires = c.scalar(select(lease.c.expires_at).where(lease.c.name == name))
    return expires is not None and expires > datetime.now(UTC)


def _runs(c: Connection, wanted: Any) -> list[StoredRun]:
    names = {row.rubric_key: f"{row.rubric_id} {row.version}" for row in c.execute(select(rubric))}
    return [
        StoredRun(
            row.id,
            row.kind,
            row.started_at,
            row.finished_at,
            names.get(row.keys.get("rubric_key", ""), ""),
            row.report or {},
        )
        for row in c.execute(wanted)
    ]
