"""Samples as tables with the headings a hotline uses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import tzinfo

import pandas as pd

from callqa.messages import Message
from callqa.records import SampleCall
from scoring.sampling import Draw, SamplePlan
from services.sampling.estimate import Figure, SampleEstimate
from store.people import samples

REASON_COLUMNS = ["入选原因", "候选通话", "抽取", "入选概率"]
CALL_COLUMNS = ["通话编号", "工号", "班组", "通话时间", "入选原因", "层", "入选概率", "权重", "已听"]


def design_table(drawn: Draw, plan: SamplePlan) -> pd.DataFrame:
    """A row for each reason to be drawn: how many calls could be, how many were, and with which chance.

    Triggers that no call fired are there, too: something in them may be misspelt.
    """
    n_calls: defaultdict[str, int] = defaultdict(int)
    chances: defaultdict[str, list[float]] = defaultdict(list)
    n_drawn: defaultdict[str, int] = defaultdict(int)
    for pool in drawn.pools:
        n_drawn[pool.why] += pool.n
        for stratum, ids in pool.strata.items():
            n_calls[pool.why] += len(ids)
            chances[pool.why].append(float(pool.expected[stratum] / len(ids)))
    rows: list[tuple[object, ...]] = [
        (plan.why_words(why), n_calls[why], n_drawn[why], _span(chances[why])) for why in n_calls
    ]
    rows += ((trigger.words, 0, 0, "") for trigger in plan.risk if trigger.name not in n_calls)
    return pd.DataFrame(rows, columns=REASON_COLUMNS)


def reason_table(calls: Iterable[SampleCall], plan: SamplePlan) -> pd.DataFrame:
    """The same of a sample that is kept. A call stands for 1 / probability calls."""
    by_why: defaultdict[str, list[float]] = defaultdict(list)
    for call in calls:
        by_why[call.why].append(call.probability)
    rows = [
        (plan.why_words(why), round(sum(1 / chance for chance in chances)), len(chances), _span(chances))
        for why, chances in sorted(by_why.items())
    ]
    return pd.DataFrame(rows, columns=["入选原因", "代表通话", "抽取", "入选概率"])


def call_table(zone: tzinfo, calls: Iterable[samples.DrawnCall], plan: SamplePlan) -> pd.DataFrame:
    rows = [
        (
            call.drawn.call_id,
            call.agent_id,
            call.team,
            call.started_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            plan.why_words(call.drawn.why),
            plan.strata.words(call.drawn.stratum),
            round(call.drawn.probability, 4),
            round(1 / call.drawn.probability, 2),
            Message("是") if call.heard else "",
        )
        for call in calls
    ]
    return pd.DataFrame(rows, columns=CALL_COLUMNS)


def sample_table(zone: tzinfo, stored: Iterable[samples.StoredSample]) -> pd.DataFrame:
    rows = [
        {
            "计划": sample.plan_id,
            "名称": sample.document["title"],
            "周期": sample.period,
            "候选": sample.n_candidates,
            "抽取": sample.n_calls,
            "种子": sample.seed,
            "抽取人": sample.author,
            "时间": sample.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        }
        for sample in stored
    ]
    return pd.DataFrame(rows)


def estimate_table(titles: Mapping[str, str], estimate: SampleEstimate) -> pd.DataFrame:
    """Means in points, items as shares in percent; items that no call of the sample has are left out."""
    figures = {"平均分": estimate.total, "人工与机检之差": estimate.difference}
    rows = [_figure_row(Message(title), figure, 1) for title, figure in figures.items()]
    rows += (
        _figure_row(Message("{item} 合格率%", item=titles[item_id]), figure, 100)
        for item_id, figure in estimate.items.items()
        if figure.estimate.n
    )
    return pd.DataFrame(rows)


def _figure_row(title: Message, figure: Figure, scale: float) -> dict[str, object]:
    def shown(value: float | None) -> float | None:
        return None if value is None else round(scale * value, 1)

    return {
        "指标": title,
        "机检（全部通话）": shown(figure.machine),
        "人工（未加权）": shown(figure.plain),
        "人工（加权估计）": shown(figure.estimate.value),
        "下限": shown(figure.estimate.low),
        "上限": shown(figure.estimate.high),
        "听取通话": figure.estimate.n,
    }


def _span(chances: Iterable[float]) -> str | Message:
    low, high = f"{100 * min(chances):.3g}%", f"{100 * max(chances):.3g}%"
    return low if low == high else Message("{low} 至 {high}", low=low, high=high)
