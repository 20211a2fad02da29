"""Webhooks: programs are told what happened, signed, again until it arrives, and once more when they ask."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta

import pytest
from programs import Program
from starlette.testclient import TestClient

from services.events.collect import KINDS, collect_events
from services.events.deliver import PAUSES, deliver_events, sign
from store.calls import write
from web.desk import Desk

URL = "https://tickets.example.gov.cn/callqa"


class Listener:
    """The other program: keeps what comes, and answers as it is told."""

    def __init__(self, *statuses: int | None) -> None:
        self.statuses, self.got = list(statuses), []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int | None:
        self.got.append((url, json.loads(body), body, headers))
        return self.statuses.pop(0) if self.statuses else 204

    @property
    def kinds(self) -> list[str]:
        return [document["type"] for _, document, _, _ in self.got]


@pytest.fixture
def client(program: Program) -> TestClient:
    return program("supervisor")


def test_whoever_waits_for_events_is_told_and_can_check_who_told(desk: Desk, client: TestClient) -> None:
    assert collect_events(desk.rubric_set, desk.now()) == 0, "nobody waits"
    made = client.post("/api/v1/webhooks", json={"url": URL}).json()
    assert (made["url"], made["kinds"]) == (URL, list(KINDS))
    assert "secret" not in json.dumps(client.get("/api/v1/webhooks").json()["data"][0]).replace('"secret": null', "")
    assert client.get("/api/v1/events").json()["data"] == [], "nothing of before"
    with desk.store.write() as c:
        write.finish_run(c, write.start_run(c, "nightly", desk.rubric_set[0].keys), {"seconds": 3.0})
    collect_events(desk.rubric_set, desk.now())
    collect_events(desk.rubric_set, desk.now())
    listener = Listener()
    assert deliver_events(desk.store, desk.now(), listener) == 1, "once, however often one looks"
    ((url, document, body, headers),) = listener.got
    assert (url, document["type"], document["data"]["seconds"]) == (URL, "night.ended", 3.0)
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert (
        headers["webhook-signature"]
        == f"v1,{expected}"
        == sign(made["secret"], headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    )
    assert deliver_events(desk.store, desk.now(), listener) == 0


def test_a_message_is_sent_until_it_arrives_and_again_when_asked(desk: Desk, client: TestClient) -> None:
    number = client.post("/api/v1/webhooks", json={"url": URL, "kinds": ["night.ended"]}).json()["id"]
    with desk.store.write() as c:
        write.finish_run(c, write.start_run(c, "nightly", desk.rubric_set[0].keys), {})
    now = desk.now()
    collect_events(desk.rubric_set, now)
    listener = Listener(500, None, 302)
    for pause in (0, *PAUSES[:3]):
        now += timedelta(seconds=pause)
        assert deliver_events(desk.store, now - timedelta(seconds=1), listener) == 0, "not before its time"
        deliver_events(desk.store, now, listener)
    assert len(listener.got) == 4
    assert client.get("/api/v1/webhooks").json()["data"][0]["waiting"] == 0
    (event,) = client.get("/api/v1/events").json()["data"]
    assert client.post(f"/api/v1/webhooks/{number}/replay", json={"after": event["id"]}).json() == {"n": 0}
    assert client.post(f"/api/v1/webhooks/{number}/replay", json={}).json() == {"n": 1}
    assert deliver_events(desk.store, now + timedelta(days=1), listener) == 1
    assert client.delete(f"/api/v1/webhooks/{number}").status_code == 204
    assert client.delete(f"/api/v1/webhooks/{number}").status_code == 404
    assert client.post(f"/api/v1/webhooks/{number}/replay", json={}).status_code == 404


@pytest.mark.parametrize("url", ["ftp://x/y", "http://user:secret@x/", "no address", ""])
def test_an_address_that_cannot_be_is_refused(client: TestClient, url: str) -> None:
    assert client.post("/api/v1/webhooks", json={"url": url}).status_code == 400
