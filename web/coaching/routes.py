"""Finding examples, playlists, and common wordings."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Form, Query
from pydantic import Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from callqa.errors import CallQAError
from callqa.visibility import EVERYTHING
from reports.playlist.folder import Discretion, zip_playlist
from services.coaching.find import example_in, find_examples
from services.context import RubricContext, context_for
from services.privacy.mask import MASK as HIDDEN
from store import Connection
from store.calls import read
from store.people import calibration, playlists
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.coaching.view import ClipRow, PlaylistHead, WordingGroup, clip_rows, example_rows, heads, note_of, wordings
from web.parameters import MOST
from web.routing import Area, Then

Kind = Literal["best", "worst", "borderline"]
Month = Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$")]
Item = Annotated[str, Query(max_length=200)]

area = Area("playlist")


@dataclass(frozen=True, slots=True)
class Finder:
    """Calls of a month that show an item, spread over agents and categories."""

    item: str
    kind: Kind
    month: str
    team: str
    n: int
    items: tuple[tuple[str, str], ...]
    """Id and title."""
    months: tuple[str, ...]
    teams: tuple[str, ...]
    found: tuple[ClipRow, ...]
    playlists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Playlists:
    rows: tuple[PlaylistHead, ...]


@dataclass(frozen=True, slots=True)
class PlaylistPage:
    head: PlaylistHead
    clips: tuple[ClipRow, ...]
    n_blind: int
    """Other clips, of calls that people judge blind just now."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """What agents really say where a phrase is asked for."""

    month: str
    months: tuple[str, ...]
    groups: tuple[WordingGroup, ...]


@area.page("/training", "coaching/finder.html", Permission.TRAINING)
def finder(
    context: Context,
    item: Item = "",
    kind: Kind = "best",
    month: Month = "",
    team: Annotated[str, Query(max_length=200)] = "",
    n: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Finder:
    rubric_set, store = context.desk.rubric_set, context.desk.store
    with store.read() as c:
        months = _months(c)
        lists = tuple(row.name for row in playlists.playlists(c))
    teams = context.desk.figures.menus(EVERYTHING).teams
    month = month or (months[0] if months else "")
    items = tuple((one.id, one.title) for rubric_context in rubric_set for one in rubric_context.rubric.items)
    found = [
        one
        for rubric_context in _having(rubric_set, item)
        for one in find_examples(rubric_context, item, kind, n, month, team or None)
    ]
    with store.read() as c:
        rows = example_rows(rubric_set, c, found, context.may(Permission.PERSONAL))
    return Finder(item, kind, month, team, n, items, months, teams, rows, lists)


@area.page("/training/wordings", "coaching/wordings.html", Permission.TRAINING)
def common_wordings(context: Context, month: Month = "") -> Wordings:
    with context.desk.store.read() as c:
        months = _months(c)
    month = month or (months[0] if months else "")
    groups = (
        (group for rubric_context in context.desk.rubric_set for group in wordings(rubric_context, None, month))
        if month
        else ()
    )
    return Wordings(month, months, tuple(groups))


@area.page("/training/playlists", "coaching/playlists.html", Permission.TRAINING)
def playlist_list(context: Context) -> Playlists:
    with context.desk.store.read() as c:
        return Playlists(heads(c, context.may(Permission.PERSONAL)))


@area.page("/training/playlists/{pk:row}", "coaching/playlist.html", Permission.TRAINING)
def playlist(context: Context, pk: int) -> PlaylistPage:
    with context.desk.store.read() as c:
        head = _find(context, c, pk)
        clips, blind = playlists.read_playlist(c, head.name).clips, calibration.open_calls(c)
        rows = clip_rows(context.desk.rubric_set, c, clips, context.may(Permission.PERSONAL))
    shown = tuple(row for row in rows if row.call_id not in blind)
    return PlaylistPage(head, shown, len(rows) - len(shown))


@area.action("/training/playlists", Permission.TRAINING)
def add_clips(
    context: Context,
    playlist: Annotated[str, Form(min_length=1, max_length=100)],
    item: Annotated[str, Form(max_length=200)],
    call: Annotated[list[Annotated[int, Field(le=MOST)]] | None, Form()] = None,
) -> Then:
    """Adds the clips of an item in these calls to a playlist, which is made when needed."""
    name = playlist.strip()
    if not name or not call:
        raise CallQAError(context.say("请勾选通话，并写明播放单的名称"))
    with context.desk.store.read() as c:
        rows, blind = [row for pk in call if (row := read.call_row_of(c, pk))], calibration.open_calls(c)
    if judged := [row.call.call_id for row in rows if row.call.call_id in blind]:
        raise CallQAError(context.say("通话 {call} 正在校准，结束后才能加入播放单", call=judged[0]))
    rubric_set = context.desk.rubric_set
    clips = [example_in(context_for(rubric_set, row.call.call_id), row.call.call_id, item).clip for row in rows]
    with context.desk.store.write() as c:
        added = playlists.add_clips(c, name, clips, context.who.name, context.desk.now())
        pk = next(row.pk for row in playlists.playlists(c) if row.name == name)
    context.log_action("clips_added", "playlist", pk, name, n=added)
    return Then(f"/training/playlists/{pk}", context.say("已加入 {n} 段", n=added))


@area.action("/training/playlists/{pk:row}/note", Permission.TRAINING)
def note(
    context: Context,
    pk: int,
    text: Annotated[str, Form(max_length=2000)] = "",
    order: Annotated[int | None, Form(ge=1)] = None,
) -> Then:
    """Of the playlist, or of one of its clips. Asterisks that somebody was shown never replace what they stand for."""
    here, text = f"/training/playlists/{pk}", text.strip()
    with context.desk.store.write() as c:
        name = _find(context, c, pk).name
        kept = note_of(c, name, order, personal=True)
        shown = kept if context.may(Permission.PERSONAL) else note_of(c, name, order, personal=False)
        if kept != shown and text != shown and HIDDEN in text:
            said = context.say("没有保存：备注里有对您隐去的内容，星号会盖掉原文。请重写整条备注，不要留星号")
            return Then(here, said, "refused")
        if text != shown:
            playlists.set_note(c, name, text, order)
    return Then(here, context.say("备注已保存"))


@area.action("/training/playlists/{pk:row}/remove", Permission.TRAINING)
def remove(context: Context, pk: int, order: Annotated[int | None, Form(ge=1)] = None) -> Then:
    """Takes out one clip, or forgets the whole playlist."""
    with context.desk.store.write() as c:
        head = _find(context, c, pk)
        if order is None:
            playlists.remove_playlist(c, head.name)
        else:
            playlists.remove_clip(c, head.name, order)
    context.log_action("playlist_removed" if order is None else "clip_removed", "playlist", pk, head.name)
    if order is None:
        return Then("/training/playlists", context.say("已删除播放单"))
    return Then(f"/training/playlists/{pk}", context.say("已删除第 {n} 段", n=order))


@area.action("/training/playlists/{pk:row}/export", Permission.TRAINING)
def export(context: Context, pk: int, anonymous: Annotated[bool, Form()] = False) -> Response:
    """A ZIP of bleeped sound files with their sheet."""
    with context.desk.store.read() as c:
        head = _find(context, c, pk)
        blind = calibration.open_calls(c)
        if any(clip.call_id in blind for clip in playlists.read_playlist(c, head.name).clips):
            raise CallQAError(context.say("播放单里有通话正在校准，结束后才能下载"))
    folder = Path(tempfile.mkdtemp(prefix="callqa-"))
    try:
        made = zip_playlist(context.desk.rubric_set, head.name, folder, Discretion(anonymous, bleep=True))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    context.log_action("playlist_exported", "playlist", pk, head.name)
    forget = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(made, media_type="application/zip", filename=f"{head.name}.zip", background=forget)


def _having(rubric_set: tuple[RubricContext, ...], item: str) -> list[RubricContext]:
    return [rubric_context for rubric_context in rubric_set if item in rubric_context.rubric.titles]


def _months(c: Connection) -> tuple[str, ...]:
    return tuple(reversed(read.periods(c)))


def _find(context: RequestContext, c: Connection, pk: int) -> PlaylistHead:
    found = next((head for head in heads(c, context.may(Permission.PERSONAL)) if head.pk == pk), None)
    if found is None:
        raise NotThere
    return found
