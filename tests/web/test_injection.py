"""Hostile values in every parameter, form field and address of the desk: nothing breaks, nothing comes back.

A route that is new is gone over without a word here.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

import pytest
from browsing import Browser, SignIn
from fastapi import FastAPI
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.params import File
from fastapi.routing import APIRoute
from httpx import Response
from lived_in import ITEM, live_in
from routes import filled, routes, sees_most
from starlette.testclient import TestClient

from callqa.people import Role
from web.access.tokens import form_token
from web.desk import Desk

pytestmark = pytest.mark.slow

HOSTILE: dict[str, str | list[str]] = {
    "quote": "' OR '1'='1",
    "comment": "1; DROP TABLE account; --",
    "union": "x' UNION SELECT password_hash FROM account /*",
    "double_quote": 'a" OR ""="',
    "fts": '"停水" NEAR(供水, 2) OR * NOT col:x ^',
    "like": "%_\\%",
    "nul": "停\x00水",
    "line_breaks": "a\r\nSet-Cookie: callqa_session=x\r\n\r\n<script>alert(1)</script>",
    "long": "停水" * 3000,
    "emoji": "👩‍👩‍👧‍👦\u202e\ufeff\u0301𠮷",
    "path": "../../../../etc/passwd",
    "template": "{{7*7}}${7*7}{% for x in y %}{0.__class__}%s%n",
    "script": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "address": "javascript:alert(1)//",
    "negative": "-1",
    "huge": "99999999999999999999999999",
    "int64": str(2**63 - 1),
    "float": "1e309",
    "nan": "NaN",
    "wide_digits": "１२３",
    "many": ["停水"] * 300,
    "two": ["1", "<script>alert(1)</script>"],
    "empty": "",
    "blank": " \t ",
    "month": "2026-13",
    "years": "0000-00",
    "first_day": "0001-01-01",
    "last_day": "9999-12-31",
    "nothing": "null",
    "array": "[]",
    "pickle": "gASVAAAAAAAAAIwFcG9zaXiUjAZzeXN0ZW2Uk5Q=",
}
NOT_TEXT = ("%FF%FE", "%ED%A0%80", "%C0%AE%C0%AE/", "%", "%00")
"""Bytes of an address that are no UTF-8, a lone surrogate, dots in too many bytes."""
NUMBERS = ("0", "2147483648", str(2**63), "9" * 40)
REFLECTED = ("<script>alert(1)", "<img src=x", "Traceback", "site-packages", "root:x:", "sqlalchemy", "sqlite3.")

SHOWN_AGAIN = ("script", "line_breaks", "nul", "long", "many", "two")
"""Of what a field refuses, these alone: all are refused alike, with their words at most; of several, some take one."""
FITTING = ("一句话", ITEM, "1", "2026-11", "accept", "override", "monthly", "zh", "agent", "a long enough password")
"""Of these, the other fields hold what fits them meanwhile, where they ask for something; the rest is left out."""
BY_NAME = {
    "item": ITEM,
    "plan": "monthly",
    "month": "2026-11",
    "to": "inspector",
    "verdict": "violated",
    "subject": "plan",
}


def declared(dependant: Dependant, kind: str) -> Iterator[tuple[str, ModelField]]:
    """The parameters of a kind, also of what the endpoint depends on."""
    yield from ((field.alias, field) for field in getattr(dependant, kind))
    for other in dependant.dependencies:
        yield from declared(other, kind)


def attempts(route: APIRoute, kind: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Hostile values in every parameter, while the others hold what fits: in words, and all of them."""
    taken = ((n, field) for n, field in declared(route.dependant, kind) if not isinstance(field.field_info, File))
    fields = {name: field for name, field in taken if name != "csrf"}
    fitting = {
        name: fits(name, field) for name, field in fields.items() if name in BY_NAME or field.field_info.is_required()
    }
    for (name, field), (label, value) in product(fields.items(), HOSTILE.items()):
        if label in SHOWN_AGAIN or takes(field, value):
            yield f"{route.path} {name} {label}", fitting | {name: value}


def takes(field: ModelField, value: object) -> bool:
    return any(not field.validate(sent, {}, loc=())[1] for sent in (value, [value]))


def fits(name: str, field: ModelField) -> str:
    known = (BY_NAME[name], *FITTING) if name in BY_NAME else FITTING  # "to" is a reviewer, or a place in a list
    fitting = next((value for value in known if takes(field, value)), None)
    assert fitting is not None, f"say in BY_NAME what {name} may be"
    return fitting


def check(answer: Response, where: str) -> None:
    assert answer.status_code < 500, f"{where}: {answer.status_code} {answer.text[:300]}"
    assert "set-cookie" not in answer.headers or "callqa_session=x" not in answer.headers["set-cookie"], where
    if answer.headers.get("content-type", "").startswith("text/html"):
        reflected = [piece for piece in REFLECTED if piece in answer.text]
        assert not reflected, f"{where} shows {reflected}"
    for name in ("content-security-policy", "x-content-type-options", "x-frame-options"):
        assert name in answer.headers, f"{where} without {name}"


@pytest.fixture
def people(desk: Desk, sign_in: SignIn, samples: Path) -> dict[Role, Browser]:
    live_in(desk, sign_in, samples)
    return {role: sign_in(role) for role in Role}


def test_parameters_of_pages(app: FastAPI, people: dict[Role, Browser]) -> None:
    for route, method, permission in routes(app):
        for words, params in attempts(route, "query_params") if method == "GET" else ():
            address = f"{filled(route.path)}?{urlencode(params, doseq=True)}"
            check(people[sees_most(permission)].get(address), words)


def test_fields_of_forms(app: FastAPI, people: dict[Role, Browser], sign_in: SignIn) -> None:
    for route, method, permission in routes(app):
        role = sees_most(permission)
        for words, fields in attempts(route, "body_params") if method == "POST" else ():
            answer = people[role].post(filled(route.path), **fields)
            check(answer, f"POST {words}")
            if not answer.is_error and people[role].get("/about").status_code != 200:  # that was the way out
                people[role] = sign_in(role)


def test_numbers_in_addresses(app: FastAPI, people: dict[Role, Browser]) -> None:
    for route, method, permission in routes(app):
        for number in NUMBERS if "{" in route.path else ():
            browser, path = people[sees_most(permission)], filled(route.path).replace("/1", f"/{number}")
            form = {"csrf": form_token(browser.token)} if method == "POST" else None
            check(browser.client.request(method, path, data=form), f"{method} {path}")


def test_addresses_that_are_no_text(app: FastAPI, people: dict[Role, Browser]) -> None:
    for route, method, permission in routes(app):
        names = dict(declared(route.dependant, "query_params")) if method == "GET" else {}
        for name, odd in product(names, NOT_TEXT):
            place = f"{filled(route.path)}?{name}={odd}"
            check(people[sees_most(permission)].get(place), place)


def test_cookies_that_are_no_text(guest: TestClient) -> None:
    for cookie in (
        b"callqa_session=\xff\xfe",
        b"callqa_session=" + b"a" * 9000,
        b"callqa_said=x.y; callqa_language=<x>",
    ):
        answer = guest.get("/about", headers={"cookie": cookie})  # type: ignore[dict-item]
        check(answer, repr(cookie[:20]))
        assert answer.status_code == 303
