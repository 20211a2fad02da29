"""The search page: what is found is shown to whom it may be shown."""

import pytest
from browsing import AGENT, TEAM, Browser, SignIn

from callqa.people import Role
from flows.runner import run_rubric
from flows.stage import in_this_process
from flows.steps import INDEX
from services.calls.call_list import list_calls
from services.console import wide_console
from store.people import audit
from web.desk import Desk


@pytest.fixture(autouse=True)
def indexed(desk: Desk) -> None:
    run_rubric(desk.rubric_set[0], "run", (INDEX,), in_this_process, wide_console())
    list_calls(desk.rubric_set, wide_console())


def rows(browser: Browser, query: str) -> list[dict]:  # type: ignore[type-arg]
    result: list[dict] = []  # type: ignore[type-arg]
    after = ""
    while True:
        page = browser.json(f"/search.json?q={query}{after}")["found"]  # type: ignore[index]
        result += page["rows"]
        if not page["after"]:
            return result
        after = f"&after={page['after']}"


def test_a_misspelt_road_is_found_marked_and_leads_to_its_second(sign_in: SignIn) -> None:
    page = sign_in("inspector").get("/search?q=章羊路").text
    assert '<mark title="同音">张杨路</mark>500号' in page
    assert '#t=18.0"' in page
    assert "下一页" in page


def test_as_written(sign_in: SignIn) -> None:
    inspector = sign_in("inspector")
    assert rows(inspector, "章羊路&by=text") == []
    assert "没有写成“章羊路”的通话" in inspector.get("/search?q=章羊路&by=text").text
    assert {row["alike"] for row in rows(inspector, "张杨路&by=text")} == {"原文"}


def test_all_pages_together_have_each_call_once(sign_in: SignIn) -> None:
    call_ids = [row["call_id"] for row in rows(sign_in("supervisor"), "停水")]
    assert len(call_ids) == len(set(call_ids)) == 60


@pytest.mark.parametrize(("role", "named"), [(Role.TEAM_LEAD, "team"), (Role.AGENT, "agent_id")])
def test_nobody_finds_what_they_may_not_see(sign_in: SignIn, role: Role, named: str) -> None:
    everything = rows(sign_in("supervisor"), "停水")
    shown = rows(sign_in(role), "停水")
    assert {row[named] for row in shown} == {AGENT if role is Role.AGENT else TEAM}
    assert shown == [row for row in everything if row in shown]
    hidden = next(row for row in everything if row not in shown)
    assert sign_in(role).json(f"/search.json?q={hidden['call_id']}")["found"]["named"] == []  # type: ignore[index]
    team = hidden["team"]
    assert all(row in shown for row in rows(sign_in(role), f"停水&team={team}"))


def test_an_administrator_searches_nothing(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    assert admin.get("/search?q=停水").status_code == 403
    assert 'action="/search"' not in admin.get("/help").text


def test_who_sees_nothing_personal_finds_nothing_by_it(sign_in: SignIn) -> None:
    trainer, inspector = sign_in("trainer"), sign_in("inspector")
    assert rows(inspector, "张杨路")
    assert rows(trainer, "张杨路") == []
    assert "不能用它们查找" in trainer.get("/search?q=张杨路").text
    text = "".join(piece["text"] for row in rows(trainer, "我姓") for turn in row["turns"] for piece in turn["pieces"])
    assert "我姓" in text
    assert "张杨路" not in text
    assert "王" not in text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "怎样找得准"),
        ("水", "只有一个音节"),
        ("停" * 101, "最多输入 100 个字"),
        ("停水&first=2026-13-01", "日期"),
        ("停水&first=2026-11-20&last=2026-11-01", "晚于结束日期"),
        ("龙东大道", "没有人说过"),
        ("call-0003", "/calls/3"),
        ("停水&first=2026-11-20", "停水"),
    ],
)
def test_every_state_says_what_to_do(sign_in: SignIn, query: str, says: str) -> None:
    page = sign_in("inspector").get(f"/search?q={query}")
    assert page.status_code == 200
    assert says in page.text


@pytest.mark.parametrize("parameter", ["by=fuzzy", "speaker=boss", "after=-1", "after=9223372036854775808", "after=x"])
def test_parameters_that_no_page_sends_are_refused(sign_in: SignIn, parameter: str) -> None:
    assert sign_in("inspector").get(f"/search?q=停水&{parameter}").status_code == 400


@pytest.mark.parametrize(
    "query", ["<script>alert(1)</script>", "停水'--", '"><img src=x>', "停水%00", "%", "{{ 7*7 }}"]
)
def test_a_query_is_only_text(sign_in: SignIn, query: str) -> None:
    page = sign_in("inspector").client.get("/search", params={"q": query})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


def test_in_english(sign_in: SignIn) -> None:
    page = sign_in("inspector", language="en").get("/search?q=水").text
    assert "one syllable" in page


def test_a_search_is_written_down_without_its_words(sign_in: SignIn, desk: Desk) -> None:
    sign_in("inspector").get("/search?q=停水")
    with desk.store.read() as c:
        (row,) = audit.page_of(c, audit.AuditFilter(action="searched"))
    assert row.entry.author == "inspector"
    assert "停水" not in str(row.entry)
