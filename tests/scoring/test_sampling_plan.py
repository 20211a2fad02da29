"""Sampling plans: the shipped ones, periods, and a clear refusal of everything wrong."""

from datetime import date
from pathlib import Path

import pytest

from callqa.errors import ConfigError
from scoring.sampling import FrameCall, SamplePlan, days_of, due, last_whole, load_plan, period_of, shipped_plans
from scoring.sampling.period import Every

VALID = """\
id: mine
title: 我的
every: week
per_agent:
  n: 3
  tenure:
    - {below_days: 90, n: 7}
strata:
  category: true
  hour: [8, 18]
risk:
  - {when: request_type, types: [投诉], share: 100%}
  - {when: total_below, below: 60, count: 20}
filters:
  min_seconds: 30
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_plan_is_what_its_file_says(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path, VALID))
    assert [plan.per_agent.size(days).n for days in (0, 89, 90, None)] == [7, 7, 3, 3]
    assert [trigger.name for trigger in plan.risk] == ["诉求类型：投诉", "低于60分"]
    assert plan.risk[0].takes_all
    assert plan.control == 0.5


def test_shipped_plans_are_one_a_period() -> None:
    plans = {name: load_plan(name) for name in shipped_plans()}
    assert {name: plan.every for name, plan in plans.items()} == {"daily": "day", "weekly": "week", "monthly": "month"}
    assert all(plan.id == name for name, plan in plans.items())
    weekly = plans["weekly"].per_agent
    assert (weekly.size(10).n, weekly.size(200).n) == (7, 3)  # published: 5 to 10, and 2 to 3
    assert any(trigger.takes_all and "投诉" in trigger.types for trigger in plans["weekly"].risk)


@pytest.mark.parametrize("name", shipped_plans())
def test_a_plan_comes_back_from_its_document(name: str) -> None:
    plan = load_plan(name)
    again = SamplePlan.model_validate(plan.model_dump(mode="json"))
    assert again == plan
    assert again.key == plan.key


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("id: mine", "id: Mine", 1, "should match pattern"),
        ("title: 我的", "titel: 我的", 2, "unknown field; did you mean 'title'?"),
        ("every: week", "every: year", 3, "'day', 'week' or 'month'"),
        ("  n: 3", "  n: 0", 5, "greater than or equal to 1"),
        ("  n: 3", "  n: 3\n  share: 5%", 5, "write either n (calls) or share (such as 5%), one of both"),
        ("  n: 3", "  share: 0%", 5, "greater than 0"),
        ("  n: 3", "  share: 120%", 5, "less than or equal to 1"),
        ("  n: 3", "  share: some%", 5, "valid number"),
        ("  n: 3", "  n: 3\n  min: 4", 5, "min is 4, but n is 3"),
        ("below_days: 90", "below_day: 90", 7, "unknown field; did you mean 'below_days'?"),
        ("n: 7}", "n: 7}\n    - {below_days: 30, n: 9}", 5, "tenure bands must rise"),
        ("  n: 3", "  share: 60", 5, "60 is more than all; for per cent write 60%"),
        ("types: [投诉]", "types: 投诉", 12, "should be a list"),
        ("  min_seconds: 30", "- min_seconds: 30", 15, "should be a mapping with teams, lines"),
        ("category: true", "category: maybe", 9, "valid boolean"),
        ("[8, 18]", "[18, 8]", 9, "edges of hour must rise"),
        ("[8, 18]", "[8, 25]", 10, "less than or equal to 23"),
        ("[8, 18]", "[8, 18]\n  shares: {办事: 50%}", 9, "allocation given and shares go together"),
        ("[8, 18]", "[8, 18]\n  allocation: given\n  shares: {其他: 50%}", 9, "exactly one of category, hour"),
        ("[8, 18]", "[8, 18]\n  allocation: evenly", 11, "'proportional', 'equal' or 'given'"),
        ("when: request_type", "when: complaint", 12, "'fatal'"),
        ("types: [投诉], ", "", 12, "request_type needs types"),
        ("share: 100%}", "share: 100%, below: 3}", 12, "request_type has no below"),
        (", count: 20", "", 13, "write either count (calls) or share"),
        ("below: 60, count: 20", "below: 60, count: 20, title: 诉求类型：投诉", 12,
         "two triggers are called 诉求类型：投诉"),
        ("min_seconds: 30", "min_seconds: 30\n  max_seconds: 10", 15, "min_seconds is above max_seconds"),
        ("min_seconds: 30", "min_second: 30", 15, "unknown field; did you mean 'min_seconds'?"),
        ("filters:", "id: twice\nfilters:", 14, "id is there twice"),
    ],
)  # fmt: skip
def test_a_bad_plan_is_refused_with_line_and_reason(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    assert old in VALID
    path = write(tmp_path, VALID.replace(old, new, 1))
    with pytest.raises(ConfigError) as refused:
        load_plan(path)
    assert f"{path}, line {line}: " in str(refused.value)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("strata", "reason"),
    [
        ("{allocation: equal}", "equal parts of what?"),
        ("{duration: [60], allocation: given, shares: {60秒以下: 50%}}", "the bands are 60秒以下, 60秒以上"),
        ("{hour: [12], allocation: given, shares: {早上: 50%, 其他: 50%}}", "the bands are 00-12点, 12-24点"),
        ("{duration: [60], allocation: given, shares: {60秒以下: 50％, 60秒以上: 80%}}", "shares add up to 1.3"),
        ("{category: true, allocation: given, shares: {环境保护: 50%}}", "其他 stands for what is not named"),
    ],
)
def test_given_shares_cover_everything(tmp_path: Path, strata: str, reason: str) -> None:
    text = "id: mine\ntitle: 我的\nevery: day\nper_agent: {n: 1}\nstrata: " + strata
    with pytest.raises(ConfigError, match="line 5: strata") as refused:
        load_plan(write(tmp_path, text))
    assert reason in str(refused.value)


def test_items_are_those_of_the_rubric(tmp_path: Path) -> None:
    text = VALID.replace("{when: total_below, below: 60,", "{when: item_violated, items: [openning],")
    path = write(tmp_path, text)
    assert load_plan(path).unknown_items({"openning"}) == []
    with pytest.raises(ConfigError, match="line 13: the rubric has no item openning; did you mean 'opening'?"):
        load_plan(path, {"opening", "closing"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "expected a mapping with id"), ("- 1", "expected a mapping with id"), ("id: [", "not valid YAML")],
)
def test_what_is_no_plan_at_all(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        load_plan(write(tmp_path, text))


def test_an_unknown_name_lists_the_shipped_ones() -> None:
    with pytest.raises(ConfigError, match="no plan is called 'wekly'; shipped: daily, monthly, weekly"):
        load_plan("wekly")


@pytest.mark.parametrize(
    ("trigger", "call", "fires"),
    [
        ("{when: fatal, count: 1}", {"fatal": True}, True),
        ("{when: needs_review, count: 1}", {"needs_review": True}, True),
        ("{when: no_total, count: 1}", {"scored": True}, True),
        ("{when: no_total, count: 1}", {"scored": False}, False),
        ("{when: total_below, below: 60, count: 1}", {"total": 59.9}, True),
        ("{when: total_below, below: 60, count: 1}", {"total": 60.0}, False),
        ("{when: total_below, below: 60, count: 1}", {"total": None}, False),
        ("{when: item_violated, items: [opening], count: 1}", {"violated": frozenset({"opening"})}, True),
        ("{when: item_violated, items: [opening], count: 1}", {"violated": frozenset({"closing"})}, False),
        ("{when: hangup_by_agent, count: 1}", {"hangup_by": "agent"}, True),
        ("{when: hangup_by_agent, count: 1}", {"hangup_by": "citizen"}, False),
        ("{when: confidence_below, below: 0.6, count: 1}", {"confidence": 0.5}, True),
        ("{when: confidence_below, below: 0.6, count: 1}", {"confidence": None}, False),
        ("{when: request_type, types: [投诉, 举报], count: 1}", {"request_type": "举报"}, True),
        ("{when: request_type, types: [投诉], count: 1}", {"request_type": ""}, False),
    ],
)
def test_what_fires_a_trigger(tmp_path: Path, trigger: str, call: dict[str, object], fires: bool) -> None:
    text = f"id: mine\ntitle: 我的\nevery: day\nper_agent: {{n: 1}}\nrisk: [{trigger}]"
    (only,) = load_plan(write(tmp_path, text)).risk
    assert only.fires(FrameCall("c", "a", **call)) is fires  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("filters", "call", "kept"),
    [
        ("{}", {"scored": True}, True),
        ("{}", {"scored": False}, False),
        ("{scored_only: false}", {"scored": False}, True),
        ("{teams: [A组]}", {"scored": True, "team": "B组"}, False),
        ("{lines: ['12345']}", {"scored": True, "line": "12345"}, True),
        ("{directions: [outbound]}", {"scored": True, "direction": "inbound"}, False),
        ("{min_seconds: 30}", {"scored": True, "seconds": 30.0}, True),
        ("{min_seconds: 30}", {"scored": True, "seconds": None}, False),
        ("{max_seconds: 30}", {"scored": True, "seconds": 30.1}, False),
    ],
)
def test_what_a_filter_keeps(tmp_path: Path, filters: str, call: dict[str, object], kept: bool) -> None:
    text = f"id: mine\ntitle: 我的\nevery: day\nper_agent: {{n: 1}}\nfilters: {filters}"
    plan = load_plan(write(tmp_path, text))
    assert plan.filters.keep(FrameCall("c", "a", **call)) is kept  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("every", "period", "first", "last"),
    [
        ("day", "2026-11-24", date(2026, 11, 24), date(2026, 11, 24)),
        ("week", "2026-W47", date(2026, 11, 16), date(2026, 11, 22)),
        ("week", "2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("week", "2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("month", "2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("month", "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_days_of_a_period(every: str, period: str, first: date, last: date) -> None:
    assert days_of(every, period) == (first, last)  # type: ignore[arg-type]
    assert period_of(every, first) == period_of(every, last) == period  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("every", "period"),
    [("day", "2026-11"), ("day", "20261124"), ("week", "2026-W54"), ("week", "2026-11"), ("month", "2026-13"),
     ("month", "2026-W47"), ("week", "")],
)  # fmt: skip
def test_what_is_no_period(every: str, period: str) -> None:
    with pytest.raises(ConfigError, match=f"is no {every}; write it as 2026"):
        days_of(every, period)  # type: ignore[arg-type]


def test_the_last_period_that_is_over() -> None:
    monday = date(2026, 11, 23)
    assert last_whole("day", monday) == "2026-11-22"
    assert last_whole("week", monday) == "2026-W47"
    assert last_whole("week", date(2026, 11, 22)) == "2026-W46"
    assert last_whole("month", monday) == "2026-10"


@pytest.mark.parametrize(
    ("every", "drawn", "periods"),
    [
        ("day", (), ["2026-11-24"]),
        ("day", ("2026-11-24",), []),
        ("day", ("2026-11-21", "2026-11-20"), ["2026-11-22", "2026-11-23", "2026-11-24"]),
        ("day", ("2025-11-24",), [f"2026-11-{day}" for day in range(18, 25)]),
        ("week", ("2026-W44", "2026-11-20", "2026-10"), ["2026-W45", "2026-W46", "2026-W47"]),
        ("month", ("2026-08",), ["2026-09", "2026-10"]),
        ("month", ("2026-11",), []),
    ],
)
def test_what_is_due_after_nights_without_a_run(every: Every, drawn: tuple[str, ...], periods: list[str]) -> None:
    assert due(every, drawn, date(2026, 11, 25)) == periods
