"""OpenID Connect against a provider that is really served: what proves who somebody is, and what does not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from identity_server import CLIENT, SECRET, IdentityServer, serving
from joserfc.jwk import ECKey, OctKey, RSAKey
from pydantic import SecretStr

from callqa.settings.desk import OidcSettings
from web.oidc import provider as identity_provider
from web.oidc.code_flow import Begun, NotProven, begin, begun_of, claim, finish
from web.oidc.provider import Provider, ProviderError

BACK = "http://127.0.0.1:9/sign-in/oidc/back"


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "first"})


@pytest.fixture
def server(key: RSAKey) -> Iterator[IdentityServer]:
    with serving(IdentityServer(key=key)) as served:
        yield served


@pytest.fixture
def own(server: IdentityServer) -> OidcSettings:
    return OidcSettings(issuer=server.issuer, client_id=CLIENT, client_secret=SecretStr(SECRET))


def came_back(place: str) -> dict[str, str]:
    """What the browser brings back from the provider."""
    return {name: value for name, (value,) in parse_qs(urlsplit(httpx.get(place).headers["location"]).query).items()}


def signed_in(own: OidcSettings, provider: Provider | None = None, **changed: str) -> dict[str, Any]:
    """The claims at the end of the whole way; ``changed``: what comes back otherwise."""
    provider = provider or Provider(own.issuer)
    place, begun = begin(own, provider, BACK, "/calls", None)
    answer = {name: value for name, value in (came_back(place) | changed).items() if value}
    return dict(finish(own, provider, BACK, begun, answer, datetime.now(UTC)))


def test_the_whole_way(server: IdentityServer, own: OidcSettings) -> None:
    claims = signed_in(own)
    assert (claims["sub"], claims["name"]) == ("17", "王丽")
    assert server.asked == ["/.well-known/openid-configuration", "/authorize", "/token", "/keys"]


def test_each_sign_in_has_secrets_of_its_own(own: OidcSettings) -> None:
    provider = Provider(own.issuer)
    (first, first_secrets), (second, second_secrets) = (begin(own, provider, BACK, "/", None) for _ in range(2))
    assert (
        len(
            {
                first_secrets.state,
                first_secrets.nonce,
                first_secrets.verifier,
                second_secrets.state,
                second_secrets.nonce,
                second_secrets.verifier,
            }
        )
        == 6
    )
    assert first_secrets.verifier not in first
    asked = parse_qs(urlsplit(second).query)
    assert (asked["state"], asked["code_challenge_method"]) == ([second_secrets.state], ["S256"])


@pytest.mark.parametrize(
    ("lies", "wrong"),
    [
        ({"iss": "https://other.example"}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": ["another", "third"]}, "aud"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "azp"),
        ({"aud": None}, "aud"),
        ({"nonce": "of an earlier sign-in"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": 1_700_000_000}, "ExpiredTokenError"),
        ({"exp": None}, "exp"),
        ({"iat": 4_000_000_000}, "iat"),
        ({"nbf": 4_000_000_000}, "nbf"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
    ],
)
def test_claims_that_prove_nothing(server: IdentityServer, own: OidcSettings, lies: dict[str, Any], wrong: str) -> None:
    server.lies = lies
    with pytest.raises(NotProven) as refused:
        signed_in(own)
    assert wrong in refused.value.detail
    assert "please sign in again" in str(refused.value)


def test_several_audiences_are_right_when_we_are_meant(server: IdentityServer, own: OidcSettings) -> None:
    server.lies = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert signed_in(own)["sub"] == "17"


def test_signatures_that_prove_nothing(server: IdentityServer, own: OidcSettings) -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "first"})
    for signs_with, header in (
        (stranger, {}),
        (None, {"alg": "none"}),
        (OctKey.import_key(SECRET * 4, {"kid": "first"}), {"alg": "HS256"}),
        (stranger, {"kid": "unheard of"}),
    ):
        server.signs_with, server.header = signs_with, header
        with pytest.raises(NotProven, match="it was not proven who you are"):
            signed_in(own)


def test_a_key_that_is_new_is_fetched(
    server: IdentityServer, own: OidcSettings, key: RSAKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Provider(own.issuer)
    signed_in(own, provider)
    server.key = ECKey.generate_key("P-256", {"kid": "second"})
    with pytest.raises(NotProven):
        signed_in(own, provider)  # it was asked only just now
    monkeypatch.setattr(identity_provider, "AGAIN", 0.0)
    assert signed_in(own, provider)["sub"] == "17"
    assert server.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"state": "another"}, "state"),
        ({"state": ""}, "state"),
        ({"state": "王"}, "state"),
        ({"iss": "https://other.example"}, "another issuer"),
        ({"iss": ""}, "names no issuer"),
        ({"code": "", "error": "access_denied"}, "'access_denied'"),
        ({"code": ""}, "'nothing'"),
    ],
)
def test_ways_back_that_are_refused(
    server: IdentityServer, own: OidcSettings, changed: dict[str, str], wrong: str
) -> None:
    with pytest.raises(NotProven) as refused:
        signed_in(own, **changed)
    assert wrong in refused.value.detail
    assert "/token" not in server.asked


def test_a_code_of_another_browser_is_worth_nothing(own: OidcSettings) -> None:
    """The provider gives a token only to who knows the verifier, so a code that was led astray is useless."""
    provider = Provider(own.issuer)
    place, _ = begin(own, provider, BACK, "/", None)
    _, mine = begin(own, provider, BACK, "/", None)
    stolen = came_back(place) | {"state": mine.state}
    with pytest.raises(ProviderError, match="the identity provider cannot be used now"):
        finish(own, provider, BACK, mine, stolen, datetime.now(UTC))


def test_a_code_works_once(own: OidcSettings) -> None:
    provider = Provider(own.issuer)
    place, begun = begin(own, provider, BACK, "/", None)
    answer = came_back(place)
    finish(own, provider, BACK, begun, answer, datetime.now(UTC))
    with pytest.raises(ProviderError):
        finish(own, provider, BACK, begun, answer, datetime.now(UTC))


@pytest.mark.parametrize(
    ("metadata", "wrong"),
    [
        ({"issuer": "https://other.example"}, "calls itself https://other.example"),
        ({"token_endpoint": "http://other.example/token"}, "not usable"),
        ({"jwks_uri": None}, "not usable"),
    ],
)
def test_providers_that_are_not_trusted(
    server: IdentityServer, own: OidcSettings, metadata: dict[str, Any], wrong: str
) -> None:
    server.metadata = metadata
    with pytest.raises(ProviderError) as refused:
        signed_in(own)
    assert wrong in refused.value.detail


def test_a_provider_that_is_away() -> None:
    with pytest.raises(ProviderError, match="the identity provider cannot be used now"):
        begin(
            OidcSettings(issuer="http://127.0.0.1:9", client_id=CLIENT), Provider("http://127.0.0.1:9"), BACK, "/", None
        )


def test_the_cookie_comes_back_as_it_was() -> None:
    begun = Begun("s", "n", "v", "/calls?q=晨晖路", 3)
    assert begun_of(begun.as_cookie()) == begun
    for other in ("", "x", "eyJhIjoxfQ==", "王"):
        with pytest.raises(NotProven):
            begun_of(other)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("groups", ("a", "b")),
        ("realm.roles", ("qa",)),
        ("https://example.cn/role", ("admin",)),
        ("one", ("x",)),
        ("number", ()),
        ("nowhere.at.all", ()),
        ("one.more", ()),
        ("", ()),
    ],
)
def test_claims_are_found(path: str, found: tuple[str, ...]) -> None:
    claims = {
        "groups": ["a", "", 3, "b"],
        "realm": {"roles": ["qa"]},
        "https://example.cn/role": "admin",
        "one": "x",
        "number": 7,
    }
    assert claim(claims, path) == found


def test_a_clock_may_be_a_minute_off(server: IdentityServer, own: OidcSettings) -> None:
    provider = Provider(own.issuer)
    for off, fits in ((timedelta(seconds=100), True), (timedelta(seconds=125), False)):  # it is good for a minute
        place, begun = begin(own, provider, BACK, "/", None)
        later = datetime.now(UTC) + off
        if fits:
            assert finish(own, provider, BACK, begun, came_back(place), later)["sub"] == "17"
        else:
            with pytest.raises(NotProven):
                finish(own, provider, BACK, begun, came_back(place), later)
