"""Lists of appeals, one appeal, and the steps that people take."""

from datetime import date
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from callqa.errors import CallQAError
from callqa.records import AppealOutcome
from callqa.types import Verdict
from services.appeals import golden, steps
from services.appeals.states import find
from services.context import context_for
from services.review.reviews import Reviewed
from services.wording import APPEAL_OUTCOMES
from web.access.request_context import Context, Forbidden, NotThere, RequestContext
from web.access.roles import Permission
from web.access.visibility import visibility_of, visible_call
from web.appeals.build import DECIDES, latest_rows, n_held_back, open_rows, page_of, proposal_rows, row_of
from web.appeals.view import AppealPage, Appeals, Shown
from web.call.build import context_of
from web.review.sheet import Item, Reason, sheet_after
from web.routing import Area, Then

area = Area("appeal")


@area.page("/appeals", "appeals/list.html", Permission.APPEALS)
def appeal_list(context: Context, shown: Shown | None = None) -> Appeals:
    """Without ``shown``: what waits for oneself, where something does."""
    desk, visibility, today = context.desk, visibility_of(context.who), _today(context)
    with desk.store.read() as c:
        waiting = open_rows(desk.rubric_set, c, context.who, visibility, today)
        todo = [row for row in waiting if row.mine]
        shown = shown or ("todo" if todo else "open")
        if shown == "all":
            rows = latest_rows(desk.rubric_set, c, context.who, visibility, today)
        else:
            rows = todo if shown == "todo" else waiting
        held_back = n_held_back(c, context.who, visibility, only_open=shown != "all")
        proposals = proposal_rows(context, c, visibility, today)
    return Appeals(shown, tuple(rows), len(todo), len(waiting), tuple(proposals), held_back)


@area.page("/appeals/{pk:row}", "appeals/appeal.html", Permission.APPEALS)
def appeal(context: Context, pk: int) -> AppealPage:
    page = _page(context, pk)
    if page.contested is not None:
        context.log_view("call_opened", "call", page.row.call_pk, page.row.call_id)
    return page


@area.action("/appeals/{pk:row}/decide", Permission.APPEALS)
def decide(
    context: Context,
    pk: int,
    outcome: Annotated[AppealOutcome, Form()],
    reason: Annotated[str, Form(max_length=2000)] = "",
    verdict: Annotated[Verdict | None, Form()] = None,
    propose: Annotated[bool, Form(alias="golden")] = False,
) -> Then:
    """Accepts, rejects or passes on, at the stage whose turn it is. Who accepts says which verdict holds instead.

    ``propose``: the final stage proposes its verdict for the golden set.
    """
    page = _page(context, pk)
    if page.row.status != "open" and any(map(context.may, DECIDES.values())):  # somebody was faster, or another tab
        return Then(f"/appeals/{pk}", context.say("这份申诉已经处理过"), "refused")
    if outcome not in page.choices:
        raise Forbidden
    if not reason.strip():
        return Then(f"/appeals/{pk}", context.say("请写明理由，坐席会看到"), "refused")
    if outcome == "accept" and verdict not in (Verdict.MET, Verdict.NOT_APPLICABLE):
        return Then(f"/appeals/{pk}", context.say("申诉成立应改判为合格或不适用"), "refused")
    rubric_context = context_for(context.desk.rubric_set, page.row.call_id)
    new_verdict, proposes = verdict or Verdict.MET, propose and outcome != "forward"
    reviewed = steps.decide(
        rubric_context, pk, outcome, context.who.name, reason.strip(), page.stage, new_verdict, propose_label=proposes
    )
    context.log_action("appeal_decided", "appeal", pk, page.row.call_id, outcome=outcome, golden=propose)
    return Then("/appeals?shown=todo", _told(context, pk, outcome, reviewed) + _of_golden(context, pk, propose))


@area.action("/appeals/{pk:row}/golden", Permission.APPEALS)
def join_golden(context: Context, pk: int) -> Then:
    """Proposes the final verdict for the golden set, or agrees with the proposal as a second person."""
    page = _page(context, pk)
    if page.golden is None or not (page.golden.may_propose or page.golden.may_agree):
        raise Forbidden
    rubric_context = context_for(context.desk.rubric_set, page.row.call_id)
    if page.golden.may_propose:
        golden.propose_final(rubric_context, pk, context.who.name)
    else:
        golden.agree(rubric_context, pk, context.who.name)
    context.log_action("golden_proposed" if page.golden.may_propose else "golden_agreed", "appeal", pk)
    return Then(f"/appeals/{pk}", _of_golden(context, pk, True).lstrip("，, "))


def _of_golden(context: RequestContext, pk: int, proposed: bool) -> str:
    with context.desk.store.read() as c:
        choice = golden.golden_choice(c, find(c, pk)) if proposed else None
    if choice is None:
        return ""
    return context.say("，已加入金标集" if choice.joined else "，已提议加入金标集，待另一人同意")


@area.action("/appeals/{pk:row}/further", Permission.APPEAL)
def further(context: Context, pk: int, reason: Annotated[str, Form(max_length=2000)] = "") -> Then:
    """The agent takes a rejected appeal to the next stage."""
    page = _page(context, pk)
    if not page.can_go_on or context.who.agent_id is None:
        raise Forbidden
    steps.decide(
        context_for(context.desk.rubric_set, page.row.call_id), pk, "forward", context.who.agent_id, reason.strip()
    )
    context.log_action("appeal_taken_further", "appeal", pk, page.row.call_id)
    return Then(f"/appeals/{pk}", context.say("已提交上一级处理"))


def _page(context: RequestContext, pk: int) -> AppealPage:
    """Raises `NotThere`, also for an appeal that the person may not know of."""
    with context.desk.store.read() as c:
        row = row_of(context.desk.rubric_set, c, context.who, visibility_of(context.who), pk, _today(context))
        if row is None:
            raise NotThere
        return page_of(context, c, row, _today(context))


def _today(context: RequestContext) -> date:
    return context.desk.now().astimezone(context.desk.settings.zone).date()


def _told(context: RequestContext, pk: int, outcome: AppealOutcome, reviewed: Reviewed) -> str:
    text = context.say("申诉 {pk}：{outcome}", pk=pk, outcome=context.say(APPEAL_OUTCOMES[outcome]))
    before, after = reviewed.before, reviewed.after
    if outcome == "accept" and before and after and before.total is not None and after.total is not None:
        text += context.say("，得分 {before:.1f} → {after:.1f}", before=before.total, after=after.total)
    return text


@area.action("/calls/{pk:row}/appeal", Permission.APPEAL)
def make_appeal(context: Context, pk: int, item: Item, reason: Reason = "") -> Response | Then:
    """The agent contests a verdict on their own call."""
    with context.desk.store.read() as c:
        row = visible_call(context, c, pk)
        rubric_context, now = context_of(context, row), context.desk.now()
        is_own_call = context.who.agent_id == row.call.agent_id
        may = is_own_call and item in steps.appealable(rubric_context, c, row.call.call_id, now)
    if not may:
        raise CallQAError("appeal.not_possible")
    number = steps.submit(rubric_context, row.call.call_id, item, row.call.agent_id, reason.strip(), now)
    context.log_action("appeal_made", "appeal", number, row.call.call_id, item=item)
    return sheet_after(context, pk, context.say("申诉 {n} 已提交", n=number))
