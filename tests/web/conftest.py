"""The desk over sixty synthetic calls, and people of every role who are signed in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from browsing import AGENT, TEAM, Browser, SignIn
from chromium import Window, program, running, serving
from playwright.sync_api import Browser as Chromium
from starlette.testclient import TestClient

from callqa.people import Account, Role
from callqa.settings import Settings
from store.people import accounts, sign_ins
from web.access.tokens import SESSION, new_token, token_hash
from web.app import create_app
from web.desk import Desk, open_desk


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def desk(scored: Settings) -> Iterator[Desk]:
    with open_desk(scored) as opened:
        yield opened


@pytest.fixture
def app(desk: Desk, scored: Settings) -> object:
    return create_app(scored, desk)


@pytest.fixture
def guest(app: object) -> Iterator[TestClient]:
    """A browser that nobody has signed in at."""
    with TestClient(app, follow_redirects=False) as client:  # type: ignore[arg-type]
        yield client


@pytest.fixture
def sign_in(desk: Desk, app: object, guest: TestClient) -> SignIn:
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
        client = TestClient(app, follow_redirects=False, cookies={SESSION: token})  # type: ignore[arg-type]
        client.portal = guest.portal  # else each request would start an event loop of its own
        return Browser(client, known[name], token)

    return signed_in


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A test that needs it is slow, and skipped where none is installed."""
    found = program()
    if found is None:
        pytest.skip("Chromium is not installed")
    with running(found) as browser:
        yield browser


@pytest.fixture
def window(chromium: Chromium, app: object) -> Iterator[Window]:
    """A real browser at the desk. The test fails when a page complained on its console."""
    with serving(app) as address:
        opened = Window(chromium, address, [])
        yield opened
        for context in list(chromium.contexts):
            context.close()
    assert opened.complaints == []
