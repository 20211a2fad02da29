"""The places of a page that can be played: evidence, and its quotes within the transcript."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callqa.types import Evidence, Turn
from services.calls.transcript import Quote
from services.calls.visible import ShownCall
from web.call.view import Place, Tone

MOST_TELLING = 3  # whole turns and nothing else; in findings of before, more are where something was looked for


@dataclass(frozen=True, slots=True)
class Places:
    """The evidence of a call. A place and its quote have the same id: of an item or a field, and a number."""

    turns: Sequence[Turn]

    def of(self, owner: str, pieces: Sequence[Evidence], tone: Tone) -> tuple[Place, ...]:
        searched = len(pieces) > MOST_TELLING and all(map(self._is_whole, pieces))
        return tuple(
            Place(
                quote.id,
                evidence.start,
                evidence.end,
                evidence.quote,
                tone,
                not searched,
                evidence.unsaid,
            )
            for evidence, quote in zip(pieces, _quotes(owner, pieces), strict=True)
        )

    def _is_whole(self, evidence: Evidence) -> bool:
        length = evidence.char_end - evidence.char_start
        return evidence.turn_index is not None and length == len(self.turns[evidence.turn_index].text)


def all_quotes(shown: ShownCall) -> list[Quote]:
    """What the page of a call points at in the transcript."""
    of_items = (quote for line in shown.lines for quote in _quotes(line.item.id, line.evidence, line.item.title))
    of_fields = (
        (field_owner(field.name, n), doubt.evidence) for field in shown.ticket for n, doubt in enumerate(field.doubts)
    )
    of_opinions = (
        (opinion_owner(line.item.id), opinion.evidence) for line in shown.lines if (opinion := shown.opinion_on(line))
    )
    others = (quote for owner, pieces in (*of_fields, *of_opinions) for quote in _quotes(owner, pieces))
    return [*of_items, *others]


def field_owner(name: str, n: int) -> str:
    """Of the evidence of the n-th doubt about a field of the ticket."""
    return f"ticket-{name}-{n}"


def opinion_owner(item_id: str) -> str:
    """Of the evidence of a second opinion on an item."""
    return f"opinion-{item_id}"


def _quotes(owner: str, pieces: Sequence[Evidence], title: str = "") -> Iterator[Quote]:
    return (Quote(f"{owner}-{n}", evidence, title) for n, evidence in enumerate(pieces))
