"""Sinks of rows, one for each format of file: all take the same rows, one after the other."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from callqa.clock import exact_clock
from callqa.messages import TITLE, catalogue, words
from callqa.spreadsheet import never_run
from callqa.types import Verdict
from reports.tables.columns import Cell, ClosedRow, Column, ExportTable, TableSpec
from reports.tables.layout import SCHEMA_VERSION
from services.new_files import NewFiles
from services.wording import VERDICTS

ROW_GROUP = 10_000
FOR_PROGRAMS = "zh"
"""What programs read is the same whoever asks."""
COLUMN_HEADING = "heading"
"""Context in the catalogues: where a word is another one in English than on pages."""
T = TypeVar("T")


class Sink(Protocol):
    """Takes tables one after the other, each of them row by row."""

    language: str
    """Of the texts in its rows."""

    def begin(self, spec: TableSpec) -> None: ...

    def add(self, row: ClosedRow) -> None: ...

    def end(self) -> None: ...

    def close(self) -> None:
        """Also after a table that broke off."""
        ...


def write_tables(tables: Iterable[ExportTable], sinks: Sequence[Sink]) -> None:
    """Every table into every sink; the rows are made once."""
    with ExitStack() as stack:
        for sink in sinks:
            stack.enter_context(closing(sink))
        for table in tables:
            for sink in sinks:
                sink.begin(table.spec)
            for row in table.clean_rows({sink.language for sink in sinks}):
                for sink in sinks:
                    sink.add(row[sink.language])
            for sink in sinks:
                sink.end()


def in_context(language: str, context: str, text: str) -> str:
    """A heading in that language."""
    known = catalogue(language)
    return known.get((context, text)) or known.get((TITLE, text)) or words(language)(text)


class CsvSink:
    """A file a table, for spreadsheets: headings for people, a byte order mark, times of the zone without it."""

    def __init__(self, files: NewFiles, folder: Path, zone: ZoneInfo, language: str = "zh") -> None:
        self._files, self._folder, self._zone, self.language = files, folder, zone, language

    def begin(self, spec: TableSpec) -> None:
        path = self._files.at(self._folder / f"{spec.name}.csv")
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._columns = spec.columns
        self._writer.writerow(in_context(self.language, COLUMN_HEADING, column.heading) for column in spec.columns)

    def add(self, row: ClosedRow) -> None:
        cells = zip(self._columns, row, strict=True)
        self._writer.writerow(csv_text(column, value, self._zone, self.language) for column, value in cells)

    def end(self) -> None:
        self._file.close()

    def close(self) -> None:
        self._file.close()


def csv_text(column: Column, value: Cell, zone: ZoneInfo, language: str = "zh") -> str:
    """The value in a CSV cell; text that a spreadsheet would run begins with an apostrophe.

    >>> csv_text(Column("quote", "原话", "words", ""), "=cmd", ZoneInfo("Asia/Shanghai"))
    "'=cmd"
    """
    match value:
        case None:
            return ""
        case Verdict():
            return words(language)(VERDICTS[value])
        case bool():
            return words(language)("是" if value else "否")
        case datetime():
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        case str():
            return never_run(value)
    return exact_clock(value) if column.kind == "offset" else f"{value}"


class JsonSink:
    """One file: what the export covers, and its tables as lists of objects; written row by row."""

    language = FOR_PROGRAMS

    def __init__(self, files: NewFiles, path: Path, about: Mapping[str, Any]) -> None:
        self._file: IO[str] = files.at(path).open("w", encoding="utf-8", newline="\n")
        head = json.dumps({"schema_version": SCHEMA_VERSION, **about}, ensure_ascii=False)
        self._file.write(head[:-1] + ', "tables": {')
        self._between_tables = ""

    def begin(self, spec: TableSpec) -> None:
        self._names = [column.name for column in spec.columns]
        self._file.write(f"{self._between_tables}\n {json.dumps(spec.name)}: [")
        self._between_tables, self._between_rows = ",", ""

    def add(self, row: ClosedRow) -> None:
        document = {name: json_value(value) for name, value in zip(self._names, row, strict=True)}
        self._file.write(f"{self._between_rows}\n  {json.dumps(document, ensure_ascii=False)}")
        self._between_rows = ","

    def end(self) -> None:
        self._file.write("]")

    def close(self) -> None:
        self._file.write("}}\n")
        self._file.close()


def json_value(value: Cell) -> str | int | float | None:
    """Numbers stay numbers, a time is ISO 8601 with its offset, a verdict its English name."""
    return value.isoformat() if isinstance(value, datetime) else value


class ParquetSink:
    """A file a table, with types; a row group at a time is in memory."""

    language = FOR_PROGRAMS

    def __init__(self, files: NewFiles, folder: Path, zone: ZoneInfo, about: Mapping[str, str]) -> None:
        self._files, self._folder, self._zone, self._about = files, folder, zone, about

    def begin(self, spec: TableSpec) -> None:
        from pyarrow import parquet

        path = self._files.at(self._folder / f"{spec.name}.parquet")
        self._schema = arrow_schema(spec, self._zone, self._about)
        self._writer = parquet.ParquetWriter(path, self._schema)
        self._rows: list[ClosedRow] = []

    def add(self, row: ClosedRow) -> None:
        self._rows.append(row)
        if len(self._rows) == ROW_GROUP:
            self._flush()

    def end(self) -> None:
        self._flush()
        self._writer.close()

    def close(self) -> None:
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._rows:
            columns = zip(*self._rows, strict=True)
            arrays = [pa.array(values, field.type) for values, field in zip(columns, self._schema, strict=True)]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
            self._rows.clear()


def arrow_schema(spec: TableSpec, zone: ZoneInfo, about: Mapping[str, str]) -> Any:
    """A `pyarrow.Schema`; each field tells its heading and meaning, the schema what the export covers."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "words": pa.string(),
        "verdict": pa.string(),
        "count": pa.int64(),
        "points": pa.float64(),
        "share": pa.float64(),
        "offset": pa.float64(),
        "flag": pa.bool_(),
        "time": pa.timestamp("us", tz=zone.key),
    }
    fields = [
        pa.field(column.name, types[column.kind], metadata={"heading": column.heading, "meaning": column.meaning})
        for column in spec.columns
    ]
    return pa.schema(fields, metadata={"schema_version": str(SCHEMA_VERSION), **about})
