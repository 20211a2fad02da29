"""`callqa worker`: does urgent calls at once, until it is stopped."""

from typing import Annotated

import typer

from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from services.console import wide_console
from services.upkeep.logs import start_logging

console = wide_console()


def worker(
    once: Annotated[bool, typer.Option("--once", help="Do what waits now, and end.")] = False,
) -> None:
    """Transcribe and check urgent calls at once, beside the night, until stopped."""
    from flows.worker import work

    settings = load_settings()
    start_logging(settings.log)
    console.print(_("waiting for urgent calls; Ctrl-C ends it"), highlight=False)
    rounds = iter([False, True]) if once else iter(lambda: False, True)
    try:
        work(settings, lambda: next(rounds), _tell)
    except KeyboardInterrupt:
        console.print(_("stopped; what waits is done when a worker runs again"), highlight=False)


def _tell(n: int) -> None:
    console.print(_("urgent calls done: {n}", n=n), highlight=False)
