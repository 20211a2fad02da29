"""Properties of every sound rubric and all verdict strings."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic_rubrics import letters_of_one, rubrics, sheets

from callqa.scores import ItemStatus
from callqa.types import Finding, Verdict
from scoring import Rubric, score_call, score_sheet

NEAR = 1e-9


@given(st.data(), rubrics())
def test_totals_are_within_bounds(data: st.DataObject, rubric: Rubric) -> None:
    sheet = score_sheet("c", data.draw(sheets(rubric)), rubric, manual_points=data.draw(st.floats(-50, 50)))
    assert sheet.total is None or 0 <= sheet.total <= 100
    for item, score in zip(rubric.items, sheet.items, strict=True):
        assert (score.points is None) == (score.status is not ItemStatus.SCORED)
        low, high = {"earn": (0, item.points), "bonus": (0, item.points), "penalty": (-item.points, 0)}[item.effect]
        assert score.points is None or low <= score.points <= high


@given(st.data(), rubrics())
def test_one_more_violation_never_raises_a_total(data: st.DataObject, rubric: Rubric) -> None:
    """Whatever the item's verdict was, and whoever says that it is violated. A total may give way to waiting."""
    verdict_string = data.draw(sheets(rubric))
    at = data.draw(st.integers(0, len(verdict_string) - 1))
    before = score_sheet("c", verdict_string, rubric).total
    worse = verdict_string[:at] + data.draw(st.sampled_from("Vv")) + verdict_string[at + 1 :]
    after = score_sheet("c", worse, rubric).total
    if before is not None and after is not None and not (rubric.items[at].fatal and verdict_string[at] == "v"):
        assert after <= before + NEAR


@given(st.data(), rubrics())
def test_without_conditions_one_more_violation_loses_no_total(data: st.DataObject, rubric: Rubric) -> None:
    document = rubric.model_dump(mode="json")
    for group in document["groups"]:
        for item in group["items"]:
            item["only_if"] = None
    rubric = Rubric.model_validate(document)
    verdict_string = data.draw(sheets(rubric))
    at = data.draw(st.integers(0, len(verdict_string) - 1))
    if score_sheet("c", verdict_string, rubric).total is not None:
        assert score_sheet("c", verdict_string[:at] + "v" + verdict_string[at + 1 :], rubric).total is not None


@given(st.data(), rubrics())
def test_the_order_of_findings_does_not_matter(data: st.DataObject, rubric: Rubric) -> None:
    answers = st.tuples(st.sampled_from(rubric.check_ids), st.sampled_from(list(Verdict)))
    findings = [Finding(check, "key", verdict, "reason") for check, verdict in data.draw(st.lists(answers))]
    shuffled = data.draw(st.permutations(findings))
    assert score_call("c", shuffled, rubric) == score_call("c", findings, rubric)


@given(st.data(), rubrics())
def test_the_sheet_keeps_its_letters(data: st.DataObject, rubric: Rubric) -> None:
    verdict_string = data.draw(sheets(rubric))
    sheet = score_sheet("c", verdict_string, rubric)
    assert sheet.verdicts == verdict_string
    assert score_sheet("c", sheet.verdicts, rubric) == sheet


@given(st.data(), rubrics())
def test_an_item_that_does_not_apply_changes_no_other(data: st.DataObject, rubric: Rubric) -> None:
    """The total is that of the rubric without the item."""
    gates = {item.only_if.item for item in rubric.items if item.only_if}
    loose = [
        item.id for group in rubric.groups for item in group.items if item.id not in gates and len(group.items) > 1
    ]
    if not loose:
        return
    gone = data.draw(st.sampled_from(loose))
    document = rubric.model_dump(mode="json")
    for group in document["groups"]:
        group["items"] = [item for item in group["items"] if item["id"] != gone]
        if not any(item["points"] and item["effect"] == "earn" for item in group["items"]):
            return
    if not any(item["critical"] for group in document["groups"] for item in group["items"]):
        document["critical_cap"] = None
    verdict_string = data.draw(sheets(rubric))
    at = [item.id for item in rubric.items].index(gone)
    with_it = score_sheet("c", verdict_string[:at] + "N" + verdict_string[at + 1 :], rubric)
    without = score_sheet("c", verdict_string[:at] + verdict_string[at + 1 :], Rubric.model_validate(document))
    assert with_it.total == without.total
    assert with_it.items[:at] + with_it.items[at + 1 :] == without.items


@given(st.data(), rubrics(), st.sampled_from((2, 10, 0.5)))
def test_a_rescale_of_what_can_be_earned_changes_no_total(data: st.DataObject, rubric: Rubric, scale: float) -> None:
    document = rubric.model_dump(mode="json")
    for group in document["groups"]:
        for item in group["items"]:
            item["points"] *= scale if item["effect"] == "earn" else 1
    verdict_string = data.draw(sheets(rubric))
    before, after = (
        score_sheet("c", verdict_string, version).total for version in (rubric, Rubric.model_validate(document))
    )
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert math.isclose(before, after, rel_tol=NEAR, abs_tol=NEAR)


@given(st.data(), rubrics())
def test_unknown_is_never_zero(data: st.DataObject, rubric: Rubric) -> None:
    """A call with open items stays between its worst and its best outcome."""
    verdict_string = data.draw(sheets(rubric).map(str.upper))
    sheet = score_sheet("c", verdict_string, rubric)
    gates = {item.only_if.item for item in rubric.items if item.only_if}
    at = [i for i, letter in enumerate(verdict_string) if letter in "UE"]
    if sheet.total is None or any(rubric.items[i].id in gates for i in at):
        return
    worst, best = (
        score_sheet(
            "c",
            "".join(letter if i not in at else end[rubric.items[i].effect] for i, letter in enumerate(verdict_string)),
            rubric,
        )
        for end in ({"earn": "V", "bonus": "V", "penalty": "V"}, {"earn": "M", "bonus": "M", "penalty": "M"})
    )
    assert worst.total is not None
    assert best.total is not None
    assert worst.total - NEAR <= sheet.total <= best.total + NEAR


@given(st.data(), rubrics())
def test_a_suggestion_costs_nothing(data: st.DataObject, rubric: Rubric) -> None:
    """An advisory item's violation scores as if the machine could not tell."""
    verdict_string = data.draw(sheets(rubric))
    advisory = frozenset(data.draw(st.sets(st.sampled_from([item.id for item in rubric.items]))))
    unsure = "".join(
        "U" if letter == "V" and item.id in advisory else letter
        for item, letter in zip(rubric.items, verdict_string, strict=True)
    )
    sheet, reference = score_sheet("c", verdict_string, rubric, advisory), score_sheet("c", unsure, rubric)
    assert sheet.total == reference.total
    assert [item.status for item in sheet.items] == [item.status for item in reference.items]


@given(st.data(), rubrics())
def test_a_letter_for_every_item(data: st.DataObject, rubric: Rubric) -> None:
    with pytest.raises(ValueError):
        score_sheet("c", data.draw(sheets(rubric)) + data.draw(letters_of_one), rubric)
