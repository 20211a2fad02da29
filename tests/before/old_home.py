"""A home of callqa as people use it: commands that are typed, and a desk at which they sign in.

Whatever is asked of it here, people and programs could ask from outside, so that it may be rebuilt within.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient
from stopped_clock import Clock
from typer.testing import CliRunner

from callqa.settings import Settings
from cli.main import app, load_command
from web.app import create_app
from web.desk import open_desk

CSRF = re.compile(r'(?:name="csrf-token" content|name="csrf" value)="([^"]+)"')
PASSWORD = "seven grey herons on a wire"
"""Of everybody: nothing real is behind it."""


@dataclass(frozen=True)
class Person:
    """Somebody at the desk. Redirects are not followed."""

    name: str
    client: TestClient

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def post(self, path: str, **fields: Any) -> Response:
        """Sends a form. Fails unless it was taken."""
        token = self.form_token("/about")
        answer = self.client.post(path, data={"csrf": token, **fields})
        assert answer.status_code in (200, 204, 303), f"{self.name} {path}: {answer.status_code} {answer.text[-2000:]}"
        return answer

    def form_token(self, page: str) -> str:
        found = CSRF.search(self.client.get(page).text)
        assert found, f"{page} has no form"
        return found[1]


@dataclass(frozen=True)
class OpenDesk:
    """A desk that is open."""

    app: FastAPI

    def welcome(self, name: str, link: str) -> Person:
        """Somebody new sets the password, and is signed in."""
        person = Person(name, self._browser())
        fields = {"csrf": person.form_token(link), "token": link.partition("token=")[2]}
        answer = person.client.post("/welcome", data={**fields, "password": PASSWORD, "again": PASSWORD})
        assert answer.status_code == 303, answer.text
        return person

    def sign_in(self, name: str, password: str = PASSWORD) -> Person:
        """Whether or not the password is right."""
        person = Person(name, self._browser())
        token = person.form_token("/sign-in")
        person.client.post("/sign-in", data={"csrf": token, "name": name, "password": password})
        return person

    def _browser(self) -> TestClient:
        return TestClient(self.app, follow_redirects=False)


@dataclass(frozen=True)
class Home:
    """A folder with a database in it, and the clock by which all happens."""

    folder: Path
    clock: Clock

    def typed(self, *arguments: str, exits: tuple[int, ...] = (0,), **settings: str) -> str:
        """What a command prints. ``settings``: by their names in the environment, without CALLQA_."""
        load_command(arguments[0])
        self.clock.stop()
        given = {f"CALLQA_{name}": value for name, value in settings.items()}
        # A night hears in its own process; the name is the one by which the log knows who types.
        usual = {"CALLQA_HOME": str(self.folder), "CALLQA_ASR__WORKERS": "0", "LOGNAME": "hotline", "COLUMNS": "200"}
        result = CliRunner().invoke(app, list(arguments), env=usual | given)
        told = f"callqa {' '.join(arguments)}: {result.exit_code} {result.exception!r}\n{result.output}"
        assert result.exit_code in exits, told
        return result.stdout

    @contextmanager
    def desk(self) -> Iterator[OpenDesk]:
        settings = Settings(home=self.folder)
        self.clock.stop()
        with open_desk(settings) as desk:
            made = create_app(settings, desk)
            with TestClient(made):
                yield OpenDesk(made)
