"""A what-if, against scoring each call twice and adding up by hand."""

import random
from statistics import fmean

import pytest
from figure_calls import figures_of
from hypothesis import given
from hypothesis import strategies as st
from synthetic_rubrics import make, rubrics, sheets

from callqa.types import VERDICT_OF, Verdict
from scoring import Rubric, score_sheet, what_if
from scoring.figures import rank
from scoring.what_if import Present, WhatIf, against

OLD = make({"items": [{"id": "a", "points": 5}, {"id": "b", "points": 5}, {"id": "gone", "points": 10}]})
NEW = make(
    {
        "items": [
            {"id": "b", "points": 15, "needs": ["b2"]},
            {"id": "a", "points": 5},
            {"id": "late", "points": 8, "effect": "penalty"},
        ]
    },
    version="2",
)
NONE: frozenset[str] = frozenset()


def present(call_id: str, verdict_string: str, rubric: Rubric = OLD, agent: str = "1", manual: float = 0.0) -> Present:
    sheet = score_sheet(call_id, verdict_string, rubric, NONE, manual)
    return Present(call_id, agent, "", sheet.total, sheet.needs_review, verdict_string, manual)


def said(**letters: str) -> dict[str, Verdict]:
    return {check_id: VERDICT_OF[letter] for check_id, letter in letters.items()}


@pytest.mark.parametrize(
    ("verdict_string", "checks", "manual", "before", "after"),
    [
        ("MMM", {"b2": "M", "late": "M"}, 0, 100, 100),
        ("MVM", {"b2": "V", "late": "M"}, 0, 75, 25),
        ("MVM", {"b2": "V", "late": "V"}, 0, 75, 17),
        ("MmM", {"b2": "V", "late": "M"}, 0, 100, 100),  # a person said that b is met
        ("MMv", {"b2": "M", "late": "M"}, 0, 50, 100),  # of an item that the draft has not
        ("MMM", {"b2": "V", "late": "M"}, 0, 100, 25),  # another check answers for the item
        ("VMM", {"a": "M", "b2": "M", "late": "M"}, 0, 75, 75),  # the same check does, and its answer is known
        ("MVM", {"b2": "V", "late": "M"}, 10, 85, 35),
        ("UUM", {"b2": "U", "late": "M"}, 0, 100, None),
        ("UMU", {"b2": "M", "late": "M"}, 0, None, 100),
    ],
)
def test_one_call(
    verdict_string: str, checks: dict[str, str], manual: float, before: float | None, after: float | None
) -> None:
    moves = WhatIf(NEW)
    move = moves.add(present("c", verdict_string, manual=manual), against(NEW, OLD), said(**checks))
    assert (move.before, move.after) == (before, after)
    both = before is not None and after is not None
    assert (moves.gained, moves.lost) == (before is None, after is None)
    assert (moves.up, moves.down) == (both and after > before, both and after < before)  # type: ignore[operator]
    assert len(moves.agents()) == both


def test_items_say_how_verdicts_and_points_change() -> None:
    moves = WhatIf(NEW)
    for n, verdict_string in enumerate(("MMM", "MVM", "MVU", "UVM")):
        checks = said(b2="M" if n == 1 else verdict_string[1], late="V" if n else "M")
        moves.add(present(str(n), verdict_string), against(NEW, OLD), checks)
    items = {item.item_id: item for item in moves.items()}
    assert list(items) == ["b", "a", "late", "gone"]
    assert items["a"].n_changed == 0
    assert items["b"].changes == ((Verdict.VIOLATED, Verdict.MET, 1),)
    assert (items["b"].points_before, items["b"].points_after) == (5 / 4, 30 / 4)
    assert items["late"].changes == ((None, Verdict.VIOLATED, 3), (None, Verdict.MET, 1))
    assert (items["late"].points_before, items["late"].points_after) == (None, -6)
    assert items["gone"].changes == ((Verdict.MET, None, 3), (Verdict.UNSURE, None, 1))
    assert (items["gone"].points_before, items["gone"].points_after) == (10, None)


def test_an_item_that_a_condition_drops_is_shown_as_such() -> None:
    draft = make(
        {
            "items": [
                {"id": "a", "points": 10},
                {"id": "b", "points": 5, "only_if": {"item": "a", "verdict": "met"}},
                {"id": "gone", "points": 10},
            ]
        }
    )
    moves = WhatIf(draft)
    moves.add(present("c", "VMM"), against(draft, OLD), {})
    assert {item.item_id: item.changes for item in moves.items() if item.changes} == {
        "b": ((Verdict.MET, Verdict.NOT_APPLICABLE, 1),)
    }


def test_only_what_the_sheet_does_not_hold_is_asked() -> None:
    assert against(NEW, OLD).to_ask == ("b2", "late")
    assert against(OLD, NEW).to_ask == ("b", "gone")
    assert against(OLD, OLD).to_ask == ()


def test_agents_rank_as_in_the_ranking() -> None:
    moves = WhatIf(NEW)
    chance = random.Random(3)
    totals: dict[str, tuple[list[float], list[float]]] = {}
    for n in range(600):
        agent = str(n % 4)
        bad = chance.random() < (0.05, 0.05, 0.5, 0.95)[n % 4]
        verdict_string = "MVM" if bad else "MMM"
        call = present(f"{n}", verdict_string, agent=agent)
        move = moves.add(call, against(NEW, OLD), said(b2=verdict_string[1], late="M"))
        assert move.before is not None
        assert move.after is not None
        for side, total in zip(totals.setdefault(agent, ([], [])), (move.before, move.after), strict=True):
            side.append(total)
    for side, name in enumerate(("before", "after")):
        standings = rank([figures_of(agent, both[side]) for agent, both in totals.items()])
        assert {move.agent_id: getattr(move, f"rank_{name}") for move in moves.agents()} == {
            standing.names[-1]: standing.rank for standing in standings
        }
        bands = {move.agent_id: getattr(move, f"band_{name}") for move in moves.agents()}
        assert bands == {standing.names[-1]: standing.band for standing in standings}
        assert (bands["0"], bands["1"], bands["3"]) == ("high", "high", "low")
    ranks = {move.agent_id: move.rank_after for move in moves.agents()}
    assert (ranks["0"], ranks["1"]) == (1, 1), "who cannot be told apart shares a rank"


def test_a_suggestion_stays_one() -> None:
    moves = WhatIf(NEW, frozenset({"b"}))
    move = moves.add(present("c", "MVM"), against(NEW, OLD, frozenset({"b"})), said(b2="V", late="M"))
    assert move.after is None
    assert {item.item_id: item.n_changed for item in moves.items()} == {"a": 0, "b": 0, "late": 1, "gone": 1}


@given(st.data(), rubrics())
def test_the_same_rubric_moves_nothing(data: st.DataObject, rubric: Rubric) -> None:
    moves = WhatIf(rubric)
    for n, verdict_string in enumerate(data.draw(st.lists(sheets(rubric), max_size=5))):
        move = moves.add(present(str(n), verdict_string, rubric), against(rubric, rubric), {})
        assert move.before == move.after
    assert (moves.up, moves.down, moves.gained, moves.lost, moves.most()) == (0, 0, 0, 0, [])
    assert moves.review_before == moves.review_after
    assert all(not item.n_changed and item.points_before == item.points_after for item in moves.items())
    assert all(agent.rank_before == agent.rank_after for agent in moves.agents())


def test_many_calls_add_up_as_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if, "PATTERNS", 7)  # so that patterns are folded and sheets forgotten on the way
    chance = random.Random(1)
    moves, calls = WhatIf(NEW), []
    for n in range(500):
        verdict_string = "".join(chance.choices("MVNUmv", (8, 3, 1, 1, 1, 1), k=3))
        checks = {name: chance.choice(list(Verdict)) for name in ("b2", "late")}
        call = present(f"{n:03}", verdict_string, agent=str(n % 7))
        first = verdict_string[1] if verdict_string[1].islower() else LETTER[checks["b2"]]
        drafted = first + verdict_string[0] + LETTER[checks["late"]]
        calls.append((call, score_sheet("", verdict_string, OLD), score_sheet("", drafted, NEW)))
        moves.add(call, against(NEW, OLD), checks)
    both = [(call, old.total, new.total) for call, old, new in calls if None not in (old.total, new.total)]
    assert moves.n == 500
    assert moves.means() == pytest.approx((fmean(old for _, old, _ in both), fmean(new for *_, new in both)))
    assert moves.review_after == sum(new.needs_review for *_, new in calls)
    farthest = sorted(both, key=lambda row: -abs(row[2] - row[1]))[:20]
    assert [abs(move.delta or 0) for move in moves.most()] == pytest.approx(
        [abs(new - old) for _, old, new in farthest]
    )
    for agent in moves.agents():
        mine = [(old, new) for call, old, new in both if call.agent_id == agent.agent_id]
        assert agent.n == len(mine)
        assert (agent.before, agent.after) == pytest.approx(tuple(map(fmean, zip(*mine, strict=True))))
    points = [item.points for *_, new in calls for item in new.items if item.item_id == "b" and item.points is not None]
    assert {item.item_id: item.points_after for item in moves.items()}["b"] == pytest.approx(fmean(points))


LETTER = {verdict: letter for letter, verdict in VERDICT_OF.items()}
