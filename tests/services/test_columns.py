"""Tables as call centres export them: titles above, other words for the columns, old workbooks."""

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from callqa.settings import IngestSettings
from services.intake.columns import propose
from services.intake.ingest import without_secrets
from services.intake.manifest import ManifestRow, read_manifest

HERE = Path(__file__).parent
TITLES = ("浦东12345热线话务明细表", "统计时间：2026-11-02 至 2026-11-02")
NAMES = ("呼叫编号", "坐席工号", "呼叫开始时间（北京时间）", "录音文件名", "诉求内容")
CALL = ("C1", "3028", "2026-11-02 13:38:00", "a.wav", "路灯不亮")


def csv_with_titles(folder: Path) -> Path:
    path = folder / "export.csv"
    lines = (TITLES[0], f"{TITLES[1]},,,,", ",".join(NAMES), ",".join(CALL))
    path.write_text("\r\n".join(lines), encoding="gb18030")
    return path


def workbook_with_titles(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for title in TITLES:
        sheet.append([title])
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(NAMES)
    sheet.append(["C1", 3028, datetime(2026, 11, 2, 13, 38), *CALL[3:]])
    path = folder / "export.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("make", "line"),
    [(csv_with_titles, 4), (workbook_with_titles, 5), (lambda _: HERE / "manifest.xls", 4)],
    ids=["csv", "xlsx", "xls"],
)
def test_an_export_is_read_with_its_titles_and_its_own_words(make, line, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (row,) = read_manifest(str(make(tmp_path)), "/calls", IngestSettings(), "Asia/Shanghai")
    assert isinstance(row, ManifestRow)
    assert row.line == line
    call = row.call
    assert (call.call_id, call.agent_id, call.recording_uri) == ("C1", "3028", "/calls/a.wav")
    assert call.started_at.isoformat() == "2026-11-02T13:38:00+08:00"
    assert call.ticket is not None
    assert call.ticket.summary == "路灯不亮"


@pytest.mark.parametrize(
    ("header", "field", "column", "why"),
    [
        (("呼叫编号",), "call_id", "呼叫编号", "known"),
        (("Call ID",), "call_id", "Call ID", "known"),
        (("座席工号（必填）",), "agent_id", "座席工号（必填）", "known"),
        (("工单生成时间", "通话开始时间"), "started_at", "通话开始时间", "known"),
        (("本次通话编号",), "call_id", "本次通话编号", "alike"),
        (("来电号码",), "contact_phone", "", "none"),
        (("备注",), "summary", "", "none"),
    ],
)
def test_columns_are_proposed_by_what_they_are_called(
    header: tuple[str, ...], field: str, column: str, why: str
) -> None:
    proposal = next(entry for entry in propose(header, IngestSettings()) if entry.field == field)
    assert (proposal.column, proposal.why) == (column, why)


def test_what_was_chosen_before_decides_alone() -> None:
    header = ("单号", "通话编号")
    chosen = {entry.field: entry for entry in propose(header, IngestSettings(), {"call_id": "单号"})}
    assert (chosen["call_id"].column, chosen["call_id"].why) == ("单号", "remembered")


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("/calls/T9.wav", "/calls/T9.wav"),
        ("s3://key:secret@calls/T9.wav", "s3://calls/T9.wav"),
        ("/calls/13812345678_1.wav", "/calls/138****5678_1.wav"),
        ("/calls/20261102133800138.wav", "/calls/20261102133800138.wav"),
    ],
)
def test_places_are_named_without_secrets(uri: str, shown: str) -> None:
    assert without_secrets(uri) == shown
