"""The reader of a call's page: who looks, and what they may see and do there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from callqa.messages import Say
from services.appeals.steps import appealable
from services.context import RubricContext
from store import Connection
from store.calls.read import CallRow
from store.people import assignments, examples
from store.removal import legal_holds
from store.removal.legal_holds import LegalHold
from web.access.request_context import RequestContext
from web.access.roles import Permission


@dataclass(frozen=True, slots=True)
class Reader:
    """What the page depends on besides the call."""

    name: str
    """Their login name."""
    say: Say
    reviews: bool
    """May decide the items of this call."""
    asked: bool
    """Was asked to hear it."""
    calibrates: bool
    """Is told what was answered in calibrations."""
    weighs: bool
    """Is told how far the machine can be relied on."""
    today: date
    appealable: Mapping[str, date]
    """The items that they may appeal against, with the last day."""
    calls: Callable[[str], str]
    """What people are called, by their login names."""
    taught: frozenset[str]
    """The items of which there is an example."""
    holds: Sequence[LegalHold] | None = None
    """Why the law holds the call; ``None`` for whom it does not concern."""


def reader_of(context: RequestContext, c: Connection, rubric_context: RubricContext, row: CallRow) -> Reader:
    """Whoever asks, before this call."""
    now, agent_id = context.desk.now(), row.call.agent_id
    is_own = context.who.agent_id == agent_id and context.may(Permission.APPEAL)
    return Reader(
        context.who.name,
        context.say,
        reviews=context.may(Permission.REVIEW) and agent_id not in (context.who.name, context.who.agent_id),
        asked=bool(assignments.open_assignments(c, context.who.name, [row.call.call_id])),
        calibrates=context.may(Permission.CALIBRATE),
        weighs=context.may(Permission.RUBRICS),
        today=now.astimezone(rubric_context.zone).date(),
        appealable=appealable(rubric_context, c, row.call.call_id, now) if is_own else {},
        calls=context.called,
        taught=frozenset(stored.example.item_id for stored in examples.examples(c, row.call.call_id))
        if context.may(Permission.REVIEW)
        else frozenset(),
        holds=legal_holds.holds_of(c, row.call_pk) if context.may(Permission.LEGAL_HOLD) else None,
    )
