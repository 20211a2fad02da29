"""Sentences on agents and teams: they agree with the figures, and only differences beyond chance are called so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from synthetic import Synthetic, fill_home

from callqa.days import Days
from callqa.settings import AsrSettings, Settings
from scoring.figures import Figures, share_change
from services.agents.facts import AgentFacts, agent_facts, course_days
from services.agents.ranking import fallen, ranking
from services.agents.teams import team_comparison
from services.context import RubricContext, open_context
from services.figures.period import PeriodFigures, period_figures
from services.figures.summary import summarise

OCTOBER, NOVEMBER = Days.of_month("2026-10"), Days.of_month("2026-11")


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory, script: Path) -> Iterator[RubricContext]:
    """Three hundred calls of six agents in two months."""
    settings = Settings(home=tmp_path_factory.mktemp("agents"), asr=AsrSettings(engine="scripted", script=script))
    fill_home(settings, Synthetic(n_calls=300, first_day=date(2026, 10, 1), n_days=61))
    with open_context(settings) as context:
        yield context


@pytest.fixture(scope="module")
def now(context: RubricContext) -> PeriodFigures:
    return period_figures(context, NOVEMBER)


@pytest.fixture(scope="module")
def before(context: RubricContext) -> PeriodFigures:
    return period_figures(context, OCTOBER)


def facts(context: RubricContext, now: PeriodFigures, before: PeriodFigures | None, agent_id: str) -> AgentFacts:
    result = agent_facts(context, now, before, agent_id)
    assert result is not None
    return result


@pytest.mark.parametrize("agent_id", ["3000", "3005"])
def test_an_agent_beside_team_and_all(
    context: RubricContext, now: PeriodFigures, before: PeriodFigures, agent_id: str
) -> None:
    mine = facts(context, now, before, agent_id)
    member = (mine.own.team, agent_id)
    assert mine.own.whole.mean == pytest.approx(now.members[member].mean)
    assert mine.standing == now.standings[member]
    assert mine.team == now.teams[mine.own.team]
    assert mine.mix is not None
    assert mine.mix.adjusted == pytest.approx(now.mixes[member].adjusted)
    for item, everyone, team in zip(mine.items, now.everyone.items, mine.team.items, strict=True):  # type: ignore[union-attr]
        assert item.own.passed + item.others.passed == everyone.passed
        assert item.own.scored + item.others.scored == everyone.scored
        assert item.team == team


def test_only_sure_differences_are_strengths_and_gaps(
    context: RubricContext, now: PeriodFigures, before: PeriodFigures
) -> None:
    everybody = [facts(context, now, before, f"{3000 + n}") for n in range(6)]
    assert sum(len(facts_of_agent.gaps) for facts_of_agent in everybody)
    for facts_of_agent in everybody:
        for item in facts_of_agent.items:
            change = share_change(item.others, item.own)
            if item.sure:  # stricter than the single interval
                assert change is not None
                assert change.sure
                assert (item in facts_of_agent.strengths) == (change.change > 0)
                assert (item in facts_of_agent.gaps) == (change.change < 0)
            else:
                assert item not in (*facts_of_agent.strengths, *facts_of_agent.gaps)


def test_somebody_without_calls_has_no_facts(context: RubricContext, now: PeriodFigures) -> None:
    assert agent_facts(context, now, None, "nobody") is None


@pytest.mark.parametrize("everyone", [True, False])
def test_a_first_call_that_nobody_has_summed_up(context: RubricContext, now: PeriodFigures, everyone: bool) -> None:
    """The peers' figures were kept before the agent's first call was scored."""
    unseen = replace(now, everyone=now.everyone if everyone else None, members={}, standings={}, mixes={}, teams={})
    mine = facts(context, unseen, None, "3001")
    assert (mine.team, mine.standing, mine.mix, mine.change) == (None, None, None, None)
    assert mine.own.whole.n_calls == now.members["B组", "3001"].n_calls


def test_the_course_ends_with_the_days(context: RubricContext, now: PeriodFigures) -> None:
    weeks = facts(context, now, None, "3002").course
    assert [week.period for week in weeks] == [f"2026-W{week}" for week in range(40, 50)]
    months = agent_facts(context, now, None, "3002", "month")
    assert months is not None
    assert [month.period for month in months.course] == ["2026-10", "2026-11"]
    assert months.trend is not None
    assert months.course[-1].mean == pytest.approx(now.members["A组", "3002"].mean)


@pytest.mark.parametrize(
    ("days", "per", "first"),
    [
        (NOVEMBER, "week", "2026-09-07"), (NOVEMBER, "month", "2025-12-01"),
        (Days.of_month("2026-12"), "month", "2026-01-01"), (Days(), "week", "None"),
        (Days.between("2026-11-01", "2026-11-29"), "week", "2026-08-31"),
    ],
)  # fmt: skip
def test_the_course_goes_back_some_whole_periods(days: Days, per: str, first: str) -> None:
    assert str(course_days(days, per).first) == first  # type: ignore[arg-type]
    assert course_days(days, per).last == days.last  # type: ignore[arg-type]


def test_the_ranking_is_that_of_the_summary(context: RubricContext, now: PeriodFigures, before: PeriodFigures) -> None:
    ranked = ranking(now, before)
    assert [agent.standing for agent in ranked] == summarise(context, NOVEMBER).standings()
    assert [agent for agent in ranked if agent.team == "A组"] == list(ranking(now, before, "A组"))
    assert all(agent.change and agent.change.before == before.members[agent.team, agent.agent_id] for agent in ranked)
    assert [agent.change for agent in ranking(now)] == [None] * len(ranked)


def weaker(figures: Figures, points: float) -> Figures:
    assert figures.mean is not None
    return replace(figures, mean=figures.mean - points)


def test_who_fell_is_named(now: PeriodFigures) -> None:
    assert fallen(now, now) == ()
    assert fallen(now, None) == ()
    worse = {member: weaker(figures, 30 * (member[1] == "3001")) for member, figures in now.members.items()}
    (fall,) = fallen(replace(now, members=worse), now)
    assert fall.now.names == ("B组", "3001")
    assert fall.change == pytest.approx(-30)


def test_teams_beside_each_other(now: PeriodFigures, before: PeriodFigures) -> None:
    best, other = team_comparison(now, before)
    assert (best.team, other.team) == ("A组", "B组")
    assert (best.figures, other.figures) == (now.teams["A组"], now.teams["B组"])
    assert best.n_agents == other.n_agents == 3
    assert best.weeks == now.teams_by_week["A组"]
    assert best.change is not None
    assert best.change.before == before.teams["A组"]
    for mine, theirs in zip(best.items, other.items, strict=True):  # of two teams each is all the others
        assert (mine.own.passed, mine.own.scored) == (theirs.others.passed, theirs.others.scored)
        assert mine.sure == theirs.sure


def test_no_calls_no_teams(context: RubricContext) -> None:
    empty = period_figures(context, Days.of_month("2020-01"))
    assert team_comparison(empty) == ()
    assert ranking(empty, empty) == ()
