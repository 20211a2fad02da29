"""Hours of sound: a recording is streamed, or refused as soon as it has gone on for too long."""

import io
import re
from pathlib import Path

import pytest

from asr import sandbox
from asr.decode import Limits
from asr.sandbox import convert, decode
from callqa.errors import AudioError

AMR_FRAME = b"\x04" + bytes(12)
"""20 ms at the lowest rate there is; ten hours have 23 MB."""


def most_memory() -> float:
    """MB that the decoder has held at once since it began."""
    (decoder,) = sandbox._idle
    status = Path(f"/proc/{decoder._process.pid}/status").read_text(encoding="utf-8")
    match = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert match
    return int(match[1]) / 1000


@pytest.fixture
def seconds(torture: bool) -> int:
    """Of a long recording: an hour, in the short form a quarter."""
    return 3600 if torture else 900


@pytest.fixture
def long(seconds: int, tmp_path: Path) -> Path:
    """Stereo; an hour has 115 MB."""
    header = b"RIFF" + (36 + seconds * 32_000).to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0\1\0\2\0"
    header += (8000).to_bytes(4, "little") + (32_000).to_bytes(4, "little") + b"\4\0\x10\0data"
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.write(header + (seconds * 32_000).to_bytes(4, "little"))
        file.truncate(len(header) + 4 + seconds * 32_000)
    return path


@pytest.mark.slow
def test_hours_are_streamed(long: Path, seconds: int, tmp_path: Path) -> None:
    sandbox.close_idle()
    with long.open("rb") as file, (tmp_path / "out.wav").open("w+b") as wav:
        convert(file, wav)
        recording, audio = decode(file, "sha")
    assert (tmp_path / "out.wav").stat().st_size == long.stat().st_size
    assert (recording.duration, audio.samples.shape) == (seconds, (2, seconds * 16_000))
    assert most_memory() < 150


@pytest.mark.slow
def test_a_small_file_of_many_hours_is_refused_on_the_way(seconds: int) -> None:
    sandbox.close_idle()
    bomb = b"#!AMR\n" + AMR_FRAME * (10 * seconds * 50)
    with pytest.raises(AudioError, match="longer than 0.05 hours; split it, or raise asr.max_hours") as refused:
        decode(io.BytesIO(bomb), "sha", Limits(duration=180))
    assert refused.value.reason == "too_long"
    with sandbox.memory_file() as wav, pytest.raises(AudioError, match="longer than"):
        convert(io.BytesIO(bomb), wav, Limits(duration=180))
    assert most_memory() < 150


@pytest.mark.slow
def test_a_header_may_promise_what_it_likes(long: Path) -> None:
    """A kilobyte that says it is gigabytes."""
    with long.open("rb") as file:
        start = bytearray(file.read(20_000))
    start[40:44] = b"\xfe\xff\xff\xff"
    recording, audio = decode(io.BytesIO(start), "sha")
    assert recording.duration == pytest.approx(0.62, abs=0.01)
    assert not audio.complete
