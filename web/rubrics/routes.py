"""Rubrics in use and stored, what differs between two, what a draft would move, and the checks behind the items."""

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Form, Query
from starlette.responses import Response

from callqa.errors import CallQAError, ConfigError
from callqa.messages import Message
from reports.frames.rubrics import diff_tables, rubric_summary, rubric_table
from reports.frames.what_if import summary, what_if_tables
from scoring import Rubric
from scoring.rubric_diff import compare_rubrics
from services.context import RubricContext, draft_context
from services.rubrics.what_if import what_if
from store.calls.read import periods
from store.people.reviews import rubric_documents
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.routing import NOBODY, Area, Then, render
from web.rubrics.view import CheckPage, ItemLine, StoredRubric, check_page, item_lines, stored_rubrics
from web.tables import PlainTable, plain_table, plain_tables

Key = Annotated[str, Query(max_length=64)]
DRAFT = "draft.yaml"

area = Area(NOBODY)
_trying = threading.Lock()  # a trial reads a month of scores; one at a time is enough for everybody


@dataclass(frozen=True, slots=True)
class InUse:
    """A rubric that calls are scored by, with how far its items can be trusted."""

    key: str
    title: str
    summary: tuple[str, ...]
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class Rubrics:
    """What calls are, and were, scored by."""

    in_use: tuple[InUse, ...]
    stored: tuple[StoredRubric, ...]
    """Every version that scores were ever made by."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version of a rubric."""

    title: str
    summary: tuple[str, ...]
    table: PlainTable


@dataclass(frozen=True, slots=True)
class Difference:
    """What one version changes against another."""

    before: str
    after: str
    tables: tuple[PlainTable, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """A form for a draft, and what it would move."""

    text: str
    month: str
    months: tuple[str, ...]
    problem: str
    """Why the draft cannot be tried; "" when it can."""
    summary: str
    tables: tuple[PlainTable, ...]
    changes: tuple[PlainTable, ...]
    """What the draft changes against the rubric of the same id, or the first one."""


@area.page("/rubrics", "rubrics/list.html", Permission.RUBRICS)
def rubrics(context: Context) -> Rubrics:
    with context.desk.store.read() as c:
        in_use = tuple(
            InUse(
                rubric_context.rubric.key,
                f"{rubric_context.rubric.id} {rubric_context.rubric.version}",
                _summary(rubric_context.rubric),
                item_lines(rubric_context, c),
            )
            for rubric_context in context.desk.rubric_set
        )
        return Rubrics(in_use, stored_rubrics(c, {one.key for one in in_use}))


@area.page("/rubrics/sheet", "rubrics/sheet.html", Permission.RUBRICS)
def sheet(context: Context, key: Key) -> Sheet:
    rubric = _stored(context, key)
    return Sheet(rubric.title, _summary(rubric), plain_table("", rubric_table(rubric)))


@area.page("/rubrics/diff", "rubrics/diff.html", Permission.RUBRICS)
def diff(context: Context, before: Key, after: Key) -> Difference:
    one, other = _stored(context, before), _stored(context, after)
    tables = plain_tables(diff_tables(compare_rubrics(one, other), one, other))
    return Difference(f"{one.id} {one.version}", f"{other.id} {other.version}", tables)


@area.page("/rubrics/check", "rubrics/check.html", Permission.RUBRICS)
def check(context: Context, id: Annotated[str, Query(max_length=200)]) -> CheckPage:
    for rubric_context in context.desk.rubric_set:
        if id in rubric_context.checks:
            return check_page(rubric_context, id, context.desk.rubric_set)
    raise NotThere


@area.page("/rubrics/trial", "rubrics/trial.html", Permission.DRAFTS)
def trial_form(context: Context) -> Trial:
    return _trial(context)


@area.action("/rubrics/trial", Permission.DRAFTS)
def trial(
    context: Context,
    text: Annotated[str, Form(max_length=200_000)],
    month: Annotated[str, Form(pattern=r"^\d{4}-\d{2}$")],
) -> Response | Then:
    """Compares a month's calls under the draft with their scores. Stores nothing."""
    if not _trying.acquire(blocking=False):
        return render(
            context, "rubrics/trial.html", _trial(context, text, month, context.say("有人正在试算，请稍后再试")), 429
        )
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, DRAFT)
            path.write_text(text, encoding="utf-8")
            page = _tried(context, text, month, path)
    except CallQAError as error:
        problem = context.say("草案不能使用：{problem}", problem=_within(context, error))
        return render(context, "rubrics/trial.html", _trial(context, text, month, problem), 422)
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


def _tried(context: RequestContext, text: str, month: str, path: Path) -> Trial:
    answer = what_if(context.desk.rubric_set, draft_context(context.desk.rubric_set, str(path)), month, blind=False)
    draft, rubric_set = answer.moves.draft, context.desk.rubric_set
    present: RubricContext = next(
        (rubric_context for rubric_context in rubric_set if rubric_context.rubric.id == draft.id), rubric_set[0]
    )
    changes = plain_tables(diff_tables(compare_rubrics(present.rubric, draft), present.rubric, draft))
    if not answer.moves.n:
        return _trial(context, text, month, context.say("这个月没有可比较的通话"), changes=changes)
    tables = plain_tables(what_if_tables(answer.moves))
    return _trial(context, text, month, summary=summary(answer.moves), tables=tables, changes=changes)


def _trial(
    context: RequestContext,
    text: str = "",
    month: str = "",
    problem: str = "",
    summary: str = "",
    tables: tuple[PlainTable, ...] = (),
    changes: tuple[PlainTable, ...] = (),
) -> Trial:
    with context.desk.store.read() as c:
        months = tuple(reversed(periods(c)))
    return Trial(text, month or (months[0] if months else ""), months, problem, summary, tables, changes)


def _stored(context: RequestContext, key: str) -> Rubric:
    """Raises `NotThere`, and `ConfigError` for one that this version of callqa cannot read."""
    with context.desk.store.read() as c:
        document = rubric_documents(c).get(key)
    if document is None:
        raise NotThere
    try:
        return Rubric.model_validate(document)
    except ValueError as error:
        raise ConfigError(context.say("这个版本由另一版 callqa 保存，无法显示")) from error


def _summary(rubric: Rubric) -> tuple[str, ...]:
    return tuple(line.strip() for line in rubric_summary(rubric).splitlines())
