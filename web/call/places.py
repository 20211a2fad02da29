"""The places of a page that can be played: evidence, and its quotes within the transcript."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callqa.types import Evidence, Turn
from services.calls.evidence import only_searched
from services.calls.transcript import Quote
from services.calls.visible import ShownCall
from web.call.view import Place, Tone


@dataclass(frozen=True, slots=True)
class Places:
    """The evidence of a call. A place and its quote have the same id: of an item or a field, and a number."""

    turns: Sequence[Turn]

    def of(self, owner: str, pieces: Sequence[Evidence], tone: Tone) -> tuple[Place, ...]:
        proves = not only_searched(pieces, self.turns)
        return tuple(
            Place(
                quote.id,
                evidence.start,
                evidence.end,
                evidence.quote,
                tone,
                proves,
                evidence.unsaid,
            )
            for evidence, quote in zip(pieces, _quotes(owner, pieces), strict=True)
        )


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
