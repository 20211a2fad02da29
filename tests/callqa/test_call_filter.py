"""Filters of a list of calls: read from links and forms, refused in words people understand, and written back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.call_filter import APPEALS, MAX_LENGTH, MAX_VALUES, CallFilter, read_sort
from callqa.days import Days
from callqa.errors import FilterError
from callqa.people import plain_id

ASKED = {
    "agent": ["3028", "３０３１", "３０２８"],
    "team": ["早班 "],
    "category": [""],
    "first": ["2026-11-01"],
    "last": ["2026-11-30"],
    "failed": ["opening"],
    "low": ["59.5"],
    "high": ["100"],
    "review": ["yes"],
    "fatal": [""],
    "appeal": ["open"],
    "page": ["not ours"],
}
WANTED = CallFilter(
    agent=("3028", "3031"),
    team=("早班",),
    days=Days.of_month("2026-11"),
    failed="opening",
    low=59.5,
    high=100.0,
    review=True,
    appeal="open",
)


def test_a_link_is_read() -> None:
    assert CallFilter.read(ASKED) == WANTED
    assert CallFilter.read({}) == CallFilter()


def test_a_filter_is_written_with_what_it_asks_for_only() -> None:
    assert CallFilter().params() == {}
    assert WANTED.params() == {
        "agent": ["3028", "3031"],
        "team": ["早班"],
        "first": ["2026-11-01"],
        "last": ["2026-11-30"],
        "failed": ["opening"],
        "low": ["59.5"],
        "high": ["100"],
        "review": ["yes"],
        "appeal": ["open"],
    }


names = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=MAX_LENGTH).filter(
    lambda text: text == text.strip()
)
several = st.lists(names, max_size=3, unique=True).map(tuple)
totals = st.none() | st.floats(0, 100)
days = st.none() | st.dates(date(2000, 1, 1), date(2199, 12, 31))


@given(
    st.builds(
        CallFilter, several, several, several, several, several, st.builds(Days, days, days), names, names, totals,
        totals, st.booleans(), st.booleans(), st.sampled_from(APPEALS), names,
    )
)  # fmt: skip
def test_what_is_written_is_read_again(asked: CallFilter) -> None:
    low, high, days = asked.low, asked.high, asked.days
    if (low is not None and high is not None and low > high) or (days.first and days.last and days.first > days.last):
        with pytest.raises(FilterError, match="exchange them"):
            CallFilter.read(asked.params())
    else:
        ids = tuple(dict.fromkeys(map(plain_id, asked.agent)))  # ² and ２ are 2
        assert CallFilter.read(asked.params()) == replace(asked, agent=ids)


@pytest.mark.parametrize(
    ("params", "field", "message"),
    [
        ({"low": ["很低"]}, "low", "分数“很低”不是数字"),
        ({"low": ["nan"]}, "low", "0 到 100"),
        ({"high": ["inf"]}, "high", "0 到 100"),
        ({"high": ["100.5"]}, "high", "0 到 100"),
        ({"low": ["80"], "high": ["60"]}, "low", "最低分 80 高于最高分 60，请对调"),
        ({"first": ["昨天"]}, "first", "日期“昨天”无法识别，请写成 2026-11-03"),
        ({"last": ["9999-12-31"]}, "last", "日期请填写"),
        ({"first": ["2026-11-02"], "last": ["2026-11-01"]}, "first", "请对调"),
        ({"appeal": ["maybe"]}, "appeal", "没有“maybe”这种申诉状态"),
        ({"review": ["1"]}, "review", "只能是 yes"),
        ({"failed": ["a", "b"]}, "failed", "只能填写一项"),
        ({"agent": ["x" * (MAX_LENGTH + 1)]}, "agent", "内容过长"),
        ({"agent": [f"{n}" for n in range(MAX_VALUES + 1)]}, "agent", "最多选择"),
        ({"team": ["a\x00b"]}, "team", "无法显示的字符"),
        ({"call": ["\ud800"]}, "call", "无法显示的字符"),
    ],
)
def test_what_is_refused_says_why(params: dict[str, list[str]], field: str, message: str) -> None:
    with pytest.raises(FilterError) as refused:
        CallFilter.read(params)
    assert message in refused.value.text("zh")
    assert refused.value.field == field


def test_sorts() -> None:
    assert read_sort("") == "newest"
    assert read_sort("lowest") == "lowest"
    with pytest.raises(FilterError, match="there is no such order"):
        read_sort("1; DROP TABLE listing")
