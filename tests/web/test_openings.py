"""Every page that shows people's data leaves its opening in the audit log: gone over route by route, so that a new one
cannot be forgotten.
"""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from browsing import AGENT, TEAM, Browser, SignIn
from fastapi import FastAPI
from lived_in import ITEM, live_in
from routes import filled, routes
from starlette.testclient import TestClient

from callqa.call_filter import CallFilter
from callqa.errors import StoreBusy
from callqa.people import AuditEntry, Role
from callqa.settings import Settings
from store.calls import write
from store.people import audit, audit_checks
from web.access import recent_views
from web.access.logged_parameters import LOGGED, TYPED
from web.access.roles import GRANTS, Permission
from web.app import create_app
from web.areas import AREAS
from web.audit.actions import FACTS, KINDS, PAGES, VIEWS
from web.desk import Desk, open_desk

OF_NOBODY = {
    "/about", "/help", "/help/items", "/help/glossary",
    "/rubrics", "/rubrics/sheet", "/rubrics/diff", "/rubrics/check", "/rubrics/trial", "/models",
    "/configuration", "/configuration/{pk:row}", "/configuration/{pk:row}/check",
}  # fmt: skip
"""Pages on which nothing of anybody can be read."""
NO_PAGES = {
    "/sign-in": "", "/welcome": "", "/sign-in/oidc": "", "/sign-in/oidc/back": "", "/account/identity": "",
    "/queue/next": "leads to a page", "/metrics": "counts", "/calls/{pk:row}/peaks.json": "loudness, no words",
    "/calls/{pk:row}/audio": "recording_heard", "/calls/{pk:row}/recording": "recording_downloaded",
    "/api/v1/docs": "the contract", "/api/v1/openapi.json": "likewise",
    "/configuration/{pk:row}/file": "draft_taken_out",
    "/calls/list.csv": "calls_exported", "/calls/list.xlsx": "calls_exported",
    "/roster/roster.csv": "roster_exported",
}  # fmt: skip
"""What else a GET answers with, and by what it is logged or why it is not."""
ASKED = {
    "/agent": f"id={AGENT}",
    "/agent/card": f"id={AGENT}",
    "/calibration/judge": "name=一句话",
    "/calibration/session": "name=一句话",
    "/rubrics/check": f"id={ITEM}",
    "/rubrics/diff": "before={key}&after={key}",
    "/rubrics/sheet": "key={key}",
    "/roster/agent": f"id={AGENT}",
    "/samples/look": "plan=monthly",
    "/search": "q=停水",
    "/team": f"name={TEAM}",
    "/training/clip": "call=2",
}
"""What a page cannot be opened without, or shows nothing without."""
BY_ITSELF = {
    "/calls/{pk:row}": "call_opened", "/appeals/{pk:row}": "call_opened", "/calibration/judge": "call_opened",
    "/search": "searched",
}  # fmt: skip
"""Pages that tell more exactly what they show."""
NOT_LOGGED = {
    "sort", "at", "order", "page", "after", "before", "per", "n", "by", "speaker", "kind", "shown", "whose", "number",
    "role", "agent_id", "action", "pk", "whole", "columns",
    "start", "end",
}  # fmt: skip
"""Parameters that only say how it is shown, or which part of it."""


def pages(app: FastAPI) -> Iterator[tuple[str, str, Permission]]:
    """(path, its twin's, the permission they ask for) of every page."""
    permissions = {route.path: permission for route, method, permission in routes(app) if method == "GET"}
    for path, permission in permissions.items():
        twin = f"{path if path != '/' else '/index'}.json"
        if twin in permissions:
            yield path, twin, permission


def looks(desk: Desk, browser: Browser) -> list[AuditEntry]:
    """Of one person, the oldest first."""
    with desk.store.read() as c:
        entries = audit.page_of(c, audit.AuditFilter(author=browser.account.name), limit=1000)
    return [row.entry for row in reversed(entries) if row.entry.action in VIEWS]


def reader_of(sign_in: SignIn, path: str, permission: Permission) -> Browser:
    """Somebody who may open it, at a browser of their own."""
    first = Role.INSPECTOR if path == "/calibration/judge" else Role.SUPERVISOR
    return sign_in(next(role for role in (first, *Role) if permission in GRANTS[role]))


def test_every_opening_of_a_page_is_logged(app: FastAPI, desk: Desk, sign_in: SignIn, samples: Path) -> None:
    live_in(desk, sign_in, samples)
    with desk.store.write() as c:
        assert write.start_run(c, "nightly", desk.rubric_set[0].keys) == 1
    about = {route.path: area.about for area in AREAS for route in area.router.routes}  # type: ignore[attr-defined]
    of_nobody, named = set(), set()
    for path, twin, permission in pages(app):
        for address in (path, twin):
            reader = reader_of(sign_in, path, permission)
            before = len(looks(desk, reader))
            asked = ASKED.get(path, "").format(key=desk.rubric_set[0].rubric.key)
            answer = reader.get(f"{filled(address)}?{asked}")
            assert answer.status_code == 200, f"{address} did not open; ASKED says what it cannot be opened without"
            new = looks(desk, reader)[before:]
            if not about[path]:
                of_nobody.add(path)
                assert new == [], address
                continue
            (entry,) = new
            expected = ("call", BY_ITSELF[path]) if path in BY_ITSELF else (about[path], "page_opened")
            assert (entry.kind, entry.action) == expected, address
            assert entry.address == "testclient"
            if path.endswith("{pk:row}") and path != "/appeals/{pk:row}":  # which opens the call of the appeal
                assert entry.object_pk == 1, address
            if entry.action == "page_opened":
                assert (entry.detail.get("by") == "JSON") == (address == twin), address
                named.add(entry.object.replace("/1", "/{}"))
    assert of_nobody == OF_NOBODY
    assert named | {"/search", "/appeals/{}"} == PAGES.keys()  # which older logs tell as a page
    assert {kind for kind in about.values() if kind} <= KINDS.keys()


def test_what_else_can_be_got_is_logged_or_tells_nothing(app: FastAPI) -> None:
    of_pages = {address for path, twin, _ in pages(app) for address in (path, twin)}
    assert {route.path for route, method, _ in routes(app) if method == "GET"} - of_pages == NO_PAGES.keys()


def test_of_every_parameter_it_is_decided_what_the_log_says(app: FastAPI) -> None:
    fields_of = CallFilter.__dataclass_fields__.keys() - {"days"} | {"first", "last"}
    known = [*LOGGED, *TYPED, *NOT_LOGGED]
    assert len(known) == len(set(known))
    read = {
        field.alias
        for route, _, _ in routes(app)
        if route.path in {path for path, _, _ in pages(app)} - OF_NOBODY
        for dependant in (route.dependant, *route.dependant.dependencies)
        for field in dependant.query_params
    }
    assert read | fields_of == set(known)
    assert {*LOGGED, *TYPED} <= FACTS.keys()


@pytest.mark.parametrize(
    ("role", "path", "detail"),
    [
        ("supervisor", "/calls", {}),
        ("supervisor", "/calls?agent=3001&agent=3002&failed=opening&review=yes&sort=lowest",
         {"agent": "3001、3002", "failed": "opening", "review": "yes"}),
        ("supervisor", "/calls?call=13798604521&q=汤慧敏", {"call": True, "q": True}),
        ("supervisor", f"/calls?agent={'1' * 99}&agent={'2' * 99}&agent=3", {"agent": f"{'1' * 99}、{'2' * 99}、"}),
        ("admin", "/people?q=汤慧敏", {"q": True}),
        ("supervisor", "/search?secret=汤慧敏", {}),
        ("supervisor", "/agents?team=B组&order=calls", {"team": "B组", "month": "2026-11"}),
        ("agent", "/agent", {"month": "2026-11"}),
        ("trainer", "/training?item=opening&month=2026-11&n=3", {"item": "opening", "month": "2026-11"}),
    ],
)  # fmt: skip
def test_what_the_log_says_that_was_asked(
    sign_in: SignIn, desk: Desk, role: str, path: str, detail: dict[str, object]
) -> None:
    reader = sign_in(role)
    assert reader.get(path).status_code == 200
    assert [entry.detail for entry in looks(desk, reader)] == [detail]


def test_one_address_is_one_opening_for_a_while(sign_in: SignIn, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = sign_in("supervisor")

    def opened(*paths: str) -> list[str]:
        before = len(looks(desk, reader))
        for path in paths:
            assert reader.get(path).status_code == 200
        return [entry.object for entry in looks(desk, reader)[before:]]

    agent = f"/agent?id={AGENT}"
    assert opened("/calls", "/calls", "/calls?sort=newest", "/calls?agent=3001") == ["/calls"] * 3
    assert opened(agent, f"/agent/card?month=2026-11&id={AGENT}", agent) == ["/agent"], "with what the page fetches"
    assert opened("/agent/card.json?id=3002") == ["/agent"], "what it fetches, by itself"
    assert opened(f"{agent}&month=2026-10", agent) == ["/agent"]
    assert opened("/calls.json", "/calls.json") == ["/calls"], "the twin is another"
    reader.client.headers["hx-request"] = "true"
    assert opened("/calls", "/calls?agent=3002") == ["/calls"], "whoever asks for a part says so themselves"
    again = sign_in("supervisor")
    assert again.get("/calls").status_code == 200
    assert looks(desk, reader)[-1].object == "/calls", "another session is another visit"
    monkeypatch.setattr(recent_views, "LASTS", 0.0)
    assert opened("/calls") == ["/calls"]


def test_what_is_refused_or_leads_elsewhere_is_no_opening(sign_in: SignIn, desk: Desk) -> None:
    agent, lead = sign_in("agent"), sign_in("team_lead")
    statuses = [
        agent.get(path).status_code for path in ("/queue", "/appeals/999", "/agent?id=3000", "/", "/calls?agent=")
    ]
    assert statuses == [403, 404, 404, 303, 303]
    assert lead.get("/team?name=别组").status_code == 404
    assert looks(desk, agent) == looks(desk, lead) == []


def test_what_cannot_be_logged_is_not_shown(sign_in: SignIn, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = sign_in("supervisor")
    with monkeypatch.context() as patched:

        def busy(*_: object) -> None:
            raise StoreBusy("busy")

        patched.setattr("web.access.request_context.audit.put_audit", busy)
        assert reader.get("/calls").status_code == 503
        assert looks(desk, reader) == []
    assert reader.get("/calls").status_code == 200
    assert len(looks(desk, reader)) == 1, "so the first one that is shown is written down"


def test_two_desks_write_one_chain(sign_in: SignIn, desk: Desk, scored: Settings) -> None:
    here = sign_in("supervisor")
    with open_desk(scored) as other, TestClient(create_app(scored, other), cookies=here.client.cookies) as there:
        clients = {"first": here.client, "last": there}

        def work(name: str) -> None:
            for day in range(1, 11):
                assert clients[name].get(f"/calls?{name}=2026-11-{day:02}").status_code == 200

        # The first request makes the routes, which silences warnings meanwhile, and Python does not do that by threads.
        for name, client in clients.items():
            client.get(f"/calls?{name}=2026-11-01")
        people = [Thread(target=work, args=(name,)) for name in clients]
        for person in people:
            person.start()
        for person in people:
            person.join()
    assert len(looks(desk, here)) == 20
    with desk.store.read() as c:
        assert audit_checks.check_log(c).intact
