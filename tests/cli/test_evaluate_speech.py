"""Measuring recognition on clips with transcripts; the words are scripted, all else is real."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from asr.wav import wav_bytes
from callqa.errors import ConfigError
from callqa.settings import AsrSettings
from cli.main import app
from services.console import wide_console
from services.evaluation.speech import evaluate_speech, read_clips


@pytest.fixture(scope="module")
def voice(samples: Path) -> bytes:
    """Four seconds of one speaker."""
    from asr.decode import SAMPLE_RATE, decode

    with (samples / "audio" / "D019.m4a").open("rb") as file:
        _, audio = decode(file, "sha")
    return wav_bytes(audio.samples[0, : 4 * SAMPLE_RATE])


def folder_of(path: Path, rows: list[dict[str, str]], voice: bytes) -> Path:
    for row in rows:
        if row.get("file", "").endswith(".wav"):
            (path / row["file"]).write_bytes(voice)
    with (path / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["file", "transcript"])
        writer.writeheader()
        writer.writerows(rows)
    return path


def scripted(path: Path, text: str) -> AsrSettings:
    script = path / "script.json"
    script.write_text(json.dumps({"*": [{"start": 0.0, "end": 4.0, "text": text}]}), encoding="utf-8")
    return AsrSettings(engine="scripted", script=script)


def test_repaired_and_heard_are_both_measured(tmp_path: Path, voice: bytes) -> None:
    sentence = "您好上海市民服务热线工号三零二八为您服务"
    folder = folder_of(
        tmp_path, [{"file": "a.wav", "transcript": sentence}, {"file": "b.wav", "transcript": sentence}], voice
    )
    result = evaluate_speech(scripted(tmp_path, sentence.replace("工号", "公号")), folder, False, wide_console())
    assert result.n_clips == 2
    assert result.heard.syllable_error_rate is not None
    assert result.heard.syllable_error_rate == pytest.approx(result.repaired.syllable_error_rate or 0)
    assert result.heard.character_error_rate is not None
    assert result.repaired.character_error_rate is not None
    assert result.heard.character_error_rate > result.repaired.character_error_rate, "公号 should have become 工号"
    assert json.loads(json.dumps(result.as_dict()))["with_repair"]["n_characters"] == 2 * len(sentence)


def test_a_telephone_line_changes_the_sound_and_a_broken_clip_is_told(tmp_path: Path, voice: bytes) -> None:
    rows = [{"file": "a.wav", "transcript": "喂"}, {"file": "broken.flac", "transcript": "喂"}]
    folder = folder_of(tmp_path, rows, voice)
    (folder / "broken.flac").write_bytes(b"fLaC and nothing else")
    result = evaluate_speech(scripted(tmp_path, "喂"), folder, True, wide_console())
    assert result.telephone
    assert result.failed == (("broken.flac", "truncated"),)
    assert result.calibration is None, "every syllable is right, so nothing can be fitted"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([], "names no files"),
        ([{"file": "a.wav", "text": "喂"}], "no column transcript"),
        ([{"file": "gone.flac", "transcript": "喂"}], "line 2: there is no file 'gone.flac'"),
        ([{"file": "a.wav", "transcript": " "}], "line 2: a.wav has no transcript"),
    ],
)
def test_a_wrong_folder_is_refused_with_the_line(
    tmp_path: Path, voice: bytes, rows: list[dict[str, str]], problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem):
        list(read_clips(folder_of(tmp_path, rows, voice)))


def test_no_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no manifest\.csv"):
        list(read_clips(tmp_path))


def test_the_command_prints_json(tmp_path: Path, voice: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(tmp_path, [{"file": "a.wav", "transcript": "喂"}], voice)
    settings = scripted(tmp_path, "喂")
    monkeypatch.setenv("CALLQA_ASR__ENGINE", "scripted")
    monkeypatch.setenv("CALLQA_ASR__SCRIPT", str(settings.script))
    result = CliRunner().invoke(app, ["eval-speech", str(folder), "--json", "--telephone"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["n_clips"] == 1
