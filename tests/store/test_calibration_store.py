"""A session is blind while it is open and fixed once it is closed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from store_world import World

from callqa.errors import StoreError
from callqa.records import CalibrationSession, Review
from callqa.types import Verdict
from store.people import assignments, calibration, reviews

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
SESSION = CalibrationSession("十一月", ("call-1", "call-2"), ("甲", "乙"), ("opening",), 40, "主管", NOW)


@pytest.fixture
def opened(world: World) -> World:
    with world.store.write() as c:
        from store.calls import registry

        document = {"id": "t2", "groups": [{"items": [{"id": "opening"}]}]}
        registry.register_rubric(c, "t2", "1", "t" * 16, document)
    for n in (1, 2, 3):
        world.put_call(n)
    with world.store.write() as c:
        calibration.open_session(c, SESSION)
    return world


def say(world: World, author: str, call_id: str, verdict: Verdict, key: str) -> None:
    answer = Review(
        key, call_id, "opening", "override", author, NOW, verdict, purpose="calibration", session=SESSION.name
    )
    with world.store.write() as c:
        reviews.put_review(c, answer)


def test_a_session_comes_back_and_its_calls_are_given_out(opened: World) -> None:
    with opened.store.read() as c:
        assert calibration.session(c, "十一月") == SESSION
        assert calibration.blinded(c, "call-1") == ["十一月"]
        assert calibration.blinded(c, "call-3") == []
        asked = assignments.open_assignments(c, purpose="calibration")
    assert [(stored.assignment.reviewer, stored.assignment.call_id) for stored in asked] == [
        ("甲", "call-1"), ("甲", "call-2"), ("乙", "call-1"), ("乙", "call-2"),
    ]  # fmt: skip


def test_the_last_answer_counts(opened: World) -> None:
    say(opened, "甲", "call-1", Verdict.MET, "1")
    say(opened, "乙", "call-1", Verdict.UNSURE, "2")
    say(opened, "甲", "call-1", Verdict.VIOLATED, "3")
    with opened.store.read() as c:
        assert calibration.answers(c, "十一月") == {
            "甲": {("call-1", "opening"): Verdict.VIOLATED},
            "乙": {("call-1", "opening"): Verdict.UNSURE},
        }
        assert calibration.visible(c, reviews.reviews_of(c, "call-1")) == []


def test_closing_shows_the_answers_and_ends_the_asking(opened: World) -> None:
    say(opened, "甲", "call-1", Verdict.MET, "1")
    with opened.store.read() as c, pytest.raises(StoreError, match="still open"):
        calibration.closed(c, "十一月")
    with opened.store.write() as c:
        calibration.close_session(c, "十一月", "主管", NOW)
    with opened.store.write() as c:
        assert calibration.closed(c, "十一月") == replace(SESSION, closed_by="主管", closed_at=NOW)
        assert len(calibration.visible(c, reviews.reviews_of(c, "call-1"))) == 1
        assert assignments.open_assignments(c, purpose="calibration") == []
        with pytest.raises(StoreError, match="was closed by 主管"):
            calibration.close_session(c, "十一月", "主管", NOW)


@pytest.mark.parametrize(
    ("session", "message"),
    [(SESSION, "already"), (replace(SESSION, name="二", calls=("call-9",)), "no call call-9")],
)
def test_what_cannot_be_opened(opened: World, session: CalibrationSession, message: str) -> None:
    with pytest.raises(StoreError, match=message), opened.store.write() as c:
        calibration.open_session(c, session)
    with opened.store.read() as c:
        assert calibration.sessions(c) == [SESSION]
        with pytest.raises(StoreError, match="no calibration session 二; sessions: 十一月"):
            calibration.session(c, "二")
