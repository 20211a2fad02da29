"""One run at a time."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nights import QUIET
from rows import rows
from typed import typed_in

from callqa.errors import StoreError
from callqa.settings import Settings
from flows.night import NIGHT_OF_A_RUBRIC
from flows.runner import run_rubric
from flows.stage import BatchReport, Stage, in_this_process
from flows.step import Intake
from services.context import RubricContext, open_context
from services.runs import lease as run_leases
from services.runs.lease import AnotherRun, refuse_beside_another, run_lease
from store.calls import write
from store.runs import history, lease


def test_two_runs_at_once_are_refused_even_in_one_process(settings: Settings) -> None:
    with open_context(settings) as context, run_lease(context.store):
        with pytest.raises(StoreError, match="another run is at work"), run_lease(context.store):
            pass
        with pytest.raises(StoreError, match="another run is at work"):  # the refused one released nothing
            run_rubric(context, "test", (), in_this_process, QUIET)


def test_a_refusal_says_which_run_is_at_work_since_when_and_what_to_do(settings: Settings) -> None:
    with open_context(settings) as context, run_lease(context.store) as held:
        with pytest.raises(AnotherRun) as removal, run_lease(context.store):
            pass
        assert removal.value.code == "run.another", "what is no run is in no history"
        with context.store.write() as connection:
            pk = write.start_run(connection, "nightly", context.keys)
        with context.store.read() as connection:
            begun = history.runs(connection, 1)[0].started_at.astimezone(context.zone)
        host, pid, _ = held.holder.split("/")
        text = (
            f"another run is at work on this database ({held.holder}): run {pk}, begun {begun:%Y-%m-%d %H:%M}; "
            f"wait for it, or stop process {pid} on {host}; if that machine died, try again in 120 seconds"
        )
        for refused in (
            lambda: refuse_beside_another(context.store, context.zone),
            run_lease(context.store, context.zone).__enter__,
        ):
            with pytest.raises(AnotherRun) as another:
                refused()
            assert str(another.value) == text
            assert f"第 {pk} 次运行，{begun:%Y-%m-%d %H:%M} 开始；请等它结束" in another.value.with_advice("zh")
        with context.store.write() as connection:
            write.finish_run(connection, pk, {})
    with open_context(settings) as context:
        refuse_beside_another(context.store)


def test_a_night_beside_another_run_is_one_plain_refusal_before_prefect_starts(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = tmp_path / "calls.csv"
    manifest.write_text("call_id,agent_id,started_at\nA1,3001,2026-11-02 08:00\n", encoding="utf-8")
    with open_context(settings) as context, run_lease(context.store):
        result = typed_in(settings, monkeypatch)("nightly", str(manifest))
    assert isinstance(result.exception, AnotherRun)
    assert result.output == ""


def test_a_killed_run_frees_its_lease_at_once(settings: Settings) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with open_context(settings) as context:
        with context.store.write() as connection:
            lease.acquire(connection, run_leases.NAME, f"{socket.gethostname()}/{other.pid}/x", 60)
        with pytest.raises(StoreError, match="another run is at work"), run_lease(context.store):
            pass
        other.communicate(b"\n")
        with run_lease(context.store):
            pass


@pytest.mark.slow  # a whole night
def test_a_run_whose_lease_was_taken_over_stops(
    settings: Settings, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_leases, "RENEW_SECONDS", 0.05)
    small = settings.model_copy(update={"flow": settings.flow.model_copy(update={"transcribe_batch": 1})})

    def slow(context: RubricContext, stage: Stage, batches: list[list[int]]) -> Iterator[BatchReport]:
        for number, ids in enumerate(batches):
            if number == 1:
                with context.store.write() as connection:
                    lease.release(connection, run_leases.NAME, str(lease.holder(connection, run_leases.NAME)))
                time.sleep(0.5)
            yield stage.work(context, ids)

    with open_context(small) as context, pytest.raises(StoreError, match="another run took over"):
        run_rubric(context, "test", NIGHT_OF_A_RUBRIC, slow, QUIET, Intake(str(samples / "manifest.csv")))
    assert len(rows(settings)["transcripts"]) == 2, "what was committed is kept, nothing more is begun"
