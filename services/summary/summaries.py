"""Summaries of calls as somebody may read them: of one call at hand, or of a page of a list."""

from collections.abc import Collection

from callqa.summary import Summary
from callqa.types import Call, Conversation, JudgeAnswer
from qa_models.judge.claims import standing_claims
from qa_models.summary.claims import with_claims
from qa_models.summary.summarise import summarise
from services.context import RubricContext
from services.judge.summaries import key_of_summaries
from services.privacy.mask import mask_summary
from services.privacy.personal import known_personal
from store import Connection
from store.calls import answers, read


def summary_of(
    context: RubricContext, c: Connection, call_pk: int, call: Call, conversation: Conversation | None
) -> Summary:
    """Of one call, unmasked; before it is transcribed, what its ticket tells."""
    plain = summarise(call, conversation.turns if conversation else ())
    return _with_claims(plain, _written(context, c, [call_pk]).get(call_pk))


def summaries(
    context: RubricContext, c: Connection, call_pks: Collection[int], *, discreet: bool
) -> dict[int, Summary]:
    """Of those of the calls that have words, by primary key, some 0.6 ms a call.

    ``discreet``: names, numbers and addresses are masked. Where nobody looked for them with the checks, they are looked
    for in the summary alone: a list does not wait for whole calls.
    """
    known = known_personal(context, c, call_pks) if discreet else {}
    written = _written(context, c, call_pks)
    of_calls = {}
    for stored in read.conversations(c, call_pks, context.keys.engine_key, context.zone):
        call = stored.conversation.call
        summary = _with_claims(summarise(call, stored.conversation.turns), written.get(stored.call_pk))
        if discreet:
            summary = mask_summary(summary, call.ticket, known.get(stored.call_pk))
        of_calls[stored.call_pk] = summary
    return of_calls


def _written(context: RubricContext, c: Connection, call_pks: Collection[int]) -> dict[int, JudgeAnswer]:
    """What a language model wrote of these calls, where somebody wants that."""
    key = key_of_summaries(context.settings.judge)
    return answers.answers_by_call(c, call_pks, context.keys.engine_key, key) if key else {}


def _with_claims(plain: Summary, written: JudgeAnswer | None) -> Summary:
    return with_claims(plain, standing_claims(written)) if written else plain
