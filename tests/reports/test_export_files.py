"""The same rows in every format: a workbook, CSV, Parquet, JSON."""

import csv
import json
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from callqa.types import Verdict
from reports.formats import workbook
from reports.formats.sinks import CsvSink, JsonSink, ParquetSink, csv_text, write_tables
from reports.formats.workbook import WorkbookSink
from reports.tables.columns import Column, ExportTable, Row, TableSpec
from reports.tables.layout import AGENTS, EVIDENCE, OVERVIEW
from services.new_files import ABANDONED, new_files

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 24, 9, 31, 5, tzinfo=ZONE)
ABOUT = {"period": "2026-11"}
EVERY_KIND = TableSpec(
    "every_kind",
    "各类",
    "",
    (
        Column("name", "名称", "text", "a name"),
        Column("quote", "原话", "words", ""),
        Column("n", "数", "count", ""),
        Column("mean", "均分", "points", ""),
        Column("pass_rate", "合格率", "share", ""),
        Column("at", "时刻", "time", ""),
        Column("start", "时间", "offset", ""),
        Column("verdict", "判定", "verdict", ""),
        Column("fatal", "否决", "flag", ""),
    ),
)
FULL: Row = {
    "name": "3028",
    "quote": "您好\n再见",
    "n": 1234567,
    "mean": 86.571428,
    "pass_rate": 0.857142,
    "at": AT,
    "start": 74.583,
    "verdict": Verdict.VIOLATED,
    "fatal": True,
}
UNKNOWN: Row = dict.fromkeys(FULL)
NASTY = (
    "=cmd|' /C calc'!A1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "您\x07好\x00",
    "\ud800尾",
    "😀 谢谢",
    "'=1",
    "a\r\nb\rc",
    "一" * 40_000,
)


def write(folder: Path, *tables: ExportTable, language: str = "zh") -> Path:
    book = folder / "book.xlsx"
    with new_files() as files:
        sinks = (
            WorkbookSink(files, book, "标题\x07 & 期间", [("平均分", "如何阅读")], ZONE, language),
            CsvSink(files, folder, ZONE),
            ParquetSink(files, folder, ZONE, ABOUT),
            JsonSink(files, folder / "all.json", ABOUT),
        )
        write_tables(tables, sinks)
    return book


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_row_reads_alike_in_every_format(tmp_path: Path) -> None:
    book = write(tmp_path, ExportTable(EVERY_KIND, iter([FULL, UNKNOWN])))
    table = parquet.read_table(tmp_path / "every_kind.parquet").to_pylist()
    document = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert table[0] == {
        "name": "3028",
        "quote": "您好\n再见",
        "n": 1234567,
        "mean": 86.57,
        "pass_rate": 0.8571,
        "at": AT,
        "start": 74.58,
        "verdict": "violated",
        "fatal": True,
    }
    assert document == {
        "schema_version": 2,
        "period": "2026-11",
        "tables": {"every_kind": [{**table[0], "at": "2026-11-24T09:31:05+08:00"}, dict.fromkeys(table[0])]},
    }
    assert table[1] == dict.fromkeys(table[0])
    assert read_csv(tmp_path / "every_kind.csv") == [
        ["名称", "原话", "数", "均分", "合格率", "时刻", "时间", "判定", "否决"],
        ["3028", "您好\n再见", "1234567", "86.57", "0.8571", "2026-11-24 09:31:05", "01:14.58", "不合格", "是"],
        [""] * 9,
    ]
    heading, full, unknown = openpyxl.load_workbook(book)["各类"].iter_rows()
    assert [cell.value for cell in heading][:3] == ["名称", "原话", "数"]
    values = [cell.value for cell in full]
    assert values[:5] == ["3028", "您好\n再见", 1234567, 86.57, 0.8571]
    assert values[5] == AT.replace(tzinfo=None)
    assert values[6].total_seconds() == pytest.approx(74.58)
    assert values[7:] == ["✗", "是"]
    assert [cell.number_format for cell in full] == [
        "@",
        "General",
        "#,##0",
        "0.0",
        "0.0%",
        "yyyy-mm-dd hh:mm",
        "[mm]:ss",
        "General",
        "General",
    ]
    assert all(cell.value is None for cell in unknown)


@pytest.mark.parametrize("row", [{**FULL, "colour": "blau"}, {**FULL, "nmae": FULL["name"]}, {"name": "3028"}, {}])
def test_a_row_has_the_columns_of_its_table_and_no_others(row: Row) -> None:
    with pytest.raises(ValueError, match="table every_kind: a row and the columns differ in"):
        list(ExportTable(EVERY_KIND, [row]).clean_rows())


def test_columns_may_be_given_in_any_order() -> None:
    turned = dict(reversed(FULL.items()))
    assert list(ExportTable(EVERY_KIND, [turned]).clean_rows()) == list(ExportTable(EVERY_KIND, [FULL]).clean_rows())


def test_parquet_has_types_and_tells_what_they_mean(tmp_path: Path) -> None:
    write(tmp_path, ExportTable(EVERY_KIND, ()))  # also without rows
    schema = parquet.read_schema(tmp_path / "every_kind.parquet")
    assert dict(zip(schema.names, schema.types, strict=True)) == {
        "name": pa.string(),
        "quote": pa.string(),
        "n": pa.int64(),
        "mean": pa.float64(),
        "pass_rate": pa.float64(),
        "at": pa.timestamp("us", tz="Asia/Shanghai"),
        "start": pa.float64(),
        "verdict": pa.string(),
        "fatal": pa.bool_(),
    }
    assert schema.field("name").metadata[b"heading"] == "名称".encode()
    assert schema.metadata[b"period"] == b"2026-11"
    assert schema.metadata[b"schema_version"] == b"2"


def test_what_people_said_is_text_and_nothing_else(tmp_path: Path) -> None:
    spec = TableSpec("said", "原话", "", (Column("quote", "原话", "words", ""), Column("text", "文", "text", "")))
    book = write(tmp_path, ExportTable(spec, [{"quote": text, "text": text} for text in NASTY]))
    quotes = [row["quote"] for row in parquet.read_table(tmp_path / "said.parquet").to_pylist()]
    assert quotes == [*NASTY[:5], "您好", "尾", "😀 谢谢", "'=1", "a\nb\nc", "一" * 40_000]
    assert [row["text"] for row in json.loads((tmp_path / "all.json").read_text("utf-8"))["tables"]["said"]] == quotes
    cells = [row[0] for row in openpyxl.load_workbook(book)["原话"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}, "no formula"
    assert [cell.value for cell in cells][:-1] == quotes[:-1]
    assert len(cells[-1].value) == 32_767
    assert cells[-1].value.endswith("…")
    in_csv = [row[0] for row in read_csv(tmp_path / "said.csv")[1:]]
    assert in_csv[:4] == [f"'{text}" for text in NASTY[:4]]
    assert [unquoted(text) for text in in_csv] == quotes


def unquoted(text: str) -> str:
    """What a program does that reads the CSV: the inverse of the apostrophe."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(("=", "+", "-", "@")) else text


@pytest.mark.parametrize(
    ("value", "text"), [(-2.5, "-2.5"), (None, ""), (0, "0"), (False, "否"), (Verdict.MET, "合格")]
)
def test_numbers_are_never_quoted(value: float, text: str) -> None:
    assert csv_text(Column("points", "分", "points", ""), value, ZONE) == text


def test_a_sheet_is_ready_to_print_and_to_filter(tmp_path: Path) -> None:
    values = (1, True, "A组", "3028", "李晓雯", 12, 11, 86.5, 80.0, 93.0, 2, 0, 0, 85.0, 80.5, 1, 3, 84.0, "语速 3/12")
    row: Row = dict(zip((column.name for column in AGENTS.columns), values, strict=True))
    book = openpyxl.load_workbook(write(tmp_path, ExportTable(AGENTS, [row, row])))
    sheet = book["坐席"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("C2", "A1:S3", "$1:$1")
    page = sheet.page_setup
    assert (page.orientation, page.paperSize) == ("landscape", 9)
    assert (page.fitToWidth or 1, page.fitToHeight) == (1, 0), "a page wide where nothing is said"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text == "第 &P 页 / 共 &N 页"
    rules = sheet.conditional_formatting._cf_rules.items()
    assert {str(where.sqref): [rule.type for rule in rule_list] for where, rule_list in rules} == {
        "H2:H3": ["colorScale"],
        "K2:K3": ["dataBar"],
    }
    assert sheet["A1"].font.bold
    assert all(sheet.column_dimensions[letter].width > 5 for letter in "ABCDEFGHIJKLMNOPQRS")


def test_the_overview_reads_downwards(tmp_path: Path) -> None:
    unknown: Row = {column.name: None for column in OVERVIEW.columns}
    row = {**unknown, "period": "2026-11", "n_calls": 60, "mean": 86.543}
    sheet = openpyxl.load_workbook(write(tmp_path, ExportTable(OVERVIEW, [row])))["概览"]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert lines[0][0] == "标题 & 期间"
    assert ["统计期间", "2026-11"] in lines
    assert ["平均分", 86.54] in lines
    assert ["平均分", "如何阅读"] in lines, "unknown figures are left out, notes are there"
    assert sheet.oddHeader.left.text == "标题 && 期间"


def test_a_sheet_too_long_for_a_workbook_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 2)
    spec = TableSpec("few", "少", "", EVERY_KIND.columns[:1])
    sheet = openpyxl.load_workbook(write(tmp_path, ExportTable(spec, [{"name": name} for name in "abcde"])))["少"]
    assert [cell.value for cell in sheet["A"]] == [
        "名称",
        "a",
        "b",
        "此表仅列前 2 行，共 5 行；全部数据见 CSV 或 Parquet 文件。",
    ]
    assert sheet.auto_filter.ref == "A1:A3"
    assert len(read_csv(tmp_path / "few.csv")) == 6
    in_english = write(tmp_path, ExportTable(spec, [{"name": name} for name in "abcde"]), language="en")
    note = "This sheet has the first 2 of 5 rows; CSV and Parquet files have all of them."
    assert openpyxl.load_workbook(in_english)["少"]["A4"].value == note


def test_a_month_without_rows_has_sheets_with_headings(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write(tmp_path, ExportTable(AGENTS, ()), ExportTable(EVIDENCE, ())))
    assert [sheet.max_row for sheet in book] == [1, 1]
    assert json.loads((tmp_path / "all.json").read_text("utf-8"))["tables"] == {"agents": [], "evidence": []}


def test_files_appear_when_they_are_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "every_kind.csv").write_text("old")

    def rows():  # type: ignore[no-untyped-def]
        yield FULL
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        write(tmp_path, ExportTable(EVERY_KIND, rows()))
    assert [path.name for path in tmp_path.iterdir()] == ["every_kind.csv"]
    assert (tmp_path / "every_kind.csv").read_text() == "old"


def test_what_a_killed_export_left_goes_with_a_later_one(tmp_path: Path) -> None:
    left, at_work, own = (tmp_path / name for name in (".a.csv.17.part", ".b.csv.18.part", ".part"))
    folder = tmp_path / ".a.xlsx.parts.17.part"
    folder.mkdir()
    (folder / "sheet").write_text("half")
    for path in (left, at_work, own):
        path.write_text("half")
    for path in (left, at_work, own, folder):
        os.utime(path, (0, path.stat().st_mtime - ABANDONED + (60 if path == at_work else -60)))
    write(tmp_path, ExportTable(EVERY_KIND, [FULL]))
    assert {path.name for path in tmp_path.iterdir() if path.suffix == ".part" or path == own} == {
        at_work.name,
        own.name,
    }


def test_rows_are_as_tall_as_what_people_said(tmp_path: Path) -> None:
    quotes = ("好", "一" * 60, "一\n二\n三", "一" * 40_000)
    rows = [{**FULL, "quote": quote} for quote in quotes]
    sheet = openpyxl.load_workbook(write(tmp_path, ExportTable(EVERY_KIND, rows)))["各类"]
    assert [sheet.row_dimensions[row].height for row in range(2, 6)] == [None, 45, 45, 409.5]
