"""Clips as their listeners may know them: what is said, how the item stands by now, and what is bleeped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from asr.bleep import Bleep
from callqa.coaching import Clip
from callqa.messages import Message
from callqa.personal import PersonalSpan
from callqa.reasons import reason_message
from callqa.types import Conversation, Evidence, Turn, Verdict
from services.calls.call_file import CallFile, Line, lines, read_call
from services.coaching.agents import agent_spans, hide_agents, hide_spans
from services.context import RubricContext, RubricSet, titles_of
from services.privacy.bleep import bleeps_of
from services.privacy.mask import mask_conversation, mask_quote, mask_text
from services.privacy.personal import personal_of
from services.wording import as_it_stands
from store import Connection
from store.calls import read


@dataclass(frozen=True, slots=True)
class Discretion:
    """What the class is not told."""

    anonymous: bool = False
    """Agents are named by letters, and their numbers bleeped."""
    bleep: bool = True
    """A tone stands in place of names, numbers and addresses, and asterisks in what is written."""


USUAL = Discretion()


@dataclass(frozen=True, slots=True)
class ShownClip:
    """A clip with all that is known of it before its recording is opened, without what its listeners must not know."""

    stored: read.CallRow
    clip: Clip
    title: str
    """Of the item; empty for a moment that is about none."""
    stands: Verdict | None
    """How the item stands by now; ``None`` where there is no score of it."""
    reason: Message | str
    """Of the verdict, a person's where one decided."""
    evidence: tuple[Evidence, ...]
    """The item's, as far as it is heard in the clip."""
    turns: tuple[Turn, ...]
    """Those of which something is heard in the clip."""
    bleeps: tuple[Bleep, ...] | None
    """What nobody may hear, by the clock of the recording; ``None`` where nobody can tell."""

    @property
    def overturned(self) -> bool:
        """The item has another verdict than when the clip was made: it is no example of that any more."""
        return None not in (self.clip.verdict, self.stands) and self.clip.verdict is not self.stands


def shown_clip(
    c: Connection, rubric_set: RubricSet, clip: Clip, discretion: Discretion, labels: Mapping[str, str] | None = None
) -> ShownClip:
    """``labels``: what stands for each agent, where agents are not named."""
    stored = read.call_row(c, clip.call_id)
    assert stored is not None  # a clip points at its call
    context, file, line = _line_of(c, rubric_set, clip, stored)
    conversation, labels = file.conversation, labels or {}
    spans = personal_of(context, c, stored.call_pk, conversation).spans if conversation and discretion.bleep else ()
    named = tuple(agent_spans(conversation, [*labels])) if conversation and labels else ()
    label = labels.get(stored.call.agent_id, "")

    def written(text: str) -> str:
        return hide_agents(mask_text(text, stored.call.ticket) if discretion.bleep else text, labels)

    def quoted(place: Evidence) -> Evidence:
        if conversation is None and discretion.bleep:
            return replace(place, quote="")
        masked = mask_quote(place, spans)
        return replace(masked, quote=hide_agents(_unnamed(masked, named, label), labels))

    def spoken(turn: Turn) -> Turn:
        of_turn = [span for span in named if span.turn_index == turn.index]
        return replace(turn, text=hide_agents(hide_spans(turn.text, of_turn, 0, label), labels), words=())

    turns = mask_conversation(conversation, spans).turns if conversation else ()
    return ShownClip(
        stored,
        replace(clip, note=written(clip.note), question=written(clip.question), answer=written(clip.answer)),
        titles_of(rubric_set).get(clip.item_id, clip.item_id),
        as_it_stands(line.counts) if line else None,
        _reason(line, written) if line else "",
        tuple(quoted(place) for place in _within(line, clip)) if line else (),
        tuple(spoken(turn) for turn in turns if turn.start < clip.end and turn.end > clip.start),
        _bleeps(conversation, (*spans, *named), discretion),
    )


def _line_of(
    c: Connection, rubric_set: RubricSet, clip: Clip, stored: read.CallRow
) -> tuple[RubricContext, CallFile, Line | None]:
    """The line of the sheet that the clip is about, under the first rubric that has one for the call."""
    for context in rubric_set:
        if clip.item_id in context.rubric.titles:
            file = read_call(context, c, stored)
            for line in lines(context, file):
                if line.item.id == clip.item_id:
                    return context, file, line
    return rubric_set[0], read_call(rubric_set[0], c, stored), None


def _within(line: Line, clip: Clip) -> tuple[Evidence, ...]:
    """Nothing where a person decided otherwise than the machine, whose evidence it is."""
    if line.finding is None or line.overturned:
        return ()
    return tuple(place for place in line.finding.evidence if place.start < clip.end and place.end > clip.start)


def _reason(line: Line, written: Callable[[str], str]) -> Message | str:
    if line.review and line.review.reason:
        return written(line.review.reason)
    return reason_message(line.finding.reason) if line.finding and not line.overturned else ""


def _unnamed(place: Evidence, named: tuple[PersonalSpan, ...], label: str) -> str:
    of_turn = [span for span in named if span.turn_index == place.turn_index]
    return hide_spans(place.quote, of_turn, place.char_start, label)


def _bleeps(
    conversation: Conversation | None, spans: tuple[PersonalSpan, ...], discretion: Discretion
) -> tuple[Bleep, ...] | None:
    if conversation is None:
        return None if discretion.bleep or discretion.anonymous else ()
    return bleeps_of(conversation, sorted(spans))
