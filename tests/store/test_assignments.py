"""Assignments of calls to people: open until ended, and made again afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from store_world import ASKED, World

from callqa.errors import StoreError
from store.people import assignments

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def filled(world: World) -> World:
    world.fill(4)
    return world


def test_what_is_open_is_not_given_twice_and_what_ended_can_be_given_again(filled: World) -> None:
    later = replace(ASKED, at=START + timedelta(hours=1))
    with filled.store.write() as c:
        assert assignments.put_assignments(c, [ASKED, ASKED, later]) == 1
        (stored,) = assignments.open_assignments(c, "王丽")
        assert stored.assignment == ASKED
        assignments.end_assignments(c, [stored.pk], "recalled", "张强", START)
        assert assignments.open_assignments(c) == []
        assert assignments.put_assignments(c, [later]) == 1
        assert [o.assignment for o in assignments.open_assignments(c, call_ids=["call-1", "call-2"])] == [later]
        assert [tuple(e) for e in assignments.ended(c)] == [("王丽", "recalled", START)]


def test_purposes_are_kept_apart(filled: World) -> None:
    blind = replace(ASKED, purpose="calibration", session="11月校准")
    with filled.store.write() as c:
        assert assignments.put_assignments(c, [ASKED, blind]) == 2
        assert [stored.assignment for stored in assignments.open_assignments(c)] == [ASKED]
        assert [stored.assignment for stored in assignments.open_assignments(c, purpose="calibration")] == [blind]


def test_an_unknown_call_is_refused(filled: World) -> None:
    with pytest.raises(StoreError, match="there is no call call-9"), filled.store.write() as c:
        assignments.put_assignments(c, [ASKED, replace(ASKED, call_id="call-9")])
    with filled.store.read() as c:
        assert assignments.open_assignments(c) == []
