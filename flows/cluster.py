"""A Dask cluster as the task runner: worker processes of this machine, or of any hosts, which may come and go.

A worker that dies loses its batch at most; Dask gives it to another one, and whatever was committed is not done again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prefect.task_runners import TaskRunner

from callqa.errors import CallQAError, ConfigError
from callqa.settings import FlowSettings

FIRST_WORKER_SECONDS = 300  # a worker imports for some, and a container may be pulled first


@contextmanager
def dask_runner(settings: FlowSettings) -> Iterator[TaskRunner[Any]]:
    """The workers of this machine, or those of the scheduler in the settings, ready to work.

    Raises `ConfigError` without Dask or a scheduler, `CallQAError` without a worker.
    """
    try:
        from distributed.security import Security  # an extra of the installation, and seconds of imports
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise ConfigError("cluster.dask_missing", runner=settings.runner) from error
    if settings.runner.startswith("tls://"):
        _refuse_without_certificates(Security)
    with DaskTaskRunner(**_where(settings)) as runner:
        try:
            runner.client.wait_for_workers(1, timeout=FIRST_WORKER_SECONDS)
        except TimeoutError as error:
            raise CallQAError("cluster.no_worker", runner=settings.runner, seconds=FIRST_WORKER_SECONDS) from error
        except OSError as error:
            raise ConfigError("cluster.no_scheduler", runner=settings.runner) from error
        yield runner


def _refuse_without_certificates(security: Any) -> None:
    try:
        ssl_context = security().get_connection_args("client")["ssl_context"]
    except OSError as error:
        raise ConfigError("cluster.certificates_unusable", why=str(error)) from error
    if ssl_context is None:
        raise ConfigError("cluster.no_certificates")


def _where(settings: FlowSettings) -> dict[str, Any]:
    if settings.scheduler:
        return {"address": settings.scheduler}
    # Processes with a thread each: a speech model takes the cores it is given.
    # Dask's limit would halt a worker for the size of its model, which it takes for data that could be put aside.
    workers = {"n_workers": settings.workers, "threads_per_worker": 1, "memory_limit": 0}
    return {"cluster_kwargs": workers | {"dashboard_address": "127.0.0.1:0"}}
