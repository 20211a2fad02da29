"""Calibration sessions as pages show them."""

from dataclasses import dataclass
from datetime import datetime

from callqa.records import CalibrationSession, Estimate
from callqa.types import Verdict
from scoring.agreement.calibration import CalibrationReport, PairAgreement
from services.calibration.sessions import n_missing, report_of
from services.context import RubricContext, RubricSet
from store import Connection
from store.calls import read
from store.people import calibration
from web.call.view import CallPage

CHOICES = (Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE, Verdict.UNSURE)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one person is."""

    reviewer: str
    n_answered: int
    n_asked: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in a list."""

    name: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    n_calls: int
    n_items: int
    n_candidates: int | None
    """How many calls it was drawn from by chance; ``None`` when somebody chose them."""
    progress: tuple[Progress, ...]
    mine: bool
    """The asking person is one of its reviewers."""


@dataclass(frozen=True, slots=True)
class CallToJudge:
    """A call of a session, and how many of its items the asking person has answered."""

    number: int
    call_id: str
    n_answered: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two raters agree on an item."""

    title: str
    n: int
    n_agreed: int
    kappa: Estimate
    ac1: Estimate


@dataclass(frozen=True, slots=True)
class Pair:
    one: str
    other: str
    n: int
    n_agreed: int
    items: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class DisputedCall:
    """A call on which people differ."""

    pk: int
    call_id: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a session showed."""

    pairs: tuple[Pair, ...]
    """Each pair of people, then the machine and the majority."""
    icc: Estimate | None
    """Of the totals; ``None`` when only some items were asked for."""
    means: tuple[tuple[str, float], ...]
    """Each person's mean total."""
    disputed: tuple[DisputedCall, ...]
    n_ties: int


@dataclass(frozen=True, slots=True)
class ItemToJudge:
    """An item, its explanation, and what the asking person answered."""

    id: str
    title: str
    note: str
    answer: Verdict | None


@dataclass(frozen=True, slots=True)
class Judging:
    """One call to judge; nothing on it says what others or the machine think."""

    name: str
    number: int
    n_calls: int
    call: CallPage
    """Without verdicts, since its calibration is under way."""
    items: tuple[ItemToJudge, ...]
    choices: tuple[Verdict, ...]


def context_of(rubric_set: RubricSet, session: CalibrationSession) -> RubricContext:
    """The context whose rubric has the session's items; the first one when none has them all any more."""
    return next(
        (rubric_context for rubric_context in rubric_set if set(session.items) <= rubric_context.rubric.titles.keys()),
        rubric_set[0],
    )


def row_of(c: Connection, session: CalibrationSession, who: str) -> SessionRow:
    asked = len(session.calls) * len(session.items)
    missing = n_missing(session, calibration.answers(c, session.name))
    return SessionRow(
        session.name,
        session.opened_at,
        session.opened_by,
        session.closed_at,
        len(session.calls),
        len(session.items),
        session.n_candidates,
        tuple(Progress(name, asked - left, asked) for name, left in missing.items()),
        who in session.reviewers,
    )


def calls_to_judge(c: Connection, session: CalibrationSession, who: str) -> tuple[CallToJudge, ...]:
    said = calibration.answers(c, session.name).get(who, {})
    return tuple(
        CallToJudge(number, call_id, sum((call_id, item_id) in said for item_id in session.items))
        for number, call_id in enumerate(session.calls, start=1)
    )


def items_to_judge(
    rubric_context: RubricContext, c: Connection, session: CalibrationSession, call_id: str, who: str
) -> tuple[ItemToJudge, ...]:
    said = calibration.answers(c, session.name).get(who, {})
    notes = {item.id: item.note for item in rubric_context.rubric.items}
    return tuple(
        ItemToJudge(one, rubric_context.rubric.titles.get(one, one), notes.get(one, ""), said.get((call_id, one)))
        for one in session.items
    )


def outcome_of(rubric_context: RubricContext, c: Connection, session: CalibrationSession) -> Outcome:
    """Of a closed session."""
    found: CalibrationReport = report_of(rubric_context, c, session)
    heads = read.call_heads(c, [one.call_id for one in found.disputed])
    titles = rubric_context.rubric.titles
    return Outcome(
        tuple(_pair(pair, rubric_context) for pair in found.pairs),
        found.totals.icc if found.totals else None,
        found.totals.means if found.totals else (),
        tuple(
            DisputedCall(heads[one.call_id].pk, one.call_id, tuple(titles.get(item, item) for item in one.items))
            for one in found.disputed
        ),
        found.n_ties,
    )


def _pair(pair: PairAgreement, rubric_context: RubricContext) -> Pair:
    titles = rubric_context.rubric.titles
    items = tuple(
        Agreement(titles.get(one.item_id, one.item_id), one.n, one.n_agreed, one.kappa, one.ac1) for one in pair.items
    )
    return Pair(pair.one, pair.other, sum(one.n for one in items), sum(one.n_agreed for one in items), items)
