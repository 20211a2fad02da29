"""Problems: what the interface answers when it cannot do what was asked, as RFC 9457 has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import Response

from callqa.messages import words
from web.access.request_context import language_of

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in JSON. ``type`` never changes; ``title`` and ``detail`` are for people, in their language."""

    type: str
    """Such as urn:callqa:problem:not-found."""
    title: str
    status: int
    detail: str
    code: str | None = None
    """Of what callqa itself refused, such as filter.days_crossed."""


def is_api(request: Request) -> bool:
    return request.url.path.startswith(PREFIX)


def problem(
    request: Request,
    slug: str,
    status: int,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    code: str | None = None,
    **values: Any,
) -> Response:
    """``detail`` in Chinese, as on pages, or already in words."""
    from web.routing import json_response

    say = words(language_of(request))
    response = json_response(Problem(f"urn:callqa:problem:{slug}", say(title), status, say(detail, **values), code))
    response.status_code = status
    response.headers["content-type"] = MEDIA_TYPE
    response.headers.update(headers or {})
    return response
