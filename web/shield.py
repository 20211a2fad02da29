"""Shield of every answer and every request, whatever the route: headers, sizes, foreign forms."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callqa.messages import words
from web.access.request_context import language_of
from web.api.problems import is_api, problem

SAFE = {"GET", "HEAD", "OPTIONS"}
STATIC = "/static/"
MAX_BODY = 256 * 1024  # bytes of a form; larger ones are refused


@dataclass(frozen=True, slots=True)
class Refusal:
    """A plain answer before anybody has asked who it is for: in the language that was last used in this browser."""

    text: str
    status: int
    slug: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        text = words(language_of(request))(self.text)
        answer: Response = PlainTextResponse(text, self.status)
        if is_api(request):
            answer = problem(request, self.slug, self.status, self.text, self.text)
        await answer(scope, receive, send)


FOREIGN = Refusal("请从本系统的页面提交", 403, "forbidden")
TOO_LARGE = Refusal("提交的内容过大", 413, "too-large")
NOWHERE: Mapping[str, int] = {}


class TooLarge(Exception):
    """A body grew beyond what is allowed while it was read."""


class Bounded:
    """Reads a body up to so many bytes, whatever length was declared."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most
        self.exceeded = False
        self.told = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.exceeded = True
            raise TooLarge
        return message


class Broken(Exception):
    """The application broke. Only the kind of the error is told, because its text may quote what people said."""


class Shield:
    """Refuses foreign forms and oversized bodies, and sets the headers that keep scripts, frames and caches out."""

    def __init__(self, app: ASGIApp, max_body: int, secure: bool, larger: Mapping[str, int] = NOWHERE) -> None:
        """``larger``: of bodies that are sent to other addresses."""
        self.app = app
        self.max_body = max_body  # bytes
        self.secure = secure
        self.larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        most = self.larger.get(scope["path"], self.max_body)
        body = Bounded(receive, most)

        async def send_shielded(message: Message) -> None:
            if body.exceeded and not body.told:
                return  # whatever the framework makes of a body that breaks off
            if message["type"] == "http.response.start":
                self._protect(MutableHeaders(scope=message), scope["path"], nonce)
            await send(message)

        if scope["method"] not in SAFE and _is_foreign(headers):
            await FOREIGN(scope, receive, send_shielded)
        elif not _declared(headers, most):
            await TOO_LARGE(scope, receive, send_shielded)
        else:
            try:
                await self.app(scope, body.receive, send_shielded)
            except TooLarge:
                pass
            except Exception as error:
                # The application has answered and logged it. The server logs it again, so it gets no words of it.
                raise Broken(type(error).__name__) from None
            if body.exceeded:
                body.told = True
                await TOO_LARGE(scope, receive, send_shielded)

    def _protect(self, headers: MutableHeaders, path: str, nonce: str) -> None:
        headers["Content-Security-Policy"] = (
            "default-src 'self'; script-src 'self'; "
            f"style-src 'self' 'nonce-{nonce}'; "  # wavesurfer draws inside a shadow root with a style of its own
            "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if not path.startswith(STATIC):
            headers["Cache-Control"] = "private, no-store"
        if self.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"


def _is_foreign(headers: Headers) -> bool:
    """Whether another site's page sent it. A browser says so itself; a form token is asked for besides."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _declared(headers: Headers, most: int) -> bool:
    declared = headers.get("content-length", "0")
    return declared.isascii() and declared.isdigit() and int(declared) <= most
