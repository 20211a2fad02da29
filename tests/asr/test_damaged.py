"""Damaged recordings of every kind: each is sound or a reason, in time and in bounds, and the night goes on."""

import io
import wave
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import pytest
from damaged import damaged, seeds

from asr.decode import MIN_DURATION, Limits
from asr.sandbox import convert, decode, memory_file
from callqa.errors import AudioError

REASONS = {
    "empty_file",
    "not_audio",
    "truncated",
    "too_short",
    "too_long",
    "unsupported_channels",
    "unsupported_rate",
    "undecodable",
    "decoder_crashed",
    "decoder_hung",
}
Result = TypeVar("Result")
LIMITS = Limits(duration=600, time=20)


def outcome(work: Callable[..., Result], *arguments: object) -> Result | str:
    """What came of it, or the reason why nothing did."""
    try:
        return work(*arguments, LIMITS)
    except AudioError as error:
        return error.reason


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_damage_leaves_sound_or_a_reason(torture: bool) -> None:
    """In the long form thousands of files."""
    counts: Counter[str] = Counter()
    for name, content in damaged(4000 if torture else 400):
        heard = outcome(decode, io.BytesIO(content), "sha")
        if isinstance(heard, str):
            assert heard in REASONS, name
            counts[heard] += 1
            continue
        recording, audio = heard
        counts["heard"] += 1
        assert audio.n_channels == recording.n_channels in (1, 2), name
        assert 0.5 <= audio.duration <= LIMITS.duration, name
        assert abs(audio.samples).max() <= 1, name  # which no NaN is
    assert counts["heard"] > counts.total() / 4, "most damage leaves much to hear"
    assert counts["decoder_crashed"] + counts["decoder_hung"] + counts["undecodable"] <= counts.total() / 100


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_what_can_be_transcribed_can_be_played(torture: bool) -> None:
    """Playback converts by another path; it ends as decoding does, but for sound too short for a call."""
    for name, content in damaged(2000 if torture else 100, seed=1):
        with memory_file() as wav:
            transcribed = outcome(decode, io.BytesIO(content), "sha")
            played = outcome(convert, io.BytesIO(content), wav)
            if not isinstance(played, str) and isinstance(transcribed, str):
                wav.seek(0)
                with wave.open(wav, "rb") as heard:
                    assert heard.getnframes() < MIN_DURATION * heard.getframerate(), name
            else:
                assert isinstance(played, str) == isinstance(transcribed, str), name
                assert played is None or played == transcribed, name


def test_the_undamaged_ones_are_heard() -> None:
    assert len(seeds()) > 30
    for name, content in seeds().items():
        assert decode(io.BytesIO(content), "sha")[1].damaged_frames == 0, name
