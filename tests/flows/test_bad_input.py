"""Faults of one recording or row: each is a failure with a reason; the rest goes on."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from nights import QUIET, done, environment, night_of, sha256_of
from rows import rows
from typer.testing import CliRunner

from callqa.settings import AsrSettings, FlowSettings, Settings
from cli.main import app
from cli.month_report import period_tables
from flows.runner import run_rubric
from flows.stage import BatchReport, in_this_process
from flows.step import Intake
from flows.steps import TAKE_IN, TRANSCRIBE
from services.context import open_context
from store.calls import failures, read

pytestmark = pytest.mark.slow  # whole nights


def write_wav(path: Path, samples: np.ndarray, rate: int = 8000) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())


def test_bad_recordings_become_reasons_and_the_rest_is_scored(
    settings: Settings, samples: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    noise = rng.uniform(-0.1, 0.1, (16000, 3))
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.wav").write_text("this is not sound " * 50, encoding="utf-8")
    (tmp_path / "truncated.mp3").write_bytes((samples / "audio" / "D028.mp3").read_bytes()[:60000])
    write_wav(tmp_path / "short.wav", noise[:1600, :2])
    write_wav(tmp_path / "silent.wav", np.zeros((80000, 2)))
    write_wav(tmp_path / "three.wav", noise)
    write_wav(tmp_path / "no_agent.wav", noise[:, :1])
    write_wav(tmp_path / "fast.wav", rng.uniform(-0.1, 0.1, (192000, 2)), rate=192000)
    lines = ["call_id,recording,agent_id,started_at,agent_channel"]
    lines += [f"{path.stem},{path.name},3028,2026-11-02 08:00,{int(path.stem == 'no_agent')}"
              for path in sorted(tmp_path.glob("*.*"))]  # fmt: skip
    lines += [f"good,{samples / 'audio' / 'D019.m4a'},3045,2026-11-02 09:00,0", "gone,gone.wav,3045,2026-11-02 09:00,0"]
    (tmp_path / "manifest.csv").write_text("\n".join(lines), encoding="utf-8")

    report = night_of(settings, tmp_path / "manifest.csv")

    assert report.ingest is not None
    assert [(row.line, row.call_id, row.reason) for row in report.ingest.refused] == [(11, "gone", "recording_missing")]
    with open_context(settings) as context, context.store.read() as connection:
        known = {name: read.call_row(connection, name) for name in [line.split(",")[0] for line in lines[1:-1]]}
        ids = {row.call_pk: name for name, row in known.items() if row}
        flags = {
            ids[stored.call_pk]: stored.conversation.transcript.flags
            for stored in read.conversations(connection, ids, context.keys.engine_key)
        }
        reasons = {
            row.subject: row.error
            for row in failures.outstanding_failures(connection, context.keys)
            if row.stage == "transcribe"
        }
        scored = {score.call_id for score in read.scores(connection, context.keys)}
    assert reasons == {
        "empty": "empty_file",
        "text": "not_audio",
        "short": "too_short",
        "three": "unsupported_channels",
        "no_agent": "no_agent_channel",
    }
    assert set(flags) == {"truncated", "silent", "fast", "good"}
    assert "damaged" in flags["truncated"]
    assert "silent" in flags["silent"]
    assert flags["good"] == ()
    assert scored == set(flags)


def misbehaving(settings: Settings, folder: Path, **misdeeds: object) -> AsrSettings:
    """The scripted engine, misbehaving so."""
    assert settings.asr.script is not None
    lines = json.loads(settings.asr.script.read_text(encoding="utf-8"))
    script = folder / "misbehaving.json"
    script.write_text(json.dumps({**lines, **misdeeds}), encoding="utf-8")
    return settings.asr.model_copy(update={"script": script})


def test_a_crash_of_the_engine_on_one_recording_is_that_recordings_failure(
    settings: Settings, few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = settings.model_copy(update={"asr": misbehaving(settings, tmp_path, fail=[sha256_of(few, "D019")])})
    for attempt in (1, 2, 3):
        report = night_of(broken, few)
        assert report.stages["transcribe"].failed == 1, f"attempt {attempt}"
    assert done(night_of(broken, few))["transcribe"] == (0, 0), "three attempts, then a person"
    assert len(rows(settings)["scores"]) == 1
    for name, value in environment(broken).items():
        monkeypatch.setenv(name, value)
    listed = CliRunner().invoke(app, ["failures"])
    assert "D019" in listed.output
    assert "engine_failed" in listed.output
    assert CliRunner().invoke(app, ["failures", "clear"]).output.startswith("failures cleared: 3")
    assert night_of(broken, few).stages["transcribe"].failed == 1


def test_a_recording_that_kills_its_speech_process_is_a_failure_too(
    settings: Settings, few: Path, tmp_path: Path
) -> None:
    in_processes = {"workers": 1, "repair": False}  # each would read its dictionaries
    asr = misbehaving(settings, tmp_path, kill=[sha256_of(few, "D019")]).model_copy(update=in_processes)
    deadly = settings.model_copy(update={"asr": asr, "flow": FlowSettings(max_attempts=1)})
    assert done(night_of(deadly, few))["transcribe"] == (1, 1)
    with open_context(deadly) as context, context.store.read() as c:
        assert [one.error for one in failures.outstanding_failures(c, context.keys)] == ["worker_died"]
    assert done(night_of(deadly, few))["transcribe"] == (0, 0)
    assert len(rows(settings)["scores"]) == 1


def test_changed_row_needs_replace(settings: Settings, few: Path) -> None:
    night_of(settings, few)
    few.write_text(few.read_text(encoding="utf-8").replace("生育津贴", "医保账户"), encoding="utf-8")
    report = night_of(settings, few)
    assert report.ingest is not None
    assert [(row.call_id, row.reason) for row in report.ingest.refused] == [("D019", "duplicate_call_id")]
    again = night_of(settings, few, replace=True)
    assert again.ingest is not None
    assert (again.ingest.replaced, again.ingest.refused) == (1, ())
    assert done(again) == {"transcribe": (0, 0), "check": (1, 0), "score": (1, 0), "index": (0, 0)}
    assert rows(settings)["failures"] == []


def test_a_refused_row_stays_refused_when_its_twin_is_good(settings: Settings, few: Path) -> None:
    lines = few.read_text(encoding="utf-8").splitlines()
    few.write_text("\n".join([*lines, lines[1].replace("3045", "3046"), lines[1]]), encoding="utf-8")
    report = night_of(settings, few)
    assert report.ingest is not None
    assert [(row.line, row.reason) for row in report.ingest.refused] == [(4, "duplicate_call_id")]
    assert [row[:2] for row in rows(settings)["failures"]] == [("ingest", "D019")]


def test_a_mended_recording_is_no_longer_a_failure(settings: Settings, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "X.wav").write_text("not sound", encoding="utf-8")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("call_id,agent_id,started_at,agent_channel\nX,1,2026-11-02 08:00,0\n", encoding="utf-8")
    assert night_of(settings, manifest).stages["transcribe"].failed == 1
    (tmp_path / "X.wav").write_bytes((samples / "audio" / "D019.m4a").read_bytes())
    night_of(settings, manifest, replace=True)
    with open_context(settings) as context:
        tables = period_tables(context, "2026-11")
    assert tables.failures.empty
    assert list(tables.agents["通话数"]) == [1]


def test_a_recording_that_changed_after_ingest_is_not_taken_for_the_old_one(
    settings: Settings, samples: Path, tmp_path: Path
) -> None:
    recording = tmp_path / "call.m4a"
    recording.write_bytes((samples / "audio" / "D019.m4a").read_bytes())
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("call_id,recording,agent_id,started_at,agent_channel\nX,call.m4a,1,2026-11-02 08:00,0\n")
    with open_context(settings) as context:
        run_rubric(context, "test", (TAKE_IN,), in_this_process, QUIET, Intake(str(manifest)))
        recording.write_bytes((samples / "audio" / "D036.mp3").read_bytes())
        report = run_rubric(context, "test", (TRANSCRIBE,), in_this_process, QUIET)
    assert report.stages["transcribe"] == BatchReport(0, 1, report.stages["transcribe"].seconds)
    assert [row[3] for row in rows(settings)["failures"]] == ["recording_changed"]
