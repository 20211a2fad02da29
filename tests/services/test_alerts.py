"""Alerts of a night: their text, their receivers and how often, with real webhooks on this machine."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr, ValidationError
from typed import Typed

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.settings import Settings
from callqa.settings.upkeep import AlertSettings, Webhook
from services.context import open_context
from services.runs.history import Night, StageCounts, Taken, Withheld
from services.upkeep import webhooks
from services.upkeep.alert_delivery import tell_due
from services.upkeep.alerts import TITLES, Alert, Kind, due, last_at
from services.upkeep.webhooks import NotDelivered, deliver, message
from store import open_store
from store.calls import write

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE)


def night(pk: int, started: str, status: str = "finished", kind: str = "nightly", **facts: Any) -> Night:
    stages = facts.pop("stages", (StageCounts("transcribe", 100, 1, 60.0),))
    ended = at(started) + timedelta(hours=2) if status == "finished" else None
    night_facts = {"taken": None, "audio": None, "quality": None, "golden": None, "held": None} | facts
    return Night(pk, kind, "pudong-12345", status, at(started), ended, stages=stages, **night_facts)  # type: ignore[arg-type]


WATCH = AlertSettings(begun_by=time(2), ended_by=time(6))
HELD = Withheld(40, (Message("macro F1"),), at("25 03:00"), None, None, None)


@pytest.mark.parametrize(
    ("nights", "now", "keys"),
    [
        ([], "25 01:59", []),
        ([], "25 02:00", ["late:begin:2026-11-24"]),
        ([], "25 17:59", ["late:begin:2026-11-24"]),
        ([], "25 18:00", []),  # the next night
        ([night(1, "25 01:00")], "25 08:00", []),
        ([night(1, "24 20:00")], "25 08:00", []),
        ([night(1, "25 02:01")], "25 02:00", []),  # of a machine whose clock is a bit ahead
        ([night(1, "28 01:00")], "25 02:00", ["late:begin:2026-11-24"]),  # when the clock was wrong
        ([night(1, "24 03:00")], "25 02:30", ["late:begin:2026-11-24"]),  # yesterday's, which was late itself
        ([night(2, "25 09:00", kind="rescore"), night(1, "24 01:00")], "25 10:00", ["late:begin:2026-11-24"]),
        ([night(1, "25 01:00", "working")], "25 05:00", []),
        ([night(1, "25 01:00", "working")], "25 06:00", ["late:end:2026-11-24"]),
        ([night(1, "25 01:00", "broken")], "25 01:30", ["failed:1"]),
        ([night(1, "25 01:00", "broken")], "25 07:00", ["late:end:2026-11-24", "failed:1"]),
        ([night(2, "25 01:30", "working"), night(1, "25 01:00", "broken")], "25 02:30", []),  # goes on with it
        ([night(1, "25 01:00", held=HELD)], "25 04:00", ["held:1"]),
        ([night(1, "25 01:00", held=replace(HELD, released_at=at("25 03:30")))], "25 04:00", []),
        ([night(1, "25 01:00", stages=(StageCounts("check", 50, 50, 1),))], "25 04:00", ["mostly_failed:check:1"]),
        ([night(1, "25 01:00", stages=(StageCounts("check", 51, 49, 1),))], "25 04:00", []),
        ([night(1, "25 01:00", stages=(StageCounts("check", 0, 0, 1),))], "25 04:00", []),
        ([night(1, "25 01:00", taken=Taken(1, 0, 0, 99))], "25 04:00", ["mostly_failed:ingest:1"]),
        ([night(1, "25 01:00", taken=Taken(0, 0, 0, 0))], "25 04:00", ["empty:1"]),
        ([night(1, "25 01:00", taken=Taken(0, 50, 0, 0))], "25 04:00", []),  # taken in by day
        (
            [night(2, "25 01:40", audit_breaks=3), night(1, "25 01:00", audit_breaks=3)],
            "25 04:00",
            ["tampered:2026-11-24"],
        ),
        ([night(2, "25 01:40"), night(1, "25 01:00", held=HELD)], "25 04:00", ["held:1"]),  # of two rubrics
    ],
)
def test_what_is_due(nights: list[Night], now: str, keys: list[str]) -> None:
    assert [alert.key for alert in due(nights, at(now).astimezone(UTC), WATCH, ZONE)] == keys


def test_without_hours_nothing_is_late() -> None:
    assert list(due([], at("25 12:00"), AlertSettings(), ZONE)) == []


@pytest.mark.parametrize(
    ("now", "last"), [("25 17:59", "24 18:00"), ("25 18:00", "25 18:00"), ("26 00:00", "25 18:00")]
)
def test_the_night_begins_in_the_evening(now: str, last: str) -> None:
    assert last_at(time(18), at(now)) == at(last)


class Robot(ThreadingHTTPServer):
    """Takes what is posted, and answers from a list, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Listening)
        self.answers: list[tuple[int, Any]] = [(200, {})]
        self.heard: list[tuple[str, dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/robot?key=private-key"


class Listening(BaseHTTPRequestHandler):
    server: Robot

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.heard.append((self.path, body))
        status, answer = self.server.answers[0]
        if len(self.server.answers) > 1:
            del self.server.answers[0]
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def robot() -> Iterator[Robot]:
    server = Robot()
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def hook(url: str, kind: str = "json", secret: str = "") -> Webhook:
    return Webhook(kind=kind, url=SecretStr(url), secret=SecretStr(secret))  # type: ignore[arg-type]


ALERT = Alert("held", "held:17", "运行 17 的 40 通得分未达到金标集下限", at("25 03:00"), 17)
SAID = f"【callqa】得分暂缓发布\n{ALERT.text}\nL"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("wecom", {"msgtype": "text", "text": {"content": SAID}}),
        ("dingtalk", {"msgtype": "text", "text": {"content": SAID}}),
        ("feishu", {"msg_type": "text", "content": {"text": SAID}}),
        (
            "json",
            {
                "kind": "held", "key": "held:17", "title": "得分暂缓发布", "text": ALERT.text, "link": "L",
                "run": 17, "at": "2026-11-25T03:00:00+08:00",
            },
        ),
    ],
)  # fmt: skip
def test_the_form_that_each_robot_wants(robot: Robot, kind: str, expected: dict[str, Any]) -> None:
    deliver(hook(robot.url, kind), ALERT, "L")
    assert robot.heard == [("/robot?key=private-key", expected)]


def test_signatures() -> None:
    """As the robots' makers describe them, computed here a second time."""
    url, _ = message(hook("https://h/robot?access_token=t", "dingtalk", "SEC1"), ALERT, "", 1_700_000_000.5)
    query = parse_qs(urlsplit(url).query)
    digest = hmac.digest(b"SEC1", b"1700000000500\nSEC1", hashlib.sha256)
    assert query == {"access_token": ["t"], "timestamp": ["1700000000500"], "sign": [base64.b64encode(digest).decode()]}
    _, body = message(hook("https://h/hook", "feishu", "s"), ALERT, "", 1_700_000_000.5)
    digest = hmac.digest(b"1700000000\ns", b"", hashlib.sha256)
    assert (body["timestamp"], body["sign"]) == ("1700000000", base64.b64encode(digest).decode())


@pytest.mark.parametrize(
    ("answers", "tries", "problem"),
    [
        ([(200, {"errcode": 0})], 1, None),
        ([(503, {}), (429, {}), (200, {})], 3, None),
        ([(500, {})], 4, "4 tries: it answered 500"),
        ([(404, {})], 1, "it answered 404; correct"),
        ([(200, {"errcode": 93000, "errmsg": "invalid webhook url"})], 1, "refused it with code 93000"),
        ([(200, {"code": 19021})], 1, "refused it with code 19021"),
        ([(200, [])], 1, None),
    ],
)
def test_tries(robot: Robot, answers: list[tuple[int, Any]], tries: int, problem: str | None) -> None:
    robot.answers, pauses = answers, list[float]()
    if problem is None:
        deliver(hook(robot.url), ALERT, sleep=pauses.append)
    else:
        with pytest.raises(NotDelivered, match=problem) as caught:
            deliver(hook(robot.url), ALERT, sleep=pauses.append)
        assert "private-key" not in str(caught.value)
    assert len(robot.heard) == tries
    assert pauses == [1.0, 4.0, 16.0][: tries - 1]


def test_a_robot_that_is_not_there() -> None:
    with pytest.raises(NotDelivered, match="4 tries: ConnectError") as caught:
        deliver(hook("http://127.0.0.1:1/private-key"), ALERT, sleep=lambda _: None)
    assert "private-key" not in str(caught.value)


@pytest.fixture
def watched(scored: Settings, robot: Robot, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(webhooks, "FIRST_PAUSE", 0.0)
    alerts = AlertSettings(webhooks=(hook(robot.url), hook(robot.url + "2", "wecom")), begun_by=time(2))
    desk = scored.desk.model_copy(update={"public_url": "https://qa.example.org"})
    return scored.model_copy(update={"alerts": alerts, "desk": desk})


NOW = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)  # three in the morning


def test_everybody_is_told_once(watched: Settings, robot: Robot) -> None:
    robot.answers = [(200, {}), (500, {})]
    first = tell_due(watched, NOW)
    assert [(delivery.alert.key, delivery.kind, bool(delivery.problem)) for delivery in first] == [
        ("late:begin:2026-11-24", "json", False),
        ("late:begin:2026-11-24", "wecom", True),
    ]
    robot.answers = [(200, {})]
    assert [(delivery.kind, delivery.problem) for delivery in tell_due(watched, NOW)] == [("wecom", "")]
    assert tell_due(watched, NOW) == []
    assert [delivery.alert.key for delivery in tell_due(watched, NOW + timedelta(days=1))] == [
        "late:begin:2026-11-25"
    ] * 2
    assert robot.heard[0][1]["link"] == "https://qa.example.org/runs"


def test_a_run_that_was_killed_is_told(watched: Settings, robot: Robot) -> None:
    with open_context(watched) as context, context.store.write() as c:
        pk = write.start_run(c, "nightly", context.keys)
    deliveries = tell_due(watched)
    assert {delivery.alert.key for delivery in deliveries} == {f"failed:{pk}"}
    assert robot.heard[0][1]["link"] == f"https://qa.example.org/runs/{pk}"


def test_a_database_out_of_reach_is_told(watched: Settings, robot: Robot) -> None:
    lost = watched.model_copy(update={"database_url": "sqlite:////proc/nobody/may/write.db"})
    assert [(delivery.alert.kind, delivery.problem) for delivery in tell_due(lost)] == [("unreachable", "")] * 2
    assert "proc" not in json.dumps(robot.heard)


def test_nothing_personal_leaves(watched: Settings, robot: Robot) -> None:
    with closing(open_store(watched.database)) as store, store.read() as c:
        agents = {row[0] for row in c.exec_driver_sql("SELECT agent_id FROM call UNION SELECT call_id FROM call")}
    test_a_run_that_was_killed_is_told(watched, robot)
    tell_due(watched, NOW)
    messages = json.dumps(robot.heard, ensure_ascii=False)
    assert [agent_id for agent_id in agents if agent_id in messages] == []


def test_as_typed(typed: Typed, robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = typed("alerts", "test")
    assert isinstance(refused.exception, ConfigError)
    monkeypatch.setenv("CALLQA_ALERTS__WEBHOOKS", json.dumps([{"kind": "feishu", "url": robot.url}]))
    result = typed("alerts", "test")
    assert (result.exit_code, result.output) == (0, "test to feishu: told\n")
    assert typed("alerts", "check").output == "nothing new to tell\n"
    robot.answers = [(404, {})]
    failed = typed("alerts", "test")
    assert failed.exit_code == 1
    assert "private-key" not in failed.output


@pytest.mark.parametrize(
    "wrong",
    [{"url": "qa.example.org"}, {"url": ""}, {"url": "https://h", "secret": "s"}, {"url": "https://h", "kind": "qq"}],
)
def test_webhooks_that_cannot_be(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Webhook(**wrong)  # type: ignore[arg-type]


HANZI = re.compile("[\u4e00-\u9fff]")
EVERY_NIGHT = (
    [],
    [night(1, "25 01:00", "broken")],
    [night(1, "25 01:00", audit_breaks=2, held=HELD, taken=Taken(0, 0, 0, 0))],
    [night(1, "25 01:00", stages=(StageCounts("transcribe", 1, 9, 1.0),))],
    [night(1, "25 01:00", "working")],
)


@pytest.mark.parametrize("nights", EVERY_NIGHT)
def test_a_webhook_is_told_in_its_language(nights: list[Night]) -> None:
    alerts = list(due(nights, at("25 08:00"), WATCH, ZONE))
    assert alerts
    for alert in alerts:
        told = {}
        for language in ("zh", "en"):
            webhook = Webhook(url=SecretStr("https://example.org"), language=language)  # type: ignore[arg-type]
            _, body = message(webhook, alert, "", 0.0)
            told[language] = f"{body['title']} {body['text']}"
        assert HANZI.search(told["zh"])
        assert not HANZI.search(told["en"]), told["en"]


@pytest.mark.parametrize("kind", TITLES)
def test_every_title_is_there_in_english(kind: Kind) -> None:
    alert = Alert(kind, kind, "收到此消息，说明告警已配置正确。", at("25 08:00"))
    _, body = message(Webhook(url=SecretStr("https://example.org"), language="en"), alert, "", 0.0)
    assert not HANZI.search(body["title"] + body["text"])
