"""Real decoding and speech detection on the sample calls; only the words are scripted."""

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sounds import tone, wav

from asr import Source, Transcriber, engine_key, sandbox
from asr import assemble as assembling
from asr import prepare as preparing
from asr import transcribe as transcribing
from asr.assemble import is_noise
from asr.decode import SAMPLE_RATE, decode
from asr.engine import TranscribedClip
from asr.transcribe import AHEAD, is_device_error
from asr.turns import Span
from asr.vad import Region
from callqa.errors import AudioError, EngineError
from callqa.settings import AsrSettings
from callqa.types import Transcript, Word

pytestmark = pytest.mark.slow  # decodes and looks for speech

EXCERPT = 20  # seconds
LINES = [
    {"channel": 0, "start": 0.0, "end": 500.0, "text": "甲" * 2000},
    {"channel": 1, "start": 0.0, "end": 500.0, "text": "乙" * 2000},
]


def settings(folder: Path, **script: object) -> AsrSettings:
    path = folder / "script.json"
    path.write_text(json.dumps({"*": LINES, **script}), encoding="utf-8")
    return AsrSettings(engine="scripted", script=path)


def source(content: bytes, agent_channel: int | None = 0) -> Source:
    return Source(hashlib.sha256(content).hexdigest(), agent_channel, lambda: io.BytesIO(content))


@pytest.fixture(scope="module")
def call(samples: Path) -> bytes:
    """The first twenty seconds of a stereo sample call."""
    with (samples / "audio" / "D019.m4a").open("rb") as file:
        _, audio = decode(file, "sha")
    return wav(*audio.samples[:, : EXCERPT * SAMPLE_RATE], rate=SAMPLE_RATE)


def results(sources: list[Source], options: AsrSettings) -> list[Transcript | AudioError]:
    return [result for _, result in Transcriber(options).transcribe(sources)]


def only(sources: list[Source], options: AsrSettings) -> Transcript:
    (result,) = results(sources, options)
    assert isinstance(result, Transcript)
    return result


def test_turns_follow_the_truth(samples: Path, call: bytes, tmp_path: Path) -> None:
    transcript = only([source(call)], settings(tmp_path))
    truth = json.loads((samples / "truth" / "D019.json").read_text(encoding="utf-8"))
    assert transcript.engine_key == engine_key(settings(tmp_path))
    assert transcript.flags == ()
    spoken = [turn for turn in truth["turns"] if turn["start"] < EXCERPT - 1]
    assert len(spoken) >= 3
    for turn in spoken:
        heard = [t for t in transcript.turns if t.role == turn["speaker"] and abs(t.start - turn["start"]) < 0.6]
        assert heard, turn["start"]
    for index, turn in enumerate(transcript.turns):
        assert turn.index == index
        assert turn.text == "".join(word.text for word in turn.words)
        assert set(turn.text) <= ({"甲"} if turn.role == "agent" else {"乙"})
        assert all(before.start <= after.start for before, after in zip(turn.words, turn.words[1:], strict=False))
        assert all(turn.start - 0.3 <= word.start <= word.end <= turn.end + 0.3 for word in turn.words)
        assert turn.confidence == pytest.approx(1.0, abs=0.02)
        assert turn.pitch_hz is not None
        assert turn.syllables_per_second is not None
        assert turn.role_confidence is None
        assert turn.loudness_dbfs is not None
        assert -45 < turn.loudness_dbfs < -10
    assert [t.start for t in transcript.turns] == sorted(t.start for t in transcript.turns)


def test_swapping_the_agent_channel_swaps_the_roles(call: bytes, tmp_path: Path) -> None:
    left, right, nobody = results([source(call, 0), source(call, 1), source(call, None)], settings(tmp_path))
    assert isinstance(left, Transcript)
    assert isinstance(right, Transcript)
    assert isinstance(nobody, Transcript)
    swapped = {"agent": "citizen", "citizen": "agent"}
    assert [t.role for t in right.turns] == [swapped[t.role] for t in left.turns]
    assert {t.role for t in nobody.turns} == {"unknown"}
    assert nobody.flags == ("roles_unknown",)


def test_what_is_wrong_with_one_recording_stops_no_other(call: bytes, tmp_path: Path) -> None:
    def broken() -> io.BytesIO:
        raise OSError("/calls/13800138000.wav: share is gone")

    class Failing(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise ZeroDivisionError("13800138000")

    sources = [
        source(b""),
        source(b"hello, I am a text" * 50),
        source(wav(tone(0.2))),
        source(wav(*[tone(1)] * 3)),
        source(wav(tone(1)), agent_channel=1),
        Source("0" * 64, 0, broken),
        Source("1" * 64, 0, Failing),
        source(call),
    ]
    outcomes = results(sources, settings(tmp_path))
    refused = [result for result in outcomes if isinstance(result, AudioError)]
    reasons = ["empty_file", "not_audio", "too_short", "unsupported_channels", "no_agent_channel"]
    assert [result.reason for result in refused] == [*reasons, "undecodable", "undecodable"]
    assert "OSError" in str(refused[-2])
    assert "ZeroDivisionError" in str(refused[-1])
    assert not any("13800138000" in str(result) for result in refused), "file names may hold telephone numbers"
    assert isinstance(outcomes[-1], Transcript)


def mono(call: bytes) -> bytes:
    _, audio = decode(io.BytesIO(call), "sha")
    return wav(audio.samples.mean(axis=0), rate=SAMPLE_RATE)


def test_a_bug_in_assembling_stops_no_other(call: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    working, outcomes = assembling.measure, iter([ZeroDivisionError("13800138000")])

    def failing_once(*arguments: object) -> object:
        if error := next(outcomes, None):
            raise error
        return working(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(assembling, "measure", failing_once)
    first, second = results([source(call), source(call)], settings(tmp_path))
    assert isinstance(first, AudioError)
    assert first.reason == "not_transcribed"
    assert "13800138000" not in str(first)
    assert isinstance(second, Transcript)


@pytest.mark.parametrize(
    ("stage", "reason"),
    [("decode", "undecodable"), ("assign_roles", "not_transcribed"), ("diarise", "not_transcribed")],
)
def test_a_bug_in_reading_one_recording_stops_no_other(
    stage: str, reason: str, call: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    working = getattr(preparing, stage)
    outcomes = iter([AttributeError("bug"), None])

    def failing_once(*arguments: object) -> object:
        if error := next(outcomes):
            raise error
        return working(*arguments)

    monkeypatch.setattr(preparing, stage, failing_once)
    both = source(call) if stage != "diarise" else source(mono(call), None)
    first, second = results([both, both], settings(tmp_path))
    assert isinstance(first, AudioError)
    assert first.reason == reason
    assert isinstance(second, Transcript)


def test_a_missing_library_is_no_recording_s_fault(
    call: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.close_idle()
    monkeypatch.setattr(sandbox, "PROGRAM", "import no_such_library")
    with pytest.raises(EngineError, match="decoder cannot be started"):
        results([source(call)], settings(tmp_path))


def test_a_silent_call_has_no_turns_and_says_so(tmp_path: Path) -> None:
    transcript = only([source(wav(tone(3) * 0, tone(3) * 0))], settings(tmp_path))
    assert transcript.turns == ()
    assert transcript.flags == ("silent",)


def test_layouts_are_told_apart(call: bytes, tmp_path: Path) -> None:
    _, audio = decode(io.BytesIO(call), "sha")
    citizen = audio.samples[1]
    dual, one_sided, mono = results(
        [
            source(wav(citizen, citizen, rate=SAMPLE_RATE)),
            source(wav(citizen * 0, citizen, rate=SAMPLE_RATE)),
            source(wav(audio.samples.mean(axis=0), rate=SAMPLE_RATE), agent_channel=None),
        ],
        settings(tmp_path),
    )
    assert isinstance(dual, Transcript)
    assert isinstance(one_sided, Transcript)
    assert isinstance(mono, Transcript)
    assert dual.flags == ("dual_mono", "roles_unknown")
    assert one_sided.flags == ("agent_channel_silent",)
    assert {t.role for t in one_sided.turns} == {"citizen"}
    assert mono.flags == ("roles_unknown",)
    assert {t.role for t in mono.turns} == {t.role for t in dual.turns} == {"unknown"}


def test_leaked_speech_makes_no_turns(call: bytes, tmp_path: Path) -> None:
    _, audio = decode(io.BytesIO(call), "sha")
    agent = audio.samples[0]
    noise = np.random.default_rng(1).normal(0, 0.0005, agent.shape).astype(np.float32)
    transcript = only([source(wav(agent, agent * 10 ** (-30 / 20) + noise, rate=SAMPLE_RATE))], settings(tmp_path))
    assert transcript.turns
    assert {character for turn in transcript.turns for character in turn.text} == {"甲"}


def test_a_truncated_recording_is_used_and_flagged(samples: Path, tmp_path: Path) -> None:
    whole = (samples / "audio" / "D036.mp3").read_bytes()
    transcript = only([source(whole[: len(whole) // 3], agent_channel=None)], settings(tmp_path))
    assert transcript.turns
    assert "damaged" in transcript.flags


def test_an_engine_crash_costs_one_recording(call: bytes, tmp_path: Path) -> None:
    crashing = source(call)
    other = source(call + b"\0")
    first, second = results([crashing, other], settings(tmp_path, fail=[crashing.sha256]))
    assert isinstance(first, AudioError)
    assert first.reason == "engine_failed"
    assert isinstance(second, Transcript)


def test_only_a_few_recordings_are_held_at_once(call: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcribing, "GROUP", 1.0)
    opened = []

    def sources() -> Iterator[Source]:
        for number in range(8):
            opened.append(number)
            yield source(call)

    stream = Transcriber(settings(tmp_path)).transcribe(sources())
    next(stream)
    assert len(opened) == 1 + AHEAD
    assert len(list(stream)) == 7


def test_calls_heard_together_say_what_they_say_alone(call: bytes, samples: Path, tmp_path: Path) -> None:
    other = (samples / "audio" / "D036.mp3").read_bytes()
    together = results([source(call), source(b"nothing"), source(other, None)], settings(tmp_path))
    alone = [
        result
        for alone_source in (source(call), source(other, None))
        for result in results([alone_source], settings(tmp_path))
    ]
    assert [together[0], together[2]] == alone


def test_the_key_changes_with_what_is_said_and_only_then(tmp_path: Path) -> None:
    first = engine_key(settings(tmp_path))
    assert engine_key(settings(tmp_path)) == first
    assert engine_key(settings(tmp_path, delay=1)) != first


def test_a_missing_or_broken_script_is_an_engine_error(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("[]")
    for script in (None, tmp_path / "nowhere.json", path):
        with pytest.raises(EngineError, match="script"):
            Transcriber(AsrSettings(engine="scripted", script=script))


@pytest.mark.parametrize(
    ("error", "device"),
    [
        (RuntimeError("CUDA failed with error out of memory"), True),
        (RuntimeError("std::bad_alloc"), True),
        (IndexError("list index out of range"), False),
    ],
)
def test_device_errors_are_told_from_bad_recordings(error: Exception, device: bool) -> None:
    assert is_device_error(error) is device


@pytest.mark.parametrize(
    ("duration", "probability", "noise"),
    [(0.2, None, True), (0.2, 0.1, True), (0.3, 0.8, False), (3.0, None, False), (3.0, 0.1, False)],
)
def test_only_short_sounds_that_no_engine_believes_are_noise(
    duration: float, probability: float | None, noise: bool
) -> None:
    span = Span(1, (Region(1.0, 1.0 + duration, 1),))
    words = () if probability is None else (Word("嗯", 1.0, 1.1, probability),)
    assert is_noise(span, [TranscribedClip(words)]) is noise


def test_sounds_without_words_make_no_turns_and_leave_no_gap_in_the_numbers(call: bytes, tmp_path: Path) -> None:
    everything = only([source(call)], settings(tmp_path))
    agent = only([source(call)], settings(tmp_path, **{"*": LINES[:1]}))
    assert [turn.index for turn in agent.turns] == list(range(len(agent.turns)))
    long = [turn for turn in everything.turns if turn.role == "agent" or turn.duration >= 0.5]
    assert [(turn.role, turn.start) for turn in agent.turns] == [(turn.role, turn.start) for turn in long]
