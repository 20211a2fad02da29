"""Tables that are made elsewhere, as plain data for a page and its JSON twin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from callqa.messages import Joined, Message, Text
from reports.frames.names import with_titles

Cell = Text | float | None


@dataclass(frozen=True, slots=True)
class PlainTable:
    """Headings and rows; a cell is a text, a number, or empty."""

    title: Text
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def plain_tables(frames: Mapping[Any, pd.DataFrame]) -> tuple[PlainTable, ...]:
    """By title; empty ones are left out."""
    return tuple(plain_table(title, frame) for title, frame in frames.items() if len(frame))


def plain_table(title: Text, frame: pd.DataFrame) -> PlainTable:
    rows = with_titles(frame).astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    return PlainTable(title, tuple(map(str, frame.columns)), tuple(tuple(map(_cell, row)) for row in rows))


def _cell(value: object) -> Cell:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value if value is None or isinstance(value, str | Message | Joined) else str(value)
