"""The desk over sixty synthetic calls, and people of every role who are signed in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from browsing import AGENT, TEAM, Browser, SignIn
from chromium import Window, program, running, serving
from fastapi import FastAPI
from playwright.sync_api import Browser as Chromium
from programs import ALL, Program
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from callqa.people import Account, Role, TokenScope
from callqa.settings import Settings
from services.api_tokens.issue import issue
from store.people import accounts, sign_ins
from web.access import passwords
from web.access.tokens import SESSION, new_token, token_hash
from web.app import create_app
from web.desk import Desk, open_desk

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
OF_NOBODY = CHEAP.hash("a password that nobody has")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashed in no time; `test_passwords` is about how they are really hashed."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)
    monkeypatch.setattr(passwords, "NOBODY", OF_NOBODY)


@pytest.fixture
def desk(scored: Settings) -> Iterator[Desk]:
    with open_desk(scored) as opened:
        yield opened


@pytest.fixture(scope="session")
def known_routes() -> list[BaseRoute]:
    """Of the first application; the framework reads all signatures anew for each that has routes of its own."""
    return []


@pytest.fixture
def app(desk: Desk, scored: Settings, known_routes: list[BaseRoute]) -> FastAPI:
    made = create_app(scored, desk)
    known_routes.extend(() if known_routes else made.router.routes)
    made.router.routes[:] = known_routes
    return made


@pytest.fixture
def guest(app: FastAPI) -> Iterator[TestClient]:
    """A browser that nobody has signed in at."""
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def sign_in(desk: Desk, app: FastAPI, guest: TestClient) -> SignIn:
    """Signs somebody new of a role in, each at a browser of their own. ``guest`` keeps the application open."""
    known: dict[str, Account] = {}

    def signed_in(role: Role | str, name: str | None = None, **facts: object) -> Browser:
        role = Role(role)
        name = name or role.value
        mine = {Role.AGENT: {"agent_id": AGENT}, Role.TEAM_LEAD: {"teams": (TEAM,)}}.get(role, {})
        now, token = desk.now(), new_token()
        with desk.store.write() as c:
            if name not in known:
                new = accounts.NewAccount(name, name.title(), role, **{**mine, **facts})  # type: ignore[arg-type]
                known[name] = accounts.add_account(c, new, now)
            sign_ins.start_session(c, known[name].pk, token_hash(token), "testclient", now, now + timedelta(hours=1))
        client = TestClient(app, follow_redirects=False, cookies={SESSION: token})
        client.portal = guest.portal  # else each request would start an event loop of its own
        return Browser(client, known[name], token)

    return signed_in


@pytest.fixture(name="program")
def program_with_token(desk: Desk, app: FastAPI, guest: TestClient, sign_in: SignIn) -> Program:
    """A program with a token of somebody of a role; the same of the same."""
    known: dict[object, TestClient] = {}

    def with_token(role: Role | str, *scopes: TokenScope, days: int = 1, **facts: object) -> TestClient:
        which = role, scopes, days, repr(facts)
        if which not in known:
            owner = sign_in(role, **facts).account
            with desk.store.write() as c:
                _, token = issue(c, owner, "test", scopes or ALL, days, desk.now())
            known[which] = TestClient(app, follow_redirects=False, headers={"Authorization": f"Bearer {token}"})
            known[which].portal = guest.portal
        return known[which]

    return with_token


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A test that needs it is slow, and skipped where none is installed."""
    chromium_path = program()
    if chromium_path is None:
        pytest.skip("Chromium is not installed")
    with running(chromium_path) as browser:
        yield browser


@pytest.fixture
def window(chromium: Chromium, app: FastAPI) -> Iterator[Window]:
    """A real browser at the desk. The test fails when a page complained on its console."""
    with serving(app) as address:
        opened = Window(chromium, address, [])
        yield opened
        for context in list(chromium.contexts):
            context.close()
    assert opened.complaints == []
