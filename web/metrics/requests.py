"""Counts requests and measures how long they take: by part of the desk and status, never by address or person."""

import logging
import os
import time

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.metrics import SHARED

log = logging.getLogger("callqa.desk")
OWN = CollectorRegistry()
REQUESTS = Counter("callqa_requests", "Requests that were answered.", ("area", "status"), registry=OWN)
SECONDS = Histogram(
    "callqa_request_seconds",
    "Until a request was answered.",
    ("area",),
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
    registry=OWN,
)


class Counted:
    """Around everything else, so that refusals are counted, too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, started = 500, time.perf_counter()

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        finally:
            seconds = time.perf_counter() - started
            route = _route(scope)
            area = route.split("/")[1] or "overview"
            REQUESTS.labels(area, status).inc()
            SECONDS.labels(area).observe(seconds)
            # The route, not the address: that holds what people search for.
            facts = {"route": route, "method": scope["method"], "status": status, "seconds": round(seconds, 4)}
            log.info("request answered", extra=facts)


def _route(scope: Scope) -> str:
    """As it is declared, with names for numbers. Addresses that nobody declared are all one, however many are tried."""
    if scope["path"].startswith("/static/"):
        return "/static"
    return getattr(scope.get("route"), "path", "/unknown")


def counted() -> CollectorRegistry:
    """Of this process, or of all processes of the desk where there are several."""
    if SHARED not in os.environ:  # noqa: TID251  # the library's
        return OWN
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
