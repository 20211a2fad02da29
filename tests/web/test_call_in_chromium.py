"""The page of a call in a real browser: listening, following, and a whole review by keyboard alone."""

import re
from pathlib import Path

import pytest
from browsing import SignIn
from chromium import Window
from playwright.sync_api import Locator, Page, expect
from sample_calls import put_sample

from web.access.tokens import SESSION
from web.desk import Desk

pytestmark = pytest.mark.slow
NOW = "document.querySelector('[data-audio]').currentTime"


@pytest.fixture
def call(desk: Desk, samples: Path) -> int:
    return put_sample(desk.rubric_set[0], samples, "D028")


@pytest.fixture
def page(window: Window, sign_in: SignIn, call: int) -> Page:
    """The call, opened by an inspector, with its waveform drawn."""
    opened = window.open(f"/calls/{call}", sign_in("inspector").token)
    expect(opened.locator("[data-note]")).to_be_hidden()
    return opened


def total(page: Page) -> float:
    return float(page.locator("[data-total]").inner_text())


def playing(page: Page) -> bool:
    return bool(page.evaluate("!document.querySelector('[data-audio]').paused"))


def eventually(page: Page, expression: str) -> None:
    """Playwright's own waiting evaluates text, which the desk's policy forbids."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {expression}")


def wait_until_it_plays_past(page: Page, seconds: float) -> None:
    eventually(page, f"{NOW} > {seconds}")


def violated(page: Page) -> Locator:
    return page.locator(".item.is-bad[id]").first


def go_to(page: Page, item: str) -> None:
    """With the keyboard."""
    for _ in range(40):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.id") == item:
            return
    raise AssertionError(f"{item} is never reached")


def test_a_click_on_evidence_plays_from_there_and_shows_what_was_said(page: Page) -> None:
    place = violated(page).locator(".place").first
    start, quote = float(place.get_attribute("data-start") or "nan"), place.locator("q").inner_text()
    place.click()
    wait_until_it_plays_past(page, start)
    assert playing(page)
    assert page.evaluate(NOW) < start + 5
    shown = "".join(page.locator(".piece--on").all_inner_texts())
    assert shown == quote
    expect(page.locator(".piece--on").first).to_be_in_viewport()
    assert page.url.endswith(f"#t={start:.2f}")


def test_the_transcript_follows_and_a_click_on_it_plays(page: Page) -> None:
    turn = page.locator(".turn").nth(6)
    turn.locator(".turn__text").click()
    expect(turn).to_have_class(re.compile("turn--now"))
    expect(turn).to_have_attribute("aria-current", "true")
    last = page.locator(".turn").last
    page.evaluate(f"document.querySelector('[data-audio]').currentTime = {last.get_attribute('data-start')}")
    expect(last).to_have_class(re.compile("turn--now"))
    expect(last).to_be_in_viewport()
    expect(turn).not_to_have_class(re.compile("turn--now"))


def test_an_address_names_a_second(window: Window, sign_in: SignIn, call: int) -> None:
    page = window.open(f"/calls/{call}#t=70.5", sign_in("inspector").token)
    eventually(page, f"{NOW} === 70.5")
    assert not playing(page), "nobody is spoken to unasked"
    expect(page.locator("[data-now]")).to_have_text("1:10")
    expect(page.locator(".turn--now")).to_be_in_viewport()


def test_keys_of_the_player(page: Page) -> None:
    page.keyboard.press(" ")
    wait_until_it_plays_past(page, 0.2)
    page.keyboard.press(" ")
    assert not playing(page)
    page.evaluate("document.querySelector('[data-audio]').currentTime = 20")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(NOW) == 25
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(NOW) == 15
    for key, speed in (("]", 1.25), ("]", 1.5), ("]", 2), ("]", 2), ("[", 1.5)):
        page.keyboard.press(key)
        assert page.evaluate("document.querySelector('[data-audio]').playbackRate") == speed
    expect(page.locator('[data-speed="1.5"]')).to_have_attribute("aria-pressed", "true")


def test_the_waveform_shows_both_voices_and_where_to_listen(page: Page) -> None:
    assert page.locator("[data-wave] canvas").count() >= 2
    boxes = page.locator("[data-wave] [part~=region]")
    places = page.locator('.place[data-telling]:not([data-tone="good"])')
    seconds = {place.get_attribute("data-start") for place in places.all()}
    assert boxes.count() == len(seconds) + page.locator("[data-stretches] li").count()
    box = boxes.last.bounding_box()
    assert box is not None
    boxes.last.click(position={"x": 1, "y": box["height"] / 2})
    eventually(page, f"{NOW} > 1")
    assert page.locator(".place--on").count() == 1


def hear_and_overturn(page: Page, item: str) -> None:
    """With the keyboard, after hearing the evidence."""
    go_to(page, item)
    page.keyboard.press("e")
    expect(page.locator(f"#{item} .place--on")).to_be_visible()
    page.keyboard.press("o")
    page.keyboard.press("1")
    page.keyboard.type("坐席已说明")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{item}")).to_have_class(re.compile("is-good"))
    expect(page.locator(f"#{item} .item__word")).to_contain_text("坐席已说明")


def test_a_review_by_keyboard_alone(page: Page, window: Window, sign_in: SignIn, call: int) -> None:
    expect(page.locator("[data-total]")).to_have_text("未定")  # a possible fatal fault is open
    hear_and_overturn(page, violated(page).get_attribute("id") or "")
    expect(page.locator("[data-total]")).not_to_have_text("未定")
    before = total(page)
    item = violated(page).get_attribute("id") or ""
    hear_and_overturn(page, item)
    assert total(page) > before
    assert page.evaluate("document.activeElement.id") == item, "the keyboard stays where it was"
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.id")
    page.keyboard.press("c")
    expect(page.locator(f"#{second} .item__word")).to_contain_text("确认")
    eventually(page, f"document.activeElement.id && document.activeElement.id !== '{second}'")
    page.keyboard.press("a")
    expect(page.locator("#confirm")).to_be_visible()
    page.get_by_role("button", name="确定").press("Enter")
    expect(page.locator('[data-do="all"]')).to_have_count(0)
    page.keyboard.press("k")
    page.keyboard.press(">")
    page.wait_for_url("**/queue")


def test_an_agent_appeals_with_the_mouse(window: Window, sign_in: SignIn, call: int) -> None:
    page = window.open(f"/calls/{call}", sign_in("agent").token)
    violated(page).locator(".item__head").click()
    other = page.locator(".item.is-bad[id]").nth(1)
    other.locator(".item__appeal summary").click()
    other.locator("textarea").fill("1:05 处已经说明")
    other.get_by_role("button", name="提交申诉").click()
    expect(page.locator(".timeline")).to_contain_text("1:05 处已经说明")
    expect(page.locator("#toasts")).to_contain_text("申诉 1 已提交")
    assert page.locator("[data-override]").count() == 0


def test_a_note_and_a_change_of_mind(page: Page) -> None:
    item = violated(page).get_attribute("id") or ""
    go_to(page, item)
    page.keyboard.press("o")
    page.keyboard.press("Escape")
    expect(page.locator(f"#{item} details[data-override]")).not_to_have_attribute("open", "")
    page.keyboard.press("n")
    page.keyboard.type("两处都听得到")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{item} .item__word")).to_contain_text("确认：两处都听得到")
    page.locator(f"#{item}").get_by_role("button", name="撤回我的意见").click()
    expect(page.locator(f"#{item} .item__word")).to_have_count(0)


def test_the_keys_are_listed(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("确认机检判定")
    page.keyboard.press("c")
    page.keyboard.press("Escape")
    expect(page.locator(".item__word")).to_have_count(0)


def test_what_is_refused_is_said_and_nothing_is_lost(page: Page, window: Window) -> None:
    item = violated(page).get_attribute("id") or ""
    go_to(page, item)
    page.keyboard.press("o")
    page.keyboard.press("1")
    page.keyboard.type("  ")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("请写明理由")
    expect(page.locator(f"#{item} details[data-override]")).to_have_attribute("open", "")
    window.complaints[:] = [text for text in window.complaints if "422" not in text]


def test_without_a_script_it_reads_and_plays(window: Window, sign_in: SignIn, call: int) -> None:
    context = window.browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": SESSION, "value": sign_in("inspector").token, "url": window.address}])
    page = context.new_page()
    page.goto(f"{window.address}/calls/{call}")
    expect(page.locator("[data-audio]")).to_be_visible()
    expect(page.locator("[data-toggle-play]")).to_be_hidden()
    item = page.locator(".item.is-good[id]").first
    name = item.get_attribute("id")
    item.get_by_role("button", name="确认").click()
    expect(page.locator(f"#{name} .item__word")).to_contain_text("Inspector · 确认")


def test_a_recording_that_is_gone_is_told(
    window: Window, sign_in: SignIn, desk: Desk, samples: Path, tmp_path: Path
) -> None:
    pk = put_sample(desk.rubric_set[0], samples, "D028", recording_uri=str(tmp_path / "gone.wav"))
    page = window.open(f"/calls/{pk}", sign_in("inspector").token)
    expect(page.locator("[data-note]")).to_have_text("找不到录音")
    window.complaints[:] = [text for text in window.complaints if "404" not in text]


def test_what_hovering_tells_can_be_written_out(page: Page) -> None:
    button, notes = page.get_by_role("button", name="逐句说明"), page.locator(".turn__notes li")
    expect(notes.first).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(notes.first).to_be_visible()
    expect(notes.first).to_contain_text("识别把握")
    page.keyboard.press("Enter")
    expect(notes.first).to_be_hidden()


def overturn(page: Page, item: str) -> None:
    """By keyboard."""
    go_to(page, item)
    page.keyboard.press("t")  # nobody has judged it yet
    expect(page.locator("#toasts")).to_contain_text("按 T 之前先判定")
    page.keyboard.press("o")
    page.keyboard.press("1")
    page.keyboard.type("坐席已说明")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{item} .item__word")).to_contain_text("坐席已说明")


def test_one_key_teaches_what_was_judged_and_takes_it_back(page: Page) -> None:
    overturn(page, "item-forbidden_phrase")
    button = page.locator('#item-forbidden_phrase [data-do="teach"]')
    expect(button).to_contain_text("作为样例教给模型")
    page.keyboard.press("t")
    expect(button).to_contain_text("已作为样例")
    eventually(page, "document.activeElement.id === 'item-forbidden_phrase'")
    page.keyboard.press("t")
    expect(button).to_contain_text("作为样例教给模型")


def test_the_key_behind_a_confirmation_means_what_was_confirmed(page: Page) -> None:
    go_to(page, "item-forbidden_phrase")
    page.keyboard.press("c")
    eventually(page, "document.activeElement.id === 'item-attitude'")
    page.keyboard.press("T")  # as with caps lock
    expect(page.locator("#toasts")).to_contain_text("服务禁语：已作为样例")
    eventually(page, "document.activeElement.id === 'item-forbidden_phrase'")
    expect(page.locator('#item-forbidden_phrase [data-do="teach"]')).to_contain_text("已作为样例")


def test_the_turn_that_plays_goes_with_the_key(page: Page) -> None:
    turn = page.locator(".turn").nth(6)
    start = float(turn.get_attribute("data-start") or "nan")
    page.evaluate(f"location.hash = 't={start + 0.1:.2f}'")
    expect(turn).to_have_class(re.compile("turn--now"))
    playing_now = (turn.get_attribute("id") or "").removeprefix("turn-")
    overturn(page, violated(page).get_attribute("id") or "")
    with page.expect_request("**/example") as sent:
        page.keyboard.press("t")
    assert f"turn={playing_now}" in (sent.value.post_data or "").split("&")
