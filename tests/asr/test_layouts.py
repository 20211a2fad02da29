"""Roles of speakers end to end, whatever way a call was recorded: real sound, only the words are scripted."""

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from sounds import wav

from asr import Source, Transcriber
from asr.decode import SAMPLE_RATE, Samples, decode
from callqa.settings import AsrSettings
from callqa.types import Transcript

pytestmark = pytest.mark.slow
SECONDS = 75


@pytest.fixture(scope="module")
def sides(samples: Path) -> Samples:
    """The beginning of a stereo call, agent first; shape (2, n)."""
    with (samples / "audio" / "D019.m4a").open("rb") as file:
        _, audio = decode(file, "sha")
    return audio.samples[:, : SECONDS * SAMPLE_RATE]


@pytest.fixture(scope="module")
def truth(samples: Path) -> list[dict[str, object]]:
    turns: list[dict[str, object]] = json.loads((samples / "truth" / "D019.json").read_text(encoding="utf-8"))["turns"]
    return turns


def transcribe(
    folder: Path, channels: Samples, agent_channel: int | None, truth: list[dict[str, object]], where: dict[str, int]
) -> Transcript:
    """What comes out when each speaker's true words are heard on the channel ``where`` says."""
    content = wav(*channels, rate=SAMPLE_RATE)
    lines = [
        {"channel": where[str(turn["speaker"])], "start": turn["start"], "end": turn["end"], "text": turn["text"]}
        for turn in truth
    ]
    script = folder / "script.json"
    script.write_text(json.dumps({"*": lines}), encoding="utf-8")
    source = Source(hashlib.sha256(content).hexdigest(), agent_channel, lambda: io.BytesIO(content))
    ((_, result),) = Transcriber(AsrSettings(engine="scripted", script=script)).transcribe([source])
    assert isinstance(result, Transcript)
    return result


def share_right(transcript: Transcript, truth: list[dict[str, object]], role: str) -> float:
    """Share of the time of ``role`` that its own turns cover, of what is in any turn."""
    right = heard = 0.0
    for turn in truth:
        if turn["speaker"] == role:
            for other in transcript.turns:
                shared = min(other.end, float(str(turn["end"]))) - max(other.start, float(str(turn["start"])))
                heard += max(shared, 0.0)
                right += max(shared, 0.0) * (other.role == role)
    return right / heard


TWO = {"agent": 0, "citizen": 1}
ONE = {"agent": 0, "citizen": 0}


def test_the_named_channel_is_the_agent(sides: Samples, truth: list, tmp_path: Path) -> None:
    transcript = transcribe(tmp_path, sides, 0, truth, TWO)
    assert transcript.flags == ()
    assert share_right(transcript, truth, "agent") > 0.97


def test_swapped_channels_are_found_and_nobody_else_s_words_are_the_agent_s(
    sides: Samples, truth: list, tmp_path: Path
) -> None:
    transcript = transcribe(tmp_path, sides, 1, truth, TWO)
    assert transcript.flags == ("channels_swapped",)
    assert share_right(transcript, truth, "agent") > 0.97
    assert share_right(transcript, truth, "citizen") > 0.97


def test_a_stereo_call_without_a_named_channel(sides: Samples, truth: list, tmp_path: Path) -> None:
    transcript = transcribe(tmp_path, sides, None, truth, TWO)
    assert transcript.flags == ("roles_from_content",)
    assert share_right(transcript, truth, "agent") > 0.97


@pytest.mark.parametrize("layout", ["mono", "both on the left", "both on the right, agent said to be left"])
def test_two_speakers_on_one_channel(layout: str, sides: Samples, truth: list, tmp_path: Path) -> None:
    mixed = sides.sum(axis=0)
    empty = np.zeros_like(mixed)
    channels, agent_channel, where, flags = {
        "mono": (mixed[None], None, ONE, ("roles_from_content",)),
        "both on the left": (np.stack([mixed, empty]), 0, ONE, ("one_channel", "roles_from_content")),
        "both on the right, agent said to be left": (
            np.stack([empty, mixed]), 0, ONE, ("one_channel", "roles_from_content"),
        ),
    }[layout]  # fmt: skip
    transcript = transcribe(tmp_path, channels, agent_channel, truth, where)
    assert transcript.flags == flags
    assert share_right(transcript, truth, "agent") > 0.95
    assert share_right(transcript, truth, "citizen") > 0.9
    assert all(turn.role_confidence is not None and turn.overlap is None for turn in transcript.turns)


def test_one_person_alone_is_judged_for_nobody_s_words(sides: Samples, truth: list, tmp_path: Path) -> None:
    agent = [turn for turn in truth if turn["speaker"] == "agent"]
    transcript = transcribe(tmp_path, sides[:1], None, agent, ONE)
    assert "citizen" not in {turn.role for turn in transcript.turns}
    assert "roles_unknown" in transcript.flags


def test_text_words_and_what_was_heard_agree(sides: Samples, truth: list, tmp_path: Path) -> None:
    transcript = transcribe(tmp_path, sides, 0, truth, TWO)
    for turn in transcript.turns:
        assert turn.text == "".join(word.text for word in turn.words)
        assert all(turn.start - 0.3 <= word.start <= word.end <= turn.end + 0.3 for word in turn.words)
    rewritten = [turn for turn in transcript.turns if turn.rewritten_from is not None]
    assert rewritten, "the opening says 一二三四五 and an agent's number"
    assert any("12345" in turn.text and "一二三四五" in turn.raw_text for turn in rewritten)
