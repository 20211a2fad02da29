"""The page of a call, and its sound. Every view and every hearing is in the audit log."""

from starlette.responses import JSONResponse, PlainTextResponse, Response

from services.calls.visible import bleeps_in
from services.listening.sounds import NotPlayable, Sound, SoundCache, not_playable
from store.calls.read import CallRow
from web.access.request_context import Context, RequestContext
from web.access.roles import Permission
from web.access.visibility import visible_call
from web.call.build import context_of, page_for
from web.call.sound_file import How, peaks_response, sound_response
from web.call.view import CallPage
from web.routing import Area

area = Area("call")


@area.page("/calls/{pk:row}", "call/call.html", Permission.CALLS)
def call_page(context: Context, pk: int) -> CallPage:
    with context.desk.store.read() as c:
        page = page_for(context, c, visible_call(context, c, pk))
    context.log_view("call_opened", "call", pk, page.call_id)
    return page


@area.get("/calls/{pk:row}/audio", Permission.CALLS)
def audio(context: Context, pk: int) -> Response:
    """The sound for playing, in pieces as the browser wants them."""
    return _sound_file(context, pk, "inline")


@area.get("/calls/{pk:row}/recording", Permission.DOWNLOAD)
def recording(context: Context, pk: int) -> Response:
    """The sound to keep, under the call's number: names of people's making may be anything."""
    return _sound_file(context, pk, "attachment")


@area.get("/calls/{pk:row}/peaks.json", Permission.CALLS)
def peaks(context: Context, pk: int) -> Response:
    sound = _sound(context, pk)[1]
    if isinstance(sound, NotPlayable):
        return JSONResponse({"error": context.say("录音无法播放"), "detail": context.say(sound.words)}, 404)
    return peaks_response(sound)


def _sound_file(context: RequestContext, pk: int, how: How) -> Response:
    row, sound = _sound(context, pk)
    if isinstance(sound, NotPlayable):
        return PlainTextResponse(context.say(sound.words), 404)
    if how == "attachment":
        context.log_action("recording_downloaded", "call", pk, row.call.call_id)
    else:
        context.log_view_once("recording_heard", "call", pk, row.call.call_id)
        context.write_log()
    return sound_response(context.request, sound, f"{pk}.wav", how)


def _sound(context: RequestContext, pk: int) -> tuple[CallRow, Sound | NotPlayable]:
    """With tones over what is personal, for whoever need not know it."""
    desk = context.desk
    with desk.store.read() as c:
        row = visible_call(context, c, pk)
        whole = context.may(Permission.PERSONAL)
        bleeps = () if whole else bleeps_in(context_of(context, row), c, row)
    if bleeps is None:
        return row, not_playable("not_transcribed")
    if not row.call.recording_uri:
        return row, not_playable("removed")
    return row, SoundCache.of(desk.settings).sound(row.call.recording_uri, row.sha256, bleeps)
