"""`callqa serve`: the desk, for browsers."""

import errno
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from callqa.errors import ConfigError, system_problem
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from callqa.settings.desk import DeskSettings
from services.calls.call_list import list_calls
from services.console import wide_console
from services.upkeep.logs import start_logging
from store.people import accounts
from web.access.one_time_links import desk_url, new_link
from web.desk import Desk, open_desk
from web.metrics import SHARED

console = wide_console()
HEALTH_SECONDS = 60
"""For which a process may be too busy to answer the one that watches it, before another one takes its place."""


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen at; 0.0.0.0 lets the network in.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.", show_default="8012")] = None,
    database_url: Annotated[
        str | None, typer.Option(help="E.g. postgresql://user@host/callqa.", show_default="SQLite in the home")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 1,
) -> None:
    """Open the desk: supervisors review, trainers pick, agents answer, in a browser."""
    for name, value in (
        ("CALLQA_DESK__HOST", host),
        ("CALLQA_DESK__PORT", port),
        ("CALLQA_DATABASE_URL", database_url),
    ):
        if value is not None:
            os.environ[name] = str(value)  # noqa: TID251  # the worker processes read the settings for themselves
    settings = load_settings()
    start_logging(settings.log)
    desk_settings = settings.desk
    with _bound(desk_settings) as listener:
        desk_settings = desk_settings.model_copy(update={"port": listener.getsockname()[1]})
        with open_desk(settings) as desk:
            list_calls(desk.rubric_set, console)  # an older database has no list yet
            link = first_admin_link(desk)
        console.print(_("The desk is at {url} (stop it with Ctrl-C)", url=desk_url(desk_settings)), soft_wrap=True)
        if link:
            console.print(
                _(
                    "Nobody can administer it yet. Open this within 24 hours to make the first administrator; it works "
                    "once:\n{link}",
                    link=f"{desk_url(desk_settings)}{link}",
                ),
                soft_wrap=True,
            )
        with _counting_together(workers):
            _answer(desk_settings, workers, listener)


def _answer(desk_settings: DeskSettings, workers: int, listener: socket.socket) -> None:
    config = uvicorn.Config(
        "web.app:desk_app",
        factory=True,
        workers=workers,
        timeout_worker_healthcheck=HEALTH_SECONDS,
        access_log=False,  # addresses hold what people search for; the audit log has who looked at what
        log_config=None,  # `services.upkeep.logs` sees to it
        log_level="warning",
        server_header=False,
        proxy_headers=desk_settings.behind_proxy,
        forwarded_allow_ips="127.0.0.1",
    )
    with suppress(KeyboardInterrupt):
        if workers > 1:
            Multiprocess(config, sockets=[listener]).run()
            return
        server = uvicorn.Server(config)
        server.run(sockets=[listener])
        if not server.started:
            raise typer.Exit(1)


def first_admin_link(desk: Desk) -> str | None:
    """A path that works once; ``None`` when an administrator can sign in already."""
    with desk.store.write() as c:
        return None if accounts.any_admin(c) else new_link(c, None, desk.now())


@contextmanager
def _counting_together(workers: int) -> Iterator[None]:
    """Several processes put their counts into one folder, so that /metrics says the same whichever answers."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="callqa-metrics-") as folder:
        os.environ[SHARED] = folder  # noqa: TID251  # for the worker processes
        yield


def _bound(desk_settings: DeskSettings) -> socket.socket:
    """A socket at the address of the settings. Raises `ConfigError`."""
    bound = socket.socket(socket.AF_INET6 if ":" in desk_settings.host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Its connections inherit this. The server of several processes does not ask for it by itself, and then the second
    # piece of each answer waits 0.04 s for the browser to acknowledge the first.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        bound.bind((desk_settings.host, desk_settings.port))
    except OSError as error:
        bound.close()
        address = {"host": desk_settings.host, "port": desk_settings.port, "why": system_problem(error)}
        if error.errno == errno.EADDRINUSE:
            raise ConfigError("desk.port_taken", next=desk_settings.port + 1, **address) from error
        raise ConfigError("desk.cannot_listen", **address) from error
    return bound
