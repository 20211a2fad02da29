"""Signing in and out, the one-time link that sets a password, and the switch of language."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from callqa.errors import CallQAError
from callqa.messages import LANGUAGES
from callqa.people import Language
from store.people import accounts, sign_ins
from web.access import passwords
from web.access.request_context import (
    LANGUAGE,
    Context,
    Forbidden,
    RequestContext,
    SignInNeeded,
    StaleForm,
    address_of,
    current_context,
    desk_of,
    error_text,
    language_of,
)
from web.access.roles import Permission
from web.access.sessions import YEAR, path_of_this_desk, start_session
from web.access.sign_in import Link, TooManyFailures, link_of, set_password, sign_in
from web.access.tokens import SESSION, VISITOR, form_token, form_token_fits, new_token
from web.routing import NOBODY, Area, render_plain

area = Area(NOBODY)


@area.get("/sign-in", Permission.ANYBODY)
def sign_in_page(request: Request, next: str = "/") -> Response:
    try:
        current_context(request)
    except SignInNeeded:
        return _form(request, next=path_of_this_desk(next))
    return RedirectResponse(path_of_this_desk(next), 303)


@area.post("/sign-in", Permission.ANYBODY)
def post_sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form(max_length=2000)] = "/",
    csrf: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    _check_visitor(request, csrf)
    match sign_in(desk_of(request), name, password, address_of(request)):
        case TooManyFailures(seconds):
            text = "登录失败次数过多，请在 {seconds} 秒后再试"
            refused = _form(request, 429, next=next, name=name, text=text, seconds=seconds)
            refused.headers["Retry-After"] = f"{seconds}"
            return refused
        case None:
            return _form(request, 401, next=next, name=name, text="用户名或密码不对")
        case account:
            response = RedirectResponse(path_of_this_desk(next), 303)
            start_session(request, response, account)
            return response


@area.action("/sign-out", Permission.SIGNED_IN)
def sign_out(context: Context) -> Response:
    with context.desk.store.write() as c:
        sign_ins.end_session(c, context.session.pk, context.who.pk, context.desk.now())
    context.log_action("signed_out")
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(SESSION)
    return response


@area.get("/welcome", Permission.ANYBODY)
def welcome_page(request: Request, token: str = "") -> Response:
    link = link_of(desk_of(request), token)
    return _welcome(request, token, link) if link else _no_link(request)


@area.post("/welcome", Permission.ANYBODY)
def welcome(
    request: Request,
    token: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    again: Annotated[str, Form(max_length=1000)],
    name: Annotated[str, Form(max_length=200)] = "",
    csrf: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Sets the password, makes the first administrator where the link is for that, and signs in."""
    _check_visitor(request, csrf)
    link = link_of(desk_of(request), token)
    if link is None:
        return _no_link(request)
    try:
        account = set_password(desk_of(request), token, link, name, password, again, address_of(request))
    except CallQAError as error:
        text = error_text(error, language_of(request))
        return _welcome(request, token, link, 422, name=name, text=text)
    if account is None:
        raise Forbidden
    response = RedirectResponse("/", 303)
    start_session(request, response, account)
    return response


@area.post("/language", Permission.ANYBODY)
def choose_language(
    request: Request, lang: Annotated[Language, Form()], csrf: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Of the account that is signed in, or of this browser."""
    back = RedirectResponse(path_of_this_desk(_path_of(request.headers.get("referer", "/"))), 303)
    try:
        context: RequestContext | None = current_context(request)
    except SignInNeeded:
        context = None
    token = context.token if context else request.cookies.get(VISITOR, "")
    if not form_token_fits(token, csrf):
        raise StaleForm
    if context:
        with context.desk.store.write() as c:
            accounts.change_account(c, context.who.pk, language=lang)
    back.set_cookie(LANGUAGE, lang, max_age=YEAR, samesite="lax", secure=desk_of(request).secure)
    return back


def _path_of(url: str) -> str:
    return "/" + url.split("://", 1)[-1].partition("/")[2]


def _check_visitor(request: Request, csrf: str) -> None:
    """Raises `StaleForm` unless the form was given to this browser."""
    token = request.cookies.get(VISITOR, "")
    if not token or not form_token_fits(token, csrf):
        raise StaleForm


def _form(
    request: Request, status: int = 200, text: str = "", name: str = "", next: str = "/", **values: int
) -> Response:
    oidc = desk_of(request).settings.desk.oidc
    shown = {"text": text, "values": values, "name": name, "next": next, "provider": oidc.label if oidc.issuer else ""}
    return _bound(request, "sign_in/sign_in.html", status, **shown)


def _welcome(request: Request, token: str, link: Link, status: int = 200, name: str = "", text: str = "") -> Response:
    account = link.account.name if link.account else None
    shown = {"token": token, "account": account, "name": name, "text": text, "shortest": passwords.SHORTEST}
    return _bound(request, "sign_in/welcome.html", status, **shown)


def _no_link(request: Request) -> Response:
    text = "这个链接已经用过或已过期，请向系统管理员要一个新的。"
    return render_plain(request, "error.html", 404, title="链接无效", text=text, values={})


def _bound(request: Request, template: str, status: int, **values: object) -> Response:
    """A form that works in this browser only, through a visitor's cookie."""
    token = request.cookies.get(VISITOR) or new_token()
    response = render_plain(request, template, status, **{**values, "csrf": form_token(token), "languages": LANGUAGES})
    response.set_cookie(VISITOR, token, httponly=True, samesite="strict", secure=desk_of(request).secure)
    return response
