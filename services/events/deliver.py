"""Delivery of events to webhooks, signed as Standard Webhooks has it, tried again for a day, sent again when asked.

``webhook-signature: v1,BASE64`` is the HMAC-SHA256 of ``id.timestamp.body`` under the bytes of ``whsec_BASE64``.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import httpx

from store import Connection, Store
from store.runs import events
from store.runs.events import Due

PAUSES = (5, 30, 120, 600, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
"""Seconds until the next try; after the last one it is given up, and can be sent again."""
TIMEOUT = 10.0
AT_ONCE = 8
PREFIX = "whsec_"
Post = Callable[[str, bytes, Mapping[str, str]], int | None]
"""Sends a body with headers, and gives the status of the answer; ``None``: there was none."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def deliver_events(store: Store, now: datetime, post: Post | None = None) -> int:
    """Sends what is due; how many messages arrived."""
    with store.read() as c:
        due = events.due_deliveries(c, now, AT_ONCE * 4)
    if not due:
        return 0
    send = post or _post
    with ThreadPoolExecutor(AT_ONCE) as pool:  # one that does not answer holds up no other
        answers = list(pool.map(lambda waiting: send(waiting.webhook.url, *message_of(waiting, now)), due))
    with store.write() as c:
        for sent, status in zip(due, answers, strict=True):
            _note(c, sent, status, now)
    return sum(_arrived(status) for status in answers)


def message_of(due: Due, now: datetime) -> tuple[bytes, dict[str, str]]:
    """Body and headers."""
    stamp, message_id = int(now.timestamp()), f"evt_{due.event.pk}"
    document = {
        "id": message_id,
        "type": due.event.kind,
        "timestamp": due.event.at.isoformat(),
        "data": due.event.document,
    }
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": f"{stamp}",
        "webhook-signature": sign(due.webhook.secret, message_id, stamp, body),
    }
    return body, headers


def _note(c: Connection, due: Due, status: int | None, now: datetime) -> None:
    if _arrived(status):
        events.note_delivery(c, due.pk, due.attempts + 1, status, None, now)
        return
    pause = PAUSES[due.attempts] if due.attempts < len(PAUSES) else None
    next_at = None if pause is None else now + timedelta(seconds=pause)
    events.note_delivery(c, due.pk, due.attempts + 1, status, next_at, None)


def _arrived(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int | None:
    try:
        return httpx.post(url, content=body, headers=dict(headers), timeout=TIMEOUT, follow_redirects=False).status_code
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError):
        return None
