"""The beginning of a session, and where it leads."""

from datetime import timedelta
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from callqa.people import Account, AuditEntry
from store.people import audit, sign_ins
from web.access.request_context import LANGUAGE, address_of, desk_of
from web.access.tokens import SESSION, VISITOR, new_token, token_hash

YEAR = 365 * 24 * 3600  # seconds


def start_session(request: Request, response: Response, account: Account) -> None:
    """Signs in under a token that nobody knew before, whatever cookie the browser came with."""
    desk, now = desk_of(request), desk_of(request).now()
    token = new_token()
    lasts = timedelta(hours=desk.settings.desk.session_hours)
    with desk.store.write() as c:
        sign_ins.sweep(c, now)
        sign_ins.start_session(c, account.pk, token_hash(token), address_of(request), now, now + lasts)
        facts = "signed_in", "account", account.pk, account.name
        audit.put_audit(c, AuditEntry(now, account.name, account.role, *facts, address_of(request)))
    response.set_cookie(SESSION, token, httponly=True, samesite="lax", secure=desk.secure)
    response.set_cookie(LANGUAGE, account.language, max_age=YEAR, samesite="lax", secure=desk.secure)
    response.delete_cookie(VISITOR)


def with_next(request: Request) -> str:
    """Where to sign in, and come back afterwards."""
    place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in" if place == "/" else f"/sign-in?next={quote(place, safe='')}"


def path_of_this_desk(place: str) -> str:
    """Only a path of this desk: a link must not lead people who just signed in anywhere else."""
    fits = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable() and "\\" not in place
    return quote(place, safe="/?&=:,.-_~+%#@") if fits else "/"
