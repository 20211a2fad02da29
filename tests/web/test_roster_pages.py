"""The roster on the desk: imported, changed with a first day, taken out; names beside ids, for who may read them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import AGENT, TEAM, Browser, SignIn
from httpx import Response
from sqlalchemy import select

from callqa.people import Role
from callqa.roster import Membership, RosterAgent
from store.people import roster
from store.tables.call_list import call_list
from web.access.tokens import form_token
from web.desk import Desk

NAME = "钱小芳"
FILE = f"浦东热线坐席名册,,,\n坐席工号,姓名,所属班组,班组长\n{AGENT},{NAME},新班,周强\n".encode("gb18030")


def send(browser: Browser, content: bytes, name: str = "名册.csv") -> Response:
    return browser.client.post(
        "/roster/import", data={"csrf": form_token(browser.token)}, files={"file": (name, content)}
    )


def said(browser: Browser, response: Response) -> str:
    assert response.status_code == 303, response.text
    return browser.get(response.headers["location"]).text


def test_an_imported_roster_names_agents_and_moves_their_calls(desk: Desk, sign_in: SignIn) -> None:
    browser = sign_in(Role.SUPERVISOR)
    assert AGENT in browser.get("/roster").text, "who has calls and is not on the roster is listed"
    assert "新增 1 人" in said(browser, send(browser, FILE))
    with desk.store.read() as c:
        assert set(c.scalars(select(call_list.c.team).where(call_list.c.agent_id == AGENT))) == {"新班"}
    for page in ("/roster", "/calls", "/agents"):
        assert NAME in browser.get(page).text, page
    assert "3000" not in browser.get(f"/roster?q={NAME}").text.split("<table")[1].split("</table>")[0]
    taken_out = browser.get("/roster/roster.csv")
    assert "不变" in said(browser, send(browser, taken_out.content)), "what is taken out can be put in again"


def test_a_change_of_team_has_a_first_day(desk: Desk, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMIN)
    browser.post("/roster/agent", id=AGENT, name=NAME, hired_on="2025-03-01", team=TEAM)
    browser.post("/roster/agent/team", id=AGENT, team="夜班", first="2026-11-05")
    with desk.store.read() as c:
        agent = roster.roster_of(c)[AGENT]
    assert agent.teams == (Membership("", TEAM), Membership("2026-11-05", "夜班"))
    browser.post("/roster/agent/team/remove", id=AGENT, first="2026-11-05")
    with desk.store.read() as c:
        assert roster.roster_of(c)[AGENT].teams == (Membership("", TEAM),)
    response = browser.post("/roster/agent/remove", id=AGENT)
    assert parse_qs(urlsplit(response.headers["location"]).query) == {}
    assert browser.post("/roster/agent/remove", id=AGENT).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [(b"", "a.csv", "没有选择文件"), ("姓名\n张三\n".encode(), "a.csv", "应为 CSV、XLS"), (b"x", "a.doc", "不认识")],
)
def test_a_file_that_is_no_roster_is_refused_in_words(sign_in: SignIn, content: bytes, name: str, why: str) -> None:
    browser = sign_in(Role.SUPERVISOR)
    assert why in said(browser, send(browser, content, name))


@pytest.mark.parametrize(
    ("role", "facts", "shown"),
    [
        (Role.INSPECTOR, {}, True),
        (Role.TEAM_LEAD, {"teams": (TEAM,)}, True),
        (Role.TRAINER, {}, False),
        (Role.AGENT, {"agent_id": "3003"}, False),
    ],
)
def test_names_are_for_who_may_read_them(
    desk: Desk, sign_in: SignIn, role: Role, facts: dict[str, object], shown: bool
) -> None:
    with desk.store.write() as c:
        roster.put_agents(c, [RosterAgent(AGENT, NAME)], "wang", desk.now())
    browser = sign_in(role, **facts)
    pages = ("/agent", "/calls") if role is Role.AGENT else ("/calls", f"/agent?id={AGENT}")
    assert (NAME in "".join(browser.get(page).text for page in pages)) is shown
