"""Every page of the desk as somebody may open it, asked in every way, and what can be read on it."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl

from browsing import AGENT, Browser
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import Response
from lived_in import ITEM
from routes import filled, routes

from web.access.roles import GRANTS

ASKED = (
    "", f"id={AGENT}&month=2026-11", "month=2026-11", "agent=" + AGENT, "call=call-0001", f"item={ITEM}",
    f"item={ITEM}&month=2026-11", "q=停水", "q=手机", "q=慧敏", "q=银桂路", "q=8604521", "low=0", "plan=monthly",
    "sort=oldest", "check=opening", "verdict=violated", "action=call_opened",
)  # fmt: skip
READ_OUT = ("title", "aria-label", "placeholder", "alt", "data-confirm", "label")
"""Attributes whose text people see or hear."""
NOT_READ = ("script", "style")


def pages(app: FastAPI, browser: Browser, pk: int, *more: str) -> Iterator[tuple[str, Response]]:
    """Every page, twin and file that the role may open, asked in every way, and in those ``more``."""
    for route, method, permission in routes(app):
        if method != "GET" or permission not in GRANTS[browser.account.role]:
            continue
        for number in (1, pk) if "{" in route.path else (1,):
            for asked in (asked for asked in (*ASKED, *more) if knows(route, asked)):
                path = f"{filled(route.path).replace('/1', f'/{number}')}?{asked}"
                yield path, browser.get(path)


def knows(route: APIRoute, asked: str) -> bool:
    """Whether the route reads all that is asked."""
    names = {
        field.alias
        for dependant in (route.dependant, *route.dependant.dependencies)
        for field in dependant.query_params
    }
    return set(dict(parse_qsl(asked))) <= names


def read_out(html: str) -> list[str]:
    """What people can read on a page, piece by piece."""
    reader = _Reader()
    reader.feed(html)
    return reader.pieces


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._unread = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread = tag in NOT_READ
        self.pieces += [value.strip() for name, value in attrs if name in READ_OUT and value]

    def handle_endtag(self, tag: str) -> None:
        self._unread = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._unread:
            self.pieces.append(data.strip())
