"""Plain sentences of a team's report: what was measured, what moved, what to do. No reasons: none were measured."""

from collections.abc import Iterator

from callqa.messages import Joined, Message
from reports.rendering import interval, points, share
from reports.team_page.report import TeamReport, moved, weakest
from scoring.figures import Trend

FEW_CALLS = 20
"""With fewer scored calls the report says that its figures are rough. Ours."""


def summary(report: TeamReport) -> list[Message]:
    """How the month went."""
    now = report.now
    if now.mean is None:
        none = "{team}在{period}没有得出总分的通话（有评分表的通话 {n} 通）。"
        return [Message(none, team=report.name, period=report.period, n=now.n_calls)]
    sentences = [
        Message(
            "{team}在{period}有 {n} 通电话完成评分，其中 {scored} 通得出总分，平均 {mean} 分{interval}。",
            team=report.name,
            period=report.period,
            n=now.n_calls,
            scored=now.n_scored,
            mean=points(now.mean),
            interval=_between(now.low, now.high),
        )
    ]
    if now.n_scored < FEW_CALLS:
        sentences.append(Message("得出总分的通话不足 {n} 通，以下数字仅供参考。", n=FEW_CALLS))
    sentences += _beside_everyone(report)
    sentences += _since_before(report)
    return sentences


def movements(report: TeamReport) -> list[Message]:
    """Items whose pass rate moved more than chance explains."""
    changes = moved(report.items)
    for_sure = [
        Message(
            "“{item}”合格率由 {before} 升至 {now}" if change > 0 else "“{item}”合格率由 {before} 降至 {now}",
            item=line.title,
            before=share(line.before.rate),
            now=share(line.now.rate),
        )
        for line, change in changes
        if line.before
    ]
    if for_sure:
        return [Message("与上月相比，变化超出偶然波动的项目：{changes}。", changes=Joined(for_sure, "；"))]
    return [Message("与上月相比，没有哪个项目的变化超出偶然波动。")] if report.before else []


def week_by_week(change: Trend | None) -> Message | None:
    """Whether the weeks rise or fall."""
    if change is None:
        return None
    if change.direction == "unclear":
        return Message("各周之间的起伏在偶然波动之内，不能说有升降。")
    rising, falling = "平均每周上升 {points:.1f} 分，超出偶然波动。", "平均每周下降 {points:.1f} 分，超出偶然波动。"
    sentence = rising if change.direction == "up" else falling
    return Message(sentence, points=abs(change.slope))


def next_steps(report: TeamReport) -> list[Message]:
    """What to do next month."""
    return [*_train(report), *_decide(report), *_confirm(report), *_release(report)]


def _beside_everyone(report: TeamReport) -> Iterator[Message]:
    now, everyone = report.now, report.everyone
    if everyone.mean is None or now.mean is None or everyone.n_scored == now.n_scored:
        return
    if now.low is not None and now.low > everyone.mean:
        sentence = "全部班组平均 {mean} 分，本班组较高。"
    elif now.high is not None and now.high < everyone.mean:
        sentence = "全部班组平均 {mean} 分，本班组较低。"
    else:
        sentence = "全部班组平均 {mean} 分，落在本班组的区间之内，不能说本班组较高或较低。"
    yield Message(sentence, mean=points(everyone.mean))


def _since_before(report: TeamReport) -> Iterator[Message]:
    before, change = report.before, report.change
    if before is None or before.mean is None or change is None or report.now.mean is None:
        return
    sentences = {
        "unclear": "上月平均 {mean} 分（{n} 通），相差 {points:.1f} 分，在偶然波动之内，不能说有升降。",
        "up": "上月平均 {mean} 分（{n} 通），本月上升 {points:.1f} 分，超出偶然波动。",
        "down": "上月平均 {mean} 分（{n} 通），本月下降 {points:.1f} 分，超出偶然波动。",
    }
    sentence = sentences[change.direction]
    yield Message(sentence, mean=points(before.mean), n=before.n_scored, points=abs(change.slope))


def _train(report: TeamReport) -> Iterator[Message]:
    items = weakest([line for line in report.items if not line.fatal])  # fatal ones wait for a person first
    if items:
        faults = [
            Message(
                "“{item}”（{n} 通中 {failed} 通不合格）",
                item=line.title,
                n=line.now.scored,
                failed=line.now.scored - line.now.passed,
            )
            for line in items
        ]
        yield Message("培训重点：{faults}。先听下方所列通话，再定做法。", faults=faults)


def _decide(report: TeamReport) -> Iterator[Message]:
    now = report.now
    if now.n_waiting:
        yield Message(
            "复核：{n} 通电话有项目待人工判定。全部判为不合格时平均 {worst} 分，全部判为合格时平均 {best} 分；"
            "复核之前，分数仍会变动。",
            n=now.n_waiting,
            worst=points(now.mean_worst),
            best=points(now.mean_best),
        )
    if now.n_unscored:
        yield Message("{n} 通因可判定的内容太少没有总分，不计入平均。", n=now.n_unscored)


def _confirm(report: TeamReport) -> Iterator[Message]:
    if report.now.n_flagged:
        yield Message("一票否决：{n} 通疑似触发，须由人确认；确认之前不影响得分。", n=report.now.n_flagged)
    if report.now.n_fatal:
        yield Message("一票否决：{n} 通已由人确认，得分按封顶计算。", n=report.now.n_fatal)


def _release(report: TeamReport) -> Iterator[Message]:
    if report.n_held:
        yield Message(
            "暂缓发布：{n} 通电话所在的批次未通过金标集检验，不在以上数字之内；请质检负责人核对后放行。",
            n=report.n_held,
        )


def _between(low: float | None, high: float | None) -> Message | str:
    return "" if low is None or high is None else Message("（95% 区间 {interval}）", interval=interval(low, high))
