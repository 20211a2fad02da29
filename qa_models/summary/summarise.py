"""Summary of a call without a language model: the ticket's facts, and what the turns say beyond doubt."""

from collections.abc import Iterable, Iterator, Sequence

from callqa.summary import LONGEST, Summary, SummaryPart
from callqa.types import Call, Ticket, Turn
from qa_models.summary.outcome import outcome
from qa_models.summary.request import wanted

HIDDEN = 4  # characters that a masked place may be longer than the place


def summarise(call: Call, turns: Sequence[Turn] = ()) -> Summary:
    """The summary of a call; without turns, of what its ticket tells.

    Every part names its source. Times are promised, calls transferred and broken off only where the call says so
    plainly: a part too few misleads nobody.
    """
    spoken = [turn for turn in turns if turn.text.strip() and not turn.flags]
    ticket = call.ticket or Ticket()
    return Summary(tuple(fitting(wanted(ticket, spoken))), tuple(fitting(outcome(call, ticket, spoken))))


def fitting(parts: Iterable[SummaryPart]) -> Iterator[SummaryPart]:
    """The parts that a line has room for, in their order."""
    room = LONGEST
    for part in parts:
        length = len(part.message.text("zh")) + (HIDDEN if part.field == "location" else 0)
        if length <= room:
            yield part
            room -= length + 1
