"""Batches as Prefect tasks: a few at a time, ids in, counts out.

Prefect says when and how many at once; what is done is for the store to say. So nothing is cached or persisted here,
no citizen's data is in a parameter, and an error of one call is a row, never a failed task.
"""

import atexit
import logging
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import lru_cache, partial
from typing import Any

from prefect import task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from callqa.errors import CallQAError, ConfigError, StoreAway
from callqa.keys import RubricKeys
from callqa.settings import AsrSettings, FlowSettings, load_settings
from flows.cluster import dask_runner
from flows.stage import BatchReport, RunBatches, Stage
from flows.stages import STAGES, stop_transcribing
from flows.step import NOTHING_TAKEN, RunReport
from services.configuration.publications import Source
from services.context import RubricContext, open_rubric_set
from services.learning.models import ModelKeys
from services.runs.lease import who_works
from services.upkeep.logs import start_logging

RETRY_DELAYS = [10.0, 60.0]  # seconds; for a database or a disk that comes back


def _is_infrastructure(task: Any, task_run: Any, state: Any) -> bool:
    """Whether trying again may help. What callqa itself refuses stays refused."""
    try:
        state.result()
    except StoreAway:
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
def run_batch(
    stage: str,
    number: int,
    ids: list[int],
    source: Source,
    keys: RubricKeys,
    lease: str | None,
    models: ModelKeys = (),
) -> BatchReport:
    """One batch of ``stage``, in whatever process and on whatever host the task runner chose."""
    return work_on(stage, ids, source, keys, lease, models)  # by name, for the task itself is sent along as code


def work_on(
    stage: str, ids: Sequence[int], source: Source, keys: RubricKeys, lease: str | None, models: ModelKeys = ()
) -> BatchReport:
    """The batch, worked on with this process's own settings and connections, and the run's versions of models.

    Raises `ConfigError` where they lead elsewhere than those of the run that holds ``lease``.
    """
    for context in _process_rubric_set(source, keys, models):
        if context.keys == keys:
            if who_works(context.store) != lease:
                raise ConfigError("worker.other_database")
            return STAGES[stage].work(context, ids)
    raise ConfigError("worker.other_settings")


_opening = threading.Lock()
_open_rubric_set = ExitStack()
atexit.register(_open_rubric_set.close)


def _process_rubric_set(source: Source, keys: RubricKeys, models: ModelKeys) -> tuple[RubricContext, ...]:
    """The process's own contexts, opened once for these keys, as trust may change them; those before are closed."""
    with _opening:
        return _opened_rubric_set(source, keys, models)


@lru_cache(maxsize=1)
def _opened_rubric_set(source: Source, keys: RubricKeys, models: ModelKeys) -> tuple[RubricContext, ...]:
    _open_rubric_set.close()
    settings = load_settings(rubric=source.rubric)
    start_logging(settings.log)
    return _open_rubric_set.enter_context(open_rubric_set(settings, models=models, source=source))


@contextmanager
def task_batches(settings: FlowSettings) -> Iterator[RunBatches]:
    """The means to run batches as tasks. Worker processes stay for all stages."""
    with _task_runner(settings) as runner:
        # A cluster's scheduler keeps what its workers have not begun, and some may join later.
        yield partial(_as_tasks, runner, None if settings.scheduler else 2 * settings.workers)


@contextmanager
def ctrl_c_is_heeded(settings: AsrSettings) -> Iterator[None]:
    """Threads with a batch are waited for, and one of recordings takes minutes. What is done is kept."""
    try:
        yield
    except KeyboardInterrupt:
        for name in ("prefect", "prefect.flow_runs", "prefect.task_runs"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # else it calls this a crash
        stop_transcribing(settings)
        raise


def _as_tasks(
    runner: TaskRunner[Any], at_once: int | None, context: RubricContext, stage: Stage, batches: list[list[int]]
) -> Iterator[BatchReport]:
    """Submit a few batches more than can be worked on at once, or all, and let go of each as soon as it is done."""
    in_flight: deque[PrefectFuture[BatchReport]] = deque()
    lease = who_works(context.store)
    for number, ids in enumerate(batches):
        parameters = {
            "stage": stage.name,
            "number": number,
            "ids": ids,
            "source": context.source,
            "keys": context.keys,
            "lease": lease,
            "models": context.models,
        }
        in_flight.append(runner.submit(run_batch, parameters))
        if at_once and len(in_flight) > at_once:
            yield in_flight.popleft().result()
    while in_flight:
        yield in_flight.popleft().result()


def publish(reports: Sequence[RunReport], name: str) -> dict[str, object]:
    """Give Prefect's page the counts; those of several rubrics each under its name."""
    rubrics = {f"{report.context.rubric.id} {report.context.rubric.version}": report for report in reports}
    create_table_artifact(
        key=name, table=[{"rubric": rubric} | row for rubric, report in rubrics.items() for row in report.table()]
    )
    held = sum(report.held.n_scores for report in rubrics.values() if report.held)
    if len(rubrics) == 1:
        return reports[0].counts()
    counts: dict[str, object] = {rubric: report.counts() for rubric, report in rubrics.items()}
    nothing = {NOTHING_TAKEN: 1} if any(NOTHING_TAKEN in report.counts() for report in reports) else {}
    return counts | ({"held": held} if held else {}) | nothing


def _task_runner(settings: FlowSettings) -> AbstractContextManager[TaskRunner[Any]]:
    """The task runner that the settings name, with its number of workers bounded."""
    if settings.runner == "threads":
        return ThreadPoolTaskRunner(max_workers=settings.workers)
    if settings.runner == "processes":
        return ProcessPoolTaskRunner(max_workers=settings.workers)
    return dask_runner(settings)
