"""Signing in by an identity provider: OpenID Connect's code flow with PKCE, state and nonce.

What the browser carries between leaving and coming back is `Begun`, in a cookie of its own. It needs no signature: its
values are only compared with what comes back through the provider.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from pydantic import TypeAdapter, ValidationError

from callqa.errors import CallQAError
from callqa.settings.desk import OidcSettings
from web.oidc.provider import Provider

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Signatures by a key that only the provider has: neither none, nor one by the client's secret."""
LEEWAY = 60  # seconds that clocks may differ


class NotProven(CallQAError):
    """Nothing shows who this is."""

    def __init__(self, detail: str) -> None:
        super().__init__("identity.not_proven", detail=detail)

    @property
    def detail(self) -> str:
        """For the operator's log; quotes no claim."""
        return str(self.values["detail"])


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that waits for the person to come back."""

    state: str
    nonce: str
    verifier: str
    next: str
    """Where to lead on."""
    account_pk: int | None = None
    """The account that is to be linked; ``None``: somebody signs in."""

    def as_cookie(self) -> str:
        return urlsafe_b64encode(_BEGUN.dump_json(self)).decode()


_BEGUN = TypeAdapter(Begun)


def begun_of(cookie: str) -> Begun:
    """Raises `NotProven` when the cookie is none of ours."""
    try:
        return _BEGUN.validate_json(urlsafe_b64decode(cookie.encode()))
    except (ValidationError, ValueError) as error:
        raise NotProven("no cookie of a sign-in that was begun here") from error


def begin(
    settings: OidcSettings, provider: Provider, redirect_uri: str, next: str, account_pk: int | None
) -> tuple[str, Begun]:
    """Where to send the browser, and what it keeps meanwhile. Raises `ProviderError`."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    begun = Begun(state, nonce, verifier, next, account_pk)
    asked = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": redirect_uri,
        "scope": settings.scopes,
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": create_s256_code_challenge(begun.verifier),
        "code_challenge_method": "S256",
    }
    place = provider.metadata().authorization_endpoint
    return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}", begun


def finish(
    settings: OidcSettings,
    provider: Provider,
    redirect_uri: str,
    begun: Begun,
    answer: Mapping[str, str],
    now: datetime,
) -> Mapping[str, Any]:
    """The claims of who came back with this answer. Raises `NotProven` and `ProviderError`."""
    if not hmac.compare_digest(begun.state.encode(), answer.get("state", "").encode()):
        raise NotProven("state is another one")
    # RFC 9207: another provider, whose answer was led here, is not asked for a token.
    if answer.get("iss", settings.issuer) != settings.issuer:
        raise NotProven("the answer is another issuer's")
    if "iss" not in answer and provider.metadata().authorization_response_iss_parameter_supported:
        raise NotProven("the answer names no issuer")
    if "code" not in answer:
        raise NotProven(f"the provider answered {answer.get('error', 'nothing')[:40]!r}")
    token = provider.id_token(settings, answer["code"], begun.verifier, redirect_uri)
    return verified(token, settings, provider, begun.nonce, now)


def verified(token: str, settings: OidcSettings, provider: Provider, nonce: str, now: datetime) -> Mapping[str, Any]:
    """The claims of an id token: signed by the issuer, for us, in time, and in answer to this nonce."""
    try:
        try:
            read = jwt.decode(token, provider.keys(), ALGORITHMS)
        except InvalidKeyIdError:  # it changes its keys now and then
            read = jwt.decode(token, provider.keys(fresh=True), ALGORITHMS)
        wanted = {
            "iss": {"essential": True, "value": settings.issuer},
            "aud": {"essential": True, "value": settings.client_id},
            "sub": {"essential": True},
        }
        claims = CodeIDToken(read.claims, read.header, wanted, {"nonce": nonce, "client_id": settings.client_id})
        claims.validate(int(now.timestamp()), LEEWAY)
    except (JoseError, ValueError) as error:
        raise NotProven(f"id token: {type(error).__name__} {getattr(error, 'claim', '')}".strip()) from error
    return dict(claims)


def claim(claims: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The texts that a claim holds, one or several; dots lead into nested claims."""
    held: Any = claims.get(path)
    if held is None:
        held = claims
        for step in path.split("."):
            held = held.get(step) if isinstance(held, Mapping) else None
    values = held if isinstance(held, list) else [held]
    return tuple(value for value in values if isinstance(value, str) and value)
