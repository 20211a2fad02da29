"""The nightly flow, served by Prefect until this process is told to stop: by Ctrl-C, or by the system (SIGTERM)."""

import asyncio
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.runner import Runner
from prefect.schedules import Schedule
from rich.console import Console

from callqa.errors import CallQAError
from callqa.messages import Message
from callqa.messages import terminal_text as say
from callqa.types import Seconds
from flows.nightly import nightly
from flows.prefect_away import answers
from flows.prefect_server import deaf_to_ctrl_c

GRACE: Seconds = 10.0
"""For a night that is told to end, and for Prefect to note that; what the night has done is kept anyway."""
STOPPING = Message("stopping: the night that is at work is told to end")
NIGHT_STOPPED = Message(
    "stopped in the middle of a night: what it has done is kept, and the next night goes on where this one stopped"
)
STOPPED = Message("stopped; no night was at work")


class Nights(Runner):
    """Prefect's runner, but for what happens when the system tells it to stop."""

    def __init__(self, stop: Callable[[], object]) -> None:
        super().__init__(name="nightly", limit=1)
        self._stop = stop

    def handle_sigterm(self, *_: Any, **__: Any) -> None:
        self._stop()


async def serve(schedule: Schedule, parameters: dict[str, Any], console: Console) -> None:
    """Begins a night whenever the schedule says so, one at a time, until told to stop. Raises what Prefect raises."""
    loop, stop_asked = asyncio.get_running_loop(), asyncio.Event()
    runner = Nights(lambda: loop.call_soon_threadsafe(stop_asked.set))
    limit = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    with _ctrl_c_is_heard_here_alone():
        loop.add_signal_handler(signal.SIGINT, stop_asked.set)
        await runner.aadd_flow(nightly, "nightly", schedule=schedule, parameters=parameters, concurrency_limit=limit)
        serving, waiting = asyncio.create_task(runner.start()), asyncio.create_task(stop_asked.wait())
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done() and (problem := serving.exception()):
            await _outlive(problem, stop_asked)
        at_work = bool(multiprocessing.active_children())
        if at_work:
            console.print(say(STOPPING), highlight=False)
        await _stop(runner, serving)
        console.print(say(NIGHT_STOPPED if at_work else STOPPED), highlight=False, soft_wrap=True)


async def _outlive(problem: BaseException, stop_asked: asyncio.Event) -> None:
    """A night that is at work needs no server, so it is waited for. Raises `CallQAError` when the server is away."""
    if await asyncio.to_thread(answers):
        raise problem
    while multiprocessing.active_children() and not stop_asked.is_set():
        await asyncio.sleep(1)
    if not stop_asked.is_set():
        raise CallQAError("prefect.lost")


async def _stop(runner: Runner, serving: "asyncio.Task[None]") -> None:
    """As Prefect does it, where that works in time; else without it, for its server may be away."""
    stopping = asyncio.create_task(runner.astop())
    await asyncio.wait({serving, stopping}, timeout=GRACE)
    await asyncio.to_thread(_end_nights)
    for task in (serving, stopping):
        task.cancel()
    done, _ = await asyncio.wait({serving, stopping}, timeout=GRACE)
    for task in done:
        _ = task.cancelled() or task.exception()  # nobody wants to know any more


def _end_nights() -> None:
    """A night that goes on would lack its server and never end."""
    for night in multiprocessing.active_children():
        night.terminate()
        night.join(GRACE)
        night.kill()


@contextmanager
def _ctrl_c_is_heard_here_alone() -> Iterator[None]:
    """A terminal tells all its processes. Those begun meanwhile do not hear it, and are ended in order by this one."""
    resource_tracker.ensure_running()  # else Python starts it with the first night, and lets Ctrl-C through again
    over = threading.Event()
    threading.Thread(target=over.wait, daemon=True, name="hears Ctrl-C").start()
    with deaf_to_ctrl_c():
        yield
    over.set()
