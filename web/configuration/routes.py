"""Configuring: drafts that one person writes and another agrees to, the forms of their parts, and trying them."""

import threading
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Form, Query, Request
from starlette.responses import Response
from yaml import safe_load

from callqa.configuration import Content, Draft, Subject
from callqa.errors import CallQAError
from callqa.messages import Message
from callqa.types import Conversation
from reports.frames.what_if import summary, what_if_tables
from services.configuration import drafts, sheet
from services.configuration.entries import (
    as_turn,
    filled_entry,
    hits_in,
    new_id,
    with_entry,
    written_entry,
)
from services.configuration.files import MODELS, as_files, dumped_document, present_text, read_content
from services.configuration.model_form import filled
from services.context import RubricSet, draft_context
from services.rubrics.what_if import what_if
from store.calls import read
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.configuration.build import check_form, configuration_page, draft_of, draft_page, newest, shown_hit
from web.configuration.view import CheckForm, Configuration, DraftPage, PhraseTest
from web.routing import NOBODY, Area, Then, fragment, render
from web.tables import plain_tables

HERE, PAGE, CHECK, HITS = (
    "/configuration",
    "configuration/draft.html",
    "configuration/check.html",
    "configuration/_hits.html",
)
Text = Annotated[str, Form(max_length=200_000)]
Short = Annotated[str, Form(max_length=2000)]
CheckId = Annotated[str, Query(max_length=200)]

MOST_NEW = 500
"""Calls on which a trial runs new checks, for some ten seconds; it compares no more."""

area = Area(NOBODY)
_trying = threading.Lock()  # a trial reads a month of scores; one at a time is enough for everybody


async def posted(request: Request) -> dict[str, str]:
    """All fields of a form."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Posted = Annotated[dict[str, str], Depends(posted)]


@area.page(HERE, "configuration/list.html", Permission.APPROVE)
def configuration(context: Context) -> Configuration:
    return configuration_page(context)


@area.action("/configuration/begin", Permission.DRAFTS)
def begin(
    context: Context, subject: Annotated[Subject, Form()], name: Annotated[str, Form(max_length=100)] = ""
) -> Then:
    pk = drafts.begin(newest(context), subject, name, context.who.name, context.desk.now())
    context.log_action("draft_begun", "configuration", pk, f"{subject} {name}".strip())
    return Then(f"{HERE}/{pk}")


@area.page("/configuration/{pk:row}", PAGE, Permission.APPROVE)
def draft(context: Context, pk: int) -> DraftPage:
    return draft_page(context, draft_of(context, pk))


@area.action("/configuration/{pk:row}/sheet", Permission.DRAFTS)
def save_sheet(context: Context, pk: int, fields: Posted) -> Response | Then:
    known = draft_of(context, pk)
    if known.content.subject != "rubric":
        raise NotThere
    rubric_set = newest(context)
    rubric = read_content(rubric_set, known.content)
    document = sheet.changed(rubric, fields)
    if back := fields.get("back", ""):
        _put_back(rubric_set, document, back)
    return _changed(context, known, dumped_document(document), known.content.checks, fields)


@area.action("/configuration/{pk:row}/form", Permission.DRAFTS)
def save_form(context: Context, pk: int, fields: Posted) -> Response | Then:
    known = draft_of(context, pk)
    if known.content.subject == "rubric":
        raise NotThere
    try:
        document = filled(MODELS[known.content.subject], safe_load(known.content.text) or {}, fields)
    except CallQAError as error:
        return render(context, PAGE, draft_page(context, known, _within(context, error)), 422)
    return _changed(context, known, dumped_document(document), "")


@area.action("/configuration/{pk:row}/yaml", Permission.DRAFTS)
def put_in(context: Context, pk: int, text: Text = "", checks: Text = "") -> Response | Then:
    return _changed(context, draft_of(context, pk), text.replace("\r\n", "\n"), checks.replace("\r\n", "\n"))


@area.get("/configuration/{pk:row}/file", Permission.APPROVE)
def take_out(context: Context, pk: int, what: Annotated[str, Query(max_length=20)] = "") -> Response:
    content = draft_of(context, pk).content
    checks = what == "checks"
    name = "checks" if checks else "-".join(filter(None, (content.subject, content.name)))
    context.log_action("draft_taken_out", "configuration", pk, name)
    headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
    return Response(content.checks if checks else content.text, media_type="application/yaml", headers=headers)


@area.action("/configuration/{pk:row}/submit", Permission.DRAFTS)
def submit(context: Context, pk: int, reason: Short = "") -> Then:
    return _step(context, pk, "draft_submitted", context.say("已提交，请另一人批准"), lambda known: drafts.submit(
        context.desk.settings, newest(context), known, reason, context.who.name, context.desk.now()))  # fmt: skip


@area.action("/configuration/{pk:row}/take-back", Permission.DRAFTS)
def take_back(context: Context, pk: int) -> Then:
    return _step(context, pk, "draft_taken_back", context.say("已撤回，可以继续修改"), lambda known: drafts.take_back(
        context.desk.store, known, context.who.name, context.desk.now()))  # fmt: skip


@area.action("/configuration/{pk:row}/drop", Permission.DRAFTS)
def drop(context: Context, pk: int) -> Then:
    return _step(context, pk, "draft_dropped", context.say("草案已放弃"), lambda known: drafts.drop(
        context.desk.store, known, context.who.name, context.desk.now()), HERE)  # fmt: skip


@area.action("/configuration/{pk:row}/send-back", Permission.APPROVE)
def send_back(context: Context, pk: int, answer: Short = "") -> Then:
    return _step(context, pk, "draft_sent_back", context.say("已退回"), lambda known: drafts.send_back(
        context.desk.store, known, answer, context.who.name, context.desk.now()), HERE)  # fmt: skip


@area.action("/configuration/{pk:row}/publish", Permission.APPROVE)
def publish(context: Context, pk: int) -> Then:
    is_rubric = draft_of(context, pk).content.subject == "rubric"
    message = context.say("已发布，从下一次运行起使用") if is_rubric else context.say("已发布，现在起使用")
    then = _step(context, pk, "draft_published", message, lambda known: drafts.publish(
        context.desk.settings, newest(context), known, context.who.name, context.desk.now()), HERE)  # fmt: skip
    context.desk.look_anew()
    return then


@area.action("/configuration/{pk:row}/trial", Permission.DRAFTS)
def trial(context: Context, pk: int, month: Annotated[str, Form(pattern=r"^\d{4}-\d{2}$")]) -> Response:
    """Compares a month's calls under the draft with their scores. Stores nothing."""
    known = draft_of(context, pk)
    if known.content.subject != "rubric":
        raise NotThere
    if not _trying.acquire(blocking=False):
        return render(
            context, PAGE, draft_page(context, known, context.say("有人正在试算，请稍后再试"), month=month), 429
        )
    try:
        with as_files(known.content) as (path, checks):
            rubric_set = context.desk.rubric_set
            tried_on = draft_context(rubric_set, str(path), checks)
            answer = what_if(rubric_set, tried_on, month, blind=False, most_new=MOST_NEW)
    except CallQAError as error:
        return render(context, PAGE, draft_page(context, known, _within(context, error), month=month), 422)
    finally:
        _trying.release()
    context.log_action("draft_tried", "configuration", pk)
    tried: Any = summary(answer.moves) if answer.moves.n else context.say("这个月没有可比较的通话")
    if answer.unchecked:
        checks_left = "、".join(check for check, _ in answer.unchecked)
        tried = context.say(
            "新的检查 {checks} 还没有在 {n} 通通话上运行，这些通话未比较", checks=checks_left, n=answer.n_left_out
        )
    tables = plain_tables(what_if_tables(answer.moves)) if answer.moves.n else ()
    return render(context, PAGE, draft_page(context, known, month=month, tried=tried, trial=tables))


@area.page("/configuration/{pk:row}/check", CHECK, Permission.DRAFTS)
def check(context: Context, pk: int, id: CheckId = "", kind: CheckId = "phrase") -> CheckForm:
    """``id``: of the check; without one, a new one of this kind."""
    known = draft_of(context, pk)
    if not id:
        return check_form(known, {"kind": kind}, is_new=True)
    entry = written_entry(newest(context), known.content.checks, id)
    if entry is None or known.content.subject != "rubric":
        raise NotThere
    return check_form(known, entry, is_new=False)


@area.action("/configuration/{pk:row}/check", Permission.DRAFTS)
def save_check(context: Context, pk: int, fields: Posted) -> Response | Then:
    known, check_id = draft_of(context, pk), fields.get("id", "")
    entry = written_entry(newest(context), known.content.checks, check_id) if check_id else None
    is_new = entry is None
    title, kind = fields.get("title", "").strip(), fields.get("kind", "")
    entry = entry or {"id": new_id(kind, title), "kind": kind, "title": title}
    try:
        checks = with_entry(known.content.checks, filled_entry(entry, fields))
        text = known.content.text
        if is_new and fields.get("group"):
            text = _with_item(text, fields["group"], entry["id"], title)
        drafts.change(newest(context), known, text, checks, context.who.name, context.desk.now())
    except CallQAError as error:
        page = check_form(known, entry | {"title": title}, is_new=is_new, problem=_within(context, error))
        return render(context, CHECK, page, 422)
    context.log_action("draft_changed", "configuration", pk, str(entry["id"]))
    return Then(f"{HERE}/{pk}", context.say("检查已保存"))


@area.action("/configuration/phrases", Permission.DRAFTS)
def try_phrases(context: Context, fields: Posted) -> Response:
    """What the phrases of a form hit in a sentence, or in a call."""
    lines = [line.strip() for line in fields.get("params.phrases", "").splitlines() if line.strip()]
    sentence, call = fields.get("sentence", "").strip(), fields.get("call", "").strip()
    turns, agent = [as_turn(sentence)] if sentence else [], ""
    if call:
        heard_call = _conversation(context, call)
        if heard_call is None:
            return fragment(context, HITS, PhraseTest(context.say("没有这通通话，或者还没有转写"), 0, ()))
        turns, agent = list(heard_call.turns), heard_call.call.agent_id
    if not lines or not turns:
        return fragment(context, HITS, PhraseTest(context.say("请填写用语，并写一句话或填一通通话的编号"), 0, ()))
    try:
        hits = hits_in(lines, turns, agent)
    except CallQAError as error:
        return fragment(context, HITS, PhraseTest(_within(context, error), 0, ()))
    return fragment(context, HITS, PhraseTest("", len(turns), tuple(map(shown_hit, hits))))


def _put_back(context_set: RubricSet, document: dict[str, Any], item_id: str) -> None:
    """An item in use that the draft leaves out, at the end of its group."""
    present = safe_load(present_text(context_set, "rubric", document["id"]))
    for group in present["groups"]:
        for item in group["items"]:
            if item["id"] == item_id:
                mine = [each for each in document["groups"] if each["id"] == group["id"]]
                if mine:
                    mine[0]["items"].append(item)
                else:
                    document["groups"].append(group | {"items": [item]})


def _with_item(text: str, group_id: str, check_id: str, title: str) -> str:
    """The rubric with an item for a new check, with one point until somebody writes another number."""
    document = safe_load(text)
    for group in document["groups"]:
        if group["id"] == group_id:
            group["items"].append({"id": check_id, "title": title, "points": 1.0, "needs": [check_id]})
    return dumped_document(document)


def _conversation(context: RequestContext, call_id: str) -> Conversation | None:
    """The words of a call; who read them is in the audit log."""
    with context.desk.store.read() as c:
        row = read.call_heads(c, [call_id]).get(call_id)
        keys = context.desk.rubric_set[0].keys
        known = list(read.conversations(c, [row.pk], keys.engine_key)) if row else []
    if not known or row is None:
        return None
    context.log_action("call_opened", "call", row.pk, call_id)
    return known[0].conversation


def _changed(context: RequestContext, known: Draft, text: str, checks: str, fields: Any = None) -> Response | Then:
    """Keeps what was sent, or shows it again with what is wrong."""
    try:
        drafts.change(newest(context), known, text, checks, context.who.name, context.desk.now())
    except CallQAError as error:
        page = draft_page(context, known, _within(context, error), fields, None if fields else text)
        return render(context, PAGE, page, 422)
    context.log_action("draft_changed", "configuration", known.pk)
    return Then(f"{HERE}/{known.pk}", context.say("已保存到草案"))


def _step(
    context: RequestContext, pk: int, action: str, message: str, act: Callable[[Draft], object], href: str = ""
) -> Then:
    known = draft_of(context, pk)
    try:
        act(known)
    except CallQAError as error:
        return Then(f"{HERE}/{pk}", _within(context, error), "refused")
    content: Content = known.content
    context.log_action(action, "configuration", pk, f"{content.subject} {content.name}".strip())
    return Then(href or f"{HERE}/{pk}", message)


def _within(context: RequestContext, error: CallQAError) -> str:
    """What is wrong and in which line; the path is that of a copy, which nobody knows."""
    match error.values:
        case {"line": line, "problem": problem}:
            return Message("file.line", line=line, problem=problem).text(context.who.language)
        case {"problem": Message() as problem}:
            return problem.text(context.who.language)
    return context.refusal(error)
