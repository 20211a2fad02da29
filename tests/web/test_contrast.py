"""Writing and shapes stand out from what is below them in both themes (WCAG 2.2: 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "web" / "static" / "css" / "tokens.css").read_text(encoding="utf-8")


def _theme(dark: bool) -> dict[str, str]:
    light, _, darker = TOKENS.partition("@media screen")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return colours | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", darker)) if dark else colours


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, other: str) -> float:
    """
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    darker, lighter = sorted((_luminance(first), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ("ground", "surface", "raised", "sunken", "hover")
WRITING = ("ink", "ink-2", "ink-3", "accent-ink", "good", "bad", "warn", "fault", "still")
TONES = ("good", "bad", "warn", "fault", "still", "agent", "citizen")
SHAPES = ("line-field", "focus", *(f"series-{n}" for n in range(1, 7)))
PAIRS = [
    *((ink, ground, 4.5) for ink in WRITING for ground in GROUNDS),
    *((shape, ground, 3.0) for shape in SHAPES for ground in ("surface", "ground")),
    *((tone, f"{tone}-soft", 4.5) for tone in TONES),
    *(("ink", f"{tone}-soft", 4.5) for tone in ("good", "bad", "warn", "accent")),
    *(("ink", f"{tone}-line", 4.5) for tone in ("good", "bad", "accent")),
    *(("on-accent", accent, 4.5) for accent in ("accent", "accent-strong")),
    ("accent-ink", "accent-soft", 4.5),
    ("ink-2", "still-soft", 4.5),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("one", "other", "least"), PAIRS)
def test_colours_can_be_told_apart(one, other, least, dark):
    theme = _theme(dark)
    assert contrast(theme[one], theme[other]) >= least
