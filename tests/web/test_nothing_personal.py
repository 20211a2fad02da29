"""Planted personal data at every route: who need not know whose calls they are never gets any, in whatever form.

A route that is new is gone over without a word here.
"""

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import SignIn
from crawling import pages
from fastapi import FastAPI
from httpx import Response
from lived_in import ITEM, live_in
from programs import Program
from routes import api_routes, filled, routes
from starlette.testclient import TestClient

from callqa.people import Role, TokenScope
from callqa.types import Ticket
from store.calls.read import call_row_of
from web.access.roles import GRANTS, Permission
from web.access.tokens import form_token
from web.desk import Desk
from web.shield import Broken

PLANTED = (
    "汤慧敏住银桂路268弄17号602室，手机13798604521，身份证310101199001011237，卡号6222020200001234567，车牌沪A38527。"
)
TELLING = ("汤慧敏", "慧敏", "银桂路", "268弄", "602室", "13798604521", "8604521", "310101199001011237", "19900101",
           "6222020200001234567", "00001234", "沪A38527", "38527")  # fmt: skip
"""Pieces of it, of which none may be told."""
DISCREET = tuple(role for role in Role if Permission.PERSONAL not in GRANTS[role])


@pytest.fixture
def planted(desk: Desk, sign_in: SignIn, samples: Path) -> int:
    """The number of a call in which it is said, filed, and written by whoever can write."""
    return live_in(desk, sign_in, samples, told=PLANTED, said=PLANTED, ticket=ticket())


def ticket() -> Ticket:
    return Ticket("投诉", ("城乡建设",), PLANTED, PLANTED, "", "汤慧敏", "13798604521", PLANTED, PLANTED)


def texts(answer: Response) -> Iterator[str]:
    """The answer as text; of an archive or a workbook all that is in it."""
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            for name in archive.namelist():
                yield name
                yield archive.read(name).decode("utf-8", "ignore")
    else:
        yield answer.content.decode("utf-8", "ignore")


def told(path: str, answer: Response) -> list[str]:
    """What of it is in the answer, besides what was asked for."""
    whole = "\n".join(texts(answer))
    return [piece for piece in TELLING if piece in whole and piece not in path]


@pytest.mark.slow
@pytest.mark.parametrize("role", DISCREET)
def test_no_page_or_file_tells_it(app: FastAPI, sign_in: SignIn, planted: int, role: Role) -> None:
    browser = sign_in(role)
    leaks = {path: leak for path, answer in pages(app, browser, planted) if (leak := told(path, answer))}
    assert leaks == {}


@pytest.mark.slow
@pytest.mark.parametrize("role", DISCREET)
def test_no_answer_to_a_form_tells_it(app: FastAPI, sign_in: SignIn, planted: int, role: Role) -> None:
    leaks, n = {}, 0
    for route, method, permission in routes(app):
        if method == "POST" and permission in GRANTS[role]:
            browser, path = sign_in(role, name=f"{role}{n}"), filled(route.path)
            for fields in ({}, {"item": ITEM, "call": planted, "playlist": "x", "plan": "monthly", "month": "2026-11"}):
                answer = browser.client.post(path, data={"csrf": form_token(browser.token), **fields})
                n += 1
                if leak := told("", answer):
                    leaks[path] = leak
    assert n
    assert leaks == {}


@pytest.mark.slow
def test_no_program_is_told_it_without_the_scope_and_the_right(program: Program, desk: Desk, planted: int) -> None:
    """Of tokens with all scopes of who may not read it, and of a supervisor's with all but one."""
    with desk.store.read() as c:
        row = call_row_of(c, planted)
    assert row
    others = [scope for scope in TokenScope if scope is not TokenScope.READ_PERSONAL]
    discreet = [*(program(role) for role in DISCREET), program(Role.SUPERVISOR, *others)]
    named = {"call_id": row.call.call_id, "agent_id": row.call.agent_id}
    paths = [route.path for route, method, _ in api_routes() if method == "GET"]
    addresses = [path.format(**named) for path in paths if set(re.findall(r"{(\w+)", path)) <= named.keys()]
    leaks = {(address, i): leak for i, client in enumerate(discreet) for address in addresses
             if (leak := told(address, client.get(address)))}  # fmt: skip
    assert leaks == {}
    whole = [program(Role.SUPERVISOR).get(address) for address in addresses]
    assert {piece for answer in whole for piece in told("", answer)} == set(TELLING), "so it would notice"


@pytest.mark.slow
def test_files_for_many_tell_it_to_nobody(app: FastAPI, sign_in: SignIn, planted: int) -> None:
    """They travel by mail."""
    browser = sign_in(Role.SUPERVISOR)
    files = ["/calls/list.csv", "/calls/list.xlsx"]
    answers = {path: browser.get(path) for path in files}
    for kind in ("zip", "html", "pptx"):
        answers[kind] = browser.post("/training/playlists/1/export", kind=kind)
    assert {answer.status_code for answer in answers.values()} == {200}
    assert {path: leak for path, answer in answers.items() if (leak := told("", answer))} == {}


@pytest.mark.slow
def test_who_may_read_it_does(app: FastAPI, sign_in: SignIn, planted: int) -> None:
    """So the tests above would notice."""
    for role in (Role.INSPECTOR, Role.SUPERVISOR):
        assert set(told("", sign_in(role).get(f"/calls/{planted}.json"))) == set(TELLING)


def test_a_log_does_not_quote_what_broke(app: FastAPI, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch,
                                         caplog: pytest.LogCaptureFixture) -> None:  # fmt: skip
    def broken(*_: object) -> None:
        raise RuntimeError(PLANTED) from ValueError(PLANTED)

    monkeypatch.setattr("web.audit.routes.audit.page_of", broken)
    with caplog.at_level(logging.DEBUG):
        cookies = sign_in(Role.ADMIN).client.cookies
        answer = TestClient(app, raise_server_exceptions=False, cookies=cookies).get("/audit")
        assert (answer.status_code, told("", answer)) == (500, [])
        with pytest.raises(Broken, match="^RuntimeError$") as raised:  # which the server logs again
            TestClient(app, cookies=cookies).get("/audit")
        logging.getLogger("uvicorn.error").error("broken", exc_info=raised.value)
    shown = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "GET /audit: RuntimeError" in shown
    assert "audit/routes.py" in shown, "where it broke"
    assert [piece for piece in TELLING if piece in shown] == []
