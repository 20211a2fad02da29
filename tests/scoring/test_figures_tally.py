"""The figures of groups: a worked example, and agreement with the sheets one by one."""

from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest
from figure_calls import Scored, columns
from hypothesis import given
from hypothesis import strategies as st
from synthetic_rubrics import rubrics, sheets
from test_score import RUBRIC

from callqa.scores import ItemStatus
from callqa.types import Verdict
from scoring import Rubric, load_rubric, score_sheet
from scoring.figures import aggregate
from scoring.sheets import read_sheets

SHIPPED = load_rubric("pudong-12345")
points = st.sampled_from([0.0, 3.0, -5.0, 40.0])


def decided(verdict_string: str, rubric: Rubric, advisory: frozenset[str], answer: str) -> str:
    """The sheet after a person answered everything that is open."""
    return "".join(
        answer if letter in "UuEe" or (letter == "V" and (item.fatal or item.id in advisory)) else letter
        for item, letter in zip(rubric.items, verdict_string, strict=True)
    )


def check_against_single_sheets(
    verdict_strings: list[str], rubric: Rubric, advisory: frozenset[str], extra: float
) -> None:
    read = read_sheets(verdict_strings, rubric, advisory, np.full(len(verdict_strings), extra))
    for i, letters in enumerate(verdict_strings):
        sheet = score_sheet("", letters, rubric, advisory, extra)
        assert read.scored[i].tolist() == [
            item.status is ItemStatus.SCORED and not (item.fatal and not item.by_person) for item in sheet.items
        ]
        assert read.passed[i].tolist() == [
            item.status is ItemStatus.SCORED and item.verdict is Verdict.MET for item in sheet.items
        ]
        status = {item.item_id: item.status for item in sheet.items}
        gates = [status[item.only_if.item] if item.only_if else ItemStatus.SCORED for item in rubric.items]
        assert read.waiting[i].tolist() == [
            (item.fatal and not item.by_person)
            or (item.status is ItemStatus.NEEDS_REVIEW and gate is not ItemStatus.NEEDS_REVIEW)
            for item, gate in zip(sheet.items, gates, strict=True)
        ]
        ids = [item.id for item in rubric.items]
        assert sheet.failed == tuple(np.array(ids)[read.scored[i] & ~read.passed[i]])
        assert sheet.undecided == tuple(np.array(ids)[read.undecided[i]])
        assert (None if np.isnan(read.total[i]) else read.total[i]) == sheet.total  # to the last bit
        assert bool(read.needs_review[i]) == sheet.needs_review
        assert bool(read.flagged[i]) == any(item.fatal and not item.by_person for item in sheet.items)
        assert bool(read.fatal[i]) == any(item.fatal and item.by_person for item in sheet.items)
        for bound, answer in ((read.worst[i], "v"), (read.best[i], "m")):
            total = score_sheet("", decided(letters, rubric, advisory, answer), rubric, advisory, extra).total
            assert bound == pytest.approx(np.nan if total is None else total, nan_ok=True)


@given(st.data(), rubrics(), points)
def test_many_sheets_are_read_like_one(data: st.DataObject, rubric: Rubric, extra: float) -> None:
    verdict_strings = data.draw(st.lists(sheets(rubric), min_size=1, max_size=8))
    advisory = data.draw(st.sets(st.sampled_from([item.id for item in rubric.items])))
    check_against_single_sheets(verdict_strings, rubric, frozenset(advisory), extra)


@given(st.data())
def test_so_are_those_of_the_shipped_rubric(data: st.DataObject) -> None:
    verdict_string = data.draw(sheets(SHIPPED))
    check_against_single_sheets([verdict_string], SHIPPED, frozenset({"attitude", "closing"}), 0.0)


def test_an_agents_figures() -> None:
    calls = [
        Scored("MMMMM"),
        Scored("MVMMM"),
        Scored("MUMMV"),
        Scored("NNNNN"),
        Scored("mmmmv"),
        Scored("MMMMM", agent="2"),
    ]
    first, second = aggregate(columns(calls, RUBRIC), RUBRIC)
    assert (first.names, second.names) == (("1",), ("2",))
    assert (first.n_calls, first.n_scored, first.n_waiting, first.n_unscored, first.n_flagged, first.n_fatal) == (
        5,
        4,
        1,
        1,
        1,
        1,
    )
    broken = 100 * 11.4 / 19.4
    assert first.mean == pytest.approx((100 + broken + 100 + 0) / 4)
    assert first.mean_worst == pytest.approx((100 + broken + 0 + 0) / 4)
    assert first.mean_best == pytest.approx((100 + broken + 100 + 0) / 4)
    assert [(rate.item_id, rate.passed, rate.scored) for rate in first.items] == [
        ("opening", 4, 4), ("restate", 2, 3), ("speech_rate", 4, 4), ("silence", 4, 4), ("attitude", 2, 3),
    ]  # fmt: skip
    assert [rate.waiting for rate in first.items] == [0, 1, 0, 0, 1], "one unsure, one fatal that nobody confirmed"
    assert [rate.unassessed for rate in first.items] == [0, 0, 0, 0, 0]
    assert first.items[1].coverage == pytest.approx(3 / 4)
    assert first.items[1].rate == pytest.approx(2 / 3)
    assert first.items[1].low == pytest.approx(0.208, abs=0.001)


def test_what_was_not_assessed_is_counted_as_coverage_of_its_item() -> None:
    (figure,) = aggregate(columns([Scored("MMMTM"), Scored("MMMVM"), Scored("MMMUM"), Scored("MMMNM")], RUBRIC), RUBRIC)
    silence = figure.items[3]
    assert (silence.scored, silence.waiting, silence.unassessed) == (1, 1, 1)
    assert silence.coverage == pytest.approx(1 / 3)
    assert figure.n_waiting == 1, "the call in which it was not assessed waits for nobody"


def test_nothing_is_known_of_a_group_without_totals() -> None:
    (figure,) = aggregate(columns([Scored("NNNNN")], RUBRIC), RUBRIC)
    assert (figure.n_calls, figure.n_unscored, figure.mean, figure.low, figure.mean_worst) == (1, 1, None, None, None)
    assert {rate.rate for rate in figure.items} == {None}
    assert aggregate(columns([], RUBRIC), RUBRIC) == []


CALLS = [
    Scored("MMMMM", agent=agent, team=team, category=category, day=day)
    for agent, team in (("2", "A"), ("1", "A"), ("3", "B"))
    for category, day in (("环境", "2026-11-30"), ("交通", "2026-12-01"), ("环境", "2027-01-02"))
]


@pytest.mark.parametrize(
    ("by", "per", "names"),
    [
        (("team",), None, [("A", "", 6), ("B", "", 3)]),
        (("category",), None, [("交通", "", 3), ("环境", "", 6)]),
        (("line",), "month", [("12345", "2026-11", 3), ("12345", "2026-12", 3), ("12345", "2027-01", 3)]),
        (("line",), "week", [("12345", "2026-W49", 6), ("12345", "2026-W53", 3)]),
        (("line",), "day", [("12345", "2026-11-30", 3), ("12345", "2026-12-01", 3), ("12345", "2027-01-02", 3)]),
        (("team", "agent"), None, [("A 1", "", 3), ("A 2", "", 3), ("B 3", "", 3)]),
        ((), None, [("", "", 9)]),
    ],
)
def test_calls_are_grouped(by: tuple[str, ...], per: str | None, names: list[tuple[str, str, int]]) -> None:
    figures = aggregate(columns(CALLS, RUBRIC), RUBRIC, by=by, per=per)  # type: ignore[arg-type]
    assert [(" ".join(figure.names), figure.period, figure.n_calls) for figure in figures] == names


@given(st.lists(st.tuples(sheets(RUBRIC), st.sampled_from("123")), min_size=1, max_size=20), st.randoms())
def test_sums_agree_with_the_sheets_and_order_does_not_matter(rows: list[tuple[str, str]], chance: object) -> None:
    calls = [Scored(verdict_string, agent=agent) for verdict_string, agent in rows]
    figures = aggregate(columns(calls, RUBRIC), RUBRIC)
    for figure in figures:
        sheets = [score_sheet("", call.verdict_string, RUBRIC) for call in calls if (call.agent,) == figure.names]
        totals = [sheet.total for sheet in sheets if sheet.total is not None]
        assert figure.n_scored == len(totals)
        assert figure.mean == (pytest.approx(fmean(totals)) if totals else None)
        assert figure.n_waiting == sum(sheet.needs_review for sheet in sheets)
    chance.shuffle(calls)  # type: ignore[attr-defined]
    again = aggregate(columns(calls, RUBRIC), RUBRIC)
    assert [replace(figure, squares=0, mean=0, low=0, high=0, mean_worst=0, mean_best=0) for figure in again] == [
        replace(figure, squares=0, mean=0, low=0, high=0, mean_worst=0, mean_best=0) for figure in figures
    ]
    assert [figure.low for figure in again] == pytest.approx([figure.low for figure in figures])


def test_a_sheet_of_another_rubric_is_refused() -> None:
    with pytest.raises(ValueError, match="one letter for each of 22 items"):
        aggregate(columns([Scored("MMMMM")], RUBRIC), load_rubric("pudong-12345"))
