"""`callqa export` on a home with sixty scored calls."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from jsonschema import validate
from nights import environment
from pyarrow import parquet
from sqlalchemy import update
from synthetic import Synthetic, fill_home
from typed import typed_in
from typer.testing import CliRunner

from callqa.days import Days
from callqa.errors import ConfigError
from callqa.messages import Title
from callqa.records import Review
from callqa.settings import AsrSettings, Settings
from callqa.types import Evidence, Verdict
from cli.main import app
from cli.month_report import period_tables
from reports.export import safe_name, write_export
from reports.results import gather
from reports.tables.layout import every_table, json_schema
from reports.tables.rows import best_and_worst
from reports.team_page.build import team_report
from scoring import load_rubric
from scoring.figures import ItemRate
from services.context import RubricContext, open_context
from services.review.reviews import review_call
from store.calls import read, write
from store.people import audit
from store.people.audit import AuditFilter
from store.runs import score_holds
from store.tables.calls import call_score, finding

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SHEETS = ["概览", "图表", "班组", "坐席", "项目", "趋势", "通话", "证据", "复核与申诉", "失败"]
ENGLISH_SHEETS = [
    "Overview", "Charts", "Teams", "Agents", "Items", "Trend", "Calls", "Evidence", "Reviews and appeals", "Failures",
]  # fmt: skip
ALL = frozenset({"xlsx", "csv", "parquet", "json", "html"})


def export(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> list[Path]:
    """Runs the command; what it says it wrote."""
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, ["export", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [Path(line.split(maxsplit=1)[1]) for line in result.output.splitlines()]


def review(context: RubricContext, **changes: object) -> None:
    values = {"review_key": "1", "call_id": "call-0001", "item_id": "opening", "action": "override", "author": "质检甲"}
    values |= {"at": AT, "verdict": Verdict.NOT_APPLICABLE, "reason": "=市民抢先说话", **changes}
    review_call(context, Review(**values))  # type: ignore[arg-type]


def test_every_format_of_the_last_month(scored: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    formats = [word for name in sorted(ALL) for word in ("--format", name)]
    files = export(scored, monkeypatch, *formats)
    folder = scored.home / "reports" / "2026-11" / "pudong-12345-2026.1"
    assert {path.parent for path in files} == {folder}
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in files), "nothing else is left"
    assert {path.suffix for path in files} == {f".{name}" for name in ALL}
    assert [path.name for path in files if path.suffix == ".html"] == ["team-A组.html", "team-B组.html"]


def test_the_formats_hold_the_same_values(scored: Settings, tmp_path: Path) -> None:
    with open_context(scored) as context:
        review(context)
        write_export(context, Days.of_month("2026-11"), ALL, out=tmp_path)
        specs = every_table(context.rubric)
    document = json.loads((tmp_path / "callqa-2026-11.json").read_text("utf-8"))
    book = openpyxl.load_workbook(tmp_path / "callqa-2026-11.xlsx", read_only=True)
    assert book.sheetnames == SHEETS
    assert [name for name in SHEETS if name != "图表"] == [spec.title for spec in specs]
    assert list(document["tables"]) == [spec.name for spec in specs]
    for spec in specs:
        rows = document["tables"][spec.name]
        table = parquet.read_table(tmp_path / f"{spec.name}.parquet")
        frame = pd.read_csv(tmp_path / f"{spec.name}.csv", dtype=str, keep_default_na=False)
        assert len(rows) == table.num_rows == len(frame), spec.name
        assert list(frame.columns) == [column.heading for column in spec.columns]
        assert table.column_names == [column.name for column in spec.columns]
        as_json = [
            {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
            for row in table.to_pylist()
        ]
        assert as_json == rows
        for column in spec.columns:
            if column.kind in ("count", "points", "share"):
                in_csv = [None if text == "" else float(text) for text in frame[column.heading]]
                assert in_csv == [row[column.name] for row in rows]
        if spec.name != "overview":
            sheet = list(book[spec.title].iter_rows(min_row=2, values_only=True))
            assert len(sheet) == len(rows)
            for i, column in enumerate(column for column in spec.columns if not column.internal):
                if column.kind in ("count", "points", "share", "text"):
                    assert [row[i] for row in sheet] == [row[column.name] for row in rows], column.name


@pytest.fixture
def exported(
    scored: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[openpyxl.Workbook, openpyxl.Workbook]:
    """A team's workbook in Chinese and in English, with a page in each."""
    with open_context(scored) as context:
        review(context)
    asked = ("--format", "xlsx", "--format", "html", "--team", "A组")
    book, page = export(scored, monkeypatch, *asked, "--out", str(tmp_path / "zh"))
    english_book, english_page = export(scored, monkeypatch, *asked, "--out", str(tmp_path / "en"), "--language", "en")
    assert '<html lang="zh-CN"' in page.read_text("utf-8")
    assert '<html lang="en"' in english_page.read_text("utf-8")
    return openpyxl.load_workbook(book), openpyxl.load_workbook(english_book)


def test_a_workbook_is_chinese_or_has_an_english_frame(
    exported: tuple[openpyxl.Workbook, openpyxl.Workbook],
) -> None:
    chinese, english = exported
    rubric = load_rubric("pudong-12345")
    assert chinese.sheetnames == SHEETS
    assert english.sheetnames == ENGLISH_SHEETS
    assert {sheet.oddFooter.center.text for sheet in chinese} == {"第 &P 页 / 共 &N 页"}
    assert {sheet.oddFooter.center.text for sheet in english} == {"Page &P of &N"}
    assert chinese["概览"]["A1"].value == f"通话质量 2026年11月（A组 · {rubric.title} 2026.1）"
    title = Title(rubric.title).text("en")
    assert english["Overview"]["A1"].value == f"Call quality, 11/2026 (A组 · {title} 2026.1)"
    assert {"统计期间", "评分表", "阅读说明", "符号", "说明 5"} <= {cell.value for cell in chinese["概览"]["A"]}
    assert {"Period", "Rubric", "How to read this", "Symbols", "Note 5"} <= {
        cell.value for cell in english["Overview"]["A"]
    }
    frame = [cell.value or "" for sheet in english for cell in sheet[1]]
    frame += [cell.value or "" for cell in english["Overview"]["A"][1:]]
    in_chinese = {text for text in frame if re.search(r"[一-鿿]", text)}
    assert in_chinese == {english["Overview"]["A1"].value}, "the team's name"


def test_an_english_workbook_has_the_same_figures_and_no_chinese_but_data(
    exported: tuple[openpyxl.Workbook, openpyxl.Workbook],
) -> None:
    said = {"quote", "wanted", "outcome", "reason", "team", "author"}  # by people, and names that a hotline gave
    books = [[sheet for sheet in book if sheet.title not in ("图表", "Charts")] for book in exported]
    for spec, sheet, other in zip(every_table(load_rubric("pudong-12345")), *books, strict=True):
        if spec.name == "overview":
            continue
        shown = [column for column in spec.columns if not column.internal]
        rows, others = (list(each.iter_rows(values_only=True)) for each in (sheet, other))
        assert rows[0] == tuple(column.heading for column in shown)
        assert len(rows) == len(others)
        for place, column in enumerate(shown):
            values, in_english = ([row[place] for row in each[1:]] for each in (rows, others))
            if column.kind in ("count", "points", "share", "time", "offset", "verdict"):
                assert values == in_english, column.name
            elif column.name not in said:
                assert not [text for text in in_english if re.search("[一-鿿]", str(text))], column.name


def test_charts_are_drawn_of_the_cells_and_ids_of_programs_are_left_out(
    exported: tuple[openpyxl.Workbook, openpyxl.Workbook],
) -> None:
    chinese, english = exported
    for book, items in ((chinese, "项目"), (english, "Items")):
        of_items, of_weeks = book[book.sheetnames[1]]._charts
        (series,) = of_items.series
        assert series.val.numRef.f.replace("'", "") == f"{items}!$G$2:$G$23"
        assert book[items]["G1"].value == ("合格率" if book is chinese else "Passing")
        assert len(of_weeks.series) == 1
        cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
        assert not cells & {"pudong-12345", "opening", "request_type_match"}


def test_json_has_the_schema_it_documents(scored: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_context(scored) as context:
        write_export(context, Days.of_month("2026-11"), {"json"}, out=tmp_path)
        documented = json_schema(context.rubric)
    printed = typed_in(scored, monkeypatch)("export", "--schema")
    schema = json.loads(printed.stdout)
    assert schema == documented
    assert not (scored.home / "reports").exists(), "nothing was written"
    document = json.loads((tmp_path / "callqa-2026-11.json").read_text("utf-8"))
    validate(document, schema)
    assert document["schema_version"] == 2
    overview = document["tables"]["overview"][0]
    assert (overview["n_calls"], overview["period"], overview["team"]) == (60, "2026-11", None)
    assert {call["item_opening"] for call in document["tables"]["calls"]} <= {verdict.value for verdict in Verdict}


def test_what_people_wrote_is_there(scored: Settings, tmp_path: Path) -> None:
    with open_context(scored) as context:
        review(context)
        review(context, review_key="2", purpose="calibration", session="十一月")
        manual = {"verdict": None, "title": "市民致谢", "points": 2.0, "reason": "市民当场致谢"}
        review(context, review_key="3", action="manual", item_id="thanked", **manual)
        write_export(context, Days.of_month("2026-11"), {"json", "xlsx"}, out=tmp_path)
    tables = json.loads((tmp_path / "callqa-2026-11.json").read_text("utf-8"))["tables"]
    assert [
        (row["kind"], row["item"], row["action"], row["verdict"], row["points"], row["author"], row["reason"])
        for row in tables["reviews"]
    ] == [  # fmt: skip
        ("复核", "开头语", "改判", "not_applicable", None, "质检甲", "=市民抢先说话"),
        ("复核", "市民致谢", "人工加减分", None, 2.0, "质检甲", "市民当场致谢"),
    ]
    (call,) = [row for row in tables["calls"] if row["call_id"] == "call-0001"]
    assert (call["item_opening"], call["decided_by_person"], call["manual_points"]) == ("not_applicable", "开头语", 2.0)
    assert call["wanted"] or call["outcome"]
    sheet = openpyxl.load_workbook(tmp_path / "callqa-2026-11.xlsx")["复核与申诉"]
    assert (sheet["K2"].value, sheet["K2"].data_type) == ("=市民抢先说话", "s")
    assert sheet["A2"].value == datetime(2026, 11, 24, 16, 0), "local time"


def test_who_found_a_fatal_fault_is_told(scored: Settings, tmp_path: Path) -> None:
    """Of several on one sheet, one that a person confirmed is enough."""
    with open_context(scored) as context:
        with context.store.read() as c:
            open_items = {
                row.call_id: [item for item in context.sheet(row).items if item.fatal]
                for row in read.scores(c, context.keys)
            }
        states = {call_id: "待确认" if items else "" for call_id, items in open_items.items()}
        (first, (item, *_)), (second, (other, *_)) = [entry for entry in open_items.items() if entry[1]][:2]
        review(context, call_id=first, item_id=item.item_id, action="confirm", verdict=Verdict.VIOLATED)
        review(context, review_key="2", call_id=second, item_id=other.item_id, verdict=Verdict.MET)
        write_export(context, Days.of_month("2026-11"), {"csv", "json"}, out=tmp_path)
    states |= {first: "已确认", second: "待确认" if len(open_items[second]) > 1 else ""}
    frame = pd.read_csv(tmp_path / "calls.csv", dtype=str, keep_default_na=False)
    assert dict(zip(frame["通话编号"], frame["一票否决"], strict=True)) == states
    calls = json.loads((tmp_path / "callqa-2026-11.json").read_text("utf-8"))["tables"]["calls"]
    assert {call["call_id"]: call["fatal"] or "" for call in calls} == states


def test_one_team_and_some_days(scored: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    days_of = ("--since", "2026-11-03", "--until", "2026-11-09")
    (path,) = export(scored, monkeypatch, "--team", "A组", *days_of, "--format", "json")
    assert path.parts[-4:-1] == ("2026-11-03_2026-11-09", "pudong-12345-2026.1", "A组")
    tables = json.loads(path.read_text("utf-8"))["tables"]
    of_team = ("overview", "teams", "agents", "calls", "evidence")
    assert {row["team"] for name in of_team for row in tables[name]} == {"A组"}
    assert {row["started_at"][:10] for row in tables["calls"]} <= {f"2026-11-{day:02}" for day in range(3, 10)}
    n_calls = len(tables["calls"])
    assert 0 < n_calls < 30
    assert tables["overview"][0]["n_calls"] == n_calls == sum(row["n_calls"] for row in tables["agents"])
    assert sum(row["n_calls"] for row in tables["trend"]) == n_calls


def test_a_team_is_compared_with_itself_a_month_earlier(scored: Settings) -> None:
    with open_context(scored) as context:
        now = gather(context, Days.of_month("2026-11"))
        assert (now.calls_before, now.changes, now.teams_before) == (None, {}, {})
        october = tuple(day.replace("-11-", "-10-") for day in now.calls.day)
        worse = tuple(None if total is None else total / 4 for total in now.calls.total)
        before = replace(now.calls, day=october, total=worse)
        report = team_report(replace(now, calls_before=before, held={"A组": 3, "B组": 1}), "A组", AT)
        assert (report.n_held, report.team, report.now.n_calls, len(report.totals)) == (3, "A组", 30, 30)
        assert report.change is not None
        assert report.change.direction == "up"
        assert report.now.mean is not None
        assert report.change.slope == pytest.approx(0.75 * report.now.mean)
        assert all(line.before == line.now for line in report.items), "the same sheets, so the same rates"
        assert len({row.call_id for row in report.quotes}) == len(report.quotes) == 10
        assert [line.agent_id for line in report.agents] == ["3000", "3002", "3004"]
        assert len(report.weeks) == 3
        assert report.weekly is not None


def test_ten_calls_to_hear_even_where_one_call_has_most_faults(tmp_path: Path, script: Path) -> None:
    settings = Settings(home=tmp_path, asr=AsrSettings(engine="scripted", script=script))
    fill_home(settings, Synthetic(n_calls=60, n_agents=20, n_teams=1))
    with open_context(settings) as context:
        quotes = team_report(gather(context, Days.of_month("2026-11")), "A组", AT).quotes
    assert len({row.call_id for row in quotes}) == len(quotes) == 10
    assert max(Counter(row.item_id for row in quotes).values()) == 2


def test_calls_without_a_team_have_a_name_among_best_and_worst() -> None:
    rates = {"": ItemRate("a", 10, 100, 0.05, 0.17), "A组": ItemRate("a", 90, 100, 0.83, 0.95)}
    assert best_and_worst(rates) == ("A组", "未分班组")
    assert best_and_worst(rates | {"": rates["A组"]}) == (None, None)


@pytest.mark.usefixtures("chinese")
def test_an_export_that_writes_nothing_says_so(scored: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    output = typed_in(scored, monkeypatch)(
        "export", "--since", "2027-01-01", "--until", "2027-01-02", "--format", "html"
    ).output
    assert "2027-01-01 至 2027-01-02 没有已评分的通话，未写出文件" in output


def test_without_scores_the_old_files_stay(scored: Settings, tmp_path: Path) -> None:
    november = Days.of_month("2026-11")
    with open_context(scored) as context:
        write_export(context, november, ALL, out=tmp_path / "out")
        before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
        with context.store.write() as c:
            c.execute(update(call_score).values(checks_key="x" * 16))  # as after a change of the checks
        assert write_export(context, november, ALL, out=tmp_path / "out") == ()
        assert gather(context, november).everyone is None
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_month_of_held_scores_has_tables_that_say_so(scored: Settings, tmp_path: Path) -> None:
    with open_context(scored) as context:
        with context.store.write() as c:
            run_id = write.start_run(c, "run", context.keys)
            score_holds.put_hold(c, run_id, context.keys.rubric_key, 0, 60, ["macro F1 is 0.5"], AT)
        files = write_export(context, Days.of_month("2026-11"), ALL, out=tmp_path)
    assert not [path for path in files if path.suffix == ".html"], "no team has a published call"
    tables = json.loads((tmp_path / "callqa-2026-11.json").read_text("utf-8"))["tables"]
    assert tables["overview"][0] | {"made_at": None} == {
        **dict.fromkeys(tables["overview"][0]),
        "period": "2026-11",
        "rubric": "浦东12345市民服务热线通话质量评分表",
        "rubric_id": "pudong-12345",
        "rubric_version": "2026.1",
        **dict.fromkeys(("n_calls", "n_scored", "n_waiting", "n_unscored", "n_flagged", "n_fatal"), 0),
        "n_held": 60,
    }
    assert {name for name, rows in tables.items() if rows} == {"overview"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "xls"], "did you mean 'xlsx'"),
        (["--period", "2026-10"], "months with calls: 2026-11"),
        (["--since", "2026-11-01"], "--since and --until together"),
        (["--period", "2026-11", "--since", "2026-11-01", "--until", "2026-11-02"], "not both"),
        (["--since", "2026-11-09", "--until", "2026-11-01"], "swap --since and --until"),
        (["--since", "9.11.", "--until", "2026-11-01"], "write it as 2026-11-03"),
        (["--team", "C组"], "teams with calls: A组, B组"),
        (["--out", "{file}"], "cannot write to"),
    ],
)
def test_mistakes_are_told(
    scored: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=said):
        export(scored, monkeypatch, *(word.format(file=tmp_path / "file") for word in arguments))


def test_names_of_teams_never_become_paths() -> None:
    names = [safe_name(name) for name in ("../../etc/passwd", "C:\\夜班", "一" * 300, "a\0b", "..")]
    assert names == ["_etc_passwd", "C_夜班", "一" * 60, "a_b", "_"]


def test_every_column_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reports.md").read_text("utf-8")
    for spec in every_table(load_rubric("pudong-12345")):
        assert f"### {spec.title} (`{spec.name}`)" in page
        for column in spec.columns:
            if not column.name.startswith("item_") or column.name == "item_id":
                assert f"| `{column.name}` | {column.heading} | {column.kind} | {column.meaning} |" in page, column


def test_what_was_said_is_masked_unless_asked_otherwise(scored: Settings, tmp_path: Path) -> None:
    sentence = "王女士，您的电话是13812345678，住银桂路18号"
    with open_context(scored) as context:
        review(context, reason=sentence)
        with context.store.write() as connection:
            connection.execute(update(finding).values(evidence=(Evidence(0, 0, len(sentence), 0.0, 5.0, sentence),)))
        for folder, masked in (("masked", True), ("whole", False)):
            write_export(context, Days.of_month("2026-11"), ALL, out=tmp_path / folder, masked=masked)
        (quote, *_) = period_tables(context, "2026-11").worst["原话"]
    assert str(quote) == "*女士，您的电话是***********，住******"
    for name in ("callqa-2026-11.json", "evidence.csv", "reviews.csv", "team-A组.html"):
        hidden, whole = ((tmp_path / folder / name).read_text(encoding="utf-8") for folder in ("masked", "whole"))
        assert "王女士，您的电话是13812345678" in whole
        assert "*女士，您的电话是***********" in hidden
        assert not any(word in hidden for word in ("王女士", "13812345678", "银桂路"))


def test_who_shows_a_call_or_exports_stands_in_the_audit_log(scored: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    export(scored, monkeypatch, "--no-mask", "--since", "2026-11-01", "--until", "2026-11-03", "--format", "csv")
    typed_in(scored, monkeypatch)("show", "call-0007")
    with open_context(scored) as context, context.store.read() as c:
        shown, exported = (row.entry for row in audit.page_of(c, AuditFilter()))
    assert (shown.action, shown.object, shown.author[:3]) == ("call_opened", "call-0007", "os:")
    assert exported.action == "calls_exported"
    assert exported.detail == {"since": "2026-11-01", "until": "2026-11-03", "by": "csv --no-mask"}
