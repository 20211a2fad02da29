"""Issue of tokens: a program gets one in the name of an account, for some scopes and some days, and sees it once."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from callqa.errors import ConfigError
from callqa.people import Account, TokenScope
from store import Connection
from store.people import api_tokens
from store.people.api_tokens import ApiToken

PREFIX = "callqa_"
"""By which people, and programs that look for leaked secrets, know a token."""
DAYS, MOST_DAYS = 90, 366
MOST = 20
"""Tokens of an account that work at a time."""
LONGEST_LABEL = 60
ENDING = 4


def issue(
    c: Connection, owner: Account, label: str, scopes: Iterable[TokenScope], days: int, now: datetime
) -> tuple[ApiToken, str]:
    """The token as it is kept, and the text that opens the door, which nobody can show again.

    Raises `ConfigError` for a token without a label or scope, for too many days, and for one token too many.
    """
    named, chosen = " ".join(label.split()), tuple(scope for scope in TokenScope if scope in set(scopes))
    if not named or len(named) > LONGEST_LABEL:
        raise ConfigError("token.label", n=LONGEST_LABEL)
    if not chosen:
        raise ConfigError("token.no_scope")
    if not 1 <= days <= MOST_DAYS:
        raise ConfigError("token.days", n=MOST_DAYS)
    if api_tokens.count_working(c, owner.pk, now) >= MOST:
        raise ConfigError("token.too_many", who=owner.name, n=MOST)
    token = PREFIX + secrets.token_urlsafe(32)
    expires_at = now + timedelta(days=days)
    ending = token[-ENDING:]
    pk = api_tokens.put_api_token(c, owner.pk, key_of(token), ending, named, chosen, now, expires_at)
    return ApiToken(pk, owner, named, ending, chosen, now, expires_at, None, None), token


def key_of(token: str) -> str:
    """What is stored of a token; nobody finds the token from it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
