import io

import numpy as np
import pytest
from sounds import encoded, tone, wav

from asr.decode import SAMPLE_RATE, USUAL, Limits, decode, frame_dbfs, rms_dbfs
from callqa.errors import AudioError


def refusal(content: bytes, limits: Limits = USUAL) -> str:
    with pytest.raises(AudioError) as caught:
        decode(io.BytesIO(content), "sha", limits)
    return caught.value.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty_file"),
        ("这是一封信，不是录音。".encode() * 100, "not_audio"),
        (wav(tone(1))[:20], "truncated"),
        (wav(tone(0.2)), "too_short"),
        (wav(tone(1), tone(1), tone(1)), "unsupported_channels"),
    ],
)
def test_what_cannot_be_a_call_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


@pytest.mark.parametrize("tag", [0x0000, 0x0025, 0x0123, 0x0181, 0x7777])
def test_an_unknown_codec_is_named_as_the_reason(tag: int) -> None:
    whole = wav(tone(1))
    with pytest.raises(AudioError, match="unknown codec") as caught:
        decode(io.BytesIO(whole[:20] + tag.to_bytes(2, "little") + whole[22:]), "sha")
    assert caught.value.reason == "not_audio"


@pytest.mark.parametrize("tag", [0x0011, 0x0031, 0x0055])
def test_sound_in_another_codec_than_the_header_names_is_refused(tag: int) -> None:
    whole = wav(tone(1))
    assert refusal(whole[:20] + tag.to_bytes(2, "little") + whole[22:]) == "truncated"


@pytest.mark.parametrize("rate", [1, 3999, 536_878_912, 2**31 - 1])
def test_a_rate_that_no_recorder_has_is_refused(rate: int) -> None:
    """One would make hours of a second, another keeps the resampler busy for minutes."""
    whole = wav(tone(1))
    assert refusal(whole[:24] + rate.to_bytes(4, "little") + whole[28:]) == "unsupported_rate"


def test_a_recorder_that_was_not_stopped_is_refused() -> None:
    assert refusal(wav(tone(3)), Limits(duration=2.0)) == "too_long"


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 192000])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_every_rate_and_layout_comes_out_at_16_khz(rate: int, n_channels: int) -> None:
    recording, audio = decode(io.BytesIO(wav(*[tone(1.5, rate)] * n_channels, rate=rate)), "sha")
    assert (recording.sample_rate, recording.n_channels, recording.codec) == (rate, n_channels, "pcm_s16le")
    assert audio.samples.dtype == np.float32
    assert audio.samples.shape[0] == n_channels
    assert audio.duration == pytest.approx(1.5, abs=0.01)
    assert recording.duration == pytest.approx(1.5, abs=0.01)
    # Resampling keeps the tone's pitch and level.
    spectrum = np.abs(np.fft.rfft(audio.samples[0]))
    assert spectrum.argmax() * SAMPLE_RATE / audio.samples.shape[1] == pytest.approx(440, abs=2)
    assert rms_dbfs(audio.samples[0]) == pytest.approx(20 * np.log10(0.3 / np.sqrt(2)), abs=0.5)
    assert audio.complete
    assert audio.damaged_frames == 0


def test_channels_stay_apart() -> None:
    _, audio = decode(io.BytesIO(wav(tone(1), tone(1) * 0)), "sha")
    assert rms_dbfs(audio.samples[0]) > -20
    assert rms_dbfs(audio.samples[1]) < -80


def test_a_truncated_mp3_yields_what_is_there_and_says_so() -> None:
    whole = encoded(tone(20), "mp3", "mp3")
    _, audio = decode(io.BytesIO(whole[: len(whole) // 2]), "sha")
    assert 8 < audio.duration < 11
    assert audio.damaged_frames or not audio.complete


def test_a_truncated_wav_says_so() -> None:
    whole = wav(tone(10))
    _, audio = decode(io.BytesIO(whole[: len(whole) // 2]), "sha")
    assert audio.duration == pytest.approx(5, abs=0.1)
    assert not audio.complete or audio.damaged_frames


def test_not_a_number_becomes_silence() -> None:
    samples = tone(1)
    samples[100:200] = np.nan
    samples[200:300] = np.inf
    _, audio = decode(io.BytesIO(encoded(samples, "wav", "pcm_f32le")), "sha")
    assert np.isfinite(audio.samples).all()
    assert np.abs(audio.samples).max() <= 1


def test_levels() -> None:
    assert rms_dbfs(np.zeros(100, dtype=np.float32)) == pytest.approx(-120)
    assert rms_dbfs(np.ones(100, dtype=np.float32)) == pytest.approx(0)
    assert frame_dbfs(np.ones(1100, dtype=np.float32), 512) == pytest.approx([0, 0])
