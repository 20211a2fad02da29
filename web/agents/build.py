"""Agents as their pages show them: from figures, facts and calls to views."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from callqa.call_filter import CallFilter
from callqa.days import Days
from callqa.people import Role
from scoring import score_sheet
from scoring.figures import Figures, ItemRate, MeanChange, Per
from services.agents.facts import AgentFacts, ItemStanding, agent_facts
from services.agents.own_calls import contestable, failed_items, own_appeals
from services.agents.ranking import RankedAgent, ranking
from services.calls.fatal import listed_without_accusations
from services.coaching.find import Example, Weakness, skill_card
from services.context import RubricContext, RubricSet, titles_of
from services.figures.period import PeriodFigures
from store import Connection
from store.calls.call_list import ListedCall, page_of
from store.calls.call_query import CallQuery
from store.people import calibration
from web.access.request_context import NotThere, RequestContext
from web.access.roles import Permission
from web.access.visibility import visibility_of, visible_call
from web.agents.reviews import last_reviews
from web.agents.view import AgentPage, Average, Card, Change, ItemRow, Order, Ranking, RankingLine, RecentCall
from web.charts import Chart, Mark, Series
from web.overview.build import calls_href, course_chart, item_line, rounded, team_name
from web.periods import Asked, Period, figures_before

PAGE = 40
RECENT = 8
"""Calls that are shown; reviews are looked for in more."""
LOOKED_AT = 60
CONTESTABLE_AMONG = 200
APART = 5
LEAST_TEAM = 3
"""Agents of a team whose average is shown to an agent: of two it would tell the other's figures."""


def ranking_line(rubric_context: RubricContext, period: Period, days: Days, agent: RankedAgent) -> RankingLine:
    figures = agent.figures
    return RankingLine(
        team=agent.team,
        agent_id=agent.agent_id,
        href=period.href("/agent", id=agent.agent_id),
        standing=agent.standing,
        n_calls=figures.n_calls,
        n_waiting=figures.n_waiting,
        n_fatal=figures.n_fatal,
        n_flagged=figures.n_flagged,
        mean=figures.mean,
        adjusted=agent.mix.adjusted if agent.mix else None,
        change=change_of(agent.change),
        weakest=tuple(item_line(rubric_context, rate, days, agent=agent.agent_id) for rate in agent.weakest),
    )


def ranking_chart(context: RequestContext, lines: Sequence[RankingLine], mean: float | None) -> Chart:
    """The means that rank, with their intervals."""
    say, ranked = context.say, [line for line in lines if line.standing]
    standings = [line.standing for line in ranked if line.standing]
    series = Series(
        say("排名均分"),
        tuple(rounded(standing.mean) for standing in standings),
        tuple(rounded(standing.low) for standing in standings),
        tuple(rounded(standing.high) for standing in standings),
    )
    return Chart(
        say("排名均分与 95% 置信区间"),
        say("坐席"),
        tuple(f"{context.with_name(line.agent_id)} {line.team}".strip() for line in ranked),
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
            id=item.own.item_id,
            title=rubric_context.rubric.titles[item.own.item_id],
            group=groups[item.own.item_id],
            passed=item.own.passed,
            scored=item.own.scored,
            rate=item.own.rate,
            low=item.own.low,
            high=item.own.high,
            team=item.team.rate if with_team else None,
            others=item.others.rate if with_others else None,
            standing="strength" if item.is_strength else "gap" if item.is_gap else "",
            href=calls_href(days, failed=item.own.item_id, **calls),
        )
        for item in items
    )


def change_of(change: MeanChange | None) -> Change | None:
    return None if change is None else Change(change.change, change.low, change.high, change.sure)


def recent_call(rubric_set: RubricSet, call: ListedCall, is_self: bool) -> RecentCall:
    rubric_context = next(
        (rubric_context for rubric_context in rubric_set if rubric_context.rubric.key == call.rubric_key), None
    )
    sheet = score_sheet("", call.verdicts, rubric_context.rubric, rubric_context.advisory) if rubric_context else None
    failed = failed_items(rubric_context, call.verdicts) if rubric_context else ()
    if is_self:
        call, sheet = listed_without_accusations(call, sheet)
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


def _told(figures: Figures, is_self: bool) -> Figures:
    """Agents are not told of possible fatal faults that nobody has confirmed."""
    return replace(figures, n_flagged=0) if is_self else figures


def average(figures: Figures | None) -> Average | None:
    return None if figures is None else Average(figures.n_calls, figures.mean, figures.low, figures.high)


def _place(agent: RankedAgent, order: Order) -> tuple[bool, float]:
    """Those without the figure come last; a sort that keeps order leaves the rest by rank."""
    figures: dict[Order, float | None] = {
        "rank": 0.0,
        "change": agent.change.change if agent.change else None,
        "adjusted": -agent.mix.adjusted if agent.mix else None,
        "calls": -float(agent.figures.n_calls),
    }
    figure = figures[order]
    return figure is None, figure or 0.0


def _rows_of(rows: Iterable[ItemRow], some: Iterable[ItemStanding]) -> tuple[ItemRow, ...]:
    by_id = {row.id: row for row in rows}
    return tuple(by_id[item.own.item_id] for item in some)


def _is_large(peers: PeriodFigures, team: str) -> bool:
    """Enough for an agent to read the team's figures: of one or two colleagues they would be somebody's own."""
    return sum(member[0] == team for member in peers.members) >= LEAST_TEAM


def _without_colleagues(weakness: Weakness) -> Weakness:
    nothing = ItemRate(weakness.gap.now.item_id, 0, 0, None, None)
    return replace(weakness, gap=replace(weakness.gap, colleagues=nothing, size=0.0))


def _within_visibility(context: RequestContext, c: Connection, weakness: Weakness) -> Weakness:
    return replace(weakness, own=_seen(context, c, weakness.own), good=_seen(context, c, weakness.good))


def _seen(context: RequestContext, c: Connection, example: Example | None) -> Example | None:
    """The example, if the person may know of its call; without its words, if those may be a citizen's own."""
    if example is None or not context.may(Permission.CALLS):
        return None
    try:
        visible_call(context, c, example.candidate.call_pk)
    except NotThere:
        return None
    return example if context.may(Permission.PERSONAL) else replace(example, quote="")


def agent_asked_for(context: RequestContext, asked: str) -> tuple[str, bool]:
    """The agent whose page it is, and whether they look at it themselves. Raises `NotThere`."""
    mine = context.who.agent_id or ""
    if context.who.role is Role.AGENT:
        if not mine or asked not in ("", mine):
            raise NotThere
        return mine, True
    agent_id = asked or mine
    if not agent_id or not context.may(Permission.FIGURES):
        raise NotThere
    return agent_id, False


def _is_known(context: RequestContext, asked: Asked, agent_id: str) -> bool:
    """Whether the agent has a call at all, that the person may know of."""
    with context.desk.store.read() as c:
        return bool(_listed(context, c, agent_id, Days(), 1))


def _listed(
    context: RequestContext, c: Connection, agent_id: str, days: Days, most: int = LOOKED_AT
) -> list[ListedCall]:
    query = CallQuery(context.desk.settings.zone, CallFilter(agent=(agent_id,), days=days), visibility_of(context.who))
    return page_of(c, query, size=most).rows


def _course(context: RequestContext, facts: AgentFacts | None, per: Per, shows_team: bool) -> Chart:
    say = context.say
    title, axis = (say("每周平均分"), say("周")) if per == "week" else (say("每月平均分"), say("月份"))
    mean = facts.team.mean if facts and facts.team and shows_team else None
    marks = () if mean is None else (Mark(round(mean, 1), say("班组平均")),)
    return course_chart(context, title, axis, facts.course if facts else (), marks)


def ranking_page(
    context: RequestContext, asked: Asked, team: str | None, order: Order, page: int, whole: bool
) -> Ranking:
    peers, teams = context.desk.figures.of(asked.rubric_context, asked.days), visibility_of(context.who).teams
    team = team or None
    if team is not None and teams is not None and team not in teams:
        raise NotThere
    visible_teams = sorted(name for name in peers.value.teams if teams is None or name in teams)
    agents = [
        agent
        for agent in ranking(peers.value, figures_before(context, asked), team)
        if teams is None or agent.team in teams
    ]
    agents.sort(key=lambda agent: _place(agent, order))
    n_pages = max(1, -(-len(agents) // PAGE))
    page = min(page, n_pages)
    lines = tuple(
        ranking_line(asked.rubric_context, asked.shown, asked.days, agent)
        for agent in islice(agents, PAGE * (page - 1), PAGE * page)
    )
    mean = peers.value.everyone.mean if peers.value.everyone else None
    intervals = ranking_chart(context, lines, mean)
    return Ranking(
        asked.shown, peers.as_of, order, team, tuple(visible_teams), lines, len(agents), page, n_pages, intervals, whole
    )


def agent_page(context: RequestContext, asked: Asked, id: str, per: Per) -> AgentPage:
    agent_id, is_self = agent_asked_for(context, id)
    teams, peers = visibility_of(context.who).teams, context.desk.figures.of(asked.rubric_context, asked.days)
    facts = agent_facts(asked.rubric_context, peers.value, figures_before(context, asked), agent_id, per, teams)
    if facts is None and not is_self and not _is_known(context, asked, agent_id):
        raise NotThere
    today = context.desk.now().astimezone(asked.rubric_context.zone).date()
    with context.desk.store.read() as c:
        listed = _listed(context, c, agent_id, asked.days)
        last = _listed(context, c, agent_id, Days(), CONTESTABLE_AMONG) if is_self else []
        reviews = last_reviews(context, c, listed, RECENT)
        blind = calibration.judged_by(c, context.who.name)
        contested = (
            own_appeals(context.desk.rubric_set, c, agent_id, hidden=blind) if context.may(Permission.APPEALS) else ()
        )
        open_to = contestable(context.desk.rubric_set, c, last, agent_id, today) if is_self else ()
    everybody = context.may(Permission.FIGURES)
    shows_team = everybody or (facts is not None and _is_large(peers.value, facts.own.team))
    standings = facts.items if facts else ()
    items = item_rows(
        asked.rubric_context, asked.days, standings, with_others=everybody, with_team=shows_team, agent=agent_id
    )
    return AgentPage(
        agent_id=agent_id,
        own=is_self,
        period=asked.shown,
        as_of=peers.as_of,
        today=today,
        per=per,
        teams=tuple(team_name(context, team) for team, _ in facts.own.members) if facts else (),
        figures=_told(facts.own.whole, is_self) if facts else None,
        change=change_of(facts.change) if facts else None,
        standing=facts.standing if facts and everybody else None,
        n_ranked=len(peers.value.standings) if everybody else 0,
        mix=facts.mix if facts else None,
        team=average(facts.team) if facts and shows_team else None,
        everyone=average(facts.everyone) if facts and everybody else None,
        items=items,
        gaps=_rows_of(items, facts.gaps[:APART] if facts else ()),
        strengths=_rows_of(items, facts.strengths[:APART] if facts else ()),
        course=_course(context, facts, per, shows_team),
        trend=facts.trend if facts else None,
        recent=tuple(recent_call(context.desk.rubric_set, call, is_self) for call in listed[:RECENT]),
        appeals=contested,
        contestable=open_to,
        reviews=tuple(reviews),
        titles=titles_of(context.desk.rubric_set),
    )


def skill_card_of(context: RequestContext, asked: Asked, id: str) -> Card:
    """Read after the page itself: it looks for examples in calls."""
    agent_id, _ = agent_asked_for(context, id)
    teams = visibility_of(context.who).teams
    month = asked.shown.month or asked.shown.until[:7]
    card = skill_card(asked.rubric_context, agent_id, month)
    if card is None or (teams is not None and card.team not in teams):
        return Card(month, (), {})
    with context.desk.store.read() as c:
        weaknesses = tuple(_within_visibility(context, c, weakness) for weakness in card.weaknesses)
    peers = context.desk.figures.of(asked.rubric_context, asked.days).value
    if not (context.may(Permission.FIGURES) or _is_large(peers, card.team)):
        weaknesses = tuple(map(_without_colleagues, weaknesses))
    return Card(month, weaknesses, titles_of(context.desk.rubric_set))
