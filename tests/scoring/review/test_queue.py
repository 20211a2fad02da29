"""The order of the review queue, and the people who are asked: tables and properties."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rubric import RUBRIC

from callqa.errors import ConfigError
from scoring import score_sheet
from scoring.review.assignment_rules import assign, load_rules
from scoring.review.queue import QueuedCall, in_order, items_to_decide, largest_remainder, share_out, teaching

NOBODY: tuple[str, ...] = ()


def waiting(n: int, agent: str = "3001", **facts: object) -> QueuedCall:
    return QueuedCall(f"c{n}", agent, datetime(2026, 11, 2, tzinfo=UTC) + timedelta(hours=n), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verdict_string", "fatal", "suggested", "undecided"),
    [
        ("MMM", (), (), ()),
        ("VMM", (), (), ()),
        ("UEM", (), (), ("opening", "closing")),
        ("UMV", ("attitude",), (), ("opening",)),
        ("MVM", (), ("closing",), ()),  # closing only suggests
        ("mvv", (), (), ()),  # a person has spoken
        ("uMM", (), (), ("opening",)),  # a person was unsure, too
    ],
)
def test_what_waits(
    verdict_string: str, fatal: tuple[str, ...], suggested: tuple[str, ...], undecided: tuple[str, ...]
) -> None:
    sheet = score_sheet("c1", verdict_string, RUBRIC, frozenset({"closing"}))
    to_decide = items_to_decide(sheet)
    assert to_decide == {"emergency": (), "fatal": fatal, "suggested": suggested, "undecided": undecided}
    assert sheet.needs_review == any(to_decide.values())


def test_of_equal_urgency_what_is_worth_most_comes_first() -> None:
    calls = [
        waiting(1, undecided=("opening",), swing=5.2),
        waiting(2, undecided=("closing",), swing=20.0),
        waiting(3, undecided=("opening",), swing=5.0, n_of_agent=40),  # a point or less apart is equal
        waiting(4, undecided=("opening",), swing=4.9, n_of_agent=3),
        waiting(5, undecided=("opening",), swing=5.0, n_of_agent=3, teaches=0.5),
        waiting(6, fatal=("attitude",), swing=1.0),
    ]
    assert [call.call_id for call in in_order(calls)] == ["c6", "c2", "c1", "c5", "c4", "c3"]


def test_what_is_known_least_teaches_most() -> None:
    assert teaching(["opening", "closing"], {"opening": 9}) == pytest.approx(1.1)
    assert teaching([], {}) == 0


@pytest.mark.parametrize("share", [0.1, 0.25, 1 / 3, 1.0])
def test_of_each_stretch_a_share_was_drawn_by_chance(share: float) -> None:
    worth = [waiting(n, undecided=("opening",), swing=50.0) for n in range(60)]
    drawn = [waiting(100 + n, sample="monthly:2026-11") for n in range(60)]
    urgent = [waiting(200 + n, fatal=("attitude",)) for n in range(3)]
    ordered = in_order([*drawn, *worth, *urgent], share)
    assert ordered[:3] == urgent
    for n in range(1, 61):
        assert sum(bool(call.sample) for call in ordered[3 : 3 + n]) == floor(n * share + 1e-9)
    assert sorted(call.call_id for call in ordered) == sorted(call.call_id for call in [*drawn, *worth, *urgent])
    assert in_order([*drawn, *worth], 0.0)[60:] == drawn, "without a share chance comes last"


def test_emergencies_first_then_fatal_then_appeals_then_the_oldest() -> None:
    calls = [
        waiting(1, undecided=("opening",)),
        waiting(4, fatal=("attitude",)),
        waiting(3, appealed=("closing",)),
        waiting(2, sample="plan:2026-11"),
        waiting(6, emergency=("emergency_guidance",)),
        waiting(5, fatal=("attitude",), appealed=("attitude",)),
    ]
    assert [call.call_id for call in in_order(calls)] == ["c6", "c5", "c4", "c3", "c1", "c2"]
    assert calls[-1].items == ("attitude",)


names = st.lists(st.sampled_from(["王丽", "李明", "张强", "赵敏", "周倩"]), min_size=1, unique=True)
weights = st.dictionaries(
    st.sampled_from(["王丽", "李明", "张强", "赵敏"]), st.floats(0, 1e6, exclude_min=True), min_size=1
)


@given(st.integers(0, 60), names)
def test_an_even_split_differs_by_one_at_most(n: int, reviewers: list[str]) -> None:
    given_out, alone = share_out([waiting(i) for i in range(n)], dict.fromkeys(reviewers, 1))
    counts = [list(given_out.values()).count(name) for name in reviewers]
    assert sum(counts) == n
    assert max(counts) - min(counts) <= 1
    assert alone == ()


@given(st.integers(0, 60), weights)
def test_shares_follow_the_largest_remainders(n: int, shares: dict[str, float]) -> None:
    parts = largest_remainder(n, shares)
    whole = sum(map(Fraction, shares.values()))
    exact = {name: n * Fraction(weight) / whole for name, weight in shares.items()}
    assert sum(parts.values()) == n
    assert all(abs(parts[name] - exact[name]) < 1 for name in shares)  # the quota rule
    rounded_up = [name for name in shares if parts[name] > exact[name]]
    rounded_down = [name for name in shares if parts[name] < exact[name]]
    assert all(exact[up] % 1 >= exact[down] % 1 for up in rounded_up for down in rounded_down)
    given_out, _ = share_out([waiting(i) for i in range(n)], shares)
    assert {name: list(given_out.values()).count(name) for name in shares} == parts


def test_the_published_example_of_the_method() -> None:
    """Balinski and Young's five states and 26 seats (Fair Representation, 1982), under Hamilton's method."""
    states = {"A": 9061, "B": 7179, "C": 5259, "D": 3319, "E": 1182}
    assert largest_remainder(26, states) == {"A": 9, "B": 7, "C": 5, "D": 4, "E": 1}


@pytest.mark.parametrize("shares", [{}, {"王丽": 0.0}, {"王丽": 2.0, "李明": -1.0}])
def test_shares_that_are_none(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="shares are weights"):
        largest_remainder(3, shares)


@given(
    st.lists(st.sampled_from(["3001", "3002", "3003", "3004"]), max_size=30),
    st.lists(st.sampled_from(["3001", "3002", "王丽"]), min_size=1, unique=True),
)
def test_nobody_hears_their_own_calls(agents: list[str], reviewers: list[str]) -> None:
    calls = [waiting(n, agent) for n, agent in enumerate(agents)]
    given_out, alone = share_out(calls, dict.fromkeys(reviewers, 1))
    assert all(given_out[call.call_id] != call.agent_id for call in calls if call.call_id in given_out)
    assert set(alone) == {call.call_id for call in calls if reviewers == [call.agent_id]}
    assert list(given_out) == [call.call_id for call in calls if call.call_id not in alone]
    assert share_out(calls, dict.fromkeys(reviewers, 1)) == (given_out, alone)


def test_own_calls_leave_the_split_even_where_they_can() -> None:
    calls = [waiting(n, "3001" if n < 4 else "3009") for n in range(8)]
    given_out, _ = share_out(calls, {"3001": 1, "王丽": 1})
    assert [given_out[f"c{n}"] for n in range(8)] == ["王丽"] * 4 + ["3001"] * 4


RULES = """\
rules:
  - match: {fatal: true}
    reviewers: [质检组长]
  - match: {team: A组, item: [结束语, opening]}
    reviewers: {王丽: 2, 李明: 1}
  - match: {line: "12345", category: [城乡建设]}
    reviewers: [张强]
"""


def rules_file(folder: Path, text: str) -> Path:
    path = folder / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_first_rule_that_fits_decides(tmp_path: Path) -> None:
    rules = load_rules(rules_file(tmp_path, RULES), RUBRIC.titles)
    calls = [
        waiting(1, team="A组", fatal=("attitude",), undecided=("closing",)),
        *(waiting(n, team="A组", undecided=("closing",)) for n in range(2, 5)),
        waiting(5, team="A组", undecided=("attitude",)),
        waiting(6, team="B组", line="12345", category="城乡建设", sample="plan:2026-11"),
        waiting(7, agent="张强", line="12345", category="城乡建设", undecided=("opening",)),
    ]
    given_out, alone = assign(calls, rules.rules)
    assert given_out == {"c1": "质检组长", "c2": "王丽", "c3": "李明", "c4": "王丽", "c6": "张强"}
    assert alone == ("c5", "c7")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules: []", r"line 1: rules: "),
        ("rules:\n- match: {}\n", r"line 2: rules.0.reviewers: Field required"),
        ("rules:\n- match: {teams: [A组]}\n  reviewers: [王丽]\n",
         r"line 2: rules.0.match.teams: unknown field; did you mean 'team'\?"),
        ("rules:\n- match: {}\n  reviewers: {王丽: 0}\n", r"the share of 王丽 is 0; a share is more than 0"),
        ("rules:\n- match: {line: 12345}\n  reviewers: 王丽\n", r"line 2: rules.0.match.line.0: .*put it in quotes"),
        ("rules:\n- match: {}\n  reviewers: {王丽: .inf}\n", r"line 3: rules.0.reviewers.王丽: "),
        ("rules:\n- reviewers: [王丽]\n  match: {item: 开头\n   }\n",
         r"line 3: no item is called '开头'; did you mean '开头语'"),
    ],
)  # fmt: skip
def test_mistakes_in_rules(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_rules(rules_file(tmp_path, text), RUBRIC.titles)


def test_one_reviewer_needs_no_list(tmp_path: Path) -> None:
    (rule,) = load_rules(rules_file(tmp_path, "rules: [{reviewers: 王丽}]"), RUBRIC.titles).rules
    assert rule.reviewers == {"王丽": 1.0}
