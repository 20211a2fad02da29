"""The manifest reader: every column map, every bad row, every format."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.errors import ConfigError
from callqa.settings import IngestSettings
from callqa.types import Call, Ticket
from services.intake.manifest import ManifestRow, RowProblem, read_manifest

HEADER = "call_id,recording,agent_id,started_at,direction,hangup_by,agent_channel"
GOOD = "C1,a.wav,3028,2026-11-02 13:38:00,inbound,citizen,0"


def read(
    path: Path, settings: IngestSettings | None = None, recordings: str | None = None
) -> list[ManifestRow | RowProblem]:
    return list(read_manifest(str(path), recordings, settings or IngestSettings(), "Asia/Shanghai"))


def write(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "manifest.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def calls(rows: list[ManifestRow | RowProblem]) -> Iterator[Call]:
    for row in rows:
        assert isinstance(row, ManifestRow), row
        yield row.call


def test_sample_manifest_is_read_whole(samples: Path) -> None:
    by_id = {call.call_id: call for call in calls(read(samples / "manifest.csv"))}
    assert sorted(by_id) == ["D008", "D019", "D021", "D028", "D036"]
    call = by_id["D021"]
    assert call.started_at.astimezone(UTC) == datetime(2026, 11, 10, 6, 47, tzinfo=UTC)
    assert (call.agent_id, call.agent_channel, call.hangup_by) == ("3117", 0, "citizen")
    assert call.ticket is not None
    assert call.ticket.category == ("政法", "社会治安")
    assert Path(call.recording_uri) == samples / "audio" / "D021.m4a"
    assert by_id["D036"].agent_channel is None


def test_shanghai_export_is_known_without_settings(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "工单编号,通话编号,工号,工单生成时间,诉求地址,诉求区域,内容描述,一级分类,二级分类,三级分类,四级分类,工单类型",
        "G1,T9,8021,2026/11/2 8:05,川沙路1号,浦东新区,路灯不亮,建设交通类,城乡建设,路灯,不亮,求助类",
        encoding="gb18030",
    )
    (call,) = calls(read(path, recordings="s3://calls/2026-11-02"))
    assert call.call_id == "T9"
    assert call.started_at.isoformat() == "2026-11-02T08:05:00+08:00"
    assert call.recording_uri == "s3://calls/2026-11-02/T9.wav"
    assert call.ticket == Ticket(
        request_type="求助类",
        category=("建设交通类", "城乡建设", "路灯", "不亮"),
        summary="路灯不亮",
        location="川沙路1号",
        district="浦东新区",
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",a.wav,3028,2026-11-02 13:38:00,,,", "no_call_id"),
        ("C1,a.wav,,2026-11-02 13:38:00,,,", "no_agent"),
        ("C1,a.wav,9999,2026-11-02 13:38:00,,,", "unknown_agent"),
        ("C1,a.wav,3028,,,,", "bad_time"),
        ("C1,a.wav,3028,yesterday evening,,,", "bad_time"),
        ("C1,a.wav,3028,2026-13-45 99:00:00,,,", "bad_time"),
        ("C1,a.wav,3028,NaT,,,", "bad_time"),
        ("C1,a.wav,3028,13:38,,,", "bad_time"),
        ("C1,a.wav,3028,today,,,", "bad_time"),
        ("C1,a.wav,3028,02/11/2026 13:38,,,", "bad_time"),
        ("C1,a.wav,3028,2026-11-02,,,", "bad_time"),
        ("C\x071,a.wav,3028,2026-11-02 13:38,,,", "bad_call_id"),
        ("C1,a.wav,3028,2026-11-02 13:38:00,sideways,,", "bad_direction"),
        ("C1,a.wav,3028,2026-11-02 13:38:00,,nobody,", "bad_hangup_by"),
        ("C1,a.wav,3028,2026-11-02 13:38:00,,,5", "bad_agent_channel"),
        ("C1,../../secret.wav,3028,2026-11-02 13:38:00,,,", "bad_recording_name"),
        ("C1,..\\..\\secret.wav,3028,2026-11-02 13:38:00,,,", "bad_recording_name"),
        ("C1,a.wav,3028,2026-11-02 13:38:00,,,,surplus", "too_many_cells"),
    ],
)
def test_bad_row_is_named_by_line_and_reason_and_the_rest_goes_on(tmp_path: Path, row: str, reason: str) -> None:
    roster = tmp_path / "agents.csv"
    roster.write_text("agent_id,team\n3028,A\n", encoding="utf-8")
    first, bad, last = read(write(tmp_path, HEADER, GOOD, row, GOOD), IngestSettings(roster=roster))
    assert isinstance(bad, RowProblem)
    assert (bad.line, bad.reason) == (3, reason)
    assert [call.team for call in calls([first, last])] == ["A", "A"]


@pytest.mark.parametrize(
    ("cell", "agent_id"),
    [
        ("３１０２", "3102"),
        ("　３１０２ ", "3102"),
        ("Ａ－１２", "A-12"),
        ("张三（夜班）", "张三（夜班）"),
        ("0031", "0031"),
    ],
)
def test_an_agent_s_id_is_the_same_in_any_width(tmp_path: Path, cell: str, agent_id: str) -> None:
    for listed in (cell, agent_id):
        roster = tmp_path / "agents.csv"
        roster.write_text(f"agent_id,team\n{listed},A组\n", encoding="utf-8")
        row = f"C1,a.wav,{cell},2026-11-02 13:38:00,,,"
        (call,) = calls(read(write(tmp_path, HEADER, row), IngestSettings(roster=roster)))
        assert (call.agent_id, call.team) == (agent_id, "A组")


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + ",ticket_summary", GOOD + ',"two\nlines"', "C2,b.wav,3028,never,,,,")
    good, bad = read(path)
    assert isinstance(good, ManifestRow)
    assert isinstance(bad, RowProblem)
    assert (good.line, bad.line) == (3, 4)


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_spreadsheets_and_parquet_say_the_same_as_csv(samples: Path, tmp_path: Path, suffix: str) -> None:
    frame = pd.read_csv(samples / "manifest.csv", dtype=str, keep_default_na=False)
    path = tmp_path / f"manifest{suffix}"
    frame.to_excel(path, index=False) if suffix == ".xlsx" else frame.to_parquet(path)
    expected = list(calls(read(samples / "manifest.csv", recordings="r")))
    assert list(calls(read(path, recordings="r"))) == expected


def test_own_column_names_come_from_the_settings(tmp_path: Path) -> None:
    path = write(tmp_path, "id,坐席,when", "C1,3028,2026-11-02 13:38")
    settings = IngestSettings(
        columns={"call_id": ("id",), "agent_id": ("坐席",), "started_at": ("when",)}, recording_name="{call_id}.mp3"
    )
    (call,) = calls(read(path, settings))
    assert call.recording_uri == str(tmp_path / "C1.mp3")
    assert call.ticket is None


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("manifest.csv", b"", "no column for call_id"),
        ("manifest.csv", b"call_id,agent_id\nC1,3028\n", "no column for started_at"),
        ("manifest.csv", b"C1,3028,13812345678\nC2,3028,13812345679\n", "its first line is a call"),
        ("manifest.csv", b"\x81\xff\xff", "neither UTF-8 nor GB 18030"),
        ("manifest.xlsx", b"call_id,agent_id\n", "cannot be read as xlsx"),
        ("manifest.parquet", b"PAR1", "cannot be read as parquet"),
        ("manifest.csv", b"call_id" + b",c" * 1_000_000, "has 1000000 columns; at most 1000 are read"),
        ("manifest.csv", "call_id,agent_id".encode("utf-16"), "no column for started_at"),
        ("manifest.xlsx", b"PK", "cannot be read as xlsx .BadZipFile"),
        ("manifest.txt", b"call_id\n", "use .csv, .xls, .xlsx or .parquet"),
        ("manifest.csv", b"call_id,agent_id,started_at\n" + b"x" * 200_000 + b",1,2026-11-02 08:00\n", "larger than"),
    ],
)
def test_unusable_table_is_refused_with_advice(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=says) as refused:
        read(path)
    assert "1381234567" not in str(refused.value)


def test_missing_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no manifest .*; check the path"):
        read(tmp_path / "none.csv")


def test_stray_quote_swallows_no_calls(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, GOOD, 'C2,"b.wav,3028,2026-11-02 13:38:00,,,', GOOD)
    with pytest.raises(ConfigError, match="look for a stray quote"):
        read(path)


def test_whole_numbers_of_a_parquet_table_stay_whole(tmp_path: Path) -> None:
    frame = pd.DataFrame({"call_id": [1, 2], "agent_id": [3028, None], "started_at": ["2026-11-02 08:00"] * 2})
    frame.to_parquet(tmp_path / "m.parquet")
    good, bad = read(tmp_path / "m.parquet")
    assert isinstance(good, ManifestRow)
    assert (good.call.call_id, good.call.agent_id) == ("1", "3028")
    assert isinstance(bad, RowProblem)
    assert bad.reason == "no_agent"


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2026-11-02 13:38", "2026-11-02T13:38:00+08:00"),
        ("2026-10-31T16:30:00Z", "2026-11-01T00:30:00+08:00"),
        ("2026/11/2 8:05:09", "2026-11-02T08:05:09+08:00"),
        ("2026年11月2日 8:05", "2026-11-02T08:05:00+08:00"),
    ],
)
def test_times_are_local_whatever_zone_they_name(tmp_path: Path, text: str, local: str) -> None:
    (call,) = calls(read(write(tmp_path, "call_id,agent_id,started_at", f"C1,3028,{text}")))
    assert call.started_at.isoformat() == local


def test_relative_paths_mean_the_same_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, HEADER, GOOD)
    monkeypatch.chdir(tmp_path)
    (call,) = calls(read(Path("manifest.csv")))
    assert call.recording_uri == str(tmp_path / "a.wav")
    (call,) = calls(read(Path("manifest.csv"), recordings="audio"))
    assert call.recording_uri == str(tmp_path / "audio" / "a.wav")


@given(cells=st.lists(st.text(max_size=12), min_size=7, max_size=9))
def test_no_row_stops_the_reader(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    path = tmp_path_factory.mktemp("m") / "manifest.csv"
    frame = pd.DataFrame([cells[:7], GOOD.split(",")], columns=HEADER.split(","))
    frame.to_csv(path, index=False)
    rows = read(path)
    assert isinstance(rows[-1], ManifestRow)


def workbook(folder: Path, more_rows: str = "", dimension: str = "A1:C2", filler: int = 0) -> Path:
    """A sheet with one good call, and what its XML says besides."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for row in (("call_id", "agent_id", "started_at"), ("C1", 3028, datetime(2026, 11, 2, 13, 38))):
        sheet.append(row)
    made.save(folder / "plain.xlsx")
    path = folder / "manifest.xlsx"
    with zipfile.ZipFile(folder / "plain.xlsx") as plain, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in plain.namelist():
            content = plain.read(name).decode()
            if name.endswith("sheet1.xml"):
                content = content.replace('ref="A1:C2"', f'ref="{dimension}"')
                content = content.replace("</sheetData>", f"{more_rows}</sheetData>")
            packed.writestr(name, content)
        if filler:
            with packed.open("xl/media/image1.png", "w", force_zip64=True) as part:
                for _ in range(filler // 10_000_000):
                    part.write(bytes(10_000_000))
    return path


@pytest.mark.parametrize(
    ("more_rows", "dimension"),
    [
        ("", "A1:XFD1048576"),
        ("", "A1"),
        ('<row r="900000"><c r="XFD900000"><v>1</v></c></row>', "A1:C2"),
    ],
)
def test_a_sheet_is_as_large_as_what_it_holds(more_rows: str, dimension: str, tmp_path: Path) -> None:
    first, *_ = read(workbook(tmp_path, more_rows, dimension))
    assert isinstance(first, ManifestRow)
    assert (first.line, first.call.agent_id, first.call.started_at.hour) == (2, "3028", 13)


def test_a_cell_beside_all_columns_refuses_its_row(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{column}3" t="inlineStr"><is><t>x</t></is></c>' for column in "ABCF")
    _, bad = read(workbook(tmp_path, f'<row r="3">{cells}</row>'))
    assert isinstance(bad, RowProblem)
    assert (bad.line, bad.reason) == (3, "too_many_cells")


def test_a_row_below_all_sheets_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="more than 1048576 rows"):
        read(workbook(tmp_path, '<row r="99999999"><c r="A99999999"><v>1</v></c></row>'))


@pytest.mark.slow  # writes a gigabyte of zeros
def test_what_unpacks_to_more_than_memory_is_refused_unread(tmp_path: Path) -> None:
    path = workbook(tmp_path, filler=1_100_000_000)
    assert path.stat().st_size < 3_000_000
    with pytest.raises(ConfigError, match="would fill 1.1 GB of memory"):
        read(path)


def test_formulas_are_their_text_and_run_nowhere(tmp_path: Path) -> None:
    (row,) = read(write(tmp_path, "call_id,agent_id,started_at", "=1+1,@SUM(A1),2026-11-02 13:38"))
    assert isinstance(row, ManifestRow)
    assert (row.call.call_id, row.call.agent_id) == ("=1+1", "@SUM(A1)")


@given(
    suffix=st.sampled_from([".csv", ".xlsx", ".parquet"]),
    places=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=8),
    end=st.integers(0, 6000),
)
def test_no_damage_is_more_than_an_error(
    suffix: str, places: list[tuple[int, int]], end: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    path = folder / f"manifest{suffix}"
    frame = pd.DataFrame([GOOD.split(",")], columns=HEADER.split(","))
    {".csv": frame.to_csv, ".xlsx": frame.to_excel, ".parquet": frame.to_parquet}[suffix](path, index=False)
    content = bytearray(path.read_bytes())
    for place, value in places:
        content[place % len(content)] = value
    path.write_bytes(content[: max(end, len(content) - end)])
    with suppress(ConfigError), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of what it skips
        read(path)
