"""Carry-over of a restore: what was erased and removed since the backup was made, and what the law holds since.

Rows of the present database are added to the one that is to take its place. A call is the same when its id is; a report
or a hold, when author and time are.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from more_itertools import chunked
from sqlalchemy import Connection, Table, insert, select

from callqa.audit_chain import START
from store.db import upsert
from store.people.audit import last_link
from store.removal import removals
from store.tables.accounts import audit
from store.tables.calls import call, run
from store.tables.joins import CHUNK
from store.tables.removal import (
    erased_number,
    erased_recording,
    legal_hold,
    legal_hold_call,
    legal_hold_release,
    removal_report,
)

ROWS_AT_ONCE = 1000


class CarriedOver(NamedTuple):
    """What was carried over."""

    reports: tuple[removals.Report, ...]
    """Of removals, the oldest first, by the numbers they have where they were carried to."""
    n_erased: int
    """Hashes of numbers and recordings."""
    n_holds: int
    """Put or released."""
    n_held: int
    """Calls that were not in the backup, and were held."""


def is_continuation(here: Connection, there: Connection) -> bool:
    """Whether ``here`` went on from ``there``, so that it knows what happened since.

    It has the entry with which the audit log of that one ends; or, where nothing was ever noted there, its last run.
    """
    if (end := last_link(there)) != START:
        return here.scalar(select(audit.c.hash).where(audit.c.id == end.pk)) == end.hash
    started = select(*run.c["id", "kind", "started_at"])
    if (last := there.execute(started.order_by(run.c.id.desc()).limit(1)).one_or_none()) is None:
        return there.scalar(select(call.c.id).limit(1)) is None  # without calls nothing can come back
    return here.execute(started.where(run.c.id == last.id)).one_or_none() == last


def carry_over(here: Connection, there: Connection) -> CarriedOver:
    """Adds to ``there`` what only ``here`` knows."""
    of_report, new = _match(here, there, removal_report, ("kind", "author", "at"))
    carried = {of_report[pk] for pk in new} | _went_on(here, there, of_report)
    n_erased = sum(_carry_hashes(here, there, table, of_report) for table in (erased_number, erased_recording))
    of_hold, holds = _match(here, there, legal_hold, ("asked", "author", "at"))
    n_held = _hold(here, there, {pk: of_hold[pk] for pk in holds})
    known = set(there.scalars(select(legal_hold_release.c.legal_hold_id)))
    releases = [
        dict(row) | {"legal_hold_id": of_hold[row["legal_hold_id"]]}
        for row in here.execute(select(legal_hold_release)).mappings()
        if of_hold[row["legal_hold_id"]] not in known
    ]
    if releases:
        there.execute(insert(legal_hold_release), releases)
    reports = tuple(report for report in reversed(removals.reports(there)) if report.pk in carried)
    return CarriedOver(reports, n_erased, len(holds) + len(releases), n_held)


def _went_on(here: Connection, there: Connection, of_report: Mapping[int, int]) -> set[int]:
    """Brings reports up to date of removals that were at work when the backup was made; their numbers there."""
    known = {report.pk: report for report in removals.reports(there)}
    brought_up = set()
    for report in removals.reports(here):
        old = known[of_report[report.pk]]
        if old.finished_at is None and (report.finished_at or report.counts != old.counts):
            removals.count_in(there, old.pk, report.counts, report.finished_at)
            brought_up.add(old.pk)
    return brought_up


def _match(
    here: Connection, there: Connection, table: Table, same: tuple[str, ...]
) -> tuple[Mapping[int, int], list[int]]:
    """The number there of each row here, and the rows here that had to be added."""
    known = {tuple(row[:-1]): row.id for row in there.execute(select(*table.c[same], table.c.id))}
    numbers, added = {}, []
    for row in here.execute(select(table).order_by(table.c.id)).mappings():
        key = tuple(row[name] for name in same)
        if key not in known:
            values = {name: value for name, value in row.items() if name != "id"}
            known[key] = int(there.execute(insert(table).values(values).returning(table.c.id)).scalar_one())
            added.append(int(row["id"]))
        numbers[int(row["id"])] = known[key]
    return numbers, added


def _carry_hashes(here: Connection, there: Connection, table: Table, of_report: Mapping[int, int]) -> int:
    adding = upsert.insert(there, table).on_conflict_do_nothing()
    n = 0
    rows = here.execute(select(table).execution_options(yield_per=ROWS_AT_ONCE)).mappings()
    for some in chunked(rows, ROWS_AT_ONCE):
        moved = [dict(row) | {"report_id": of_report[row["report_id"]]} for row in some]
        known = set(there.scalars(select(table.c[0]).where(table.c[0].in_([row[table.c[0].name] for row in moved]))))
        n += sum(row[table.c[0].name] not in known for row in moved)
        there.execute(adding, moved)
    return n


def _hold(here: Connection, there: Connection, holds: Mapping[int, int]) -> int:
    """Holds the calls of these holds; how many calls are not there."""
    wanted = (
        select(legal_hold_call.c.legal_hold_id, call.c.call_id)
        .join(call)
        .where(legal_hold_call.c.legal_hold_id.in_(holds))
    )
    held = [(holds[pk], name) for pk, name in here.execute(wanted)]
    pks = dict(_pks(there, sorted({name for _, name in held})))
    rows: list[dict[str, Any]] = [{"legal_hold_id": hold, "call_id": pks[name]} for hold, name in held if name in pks]
    for some in chunked(rows, ROWS_AT_ONCE):
        there.execute(insert(legal_hold_call), some)
    return len({name for _, name in held} - pks.keys())


def _pks(c: Connection, names: list[str]) -> Iterator[tuple[str, int]]:
    for some in chunked(names, CHUNK):
        yield from (
            (name, pk) for name, pk in c.execute(select(*call.c["call_id", "id"]).where(call.c.call_id.in_(some)))
        )
