"""Sessions, one session, judging a call blind, and what came of it."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Query
from starlette.responses import Response

from callqa.errors import CallQAError
from callqa.types import Verdict
from services.calibration.sessions import Answer, close, draw, new_session, put_answers, refuse_unusable
from store.calls import read
from web.access.request_context import Context
from web.access.roles import Permission
from web.calibration.build import (
    call_to_judge,
    context_of,
    judging_page,
    new_session_form,
    session_of,
    session_page,
    session_to_judge,
    sessions_page,
)
from web.calibration.view import Filled, Judging, NewSession, Session, Sessions
from web.routing import Area, Then, fragment, render

Name = Annotated[str, Query(max_length=200)]
Month = Annotated[str, Form(pattern=r"^(\d{4}-\d{2})?$")]

area = Area("calibration")


@area.page("/calibration", "calibration/list.html", Permission.CALIBRATE)
def sessions(context: Context) -> Sessions:
    return sessions_page(context)


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
        with context.desk.store.read() as c:
            refuse_unusable(c, filled.name, filled.reviewer, chosen)
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


@area.page("/calibration/session", "calibration/session.html", Permission.CALIBRATE)
def session(context: Context, name: Name) -> Session:
    return session_page(context, name)


@area.action("/calibration/close", Permission.LEAD_CALIBRATION)
def close_session(
    context: Context, name: Annotated[str, Form(max_length=200)], incomplete: Annotated[bool, Form()] = False
) -> Then:
    with context.desk.store.write() as c:
        is_closed = close(c, session_of(context, c, name), context.who.name, context.desk.now(), incomplete)
    if not is_closed:
        return Then(_href(name), context.say("还有人没有答完；确要结束，请勾选“不等未答的”"), "refused")
    context.log_action("calibration_closed", "calibration", named=name)
    return Then(_href(name), context.say("已结束，结果如下"))


@area.page("/calibration/judge", "calibration/judge.html", Permission.CALIBRATE)
def judge(context: Context, name: Name, number: Annotated[int, Query(ge=1)] = 1) -> Judging:
    with context.desk.store.read() as c:
        page = judging_page(context, c, session_to_judge(context, c, name), number)
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
        judged = session_to_judge(context, c, name)
        call_id = call_to_judge(judged, number, item, verdict)
        row = read.call_row(c, call_id)
    if row and row.call.agent_id == context.who.agent_id:
        return Then(_href(name, number), context.say("这是您本人的通话，请由他人评定"), "refused")
    answers = [Answer(call_id, item, verdict, note.strip())]
    put_answers(context_of(context.desk.rubric_set, judged), name, context.who.name, answers)
    if context.request.headers.get("hx-request") != "true":
        return Then(f"{_href(name, number)}#{item}")
    with context.desk.store.read() as c:
        return fragment(context, "calibration/_items.html", judging_page(context, c, judged, number))


def _href(name: str, number: int | None = None) -> str:
    if number is None:
        return f"/calibration/session?{urlencode({'name': name})}"
    return f"/calibration/judge?{urlencode({'name': name, 'number': number})}"
