"""Batches as Prefect tasks: a few at a time, ids in, counts out.

Prefect says when and how many at once; what is done is for the store to say. So nothing is cached or persisted here,
no citizen's data is in a parameter, and an error of one call is a row, never a failed task.
"""

import atexit
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from functools import lru_cache
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from callqa.errors import CallQAError, ConfigError, StoreBusy
from callqa.keys import RunKeys
from callqa.settings import FlowSettings, load_settings
from flows.stages import STAGES, BatchReport, Stage
from flows.wiring import Run, open_run

RETRY_DELAYS = [10.0, 60.0]  # seconds; for a database or a disk that comes back


def _is_infrastructure(task: Any, task_run: Any, state: Any) -> bool:
    """Whether trying again may help. What callqa itself refuses stays refused."""
    try:
        state.result()
    except StoreBusy:
        return True
    except CallQAError:
        return False
    except Exception:
        return True
    return False


@task(
    task_run_name="{stage}-{number}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=len(RETRY_DELAYS),
    retry_delay_seconds=RETRY_DELAYS,
    retry_condition_fn=_is_infrastructure,
)
def run_batch(stage: str, number: int, ids: list[int], rubric: str, keys: RunKeys) -> BatchReport:
    """One batch of ``stage``, in whatever process the task runner chose."""
    run = _process_run(rubric)
    if run.keys != keys:
        raise ConfigError("this worker's settings or version differ from the conductor's; give both the same")
    return STAGES[stage].work(run, ids)


_opening = threading.Lock()
_open_runs = ExitStack()
atexit.register(_open_runs.close)


def _process_run(rubric: str) -> Run:
    """The process's own run, opened once and closed with the process."""
    with _opening:
        return _opened_run(rubric)


@lru_cache(maxsize=2)
def _opened_run(rubric: str) -> Run:
    return _open_runs.enter_context(open_run(load_settings(rubric=rubric)))


def as_tasks(run: Run, stage: Stage, batches: list[list[int]]) -> Iterator[BatchReport]:
    """Submit a few batches more than can be worked on, and let go of each as soon as it is done."""
    with _task_runner(run.settings.flow) as runner:
        in_flight: deque[PrefectFuture[BatchReport]] = deque()
        for number, ids in enumerate(batches):
            parameters = {
                "stage": stage.name,
                "number": number,
                "ids": ids,
                "rubric": run.settings.rubric,
                "keys": run.keys,
            }
            in_flight.append(runner.submit(run_batch, parameters))
            if len(in_flight) > 2 * run.settings.flow.workers:
                yield in_flight.popleft().result()
        while in_flight:
            yield in_flight.popleft().result()


def _task_runner(settings: FlowSettings) -> TaskRunner[Any]:
    """The task runner that the settings name, with its number of workers bounded."""
    if settings.runner == "processes":
        return ProcessPoolTaskRunner(max_workers=settings.workers)
    return ThreadPoolTaskRunner(max_workers=settings.workers)
