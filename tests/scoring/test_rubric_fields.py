"""Fields of a rubric: the effect of each on a sheet, and what is refused with its line."""

from datetime import date
from pathlib import Path

import pytest
from synthetic_rubrics import make, met_but
from test_rubric import VALID, write

from callqa.errors import ConfigError
from scoring import load_rubric, score_sheet
from scoring.sheets import read_sheets

WEIGHTED = make(
    {"items": [{"id": "a", "points": 1}, {"id": "b", "points": 3}], "weight": 40},
    {"items": [{"id": "c", "points": 5}, {"id": "d", "points": 5}], "weight": 60},
    {"items": [{"id": "f", "points": 0, "fatal": True}]},
)


@pytest.mark.parametrize(
    ("verdict_string", "total"),
    [
        ("MMMMM", 100),
        ("VMMMM", 90),  # a quarter of 40
        ("MVMMM", 70),
        ("MMVMM", 70),  # half of 60
        ("NVMMM", 60),  # b is all that is left of the group, and the group keeps its 40
        ("NNVMM", 50),  # no group of 40, so the other is all
        ("UUVMM", None),  # 60 of 100 would be decided, see min_decided below
        ("MMUUM", None),
        ("VVVVM", 0),
        ("NNNNM", None),
    ],
)
def test_weights(verdict_string: str, total: float | None) -> None:
    rubric = WEIGHTED.model_copy(update={"min_decided": 0.7})
    assert score_sheet("c", verdict_string, rubric).total == (None if total is None else pytest.approx(total))


@pytest.mark.parametrize(
    ("verdict_string", "known"),
    [("UMMMM", 0.9), ("MUMMM", 0.7), ("MMUMM", 0.7), ("UUMMM", 0.6), ("NUMMM", 0.6), ("NNMUM", 0.5)],
)
def test_with_weights_what_is_decided_is_a_share_of_the_total(verdict_string: str, known: float) -> None:
    below, above = (WEIGHTED.model_copy(update={"min_decided": known + by}) for by in (-0.001, 0.001))
    assert score_sheet("c", verdict_string, below).total == pytest.approx(100)
    assert score_sheet("c", verdict_string, above).total is None


ON_TOP = make(
    {
        "items": [
            {"id": "base", "points": 90},
            {"id": "more", "points": 10},
            {"id": "praise", "points": 5, "effect": "bonus"},
            {"id": "late", "points": 8, "effect": "penalty"},
        ]
    }
)


@pytest.mark.parametrize(
    ("verdict_string", "total", "points"),
    [
        ("MMMM", 100, (90, 10, 5, 0)),
        ("MVMM", 95, (90, 0, 5, 0)),
        ("MVVM", 90, (90, 0, 0, 0)),
        ("MVNM", 90, (90, 0, None, 0)),
        ("MVUM", 90, (90, 0, None, 0)),
        ("MVMV", 87, (90, 0, 5, -8)),
        ("MMVV", 92, (90, 10, 0, -8)),
        ("VVVV", 0, (0, 0, 0, -8)),
        ("VVMM", 5, (0, 0, 5, 0)),
        ("NNMM", None, (None, None, 5, 0)),
    ],
)
def test_plus_and_minus_points(verdict_string: str, total: float | None, points: tuple[float | None, ...]) -> None:
    sheet = score_sheet("c", verdict_string, ON_TOP)
    assert sheet.total == (None if total is None else pytest.approx(total))
    assert tuple(item.points for item in sheet.items) == points
    assert [item.max_points for item in sheet.items] == [90, 10, 0, 0]


def test_manual_points_and_bonus_share_the_scale() -> None:
    assert score_sheet("c", "MVMV", ON_TOP, manual_points=20).total == 100
    assert score_sheet("c", "VMMV", ON_TOP, manual_points=-20).total == 0


CAPPED = make(
    {
        "items": [
            {"id": "base", "points": 80},
            {"id": "safety", "points": 20, "critical": True},
            {"id": "leak", "points": 5, "effect": "penalty", "critical": True},
            {"id": "praise", "points": 30, "effect": "bonus"},
            {"id": "rude", "points": 0, "fatal": True},
        ]
    },
    critical_cap=59,
    fatal_cap=10,
    min_decided=0.8,
)


@pytest.mark.parametrize(
    ("verdict_string", "advisory", "total"),
    [
        ("MMMMM", (), 100),
        ("MVMVM", (), 59),  # 80 without the cap
        ("MVMMM", (), 59),  # a bonus does not lift it
        ("VVMVM", (), 0),
        ("MMVMM", (), 59),
        ("MvMVM", (), 59),
        ("MUMVM", (), 100),
        ("MVMVM", ("safety",), 100),  # a suggestion
        ("MMMMV", (), 100),  # the machine's word does nothing
        ("MMMMv", (), 10),
        ("MVMMv", (), 10),
        ("UMMMv", (), 10),  # too little is known for a total; of this one is known that it is no more
        ("UMMMV", (), None),
    ],
)
def test_caps(verdict_string: str, advisory: tuple[str, ...], total: float | None) -> None:
    sheet = score_sheet("c", verdict_string, CAPPED, frozenset(advisory))
    assert sheet.total == (None if total is None else pytest.approx(total))


def test_of_two_caps_the_lower_one_holds() -> None:
    rubric = make(
        {
            "items": [
                {"id": "safety", "points": 10, "critical": True},
                {"id": "warmth", "points": 10},
                {"id": "rude", "points": 0, "fatal": True},
            ]
        },
        critical_cap=30,
        fatal_cap=60,
    )
    letters = ["VMv", "VMV", "MMv", "MMM"]
    assert [score_sheet("c", sheet, rubric).total for sheet in letters] == [30, 30, 60, 100]
    assert read_sheets(letters, rubric, frozenset()).total.tolist() == [30, 30, 60, 100]


def test_fields_at_their_default_change_no_key() -> None:
    """Databases hold the keys of rubrics that were written before these fields were there."""
    item = {"id": "opening", "title": "项", "points": 5}
    plain = make({"items": [item]})
    spelt_out = make(
        {
            "weight": None,
            "items": [item | {"effect": "earn", "only_if": None, "critical": False}],
        },
        applies_to={},
        valid_from=None,
        critical_cap=None,
    )
    assert plain.key == spelt_out.key == "5d2115a49bbb3698"


def test_every_field_changes_the_key() -> None:
    item: dict[str, object] = {"id": "opening", "points": 5}
    rest: dict[str, object] = {"id": "rest", "points": 50}
    keys = {
        make({"items": [item | change, rest]}, **fields).key
        for change, fields in (
            ({}, {}),
            ({"effect": "bonus"}, {}),
            ({"effect": "penalty"}, {}),
            ({"only_if": {"item": "rest", "verdict": "met"}}, {}),
            ({"critical": True}, {"critical_cap": 59}),
            ({"trust_floor": {"figure": "kappa", "floor": 0.6}}, {}),
            ({"trust_floor": {"figure": "precision", "floor": 0.6}}, {}),
            ({"trust_floor": {"figure": "kappa", "floor": 0.6, "min_reviewed": 40}}, {}),
            ({}, {"applies_to": {"teams": ["早班"]}}),
            ({}, {"applies_to": {"lines": ["12345"]}}),
            ({}, {"applies_to": {"directions": ["inbound"]}}),
            ({}, {"valid_from": date(2026, 11, 1)}),
        )
    }
    assert len(keys) == 12
    assert make({"items": [item, rest], "weight": 100}).key not in keys


FULL = """\
id: mine
version: "1"
title: 我的
fatal_cap: 0
critical_cap: 59
valid_from: 2026-11-01
applies_to: {teams: [早班], lines: ["12345"], directions: [inbound]}
groups:
  - id: script
    title: 规范
    weight: 40
    items:
      - id: opening
        title: 开头语
        points: 5
        needs: [opening]
        critical: true
        trust_floor: {figure: kappa, floor: 0.6}
  - id: manners
    title: 沟通
    weight: 60
    items:
      - id: hold_notice
        title: 等待前告知
        points: 5
        needs: [hold_notice]
      - id: hold_return
        title: 回线致谢
        points: 2
        needs: [hold_return]
        only_if: {item: hold_notice, verdict: met}
  - id: extra
    title: 加减分
    items:
      - id: praise
        title: 市民表扬
        points: 3
        effect: bonus
        needs: [praise]
"""


def test_a_file_with_every_field(tmp_path: Path) -> None:
    rubric = load_rubric(write(tmp_path, FULL))
    opening, _, hold_return, praise = rubric.items
    assert opening.trust_floor is not None
    assert (opening.trust_floor.figure, opening.trust_floor.floor, opening.trust_floor.min_reviewed) == (
        "kappa",
        0.6,
        20,
    )
    assert hold_return.only_if is not None
    assert (rubric.applies_to.teams, rubric.applies_to.directions) == (("早班",), ("inbound",))
    assert rubric.valid_from == date(2026, 11, 1)
    assert score_sheet("c", met_but(rubric), rubric).total == 100
    assert praise.share == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("weight: 40", "weight: 30", "line 9: groups: the weights .* percents of the total; together 90, not 100"),
        ("    weight: 40\n", "", "line 9: groups.0: group script has points and no weight, while others have one"),
        ("title: 加减分", "title: 加减分\n    weight: 5", "line 34: .*weight: group extra has nothing that can be"),
        ("weight: 40", "weight: -1", "line 11: groups.0.weight: .*greater than 0"),
        ("weight: 40", "wieght: 40", r"line 11: groups.0.wieght: unknown field; did you mean 'weight'\?"),
        ("effect: bonus", "effect: plus", "line 38: groups.2.items.0.effect: .*'earn', 'bonus' or 'penalty'"),
        ("verdict: met", "verdict: violated", "line 31: .*only_if.verdict: item hold_return gives points, so"),
        ("item: hold_notice", "item: hold_notify", "line 31: .*only_if.item: there is no item 'hold_notify'; items"),
        ("item: hold_notice", "itme: hold_notice", r"line 31: .*only_if.itme: unknown field; did you mean 'item'\?"),
        ("item: hold_notice", "item: hold_return", "line 31: .*only_if.item: item hold_return depends on itself"),
        ("item: hold_notice", "item: opening", "line 31: .*only_if.item: .*put them into one group"),
        ("points: 2", "points: 6", "line 31: .*only_if: the items that depend on hold_notice .* carry 6 points, more"),
        ("critical_cap: 59\n", "", "line 1: item opening is critical; write .* critical_cap: 59"),
        ("        critical: true\n", "", "line 5: critical_cap: no item is critical"),
        ("critical_cap: 59", "critical_cap: 100", "line 5: critical_cap: .*less than 100"),
        ("figure: kappa", "figure: accuracy", "line 18: .*trust_floor.figure: .*'kappa' or 'precision'"),
        ("floor: 0.6", "floor: 60", "line 18: .*trust_floor.floor: .*less than or equal to 1"),
        ("figure: kappa", "kappa: 1", r"line 18: .*trust_floor.kappa: unknown field; allowed: figure, floor, min_r"),
        ("teams: [早班]", "team: [早班]", r"line 7: applies_to.team: unknown field; did you mean 'teams'\?"),
        ("directions: [inbound]", "directions: [in]", "line 7: applies_to.directions.0: .*'inbound' or 'outbound'"),
        ('lines: ["12345"]', "lines: [12345]", "line 7: applies_to.lines.0: .*put it in quotes"),
        ("valid_from: 2026-11-01", "valid_from: November", "line 6: valid_from: .*date"),
        ("effect: bonus", "effect: bonus\n        critical: true", "line 35: .*item praise is a bonus"),
        ("id: praise", "id: opening", "line 35: groups.2.items.0.id: item ids must differ, .*: opening"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert FULL.count(old) == 1
    with pytest.raises(ConfigError, match=f"mine.yaml, {message}"):
        load_rubric(write(tmp_path, FULL.replace(old, new)))


def test_a_fatal_item_is_nothing_else(tmp_path: Path) -> None:
    for more in ("critical: true", "effect: penalty"):
        with pytest.raises(ConfigError, match="line 13: .*item attitude is fatal, which is all it can be"):
            load_rubric(write(tmp_path, VALID.replace("fatal: true", f"fatal: true\n        {more}")))
