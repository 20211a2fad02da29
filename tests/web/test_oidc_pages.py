"""Signing in by an identity provider, through the desk's own pages."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from browsing import Browser, SignIn
from httpx import Response
from identity_server import CLIENT, SECRET, IdentityServer, serving
from pydantic import SecretStr
from starlette.testclient import TestClient

from callqa.people import Account, Role
from callqa.settings.desk import DeskSettings, OidcSettings
from store.people import accounts, audit
from store.people.audit import AuditFilter
from web.access.tokens import SESSION, form_token
from web.audit.actions import VIEWS
from web.desk import Desk
from web.oidc.routes import BACK, COOKIE


@pytest.fixture
def server(desk: Desk) -> Iterator[IdentityServer]:
    with serving(IdentityServer()) as served:
        oidc = OidcSettings(issuer=served.issuer, client_id=CLIENT, client_secret=SecretStr(SECRET), label="政务云账号")
        desk_settings = DeskSettings(public_url="http://testserver", oidc=oidc)
        desk.settings = desk.settings.model_copy(update={"desk": desk_settings})
        yield served


def subject(server: IdentityServer) -> str:
    return f"{server.issuer} 17"


@pytest.fixture
def wang(desk: Desk, server: IdentityServer) -> Account:
    """Linked with the identity, and without a password."""
    with desk.store.write() as c:
        account = accounts.add_account(c, accounts.NewAccount("wang", "王丽", Role.INSPECTOR), desk.now())
        accounts.link_subject(c, account.pk, subject(server))
    return account


def back_from(leaving: Response) -> str:
    """The path on which the provider sends the browser back."""
    assert leaving.status_code == 303, leaving.text
    place = urlsplit(httpx.get(leaving.headers["location"]).headers["location"])
    assert place.path == BACK
    return f"{place.path}?{place.query}"


def test_there_and_back(desk: Desk, guest: TestClient, wang: Account) -> None:
    page = guest.get("/sign-in?next=/people").text
    assert "用政务云账号登录" in page
    assert 'href="/sign-in/oidc?next=/people"' in page
    leaving = guest.get("/sign-in/oidc?next=/account")
    (cookie,) = leaving.headers.get_list("set-cookie")
    assert cookie.startswith(COOKIE)
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    done = guest.get(back_from(leaving))
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert COOKIE not in guest.cookies
    assert "王丽" in guest.get("/account").text
    with desk.store.read() as c:
        (entry,) = (row.entry for row in audit.page_of(c, AuditFilter(but=VIEWS)))
    assert (entry.author, entry.action, entry.address) == ("wang", "signed_in", "testclient")


def test_nowhere_else_is_led_to(guest: TestClient, wang: Account) -> None:
    back = back_from(guest.get("/sign-in/oidc?next=https://evil.example/"))
    assert guest.get(back).headers["location"] == "/"


def test_a_way_back_that_was_not_begun_here(guest: TestClient, wang: Account) -> None:
    """Somebody else's answer, put into this browser, would sign it in as somebody else."""
    back = back_from(guest.get("/sign-in/oidc"))
    guest.cookies.clear()
    refused = guest.get(back)
    assert refused.status_code == 403
    assert "请重新登录" in refused.text
    assert SESSION not in guest.cookies
    guest.get("/sign-in/oidc")  # another one is under way now
    assert guest.get(back).status_code == 403


def test_a_way_back_works_once(guest: TestClient, wang: Account) -> None:
    back = back_from(guest.get("/sign-in/oidc"))
    assert guest.get(back).status_code == 303
    assert guest.get(back).status_code == 403


def test_who_has_no_account_here_is_told_what_to_do(guest: TestClient, server: IdentityServer) -> None:
    refused = guest.get(back_from(guest.get("/sign-in/oidc")))
    assert refused.status_code == 403
    assert "请先用密码登录" in refused.text
    assert SESSION not in guest.cookies


def test_a_provider_that_is_away(desk: Desk, guest: TestClient) -> None:
    oidc = OidcSettings(issuer="http://127.0.0.1:9", client_id=CLIENT)
    desk_settings = DeskSettings(public_url="http://testserver", oidc=oidc)
    desk.settings = desk.settings.model_copy(update={"desk": desk_settings})
    refused = guest.get("/sign-in/oidc")
    assert refused.status_code == 403
    assert "用密码登录" in refused.text


def linking(browser: Browser) -> Response:
    return browser.get(f"/account/identity?csrf={form_token(browser.token)}")


def test_linking_and_unlinking(desk: Desk, server: IdentityServer, sign_in: SignIn) -> None:
    li = sign_in(Role.TRAINER, "li")
    assert "去关联" in li.get("/account").text
    assert li.get(back_from(linking(li))).headers["location"] == "/account"
    assert "已关联" in li.get("/account").text
    with desk.store.read() as c:
        assert accounts.account_of_subject(c, subject(server)) == li.account
    li.post("/account/unlink")
    assert "请先设置密码" in li.get("/account").text
    with desk.store.write() as c:
        accounts.set_password_hash(c, li.account.pk, "hash")
    li.post("/account/unlink")
    assert "去关联" in li.get("/account").text


def test_linking_needs_the_form_token(server: IdentityServer, sign_in: SignIn) -> None:
    """Otherwise another site could link somebody's account with an identity of its own."""
    li = sign_in(Role.TRAINER, "li")
    assert li.get("/account/identity?csrf=0").status_code == 403
    assert li.get("/account/identity").status_code == 400


def test_linking_is_for_who_began_it(desk: Desk, server: IdentityServer, sign_in: SignIn) -> None:
    li, wang = sign_in(Role.TRAINER, "li"), sign_in(Role.TRAINER, "wang")
    back = back_from(linking(li))
    wang.client.cookies.set(COOKIE, li.client.cookies[COOKIE], path=BACK)
    assert wang.get(back).status_code == 403
    with desk.store.read() as c:
        assert accounts.account_of_subject(c, subject(server)) is None


def test_an_identity_of_somebody_else(server: IdentityServer, wang: Account, sign_in: SignIn) -> None:
    li = sign_in(Role.TRAINER, "li")
    refused = li.get(back_from(linking(li)))
    assert refused.status_code == 403
    assert "已经关联了另一个账号" in refused.text


def test_without_a_provider_there_is_no_way_to_it(guest: TestClient) -> None:
    assert guest.get("/sign-in/oidc").status_code == guest.get(BACK).status_code == 404
    assert "/sign-in/oidc" not in guest.get("/sign-in").text
