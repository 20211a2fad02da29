"""The score sheet: a table of cases, and properties that hold for any findings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.scores import CallScore, ItemStatus
from callqa.types import Finding, Verdict
from scoring import Group, Item, Rubric, score_call

ITEMS = (
    Item(id="opening", title="开头语", points=5, needs=("greeting", "staff_number")),
    Item(id="restate", title="复述", points=8, needs=("restate",)),
    Item(id="speech_rate", title="语速", points=0.1, needs=("speech_rate",)),
    Item(id="silence", title="静音", points=6.3, needs=("speech_rate", "silence")),
    Item(id="attitude", title="态度", points=0, fatal=True, needs=("attitude",)),
)


def rubric_of(*groups: Group) -> Rubric:
    return Rubric(id="test", version="1", title="测试", fatal_cap=0, groups=groups)


RUBRIC = rubric_of(Group(id="first", title="一", items=ITEMS[:2]), Group(id="second", title="二", items=ITEMS[2:]))
MET, VIOLATED, NA, UNSURE, ERROR, NOT_ASSESSED = Verdict
SCORED, LEFT_OUT, REVIEW, OPEN = ItemStatus


def score(verdicts: dict[str, Verdict], rubric: Rubric = RUBRIC) -> CallScore:
    return score_call("c1", [Finding(check, "k", verdict, "reason") for check, verdict in verdicts.items()], rubric)


def all_met(**others: Verdict) -> dict[str, Verdict]:
    return dict.fromkeys(RUBRIC.check_ids, MET) | others


@pytest.mark.parametrize(
    ("greeting", "number", "verdict", "status", "points"),
    [
        (MET, MET, MET, SCORED, 5),
        (MET, VIOLATED, VIOLATED, SCORED, 0),
        (UNSURE, VIOLATED, VIOLATED, SCORED, 0),
        (ERROR, VIOLATED, VIOLATED, SCORED, 0),
        (NA, VIOLATED, VIOLATED, SCORED, 0),
        (MET, UNSURE, UNSURE, REVIEW, None),
        (MET, ERROR, ERROR, REVIEW, None),
        (UNSURE, ERROR, ERROR, REVIEW, None),
        (NA, UNSURE, UNSURE, REVIEW, None),
        (MET, NA, MET, SCORED, 5),
        (MET, NOT_ASSESSED, NOT_ASSESSED, OPEN, None),
        (NA, NOT_ASSESSED, NOT_ASSESSED, OPEN, None),
        (UNSURE, NOT_ASSESSED, UNSURE, REVIEW, None),
        (VIOLATED, NOT_ASSESSED, VIOLATED, SCORED, 0),
        (NA, NA, NA, LEFT_OUT, None),
    ],
)
def test_an_item_with_two_checks(
    greeting: Verdict, number: Verdict, verdict: Verdict, status: ItemStatus, points: float | None
) -> None:
    sheet = score(all_met(greeting=greeting, staff_number=number))
    item = sheet.items[0]
    assert (item.verdict, item.status, item.points, item.max_points) == (verdict, status, points, 5)
    assert item.check_ids == ("greeting", "staff_number")
    assert sheet.needs_review == (status is REVIEW)


def test_all_met_is_exactly_100() -> None:
    sheet = score(all_met())
    assert sheet.total == 100
    assert not sheet.needs_review
    assert [item.item_id for item in sheet.items] == [item.id for item in ITEMS]
    assert (sheet.call_id, sheet.rubric_key) == ("c1", RUBRIC.key)


def test_the_total_is_the_share_of_decided_points() -> None:
    sheet = score(all_met(restate=VIOLATED, speech_rate=NA, silence=UNSURE))
    assert sheet.total == pytest.approx(100 * 5 / 13)


def test_what_cannot_be_assessed_waits_for_nobody_and_costs_nothing() -> None:
    sheet = score(all_met(silence=NOT_ASSESSED, restate=VIOLATED))
    assert (sheet.needs_review, sheet.undecided, sheet.verdicts[3]) == (False, (), "T")
    assert sheet.total == pytest.approx(100 * 5.1 / 13.1), "over the points of the other items"
    mostly = score(dict.fromkeys(RUBRIC.check_ids, NOT_ASSESSED) | {"speech_rate": MET})
    assert (mostly.total, mostly.needs_review) == (None, False), "too little was decided for a total"


def test_nothing_decided_is_no_total_rather_than_zero() -> None:
    assert score(dict.fromkeys(RUBRIC.check_ids, NA)).total is None
    assert score(dict.fromkeys(RUBRIC.check_ids, UNSURE)).total is None
    assert score({"attitude": MET}).total is None


def test_a_missing_finding_goes_to_a_person() -> None:
    findings = all_met()
    del findings["restate"]
    sheet = score(findings)
    assert (sheet.items[1].verdict, sheet.items[1].status, sheet.needs_review) == (ERROR, REVIEW, True)
    assert sheet.total == 100


def test_a_fatal_violation_is_flagged_and_takes_nothing_by_itself() -> None:
    sheet = score(all_met(attitude=VIOLATED))
    assert sheet.items[-1].fatal
    assert (sheet.total, sheet.needs_review) == (100, True)


@pytest.mark.parametrize("verdict", [MET, NA, UNSURE, ERROR])
def test_only_a_violation_is_fatal(verdict: Verdict) -> None:
    assert not any(item.fatal for item in score(all_met(attitude=verdict)).items)


def test_findings_nobody_asked_for_change_nothing() -> None:
    assert score(all_met(weather=VIOLATED)) == score(all_met())


some_verdicts = st.dictionaries(st.sampled_from(RUBRIC.check_ids), st.sampled_from(list(Verdict)))


@given(some_verdicts)
def test_totals_and_points_stay_within_bounds(verdicts: dict[str, Verdict]) -> None:
    sheet = score(verdicts)
    assert sheet.total is None or 0 <= sheet.total <= 100
    assert all(item.points is None or 0 <= item.points <= item.max_points for item in sheet.items)
    assert all((item.points is None) == (item.status is not SCORED) for item in sheet.items)
    assert sheet.needs_review == any(item.status is REVIEW or item.fatal for item in sheet.items)


@given(some_verdicts, st.sampled_from(RUBRIC.check_ids))
def test_one_more_violation_never_raises_a_score(verdicts: dict[str, Verdict], check_id: str) -> None:
    before, after = score(verdicts), score(verdicts | {check_id: VIOLATED})
    if before.total is not None:
        assert after.total is not None
        assert after.total <= before.total


@given(some_verdicts, st.randoms())
def test_the_order_of_findings_does_not_matter(verdicts: dict[str, Verdict], random: object) -> None:
    shuffled = list(verdicts.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert score(dict(shuffled)) == score(verdicts)


@given(some_verdicts, st.sampled_from(RUBRIC.items))
def test_an_item_that_does_not_apply_changes_no_other(verdicts: dict[str, Verdict], item: Item) -> None:
    without = tuple(other for other in RUBRIC.items if other.id != item.id)
    smaller = rubric_of(Group(id="only", title="一", items=without))
    verdicts = verdicts | dict.fromkeys(item.needs, NA)
    sheet, reference = score(verdicts), score(verdicts, smaller)
    assert [other for other in sheet.items if other.item_id != item.id] == list(reference.items)
    assert sheet.total == reference.total
