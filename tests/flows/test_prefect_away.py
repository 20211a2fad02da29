"""Nights whose Prefect server is away; tests/faults kills a real one."""

import io
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from nights import environment
from rich.console import Console

from callqa.errors import CallQAError, StoreAway
from callqa.settings import Settings
from flows import prefect_away as away
from flows.step import Intake


def raising(error: BaseException, while_handling: BaseException | None = None) -> Callable[[], str]:
    def flow() -> str:
        error.__context__ = while_handling
        raise error

    return flow


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(away, "answers", lambda: True)
    monkeypatch.setattr(logging.getLogger(away.RUNS_OF_PREFECT), "disabled", False)  # what is set is put back


def test_what_a_flow_returns() -> None:
    assert away.told_to_prefect(lambda: "done") == "done"


@pytest.mark.parametrize("cause", [None, StoreAway("the disk is full")])
def test_an_end_that_prefect_cannot_be_told(cause: BaseException | None) -> None:
    """Whatever else is wrong, a run without Prefect says so itself."""
    assert away.told_to_prefect(raising(httpx.ConnectError("refused"), cause)) is None


@pytest.mark.parametrize("error", [StoreAway("the disk is full"), RuntimeError("our mistake"), KeyboardInterrupt()])
def test_other_errors_are_the_flow_s_own(error: BaseException) -> None:
    with pytest.raises(type(error)):
        away.told_to_prefect(raising(error))


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(143)])
def test_whoever_stops_a_night_is_obeyed(stop: BaseException) -> None:
    with pytest.raises(type(stop)):
        away.told_to_prefect(raising(httpx.ConnectError("refused"), stop))


def test_no_server_to_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(away, "answers", lambda: False)
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect:4200/api")
    with pytest.raises(CallQAError, match="at http://prefect:4200/api; start it and try again, or do without one"):
        away.told_to_prefect(lambda: "never begun")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["nightly", "schedule"])
def test_a_named_server_that_is_away_is_one_line(command: str, settings: Settings, samples: Path) -> None:
    program = [sys.executable, "-c", away.RUN, command, str(samples / "manifest.csv")]
    url = "http://127.0.0.1:9/api"
    ended = subprocess.run(
        program, env=environment(settings) | {"PREFECT_API_URL": url}, capture_output=True, text=True, timeout=240
    )
    assert ended.returncode == 1
    told = f"no Prefect server answers at {url}; start it and try again, or do without one: callqa run"
    assert ended.stderr == f"callqa: {told}\n"
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("recordings", "replace", "told"),
    [
        (None, False, ["run", "--", "-calls.csv"]),
        ("s3://calls", True, ["run", "--recordings", "s3://calls", "--replace", "--", "-calls.csv"]),
    ],
)
def test_the_same_night_goes_on(
    recordings: str | None, replace: bool, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda program, arguments: begun.append(arguments))
    away.go_on_without("-calls.csv", recordings, replace)
    assert begun == [[sys.executable, "-c", away.RUN, *told]]


@pytest.mark.parametrize(
    ("scheduled", "there", "goes_on"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_a_night_of_the_schedule_goes_on_when_its_server_is_away(
    scheduled: bool, there: bool, goes_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed may be Prefect's page of the report, or any task; with its server there, it is the night's own."""
    begun: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda program, arguments: begun.append(arguments))
    monkeypatch.setattr(away, "answers", lambda: there)
    monkeypatch.setattr(away, "_scheduled", lambda: scheduled)
    console = Console(file=io.StringIO(), width=200)
    failing = away.go_on_without_if_away(Intake("calls.csv", "s3://calls"), console)
    if goes_on:
        with failing:
            raise httpx.ConnectError("refused")
        assert begun == [[sys.executable, "-c", away.RUN, "run", "--recordings", "s3://calls", "--", "calls.csv"]]
        assert str(away.GONE) in console.file.getvalue()  # type: ignore[attr-defined]
    else:
        with pytest.raises(httpx.ConnectError), failing:
            raise httpx.ConnectError("refused")
        assert begun == []
    assert logging.getLogger(away.RUNS_OF_PREFECT).disabled is not there, "what its own night met, Prefect tells"


def test_whoever_stops_a_night_of_the_schedule_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(away, "answers", lambda: False)
    monkeypatch.setattr(away, "_scheduled", lambda: True)
    with pytest.raises(SystemExit), away.go_on_without_if_away(Intake("calls.csv"), Console(quiet=True)):
        raise SystemExit(143)
