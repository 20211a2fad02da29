"""Runs end to end with the scripted engine: a second night, another rubric, another check."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from nights import QUIET, done, night_of
from rows import asked, rows

import flows.stages
from callqa.settings import Settings
from flows.night import RESCORE_OF_A_RUBRIC
from flows.runner import run_rubric
from flows.stage import in_this_process
from services.context import open_context

pytestmark = pytest.mark.slow  # whole nights


def test_a_night_scores_every_call_and_a_second_night_does_nothing(
    settings: Settings, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = night_of(settings, few)
    assert first.ingest is not None
    assert (first.ingest.new, first.ingest.refused) == (2, ())
    assert done(first) == {"transcribe": (2, 0), "check": (2, 0), "score": (2, 0), "index": (2, 0)}
    before = rows(settings)
    assert len(before["scores"]) == 2
    ((stored,),) = asked(settings, "SELECT CAST(report AS TEXT) FROM run")
    quality = first.stages["transcribe"].quality
    assert quality is not None
    assert quality.turns > 2
    assert json.loads(stored)["transcribe"]["hygiene"] == asdict(quality)

    monkeypatch.setattr(flows.stages, "load_transcriber", lambda _: pytest.fail("a model was loaded for nothing"))
    second = night_of(settings, few)
    assert second.ingest is not None
    assert (second.ingest.new, second.ingest.same) == (0, 2)
    assert done(second) == {"transcribe": (0, 0), "check": (0, 0), "score": (0, 0), "index": (0, 0)}
    assert rows(settings) == before


def test_a_new_rubric_scores_again_without_speech_or_checks(
    settings: Settings, few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night_of(settings, few)
    before = rows(settings)
    rubric = tmp_path / "rubric.yaml"
    rubric.write_text(
        "id: short\nversion: '1'\ntitle: 短\nfatal_cap: 0\ngroups:\n"
        "- id: all\n  title: 全部\n  items:\n  - {id: opening, title: 开头语, points: 10, needs: [opening]}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(flows.stages, "load_transcriber", lambda _: pytest.fail("speech recognition for a re-score"))
    monkeypatch.setattr(flows.stages, "run_checks", lambda *_: pytest.fail("a check for a re-score"))
    with open_context(settings.model_copy(update={"rubric": str(rubric)})) as context:
        report = run_rubric(context, "test", RESCORE_OF_A_RUBRIC, in_this_process, QUIET)
    assert done(report) == {"check": (0, 0), "score": (2, 0)}
    after = rows(settings)
    assert len(after["scores"]) == 4
    assert (after["transcripts"], after["findings"]) == (before["transcripts"], before["findings"])


def test_one_changed_check_runs_alone(
    settings: Settings, few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night_of(settings, few)
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
    report = night_of(settings.model_copy(update={"checks": (checks,)}), few)
    assert done(report) == {"transcribe": (0, 0), "check": (2, 0), "score": (2, 0), "index": (0, 0)}
    assert ran == ["speech_rate"] * 2
