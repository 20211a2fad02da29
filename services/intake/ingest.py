"""Ingest: the manifest's rows become calls in the store, each joined to its recording by content.

A row that cannot be taken is a failure row with its line number and reason; the rest goes on. A row that is already
known costs one look at the file's size and time, no reading.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Literal

from more_itertools import chunked

from callqa.errors import AudioError, StoreError
from callqa.messages import Message
from callqa.settings import Settings
from services.intake.columns import Chosen
from services.intake.gate import FOR_GOOD, Gate
from services.intake.manifest import ManifestRow, Remembered, RowProblem, read_manifest, refuse_missing_folder
from services.intake.recordings import Fingerprint, fingerprint, stamp
from store import Connection, Store
from store.calls import failures, read, uploads, write

STAGE = "ingest"
ROWS_PER_COMMIT = 200
MOBILE = re.compile(r"(?<![0-9])(1[3-9][0-9])[0-9]{4}([0-9]{4})(?![0-9])")
SIGN_IN = re.compile(r"://[^/@]*@")

Outcome = Literal["new", "same", "replaced", "duplicate"]
DUPLICATE = "duplicate_call_id"


@dataclass(frozen=True, slots=True)
class IngestReport:
    new: int
    same: int
    replaced: int
    refused: tuple[RowProblem, ...]
    duplicates: int = 0
    """Rows that say once more what a row above them says."""

    @property
    def rows(self) -> int:
        return self.new + self.same + self.replaced + self.duplicates + len(self.refused)

    @property
    def nothing_taken(self) -> bool:
        """Every row was refused, and mending would help."""
        refused_all = bool(self.refused) and len(self.refused) == self.rows
        return refused_all and any(problem.reason not in FOR_GOOD for problem in self.refused)


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
    refuse_missing_folder(recordings or settings.ingest.recordings)
    rows = read_manifest(manifest, recordings, settings.ingest, settings.timezone, remembered_in(store))
    return put_rows(store, settings, rows, PurePosixPath(manifest).name, replace=replace, on_row=on_row)


def remembered_in(store: Store) -> Remembered:
    """What people chose for the columns of manifests at the desk."""

    def remembered(header: tuple[str, ...]) -> Chosen | None:
        with store.read() as c:
            return uploads.chosen_columns(c, header)

    return remembered


def put_rows(
    store: Store,
    settings: Settings,
    rows: Iterable[ManifestRow | RowProblem],
    manifest: str,
    *,
    replace: bool = False,
    noted: bool = True,
    on_row: Callable[[], None] = lambda: None,
) -> IngestReport:
    """Take rows that were read into the store. ``manifest``: the name of the file that they are of.

    ``noted``: what is refused stands among the failures; otherwise whoever brings it is told.
    """
    counts: Counter[Outcome] = Counter()
    refused: list[RowProblem] = []
    mentioned: set[str] = set()
    lines: dict[str, int] = {}
    gate = Gate.of(store, settings, datetime.now(UTC))
    for batch in chunked(rows, ROWS_PER_COMMIT):
        looked_up = _find_recordings(store, batch, gate, on_row)  # reads files, so no transaction is open meanwhile
        with store.write() as connection:
            for item in looked_up:
                outcome = item if isinstance(item, RowProblem) else _put_row(connection, item, gate, replace, lines)
                if isinstance(outcome, RowProblem):
                    refused.append(outcome)
                else:
                    counts[outcome] += 1
                if not (isinstance(outcome, RowProblem) and (outcome.reason in FOR_GOOD or not noted)):
                    _note_failure(connection, item, outcome, manifest, mentioned)
    return IngestReport(counts["new"], counts["same"], counts["replaced"], tuple(refused), counts["duplicate"])


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
        return RowProblem(row.line, row.call.call_id, error.reason, _where(row.call.recording_uri, error))


def _where(uri: str, error: AudioError) -> Message:
    """What is wrong with a recording, with the file and folder that were tried."""
    folder, _, file = without_secrets(uri).rpartition("/")
    if error.code == "recording.recording_missing":
        return Message("manifest.recording_missing", file=file, folder=folder)
    return Message("manifest.recording", file=file, folder=folder, problem=error.message)


def without_secrets(uri: str) -> str:
    """The place of a recording as a message may name it: without passwords, and without citizens' telephone numbers.

    >>> without_secrets("s3://key:secret@calls/13812345678_1.wav")
    's3://calls/138****5678_1.wav'
    """
    return MOBILE.sub(r"\1****\2", SIGN_IN.sub("://", uri))


def _put_row(
    connection: Connection, item: _FoundCall, gate: Gate, replace: bool, lines: dict[str, int]
) -> Outcome | RowProblem:
    """``lines``: of the calls that the manifest has mentioned so far. A second row replaces none of them."""
    call_id, line = item.row.call.call_id, item.row.line
    first = lines.setdefault(call_id, line)
    outcome = _put_call(connection, item, gate, replace and first == line)
    if first == line:
        return outcome
    if outcome == "same":
        return "duplicate"
    if isinstance(outcome, RowProblem) and outcome.reason == DUPLICATE:
        return replace_fields(outcome, message=Message("manifest.duplicate", call=call_id, line=first))
    return outcome


def _put_call(connection: Connection, found_call: _FoundCall, gate: Gate, replace: bool) -> Outcome | RowProblem:
    call, recording = found_call.row.call, found_call.fingerprint
    if reason := gate.refuses(connection, call, recording.sha256):
        return RowProblem(found_call.row.line, call.call_id, reason, FOR_GOOD[reason])
    try:
        return write.put_call(connection, call, recording.sha256, recording.n_bytes, found_call.stamp, replace=replace)
    except StoreError as error:
        return RowProblem(found_call.row.line, call.call_id, DUPLICATE, error.message)


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
