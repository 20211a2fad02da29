"""Tables that people export (CSV, XLSX, Parquet), read into rows of text; what would fill the memory is refused."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import PurePosixPath

import fsspec
import openpyxl
from pyarrow import parquet

from callqa.errors import ConfigError
from callqa.messages import Message
from services.intake.storage import explain

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MAX_COLUMNS = 1000
MAX_ROWS = 1 << 20  # a sheet has no more; a row that claims to be further down is damage
MAX_UNPACKED = 1_000_000_000  # bytes; a month of a large hotline has a tenth

Rows = Iterable[tuple[int, Mapping[str | None, str]]]
"""Each with its line, as a text editor or a spreadsheet numbers it; cells by column."""


def read_table(uri: str, table: Message) -> tuple[tuple[str, ...], Rows]:
    """Column names, and the rows with their lines; ``table`` is what errors call it. Raises `ConfigError`."""
    try:
        with fsspec.open(uri, "rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise ConfigError("table.missing", table=table) from error
    except (OSError, ValueError, ImportError) as error:
        raise ConfigError("table.not_opened", table=table, why=explain(error)) from error
    suffix = PurePosixPath(uri).suffix.lower()
    if suffix not in READERS:
        raise ConfigError("table.format_unknown", table=table, suffix=suffix)
    try:
        return READERS[suffix](content, table)
    except ConfigError:
        raise
    except Exception as error:  # each reader fails in ways of its own; all mean that the file is not what its name says
        raise ConfigError("table.not_read", table=table, format=suffix[1:], kind=type(error).__name__) from error


def _read_csv(content: bytes, table: Message) -> tuple[tuple[str, ...], Rows]:
    text = _decode(content, table)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)  # spreadsheets save any of the three as .csv
    _refuse_width(first.count(separator), table)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = tuple(name.strip() for name in reader.fieldnames or ())
        reader.fieldnames = list(header)
        return header, [(reader.line_num, {k: v or "" for k, v in row.items()}) for row in reader]
    except csv.Error as error:  # a quote that is never closed swallows all rows below it: better none than some
        raise ConfigError("table.stray_quote", table=table, line=reader.line_num, why=str(error)) from error


def _decode(content: bytes, table: Message) -> str:
    """UTF-8 with or without a byte order mark, or what spreadsheets save besides: GB 18030, UTF-16 with its mark."""
    encodings = ("utf-16",) if content.startswith(UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError("table.encoding_unknown", table=table)


def _read_workbook(content: bytes, table: Message) -> tuple[tuple[str, ...], Rows]:
    """The first sheet, row by row: what a file says of its size need not be so."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        _refuse_size(sum(part.file_size for part in packed.infolist()), table)
    workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()
        lines = enumerate(sheet.iter_rows(values_only=True), start=1)
        header = [_cell(value).strip() for value in next(lines, (1, ()))[1]]
        while header and not header[-1]:
            header.pop()
        _refuse_width(len(header), table)
        rows: list[tuple[int, Mapping[str | None, str]]] = []
        for line, values in lines:
            if line > MAX_ROWS:
                raise ConfigError("table.too_long", table=table, n=MAX_ROWS)
            if any(value is not None for value in values):
                rows.append((line, _cells(header, values)))
    finally:
        workbook.close()
    return tuple(header), rows


def _cells(header: Sequence[str], values: Sequence[object]) -> Mapping[str | None, str]:
    """By column; what stands outside of all columns, under ``None``, as `csv.DictReader` has it."""
    cells: dict[str | None, str] = dict(zip_longest(header, map(_cell, values[: len(header)]), fillvalue=""))
    if outside := "".join(map(_cell, values[len(header) :])):
        cells[None] = outside
    return cells


def _read_parquet(content: bytes, table: Message) -> tuple[tuple[str, ...], Rows]:
    file = parquet.ParquetFile(io.BytesIO(content))
    groups = [file.metadata.row_group(index) for index in range(file.num_row_groups)]
    _refuse_size(sum(group.total_byte_size for group in groups), table)
    _refuse_width(file.metadata.num_columns, table)
    content_table = file.read()
    header = tuple(str(column).strip() for column in content_table.column_names)
    columns = [column.to_pylist() for column in content_table.columns]  # whole numbers stay whole
    return header, [(line, _cells(header, values)) for line, values in enumerate(zip(*columns, strict=True), start=2)]


READERS = {".csv": _read_csv, ".xlsx": _read_workbook, ".parquet": _read_parquet}


def _refuse_width(n_columns: int, table: Message) -> None:
    if n_columns > MAX_COLUMNS:
        raise ConfigError("table.too_wide", table=table, n=n_columns, most=MAX_COLUMNS)


def _refuse_size(n_bytes: int, table: Message) -> None:
    if n_bytes > MAX_UNPACKED:
        raise ConfigError("table.too_large", table=table, gigabytes=n_bytes / 1e9)


def _cell(value: object) -> str:
    """Text of a cell. A column of whole numbers with a gap is often stored as floats; 3028.0 is still 3028."""
    if value is None or value != value:  # not a number
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
