"""The nightly run on one machine, every night at its hour: a Prefect server of our own, and the flow served by it."""

import asyncio
import os

from rich.console import Console

from callqa.errors import ConfigError
from callqa.messages import terminal_text as _
from callqa.settings import Settings
from flows.prefect_away import refuse_without_server
from flows.prefect_server import prefect_server
from services.upkeep.logs import start_logging
from services.upkeep.prefect_home import API_URL, schedule_note


def serve_nightly(
    settings: Settings, manifest: str, recordings: str | None, cron: str, port: int, console: Console
) -> None:
    """Serve the nightly flow until interrupted. Uses the server at ``PREFECT_API_URL`` when one is named.

    Raises `CallQAError` when it does not answer, or when ``cron`` cannot be read.
    """
    with prefect_server(settings.flow, console, port):
        from prefect.schedules import Cron

        from flows.serving import serve

        start_logging(settings.log)  # after Prefect's own
        refuse_without_server()
        try:
            schedule = Cron(cron, timezone=settings.timezone)
        except ValueError as error:
            raise ConfigError("schedule.cron_unreadable", cron=cron) from error
        schedule_note(settings.home).write_text(os.environ[API_URL], encoding="utf-8")  # noqa: TID251
        console.print(_("nightly run at '{cron}' {zone}; stop with Ctrl-C", cron=cron, zone=settings.timezone))
        asyncio.run(serve(schedule, {"manifest": manifest, "recordings": recordings}, console))
