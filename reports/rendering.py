"""Jinja for documents: everything that is not markup is escaped, and figures are written in one way."""

from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from callqa.clock import padded_clock
from callqa.messages import Joined, Message, Title, words
from reports.tables.columns import writable

TEMPLATES = Path(__file__).parent / "templates"
UNKNOWN = "—"
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
"""As HTML names a language."""


@cache
def documents(language: str = "zh") -> Environment:
    """The environment of all documents in one language; a template that names something unknown is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=partial(_finalized, language),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"_": words(language), "language": LANGUAGE_TAGS[language]}
    environment.filters |= {
        "clock": padded_clock,
        "interval": interval,
        "points": points,
        "shortened": shortened,
        "share": share,
    }
    return environment


def points(value: float | None) -> str:
    """A total or a mean.

    >>> points(86.44), points(None)
    ('86.4', '—')
    """
    return UNKNOWN if value is None else f"{value:.1f}"


def share(value: float | None) -> str:
    """
    >>> share(0.456), share(None)
    ('45.6%', '—')
    """
    return UNKNOWN if value is None else f"{value:.1%}"


def interval(low: float | None, high: float | None) -> str:
    """From one number of points to another.

    >>> interval(85.0, 87.8), interval(None, 87.8)
    ('85.0～87.8', '—')
    """
    return UNKNOWN if low is None or high is None else f"{points(low)}～{points(high)}"


def shortened(text: str, length: int) -> str:
    """
    >>> shortened("感谢来电", 3)
    '感谢…'
    """
    return text if len(text) <= length else text[: length - 1] + "…"


def _finalized(language: str, value: object) -> object:
    """Of each value that a template writes: its text, without characters that no file may hold."""
    if isinstance(value, Message | Joined | Title):
        value = value.text(language)
    return writable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
