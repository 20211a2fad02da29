"""Playlists exported from real recordings: sound of the right length, a sheet, and nothing lost when stopped."""

import json
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from lesson_clips import NOW, OPENING, fill, own_recordings, sheet
from nights import QUIET
from rich.console import Console

from asr import describe_engine
from asr.decode import decode
from callqa.coaching import Clip
from callqa.errors import ConfigError, StoreError
from callqa.settings import Settings
from callqa.types import Recording, Transcript, Turn, Verdict
from flows.stages import check, score
from reports.playlist import clips
from reports.playlist.clips import file_name
from reports.playlist.folder import MARK, export_playlist
from services.calls.call_list import list_calls
from services.coaching.agents import agent_letter, hide_agents
from services.coaching.clips import Discretion
from services.coaching.find import example_in, find_examples
from services.context import RubricContext, open_context
from services.intake.ingest import ingest
from store.calls import read, write
from store.people import playlists

AS_SAID = Discretion(bleep=False)
CLOSING = Clip("D036", "closing", Verdict.VIOLATED, 12.0, 20.25)


@pytest.fixture
def manifest(few: Path, samples: Path, tmp_path: Path) -> Path:
    return own_recordings(few, samples, tmp_path)


def sound(path: Path) -> tuple[int, float]:
    """(channels, seconds)"""
    with wave.open(str(path)) as file:
        return file.getnchannels(), file.getnframes() / file.getframerate()


def test_clips_and_sheet(settings: Settings, manifest: Path, tmp_path: Path) -> None:
    with open_context(settings) as context:
        fill(context, manifest, CLOSING, OPENING)
        report = export_playlist([context], "新人", tmp_path / "out", QUIET, discretion=AS_SAID)
    assert (report.done, report.failed) == (2, 0)
    folder = tmp_path / "out"
    names = ["01-结束语-不合格-D036.wav", "02-开头语-合格-D019.wav"]
    assert sorted(path.name for path in folder.iterdir()) == [MARK, *names, "playlist.csv", "playlist.xlsx"]
    assert [sound(folder / name) for name in names] == [(1, 8.25), (2, 6.5)]
    first, second = sheet(folder)
    assert (first["序号"], first["文件"], first["判定"], first["坐席"]) == ("1", names[0], "不合格", "3102")
    assert (second["起"], second["止"], second["备注"], second["状态"]) == (
        "00:00.00",
        "00:06.50",
        "3045 语速合适",
        "已导出",
    )
    book = openpyxl.load_workbook(folder / "playlist.xlsx")
    assert [row[1].value for row in book["片段清单"].iter_rows(min_row=2, max_row=3)] == names


def test_the_sound_is_that_stretch_of_the_recording(settings: Settings, manifest: Path, tmp_path: Path) -> None:
    with open_context(settings) as context:
        fill(context, manifest, CLOSING)
        export_playlist([context], "新人", tmp_path / "out", QUIET, discretion=AS_SAID)
    with (tmp_path / "audio" / "D036.mp3").open("rb") as file:
        _, audio = decode(file, "")
    expected = audio.samples[0, 12 * 16_000 : 12 * 16_000 + 132_000]
    with wave.open(str(tmp_path / "out" / "01-结束语-不合格-D036.wav")) as clip:
        samples = np.frombuffer(clip.readframes(clip.getnframes()), "<i2") / 32767
    assert np.abs(expected).max() > 0.05
    np.testing.assert_allclose(samples, expected, atol=1e-4)


def score_d019(context: RubricContext, manifest: Path, samples: Path, *flags: str) -> tuple[Turn, ...]:
    """Ingests the calls, and checks, scores and lists D019 as it was really said."""
    truth = json.loads((samples / "truth" / "D019.json").read_text(encoding="utf-8"))
    turns = tuple(
        Turn(i, turn["speaker"], turn["start"], turn["end"], turn["text"], confidence=0.95)
        for i, turn in enumerate(truth["turns"])
    )
    ingest(context.store, context.settings, str(manifest), None)
    with context.store.write() as connection:
        row = read.call_row(connection, "D019")
        assert row is not None
        recording = Recording(row.sha256, turns[-1].end + 1, 2, 8000, "aac")
        transcript = Transcript(recording, context.keys.engine_key, turns, flags)
        write.put_transcript(connection, row.sha256, 0, transcript, describe_engine(context.settings.asr))
    check(context, [row.call_pk])
    score(context, [row.call_pk])
    list_calls([context], Console(quiet=True))
    return turns


@pytest.mark.parametrize(("flags", "picked"), [((), ["D019"]), (("damaged",), [])])
def test_a_damaged_recording_is_no_example(
    settings: Settings, manifest: Path, samples: Path, flags: tuple[str, ...], picked: list[str]
) -> None:
    with open_context(settings) as context:
        score_d019(context, manifest, samples, *flags)
        examples = find_examples(context, "opening", "best", 5, "2026-11")
    assert [example.clip.call_id for example in examples] == picked


def test_a_scored_call_gives_its_clip_and_quote(
    settings: Settings, manifest: Path, samples: Path, tmp_path: Path
) -> None:
    with open_context(settings) as context:
        turns = score_d019(context, manifest, samples)
        example = example_in(context, "D019", "opening")
        with context.store.write() as connection:
            playlists.add_clips(connection, "新人", [example.clip], "王培训", NOW)
        export_playlist([context], "新人", tmp_path / "named", QUIET)
        export_playlist([context], "新人", tmp_path / "anonymous", QUIET, discretion=Discretion(anonymous=True))
    first = turns[0]
    assert first.start - 1 <= example.clip.start <= first.start
    assert example.clip.end == pytest.approx(first.end + 1)
    assert "工号三零四五" in example.quote
    ((named,), (anonymous,)) = sheet(tmp_path / "named"), sheet(tmp_path / "anonymous")
    assert (named["坐席"], named["原话"]) == ("3045", example.quote)
    assert anonymous["坐席"] == "坐席A"
    assert "工号坐席A" in anonymous["原话"]
    _, seconds = sound(tmp_path / "named" / named["文件"])
    assert seconds == pytest.approx(example.clip.end - example.clip.start, abs=1e-3)


def test_recordings_that_fail_are_rows_and_are_tried_again(settings: Settings, manifest: Path, tmp_path: Path) -> None:
    audio = tmp_path / "audio"
    late = Clip("D036", "opening", Verdict.MET, 5000.0, 5010.0)
    with open_context(settings) as context:
        fill(context, manifest, OPENING, CLOSING, late)
        (audio / "D019.m4a").rename(tmp_path / "away.m4a")
        report = export_playlist([context], "新人", tmp_path / "out", QUIET, discretion=AS_SAID)
        assert (report.done, report.failed) == (1, 2)
        assert [(row["状态"], bool(row["文件"])) for row in sheet(tmp_path / "out")] == [
            ("未导出：找不到录音", False), ("已导出", True), ("未导出：片段超出录音", False),
        ]  # fmt: skip
        (tmp_path / "away.m4a").rename(audio / "D019.m4a")
        again = export_playlist([context], "新人", tmp_path / "out", QUIET, discretion=AS_SAID)
    assert (again.done, again.failed) == (2, 1)


def test_an_export_that_was_stopped_goes_on(
    settings: Settings, manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_context(settings) as context:
        fill(context, manifest, OPENING, CLOSING)
        opened: list[str] = []

        def interrupted(uri: str, sha256: str, keys: object) -> object:
            opened.append(uri)
            if len(opened) == 2:
                raise KeyboardInterrupt
            return open_recording(uri, sha256, keys)

        open_recording = clips.open_recording
        monkeypatch.setattr(clips, "open_recording", interrupted)
        with pytest.raises(KeyboardInterrupt):
            export_playlist([context], "新人", tmp_path / "out", QUIET, discretion=AS_SAID)
        report = export_playlist([context], "新人", tmp_path / "out", QUIET, discretion=AS_SAID)
        assert (report.done, report.failed) == (2, 0)
        assert len(opened) == 3  # the first one was not decoded again


def test_a_folder_in_use_is_left_alone(settings: Settings, manifest: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with open_context(settings) as context:
        fill(context, manifest, OPENING, CLOSING)
        export_playlist([context], "新人", folder, QUIET, discretion=AS_SAID)
        (folder / "notes.txt").write_text("mine", encoding="utf-8")
        with context.store.write() as connection:
            playlists.remove_clip(connection, "新人", 1)
        with pytest.raises(ConfigError, match="is not empty; give another folder, or --force"):
            export_playlist([context], "新人", folder, QUIET, discretion=AS_SAID)
        assert len(sheet(folder)) == 2
        export_playlist([context], "新人", folder, QUIET, discretion=AS_SAID, force=True)
        assert [path.name for path in sorted(folder.glob("*.wav"))] == ["01-结束语-不合格-D036.wav"]
        assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
        with pytest.raises(ConfigError, match=r"notes\.txt is a file"):
            export_playlist([context], "新人", folder / "notes.txt", QUIET, discretion=AS_SAID)


def test_what_cannot_be_exported(settings: Settings, manifest: Path, tmp_path: Path) -> None:
    with open_context(settings) as context:
        fill(context, manifest)
        with pytest.raises(ConfigError, match="playlist 新人 has no clips yet"):
            export_playlist([context], "新人", tmp_path / "out", QUIET)
        with pytest.raises(StoreError, match="there is no playlist 'x'; playlists: 新人"):
            export_playlist([context], "x", tmp_path / "out", QUIET)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("call_id", "name"),
    [
        ("D028", "03-开头语-合格-D028.wav"),
        ("../../etc/passwd", "03-开头语-合格-etcpasswd.wav"),
        ('C:\\a<b>:"|?*\n', "03-开头语-合格-Cab.wav"),
        ("...", "03-开头语-合格-_.wav"),
        ("9" * 300, f"03-开头语-合格-{'9' * 72}.wav"),
        ("呼" * 300, f"03-开头语-合格-{'呼' * 24}.wav"),
        ("通话\u202e1", "03-开头语-合格-通话1.wav"),
    ],
)
def test_names_are_safe(call_id: str, name: str) -> None:
    assert file_name(3, 12, "开头语", Verdict.MET, call_id) == name


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("工号3045，您好", "工号甲，您好"),
        ("工号三零四五", "工号甲"),
        ("工号叁零肆伍", "工号叁零肆伍"),  # no engine writes it so
        ("3046号", "3046号"),
    ],
)
def test_an_agents_number_is_hidden(text: str, hidden: str) -> None:
    assert hide_agents(text, {"3045": "甲"}) == hidden


def test_a_short_number_is_hidden_as_it_is_written() -> None:
    assert hide_agents("工号12，十二点", {"12": "甲"}) == "工号甲，十二点"
    assert hide_agents("A3.0 A310", {"A3.0": "甲"}) == "甲 A310"


def test_numbers_of_all_agents_are_hidden_wherever_they_stand(
    settings: Settings, manifest: Path, tmp_path: Path
) -> None:
    with open_context(settings) as context:
        fill(context, manifest, OPENING, replace(CLOSING, note="比3045差"))
        with context.store.write() as connection:
            playlists.add_clips(connection, "辅导3102", [OPENING, replace(CLOSING, note="比3045差")], "王培训", NOW)
        export_playlist([context], "辅导3102", tmp_path / "out", QUIET, discretion=Discretion(anonymous=True))
    assert [row["备注"] for row in sheet(tmp_path / "out")] == ["坐席A 语速合适", "比坐席A差"]
    assert openpyxl.load_workbook(tmp_path / "out" / "playlist.xlsx").properties.title == "辅导坐席B"
    assert hide_agents("20261109-3045-1", {"304": "甲", "3045": "乙"}) == "20261109-乙-1"


def test_letters_go_on_after_z() -> None:
    assert [agent_letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
