"""Phrases the agent must not say to the citizen.

A phrase has harmless uses: some are known as expressions, the others a model tells from what is said around it. The
same model finds what is said in words that no list holds.
"""

from collections.abc import Sequence

from pydantic import Field

from callqa.text import normalise
from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import echoes, well_recognised
from qa_models.evidence import quotes, spans
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


@check("forbidden", version=5)
def check_forbidden(conversation: Conversation, params: ForbiddenParams) -> Draft:
    turns = [turn for turn in conversation.by("agent") if not turn.flags]
    all_hits = find(params.phrases, turns, conversation.call.agent_id)
    pieces = () if params.meaning is None else pieces_of(conversation, params.meaning.model, (params.meaning.label,))
    hits = [hit for hit in all_hits if not _harmless(hit, params, pieces) and not _quoted(hit, conversation)]
    sure = [
        hit for hit in hits if hit.similarity >= params.phrases.accept and _spelt(hit) and well_recognised(hit.turn)
    ]
    if sure:
        return Draft(Verdict.VIOLATED, "taboo_said", quotes(sure), float(len(sure)))
    doubtful = [hit for hit in hits if hit.similarity >= params.phrases.accept]
    if doubtful:
        return Draft(Verdict.UNSURE, "words_doubtful", quotes(doubtful))
    return _meant(params, pieces) or Draft(Verdict.MET, "none_said")


def _meant(params: ForbiddenParams, pieces: Sequence[Piece]) -> Draft | None:
    """What no list holds, said in other words."""
    if params.meaning is None:
        return None
    likely = [p for p in pieces if p.probability >= params.meaning.doubt and not p.touched_by(params.harmless)]
    piece = max(likely, key=lambda piece: piece.probability, default=None)
    if piece is None:
        return None
    if piece.probability >= params.meaning.sure and well_recognised(piece.turn):
        return Draft(Verdict.VIOLATED, "taboo_said", (piece.evidence,), 1.0, confidence=piece.probability)
    return Draft(Verdict.UNSURE, "words_doubtful", (piece.evidence,), confidence=piece.probability)


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
