"""A playlist as a folder that a trainer can play from: a WAV file for each clip, and a sheet about them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from asr.bleep import Bleep, bleeped
from asr.decode import SAMPLE_RATE, Limits, Samples
from asr.sandbox import decode
from asr.wav import wav_bytes
from callqa.coaching import Clip, Playlist
from callqa.encryption import Keyring, keyring
from callqa.errors import AudioError, ConfigError
from callqa.keys import content_key
from callqa.types import Verdict
from reports.formats.sinks import CsvSink, Sink, write_tables
from reports.formats.workbook import WorkbookSink
from reports.tables.columns import Column, ExportTable, Row, TableSpec
from services.coaching.agents import agent_letter, hide_agents
from services.coaching.discretion import discreet
from services.coaching.find import evidence_in, quoted
from services.context import RubricSet, titles_of
from services.intake.recordings import open_recording
from services.intake.storage import explain
from services.new_files import new_files, part_of
from services.progress import training_bar
from services.wording import VERDICTS, why_not_heard
from store import Connection
from store.calls import read
from store.people import playlists

MARK = ".callqa-export.json"
"""In the folder: of which clips it is, which files are ours, and whether anything is missing."""
NAME_BYTES = 72  # of a title or call id in a file name; a whole name has at most 255 on most systems
DONE = "已导出"
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
        Column("call_id", "通话编号", "text", "as in the manifest"),
        Column("start", "起", "offset", "where in the call the clip begins"),
        Column("end", "止", "offset", "where it ends"),
        Column("quote", "原话", "words", "what was said, as it was recognised"),
        Column("note", "备注", "words", "the trainer's note"),
        Column("state", "状态", "text", "exported, or why not"),
    ),
)


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """All there is to know of a clip before its recording is opened."""

    order: int
    file: str
    clip: Clip
    call_id: str
    item: str
    agent: str
    quote: str
    note: str
    uri: str
    sha256: str
    bleeps: tuple[Bleep, ...] | None
    """What nobody may hear, by the clock of the recording; ``None`` where nobody can tell."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What became of the clips, in counts."""

    folder: Path
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Discretion:
    """What the class is not told."""

    anonymous: bool = False
    """Agents are named by letters."""
    bleep: bool = True
    """A tone stands in place of names, numbers and addresses, and asterisks in the sheet."""


def export_playlist(
    rubric_set: RubricSet,
    name: str,
    folder: Path,
    console: Console,
    *,
    discretion: Discretion = Discretion(),
    force: bool = False,
) -> ExportReport:
    """Cuts the clips and writes the sheet (XLSX and CSV). An export that was stopped, or lacked recordings, goes on.

    A recording that cannot be read is told in the sheet. Raises `StoreError` when there is no such playlist and
    `ConfigError` when the folder holds anything else and not ``force``, or cannot be written.
    """
    with rubric_set[0].store.read() as connection:
        playlist = playlists.read_playlist(connection, name)
        labels = _labels(connection, playlist) if discretion.anonymous else {}
        clips = _plan(connection, rubric_set, playlist, labels, discretion.bleep)
    if not clips:
        raise ConfigError(f"playlist {name} has no clips yet; add some with: callqa picks ITEM --save {name}")
    key = content_key([[one.file, one.agent, one.clip.start, one.clip.end, one.sha256, one.bleeps] for one in clips])
    try:
        _prepare(folder, key, [one.file for one in clips], force)
        limits, keys = Limits.of(rubric_set[0].settings.asr), keyring(rubric_set[0].settings.encryption)
        states = dict(_cut_all(clips, folder, limits, keys, console))
        _write_sheet(
            hide_agents(playlist.name, labels), folder, [(one, states[one.order]) for one in clips], rubric_set[0].zone
        )
        failed = sum(state != DONE for state in states.values())
        _mark(folder, key, [one.file for one in clips], done=not failed)
    except OSError as error:
        raise ConfigError(f"cannot write to {folder}: {explain(error)}") from error
    return ExportReport(folder, len(clips) - failed, failed)


def file_name(order: int, n_clips: int, title: str, verdict: Verdict, call_id: str) -> str:
    """A name that every system takes: of what people wrote, letters and digits alone.

    >>> file_name(1, 5, "开头语", Verdict.MET, "../D028")
    '01-开头语-合格-D028.wav'
    """
    number = str(order).zfill(max(2, len(str(n_clips))))
    return f"{number}-{_plain(title)}-{VERDICTS[verdict]}-{_plain(call_id)}.wav"


def _plain(text: str) -> str:
    kept = "".join(character for character in text if character.isalnum() or character in "-_")
    return kept.encode()[:NAME_BYTES].decode(errors="ignore") or "_"


def _labels(c: Connection, playlist: Playlist) -> dict[str, str]:
    """What stands for each agent of the playlist."""
    rows = (read.call_row(c, clip.call_id) for clip in playlist.clips)
    agents = dict.fromkeys(row.call.agent_id for row in rows if row)
    return {agent_id: f"坐席{agent_letter(number)}" for number, agent_id in enumerate(agents)}


def _plan(
    c: Connection, rubric_set: RubricSet, playlist: Playlist, labels: Mapping[str, str], bleep: bool
) -> list[PlannedClip]:
    titles = titles_of(rubric_set)
    planned = []
    for order, clip in enumerate(playlist.clips, start=1):
        stored = read.call_row(c, clip.call_id)
        assert stored is not None  # a clip points at its call
        evidence, note = evidence_in(c, rubric_set, clip), clip.note
        bleeps: tuple[Bleep, ...] | None = ()
        if bleep:
            evidence, note, bleeps = discreet(c, rubric_set[0], stored, evidence, note)
        title = titles.get(clip.item_id, clip.item_id)
        call_id, quote, note = (hide_agents(text, labels) for text in (clip.call_id, quoted(evidence), note))
        agent = labels.get(stored.call.agent_id, stored.call.agent_id)
        name = file_name(order, len(playlist.clips), title, clip.verdict, call_id)
        place = stored.call.recording_uri, stored.sha256
        planned.append(PlannedClip(order, name, clip, call_id, title, agent, quote, note, *place, bleeps))
    return planned


def _prepare(folder: Path, key: str, files: list[str], force: bool) -> None:
    """The folder, with our mark and nothing of an earlier export of other clips. Raises `ConfigError`."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file; give a folder, which is made when there is none")
    mark = _read_mark(folder)
    if mark.get("key") == key and not mark.get("done"):
        return
    if folder.exists() and any(folder.iterdir()):
        if not force:
            raise ConfigError(f"{folder} is not empty; give another folder, or --force to write over what is there")
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
    _write_whole(folder / MARK, text.encode())


def _cut_all(
    clips: list[PlannedClip], folder: Path, limits: Limits, keys: Keyring, console: Console
) -> Iterator[tuple[int, str]]:
    """The state of each clip, by its order. Clips of one recording are cut together: decoding takes the time."""
    by_recording = sorted(clips, key=lambda one: (one.uri, one.sha256, one.order))
    with training_bar(console) as progress:
        task = progress.add_task("export", total=len(clips))
        for (uri, sha256), group in groupby(by_recording, key=lambda one: (one.uri, one.sha256)):
            of_recording = list(group)
            missing = [one for one in of_recording if not (folder / one.file).exists()]
            yield from ((one.order, DONE) for one in of_recording if one not in missing)
            if missing:
                yield from _cut(missing, uri, sha256, folder, limits, keys)
            progress.advance(task, len(of_recording))


def _cut(
    clips: list[PlannedClip], uri: str, sha256: str, folder: Path, limits: Limits, keys: Keyring
) -> Iterator[tuple[int, str]]:
    try:
        with open_recording(uri, sha256, keys) as file:
            _, audio = decode(file, sha256, limits)
    except AudioError as error:
        yield from ((one.order, _told(error)) for one in clips)
        return
    for one in clips:
        try:
            _write_whole(folder / one.file, wav_bytes(_stretch(audio.samples, one)))
            yield one.order, DONE
        except AudioError as error:
            yield one.order, _told(error)


def _stretch(samples: Samples, planned: PlannedClip) -> Samples:
    """Shape (n_channels, n_samples), with the channels of the recording."""
    if planned.bleeps is None:
        raise AudioError("not_transcribed", "nobody knows where something personal is said")
    start, end = (round(seconds * SAMPLE_RATE) for seconds in (planned.clip.start, planned.clip.end))
    if start >= min(end, samples.shape[1]):
        raise AudioError("past_the_end", "the clip begins after the recording's end")
    return bleeped(samples[:, start:end], planned.bleeps, since=start / SAMPLE_RATE)


def _told(error: AudioError) -> str:
    return f"未导出：{why_not_heard(error.reason)}"


def _write_whole(path: Path, content: bytes) -> None:
    """A file that is there is whole, so that a later export need not make it again."""
    part = part_of(path)
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_sheet(title: str, folder: Path, clips: list[tuple[PlannedClip, str]], zone: ZoneInfo) -> None:
    rows: list[Row] = [
        {
            "order": planned.order,
            "file": planned.file if state == DONE else "",
            "item": planned.item,
            "verdict": VERDICTS[planned.clip.verdict],
            "agent": planned.agent,
            "call_id": planned.call_id,
            "start": planned.clip.start,
            "end": planned.clip.end,
            "quote": planned.quote,
            "note": planned.note,
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
