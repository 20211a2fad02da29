"""The frame of every page in a browser: menus, help, dialogs, questions, messages, keys, themes, charts, paper."""

import pytest
from browsing import SignIn
from chromium import Window
from gallery import gallery_page
from playwright.sync_api import Page, Route, expect

from callqa.people import Role

pytestmark = pytest.mark.slow
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"


@pytest.fixture
def parts(window: Window) -> Page:
    """The gallery of parts, under a policy as strict as the desk's."""
    page = window.open("/sign-in")
    headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
    page.route("**/parts", lambda route: route.fulfill(body=gallery_page(), headers=headers))
    page.goto(f"{window.address}/parts")
    return page


def test_a_menu_is_used_by_keyboard(parts: Page) -> None:
    menu = parts.locator(".bar details.menu")
    menu.locator("summary").press("Enter")
    parts.keyboard.press("ArrowDown")
    expect(menu.locator(".menu__item").first).to_be_focused()
    parts.keyboard.press("ArrowUp")
    parts.keyboard.press("ArrowUp")
    expect(menu.locator(".menu__item").last).to_be_focused()
    parts.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_a_menu_closes_when_something_else_is_clicked(parts: Page) -> None:
    menu = parts.locator(".bar details.menu")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    parts.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


def test_help_in_a_table_is_seen_as_a_whole(parts: Page) -> None:
    parts.locator("details.help > summary").click()
    body = parts.locator(".help__body")
    box = body.bounding_box()
    assert box is not None
    corners = [(box["x"] + dx, box["y"] + dy) for dx in (12, box["width"] - 12) for dy in (12, box["height"] - 12)]
    on_top = "([x, y]) => document.elementFromPoint(x, y).closest('.help__body') !== null"
    assert [parts.evaluate(on_top, corner) for corner in corners] == [True] * 4


def test_keys_lead_to_search_and_to_the_list_of_keys(parts: Page) -> None:
    parts.keyboard.press("/")
    search = parts.locator("input[name=q]")
    expect(search).to_be_focused()
    parts.keyboard.press("?")  # typed, no shortcut
    expect(search).to_have_value("?")
    search.blur()
    parts.keyboard.press("?")
    expect(parts.locator("#keys")).to_be_visible()
    parts.keyboard.press("Escape")
    expect(parts.locator("#keys")).not_to_be_visible()


def test_a_question_is_asked_before_something_is_lost(parts: Page) -> None:
    seen: list[str] = []

    def take(route: Route) -> None:
        seen.append(route.request.post_data or "")
        route.fulfill(status=204)

    def answer(word: str) -> None:
        parts.get_by_role("button", name="作废").click()
        expect(parts.locator("#confirm-text")).to_have_text("作废后不能恢复，确定吗？")
        parts.locator("#confirm").get_by_role("button", name=word).click()
        expect(parts.locator("#confirm")).not_to_be_visible()

    parts.evaluate("document.querySelector('form[data-confirm]').action = '/void'")
    parts.route("**/void", take)
    answer("取消")  # sends nothing: a late request would be counted below
    with parts.expect_response("**/void"):  # the form leaves after the dialog has closed
        answer("确定")
    assert seen == ["csrf=token"]


def test_scripts_send_the_form_token_and_show_what_went_wrong(parts: Page, window: Window) -> None:
    sent: dict[str, str] = {}

    def refuse(route: Route) -> None:
        sent.update(route.request.headers)
        route.fulfill(status=422, content_type="text/html", body='<p class="alert alert--refused">不能<b>改判</b></p>')

    parts.route("**/refused", refuse)
    parts.evaluate("htmx.ajax('POST', '/refused', {target: 'main', swap: 'none'})")
    expect(parts.locator("#toasts")).to_contain_text("不能改判")
    assert sent["x-csrf-token"] == "token"
    assert len(window.complaints) == 2  # of Chromium and of htmx: the answer was 422
    window.complaints.clear()


def test_a_message_comes_with_an_answer(parts: Page) -> None:
    headers = {"HX-Trigger": '{"toast": {"kind": "done", "text": "<b>saved</b>"}}'}
    parts.route("**/saved", lambda route: route.fulfill(status=200, body="", headers=headers))
    parts.evaluate("htmx.ajax('POST', '/saved', {target: 'main', swap: 'none'})")
    expect(parts.locator("#toasts .alert")).to_have_text("<b>saved</b>")


def test_the_theme_follows_the_system_until_somebody_chooses(window: Window, sign_in: SignIn) -> None:
    page = window.open("/help", sign_in(Role.AGENT).token, scheme="dark")
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    page.locator(".bar details.menu summary").click()
    page.get_by_role("button", name="浅色").click()
    expect(root).to_have_attribute("data-theme", "light")
    page.reload()
    expect(root).to_have_attribute("data-theme", "light")
    page.locator(".bar details.menu summary").click()
    page.get_by_role("button", name="跟随系统").click()
    expect(root).to_have_attribute("data-theme", "dark")


def test_charts_are_drawn_and_follow_the_theme(parts: Page) -> None:
    charts = parts.locator("[data-chart] canvas")
    expect(charts).to_have_count(5)
    picture = "canvas => canvas.toDataURL()"
    light = [chart.evaluate(picture) for chart in charts.all()]
    parts.evaluate("theme.choose('dark')")
    dark = [chart.evaluate(picture) for chart in charts.all()]
    assert all(light_pixel != dark_pixel for light_pixel, dark_pixel in zip(light, dark, strict=True))
    parts.locator("[data-chart]").first.hover()
    assert "每月平均分" in (parts.locator("[data-chart]").first.get_attribute("aria-label") or "")


def test_a_chart_that_is_put_in_later_is_drawn(parts: Page) -> None:
    parts.evaluate("""() => {
      const box = document.createElement("div");
      Object.assign(box.dataset, document.querySelector("[data-chart]").dataset);
      document.querySelector("main").append(box);
      document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
    }""")
    expect(parts.locator("main > [data-chart] canvas")).to_have_count(1)


def test_paper_shows_the_content_alone_and_in_black_on_white(parts: Page) -> None:
    parts.evaluate("theme.choose('dark')")
    parts.emulate_media(media="print")
    for hidden in (".bar", ".side", ".foot", ".filters", ".pager", ".page__actions"):
        expect(parts.locator(hidden).first).not_to_be_visible()
    expect(parts.locator("h1")).to_be_visible()
    assert parts.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(255, 255, 255)"
    parts.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(parts.locator("html")).to_have_attribute("data-theme", "light")


def test_on_a_tablet_the_navigation_is_a_drawer(window: Window, sign_in: SignIn) -> None:
    page = window.open("/help", sign_in(Role.SUPERVISOR).token, width=820, height=1180)
    drawer = page.locator("#side")
    expect(drawer).not_to_be_visible()
    page.get_by_role("button", name="导航").click()
    expect(drawer).to_be_visible()
    expect(page.get_by_role("button", name="导航")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(drawer).not_to_be_visible()


def test_a_row_is_a_link_as_a_whole(parts: Page) -> None:
    row = parts.locator("tbody tr", has_text="医保异地")
    row.locator("td").last.locator("button").click()
    assert not parts.url.endswith("#")  # a control of its own in the row
    box = row.get_by_text("一组").bounding_box()
    assert box is not None
    parts.mouse.click(box["x"] + 2, box["y"] + 2)
    parts.wait_for_url("**/parts#")
