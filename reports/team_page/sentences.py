"""Plain sentences of a team's report: what was measured, what moved, what to do. No reasons: none were measured."""

from collections.abc import Iterator

from reports.rendering import interval, points, share
from reports.team_page.report import TeamReport, moved, weakest
from scoring.figures import Trend

FEW_CALLS = 20
"""With fewer scored calls the report says that its figures are rough. Ours."""


def summary(report: TeamReport) -> list[str]:
    """How the month went."""
    now = report.now
    if now.mean is None:
        return [f"{report.name}在{report.period}没有得出总分的通话（有评分表的通话 {now.n_calls} 通）。"]
    sentences = [
        f"{report.name}在{report.period}有 {now.n_calls} 通电话完成评分，其中 {now.n_scored} 通得出总分，"
        f"平均 {points(now.mean)} 分{_between(now.low, now.high)}。"
    ]
    if now.n_scored < FEW_CALLS:
        sentences.append(f"得出总分的通话不足 {FEW_CALLS} 通，以下数字仅供参考。")
    sentences += _beside_everyone(report)
    sentences += _since_before(report)
    return sentences


def movements(report: TeamReport) -> list[str]:
    """Items whose pass rate moved more than chance explains."""
    changes = moved(report.items)
    for_sure = [
        f"“{line.title}”合格率由 {share(line.before.rate)} {'升至' if change > 0 else '降至'} {share(line.now.rate)}"
        for line, change in changes
        if line.before
    ]
    if for_sure:
        return ["与上月相比，变化超出偶然波动的项目：" + "；".join(for_sure) + "。"]
    return ["与上月相比，没有哪个项目的变化超出偶然波动。"] if report.before else []


def week_by_week(change: Trend | None) -> str:
    """Whether the weeks rise or fall."""
    if change is None:
        return ""
    if change.direction == "unclear":
        return "各周之间的起伏在偶然波动之内，不能说有升降。"
    word = "上升" if change.direction == "up" else "下降"
    return f"平均每周{word} {abs(change.slope):.1f} 分，超出偶然波动。"


def next_steps(report: TeamReport) -> list[str]:
    """What to do next month."""
    return [*_train(report), *_decide(report), *_confirm(report), *_release(report)]


def _beside_everyone(report: TeamReport) -> Iterator[str]:
    now, everyone = report.now, report.everyone
    if everyone.mean is None or now.mean is None or everyone.n_scored == now.n_scored:
        return
    average = f"全部班组平均 {points(everyone.mean)} 分"
    if now.low is not None and now.low > everyone.mean:
        yield f"{average}，本班组较高。"
    elif now.high is not None and now.high < everyone.mean:
        yield f"{average}，本班组较低。"
    else:
        yield f"{average}，落在本班组的区间之内，不能说本班组较高或较低。"


def _since_before(report: TeamReport) -> Iterator[str]:
    before, change = report.before, report.change
    if before is None or before.mean is None or change is None or report.now.mean is None:
        return
    last_month = f"上月平均 {points(before.mean)} 分（{before.n_scored} 通）"
    moved_by = f"{abs(change.slope):.1f} 分"
    if change.direction == "unclear":
        yield f"{last_month}，相差 {moved_by}，在偶然波动之内，不能说有升降。"
    else:
        yield f"{last_month}，本月{'上升' if change.direction == 'up' else '下降'} {moved_by}，超出偶然波动。"


def _train(report: TeamReport) -> Iterator[str]:
    items = weakest([line for line in report.items if not line.fatal])  # fatal ones wait for a person first
    if items:
        faults = "、".join(
            f"“{line.title}”（{line.now.scored} 通中 {line.now.scored - line.now.passed} 通不合格）" for line in items
        )
        yield f"培训重点：{faults}。先听下方所列通话，再定做法。"


def _decide(report: TeamReport) -> Iterator[str]:
    now = report.now
    if now.n_waiting:
        yield (
            f"复核：{now.n_waiting} 通电话有项目待人工判定。全部判为不合格时平均 {points(now.mean_worst)} 分，"
            f"全部判为合格时平均 {points(now.mean_best)} 分；复核之前，分数仍会变动。"
        )
    if now.n_unscored:
        yield f"{now.n_unscored} 通因可判定的内容太少没有总分，不计入平均。"


def _confirm(report: TeamReport) -> Iterator[str]:
    if report.now.n_flagged:
        yield f"一票否决：{report.now.n_flagged} 通疑似触发，须由人确认；确认之前不影响得分。"
    if report.now.n_fatal:
        yield f"一票否决：{report.now.n_fatal} 通已由人确认，得分按封顶计算。"


def _release(report: TeamReport) -> Iterator[str]:
    if report.n_held:
        yield (
            f"暂缓发布：{report.n_held} 通电话所在的批次未通过金标集检验，不在以上数字之内；请质检负责人核对后放行。"
        )


def _between(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"（95% 区间 {interval(low, high)}）"
