"""The ways to the identity provider and back: to sign in, and to link one's account with it."""

import logging
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from callqa.errors import CallQAError
from callqa.settings.desk import OidcSettings
from web.access.account_changes import Author
from web.access.request_context import (
    Context,
    Forbidden,
    NotThere,
    StaleForm,
    address_of,
    current_context,
    desk_of,
    error_text,
    language_of,
)
from web.access.roles import Permission
from web.access.sessions import path_of_this_desk, start_session
from web.access.tokens import form_token_fits
from web.routing import NOBODY, Area, render_plain

COOKIE = "callqa_oidc"
BACK = "/sign-in/oidc/back"
MINUTES = 10  # that somebody may take at the provider

log = logging.getLogger("callqa.desk")
area = Area(NOBODY)


@area.get("/sign-in/oidc", Permission.ANYBODY)
def go_to_provider(request: Request, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    """A link and no form: a page may not lead a form to another site."""
    return _leave(request, path_of_this_desk(next), None)


@area.get("/account/identity", Permission.SIGNED_IN)
def go_and_link(context: Context, csrf: Annotated[str, Query(max_length=200)]) -> Response:
    """Carries the form token: another site must not link somebody's account with an identity of its own."""
    if not form_token_fits(context.token, csrf):
        raise StaleForm
    return _leave(context.request, "/account", context.who.pk)


@area.get(BACK, Permission.ANYBODY)
def come_back(request: Request) -> Response:
    """Signs in whoever the provider says this is, or links the account that went there."""
    from web.oidc import code_flow, identities
    from web.oidc.provider import ProviderError, provider_of

    desk, settings = desk_of(request), _settings(request)
    by = Author("", "", address_of(request), desk.now())
    try:
        begun = code_flow.begun_of(request.cookies.get(COOKIE, ""))
        answer = dict(request.query_params)
        claims = code_flow.finish(settings, provider_of(settings.issuer), _redirect_uri(request), begun, answer, by.at)
        if begun.account_pk is not None:
            context = current_context(request)
            if context.who.pk != begun.account_pk:
                raise Forbidden
            with desk.store.write() as c:
                identities.link(c, context.who, claims, context.author)
            response: Response = RedirectResponse("/account", 303)
        else:
            with desk.store.write() as c:
                account = identities.account_for(c, settings, claims, by)
            response = RedirectResponse(begun.next, 303)
            start_session(request, response, account)
    except (code_flow.NotProven, ProviderError) as error:
        log.warning("sign-in by %s: %s", settings.issuer, error.detail)
        response = _refused(request, error)
    except CallQAError as error:
        response = _refused(request, error)
    response.delete_cookie(COOKIE, path=BACK)
    return response


def _leave(request: Request, next: str, account_pk: int | None) -> Response:
    from web.oidc import code_flow
    from web.oidc.provider import ProviderError, provider_of

    settings = _settings(request)
    try:
        place, begun = code_flow.begin(settings, provider_of(settings.issuer), _redirect_uri(request), next, account_pk)
    except ProviderError as error:
        log.warning("sign-in by %s: %s", settings.issuer, error.detail)
        return _refused(request, error)
    response = RedirectResponse(place, 303)
    # Lax: the provider leads back here, so a strict cookie would stay behind.
    attributes = {"max_age": 60 * MINUTES, "path": BACK, "httponly": True, "secure": desk_of(request).secure}
    response.set_cookie(COOKIE, begun.as_cookie(), samesite="lax", **attributes)  # type: ignore[arg-type]
    return response


def _settings(request: Request) -> OidcSettings:
    """Raises `NotThere` when no identity provider is set."""
    settings = desk_of(request).settings.desk.oidc
    if not settings.issuer:
        raise NotThere
    return settings


def _redirect_uri(request: Request) -> str:
    """As it is registered with the provider; what a request calls its host is not asked."""
    return desk_of(request).settings.desk.public_url + BACK


def _refused(request: Request, error: CallQAError) -> Response:
    text = error_text(error, language_of(request))
    return render_plain(request, "error.html", 403, title="登录没有完成", text=text, values={})
