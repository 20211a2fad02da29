"""`callqa alerts`: for a timer, every few minutes, on whichever machine is up at night."""

from collections.abc import Sequence
from datetime import UTC, datetime

import typer

from callqa.errors import ConfigError
from callqa.messages import terminal_text as _
from callqa.settings import Settings, load_settings
from services.console import wide_console
from services.upkeep.alert_delivery import Delivery, tell_all, tell_due
from services.upkeep.alerts import Alert
from services.upkeep.logs import start_logging

alerts_app = typer.Typer(help="Tell people when a night failed, is late, or is held.", no_args_is_help=True)
console = wide_console()


@alerts_app.command("check")
def check() -> None:
    """Look at the last night, and tell every webhook what it was not told yet. For a timer, every ten minutes.

    The exit status is 1 when a webhook did not take an alert; the next check tries again.
    """
    _report(tell_due(_settings()), _("nothing new to tell"))


@alerts_app.command("test")
def test() -> None:
    """Send a test alert to every webhook, and say which of them took it."""
    alert = Alert("test", "test", "收到此消息，说明告警已配置正确。", datetime.now(UTC))
    _report(tell_all(_settings(), alert), "")


def _settings() -> Settings:
    settings = load_settings()
    start_logging(settings.log)
    if not settings.alerts.webhooks:
        raise ConfigError("alert.no_webhooks")
    return settings


def _report(done: Sequence[Delivery], otherwise: str) -> None:
    if not done:
        console.print(otherwise)
    for delivery in done:
        line = _(
            "{key} to {kind}: {what}", key=delivery.alert.key, kind=delivery.kind, what=delivery.problem or _("told")
        )
        console.print(line, highlight=False, soft_wrap=True)
    if any(delivery.problem for delivery in done):
        raise typer.Exit(1)
