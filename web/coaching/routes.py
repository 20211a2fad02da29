"""Finding examples, playlists, and common wordings."""

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from fastapi import Form, Query
from pydantic import Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from callqa.errors import CallQAError
from callqa.personal import MASK as HIDDEN
from reports.playlist.files import MEDIA, CoursewareKind, export_as
from services.coaching.clips import Discretion, shown_clip
from services.coaching.find import example_in
from services.context import context_for
from services.privacy.mask import mask_text
from store.calls import read
from store.people import calibration, playlists
from web.access.request_context import Context
from web.access.roles import Permission
from web.coaching.build import finder_page, head_of, heads, playlist_page, wordings_page
from web.coaching.clips import changed_clip, clip_in, clip_of, new_clip_page, typed_seconds
from web.coaching.view import ClipTexts, Finder, Kind, NewClip, PlaylistPage, Playlists, Wordings
from web.parameters import MOST
from web.routing import Area, Then

Month = Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$")]
Item = Annotated[str, Query(max_length=200)]
Text = Annotated[str, Form(max_length=2000)]
Time = Annotated[str, Form(max_length=20)]
Order = Annotated[int, Form(ge=1, le=MOST)]
HIDES = "没有保存：这里有对您隐去的内容，星号会盖掉原文。请重写整条文字，不要留星号"

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


@area.page("/training/clip", "coaching/clip.html", Permission.TRAINING)
def new_clip(
    context: Context,
    call: Annotated[int, Query(ge=1, le=MOST)],
    item: Item = "",
    at: Annotated[float, Query(ge=0, le=MOST)] = 0.0,
    start: Annotated[float | None, Query(ge=0, le=MOST)] = None,
    end: Annotated[float | None, Query(ge=0, le=MOST)] = None,
) -> NewClip:
    """A form about a moment of a call, or about what an item rests on. Scripts show it over the page."""
    return new_clip_page(context, clip_in(context, call, item, at, start, end))


@area.action("/training/clips", Permission.TRAINING)
def add_clip(
    context: Context,
    call: Annotated[int, Form(ge=1, le=MOST)],
    playlist: Annotated[str, Form(max_length=100)],
    item: Annotated[str, Form(max_length=200)] = "",
    start: Time = "",
    end: Time = "",
    note: Text = "",
) -> Response | Then:
    """Scripts stay where they are, and are told."""
    if not (name := playlist.strip()):
        raise CallQAError("playlist.no_name")
    clip = clip_in(context, call, item, 0.0, typed_seconds(start), typed_seconds(end))
    with context.desk.store.write() as c:
        added = playlists.add_clips(c, name, [replace(clip, note=note.strip())], context.who.name, context.desk.now())
        pk = next(row.pk for row in playlists.playlists(c) if row.name == name)
    context.log_action("clips_added", "playlist", pk, name, n=added)
    say = context.say
    text = say("已加入播放单“{name}”", name=name) if added else say("这一段已在播放单“{name}”里", name=name)
    if context.request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Trigger": json.dumps({"toast": {"kind": "done", "text": text}})})
    return Then(f"/training/playlists/{pk}", text)


@area.action("/training/playlists/{pk:row}/note", Permission.TRAINING)
def note(context: Context, pk: int, text: Text = "") -> Then:
    """Of the playlist. Asterisks that somebody was shown never replace what they stand for."""
    here, text = f"/training/playlists/{pk}", text.strip()
    with context.desk.store.write() as c:
        name = head_of(context, c, pk).name
        stored = playlists.read_playlist(c, name).note
        shown = stored if context.may(Permission.PERSONAL) else mask_text(stored, None)
        if stored != shown and text != shown and HIDDEN in text:
            return Then(here, context.say(HIDES), "refused")
        if text != shown:
            playlists.set_note(c, name, text)
    return Then(here, context.say("备注已保存"))


@area.action("/training/playlists/{pk:row}/clip", Permission.TRAINING)
def change_clip(
    context: Context,
    pk: int,
    order: Order,
    start: Time = "",
    end: Time = "",
    note: Text = "",
    question: Text = "",
    answer: Text = "",
) -> Then:
    """What is heard of a clip, and what is said about it."""
    here = f"/training/playlists/{pk}#clip-{order}"
    with context.desk.store.read() as c:
        name = head_of(context, c, pk).name
        stored = clip_of(c, name, order)
        discretion = Discretion(bleep=not context.may(Permission.PERSONAL))
        shown = shown_clip(c, context.desk.rubric_set, stored, discretion).clip
    changed = changed_clip(context, stored, shown, ClipTexts(note, question, answer, start, end))
    if changed is None:
        return Then(here, context.say(HIDES), "refused")
    with context.desk.store.write() as c:
        playlists.change_clip(c, name, order, changed)
    return Then(here, context.say("第 {n} 段已保存", n=order))


@area.action("/training/playlists/{pk:row}/verdict", Permission.TRAINING)
def take_verdict(context: Context, pk: int, order: Order) -> Then:
    """Has the clip show how its item stands by now."""
    with context.desk.store.write() as c:
        name = head_of(context, c, pk).name
        stored = clip_of(c, name, order)
        stands = shown_clip(c, context.desk.rubric_set, stored, Discretion(bleep=False)).stands
        playlists.change_clip(c, name, order, replace(stored, verdict=stands))
    text = context.say("第 {n} 段已按现在的判定更新，请核对备注", n=order)
    return Then(f"/training/playlists/{pk}#clip-{order}", text)


@area.action("/training/playlists/{pk:row}/move", Permission.TRAINING)
def move(context: Context, pk: int, order: Order, to: Order) -> Then:
    """Puts a clip at another place of the playlist."""
    with context.desk.store.write() as c:
        playlists.move_clip(c, head_of(context, c, pk).name, order, to)
    return Then(f"/training/playlists/{pk}#clip-{to}", context.say("已移到第 {n} 段", n=to))


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
def export(
    context: Context,
    pk: int,
    anonymous: Annotated[bool, Form()] = False,
    kind: Annotated[CoursewareKind, Form()] = "zip",
) -> Response:
    """A page, slides, or a ZIP of sound files with their sheet; what is personal is bleeped and masked in each."""
    with context.desk.store.read() as c:
        head = head_of(context, c, pk)
        blind = calibration.open_calls(c)
        if any(clip.call_id in blind for clip in playlists.read_playlist(c, head.name).clips):
            raise CallQAError("playlist.calls_in_calibration")
    folder = Path(tempfile.mkdtemp(prefix="callqa-"))
    try:
        file = export_as(context.desk.rubric_set, head.name, folder, kind, Discretion(anonymous, bleep=True))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    context.log_action("playlist_exported", "playlist", pk, head.name, by=kind)
    forget = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(file, media_type=MEDIA[kind], filename=file.name, background=forget)
