"""Posts alerts: in our own fields, or as the robots of 企业微信, 钉钉 and 飞书 groups want them."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import httpx

from callqa.errors import CallQAError
from callqa.keys import content_key
from callqa.messages import Message, words
from callqa.settings.upkeep import Webhook
from services.upkeep.alerts import Alert

TRIES = 4
FIRST_PAUSE = 1.0
"""Seconds until the second try; each further pause is four times as long."""
TIMEOUT = 10.0
RETRIED = {408, 425, 429, 500, 502, 503, 504}


class NotDelivered(CallQAError):
    """A webhook did not take an alert."""


def webhook_key(webhook: Webhook) -> str:
    """By which it is known that it was told something, without its address."""
    return content_key([webhook.kind, webhook.url.get_secret_value()])


def deliver(webhook: Webhook, alert: Alert, link: str = "", sleep: Callable[[float], None] = time.sleep) -> None:
    """Posts it, and tries again while that may help. Raises `NotDelivered`, which does not show the address."""
    why: str | Message = ""
    with httpx.Client(timeout=TIMEOUT) as client:
        for n in range(TRIES):
            if n:
                sleep(FIRST_PAUSE * 4 ** (n - 1))
            url, body = message(webhook, alert, link, time.time())
            try:
                answer = client.post(url, json=body)
            except httpx.InvalidURL:
                raise NotDelivered("alert.url_unusable") from None
            except httpx.HTTPError as error:
                why = type(error).__name__  # its text may have the address
                continue
            if answer.status_code not in RETRIED:
                _refuse_refusal(answer)
                return
            why = Message("alert.answered", status=answer.status_code)
    raise NotDelivered("alert.not_taken", n=TRIES, why=why)


def message(webhook: Webhook, alert: Alert, link: str, now: float) -> tuple[str, dict[str, Any]]:
    """(url, JSON body) at ``now``, seconds since 1970."""
    url, secret = webhook.url.get_secret_value(), webhook.secret.get_secret_value()
    say = words(webhook.language)
    title, description = say(alert.title), say(alert.text)
    text = f"【callqa】{title}\n{description}" + (f"\n{link}" if link else "")
    if webhook.kind == "wecom":
        return url, {"msgtype": "text", "text": {"content": text}}
    if webhook.kind == "dingtalk":
        if secret:
            stamp = str(round(now * 1000))
            signed = _signature(secret, f"{stamp}\n{secret}")
            url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={quote_plus(signed)}"
        return url, {"msgtype": "text", "text": {"content": text}}
    if webhook.kind == "feishu":
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if secret:
            stamp = str(round(now))
            body |= {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}", "")}
        return url, body
    fields = {"kind": alert.kind, "key": alert.key, "title": title, "text": description, "link": link}
    return url, {**fields, "run": alert.run, "at": alert.at.isoformat()}


def _signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _refuse_refusal(answer: httpx.Response) -> None:
    """Robots say no with status 200 and a code in the body."""
    if not answer.is_success:
        raise NotDelivered("alert.refused", status=answer.status_code)
    try:
        body = answer.json()
    except ValueError:
        return
    code = next((body[name] for name in ("errcode", "code") if name in body), 0) if isinstance(body, dict) else 0
    if code not in (0, "0", "ok"):
        raise NotDelivered("alert.refused_by_robot", answer=code)
