"""A real browser at a real server."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from web.access.tokens import SESSION

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """Where Chromium is installed, if it is."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def running(program: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Without its sandbox, since tests may run as root, where it has none.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address at which the application answers."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended while it started"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@dataclass(frozen=True)
class Window:
    """Opens pages of the desk as somebody. What a page complains about on its console is kept."""

    browser: Browser
    address: str
    complaints: list[str]

    def open(self, path: str, token: str = "", *, width: int = 1366, height: int = 768, scheme: str = "light") -> Page:
        """The page at ``path``, in a browser without a past, signed in by ``token``."""
        options: dict[str, Any] = {"color_scheme": scheme, "locale": "zh-CN", "reduced_motion": "reduce"}
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        if token:
            context.add_cookies([{"name": SESSION, "value": token, "url": self.address}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.address}{path}")
        return page
