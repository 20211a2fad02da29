"""Every route against every role: what is not granted is refused before anything happens."""

import pytest
from browsing import SignIn
from fastapi import FastAPI
from routes import filled, routes
from starlette.testclient import TestClient

from callqa.people import Role
from web.access.roles import GRANTS, Permission
from web.access.tokens import form_token
from web.routing import csrf_checked


def test_nobody_gets_anywhere_without_signing_in(app: FastAPI, guest: TestClient) -> None:
    for route, method, permission in routes(app):
        if permission in {Permission.ANYBODY, Permission.METRICS}:  # machines: test_metrics
            continue
        response = guest.request(method, filled(route.path))
        if method == "GET" and not route.path.endswith(".json"):
            assert response.status_code == 303, route.path
            assert response.headers["location"].startswith("/sign-in"), route.path
        else:
            assert response.status_code == 401, route.path


@pytest.mark.parametrize("role", Role)
def test_a_role_is_refused_what_it_is_not_granted(app: FastAPI, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(role)
    for route, method, permission in routes(app):
        if permission in GRANTS[role]:
            continue
        for csrf in ({}, {"csrf": form_token(browser.token)}):
            response = browser.client.request(method, filled(route.path), data=csrf if method == "POST" else None)
            assert response.status_code == 403, f"{role} {method} {route.path}"


@pytest.mark.parametrize("role", Role)
def test_pages_that_are_granted_open_or_are_not_there(app: FastAPI, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(role)
    for route, method, permission in routes(app):
        if method == "GET" and permission in GRANTS[role] and permission is not Permission.ANYBODY:
            response = browser.get(filled(route.path))
            # 400: it asks for a parameter; 303: it leads to the right place
            assert response.status_code in (200, 303, 400, 404), f"{role} {route.path}: {response.text[:300]}"


def test_every_action_checks_its_form_token(app: FastAPI, sign_in: SignIn) -> None:
    for route, method, permission in routes(app):
        if method == "GET" or permission is Permission.ANYBODY:
            continue
        assert csrf_checked in [dependency.dependency for dependency in route.dependencies], route.path
        role = next(role for role in Role if permission in GRANTS[role])
        browser = sign_in(role)
        for forged in ({}, {"csrf": "0" * 64}, {"csrf": ""}):
            assert browser.client.request(method, filled(route.path), data=forged).status_code == 403, route.path


def test_nothing_changes_by_a_get(app: FastAPI) -> None:
    """Links and images cannot act: whatever acts is a POST."""
    assert {method for _, method, _ in routes(app)} <= {"GET", "POST"}


def test_every_permission_is_granted_to_somebody() -> None:
    assert frozenset[Permission]().union(*GRANTS.values()) == set(Permission) - {Permission.METRICS}
