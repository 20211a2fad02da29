"""A team's report as one page of HTML: nothing is loaded from elsewhere, and it prints on A4."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from more_itertools import chunked

from callqa.clock import padded_clock
from reports.markup import Child, Markup, element
from reports.team_page.charts import Estimate, dots, histogram, rate_bars, tally, trend_line
from reports.team_page.report import AgentLine, ItemLine, TeamReport
from reports.team_page.sentences import movements, next_steps, summary, week_by_week
from services.calls.evidence import EvidenceRow

AGENTS_A_CHART = 25  # more would not fit on one sheet of paper
QUOTED = 160  # characters
NUMBER = "number"


def team_page(report: TeamReport) -> str:
    """The whole document."""
    title = f"{report.name} {report.period} 通话质量报告"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", Markup(stylesheet())),
    )
    made = f"{report.rubric} · 制表时间 {report.made_at:%Y-%m-%d %H:%M}"
    body = element(
        "body",
        element("main", element("h1", title), element("p", made, class_="about"), _cards(report), *_sections(report)),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='zh-CN')}\n"


@cache
def stylesheet() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def _sections(report: TeamReport) -> Iterable[Markup]:
    yield _section("小结", _list(summary(report) + movements(report)))
    if steps := next_steps(report):
        yield _section("接下来要做的事", _list(steps))
    if report.totals:
        yield _section("得分分布", _distribution(report.totals))
    if sum(week.mean is not None for week in report.weeks) > 1:
        yield _section("每周走势", _trend(report))
    if report.items:
        yield _section("项目合格率", *_items(report.items))
    if report.agents:
        yield _section("坐席", *_agents(report))
    if report.quotes:
        yield _section("先听这些通话", _quotes(report.quotes))
    yield _section("如何阅读", _list(how_to_read()))


def how_to_read() -> tuple[str, ...]:
    """What the figures mean and what they do not."""
    return (
        "平均分只计得出总分的通话；待人工判定的项目既不算对也不算错，不计入该通得分。",
        "95% 区间说明平均分可能落在哪里：通话越少，区间越宽。分不出高下的坐席名次并列，不宜据此奖惩。",
        "合格率只计已判定的通话，区间为 Wilson 区间。逐项比较时，约每 20 项会有 1 项仅因偶然而显示变化。",
        "“同类通话平均”是一般坐席接听同样类别、时长和音质的通话时的平均分，用来看分数高低是否与通话难易有关。",
        "原话为语音识别结果，可能有错字；以录音为准。",
    )


def _cards(report: TeamReport) -> Markup:
    now = report.now
    mean = "—" if now.mean is None else f"{now.mean:.1f}"
    told = "平均分" if now.low is None else f"平均分（{now.low:.1f}～{now.high:.1f}）"
    cards = (
        (mean, told),
        (f"{now.n_calls}", "通话"),
        (f"{now.n_waiting}", "待复核"),
        (f"{now.n_flagged}", "一票否决待确认"),
    )
    return element(
        "ul", *(element("li", element("b", value), element("span", what)) for value, what in cards), class_="cards"
    )


def _distribution(totals: Sequence[float]) -> Markup:
    counts = tally(totals)
    rows = [(f"{5 * i}～{5 * i + 5}", f"{n}") for i, n in enumerate(counts) if n]
    return element(
        "figure",
        histogram(totals, f"{len(totals)} 通电话的得分分布，每 5 分一档"),
        _details(_table(("分数段", "通话数"), rows, numbers={1})),
    )


def _trend(report: TeamReport) -> Markup:
    estimates = [
        Estimate(week_name(week.period), week.mean, week.low, week.high, week.n_scored) for week in report.weeks
    ]
    rows = [(one.label, f"{one.n}", _points(one.value), _range(one.low, one.high)) for one in estimates]
    return element(
        "figure",
        trend_line(estimates, "每周平均分，带 95% 区间"),
        element("figcaption", f"浅色带为 95% 区间。{week_by_week(report.weekly)}"),
        _details(_table(("周", "通话数", "平均分", "95% 区间"), rows, numbers={1, 2, 3})),
    )


def week_name(week: str) -> str:
    """An ISO week in short.

    >>> week_name("2026-W47")
    '第47周'
    """
    return f"第{int(week.split('-W')[-1])}周"


def _items(items: Sequence[ItemLine]) -> Iterable[Markup]:
    decided = sorted((line for line in items if line.now.scored), key=lambda line: (line.now.rate or 0, line.title))
    bars = [Estimate(line.title, line.now.rate, line.now.low, line.now.high, line.now.scored) for line in decided]
    if bars:
        yield element("figure", rate_bars(bars, "各项目合格率，由低到高，带 Wilson 95% 区间"))
        yield _item_table(decided)
    if never := [line.title for line in items if not line.now.scored]:
        yield element("p", f"没有可判定通话的项目：{'、'.join(never)}。", class_="how")


def _item_table(items: Sequence[ItemLine]) -> Markup:
    headings = ["项目", "已判定", "不合格", "合格率", "全部班组"]
    rows = [
        [
            line.title,
            f"{line.now.scored}",
            f"{line.now.scored - line.now.passed}",
            _share(line.now.rate),
            _share(line.everyone.rate),
        ]
        for line in items
    ]
    if any(line.before for line in items):
        headings.append("上月")
        for row, line in zip(rows, items, strict=True):
            row.append(_share(line.before.rate if line.before else None))
    return _table(headings, rows, numbers={1, 2, 3, 4, 5})


def _agents(report: TeamReport) -> Iterable[Markup]:
    reference = report.everyone.mean
    if any(line.standing for line in report.agents):
        for some in chunked(report.agents, AGENTS_A_CHART):
            dots_of_some = dots([_dot(line) for line in some], "坐席平均分，带 95% 区间，按名次排列", reference)
            yield element("figure", dots_of_some)
        yield element(
            "p", "同一底色的坐席名次并列，分不出高下；虚线为全部班组的平均分。名次在全部班组的坐席中排。", class_="how"
        )
    headings = ("名次", "工号", "通话", "平均分", "95% 区间", "同类通话平均", "待复核", "一票否决待确认")
    yield _table(headings, [_agent_row(line) for line in report.agents], numbers={2, 3, 4, 5, 6, 7})


def _dot(line: AgentLine) -> Estimate:
    figures, standing = line.figures, line.standing
    tied = standing is not None and standing.tied
    return Estimate(
        line.agent_id,
        figures.mean,
        figures.low,
        figures.high,
        figures.n_scored,
        group=f"{standing.rank}" if standing and tied else "",
    )


def _agent_row(line: AgentLine) -> tuple[str, ...]:
    figures, standing = line.figures, line.standing
    place = "—" if standing is None else f"{standing.rank}{' 并列' if standing.tied else ''}"
    return (
        place,
        line.agent_id,
        f"{figures.n_calls}",
        _points(figures.mean),
        _range(figures.low, figures.high),
        _points(line.mix.like if line.mix else None),
        f"{figures.n_waiting}",
        f"{figures.n_flagged}",
    )


def _quotes(quotes: Sequence[EvidenceRow]) -> Markup:
    rows = [
        (
            quote.item + (f"（一票否决{quote.fatal}）" if quote.fatal else ""),
            quote.agent_id,
            quote.call_id,
            "" if quote.start is None else padded_clock(quote.start),
            quote.reason or "",
            quote.quote if len(quote.quote) <= QUOTED else quote.quote[: QUOTED - 1] + "…",
        )
        for quote in quotes
    ]
    return element("div", _table(("项目", "工号", "通话编号", "时间", "原因", "原话"), rows), class_="quotes")


def _section(title: str, *parts: Child) -> Markup:
    return element("section", element("h2", title), *parts)


def _list(said: Iterable[str]) -> Markup:
    return element("ul", *(element("li", sentence) for sentence in said), class_="said")


def _details(table: Markup) -> Markup:
    return element("details", element("summary", "数据表"), table)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> Markup:
    right = set(numbers)
    head = (element("th", text, scope="col", class_=NUMBER if i in right else None) for i, text in enumerate(headings))
    body = (
        element("tr", *(element("td", text, class_=NUMBER if i in right else None) for i, text in enumerate(row)))
        for row in rows
    )
    return element("table", element("thead", element("tr", *head)), element("tbody", *body))


def _points(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"


def _range(low: float | None, high: float | None) -> str:
    return "—" if low is None or high is None else f"{low:.1f}～{high:.1f}"
