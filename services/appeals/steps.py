"""Appeals from start to end: what is checked, and what a decision writes in one go."""

from datetime import UTC, date, datetime

from callqa.errors import CallQAError
from callqa.records import Appeal, AppealOutcome, AppealStage, AppealStep
from callqa.types import Verdict
from scoring.review.appeal import objection, state_of
from scoring.review.apply import standing_reviews
from services.appeals.golden import propose
from services.appeals.states import appeal_rules, find
from services.context import RubricContext
from services.review.queue import end_if_decided
from services.review.reviews import Reviewed, known_call, new_review, put_review, sheet_of
from store import Connection
from store.people import appeals, reviews
from store.runs import score_holds


def submit(
    context: RubricContext, call_id: str, item_id: str, agent_id: str, reason: str, now: datetime | None = None
) -> int:
    """The number of the new appeal. Raises `CallQAError` when the agent may not appeal, or not any more."""
    now = now or datetime.now(UTC)
    appeal = Appeal(call_id, item_id, agent_id, reason, now)
    with context.store.write() as c:
        _refuse(context, c, appeal)
        return appeals.put_appeal(c, appeal)


def appealable(context: RubricContext, c: Connection, call_id: str, now: datetime) -> dict[str, date]:
    """The items that the call's agent may still appeal against, each with the last day to do so."""
    sheet = sheet_of(context, c, call_id)
    if sheet is None or score_holds.is_held(c, call_id, context.keys):
        return {}
    rules, before = appeal_rules(context), {stored.appeal.item_id for stored in appeals.appeals(c, call_id=call_id)}
    contestable = (i for i in sheet.items if i.verdict is Verdict.VIOLATED and not i.unconfirmed)
    open_items = (i.item_id for i in contestable if i.item_id not in before)
    published = ((item_id, appeals.published_at(c, call_id, item_id, context.keys)) for item_id in open_items)
    last_days = {item_id: rules.last_day(at) for item_id, at in published if at is not None}
    return {item_id: last for item_id, last in last_days.items() if rules.day(now) <= last}


def decide(
    context: RubricContext,
    pk: int,
    outcome: AppealOutcome,
    author: str,
    reason: str,
    stage: AppealStage | None = None,
    verdict: Verdict = Verdict.MET,
    now: datetime | None = None,
    propose_label: bool = False,
) -> Reviewed:
    """Takes the next step of an appeal; for the agent, ``forward`` takes a rejected one further.

    Accepting writes the step, the review that puts ``verdict`` in place, and the sheets that count in one transaction.
    ``propose_label``: the final stage proposes its verdict for the golden set. Raises `CallQAError` with what speaks
    against the step.
    """
    now = now or datetime.now(UTC)
    rules = appeal_rules(context)
    with context.store.write() as c:
        stored = find(c, pk)
        appeal = stored.appeal
        state = state_of(appeal, stored.steps, rules)
        step = AppealStep(stage or state.stage, outcome, reason, author, now)
        against = objection(appeal, stored.steps, step, rules)
        if against:
            raise CallQAError("appeal.refused", n=pk, why=against)
        if outcome == "reject" and author in _judges(c, appeal):
            raise CallQAError("appeal.own_judgement", n=pk, who=author)
        before = sheet_of(context, c, appeal.call_id)
        appeals.put_step(c, pk, step)
        if outcome == "accept":
            review = new_review(
                appeal.call_id, appeal.item_id, "override", author, verdict=verdict, reason=reason, purpose="appeal",
                session=str(pk), at=now,
            )  # fmt: skip
            put_review(context, c, review)
        if propose_label:
            propose(c, find(c, pk), author, now)
        end_if_decided(context, c, appeal.call_id, author, now, [appeal.item_id])
        return Reviewed(before, sheet_of(context, c, appeal.call_id))


def _judges(c: Connection, appeal: Appeal) -> set[str]:
    """Whose word it is that is contested."""
    standing = standing_reviews(reviews.reviews_of(c, appeal.call_id))
    return {review.author for review in standing if review.item_id == appeal.item_id}


def _refuse(context: RubricContext, c: Connection, appeal: Appeal) -> None:
    call_id = appeal.call_id
    call = known_call(c, call_id)
    if call.agent_id != appeal.agent_id:
        raise CallQAError("appeal.not_own_call", call=call_id, agent=appeal.agent_id)
    sheet = sheet_of(context, c, call_id)
    published = appeals.published_at(c, call_id, appeal.item_id, context.keys)
    if sheet is None or published is None or score_holds.is_held(c, call_id, context.keys):
        raise CallQAError("appeal.not_published", call=call_id)
    item = next(item for item in sheet.items if item.item_id == appeal.item_id)
    verdict = Verdict.UNSURE if item.unconfirmed else item.verdict
    if verdict is not Verdict.VIOLATED:
        raise CallQAError("appeal.nothing_marked_down", call=call_id, item=appeal.item_id, verdict=verdict.value)
    if not appeal.reason.strip():
        raise CallQAError("appeal.no_reason")
    rules = appeal_rules(context)
    last = rules.last_day(published)
    if rules.day(appeal.at) > last:
        raise CallQAError("appeal.too_late", call=call_id, published=rules.day(published), last=last)
