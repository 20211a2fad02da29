"""Structure of a conversation: speaker turns, silences, backchannels, and phrases as far as they were said."""

import re
from collections.abc import Iterable, Sequence
from enum import Enum

from callqa.syllables import accents
from callqa.types import Conversation, Role, Turn
from qa_models.match import Hit, find, sounds_of, spelling_of
from qa_models.phrases import Phrases

MIN_CONFIDENCE = 0.78
"""Share of right sounds under which a turn may hold words that the engine missed."""
CHARACTER = 0.25  # seconds to say one; a telephone number is one word of eleven
SLOWEST, LONG = 2.6, 2.5  # syllables per second that nobody falls below in a turn of so many seconds
MAX_WORDLESS = 0.8  # seconds at the end of a turn's speech; a pause that long would have ended the turn
BACKCHANNEL = re.compile(
    "(嗯|哦|噢|喔|啊|哎|唉|诶|呃|额|喂|好|好的|好吧|对|对的|对对|是|是的|行|可以|没错|明白|知道了|了解)+"
)


ECHO = 6  # sounds in a row that nobody repeats by chance


class Presence(Enum):
    """How far a phrase is there: said, nearly said, perhaps hidden in unclear speech, or not at all."""

    SAID = "said"
    NEAR = "near"
    UNCLEAR = "unclear"
    ABSENT = "absent"


def find_phrase(
    phrases: Phrases, turns: Sequence[Turn], agent_id: str = "", unless: Phrases | None = None
) -> tuple[Presence, tuple[Hit, ...]]:
    """Whether a phrase was said in these turns, and where. ``unless``: words inside such a phrase do not count."""
    if sure := phrase_hits(phrases, turns, agent_id, unless, phrases.accept):
        return Presence.SAID, sure
    if phrases.doubt < phrases.accept and (near := phrase_hits(phrases, turns, agent_id, unless)):
        return Presence.NEAR, near
    return (Presence.UNCLEAR if unclear(turns) else Presence.ABSENT), ()


def phrase_hits(
    phrases: Phrases,
    turns: Sequence[Turn],
    agent_id: str = "",
    unless: Phrases | None = None,
    least: float | None = None,
) -> tuple[Hit, ...]:
    """Every place that sounds like a phrase, in the order of the call; near matches too, or from a similarity on."""
    trusted = [turn for turn in turns if not turn.flags]
    hits = find(phrases, trusted, agent_id, least)
    if hits and unless:
        void = find(unless, trusted, agent_id, unless.accept)
        if any(hit.overlaps(other) for hit in hits for other in void):
            hits = find(phrases, trusted, agent_id, least, void)
    return hits


def well_recognised(turn: Turn) -> bool:
    """Whether the words of this turn can be trusted enough to accuse anybody."""
    return turn.confidence is None or turn.confidence >= MIN_CONFIDENCE


def unclear(turns: Iterable[Turn]) -> bool:
    """Whether something may have been said here that the transcript does not show."""
    return any(turn.flags or lost_words(turn) or not well_recognised(turn) for turn in turns)


def unclear_ones(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """Those of the turns in which something may have been said that the transcript does not show."""
    return tuple(turn for turn in turns if unclear((turn,)))


def lost_words(turn: Turn) -> bool:
    """Whether a stretch of this turn's speech has no words: an engine may stop early, or stretch one word over it."""
    if not turn.text.strip():
        return turn.duration > MAX_WORDLESS
    if not turn.words:
        return False
    if turn.duration > LONG and len(sounds_of(turn.raw_text)) < SLOWEST * turn.duration:
        return True
    longest = max(word.end - word.start - CHARACTER * len(word.text) for word in turn.words)
    return turn.end - turn.words[-1].end > MAX_WORDLESS or longest > 2 * MAX_WORDLESS


def is_backchannel(turn: Turn) -> bool:
    """嗯, 好的, 对对: listening aloud, without wanting to speak."""
    return len(sounds_of(turn.text)) <= 4 and BACKCHANNEL.fullmatch(spelling_of(turn.text).text) is not None


def echoes(turn: Turn, conversation: Conversation) -> tuple[tuple[int, int], ...]:
    """Stretches ``turn.text[start:end]`` that somebody else had said before: words that are quoted, not one's own."""
    spoken = sounds_of(turn.text)
    runs = _runs(turn.text)
    quoted = []
    for other in conversation.turns:
        if other.index < turn.index and other.role != turn.role and not other.flags:
            known = set(_runs(other.text))
            quoted += [
                (spoken.spans[i][0], spoken.spans[i + ECHO - 1][1]) for i, run in enumerate(runs) if run in known
            ]
    return tuple(sorted(set(quoted)))


def _runs(text: str) -> list[tuple[int, ...]]:
    sounds = accents()[sounds_of(text).sounds].tolist()
    return [tuple(sounds[i : i + ECHO]) for i in range(len(sounds) - ECHO + 1)]


def spoken_last(conversation: Conversation, role: Role = "agent") -> Turn:
    """Where a speaker's last words begin; words that are due before the farewell belong there."""
    return speaker_turns(conversation, role)[-1][0]


SpeakerTurn = tuple[Turn, ...]
"""All that one speaker says until the other one speaks: an engine may split what a person says at once."""


def speaker_turns(conversation: Conversation, role: Role = "agent") -> tuple[SpeakerTurn, ...]:
    """One speaker's turns, joined over the other's backchannels."""
    joined: list[list[Turn]] = []
    speaking = False
    for turn in conversation.turns:
        if turn.role != role:
            speaking = speaking and (is_backchannel(turn) or bool(turn.flags))
        elif speaking:
            joined[-1].append(turn)
        else:
            joined.append([turn])
            speaking = True
    return tuple(tuple(turns) for turns in joined)
