"""Golden labels from appeals: the final stage proposes its verdict, and it joins the set once two people agree on it.

No decision on an appeal adds a label by itself.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from callqa.errors import CallQAError
from callqa.records import GoldenLabel
from callqa.types import Verdict
from scoring.review.appeal import STAGES
from services.appeals.states import find
from services.context import RubricContext
from store import Connection
from store.people import appeals, golden, reviews


@dataclass(frozen=True, slots=True)
class GoldenChoice:
    """What the final stage made of an item, and how far that is on its way into the golden set."""

    verdict: Verdict
    decided_by: str
    agreeing: tuple[str, ...]
    """Others who said the same of the item."""
    proposed: bool
    joined: bool


def golden_choice(c: Connection, stored: appeals.StoredAppeal) -> GoldenChoice | None:
    """``None`` before the final stage has decided."""
    appeal, last = stored.appeal, stored.steps[-1] if stored.steps else None
    if last is None or last.stage != STAGES[-1] or last.outcome == "forward":
        return None
    spoken = [review for review in reviews.reviews_of(c, appeal.call_id) if review.item_id == appeal.item_id]
    verdict = Verdict.VIOLATED
    if last.outcome == "accept":
        verdict = next(
            (r.verdict for r in spoken if r.purpose == "appeal" and r.session == str(stored.pk) and r.verdict),
            Verdict.MET,
        )
    last_said = {review.author: review.verdict for review in spoken if review.purpose == "review"}
    alike = [author for author, opinion in last_said.items() if opinion is verdict]
    alike += [step.author for step in stored.steps if step.outcome == "reject" and verdict is Verdict.VIOLATED]
    labels = [
        label
        for label in golden.history(c, appeal.call_id)
        if label.item_id == appeal.item_id and label.verdict is verdict and label.at >= last.at
    ]
    return GoldenChoice(
        verdict,
        last.author,
        tuple(name for name in dict.fromkeys(alike) if name not in (last.author, appeal.agent_id)),
        proposed=any(label.source == golden.PROPOSED for label in labels),
        joined=any(label.source == golden.APPEAL for label in labels),
    )


def propose(c: Connection, stored: appeals.StoredAppeal, author: str, at: datetime) -> GoldenChoice:
    """By whom the final stage was decided; it joins at once where another person had said the same.

    Raises `CallQAError` for others, and before the final stage.
    """
    choice = golden_choice(c, stored)
    if choice is None or author != choice.decided_by:
        raise CallQAError("appeal.golden_not_final", n=stored.pk)
    source = golden.APPEAL if choice.agreeing else golden.PROPOSED
    appeal = stored.appeal
    golden.put_label(c, GoldenLabel(appeal.call_id, appeal.item_id, choice.verdict, source, author, at))
    return golden_choice(c, stored) or choice


def propose_final(context: RubricContext, pk: int, author: str) -> None:
    """`propose`, some time after the decision."""
    with context.store.write() as c:
        propose(c, find(c, pk), author, datetime.now(UTC))


def agree(context: RubricContext, pk: int, author: str) -> None:
    """The second person. Raises `CallQAError` for the first one, for the agent, and without a proposal."""
    with context.store.write() as c:
        stored = find(c, pk)
        choice, appeal = golden_choice(c, stored), stored.appeal
        if choice is None or not choice.proposed or choice.joined:
            raise CallQAError("appeal.golden_not_proposed", n=pk)
        if author in (choice.decided_by, appeal.agent_id):
            raise CallQAError("appeal.golden_second_person", n=pk)
        now = datetime.now(UTC)
        golden.put_label(c, GoldenLabel(appeal.call_id, appeal.item_id, choice.verdict, golden.APPEAL, author, now))
