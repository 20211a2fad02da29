"""Secrets in cookies and links, and what is derived from them. The database knows their hashes only."""

import hashlib
import hmac
import secrets

SESSION = "callqa_session"
"""The cookie of somebody who signed in."""
VISITOR = "callqa_visitor"
"""The cookie that a form is bound to before anybody signed in."""


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token, 64 hex digits; nobody finds the token from it."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(token: str) -> str:
    """What the forms of a session carry: another site can make a browser send the cookie, but cannot read it.

    Derived from the cookie's token, so it ends with it (OWASP's "HMAC based token").
    """
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def form_token_fits(token: str, form_value: str) -> bool:
    return hmac.compare_digest(form_token(token).encode(), form_value.encode())
