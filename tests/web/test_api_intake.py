"""Programs hand in recordings, calls and tickets; an urgent call is worked on at once."""

import runpy
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from chromium import serving
from dummies import call as dummy_call
from fastapi import FastAPI
from programs import Program
from starlette.testclient import TestClient

import flows.stages
from asr import Source
from callqa.errors import AudioError
from callqa.settings import Settings
from callqa.types import Transcript
from flows.urgent import work_urgent
from services.events.collect import collect_events
from services.intake.uploads import UNCLAIMED, sweep_uploads, upload_folder
from store.calls.urgent import uris_of_uploads
from web.desk import Desk

DANGER = "A: 您好浦东热线工号3001为您服务 | C: 我家厨房燃气泄漏了闻到很大的味道 | A: 好的我帮您记下来 | C: 快点"
CALL = {"call_id": "P-1", "agent_id": "3001", "started_at": "2026-11-02T13:38:00+08:00"}
TICKET = {"request_type": "求助", "category": ["城乡建设"], "summary": "燃气泄漏", "contact_name": "汤慧敏"}


@pytest.fixture
def sound(samples: Path) -> bytes:
    return (samples / "audio" / "D008.wav").read_bytes()


@pytest.fixture
def pusher(program: Program) -> TestClient:
    return program("supervisor")


def sent(client: TestClient, content: bytes) -> str:
    answer = client.post("/api/v1/recordings", content=content)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["recording"])


def test_a_call_is_handed_in_and_read(pusher: TestClient, sound: bytes) -> None:
    recording = sent(pusher, sound)
    assert recording == sent(pusher, sound), "known by its content"
    pushed = CALL | {"recording": recording, "ticket": TICKET, "agent_channel": 0}
    answer = pusher.post("/api/v1/calls", json=pushed)
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"call_id": "P-1", "outcome": "new", "urgent": False, "href": "/api/v1/calls/P-1"}
    call = pusher.get(answer.json()["href"]).json()
    assert (call["state"], call["started_at"], call["score"]) == ("waiting", CALL["started_at"], None)
    assert call["ticket"]["category"] == ["城乡建设"]
    assert pusher.post("/api/v1/calls", json=pushed).json()["outcome"] == "same"
    other = pusher.post("/api/v1/calls", json=pushed | {"agent_id": "3002"})
    assert (other.status_code, other.json()["code"]) == (409, "call.other_data")
    assert (
        pusher.post("/api/v1/calls", json=pushed | {"agent_id": "3002", "replace": True}).json()["outcome"]
        == "replaced"
    )


def test_a_ticket_follows_its_call(pusher: TestClient, sound: bytes) -> None:
    pusher.post("/api/v1/calls", json=CALL | {"recording": sent(pusher, sound)})
    answer = pusher.put("/api/v1/calls/P-1/ticket", json=TICKET)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "replaced")
    assert pusher.get("/api/v1/calls/P-1").json()["ticket"]["summary"] == "燃气泄漏"
    assert pusher.put("/api/v1/calls/P-1/ticket", json=TICKET).json()["outcome"] == "same"
    assert pusher.put("/api/v1/calls/none/ticket", json=TICKET).status_code == 422


def test_a_request_that_comes_again_is_done_once(pusher: TestClient, program: Program, sound: bytes) -> None:
    pushed, key = CALL | {"recording": sent(pusher, sound)}, {"Idempotency-Key": "a-1"}
    first, again = (pusher.post("/api/v1/calls", json=pushed, headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.json()["outcome"] == "new", "though it is known by now"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    other = pusher.post("/api/v1/calls", json=pushed | {"call_id": "P-2"}, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:callqa:problem:key-reused")
    assert program("admin").post("/api/v1/calls", json=pushed, headers=key).json()["outcome"] == "same", "another's key"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"recording": "/etc/passwd"}, 422, "upload.place_not_allowed"),
        ({"recording": "s3://elsewhere/x.wav"}, 422, "upload.place_not_allowed"),
        ({"recording": "upload:../../callqa.db"}, 422, "upload.unknown"),
        ({"recording": "upload:" + "0" * 64}, 422, "upload.unknown"),
        ({"started_at": "yesterday"}, 422, "manifest.bad_time"),
        ({"agent_id": ""}, 400, None),
        ({"agent": "3001"}, 400, None),
        ({"call_id": "a\u0000b"}, 422, "manifest.bad_call_id"),
    ],
)
def test_what_cannot_be_taken_is_told_and_leaves_nothing(
    pusher: TestClient, sound: bytes, change: dict[str, str], status: int, code: str | None
) -> None:
    answer = pusher.post("/api/v1/calls", json=CALL | {"recording": sent(pusher, sound)} | change)
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert pusher.get("/api/v1/calls/P-1").status_code == 404
    assert pusher.get("/api/v1/failures").json()["data"] == []


def test_where_recordings_may_lie_is_set(desk: Desk, pusher: TestClient, samples: Path) -> None:
    place = str(samples / "audio")
    api = desk.settings.api.model_copy(update={"recordings": (f"{place}/",)})
    desk.settings = desk.settings.model_copy(update={"api": api})
    for name, status in ((f"{place}/D008.wav", 201), (f"{place}/../../pyproject.toml", 422), (f"{place}x/y", 422)):
        answer = pusher.post("/api/v1/calls", json=CALL | {"recording": name})
        assert answer.status_code == status, name


def test_an_upload_has_a_size_and_a_right(pusher: TestClient, program: Program, desk: Desk, scored: Settings) -> None:
    assert pusher.post("/api/v1/recordings", content=b"").json()["code"] == "recording.empty_file"
    assert program("trainer").post("/api/v1/recordings", content=b"x").status_code == 403
    large = pusher.post("/api/v1/recordings", headers={"Content-Length": "99999999999"}, content=b"x")
    assert (large.status_code, large.headers["content-type"]) == (413, "application/problem+json")
    large = pusher.post("/api/v1/calls", content=b"x" * 300_000)
    assert (large.status_code, large.json()["type"]) == (413, "urn:callqa:problem:too-large")
    assert list(upload_folder(scored).iterdir()) == []


def test_an_upload_of_no_call_goes_after_a_day(pusher: TestClient, desk: Desk, scored: Settings, sound: bytes) -> None:
    pusher.post("/api/v1/calls", json=CALL | {"recording": sent(pusher, sound)})
    unclaimed = sent(pusher, b"nobody's")
    with desk.store.read() as c:
        claimed = uris_of_uploads(c)
    now = max(path.stat().st_mtime for path in upload_folder(scored).iterdir())
    assert sweep_uploads(scored, claimed, now + UNCLAIMED - 1) == 0
    assert sweep_uploads(scored, claimed, now + UNCLAIMED + 1) == 1
    assert {path.name for path in upload_folder(scored).iterdir()} & {unclaimed.removeprefix("upload:")} == set()


class Hearing:
    """Hears what the test says, whatever is in the recording."""

    def __init__(self, engine_key: str, script: str) -> None:
        self.engine_key, self.script = engine_key, script

    def transcribe(self, sources: Iterable[Source]) -> Iterator[tuple[Source, Transcript]]:
        for source in sources:
            transcript = dummy_call(self.script).transcript
            recording = replace(transcript.recording, sha256=source.sha256)
            yield source, replace(transcript, recording=recording, engine_key=self.engine_key)


def test_an_urgent_call_is_transcribed_checked_and_scored_at_once(
    pusher: TestClient, desk: Desk, sound: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = desk.rubric_set[0]
    monkeypatch.setattr(flows.stages, "load_transcriber", lambda _: Hearing(context.keys.engine_key, DANGER))
    recording = sent(pusher, sound)
    pusher.post("/api/v1/webhooks", json={"url": "https://duty.example.gov.cn/callqa", "kinds": ["call.emergency"]})
    pusher.post("/api/v1/calls", json=CALL | {"recording": recording, "call_id": "P-0"})
    pusher.post("/api/v1/calls", json=CALL | {"recording": recording, "urgent": True})
    told: list[str] = []

    def tell() -> None:
        told.append(pusher.get("/api/v1/calls/P-1").json()["state"])
        collect_events(desk.rubric_set, desk.now())

    assert work_urgent(desk.rubric_set, tell) == 1
    assert told == ["scored"], "before lists follow"
    assert work_urgent(desk.rubric_set, lambda: None) == 0
    listed = pusher.get("/api/v1/calls?call=P-").json()["data"]
    assert [call["call_id"] for call in listed] == ["P-1"], "the one that is not urgent waits for the night"
    sheet = pusher.get("/api/v1/calls/P-1/sheet").json()
    emergency = next(item for item in sheet["items"] if item["id"] == "emergency_guidance")
    assert emergency["verdict"] == "violated"
    assert desk.figures.to_dos(desk.rubric_set, desk.now()).value[0].kind == "emergency", "first on the overview"
    told_of = [(event["kind"], event["data"]["call_id"]) for event in pusher.get("/api/v1/events").json()["data"]]
    assert told_of[0] == ("call.emergency", "P-1"), "and whoever waits for it is told"
    assert told_of[-1] == ("call.scored", "P-1")


def test_the_example_program_hands_in_a_call_and_prints_its_sheet(
    app: FastAPI, pusher: TestClient, desk: Desk, samples: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(flows.stages, "load_transcriber", lambda _: Hearing(desk.rubric_set[0].keys.engine_key, DANGER))
    program = runpy.run_path(str(samples / "api_client.py"))
    waits = SimpleNamespace(sleep=lambda _: work_urgent(desk.rubric_set, lambda: None))  # instead of a worker
    program["main"].__globals__["time"] = waits
    token = pusher.headers["Authorization"].removeprefix("Bearer ")
    with serving(app) as address:
        program["main"](address, token, "P-1", "3001", CALL["started_at"], str(samples / "audio" / "D008.wav"))
    assert capsys.readouterr().out.startswith("P-1: ")


def test_an_urgent_call_that_cannot_be_transcribed_is_a_failure_and_waits_no_longer(
    pusher: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Deaf:
        def transcribe(self, sources: Iterable[Source]) -> Iterator[tuple[Source, Exception]]:
            yield from ((source, AudioError("not_audio")) for source in sources)

    monkeypatch.setattr(flows.stages, "load_transcriber", lambda _: Deaf())
    pusher.post("/api/v1/calls", json=CALL | {"recording": sent(pusher, b"no sound"), "urgent": True})
    assert work_urgent(desk.rubric_set, lambda: None) == 1
    assert pusher.get("/api/v1/calls/P-1").json()["state"] == "failed"
    assert [failure["subject"] for failure in pusher.get("/api/v1/failures").json()["data"]] == ["P-1"]
