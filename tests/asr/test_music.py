"""No text from what is not a voice: hold music, signals, keys, noise, silence."""

import io
from pathlib import Path

import numpy as np
import pytest
from sounds import FUR_ELISE, JASMINE, RATE, Samples, at_level, hold_sounds, looped, melody, wav

from asr import Source, Transcriber, vad
from asr.decode import SAMPLE_RATE, Audio, decode
from asr.music import MIN_DURATION, is_tone, spectral_change
from asr.vad import Region, find_speech
from callqa.settings import AsrSettings
from callqa.types import Transcript

SECONDS = 3.0  # of each sound


def heard(*channels: Samples) -> tuple[Audio, tuple[tuple[Region, ...], ...]]:
    """The recording and the speech regions of each channel."""
    _, audio = decode(io.BytesIO(wav(*channels)), "sha")
    return audio, find_speech(audio)


def cut(audio: Audio, region: Region) -> np.ndarray:
    return audio.samples[region.channel, round(region.start * SAMPLE_RATE) : round(region.end * SAMPLE_RATE)]


def on_hold(dbfs: float) -> Samples:
    """Every sound after the other, with silence between."""
    silence = np.zeros(RATE // 2, dtype=np.float32)
    return np.concatenate(
        [part for sound in hold_sounds(SECONDS).values() for part in (at_level(sound, dbfs), silence)]
    )


@pytest.fixture(scope="module")
def speech(samples: Path) -> Samples:
    """Seven seconds of the agent of a sample call, 8 kHz."""
    with (samples / "audio" / "D019.m4a").open("rb") as file:
        _, audio = decode(file, "sha")
    return audio.samples[0, : 7 * SAMPLE_RATE : 2].copy()


@pytest.mark.parametrize("dbfs", [-38.0, -15.0])
def test_nothing_on_the_line_but_a_voice_is_speech(dbfs: float) -> None:
    assert heard(on_hold(dbfs))[1] == ((),)


@pytest.mark.parametrize(
    "sound",
    [melody(JASMINE, "flute", 0.12, 0.5, octave=-2), melody(JASMINE, "flute", 0.12, 0.5, octave=-1)],
    ids=["low", "high"],
)
def test_a_melody_that_the_detector_takes_for_speech_is_found_out(
    sound: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = at_level(looped(sound, 6), -20)

    def long_regions() -> list[Region]:
        (regions,) = heard(music)[1]
        return [region for region in regions if region.duration >= MIN_DURATION]

    assert not long_regions()
    monkeypatch.setattr(vad, "is_tone", lambda samples: False)
    assert long_regions(), "the test has lost its point: nothing passes for speech"


def test_speech_is_no_tone(speech: Samples) -> None:
    audio, (regions,) = heard(speech)
    assert regions
    assert min(spectral_change(cut(audio, region)) for region in regions) > 0.15


def test_music_beside_speech_neither_hides_it_nor_adds_to_it(speech: Samples) -> None:
    alone = heard(speech, speech * 0)[1][0]
    seconds = len(speech) / RATE
    for sound in (looped(melody(FUR_ELISE), seconds), hold_sounds(seconds)["band"], hold_sounds(seconds)["ringback"]):
        _, (theirs, music) = heard(speech, at_level(sound, -25))
        assert music == ()
        # Pauses may be cut out, because soft sounds beside loud ones count as leaked.
        assert sum(r.duration for r in theirs) == pytest.approx(sum(r.duration for r in alone), rel=0.1)
        assert theirs[-1].end == pytest.approx(alone[-1].end, abs=0.1)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(500), np.zeros(SAMPLE_RATE), np.full(SAMPLE_RATE, 0.2)])
def test_silence_and_scraps_are_judged_without_complaint(samples: np.ndarray) -> None:
    assert is_tone(samples.astype(np.float32)) in (True, False)


@pytest.mark.model
def test_a_call_on_hold_has_no_transcript() -> None:
    silence = np.zeros(10 * RATE, dtype=np.float32)
    music = np.concatenate([on_hold(-30.0), silence, on_hold(-18.0)])
    sound = wav(music, np.roll(music, 20 * RATE))
    ((_, result),) = Transcriber(AsrSettings(device="cpu")).transcribe([Source("sha", 0, lambda: io.BytesIO(sound))])
    assert isinstance(result, Transcript)
    assert "".join(turn.text for turn in result.turns) == ""
