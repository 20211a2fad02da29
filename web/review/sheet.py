"""The sheet of a call after somebody decided on it, in place of the one that the page shows."""

import json
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from callqa.errors import CallQAError
from web.access.request_context import RequestContext
from web.access.visibility import visible_call
from web.call.build import page_for
from web.routing import Kind, Then, fragment

Reason = Annotated[str, Form(max_length=2000)]
Item = Annotated[str, Form(max_length=200)]


def ask_for_reason(reason: str) -> None:
    """Raises `CallQAError` without one."""
    if not reason.strip():
        raise CallQAError("review.reason_missing")


def sheet_after(context: RequestContext, pk: int, text: str, kind: Kind = "done") -> Response | Then:
    """The sheet anew for scripts, else the page."""
    if context.request.headers.get("hx-request") != "true":
        return Then(f"/calls/{pk}#sheet", text, kind)
    with context.desk.store.read() as c:
        page = page_for(context, c, visible_call(context, c, pk))
    response = fragment(context, "call/_after.html", page)
    response.headers["HX-Trigger"] = json.dumps({"toast": {"kind": kind, "text": text}})
    return response
