"""Evidence of verdicts: where they can be heard, and which of them weigh most."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple

from callqa.days import Days
from callqa.messages import Joined, Message, Text
from callqa.scores import CallScore, ItemScore, ItemStatus
from callqa.types import Evidence, Finding, Seconds, Ticket, Turn, Verdict
from services.calls.explanation import explanation
from services.context import RubricContext
from services.privacy.mask import mask_text
from services.wording import as_it_stands, fatal_words
from store.calls import exports, read
from store.calls.rows import StoredScore

HEAVIER_THAN_POINTS = 1000.0
MOST_TELLING = 3  # whole turns and nothing else; in findings of before, more are where something was looked for
UNSAID = Message("（此处未说）")


class EvidenceRow(NamedTuple):
    """An item of one call that cost points or waits for a person, with where it can be heard."""

    agent_id: str
    team: str
    call_id: str
    item_id: str
    item: str
    verdict: Verdict
    by_person: bool
    points_lost: float | None
    fatal: str | None
    """待确认 or 已确认, for a fatal item that was violated."""
    start: Seconds | None
    reason: Message | None
    """The machine's, with what would have been right; ``None`` where a person decided otherwise, so that it explains
    the verdict no longer."""
    quote: Text
    """Empty there, too: the words were of another verdict."""


class Heaviest(NamedTuple):
    """The violations that weigh most."""

    n_violations: int
    """In all."""
    rows: list[EvidenceRow]


def evidence_of(
    context: RubricContext, stored: StoredScore, findings: Iterable[Finding], hide: Callable[[str], str] = str
) -> Iterator[EvidenceRow]:
    """Of one call, in the order of the sheet. ``hide`` takes out of a quote what its readers need not know."""
    by_check = {finding.check_id: finding for finding in findings}
    for item in context.sheet(stored).items:
        lost = points_lost(item)
        if item.status is ItemStatus.NEEDS_REVIEW or item.fatal or lost > 0:
            finding = deciding_finding(item, by_check)
            places = finding.evidence if finding else ()
            explains = finding and not (item.by_person and finding.verdict is not item.verdict)
            yield EvidenceRow(
                agent_id=stored.agent_id,
                team=stored.team,
                call_id=stored.call_id,
                item_id=item.item_id,
                item=context.rubric.titles[item.item_id],
                verdict=as_it_stands(item),
                by_person=item.by_person,
                points_lost=lost or None,
                fatal=fatal_words([item]),
                start=places[0].start if places else None,
                reason=explanation(finding, context).sentence if finding and explains else None,
                quote=quoted(places, hide) if explains else "",
            )


def only_searched(places: Sequence[Evidence], turns: Sequence[Turn]) -> bool:
    """Whether the places only tell where something was looked for, as those of findings of before do."""
    return len(places) > MOST_TELLING and all(_is_whole(place, turns) for place in places)


def _is_whole(place: Evidence, turns: Sequence[Turn]) -> bool:
    length = place.char_end - place.char_start
    return place.turn_index is not None and length == len(turns[place.turn_index].text)


def quoted(places: Iterable[Evidence], hide: Callable[[str], str] = str) -> Joined:
    """The words of these places in a row, with a mark where words were due that were not said."""
    words = (UNSAID if place.unsaid else hide(place.quote) for place in places if place.quote or place.unsaid)
    return Joined(words, " / ")


def hiding(masked: bool, ticket: Ticket | None) -> Callable[[str], str]:
    """What `evidence_of` does with the quotes of a call: names, numbers and addresses become asterisks, or stay."""
    return (lambda quote: mask_text(quote, ticket)) if masked else str


def heaviest(
    context: RubricContext,
    days: Days,
    most: int,
    *,
    team: str | None = None,
    of_one_item: int | None = None,
    masked: bool = True,
) -> Heaviest:
    """Fatal faults first, then by points, then the latest; at most ``of_one_item`` of each item.

    The sheets say which they are, so findings are read of these few calls alone.
    """
    by_item: defaultdict[str, list[tuple[tuple[float, ...], str, StoredScore]]] = defaultdict(list)
    n = 0
    with context.store.read() as c:
        for stored in exports.sheets(c, context.keys, days, team):
            for item_id, weight in weights(context.sheet(stored)):
                n += 1
                rank = (-weight, -stored.started_at.timestamp(), stored.call_pk)
                by_item[item_id] = nsmallest(of_one_item or most, [*by_item[item_id], (rank, item_id, stored)])
        chosen = nsmallest(most, (row for some in by_item.values() for row in some))
        ids = {stored.call_pk for _, _, stored in chosen}
        findings = {row.call_pk: row.findings for row in read.findings(c, ids, context.keys)}
        tickets = read.tickets(c, ids) if masked else {}
    rows = []
    for _, item_id, stored in chosen:
        hide = hiding(masked, tickets.get(stored.call_pk))
        evidence = evidence_of(context, stored, findings.get(stored.call_pk, ()), hide)
        rows.append(next(row for row in evidence if row.item_id == item_id))
    return Heaviest(n, rows)


def weights(sheet: CallScore) -> Iterator[tuple[str, float]]:
    """(item id, weight) of what is violated on a sheet; what waits for a person is no violation yet."""
    for item in sheet.items:
        weight = HEAVIER_THAN_POINTS if item.fatal else points_lost(item)
        if weight > 0 and item.status is ItemStatus.SCORED:
            yield item.item_id, weight


def points_lost(item: ItemScore) -> float:
    """Of an item; a fatal one has no points of its own."""
    return 0.0 if item.points is None or item.fatal else item.max_points - item.points


def deciding_finding(item: ItemScore, by_check: Mapping[str, Finding]) -> Finding | None:
    """The finding that gave the item its verdict; ``None`` when a needed check has not answered."""
    findings = [by_check[check_id] for check_id in item.check_ids if check_id in by_check]
    return next((finding for finding in findings if finding.verdict is item.verdict), findings[0] if findings else None)
