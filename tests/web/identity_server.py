"""An identity provider on loopback that does what OpenID Connect asks of one, and lies where a test tells it to."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT, SECRET = "callqa", "s3cret/+"


@dataclass
class IdentityServer:
    """Signs in one person, at once and without asking."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "17", "preferred_username": "wang", "name": "王丽"})
    lies: dict[str, Any] = field(default_factory=dict)
    """Claims of the id token that are other than they should be."""
    header: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    """Parameters of the way back that are other than they should be."""
    key: RSAKey | ECKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    signs_with: Any = None
    published: list[RSAKey | ECKey] | None = None
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
        } | self.metadata

    def keys(self) -> dict[str, Any]:
        return dict(KeySet(list(self.published or [self.key])).as_dict())

    def way_back(self, asked: Mapping[str, str]) -> str:
        code = f"code{len(self.codes)}"
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer} | self.answer
        given = {name: value for name, value in answer.items() if value}
        return f"{asked['redirect_uri']}?{urlencode(given)}"

    def token(self, form: Mapping[str, str], authorization: str) -> dict[str, Any] | None:
        """``None``: refused."""
        basic = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        asked = self.codes.pop(form["code"], None)  # works once
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if (
            asked is None
            or [unquote(part) for part in basic] != [CLIENT, SECRET]
            or challenge.rstrip("=") != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return None
        now = int(time.time())
        due = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        claims = {name: value for name, value in (due | self.claims | self.lies).items() if value is not None}
        key = self.signs_with or self.key
        header = {"alg": "ES256" if isinstance(key, ECKey) else "RS256", "kid": key.kid} | self.header
        if header["alg"] == "none":
            parts = (json.dumps(part).encode() for part in (header, claims))
            return {"id_token": ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."}
        return {"id_token": jwt.encode(header, claims, key, algorithms=[header["alg"]])}


@contextmanager
def serving(server: IdentityServer) -> Iterator[IdentityServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            server.asked.append(place.path)
            if place.path == "/authorize":
                asked = {name: value for name, (value,) in parse_qs(place.query).items()}
                self.send_response(302)
                self.send_header("Location", server.way_back(asked))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif place.path == "/keys":
                self._say(200, server.keys())
            else:
                self._say(200, server.configuration())

        def do_POST(self) -> None:
            server.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = server.token(
                {name: value for name, (value,) in parse_qs(body).items()}, self.headers["Authorization"]
            )
            self._say(200 if answer else 400, answer or {"error": "invalid_grant"})

        def _say(self, status: int, said: Mapping[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stays quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.issuer = f"http://127.0.0.1:{http.server_port}"
        thread = Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
