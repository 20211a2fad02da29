"""The real model on sample calls: relations, not exact words."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from asr import Source, Transcriber, error_rates
from asr.decode import SAMPLE_RATE, decode
from asr.engine import Clip, engine_class
from callqa.settings import AsrSettings
from callqa.types import Transcript

pytestmark = pytest.mark.model

CALL = "D019"


@pytest.fixture(scope="module")
def content(samples: Path) -> bytes:
    return (samples / "audio" / f"{CALL}.m4a").read_bytes()


@pytest.fixture(scope="module")
def transcript(content: bytes) -> Transcript:
    ((_, result),) = Transcriber(AsrSettings()).transcribe([Source("sha", 0, lambda: io.BytesIO(content))])
    assert isinstance(result, Transcript)
    return result


def test_both_sides_are_understood(samples: Path, transcript: Transcript) -> None:
    truth = json.loads((samples / "truth" / f"{CALL}.json").read_text(encoding="utf-8"))
    for role, most in (("agent", 0.25), ("citizen", 0.25)):
        said = "".join(turn["text"] for turn in truth["turns"] if turn["speaker"] == role)
        heard = "".join(turn.text for turn in transcript.turns if turn.role == role)
        rates = error_rates([(said, heard)])
        assert rates.ser is not None
        assert rates.ser < most


def test_words_lie_in_their_turns_and_carry_probabilities(transcript: Transcript) -> None:
    for turn in transcript.turns:
        assert turn.words
        assert turn.text == "".join(word.text for word in turn.words)
        assert turn.confidence is not None
        assert 0 < turn.confidence <= 1
        for word in turn.words:
            assert turn.start - 0.5 <= word.start <= word.end <= turn.end + 0.5


def test_both_engines_hear_the_same(content: bytes, transcript: Transcript) -> None:
    turn = max((t for t in transcript.turns if t.role == "agent"), key=lambda t: t.duration)
    _, audio = decode(io.BytesIO(content), "sha")
    samples = audio.samples[0, round(turn.start * SAMPLE_RATE) : round(turn.end * SAMPLE_RATE)]
    clip = Clip("sha", 0, turn.start, np.ascontiguousarray(samples))
    texts = []
    for engine in ("faster-whisper", "openai-whisper"):
        settings = AsrSettings(engine=engine, device="cpu")  # type: ignore[arg-type]
        (heard,) = engine_class(engine)(settings).hear([clip])
        texts.append("".join(word.text for word in heard.words))
        assert all(clip.start <= word.start <= word.end <= clip.end for word in heard.words)
    rates = error_rates([(texts[0], texts[1])])
    assert rates.ser is not None
    assert rates.ser < 0.15


def test_noise_makes_no_words() -> None:
    noise = np.random.default_rng(5).normal(0, 0.02, (1, 10 * SAMPLE_RATE)).astype(np.float32)
    from sounds import wav

    sound = wav(*noise, rate=SAMPLE_RATE)
    ((_, result),) = Transcriber(AsrSettings()).transcribe([Source("noise", None, lambda: io.BytesIO(sound))])
    assert isinstance(result, Transcript)
    assert result.turns == ()
