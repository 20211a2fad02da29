"""Agreement of the people of a session, item by item and on totals, and what they should talk about."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.types import Verdict
from scoring.agreement.calibration import Sheet, calibration_report, majorities
from scoring.rubric import Rubric
from scoring.rubric_items import Group, Item

M, V, N, U = (Verdict[name] for name in ("MET", "VIOLATED", "NOT_APPLICABLE", "UNSURE"))
CALLS = ("c1", "c2", "c3", "c4")
ITEMS = ("opening", "closing")
RUBRIC = Rubric(
    id="r",
    version="1",
    title="r",
    fatal_cap=0,
    groups=(Group(id="g", title="g", items=tuple(Item(id=i, title=i, points=50, needs=(i,)) for i in ITEMS)),),
)


def sheet(opening: str, closing: str) -> Sheet:
    """A letter for each call: M, V, N, U; a dot where there is no answer."""
    letters = {"M": M, "V": V, "N": N, "U": U}
    return {
        (call, item): letters[letter]
        for item, row in zip(ITEMS, (opening, closing), strict=True)
        for call, letter in zip(CALLS, row, strict=True)
        if letter != "."
    }


ANNA, BEN, CARL = sheet("MMVV", "MMMM"), sheet("MMVM", "MMMV"), sheet("MVVU", "M.MV")


def test_pairs_of_people_then_the_machine_and_the_majority() -> None:
    report = calibration_report(CALLS, ITEMS, {"a": ANNA, "b": BEN, "c": CARL}, sheet("MMVV", "MMVV"), RUBRIC)
    assert [(pair.first, pair.second) for pair in report.pairs] == [
        ("a", "b"), ("a", "c"), ("b", "c"), ("machine", "majority"),
    ]  # fmt: skip
    counts = {(p.first, p.second, i.item_id): (i.n, i.n_agreed) for p in report.pairs for i in p.items}
    assert counts["a", "b", "opening"] == (4, 3)
    assert counts["a", "c", "opening"] == (3, 2)
    assert counts["b", "c", "closing"] == (3, 3)
    assert counts["machine", "majority", "opening"] == (3, 3)
    assert counts["machine", "majority", "closing"] == (4, 3)
    assert report.n_ties == 1


def test_the_most_disputed_calls_come_first() -> None:
    report = calibration_report(CALLS, ITEMS, {"a": ANNA, "b": BEN, "c": CARL}, {}, RUBRIC)
    assert [(call.call_id, call.items) for call in report.disputed] == [
        ("c4", ("opening", "closing")),
        ("c2", ("opening",)),
    ]


def test_totals_of_the_calls_that_all_could_score() -> None:
    report = calibration_report(CALLS, ITEMS, {"a": ANNA, "b": sheet("MMVM", "MMMM")}, {}, RUBRIC)
    assert report.totals is not None
    assert report.totals.means == (("a", 75.0), ("b", 87.5))
    assert report.totals.icc.n == 4
    # By hand: the mean squares are 3437.5 / 3 between calls, 312.5 between people, 312.5 what is left.
    assert report.totals.icc.value == pytest.approx(4 / 7)
    some = calibration_report(CALLS, ("opening",), {"a": ANNA, "b": BEN}, {}, RUBRIC)
    assert some.totals is None


def test_nobody_answered() -> None:
    report = calibration_report(CALLS, ITEMS, {"a": {}, "b": {}}, {}, RUBRIC)
    assert [pair.items for pair in report.pairs] == [(), ()]
    assert report.totals is not None
    assert (report.totals.icc.why_not, report.totals.means) == ("too_few", ())
    assert (report.disputed, report.n_ties) == ((), 0)


sheets = st.dictionaries(st.sampled_from(list(product(CALLS, ITEMS))), st.sampled_from([M, V, N, U]))


@given(sheets)
def test_a_person_and_their_copy_dispute_nothing(one: Sheet) -> None:
    report = calibration_report(CALLS, ITEMS, {"a": one, "b": dict(one)}, one, RUBRIC)
    assert report.disputed == ()
    assert all(item.n_agreed == item.n for pair in report.pairs for item in pair.items)
    assert majorities({"a": one, "b": one}) == {place: verdict for place, verdict in one.items() if verdict is not U}


@given(sheets, sheets)
def test_the_order_of_people_changes_no_figure(one: Sheet, other: Sheet) -> None:
    first, second = (
        calibration_report(CALLS, ITEMS, people, {}, RUBRIC)
        for people in ({"a": one, "b": other}, {"b": other, "a": one})
    )
    assert first.disputed == second.disputed
    assert [(i.n, i.n_agreed) for i in first.pairs[0].items] == [(i.n, i.n_agreed) for i in second.pairs[0].items]
