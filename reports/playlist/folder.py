"""A playlist as a folder that a trainer can play from: a WAV file for each clip, and a sheet about them."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from asr.decode import Limits
from asr.wav import wav_bytes
from callqa.encryption import Keyring, keyring
from callqa.errors import ConfigError
from callqa.keys import content_key
from callqa.messages import terminal_text as _
from reports.formats.sinks import CsvSink, Sink, write_tables
from reports.formats.workbook import WorkbookSink
from reports.playlist.clips import PlannedClip, plain_name, plan_playlist, sounds
from reports.tables.columns import Column, ExportTable, Row, TableSpec
from services.coaching.clips import USUAL, Discretion
from services.context import RubricSet
from services.intake.storage import explain
from services.new_files import new_files, write_whole
from services.progress import training_bar

DONE = "已导出"
MARK = ".callqa-export.json"
"""In the folder: of which clips it is, which files are ours, and whether anything is missing."""
SHEET = TableSpec(
    "playlist",
    "片段清单",
    "One row a clip.",
    (
        Column("order", "序号", "count", "place in the lesson"),
        Column("file", "文件", "words", "name of the sound file beside the sheet"),
        Column("item", "项目", "text", "title in the rubric"),
        Column("verdict", "判定", "text", "what the clip shows"),
        Column("agent", "坐席", "text", "agent id, or a letter where agents are not named"),
        Column("call_id", "通话编号", "text", "as in the manifest; empty where agents are not named"),
        Column("start", "起", "offset", "where in the call the clip begins"),
        Column("end", "止", "offset", "where it ends"),
        Column("reason", "原因", "words", "of the verdict"),
        Column("quote", "原话", "words", "what was said, as it was recognised"),
        Column("note", "备注", "words", "the trainer's note"),
        Column("state", "状态", "text", "exported, or why not"),
    ),
)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What became of the clips, in counts."""

    folder: Path
    done: int
    failed: int


def export_playlist(
    rubric_set: RubricSet,
    name: str,
    folder: Path,
    console: Console,
    *,
    discretion: Discretion = USUAL,
    force: bool = False,
) -> ExportReport:
    """Cuts the clips and writes the sheet (XLSX and CSV). An export that was stopped, or lacked recordings, goes on.

    A recording that cannot be read is told in the sheet. Raises `StoreError` when there is no such playlist and
    `ConfigError` when the folder holds anything else and not ``force``, or cannot be written.
    """
    playlist = plan_playlist(rubric_set, name, discretion)
    clips = playlist.clips
    files = [planned.file for planned in clips]
    key = content_key([_content(planned) for planned in clips])
    try:
        _prepare(folder, key, files, force)
        settings = rubric_set[0].settings
        states = _cut(clips, folder, Limits.of(settings.asr), keyring(settings.encryption), console)
        _write_sheet(
            playlist.title, folder, [(planned, states[planned.order]) for planned in clips], rubric_set[0].zone
        )
        failed = sum(state != DONE for state in states.values())
        _mark(folder, key, files, done=not failed)
    except OSError as error:
        raise ConfigError("playlist.not_written", folder=str(folder), why=explain(error)) from error
    return ExportReport(folder, len(clips) - failed, failed)


def _content(planned: PlannedClip) -> list[object]:
    clip, heard = planned.clip, planned.heard
    return [planned.file, planned.agent, clip.start, clip.end, heard.stored.sha256, heard.bleeps]


def _cut(clips: Sequence[PlannedClip], folder: Path, limits: Limits, keys: Keyring, console: Console) -> dict[int, str]:
    """The state of each clip, by its number. A clip whose file is in the folder is not cut again."""
    missing = [planned for planned in clips if planned.heard.overturned or not (folder / planned.file).exists()]
    states = {planned.order: DONE for planned in clips}
    with training_bar(console) as progress:
        task = progress.add_task(_("export"), total=len(missing))
        for planned, sound in sounds(missing, limits, keys):
            if isinstance(sound, str):
                states[planned.order] = sound
                (folder / planned.file).unlink(missing_ok=True)  # cut when it was still an example
            else:
                write_whole(folder / planned.file, wav_bytes(sound))
            progress.advance(task)
    return states


def zip_playlist(rubric_set: RubricSet, name: str, folder: Path, discretion: Discretion) -> Path:
    """The export as a ZIP file in ``folder``, which is there and empty; raises as `export_playlist`."""
    clips = folder / "clips"
    export_playlist(rubric_set, name, clips, Console(quiet=True), discretion=discretion)
    (clips / MARK).unlink(missing_ok=True)  # our own note, for folders that stay
    title = plan_playlist(rubric_set, name, discretion).title
    return Path(shutil.make_archive(str(folder / plain_name(title)), "zip", clips))


def _prepare(folder: Path, key: str, files: list[str], force: bool) -> None:
    """The folder, with our mark and nothing of an earlier export of other clips. Raises `ConfigError`."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError("playlist.folder_is_file", folder=str(folder))
    mark = _read_mark(folder)
    if mark.get("key") == key and not mark.get("done"):
        return
    if folder.exists() and any(folder.iterdir()):
        if not force:
            raise ConfigError("playlist.folder_full", folder=str(folder))
        for name in {*mark.get("files", ()), *files}:
            if name.endswith(".wav"):
                (folder / Path(name).name).unlink(missing_ok=True)  # whoever wrote the mark: only sound, only in here
    folder.mkdir(parents=True, exist_ok=True)
    _mark(folder, key, files, done=False)


def _read_mark(folder: Path) -> Mapping[str, Any]:
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return mark if isinstance(mark, dict) else {}


def _mark(folder: Path, key: str, files: list[str], done: bool) -> None:
    text = json.dumps({"key": key, "files": files, "done": done}, ensure_ascii=False)
    write_whole(folder / MARK, text.encode())


def _write_sheet(title: str, folder: Path, clips: list[tuple[PlannedClip, str]], zone: ZoneInfo) -> None:
    rows: list[Row] = [
        {
            "order": planned.order,
            "file": planned.file if state == DONE else "",
            "item": planned.item,
            "verdict": planned.verdict,
            "agent": planned.agent,
            "call_id": planned.call_id,
            "start": planned.clip.start,
            "end": planned.clip.end,
            "reason": planned.reason,
            "quote": planned.quote,
            "note": planned.clip.note,
            "state": state,
        }
        for planned, state in clips
    ]
    with new_files() as files:
        sinks: list[Sink] = [
            CsvSink(files, folder, zone),
            WorkbookSink(files, folder / f"{SHEET.name}.xlsx", title, (), zone),
        ]
        write_tables([ExportTable(SHEET, rows)], sinks)
