"""Workbooks that supervisors send on: a sheet a table, written row by row, ready to filter and to print."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from callqa.messages import Message, words
from callqa.types import Verdict
from reports.formats.charts import Charts
from reports.formats.sinks import COLUMN_HEADING, in_context
from reports.tables.columns import Cell, ClosedRow, Column, Kind, TableSpec, writable
from reports.tables.layout import ITEM_PREFIX, OVERVIEW
from services.new_files import NewFiles

SHEET_ROWS = 1_048_576 - 2  # Excel's limit without heading and note
CELL_CHARACTERS = 32_767  # Excel's limit of one cell
HEADER_CHARACTERS = 100  # of 255 that Excel takes, codes and a few && among them
FACE = "Microsoft YaHei"  # WPS and LibreOffice take their own Chinese face where it is missing
SECONDS_A_DAY = 86_400
SHEET_NAME = "sheet"
"""Context in the catalogues: where a word is another one in English than on pages."""
CHARTS = "图表"
A4 = 9  # of the paper sizes a workbook knows
HIDDEN = 2  # on the screen, too

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
    "agent_name": 10,
    "team": 18,  # nine characters, as 浦东分中心夜班一组
    "decided_by_person": 16,
    "wanted": 60,
    "outcome": 44,
}
ITEM_WIDTH = 5
HEADING_HEIGHTS = {"zh": 34, "en": 51}  # points
ITEM_HEADING_HEIGHT, LINE_HEIGHT = 66, 15  # points
TALLEST = 409.5  # Excel's limit
NOTE_WIDTH = 84

SYMBOLS = {
    Verdict.MET: "✓",
    Verdict.VIOLATED: "✗",
    Verdict.NOT_APPLICABLE: "–",
    Verdict.UNSURE: "？",
    Verdict.ERROR: "！",
    Verdict.NOT_ASSESSED: "／",
}
Look = Mapping[str, object]
"""How cells look, in XlsxWriter's names."""
COLOURS: Mapping[Verdict, Look] = {
    Verdict.MET: {"font_color": "#2E7D32"},
    Verdict.VIOLATED: {"font_color": "#B71C1C", "bg_color": "#FCE4E4", "bold": True},
    Verdict.NOT_APPLICABLE: {"font_color": "#9E9E9E"},
    Verdict.UNSURE: {"font_color": "#8A5A00", "bg_color": "#FFF4D6", "bold": True},
    Verdict.NOT_ASSESSED: {"font_color": "#9E9E9E"},
    Verdict.ERROR: {"font_color": "#8A5A00", "bg_color": "#FFF4D6", "bold": True},
}
BAR = {"type": "data_bar", "min_type": "num", "min_value": 0}
SIDES: Mapping[Kind, str] = {"flag": "center", "verdict": "center", "text": "left", "words": "left"}
PLAIN: Look = {"font_name": FACE, "font_size": 10}
BOLD: Look = {**PLAIN, "bold": True}
TITLE: Look = {**BOLD, "font_color": "#1F4E79"}
HEADING: Look = {
    **BOLD,
    "font_color": "#FFFFFF",
    "bg_color": "#1F4E79",
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
}
LINE: Look = {"bottom": 1, "bottom_color": "#D9D9D9"}
TOP: Look = {"valign": "top"}
MIDDLE: Look = {"valign": "vcenter", "align": "left", "indent": 0, "text_wrap": False}


class WorkbookSink:
    """One file. ``notes``: (about what, words) that the first sheet tells a reader below its figures.

    ``language``: of sheets' names, headings, cells and what is printed around them; what people said stays as it is.
    """

    def __init__(
        self,
        files: NewFiles,
        path: Path,
        title: str,
        notes: Iterable[tuple[str, str]],
        zone: ZoneInfo,
        language: str = "zh",
    ) -> None:
        self.language, self._say = language, words(language)
        self._title, self._notes, self._zone = writable(title), tuple(notes), zone
        options = {"constant_memory": True, "use_zip64": True, "tmpdir": files.folder_for(path)}
        self._book = xlsxwriter.Workbook(files.at(path), options)
        self._book.set_properties({"title": self._title, "author": "callqa"})
        self._broken_off = False
        self._charts: Charts | None = None

    def begin(self, spec: TableSpec) -> None:
        self._spec, self._count, self._broken_off = spec, 0, True
        self._shown = [place for place, column in enumerate(spec.columns) if not column.internal]
        self._columns = [spec.columns[place] for place in self._shown]
        self._sheet = self._new_sheet(spec.title, portrait=spec is OVERVIEW)
        if spec is OVERVIEW:
            _set_widths(self._sheet, (20, NOTE_WIDTH))
            return
        _set_widths(self._sheet, map(_width, self._columns))
        self._sheet.freeze_panes(1, 2 if spec.name == "agents" else 1)
        self._sheet.repeat_rows(0)
        height = ITEM_HEADING_HEIGHT if any(map(_is_item, self._columns)) else HEADING_HEIGHTS[self.language]
        self._sheet.set_row(0, height)
        heading = self._format(HEADING)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, self._heading(column), heading)
        self._cells = [_Cells(self._book, column, self._zone, self._say("是")) for column in self._columns]

    def add(self, row: ClosedRow) -> None:
        self._count += 1
        row = tuple(row[place] for place in self._shown)
        if self._spec is OVERVIEW:
            self._write_overview(row)
        elif self._count <= SHEET_ROWS:
            lines = max(map(_lines, self._columns, row))
            if lines > 1:  # not every program makes room for wrapped words by itself
                self._sheet.set_row(self._count, min(LINE_HEIGHT * lines, TALLEST))
            for place, (cells, value) in enumerate(zip(self._cells, row, strict=True)):
                cells.write(self._sheet, self._count, place, value)
            for heights in (self._sheet.row_info, self._sheet.row_sizes):
                heights.pop(self._count - 1, None)  # of a row that is written by now; there may be a million

    def end(self) -> None:
        self._broken_off = False
        if self._spec is OVERVIEW:
            self._charts = Charts(self._book, self._new_sheet(CHARTS, portrait=True), self._say)
            return
        written = min(self._count, SHEET_ROWS)
        if written < self._count:
            note = Message(
                "此表仅列前 {written} 行，共 {total} 行；全部数据见 CSV 或 Parquet 文件。",
                written=written,
                total=self._count,
            )
            self._sheet.write_string(written + 1, 0, self._say(note), self._format(BOLD))
        if self._charts:
            self._charts.add(self._spec.name, self._sheet, [column.name for column in self._columns], written)
        self._sheet.autofilter(0, 0, written, len(self._columns) - 1)
        for place, column in enumerate(self._columns):
            if written and (rule := _rule(self._spec, column)):
                self._sheet.conditional_format(1, place, written, place, rule)

    def close(self) -> None:
        if self._broken_off:  # nobody will see it, so nothing is put together
            for sheet in self._book.worksheets():
                sheet.row_data_fh.close()
            return
        if self._charts:
            self._charts.draw()
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] from None  # the `OSError` in it

    def _new_sheet(self, title: str, portrait: bool) -> Worksheet:
        sheet: Worksheet = self._book.add_worksheet(in_context(self.language, SHEET_NAME, title))
        _set_up_page(sheet, self._title, self._say("第 &P 页 / 共 &N 页"), portrait)
        return sheet

    def _write_overview(self, row: ClosedRow) -> None:
        sheet, names = self._sheet, self._format(BOLD, LINE)
        sheet.write_string(0, 0, self._title, self._format(TITLE, font_size=16))
        place = 2
        for column, value in zip(self._columns, row, strict=True):
            if value is not None:
                sheet.write_string(place, 0, self._heading(column), names)
                _Cells(self._book, column, self._zone, self._say("是"), MIDDLE).write(sheet, place, 1, value)
                place += 1
        sheet.write_string(place + 1, 0, self._say("阅读说明"), self._format(TITLE, font_size=12))
        names, words = self._format(BOLD, LINE, TOP), self._format(PLAIN, LINE, TOP, text_wrap=True)
        for line, (about, note) in enumerate(self._notes, start=place + 2):
            sheet.set_row(line, LINE_HEIGHT * -(-display_width(note) // NOTE_WIDTH))
            sheet.write_string(line, 0, about, names)
            sheet.write_string(line, 1, note, words)

    def _heading(self, column: Column) -> str:
        """Items have the rubric's titles."""
        return in_context(self.language, COLUMN_HEADING, column.heading)

    def _format(self, *looks: Look, **more: object) -> Format:
        return _format(self._book, *looks, more)


class _Cells:
    """Writes the cells of one column, which all look alike but for verdicts. ``yes``: what a flag that is set says."""

    def __init__(self, book: xlsxwriter.Workbook, column: Column, zone: ZoneInfo, yes: str, placed: Look = TOP) -> None:
        self._zone, self._offset, self._yes = zone, column.kind == "offset", yes
        look: dict[str, object] = {"num_format": "@" if column.kind == "text" else FORMATS.get(column.kind, "General")}
        if side := SIDES.get(column.kind):
            look |= {"align": side, "indent": int(side == "left"), "text_wrap": column.kind == "words"}
        self._look = _format(book, PLAIN, LINE, look, placed)
        self._verdicts = {verdict: _format(book, PLAIN, LINE, look, COLOURS[verdict], placed) for verdict in Verdict}

    def write(self, sheet: Worksheet, row: int, place: int, value: Cell) -> None:
        look = self._look
        if value is None:
            sheet.write_blank(row, place, None, look)
        elif isinstance(value, Verdict):
            sheet.write_string(row, place, SYMBOLS[value], self._verdicts[value])
        elif isinstance(value, str):
            text = value if len(value) <= CELL_CHARACTERS else value[: CELL_CHARACTERS - 1] + "…"
            sheet.write_string(row, place, text, look)  # also one that begins with =
        elif isinstance(value, bool):
            sheet.write_string(row, place, self._yes if value else "–", look)
        elif isinstance(value, datetime):  # a workbook knows no zones
            sheet.write_datetime(row, place, value.astimezone(self._zone).replace(tzinfo=None), look)
        else:
            sheet.write_number(row, place, value / SECONDS_A_DAY if self._offset else value, look)


def _format(book: xlsxwriter.Workbook, *looks: Look) -> Format:
    """Of several looks; what is said later counts."""
    return book.add_format({name: value for look in looks for name, value in look.items()})


def display_width(text: str) -> int:
    """In columns of Latin letters; a Chinese character takes two."""
    return sum(1 if character.isascii() else 2 for character in text)


def _set_up_page(sheet: Worksheet, title: str, page_number: str, portrait: bool) -> None:
    """A4, as wide as the paper, as many pages as it takes, numbered."""
    sheet.set_paper(A4)
    if portrait:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    sheet.set_header(f"&L{title[:HEADER_CHARACTERS].replace('&', '&&')}&R&A", {"margin": 0.3})
    sheet.set_footer(f"&C{page_number}", {"margin": 0.3})
    sheet.hide_gridlines(HIDDEN)


def _set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)


def _width(column: Column) -> float:
    return ITEM_WIDTH if _is_item(column) else WIDER.get(column.name, WIDTHS[column.kind])


def _lines(column: Column, value: Cell) -> int:
    """How many lines wrapped words take in their column."""
    if column.kind != "words" or not isinstance(value, str):
        return 1
    room = int(_width(column)) - 2  # for the indent
    return sum(max(1, -(-display_width(line) // room)) for line in value.split("\n"))


def _is_item(column: Column) -> bool:
    return column.name.startswith(ITEM_PREFIX) and column.kind == "verdict"


def _rule(spec: TableSpec, column: Column) -> dict[str, Any] | None:
    """A colour scale or bars of the first kind, which WPS and LibreOffice draw as Excel does."""
    if column.name in ("mean", "total"):
        numbers = dict.fromkeys(("min_type", "mid_type", "max_type"), "num")
        points = {"min_value": 60, "mid_value": 80, "max_value": 100}
        colours = {"min_color": "#F8B4AB", "mid_color": "#FFF2CC", "max_color": "#B7DDB0"}
        return {"type": "3_color_scale", **numbers, **points, **colours}
    if column.name == "pass_rate":
        return BAR | {"max_type": "num", "max_value": 1, "bar_color": "#9DC3E6"}
    if column.name == "n_waiting" and spec.name != "items":
        return BAR | {"bar_color": "#FFD966"}
    return None
