"""Labels are added, never changed; the last one of an item of a call counts."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from store_world import World

from callqa.errors import StoreError
from callqa.records import GoldenLabel
from callqa.types import Verdict
from store.people import golden

LABEL = GoldenLabel("call-1", "opening", Verdict.VIOLATED, "appeal", "王质检", datetime(2026, 11, 3, tzinfo=UTC))


@pytest.fixture
def calls(world: World) -> World:
    for n in (1, 2):
        world.put_call(n)
    return world


def test_a_label_comes_back_and_the_same_one_again_is_no_other(calls: World) -> None:
    with calls.store.write() as c:
        assert golden.put_label(c, LABEL)
        assert not golden.put_label(c, LABEL)
        assert golden.put_label(c, replace(LABEL, source=golden.PROPOSED, verdict=Verdict.MET))
    with calls.store.read() as c:
        assert golden.labels(c) == [LABEL], "what is proposed is no label yet"


def test_the_last_label_counts_and_the_first_is_kept(calls: World) -> None:
    other = replace(LABEL, verdict=Verdict.MET, author="李质检")
    with calls.store.write() as c:
        golden.put_labels(c, [LABEL, other])
    with calls.store.read() as c:
        assert golden.labels(c) == [other]
        assert golden.history(c, "call-1") == [LABEL, other]


def test_unsure_takes_an_item_out(calls: World) -> None:
    of_another = replace(LABEL, call_id="call-2")
    with calls.store.write() as c:
        golden.put_labels(c, [LABEL, of_another, replace(LABEL, verdict=golden.LEFT_OUT)])
    with calls.store.read() as c:
        assert golden.labels(c) == [of_another]


def test_a_label_of_nothing_is_refused(calls: World) -> None:
    with calls.store.write() as c:
        with pytest.raises(StoreError, match="no call call-9"):
            golden.put_label(c, replace(LABEL, call_id="call-9"))
        with pytest.raises(StoreError, match="never 'error'"):
            golden.put_label(c, replace(LABEL, verdict=Verdict.ERROR))


def test_what_only_appeals_have_labelled(calls: World) -> None:
    calibrated = replace(LABEL, call_id="call-2", source="calibration:十月", verdict=Verdict.MET)
    with calls.store.write() as c:
        golden.put_labels(c, [LABEL, calibrated, replace(LABEL, call_id="call-2")])
    with calls.store.read() as c:
        assert golden.only_appealed(c) == {("call-1", "opening")}
        assert golden.proposed(c) == set()
    with calls.store.write() as c:
        golden.put_label(c, replace(LABEL, call_id="call-2", item_id="closing", source=golden.PROPOSED))
    with calls.store.read() as c:
        assert golden.only_appealed(c) == {("call-1", "opening")}
        assert golden.proposed(c) == {("call-2", "closing")}
