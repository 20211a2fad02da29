"""What people do on the page of a call: decide items, add points, take a word back, appeal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Form
from starlette.responses import Response

from callqa.errors import CallQAError
from callqa.records import Review
from callqa.types import CallScore, Verdict
from scoring.agreement.trust import DECIDED
from services.appeals import steps
from services.calls.call_file import CallFile, Line, lines, read_call, to_confirm
from services.context import Run
from services.review.reviews import Reviewed, new_review, review_whole
from services.wording import ACTIONS
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.access.visibility import visible_call
from web.call.routes import area, page_for, run_of
from web.routing import Kind, Then, fragment

Reason = Annotated[str, Form(max_length=2000)]
Item = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True, slots=True)
class Judged:
    """A call that somebody judges."""

    run: Run
    file: CallFile
    lines: Mapping[str, Line]
    """By the item's id."""

    @property
    def call_id(self) -> str:
        return self.file.row.call.call_id


@area.action("/calls/{pk:row}/verdict", Permission.REVIEW)
def decide(
    context: Context,
    pk: int,
    item: Item,
    action: Annotated[Literal["confirm", "override", "withdraw"], Form()],
    verdict: Annotated[Verdict | None, Form()] = None,
    reason: Reason = "",
    seen: Annotated[str, Form(max_length=200)] = "",
) -> Response | Then:
    """One person's word on one item, or on a manual one that they take back. ``seen``: whose word the page showed."""
    judged = _judged(context, pk)
    line = judged.lines.get(item)
    if line and line.word and line.word.purpose == "appeal":
        raise CallQAError(context.say("这一项已由申诉裁定，不能再改"))
    if action != "withdraw" and line and line.word and line.word.review_key != seen and not _own(context, line.word):
        return _shown(context, pk, context.say("这一项刚有人评过，请看过再定"), "refused")
    if action == "withdraw":
        if not any(_own(context, word) and word.item_id == item for word in judged.file.said):
            raise CallQAError(context.say("您没有评过这一项，无可撤回"))
        verdict = None
    elif line is None:
        raise NotThere
    elif action == "confirm":
        verdict = line.found.verdict
        if verdict not in DECIDED:
            raise CallQAError(context.say("机器没有判定这一项，请直接判定为合格、不合格或不适用"))
    elif verdict not in DECIDED:
        raise CallQAError(context.say("请选择合格、不合格或不适用"))
    elif verdict is line.found.verdict:
        action = "confirm"  # with a note
    else:
        _ask_for(context, reason)
    word = new_review(judged.call_id, item, action, context.who.name, verdict=verdict, reason=reason.strip())
    return _reviewed(context, judged, [word], f"{line.item.title if line else item}：{context.say(ACTIONS[action])}")


@area.action("/calls/{pk:row}/confirm", Permission.REVIEW)
def confirm_rest(context: Context, pk: int) -> Response | Then:
    """All that the machine decided and nobody spoke of yet; fatal items are confirmed one by one."""
    judged = _judged(context, pk)
    words = [
        new_review(judged.call_id, line.item.id, "confirm", context.who.name, verdict=line.found.verdict)
        for line in to_confirm(judged.lines.values())
    ]
    if not words:
        raise CallQAError(context.say("没有可以一并确认的项目"))
    return _reviewed(context, judged, words, context.say("已确认 {n} 项", n=len(words)))


@area.action("/calls/{pk:row}/manual", Permission.REVIEW)
def add_points(
    context: Context,
    pk: int,
    title: Annotated[str, Form(max_length=60)],
    points: Annotated[float, Form(ge=-100, le=100, allow_inf_nan=False)],
    reason: Reason = "",
) -> Response | Then:
    """Points for something that the rubric has no item for."""
    judged = _judged(context, pk)
    titles = judged.run.rubric.titles
    title = title.strip()
    if not title or not points:
        raise CallQAError(context.say("请填写加减分的名称和不为 0 的分值"))
    if title in titles or title in titles.values():
        raise CallQAError(context.say("评分表里已有这一项，请直接改判"))
    _ask_for(context, reason)
    word = new_review(judged.call_id, title, "manual", context.who.name, points=points, reason=reason.strip())
    return _reviewed(context, judged, [word], f"{title} {points:+g}")


@area.action("/calls/{pk:row}/appeal", Permission.APPEAL)
def appeal(context: Context, pk: int, item: Item, reason: Reason = "") -> Response | Then:
    """The agent contests a verdict on their own call."""
    with context.desk.store.read() as c:
        row = visible_call(context, c, pk)
        run, now = run_of(context, row), context.desk.now()
        own = context.who.agent_id == row.call.agent_id
        may = own and item in steps.appealable(run, c, row.call.call_id, now)
    if not may:
        raise CallQAError(context.say("这一项现在不能申诉：没有扣分、已申诉过，或已过期限"))
    _ask_for(context, reason)
    number = steps.submit(run, row.call.call_id, item, row.call.agent_id, reason.strip(), now)
    context.note("appeal_made", "appeal", number, row.call.call_id, item=item)
    return _shown(context, pk, context.say("申诉 {n} 已提交", n=number))


def _judged(context: RequestContext, pk: int) -> Judged:
    """Raises `NotThere` for a call outside of the visibility and `CallQAError` for one not to be judged."""
    with context.desk.store.read() as c:
        row = visible_call(context, c, pk)
        run = run_of(context, row)
        file = read_call(run, c, row)
    if row.call.agent_id in (context.who.name, context.who.agent_id):
        raise CallQAError(context.say("不能复核自己的通话"))
    if file.sessions:
        raise CallQAError(context.say("这通电话正在校准，结束前不能复核"))
    return Judged(run, file, {line.item.id: line for line in lines(run, file)})


def _own(context: RequestContext, word: Review) -> bool:
    return word.author == context.who.name


def _ask_for(context: RequestContext, reason: str) -> None:
    if not reason.strip():
        raise CallQAError(context.say("请写明理由，坐席会看到"))


def _reviewed(context: RequestContext, judged: Judged, words: list[Review], said: str) -> Response | Then:
    done = review_whole(judged.run, words)
    pk = judged.file.row.call_pk
    context.note("call_reviewed", "call", pk, judged.call_id, item=words[0].item_id, n=len(words), word=words[0].action)
    return _shown(context, pk, said + _change(context, done))


def _change(context: RequestContext, done: Reviewed) -> str:
    before, after = _total(done.before), _total(done.after)
    return "" if before == after else context.say("，总分 {before} → {after}", before=before, after=after)


def _total(sheet: CallScore | None) -> str:
    return "—" if sheet is None or sheet.total is None else f"{sheet.total:.1f}".removesuffix(".0")


def _shown(context: RequestContext, pk: int, said: str, kind: Kind = "done") -> Response | Then:
    """The sheet anew for scripts, else the page."""
    if context.request.headers.get("hx-request") != "true":
        return Then(f"/calls/{pk}#sheet", said, kind)
    with context.desk.store.read() as c:
        page = page_for(context, c, visible_call(context, c, pk))
    response = fragment(context, "call/_after.html", page)
    response.headers["HX-Trigger"] = json.dumps({"toast": {"kind": kind, "text": said}})
    return response
