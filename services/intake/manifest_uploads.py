"""Manifests sent to the desk: looked at before they are taken in, with the columns that are proposed and chosen."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import PurePath
from typing import Any

from callqa.errors import AudioError, CallQAError, ConfigError
from callqa.messages import Message, dumps, loads
from callqa.settings import COLUMNS
from services.context import RubricContext
from services.intake.columns import REQUIRED, Chosen, Proposal, is_known, map_columns, propose
from services.intake.ingest import IngestReport, put_rows, without_secrets
from services.intake.manifest import ManifestRow, RowProblem, rows_of
from services.intake.recordings import stamp
from services.intake.table_file import Table, table_of
from services.runs.lease import run_lease
from store.calls import uploads, write

log = logging.getLogger(__name__)

KEPT = timedelta(days=1)
"""For which an upload that nobody takes in is kept."""
STUCK = timedelta(minutes=10)
"""Since an intake began that has not ended: its process may be gone, and it may be begun again."""
SAMPLES = 3
PROBLEMS = 8
REFUSED_KEPT = 500


@dataclass(frozen=True, slots=True)
class LookedFor:
    """Whether a recording of the first rows is where it has to be."""

    place: str
    problem: Message | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of an upload with these columns."""

    header_line: int
    header: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    samples: Mapping[str, tuple[str, ...]]
    """First values, by column."""
    n_good: int
    """Rows that can be read; whether their recordings are there shows when they are taken in."""
    refused: tuple[RowProblem, ...]
    """The first of them."""
    n_refused: int
    reasons: tuple[tuple[str, int], ...]
    """Why rows cannot be read, the commonest first."""
    recordings: tuple[LookedFor, ...]
    """Of the first good rows."""
    problem: Message | None
    """Why it cannot be taken in like this."""


def read_upload(context: RubricContext, name: str, content: bytes) -> Table:
    """Raises `ConfigError`."""
    known = partial(is_known, settings=context.settings.ingest)
    return table_of(content, PurePath(name).suffix, Message("table.manifest", uri=name), known)


def preview(context: RubricContext, name: str, content: bytes, chosen: Chosen | None = None) -> Preview:
    """``chosen``: the columns by field; without them, those that were chosen before, or are proposed.

    Raises `ConfigError` where the file is no table at all.
    """
    table = read_upload(context, name, content)
    with context.store.read() as c:
        remembered = uploads.chosen_columns(c, table.header)
    proposals = propose(table.header, context.settings.ingest, remembered)
    if chosen is not None:
        proposals = tuple(_as_chosen(proposal, chosen) for proposal in proposals)
    columns = {proposal.field: proposal.column for proposal in proposals if proposal.column}
    rows = list(table.rows)
    first = list(islice((cells for _, cells in rows), SAMPLES))
    samples = {column: tuple(cells.get(column, "") for cells in first) for column in columns.values()}
    facts = (table.header_line, table.header, proposals, samples)
    if any(field not in columns for field in REQUIRED):
        return Preview(*facts, 0, (), 0, (), (), Message("请为标有 * 的内容选择清单中的列"))
    try:
        map_columns(table.header, context.settings.ingest, name, columns)
    except ConfigError as error:
        return Preview(*facts, 0, (), 0, (), (), error.message)
    read = list(_rows(context, table._replace(rows=rows), name, columns))
    good = [row for row in read if isinstance(row, ManifestRow)]
    bad = [row for row in read if isinstance(row, RowProblem)]
    reasons = Counter(row.reason for row in bad).most_common()
    looked_for = tuple(_look(row.call.recording_uri) for row in good[:SAMPLES]) if folder_of(context) else ()
    return Preview(*facts, len(good), tuple(bad[:PROBLEMS]), len(bad), tuple(reasons), looked_for, None)


def _as_chosen(proposal: Proposal, chosen: Chosen) -> Proposal:
    column = chosen.get(proposal.field, "")
    return (
        proposal if column == proposal.column else Proposal(proposal.field, column, "remembered" if column else "none")
    )


def _look(uri: str) -> LookedFor:
    try:
        stamp(uri)
    except AudioError as error:
        return LookedFor(without_secrets(uri), error.message)
    return LookedFor(without_secrets(uri), None)


def folder_of(context: RubricContext) -> str:
    """Where the recordings of uploads lie; empty: nobody has said so."""
    return context.settings.ingest.recordings or ""


def _rows(context: RubricContext, table: Table, name: str, columns: Chosen) -> Any:
    """Recordings of what comes by a browser lie in the folder of the settings, and nowhere else."""
    settings = context.settings
    return rows_of(table, name, folder_of(context), settings.ingest, settings.timezone, columns, only_inside=True)


def take_in(context: RubricContext, pk: int, chosen: Chosen, author: str, now: datetime, replace: bool = False) -> None:
    """Takes the rows of an upload into the store, and keeps what came of it; it was begun before."""
    try:
        with context.store.read() as c:
            head, content = uploads.upload_of(c, pk), uploads.content_of(c, pk)
        if head is None or content is None:
            return
        table = read_upload(context, head.name, content)
        with context.store.write() as c:
            uploads.choose_columns(c, table.header, {field: chosen.get(field, "") for field in COLUMNS}, author, now)
        with run_lease(context.store, context.zone):
            with context.store.write() as c:
                run_id = write.start_run(c, "ingest", context.keys)
            rows = _rows(context, table, head.name, chosen)
            report = put_rows(context.store, context.settings, rows, head.name, replace=replace)
            with context.store.write() as c:
                write.finish_run(c, run_id, {"ingest": _counts(report)})
        result = _kept(report)
    except CallQAError as error:
        result = {"error": dumps(error.message)}
    except Exception as error:  # nobody waits for this thread, and the page has to say that it is over
        log.warning("an upload was not taken in", extra={"upload": pk, "error": type(error).__name__})
        result = {"error": dumps(Message("upload.broke", kind=type(error).__name__))}
    with context.store.write() as c:
        uploads.finish(c, pk, result)


def _counts(report: IngestReport) -> dict[str, int]:
    same = report.same + report.duplicates
    return {"new": report.new, "same": same, "replaced": report.replaced, "refused": len(report.refused)}


def _kept(report: IngestReport) -> dict[str, Any]:
    refused = [
        [row.line, row.call_id, row.reason, dumps(row.message)]
        for row in sorted(report.refused, key=lambda row: (row.reason, row.line))[:REFUSED_KEPT]
    ]
    counts = {"new": report.new, "same": report.same, "replaced": report.replaced, "duplicates": report.duplicates}
    return {**counts, "n_refused": len(report.refused), "refused": refused}


def refused_rows(report: Mapping[str, Any]) -> Sequence[RowProblem]:
    """The rows that were refused, as far as they were kept; by reason."""
    return tuple(
        RowProblem(line, call_id, reason, loads(message))
        for line, call_id, reason, message in report.get("refused", ())
    )
