"""Calibration sessions as their pages show them."""

from callqa.records import CalibrationSession
from callqa.types import Verdict
from scoring.agreement.calibration import CalibrationReport, PairAgreement
from services.calibration.sessions import n_missing, report_of
from services.context import RubricContext, RubricSet
from store import Connection
from store.calls import read
from store.people import calibration
from web.access.holders import holders_of
from web.access.request_context import Forbidden, NotThere, RequestContext
from web.access.roles import Permission
from web.calibration.view import (
    Agreement,
    CallToJudge,
    DisputedCall,
    Filled,
    ItemToJudge,
    Judging,
    NewSession,
    Outcome,
    Pair,
    Progress,
    Session,
    SessionRow,
    Sessions,
)
from web.call.build import page_for

CHOICES = (Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE, Verdict.UNSURE)


def session_of(context: RequestContext, c: Connection, name: str) -> CalibrationSession:
    """The session of this name. Raises `NotThere`, also for one that the person has no part in."""
    named = next((session for session in calibration.sessions(c) if session.name == name), None)
    if named is None or not _knows(context, named):
        raise NotThere
    return named


def session_to_judge(context: RequestContext, c: Connection, name: str) -> CalibrationSession:
    """A session in which the person judges just now. Raises `NotThere` and `Forbidden`."""
    session = session_of(context, c, name)
    if context.who.name not in session.reviewers or session.closed_at is not None:
        raise Forbidden
    return session


def _knows(context: RequestContext, session: CalibrationSession) -> bool:
    return context.may(Permission.LEAD_CALIBRATION) or context.who.name in session.reviewers


def sessions_page(context: RequestContext) -> Sessions:
    """Those that the person has a part in, the newest first."""
    with context.desk.store.read() as c:
        known = [session for session in calibration.sessions(c) if _knows(context, session)]
        return Sessions(tuple(row_of(c, session, context.who.name) for session in reversed(known)))


def session_page(context: RequestContext, name: str) -> Session:
    """What is to be judged while it is open, and what came of it afterwards. Raises `NotThere`."""
    with context.desk.store.read() as c:
        session = session_of(context, c, name)
        outcome = outcome_of(context_of(context.desk.rubric_set, session), c, session) if session.closed_at else None
        mine = context.who.name in session.reviewers and outcome is None
        calls = calls_to_judge(c, session, context.who.name) if mine else ()
        return Session(row_of(c, session, context.who.name), calls, outcome)


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
        tuple(Progress(name, asked - n_left, asked) for name, n_left in missing.items()),
        who in session.reviewers,
    )


def calls_to_judge(c: Connection, session: CalibrationSession, who: str) -> tuple[CallToJudge, ...]:
    answers = calibration.answers(c, session.name).get(who, {})
    return tuple(
        CallToJudge(number, call_id, sum((call_id, item_id) in answers for item_id in session.items))
        for number, call_id in enumerate(session.calls, start=1)
    )


def items_to_judge(
    rubric_context: RubricContext, c: Connection, session: CalibrationSession, call_id: str, who: str
) -> tuple[ItemToJudge, ...]:
    answers = calibration.answers(c, session.name).get(who, {})
    notes = {item.id: item.note for item in rubric_context.rubric.items}
    return tuple(
        ItemToJudge(
            item_id,
            rubric_context.rubric.titles.get(item_id, item_id),
            notes.get(item_id, ""),
            answers.get((call_id, item_id)),
        )
        for item_id in session.items
    )


def outcome_of(rubric_context: RubricContext, c: Connection, session: CalibrationSession) -> Outcome:
    """Of a closed session."""
    report: CalibrationReport = report_of(rubric_context, c, session)
    heads = read.call_heads(c, [call.call_id for call in report.disputed])
    titles = rubric_context.rubric.titles
    return Outcome(
        tuple(_pair(pair, rubric_context) for pair in report.pairs),
        report.totals.icc if report.totals else None,
        report.totals.means if report.totals else (),
        tuple(
            DisputedCall(heads[call.call_id].pk, call.call_id, tuple(titles.get(item, item) for item in call.items))
            for call in report.disputed
        ),
        report.n_ties,
    )


def _pair(pair: PairAgreement, rubric_context: RubricContext) -> Pair:
    titles = rubric_context.rubric.titles
    items = tuple(
        Agreement(titles.get(item.item_id, item.item_id), item.n, item.n_agreed, item.kappa, item.ac1)
        for item in pair.items
    )
    return Pair(pair.first, pair.second, sum(item.n for item in items), sum(item.n_agreed for item in items), items)


def new_session_form(context: RequestContext, filled: Filled, problem: str = "") -> NewSession:
    with context.desk.store.read() as c:
        able = holders_of(c, Permission.CALIBRATE)
    items = context.desk.rubric_set[0].rubric.titles.items()
    return NewSession(tuple((account.name, account.shown_name) for account in able), tuple(items), filled, problem)


def call_to_judge(session: CalibrationSession, number: int, item_id: str, verdict: Verdict) -> str:
    """The id of the call at this place, from 1. Raises `NotThere` for what nobody is asked in the session."""
    if verdict not in CHOICES or number > len(session.calls) or item_id not in session.items:
        raise NotThere
    return session.calls[number - 1]


def judging_page(context: RequestContext, c: Connection, session: CalibrationSession, number: int) -> Judging:
    """The call of this place, from 1. Raises `NotThere`."""
    row = read.call_row(c, session.calls[number - 1]) if number <= len(session.calls) else None
    if row is None:
        raise NotThere
    items = items_to_judge(context_of(context.desk.rubric_set, session), c, session, row.call.call_id, context.who.name)
    return Judging(session.name, number, len(session.calls), page_for(context, c, row), items, CHOICES)
