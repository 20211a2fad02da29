"""Retention with these limits, over a home full of scored calls."""

from dataclasses import replace
from datetime import UTC, datetime

from rich.console import Console

from callqa.privacy_settings import RetentionSettings
from callqa.settings import Settings
from flows.retention.apply import apply
from flows.wiring import Run
from store import removals

QUIET = Console(quiet=True)
NOW = datetime(2026, 12, 15, tzinfo=UTC)
"""The calls of the home are of 2 to 21 November."""


def with_limits(settings: Settings, **limits: object) -> Settings:
    return settings.model_copy(update={"retention": RetentionSettings(**limits)})  # type: ignore[arg-type]


def kept(book: tuple[Run, ...], **limits: object) -> removals.Report:
    """Applies these limits."""
    book = tuple(replace(run, settings=with_limits(run.settings, **limits)) for run in book)
    return apply(book, "os:root", "", NOW, QUIET)
