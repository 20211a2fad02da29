"""Headers, sizes and foreign forms: what holds whatever the route."""

import pytest
from browsing import SignIn
from fastapi import FastAPI
from starlette.testclient import TestClient

from callqa.people import Role
from web.access.request_context import LANGUAGE
from web.shield import MAX_BODY

FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://testserver.evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_sites_form_is_refused(sign_in: SignIn, headers: dict[str, str]) -> None:
    browser = sign_in(Role.INSPECTOR)
    response = browser.client.post("/sign-out", data={"csrf": "x"}, headers=headers)
    assert response.status_code == 403
    assert browser.get("/about").status_code == 200


def test_scripts_frames_and_caches_are_kept_out(sign_in: SignIn) -> None:
    headers = sign_in(Role.INSPECTOR).get("/about").headers
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "private, no-store"


def test_a_style_nonce_is_used_once(guest: TestClient) -> None:
    policies = {guest.get("/sign-in").headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


@pytest.mark.parametrize("declared", [str(10**9), "-1", "many", "１２"])
def test_an_oversized_or_odd_length_is_refused_unread(guest: TestClient, declared: str) -> None:
    response = guest.post(
        "/sign-in", content=b"name=a", headers={"content-length": declared.encode("latin-1", "replace")}
    )  # type: ignore[dict-item]
    assert response.status_code == 413


def test_a_body_that_grows_beyond_its_bounds_is_refused(guest: TestClient) -> None:
    def chunks():  # no length is declared
        for _ in range(100):
            yield b"x" * 10_000

    response = guest.post("/sign-in", content=chunks(), headers={"content-type": "application/x-www-form-urlencoded"})
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data"),
        (b'{"name": 1}', "application/json"),
        (b"", "text/plain"),
    ],
)
def test_malformed_bodies_are_refused_in_words(guest: TestClient, content: bytes, kind: str) -> None:
    response = guest.post("/sign-in", content=content, headers={"content-type": kind})
    assert response.status_code in (400, 403)
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fpyproject.toml", "/static//etc/passwd"]
)
def test_static_files_are_the_static_ones_only(guest: TestClient, path: str) -> None:
    assert guest.get(path).status_code == 404


def test_static_files_are_kept_by_browsers_only_when_named_by_content(guest: TestClient) -> None:
    assert "immutable" in guest.get("/static/vendor/htmx.min.js?v=1").headers["cache-control"]
    assert guest.get("/static/vendor/htmx.min.js").headers["cache-control"] == "no-cache"


def test_the_shield_covers_what_broke(app: FastAPI, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a citizen's words")

    monkeypatch.setattr("web.about.routes.version", broken)
    browser = sign_in(Role.INSPECTOR)
    client = TestClient(app, raise_server_exceptions=False, cookies=browser.client.cookies)
    for path in ("/about", "/about.json"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "words" not in answer.text
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("language", "foreign", "large"),
    [
        ("", "请从本系统的页面提交", "提交的内容过大"),
        ("zh", "请从本系统的页面提交", "提交的内容过大"),
        ("en", "Send it from a page of this system", "What was sent is too large"),
    ],
)
def test_the_shield_speaks_the_language_of_the_browser(
    guest: TestClient, language: str, foreign: str, large: str
) -> None:
    headers = {"cookie": f"{LANGUAGE}={language}"}
    told = guest.post("/sign-in", headers=headers | {"origin": "https://elsewhere.example"})
    assert (told.status_code, told.text) == (403, foreign)
    told = guest.post("/sign-in", headers=headers, content=b"x" * (MAX_BODY + 1))
    assert (told.status_code, told.text) == (413, large)
