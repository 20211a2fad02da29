"""The call centre's export: a table of calls (CSV, XLS, XLSX, Parquet) read into `Call` values, row by row.

A row that cannot be read is a value too: it keeps its line number and says why, and the rest goes on.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar
from zoneinfo import ZoneInfo

from callqa.errors import ConfigError, ReasonedError
from callqa.messages import Message
from callqa.people import plain_id
from callqa.roster import RosterAgent
from callqa.settings import COLUMNS, IngestSettings
from callqa.types import Call, Direction, Hangup, Ticket
from services.intake.columns import Chosen, is_known, map_columns
from services.intake.table_file import Table, read_table
from services.roster.file import read_roster

TIME_FORMATS = (
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M",
    "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M",
)  # fmt: skip
"""Besides ISO 8601. Nothing is guessed: 02/11/2026 would be one day here and another there."""

YEARS = range(2000, 2100)
Remembered = Callable[[tuple[str, ...]], Chosen | None]
"""What was chosen before for these columns."""
T = TypeVar("T")

CATEGORY_LEVELS = ("category_l1", "category_l2", "category_l3", "category_l4")
TICKET_TEXTS = ("summary", "location", "district", "contact_name", "contact_phone", "event_time", "appeal")
DIRECTIONS: dict[str, Direction] = {
    "": "inbound", "inbound": "inbound", "in": "inbound", "呼入": "inbound", "来电": "inbound",
    "outbound": "outbound", "out": "outbound", "呼出": "outbound", "外呼": "outbound", "回访": "outbound",
}  # fmt: skip
HANGUPS: dict[str, Hangup] = {
    "": "unknown", "unknown": "unknown", "未知": "unknown", "system": "system", "系统": "system",
    "agent": "agent", "坐席": "agent", "座席": "agent", "话务员": "agent",
    "citizen": "citizen", "customer": "citizen", "caller": "citizen",
    "市民": "citizen", "客户": "citizen", "用户": "citizen",
}  # fmt: skip
CHANNELS: dict[str, int | None] = {
    "": None,
    "0": 0,
    "left": 0,
    "左": 0,
    "左声道": 0,
    "1": 1,
    "right": 1,
    "右": 1,
    "右声道": 1,
}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row of the manifest was refused."""

    line: int
    """As a text editor or a spreadsheet numbers it; the header is line 1."""
    call_id: str
    reason: str
    message: Message


@dataclass(frozen=True, slots=True)
class ManifestRow:
    line: int
    call: Call


class _BadCell(ReasonedError):
    AREA = "manifest"


def nothing_remembered(header: tuple[str, ...]) -> Chosen | None:
    """Only columns that are known by their names."""
    return None


def read_manifest(
    uri: str,
    recordings: str | None,
    settings: IngestSettings,
    timezone: str,
    remembered: Remembered = nothing_remembered,
) -> Iterator[ManifestRow | RowProblem]:
    """Calls and refused rows of the manifest at ``uri`` (any fsspec URI), in order.

    ``recordings`` is the folder recordings are looked up in; by default that of the settings, else the manifest's own.
    Raises `ConfigError` when the table cannot be read at all.
    """
    uri = _absolute(uri)
    table = read_table(uri, Message("table.manifest", uri=uri), partial(is_known, settings=settings))
    recordings = recordings or settings.recordings
    folder = uri.rpartition("/")[0] if recordings is None else _absolute(recordings)
    yield from rows_of(table, uri, folder, settings, timezone, remembered(table.header))


def rows_of(
    table: Table,
    uri: str,
    folder: str,
    settings: IngestSettings,
    timezone: str,
    chosen: Chosen | None = None,
    only_inside: bool = False,
) -> Iterator[ManifestRow | RowProblem]:
    """Calls and refused rows of a manifest; ``uri`` is what errors call it. Raises `ConfigError`.

    ``only_inside``: a row whose recording lies outside of ``folder`` is refused.
    """
    columns = map_columns(table.header, settings, uri, chosen)
    roster = read_roster(settings.roster)
    zone = ZoneInfo(timezone)
    for line, cells in table.rows:
        values = {field: cells.get(column, "").strip() for field, column in columns.items()}
        if not any(values.values()):
            continue
        try:
            if None in cells:
                raise _BadCell("too_many_cells")
            if only_inside and _is_whole(values.get("recording", "")):
                raise _BadCell("bad_recording_name")
            yield ManifestRow(line, _parse_call(values, folder, settings, zone, roster))
        except _BadCell as problem:
            yield RowProblem(line, values["call_id"], problem.reason, problem.message)


def row_of(values: Mapping[str, str], settings: IngestSettings, timezone: str) -> ManifestRow | RowProblem:
    """The call with these values, by the names of the fields (`COLUMNS`), as if it stood in a manifest by itself."""
    filled = {field: values.get(field, "").strip() for field in COLUMNS}
    try:
        return ManifestRow(1, _parse_call(filled, "", settings, ZoneInfo(timezone), read_roster(settings.roster)))
    except _BadCell as problem:
        return RowProblem(1, filled["call_id"], problem.reason, problem.message)


def check_manifest(
    uri: str, recordings: str | None, settings: IngestSettings, remembered: Remembered = nothing_remembered
) -> None:
    """Raises `ConfigError` unless there is a table with the columns that are needed, and the folder ``recordings``."""
    absolute = _absolute(uri)
    table = read_table(absolute, Message("table.manifest", uri=absolute), partial(is_known, settings=settings))
    map_columns(table.header, settings, uri, remembered(table.header))
    refuse_missing_folder(recordings or settings.recordings)


def refuse_missing_folder(recordings: str | None) -> None:
    """Raises `ConfigError` when the folder of the recordings is a path that is not there: no row could be taken in.

    Elsewhere there may be no folders, and whatever does not answer is told by each recording.
    """
    if recordings is None or "://" in recordings:
        return
    folder = Path(_absolute(recordings))
    if not folder.is_dir():
        raise ConfigError("manifest.no_folder" if not folder.exists() else "manifest.folder_is_file", path=str(folder))


def _absolute(uri: str) -> str:
    """A path that means the same to a run started elsewhere; other URIs are as they are."""
    return uri if "://" in uri else str(Path(uri).expanduser().absolute())


def _parse_call(
    values: Mapping[str, str],
    folder: str,
    settings: IngestSettings,
    zone: ZoneInfo,
    roster: dict[str, RosterAgent] | None,
) -> Call:
    call_id, agent_id = values["call_id"], plain_id(values["agent_id"])
    if not call_id:
        raise _BadCell("no_call_id")
    if not call_id.isprintable():
        raise _BadCell("bad_call_id")
    if not agent_id:
        raise _BadCell("no_agent")
    if roster is not None and agent_id not in roster:
        raise _BadCell("unknown_agent", agent=agent_id)
    started_at = _parse_time(values["started_at"], zone)
    name = values.get("recording") or settings.recording_name.format(call_id=call_id)
    return Call(
        call_id=call_id,
        agent_id=agent_id,
        started_at=started_at,
        recording_uri=_locate(name, folder),
        team=values.get("team") or (roster[agent_id].team_on(f"{started_at:%Y-%m-%d}") if roster else ""),
        direction=_choose(DIRECTIONS, values.get("direction", ""), "direction"),
        hangup_by=_choose(HANGUPS, values.get("hangup_by", ""), "hangup_by"),
        agent_channel=_choose(CHANNELS, values.get("agent_channel", ""), "agent_channel"),
        ticket=_parse_ticket(values),
        line=values.get("line", ""),
    )


def _parse_ticket(values: Mapping[str, str]) -> Ticket | None:
    texts = {field: values.get(field, "") for field in TICKET_TEXTS}
    category = tuple(name for level in CATEGORY_LEVELS if (name := values.get(level, "")))
    request_type = values.get("request_type", "")
    if not (category or request_type or any(texts.values())):
        return None
    return Ticket(request_type=request_type, category=category, **texts)


def _parse_time(text: str, zone: ZoneInfo) -> datetime:
    if not text:
        raise _BadCell("bad_time.empty")
    time = _iso_time(text) or next((time for form in TIME_FORMATS if (time := _formatted_time(text, form))), None)
    # A day alone is no start time, and a year far off is a slip of the hand.
    if time is None or ":" not in text or time.year not in YEARS:
        raise _BadCell("bad_time")
    return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(zone)


def _iso_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _formatted_time(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _locate(name: str, folder: str) -> str:
    """The recording's URI. A relative name stays inside ``folder``; a full path or URI is taken as it is."""
    if _is_whole(name):
        return name
    parts = PurePosixPath(name.replace("\\", "/"))
    if ".." in parts.parts:
        raise _BadCell("bad_recording_name")
    return f"{folder.rstrip('/')}/{parts}" if folder else str(parts)


def _is_whole(name: str) -> bool:
    """Whether it is a full path or URI."""
    return "://" in name or name.startswith("/")


def _choose(table: Mapping[str, T], text: str, field: str) -> T:
    try:
        return table[text.lower()]
    except KeyError as error:
        raise _BadCell(f"bad_{field}", field=field, allowed=list(filter(None, table))) from error
