"""Agents and team leads at every page, with every number and every name that is not theirs."""

import re
from collections.abc import Iterator

import pytest
from browsing import AGENT, Browser, SignIn
from fastapi import FastAPI
from routes import filled, routes
from test_appeal_pages import contest

from callqa.messages import Message
from callqa.people import Role
from store.calls import write
from store.runs import score_holds
from web.access.roles import GRANTS
from web.access.tokens import form_token
from web.desk import Desk

pytestmark = pytest.mark.slow
CALL = re.compile(r"call-\d{4}")
AGENTS = re.compile(r"\b300[0-5]\b")
N_CALLS = 60
ASKED = (
    "", "month=2026-11", "team=A组", "agent=3000", "id=3000", "name=A组", "call=call-000", "sort=oldest", "per=month",
    "q=停水两天", "q=call-000", "q=停水两天&team=A组", "q=停水两天&agent=3000", "failed=opening", "shown=all", "low=0",
    "after=0", "order=calls",
)  # fmt: skip
"""What somebody might try at any page."""


def own(desk: Desk, role: Role) -> tuple[set[str], set[int]]:
    """The ids and numbers of the calls that the role may know of."""
    agents = {AGENT} if role is Role.AGENT else {"3001", "3003", "3005"}
    known = {number: f"call-{number:04}" for number in range(1, N_CALLS + 1) if f"{3000 + number % 6}" in agents}
    return set(known.values()), set(known)


def answers(app: FastAPI, browser: Browser) -> Iterator[tuple[str, str]]:
    """Every page, file and twin without a number, asked in every way; without the name that was asked for."""
    for route, method, permission in routes(app):
        if method == "GET" and "{" not in route.path and permission in GRANTS[browser.account.role]:
            for asked in ASKED:
                path = f"{route.path}?{asked}"
                text = browser.get(path).text
                for name in ("A组", "3000"):
                    text = text.replace(name, "") if name in asked else text
                yield path, text


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEAD])
def test_nothing_of_others_is_told(app: FastAPI, desk: Desk, sign_in: SignIn, role: Role) -> None:
    for agent_id in (AGENT, "3000", "3003"):
        contest(desk, agent_id)
    browser, (calls, _) = sign_in(role), own(desk, role)
    colleagues = {AGENT} if role is Role.AGENT else {"3001", "3003", "3005"}
    seen: set[str] = set()
    for path, text in answers(app, browser):
        seen |= set(CALL.findall(text))
        assert set(CALL.findall(text)) <= calls, path
        assert set(AGENTS.findall(text)) <= colleagues, path
        assert "A组" not in text, path
    assert seen, "their own calls are told"


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEAD])
def test_numbers_of_others_are_not_there(app: FastAPI, desk: Desk, sign_in: SignIn, role: Role) -> None:
    theirs = contest(desk, "3000")[0]
    browser, (_, mine) = sign_in(role), own(desk, role)
    strange = [number for number in range(1, N_CALLS + 1) if number not in mine][:12]
    for route, method, permission in routes(app):
        if "{" not in route.path or permission not in GRANTS[role]:
            continue
        for number in [theirs] if route.path.startswith("/appeals") else strange:
            path = filled(route.path).replace("/1", f"/{number}")
            fields = {"item": "opening", "reason": "x", "outcome": "accept", "verdict": "met"}
            form = {"csrf": form_token(browser.token), **fields} if method == "POST" else None
            assert browser.client.request(method, path, data=form).status_code == 404, f"{method} {path}"


def test_held_scores_are_not_there_for_agents(app: FastAPI, desk: Desk, sign_in: SignIn) -> None:
    number, call_id, _ = contest(desk)
    keys = desk.rubric_set[0].keys
    with desk.store.write() as c:
        run_id = write.start_run(c, "nightly", keys)
        score_holds.put_hold(
            c, run_id, keys.rubric_key, 0, score_holds.last_score_id(c), [Message("macro F1")], desk.now()
        )
    agent = sign_in("agent")
    for path, text in answers(app, agent):
        assert set(CALL.findall(text)) <= {call_id}, path
    assert agent.get(f"/appeals/{number}").status_code == 200, "what they said themselves stays"
    for place in ("", ".json", "/audio", "/peaks.json"):
        assert agent.get(f"/calls/1{place}").status_code == 404


def test_trainers_read_no_citizen_in_what_people_said(desk: Desk, sign_in: SignIn) -> None:
    inspector, sentence = sign_in("inspector"), "市民王女士的电话是13812345678，坐席没有复述"
    inspector.post("/calls/1/manual", title="补充", points=-1, reason=sentence)
    page = "/agent.json?id=3001&month=2026-11"
    assert sentence in inspector.get(page).text
    read = sign_in("trainer").get(page).text
    assert "没有复述" in read
    assert "13812345678" not in read
    assert "王女士" not in read
