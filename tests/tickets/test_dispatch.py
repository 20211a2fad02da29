"""Dispatch: what is learnt, from what, and what comes of a stream with a change of duty."""

from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ticket_stream import BUREAUS, CHANGE_AT, CHANGED, NEW_BUREAU, START, STREETS, ticket_stream

from tickets.dispatch.duties import LOCAL, local_units
from tickets.dispatch.features import features, vocabulary
from tickets.dispatch.figures import Drift, drift_outcome, false_openings, share
from tickets.dispatch.matter import Experience, Matter
from tickets.dispatch.model import learn
from tickets.dispatch.replay import Calendar, Replay, replay
from tickets.dispatch.selection import NOTHING, Measured, lower_bound, select, upper_bound

WEEK = timedelta(weeks=1)
CALENDAR = Calendar(START + 6 * WEEK, ((START + 6 * WEEK, START + 9 * WEEK), (START + 11 * WEEK, START + 13 * WEEK)))
DRIFT = Drift(CHANGED, CHANGE_AT.date(), frozenset({BUREAUS[CHANGED], NEW_BUREAU}))


@pytest.fixture(scope="module")
def stream() -> list[Experience]:
    return ticket_stream()


@pytest.fixture(scope="module")
def replayed(stream: list[Experience]) -> Replay:
    return replay(stream, CALENDAR)


def asked(leaf: str, street: str | None, text: str) -> Matter:
    return Matter("new", datetime(2026, 9, 1), ("", leaf), street, "投诉举报类", text)


def test_a_change_of_duty_opens_the_breaker_of_its_type_alone(replayed: Replay) -> None:
    seen = drift_outcome(DRIFT, replayed.tickets, replayed.changes)
    assert seen.opened_at is not None
    assert seen.wrong <= 12
    assert false_openings(replayed.changes, [DRIFT]) == []
    states = [each.state for each in replayed.changes if each.name == CHANGED]
    assert states[:2] == ["open", "half_open"]  # of few tickets it takes weeks until the machine is sure again


def test_after_the_change_the_new_unit_is_learnt(replayed: Replay) -> None:
    late = [each for each in replayed.tickets if each.experience.matter.filed_at >= CHANGE_AT + 3 * WEEK]
    assert share(late).accuracy == pytest.approx(1, abs=0.02)
    assert NEW_BUREAU in {each.suggestion.unit for each in late}


def test_most_is_dispatched_and_rightly(replayed: Replay) -> None:
    taken = share(each for each in replayed.tickets if each.experience.matter.filed_at >= START + 9 * WEEK)
    assert taken.coverage is not None
    assert taken.precision is not None
    assert taken.coverage > 0.8
    assert taken.precision > 0.95


def test_nothing_opens_where_nothing_changes() -> None:
    assert replay(ticket_stream(changes=False), CALENDAR).changes == []


def test_nothing_is_learnt_from_what_was_not_known(stream: list[Experience]) -> None:
    """Ends that became known later may be what they like."""
    now = START + 8 * WEEK
    other = [
        each
        if each.outcome.known_at is not None and each.outcome.known_at <= now
        else replace(each, outcome=replace(each.outcome, unit="别的单位", first_unit="别的单位"))
        for each in stream
    ]
    assert other != stream
    matters = [asked(leaf, street, "马路边" + leaf) for leaf in BUREAUS for street in STREETS]
    assert learn(other, now).suggest(matters) == learn(stream, now).suggest(matters)


def test_a_matter_has_no_field_for_what_comes_later() -> None:
    assert {field.name for field in fields(Matter)} == {
        "ticket_id", "filed_at", "category", "street", "request_type", "text",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("matter", "unit"),
    [
        (asked("停水", "南浜镇", "家里停水"), "供水公司"),
        (asked("噪音", "南浜镇", "小区楼下噪音"), "南浜镇政府"),
        (asked("噪音", "西渡镇", "小区楼下噪音"), "西渡镇政府"),
        (asked("噪音", "西渡镇", "马路边噪音"), "区环境局"),
        (asked("从未见过", "西渡镇", "小区楼下停水"), None),
    ],
)
def test_units_are_told_by_type_place_and_text(stream: list[Experience], matter: Matter, unit: str | None) -> None:
    (suggestion,) = learn(stream, START + 10 * WEEK).suggest([matter])
    assert unit in (suggestion.unit, None)
    assert 0 < suggestion.confidence <= 1
    shares = [probability for _, probability in suggestion.units]
    assert shares == sorted(shares, reverse=True)


def test_without_a_place_no_office_is_named(stream: list[Experience]) -> None:
    (suggestion,) = learn(stream, START + 10 * WEEK).suggest([asked("噪音", None, "小区楼下噪音")])
    assert not {unit for unit, _ in suggestion.units} & {*STREETS.values()}
    assert suggestion.confidence < 0.6


def test_tickets_of_before_a_change_teach_nothing_of_that_type(stream: list[Experience]) -> None:
    now = CHANGE_AT + WEEK
    matters = [asked(CHANGED, "南浜镇", "马路边噪音"), asked("停水", "南浜镇", "停水")]
    units = [each.unit for each in learn(stream, now, {CHANGED: CHANGE_AT}).suggest(matters)]
    assert units == [NEW_BUREAU, "供水公司"]


def test_few_tickets_are_not_forgotten() -> None:
    """What was filed over years teaches as much as if it had been filed in weeks."""
    close = ticket_stream(weeks=12, changes=False)
    far = [
        replace(
            each,
            matter=replace(each.matter, filed_at=START + 20 * (each.matter.filed_at - START)),
            outcome=replace(each.outcome, closed_at=START + 20 * (each.matter.filed_at - START), returned_at=None),
        )
        for each in close
    ]
    matters = [asked(leaf, "南浜镇", "马路边" + leaf) for leaf in BUREAUS]
    now = START + 20 * 12 * WEEK
    assert [each.unit for each in learn(far, now).suggest(matters)] == list(BUREAUS.values())
    assert min(each.confidence for each in learn(far, now).suggest(matters)) > 0.7


def test_offices_are_told_from_where_tickets_lay() -> None:
    everywhere = [("南浜镇", "供水公司"), ("西渡镇", "供水公司")] * 9
    pairs = [*[("南浜镇", "南浜镇政府")] * 9, ("西渡镇", "南浜镇政府"), *everywhere, *[("西渡镇", "西渡站")] * 4]
    offices = local_units(pairs)
    assert offices.unit_of == {"南浜镇": "南浜镇政府"}
    assert offices.duty("南浜镇", "南浜镇政府") == LOCAL
    assert offices.duty("西渡镇", "南浜镇政府") == "南浜镇政府"
    assert offices.unit("南浜镇", LOCAL) == "南浜镇政府"
    assert offices.unit("西渡镇", LOCAL) is offices.unit(None, LOCAL) is None


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_text_has_features(texts: list[str]) -> None:
    matters = [asked("噪音", "南浜镇", text) for text in texts]
    table = features(matters, vocabulary(matters * 3))
    assert table.shape[0] == len(texts)
    assert (table.power(2).sum(axis=1) <= 4 + 1e-3).all()  # three labels, and runs of length 1


@pytest.mark.parametrize(
    ("measured", "threshold", "barred"),
    [
        ([], NOTHING.threshold, set()),
        ([Measured("a", 0.9, True)] * 50, NOTHING.threshold, set()),
        ([Measured("a", 0.9, True)] * 400 + [Measured("a", 0.5, False)] * 100, 0.9, set()),
        (
            [Measured("a", 0.9, True)] * 2000 + [Measured("b", 0.8, False)] * 20 + [Measured("b", 0.8, True)] * 20,
            0.8,
            {"b"},
        ),
        ([Measured("a", 0.9, False)] * 400, NOTHING.threshold, set()),
    ],
    ids=["nothing measured", "too few", "the unsure are left", "a bad type is barred", "always wrong"],
)
def test_what_is_selected(measured: list[Measured], threshold: float, barred: set[str]) -> None:
    selection = select(measured)
    assert selection.threshold == threshold
    assert selection.barred == barred
    assert not selection.takes("b", 1.0) or "b" not in barred


@given(st.integers(0, 300), st.integers(1, 300))
def test_bounds_hold_the_share_between_them(right: int, more: int) -> None:
    number = right + more - 1 or 1
    assert 0 <= float(lower_bound(right, number)) <= right / number <= upper_bound(right, number) <= 1
