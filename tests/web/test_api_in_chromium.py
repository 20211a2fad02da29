"""A supervisor makes a token on the desk and tries the interface with it, in a real browser without the internet."""

from browsing import SignIn
from chromium import Window
from playwright.sync_api import expect


def test_a_supervisor_makes_a_token_and_tries_it_on_the_page_of_the_contract(window: Window, sign_in: SignIn) -> None:
    page = window.open("/account", sign_in("supervisor").token)
    page.get_by_role("link", name="管理令牌").click()
    page.get_by_label("用途").fill("数据大屏")
    page.get_by_role("button", name="生成").click()
    token = page.get_by_label("令牌", exact=True).input_value()
    page.get_by_role("link", name="完成").click()
    expect(page.get_by_text("还没有用过")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="接口文档").click()
    page.get_by_role("button", name="Authorize").click()
    page.get_by_label("Value").fill(token)
    page.get_by_label("Apply credentials").click()
    page.get_by_role("button", name="Close").last.click()
    page.locator("#operations-Token-get_token .opblock-summary-control").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table").get_by_text("数据大屏").first).to_be_visible()
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {window.address.split("/")[2]}
