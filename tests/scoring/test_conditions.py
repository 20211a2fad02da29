"""Conditional items: when they count, and why some conditions are refused. Small sheets are tried with all letters."""

from itertools import product

import pytest
from synthetic_rubrics import make, met_but

from callqa.scores import ItemStatus
from scoring import Rubric, score_sheet

SCORED, LEFT_OUT, REVIEW, OPEN = ItemStatus
ALLOWED = [
    {"points": 5, "only_if": {"item": "gate", "verdict": "met"}},
    {"points": 5, "only_if": {"item": "gate", "verdict": "not_applicable"}},
    {"points": 5, "effect": "bonus", "only_if": {"item": "gate", "verdict": "met"}},
    {"points": 5, "effect": "bonus", "only_if": {"item": "gate", "verdict": "not_applicable"}},
    {"points": 5, "effect": "penalty", "only_if": {"item": "gate", "verdict": "violated"}},
    {"points": 0, "fatal": True, "only_if": {"item": "gate", "verdict": "violated"}},
]
REFUSED = [
    ({"points": 6, "only_if": {"item": "gate", "verdict": "met"}}, "carry 6 points, more than its own 5"),
    ({"points": 6, "only_if": {"item": "gate", "verdict": "not_applicable"}}, "carry 6 points, more than its own 5"),
    ({"points": 5, "only_if": {"item": "gate", "verdict": "violated"}}, "make it a penalty"),
    ({"points": 5, "effect": "bonus", "only_if": {"item": "gate", "verdict": "violated"}}, "make it a penalty"),
    ({"points": 20, "effect": "penalty", "only_if": {"item": "gate", "verdict": "met"}}, "only depend on a violation"),
    (
        {"points": 20, "effect": "penalty", "only_if": {"item": "gate", "verdict": "not_applicable"}},
        "only depend on a v",
    ),
    ({"points": 0, "fatal": True, "only_if": {"item": "gate", "verdict": "met"}}, "only depend on a violation"),
    ({"points": 5, "critical": True, "only_if": {"item": "gate", "verdict": "met"}}, "could lift its cap"),
]


def sheet_with(item: dict[str, object], weights: tuple[int, int] | None = None) -> Rubric:
    gate = {"id": "gate", "points": 5}
    group = {"items": [gate, {"id": "item", **item}, {"id": "rest", "points": 50}]}
    caps = {"min_decided": 0} | ({"critical_cap": 40} if item.get("critical") else {})
    if weights is None:
        return make(group, **caps)
    other = {"items": [{"id": "other", "points": 3}], "weight": weights[1]}
    return make({**group, "weight": weights[0]}, other, **caps)


def raised(rubric: Rubric) -> list[tuple[str, str]]:
    """The pairs of sheets that differ in a violation, of which the one that has it is the better."""
    result = []
    totals = {
        (verdict_string := "".join(chosen)): score_sheet("c", verdict_string, rubric).total
        for chosen in product("MVNUv", repeat=len(rubric.items))
    }
    for verdict_string, before in totals.items():
        for i, letter in enumerate(verdict_string):
            after = totals[worse := verdict_string[:i] + "V" + verdict_string[i + 1 :]]
            if letter != "v" and before is not None and after is not None and after > before + 1e-9:
                result.append((verdict_string, worse))
    return result


@pytest.mark.parametrize("item", ALLOWED)
@pytest.mark.parametrize("weights", [None, (10, 90), (90, 10)])
def test_no_violation_raises_a_total(item: dict[str, object], weights: tuple[int, int] | None) -> None:
    assert not raised(sheet_with(item, weights))


@pytest.mark.parametrize(("item", "message"), REFUSED)
def test_what_is_refused_would_raise_a_total(
    item: dict[str, object], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match=message):
        sheet_with(item)
    monkeypatch.setattr("scoring.rubric.check_rubric", lambda groups, critical_cap: None)
    assert raised(sheet_with(item))


def test_two_groups_with_weights_cannot_share_a_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[dict[str, object]] = [
        {"items": [{"id": "gate", "points": 5}, {"id": "rest", "points": 50}], "weight": 50},
        {"items": [{"id": "item", "points": 5, "only_if": {"item": "gate", "verdict": "met"}}], "weight": 50},
    ]
    with pytest.raises(ValueError, match="put them into one group"):
        make(*groups)
    assert not raised(make(*({"items": group["items"]} for group in groups), min_decided=0))
    monkeypatch.setattr("scoring.rubric.check_rubric", lambda groups, critical_cap: None)
    assert ("MVM", "VVM") not in raised(make(*groups, min_decided=0))
    assert ("MMV", "VMV") in raised(make(*groups, min_decided=0))


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"item": "gates", "verdict": "met"}, "there is no item 'gates'; items: gate, item, rest"),
        ({"item": "item", "verdict": "met"}, "item item depends on itself"),
    ],
)
def test_conditions_name_another_item(condition: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sheet_with({"points": 5, "only_if": condition})


def test_conditions_do_not_hang_on_each_other() -> None:
    item = {"id": "one", "points": 5, "only_if": {"item": "two", "verdict": "met"}}
    two = {"id": "two", "points": 5, "only_if": {"item": "one", "verdict": "met"}}
    with pytest.raises(ValueError, match="item two depends on one itself, so nothing can depend on it"):
        make({"items": [item, two]})
    three = {"id": "three", "points": 5, "only_if": {"item": "two", "verdict": "met"}}
    with pytest.raises(ValueError, match="item two depends on one itself"):
        make({"items": [{"id": "one", "points": 9}, two, three]})


def test_a_fatal_item_bears_no_condition() -> None:
    fatal = {"id": "rude", "points": 0, "fatal": True}
    fine = {"id": "fine", "points": 2, "effect": "penalty", "only_if": {"item": "rude", "verdict": "violated"}}
    with pytest.raises(ValueError, match="item rude is fatal and waits for a person"):
        make({"items": [{"id": "opening", "points": 5}, fatal, fine]})


@pytest.mark.parametrize(
    ("gate", "letter", "status", "total"),
    [
        ("M", "M", SCORED, 100),
        ("M", "V", SCORED, 100 * 55 / 60),
        ("M", "N", LEFT_OUT, 100),
        ("V", "M", LEFT_OUT, 100 * 50 / 55),
        ("V", "V", LEFT_OUT, 100 * 50 / 55),
        ("N", "V", LEFT_OUT, 100),
        ("U", "M", REVIEW, 100),
        ("U", "V", REVIEW, 100),  # perhaps it does not apply, so it costs nothing yet
        ("E", "V", REVIEW, 100),
        ("U", "N", LEFT_OUT, 100),
        ("m", "V", SCORED, 100 * 55 / 60),
        ("v", "V", LEFT_OUT, 100 * 50 / 55),
        ("U", "v", REVIEW, 100),
        ("T", "V", OPEN, 100),
        ("T", "N", LEFT_OUT, 100),
        ("M", "T", OPEN, 100),
    ],
)
def test_an_item_that_counts_only_where_another_is_met(
    gate: str, letter: str, status: ItemStatus, total: float
) -> None:
    rubric = sheet_with({"points": 5, "only_if": {"item": "gate", "verdict": "met"}})
    sheet = score_sheet("c", met_but(rubric, gate=gate, item=letter), rubric)
    assert sheet.items[1].status is status
    assert (sheet.items[1].points is None) == (status is not SCORED)
    assert sheet.total == pytest.approx(total)


@pytest.mark.parametrize(
    ("gate", "letter", "total"),
    [("V", "V", 100 * 50 / 55 - 5), ("V", "M", 100 * 50 / 55), ("M", "V", 100), ("N", "V", 100)],
)
def test_a_penalty_that_only_follows_a_violation(gate: str, letter: str, total: float) -> None:
    rubric = sheet_with({"points": 5, "effect": "penalty", "only_if": {"item": "gate", "verdict": "violated"}})
    assert score_sheet("c", met_but(rubric, gate=gate, item=letter), rubric).total == pytest.approx(total)


def test_a_suggestion_decides_no_condition() -> None:
    rubric = sheet_with({"points": 5, "effect": "penalty", "only_if": {"item": "gate", "verdict": "violated"}})
    sheet = score_sheet("c", met_but(rubric, gate="V", item="V"), rubric, frozenset({"gate"}))
    assert [item.status for item in sheet.items] == [REVIEW, REVIEW, SCORED]
    assert sheet.total == 100


def test_a_fatal_item_flags_only_where_it_counts() -> None:
    rubric = sheet_with({"points": 0, "fatal": True, "only_if": {"item": "gate", "verdict": "violated"}})
    for gate, total in (("V", 0), ("M", 100), ("U", 100)):
        sheet = score_sheet("c", met_but(rubric, gate=gate, item="v"), rubric)
        assert (sheet.total, sheet.items[1].fatal, sheet.needs_review) == (total, gate == "V", gate == "U")
