"""The tone in place of speech: where it is, where it is not, and that pieces sound as the whole."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asr.bleep import FADE, LEVEL, Bleep, bleeped
from asr.decode import Samples

RATE = 8000
times = st.floats(-0.5, 2.5, allow_nan=False)
some_bleeps = st.lists(st.builds(Bleep, times, times, st.sampled_from([None, 0, 1])), max_size=4)


def noise() -> Samples:
    return np.random.default_rng(1).uniform(-0.5, 0.5, (2, 2 * RATE)).astype(np.float32)


def test_the_tone_replaces_the_sound_and_fades() -> None:
    sound = noise()
    result = bleeped(sound, [Bleep(0.5, 1.0, 1)], RATE)
    start, end, fade = RATE // 2, RATE, round(FADE * RATE)
    np.testing.assert_array_equal(result[0], sound[0])
    np.testing.assert_array_equal(np.delete(result[1], range(start, end)), np.delete(sound[1], range(start, end)))
    at = np.arange(start + fade, end - fade)
    expected = LEVEL * np.sin(2 * np.pi * 1000 / RATE * at)
    np.testing.assert_allclose(result[1, start + fade : end - fade], expected, atol=1e-6)
    assert result[1, start] == 0
    assert np.abs(np.diff(result[1, start:end])).max() < 0.1  # no click within


def test_every_channel() -> None:
    result = bleeped(noise(), [Bleep(0.0, 2.0)], RATE)
    np.testing.assert_array_equal(result[0], result[1])


@given(some_bleeps, st.integers(1, 2 * RATE - 1))
def test_pieces_sound_as_the_whole(bleeps: list[Bleep], cut: int) -> None:
    sound = noise()
    pieces = [
        bleeped(sound[:, :cut], bleeps, RATE),
        bleeped(sound[:, cut:], bleeps, RATE, since=cut / RATE),
    ]
    np.testing.assert_allclose(np.concatenate(pieces, axis=1), bleeped(sound, bleeps, RATE), atol=1e-7)


@given(some_bleeps)
def test_nothing_else_is_touched(bleeps: list[Bleep]) -> None:
    sound = noise()
    before = sound.copy()
    changed = bleeped(sound, bleeps, RATE) != sound
    np.testing.assert_array_equal(sound, before)
    for channel, samples in enumerate(changed):
        channel_bleeps = [bleep for bleep in bleeps if bleep.channel in (None, channel)]
        for at in np.flatnonzero(samples):
            assert any(round(bleep.start * RATE) <= at < round(bleep.end * RATE) for bleep in channel_bleeps)
