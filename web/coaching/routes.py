"""Finding examples, playlists, and common wordings."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import Form, Query
from pydantic import Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from callqa.errors import CallQAError
from callqa.personal import MASK as HIDDEN
from reports.playlist.folder import Discretion, zip_playlist
from services.coaching.find import example_in
from services.context import context_for
from store.calls import read
from store.people import calibration, playlists
from web.access.request_context import Context
from web.access.roles import Permission
from web.coaching.build import (
    finder_page,
    head_of,
    heads,
    note_of,
    playlist_page,
    wordings_page,
)
from web.coaching.view import Finder, Kind, PlaylistPage, Playlists, Wordings
from web.parameters import MOST
from web.routing import Area, Then

Month = Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$")]
Item = Annotated[str, Query(max_length=200)]

area = Area("playlist")


@area.page("/training", "coaching/finder.html", Permission.TRAINING)
def finder(
    context: Context,
    item: Item = "",
    kind: Kind = "best",
    month: Month = "",
    team: Annotated[str, Query(max_length=200)] = "",
    n: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Finder:
    return finder_page(context, item, kind, month, team, n)


@area.page("/training/wordings", "coaching/wordings.html", Permission.TRAINING)
def common_wordings(context: Context, month: Month = "") -> Wordings:
    return wordings_page(context, month)


@area.page("/training/playlists", "coaching/playlists.html", Permission.TRAINING)
def playlist_list(context: Context) -> Playlists:
    with context.desk.store.read() as c:
        return Playlists(heads(c, context.may(Permission.PERSONAL)))


@area.page("/training/playlists/{pk:row}", "coaching/playlist.html", Permission.TRAINING)
def playlist(context: Context, pk: int) -> PlaylistPage:
    return playlist_page(context, pk)


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
        raise CallQAError("playlist.nothing_chosen")
    with context.desk.store.read() as c:
        rows, blind = [row for pk in call if (row := read.call_row_of(c, pk))], calibration.open_calls(c)
    if judged := [row.call.call_id for row in rows if row.call.call_id in blind]:
        raise CallQAError("playlist.call_in_calibration", call=judged[0])
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
        name = head_of(context, c, pk).name
        stored = note_of(c, name, order, personal=True)
        shown = stored if context.may(Permission.PERSONAL) else note_of(c, name, order, personal=False)
        if stored != shown and text != shown and HIDDEN in text:
            refusal = context.say("没有保存：备注里有对您隐去的内容，星号会盖掉原文。请重写整条备注，不要留星号")
            return Then(here, refusal, "refused")
        if text != shown:
            playlists.set_note(c, name, text, order)
    return Then(here, context.say("备注已保存"))


@area.action("/training/playlists/{pk:row}/remove", Permission.TRAINING)
def remove(context: Context, pk: int, order: Annotated[int | None, Form(ge=1)] = None) -> Then:
    """Takes out one clip, or forgets the whole playlist."""
    with context.desk.store.write() as c:
        head = head_of(context, c, pk)
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
        head = head_of(context, c, pk)
        blind = calibration.open_calls(c)
        if any(clip.call_id in blind for clip in playlists.read_playlist(c, head.name).clips):
            raise CallQAError("playlist.calls_in_calibration")
    folder = Path(tempfile.mkdtemp(prefix="callqa-"))
    try:
        archive = zip_playlist(context.desk.rubric_set, head.name, folder, Discretion(anonymous, bleep=True))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    context.log_action("playlist_exported", "playlist", pk, head.name)
    forget = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(archive, media_type="application/zip", filename=f"{head.name}.zip", background=forget)
