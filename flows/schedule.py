"""The nightly run on one machine, every night at its hour: a Prefect server of our own, and the flow served by it."""

import multiprocessing

from rich.console import Console

from callqa.settings import Settings
from callqa.types import Seconds
from flows.prefect_server import prefect_server

GRACE: Seconds = 10.0  # for a night that is told to end; what it has done is kept, and the next one goes on from there


def serve_nightly(
    settings: Settings, manifest: str, recordings: str | None, cron: str, port: int, console: Console
) -> None:
    """Serve the nightly flow until interrupted. Uses the server at ``PREFECT_API_URL`` when there is one."""
    with prefect_server(settings.flow, console, port):
        from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
        from prefect.schedules import Cron

        from flows.nightly import nightly

        console.print(f"nightly run at '{cron}' {settings.timezone}; stop with Ctrl-C")
        try:
            nightly.serve(
                name="nightly",
                schedule=Cron(cron, timezone=settings.timezone),
                parameters={"manifest": manifest, "recordings": recordings},
                global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
                limit=1,
                print_starting_message=False,
            )
        finally:
            _end_nights()


def _end_nights() -> None:
    """Prefect leaves a night that it began running when it is stopped; without a server, that night would never end."""
    for night in multiprocessing.active_children():
        night.terminate()
        night.join(GRACE)
        night.kill()
