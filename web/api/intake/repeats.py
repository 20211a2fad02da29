"""Requests that come again under the same Idempotency-Key: answered as the first time, and not done twice."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header
from starlette.responses import Response

from store.people import api_answers
from store.people.api_answers import ApiAnswer
from web.api.access import ApiContext
from web.api.problems import problem
from web.routing import json_response

Key = Annotated[
    str, Header(alias="Idempotency-Key", max_length=200, description="Chosen by the program, for one request.")
]


def once(context: ApiContext, key: str, asked: Any, status: int, do: Callable[[], Any]) -> Response:
    """The answer of ``do``, or the one that was given to this key before; a key of another request is refused."""
    if not key:
        return _answered(json_response(do()), status)
    who, store, now = context.who.pk, context.desk.store, context.desk.now()
    key_hash = hashlib.sha256(key.encode()).hexdigest()
    request_hash = hashlib.sha256(context.request.url.path.encode() + b"\n" + json_response(asked).body).hexdigest()
    with store.read() as c:
        known = api_answers.find_answer(c, who, key_hash, now)
    if known and known.request_hash != request_hash:
        text = "这个 Idempotency-Key 已用于另一个请求，请换一个。"
        return problem(context.request, "key-reused", 422, "请求有误", text)
    if known:
        again = _answered(Response(known.document, media_type="application/json"), known.status)
        again.headers["Idempotent-Replayed"] = "true"
        return again
    made = json_response(do())
    with store.write() as c:
        api_answers.put_answer(c, who, key_hash, ApiAnswer(request_hash, status, bytes(made.body).decode()), now)
    return _answered(made, status)


def _answered(response: Response, status: int) -> Response:
    response.status_code = status
    return response
