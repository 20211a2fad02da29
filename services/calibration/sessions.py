"""Calibration sessions: drawing them, taking blind answers, and the report once they are closed."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from callqa.errors import CallQAError, ConfigError
from callqa.records import CalibrationSession
from callqa.types import Verdict
from callqa.yaml_file import did_you_mean
from scoring.agreement.calibration import CalibrationReport, calibration_report
from services.context import RubricContext
from services.review.reviews import new_review
from services.trust.measure import machine_answers
from store import Connection
from store.calls import read
from store.people import calibration, reviews

MACHINE, MAJORITY = "机检", "多数意见"


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's word on one item of one call."""

    call_id: str
    item_id: str
    verdict: Verdict
    note: str = ""


def draw(context: RubricContext, n: int, name: str, period: str | None) -> tuple[tuple[str, ...], int]:
    """``n`` scored calls, each as likely as any other, and how many there were to draw from.

    Calls of earlier sessions are left out. The name of the session is the seed. Raises `ConfigError` when there are
    fewer.
    """
    with context.store.read() as connection:
        known = {call_id for session in calibration.sessions(connection) for call_id in session.calls}
        scored = (row.call_id for row in read.scores(connection, context.keys, period))
        candidates = sorted(call_id for call_id in scored if call_id not in known)
    if len(candidates) < n:
        raise ConfigError("calibration.too_few_calls", n=n, there=len(candidates))
    return tuple(sorted(random.Random(f"calibration:{name}").sample(candidates, n))), len(candidates)


def put_answers(context: RubricContext, name: str, by: str, answers: Iterable[Answer]) -> int:
    """Stores what is new among them, all or nothing; how many. Raises `ConfigError` and `StoreError`."""
    with context.store.write() as connection:
        session = calibration.opened(connection, name)
        refuse_stranger(session, by)
        known = calibration.answers(connection, name).get(by, {})
        new = [answer for answer in answers if known.get((answer.call_id, answer.item_id)) is not answer.verdict]
        for answer in new:
            if answer.call_id not in session.calls:
                near = did_you_mean(answer.call_id, session.calls)
                raise ConfigError("calibration.call_unknown", call=answer.call_id, name=name, near=near)
            if answer.item_id not in session.items:
                near = did_you_mean(answer.item_id, session.items)
                raise ConfigError("calibration.item_unknown", item=answer.item_id, name=name, near=near)
            review = new_review(
                answer.call_id,
                answer.item_id,
                "override",
                by,
                verdict=answer.verdict,
                reason=answer.note,
                purpose="calibration",
                session=name,
            )
            reviews.put_review(connection, review)
    return len(new)


def n_missing(session: CalibrationSession, answers: calibration.Answers) -> dict[str, int]:
    """How many answers each reviewer still owes."""
    asked = {(call_id, item_id) for call_id in session.calls for item_id in session.items}
    return {reviewer: len(asked - answers.get(reviewer, {}).keys()) for reviewer in session.reviewers}


def report_of(context: RubricContext, c: Connection, session: CalibrationSession) -> CalibrationReport:
    """How the people of a closed session agree, and the machine with them."""
    answers = calibration.answers(c, session.name)
    machine = {
        (call_id, item_id): verdict
        for call_id, items in machine_answers(context, c, session.calls).items()
        for item_id, verdict in items.items()
    }
    people = {reviewer: answers.get(reviewer, {}) for reviewer in session.reviewers}
    return calibration_report(session.calls, session.items, people, machine, context.rubric, (MACHINE, MAJORITY))


def new_session(
    context: RubricContext,
    name: str,
    calls: Sequence[str],
    n_candidates: int | None,
    reviewers: Sequence[str],
    items: Sequence[str],
    by: str,
) -> CalibrationSession:
    """Opens it. ``items``: none are all of the rubric. Raises `ConfigError` and `StoreError`."""
    if not name.strip():
        raise ConfigError("calibration.no_name")
    if not calls:
        raise ConfigError("calibration.no_calls")
    if len(set(reviewers)) < 2:
        raise ConfigError("calibration.too_few_reviewers")
    if unknown := [item for item in items if item not in context.rubric.titles]:
        raise ConfigError("rubric.item_unknown", item=unknown[0], near=did_you_mean(unknown[0], context.rubric.titles))
    session = CalibrationSession(
        name=name,
        calls=tuple(dict.fromkeys(calls)),
        reviewers=tuple(dict.fromkeys(reviewers)),
        items=tuple(item for item in context.rubric.titles if item in items or not items),
        n_candidates=n_candidates,
        opened_by=by,
        opened_at=datetime.now(UTC),
    )
    with context.store.write() as connection:
        calibration.open_session(connection, session)
    return session


def refuse_unusable(c: Connection, name: str, reviewers: Sequence[str], calls: Iterable[str]) -> None:
    """Raises `CallQAError` for what somebody filled in wrongly; ``calls``: the ids of those that are named."""
    if not name:
        raise CallQAError("calibration.name_missing")
    if len(reviewers) < 2:
        raise CallQAError("calibration.two_reviewers")
    if any(session.name == name for session in calibration.sessions(c)):
        raise CallQAError("calibration.name_taken", name=name)
    if unknown := [call_id for call_id in calls if read.call_row(c, call_id) is None]:
        raise CallQAError("call.unknown", call=unknown[0])


def close(c: Connection, session: CalibrationSession, by: str, at: datetime, incomplete: bool = False) -> bool:
    """Ends it; ``False``: somebody still owes answers, and it stays open unless ``incomplete``. Raises `StoreError`."""
    if any(n_missing(session, calibration.answers(c, session.name)).values()) and not incomplete:
        return False
    calibration.close_session(c, session.name, by, at)
    return True


def refuse_stranger(session: CalibrationSession, by: str) -> None:
    """Raises `ConfigError` unless ``by`` is one of the reviewers."""
    if by not in session.reviewers:
        raise ConfigError("calibration.no_reviewer", who=by, name=session.name, reviewers=session.reviewers)
