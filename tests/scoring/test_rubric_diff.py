"""Differences between two rubrics, and each item's share of the total."""

import pytest
from hypothesis import given
from synthetic_rubrics import make, rubrics

from scoring import Rubric
from scoring.rubric_diff import FieldChange, compare_rubrics, shares

BASE = make(
    {"items": [{"id": "a", "points": 5}, {"id": "b", "points": 15}]},
    {"items": [{"id": "c", "points": 20}, {"id": "f", "points": 0, "fatal": True}]},
)


def test_shares_of_points_and_of_weights() -> None:
    assert shares(BASE) == {"a": 12.5, "b": 37.5, "c": 50, "f": 0}
    weighted = make(
        {"items": [{"id": "a", "points": 5}, {"id": "b", "points": 15}], "weight": 80},
        {"items": [{"id": "c", "points": 1}, {"id": "d", "points": 9, "effect": "bonus"}], "weight": 20},
    )
    assert shares(weighted) == {"a": 20, "b": 60, "c": 20, "d": 0}


@given(rubrics())
def test_shares_are_the_whole(rubric: Rubric) -> None:
    assert sum(shares(rubric).values()) == pytest.approx(100)


@given(rubrics())
def test_equal_rubrics_do_not_differ(rubric: Rubric) -> None:
    assert not compare_rubrics(rubric, rubric)


@given(rubrics(), rubrics())
def test_back_and_forth_is_the_same_difference(one: Rubric, other: Rubric) -> None:
    there, back = compare_rubrics(one, other), compare_rubrics(other, one)
    turned = {"added": "removed", "removed": "added", "changed": "changed", "same": "same"}
    assert {part.id: (turned[part.how], part.share_after, part.share_before) for part in there.items} == {
        part.id: (part.how, part.share_before, part.share_after) for part in back.items
    }


def test_an_item_is_added_removed_and_changed() -> None:
    after = make(
        {"items": [{"id": "b", "points": 15, "title": "复述"}, {"id": "new", "points": 5}]},
        {"items": [{"id": "c", "points": 20}, {"id": "f", "points": 0, "fatal": True}]},
        version="2",
        fatal_cap=10,
    )
    diff = compare_rubrics(BASE, after)
    assert [(change.field, change.before, change.after) for change in diff.rubric] == [
        ("version", "1", "2"), ("fatal_cap", 0, 10),
    ]  # fmt: skip
    assert [(part.id, part.how, part.share_before, part.share_after) for part in diff.items] == [
        ("b", "changed", 37.5, 37.5), ("new", "added", None, 12.5), ("a", "removed", 12.5, None),
    ]  # fmt: skip
    assert diff.items[0].fields == (FieldChange("title", "项 b", "复述"),)
    assert not diff.groups


def test_other_points_move_the_shares_of_all() -> None:
    after = make(
        {"items": [{"id": "a", "points": 25}, {"id": "b", "points": 15}]},
        {"items": [{"id": "c", "points": 20}, {"id": "f", "points": 0, "fatal": True}]},
    )
    diff = compare_rubrics(BASE, after)
    assert [(part.id, part.how) for part in diff.items] == [("a", "changed"), ("b", "same"), ("c", "same")]
    assert [(part.id, part.how, part.share_after) for part in diff.groups] == [
        ("g0", "same", pytest.approx(200 / 3)), ("g1", "same", pytest.approx(100 / 3)),
    ]  # fmt: skip


def test_an_item_moves_to_another_group_and_place() -> None:
    after = make(
        {"items": [{"id": "b", "points": 15}]},
        {"items": [{"id": "c", "points": 20}, {"id": "f", "points": 0, "fatal": True}, {"id": "a", "points": 5}]},
    )
    diff = compare_rubrics(BASE, after)
    assert [(part.id, part.fields) for part in diff.items] == [("a", (FieldChange("group", "g0", "g1"),))]
    assert diff.rubric == (FieldChange("order", ("a", "b", "c", "f"), ("b", "c", "f", "a")),)
    assert [(part.id, part.share_before, part.share_after) for part in diff.groups] == [
        ("g0", 50, 37.5), ("g1", 50, 62.5),
    ]  # fmt: skip
