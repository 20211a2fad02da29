"""The pages of administrators about people and teams, as a browser sees them."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from browsing import TEAM, Browser, SignIn
from httpx import Response

from callqa.people import Account, AuditEntry, Role
from store.people import accounts, audit, sign_ins
from store.people.audit import AuditFilter
from web.access import passwords
from web.access.tokens import token_hash
from web.audit.actions import VIEWS
from web.desk import Desk

FORM = {"full_name": "王丽", "role": "team_lead", "agent_id": "", "teams": "早班、 夜班，早班", "language": "zh"}


@pytest.fixture
def admin(desk: Desk, sign_in: SignIn) -> Browser:
    """Who could sign in again, too."""
    browser = sign_in(Role.ADMIN)
    with desk.store.write() as c:
        accounts.set_password_hash(c, browser.account.pk, "hash")
    return browser


def add(desk: Desk, name: str, role: Role = Role.TRAINER, **facts: object) -> Account:
    with desk.store.write() as c:
        return accounts.add_account(c, accounts.NewAccount(name, "", role, **facts), desk.now())  # type: ignore[arg-type]


def stands(desk: Desk, pk: int) -> Account | None:
    with desk.store.read() as c:
        return accounts.account_of(c, pk)


def log(desk: Desk) -> list[AuditEntry]:
    with desk.store.read() as c:
        return [row.entry for row in audit.page_of(c, AuditFilter(kind="account", but=VIEWS))]


def link_in(response: Response) -> str:
    match = re.search(r'value="http://testserver/welcome\?token=([\w-]{43})"', response.text)
    assert match, response.text
    return match[1]


def test_adding_shows_a_link_once(desk: Desk, admin: Browser) -> None:
    response = admin.post("/people", name="Wang", **FORM)
    assert response.status_code == 200
    with desk.store.read() as c:
        made = accounts.account_named(c, "wang")
        token = sign_ins.find_token(c, token_hash(link_in(response)), desk.now())
    assert made == Account(made.pk if made else 0, "Wang", "王丽", Role.TEAM_LEAD, None, ("早班", "夜班"))
    assert token
    assert token.account_pk == made.pk
    (entry,) = log(desk)
    assert (entry.author, entry.role, entry.action, entry.address) == ("admin", "admin", "account_added", "testclient")
    assert link_in(response) not in admin.get(f"/people/{made.pk}").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "a b"}, "用户名由 1 至 64 个文字"),
        ({"name": ""}, "用户名由 1 至 64 个文字"),
        ({"name": "ADMIN"}, "已有这个用户名的账号"),
        ({"teams": " 、"}, "班组长需要至少一个班组"),
        ({"role": "agent"}, "坐席需要工号"),
    ],
)
def test_what_is_wrong_stands_in_the_form(desk: Desk, admin: Browser, change: dict[str, str], said: str) -> None:
    response = admin.post("/people", **{"name": "wang", **FORM, **change})
    assert response.status_code == 422
    assert said in response.text
    assert 'value="王丽"' in response.text  # nothing is typed twice
    assert log(desk) == []


@pytest.mark.parametrize("change", [{"role": "boss"}, {"role": ""}, {"full_name": "x" * 65}, {"language": "fr"}])
def test_what_no_form_of_ours_sends(desk: Desk, admin: Browser, change: dict[str, str]) -> None:
    assert admin.post("/people", **{"name": "wang", **FORM, **change}).status_code == 400


def test_changing(desk: Desk, admin: Browser) -> None:
    account = add(desk, "wang")
    response = admin.post(f"/people/{account.pk}", **FORM)
    assert (response.status_code, response.headers["location"]) == (303, f"/people/{account.pk}")
    assert stands(desk, account.pk) == Account(account.pk, "wang", "王丽", Role.TEAM_LEAD, None, ("早班", "夜班"))
    page = admin.get(f"/people/{account.pk}").text
    assert "已保存 王丽 的账号" in page
    assert "班组长" in page
    assert "早班、夜班" in page
    assert log(desk)[0].detail == {"full_name": "王丽", "role": "team_lead", "teams": ["早班", "夜班"]}
    refused = admin.post(f"/people/{account.pk}", **{**FORM, "teams": ""})
    assert (refused.status_code, stands(desk, account.pk).teams) == (422, ("早班", "夜班"))  # type: ignore[union-attr]


def test_an_agent_s_id_may_be_typed_in_full_width(desk: Desk, admin: Browser) -> None:
    agent = {**FORM, "role": "agent", "agent_id": " ３０２８", "teams": ""}
    admin.post("/people", name="wang", **agent)
    other = add(desk, "li")
    admin.post(f"/people/{other.pk}", **{**agent, "agent_id": "３０２９"})
    with desk.store.read() as c:
        assert sorted(accounts.accounts_of_agents(c, ["3028", "3029"])) == ["3028", "3029"]


def test_the_last_administrator_stays(desk: Desk, admin: Browser) -> None:
    pk = admin.account.pk
    refused = admin.post(f"/people/{pk}", **FORM)
    assert refused.status_code == 422
    assert "最后一位能登录的系统管理员" in refused.text
    admin.post(f"/people/{pk}/disable")
    assert "最后一位能登录的系统管理员" in admin.get(f"/people/{pk}").text
    assert stands(desk, pk) == admin.account


def test_who_is_disabled_is_out_at_once(desk: Desk, admin: Browser, sign_in: SignIn) -> None:
    wang = sign_in(Role.TRAINER, "wang")
    assert wang.get("/about").status_code == 200
    admin.post(f"/people/{wang.account.pk}/disable")
    assert wang.get("/about").status_code == 303
    assert "已停用" in admin.get(f"/people/{wang.account.pk}").text
    admin.post(f"/people/{wang.account.pk}/enable")
    assert wang.get("/about").status_code == 303  # the old session does not come back
    assert not stands(desk, wang.account.pk).disabled  # type: ignore[union-attr]


def test_a_new_link_ends_the_earlier_one(desk: Desk, admin: Browser) -> None:
    account = add(desk, "wang")
    first, second = (link_in(admin.post(f"/people/{account.pk}/link")) for _ in range(2))
    with desk.store.read() as c:
        assert sign_ins.find_token(c, token_hash(first), desk.now()) is None
        assert sign_ins.find_token(c, token_hash(second), desk.now())


def test_signing_somebody_out(desk: Desk, admin: Browser, sign_in: SignIn) -> None:
    wang = sign_in(Role.TRAINER, "wang")
    sign_in(Role.TRAINER, "wang")
    assert len(admin.json(f"/people/{wang.account.pk}.json")["sessions"]) == 2  # type: ignore[index]
    admin.post(f"/people/{wang.account.pk}/sign-out")
    assert "已退出 Wang 的 2 处登录" in admin.get(f"/people/{wang.account.pk}").text
    assert wang.get("/about").status_code == 303


def test_unlinking(desk: Desk, admin: Browser) -> None:
    account = add(desk, "wang")
    with desk.store.write() as c:
        accounts.link_subject(c, account.pk, "17")
    assert admin.json(f"/people/{account.pk}.json")["linked"] is True  # type: ignore[index]
    admin.post(f"/people/{account.pk}/unlink")
    assert admin.json(f"/people/{account.pk}.json")["linked"] is False  # type: ignore[index]
    assert log(desk)[0].action == "identity_unlinked"


@pytest.mark.parametrize("path", ["/people/99", "/people/99/disable", "/people/99/link", "/people/99/sign-out"])
def test_who_is_not_there(admin: Browser, path: str) -> None:
    response = admin.get(path) if path == "/people/99" else admin.post(path)
    assert response.status_code == 404
    assert admin.get("/people/99999999999999999999").status_code == 404


def test_the_list_is_filtered_and_paged(desk: Desk, admin: Browser) -> None:
    for n in range(60):
        add(desk, f"agent{n:02}", Role.AGENT, agent_id=f"4{n:03}")
    first = admin.json("/people.json?role=agent")
    assert [row["name"] for row in first["rows"]] == [f"agent{n:02}" for n in range(50)]  # type: ignore[index]
    second = admin.client.get(first["next"].replace("/people?", "/people.json?")).json()  # type: ignore[index]
    assert ([row["name"] for row in second["rows"]], second["next"]) == ([f"agent{n:02}" for n in range(50, 60)], "")
    page = admin.get("/people?q=4057&role=").text
    assert "agent57" in page
    assert "agent56" not in page
    assert "没有符合条件的用户" in admin.get("/people?q=%25").text


def test_stored_script_stays_text(desk: Desk, admin: Browser) -> None:
    script = "<script>alert(1)</script>"
    admin.post("/people", name="wang", **{**FORM, "full_name": script, "teams": script})
    for path in ("/people", "/people/teams", "/audit", "/people/2"):
        page = admin.get(path).text
        assert script not in page
        assert "alert(1)" in page or path == "/audit", path


def test_teams_come_from_calls_and_roster(desk: Desk, admin: Browser, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("agent_id,team\n9001,新班\n3001,B组\n", encoding="utf-8")
    ingest = desk.settings.ingest.model_copy(update={"roster": roster})
    desk.settings = desk.settings.model_copy(update={"ingest": ingest})
    lead = add(desk, "lead", Role.TEAM_LEAD, teams=(TEAM,))
    wang = add(desk, "wang", Role.AGENT, agent_id="3001")
    view = admin.json(f"/people/teams.json?team={TEAM}")
    shown = {row["name"]: row for row in view["teams"]}  # type: ignore[index]
    assert set(shown) == {"A组", "B组", "新班"}
    assert shown["B组"]["leads"] == [{"pk": lead.pk, "name": "lead"}]
    assert (shown["新班"]["n_agents"], shown["新班"]["n_calls"]) == (1, 0)
    members = {member["agent_id"]: member for member in view["members"]}  # type: ignore[index]
    assert members["3001"]["account"] == {"pk": wang.pk, "name": "wang"}
    (without,) = [member for member in members.values() if not member["account"]][:1]
    assert f'value="{without["agent_id"]}"' in admin.get(without["add_href"]).text
    page = admin.get("/people/teams").text
    assert "没有班组长账号" in page
    roster.write_text("nonsense", encoding="utf-8")
    assert admin.get("/people/teams").status_code == 200


def test_a_whole_team_gets_accounts(desk: Desk, admin: Browser, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("agent_id,team\n9001,新班\n9002,新班\n90 03,新班\nADMIN,新班\n", encoding="utf-8")
    ingest = desk.settings.ingest.model_copy(update={"roster": roster})
    desk.settings = desk.settings.model_copy(update={"ingest": ingest})
    add(desk, "li", Role.AGENT, agent_id="9002")
    response = admin.post("/people/teams/accounts", team="新班")
    assert response.status_code == 200
    assert "90 03、ADMIN" in response.text
    (link,) = re.findall(r"http://testserver/welcome\?token=([\w-]{43})", response.text)
    with desk.store.read() as c:
        token = sign_ins.find_token(c, token_hash(link), desk.now())
        made = accounts.account_named(c, "9001")
    assert made == Account(token.account_pk, "9001", "", Role.AGENT, "9001")  # type: ignore[union-attr,arg-type]
    assert [entry.object for entry in log(desk)] == ["9001"]
    again = admin.post("/people/teams/accounts", team="新班")
    assert "没有新建账号" in again.text


def test_the_link_leads_to_a_password(desk: Desk, admin: Browser, sign_in: SignIn) -> None:
    """From the administrator's page to the first sign-in of the new person."""
    link = link_in(admin.post("/people", name="wang", **FORM))
    guest = sign_in(Role.TRAINER).client
    guest.cookies.clear()
    page = guest.get(f"/welcome?token={link}")
    csrf = re.search(r'name="csrf" value="(\w+)"', page.text)[1]  # type: ignore[index]
    word = "晨晖路的梧桐树很好看呀真的"
    done = guest.post("/welcome", data={"csrf": csrf, "token": link, "password": word, "again": word})
    assert done.status_code == 303
    assert "王丽" in guest.get("/account").text
    assert passwords.account_with(desk.store, "wang", word)
    assert guest.get(f"/welcome?token={link}").status_code == 404


def test_a_session_that_is_too_old_is_not_shown(desk: Desk, admin: Browser) -> None:
    account = add(desk, "wang")
    with desk.store.write() as c:
        then = desk.now() - timedelta(hours=3)
        sign_ins.start_session(c, account.pk, "key", "10.0.0.9", then, then + timedelta(hours=12))
    view = admin.json(f"/people/{account.pk}.json")
    assert view["sessions"] == []  # type: ignore[index]
    assert view["seen_at"] is not None  # type: ignore[index]
