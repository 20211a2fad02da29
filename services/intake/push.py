"""Push: one call, or the ticket of one, handed in by a program instead of a manifest."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from callqa.errors import CallQAError, StoreError
from callqa.settings import Settings
from callqa.types import Ticket
from services.intake.ingest import put_rows
from services.intake.manifest import ManifestRow, RowProblem, row_of
from services.intake.uploads import recording_uri
from store import Store
from store.calls import read, urgent

FROM = "/api/v1"
"""The place of such calls, where a manifest would stand."""
Outcome = Literal["new", "same", "replaced"]


class Conflict(CallQAError):
    """The call's id is known with other content."""


def push_call(
    store: Store, settings: Settings, values: Mapping[str, str], now: datetime, *, replace: bool, is_urgent: bool
) -> Outcome:
    """Takes the call in; ``values`` by the names of `COLUMNS`. Raises `Conflict` and `CallQAError`."""
    if not values.get("recording"):
        raise CallQAError("upload.no_recording")
    placed = {**values, "recording": recording_uri(settings, values["recording"])}
    return _put(store, settings, row_of(placed, settings.ingest, settings.timezone), now, replace, is_urgent)


def push_ticket(
    store: Store, settings: Settings, call_id: str, ticket: Ticket, now: datetime, *, is_urgent: bool
) -> Outcome:
    """Puts the ticket in the place of the call's present one; its checks are made anew. Raises as `push_call`."""
    with store.read() as c:
        known = read.call_row(c, call_id)
    if known is None:
        raise CallQAError("call.unknown", call=call_id)
    if not known.call.recording_uri:
        raise CallQAError("recording.removed")
    zoned = replace(known.call, ticket=ticket, started_at=known.call.started_at.astimezone(settings.zone))
    return _put(store, settings, ManifestRow(1, zoned), now, True, is_urgent)


def _put(
    store: Store, settings: Settings, row: ManifestRow | RowProblem, now: datetime, replaces: bool, is_urgent: bool
) -> Outcome:
    report = put_rows(store, settings, [row], FROM, replace=replaces, noted=False)
    for problem in report.refused:
        if problem.reason == "duplicate_call_id":
            raise Conflict.of(problem.message)
        raise CallQAError.of(problem.message)
    if not isinstance(row, ManifestRow):
        raise StoreError("database.row_missing", table="call", column="call_id", value="")
    if is_urgent:
        with store.write() as c:
            urgent.put_urgent(c, row.call.call_id, now)
    return "new" if report.new else "replaced" if report.replaced else "same"
