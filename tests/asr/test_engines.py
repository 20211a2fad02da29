"""The real model on a sample call: relations, not exact words."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from sounds import wav

from asr import Source, Transcriber, error_rates
from asr.decode import SAMPLE_RATE, decode
from asr.engines.faster_whisper import FasterWhisper
from asr.engines.openai_whisper import OpenAIWhisper
from asr.engines.whisper import Attempt, levelled
from callqa.settings import AsrSettings
from callqa.types import Transcript, text_of

pytestmark = pytest.mark.model

CALL = "D008"
EXCERPT = 45  # seconds


@pytest.fixture(scope="module")
def content(samples: Path) -> bytes:
    with (samples / "audio" / f"{CALL}.wav").open("rb") as file:
        _, audio = decode(file, "sha")
    return wav(*audio.samples[:, : EXCERPT * SAMPLE_RATE], rate=SAMPLE_RATE)


@pytest.fixture(scope="module")
def transcript(content: bytes) -> Transcript:
    ((_, result),) = Transcriber(AsrSettings(device="cpu")).transcribe([Source("sha", 0, lambda: io.BytesIO(content))])
    assert isinstance(result, Transcript)
    return result


def test_both_sides_are_understood(samples: Path, transcript: Transcript) -> None:
    truth = json.loads((samples / "truth" / f"{CALL}.json").read_text(encoding="utf-8"))
    whole = [turn for turn in truth["turns"] if turn["end"] < EXCERPT - 1]
    last = max(turn["end"] for turn in whole)
    for role in ("agent", "citizen"):
        reference = "".join(turn["text"] for turn in whole if turn["speaker"] == role)
        heard = "".join(turn.text for turn in transcript.turns if turn.role == role and turn.start < last)
        rates = error_rates([(reference, heard)])
        assert rates.syllable_error_rate is not None
        assert rates.syllable_error_rate < 0.3, role


def test_words_lie_in_their_turns_and_carry_probabilities(transcript: Transcript) -> None:
    assert len(transcript.turns) > 4
    for turn in transcript.turns:
        assert turn.text == "".join(word.text for word in turn.words)
        assert not turn.words or (turn.confidence is not None and 0 < turn.confidence <= 1)
        assert all(turn.start - 0.5 <= word.start <= word.end <= turn.end + 0.5 for word in turn.words)


@pytest.mark.filterwarnings("ignore:unclosed file.*tiktoken:ResourceWarning")
def test_both_engines_hear_the_same(content: bytes, transcript: Transcript) -> None:
    turn = next(t for t in transcript.turns if t.role == "agent")
    _, audio = decode(io.BytesIO(content), "sha")
    sound = levelled(audio.samples[0, round(turn.start * SAMPLE_RATE) : round(turn.end * SAMPLE_RATE)])
    greedy = Attempt(beam=1, window=30.0)
    settings = AsrSettings(device="cpu")
    (first,), (second,) = (engine(settings).decode([sound], greedy) for engine in (FasterWhisper, OpenAIWhisper))
    rates = error_rates([(text_of(first), text_of(second))])
    # The default engine rounds to eight bits, so single words may differ; times and scores hardly do.
    assert rates.syllable_error_rate is not None
    assert rates.syllable_error_rate < 0.2
    scores = [np.mean([np.log(word.probability) for word in words]) for words in (first, second)]
    assert scores[0] == pytest.approx(scores[1], abs=0.15)
    assert first[-1].end == pytest.approx(second[-1].end, abs=0.5)


def test_noise_makes_no_words() -> None:
    noise = np.random.default_rng(5).normal(0, 0.02, (1, 10 * SAMPLE_RATE)).astype(np.float32)
    sound = wav(*noise, rate=SAMPLE_RATE)
    ((_, result),) = Transcriber(AsrSettings(device="cpu")).transcribe([Source("sha", None, lambda: io.BytesIO(sound))])
    assert isinstance(result, Transcript)
    assert result.turns == ()
