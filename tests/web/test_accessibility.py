"""Every page can be read and used: names, headings, contrast, keyboard; on a screen and a tablet."""

import re
from pathlib import Path
from typing import Literal

import pytest
from browsing import SignIn
from chromium import Window
from fastapi import FastAPI
from fastapi.routing import APIRoute
from gallery import gallery_page
from playwright.sync_api import Page
from routes import filled, routes, sees_most

from callqa.people import Role
from web.access.roles import GRANTS

Scheme = Literal["light", "dark"]
pytestmark = pytest.mark.slow
RULES = (Path(__file__).parent / "accessibility.js").read_text(encoding="utf-8").partition("\n")[2]
FOCUS = """() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  const style = getComputedStyle(e);
  const {top, bottom, width} = e.getBoundingClientRect();
  const ringed = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  const seen = width > 0 && bottom > 0 && top < innerHeight;
  return {first: e.classList.contains("skip"), what: e.outerHTML.slice(0, 90), good: ringed && seen};
}"""
SETTLING = 20  # tenths of a second that a page has after its window changed
FACES = ("/", "/calls/1", "/agent")
"""Pages that show each role something else."""
NOT_OURS = {"/api/v1/docs"}  # Swagger UI, vendored as it is
SIZES: list[tuple[int, int, Scheme]] = [(1366, 768, "light"), (1366, 768, "dark"), (820, 1180, "light")]


def wrong(page: Page, width: int = 1366, height: int = 768, scheme: Scheme = "light") -> list[str]:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    for _ in range(SETTLING):  # charts follow the size of the window a moment later
        if not (violations := page.evaluate(RULES)):
            return []
        page.wait_for_timeout(100)
    return list(dict.fromkeys(violations))


def kind(address: str) -> str:
    """Pages that differ by numbers and by what is asked are of one kind."""
    path, _, query = address.partition("#")[0].partition("?")
    return re.sub(r"\d+", "1", path) + "?" + "&".join(sorted({part.partition("=")[0] for part in query.split("&")}))


@pytest.mark.parametrize("role", Role)
def test_pages_are_accessible(window: Window, sign_in: SignIn, app: FastAPI, role: Role) -> None:
    """Each page once, as the role that sees most of it; what shows each role something else, as each."""
    pages = [
        (route, sees_most(permission))
        for route, method, permission in routes(app)
        if method == "GET" and permission in GRANTS[role]
    ]
    somebody = sign_in(role)
    page = window.open("/help", somebody.token)
    todo = [filled(route.path) for route, _ in pages]
    violations, seen = {}, set()
    while todo:
        path = todo.pop(0)
        if kind(path) in seen or path in NOT_OURS or not is_own(path, role, pages):
            continue
        seen.add(kind(path))
        if not somebody.get(path).content.lstrip().lower().startswith(b"<!doctype html"):
            continue  # a file, data, or a part of a page
        page.goto(f"{window.address}{path}")
        violations |= {f"{path} {' '.join(map(str, size))}": wrong(page, *size) for size in SIZES}
        todo += page.evaluate("""[...document.querySelectorAll('a[href^="/"]')].map((a) => a.getAttribute("href"))""")
    window.complaints[:] = [text for text in window.complaints if not re.search(r"status of 4\d\d", text)]
    assert {where: what for where, what in violations.items() if what} == {}


def is_own(address: str, role: Role, pages: list[tuple[APIRoute, Role]]) -> bool:
    """Whether nobody sees more of the page than the role, or something else."""
    path = address.partition("#")[0].partition("?")[0]
    return address in FACES or next((most is role for route, most in pages if route.path_regex.match(path)), False)


def test_signing_in_and_the_parts_of_pages_are_accessible(window: Window) -> None:
    page = window.open("/sign-in")
    assert [wrong(page, *size) for size in SIZES] == [[]] * len(SIZES)
    page.route("**/parts", lambda route: route.fulfill(body=gallery_page(), content_type="text/html"))
    page.goto(f"{window.address}/parts")
    assert [wrong(page, *size) for size in SIZES] == [[]] * len(SIZES)


def test_what_is_wrong_is_found(window: Window) -> None:
    page = window.open("/sign-in")
    page.goto("about:blank")  # where no policy forbids the grey
    page.set_content(
        '<html lang="zh"><title>t</title><main><h1>a</h1><h3>b</h3><input><button></button><ul><p>x</p></ul>'
        '<p style="color:#999">grey</p><label for="none">c</label>'
        "<table><thead><tr><th></th></tr></thead></table></main>"
    )
    violations = "\n".join(wrong(page))
    for what in ("heading 3 after 1", "no label", "no name", "in a list", "contrast 2.8", "for leads nowhere", "scope"):
        assert what in violations


def test_the_keyboard_reaches_everything_and_shows_where_it_is(window: Window, sign_in: SignIn) -> None:
    page = window.open("/help", sign_in(Role.SUPERVISOR).token)
    stops = []
    for _ in range(100):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            break
        stops.append(stop)
    assert stops[0]["first"], "the first stop leads past the navigation"
    assert [stop["what"] for stop in stops if not stop["good"]] == []
    assert len(stops) >= len(page.query_selector_all("nav a, .tabs a"))
