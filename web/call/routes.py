"""The page of a call, its sound and its waveform. Every look and every hearing is written down."""

from starlette.responses import JSONResponse, PlainTextResponse, Response

from callqa.errors import CallQAError
from services.appeals.steps import appealable
from services.calls.visible import bleeps_in, shown_call
from services.context import Run, run_for
from services.listening.sounds import NotHeard, Sound, SoundCache, not_heard
from store import Connection
from store.calls.read import CallRow
from store.people import assignments
from store.removal import legal_holds
from web.access.request_context import Context, RequestContext
from web.access.roles import Permission
from web.access.visibility import visible_call
from web.call.build import page_of
from web.call.reader import Reader
from web.call.sound_file import How, peaks_response, sound_response
from web.call.view import CallPage
from web.routing import Area

area = Area("call")


@area.page("/calls/{pk:row}", "call/call.html", Permission.CALLS)
def call_page(context: Context, pk: int) -> CallPage:
    with context.desk.store.read() as c:
        page = page_for(context, c, visible_call(context, c, pk))
    context.note_look("call_opened", "call", pk, page.call_id)
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
    if isinstance(sound, NotHeard):
        return JSONResponse({"error": context.say("录音无法播放"), "detail": context.say(sound.words)}, 404)
    return peaks_response(sound)


def run_of(context: RequestContext, row: CallRow) -> Run:
    """The run whose rubric is for the call; where none is, it has no score under any."""
    try:
        return run_for(context.desk.book, row.call.call_id)
    except CallQAError:
        return context.desk.book[0]


def page_for(context: RequestContext, c: Connection, row: CallRow) -> CallPage:
    """The page as the reader may see it."""
    run, now, own = run_of(context, row), context.desk.now(), row.call.agent_id
    mine = context.who.agent_id == own and context.may(Permission.APPEAL)
    shown = shown_call(run, c, row, discreet=not context.may(Permission.PERSONAL))
    held = legal_holds.holds_of(c, row.call_pk)
    reader = Reader(
        context.who.name,
        context.say,
        reviews=context.may(Permission.REVIEW) and own not in (context.who.name, context.who.agent_id),
        asked=bool(assignments.open_assignments(c, context.who.name, [row.call.call_id])),
        calibrates=context.may(Permission.CALIBRATE),
        weighs=context.may(Permission.RUBRICS),
        today=now.astimezone(run.zone).date(),
        appealable=appealable(run, c, row.call.call_id, now) if mine else {},
        calls=context.called,
        holds=held if context.may(Permission.LEGAL_HOLD) else None,
    )
    return page_of(run, shown, reader)


def _sound_file(context: RequestContext, pk: int, how: How) -> Response:
    row, sound = _sound(context, pk)
    if isinstance(sound, NotHeard):
        return PlainTextResponse(context.say(sound.words), 404)
    if how == "attachment":
        context.note("recording_downloaded", "call", pk, row.call.call_id)
    else:
        context.note_once("recording_heard", "call", pk, row.call.call_id)
        context.write_looks()
    return sound_response(context.request, sound, f"{pk}.wav", how)


def _sound(context: RequestContext, pk: int) -> tuple[CallRow, Sound | NotHeard]:
    """With tones over what is personal, for whoever need not know it."""
    desk = context.desk
    with desk.store.read() as c:
        row = visible_call(context, c, pk)
        whole = context.may(Permission.PERSONAL)
        bleeps = () if whole else bleeps_in(run_of(context, row), c, row)
    if bleeps is None:
        return row, not_heard("not_transcribed")
    if not row.call.recording_uri:
        return row, not_heard("removed")
    return row, SoundCache.of(desk.settings).sound(row.call.recording_uri, row.sha256, bleeps)
