"""The identity provider: its description of itself, and what it gives for a code, by OpenID Connect's requests."""

import time
from functools import cache
from typing import Annotated, Any
from urllib.parse import quote

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, StringConstraints, ValidationError

from callqa.errors import CallQAError
from callqa.settings.desk import OidcSettings

TIMEOUT = 10.0  # seconds
GOOD_FOR = 3600.0  # seconds that what a provider says of itself is kept
AGAIN = 60.0  # seconds until keys are asked for again when one is missing

Endpoint = Annotated[str, StringConstraints(pattern=r"^(https://|http://(127\.0\.0\.1|localhost)[:/])")]


class ProviderError(CallQAError):
    """The identity provider does not answer, or answers something else."""

    def __init__(self, detail: str) -> None:
        super().__init__("identity.provider_away", detail=detail)

    @property
    def detail(self) -> str:
        """For the operator's log."""
        return str(self.values["detail"])


class Metadata(BaseModel):
    """OpenID Connect Discovery 1.0, section 3: what is used of it."""

    issuer: str
    authorization_endpoint: Endpoint
    token_endpoint: Endpoint
    jwks_uri: Endpoint
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """One issuer. Safe to share between threads: the worst is that two ask it the same at once."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def metadata(self) -> Metadata:
        """Raises `ProviderError`."""
        if self._metadata is None or time.monotonic() - self._metadata[0] > GOOD_FOR:
            document = _asked("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            try:
                metadata = Metadata.model_validate(document)
            except ValidationError as error:
                raise ProviderError(f"openid-configuration: {error.error_count()} fields are not usable") from error
            if metadata.issuer != self.issuer:  # otherwise it could speak for another one
                raise ProviderError(f"calls itself {metadata.issuer}, and desk.oidc.issuer is {self.issuer}")
            self._metadata = (time.monotonic(), metadata)
        return self._metadata[1]

    def keys(self, fresh: bool = False) -> KeySet:
        """What it signs with; ``fresh``: asked for again, unless that was just done. Raises `ProviderError`."""
        age = time.monotonic() - self._keys[0] if self._keys else float("inf")
        if self._keys is None or age > (AGAIN if fresh else GOOD_FOR):
            try:
                keys = KeySet.import_key_set(_asked("GET", self.metadata().jwks_uri))  # type: ignore[arg-type]
            except (JoseError, KeyError, TypeError, ValueError) as error:
                raise ProviderError(f"its keys are not usable: {type(error).__name__}") from error
            self._keys = (time.monotonic(), keys)
        return self._keys[1]

    def id_token(self, settings: OidcSettings, code: str, verifier: str, redirect_uri: str) -> str:
        """What the provider gives for a code: a signed statement of who this is. Raises `ProviderError`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        secret, auth = settings.client_secret.get_secret_value(), None
        methods = self.metadata().token_endpoint_auth_methods_supported
        if secret and "client_secret_basic" in methods:
            auth = httpx.BasicAuth(quote(settings.client_id, safe=""), quote(secret, safe=""))
        else:
            form |= {"client_id": settings.client_id} | ({"client_secret": secret} if secret else {})
        answer = _asked("POST", self.metadata().token_endpoint, data=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderError("it gave no id_token")
        return token


@cache
def provider_of(issuer: str) -> Provider:
    return Provider(issuer)


def _asked(method: str, url: str, **options: Any) -> dict[str, Any]:
    try:
        response = httpx.request(method, url, timeout=TIMEOUT, **options)
        response.raise_for_status()
        answer = response.json()
    except (httpx.HTTPError, ValueError) as error:  # neither names the code or the secret
        status = f" {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else ""
        raise ProviderError(f"{url}: {type(error).__name__}{status}") from None
    if not isinstance(answer, dict):
        raise ProviderError(f"{url}: no JSON object")
    return answer
