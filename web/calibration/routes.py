"""Sessions, one session, judging a call blind, and what came of it."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Query
from starlette.responses import Response

from callqa.errors import CallQAError
from callqa.records import CalibrationSession
from callqa.types import Verdict
from services.calibration.sessions import Answer, draw, n_missing, new_session, put_answers
from store import Connection
from store.calls import read
from store.people import calibration
from web.access.request_context import Context, Forbidden, NotThere, RequestContext
from web.access.roles import Permission
from web.calibration.build import (
    CHOICES,
    calls_to_judge,
    context_of,
    judging_page,
    new_session_form,
    outcome_of,
    row_of,
)
from web.calibration.view import Filled, Judging, NewSession, Session, Sessions
from web.routing import Area, Then, fragment, render

Name = Annotated[str, Query(max_length=200)]
Month = Annotated[str, Form(pattern=r"^(\d{4}-\d{2})?$")]

area = Area("calibration")


@area.page("/calibration", "calibration/list.html", Permission.CALIBRATE)
def sessions(context: Context) -> Sessions:
    with context.desk.store.read() as c:
        known = [session for session in calibration.sessions(c) if _knows(context, session)]
        return Sessions(tuple(row_of(c, session, context.who.name) for session in reversed(known)))


@area.page("/calibration/new", "calibration/new.html", Permission.LEAD_CALIBRATION)
def new(context: Context) -> NewSession:
    return new_session_form(context, Filled())


@area.action("/calibration/new", Permission.LEAD_CALIBRATION)
def open_session(
    context: Context,
    name: Annotated[str, Form(max_length=100)],
    reviewer: Annotated[list[str] | None, Form()] = None,
    item: Annotated[list[str] | None, Form()] = None,
    n_calls: Annotated[int, Form(ge=1, le=1000)] = 20,
    month: Month = "",
    calls: Annotated[str, Form(max_length=20_000)] = "",
) -> Then | Response:
    """Draws calls by chance, or takes those that are named. What is refused comes back as it was filled in."""
    filled = Filled(name.strip(), tuple(reviewer or ()), tuple(item or ()), n_calls, month, calls)
    rubric_context, by = context.desk.rubric_set[0], context.who.name
    chosen = calls.replace("，", ",").replace(",", " ").split()
    try:
        _refuse(context, filled, chosen)
        drawn, n = (chosen, None) if chosen else draw(rubric_context, n_calls, filled.name, month or None)
        new_session(
            rubric_context,
            filled.name,
            drawn,
            n,
            filled.reviewer,
            filled.item or list(rubric_context.rubric.titles),
            by,
        )
    except CallQAError as error:
        return render(context, "calibration/new.html", new_session_form(context, filled, context.refusal(error)), 422)
    context.log_action("calibration_opened", "calibration", named=filled.name)
    return Then(_href(filled.name), context.say("已开始；评定人会在“校准”里看到"))


def _refuse(context: RequestContext, filled: Filled, chosen: list[str]) -> None:
    """Raises `CallQAError`."""
    if not filled.name:
        raise CallQAError("calibration.name_missing")
    if len(filled.reviewer) < 2:
        raise CallQAError("calibration.two_reviewers")
    with context.desk.store.read() as c:
        if any(session.name == filled.name for session in calibration.sessions(c)):
            raise CallQAError("calibration.name_taken", name=filled.name)
        if unknown := [call for call in chosen if read.call_row(c, call) is None]:
            raise CallQAError("call.unknown", call=unknown[0])


@area.page("/calibration/session", "calibration/session.html", Permission.CALIBRATE)
def session(context: Context, name: Name) -> Session:
    with context.desk.store.read() as c:
        stored = _find(context, c, name)
        outcome = outcome_of(context_of(context.desk.rubric_set, stored), c, stored) if stored.closed_at else None
        mine = context.who.name in stored.reviewers and outcome is None
        calls = calls_to_judge(c, stored, context.who.name) if mine else ()
        return Session(row_of(c, stored, context.who.name), calls, outcome)


@area.action("/calibration/close", Permission.LEAD_CALIBRATION)
def close(
    context: Context, name: Annotated[str, Form(max_length=200)], incomplete: Annotated[bool, Form()] = False
) -> Then:
    with context.desk.store.write() as c:
        stored = _find(context, c, name)
        if any(n_missing(stored, calibration.answers(c, name)).values()) and not incomplete:
            return Then(_href(name), context.say("还有人没有答完；确要结束，请勾选“不等未答的”"), "refused")
        calibration.close_session(c, name, context.who.name, context.desk.now())
    context.log_action("calibration_closed", "calibration", named=name)
    return Then(_href(name), context.say("已结束，结果如下"))


@area.page("/calibration/judge", "calibration/judge.html", Permission.CALIBRATE)
def judge(context: Context, name: Name, number: Annotated[int, Query(ge=1)] = 1) -> Judging:
    with context.desk.store.read() as c:
        page = judging_page(context, c, _judged(context, c, name), number)
    context.log_view("call_opened", "call", page.call.pk, page.call.call_id, calibration=name)
    return page


@area.action("/calibration/answer", Permission.CALIBRATE)
def answer(
    context: Context,
    name: Annotated[str, Form(max_length=200)],
    number: Annotated[int, Form(ge=1)],
    item: Annotated[str, Form(max_length=200)],
    verdict: Annotated[Verdict, Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Then | Response:
    """Stores one answer at once, so that nothing is lost; until the session is closed it may be changed."""
    with context.desk.store.read() as c:
        stored = _judged(context, c, name)
    if verdict not in CHOICES or number > len(stored.calls) or item not in stored.items:
        raise NotThere
    rubric_context, call_id = context_of(context.desk.rubric_set, stored), stored.calls[number - 1]
    with context.desk.store.read() as c:
        row = read.call_row(c, call_id)
    if row and row.call.agent_id == context.who.agent_id:
        return Then(_href(name, number), context.say("这是您本人的通话，请由他人评定"), "refused")
    put_answers(rubric_context, name, context.who.name, [Answer(call_id, item, verdict, note.strip())])
    if context.request.headers.get("hx-request") != "true":
        return Then(f"{_href(name, number)}#{item}")
    with context.desk.store.read() as c:
        return fragment(context, "calibration/_items.html", judging_page(context, c, stored, number))


def _find(context: RequestContext, c: Connection, name: str) -> CalibrationSession:
    """Raises `NotThere`, also for a session that the person has no part in."""
    stored = next((session for session in calibration.sessions(c) if session.name == name), None)
    if stored is None or not _knows(context, stored):
        raise NotThere
    return stored


def _judged(context: RequestContext, c: Connection, name: str) -> CalibrationSession:
    """A session in which the person judges just now. Raises `NotThere` and `Forbidden`."""
    stored = _find(context, c, name)
    if context.who.name not in stored.reviewers or stored.closed_at is not None:
        raise Forbidden
    return stored


def _knows(context: RequestContext, session: CalibrationSession) -> bool:
    return context.may(Permission.LEAD_CALIBRATION) or context.who.name in session.reviewers


def _href(name: str, number: int | None = None) -> str:
    if number is None:
        return f"/calibration/session?{urlencode({'name': name})}"
    return f"/calibration/judge?{urlencode({'name': name, 'number': number})}"
