"""Legal holds on the page of a call: what is held is not removed after its time, nor when a citizen asks for it."""

from typing import Annotated

from fastapi import Form

from services.retention.legal_hold import case_of
from store.removal import legal_holds
from web.access.request_context import Context, NotThere
from web.access.roles import Permission
from web.access.visibility import visible_call
from web.routing import Area, Then

area = Area("call")
Reason = Annotated[str, Form(max_length=2000)]


@area.action("/calls/{pk:row}/hold", Permission.LEGAL_HOLD)
def hold(context: Context, pk: int, reason: Reason = "") -> Then:
    """Holds this call."""
    case = case_of(reason)
    with context.desk.store.write() as c:
        row = visible_call(context, c, pk)
        asked = f"call {row.call.call_id}"
        number = legal_holds.hold_calls(c, [pk], asked, case, context.who.name, context.desk.now())
    context.log_action("legal_hold_put", "call", pk, row.call.call_id, hold=number)
    return Then(f"/calls/{pk}", context.say("已设置依法保留"))


@area.action("/calls/{pk:row}/hold/release", Permission.LEGAL_HOLD)
def release(context: Context, pk: int, hold: Annotated[int, Form(ge=1, le=999_999_999)], reason: Reason = "") -> Then:
    """Releases one of the holds on this call, with all calls that it holds."""
    case = case_of(reason)
    with context.desk.store.write() as c:
        row = visible_call(context, c, pk)
        if hold not in {known.pk for known in legal_holds.holds_of(c, pk)}:
            raise NotThere
        n_calls = legal_holds.release(c, hold, case, context.who.name, context.desk.now())
    context.log_action("legal_hold_released", "call", pk, row.call.call_id, hold=hold, n=n_calls)
    return Then(f"/calls/{pk}", context.say("已解除依法保留（{n} 通）", n=n_calls))
