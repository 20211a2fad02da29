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
from web.access.request_context import Visit, Visiting
from web.access.roles import Permission
from web.access.visibility import call_in_sight
from web.call.build import page_of
from web.call.reader import Reader
from web.call.sound_file import How, peaks_response, sound_response
from web.call.view import CallPage
from web.routing import Area

area = Area("call")


@area.page("/calls/{pk:row}", "call/call.html", Permission.CALLS)
def call_page(visit: Visiting, pk: int) -> CallPage:
    with visit.desk.store.read() as c:
        page = page_for(visit, c, call_in_sight(visit, c, pk))
    visit.note_look("call_opened", "call", pk, page.call_id)
    return page


@area.get("/calls/{pk:row}/audio", Permission.CALLS)
def audio(visit: Visiting, pk: int) -> Response:
    """The sound for playing, in pieces as the browser wants them."""
    return _sound_file(visit, pk, "inline")


@area.get("/calls/{pk:row}/recording", Permission.DOWNLOAD)
def recording(visit: Visiting, pk: int) -> Response:
    """The sound to keep, under the call's number: names of people's making may be anything."""
    return _sound_file(visit, pk, "attachment")


@area.get("/calls/{pk:row}/peaks.json", Permission.CALLS)
def peaks(visit: Visiting, pk: int) -> Response:
    sound = _sound(visit, pk)[1]
    if isinstance(sound, NotHeard):
        return JSONResponse({"error": visit.say("录音无法播放"), "detail": visit.say(sound.words)}, 404)
    return peaks_response(sound)


def run_of(visit: Visit, row: CallRow) -> Run:
    """The run whose rubric is for the call; where none is, it has no score under any."""
    try:
        return run_for(visit.desk.book, row.call.call_id)
    except CallQAError:
        return visit.desk.book[0]


def page_for(visit: Visit, c: Connection, row: CallRow) -> CallPage:
    """The page as the visitor may see it."""
    run, now, own = run_of(visit, row), visit.desk.now(), row.call.agent_id
    mine = visit.who.agent_id == own and visit.may(Permission.APPEAL)
    shown = shown_call(run, c, row, discreet=not visit.may(Permission.PERSONAL))
    held = legal_holds.holds_of(c, row.call_pk)
    reader = Reader(
        visit.who.name,
        visit.say,
        reviews=visit.may(Permission.REVIEW) and own not in (visit.who.name, visit.who.agent_id),
        asked=bool(assignments.open_assignments(c, visit.who.name, [row.call.call_id])),
        calibrates=visit.may(Permission.CALIBRATE),
        weighs=visit.may(Permission.RUBRICS),
        today=now.astimezone(run.zone).date(),
        appealable=appealable(run, c, row.call.call_id, now) if mine else {},
        calls=visit.called,
        holds=held if visit.may(Permission.LEGAL_HOLD) else None,
    )
    return page_of(run, shown, reader)


def _sound_file(visit: Visit, pk: int, how: How) -> Response:
    row, sound = _sound(visit, pk)
    if isinstance(sound, NotHeard):
        return PlainTextResponse(visit.say(sound.words), 404)
    if how == "attachment":
        visit.note("recording_downloaded", "call", pk, row.call.call_id)
    else:
        visit.note_once("recording_heard", "call", pk, row.call.call_id)
        visit.write_looks()
    return sound_response(visit.request, sound, f"{pk}.wav", how)


def _sound(visit: Visit, pk: int) -> tuple[CallRow, Sound | NotHeard]:
    """With tones over what is personal, for whoever need not know it."""
    desk = visit.desk
    with desk.store.read() as c:
        row = call_in_sight(visit, c, pk)
        whole = visit.may(Permission.PERSONAL)
        bleeps = () if whole else bleeps_in(run_of(visit, row), c, row)
    if bleeps is None:
        return row, not_heard("not_transcribed")
    if not row.call.recording_uri:
        return row, not_heard("removed")
    return row, SoundCache.of(desk.settings).sound(row.call.recording_uri, row.sha256, bleeps)
