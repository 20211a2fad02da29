"""Routing: how pages and actions become routes.

A page is one function that gives its view, a frozen dataclass of plain data. It is served twice: rendered by a
template, and as its JSON twin under the same address with ``.json``. An action changes something and says where to go
then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial, wraps
from typing import Annotated, Any, Literal, ParamSpec

from fastapi import APIRouter, Depends, Form, Request
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import TypeAdapter
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.responses import HTMLResponse, RedirectResponse, Response

from callqa.messages import words
from store.people import notices
from web.access.request_context import Context, RequestContext, StaleForm, gate, language_of
from web.access.roles import Permission
from web.access.tokens import VISITOR, form_token, form_token_fits
from web.nav import nav_of

SAID = "callqa_said"
"""The cookie with what the next page says once."""


P = ParamSpec("P")
Kind = Literal["done", "refused"]


class RowNumber(IntegerConvertor):
    """``{pk:row}`` in a path. There is no page for what no database can count to."""

    regex = "[0-9]{1,9}"


register_url_convertor("row", RowNumber())


@dataclass(frozen=True, slots=True)
class Then:
    """Where an action leads, and what is said there once."""

    href: str
    text: str = ""
    kind: Kind = "done"


def csrf_checked(request: Request, context: Context, csrf: Annotated[str, Form()] = "") -> None:
    """The token comes as a form field, or in a header from scripts. Raises `StaleForm`."""
    if not form_token_fits(context.token, request.headers.get("x-csrf-token") or csrf):
        raise StaleForm


NOBODY = ""
"""What an area is about in which nobody's data can be read."""


class Area:
    """The routes of one part of the desk. Each opening of a page of it goes into the audit log."""

    def __init__(self, about: str) -> None:
        """``about``: the kind of thing pages show (`web.audit.actions.KINDS`), or `NOBODY`: nothing to log."""
        self.about = about
        self.router = APIRouter(include_in_schema=False)

    def page(
        self, path: str, template: str, needs: Permission, part_of: str = ""
    ) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
        """Registers a page. Its function takes ``context: Context`` and gives a view, or a response of its own.

        ``part_of``: the page that fetches it to be complete; both together are one opening.
        """
        place = (part_of or path).replace("{pk:row}", "{}")

        def register(make: Callable[P, Any]) -> Callable[P, Any]:
            @wraps(make)
            def as_html(*args: P.args, **kwargs: P.kwargs) -> Any:
                context = _context_of(kwargs)
                shown = partial(render, context, template)
                return self._opened(context, place, lambda: make(*args, **kwargs), shown)

            @wraps(make)
            def as_json(*args: P.args, **kwargs: P.kwargs) -> Any:
                return self._opened(_context_of(kwargs), place, lambda: make(*args, **kwargs), json_response, by="JSON")

            gates = [Depends(gate(needs))]
            twin = f"{path if path != '/' else '/index'}.json"
            # The twin comes first: the 17.json of /calls/17.json would fit /calls/{pk}, too.
            self.router.add_api_route(twin, as_json, methods=["GET"], dependencies=gates, response_model=None)
            self.router.add_api_route(path, as_html, methods=["GET"], dependencies=gates, response_model=None)
            return make

        return register

    def _opened(
        self,
        context: RequestContext,
        place: str,
        make: Callable[[], Any],
        answer: Callable[[Any], Response],
        **how: str,
    ) -> Response:
        """No page waits for the database's writer while others wait for their turn; sound and actions wait for no page.

        What is shown is in the audit log before anybody sees it.
        """
        with context.desk.turn():
            view = make()
            response = view if isinstance(view, Response) else answer(view)
        if self.about != NOBODY and not isinstance(view, RedirectResponse):
            context.log_opening(self.about, place, **how)
        context.write_log()
        return response

    def get(self, path: str, needs: Permission) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
        """Registers what is no page: sound, files."""

        def register(make: Callable[P, Any]) -> Callable[P, Any]:
            gates = [Depends(gate(needs))]
            self.router.add_api_route(path, make, methods=["GET"], dependencies=gates, response_model=None)
            return make

        return register

    def post(self, path: str, needs: Permission) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
        """Registers a POST that checks its form token itself: of guests, who have no session."""

        def register(make: Callable[P, Any]) -> Callable[P, Any]:
            gates = [Depends(gate(needs))]
            self.router.add_api_route(path, make, methods=["POST"], dependencies=gates, response_model=None)
            return make

        return register

    def action(self, path: str, needs: Permission) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
        """Registers a POST of somebody who is signed in. Its function gives a `Then`, or a response of its own."""

        def register(make: Callable[P, Any]) -> Callable[P, Any]:
            @wraps(make)
            def act(*args: P.args, **kwargs: P.kwargs) -> Any:
                done = make(*args, **kwargs)
                return go(_context_of(kwargs), done) if isinstance(done, Then) else done

            # The gate comes first: who may not do it is not told whether the form was right.
            gates = [Depends(gate(needs)), Depends(csrf_checked)]
            self.router.add_api_route(path, act, methods=["POST"], dependencies=gates, response_model=None)
            return make

        return register


def render(context: RequestContext, template: str, view: Any, status: int = 200) -> HTMLResponse:
    """A page inside the desk's frame; the template knows the view's fields by their names."""
    path = context.request.url.path
    message = _read_message(context)
    with context.desk.store.read() as c:
        n_unread = notices.count_unread(c, context.who.pk)
    frame = {"nav": nav_of(context.who.role, path), "said": message, "path": path, "n_unread": n_unread}
    response = HTMLResponse(_made(context, template, frame | _fields(view)), status)
    if message:
        response.delete_cookie(SAID)
    return response


def fragment(context: RequestContext, template: str, view: Any, status: int = 200) -> HTMLResponse:
    """A part of a page, put in place by htmx after an action."""
    return HTMLResponse(_made(context, template, _fields(view)), status)


def _made(context: RequestContext, template: str, values: dict[str, Any]) -> str:
    common = {
        "who": context.who,
        "may": lambda permission: context.may(Permission(permission)),
        "_": context.say,
        "called": context.called,
        "with_name": context.with_name,
        "lang": context.who.language,
        "csrf": context.csrf,
        "nonce": context.request.state.nonce,
    }
    html: str = context.request.app.state.templates.get_template(template).render(common | values)
    return html


def render_plain(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page without the frame: for guests, and for errors. Its forms are bound to a visitor's cookie."""
    language = language_of(request)
    token = request.cookies.get(VISITOR, "")
    page = request.app.state.templates.get_template(template)
    common = {"_": words(language), "lang": language, "nonce": request.state.nonce, "csrf": form_token(token)}
    return HTMLResponse(page.render(common | values), status)


def json_response(view: Any) -> Response:
    kind: Any = type(view)
    return Response(_adapter(kind).dump_json(view, by_alias=True), media_type="application/json")


def go(context: RequestContext, then: Then) -> Response:
    """Leads on, and keeps what is to be said for the next page."""
    if context.request.headers.get("hx-request") == "true":
        response = Response(status_code=204, headers={"HX-Redirect": then.href})
    else:
        response = RedirectResponse(then.href, 303)
    if then.text:
        text = URLSafeSerializer(context.token).dumps({"text": then.text, "kind": then.kind})
        response.set_cookie(SAID, str(text), max_age=60, httponly=True, samesite="lax", secure=context.desk.secure)
    return response


def _read_message(context: RequestContext) -> dict[str, str] | None:
    cookie = context.request.cookies.get(SAID)
    try:
        return URLSafeSerializer(context.token).loads(cookie) if cookie else None
    except BadSignature:
        return None


def _fields(view: Any) -> dict[str, Any]:
    return {name: getattr(view, name) for name in view.__dataclass_fields__}


def _context_of(kwargs: Any) -> RequestContext:
    context: RequestContext = kwargs["context"]
    return context


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
