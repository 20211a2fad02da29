"""Summaries of calls as somebody may read them: of one call at hand, or of a page of a list."""

from collections.abc import Collection

from callqa.summary import Summary
from callqa.types import Call, Conversation
from qa_models.summary.summarise import summarise
from services.context import RubricContext
from services.privacy.mask import mask_summary
from services.privacy.personal import known_personal
from store import Connection
from store.calls import read


def summary_of(call: Call, conversation: Conversation | None) -> Summary:
    """Of one call, unmasked; before it is transcribed, what its ticket tells."""
    return summarise(call, conversation.turns if conversation else ())


def summaries(
    context: RubricContext, c: Connection, call_pks: Collection[int], *, discreet: bool
) -> dict[int, Summary]:
    """Of those of the calls that have words, by primary key, some 0.6 ms a call.

    ``discreet``: names, numbers and addresses are masked. Where nobody looked for them with the checks, they are looked
    for in the summary alone: a list does not wait for whole calls.
    """
    known = known_personal(context, c, call_pks) if discreet else {}
    of_calls = {}
    for stored in read.conversations(c, call_pks, context.keys.engine_key, context.zone):
        call = stored.conversation.call
        summary = summary_of(call, stored.conversation)
        if discreet:
            summary = mask_summary(summary, call.ticket, known.get(stored.call_pk))
        of_calls[stored.call_pk] = summary
    return of_calls
