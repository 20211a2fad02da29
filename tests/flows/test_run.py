"""Runs end to end with the scripted engine: resuming, re-scoring, failures, and what is printed."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from rows import rows
from typer.testing import CliRunner

import flows.stages
from callqa.errors import StoreError
from callqa.settings import AsrSettings, Settings
from flows import only_run
from flows.cli import app
from flows.conductor import NIGHT, RESCORE, Intake, RunReport, conduct, in_this_process
from flows.only_run import the_only_run
from flows.stages import BatchReport, Stage
from flows.tables import period_tables
from flows.wiring import Run, open_run
from store import lease, read

HERE = Path(__file__).parent
QUIET = Console(quiet=True)


def run_night(settings: Settings, manifest: Path, **source: bool) -> RunReport:
    with open_run(settings) as run:
        return conduct(run, "test", NIGHT, in_this_process, QUIET, Intake(str(manifest), **source))


def sha256_of(manifest: Path, call_id: str) -> str:
    (row,) = (line for line in manifest.read_text(encoding="utf-8").splitlines() if line.startswith(call_id))
    return hashlib.sha256(Path(row.split(",")[1]).read_bytes()).hexdigest()


def done(report: RunReport) -> dict[str, tuple[int, int]]:
    return {name: (stage.done, stage.failed) for name, stage in report.stages.items()}


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "CALLQA_HOME": str(settings.home),
        "CALLQA_ASR__ENGINE": "scripted",
        "CALLQA_ASR__SCRIPT": str(settings.asr.script),
        "COLUMNS": "200",
    }


def callqa(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("callqa")), *arguments]
    return subprocess.run(command, env=environment(settings), capture_output=True, text=True, timeout=240)


def test_a_night_scores_every_call_and_a_second_night_does_nothing(
    settings: Settings, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_night(settings, few)
    assert first.ingest is not None
    assert (first.ingest.new, first.ingest.refused) == (2, ())
    assert done(first) == {"transcribe": (2, 0), "check": (2, 0), "score": (2, 0)}
    before = rows(settings.home)
    assert len(before["scores"]) == 2

    monkeypatch.setattr(flows.stages, "load_transcriber", lambda _: pytest.fail("a model was loaded for nothing"))
    second = run_night(settings, few)
    assert second.ingest is not None
    assert (second.ingest.new, second.ingest.same) == (0, 2)
    assert done(second) == {"transcribe": (0, 0), "check": (0, 0), "score": (0, 0)}
    assert rows(settings.home) == before


KILLS = [
    ("put_call", 3, "after"),
    ("put_transcript", 1, "before"),
    ("put_transcript", 4, "after"),
    ("clear_failures", 7, "before"),  # the second transcript's: ingest cleared those of five calls
    ("put_findings", 1, "before"),
    ("put_findings", 1, "after"),
    ("put_scores", 1, "after"),
    ("put_aggregates", 1, "after"),
    ("finish_run", 1, "before"),
]


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, script: Path, samples: Path
) -> dict[str, list[tuple[object, ...]]]:
    home = tmp_path_factory.mktemp("undisturbed")
    run_night(Settings(home=home, asr=AsrSettings(engine="scripted", script=script)), samples / "manifest.csv")
    return rows(home)


@pytest.mark.slow
@pytest.mark.parametrize(("function", "n", "when"), KILLS)
def test_a_killed_run_ends_like_an_undisturbed_one(
    settings: Settings,
    samples: Path,
    undisturbed: dict[str, list[tuple[object, ...]]],
    function: str,
    n: int,
    when: str,
) -> None:
    command = [sys.executable, str(HERE / "killed.py"), function, str(n), when, "run", str(samples / "manifest.csv")]
    killed = subprocess.run(command, env=environment(settings), capture_output=True, text=True, timeout=240)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert rows(settings.home) != undisturbed or function == "finish_run"
    run_night(settings, samples / "manifest.csv")
    assert rows(settings.home) == undisturbed


def test_a_new_rubric_scores_again_without_speech_or_checks(
    settings: Settings, few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_night(settings, few)
    before = rows(settings.home)
    rubric = tmp_path / "rubric.yaml"
    rubric.write_text(
        "id: short\nversion: '1'\ntitle: 短\nfatal_cap: 0\ngroups:\n"
        "- id: all\n  title: 全部\n  items:\n  - {id: opening, title: 开头语, points: 10, needs: [opening]}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(flows.stages, "load_transcriber", lambda _: pytest.fail("speech recognition for a re-score"))
    monkeypatch.setattr(flows.stages, "run_checks", lambda *_: pytest.fail("a check for a re-score"))
    with open_run(settings.model_copy(update={"rubric": str(rubric)})) as run:
        report = conduct(run, "test", RESCORE, in_this_process, QUIET)
    assert done(report) == {"check": (0, 0), "score": (2, 0)}
    after = rows(settings.home)
    assert len(after["scores"]) == 4
    assert (after["transcripts"], after["findings"]) == (before["transcripts"], before["findings"])


def test_one_changed_check_runs_alone(
    settings: Settings, few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_night(settings, few)
    checks = tmp_path / "checks.yaml"
    checks.write_text(
        "- id: speech_rate\n  kind: speech_rate\n  version: 1\n  title: 语速\n  params: {limit: 200}\n",
        encoding="utf-8",
    )
    ran: list[str] = []
    run_checks = flows.stages.run_checks
    monkeypatch.setattr(
        flows.stages,
        "run_checks",
        lambda conversation, checks: ran.extend(check.id for check in checks) or run_checks(conversation, checks),
    )
    report = run_night(settings.model_copy(update={"checks": checks}), few)
    assert done(report) == {"transcribe": (0, 0), "check": (2, 0), "score": (2, 0)}
    assert ran == ["speech_rate"] * 2


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

    report = run_night(settings, tmp_path / "manifest.csv")

    assert report.ingest is not None
    assert [(row.line, row.call_id, row.reason) for row in report.ingest.refused] == [(11, "gone", "recording_missing")]
    with open_run(settings) as run, run.store.read() as connection:
        known = {name: read.call_row(connection, name) for name in [line.split(",")[0] for line in lines[1:-1]]}
        ids = {row.call_pk: name for name, row in known.items() if row}
        flags = {
            ids[stored.call_pk]: stored.conversation.transcript.flags
            for stored in read.conversations(connection, ids, run.keys.engine_key)
        }
        reasons = {
            row.subject: row.error
            for row in read.outstanding_failures(connection, run.keys)
            if row.stage == "transcribe"
        }
        scored = {score.call_id for _, score in read.scores(connection, run.keys)}
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


def test_a_crash_of_the_engine_on_one_recording_is_that_recordings_failure(
    settings: Settings, few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.asr.script is not None
    lines = json.loads(settings.asr.script.read_text(encoding="utf-8"))
    crashing = tmp_path / "crash.json"
    crashing.write_text(json.dumps({**lines, "fail": [sha256_of(few, "D019")]}), encoding="utf-8")
    broken = settings.model_copy(update={"asr": settings.asr.model_copy(update={"script": crashing})})
    for attempt in (1, 2, 3):
        report = run_night(broken, few)
        assert report.stages["transcribe"].failed == 1, f"attempt {attempt}"
    assert done(run_night(broken, few))["transcribe"] == (0, 0), "three attempts, then a person"
    assert len(rows(settings.home)["scores"]) == 1
    for name, value in environment(broken).items():
        monkeypatch.setenv(name, value)
    listed = CliRunner().invoke(app, ["failures"])
    assert "D019" in listed.output
    assert "engine_failed" in listed.output
    assert CliRunner().invoke(app, ["failures", "clear"]).output.startswith("3 failures cleared")
    assert run_night(broken, few).stages["transcribe"].failed == 1


def test_two_runs_at_once_are_refused_even_in_one_process(settings: Settings) -> None:
    with open_run(settings) as run, the_only_run(run.store):
        with pytest.raises(StoreError, match="another run is at work"), the_only_run(run.store):
            pass
        with pytest.raises(StoreError, match="another run is at work"):  # the refused one released nothing
            conduct(run, "test", (), in_this_process, QUIET)


def test_a_killed_run_frees_its_lease_at_once(settings: Settings) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with open_run(settings) as run:
        with run.store.write() as connection:
            lease.acquire(connection, only_run.NAME, f"{socket.gethostname()}/{other.pid}/x", 60)
        with pytest.raises(StoreError, match="another run is at work"), the_only_run(run.store):
            pass
        other.communicate(b"\n")
        with the_only_run(run.store):
            pass


def test_a_run_whose_lease_was_taken_over_stops(
    settings: Settings, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(only_run, "RENEW_SECONDS", 0.05)
    small = settings.model_copy(update={"flow": settings.flow.model_copy(update={"transcribe_batch": 1})})

    def slow(run: Run, stage: Stage, batches: list[list[int]]) -> Iterator[BatchReport]:
        for number, ids in enumerate(batches):
            if number == 1:
                with run.store.write() as connection:
                    lease.release(connection, only_run.NAME, str(lease.holder(connection, only_run.NAME)))
                time.sleep(0.5)
            yield stage.work(run, ids)

    with open_run(small) as run, pytest.raises(StoreError, match="another run took over"):
        conduct(run, "test", NIGHT, slow, QUIET, Intake(str(samples / "manifest.csv")))
    assert len(rows(settings.home)["transcripts"]) == 2, "what was committed is kept, nothing more is begun"


def test_changed_row_needs_replace(settings: Settings, few: Path) -> None:
    run_night(settings, few)
    few.write_text(few.read_text(encoding="utf-8").replace("生育津贴", "医保账户"), encoding="utf-8")
    report = run_night(settings, few)
    assert report.ingest is not None
    assert [(row.call_id, row.reason) for row in report.ingest.refused] == [("D019", "duplicate_call_id")]
    again = run_night(settings, few, replace=True)
    assert again.ingest is not None
    assert (again.ingest.replaced, again.ingest.refused) == (1, ())
    assert done(again) == {"transcribe": (0, 0), "check": (1, 0), "score": (1, 0)}
    assert rows(settings.home)["failures"] == []


def test_a_refused_row_stays_refused_when_its_twin_is_good(settings: Settings, few: Path) -> None:
    lines = few.read_text(encoding="utf-8").splitlines()
    few.write_text("\n".join([*lines, lines[1].replace("3045", "3046"), lines[1]]), encoding="utf-8")
    report = run_night(settings, few)
    assert report.ingest is not None
    assert [(row.line, row.reason) for row in report.ingest.refused] == [(4, "duplicate_call_id")]
    assert [row[:2] for row in rows(settings.home)["failures"]] == [("ingest", "D019")]


def test_a_mended_recording_is_no_longer_a_failure(settings: Settings, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "X.wav").write_text("not sound", encoding="utf-8")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("call_id,agent_id,started_at,agent_channel\nX,1,2026-11-02 08:00,0\n", encoding="utf-8")
    assert run_night(settings, manifest).stages["transcribe"].failed == 1
    (tmp_path / "X.wav").write_bytes((samples / "audio" / "D019.m4a").read_bytes())
    run_night(settings, manifest, replace=True)
    with open_run(settings) as run:
        tables = period_tables(run, "2026-11")
    assert tables.failures.empty
    assert list(tables.calls["通话编号"]) == ["X"]


def test_a_recording_that_changed_after_ingest_is_not_taken_for_the_old_one(
    settings: Settings, samples: Path, tmp_path: Path
) -> None:
    recording = tmp_path / "call.m4a"
    recording.write_bytes((samples / "audio" / "D019.m4a").read_bytes())
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("call_id,recording,agent_id,started_at,agent_channel\nX,call.m4a,1,2026-11-02 08:00,0\n")
    with open_run(settings) as run:
        conduct(run, "test", (), in_this_process, QUIET, Intake(str(manifest)))
        recording.write_bytes((samples / "audio" / "D036.mp3").read_bytes())
        report = conduct(run, "test", ("transcribe",), in_this_process, QUIET)
    assert report.stages["transcribe"] == BatchReport(0, 1, report.stages["transcribe"].seconds)
    assert [row[3] for row in rows(settings.home)["failures"]] == ["recording_changed"]


@pytest.mark.slow
def test_commands_print_what_they_promise(settings: Settings, samples: Path) -> None:
    night = callqa(settings, "run", str(samples / "manifest.csv"))
    assert night.returncode == 0, night.stderr
    assert "5 done" in night.stdout
    assert "坐席得分 2026-11" in night.stdout
    report = settings.home / "reports" / "2026-11" / "pudong-12345-2026.1" / "callqa-2026-11.xlsx"
    evidence = pd.read_excel(report, sheet_name="证据", dtype=str)
    assert list(evidence.iloc[0][["工号", "通话编号", "项目", "判定", "一票否决"]]) == [
        "3102", "D028", "服务禁语", "不合格", "待确认",
    ]  # fmt: skip
    agents = pd.read_csv(report.with_name("agents.csv"), dtype=str)
    assert list(agents["工号"]) == ["3045", "3102", "3117", "3307"]
    assert list(agents["通话数"]) == ["1", "2", "1", "1"]
    call = callqa(settings, "show", "D028")
    assert call.returncode == 0, call.stderr
    assert "坐席" in call.stdout
    assert "开头语" in call.stdout
    unknown = callqa(settings, "show", "D999")
    assert unknown.returncode == 1
    assert unknown.stderr.strip() == "callqa: there is no call D999; take it in with: callqa ingest MANIFEST"


@pytest.mark.slow
def test_evaluation_from_truth_and_from_audio(settings: Settings, samples: Path) -> None:
    for mode in ((), ("--from-truth",)):
        result = callqa(settings, "eval", str(samples), "--json", *mode)
        assert result.returncode == 0, result.stderr
        figures = json.loads(result.stdout)
        assert figures["n_calls"] == 5
        assert figures["missing"] == []
        assert len(figures["items"]) == 22
        checked = {name: item for name, item in figures["items"].items() if name not in figures["unchecked"]}
        assert len(checked) == 12
        del checked["category_match"]  # the word-based classifier is not that good yet
        assert sum(item["false_alarms"] for item in checked.values()) == 0
        assert sum(item["misses"] for item in checked.values()) == 0
        assert bool(figures["speech"]) is not bool(mode)


@pytest.mark.slow
def test_the_prefect_flow_does_the_same_without_noise(settings: Settings, samples: Path, tmp_path: Path) -> None:
    plain = settings.model_copy(update={"home": tmp_path / "plain"})
    run_night(plain, samples / "manifest.csv")
    first = callqa(settings, "nightly", str(samples / "manifest.csv"))
    assert first.returncode == 0, first.stderr
    assert rows(settings.home) == rows(plain.home)
    second = callqa(settings, "nightly", str(samples / "manifest.csv"))
    assert second.returncode == 0, second.stderr
    assert second.stdout.count("nothing to do") == 3
    for output in (first.stdout + first.stderr, second.stdout + second.stderr):
        assert "Traceback" not in output
        assert "database is locked" not in output
    assert rows(settings.home) == rows(plain.home)


@pytest.mark.slow
def test_the_schedule_really_runs_a_night(settings: Settings, samples: Path, tmp_path: Path) -> None:
    """Prefect registers a schedule without complaint even where its scheduler then fails, so only a run proves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [Path(sys.executable).with_name("callqa"), "schedule", samples / "manifest.csv", "--cron", "* * * * *"]
    with (tmp_path / "log").open("w") as log:
        served = subprocess.Popen([*command, "--port", str(port)], env=environment(settings), stdout=log, stderr=log)
        try:
            for _ in range(240):
                if (settings.home / "reports").exists():
                    break
                time.sleep(1)
        finally:
            served.send_signal(signal.SIGINT)
            served.wait(timeout=60)
    output = (tmp_path / "log").read_text(encoding="utf-8")
    assert len(rows(settings.home)["scores"]) == 5, output
    assert "Traceback" not in output
