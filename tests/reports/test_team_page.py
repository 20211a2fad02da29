"""A team's report: what its sentences say, and that the page stands alone and shows people's words as words."""

import re
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from team_reports import EMPTY, EVERYONE, MONTH, NEVER, OPENING, REPORT, RESTATE, rate

from callqa.messages import Message
from reports.team_page.page import team_page
from reports.team_page.report import moved, weakest
from reports.team_page.sentences import movements, next_steps, summary, week_by_week
from scoring.figures import Trend


def chinese(sentences: Iterable[Message]) -> list[str]:
    return [sentence.text("zh") for sentence in sentences]


def test_sentences_say_what_was_measured() -> None:
    assert chinese(summary(REPORT)) == [
        "A组在2026年11月有 100 通电话完成评分，其中 96 通得出总分，平均 86.4 分（95% 区间 85.0～87.8）。",
        "全部班组平均 86.0 分，落在本班组的区间之内，不能说本班组较高或较低。",
        "上月平均 83.0 分（90 通），本月上升 3.4 分，超出偶然波动。",
    ]
    assert chinese(movements(REPORT)) == ["与上月相比，变化超出偶然波动的项目：“复述确认”合格率由 80.0% 降至 60.0%。"]
    assert chinese(next_steps(REPORT)) == [
        "培训重点：“复述确认”（100 通中 40 通不合格）、“开头语”（100 通中 5 通不合格）。先听下方所列通话，再定做法。",
        "复核：10 通电话有项目待人工判定。全部判为不合格时平均 80.0 分，全部判为合格时平均 88.0 分；"
        "复核之前，分数仍会变动。",
        "4 通因可判定的内容太少没有总分，不计入平均。",
        "一票否决：2 通疑似触发，须由人确认；确认之前不影响得分。",
        "一票否决：1 通已由人确认，得分按封顶计算。",
        "暂缓发布：12 通电话所在的批次未通过金标集检验，不在以上数字之内；请质检负责人核对后放行。",
    ]


@pytest.mark.parametrize(
    ("everyone", "said"),
    [(84.9, "本班组较高"), (85.1, "不能说"), (87.9, "本班组较低")],
)
def test_a_team_is_above_others_only_if_its_interval_is(everyone: float, said: str) -> None:
    assert said in chinese(summary(replace(REPORT, everyone=replace(EVERYONE, mean=everyone))))[1]


def test_a_change_within_chance_is_no_change() -> None:
    report = replace(REPORT, change=Trend(("A组",), 2, -1.0, -3.0, 1.0), items=(OPENING,))
    assert chinese(summary(report))[-1] == "上月平均 83.0 分（90 通），相差 1.0 分，在偶然波动之内，不能说有升降。"
    assert chinese(movements(report)) == ["与上月相比，没有哪个项目的变化超出偶然波动。"]


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((0.2, 1.8), "平均每周上升 1.0 分，超出偶然波动。"),
        ((-1.0, 3.0), "各周之间的起伏在偶然波动之内，不能说有升降。"),
    ],
)
def test_weeks_rise_or_fall_only_for_sure(bounds: tuple[float, float], said: str) -> None:
    change = week_by_week(Trend(("A组",), 4, 1.0, *bounds))
    assert change
    assert change.text("zh") == said
    assert week_by_week(None) is None


def test_a_fatal_item_is_no_training_before_it_is_confirmed() -> None:
    report = replace(REPORT, items=(OPENING, replace(RESTATE, fatal=True)))
    assert chinese(next_steps(report))[0].startswith("培训重点：“开头语”（100 通中 5 通不合格）。")


def test_a_month_without_calls_says_only_that() -> None:
    assert chinese(summary(EMPTY)) == ["未分班组在2026年11月没有得出总分的通话（有评分表的通话 0 通）。"]
    assert (chinese(movements(EMPTY)), chinese(next_steps(EMPTY))) == ([], [])
    assert "得分分布" not in team_page(EMPTY)


def test_few_calls_are_called_few() -> None:
    assert any(
        "仅供参考" in sentence for sentence in chinese(summary(replace(REPORT, now=replace(MONTH, n_scored=19))))
    )


def test_weakest_is_who_surely_fails_not_who_fails_once() -> None:
    once = replace(OPENING, title="一次", now=rate(0, 1, "once"))
    assert [line.title for line in weakest((once, OPENING, RESTATE, NEVER))] == ["复述确认", "一次", "开头语"]
    assert [(line.title, round(change, 2)) for line, change in moved(REPORT.items)] == [("复述确认", -0.2)]


def test_while_everything_waits_there_are_no_empty_charts() -> None:
    waiting = replace(MONTH, n_scored=0, n_waiting=100, n_unscored=100, mean=None, low=None, high=None)
    agents = tuple(replace(line, figures=waiting, standing=None, mix=None) for line in REPORT.agents)
    page = Page(team_page(replace(REPORT, now=waiting, weeks=(waiting,) * 3, totals=(), items=(NEVER,), agents=agents)))
    assert "svg" not in page.tags
    assert page.tags.count("table") == 2, "agents, and the quotes"
    assert "每周走势" not in page.text


def test_there_is_a_column_for_last_month_only_where_there_was_one() -> None:
    assert "上月" in Page(team_page(REPORT)).text
    assert "上月" not in Page(team_page(replace(REPORT, items=(replace(OPENING, before=None),)))).text


class Page(HTMLParser):
    """Which elements and attributes a page has, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_stands_alone() -> None:
    page = team_page(REPORT)
    parsed = Page(page)
    assert not {"script", "link", "img", "iframe", "object"} & set(parsed.tags)
    assert not [name for name, _ in parsed.attributes if name in ("src", "href") or name.startswith("on")]
    assert not re.search(r"url\(|@import", page)
    assert [value for name, value in parsed.attributes if value and "://" in value] == [
        "http://www.w3.org/2000/svg"
    ] * 4
    assert {("lang", "zh-CN"), ("charset", "utf-8")} <= set(parsed.attributes)
    assert page.startswith("<!doctype html>")


def test_charts_have_names_and_tables_behind_them() -> None:
    page = Page(team_page(REPORT))
    assert page.tags.count("svg") == 4
    assert page.tags.count("table") == 5, "of each chart, and the quotes"
    labels = [value for name, value in page.attributes if name == "aria-label"]
    assert labels == [
        "3 通电话的得分分布，每 5 分一档",
        "每周平均分，带 95% 区间",
        "各项目合格率，由低到高，带 Wilson 95% 区间",
        "坐席平均分，带 95% 区间，按名次排列",
    ]
    assert page.tags.count("h1") == 1
    assert "没有可判定通话的项目：转接告知。" in page.text


def test_what_people_said_stays_what_they_said() -> None:
    quote = REPORT.quotes[0]._replace(agent_id="<b>", reason='"><img src=x onerror=alert(1)>')
    report = replace(REPORT, quotes=(quote,), team="</title><script>", rubric="&copy;")
    page = Page(team_page(report))
    assert "那我也没办法<script>alert('x')</script>" in page.text
    assert '"><img src=x onerror=alert(1)>' in page.text
    assert not {"script", "img", "b"} & set(page.tags) - {"b"}
    assert "</title><script> 2026年11月 通话质量报告" in page.text


def test_a_long_quote_is_cut_and_a_large_team_has_several_charts() -> None:
    agents = REPORT.agents * 30
    page = team_page(replace(REPORT, agents=agents, quotes=(REPORT.quotes[0]._replace(quote="喂" * 5000),)))
    assert Page(page).tags.count("svg") == 3 + 3, "25 agents each"
    assert "喂" * 159 + "…" in page
    assert "喂" * 160 not in page


def test_every_word_of_the_page_has_its_english() -> None:
    """Names, titles of items and what was said stay as they are."""
    page = Page(team_page(REPORT, "en"))
    data = {"A组, 2026年11月", "评分表 2026.1", "“复述确认”", "“开头语”"}
    data |= {REPORT.rubric, *(line.title for line in REPORT.items)}
    data |= {part for quote in REPORT.quotes for part in (quote.item, quote.reason, quote.quote) if part}
    text = "\n".join(page.text)
    for name in sorted((*data, "A组", REPORT.period), key=len, reverse=True):
        text = text.replace(name, "")
    assert [line for line in text.splitlines() if re.search(r"[一-鿿]", line)] == []
    assert ("lang", "en") in page.attributes
