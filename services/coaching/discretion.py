"""Clips without what is personal in them."""

from asr.bleep import Bleep
from callqa.types import Evidence
from services.context import RubricContext
from services.privacy.bleep import bleeps_of
from services.privacy.mask import mask_quote, mask_text
from services.privacy.personal import personal_of
from store import Connection
from store.calls import read


def discreet(
    c: Connection, context: RubricContext, stored: read.CallRow, evidence: tuple[Evidence, ...], note: str
) -> tuple[tuple[Evidence, ...], str, tuple[Bleep, ...] | None]:
    """Evidence and note without what is personal, and where it is heard. Without a transcript nobody knows that."""
    note = mask_text(note, stored.call.ticket)
    stored_conversation = next(read.conversations(c, [stored.call_pk], context.keys.engine_key, context.zone), None)
    if stored_conversation is None:
        return (), note, None
    spans = personal_of(context, c, stored.call_pk, stored_conversation.conversation).spans
    return (
        tuple(mask_quote(quote, spans) for quote in evidence),
        note,
        bleeps_of(stored_conversation.conversation, spans),
    )
