"""Samples at the command line: drawn, given out and summed up."""

import re
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

import pandas as pd
import pytest
from nights import QUIET
from own_plan import MONDAY, PLAN, WEEK, drawn, write_plan
from people import refused, told

from callqa.errors import ConfigError
from callqa.records import Review
from callqa.settings import IngestSettings, Settings
from callqa.types import Verdict
from flows.night import RESCORE
from flows.runner import run_night
from flows.stage import in_this_process
from scoring.sampling import days_of
from services.context import RubricContext, open_rubric_set
from services.review.reviews import review_call
from services.sampling import draw as sampling
from services.sampling.estimate import estimate
from store.people import assignments, samples

OWN = """\
id: own
version: "1"
title: 晚班评分表
fatal_cap: 0
applies_to: {teams: [B组]}
groups:
  - id: all
    title: 全部
    items:
      - {id: greeting, title: 问候, points: 5, needs: [opening]}
"""


@pytest.fixture
def plan(tmp_path: Path) -> str:
    return write_plan(tmp_path)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.sample._now", lambda: MONDAY)


@pytest.mark.usefixtures("chinese")
def test_a_sample_is_drawn_once_and_kept(scored: Settings, plan: str) -> None:
    output = told(scored, "sample", "draw", plan, "--period", WEEK, "--by", "王丽")
    assert re.search(r"已抽取 \d+ 通，候选 21 通，种子 [0-9a-f]{16}；", output)
    first = drawn(scored)
    agents = {sampled.agent_id for sampled in first}
    assert len(agents) == 6
    assert all(sum(sampled.agent_id == agent for sampled in first) >= 2 for agent in agents)
    again = told(scored, "sample", "draw", plan, "--period", WEEK, "--by", "李明")
    assert "此前已由 王丽 抽取" in again
    assert drawn(scored) == first
    listed = told(scored, "sample", "list")
    assert "我的抽检" in listed
    assert listed.count(WEEK) == 1


@pytest.mark.usefixtures("chinese")
def test_the_sample_as_a_table_and_a_file(scored: Settings, plan: str, tmp_path: Path) -> None:
    told(scored, "sample", "draw", plan, "--period", WEEK, "--by", "王丽", "--seed", "2026")
    shown = told(scored, "sample", "show", "mine", WEEK)
    assert all(sampled.drawn.call_id in shown for sampled in drawn(scored))
    file = tmp_path / "calls.csv"
    assert f"通已写入 {file}" in told(scored, "sample", "show", plan, WEEK, "--csv", str(file))
    table = pd.read_csv(file, dtype={"工号": str})
    assert list(table["通话编号"]) == [sampled.drawn.call_id for sampled in drawn(scored)]
    assert (table["权重"] * table["入选概率"]).tolist() == pytest.approx([1] * len(table), rel=0.01)
    assert (table["权重"]).sum() == pytest.approx(21, abs=0.1)
    assert "given:2026" in told(scored, "sample", "list")  # nobody takes it for chance


@pytest.mark.usefixtures("chinese")
def test_looking_first_keeps_nothing(scored: Settings, plan: str) -> None:
    first_drawing, same, other = (
        told(scored, "sample", "draw", plan, "--period", WEEK, "--dry-run", "--seed", seed) for seed in ("1", "1", "2")
    )
    assert first_drawing == same != other
    assert "试抽，未保存" in first_drawing
    assert "还没有抽取过" in told(scored, "sample", "list")
    told(scored, "sample", "draw", plan, "--period", WEEK, "--by", "王丽", "--seed", "1")
    assert all(call.drawn.call_id in first_drawing for call in drawn(scored))  # what was looked at is what is drawn


def test_a_kept_seed_draws_the_same_calls_again(scored: Settings, plan: str) -> None:
    """So that anybody can see that nobody chose the calls; also after a later sample has drawn others."""
    with open_rubric_set(scored) as rubric_set:
        chosen = sampling.plan_for(rubric_set, plan)
        sampling.draw_sample(rubric_set, sampling.plan_for(rubric_set, "daily"), "2026-11-09", "1", "王丽", MONDAY)
        kept, _ = sampling.draw_sample(rubric_set, chosen, WEEK, "2", "王丽", MONDAY)
        later = Path(plan).with_name("later.yaml")
        later.write_text(PLAN.replace("id: mine", "id: later"), encoding="utf-8")
        sampling.draw_sample(rubric_set, sampling.plan_for(rubric_set, str(later)), WEEK, "1", "王丽", MONDAY)
        again = sampling.look(rubric_set, chosen, WEEK, kept.seed).result
    assert sorted((sampled.drawn for sampled in drawn(scored)), key=lambda call: call.call_id) == list(again.calls)
    assert again.n_candidates == kept.n_candidates


def test_no_call_twice_over_plans_and_periods(scored: Settings, plan: str) -> None:
    Path(plan).write_text(PLAN.replace("n: 2", "n: 1"), encoding="utf-8")
    with open_rubric_set(scored) as rubric_set:
        for name, period in ((plan, WEEK), (plan, "2026-W47"), ("daily", "2026-11-10"), ("daily", "2026-11-11")):
            sampling.draw_sample(rubric_set, sampling.plan_for(rubric_set, name), period, "4", "王丽", MONDAY)
        with rubric_set[0].store.read() as c:
            ids = [sampled.drawn.call_id for kept in samples.samples(c) for sampled in samples.calls_of(c, kept.pk)]
            assert len(samples.samples(c)) == 4
    assert len(ids) == len(set(ids))


def test_check_says_what_a_plan_would_draw(scored: Settings, plan: str) -> None:
    output = told(scored, "sample", "check", plan)
    assert "plan mine is right: 我的抽检" in output
    assert "would be drawn from 2026-W47 (18 candidates)" in output
    assert "2026-10 has no call to draw" in (output := told(scored, "sample", "check", "monthly"))
    assert "look at the plan's conditions" in output
    Path(plan).write_text(PLAN.replace("total_below, below: 60", "request_type, types: [透诉]"), encoding="utf-8")
    assert re.search(
        "[rR]equest type: 透诉 +│ +0 │ +0 │", told(scored, "sample", "check", plan)
    )  # misspelt, and it shows


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["check", "PLAN"], "mine.yaml, line 4: per_agent.m: unknown field"),
        (["draw", "PLAN", "--by", "王丽"], "mine.yaml, line 4: per_agent.m: unknown field"),
    ],
)
def test_a_bad_plan_changes_nothing(scored: Settings, plan: str, arguments: list[str], reason: str) -> None:
    Path(plan).write_text(PLAN.replace("{n: 2}", "{m: 2}"), encoding="utf-8")
    assert reason in refused(scored, "sample", *(plan if word == "PLAN" else word for word in arguments))
    assert "nothing was drawn yet" in told(scored, "sample", "list")


def test_items_of_triggers_are_those_of_the_rubric(scored: Settings, plan: str) -> None:
    Path(plan).write_text(PLAN.replace("total_below, below: 60", "item_violated, items: [openin]"), encoding="utf-8")
    assert "line 7: the rubric has no item openin; did you mean 'opening'?" in refused(scored, "sample", "check", plan)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["draw", "weekly"], "say who draws, with --by NAME"),
        (["draw", "weekly", "--by", "王丽", "--period", "2026-11"], "'2026-11' is no week; write it as 2026-W47"),
        (["draw", "weekly", "--by", "王丽", "--period", "2026-W48"], "2026-W48 is not over before the end of"),
        (["draw", "weekly", "--by", "王丽", "--period", "2026-W40"], "no call of 2026-W40 can be drawn by plan weekly"),
        (["show", "weekly", WEEK], f"plan weekly has no sample of {WEEK}; samples: none"),
        (["estimate", "weekly", WEEK], f"plan weekly has no sample of {WEEK}; samples: none"),
    ],
)  # fmt: skip
def test_what_is_refused(scored: Settings, arguments: list[str], reason: str) -> None:
    assert reason in refused(scored, "sample", *arguments)


@pytest.mark.usefixtures("chinese")
def test_a_long_look_says_that_it_is_cut(scored: Settings, plan: str) -> None:
    Path(plan).write_text(
        PLAN.replace("{n: 2}", "{share: 100%}").replace("every: week", "every: month"), encoding="utf-8"
    )
    assert "将抽取的通话（前 40 通）" in told(scored, "sample", "draw", plan, "--period", "2026-11", "--dry-run")


def test_an_unfinished_period_can_be_looked_at(scored: Settings) -> None:
    day = datetime(2026, 11, 12, 2, tzinfo=UTC)
    with open_rubric_set(scored) as rubric_set:
        weekly = sampling.plan_for(rubric_set, "weekly")
        with pytest.raises(ConfigError, match="look at it now with --dry-run"):
            sampling.draw_sample(rubric_set, weekly, WEEK, None, "王丽", day)
        assert sampling.look(rubric_set, weekly, WEEK, "1").result.calls


def test_a_changed_plan_waits_for_the_next_period(scored: Settings, plan: str) -> None:
    told(scored, "sample", "draw", plan, "--period", WEEK, "--by", "王丽")
    Path(plan).write_text(PLAN.replace("n: 2", "n: 1"), encoding="utf-8")
    assert "holds from the next period on" in refused(scored, "sample", "draw", plan, "--period", WEEK, "--by", "王丽")
    told(scored, "sample", "draw", plan, "--period", "2026-W45", "--by", "王丽")


def test_new_agents_are_heard_more_often(scored: Settings, plan: str, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    lines = (f"{3000 + n},A组,{'2026-10-01' if n == 1 else '2020-01-01'}" for n in range(6))
    roster.write_text("\n".join(["agent_id,team,hired_on", *lines]), encoding="utf-8")
    text = PLAN.replace("{n: 2}", "{n: 1, tenure: [{below_days: 90, n: 3}]}").replace("risk:", "").split("  - ")[0]
    Path(plan).write_text(text, encoding="utf-8")
    settings = scored.model_copy(update={"ingest": IngestSettings(roster=roster)})
    with open_rubric_set(settings) as rubric_set:
        calls = sampling.look(rubric_set, sampling.plan_for(rubric_set, plan), WEEK, "1").result.calls
    counts = {agent: sum(call.stratum == agent for call in calls) for agent in ("3000", "3001", "3002")}
    assert counts == {"3000": 1, "3001": 3, "3002": 1}


def hear(context: RubricContext, call_id: str, verdict: Verdict) -> None:
    """A person's word on the opening of a call."""
    word = Review(f"{call_id}:opening", call_id, "opening", "override", "王丽", MONDAY, verdict, reason="听过")
    review_call(context, word)


def hear_all(context: RubricContext, ids: list[str]) -> None:
    """People find every other opening wrong, whatever the machine said."""
    for call_id in ids:
        hear(context, call_id, Verdict.VIOLATED if int(call_id[-1]) % 2 else Verdict.MET)


def people_of(context: RubricContext, period: str = WEEK) -> list[samples.Candidate]:
    with context.store.read() as c:
        return list(samples.candidates(c, context.keys, *days_of("week", period)))


def test_an_estimate_needs_ears(scored: Settings, plan: str) -> None:
    told(scored, "sample", "draw", plan, "--period", WEEK, "--by", "王丽")
    why = refused(scored, "sample", "estimate", "mine", WEEK)
    assert "nobody has heard a call of mine 2026-W46 yet" in why
    assert "callqa sample assign mine 2026-W46 --to NAME --by NAME" in why


def test_a_sample_of_all_calls_is_what_people_said(scored: Settings, plan: str) -> None:
    """Part of the calls were drawn by an earlier sample, the worst ones: they count for themselves."""
    Path(plan).write_text(PLAN.replace("{n: 2}", "{share: 100%}").split("risk:")[0], encoding="utf-8")
    with open_rubric_set(scored) as rubric_set:
        machine_mean = fmean(call.total for call in people_of(rubric_set[0]) if call.total is not None)
        sampling.draw_sample(rubric_set, sampling.plan_for(rubric_set, "daily"), "2026-11-12", None, "王丽", MONDAY)
        stored, _ = sampling.draw_sample(rubric_set, sampling.plan_for(rubric_set, plan), WEEK, None, "王丽", MONDAY)
        hear_all(rubric_set[0], [call.call_id for call in people_of(rubric_set[0])])
        estimated = estimate(rubric_set, stored)
        people = people_of(rubric_set[0])
    assert estimated.n_earlier > 0
    assert estimated.n_earlier + estimated.n_drawn == estimated.n_calls == len(people) == 21
    truth = fmean(call.total for call in people if call.total is not None)
    assert estimated.total.estimate.value == pytest.approx(truth)
    assert estimated.total.estimate.low == pytest.approx(truth)
    assert estimated.total.machine == pytest.approx(machine_mean)
    both = [call.total - call.machine_total for call in people if call.total is not None and call.machine_total]
    assert estimated.difference.estimate.value == pytest.approx(fmean(both))
    openings = [call.verdicts[0] for call in people if call.verdicts]
    assert set(openings) == {"m", "v"}
    assert estimated.items["opening"].estimate.value == pytest.approx(openings.count("m") / len(openings))


def test_calls_of_several_rubrics_are_drawn_together(scored: Settings, plan: str, tmp_path: Path) -> None:
    rubric_path = tmp_path / "own.yaml"
    rubric_path.write_text(OWN, encoding="utf-8")
    settings = scored.model_copy(update={"rubric": f"pudong-12345,{rubric_path}"})
    with open_rubric_set(settings) as rubric_set:
        run_night(rubric_set, "test", RESCORE, in_this_process, QUIET)
        Path(plan).write_text(
            PLAN.replace("total_below, below: 60", "item_violated, items: [greeting]"), encoding="utf-8"
        )
        stored, _ = sampling.draw_sample(rubric_set, sampling.plan_for(rubric_set, plan), WEEK, "1", "王丽", MONDAY)
        with rubric_set[0].store.read() as c:
            calls = samples.calls_of(c, stored.pk)
        assert stored.n_candidates == 21
        assert {sampled.team for sampled in calls} == {"A组", "B组"}
        assert {sampled.team for sampled in calls if sampled.drawn.why != "随机"} == {"B组"}
        for sampled in calls:
            if sampled.team == "A组":
                hear(rubric_set[0], sampled.drawn.call_id, Verdict.MET)
        estimated = estimate(rubric_set, stored)
    assert estimated.items["opening"].estimate.value == 1.0
    assert estimated.items["greeting"].machine is not None
    assert estimated.items["greeting"].estimate.n == 0


@pytest.mark.usefixtures("chinese")
def test_an_estimate_as_people_read_it(scored: Settings, plan: str) -> None:
    told(scored, "sample", "draw", plan, "--period", WEEK, "--by", "王丽", "--seed", "1")
    ids = [sampled.drawn.call_id for sampled in drawn(scored)]
    with open_rubric_set(scored) as rubric_set:
        hear_all(rubric_set[0], ids[:-1])
        stored = sampling.find_sample(rubric_set, "mine", WEEK)
        estimated = estimate(rubric_set, stored)
    output = told(scored, "sample", "estimate", "mine", WEEK)
    assert f"抽取 {len(ids)} 通，已听 {len(ids) - 1} 通；代表 21 通" in output
    assert "未听的通话按同层已听的通话估计" in output
    assert estimated.total.estimate.low is not None
    assert estimated.total.estimate.high is not None
    assert estimated.total.estimate.value is not None
    assert estimated.total.estimate.low < estimated.total.estimate.value < estimated.total.estimate.high
    assert f"{estimated.total.estimate.value:.1f}".rstrip("0").rstrip(".") in output
    assert "开头语 合格率%" in output


@pytest.mark.usefixtures("chinese")
def test_a_sample_is_given_out_and_heard(scored: Settings, plan: str) -> None:
    told(scored, "sample", "draw", plan, "--period", WEEK, "--by", "张强", "--seed", "1")
    output = told(scored, "sample", "assign", "mine", WEEK, "--to", "王丽:2", "--to", "李明", "--by", "张强")
    ids = [sampled.drawn.call_id for sampled in drawn(scored)]
    counts = dict(re.findall(r"(\S+)：(\d+) 通", output))
    assert set(counts) == {"王丽", "李明"}
    assert sum(map(int, counts.values())) == len(ids)
    assert "没有未分配的通话" in told(scored, "sample", "assign", plan, WEEK, "--to", "李明", "--by", "张强")
    assert not any(sampled.heard for sampled in drawn(scored))
    with open_rubric_set(scored) as rubric_set:
        hear(rubric_set[0], ids[0], Verdict.MET)  # a word, but whoever was asked is not done
        with rubric_set[0].store.read() as c:
            asked = {
                stored.assignment.call_id: stored.assignment.reviewer for stored in assignments.open_assignments(c)
            }
    assert not any(sampled.heard for sampled in drawn(scored))
    told(scored, "queue", "done", ids[1], "--by", asked[ids[1]])
    assert [sampled.drawn.call_id for sampled in drawn(scored) if sampled.heard] == [ids[1]]
