"""Programs that use the interface, each with a token of its own."""

from collections.abc import Callable

from starlette.testclient import TestClient

from callqa.people import TokenScope

ALL = tuple(TokenScope)
Program = Callable[..., TestClient]
"""Makes one: of a role, with these scopes or all of them."""
