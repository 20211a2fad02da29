"""Charts are pure: the same values give the same text, and what stands for a value lies where the value lies."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rendering import documents
from reports.team_page.charts import (
    Chart,
    Estimate,
    bounds,
    dots,
    histogram,
    pixels,
    rate_bars,
    shape,
    tally,
    trend_line,
)

SVG = "{http://www.w3.org/2000/svg}"
WEEKS = [
    Estimate("第45周", 80.0, 70.0, 90.0, 12),
    Estimate("第46周", None, None, None, 0),
    Estimate("第47周", 85.0, 80.0, 90.0, 30),
    Estimate("第48周", 90.0, 86.0, 94.0, 30),
]


def drawn(chart: Chart) -> str:
    """The chart as it stands on the page."""
    return str(documents().get_template("team_page/chart.html").module.draw(chart))  # type: ignore[attr-defined]


def test_what_is_drawn_is_escaped() -> None:
    chart = Chart('"&', 100, (shape("text", "<i> & ", x=1.25, data_x=None), shape("text", "a\x00b\ud800")))
    assert drawn(chart) == (
        '<svg viewBox="0 0 680 100" role="img" aria-label="&#34;&amp;" xmlns="http://www.w3.org/2000/svg">'
        '<title>&#34;&amp;</title><text x="1.2">&lt;i&gt; &amp; </text><text>ab</text></svg>'
    )


def test_a_position_has_a_tenth_of_a_pixel() -> None:
    assert [pixels(value) for value in (12.0, 1.25, 0.04, "½")] == ["12", "1.2", "0", "½"]


def test_a_histogram_to_the_letter() -> None:
    assert drawn(histogram([97.0, 100.0, 42.0], "得分", step=50)) == (
        '<svg viewBox="0 0 680 200" role="img" aria-label="得分" xmlns="http://www.w3.org/2000/svg">'
        "<title>得分</title>"
        '<rect x="41" y="94" width="312" height="70" fill="#1f5f99"></rect>'
        '<rect x="355" y="24" width="312" height="140" fill="#1f5f99"></rect>'
        '<text x="197" y="90" text-anchor="middle" fill="#1f2933" font-size="11">1</text>'
        '<text x="511" y="20" text-anchor="middle" fill="#1f2933" font-size="11">2</text>'
        '<line x1="40" y1="164" x2="668" y2="164" stroke="#52606d" stroke-width="1"></line>'
        + "".join(
            f'<text x="{40 + 62.8 * i:.1f}" y="181" text-anchor="middle" fill="#1f2933" font-size="12">{10 * i}</text>'
            for i in range(11)
        ).replace('.0"', '"')
        + '<text x="668" y="196" text-anchor="end" fill="#52606d" font-size="12">得分</text>'
        '<text x="4" y="14" fill="#52606d" font-size="12">通话数</text></svg>'
    )


@given(st.lists(st.floats(0, 100), max_size=50), st.sampled_from([5, 10, 20]))
def test_every_total_is_in_one_bar(totals: list[float], step: int) -> None:
    counts = tally(totals, step)
    assert sum(counts) == len(totals)
    assert counts[-1] == sum(total >= 100 - step for total in totals)


def test_a_week_without_calls_is_a_gap() -> None:
    root = ElementTree.fromstring(drawn(trend_line(WEEKS, "走势")))
    (line,) = root.iter(f"{SVG}polyline")
    assert line.get("points") == "442.7,98.0 632.0,70.7", "85 and 90 of 70 to 100; the first week stands alone"
    assert len(list(root.iter(f"{SVG}circle"))) == 3
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert [text for text in texts if text and text.endswith("通")] == ["12 通", "0 通", "30 通", "30 通"]


@pytest.mark.parametrize("weeks", [[], WEEKS[:1], WEEKS[1:2], [WEEKS[1]] * 3])
def test_charts_of_nothing_are_charts(weeks: list[Estimate]) -> None:
    for chart in (trend_line(weeks, "t"), dots(weeks, "t", 80.0), histogram([], "t"), rate_bars([], "t")):
        ElementTree.fromstring(drawn(chart))


def test_a_bar_is_as_long_as_its_share() -> None:
    rates = [Estimate("语速", 0.5, 0.25, 0.75, 8), Estimate("转接", None, None, None, 0)]
    root = ElementTree.fromstring(drawn(rate_bars(rates, "")))
    (bar,) = root.iter(f"{SVG}rect")
    assert (bar.get("x"), bar.get("width")) == ("150", "201")
    whisker = [line.get("x1") for line in root.iter(f"{SVG}line")][-3:]
    assert whisker == ["250.5", "250.5", "451.5"], "a quarter and three quarters of 402 pixels"
    assert "没有可判定的通话" in [text.text for text in root.iter(f"{SVG}text")]


def test_agents_that_cannot_be_told_apart_share_their_ground() -> None:
    groups = ("1", "1", "", "4", "4", "6")
    agents = [Estimate(f"{i}", 90.0 - i, 80.0, 95.0, 9, group=group) for i, group in enumerate(groups)]
    root = ElementTree.fromstring(drawn(dots(agents, "坐席", 85.0)))
    assert [(rect.get("y"), rect.get("height")) for rect in root.iter(f"{SVG}rect")] == [("27", "46"), ("99", "46")]
    (reference,) = [line for line in root.iter(f"{SVG}line") if line.get("stroke-dasharray")]
    assert reference.get("x1") == "250.5", "85 on a scale from 80 to 100"


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100)).map(sorted), max_size=8))
def test_scales_hold_what_they_show(ends: list[list[float]]) -> None:
    low, high = bounds(Estimate("", middle, low, high, 1) for low, middle, high in ends)
    assert 0 <= low < high <= 100
    assert high - low >= 20
    assert all(low <= end <= high for group in ends for end in group)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")))
def test_no_label_breaks_out(label: str) -> None:
    chart = drawn(dots([Estimate(label, 1.0, 0.0, 2.0, 1)], label))
    root = ElementTree.fromstring(chart)
    assert label in [text.text or "" for text in root.iter(f"{SVG}text")]
    assert root.get("aria-label") == label
    assert not re.search(r"<script", chart)
