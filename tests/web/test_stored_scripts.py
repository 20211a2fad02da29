"""Scripts in all that is stored, facts of calls as well as what people wrote: no page shows them raw or runs them."""

import csv
import io
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from browsing import Browser, SignIn
from chromium import Window
from fastapi import FastAPI
from lived_in import ITEM, live_in
from routes import filled, routes, sees_most

from callqa.people import Role
from web.access.roles import GRANTS
from web.desk import Desk

pytestmark = pytest.mark.slow
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
RAW = ("<script>alert(1)", "<img src=x", "onerror=alert(1)>", "\"'>")
FORMULA = "=cmd|' /C calc'!A0"


class Running(HTMLParser):
    """Finds what a browser would run: scripts of the page's own, handlers, addresses that are programs."""

    @classmethod
    def found_in(cls, text: str) -> list[str]:
        parser = cls()
        parser.found = []
        parser.feed(text)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        handlers = [name for name in given if name.startswith("on") or name == "style"]
        programs = [value for value in given.values() if value.strip().lower().startswith(("javascript:", "data:text"))]
        strange = tag == "script" and not given.get("src", "").startswith("/static/")
        strange = strange or (tag == "img" and not given.get("src", "").startswith("/static/"))
        self.found += [f"<{tag} {given}>"] if handlers or programs or strange else []


@pytest.fixture
def pk(desk: Desk, sign_in: SignIn, samples: Path) -> int:
    return live_in(desk, sign_in, samples, EVIL)


def pages_of(app: FastAPI, role: Role, pk: int, sees_most_only: bool = False) -> list[str]:
    """Every page of the role, about the stored things; also the parts that scripts put into pages.

    ``sees_most_only``: without those of which another role sees more."""
    name = quote(EVIL, safe="")
    asked = f"?month=2026-11&item={ITEM}&q={name}&by=text&name={name}&team={name}&id={name}&plan=monthly&shown=all"
    paths = []
    for route, method, permission in routes(app):
        if sees_most_only and sees_most(permission) is not role:
            continue
        if method == "GET" and permission in GRANTS[role] and not route.path.startswith("/sign-in"):
            path = filled(route.path)
            paths += [path, path + asked] + ([path.replace("/1", f"/{pk}", 1)] if "/1" in path else [])
    return paths


@pytest.mark.parametrize("role", Role)
def test_pages_never_show_them_raw(app: FastAPI, sign_in: SignIn, pk: int, role: Role) -> None:
    browser, n_told = sign_in(role), 0
    for path in pages_of(app, role, pk):
        answer = browser.get(path)
        kind = answer.headers.get("content-type", "")
        assert answer.headers["x-content-type-options"] == "nosniff"
        if path.partition("?")[0].endswith(".json") and answer.status_code != 303:
            assert kind == "application/json", path
        elif kind.startswith("text/html"):
            assert [raw for raw in RAW if raw in answer.text] == [], path
            assert Running.found_in(answer.text) == [], path
            n_told += "&lt;script&gt;" in answer.text
    assert n_told > 0, "they are on some page at least"


def test_a_real_browser_runs_none_of_them(app: FastAPI, window: Window, sign_in: SignIn, pk: int) -> None:
    opened: list[str] = []
    for role in (Role.SUPERVISOR, Role.TRAINER, Role.AGENT, Role.ADMIN):
        page = window.open("/about", sign_in(role).token)
        page.on("dialog", lambda dialog: opened.append(dialog.message))
        browser = sign_in(role)
        for path in pages_of(app, role, pk, sees_most_only=True):
            if "text/html" in browser.get(path).headers.get("content-type", ""):
                page.goto(f"{window.address}{path}")
        assert page.evaluate("document.querySelectorAll('img[src=x], script:not([src])').length") == 0
        page.goto(f"{window.address}/about")
        page.evaluate(
            "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
            "document.body.append(s) }"
        )
        assert page.evaluate("window.ran") is None, "the policy holds"
    assert opened == []
    refused = [text for text in window.complaints if "Content Security Policy" in text]
    assert len(refused) == 4, "what the test itself tried"
    window.complaints[:] = [text for text in window.complaints if "Security Policy" not in text and " 40" not in text]


def test_spreadsheets_get_no_formulas(desk: Desk, sign_in: SignIn, samples: Path) -> None:
    live_in(desk, sign_in, samples, FORMULA)
    trainer: Browser = sign_in("trainer")
    answer = trainer.post("/training/playlists/1/export")
    assert answer.headers["content-type"] == "application/zip"
    assert "\n" not in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as made:
        assert all("/" not in name and ".." not in name for name in made.namelist())
        sheet = next(name for name in made.namelist() if name.endswith(".csv"))
        rows = list(csv.reader(io.StringIO(made.read(sheet).decode("utf-8-sig"))))
        workbook = zipfile.ZipFile(
            io.BytesIO(made.read(next(name for name in made.namelist() if name.endswith(".xlsx"))))
        )
    assert any(FORMULA in cell for row in rows for cell in row)
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    assert not any(b"<f>" in workbook.read(name) for name in workbook.namelist())
