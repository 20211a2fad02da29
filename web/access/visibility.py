"""Visibility: the calls that a person may know of. What is outside is answered as if it were not there."""

from callqa.errors import CallQAError
from callqa.people import Account, Role
from callqa.visibility import EVERYTHING, Visibility
from services.context import context_for
from store import Connection
from store.calls.read import CallRow, call_row_of, score_of
from store.runs import score_holds
from web.access.request_context import NotThere, RequestContext


def visibility_of(account: Account) -> Visibility:
    """Agents see their own calls once the score is published, team leads those of their teams."""
    if account.role is Role.AGENT:
        return Visibility(agent_id=account.agent_id or "", published=True)
    if account.role is Role.TEAM_LEAD:
        return Visibility(teams=account.teams)
    return EVERYTHING


def visible_call(context: RequestContext, c: Connection, pk: int) -> CallRow:
    """The call of this primary key. Raises `NotThere`, also for a call that the person may not know of."""
    row = call_row_of(c, pk)
    if row is None or not _sees(context, c, row):
        raise NotThere
    return row


def _sees(context: RequestContext, c: Connection, row: CallRow) -> bool:
    visibility, call = visibility_of(context.who), row.call
    if visibility.teams is not None and call.team not in visibility.teams:
        return False
    if visibility.agent_id is not None and call.agent_id != visibility.agent_id:
        return False
    return not visibility.published or _is_published(context, c, call.call_id)


def _is_published(context: RequestContext, c: Connection, call_id: str) -> bool:
    try:
        keys = context_for(context.desk.rubric_set, call_id).keys
    except CallQAError:  # no rubric is for it
        return False
    return score_of(c, call_id, keys) is not None and not score_holds.is_held(c, call_id, keys)
