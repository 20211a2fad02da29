"""Reviews are added and never changed, the sheets that count follow them, and the machine's rows stay as they are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from effective_sheets import put_reviewed, write_effective
from sqlalchemy import func, select
from store_world import KEYS, World

from callqa.errors import StoreError
from callqa.records import Review
from callqa.scores import CallScore
from callqa.types import Verdict
from store import Connection
from store.calls import failures, pending, read, registry, write
from store.people import reviews
from store.tables import calls
from store.tables.people import effective_score
from store.tables.people import review as review_table

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
ITEMS = {"groups": [{"items": [{"id": "opening"}, {"id": "closing"}]}]}
CONFIRM = Review("k1", "call-1", "opening", "confirm", "王丽", START, Verdict.VIOLATED)


@pytest.fixture
def filled(world: World) -> World:
    world.fill(3)
    with world.store.write() as c:
        c.execute(calls.rubric.update().values(document=ITEMS))
    return world


def last_word(sheet: reviews.MachineSheet) -> CallScore | None:
    """A sheet that shows which words it was made of: its total is their number."""
    if sheet.trust_key:
        return None
    return replace(World.score(SHEETS, 1), call_id=sheet.call_id, total=float(len(sheet.reviews)), manual_points=2.0)


SHEETS = World(None)  # type: ignore[arg-type]


def put(c: Connection, review: Review) -> bool:
    return put_reviewed(c, review, last_word)


def machine_rows(c: Connection) -> list[object]:
    return [tuple(row) for row in c.execute(select(calls.call_score).order_by(calls.call_score.c.id))]


def test_a_review_and_its_sheet_are_written_together(filled: World) -> None:
    with filled.store.write() as c:
        before = machine_rows(c)
        assert put(c, CONFIRM)
        stored = read.score_of(c, "call-1", KEYS)
        assert stored
        assert (stored.total, stored.manual_points) == (1.0, 2.0)
        assert reviews.reviews_of(c, "call-1") == [CONFIRM]
        assert machine_rows(c) == before
        assert read.score_of(c, "call-2", KEYS) == filled.stored_score(2)


def test_the_same_review_again_changes_nothing(filled: World) -> None:
    with filled.store.write() as c:
        put(c, CONFIRM)
        assert not put(c, CONFIRM)
        assert c.scalar(select(func.count()).select_from(review_table)) == 1
        with pytest.raises(StoreError, match="another review has the key k1"):
            put(c, replace(CONFIRM, author="李明"))


def test_every_score_of_the_call_follows(filled: World) -> None:
    other = replace(KEYS, rubric_key="s" * 16)
    with filled.store.write() as c:
        registry.register_rubric(c, "test", "2", other.rubric_key, {"id": "test"})
        write.put_scores(c, [filled.score_row(1, 1)], other)
        put(c, CONFIRM)
        put(c, replace(CONFIRM, review_key="k2", author="李明"))
        assert [read.score_of(c, "call-1", keys).total for keys in (KEYS, other)] == [2.0, 2.0]  # type: ignore[union-attr]


def test_a_calibration_changes_no_score(filled: World) -> None:
    with filled.store.write() as c:
        put(c, replace(CONFIRM, purpose="calibration", session="11月校准", verdict=Verdict.UNSURE))
        assert read.score_of(c, "call-1", KEYS) == filled.stored_score(1)
        assert reviews.behind(c, KEYS) == []
        assert [(r.purpose, r.session) for r in reviews.reviews(c)] == [("calibration", "11月校准")]


def test_a_new_score_of_a_reviewed_call_is_behind_until_its_sheet_is_written(filled: World) -> None:
    trusted = replace(KEYS, trust_key="t" * 16)
    with filled.store.write() as c:
        put(c, CONFIRM)
        assert reviews.behind(c, KEYS) == []
        write.put_scores(c, [filled.score_row(1, 1)], trusted)
        assert reviews.behind(c, trusted) == [1]
        write_effective(c, [1, 2, 3], lambda sheet: last_word(sheet._replace(trust_key="")))
        assert reviews.behind(c, trusted) == []
        put(c, replace(CONFIRM, review_key="k2"))  # this sheet cannot be told under the other trust
        assert reviews.behind(c, trusted) == [1]
        assert reviews.behind(c, KEYS) == []


def test_months_are_summed_up_again(filled: World) -> None:
    with filled.store.write() as c:
        before = pending.to_report(c, KEYS)
        put(c, CONFIRM)
        assert pending.to_report(c, KEYS) != before


def test_forgetting_errors_takes_the_sheets_along_but_keeps_the_words(world: World) -> None:
    world.put_errors(1)
    with world.store.write() as c:
        c.execute(calls.rubric.update().values(document=ITEMS))
        put(c, CONFIRM)
        failures.clear_errors(c)
        assert c.scalar(select(func.count()).select_from(effective_score)) == 0
        assert reviews.reviews_of(c, "call-1") == [CONFIRM]


MANUAL = replace(CONFIRM, action="manual", item_id="安抚", title="安抚", verdict=None, points=5.0, reason="主动安抚")


@pytest.mark.parametrize(
    ("review", "code"),
    [
        (replace(CONFIRM, call_id="call-9"), "call.unknown"),
        (replace(CONFIRM, item_id="opnening"), "review.item_unknown"),
        (replace(CONFIRM, author=" "), "review.no_author"),
        (replace(CONFIRM, author="3001"), "review.own_call"),
        (replace(CONFIRM, verdict=None), "review.no_verdict"),
        (replace(CONFIRM, verdict=Verdict.UNSURE), "review.no_decision"),
        (replace(CONFIRM, verdict=Verdict.ERROR, purpose="calibration"), "review.no_decision"),
        (replace(CONFIRM, action="override"), "review.no_reason"),
        (replace(CONFIRM, action="withdraw", verdict=None), "review.nothing_to_withdraw"),
        (replace(MANUAL, reason=""), "review.no_reason"),
        (replace(MANUAL, title=""), "review.manual_without_title"),
        (replace(MANUAL, points=None), "review.manual_without_points"),
        (replace(MANUAL, points=float("nan")), "review.manual_without_points"),
        (replace(MANUAL, item_id="opening"), "review.manual_item_in_rubric"),
    ],
)
def test_what_is_refused_and_leaves_nothing(filled: World, review: Review, code: str) -> None:
    with pytest.raises(StoreError) as caught, filled.store.write() as c:
        put(c, review)
    assert caught.value.code == code
    with filled.store.read() as c:
        assert list(reviews.reviews(c)) == []
        assert read.score_of(c, "call-1", KEYS) == filled.stored_score(1)


def test_a_word_can_be_taken_back_once(filled: World) -> None:
    back = replace(CONFIRM, review_key="k2", action="withdraw", verdict=None, at=START + timedelta(minutes=1))
    with filled.store.write() as c:
        put(c, CONFIRM)
        with pytest.raises(StoreError, match="no word on this item") as caught:
            put(c, replace(back, author="李明"))
        assert caught.value.values["who"] == "李明"
        assert put(c, back)
        with pytest.raises(StoreError, match="no word on this item") as caught:
            put(c, replace(back, review_key="k3", at=START + timedelta(minutes=2)))
        assert caught.value.values["who"] == "王丽"


def test_what_an_appeal_decided_is_final(filled: World) -> None:
    appealed = replace(
        CONFIRM, action="override", verdict=Verdict.MET, reason="听过录音", purpose="appeal", session="1"
    )
    with filled.store.write() as c:
        put(c, appealed)
        with pytest.raises(StoreError, match="an appeal has decided this item"):
            put(c, replace(CONFIRM, review_key="k2"))
        with pytest.raises(StoreError, match="cannot be taken back"):
            put(c, replace(appealed, review_key="k3", action="withdraw", verdict=None))
        assert put(c, replace(CONFIRM, review_key="k4", item_id="closing"))
