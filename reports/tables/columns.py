"""Columns of exported tables: names, kind of value, and meaning. Every format goes by this."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from callqa.messages import Joined, Message, Title
from callqa.types import Verdict

Kind = Literal["text", "words", "count", "points", "share", "time", "offset", "verdict", "flag"]
"""``words``: long text. ``points``: 0 to 100. ``share``: 0 to 1. ``time``: a moment, aware of its zone. ``offset``:
seconds from the start of the recording. ``flag``: yes or no."""

Text = str | Message | Joined | Title
Value = Text | int | float | datetime | Verdict | None
"""``None`` is unknown, or nothing to tell; an empty text is the same as ``None``."""
Row = Mapping[str, Value]
"""A value for each column of the table, by the column's name."""
Cell = str | int | float | datetime | Verdict | None
ClosedRow = tuple[Cell, ...]
"""Values in the order of the columns, in one language."""

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML, and so a workbook, cannot hold."""
LINE_ENDS = re.compile("\r\n?")
DECIMALS = {"points": 2, "share": 4, "offset": 2}
"""The same in every format, so that two files of one export agree."""


@dataclass(frozen=True, slots=True)
class Column:
    """One datum of a row."""

    name: str
    """In Parquet and JSON."""
    heading: str
    """In the workbook, CSV and on pages."""
    kind: Kind
    meaning: str
    """In English, for the documentation."""
    internal: bool = False
    """For programs alone: a workbook leaves it out."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table and its columns."""

    name: str
    """Of its file, and in JSON."""
    title: str
    """Of its sheet."""
    meaning: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class ExportTable:
    """A table with its rows, which are made one after the other: there may be a hundred thousand."""

    spec: TableSpec
    rows: Iterable[Row]

    def clean_rows(self, languages: Collection[str] = ("zh",)) -> Iterator[Mapping[str, ClosedRow]]:
        """The rows in each language, with the same values for every format: rounded, without what cannot be written.

        Raises `ValueError` for a row that lacks a column or has another.
        """
        columns = self.spec.columns
        names = {column.name for column in columns}
        for row in self.rows:
            if row.keys() != names:
                differ = ", ".join(sorted(row.keys() ^ names))
                raise ValueError(f"table {self.spec.name}: a row and the columns differ in {differ}")
            yield {
                language: tuple(clean(column, row[column.name], language) for column in columns)
                for language in languages
            }


def clean(column: Column, value: Value, language: str) -> Cell:
    """The value as every format gives it in that language; what helps at a terminal stands with a message.

    >>> clean(Column("quote", "原话", "words", ""), "您好\\x07\\r\\n再见", "zh")
    '您好\\n再见'
    """
    if isinstance(value, Verdict):
        return value
    if isinstance(value, Message):
        value = value.with_advice(language)
    elif isinstance(value, Joined | Title):
        value = value.text(language)
    if isinstance(value, str):
        return writable(value) or None
    decimals = DECIMALS.get(column.kind)
    return value if value is None or decimals is None else round(float(value), decimals)  # type: ignore[arg-type]


def writable(text: str) -> str:
    """The text without characters that no file of ours may hold, its lines ended in one way."""
    return text if text.isprintable() else UNWRITABLE.sub("", LINE_ENDS.sub("\n", text))
