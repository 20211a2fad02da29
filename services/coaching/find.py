"""Calls for a lesson: picks of an item, an agent's skill card; `scoring.coaching` chooses from the store."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Literal

from callqa.coaching import Candidate, Clip
from callqa.days import Days
from callqa.errors import CallQAError, ConfigError
from callqa.messages import Message
from callqa.reasons import reason_message
from callqa.scores import CallScore, ItemStatus
from callqa.types import LETTERS, VERDICT_OF, Conversation, Evidence, Finding, Seconds, Turn, Verdict
from scoring import Item, score_sheet
from scoring.coaching import (
    Gap,
    Kind,
    clip_span,
    counted_verdicts,
    limit_between,
    pick,
    tally,
    weakest,
)
from services.calls.evidence import deciding_finding
from services.context import RubricContext
from services.privacy.mask import mask_text
from services.review.reviews import find_item
from services.wording import as_it_stands
from store import Connection
from store.calls import read
from store.people import appeals, coaching, golden

UNFIT = {"damaged", "silent", "roles_unknown"}
"""Marks of a transcript whose call no lesson should use."""
MOST_COMPARED = 1000  # calls of which the best are picked; the latest of the month
PATTERNS = 100_000  # different sheets that are remembered
AROUND: Seconds = 25.0
"""Of the turns around a moment, at most so much before and after it is heard."""


@dataclass(frozen=True, slots=True)
class Example:
    """A call that shows how an item comes out, and where to listen."""

    candidate: Candidate
    clip: Clip
    reason: Message | Literal[""]
    quote: str
    """Without names, numbers and addresses: a class need not know whose call it is."""


@dataclass(frozen=True, slots=True)
class Weakness:
    """A line of a skill card."""

    gap: Gap
    own: Example | None
    good: Example | None
    """How a colleague does it, where there is one in the same kind of call, else in any."""


@dataclass(frozen=True, slots=True)
class SkillCard:
    """What one agent should practise."""

    agent_id: str
    team: str
    period: str
    n_calls: int
    weaknesses: tuple[Weakness, ...]


def find_examples(
    context: RubricContext, item_name: str, kind: Kind, n: int, period: str, team: str | None = None
) -> list[Example]:
    """At most ``n`` calls of the month that show the item, spread over agents and categories."""
    position = position_of(context, item_name)
    with context.store.read() as connection:
        candidates = _candidates(connection, context, position, kind, period, team)
        return _examples(connection, context, position, kind, n, candidates, period)


def example_in(
    context: RubricContext, call_id: str, item_name: str, start: Seconds | None = None, end: Seconds | None = None
) -> Example:
    """The item in this very call; the clip is around its evidence, where ``start`` and ``end`` do not say otherwise.

    Raises `CallQAError` when the call is not known, not scored, or not that long.
    """
    position = position_of(context, item_name)
    with context.store.read() as connection:
        stored = read.score_of(connection, call_id, context.keys)
        if stored is None:
            raise CallQAError("call.not_scored", call=call_id)
        item = context.sheet(stored).items[position]
        letter = LETTERS[as_it_stands(item)]
        candidate = Candidate(
            stored.call_pk, call_id, stored.agent_id, "", letter, stored.verdicts, stored.total, None, None, None, True
        )
        conversation = _conversation(connection, context, candidate)
        example = _example(connection, context, position, candidate, conversation)
    clip = example.clip
    first, last = clip.start if start is None else start, clip.end if end is None else end
    duration = conversation.transcript.recording.duration
    if first >= min(last, duration):
        raise ConfigError("playlist.clip_outside", first=first, last=last, duration=duration)
    return replace(example, clip=replace(clip, start=first, end=min(last, duration)))


def moment_clip(conversation: Conversation | None, call_id: str, at: Seconds) -> Clip:
    """What is said at this second of a call, with the turns before and after it; about no item."""
    turns = conversation.turns if conversation else ()
    if conversation is None or not turns:
        return Clip(call_id, "", None, max(0.0, at - AROUND), at + AROUND)
    here = next((i for i, turn in enumerate(turns) if turn.end > at), len(turns) - 1)
    around = sorted(range(max(here - 1, 0), min(here + 2, len(turns))), key=lambda i: i != here)
    places = [_near(turns[i], at) for i in around]
    start, end = clip_span(places, turns, conversation.transcript.recording.duration)
    return Clip(call_id, "", None, start, end)


def _near(turn: Turn, at: Seconds) -> Evidence:
    start, end = max(turn.start, at - AROUND), min(turn.end, at + AROUND)
    return Evidence(None, 0, 0, min(start, end), max(start, end), "")


def skill_card(context: RubricContext, agent_id: str, period: str) -> SkillCard | None:
    """``None`` when the agent has no scored calls in the month."""
    with context.store.read() as connection:
        counts = coaching.sheet_counts(connection, context.keys, period, agent_id=agent_id)
        if not counts:
            return None
        team = max(counts, key=lambda row: (sum(r.n_calls for r in counts if r.team == row.team), row.team)).team
        colleagues = coaching.sheet_counts(connection, context.keys, period, team=team)
        before = coaching.sheet_counts(connection, context.keys, month_before(period), agent_id=agent_id)
        gaps = weakest(
            tally(_sheets(context, counts)),
            tally(_sheets(context, (row for row in colleagues if row.agent_id != agent_id))),
            tally(_sheets(context, before)),
        )
        used: set[str] = set()
        lines = tuple(_weakness(connection, context, gap, agent_id, team, period, used) for gap in gaps)
    return SkillCard(agent_id, team, period, sum(row.n_calls for row in counts), lines)


def position_of(context: RubricContext, name: str) -> int:
    """Where the item of this id or title stands in the rubric. Raises `ConfigError`."""
    return list(context.rubric.titles).index(find_item(context, name))


def month_before(period: str) -> str:
    """The month before a month.

    >>> month_before("2026-01")
    '2025-12'
    """
    return f"{date.fromisoformat(f'{period}-01') - timedelta(days=1):%Y-%m}"


def _candidates(
    c: Connection,
    context: RubricContext,
    position: int,
    kind: Kind,
    period: str,
    team: str | None = None,
    agent_id: str | None = None,
    category: str | None = None,
) -> Iterator[Candidate]:
    """Without those whose verdict is contested, or other than what people agreed is right."""
    item = context.rubric.items[position]
    counted = counted_verdicts(kind, item.fatal or item.id in context.advisory)
    agreed, contested = _agreed(c, item.id), _contested(c, item.id)
    facts = {"team": team, "agent_id": agent_id, "category": category}
    keys, moments = _check_keys(context, item), Days.of_month(period).moments(context.zone)
    candidates = coaching.candidates(c, context.keys, position, keys, counted, moments, MOST_COMPARED, **facts)

    @lru_cache(maxsize=PATTERNS)
    def counts(verdicts: str) -> bool:
        sheet = score_sheet("", verdicts, context.rubric, context.advisory)
        return sheet.items[position].status is not ItemStatus.NOT_APPLICABLE

    def stands(candidate: Candidate) -> bool:
        verdict = VERDICT_OF[candidate.letter.upper()]
        return candidate.call_id not in contested and agreed.get(candidate.call_id, verdict) is verdict

    of_item = (candidate for candidate in candidates if item.only_if is None or counts(candidate.verdicts))
    return filter(stands, of_item)


def _agreed(c: Connection, item_id: str) -> dict[str, Verdict]:
    """What people agreed is right of an item, by call."""
    return {label.call_id: label.verdict for label in golden.labels(c) if label.item_id == item_id}


def _contested(c: Connection, item_id: str) -> set[str]:
    """Calls in which an appeal about the item is still to be decided."""
    return {call_id for call_id, of_call in appeals.open_items(c) if of_call == item_id}


def _check_keys(context: RubricContext, item: Item) -> tuple[str, ...]:
    return tuple(context.checks[check_id].key for check_id in item.needs)


def _examples(
    c: Connection,
    context: RubricContext,
    position: int,
    kind: Kind,
    n: int,
    candidates: Iterable[Candidate],
    period: str,
) -> list[Example]:
    check_keys = _check_keys(context, context.rubric.items[position])
    limit = None
    if kind == "borderline" and len(check_keys) == 1:
        moments = Days.of_month(period).moments(context.zone)
        limit = limit_between(coaching.value_ranges(c, context.keys, check_keys[0], moments, MOST_COMPARED))
    examples: dict[int, Example] = {}

    def usable(candidate: Candidate) -> bool:
        conversation = _conversation(c, context, candidate)
        if UNFIT & set(conversation.transcript.flags):
            return False
        examples[candidate.call_pk] = _example(c, context, position, candidate, conversation)
        return True

    return [examples[candidate.call_pk] for candidate in pick(candidates, kind, n, limit, usable)]


def _conversation(c: Connection, context: RubricContext, candidate: Candidate) -> Conversation:
    return next(read.conversations(c, [candidate.call_pk], context.keys.engine_key, context.zone)).conversation


def _example(
    c: Connection, context: RubricContext, position: int, candidate: Candidate, conversation: Conversation
) -> Example:
    finding = _deciding(c, context, candidate.call_id, position)
    evidence = finding.evidence if finding else ()
    start, end = clip_span(evidence, conversation.turns, conversation.transcript.recording.duration)
    clip = Clip(candidate.call_id, context.rubric.items[position].id, VERDICT_OF[candidate.letter.upper()], start, end)
    if finding is None or finding.verdict is not clip.verdict:  # a person decided otherwise: the words prove no more
        return Example(candidate, clip, "", "")
    quote = mask_text(quoted(_within(evidence, clip)), conversation.call.ticket)
    return Example(candidate, clip, reason_message(finding.reason), quote)


def _deciding(c: Connection, context: RubricContext, call_id: str, position: int) -> Finding | None:
    """The finding behind an item of a scored call."""
    stored = read.score_of(c, call_id, context.keys)
    stored_findings = next(read.findings(c, [stored.call_pk], context.keys), None) if stored else None
    if stored is None or stored_findings is None:
        return None
    return deciding_finding(
        context.sheet(stored).items[position], {finding.check_id: finding for finding in stored_findings.findings}
    )


def quoted(evidence: Iterable[Evidence]) -> str:
    """Their words, one after another."""
    return " / ".join(place.quote for place in evidence if place.quote)


def _within(evidence: Iterable[Evidence], clip: Clip) -> tuple[Evidence, ...]:
    return tuple(place for place in evidence if place.start < clip.end and place.end > clip.start)


def _sheets(context: RubricContext, rows: Iterable[coaching.SheetCount]) -> Iterator[tuple[CallScore, int]]:
    return ((score_sheet("", row.verdicts, context.rubric, context.advisory), row.n_calls) for row in rows)


def _weakness(
    c: Connection, context: RubricContext, gap: Gap, agent_id: str, team: str, period: str, used: set[str]
) -> Weakness:
    """``used``: calls that the card shows already, and now those of this line; another call teaches more."""
    position = position_of(context, gap.now.item_id)

    def first(kind: Kind, candidates: Callable[[], Iterable[Candidate]]) -> Example | None:
        for passed_over in (used, frozenset[str]()):
            fresh = (candidate for candidate in candidates() if candidate.call_id not in passed_over)
            if examples := _examples(c, context, position, kind, 1, fresh, period):
                used.add(examples[0].clip.call_id)
                return examples[0]
        return None

    def met(of_team: str | None, of_category: str | None) -> Iterator[Candidate]:
        candidates = _candidates(c, context, position, "best", period, team=of_team, category=of_category)
        return (candidate for candidate in candidates if candidate.agent_id != agent_id)

    own_example = first("worst", lambda: _candidates(c, context, position, "worst", period, agent_id=agent_id))
    category = own_example.candidate.category if own_example else None
    nearest = dict.fromkeys(((team, category), (None, category), (team, None), (None, None)))
    good = (first("best", partial(met, *like)) for like in nearest)
    return Weakness(gap, own_example, next(filter(None, good), None))
