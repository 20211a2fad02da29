"""Access by token: whose it is, what its scopes reach, how often it may ask.

What a token reaches is the section of its scopes and of what its owner may do now, and the owner's visibility.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from callqa.messages import LANGUAGES
from callqa.people import TokenScope
from services.api_tokens.issue import key_of
from store.people import api_tokens
from store.people.sign_ins import Session
from web.access.request_context import Forbidden, RequestContext, address_of, desk_of
from web.access.roles import Permission
from web.api.pace import Pace

REACH: Mapping[TokenScope, frozenset[Permission]] = {
    TokenScope.READ_CALLS: frozenset({Permission.CALLS, Permission.RUBRICS}),
    TokenScope.READ_PERSONAL: frozenset({Permission.PERSONAL}),
    TokenScope.READ_FIGURES: frozenset({Permission.FIGURES}),
    TokenScope.READ_RUNS: frozenset({Permission.RUNS}),
    TokenScope.PUSH_CALLS: frozenset({Permission.PUSH}),
    TokenScope.WEBHOOKS: frozenset({Permission.WEBHOOKS}),
}
"""What each scope opens, where the owner's role has it."""

bearer = HTTPBearer(auto_error=False, description="A token: made at the desk under 我的账号, or by `callqa token add`.")
"""Only so that the contract names it; the header is read below."""


class NoToken(Exception):
    """The request came without a token that works."""


class TooFast(HTTPException):
    """The token has asked too often; the headers say when it may ask again."""


@dataclass(frozen=True)
class ApiContext(RequestContext):
    """A request of a program, in the name of its token's owner."""

    label: str = ""
    """What the token is for."""
    scopes: tuple[TokenScope, ...] = ()
    pace: Mapping[str, str] | None = None
    """Headers that tell how often it may ask yet."""

    def may(self, permission: Permission) -> bool:
        reached = permission is Permission.SIGNED_IN or any(permission in REACH[scope] for scope in self.scopes)
        return reached and RequestContext.may(self, permission)


def api_context(request: Request) -> ApiContext:
    """Raises `NoToken` and `TooFast`."""
    desk, kind_and_token = desk_of(request), request.headers.get("authorization", "").split(" ", 1)
    if len(kind_and_token) != 2 or kind_and_token[0].lower() != "bearer":
        raise NoToken
    token, now = kind_and_token[1].strip(), desk.now()
    with desk.store.read() as c:
        stored = api_tokens.find_api_token(c, key_of(token), now)
    if stored is None:
        raise NoToken
    request.state.language = _language(request, stored.account.language)
    pace: Pace = desk.pace
    left, wait = pace.ask(stored.pk)
    headers = {"RateLimit-Limit": f"{pace.per_minute}", "RateLimit-Remaining": f"{left}"}
    if wait:
        raise TooFast(429, headers={**headers, "Retry-After": f"{wait}"})
    if api_tokens.needs_note(stored, now):
        with desk.store.write() as c:
            api_tokens.note_use(c, stored, now)
    # No session of a browser has a number below zero.
    session = Session(-stored.pk, stored.account, address_of(request), stored.created_at, now, stored.expires_at)
    return ApiContext(desk, session, token, request, label=stored.label, scopes=stored.scopes, pace=headers)


def _language(request: Request, usual: str) -> str:
    """As the request asks, else the owner's."""
    wanted = request.headers.get("accept-language", "")[:2].lower()
    return wanted if wanted in LANGUAGES else usual


Api = Annotated[ApiContext, Depends(api_context)]
"""The type of the parameter ``context`` of every route of the interface."""


@dataclass(frozen=True, slots=True)
class ApiNeeds:
    """The permission that a route asks for, of the token's scopes and of its owner's role."""

    permission: Permission

    def __call__(self, context: Api) -> None:
        if not context.may(self.permission):
            raise Forbidden

    @property
    def scopes(self) -> tuple[TokenScope, ...]:
        """Any of which opens the route."""
        return tuple(scope for scope, permissions in REACH.items() if self.permission in permissions)
