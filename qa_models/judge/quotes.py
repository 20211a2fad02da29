"""Verification of quotes: a language model's "he said" counts where he did say it."""

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.fuzz import partial_ratio_alignment

from callqa.syllables import accents
from callqa.types import Conversation, Evidence, JudgeQuote, Turn
from qa_models.evidence import quote as evidence_at
from qa_models.match import sounds_of, spelling_of

SHORTEST = 4
"""Characters, or syllables, that a quote has at least: 好的 is in every call."""
ALIKE = 88.0
"""Percent of its syllables that must be there: a model writes 您 for 你, and drops a particle."""
FULL = 0.8
"""Share of a quote's length that the place found has at least; else a short turn would be like anything."""

Place = tuple[Turn, int, int]
"""``turn.text[start:end]``."""


def verified(
    conversation: Conversation, turns: Sequence[Turn], copied: Iterable[JudgeQuote], prompt: str
) -> tuple[Evidence, ...]:
    """The quotes that are in these turns, as the call itself has them: unmasked; each place once."""
    places = (place for quote in copied if (place := find_quote(quote, turns, prompt)))
    return tuple(dict.fromkeys(evidence_at(conversation.turns[turn.index], start, end) for turn, start, end in places))


def find_quote(quote: JudgeQuote, turns: Sequence[Turn], prompt: str) -> Place | None:
    """Where the quote is in these turns: word for word in the turn it names, then by sound there, then in the others.

    ``prompt``: the question's own words. What stands there counts only where the call has it word for word.
    """
    wanted = spelling_of(quote.text).text
    if len(wanted) < SHORTEST:
        return None
    named = [turn for turn in turns if turn.index == quote.turn]
    copied = wanted in spelling_of(prompt).text
    for group in (named, turns):
        if spelt := next(_spelt(wanted, group), None):
            return spelt
        if not copied and (sounding := _sounding(quote.text, group)):
            return sounding
    return None


def _spelt(wanted: str, turns: Iterable[Turn]) -> Iterator[Place]:
    for turn in turns:
        normal = spelling_of(turn.text)
        if (start := normal.text.find(wanted)) >= 0:
            yield turn, *normal.span(start, start + len(wanted))


def _sounding(text: str, turns: Iterable[Turn]) -> Place | None:
    """The place that sounds most alike."""
    wanted = in_sounds(text)
    best: tuple[float, Place] | None = None
    for turn in turns:
        there = in_sounds(turn.text)
        if len(wanted) < SHORTEST or len(there) < FULL * len(wanted):
            continue
        alike = partial_ratio_alignment(wanted, there, score_cutoff=ALIKE)
        if alike is None or alike.dest_end - alike.dest_start < FULL * len(wanted):
            continue
        spans = sounds_of(turn.text).spans[alike.dest_start : alike.dest_end]
        if best is None or alike.score > best[0]:
            best = alike.score, (turn, spans[0][0], spans[-1][1])
    return best[1] if best else None


def in_sounds(text: str) -> str:
    """A letter for each sound, the same one for sounds that accents mix up."""
    return "".join(chr(0x4E00 + int(sound)) for sound in accents()[sounds_of(text).sounds])
