"""The month's report: printed, and written as CSV and XLSX."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callqa.errors import ConfigError
from flows.tables import PeriodTables, period_tables
from flows.wiring import Run
from store import read

SHEETS = {"坐席": "agents", "通话": "calls", "证据": "evidence", "失败": "failures"}
SHEET_ROWS = 100_000  # of one table; a spreadsheet takes no more than a million, and nobody reads them; the CSV has all
WORST = 10
QUOTED = 40  # characters of a quote in the terminal; the files have all
WIDEST = 60  # characters of a spreadsheet's column
HEADER_FILL = PatternFill("solid", fgColor="DCE6F1")


def choose_period(run: Run, wanted: str | None = None) -> str:
    """The month that is wanted, or the last one with calls. Raises `ConfigError` when it has none."""
    with run.store.read() as connection:
        periods = read.periods(connection)
    if not periods:
        raise ConfigError("there are no calls yet; take some in with: callqa run MANIFEST")
    if wanted and wanted not in periods:
        raise ConfigError(f"there are no calls in {wanted!r}; months with calls: {', '.join(periods)}")
    return wanted or periods[-1]


def report_path(run: Run, period: str) -> Path:
    """Where the month's spreadsheet lies, with its CSV files beside it; another rubric has another folder."""
    folder = f"{run.rubric.id}-{run.rubric.version}"
    return run.settings.home / "reports" / period / folder / f"callqa-{period}.xlsx"


def write_reports(run: Run, periods: Iterable[str]) -> None:
    """Writes the spreadsheet and the CSV files of each of these months."""
    for period in periods:
        _write_report(report_path(run, period), period_tables(run, period))


def _write_report(path: Path, tables: PeriodTables) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with pd.ExcelWriter(path, engine="openpyxl") as workbook:
        for title, name in SHEETS.items():
            frame = getattr(tables, name).map(_writable)
            frame.to_csv(
                path.with_name(f"{name}.csv"), index=False, encoding="utf-8-sig"
            )  # the mark lets Excel read it
            frame.head(SHEET_ROWS).to_excel(workbook, sheet_name=title, index=False)
            _dress(workbook.sheets[title])


def _writable(value: object) -> object:
    """Without control characters, which a spreadsheet refuses to hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def print_report(run: Run, tables: PeriodTables, console: Console) -> None:
    """The agents' scores and the worst evidence."""
    if tables.n_held:
        held = f"{tables.period} 有 {tables.n_held} 通电话的得分暂缓发布，未计入报表；原因与发布方法见 callqa release"
        console.print(held, style="red", highlight=False)
    if tables.agents.empty:
        if not tables.n_held:
            console.print(f"{tables.period} 没有已评分的通话；请运行 callqa run")
        if len(tables.failures):
            console.print(rich_table("未能处理", tables.failures))
        return
    rubric = f"评分表 {run.rubric.id} {run.rubric.version}"
    console.print(rich_table(f"坐席得分 {tables.period}（{rubric}）", tables.agents))
    violated = tables.evidence[tables.evidence["判定"] == "不合格"]
    if violated.empty:
        console.print("没有不合格项目。")
    else:
        shown = violated.head(WORST).drop(columns=["判定"])
        shown["原话"] = shown["原话"].map(_shortened)
        console.print(rich_table(f"最严重的问题（前 {len(shown)} 条，共 {len(violated)} 条）", shown))
    if len(tables.failures):
        console.print(rich_table("未能处理", tables.failures))


def rich_table(title: str, frame: pd.DataFrame) -> Table:
    """The frame for the terminal, without its empty columns."""
    table = Table(title=title, title_justify="left", expand=False)
    frame = frame.loc[:, [name for name in frame.columns if any(value not in ("", None) for value in frame[name])]]
    for name in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(frame[name])
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in frame.itertuples(index=False):
        cells = ("" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value) for value in row)
        table.add_row(*map(Text, cells))  # as plain text: what people say may look like markup
    return table


def _shortened(quote: str) -> str:
    return quote if len(quote) <= QUOTED else quote[: QUOTED - 1] + "…"


def _dress(sheet: Worksheet) -> None:
    """A heading that stands out and stays, columns as wide as their text, a filter."""
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            if cell.data_type == "f":
                cell.data_type = "s"  # text that begins with = is text, not a formula
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), HEADER_FILL
        cell.alignment = Alignment(vertical="center")
    for index, column in enumerate(sheet.iter_cols(max_row=min(sheet.max_row, 200)), start=1):
        width = max(_display_width(str(cell.value or "")) for cell in column) + 2
        sheet.column_dimensions[get_column_letter(index)].width = min(width, WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _display_width(text: str) -> int:
    return sum(1 if character.isascii() else 2 for character in text)
