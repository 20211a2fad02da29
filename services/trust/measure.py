"""Measurement of trust: people's verdicts beside the machine's, item by item, decide which items are advisory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import fmean

from rich.console import Console

from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.records import ItemTrust, Review, StatedConfidence
from callqa.types import Verdict
from scoring.agreement.calibration import majorities
from scoring.agreement.stated import JudgedAnswer, stated_ranges
from scoring.agreement.trust import DECIDED, Judged, machine_verdicts, trust_of
from scoring.review.apply import standing_reviews
from services.console import night_line
from services.context import RubricContext
from services.wording import STANDINGS
from store import Connection
from store.calls import read, trust
from store.people import calibration, reviews


@dataclass(frozen=True, slots=True)
class Decision:
    """What people decided of an item of a call."""

    verdict: Verdict
    drawn_in: str = ""
    """The sample or session that drew the call by chance; "" when somebody chose it, or decided only some items."""
    inverse_chance: float = 1.0


def refresh_trust(context: RubricContext, console: Console) -> RubricContext:
    """Measures every item anew, stores what has changed, and gives the context with the items that only suggest now."""
    with context.store.read() as connection:
        before = trust.trusts(connection, context.rubric.key)
    now = measure_trust(context, datetime.now(UTC))
    new = [item for item in now.values() if not _same(item, before.get(item.item_id))]
    if not new:
        return context
    changed = context.trusting(now)
    with context.store.write() as connection:
        trust.put_trust(connection, context.rubric.key, new, changed.advisory)
    for item in context.rubric.items:
        was, becomes = context.standing(item, before.get(item.id)), context.standing(item, now.get(item.id))
        if was != becomes:
            old, new_standing = Message(STANDINGS[was]), Message(STANDINGS[becomes])
            change = _("{what}: {old} → {new}", what=item.title, old=old, new=new_standing)
            console.print(night_line(_("trust"), change), highlight=False)
    return changed


def measure_trust(context: RubricContext, at: datetime) -> dict[str, ItemTrust]:
    """The figures of each item, by its id; items of which nobody ever said anything are left out."""
    with context.store.read() as connection:
        decisions = _decisions(context, connection)
        machine = machine_answers(context, connection, {call_id for call_id, _ in decisions})
        known = trust.trusts(connection, context.rubric.key)
        stated = _stated(context, connection, decisions)
    weights = _weights(decisions)
    pairs: defaultdict[str, list[Judged]] = defaultdict(list)
    for (call_id, item_id), decision in decisions.items():
        if call_id in machine:
            weight = weights[decision.drawn_in] * decision.inverse_chance if decision.drawn_in else None
            pairs[item_id].append(Judged(machine[call_id][item_id], decision.verdict, weight))
    return {
        item.id: replace(trust_of(pairs[item.id], item.id, at), stated=stated.get(item.id))
        for item in context.rubric.items
        if item.id in pairs or item.id in known
    }


def _stated(
    context: RubricContext, c: Connection, decisions: Mapping[tuple[str, str], Decision]
) -> dict[str, StatedConfidence]:
    """What the stated confidence of a language model was worth, by the item that rests on its answer alone.

    Findings of a check under another question, prompt or model have another key, so all begins anew with these. Of
    what is not violated, only calls that were drawn by chance tell: the others were looked at for what was found.
    """
    checks = {item.id: check for item in context.rubric.items if (check := context.only_question(item))}
    if not checks:
        return {}
    item_ids = {check.key: item_id for item_id, check in checks.items()}
    keys = replace(context.keys, check_keys=tuple(sorted(item_ids)))
    pks = trust.call_pks(c, {call_id for call_id, item_id in decisions if item_id in checks}, context.keys)
    weights = _weights(decisions)
    answers: defaultdict[str, list[JudgedAnswer]] = defaultdict(list)
    for stored in read.findings(c, pks.values(), keys):
        for finding in stored.findings:
            decision = decisions.get((stored.call_id, item_ids[finding.check_key]))
            if decision is None or finding.confidence is None or not {finding.verdict, decision.verdict} <= DECIDED:
                continue
            violated = finding.verdict is Verdict.VIOLATED
            right = violated == (decision.verdict is Verdict.VIOLATED)
            if violated:
                answers[finding.check_key].append(JudgedAnswer(finding.confidence, violated, right))
            elif decision.drawn_in:
                weight = weights[decision.drawn_in] * decision.inverse_chance
                answers[finding.check_key].append(JudgedAnswer(finding.confidence, violated, right, weight))
    return {
        item_id: StatedConfidence(check.key, stated_ranges(answers[check.key])) for item_id, check in checks.items()
    }


def machine_answers(context: RubricContext, c: Connection, call_ids: Iterable[str]) -> dict[str, dict[str, Verdict]]:
    """What the present findings say of each of the rubric's items, by call id; calls without findings are left out."""
    return {
        stored.call_id: machine_verdicts(dict(stored.verdicts), context.rubric)
        for stored in read.verdicts(c, trust.call_pks(c, call_ids, context.keys).values(), context.keys)
    }


def _decisions(context: RubricContext, c: Connection) -> dict[tuple[str, str], Decision]:
    """What people decided, by (call_id, item_id), of the rubric's items.

    The verdict on an appeal counts before the majority of a closed calibration session, and that before the last
    ordinary review. What is only appealed is not there: agents contest what they think is wrong, so it would tell
    about them and not about the machine.
    """
    by_call: defaultdict[str, list[Review]] = defaultdict(list)
    for review in reviews.reviews(c):
        if review.action != "manual" and review.purpose != "calibration":
            by_call[review.call_id].append(review)
    decisions, appealed = _reviewed(context, by_call, trust.drawn_calls(c))
    for session in calibration.sessions(c):
        if session.closed_at is not None:
            drawn = session.n_candidates is not None
            chance = (session.n_candidates or 1) / len(session.calls)
            for (call_id, item_id), verdict in majorities(calibration.answers(c, session.name)).items():
                if item_id in context.rubric.titles:
                    verdict = appealed.get((call_id, item_id), verdict)
                    decisions[call_id, item_id] = Decision(verdict, f"session {session.name}" if drawn else "", chance)
    return decisions


def _reviewed(
    context: RubricContext, by_call: Mapping[str, list[Review]], drawn: Mapping[str, Mapping[int, float]]
) -> tuple[dict[tuple[str, str], Decision], dict[tuple[str, str], Verdict]]:
    """What reviews say of each item, and what appeals decided. A sampled call was drawn for its whole sheet: while
    people have decided only some of its items, those are like any that were looked at."""
    decisions: dict[tuple[str, str], Decision] = {}
    appealed: dict[tuple[str, str], Verdict] = {}
    for call_id, of_call in by_call.items():
        decided = {
            review.item_id: review
            for review in standing_reviews(of_call)
            if review.verdict and review.item_id in context.rubric.titles
        }
        whole = decided.keys() == context.rubric.titles.keys()
        sample = next(iter(drawn.get(call_id, {}).items()), None) if whole else None
        where = (f"sample {sample[0]}", 1 / sample[1]) if sample else ("", 1.0)
        ordinary = {review.item_id for review in of_call if review.purpose == "review"}
        for item_id, review in decided.items():
            assert review.verdict is not None
            if review.purpose == "appeal":
                appealed[call_id, item_id] = review.verdict
            if item_id in ordinary:
                decisions[call_id, item_id] = Decision(review.verdict, *where)
    return decisions, appealed


def _weights(decisions: Mapping[tuple[str, str], Decision]) -> dict[str, float]:
    """Brings the weights of each sample and session to a mean of 1: they are of different months and plans, and none
    should count more because it drew from more calls."""
    chances: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for (call_id, _item), decision in decisions.items():
        chances[decision.drawn_in][call_id] = decision.inverse_chance
    return {source: 1 / fmean(of_calls.values()) for source, of_calls in chances.items()}


def _same(trust: ItemTrust, other: ItemTrust | None) -> bool:
    return other is not None and replace(other, at=trust.at) == trust
