"""Reads of coaching: candidates for a lesson, how often items are passed, what agents said."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from callqa.coaching import Candidate
from callqa.days import Moments
from callqa.keys import RubricKeys
from callqa.types import VERDICT_OF, Evidence, Verdict
from store.calls.call_plan import held as held_in_list
from store.calls.rows import VERDICTS
from store.people.calibration import not_blind
from store.tables.call_list import call_list
from store.tables.calls import call, call_score, finding, transcript
from store.tables.joins import (
    EFFECTIVE,
    began,
    check_pks,
    covered,
    held,
    rubric_pk,
    with_effective_score,
    with_transcript,
)

ROWS_AT_ONCE = 1000
SHEET = {column.name: column for column in EFFECTIVE}
DECIDED = "MVN"  # letters of the machine's that a person can overturn


class SheetCount(NamedTuple):
    """How many of an agent's calls have a score sheet with this verdict string."""

    agent_id: str
    team: str
    verdicts: str
    n_calls: int


class SaidRow(NamedTuple):
    """The places in one call that one check points at."""

    call_id: str
    agent_id: str
    evidence: tuple[Evidence, ...]


def candidates(
    c: Connection,
    keys: RubricKeys,
    position: int,
    check_keys: tuple[str, ...],
    letters: str,
    moments: Moments,
    most: int,
    **facts: str | None,
) -> Iterator[Candidate]:
    """The latest ``most`` listed calls whose item at ``position`` of the rubric has one of ``letters``, one by one.

    ``check_keys`` are those of the checks that the item needs. ``facts``: the team, agent_id or category that a call
    must have. Scores of a held night are left out, calls that people judge blind just now, and those in which a person
    decided otherwise than the machine, whose evidence shows something else.
    """
    of_listed = func.substr(call_list.c.verdicts, position + 1, 1).in_(list(letters))
    seeing = not_blind(c, call_list.c.call_id)
    of_facts = (call_list.c[name] == value for name, value in facts.items() if value)
    latest = _latest(c, keys, moments, most, of_listed, seeing, *of_facts)
    versions = list(check_pks(c, check_keys))
    letter, machine = (func.substr(column, position + 1, 1) for column in (SHEET["verdicts"], call_score.c.verdicts))
    overturned = and_(machine.in_(list(DECIDED)), machine != func.upper(letter))
    answer = finding.c["verdict", "value", "confidence"]
    wanted = (
        with_effective_score(select(*call.c["id", "call_id", "agent_id", "category"]), c, keys)
        .add_columns(
            letter.label("letter"),
            SHEET["verdicts"],
            SHEET["total"],
            transcript.c.confidence,
            *answer,
            finding.c.evidence.is_not(None),
        )
        .outerjoin(finding, _of_call(versions))
        .where(call.c.id.in_(latest), letter.in_(list(letters)), ~overturned)
        .order_by(call.c.id)
    )
    rows = c.execute(wanted.execution_options(yield_per=ROWS_AT_ONCE))
    for _, of_call in groupby(rows, key=lambda row: row[0]):
        yield _candidate(list(of_call))


def value_ranges(
    c: Connection, keys: RubricKeys, check_key: str, moments: Moments, most: int
) -> dict[Verdict, tuple[float, float]]:
    """The smallest and largest value that a check measured in the latest ``most`` listed calls, by its verdict."""
    wanted = (
        select(finding.c.verdict, func.min(finding.c.value), func.max(finding.c.value))
        .select_from(call)
        .where(finding.c.value.is_not(None), call.c.id.in_(_latest(c, keys, moments, most)))
        .group_by(finding.c.verdict)
    )
    rows = c.execute(_with_finding(wanted, c, keys, check_key))
    return {VERDICTS[verdict]: (low, high) for verdict, low, high in rows}


def sheet_counts(
    c: Connection, keys: RubricKeys, period: str, *, team: str | None = None, agent_id: str | None = None
) -> list[SheetCount]:
    """The different score sheets of each agent in the month ``period``.

    Scores of a held night are left out, and calls that people judge blind just now.
    """
    columns = call.c["agent_id", "team"]
    wanted = with_effective_score(select(*columns, SHEET["verdicts"], func.count()), c, keys)
    wanted = wanted.where(call.c.period == period, ~held(c, keys), not_blind(c, call.c.id))
    for column, value in ((call.c.team, team), (call.c.agent_id, agent_id)):
        if value is not None:
            wanted = wanted.where(column == value)
    return [SheetCount(*row) for row in c.execute(wanted.group_by(*columns, SHEET["verdicts"]).order_by(*columns))]


def evidence_rows(
    c: Connection, keys: RubricKeys, check_key: str, period: str, verdict: Verdict, most: int, reason: str | None = None
) -> Iterator[SaidRow]:
    """Where a check with this verdict points to in the month's calls, the last ``most`` that nobody judges blind."""
    wanted = (
        select(*call.c["call_id", "agent_id"], finding.c.evidence)
        .select_from(call)
        .where(call.c.period == period, finding.c.verdict == verdict.value, finding.c.evidence.is_not(None))
        .where(not_blind(c, call.c.id))
        .order_by(call.c.started_at.desc(), call.c.id.desc())
        .limit(most)
    )
    if reason is not None:
        wanted = wanted.where(finding.c.reason == reason)
    with_finding = _with_finding(wanted, c, keys, check_key)
    for row in c.execute(with_finding.execution_options(yield_per=ROWS_AT_ONCE)):
        yield SaidRow(*row)


def _latest(
    c: Connection, keys: RubricKeys, moments: Moments, most: int, *conditions: ColumnElement[bool]
) -> Select[Any]:
    """Numbers of listed calls whose scores are published: the index of the list has them in the order of time."""
    wanted = select(call_list.c.call_id).where(began(moments, call_list.c.started_at))
    wanted = wanted.where(call_list.c.rubric_id == rubric_pk(c, keys.rubric_key), ~held_in_list(c), *conditions)
    return select(wanted.order_by(call_list.c.started_at.desc(), call_list.c.call_id.desc()).limit(most).subquery())


def _with_finding(wanted: Select[Any], c: Connection, keys: RubricKeys, check_key: str) -> Select[Any]:
    """A query over calls, those that ``keys`` cover, joined to what one check found in them."""
    versions = list(check_pks(c, (check_key,)))
    joined = with_transcript(wanted, c, keys.engine_key).join(finding, _of_call(versions))
    return joined.where(covered(keys))


def _of_call(versions: list[int]) -> ColumnElement[bool]:
    return and_(
        finding.c.transcript_id == transcript.c.id,
        finding.c.context_key == call.c.context_key,
        finding.c.check_version_id.in_(versions),
    )


def _candidate(rows: list[Row[Any]]) -> Candidate:
    """From a row for each check of the item: of those that gave the item its verdict the first."""
    verdict = VERDICT_OF[rows[0].letter.upper()].value
    row = next((row for row in rows if row.verdict == verdict), rows[0])
    call_pk, call_id, agent_id, category, letter, verdicts, total, heard, _, value, confidence, has_evidence = row
    return Candidate(
        call_pk, call_id, agent_id, category, letter, verdicts, total, heard, value, confidence, bool(has_evidence)
    )
