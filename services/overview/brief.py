"""Sentences on what went well and badly in a month; only what chance does not explain is called a change."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from callqa.messages import Message
from scoring.figures import ItemRate, rank, share_change
from scoring.rubric import Rubric
from services.agents.ranking import changes_of
from services.figures.period import PeriodFigures
from services.wording import NO_TEAM

MOST = 3
LEAST_SCORED = 20
"""Calls that an item counted in, for its share to be worth a sentence. Ours."""
About = Literal["item", "team", "agents"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence, and whose figures it rests on."""

    text: Message
    about: About
    name: str = ""
    """The item's id, or the team."""


def good_remarks(rubric: Rubric, now: PeriodFigures, before: PeriodFigures | None) -> tuple[Remark, ...]:
    """The best three things of the month, changes first."""
    return _first(
        [*_items_moved(rubric, now, before, 1), *_teams(now, "high"), *_agents(now, "high"), *_best(rubric, now)]
    )


def bad_remarks(rubric: Rubric, now: PeriodFigures, before: PeriodFigures | None) -> tuple[Remark, ...]:
    """The worst three, likewise."""
    fallen = [*_items_moved(rubric, now, before, -1), *_agents_fallen(now, before)]
    return _first([*fallen, *_weakest(rubric, now), *_teams(now, "low"), *_agents(now, "low")])


def _first(remarks: list[Remark]) -> tuple[Remark, ...]:
    """The first three, none of them about an item or team of which another one speaks."""
    by_subject: dict[tuple[About, str], Remark] = {}
    for remark in remarks:
        by_subject.setdefault((remark.about, remark.name or remark.text.text("zh")), remark)
    return tuple(by_subject.values())[:MOST]


def _items_moved(
    rubric: Rubric, now: PeriodFigures, before: PeriodFigures | None, sign: Literal[1, -1]
) -> Iterator[Remark]:
    """Items whose pass rate has surely risen, or fallen, the farthest first."""
    if before is None or before.everyone is None or now.everyone is None:
        return
    earlier = {rate.item_id: rate for rate in before.everyone.items}
    moves = []
    for rate in now.everyone.items:
        change = share_change(earlier[rate.item_id], rate) if rate.item_id in earlier else None
        if change is not None and change.sure and change.change * sign > 0:
            moves.append((-abs(change.change), rate.item_id, earlier[rate.item_id].rate, rate.rate))
    words = "“{item}”合格率由 {before} 升至 {now}。" if sign > 0 else "“{item}”合格率由 {before} 降至 {now}。"
    for _, item_id, was, becomes in sorted(moves):
        fields = {"item": rubric.titles[item_id], "before": _percent(was), "now": _percent(becomes)}
        yield Remark(Message(words, **fields), "item", item_id)


def _teams(now: PeriodFigures, band: Literal["high", "low"]) -> Iterator[Remark]:
    """Teams that are surely above the mean of all, or below it."""
    standings = [standing for standing in rank(list(now.teams.values())) if standing.band == band]
    words = "{team}平均 {mean} 分，明显高于全体。" if band == "high" else "{team}平均 {mean} 分，明显低于全体。"
    for standing in standings if band == "high" else reversed(standings):
        (team,) = standing.names
        mean = now.teams[team].mean
        yield Remark(Message(words, team=team or Message(NO_TEAM), mean=f"{mean:.1f}"), "team", team)


def _agents(now: PeriodFigures, band: Literal["high", "low"]) -> Iterator[Remark]:
    n = sum(standing.band == band for standing in now.standings.values())
    words = "{n} 名坐席优秀，均分明显高于全体。" if band == "high" else "{n} 名坐席待提高，均分明显低于全体。"
    if n:
        yield Remark(Message(words, n=n), "agents")


def _agents_fallen(now: PeriodFigures, before: PeriodFigures | None) -> Iterator[Remark]:
    n = sum(change.sure and change.change < 0 for change in changes_of(now, before).values())
    if n:
        yield Remark(Message("{n} 名坐席的均分比上月明显下降。", n=n), "agents")


def _best(rubric: Rubric, now: PeriodFigures) -> Iterator[Remark]:
    """Items that are passed most surely."""
    for rate in sorted(_counted(rubric, now), key=lambda rate: -(rate.low or 0.0)):
        fields = {"item": rubric.titles[rate.item_id], "share": _percent(rate.rate)}
        yield Remark(Message("“{item}”做得最好，合格率 {share}。", **fields), "item", rate.item_id)


def _weakest(rubric: Rubric, now: PeriodFigures) -> Iterator[Remark]:
    """Items that surely fail most."""
    for rate in sorted(_counted(rubric, now), key=lambda rate: rate.high or 0.0):
        if rate.passed < rate.scored:
            fields = {"item": rubric.titles[rate.item_id], "n": rate.scored, "failed": rate.scored - rate.passed}
            words = "“{item}”最薄弱，{n} 通中 {failed} 通不合格。"
            yield Remark(Message(words, **fields), "item", rate.item_id)


def _counted(rubric: Rubric, now: PeriodFigures) -> list[ItemRate]:
    fatal = {item.id for item in rubric.items if item.fatal}
    rates = now.everyone.items if now.everyone else ()
    return [rate for rate in rates if rate.scored >= LEAST_SCORED and rate.item_id not in fatal]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f}%"
