"""Signing in and out, one-time links, and what an attacker would try at the door."""

import re
from datetime import timedelta

import pytest
from browsing import SignIn
from starlette.testclient import TestClient

from callqa.people import Role
from store.people import accounts, audit, sign_ins
from store.people.audit import AuditFilter
from web.access import passwords
from web.access.one_time_links import WELCOME
from web.access.tokens import SESSION, VISITOR, form_token, token_hash
from web.desk import Desk

PASSWORD = "晨晖路的梧桐树很好看呀真的"


@pytest.fixture
def wang(desk: Desk) -> str:
    """The login name of an inspector with a password."""
    with desk.store.write() as c:
        account = accounts.add_account(c, accounts.NewAccount("wang", "王芳", Role.INSPECTOR), desk.now())
        accounts.set_password_hash(c, account.pk, passwords.hash_new(PASSWORD, "wang"))
    return "wang"


def fill_in(client: TestClient, name: str, password: str, next: str = "/about", **more: str):
    page = client.get("/sign-in")
    csrf = re.search(r'name="csrf" value="(\w+)"', page.text)[1]
    return client.post("/sign-in", data={"csrf": csrf, "name": name, "password": password, "next": next, **more})


def test_the_right_password_signs_in_and_leads_on(guest: TestClient, wang: str) -> None:
    response = fill_in(guest, "WANG", PASSWORD)
    assert (response.status_code, response.headers["location"]) == (303, "/about")
    cookie = next(value for value in response.headers.get_list("set-cookie") if value.startswith(SESSION))
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "王芳" in guest.get("/about").text


def test_a_cookie_from_before_is_never_the_one_after(guest: TestClient, wang: str) -> None:
    """Whoever plants a session cookie in a browser does not get to share its session."""
    planted = {"cookie": f"{SESSION}=planted; {VISITOR}=planted"}
    form = {"csrf": form_token("planted"), "name": "wang", "password": PASSWORD}
    assert guest.post("/sign-in", data=form, headers=planted).status_code == 303
    assert guest.cookies.get(SESSION) not in (None, "planted")
    with_planted = TestClient(guest.app, cookies={SESSION: "planted"}, follow_redirects=False)
    assert with_planted.get("/about").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"), [("wang", "falsch"), ("nobody", PASSWORD), ("", ""), ("wang' OR 1=1 --", "x")]
)
def test_whatever_is_wrong_the_answer_is_the_same(guest: TestClient, wang: str, name: str, password: str) -> None:
    response = fill_in(guest, name or "x", password or "x")
    assert response.status_code == 401
    assert "用户名或密码不对" in response.text


def test_what_failed_stands_in_the_audit_log(guest: TestClient, wang: str, desk: Desk) -> None:
    fill_in(guest, "WANG", "falsch")
    fill_in(guest, "my secret pass phrase", "falsch")
    with desk.store.read() as c:
        entries = [row.entry for row in audit.page_of(c, AuditFilter(action="sign_in_failed"))]
    assert [(entry.author, entry.object, entry.object_pk is None, entry.address) for entry in entries] == [
        ("", "", True, "testclient"),
        ("", "wang", False, "testclient"),
    ]


def test_a_form_without_its_token_is_refused(guest: TestClient, wang: str) -> None:
    guest.get("/sign-in")
    for csrf in ("", "0" * 64):
        assert guest.post("/sign-in", data={"csrf": csrf, "name": "wang", "password": PASSWORD}).status_code == 403
    assert SESSION not in guest.cookies


def test_guessing_is_slowed_down(guest: TestClient, wang: str) -> None:
    answers = [fill_in(guest, "wang", f"guess {n}") for n in range(15)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert fill_in(guest, "wang", PASSWORD).status_code == 429


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("/about?x=1", "/about?x=1"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/%2Fevil.example", "/%2Fevil.example"),
        ("/%5Cevil.example", "/%5Cevil.example"),
        ("/calls?q=a%26b", "/calls?q=a%26b"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nset-cookie: x=1", "/"),
        ("", "/"),
    ],
)
def test_signing_in_never_leads_away(guest: TestClient, wang: str, asked: str, place: str) -> None:
    assert fill_in(guest, "wang", PASSWORD, next=asked).headers["location"] == place


def test_who_was_sent_to_sign_in_comes_back(guest: TestClient) -> None:
    assert guest.get("/about?q=%E5%8D%95").headers["location"] == "/sign-in?next=%2Fabout%3Fq%3D%25E5%258D%2595"


def test_signing_out_ends_the_session(sign_in: SignIn) -> None:
    browser = sign_in(Role.SUPERVISOR)
    assert browser.post("/sign-out").status_code == 303
    assert browser.get("/about").status_code == 303


def test_sessions_end_by_themselves(sign_in: SignIn, desk: Desk) -> None:
    browser = sign_in(Role.SUPERVISOR)
    now = desk.now()
    desk.now = lambda: now + timedelta(minutes=59)
    assert browser.get("/about").status_code == 200
    desk.now = lambda: now + timedelta(minutes=61)
    assert browser.get("/about").status_code == 303, "an hour is over, however busy"


def test_a_disabled_account_is_out_at_once(sign_in: SignIn, desk: Desk) -> None:
    browser = sign_in(Role.TRAINER)
    with desk.store.write() as c:
        accounts.change_account(c, browser.account.pk, disabled=True)
    assert browser.get("/about").status_code == 303


def test_the_first_administrator_comes_by_a_link_that_works_once(guest: TestClient, desk: Desk) -> None:
    with desk.store.write() as c:
        sign_ins.put_token(c, token_hash("secret"), None, WELCOME, desk.now() + timedelta(hours=1))
    page = guest.get("/welcome?token=secret")
    csrf = re.search(r'name="csrf" value="(\w+)"', page.text)[1]
    form = {"csrf": csrf, "token": "secret", "name": "李敏", "password": PASSWORD, "again": PASSWORD}
    assert guest.post("/welcome", data={**form, "again": "x"}).status_code == 422
    assert guest.post("/welcome", data={**form, "password": "short", "again": "short"}).status_code == 422
    assert "用户名由 1 至 64 个文字" in guest.post("/welcome", data={**form, "name": "李 敏"}).text
    assert guest.post("/welcome", data=form).status_code == 303
    assert "系统管理员" in guest.get("/about").text
    again = TestClient(guest.app, follow_redirects=False)
    assert again.get("/welcome?token=secret").status_code == 404


def test_a_guest_can_switch_to_english(guest: TestClient) -> None:
    csrf = re.search(r'name="csrf" value="(\w+)"', guest.get("/sign-in").text)[1]
    assert guest.post("/language", data={"csrf": csrf, "lang": "en"}).status_code == 303
    assert "Sign in" in guest.get("/sign-in").text


def test_an_account_keeps_its_language(sign_in: SignIn) -> None:
    browser = sign_in(Role.INSPECTOR)
    browser.post("/language", lang="en")
    assert 'lang="en"' in browser.get("/about").text
