"""The workbook that supervisors send on: a sheet a table, written row by row, ready to filter and to print."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting.rule import ColorScale, DataBar, FormatObject, Rule
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from callqa.types import Verdict
from flows.exports.columns import Column, Kind, TableSpec, Value, writable
from flows.exports.layout import ITEM_PREFIX, OVERVIEW
from flows.exports.new_files import NewFiles
from flows.exports.sinks import ClosedRow

SHEET_ROWS = 1_048_576 - 2  # Excel's limit without heading and note
CELL_CHARACTERS = 32_767  # Excel's limit of one cell
HEADER_CHARACTERS = 100  # of 255 that Excel takes, codes and a few && among them
FACE = "Microsoft YaHei"  # WPS and LibreOffice take their own Chinese face where it is missing
SECONDS_A_DAY = 86_400
A4 = 9  # of the paper sizes a workbook knows

FORMATS = {"count": "#,##0", "points": "0.0", "share": "0.0%", "time": "yyyy-mm-dd hh:mm", "offset": "[mm]:ss"}
WIDTHS = {
    "text": 13,
    "words": 52,
    "count": 9,
    "points": 9,
    "share": 10,
    "time": 17,
    "offset": 8,
    "flag": 8,
    "verdict": 12,
}
WIDER = {
    "call_id": 18,
    "item_id": 21,
    "verdict": 8,
    "message": 60,
    "error": 20,
    "reason": 30,
    "item": 16,
    "weakest": 46,
    "rank": 7,
    "team": 18,  # nine characters, as 浦东分中心夜班一组
    "decided_by_person": 16,
}
ITEM_WIDTH = 5
HEADING_HEIGHT, ITEM_HEADING_HEIGHT, LINE_HEIGHT = 34, 66, 15  # points
TALLEST = 409  # Excel's limit
NOTE_WIDTH = 84

SYMBOLS = {
    Verdict.MET: "✓",
    Verdict.VIOLATED: "✗",
    Verdict.NOT_APPLICABLE: "–",
    Verdict.UNSURE: "？",
    Verdict.ERROR: "！",
}
COLOURS = {  # ink, paper
    Verdict.MET: ("2E7D32", None),
    Verdict.VIOLATED: ("B71C1C", "FCE4E4"),
    Verdict.NOT_APPLICABLE: ("9E9E9E", None),
    Verdict.UNSURE: ("8A5A00", "FFF4D6"),
    Verdict.ERROR: ("8A5A00", "FFF4D6"),
}
HORIZONTAL: dict[Kind, Literal["left", "center"]] = {"flag": "center", "text": "left", "words": "left"}
HEADING_PAPER = PatternFill("solid", fgColor="1F4E79")
LINE = Border(bottom=Side("thin", color="D9D9D9"))
PLAIN = Font(name=FACE, size=10)


class WorkbookSink:
    """One file. ``notes``: (about what, words) that the first sheet tells a reader below its figures."""

    def __init__(
        self, files: NewFiles, path: Path, title: str, notes: Iterable[tuple[str, str]], zone: ZoneInfo
    ) -> None:
        self._path, self._title, self._notes, self._zone = files.at(path), writable(title), tuple(notes), zone
        self._book = Workbook(write_only=True)
        self._book.properties.title = self._title
        self._book.properties.creator = "callqa"

    def begin(self, spec: TableSpec) -> None:
        self._spec, self._count = spec, 0
        self._sheet: Any = self._book.create_sheet(spec.title)
        _set_up_page(self._sheet, self._title, portrait=spec is OVERVIEW)
        if spec is OVERVIEW:
            _widths(self._sheet, (20, NOTE_WIDTH))
            return
        _widths(self._sheet, (_width(column) for column in spec.columns))
        self._sheet.freeze_panes = "C2" if spec.name == "agents" else "B2"
        self._sheet.print_title_rows = "1:1"
        self._sheet.row_dimensions[1].height = (
            ITEM_HEADING_HEIGHT if any(map(_is_item, spec.columns)) else HEADING_HEIGHT
        )
        self._sheet.append([_heading(self._sheet, column.heading) for column in spec.columns])
        self._cells = [_Cells(self._sheet, column, self._zone) for column in spec.columns]

    def add(self, row: ClosedRow) -> None:
        self._count += 1
        if self._spec is OVERVIEW:
            self._write_overview(row)
        elif self._count <= SHEET_ROWS:
            lines = max(map(_lines, self._spec.columns, row))
            if lines > 1:  # not every program makes room for wrapped words by itself
                self._sheet.row_dimensions[self._count + 1].height = min(LINE_HEIGHT * lines, TALLEST)
            self._sheet.append([cells.cell(value) for cells, value in zip(self._cells, row, strict=True)])
            self._sheet.row_dimensions.pop(self._count + 1, None)  # written by now

    def end(self) -> None:
        if self._spec is OVERVIEW:
            return
        written = min(self._count, SHEET_ROWS)
        if written < self._count:
            note = f"此表仅列前 {written} 行，共 {self._count} 行；全部数据见 CSV 或 Parquet 文件。"
            self._sheet.append([_styled(self._sheet, note, Font(name=FACE, size=10, bold=True))])
        last = get_column_letter(len(self._spec.columns))
        self._sheet.auto_filter.ref = f"A1:{last}{written + 1}"
        for index, column in enumerate(self._spec.columns, start=1):
            for rule in _rules(self._spec, column) if written else ():
                letter = get_column_letter(index)
                self._sheet.conditional_formatting.add(f"{letter}2:{letter}{written + 1}", rule)

    def close(self) -> None:
        self._book.save(self._path)

    def _write_overview(self, row: ClosedRow) -> None:
        sheet = self._sheet
        sheet.append([_styled(sheet, self._title, Font(name=FACE, size=16, bold=True, color="1F4E79"))])
        sheet.append([])
        place = 4 + sum(value is not None for value in row)
        for column, value in zip(self._spec.columns, row, strict=True):
            if value is not None:
                cell = _Cells(sheet, column, self._zone).cell(value)
                cell.alignment = Alignment(horizontal="left", vertical="center")
                cell.border = LINE
                sheet.append([_styled(sheet, column.heading, Font(name=FACE, size=10, bold=True), LINE), cell])
        sheet.append([])
        sheet.append([_styled(sheet, "阅读说明", Font(name=FACE, size=12, bold=True, color="1F4E79"))])
        for about, note in self._notes:
            told = _styled(sheet, note, PLAIN, LINE)
            told.alignment = Alignment(wrap_text=True, vertical="top")
            place += 1
            sheet.row_dimensions[place].height = LINE_HEIGHT * -(-display_width(note) // NOTE_WIDTH)
            name = _styled(sheet, about, Font(name=FACE, size=10, bold=True), LINE)
            name.alignment = Alignment(vertical="top")
            sheet.append([name, told])


class _Cells:
    """Makes the cells of one column. A cell is used again for the next row: it is written as soon as it is there."""

    def __init__(self, sheet: Any, column: Column, zone: ZoneInfo) -> None:
        self._zone, self._offset = zone, column.kind == "offset"
        self._cell = _styled(sheet, None, PLAIN, LINE)
        self._cell.number_format = FORMATS.get(column.kind, "General" if column.kind != "text" else "@")
        self._cell.alignment = Alignment(
            vertical="top",
            wrap_text=column.kind == "words",
            horizontal=HORIZONTAL.get(column.kind),
            indent=int(HORIZONTAL.get(column.kind) == "left"),
        )
        self._verdicts = {verdict: _verdict_cell(sheet, verdict) for verdict in Verdict}

    def cell(self, value: Value) -> Any:
        if isinstance(value, Verdict):
            return self._verdicts[value]
        cell = self._cell
        if isinstance(value, str):
            cell.value = value if len(value) <= CELL_CHARACTERS else value[: CELL_CHARACTERS - 1] + "…"
            cell.data_type = "s"  # text that begins with = is text, not a formula
        elif isinstance(value, bool):
            cell.value = "是" if value else "–"
        elif isinstance(value, datetime):
            cell.value = value.astimezone(self._zone).replace(tzinfo=None)  # a workbook knows no zones
        elif value is not None and self._offset:
            cell.value = value / SECONDS_A_DAY
        else:
            cell.value = value
        return cell


def display_width(text: str) -> int:
    """In columns of Latin letters; a Chinese character takes two."""
    return sum(1 if character.isascii() else 2 for character in text)


def _verdict_cell(sheet: Any, verdict: Verdict) -> Any:
    ink, paper = COLOURS[verdict]
    cell = _styled(sheet, SYMBOLS[verdict], Font(name=FACE, size=10, bold=paper is not None, color=ink), LINE)
    cell.alignment = Alignment(horizontal="center", vertical="top")
    if paper:
        cell.fill = PatternFill("solid", fgColor=paper)
    return cell


def _heading(sheet: Any, text: str) -> Any:
    cell = _styled(sheet, text, Font(name=FACE, size=10, bold=True, color="FFFFFF"))
    cell.data_type = "s"
    cell.fill = HEADING_PAPER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _styled(sheet: Any, value: Value, font: Font, border: Border | None = None) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    cell.font = font
    if border:
        cell.border = border
    return cell


def _set_up_page(sheet: Any, title: str, portrait: bool) -> None:
    """A4, as wide as the paper, as many pages as it takes, numbered."""
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "portrait" if portrait else "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    sheet.page_margins.header = sheet.page_margins.footer = 0.3
    sheet.oddHeader.left.text = title[:HEADER_CHARACTERS].replace("&", "&&")
    sheet.oddHeader.right.text = "&A"
    sheet.oddFooter.center.text = "第 &P 页 / 共 &N 页"
    sheet.sheet_view.showGridLines = False


def _widths(sheet: Any, widths: Iterable[float]) -> None:
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width


def _width(column: Column) -> float:
    return ITEM_WIDTH if _is_item(column) else WIDER.get(column.name, WIDTHS[column.kind])


def _lines(column: Column, value: Value) -> int:
    """How many lines wrapped words take in their column."""
    if column.kind != "words" or not isinstance(value, str):
        return 1
    room = int(_width(column)) - 2  # for the indent
    return sum(max(1, -(-display_width(line) // room)) for line in value.split("\n"))


def _is_item(column: Column) -> bool:
    return column.name.startswith(ITEM_PREFIX) and column.kind == "verdict"


def _rules(spec: TableSpec, column: Column) -> Iterable[Rule]:
    """Colour scales and bars of the first kind, which WPS and LibreOffice draw as Excel does."""
    if column.name in ("mean", "total"):
        points = [FormatObject("num", val=str(points)) for points in (60, 80, 100)]
        colours = [Color(colour) for colour in ("F8B4AB", "FFF2CC", "B7DDB0")]
        yield Rule("colorScale", colorScale=ColorScale(points, colours))
    elif column.name == "pass_rate":
        yield _bar(FormatObject("num", val="1"), "9DC3E6")
    elif column.name == "n_waiting" and spec.name != "items":
        yield _bar(FormatObject("max"), "FFD966")


def _bar(full: FormatObject, colour: str) -> Rule:
    return Rule("dataBar", dataBar=DataBar(cfvo=[FormatObject("num", val="0"), full], color=Color(colour)))
