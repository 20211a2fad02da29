"""Phrases the agent must not say to the citizen."""

from callqa.text import normalise
from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import echoes, well_recognised
from qa_models.evidence import quotes
from qa_models.expression import Expression, compiled
from qa_models.match import Hit, find, spelling_of
from qa_models.phrases import Phrases, expressions


class ForbiddenParams(Params):
    phrases: Phrases
    harmless: tuple[Expression, ...] = ()
    """A phrase that one of them touches was meant otherwise."""


@check("forbidden", version=4)
def check_forbidden(conversation: Conversation, params: ForbiddenParams) -> Draft:
    turns = [turn for turn in conversation.by("agent") if not turn.flags]
    all_hits = find(params.phrases, turns, conversation.call.agent_id)
    hits = [hit for hit in all_hits if not _harmless(hit, params) and not _quoted(hit, conversation)]
    sure = [
        hit for hit in hits if hit.similarity >= params.phrases.accept and _spelt(hit) and well_recognised(hit.turn)
    ]
    if sure:
        return Draft(Verdict.VIOLATED, "taboo_said", quotes(sure), float(len(sure)))
    doubtful = [hit for hit in hits if hit.similarity >= params.phrases.accept]
    if doubtful:
        return Draft(Verdict.UNSURE, "words_doubtful", quotes(doubtful))
    return Draft(Verdict.MET, "none_said")


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


def _harmless(hit: Hit, params: ForbiddenParams) -> bool:
    normal = spelling_of(hit.turn.text)
    for expression in params.harmless:
        for match in compiled(expression).finditer(normal.text):
            if match.end() > match.start():
                start, end = normal.span(*match.span())
                if start < hit.end and hit.start < end:
                    return True
    return False
