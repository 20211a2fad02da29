"""All routes of the desk and of the interface, so that a new one cannot be forgotten by the tests that go over them."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute

from callqa.people import Role
from web.access.request_context import Machine, Needs, Open
from web.access.roles import GRANTS, Permission
from web.api.access import ApiNeeds
from web.areas import API_AREAS, AREAS


def routes(app: FastAPI) -> Iterator[tuple[APIRoute, str, Permission]]:
    """(route, method, the permission it asks for). Fails for a route that asks for none, or twice."""
    assert len(app.routes) == len(AREAS) + len(API_AREAS) + 1, "besides the areas there are the static files only"
    for route in (route for area in AREAS for route in area.router.routes):
        assert isinstance(route, APIRoute)
        gates = [
            dependency.dependency
            for dependency in route.dependencies
            if isinstance(dependency.dependency, Needs | Open | Machine)
        ]
        assert len(gates) == 1, f"{route.path} needs exactly one permission"
        for method in sorted(route.methods):
            yield route, method, gates[0].permission


def api_routes() -> Iterator[tuple[APIRoute, str, ApiNeeds]]:
    """(route, method, what it asks of a token) of the interface. Fails for a route that asks for nothing, or twice."""
    for route in (route for area in API_AREAS for route in area.router.routes):
        assert isinstance(route, APIRoute)
        gates = [some.dependency for some in route.dependencies if isinstance(some.dependency, ApiNeeds)]
        assert len(gates) == 1, f"{route.path} needs exactly one permission"
        for method in sorted(route.methods):
            yield route, method, gates[0]


def filled(path: str) -> str:
    """The path with 1 for each number in it."""
    parts = ("1" if part.startswith("{") else part for part in path.removesuffix(".json").split("/"))
    return "/".join(parts) + (".json" if path.endswith(".json") else "")


def sees_most(permission: Permission) -> Role:
    """Of the roles that have it, the one who sees most."""
    able = [Role.SUPERVISOR, Role.TRAINER, Role.AGENT, Role.ADMIN, *Role]
    return next((role for role in able if permission in GRANTS[role]), Role.SUPERVISOR)
