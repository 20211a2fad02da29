"""Ingest: the manifest's rows become calls in the store, each joined to its recording by content.

A row that cannot be taken is a failure row with its line number and reason; the rest goes on. A row that is already
known costs one look at the file's size and time, no reading.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Literal

from more_itertools import chunked

from callqa.errors import AudioError, StoreError
from callqa.messages import Message
from callqa.settings import Settings
from services.intake.gate import FOR_GOOD, Gate
from services.intake.manifest import ManifestRow, RowProblem, read_manifest, refuse_missing_folder
from services.intake.recordings import Fingerprint, fingerprint, stamp
from store import Connection, Store
from store.calls import failures, read, write

STAGE = "ingest"
ROWS_PER_COMMIT = 200

Outcome = Literal["new", "same", "replaced"]


@dataclass(frozen=True, slots=True)
class IngestReport:
    new: int
    same: int
    replaced: int
    refused: tuple[RowProblem, ...]

    @property
    def rows(self) -> int:
        return self.new + self.same + self.replaced + len(self.refused)


@dataclass(frozen=True, slots=True)
class _FoundCall:
    row: ManifestRow
    stamp: str
    fingerprint: Fingerprint


def ingest(
    store: Store,
    settings: Settings,
    manifest: str,
    recordings: str | None = None,
    *,
    replace: bool = False,
    on_row: Callable[[], None] = lambda: None,
) -> IngestReport:
    """Take the calls of ``manifest`` into the store. ``replace``: a known call id may come with other content.

    Raises `ConfigError` when the table or the folder of the recordings cannot be read at all.
    """
    refuse_missing_folder(recordings)
    rows = read_manifest(manifest, recordings, settings.ingest, settings.timezone)
    counts: Counter[Outcome] = Counter()
    refused: list[RowProblem] = []
    mentioned: set[str] = set()
    gate = Gate.of(store, settings, datetime.now(UTC))
    for batch in chunked(rows, ROWS_PER_COMMIT):
        looked_up = _find_recordings(store, batch, gate, on_row)  # reads files, so no transaction is open meanwhile
        with store.write() as connection:
            for item in looked_up:
                outcome = item if isinstance(item, RowProblem) else _put_call(connection, item, gate, replace)
                if isinstance(outcome, RowProblem):
                    refused.append(outcome)
                else:
                    counts[outcome] += 1
                if not (isinstance(outcome, RowProblem) and outcome.reason in FOR_GOOD):
                    _note_failure(connection, item, outcome, PurePosixPath(manifest).name, mentioned)
    return IngestReport(counts["new"], counts["same"], counts["replaced"], tuple(refused))


def _find_recordings(
    store: Store, batch: list[ManifestRow | RowProblem], gate: Gate, on_row: Callable[[], None]
) -> list[_FoundCall | RowProblem]:
    call_ids = [row.call.call_id for row in batch if isinstance(row, ManifestRow)]
    with store.read() as connection:
        known = read.known_recordings(connection, call_ids)
    result: list[_FoundCall | RowProblem] = []
    for row in batch:
        result.append(row if isinstance(row, RowProblem) else _find_recording(row, known, gate))
        on_row()
    return result


def _find_recording(row: ManifestRow, known: dict[str, read.KnownRecording], gate: Gate) -> _FoundCall | RowProblem:
    before = known.get(row.call.call_id)
    if before is None and (reason := gate.refuses_age(row.call)):
        return RowProblem(row.line, row.call.call_id, reason, FOR_GOOD[reason])
    try:
        now = stamp(row.call.recording_uri)
        if before and (before.uri, before.stamp) == (row.call.recording_uri, now):
            return _FoundCall(row, now, Fingerprint(before.sha256, before.n_bytes))
        return _FoundCall(row, now, fingerprint(row.call.recording_uri, gate.keys))
    except AudioError as error:
        return RowProblem(row.line, row.call.call_id, error.reason, error.message)


def _put_call(connection: Connection, found_call: _FoundCall, gate: Gate, replace: bool) -> Outcome | RowProblem:
    call, recording = found_call.row.call, found_call.fingerprint
    if reason := gate.refuses(connection, call, recording.sha256):
        return RowProblem(found_call.row.line, call.call_id, reason, FOR_GOOD[reason])
    try:
        return write.put_call(connection, call, recording.sha256, recording.n_bytes, found_call.stamp, replace=replace)
    except StoreError as error:
        return RowProblem(found_call.row.line, call.call_id, "duplicate_call_id", error.message)


def _note_failure(
    connection: Connection,
    item: _FoundCall | RowProblem,
    outcome: Outcome | RowProblem,
    manifest: str,
    mentioned: set[str],
) -> None:
    """Keep what is refused; what this manifest has not mentioned before is no longer refused for an earlier reason."""
    call_id = item.call_id if isinstance(item, RowProblem) else item.row.call.call_id
    line = item.line if isinstance(item, RowProblem) else item.row.line
    key = call_id or f"{manifest}:{line}"
    if key not in mentioned:
        failures.clear_failures(connection, STAGE, key)
        mentioned.add(key)
    if isinstance(outcome, RowProblem):
        message = Message("manifest.line", line=line, problem=outcome.message)
        failures.put_failure(connection, STAGE, key, outcome.reason, message)
