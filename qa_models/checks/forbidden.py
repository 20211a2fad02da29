"""Phrases the agent must not say to the citizen.

A phrase has harmless uses: some are known as expressions, the others a model tells from what is said around it. The
same model finds what is said in words that no list holds.
"""

from collections.abc import Iterable, Sequence

from pydantic import Field

from callqa.text import normalise
from callqa.types import Conversation, Evidence, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import echoes, well_recognised
from qa_models.evidence import by_time, in_clause, in_sentence, spans
from qa_models.expression import Expression, compiled
from qa_models.match import Hit, find
from qa_models.meaning import Meaning, Piece, pieces_of
from qa_models.phrases import Phrases, expressions
from qa_models.utterance.model import UtteranceModelName


class Meant(Meaning):
    """What a model makes of the agent's words."""

    ORDER = (("harmless", "doubt"), ("doubt", "sure"))

    model: UtteranceModelName = "faults"
    ambiguous: Expression
    """Phrases that agents say without harm, too: 不清楚."""
    harmless: float = Field(ge=0, le=1)
    """Probability below which such a phrase was meant otherwise."""


class ForbiddenParams(Params):
    phrases: Phrases
    harmless: tuple[Expression, ...] = ()
    """A phrase that one of them touches was meant otherwise."""
    meaning: Meant | None = None


@check("forbidden", version=6)
def check_forbidden(conversation: Conversation, params: ForbiddenParams) -> Draft:
    turns = [turn for turn in conversation.by("agent") if not turn.flags]
    all_hits = find(params.phrases, turns, conversation.call.agent_id)
    pieces = () if params.meaning is None else pieces_of(conversation, params.meaning.model, (params.meaning.label,))
    hits = [hit for hit in all_hits if not _harmless(hit, params, pieces) and not _quoted(hit, conversation)]
    sure = [
        hit for hit in hits if hit.similarity >= params.phrases.accept and _spelt(hit) and well_recognised(hit.turn)
    ]
    taboos = [in_clause(hit.turn, hit.start, hit.end) for hit in sure]
    likely = _meant(params, pieces)
    meant = [piece for piece in likely if params.meaning and _is_meant(piece, params.meaning)]
    if sure or meant:
        taboos += [piece.evidence for piece in meant if not any(_overlap(piece.evidence, place) for place in taboos)]
        confidence = None if sure else max(piece.probability for piece in meant)
        shown = _with_question(taboos, conversation)
        return Draft(Verdict.VIOLATED, "taboo_said", shown, float(len(taboos)), confidence=confidence)
    doubtful = [in_clause(hit.turn, hit.start, hit.end) for hit in hits if hit.similarity >= params.phrases.accept]
    if doubtful:
        return Draft(Verdict.UNSURE, "words_doubtful", _with_question(doubtful, conversation))
    if likely:
        best = likely[0]
        shown = _with_question([best.evidence], conversation)
        return Draft(Verdict.UNSURE, "words_doubtful", shown, confidence=best.probability)
    return Draft(Verdict.MET, "none_said")


def _meant(params: ForbiddenParams, pieces: Sequence[Piece]) -> list[Piece]:
    """What no list holds, said in other words, the likeliest first; of a turn and its sentences only one."""
    if params.meaning is None:
        return []
    doubt = params.meaning.doubt
    likely = [p for p in pieces if p.probability >= doubt and not p.touched_by(params.harmless)]
    chosen: list[Piece] = []
    for piece in sorted(likely, key=lambda piece: -piece.probability):
        if not any(_overlap(piece.evidence, other.evidence) for other in chosen):
            chosen.append(piece)
    return chosen


def _is_meant(piece: Piece, meaning: Meant) -> bool:
    return piece.probability >= meaning.sure and well_recognised(piece.turn)


def _overlap(left: Evidence, right: Evidence) -> bool:
    shared = left.char_start < right.char_end and right.char_start < left.char_end
    return left.turn_index == right.turn_index and shared


def _with_question(taboos: Iterable[Evidence], conversation: Conversation) -> tuple[Evidence, ...]:
    """The words of the agent, each after what the citizen had said before: it tells what they answer."""
    shown: dict[Evidence, None] = {}
    for place in by_time(taboos):
        assert place.turn_index is not None
        before = next((t for t in reversed(conversation.turns[: place.turn_index]) if t.role != "agent"), None)
        if before and before.text.strip() and not before.flags:
            shown[in_sentence(before, len(before.text.rstrip()) - 1, len(before.text))] = None
        shown[place] = None
    return tuple(shown)


def _spelt(hit: Hit) -> bool:
    """Whether the words are the phrase's own, or too many to sound like it by chance."""
    quoted, raw = normalise(hit.quote).text, normalise(hit.turn.raw_text).text
    wordings = [expression for _, expression in expressions((hit.phrase,), "")]
    # A mended spelling proves nothing: the mending was done by the sound alone.
    return len(quoted) >= LONG or any(e.fullmatch(quoted) and e.search(raw) for e in wordings)


LONG = 6  # characters


def _quoted(hit: Hit, conversation: Conversation) -> bool:
    """Whether the agent repeats the citizen's words, and not the phrase alone: 不知道 thrown back is no quotation."""
    echoed = echoes(hit.turn, conversation)
    inside = [(start, end) for start, end in echoed if start < hit.end and hit.start < end]
    return bool(inside) and min(s for s, _ in inside) <= hit.start and max(e for _, e in inside) >= hit.end


def _harmless(hit: Hit, params: ForbiddenParams, pieces: Sequence[Piece]) -> bool:
    """Whether a phrase was meant otherwise, by a known expression or by what the model makes of the words around."""
    if any(start < hit.end and hit.start < end for start, end in spans(hit.turn, params.harmless)):
        return True
    if params.meaning is None or not compiled(params.meaning.ambiguous).search(normalise(hit.quote).text):
        return False
    around = (p.probability for p in pieces if p.turn == hit.turn and p.start < hit.end and hit.start < p.end)
    return max(around, default=1.0) < params.meaning.harmless
