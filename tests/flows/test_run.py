"""Runs end to end with the scripted engine: a second night, a killed night, another rubric, another check."""

import json
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from nights import QUIET, done, environment, run_night
from rows import asked, rows

import flows.stages
from callqa.settings import AsrSettings, Settings
from flows.conductor import RESCORE, conduct, in_this_process
from flows.wiring import open_run

pytestmark = pytest.mark.slow  # whole nights

HERE = Path(__file__).parent


def test_a_night_scores_every_call_and_a_second_night_does_nothing(
    settings: Settings, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_night(settings, few)
    assert first.ingest is not None
    assert (first.ingest.new, first.ingest.refused) == (2, ())
    assert done(first) == {"transcribe": (2, 0), "check": (2, 0), "score": (2, 0), "index": (2, 0)}
    before = rows(settings)
    assert len(before["scores"]) == 2
    ((stored,),) = asked(settings, "SELECT CAST(report AS TEXT) FROM run")
    hygiene = first.stages["transcribe"].hygiene
    assert hygiene is not None
    assert hygiene.turns > 2
    assert json.loads(stored)["transcribe"]["hygiene"] == asdict(hygiene)

    monkeypatch.setattr(flows.stages, "load_transcriber", lambda _: pytest.fail("a model was loaded for nothing"))
    second = run_night(settings, few)
    assert second.ingest is not None
    assert (second.ingest.new, second.ingest.same) == (0, 2)
    assert done(second) == {"transcribe": (0, 0), "check": (0, 0), "score": (0, 0), "index": (0, 0)}
    assert rows(settings) == before


KILLS = [
    ("put_call", 3, "after"),
    ("put_transcript", 1, "before"),
    ("put_transcript", 4, "after"),
    ("clear_failures", 7, "before"),  # the second transcript's: ingest cleared those of five calls
    ("put_findings", 1, "before"),
    ("put_findings", 1, "after"),
    ("put_scores", 1, "after"),
    ("stamp_month", 1, "after"),
    ("finish_run", 1, "before"),
]


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, script: Path, samples: Path
) -> dict[str, list[tuple[object, ...]]]:
    settings = Settings(home=tmp_path_factory.mktemp("undisturbed"), asr=AsrSettings(engine="scripted", script=script))
    run_night(settings, samples / "manifest.csv")
    return rows(settings)


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
    assert rows(settings) != undisturbed or function == "finish_run"
    run_night(settings, samples / "manifest.csv")
    assert rows(settings) == undisturbed


def test_a_new_rubric_scores_again_without_speech_or_checks(
    settings: Settings, few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_night(settings, few)
    before = rows(settings)
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
    after = rows(settings)
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
    assert done(report) == {"transcribe": (0, 0), "check": (2, 0), "score": (2, 0), "index": (0, 0)}
    assert ran == ["speech_rate"] * 2
