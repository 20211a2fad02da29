"""Conditions on what the call centre says of a call: direction, length, team, the fields of the ticket."""

from typing import Literal

from pydantic import model_validator

from callqa.errors import Mistake
from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check
from qa_models.expression import Expression, compiled
from qa_models.match import spelling_of

NUMBERS = ("duration", "n_turns", "hour")
Field = Literal[
    "call_id", "agent_id", "team", "direction", "hangup_by", "duration", "n_turns", "hour",
    "ticket.request_type", "ticket.category", "ticket.summary", "ticket.location", "ticket.district",
    "ticket.contact_name", "ticket.contact_phone", "ticket.event_time", "ticket.appeal",
]  # fmt: skip
"""``duration`` is seconds of the recording, ``n_turns`` turns of both speakers, ``hour`` the local hour of the start,
``ticket.category`` the first level."""


class MetadataParams(Params):
    ORDER = (("at_least", "at_most"),)

    field: Field
    one_of: tuple[str, ...] | None = None
    filled: bool | None = None
    matches: Expression | None = None
    """Found somewhere in the text."""
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _fits(self) -> "MetadataParams":
        numeric = self.field in NUMBERS
        if numeric and (self.one_of, self.filled, self.matches) != (None, None, None):
            raise Mistake("check.field_is_number", field=self.field)
        if not numeric and (self.at_least is not None or self.at_most is not None):
            raise Mistake("check.field_is_text", field=self.field)
        if (self.one_of, self.filled, self.matches, self.at_least, self.at_most) == (None,) * 5:
            names = ["at_least", "at_most"] if numeric else ["one_of", "filled", "matches"]
            raise Mistake("check.condition_missing", names=names)
        return self


@check("metadata", version=3, needs="nothing")
def check_metadata(conversation: Conversation, params: MetadataParams) -> Draft:
    if params.field.startswith("ticket.") and conversation.call.ticket is None:
        return Draft(Verdict.NOT_APPLICABLE, "no_ticket")
    if params.field == "hangup_by" and conversation.call.hangup_by == "unknown":
        return Draft(Verdict.NOT_APPLICABLE, "hangup_unknown")
    value = _number(conversation, params.field) if params.field in NUMBERS else None
    if value is not None:
        holds = (params.at_least is None or value >= params.at_least) and (
            params.at_most is None or value <= params.at_most
        )
    else:
        text = _text(conversation, params.field)
        holds = (
            (params.one_of is None or text in params.one_of)
            and (params.filled is None or bool(text) is params.filled)
            and (params.matches is None or compiled(params.matches).search(spelling_of(text).text) is not None)
        )
    return Draft(
        Verdict.MET if holds else Verdict.VIOLATED, "condition_met" if holds else "condition_not_met", value=value
    )


def _number(conversation: Conversation, field: str) -> float:
    if field == "duration":
        return conversation.transcript.recording.duration
    if field == "hour":
        return float(conversation.call.started_at.hour)
    return float(len(conversation.turns))


def _text(conversation: Conversation, field: str) -> str:
    owner, _, name = field.rpartition(".")
    if not owner:
        return str(getattr(conversation.call, name))
    ticket = conversation.call.ticket
    if ticket is None:
        return ""
    return next(iter(ticket.category), "") if name == "category" else str(getattr(ticket, name))
