"""Whoever did something is called by their name, and by the login name where two are called the same."""

import re
from pathlib import Path

import pytest
from browsing import AGENT, TEAM, SignIn
from crawling import pages, read_out
from fastapi import FastAPI
from lived_in import live_in

from callqa.people import Role
from store.people import accounts
from store.people.accounts import NewAccount
from web.desk import Desk

LOGIN = re.compile(r"(?<![\w.])(supervisor|trainer|inspector|team_lead)(?![\w.])")
"""Of the people who have been at work; what they are called begins with a capital."""
SHOWN_BESIDES = ("/audit", "/people")
"""Where accounts are told by their login names, beside what people are called."""


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.INSPECTOR, Role.TRAINER, Role.AGENT])
def test_no_page_calls_anybody_by_a_login_name(
    app: FastAPI, desk: Desk, sign_in: SignIn, samples: Path, role: Role
) -> None:
    pk = live_in(desk, sign_in, samples, agent_id=AGENT, team=TEAM)
    browser = sign_in(role, name="somebody.else")
    leaks: dict[str, str] = {}
    for path, answer in pages(app, browser, pk, "shown=all", "whose=all", "name=一句话"):
        if "html" in answer.headers.get("content-type", "") and not path.startswith(SHOWN_BESIDES):
            leaks |= {piece: path for piece in read_out(answer.text) if LOGIN.search(piece)}
    assert leaks == {}


def test_two_people_of_one_name_are_told_apart(desk: Desk, sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    with desk.store.write() as c:
        for name in ("wang.l", "wang.li"):
            accounts.add_account(c, NewAccount(name, "王丽", Role.INSPECTOR), desk.now())
    boss.post("/calibration/new", name="一", reviewer=["wang.l", "wang.li", "supervisor"][:2], item=["opening"])
    shown = boss.get("/calibration").text
    assert "王丽 (wang.l)" in shown
    assert "王丽 (wang.li)" in shown
    assert "Supervisor" in shown
