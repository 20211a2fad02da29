"""The way from what programs hand in to what intake takes."""

from dataclasses import asdict
from urllib.parse import quote

from callqa.types import Ticket
from services.intake.manifest import CATEGORY_LEVELS
from services.intake.push import Outcome
from web.api.intake.view import PushedCall, PushedTicket, Taken
from web.api.routing import ROOT


def values_of(pushed: PushedCall) -> dict[str, str]:
    """By the names of the columns of a manifest."""
    values = {
        name: getattr(pushed, name) for name in ("call_id", "agent_id", "started_at", "recording", "team", "line")
    }
    values |= {"direction": pushed.direction, "hangup_by": pushed.hangup_by}
    values["agent_channel"] = "" if pushed.agent_channel is None else f"{pushed.agent_channel}"
    if pushed.ticket:
        texts = asdict(pushed.ticket)
        values |= dict(zip(CATEGORY_LEVELS, texts.pop("category"), strict=False)) | texts
    return values


def ticket_of(pushed: PushedTicket) -> Ticket:
    facts = {name: value.strip() for name, value in asdict(pushed).items() if name != "category"}
    return Ticket(**facts, category=tuple(filter(None, map(str.strip, pushed.category))))


def taken(call_id: str, outcome: Outcome, urgent: bool) -> Taken:
    return Taken(call_id, outcome, urgent, f"{ROOT}/calls/{quote(call_id, safe='')}")
