"""Agents and teams as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from callqa.days import Days
from scoring import score_sheet
from scoring.figures import Figures, MeanChange, Standing
from services.agents.facts import AgentFacts, ItemStanding
from services.agents.own_calls import failed_items
from services.agents.ranking import RankedAgent
from services.agents.teams import TeamFacts
from services.context import RubricContext, RubricSet
from store.calls.call_list import ListedCall
from web.access.request_context import RequestContext
from web.charts import Chart, Mark, Series
from web.overview.view import ItemLine, calls_href, item_line, rounded, team_name
from web.periods import Period


@dataclass(frozen=True, slots=True)
class Change:
    """Of a mean since the month before, with its 95 % interval."""

    points: float
    low: float
    high: float
    sure: bool


@dataclass(frozen=True, slots=True)
class RankingLine:
    """One agent in the ranking."""

    team: str
    agent_id: str
    href: str
    standing: Standing | None
    """``None`` without a total."""
    n_calls: int
    n_waiting: int
    n_fatal: int
    mean: float | None
    adjusted: float | None
    """What the agent would have with calls as others have them."""
    change: Change | None
    weakest: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """How an agent or team passes an item; shares of 0 to 1."""

    id: str
    title: str
    group: str
    passed: int
    scored: int
    rate: float | None
    low: float | None
    high: float | None
    team: float | None
    """Of the whole team."""
    others: float | None
    """Of all others; ``None`` also for who may not see them."""
    standing: str
    """strength, gap or "": the difference from the others may be chance."""
    href: str
    """The calls that failed it."""


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team beside the others."""

    team: str
    name: str
    href: str
    n_agents: int
    n_calls: int
    n_waiting: int
    mean: float | None
    low: float | None
    high: float | None
    change: Change | None
    direction: str
    """Over the weeks: up, down or unclear; "" with fewer than two."""
    weakest: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class RecentCall:
    """A call of the agent."""

    call_pk: int
    call_id: str
    started_at: datetime
    category: str
    seconds: float
    total: float | None
    needs_review: bool
    fatal: bool
    confirmed: bool
    """A person confirmed the fatal item."""
    failed: tuple[str, ...]
    """Titles of the items."""


def ranking_line(rubric_context: RubricContext, period: Period, days: Days, one: RankedAgent) -> RankingLine:
    figures = one.figures
    return RankingLine(
        team=one.team,
        agent_id=one.agent_id,
        href=period.href("/agent", id=one.agent_id),
        standing=one.standing,
        n_calls=figures.n_calls,
        n_waiting=figures.n_waiting,
        n_fatal=figures.n_fatal,
        mean=figures.mean,
        adjusted=one.mix.adjusted if one.mix else None,
        change=change_of(one.change),
        weakest=tuple(item_line(rubric_context, rate, days, agent=one.agent_id) for rate in one.weakest),
    )


def ranking_chart(context: RequestContext, lines: Sequence[RankingLine], mean: float | None) -> Chart:
    """The means that rank, with their intervals."""
    say, ranked = context.say, [line for line in lines if line.standing]
    standings = [line.standing for line in ranked if line.standing]
    series = Series(
        say("排名均分"),
        tuple(rounded(one.mean) for one in standings),
        tuple(rounded(one.low) for one in standings),
        tuple(rounded(one.high) for one in standings),
    )
    return Chart(
        say("排名均分与 95% 置信区间"),
        say("坐席"),
        tuple(f"{line.agent_id} {line.team}".strip() for line in ranked),
        (series,),
        say("分"),
        marks=() if mean is None else (Mark(round(mean, 1), say("全部平均")),),
        links=tuple(line.href for line in ranked),
    )


def item_rows(
    rubric_context: RubricContext,
    days: Days,
    items: Sequence[ItemStanding],
    with_others: bool = True,
    with_team: bool = True,
    **calls: str,
) -> tuple[ItemRow, ...]:
    """In the order of the rubric. ``calls``: whose failed calls an item leads to."""
    groups = {item.id: group.title for group in rubric_context.rubric.groups for item in group.items}
    return tuple(
        ItemRow(
            id=one.own.item_id,
            title=rubric_context.rubric.titles[one.own.item_id],
            group=groups[one.own.item_id],
            passed=one.own.passed,
            scored=one.own.scored,
            rate=one.own.rate,
            low=one.own.low,
            high=one.own.high,
            team=one.team.rate if with_team else None,
            others=one.others.rate if with_others else None,
            standing="strength" if one.is_strength else "gap" if one.is_gap else "",
            href=calls_href(days, failed=one.own.item_id, **calls),
        )
        for one in items
    )


def team_line(
    context: RequestContext, rubric_context: RubricContext, period: Period, days: Days, one: TeamFacts
) -> TeamLine:
    figures = one.figures
    return TeamLine(
        team=one.team,
        name=team_name(context, one.team),
        href=period.href("/team", name=one.team),
        n_agents=one.n_agents,
        n_calls=figures.n_calls,
        n_waiting=figures.n_waiting,
        mean=figures.mean,
        low=figures.low,
        high=figures.high,
        change=change_of(one.change),
        direction=one.trend.direction if one.trend else "",
        weakest=tuple(item_line(rubric_context, rate, days, team=one.team) for rate in one.weakest),
    )


def teams_chart(context: RequestContext, lines: Sequence[TeamLine], mean: float | None) -> Chart:
    say, scored = context.say, [line for line in lines if line.mean is not None]
    series = Series(
        say("平均分"),
        tuple(rounded(line.mean) for line in scored),
        tuple(rounded(line.low) for line in scored),
        tuple(rounded(line.high) for line in scored),
    )
    return Chart(
        say("班组平均分与 95% 置信区间"),
        say("班组"),
        tuple(line.name for line in scored),
        (series,),
        say("分"),
        marks=() if mean is None else (Mark(round(mean, 1), say("全部平均")),),
        links=tuple(line.href for line in scored),
    )


def heat_chart(context: RequestContext, rubric_context: RubricContext, teams: Sequence[TeamFacts]) -> Chart:
    """Of each item and team, the share of calls that failed it, in percent."""
    say = context.say
    rows = tuple(
        Series(title, tuple(_failing(team.items[i]) for team in teams))
        for i, title in enumerate(rubric_context.rubric.titles.values())
    )
    labels = tuple(team_name(context, team.team) for team in teams)
    return Chart(say("各班组各项目的不合格率"), say("项目"), labels, rows, "%")


def change_of(one: MeanChange | None) -> Change | None:
    return None if one is None else Change(one.change, one.low, one.high, one.sure)


def recent_call(rubric_set: RubricSet, call: ListedCall) -> RecentCall:
    rubric_context = next(
        (rubric_context for rubric_context in rubric_set if rubric_context.rubric.key == call.rubric_key), None
    )
    sheet = score_sheet("", call.verdicts, rubric_context.rubric, rubric_context.advisory) if rubric_context else None
    failed = failed_items(rubric_context, call.verdicts) if rubric_context else ()
    return RecentCall(
        call_pk=call.call_pk,
        call_id=call.call_id,
        started_at=call.started_at,
        category=call.category,
        seconds=call.seconds,
        total=call.total,
        needs_review=call.needs_review,
        fatal=call.fatal,
        confirmed=sheet is not None and any(item.fatal and item.by_person for item in sheet.items),
        failed=tuple(rubric_context.rubric.titles[item] for item in failed) if rubric_context else (),
    )


def course_name(facts: AgentFacts) -> str:
    """up, down or unclear; "" with fewer than two periods."""
    return facts.trend.direction if facts.trend else ""


@dataclass(frozen=True, slots=True)
class Average:
    """Of a team or of all, without anybody's name."""

    n_calls: int
    mean: float | None
    low: float | None
    high: float | None


def average(one: Figures | None) -> Average | None:
    return None if one is None else Average(one.n_calls, one.mean, one.low, one.high)


def _failing(one: ItemStanding) -> float | None:
    return None if one.own.rate is None else round(100 * (1 - one.own.rate), 1)
