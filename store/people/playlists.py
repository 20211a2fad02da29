"""Playlists: clips of calls in the order of a lesson. They are working material, so clips may go again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, select, update

from callqa.coaching import Clip, Playlist
from callqa.errors import StoreError
from callqa.messages import NONE
from store.calls.rows import VERDICTS
from store.db import upsert
from store.tables.calls import call
from store.tables.joins import call_pk
from store.tables.people import clip, playlist


class PlaylistRow(NamedTuple):
    """A playlist in a list of them."""

    pk: int
    name: str
    note: str
    author: str
    at: datetime
    n_clips: int


def add_clips(c: Connection, name: str, clips: Iterable[Clip], author: str, at: datetime) -> int:
    """Adds clips to a playlist, which is made when there is none of this name; how many were new.

    Raises `StoreError` for a call that is not there.
    """
    adding = upsert.insert(c, playlist).on_conflict_do_nothing()
    c.execute(adding, [{"name": name, "note": "", "author": author, "at": at}])
    before = _clips(c, name)
    last = before[-1].position if before else 0
    rows = [
        {
            "playlist_id": _playlist_pk(c, name),
            "call_id": call_pk(c, new.call_id),
            "item_id": new.item_id,
            "verdict": new.verdict.value if new.verdict else "",
            "start": new.start,
            "end": new.end,
            "note": new.note,
            "question": new.question,
            "answer": new.answer,
            "at": at,
            "position": position,
        }
        for position, new in enumerate(clips, start=last + 1)
    ]
    if rows:
        c.execute(upsert.insert(c, clip).on_conflict_do_nothing(), rows)
    return len(_clips(c, name)) - len(before)


def lately_filled(c: Connection) -> list[str]:
    """Names of all playlists, the one to which a clip was added last first."""
    filled = select(func.max(clip.c.at)).where(clip.c.playlist_id == playlist.c.id).scalar_subquery()
    return list(
        c.scalars(select(playlist.c.name).order_by(func.coalesce(filled, playlist.c.at).desc(), playlist.c.name))
    )


def playlists(c: Connection) -> list[PlaylistRow]:
    """All playlists by name."""
    n_clips = select(func.count()).where(clip.c.playlist_id == playlist.c.id).scalar_subquery()
    wanted = select(*playlist.c["id", "name", "note", "author", "at"], n_clips).order_by(playlist.c.name)
    return [PlaylistRow(*row) for row in c.execute(wanted)]


def read_playlist(c: Connection, name: str) -> Playlist:
    """The playlist with its clips in their order. Raises `StoreError` when there is none."""
    _playlist_pk(c, name)
    head = c.execute(select(*playlist.c["name", "note", "author", "at"]).where(playlist.c.name == name)).one()
    clips = tuple(Clip(row.call_id, row.item_id, VERDICTS.get(row.verdict), *row[4:9]) for row in _clips(c, name))
    return Playlist(head.name, head.note, head.author, head.at, clips)


def remove_clip(c: Connection, name: str, order: int) -> None:
    """Takes out clip number ``order`` (from 1). Raises `StoreError` when there is none."""
    c.execute(delete(clip).where(clip.c.id == _clip_pk(c, name, order)))


def move_clip(c: Connection, name: str, order: int, to: int) -> None:
    """Puts clip number ``order`` (from 1) at the place ``to``; those between move up or down. Raises `StoreError`."""
    moved, _ = _clip_pk(c, name, order), _clip_pk(c, name, to)
    pks = [int(row.id) for row in _clips(c, name) if row.id != moved]
    pks.insert(to - 1, moved)
    for position, pk in enumerate(pks, start=1):
        c.execute(update(clip).where(clip.c.id == pk).values(position=position))


def change_clip(c: Connection, name: str, order: int, changed: Clip) -> None:
    """Replaces all of clip number ``order`` (from 1) but its call. Raises `StoreError`: there is none, or its stretch
    is in the playlist already."""
    pk, rows = _clip_pk(c, name, order), _clips(c, name)
    key = (changed.call_id, changed.item_id, changed.start)
    if any(row.id != pk and (row.call_id, row.item_id, row.start) == key for row in rows):
        raise StoreError("playlist.clip_there", name=name)
    values = {
        "verdict": changed.verdict.value if changed.verdict else "",
        "start": changed.start,
        "end": changed.end,
        "note": changed.note,
        "question": changed.question,
        "answer": changed.answer,
    }
    c.execute(update(clip).where(clip.c.id == pk).values(values))


def remove_playlist(c: Connection, name: str) -> None:
    """Forgets the playlist and its clips. Raises `StoreError` when there is none."""
    number = _playlist_pk(c, name)
    c.execute(delete(clip).where(clip.c.playlist_id == number))
    c.execute(delete(playlist).where(playlist.c.id == number))


def set_note(c: Connection, name: str, note: str, order: int | None = None) -> None:
    """Replaces the note of clip number ``order`` (from 1), or of the playlist. Raises `StoreError`: there is none."""
    if order is None:
        c.execute(update(playlist).where(playlist.c.id == _playlist_pk(c, name)).values(note=note))
    else:
        c.execute(update(clip).where(clip.c.id == _clip_pk(c, name, order)).values(note=note))


def _playlist_pk(c: Connection, name: str) -> int:
    number: int | None = c.scalar(select(playlist.c.id).where(playlist.c.name == name))
    if number is None:
        names = list(c.scalars(select(playlist.c.name).order_by(playlist.c.name)))
        raise StoreError("playlist.unknown", name=name, playlists=names or NONE)
    return number


def _clips(c: Connection, name: str) -> list[Row[Any]]:
    columns = clip.c["id", "item_id", "verdict", "start", "end", "note", "question", "answer", "position"]
    wanted = select(call.c.call_id, *columns).join(call).join(playlist).where(playlist.c.name == name)
    return list(c.execute(wanted.order_by(clip.c.position, clip.c.id)))


def _clip_pk(c: Connection, name: str, order: int) -> int:
    _playlist_pk(c, name)
    clips = _clips(c, name)
    if not 1 <= order <= len(clips):
        raise StoreError("playlist.clip_unknown", name=name, clip=order, n=len(clips))
    return int(clips[order - 1].id)
