"""Clips of a playlist leave with everything personal bleeped and masked, or not at all."""

import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lesson_clips import OPENING, fill, own_recordings, sheet
from nights import QUIET

from asr import describe_engine
from asr.bleep import LEVEL
from asr.decode import Samples, decode
from callqa.settings import Settings
from callqa.types import Recording, Role, Transcript, Turn, Word
from qa_models.personal.spans import MARGIN
from reports.playlist.folder import export_playlist
from services.context import RubricContext, open_context
from store.calls import read, write


@pytest.fixture
def manifest(few: Path, samples: Path, tmp_path: Path) -> Path:
    return own_recordings(few, samples, tmp_path)


def tell(context: RubricContext, manifest: Path, note: str, *turns: Turn) -> None:
    """A transcript of D019 with these turns, and a clip of its first seconds."""
    fill(context, manifest, replace(OPENING, note=note))
    with context.store.write() as connection:
        row = read.call_row(connection, "D019")
        assert row is not None
        transcript = Transcript(Recording(row.sha256, 60, 2, 8000, "aac"), context.keys.engine_key, turns)
        write.put_transcript(connection, row.sha256, 0, transcript, describe_engine(context.settings.asr))


def timed(index: int, role: Role, text: str, start: float, end: float) -> Turn:
    step = (end - start) / len(text)
    words = tuple(Word(c, start + i * step, start + (i + 1) * step, 1.0) for i, c in enumerate(text))
    return Turn(index, role, start, end, text, words)


def both(tmp_path: Path) -> tuple[Samples, Samples]:
    """The exported clip and the same stretch of the recording."""
    (path,) = (tmp_path / "out").glob("*.wav")
    with wave.open(str(path)) as clip:
        frames = np.frombuffer(clip.readframes(clip.getnframes()), "<i2").reshape(-1, 2).T / 32767
    with (tmp_path / "audio" / "D019.m4a").open("rb") as file:
        _, audio = decode(file, "")
    return frames, audio.samples[:, : frames.shape[1]]


def test_a_name_is_bleeped_and_nothing_else(settings: Settings, manifest: Path, tmp_path: Path) -> None:
    """The agent says 王 from 2.0 s to 2.5 s and talks to 3 s; the citizen talks from 2.3 s on."""
    with open_context(settings) as context:
        tell(context, manifest, "", timed(0, "agent", "您姓王是吗", 1.0, 3.5), timed(1, "citizen", "对的", 2.3, 4.0))
        report = export_playlist([context], "新人", tmp_path / "out", QUIET)
    assert report.done == 1
    clip, recording = both(tmp_path)
    start, end, others = (round(16_000 * at) for at in (2.0 - MARGIN, 2.5 + MARGIN, 2.3))
    untouched = np.ones(clip.shape, dtype=bool)
    untouched[0, start:end] = untouched[1, start:others] = False
    np.testing.assert_allclose(clip[untouched], recording[untouched], atol=1e-4)
    for bleep in (clip[0, start:end], clip[1, start:others]):
        inner = bleep[200:-200]
        spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner)))) ** 2
        hertz = np.fft.rfftfreq(len(inner), 1 / 16_000)
        assert spectrum[np.abs(hertz - 1000) < 20].sum() > 0.9999 * spectrum.sum()
        assert np.abs(inner).max() == pytest.approx(LEVEL, abs=1e-3)
    assert np.abs(recording[0, start:end]).max() > 0.05  # there was something to hear


def test_what_is_written_of_a_bleeped_clip_is_masked(settings: Settings, manifest: Path, tmp_path: Path) -> None:
    with open_context(settings) as context:
        tell(context, manifest, "王女士的电话13812345678", timed(0, "citizen", "喂", 0.0, 1.0))
        export_playlist([context], "新人", tmp_path / "out", QUIET)
    (row,) = sheet(tmp_path / "out")
    assert row["备注"] == "*女士的电话***********"


def test_without_a_transcript_nothing_leaves(settings: Settings, manifest: Path, tmp_path: Path) -> None:
    with open_context(settings) as context:
        fill(context, manifest, OPENING)
        report = export_playlist([context], "新人", tmp_path / "out", QUIET)
    assert (report.done, report.failed) == (0, 1)
    assert [row["状态"] for row in sheet(tmp_path / "out")] == ["未导出：没有转写文本，无法消音"]
    assert not list((tmp_path / "out").glob("*.wav"))
