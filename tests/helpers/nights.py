"""Helpers for tests of runs: a night without Prefect, the command line, and what they find afterwards."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from callqa.settings import Settings
from flows.night import NIGHT_OF_A_RUBRIC
from flows.runner import run_rubric
from flows.stage import in_this_process
from flows.step import Intake, RunReport
from services.context import open_context

QUIET = Console(quiet=True)


def night_of(settings: Settings, manifest: Path, **source: bool) -> RunReport:
    with open_context(settings) as context:
        return run_rubric(context, "test", NIGHT_OF_A_RUBRIC, in_this_process, QUIET, Intake(str(manifest), **source))


def sha256_of(manifest: Path, call_id: str) -> str:
    (row,) = (line for line in manifest.read_text(encoding="utf-8").splitlines() if line.startswith(call_id))
    return hashlib.sha256(Path(row.split(",")[1]).read_bytes()).hexdigest()


def done(report: RunReport) -> dict[str, tuple[int, int]]:
    return {name: (stage.done, stage.failed) for name, stage in report.stages.items()}


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "CALLQA_HOME": str(settings.home),
        "CALLQA_DATABASE_URL": settings.database,
        "CALLQA_ASR__ENGINE": "scripted",
        "CALLQA_ASR__SCRIPT": str(settings.asr.script),
        "CALLQA_ASR__WORKERS": str(settings.asr.workers),
        "CALLQA_ASR__REPAIR": str(settings.asr.repair),
        "COLUMNS": "200",
    }


def callqa(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("callqa")), *arguments]
    return subprocess.run(command, env=environment(settings), capture_output=True, text=True, timeout=240)
