"""Tables that people export (CSV, XLS, XLSX, Parquet), read into rows of text; what would fill the memory is refused.

Titles above the names of the columns, as exports have them, are left out.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice, zip_longest
from pathlib import PurePosixPath
from typing import NamedTuple

import fsspec
import openpyxl
import xlrd
from pyarrow import parquet

from callqa.errors import ConfigError
from callqa.messages import Message
from services.intake.storage import explain

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MAX_COLUMNS = 1000
MAX_ROWS = 1 << 20  # a sheet has no more; a row that claims to be further down is damage
MAX_UNPACKED = 1_000_000_000  # bytes; a month of a large hotline has a tenth
TITLES = 30
"""Rows among which the names of the columns are looked for."""
HEADER_WIDTH = 0.6
"""Share of the widest of these rows that the names of the columns fill where none of them is known."""

Rows = Iterable[tuple[int, Mapping[str | None, str]]]
"""Each with its line, as a text editor or a spreadsheet numbers it; cells by column."""
Line = tuple[int, tuple[str, ...]]
Lines = list[Line]


class Table(NamedTuple):
    """What a file holds."""

    header: tuple[str, ...]
    rows: Rows
    header_line: int


def read_table(uri: str, table: Message, known: Callable[[str], bool] | None = None) -> Table:
    """``table`` is what errors call it; ``known``: whether this is the name of a column that one looks for, without
    which the first row has the names. Raises `ConfigError`."""
    try:
        with fsspec.open(uri, "rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise ConfigError("table.missing", table=table) from error
    except (OSError, ValueError, ImportError) as error:
        raise ConfigError("table.not_opened", table=table, why=explain(error)) from error
    return table_of(content, PurePosixPath(uri).suffix, table, known)


def table_of(content: bytes, suffix: str, table: Message, known: Callable[[str], bool] | None = None) -> Table:
    """The same of the content of a file; ``suffix``: of its name. Raises `ConfigError`."""
    suffix = suffix.lower()
    if suffix not in READERS:
        raise ConfigError("table.format_unknown", table=table, suffix=suffix)
    try:
        lines = READERS[suffix](content, table)
    except ConfigError:
        raise
    except Exception as error:  # each reader fails in ways of its own; all mean that the file is not what its name says
        raise ConfigError("table.not_read", table=table, format=suffix[1:], kind=type(error).__name__) from error
    place = _header_place(lines, known) if known else 0
    line, names = lines[place] if lines else (1, ())
    header = _trimmed([name.strip() for name in names])
    _refuse_width(len(header), table)
    return Table(header, [(number, _by_column(header, cells)) for number, cells in lines[place + 1 :]], line)


def _header_place(lines: Lines, known: Callable[[str], bool]) -> int:
    """Where the row with most known names is, else the first one that is hardly less wide than the rows below it."""
    above = [_trimmed([cell.strip() for cell in cells]) for _, cells in lines[:TITLES]]
    n_known = [len({cell for cell in cells if known(cell)}) for cells in above]
    if max(n_known, default=0) > 1:
        return n_known.index(max(n_known))
    filled = [sum(map(bool, cells)) for cells in above]
    wide = (place for place, n in enumerate(filled) if n >= HEADER_WIDTH * max(filled))
    return next(wide, 0)


def _by_column(header: Sequence[str], cells: Sequence[str]) -> Mapping[str | None, str]:
    """What stands outside of all columns is under ``None``."""
    by_column: dict[str | None, str] = dict(zip_longest(header, cells[: len(header)], fillvalue=""))
    if outside := "".join(cells[len(header) :]):
        by_column[None] = outside
    return by_column


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """Without the empty cells at the end."""
    n = len(cells)
    while n and not cells[n - 1]:
        n -= 1
    return tuple(cells[:n])


def _read_csv(content: bytes, table: Message) -> Lines:
    text = _decode(content, table)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text, table), strict=True)
    try:
        return [(reader.line_num, tuple(cells)) for cells in reader if cells]
    except csv.Error as error:  # a quote that is never closed swallows all rows below it: better none than some
        raise ConfigError("table.stray_quote", table=table, line=reader.line_num, why=str(error)) from error


def _separator(text: str, table: Message) -> str:
    """Spreadsheets save any of the three as .csv; a title above the names may have none."""
    for line in islice(io.StringIO(text), TITLES):
        separator = max(",;\t", key=line.count)
        _refuse_width(line.count(separator), table)
        if separator in line:
            return separator
    return ","


def _decode(content: bytes, table: Message) -> str:
    """UTF-8 with or without a byte order mark, or what spreadsheets save besides: GB 18030, UTF-16 with its mark."""
    encodings = ("utf-16",) if content.startswith(UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError("table.encoding_unknown", table=table)


def _read_workbook(content: bytes, table: Message) -> Lines:
    """The first sheet, row by row: what a file says of its size need not be so."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        _refuse_size(sum(part.file_size for part in packed.infolist()), table)
    workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()
        return list(_filled_lines(enumerate(sheet.iter_rows(values_only=True), start=1), table))
    finally:
        workbook.close()


def _read_old_workbook(content: bytes, table: Message) -> Lines:
    """The first sheet of what spreadsheets saved before 2007, and call centres' programs still do."""
    with xlrd.open_workbook(file_contents=content, on_demand=True, logfile=io.StringIO()) as workbook:
        sheet = workbook.sheet_by_index(0)

        def value(cell: xlrd.sheet.Cell) -> object:
            if cell.ctype == xlrd.XL_CELL_DATE:
                moment: datetime = xlrd.xldate_as_datetime(float(cell.value), workbook.datemode)
                return moment
            return None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR) else cell.value

        values = ([value(cell) for cell in sheet.row(row)] for row in range(sheet.nrows))
        return list(_filled_lines(enumerate(values, start=1), table))


def _filled_lines(lines: Iterable[tuple[int, Sequence[object]]], table: Message) -> Iterator[Line]:
    for line, values in lines:
        if line > MAX_ROWS:
            raise ConfigError("table.too_long", table=table, n=MAX_ROWS)
        if cells := _trimmed([_cell(value) for value in values]):
            yield line, (*cells[:MAX_COLUMNS], *filter(None, cells[MAX_COLUMNS:]))


def _read_parquet(content: bytes, table: Message) -> Lines:
    file = parquet.ParquetFile(io.BytesIO(content))
    groups = [file.metadata.row_group(index) for index in range(file.num_row_groups)]
    _refuse_size(sum(group.total_byte_size for group in groups), table)
    _refuse_width(file.metadata.num_columns, table)
    content_table = file.read()
    columns = [column.to_pylist() for column in content_table.columns]  # whole numbers stay whole
    rows = (tuple(map(_cell, values)) for values in zip(*columns, strict=True))
    return [(1, tuple(map(str, content_table.column_names))), *enumerate(rows, start=2)]


READERS: Mapping[str, Callable[[bytes, Message], Lines]] = {
    ".csv": _read_csv,
    ".xls": _read_old_workbook,
    ".xlsx": _read_workbook,
    ".parquet": _read_parquet,
}


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
