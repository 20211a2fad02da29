"""A Prefect server that is away: the night's work does not need it, only the diary does that Prefect keeps of it."""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar

import httpx
from rich.console import Console

from callqa.errors import CallQAError
from callqa.messages import Message
from callqa.messages import terminal_text as _
from flows.prefect_server import deaf_to_ctrl_c
from flows.step import Intake

Result = TypeVar("Result")
RUN = "from cli.start import main; main()"
RUNS_OF_PREFECT = "prefect.flow_runs"
GONE = Message("Prefect's server has gone away; what is missing of the night is done without it (callqa run)")


def told_to_prefect(flow: Callable[[], Result]) -> Result | None:
    """What the flow returns, or ``None`` when Prefect's server went away meanwhile and could not be told its end.

    Raises what the flow raises, and `CallQAError` when there is no server to begin with.
    """
    refuse_without_server()
    try:
        return flow()
    except httpx.HTTPError as error:
        if stop := _stop_behind(error):
            raise stop from None
        return None


def refuse_without_server() -> None:
    """Raises `CallQAError` when no server answers, before Prefect says so on a page of its own."""
    with deaf_to_ctrl_c():  # where none is named, Prefect starts one now, which is to hear of the night's end
        there = answers()
    if not there:
        url = os.environ.get("PREFECT_API_URL")  # noqa: TID251  # Prefect's own
        raise CallQAError("prefect.away_at", url=url) if url else CallQAError("prefect.away")


@contextmanager
def go_on_without_if_away(intake: Intake, console: Console) -> Iterator[None]:
    """In a night that Prefect began by a schedule: `go_on_without` it when something failed and its server is away.

    It is asked at the latest for the report's page at the end, and has a minute to come back. What a person began is
    told what failed, and does the same. Prefect, which would tell the whole way to its server, does not.
    """
    try:
        yield
    except Exception:
        if answers():
            raise
        logging.getLogger(RUNS_OF_PREFECT).disabled = True
        if not _scheduled():
            raise
        console.print(_(GONE), style="red", highlight=False, soft_wrap=True)
        go_on_without(intake.manifest, intake.recordings, intake.replace)


def go_on_without(manifest: str, recordings: str | None, replace: bool) -> NoReturn:
    """``callqa run`` in the place of this process.

    A process that has lost its Prefect server first tries for seconds, at its end, to tell it each thing that happened:
    for hours, after a long night.
    """
    options = [*(("--recordings", recordings) if recordings else ()), *(("--replace",) if replace else ())]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-c", RUN, "run", *options, "--", manifest])


def _scheduled() -> bool:
    """Whether the flow in which this is asked was begun by Prefect itself."""
    from prefect.context import FlowRunContext

    context = FlowRunContext.get()
    return bool(context and context.flow_run and context.flow_run.deployment_id)


def answers() -> bool:
    from prefect.client.orchestration import get_client

    try:
        with get_client(sync_client=True) as client:
            return client.api_healthcheck() is None
    except Exception:  # Prefect's own words for it change with its versions
        return False


def _stop_behind(error: BaseException) -> BaseException | None:
    """What was to end the process, where telling Prefect of that failed: Ctrl-C, or the system's word."""
    behind: BaseException | None = error
    while isinstance(behind, Exception):
        behind = behind.__context__
    return behind
