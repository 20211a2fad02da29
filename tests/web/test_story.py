"""One day at the desk, in a real browser, from the password to the verdict on an appeal."""

from pathlib import Path

import pytest
from browsing import AGENT, TEAM
from chromium import Window
from playwright.sync_api import Page, expect
from rich.console import Console
from sample_calls import put_sample

from callqa.people import Role
from services.calls.call_list import list_calls
from store.people import accounts
from web.access import passwords
from web.desk import Desk

PASSWORD = "晨晖路的梧桐树很好看呀真的"


@pytest.fixture
def call(desk: Desk, samples: Path) -> int:
    """A call of the agent with its recording, and people of every role who know a password."""
    pk = put_sample(desk.rubric_set[0], samples, "D028")
    list_calls(desk.rubric_set, Console(quiet=True))
    kept = passwords.hash_new(PASSWORD)
    people = [
        ("boss", Role.SUPERVISOR, {}),
        ("wang", Role.INSPECTOR, {}),
        ("lead", Role.TEAM_LEAD, {"teams": (TEAM,)}),
        ("agent", Role.AGENT, {"agent_id": AGENT}),
        ("other", Role.AGENT, {"agent_id": "3002"}),
    ]
    with desk.store.write() as c:
        for name, role, facts in people:
            account = accounts.add_account(c, accounts.NewAccount(name, name.title(), role, **facts), desk.now())
            accounts.set_password_hash(c, account.pk, kept)
    return pk


def enter(window: Window, name: str, place: str = "/") -> Page:
    """Signs in as people do, and comes out at ``place``."""
    page = window.open(place)
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{window.address}{place}")
    return page


def total(page: Page) -> float:
    return float(page.locator("[data-total]").inner_text())


def mean_of_agent(page: Page, address: str) -> float:
    page.goto(f"{address}/agent?id={AGENT}")
    return float(page.locator(".stat", has_text="平均分").first.locator(".stat__value").inner_text().removesuffix("分"))


def test_a_verdict_from_the_machine_to_the_final_word(window: Window, call: int) -> None:
    wang = enter(window, "wang", f"/calls/{call}")

    # A possible fatal fault leaves the total open until a person has spoken.
    expect(wang.locator("[data-total]")).to_have_text("未定")
    fatal = wang.locator(".item.is-bad", has_text="疑似一票否决")
    fatal_title = fatal.locator(".item__title").inner_text()
    fatal.locator(".item__title").click()
    fatal.locator("summary", has_text="改判").click()
    fatal.get_by_label("合格 1", exact=True).check()
    fatal.get_by_label("理由").fill("转述市民原话")
    fatal.get_by_role("button", name="保存").click()
    expect(wang.locator(".item.is-good", has_text=fatal_title)).to_be_visible()
    expect(wang.locator("[data-total]")).not_to_have_text("未定")

    # A deduction is heard where it happened.
    item = wang.locator(".item.is-bad", has=wang.locator("a.place")).first
    title = item.locator(".item__title").inner_text()
    place = item.locator("a.place").first
    second = float(place.get_attribute("data-start") or "nan")
    place.click()
    wang.wait_for_function("second => document.querySelector('audio').currentTime >= second - 0.5", arg=second)

    # Overridden with a reason: the score of the call, and of its agent, follow.
    before, mean_before = total(wang), mean_of_agent(wang, window.address)
    wang.goto(f"{window.address}/calls/{call}")
    item = wang.locator(".item", has_text=title).first
    item.locator(".item__title").click()
    item.locator("summary", has_text="改判").click()
    item.get_by_label("合格 1", exact=True).check()
    item.get_by_label("理由").fill("录音里说了")
    item.get_by_role("button", name="保存").click()
    expect(wang.locator(".item.is-good", has_text=title)).to_be_visible()
    assert total(wang) > before
    assert mean_of_agent(wang, window.address) > mean_before

    # The agent reads it, and contests another item.
    agent = enter(window, "agent", f"/calls/{call}")
    expect(agent.locator(".item", has_text=title).first).to_contain_text("录音里说了")
    contested = agent.locator(".item.is-bad", has=agent.locator("summary", has_text="申诉")).first
    contested_title = contested.locator(".item__title").inner_text()
    contested.locator(".item__title").click()
    contested.locator("summary", has_text="申诉").click()
    contested.get_by_label("申诉理由").fill("请听 0:40，我已经说明")
    contested.get_by_role("button", name="提交申诉").click()
    expect(agent.locator("#side-content")).to_contain_text("待班组长处理")
    after_review = total(agent)

    # The team lead hears it and accepts.
    lead = enter(window, "lead", "/appeals?shown=todo")
    lead.locator("table .row-link").first.click()
    expect(lead.locator("input:checked")).to_have_count(0)
    # All that it takes stands on one page, and the player is at the second.
    expect(lead.locator(".item")).to_contain_text(contested_title)
    expect(lead.locator(".timeline")).to_contain_text("请听 0:40，我已经说明")
    expect(lead.get_by_role("heading", name="规定")).to_be_visible()
    place = float(lead.locator(".item .place").first.get_attribute("data-start") or "nan")
    lead.wait_for_function("second => Math.abs(document.querySelector('audio').currentTime - second) < 1", arg=place)
    assert 0 < lead.locator(".turn:visible").count() < lead.locator(".turn").count(), "what was said around it"
    lead.get_by_role("button", name="显示全部").click()
    assert lead.locator(".turn:visible").count() == lead.locator(".turn").count()
    lead.get_by_text("成立，改判", exact=True).click()
    lead.get_by_text("合格", exact=True).click()
    lead.get_by_label("理由").fill("听到了，改判")
    lead.get_by_role("button", name="提交").click()
    expect(lead.locator(".flashes")).to_contain_text("得分")
    expect(lead.locator(".flashes")).not_to_contain_text("金标集")

    agent.goto(f"{window.address}/appeals?shown=all")
    expect(agent.locator("table")).to_contain_text("成立")
    agent.goto(f"{window.address}/calls/{call}")
    expect(agent.locator(".item.is-good", has_text=contested_title)).to_be_visible()
    assert total(agent) > after_review


def test_a_supervisor_filters_and_takes_the_list_along(window: Window, call: int) -> None:
    boss = enter(window, "boss", "/calls")
    boss.goto(f"{window.address}/calls?agent={AGENT}&category=政法")
    expect(boss.locator("tbody tr")).to_have_count(1)
    expect(boss.locator("tbody")).to_contain_text("D028")
    boss.locator("summary", has_text="导出").click()
    with boss.expect_download() as download:
        boss.get_by_role("link", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert [line.count("D028") for line in text.strip().splitlines()] == [0, 1]


def test_an_agent_cannot_see_the_calls_of_another(window: Window, call: int) -> None:
    other = enter(window, "other", "/calls")
    expect(other.locator("tbody")).not_to_contain_text("D028")
    for path in (f"/calls/{call}", f"/calls/{call}.json", f"/calls/{call}/audio", f"/calls/{call}/peaks.json"):
        assert other.request.get(f"{window.address}{path}").status == 404, path
    answer = other.goto(f"{window.address}/agent?id={AGENT}")
    assert answer is not None
    assert answer.status == 404
    window.complaints.clear()  # of the 404


def test_a_reviewer_without_an_assigner_takes_a_call_and_a_supervisor_gives_it_to_another(
    window: Window, call: int
) -> None:
    wang = enter(window, "wang", "/queue")
    with wang.expect_response(lambda answer: answer.url.endswith("/queue/take")):
        wang.get_by_role("button", name="领取下一通").click()
    wang.wait_for_url("**/calls/*")
    taken = wang.locator("h1").inner_text().split()[-1]
    expect(wang.locator(".flashes")).to_contain_text(taken)

    boss = enter(window, "boss", "/queue?whose=all")
    boss.get_by_label(f"勾选 {taken}").check()
    boss.locator("#chosen select").select_option("boss")
    with boss.expect_response(lambda answer: answer.url.endswith("/queue/assign")):
        boss.get_by_role("button", name="改派勾选的通话").click()
    expect(boss.locator(".flashes")).to_contain_text("已分配 1 条通话")
    boss.goto(f"{window.address}/queue")
    expect(boss.locator("tbody")).to_contain_text(taken)
    wang.goto(f"{window.address}/queue")
    expect(wang.locator("main")).to_contain_text("没有要您复核的通话")
    window.complaints.clear()  # of the made-up call that was taken, which has no sound
