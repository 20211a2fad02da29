"""One-time links: whoever opens one sets a password, and is signed in."""

import socket
from datetime import datetime, timedelta

from callqa.settings.desk import DeskSettings
from store import Connection
from store.people import sign_ins
from web.access.tokens import new_token, token_hash

WELCOME = "set_password"
"""What the links are for; one without an account makes the first administrator."""
LINK_FOR = timedelta(hours=24)


def new_link(c: Connection, account_pk: int | None, now: datetime) -> str:
    """The path of a link that works once within a day; an earlier one of the account works no longer."""
    token = new_token()
    sign_ins.put_token(c, token_hash(token), account_pk, WELCOME, now + LINK_FOR)
    return f"/welcome?token={token}"


def desk_url(settings: DeskSettings) -> str:
    """Where people open the desk, without a slash at the end."""
    host = socket.gethostname() if settings.host in ("0.0.0.0", "::") else settings.host
    return settings.public_url or f"http://{host}:{settings.port}"
