"""Icons and the macros that pages are put together from."""

import html
import json
import re
from pathlib import Path

import pytest
from gallery import MACROS_FOR_ALL, gallery_page, gallery_source, shown

from callqa.types import Verdict
from services.wording import VERDICTS
from web.charts import Chart, Series
from web.help.view import ItemHelp
from web.nav import PLACES

WEB = Path(__file__).parents[2] / "web"
ICONS = set(re.findall(r'<symbol id="([\w-]+)"', (WEB / "static" / "icons.svg").read_text(encoding="utf-8")))


def test_icons_that_templates_name_exist():
    for path in (WEB / "templates").rglob("*.html"):
        named = re.findall(r"icon\(\"([\w-]+)\"", path.read_text(encoding="utf-8"))
        assert set(named) <= ICONS, path.name
    assert {place.icon for place in PLACES} <= ICONS


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_has_a_word_and_an_icon_of_its_own(verdict):
    badge = shown("{{ ui.badge(verdict) }}", verdict=verdict)
    assert VERDICTS[verdict] in badge
    assert re.search(r"#([\w-]+)", badge)[1] in ICONS
    others = [shown("{{ ui.badge(verdict) }}", verdict=other) for other in Verdict if other != verdict]
    assert all(re.search(r"#[\w-]+", badge)[0] not in other for other in others)


def test_a_total_that_is_none_waits_for_a_person():
    assert "待人工判定" in shown("{{ ui.score(none) }}")
    assert "84–89" in shown("{{ ui.score(86.5, 84, 89) }}")


@pytest.mark.parametrize(
    ("source", "tone", "word"),
    [
        ("ui.delta(2.0)", "is-good", "上升"),
        ("ui.delta(-2.0)", "is-bad", "下降"),
        ("ui.delta(2.0, 'down')", "is-bad", "上升"),
        ("ui.delta(-2.0, 'none')", "is-still", "下降"),
        ("ui.delta(0)", "is-still", "持平"),
    ],
)
def test_a_change_says_whether_it_is_for_the_better(source, tone, word):
    delta = shown(f"{{{{ {source} }}}}")
    assert tone in delta
    assert word in delta


def test_a_field_says_what_is_wrong_with_it_to_readers_of_screens_too():
    field = shown("{{ forms.field('name', '姓名', value, hint='全名', error='请填写', required=true) }}", value='"><b>')
    assert '<label class="field__label" for="name">' in field
    assert 'aria-invalid="true" aria-describedby="name-hint name-error"' in field
    assert 'id="name-error"' in field
    assert "<b>" not in field


MACROS = """
{{ ui.stat(x, x, x, x, 1, change_unit=x) }} {{ ui.empty(x, x, x, x) }} {{ ui.flash("done", x) }} {{ ui.pager(x, x, x) }}
{{ ui.tabs(x, [(x, x, true, x)]) }} {{ ui.crumbs([(x, x)]) }} {{ ui.help(item, x) }} {{ ui.keys([(x, x)]) }}
{{ ui.sort_head(x, x) }} {{ ui.mark("good", "check", x, x) }} {{ ui.share(0.5, x) }}
{{ forms.text("n", x, x, x, x) }} {{ forms.select("n", x, [(x, x)], x) }} {{ forms.check("n", x, x, hint=x) }}
{{ forms.range(x, "a", "b", x, x) }} {{ forms.post_button(x, x, confirm=x, fields={x: x}) }}
{{ forms.filter_chip(x, x) }} {{ charts.chart("line", chart) }} {{ charts.heat(chart) }}
"""


def test_what_people_wrote_is_written_as_text_in_every_macro():
    evil = "<script>alert(1)</script>"
    chart = Chart(evil, evil, (evil,), (Series(evil, (1.0,), (0.0,), (2.0,)),), unit=evil)
    text = shown(MACROS, x=evil, chart=chart, item=ItemHelp(evil, evil, evil, (evil,), (evil,)))
    assert "<script" not in text
    assert text.count("&lt;script&gt;") > 40


def test_a_form_that_changes_something_carries_the_token():
    assert '<input type="hidden" name="csrf" value="token">' in shown("{{ forms.post_button('/go', '去') }}")


def test_a_chart_is_data_for_the_browser_and_a_table_for_everybody():
    chart = Chart("平均分", "月份", ("一月", "二月"), (Series("浦东", (80.5, None), (78.0, None), (83.0, None)),), "分")
    text = shown("{{ charts.chart('line', chart) }}", chart=chart)
    data = json.loads(html.unescape(re.search(r'data-series="(.*?)"', text)[1]))
    assert data["series"][0]["values"] == [80.5, None]
    assert '<th scope="row">一月</th><td class="number">80.5</td><td class="number">78.0–83.0</td>' in text
    assert '<th scope="row">二月</th><td class="number">–</td>' in text


def test_a_chart_refuses_series_of_another_length():
    with pytest.raises(ValueError, match="坐席 has 1 values for 2 labels"):
        Chart("平均分", "月份", ("一月", "二月"), (Series("坐席", (80.0,)),))


def test_heat_grows_with_the_number():
    chart = Chart("不合格", "班组", ("a", "b", "c", "d"), (Series("开头语", (0.0, 1.0, 8.0, None)),))
    assert re.findall(r"heat-(\d)", shown("{{ charts.heat(chart) }}", chart=chart)) == ["0", "1", "8", "0"]


def test_the_gallery_shows_every_macro():
    assert "{{" not in gallery_page()
    source = gallery_source() + (WEB / "templates" / "_user_menu.html").read_text(encoding="utf-8")
    for name in MACROS_FOR_ALL:
        path = WEB / "templates" / "macros" / f"{name}.html"
        macros = re.findall(r"macro ([a-z]\w*)\(", path.read_text(encoding="utf-8"))
        assert [macro for macro in macros if f"{macro}(" not in source] == [], name
