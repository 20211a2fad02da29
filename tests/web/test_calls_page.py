"""The list of calls in the browser: what stands in it for whom, filters, order, pages, files, saved filters."""

import csv
import re
from io import BytesIO, StringIO
from pathlib import Path
from urllib.parse import parse_qs, quote

import pytest
from browsing import AGENT, TEAM, Browser, SignIn
from chromium import Window
from openpyxl import load_workbook
from playwright.sync_api import Route
from rich.console import Console
from sample_calls import put_sample
from test_call_page import items, view

from callqa.people import Role
from services.calls.call_list import list_calls
from web.desk import Desk

QUIET = Console(quiet=True)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    list_calls(desk.rubric_set, QUIET)
    return desk


def rows(browser: Browser, query: str = "") -> list[dict[str, object]]:
    view = browser.json(f"/calls.json?{query}")
    assert isinstance(view, dict)
    assert not view["problem"]
    rows: list[dict[str, object]] = view["rows"]
    return rows


def test_what_stands_in_a_row(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    view = boss.json("/calls.json")
    assert isinstance(view, dict)
    assert (view["count"], view["capped"], len(view["rows"])) == (60, False, 50)
    times = [row["started_at"] for row in view["rows"]]
    assert times == sorted(times, reverse=True)
    row = view["rows"][0]
    page = boss.get("/calls").text
    assert f'href="/calls/{row["pk"]}"' in page
    assert all(title in page for title in row["failed"][:3])


def test_a_row_has_a_line_of_summary(sign_in: SignIn, desk: Desk, samples: Path) -> None:
    """Masked for who need not know names, whether they were looked for with the checks or not."""
    pk = put_sample(desk.rubric_set[0], samples, "D028")
    list_calls(desk.rubric_set, QUIET)
    lines = {}
    for role in ("inspector", "trainer"):
        browser = sign_in(role)
        (row,) = [row for row in rows(browser, "call=D028") if row["pk"] == pk]
        page = view(browser, pk)
        said_there = "；".join(
            "，".join(part["text"] for part in page[line]) for line in ("wanted", "outcome") if page[line]
        )
        assert row["summary"] == said_there
        assert said_there in browser.get("/calls?call=D028").text
        lines[role] = said_there
    assert "阳光苑" in lines["inspector"]
    assert "阳光苑" not in lines["trainer"]


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.SUPERVISOR, lambda row: True),
        (Role.TEAM_LEAD, lambda row: row["team"] == TEAM),
        (Role.AGENT, lambda row: row["agent_id"] == AGENT),
    ],
)
@pytest.mark.parametrize(
    "query", ["", f"agent={AGENT}", "agent=3000", f"team={quote('A组')}", "sort=lowest", "review=yes"]
)
def test_nobody_sees_more_than_they_may(sign_in: SignIn, role: Role, sees, query: str) -> None:  # type: ignore[no-untyped-def]
    everything = rows(sign_in(Role.SUPERVISOR, "boss"), query)
    mine = rows(sign_in(role), query)
    first = [row for row in everything if sees(row)]
    assert [row["pk"] for row in mine][: len(first)] == [row["pk"] for row in first]
    assert all(map(sees, mine))


def test_an_agent_is_offered_no_names_of_others(sign_in: SignIn) -> None:
    agent = sign_in("agent")
    view = agent.json("/calls.json")
    assert isinstance(view, dict)
    assert (view["menus"]["agents"], view["menus"]["teams"]) == ([], [])
    page = agent.get("/calls").text
    assert not re.search(r"\b3000\b", page), "besides the digits of a token"
    assert "导出" not in page
    assert agent.get("/calls/list.csv").status_code == 403


def test_filters_are_repeated_as_chips_that_come_off(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    view = boss.json("/calls.json?team=B%E7%BB%84&review=yes&low=50&sort=lowest")
    assert isinstance(view, dict)
    assert [shown["text"] for shown in view["filters"]] == ["班组：B组", "得分 50–100", "待复核"]
    assert view["filters"][2]["href"] == "/calls?team=B%E7%BB%84&low=50&sort=lowest"
    assert {row["team"] for row in view["rows"]} == {TEAM}


def test_pages_join(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    first = boss.json("/calls.json?sort=lowest")
    assert isinstance(first, dict)
    second = boss.json(first["next"].replace("/calls?", "/calls.json?"))
    assert isinstance(second, dict)
    seen = [row["pk"] for view in (first, second) for row in view["rows"]]
    assert len(seen) == len(set(seen))
    assert not second["next"]
    assert second["previous"]
    back = boss.json(second["previous"].replace("/calls?", "/calls.json?"))
    assert isinstance(back, dict)
    assert back["rows"] == first["rows"]
    assert (first["by_total"]["order"], first["by_time"]["order"]) == ("ascending", "")
    totals = [row["total"] for view in (first, second) for row in view["rows"]]
    assert totals == sorted(totals)


def test_an_empty_field_is_no_filter_and_not_in_the_link(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    sent = boss.get("/calls?team=&agent=+&first=&low=60&sort=lowest")
    assert (sent.status_code, sent.headers["location"]) == (303, "/calls?low=60&sort=lowest")
    assert boss.get("/calls?team=").headers["location"] == "/calls"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("low=lots", "分数“lots”不是数字"),
        ("first=2026-11-05&last=2026-11-01", "请对调"),
        ("at=made-up", "翻页链接已失效"),
        ("sort=1;DROP TABLE listing", "没有这种排序方式"),
        ("agent=a%00b", "无法显示的字符"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_listed(sign_in: SignIn, query: str, said: str) -> None:
    boss = sign_in("supervisor")
    response = boss.get(f"/calls?{query}")
    assert response.status_code == 200
    assert said in response.text
    assert "row-link" not in response.text
    assert boss.get(f"/calls/list.csv?{query}").status_code == (422 if "at=" not in query else 200)


@pytest.mark.parametrize("name", ["agent", "team", "category", "failed", "undecided", "call", "line", "request_type"])
def test_scripts_and_sql_in_a_filter_are_words(sign_in: SignIn, name: str) -> None:
    boss = sign_in("supervisor")
    for text in ("<script>alert(1)</script>", "' OR '1'='1", '"><img src=x>'):
        response = boss.get(f"/calls?{name}={quote(text)}")
        assert response.status_code == 200
        assert "没有符合条件的通话" in response.text
        assert text not in response.text


def test_empty_lists_say_what_to_do(sign_in: SignIn) -> None:
    assert "还没有您的通话" in sign_in("agent", "new", agent_id="3999").get("/calls").text
    assert "请放宽条件" in sign_in("supervisor").get("/calls?agent=3999").text


def test_the_list_as_csv_is_the_list(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    response = boss.get("/calls/list.csv?sort=lowest&high=90")
    assert response.headers["content-disposition"].startswith('attachment; filename="calls-')
    head, *lines = csv.reader(StringIO(response.content.decode("utf-8-sig")))
    assert head[:3] == ["通话时间", "通话编号", "工号"]
    listed = rows(boss, "sort=lowest&high=90")
    assert [line[1] for line in lines] == [row["call_id"] for row in listed]
    assert [float(line[9]) for line in lines] == [round(row["total"], 2) for row in listed]  # type: ignore[call-overload]
    assert lines[0][10] == "、".join(listed[0]["failed"])  # type: ignore[arg-type]


def test_files_tell_what_a_call_is_about_with_asterisks(sign_in: SignIn, desk: Desk, samples: Path) -> None:
    pk = put_sample(desk.rubric_set[0], samples, "D028")
    list_calls(desk.rubric_set, QUIET)
    boss = sign_in("supervisor")
    call_id = view(boss, pk)["call_id"]
    table = csv.DictReader(StringIO(boss.get("/calls/list.csv").content.decode("utf-8-sig")))
    row = next(row for row in table if row["通话编号"] == call_id)
    assert row["诉求摘要"] == "反映：前男友砸门威胁，要求：派人上门制止，地点：曹路镇［地址］"
    assert row["办理摘要"] == "已登记求助工单"


def test_files_tell_who_found_a_fatal_fault_as_the_page_does(sign_in: SignIn) -> None:
    boss, inspector = sign_in("supervisor"), sign_in("inspector")
    pk, *others = [int(f"{row['pk']}") for row in rows(boss, "fatal=yes")]
    assert others
    item = next(
        item["id"] for item in items(view(boss, pk)).values() if item["fatal"] and item["verdict"] == "violated"
    )
    assert inspector.post(f"/calls/{pk}/verdict", item=item, action="confirm").status_code == 303
    on_page = {row["call_id"]: "已确认" if row["confirmed"] else "待确认" if row["fatal"] else "" for row in rows(boss)}
    assert set(on_page.values()) == {"已确认", "待确认", ""}
    table = csv.DictReader(StringIO(boss.get("/calls/list.csv").content.decode("utf-8-sig")))
    assert {line["通话编号"]: line["一票否决"] for line in table}.items() >= on_page.items()
    sheet = load_workbook(BytesIO(boss.get("/calls/list.xlsx").content)).active
    assert sheet is not None
    head, *lines = sheet.iter_rows(values_only=True)
    at, fatal = head.index("通话编号"), head.index("一票否决")
    assert {line[at]: line[fatal] or "" for line in lines}.items() >= on_page.items()


def test_the_list_as_a_workbook_is_the_list(sign_in: SignIn) -> None:
    lead = sign_in("team_lead")
    sheet = load_workbook(BytesIO(lead.get("/calls/list.xlsx").content)).active
    assert sheet is not None
    ids = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert ids == [row["call_id"] for row in rows(lead)]
    assert len(ids) == 30


def test_a_filter_is_kept_used_replaced_and_deleted(sign_in: SignIn) -> None:
    boss, other = sign_in("supervisor"), sign_in("inspector")
    done = boss.post("/calls/filters", name=" 低分 ", query="high=60&sort=lowest")
    assert done.headers["location"] == "/calls?high=60&sort=lowest"
    boss.post("/calls/filters", name="低分", query="high=70&team=B%E7%BB%84&sort=lowest")
    view = boss.json("/calls.json")
    assert isinstance(view, dict)
    (kept,) = view["saved"]
    assert kept["name"] == "低分"
    assert parse_qs(kept["href"].partition("?")[2]) == {"team": ["B组"], "high": ["70"], "sort": ["lowest"]}
    assert other.json("/calls.json")["saved"] == []  # type: ignore[index]
    assert other.post(f"/calls/filters/{kept['pk']}/delete").status_code == 404
    assert boss.post(f"/calls/filters/{kept['pk']}/delete").status_code == 303
    assert boss.json("/calls.json")["saved"] == []  # type: ignore[index]


@pytest.mark.parametrize(("name", "query"), [("", "high=60"), ("全部", ""), ("全部", "page=2")])
def test_nothing_is_kept_without_name_or_filter(sign_in: SignIn, name: str, query: str) -> None:
    boss = sign_in("supervisor")
    assert boss.post("/calls/filters", name=name, query=query).status_code == 303
    assert boss.json("/calls.json")["saved"] == []  # type: ignore[index]


@pytest.mark.slow
def test_filtering_changes_the_address_and_the_way_back_works(window: Window, sign_in: SignIn) -> None:
    page = window.open("/calls", sign_in("supervisor").token)
    page.select_option("#team", "B组")
    page.wait_for_url("**/calls?team=*")
    assert page.locator("tbody tr").count() == 30
    page.get_by_role("link", name="得分").click()
    page.wait_for_url("**sort=lowest")
    with page.expect_event("load"):  # it is asked for anew
        page.go_back()
    page.locator("th[aria-sort='descending']").wait_for()  # the newest first again
    with page.expect_event("load"):
        page.go_back()
    page.wait_for_url("**/calls")
    page.locator("tbody tr").nth(49).wait_for()


@pytest.mark.slow
def test_going_back_again_while_the_page_still_loads(window: Window, sign_in: SignIn) -> None:
    page = window.open("/calls", sign_in("supervisor").token)
    page.select_option("#team", "B组")
    page.wait_for_url("**/calls?team=*")
    page.get_by_role("link", name="得分").click()
    page.wait_for_url("**sort=lowest")
    held: list[Route] = []  # so that the page is there, and not ready
    page.route("**/htmx.min.js*", lambda route: route.continue_() if held else held.append(route))
    page.evaluate("history.back()")
    page.locator("th[aria-sort='descending']").wait_for()  # the newest first again
    assert page.locator("tbody tr").count() == 30
    page.evaluate("history.back()")
    page.locator("tbody tr").nth(49).wait_for()
    assert page.url.endswith("/calls")
    assert held
