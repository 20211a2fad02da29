"""The right to erasure: where a telephone number may stand, and knowing again what was erased.

Of numbers and recordings only keyed hashes are kept. The key lies outside the database, so that nobody who has a copy
of it can try all numbers.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, NamedTuple

from more_itertools import chunked
from sqlalchemy import Connection, LargeBinary, Text, delete, exists, func, select, type_coerce, update

from callqa.types import Role, stored_as
from store.db import upsert
from store.removal.legal_holds import held_by_law
from store.removal.removals import NO_DOCUMENT
from store.tables.accounts import saved_filter
from store.tables.call_list import call_list
from store.tables.calls import call, month_stamp, recording, transcript
from store.tables.columns import PackedJson
from store.tables.joins import CHUNK
from store.tables.people import appeal, appeal_step, assignment, calibration_session, review
from store.tables.removal import erased_number, erased_recording

ROWS_AT_ONCE = 1000
WHATEVER_PEOPLE_WROTE = ((review, review.c.call_id), (appeal, appeal.c.call_id))


@dataclass(frozen=True, slots=True)
class SaidTurn:
    """Of a turn, where digits may stand."""

    index: int
    role: Role
    text: str
    rewritten_from: str | None = None
    __pydantic_config__: ClassVar[Any] = stored_as(rewritten_from="heard")


@dataclass(frozen=True, slots=True)
class SaidScript:
    turns: tuple[SaidTurn, ...]


def written(c: Connection) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(recording, texts) of each call: its id, the folders in which its recording lies and its name, its ticket."""
    columns = call.c.recording_id, call.c.call_id, call.c.uri, type_coerce(call.c.ticket, Text)
    for recording_pk, call_id, uri, ticket in c.execute(select(*columns).execution_options(yield_per=ROWS_AT_ONCE)):
        yield recording_pk, (call_id, *uri.split("/"), ticket or "")


def spoken(c: Connection) -> Iterator[tuple[int, SaidScript]]:
    """(recording, what was said) of each transcript, by whatever engine."""
    document = type_coerce(transcript.c.document, PackedJson(SaidScript))
    there = type_coerce(transcript.c.document, LargeBinary) != NO_DOCUMENT
    wanted = select(transcript.c.recording_id, document).where(there)
    for row in c.execute(wanted.execution_options(yield_per=ROWS_AT_ONCE)):
        yield row._tuple()


def n_transcripts(c: Connection) -> int:
    """How many `spoken` gives at most."""
    return c.scalar(select(func.count()).select_from(transcript)) or 0


def hashes(c: Connection, recordings: Collection[int]) -> list[str]:
    """The SHA-256 of these recordings."""
    return list(c.scalars(select(recording.c.sha256).where(recording.c.id.in_(recordings))))


def recordings_of(c: Connection, ids: Collection[int]) -> list[int]:
    """The recordings of these calls."""
    return list(c.scalars(select(call.c.recording_id).where(call.c.id.in_(ids)).distinct()))


class CallToErase(NamedTuple):
    """A call as the list before an erasure shows it."""

    pk: int
    recording: int
    call_id: str
    started_at: datetime
    agent_id: str
    uri: str
    held: bool
    """By law."""


def calls_to_erase(c: Connection, recordings: Collection[int]) -> list[CallToErase]:
    """The calls of these recordings, the oldest first."""
    columns = call.c["id", "recording_id", "call_id", "started_at", "agent_id", "uri"]
    wanted = select(*columns, held_by_law().label("held"))
    rows = (
        row for some in chunked(recordings, CHUNK) for row in c.execute(wanted.where(call.c.recording_id.in_(some)))
    )
    return sorted((CallToErase(*row) for row in rows), key=lambda erased: (erased.started_at, erased.pk))


def remember_number(c: Connection, report_id: int, number_key: str, at: datetime) -> None:
    """Calls of this number that began before then are not taken in again."""
    row = {"number_key": number_key, "report_id": report_id, "at": at}
    c.execute(upsert.insert(c, erased_number).on_conflict_do_nothing(), [row])


def remember_recordings(c: Connection, report_id: int, recording_keys: Iterable[str]) -> None:
    """These recordings are never taken in again."""
    if rows := [{"recording_key": key, "report_id": report_id} for key in recording_keys]:
        c.execute(upsert.insert(c, erased_recording).on_conflict_do_nothing(), rows)


def was_erased(
    c: Connection, recording_key: str, number_keys: Collection[str], started_at: datetime
) -> Literal["recording", "number"] | None:
    """By what a call is known again that was erased, or should have been; later calls of a number are new ones."""
    if c.scalar(select(exists().where(erased_recording.c.recording_key == recording_key))):
        return "recording"
    numbers = exists().where(erased_number.c.number_key.in_(number_keys), erased_number.c.at > started_at)
    return "number" if c.scalar(select(numbers)) else None


def anything_erased(c: Connection) -> bool:
    """Whether there is a hash to compare with."""
    return bool(c.scalar(select(exists(select(erased_number.c.number_key)))))


class Erased(NamedTuple):
    """What was erased, by keyed hashes."""

    recordings: frozenset[str]
    numbers: Mapping[str, datetime]
    """When each was erased last."""


def erased(c: Connection) -> Erased:
    """All that ever was."""
    numbers = select(erased_number.c.number_key, func.max(erased_number.c.at)).group_by(erased_number.c.number_key)
    return Erased(
        frozenset(c.scalars(select(erased_recording.c.recording_key))),
        {row.number_key: row[1] for row in c.execute(numbers)},
    )


def recordings(c: Connection) -> Iterator[tuple[int, str]]:
    """(recording, SHA-256) of each."""
    for row in c.execute(select(*recording.c["id", "sha256"]).execution_options(yield_per=ROWS_AT_ONCE)):
        yield row._tuple()


def callers(c: Connection) -> Iterator[tuple[int, str, datetime]]:
    """(recording, what the ticket has as number, start) of each call with a ticket."""
    columns = call.c["recording_id", "ticket", "started_at"]
    wanted = select(*columns).where(call.c.ticket.is_not(None)).execution_options(yield_per=ROWS_AT_ONCE)
    for recording_pk, ticket, started_at in c.execute(wanted):
        yield recording_pk, ticket.contact_phone, started_at


def anonymise(c: Connection, ids: Collection[int]) -> None:
    """Takes what names these calls and what people wrote of them, once sound and words are gone. Scores stay."""
    names: Mapping[str, str] = {
        name: f"erased-{secrets.token_hex(8)}" for name in c.scalars(select(call.c.call_id).where(call.c.id.in_(ids)))
    }
    for old, new in names.items():
        c.execute(update(call).where(call.c.call_id == old).values(call_id=new))
        c.execute(update(call_list).where(call_list.c.named == old).values(named=new))
    _rename_in_sessions(c, names)
    for table, of_call in WHATEVER_PEOPLE_WROTE:
        c.execute(update(table).where(of_call.in_(ids)).values(reason=""))
    mine = select(appeal.c.id).where(appeal.c.call_id.in_(ids))
    c.execute(update(appeal_step).where(appeal_step.c.appeal_id.in_(mine)).values(reason=""))
    c.execute(update(assignment).where(assignment.c.call_id.in_(ids)).values(why=""))
    for pk in c.scalars(select(call.c.recording_id).where(call.c.id.in_(ids)).distinct()).all():
        c.execute(update(recording).where(recording.c.id == pk).values(sha256=secrets.token_hex(32)))


def clear_stamps(c: Connection, periods: Collection[str]) -> None:
    """The next run writes the reports of these months anew, though their scores may be the same."""
    c.execute(delete(month_stamp).where(month_stamp.c.period.in_(periods)))


def leave_sessions(c: Connection, ids: Collection[int]) -> None:
    """Takes calls that are to be deleted out of the lists of calibrations."""
    _rename_in_sessions(c, dict.fromkeys(c.scalars(select(call.c.call_id).where(call.c.id.in_(ids)))))


def drop_saved_filters(c: Connection, tells: Callable[[str], bool]) -> int:
    """Deletes people's saved filters whose name or values tell of somebody; how many there were."""
    columns = saved_filter.c["id", "name"]
    filters = c.execute(select(*columns, type_coerce(saved_filter.c.params, Text))).all()
    gone = [pk for pk, *texts in filters if tells("\n".join(texts))]
    c.execute(delete(saved_filter).where(saved_filter.c.id.in_(gone)))
    return len(gone)


def _rename_in_sessions(c: Connection, names: Mapping[str, str | None]) -> None:
    for row in c.execute(select(*calibration_session.c["id", "document"])).all():
        calls = [names.get(name, name) for name in row.document["calls"]]
        if calls != row.document["calls"]:
            document = row.document | {"calls": [name for name in calls if name]}
            c.execute(update(calibration_session).where(calibration_session.c.id == row.id).values(document=document))
