"""Decisions on the page of a call: an item, all the others, points of no item."""

from typing import Annotated, Literal

from fastapi import Form
from starlette.responses import Response

from callqa.errors import CallQAError
from callqa.records import Review
from callqa.scores import CallScore
from callqa.types import Verdict
from scoring.agreement.trust import DECIDED
from services.calls.call_file import to_confirm
from services.review.reviews import Reviewed, new_review, review_whole
from services.wording import ACTIONS
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.review.judged import Judged, judged_call
from web.review.sheet import Item, Reason, ask_for_reason, sheet_after
from web.routing import Area, Then

area = Area("call")


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
    """One person's review of one item, or of a manual one that they take back. ``seen``: the review that was shown."""
    judged = judged_call(context, pk)
    line = judged.lines.get(item)
    if line and line.review and line.review.purpose == "appeal":
        raise CallQAError("review.decided_by_appeal", call=judged.call_id, item=item)
    if (
        action != "withdraw"
        and line
        and line.review
        and line.review.review_key != seen
        and not _own(context, line.review)
    ):
        return sheet_after(context, pk, context.say("这一项刚有人评过，请看过再定"), "refused")
    if action == "withdraw":
        if not any(_own(context, review) and review.item_id == item for review in judged.file.reviews):
            raise CallQAError("review.nothing_to_withdraw", call=judged.call_id, item=item, who=context.who.name)
        verdict = None
    elif line is None:
        raise NotThere
    elif action == "confirm":
        verdict = line.machine.verdict
        if verdict not in DECIDED:
            raise CallQAError("review.nothing_to_confirm")
    elif verdict not in DECIDED:
        raise CallQAError("review.no_verdict")
    elif verdict is line.machine.verdict:
        action = "confirm"  # with a note
    else:
        ask_for_reason(reason)
    review = new_review(judged.call_id, item, action, context.who.name, verdict=verdict, reason=reason.strip())
    return _reviewed(context, judged, [review], f"{line.item.title if line else item}：{context.say(ACTIONS[action])}")


@area.action("/calls/{pk:row}/confirm", Permission.REVIEW)
def confirm_rest(context: Context, pk: int) -> Response | Then:
    """All that the machine decided and nobody spoke of yet; fatal items are confirmed one by one."""
    judged = judged_call(context, pk)
    confirmations = [
        new_review(judged.call_id, line.item.id, "confirm", context.who.name, verdict=line.machine.verdict)
        for line in to_confirm(judged.lines.values())
    ]
    if not confirmations:
        raise CallQAError("review.none_to_confirm")
    return _reviewed(context, judged, confirmations, context.say("已确认 {n} 项", n=len(confirmations)))


@area.action("/calls/{pk:row}/manual", Permission.REVIEW)
def add_points(
    context: Context,
    pk: int,
    title: Annotated[str, Form(max_length=60)],
    points: Annotated[float, Form(ge=-100, le=100, allow_inf_nan=False)],
    reason: Reason = "",
) -> Response | Then:
    """Points for something that the rubric has no item for."""
    judged = judged_call(context, pk)
    titles = judged.rubric_context.rubric.titles
    title = title.strip()
    if not title or not points:
        raise CallQAError("review.manual_incomplete")
    if title in titles or title in titles.values():
        raise CallQAError("review.manual_item_in_rubric", call=judged.call_id, item=title)
    ask_for_reason(reason)
    review = new_review(judged.call_id, title, "manual", context.who.name, points=points, reason=reason.strip())
    return _reviewed(context, judged, [review], f"{title} {points:+g}")


def _own(context: RequestContext, review: Review) -> bool:
    return review.author == context.who.name


def _reviewed(context: RequestContext, judged: Judged, reviews: list[Review], text: str) -> Response | Then:
    done = review_whole(judged.rubric_context, reviews)
    pk = judged.file.row.call_pk
    context.log_action(
        "call_reviewed", "call", pk, judged.call_id, item=reviews[0].item_id, n=len(reviews), word=reviews[0].action
    )
    return sheet_after(context, pk, text + _change(context, done))


def _change(context: RequestContext, done: Reviewed) -> str:
    before, after = _total(done.before), _total(done.after)
    return "" if before == after else context.say("，总分 {before} → {after}", before=before, after=after)


def _total(sheet: CallScore | None) -> str:
    return "—" if sheet is None or sheet.total is None else f"{sheet.total:.1f}".removesuffix(".0")
