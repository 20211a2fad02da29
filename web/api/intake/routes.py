"""Intake: a recording, a call and its ticket, handed in by a program."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from services.intake.push import push_call, push_ticket
from services.intake.uploads import keep_upload
from web.access.roles import Permission
from web.api.access import Api
from web.api.intake.build import taken, ticket_of, values_of
from web.api.intake.repeats import Key, once
from web.api.intake.upload import Received
from web.api.intake.view import PushedCall, PushedTicket, Taken, UploadData
from web.api.parameters import CallId
from web.api.routing import ApiArea

area = ApiArea("Intake", "call")


@area.act("POST", "/recordings", Permission.PUSH, UploadData, 201, 413, binary=True)
def upload_recording(context: Api, part: Received) -> UploadData:
    """Send a recording, as the whole body; a call names it afterwards."""
    recording, n_bytes = keep_upload(context.desk.settings, part)
    context.log_action("recording_pushed", "call", n=n_bytes, by="API")
    return UploadData(recording, n_bytes)


@area.act("POST", "/calls", Permission.PUSH, Taken, 201, 409)
def hand_in_call(context: Api, pushed: PushedCall, key: Key = "") -> Response:
    """Hand in a call with its recording and its ticket."""

    def push() -> Taken:
        desk = context.desk
        outcome = push_call(
            desk.store, desk.settings, values_of(pushed), desk.now(), replace=pushed.replace, is_urgent=pushed.urgent
        )
        context.log_action("call_pushed", "call", None, pushed.call_id, outcome=outcome, by="API")
        return taken(pushed.call_id, outcome, pushed.urgent)

    return once(context, key, pushed, 201, push)


@area.act("PUT", "/calls/{call_id}/ticket", Permission.PUSH, Taken, 200, 404, 409)
def put_ticket(
    context: Api,
    call_id: CallId,
    pushed: PushedTicket,
    urgent: Annotated[bool, Query(description="A worker checks the call anew at once.")] = False,
) -> Taken:
    """Put a ticket in the place of the call's present one."""
    desk = context.desk
    outcome = push_ticket(desk.store, desk.settings, call_id, ticket_of(pushed), desk.now(), is_urgent=urgent)
    context.log_action("call_pushed", "call", None, call_id, outcome=outcome, by="API")
    return taken(call_id, outcome, urgent)
