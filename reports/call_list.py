"""A list of calls as a file: what the list shows, row by row, for spreadsheets."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from more_itertools import chunked

from callqa.messages import Joined, Message
from callqa.scores import CallScore
from callqa.summary import Summary, in_a_row
from reports.formats.sinks import COLUMN_HEADING, csv_text, in_context, write_tables
from reports.formats.workbook import WorkbookSink
from reports.tables.columns import Column, ExportTable, Row, TableSpec
from reports.tables.layout import AGENT_NAME, FATAL
from services.new_files import new_files
from services.wording import UNCONFIRMED, fatal_words
from store.calls.call_list import ListedCall

MOST_IN_WORKBOOK = 50_000
"""A workbook is made as a whole, and programs for it are slow with more."""
ROWS_AT_ONCE = 500

LISTED = TableSpec(
    "calls",
    "通话",
    "One row a call of the list.",
    (
        Column("started_at", "通话时间", "time", "when the call began"),
        Column("call_id", "通话编号", "text", "id of the call"),
        Column("agent_id", "工号", "text", "the agent"),
        AGENT_NAME,
        Column("team", "班组", "text", "the agent's team at that time"),
        Column("category", "诉求类别", "text", "first level, as filed"),
        Column("request_type", "工单类型", "text", "as filed"),
        Column("line", "线路", "text", "the line that was called"),
        Column("seconds", "时长", "offset", "of the recording"),
        Column("total", "得分", "points", "effective total; empty: too little was decided"),
        Column("failed", "不合格项目", "words", "items that were violated, and count"),
        Column("undecided", "待复核项目", "words", "items that wait for a person"),
        Column("needs_review", "待复核", "flag", "the call waits for a person"),
        Column("fatal", "一票否决", "text", FATAL),
        Column("wanted", "诉求摘要", "words", "what the citizen wants: of the ticket, else in the citizen's words"),
        Column("outcome", "办理摘要", "words", "what the agent did about it, and how the call ended"),
    ),
)

SheetOf = Callable[[ListedCall], CallScore | None]
"""The sheet behind a row; ``None`` of a rubric that is not in use any more."""
SummariesOf = Callable[[Sequence[int]], Mapping[int, Summary]]
"""Summaries of some calls, by primary key, as whoever gets the file may read them."""


def listed_rows(
    calls: Iterable[ListedCall],
    sheet_of: SheetOf,
    summaries_of: SummariesOf,
    titles: Mapping[str, str],
    names: Mapping[str, str],
) -> Iterator[Row]:
    """Rows of `LISTED`; ``titles``: what people call the items, ``names``: and the agents, by id."""
    for batch in chunked(calls, ROWS_AT_ONCE):
        summaries = summaries_of([call.call_pk for call in batch])
        for call in batch:
            row = _row(call, sheet_of(call), summaries.get(call.call_pk, Summary()), titles)
            yield {**row, "agent_name": names.get(call.agent_id)}


def _row(call: ListedCall, sheet: CallScore | None, summary: Summary, titles: Mapping[str, str]) -> Row:
    failed, undecided = (sheet.failed, sheet.undecided) if sheet else ((), ())
    fatal = fatal_words(sheet.items) if sheet else UNCONFIRMED if call.fatal else None
    return {
        "started_at": call.started_at,
        "call_id": call.call_id,
        "agent_id": call.agent_id,
        "team": call.team,
        "category": call.category,
        "request_type": call.request_type,
        "line": call.line,
        "seconds": call.seconds,
        "total": call.total,
        "failed": Joined(titles.get(item, item) for item in failed),
        "undecided": Joined(titles.get(item, item) for item in undecided),
        "needs_review": call.needs_review,
        "fatal": Message(fatal) if fatal else None,
        "wanted": in_a_row(summary.wanted),
        "outcome": in_a_row(summary.outcome),
    }


def csv_pieces(rows: Iterable[Row], zone: ZoneInfo, language: str) -> Iterator[str]:
    """A CSV file for spreadsheets, some rows at a time. Text that a spreadsheet would run begins with an apostrophe."""
    columns = LISTED.columns
    table = ExportTable(LISTED, rows).clean_rows([language])
    yield "\ufeff" + _csv_lines([[in_context(language, COLUMN_HEADING, column.heading) for column in columns]])
    for batch in chunked(table, ROWS_AT_ONCE):
        yield _csv_lines(
            [csv_text(*pair, zone, language) for pair in zip(columns, row[language], strict=True)] for row in batch
        )


def write_workbook(rows: Iterable[Row], path: Path, title: str, zone: ZoneInfo, language: str) -> None:
    """The first `MOST_IN_WORKBOOK` rows as a workbook."""
    with new_files() as files:
        table = ExportTable(LISTED, islice(rows, MOST_IN_WORKBOOK))
        write_tables([table], [WorkbookSink(files, path, title, (), zone, language)])


def _csv_lines(rows: Iterable[list[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
