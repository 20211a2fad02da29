"""A supervisor's rubric change in a real browser: from the password to its publication by a second person."""

import os
from pathlib import Path

import pytest
from chromium import Window
from playwright.sync_api import Page, expect
from test_accessibility import SIZES, wrong

from callqa.people import Role
from services.configuration.drafts import of_the_next_run
from store.people import accounts
from web.access import passwords
from web.desk import Desk

PASSWORD = "晨晖路的梧桐树很好看呀真的"
PHONE = (390, 844, "light")


@pytest.fixture(autouse=True)
def people(desk: Desk) -> None:
    with desk.store.write() as c:
        for name in ("boss", "second"):
            new = accounts.NewAccount(name, name.title(), Role.SUPERVISOR)
            account = accounts.add_account(c, new, desk.now())
            accounts.set_password_hash(c, account.pk, passwords.hash_new(PASSWORD))


def enter(window: Window, name: str) -> Page:
    page = window.open("/rubrics")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{window.address}/rubrics")
    return page


def look(page: Page, name: str) -> None:
    """Accessible on a screen and on a phone; kept as pictures where a folder for them is named."""
    assert {size: violations for size in (*SIZES, PHONE) if (violations := wrong(page, *size))} == {}
    if folder := os.environ.get("PICTURES"):
        for width, height, _ in (SIZES[0], PHONE):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 768})


def test_a_supervisor_changes_the_rubric_and_a_second_one_publishes_it(window: Window, desk: Desk) -> None:
    boss = enter(window, "boss")
    boss.get_by_role("link", name="修改与批准").click()
    boss.get_by_role("button", name="修改评分表 pudong-12345").click()
    boss.get_by_label("版本").fill("2026.2")
    boss.get_by_label("分值 开头语").fill("6")
    boss.get_by_role("button", name="保存草案").click()
    expect(boss.get_by_text("分值 5 → 6")).to_be_visible()
    boss.get_by_label("为什么要改").fill("开头语更重要")
    boss.get_by_role("button", name="提交，请另一人批准").click()
    expect(boss.get_by_text("待批准").first).to_be_visible()
    draft = boss.url
    second = enter(window, "second")
    second.get_by_role("link", name="修改与批准").click()
    second.get_by_role("link", name="评分表 pudong-12345").click()
    assert second.url == draft
    second.get_by_role("button", name="批准并发布").click()
    second.get_by_role("button", name="确定").click()
    expect(second.get_by_text("等下一次运行")).to_be_visible()
    (context,) = of_the_next_run(desk.settings, desk.store)
    assert (context.rubric.version, context.rubric.items[0].points) == ("2026.2", 6)
    look(second, "list")


def test_pages_of_a_draft_are_accessible_and_phrases_are_tried(window: Window) -> None:
    boss = enter(window, "boss")
    boss.goto(f"{window.address}/configuration")
    boss.get_by_role("button", name="修改评分表 pudong-12345").click()
    look(boss, "sheet")
    boss.get_by_role("link", name="新建用语检查").first.click()
    boss.get_by_label("用语（每行一条）").first.fill("请您核对一下")
    boss.get_by_label("一句话").fill("那请您合对一下地址")
    boss.get_by_role("button", name="看看命中哪里").click()
    expect(boss.locator("mark")).to_have_text("请您合对一下")
    look(boss, "check")
    for button in ("修改抽检计划 weekly", "修改分派规则", "修改节假日", "修改保存期限"):
        boss.goto(f"{window.address}/configuration")
        boss.get_by_role("button", name=button).click()
        look(boss, button.split()[0])
