"""One's own account."""

import pytest
from browsing import Browser, SignIn

from callqa.messages import catalogue
from callqa.people import Role
from store.people import accounts, audit, sign_ins
from store.people.audit import AuditFilter
from web.access import passwords, throttle
from web.account.routes import area
from web.audit.actions import VIEWS
from web.desk import Desk
from web.oidc.identities import LACKS as CLAIMS_LACK
from web.people.form import LACKS
from web.people.routes import LAST_ADMIN

OLD, NEW = "晨晖路的梧桐树很好看呀真的", "三更灯火五更鸡正是男儿读书时"


@pytest.fixture
def wang(desk: Desk, sign_in: SignIn) -> Browser:
    browser = sign_in(Role.AGENT, "wang")
    with desk.store.write() as c:
        accounts.set_password_hash(c, browser.account.pk, passwords.hash_new(OLD))
    return browser


def log(desk: Desk) -> list[str]:
    with desk.store.read() as c:
        return [row.entry.action for row in audit.page_of(c, AuditFilter(but=VIEWS))]


def test_everybody_sees_their_own(sign_in: SignIn) -> None:
    for role in Role:
        view = sign_in(role).json("/account.json")
        assert view["name"] == role.value  # type: ignore[index]
        assert [row["here"] for row in view["sessions"]] == [True]  # type: ignore[index]


def test_changing_the_password_ends_all_other_sessions(desk: Desk, wang: Browser, sign_in: SignIn) -> None:
    other = sign_in(Role.AGENT, "wang")
    assert wang.post("/account/password", present=OLD, password=NEW, again=NEW).status_code == 303
    assert "密码已修改" in wang.get("/account").text
    assert other.get("/account").status_code == 303
    assert passwords.account_with(desk.store, "wang", NEW)
    assert passwords.account_with(desk.store, "wang", OLD) is None
    assert log(desk) == ["password_changed"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"present": "wrong", "password": NEW, "again": NEW}, "当前密码不对"),
        ({"password": NEW, "again": NEW}, "当前密码不对"),
        ({"present": OLD, "password": NEW, "again": NEW + "!"}, "两次输入的密码不一致"),
        ({"present": OLD, "password": "short", "again": "short"}, "密码太短"),
        ({"present": OLD, "password": "wangwangwang1", "again": "wangwangwang1"}, "密码不能由姓名或用户名组成"),
    ],
)
def test_passwords_that_are_refused(desk: Desk, wang: Browser, fields: dict[str, str], said: str) -> None:
    response = wang.post("/account/password", **fields)
    assert response.status_code == 422
    assert said in response.text
    assert NEW not in response.text
    assert passwords.account_with(desk.store, "wang", OLD)
    assert log(desk) == []


def test_an_open_browser_does_not_give_endless_tries(desk: Desk, wang: Browser) -> None:
    for _ in range(throttle.BOTH.free):
        assert "当前密码不对" in wang.post("/account/password", present="x", password=NEW, again=NEW).text
    refused = wang.post("/account/password", present=OLD, password=NEW, again=NEW)
    assert "失败次数过多" in refused.text
    assert passwords.account_with(desk.store, "wang", OLD)


def test_who_came_by_the_identity_provider_sets_a_first_password(desk: Desk, sign_in: SignIn) -> None:
    browser = sign_in(Role.TRAINER, "li")
    assert "当前密码" not in browser.get("/account").text
    assert browser.post("/account/password", password=NEW, again=NEW).status_code == 303
    assert passwords.account_with(desk.store, "li", NEW)
    assert browser.post("/account/password", password=OLD, again=OLD).status_code == 422


def test_ending_sessions(desk: Desk, wang: Browser, sign_in: SignIn) -> None:
    second, third = sign_in(Role.AGENT, "wang"), sign_in(Role.AGENT, "wang")
    stranger = sign_in(Role.TRAINER, "stranger")
    with desk.store.read() as c:
        (theirs,) = sign_ins.sessions_of(c, stranger.account.pk, desk.now(), desk.idle)
    assert wang.post(f"/account/sessions/{theirs.pk}/end").status_code == 404  # as if it were not there
    assert stranger.get("/account").status_code == 200
    mine = second.json("/account.json")["sessions"]  # type: ignore[index]
    (pk,) = [row["pk"] for row in mine if row["here"]]
    assert wang.post(f"/account/sessions/{pk}/end").status_code == 303
    assert (second.get("/account").status_code, third.get("/account").status_code) == (303, 200)
    wang.post("/account/sessions/end-others")
    assert "已退出其他 1 处登录" in wang.get("/account").text
    assert third.get("/account").status_code == 303


def test_all_that_is_said_has_its_english() -> None:
    weak = {passwords.weakness_of(password) for password in ("", "x" * 200, "password1234")} | {
        passwords.weakness_of("wangwangwang1", "wang")
    }
    sentences = {*weak, *CLAIMS_LACK.values()}
    assert len(weak) == 4
    texts = {*LACKS.values(), LAST_ADMIN} | {message.msgid for message in sentences if message}
    assert texts <= {msgid for _, msgid in catalogue("en")}
    assert area.router.routes
