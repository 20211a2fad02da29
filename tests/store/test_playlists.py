"""Playlists keep their order, hold no clip twice, and forget what is taken out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from store_world import World

from callqa.coaching import Clip, Playlist
from callqa.errors import StoreError
from callqa.types import Verdict
from store.people import playlists

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
CLIP = Clip("call-1", "opening", Verdict.MET, 0.0, 2.5, "语速合适")


def test_a_playlist_keeps_its_order_and_holds_nothing_twice(world: World) -> None:
    world.fill(2)
    other = replace(CLIP, call_id="call-2", verdict=Verdict.VIOLATED, note="")
    with world.store.write() as c:
        assert playlists.add_clips(c, "新人", [other, CLIP], "王培训", NOW) == 2
        assert playlists.add_clips(c, "新人", [replace(CLIP, note="again")], "someone", NOW) == 0
    with world.store.read() as c:
        assert playlists.read_playlist(c, "新人") == Playlist("新人", "", "王培训", NOW, (other, CLIP))
        assert playlists.playlists(c) == [(1, "新人", "", "王培训", NOW, 2)]


def test_notes_and_removal(world: World) -> None:
    world.fill(2)
    with world.store.write() as c:
        playlists.add_clips(c, "新人", [CLIP, replace(CLIP, call_id="call-2")], "王培训", NOW)
        playlists.set_note(c, "新人", "先听一遍", 2)
        playlists.set_note(c, "新人", "第二课")
        playlists.remove_clip(c, "新人", 1)
        kept = playlists.read_playlist(c, "新人")
        assert (kept.note, [clip.note for clip in kept.clips]) == ("第二课", ["先听一遍"])
        playlists.remove_playlist(c, "新人")
        assert playlists.playlists(c) == []


@pytest.mark.parametrize("order", [0, 2])
def test_what_is_not_there_is_told(world: World, order: int) -> None:
    world.fill(1)
    with world.store.write() as c:
        playlists.add_clips(c, "新人", [CLIP], "王培训", NOW)
        with pytest.raises(StoreError, match="clips are numbered 1 to 1"):
            playlists.remove_clip(c, "新人", order)
        with pytest.raises(StoreError, match="there is no playlist 'x'; playlists: 新人"):
            playlists.read_playlist(c, "x")
        with pytest.raises(StoreError, match="there is no call call-9"):
            playlists.add_clips(c, "新人", [replace(CLIP, call_id="call-9")], "王培训", NOW)
