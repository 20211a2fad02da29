"""Somebody who is signed in at the desk."""

from collections.abc import Callable
from dataclasses import dataclass

from httpx import Response
from starlette.testclient import TestClient

from callqa.people import Account
from web.access.tokens import form_token

AGENT, TEAM = "3001", "B组"
"""Whose calls the agent and the team lead see; the calls are of agents 3000 to 3005 in two teams."""


@dataclass(frozen=True)
class Browser:
    """Somebody at the desk. Redirects are not followed, so that tests see them."""

    client: TestClient
    account: Account
    token: str

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=headers)

    def json(self, path: str) -> object:
        response = self.client.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, **fields: object) -> Response:
        """Sends a form with the right token."""
        return self.client.post(path, data={"csrf": form_token(self.token), **fields})


SignIn = Callable[..., Browser]
