"""Pitch, level, speed and overlap, on sounds whose figures are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import tone

from asr.acoustics import measure, pitch, shared_time
from asr.decode import SAMPLE_RATE, Samples
from asr.telephone import telephone
from asr.vad import Region


def voice(frequency: float, seconds: float = 1.0) -> Samples:
    """A buzz with the harmonics of a voice."""
    return sum(tone(seconds, SAMPLE_RATE, 0.2 / n, n * frequency) for n in range(1, 16))  # type: ignore[return-value]


@pytest.mark.parametrize("frequency", [85.0, 110.0, 150.0, 210.0, 260.0, 380.0])
def test_pitch_is_heard_through_a_telephone(frequency: float) -> None:
    clean = voice(frequency)
    for samples in (clean, telephone(clean)):
        assert pitch(samples) == pytest.approx(frequency, rel=0.02)


@pytest.mark.parametrize("samples", [
    np.zeros(16000, np.float32),
    np.random.default_rng(1).normal(0, 0.1, 16000).astype(np.float32),
    voice(150.0, 0.05),
    np.zeros(0, np.float32),
], ids=["silence", "noise", "too short", "nothing"])  # fmt: skip
def test_no_pitch_without_a_voice(samples: Samples) -> None:
    assert pitch(samples) is None


def test_a_turn_is_measured_on_its_speech_alone() -> None:
    channel = np.concatenate([voice(200.0), np.zeros(SAMPLE_RATE, np.float32), voice(200.0)])
    regions = (Region(0.0, 1.0, 0), Region(2.0, 3.0, 0))
    measured = measure(channel, regions, [Region(0.5, 2.5, 1)], "您好，请问您有什么事")
    assert measured.pitch_hz == pytest.approx(200.0, rel=0.02)
    assert measured.syllables_per_second == 4.5
    assert measured.overlap == 1.0
    assert measured.loudness_dbfs == pytest.approx(measure(channel, regions[:1], (), "").loudness_dbfs, abs=0.1)
    assert measure(channel, regions, (), "……").syllables_per_second is None


spans = st.lists(st.integers(1, 20), max_size=10).map(
    lambda steps: [
        Region(float(a), float(b), 0)
        for a, b in zip(np.cumsum(steps)[::2].tolist(), np.cumsum(steps)[1::2].tolist(), strict=False)
    ]
)


@given(spans, spans)
def test_shared_time_counts_the_seconds_both_speak(ours: list[Region], theirs: list[Region]) -> None:
    def seconds(regions: list[Region]) -> set[int]:
        return {second for r in regions for second in range(int(r.start), int(r.end))}

    assert shared_time(ours, theirs) == len(seconds(ours) & seconds(theirs)) == shared_time(theirs, ours)
