"""Jinja with what every template uses: local times, seconds, points, and addresses of static files."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.filters import do_join
from jinja2.runtime import Context

from callqa.clock import clock, exact_clock
from callqa.messages import SIGNS, Title

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache  # templates are compiled once in a process
def environment(zone: ZoneInfo) -> Environment:
    """``zone``: in which times are shown."""
    jinja = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_in_language,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals["static"] = static
    jinja.filters |= {
        "join": _joined,
        "clock": lambda seconds: "" if seconds is None else clock(seconds),
        "exact_clock": exact_clock,
        "points": points,
        "percent": percent,
        "day": day,
        "when": lambda at: "" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}",
    }
    return jinja


@pass_context
def _in_language(context: Context, value: object) -> object:
    """Of each value that a template writes: the names of items in the language of the page."""
    return context["_"](value) if isinstance(value, Title) else value


@pass_context
def _joined(context: Context, values: Iterable[object], sign: str = "") -> str:
    """The values in a row, each as it is written by itself, with the sign of the page's language between them."""
    between = sign if context["lang"] == "zh" else SIGNS.get(sign, sign)
    joined: str = do_join(context.eval_ctx, [_in_language(context, value) for value in values], between)
    return joined


@cache
def static(path: str) -> str:
    """The address of a static file; it changes with the content, so browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def points(value: float | None) -> str:
    """
    >>> points(86.0), points(86.55), points(None)
    ('86', '86.5', '')
    """
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


def percent(share: float | None) -> str:
    """
    >>> percent(0.0312), percent(1)
    ('3.1%', '100%')
    """
    return "" if share is None else f"{points(100 * share)}%"


def day(value: date | datetime | None) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}"
