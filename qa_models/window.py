"""Windows of a call: the speaker turns that a check looks at, by distance from start, end, or another check's hits."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field, model_validator

from callqa.errors import Mistake
from callqa.types import Conversation, Evidence, Turn, Verdict
from qa_models.check import Draft, Needs, Params
from qa_models.dialogue import SpeakerTurn, speaker_turns
from qa_models.evidence import clauses, unsaid, unsaid_after, unsaid_before
from qa_models.reference import Reference

Speaker = Literal["agent", "citizen", "anybody"]


class Anchor(Params):
    """Turns counted from what another check found."""

    check: Reference
    hit: int | Literal["any"] = "any"
    """1 is the first place it found, -1 the last; any of them by default."""
    first: int = Field(default=0, alias="from")
    """0 is the turn of the hit itself, 1 this speaker's next one, -1 the one before."""
    last: int = Field(default=0, alias="to")

    def places(self, conversation: Conversation) -> tuple[Evidence, ...]:
        """What turns are counted from, in the order of the call."""
        hits = tuple(hit for hit in self.check.answer(conversation).hits if hit.turn_index is not None)
        if self.hit == "any":
            return hits
        place = self.hit - 1 if self.hit > 0 else self.hit
        return hits[place:][:1] if -len(hits) <= place < len(hits) else ()

    @model_validator(mode="after")
    def _in_order(self) -> "Anchor":
        if self.first > self.last:
            raise Mistake("check.window_crossed", first=self.first, last=self.last)
        if self.hit == 0:
            raise Mistake("check.hit_zero")
        return self


class Where(Params):
    """A window of the call. Limits that are given must all hold; turns are counted as this speaker's."""

    role: Speaker = "agent"
    first_turns: int | None = Field(default=None, ge=1)
    last_turns: int | None = Field(default=None, ge=1)
    first_seconds: float | None = Field(default=None, gt=0)
    """From the first word of the call."""
    last_seconds: float | None = Field(default=None, gt=0)
    """To the last word of the call."""
    near: Anchor | None = None

    @property
    def needs(self) -> Needs:
        return needed(self.role)

    def speaker_turns(self, conversation: Conversation) -> tuple[SpeakerTurn, ...]:
        """In order; a turn that reaches into the window belongs to it."""
        spoken = every_speaker_turn(conversation, self.role)
        chosen = spoken
        if self.first_turns is not None:
            chosen = chosen[: self.first_turns]
        if self.last_turns is not None:
            chosen = tuple(speaker_turn for speaker_turn in chosen if speaker_turn in spoken[-self.last_turns :])
        if self.first_seconds is not None and chosen:
            until = conversation.turns[0].start + self.first_seconds
            chosen = tuple(speaker_turn for speaker_turn in chosen if speaker_turn[0].start < until)
        if self.last_seconds is not None and chosen:
            since = max(turn.end for turn in conversation.turns) - self.last_seconds
            chosen = tuple(speaker_turn for speaker_turn in chosen if speaker_turn[-1].end > since)
        if self.near is not None:
            near = _near(spoken, self.near, conversation)
            chosen = tuple(
                speaker_turn for i, speaker_turn in enumerate(spoken) if i in near and speaker_turn in chosen
            )
        return chosen

    def turns(self, conversation: Conversation) -> tuple[Turn, ...]:
        return tuple(turn for speaker_turn in self.speaker_turns(conversation) for turn in speaker_turn)

    def due(self, conversation: Conversation) -> tuple[Evidence, ...]:
        """Where words belonged that are nowhere in the window, with what was said there instead.

        At its beginning or its end, or beside what it is near to. Words that may come long before the end belong before
        the last turn: the farewell is last.
        """
        spoken = self.speaker_turns(conversation)
        if not spoken:
            return ()
        if self.near is not None:
            return _beside([turn for speaker_turn in spoken for turn in speaker_turn], self.near, conversation)
        if self.first_turns is not None or self.first_seconds is not None:
            return unsaid_before(spoken[0][0])
        if self.last_seconds is not None or (self.last_turns is not None and self.last_turns <= LAST_WORDS):
            return unsaid_after(spoken[-1][-1])
        return unsaid_before(spoken[-1][0])


LAST_WORDS = 2
"""Turns at the end of a call in which people take leave."""


def _beside(turns: Sequence[Turn], anchor: Anchor, conversation: Conversation) -> tuple[Evidence, ...]:
    """Before the first of the anchor's places, or behind it where the words may come later."""
    place = next(iter(anchor.places(conversation)), None)
    if place is None or place.turn_index is None:
        return unsaid_before(turns[-1])
    index = place.turn_index
    later = [turn for turn in turns if turn.index > index]
    if anchor.last > 0 and later:
        return (*clauses([place], conversation.turns), *unsaid_before(later[0]))
    around = [turn for turn in turns if turn.index == index]
    if around:
        return (unsaid(around[0], place.char_start),)
    earlier = [turn for turn in turns if turn.index < index]
    return unsaid_after(earlier[-1]) if earlier else unsaid_before(turns[0])


class InWindow(Params):
    """Parameters of a kind that looks at a window of the call."""

    where: Where = Where()

    def precluded(self, conversation: Conversation) -> Draft | None:
        """Nobody is judged on a window that hangs on something doubtful, or on nothing."""
        anchor = self.where.near
        if anchor is None or anchor.places(conversation):
            return None
        answer = anchor.check.answer(conversation)
        if answer.verdict is Verdict.UNSURE:
            return Draft(Verdict.UNSURE, answer.reason, answer.evidence)
        return Draft(Verdict.NOT_APPLICABLE, "condition_not_met")


def needed(role: Speaker) -> Needs:
    return "speech" if role == "anybody" else role


def every_speaker_turn(conversation: Conversation, role: Speaker) -> tuple[SpeakerTurn, ...]:
    if role == "anybody":
        return tuple((turn,) for turn in conversation.turns)
    return speaker_turns(conversation, role)


def _near(spoken: Sequence[SpeakerTurn], anchor: Anchor, conversation: Conversation) -> set[int]:
    """Indices of the speaker turns that the anchor reaches."""
    reached: set[int] = set()
    for place in (hit.turn_index for hit in anchor.places(conversation) if hit.turn_index is not None):
        at = next(
            (i for i, speaker_turn in enumerate(spoken) if any(turn.index == place for turn in speaker_turn)), None
        )
        before = sum(speaker_turn[0].index < place for speaker_turn in spoken)  # those that began before the hit
        for step in range(max(anchor.first, -len(spoken)), min(anchor.last, len(spoken)) + 1):
            if at is not None:
                reached.add(at + step)
            elif step:
                reached.add(before + step - 1 if step > 0 else before + step)
    return reached
