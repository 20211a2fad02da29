"""One's own review queue, the whole one, who has how much to do; giving out and taking back."""

from typing import Annotated

from fastapi import Form, Query
from starlette.responses import Response

from callqa.errors import CallQAError
from scoring.review.assignment_rules import assign as assign_by_rules
from scoring.review.queue import share_out
from services.review.closing import close_calls
from services.review.queue import assign_chosen, end, give_out, rules_of, take_next
from store.calls import read
from web.access.holders import holders_of
from web.access.request_context import Context
from web.access.roles import Permission
from web.queue.build import at_the_end, days_of, last_days, loads, next_call, queue_page
from web.queue.view import Loads, Queue, Whose
from web.routing import SAID, Area, Then, go

Month = Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$")]

area = Area("queue")


@area.page("/queue", "queue/queue.html", Permission.REVIEW)
def queue(context: Context, whose: Whose = "mine", month: Month = "") -> Queue:
    return queue_page(context, whose, month)


@area.page("/queue/load", "queue/load.html", Permission.ASSIGN)
def load(context: Context) -> Loads:
    rubric_context = context.desk.rubric_set[0]
    days = last_days(context.desk.now().astimezone(rubric_context.zone).date())
    with context.desk.store.read() as c:
        return Loads(days, loads(c, holders_of(c, Permission.REVIEW), days, rubric_context))


@area.get("/queue/next", Permission.REVIEW)
def go_on(context: Context, after: int | None = None) -> Response:
    """To the next call of one's own queue; when there is none, to the queue, which says what one may do instead."""
    with context.desk.store.read() as c:
        pk = next_call(context.desk.rubric_set, c, context.who.name, after)
        unsaid = SAID not in context.request.cookies  # else the queue says what was done just now
        text = at_the_end(context, c) if pk is None and unsaid else ""
    return go(context, Then("/queue" if pk is None else f"/calls/{pk}", text))


@area.action("/queue/assign", Permission.ASSIGN)
def assign(
    context: Context,
    to: Annotated[list[str] | None, Form()] = None,
    limit: Annotated[int | None, Form(ge=1, le=100_000)] = None,
    month: Annotated[str, Form(pattern=r"^(\d{4}-\d{2})?$")] = "",
    by_rules: Annotated[bool, Form()] = False,
    call: Annotated[list[str] | None, Form()] = None,
    chosen: Annotated[bool, Form()] = False,
) -> Then:
    """Gives out what nobody was asked for: evenly among people, or by the rules of the settings. ``chosen``: just the
    calls that are named, also those that somebody was asked for."""
    rubric_set, by = context.desk.rubric_set, context.who.name
    rules = rules_of(rubric_set) if by_rules else None
    if rules is None and not to:
        return Then(f"/queue?whose={'all' if chosen else 'free'}", context.say("请选择复核员"), "refused")
    if chosen and not call:
        return Then("/queue?whose=all", context.say("请先勾选通话"), "refused")
    with context.desk.store.read() as c:
        able = {account.name: account.agent_id or account.name for account in holders_of(c, Permission.REVIEW)}
    if unknown := [name for name in to or () if name not in able]:
        raise CallQAError("queue.no_reviewer", who=unknown[0])
    if rules is not None:
        given_out = give_out(rubric_set, lambda calls: assign_by_rules(calls, rules.rules), by, days_of(month), limit)
    elif chosen:
        shares = dict.fromkeys(to or (), 1.0)
        given_out = assign_chosen(rubric_set, call or (), lambda calls: share_out(calls, shares, able), by)
    else:
        shares = dict.fromkeys(to or (), 1.0)
        given_out = give_out(rubric_set, lambda calls: share_out(calls, shares, able), by, days_of(month), limit)
    context.log_action("calls_assigned", n=len(given_out.reviewer_of))
    text = context.say("已分配 {n} 条通话", n=len(given_out.reviewer_of))
    if given_out.beyond_capacity:
        text += context.say("；{n} 条超出每人每天的复核量，留在待分配", n=len(given_out.beyond_capacity))
    if given_out.nobody:
        text += context.say("；{n} 条无人可分配（不符合任何规则，或是复核员本人的通话）", n=len(given_out.nobody))
    return Then("/queue?whose=all", text)


@area.action("/queue/take", Permission.REVIEW)
def take(context: Context) -> Then:
    """Takes the most urgent call that nobody was asked for; nobody need assign it."""
    call_id = take_next(context.desk.rubric_set, context.who.name, context.who.agent_id or "")
    if call_id is None:
        return Then("/queue", context.say("没有可以领取的通话"), "refused")
    with context.desk.store.read() as c:
        pk = read.call_heads(c, [call_id])[call_id].pk
    context.log_action("call_taken", "call", pk, call_id)
    return Then(f"/calls/{pk}", context.say("已领取 {call}", call=call_id))


@area.action("/queue/recall", Permission.ASSIGN)
def recall(context: Context, call: Annotated[str, Form(max_length=200)]) -> Then:
    """Takes a call back from whoever was asked to hear it."""
    try:
        end(context.desk.store, "recalled", context.who.name, None, [call])
    except CallQAError:  # another click, or the reviewer, was faster
        return Then("/queue?whose=all", context.say("{call} 已经听完，或没有分派给谁", call=call), "refused")
    context.log_action("call_recalled", "call", named=call)
    return Then("/queue?whose=all", context.say("已收回，通话回到待分配"))


@area.action("/queue/recall-chosen", Permission.ASSIGN)
def recall_chosen(context: Context, call: Annotated[list[str] | None, Form()] = None) -> Then:
    """Takes the ticked calls back from whoever was asked to hear them."""
    if not call:
        return Then("/queue?whose=all", context.say("请先勾选通话"), "refused")
    try:
        recalled = end(context.desk.store, "recalled", context.who.name, None, call)
    except CallQAError:
        return Then("/queue?whose=all", context.say("勾选的通话都没有分派给谁"), "refused")
    context.log_action("calls_recalled", n=len(recalled))
    return Then("/queue?whose=all", context.say("已收回 {n} 通，回到待分配", n=len(recalled)))


@area.action("/queue/close", Permission.ASSIGN)
def close(
    context: Context,
    call: Annotated[list[str] | None, Form()] = None,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Then:
    """Closes the ticked calls: what is open on them is not assessed, and waits no longer."""
    if not call:
        return Then("/queue?whose=all", context.say("请先勾选通话"), "refused")
    if not reason.strip():
        return Then("/queue?whose=all", context.say("请写明结束复核的理由"), "refused")
    closed = close_calls(context.desk.rubric_set, call, context.who.name, reason.strip())
    context.log_action("calls_closed", n=len(closed.calls))
    text = context.say("已结束 {n} 通的复核，未定项目记为未评估", n=len(closed.calls))
    if closed.kept:
        text += context.say(
            "；{n} 通留在队列（疑似一票否决、紧急情况、申诉、抽检，或是您本人的通话）", n=len(closed.kept)
        )
    return Then("/queue?whose=all", text, "done" if closed.calls else "refused")


@area.action("/queue/done", Permission.REVIEW)
def done(context: Context, call: Annotated[str, Form(max_length=200)]) -> Then:
    """Says that one has heard a call and has nothing more to say of it."""
    try:
        end(context.desk.store, "done", context.who.name, context.who.name, [call])
    except CallQAError:  # judging its last open item, an earlier click or the supervisor ended it
        return Then("/queue/next", context.say("{call} 已不在您的待办里", call=call))
    context.log_action("call_heard", "call", named=call)
    return Then("/queue/next", context.say("已完成 {call} 的复核", call=call))
