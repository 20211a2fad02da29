"""Rubrics in use and stored, what differs between two, what a draft would move, and the checks behind the items."""

import tempfile
import threading
from pathlib import Path
from typing import Annotated

from fastapi import Form, Query
from starlette.responses import Response

from callqa.errors import CallQAError
from callqa.messages import Message
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.routing import NOBODY, Area, Then, render
from web.rubrics.build import (
    check_page,
    difference_page,
    rubrics_page,
    sheet_page,
    trial_page,
    tried_page,
)
from web.rubrics.view import CheckPage, Difference, Rubrics, Sheet, Trial

Key = Annotated[str, Query(max_length=64)]
DRAFT = "draft.yaml"

area = Area(NOBODY)
_trying = threading.Lock()  # a trial reads a month of scores; one at a time is enough for everybody


@area.page("/rubrics", "rubrics/list.html", Permission.RUBRICS)
def rubrics(context: Context) -> Rubrics:
    return rubrics_page(context)


@area.page("/rubrics/sheet", "rubrics/sheet.html", Permission.RUBRICS)
def sheet(context: Context, key: Key) -> Sheet:
    return sheet_page(context, key)


@area.page("/rubrics/diff", "rubrics/diff.html", Permission.RUBRICS)
def diff(context: Context, before: Key, after: Key) -> Difference:
    return difference_page(context, before, after)


@area.page("/rubrics/check", "rubrics/check.html", Permission.RUBRICS)
def check(context: Context, id: Annotated[str, Query(max_length=200)]) -> CheckPage:
    for rubric_context in context.desk.rubric_set:
        if id in rubric_context.checks:
            return check_page(rubric_context, id, context.desk.rubric_set)
    raise NotThere


@area.page("/rubrics/trial", "rubrics/trial.html", Permission.DRAFTS)
def trial_form(context: Context) -> Trial:
    return trial_page(context)


@area.action("/rubrics/trial", Permission.DRAFTS)
def trial(
    context: Context,
    text: Annotated[str, Form(max_length=200_000)],
    month: Annotated[str, Form(pattern=r"^\d{4}-\d{2}$")],
) -> Response | Then:
    """Compares a month's calls under the draft with their scores. Stores nothing."""
    if not _trying.acquire(blocking=False):
        return render(
            context,
            "rubrics/trial.html",
            trial_page(context, text, month, context.say("有人正在试算，请稍后再试")),
            429,
        )
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, DRAFT)
            path.write_text(text, encoding="utf-8")
            page = tried_page(context, text, month, path)
    except CallQAError as error:
        problem = context.say("草案不能使用：{problem}", problem=_within(context, error))
        return render(context, "rubrics/trial.html", trial_page(context, text, month, problem), 422)
    finally:
        _trying.release()
    context.log_action("draft_tried", "rubric")
    return render(context, "rubrics/trial.html", page)


def _within(context: RequestContext, error: CallQAError) -> Message | str:
    """What is wrong and in which line of the draft; the path is that of a copy, which nobody knows."""
    match error.values:
        case {"line": line, "problem": problem}:
            return Message("file.line", line=line, problem=problem)
        case {"problem": Message() as problem}:
            return problem
    return context.refusal(error)
