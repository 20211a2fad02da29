"""The interface for programs: what a token reaches, route by route and role by role, and what the answers hold."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from browsing import AGENT, TEAM, SignIn
from fastapi import FastAPI
from programs import ALL, Program
from routes import api_routes, filled
from starlette.testclient import TestClient
from typer.testing import CliRunner

from callqa.errors import CallQAError
from callqa.people import Role, TokenScope
from cli.main import app as cli_app
from store.people import api_tokens, audit
from web.access.roles import GRANTS
from web.api.access import REACH
from web.api.contract.build import document
from web.api.pace import Pace
from web.desk import Desk


@pytest.mark.parametrize("role", Role)
def test_a_token_reaches_what_its_scopes_and_its_owners_role_allow(program: Program, role: Role) -> None:
    """Each route against a token with all scopes but its own, and with its own alone."""
    for route, method, gate in api_routes():
        if not gate.scopes:
            continue
        address, others = filled(route.path), [scope for scope in ALL if scope not in gate.scopes]
        without = program(role, *others).request(method, address)
        assert without.status_code == 403, f"{role} {method} {address}"
        answer = program(role, *gate.scopes).request(method, address)
        refused = answer.status_code == 403
        assert refused == (gate.permission not in GRANTS[role]), f"{role} {method} {address}: {answer.text}"
        assert answer.status_code < 500


def test_every_scope_opens_something_and_nothing_opens_without_a_token(guest: TestClient) -> None:
    assert set(REACH) == set(TokenScope)
    for route, method, _ in api_routes():
        for headers in ({}, {"Authorization": "Bearer callqa_x"}, {"Authorization": "Basic eDp5"}):
            answer = guest.request(method, filled(route.path), headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
            assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_session_of_a_browser_is_no_token(sign_in: SignIn) -> None:
    assert sign_in("supervisor").get("/api/v1/calls").status_code == 401


def test_a_token_ends(desk: Desk, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    client = program("supervisor", days=2)
    assert client.get("/api/v1/token").json()["scopes"] == [scope.value for scope in ALL]
    now = desk.now()
    monkeypatch.setattr(desk, "now", lambda: now + timedelta(days=3))
    assert client.get("/api/v1/token").status_code == 401, "it has expired"
    monkeypatch.undo()
    with desk.store.write() as c:
        (token,) = api_tokens.api_tokens(c)
        assert token.seen_at is not None
        assert api_tokens.end_api_token(c, token.pk, now)
        assert api_tokens.end_api_token(c, token.pk, now) is None
    assert client.get("/api/v1/token").status_code == 401, "it was revoked"


def test_what_is_stored_opens_nothing(desk: Desk, program: Program) -> None:
    token = program("supervisor").headers["Authorization"].removeprefix("Bearer ")
    with desk.store.unmanaged() as raw:
        dump = "\n".join(raw.iterdump())  # type: ignore[attr-defined]
    assert "callqa_" not in dump.replace("callqa_version", "")
    assert token.removeprefix("callqa_") not in dump


def test_a_list_goes_on_by_cursors_and_back(program: Program) -> None:
    client = program("supervisor")
    first = client.get("/api/v1/calls?limit=25&sort=oldest").json()
    ids, page = [call["call_id"] for call in first["data"]], first
    assert first["previous"] is None
    while page["next"]:
        before, page = (
            page,
            client.get("/api/v1/calls", params={"limit": 25, "sort": "oldest", "cursor": page["next"]}).json(),
        )
        ids += [call["call_id"] for call in page["data"]]
    assert len(ids) == len(set(ids)) == 60
    back = client.get("/api/v1/calls", params={"limit": 25, "sort": "oldest", "cursor": page["previous"]}).json()
    assert back["data"] == before["data"]
    gone = client.get("/api/v1/calls?cursor=nothing")
    assert (gone.status_code, gone.json()["code"]) == (400, "filter.page_gone")


@pytest.mark.parametrize("address", ["/calls?agnet=3001", "/calls?agent=3001&days=3", "/figures?=1", "/token?limit=1"])
def test_a_slip_in_a_name_is_told(program: Program, address: str) -> None:
    """An ignored filter would answer with everybody's calls."""
    answer = program("supervisor").get(f"/api/v1{address}")
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:callqa:problem:malformed")


def test_a_call_its_sheet_its_findings_and_its_words(program: Program) -> None:
    client = program("supervisor")
    listed = client.get("/api/v1/calls?limit=1").json()["data"][0]
    address = f"/api/v1/calls/{listed['call_id']}"
    call, sheet = client.get(address).json(), client.get(f"{address}/sheet").json()
    assert (call["state"], call["masked"]) == ("scored", False)
    assert call["score"] == listed["score"] == sheet["score"]
    failed = [item["id"] for item in sheet["items"] if item["verdict"] == "violated"]
    assert set(call["score"]["failed"]) <= set(failed)
    assert all(item["quotes"] or not item["reason"] for item in sheet["items"] if item["verdict"] == "met")
    assert len(client.get(f"{address}/findings").json()["data"]) >= len(sheet["items"])
    turns = client.get(f"{address}/transcript").json()["turns"]
    for item in sheet["items"]:
        for quote in item["quotes"]:
            assert quote["turn"] is None or quote["text"] in turns[quote["turn"]]["text"]


def test_nobody_reads_through_a_token_what_they_may_not_see(program: Program) -> None:
    everybody = {
        call["agent_id"]: call["call_id"]
        for call in program("supervisor").get("/api/v1/calls?limit=200").json()["data"]
    }
    other = next(call_id for agent, call_id in everybody.items() if agent != AGENT)
    agent, lead = program("agent"), program("team_lead", teams=("nobody's",))
    assert {call["agent_id"] for call in agent.get("/api/v1/calls?limit=200").json()["data"]} == {AGENT}
    for part in ("", "/sheet", "/transcript"):
        assert agent.get(f"/api/v1/calls/{other}{part}").status_code == 404
        assert agent.get(f"/api/v1/calls/no-such-call{part}").status_code == 404
        assert lead.get(f"/api/v1/calls/{other}{part}").status_code == 404
    assert lead.get("/api/v1/calls").json()["data"] == []
    assert lead.get("/api/v1/agents").json()["data"] == []
    figures = lead.get("/api/v1/figures").json()
    assert (figures["everyone"], figures["data"]) == (None, [])


def test_figures_of_agents_and_teams_are_those_of_the_desk(program: Program, sign_in: SignIn) -> None:
    client, page = program("supervisor"), sign_in("supervisor", "second").get("/agents.json").json()
    agents = client.get("/api/v1/agents?limit=2").json()
    assert [(line["agent_id"], line["figures"]["mean"]) for line in agents["data"]] == [
        (line["agent_id"], line["mean"]) for line in page["lines"][:2]
    ]
    rest = client.get("/api/v1/agents", params={"cursor": agents["next"], "limit": 200}).json()
    assert len(rest["data"]) == len(page["lines"]) - 2
    only = client.get(f"/api/v1/agents/{AGENT}").json()["data"]
    assert {line["agent_id"] for line in only} == {AGENT}
    assert client.get("/api/v1/agents/nobody").status_code == 404
    groups = client.get("/api/v1/figures?month=2026-11&by=team").json()
    assert sum(group["figures"]["n_calls"] for group in groups["data"]) == groups["everyone"]["n_calls"]
    assert TEAM in {group["name"] for group in groups["data"]}
    wrong = client.get("/api/v1/figures?first=2026-01-01&last=2026-12-31")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "filter.days_not_usable")


def test_what_has_not_changed_is_not_sent_again(program: Program) -> None:
    client = program("supervisor")
    tag = client.get("/api/v1/calls").headers["etag"]
    again = client.get("/api/v1/calls", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/api/v1/calls?sort=oldest", headers={"If-None-Match": tag}).status_code == 200


def test_a_token_that_asks_too_often_is_told_when_to_ask_again(program: Program, desk: Desk) -> None:
    client, now = program("supervisor"), [0.0]
    desk.pace = Pace(60, lambda: now[0])
    left = [int(client.get("/api/v1/token").headers["ratelimit-remaining"]) for _ in range(60)]
    assert left == list(range(59, -1, -1))
    refused = client.get("/api/v1/token")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    now[0] += 1
    assert client.get("/api/v1/token").status_code == 200
    assert client.get("/api/v1/token").status_code == 429


@pytest.mark.parametrize(("language", "detail"), [("zh", "没有这项内容"), ("en", "There is no such thing")])
def test_a_problem_speaks_the_language_that_is_asked_for(program: Program, language: str, detail: str) -> None:
    answer = program("supervisor").get("/api/v1/calls/none", headers={"Accept-Language": language})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:callqa:problem:not-found"
    assert answer.json()["detail"].startswith(detail)


def test_what_programs_read_is_in_the_audit_log(program: Program, desk: Desk) -> None:
    client = program("supervisor")
    call_id = client.get("/api/v1/calls?agent=3001").json()["data"][0]["call_id"]
    client.get(f"/api/v1/calls/{call_id}")
    with desk.store.read() as c:
        entries = [row.entry for row in audit.page_of(c, audit.AuditFilter(author="supervisor"), limit=9)]
    opened = next(entry for entry in entries if entry.action == "call_opened")
    assert (opened.object, opened.detail) == (call_id, {"by": "API"})
    assert any(entry.action == "api_read" and entry.object == "/api/v1/calls" for entry in entries)


def test_the_contract_names_every_route_and_every_answer(guest: TestClient) -> None:
    served = guest.get("/api/v1/openapi.json").json()
    assert served == document()
    assert served["openapi"] == "3.1.0"
    for route, method, _ in api_routes():
        operation = served["paths"][route.path][method.lower()]
        assert operation["security"] == [{"HTTPBearer": []}]
        assert {"401", "403", "429", "503"} <= operation["responses"].keys()
    assert "http" not in guest.get("/api/v1/docs").text.replace("http-equiv", "")


def test_a_token_is_made_on_the_desk_and_seen_once(app: FastAPI, guest: TestClient, sign_in: SignIn) -> None:
    lead, admin = sign_in("team_lead"), sign_in("admin")
    page = lead.post("/account/tokens", label="大屏", scope=["figures:read"], days="30")
    token = page.text.split('id="token" value="')[1].split('"')[0]
    headers = {"Authorization": f"Bearer {token}"}
    assert guest.get("/api/v1/agents", headers=headers).status_code == 200
    assert guest.get("/api/v1/calls", headers=headers).status_code == 403
    (row,) = lead.get("/account/tokens.json").json()["rows"]
    assert (row["label"], row["state"], row["ending"]) == ("大屏", "works", token[-4:])
    assert token not in lead.get("/account/tokens").text
    assert sign_in("supervisor").post(f"/account/tokens/{row['pk']}/end").status_code == 404, "not theirs"
    assert admin.post(f"/account/tokens/{row['pk']}/end").status_code == 303
    assert guest.get("/api/v1/agents", headers=headers).status_code == 401


@pytest.mark.parametrize("wrong", [{"label": ""}, {"scope": []}, {"days": "9999"}])
def test_a_token_that_cannot_be_is_refused_with_what_to_do(sign_in: SignIn, wrong: dict[str, object]) -> None:
    form = {"label": "大屏", "scope": ["calls:read"], "days": "30"} | wrong
    assert sign_in("supervisor").post("/account/tokens", **form).status_code == 422


def test_a_token_is_made_listed_and_revoked_at_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guest: TestClient
) -> None:
    monkeypatch.setenv("CALLQA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")

    def typed(*words: str) -> str:
        result = CliRunner().invoke(cli_app, words)
        return str(result.exception) if isinstance(result.exception, CallQAError) else result.output

    assert typed("user", "add", "tickets", "--role", "supervisor")
    made = typed("token", "add", "tickets", "--label", "工单系统", "--scope", "calls:read", "--scope", "calls:write")
    token = made.split()[-1]
    assert re.fullmatch(r"callqa_[\w-]{43}", token)
    listed = typed("token", "list")
    assert "calls:read calls:write" in listed
    assert token not in listed
    assert "works no longer" in typed("token", "revoke", "1")
    assert typed("token", "revoke", "1") == "there is no token 1 that works; see: callqa token list"
    assert typed("token", "add", "nobody", "--label", "x", "--scope", "calls:read").startswith("there is no account")
