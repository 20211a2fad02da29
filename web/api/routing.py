"""Routing of the interface: a route is one function that gives its answer, a frozen dataclass that the contract names.

Each answer has an ETag: whoever shows it again is told 304 where nothing has changed.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, ParamSpec

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response

from web.access.roles import Permission
from web.api.access import ApiContext, ApiNeeds, bearer
from web.api.parameters import KnownNames
from web.api.problems import MEDIA_TYPE, Problem
from web.routing import json_response

ROOT = "/api/v1"
P = ParamSpec("P")
Method = Literal["GET", "POST", "PUT", "DELETE"]
BINARY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
MEANINGS = {
    400: "The request cannot be read.",
    401: "No token that works.",
    403: "Neither the token's scopes nor its owner's role allow it.",
    404: "There is no such thing, or the token's owner may not know of it.",
    409: "It is in conflict with what is there.",
    413: "The body is too large.",
    415: "The body is no JSON.",
    422: "It can be read, and cannot be done.",
    429: "The token asks too often; Retry-After says when it may ask again.",
    503: "The database is busy or away; ask again.",
}


def problems_of(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    return {status: {"description": MEANINGS[status], "content": content} for status in sorted(statuses)}


class ApiArea:
    """The routes of one part of the interface. What tells of somebody leaves its entry in the audit log."""

    def __init__(self, tag: str, about: str) -> None:
        """``about``: the kind of thing it shows (`web.audit.actions.KINDS`); empty where nobody's data can be read."""
        self.about = about
        self.router = APIRouter(prefix=ROOT, tags=[tag])

    def get(
        self, path: str, needs: Permission, answers: Any, missing: bool = True
    ) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
        """Registers a GET. Its function takes ``context: Api``; ``missing``: what is asked for may not be there."""

        def register(make: Callable[P, Any]) -> Callable[P, Any]:
            @wraps(make)
            def answered(*args: P.args, **kwargs: P.kwargs) -> Any:
                context = _context_of(kwargs)
                with context.desk.turn():
                    body = json_response(make(*args, **kwargs))
                if self.about:
                    place = context.request.url.path
                    context.log_view_once("api_read", self.about, None, place[:200], **context.asked)
                    context.write_log()
                return with_tag(context, body)

            gate = ApiNeeds(needs)
            self._add(path, answered, "GET", gate, answers, 200, {400, *({404} if missing else ())})
            return make

        return register

    def act(
        self,
        method: Method,
        path: str,
        needs: Permission,
        answers: Any,
        status: int = 200,
        *statuses: int,
        binary: bool = False,
    ) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
        """Registers what changes something. Its function gives an answer, or a response of its own.

        ``statuses``: of the problems that it may have, besides those that all have. ``binary``: it takes any bytes.
        """

        def register(make: Callable[P, Any]) -> Callable[P, Any]:
            @wraps(make)
            def acted(*args: P.args, **kwargs: P.kwargs) -> Any:
                done = make(*args, **kwargs)
                if not isinstance(done, Response):
                    done = Response(status_code=204) if done is None else json_response(done)
                    done.status_code = 204 if status == 204 else status
                done.headers.update(_context_of(kwargs).pace or {})
                return done

            self._add(path, acted, method, ApiNeeds(needs), answers, status, {400, 422, *statuses}, binary)
            return make

        return register

    def _add(
        self, path: str, route: Callable[..., Any], method: Method, gate: ApiNeeds, answers: Any, status: int,
        statuses: set[int], binary: bool = False,
    ) -> None:  # fmt: skip
        described = (route.__doc__ or "").strip()
        scopes = " or ".join(f"`{scope}`" for scope in gate.scopes) or "any"
        known_names = KnownNames()
        self.router.add_api_route(
            path,
            route,
            methods=[method],
            status_code=status,
            dependencies=[Depends(bearer), Depends(gate), Depends(known_names)],
            response_model=answers,
            response_class=Response if answers is None else JSONResponse,
            responses=problems_of(401, 403, 429, 503, *statuses),
            summary=described.partition("\n")[0].rstrip("."),
            description=f"{described}\n\nScope: {scopes}.",
            operation_id=route.__name__,
            openapi_extra=BINARY if binary else None,
        )
        made = self.router.routes[-1]
        assert isinstance(made, APIRoute)
        known_names.learn(made.dependant)


def with_tag(context: ApiContext, response: Response) -> Response:
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    shown = context.request.headers.get("if-none-match", "").split(",")
    if tag in [name.strip().removeprefix("W/") for name in shown]:
        response = Response(status_code=304)
    response.headers["ETag"] = tag
    response.headers.update(context.pace or {})
    return response


def _context_of(kwargs: Any) -> ApiContext:
    context: ApiContext = kwargs["context"]
    return context
