"""The decoder in a process of its own: the same sound, and whatever becomes of it is told of one recording."""

import gzip
import io
import os
import signal
import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from damaged import seeds
from sounds import tone, wav

from asr import sandbox
from asr.decode import Limits
from asr.decode import decode as decode_here
from asr.sandbox import convert, decode
from callqa.errors import AudioError, EngineError

pytestmark = pytest.mark.slow  # processes of its own

CALL = wav(tone(1), tone(1, frequency=300))


@pytest.fixture(autouse=True)
def own_decoders() -> Iterator[None]:
    sandbox.close_idle()
    yield
    sandbox.close_idle()


def decoder() -> "subprocess.Popen[bytes]":
    """The process that waits for the next recording."""
    (idle,) = sandbox._idle
    return idle._process


@pytest.mark.parametrize("name", seeds())
def test_it_hears_what_is_heard_here(name: str) -> None:
    (recording, audio), (same, other) = (run(io.BytesIO(seeds()[name]), "sha") for run in (decode, decode_here))
    assert recording == same
    assert np.array_equal(audio.samples, other.samples)
    assert (audio.complete, audio.damaged_frames) == (other.complete, other.damaged_frames)
    assert recording.duration == pytest.approx(0.8, abs=0.25)  # whole frames


def test_one_process_hears_many_recordings_and_what_is_wrong_with_some() -> None:
    decode(io.BytesIO(CALL), "sha")
    first = decoder().pid
    for content, reason in (
        (b"", "empty_file"),
        (b"a letter" * 100, "not_audio"),
        (wav(*[tone(1)] * 3), "unsupported"),
    ):
        with pytest.raises(AudioError, match=".") as caught:
            decode(io.BytesIO(content), "sha")
        assert caught.value.reason.startswith(reason)
    decode(io.BytesIO(CALL), "sha")
    assert decoder().pid == first


def test_samples_can_be_changed_and_outlive_the_decoder() -> None:
    _, audio = decode(io.BytesIO(CALL), "sha")
    sandbox.close_idle()
    audio.samples[1] *= 0.5
    _, again = decode(io.BytesIO(CALL), "sha")
    assert np.allclose(audio.samples[1], again.samples[1] / 2)


def when_busy(send: signal.Signals, recording: io.BytesIO, limits: Limits) -> str:
    """Why a recording was not decoded whose decoder got a signal while it read."""
    decode(io.BytesIO(CALL), "sha")
    process = decoder()
    os.kill(process.pid, signal.SIGSTOP)  # so that it is surely busy with it
    threading.Timer(0.3, lambda: (os.kill(process.pid, send), os.kill(process.pid, signal.SIGCONT))).start()
    with pytest.raises(AudioError) as caught:
        decode(recording, "sha", limits)
    return caught.value.reason


@pytest.mark.parametrize("send", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_crash_is_the_recordings_reason_and_the_next_one_is_heard(send: signal.Signals) -> None:
    assert when_busy(send, io.BytesIO(CALL), Limits()) == "decoder_crashed"
    recording, _ = decode(io.BytesIO(CALL), "sha")
    assert recording.duration == 1.0


def test_a_decoder_that_died_while_idle_costs_no_recording() -> None:
    decode(io.BytesIO(CALL), "sha")
    decoder().kill()
    decoder().wait()
    recording, _ = decode(io.BytesIO(CALL), "sha")
    assert recording.duration == 1.0


def test_a_hang_is_the_recordings_reason() -> None:
    endless = wav(np.zeros(8000 * 1800, dtype=np.float32))
    with pytest.raises(AudioError) as caught:
        decode(io.BytesIO(endless), "sha", Limits(time=0.01))
    assert caught.value.reason == "decoder_hung"


def test_the_decoder_may_take_so_much_memory_and_no_more(tmp_path: Path) -> None:
    decode(io.BytesIO(CALL), "sha")
    limits = Path(f"/proc/{decoder().pid}/limits").read_text(encoding="utf-8")
    (line,) = (line for line in limits.splitlines() if line.startswith("Max address space"))
    assert str(sandbox.MEMORY) in line


def test_a_decoder_goes_with_whoever_started_it() -> None:
    program = "import io; from asr import sandbox; from callqa.errors import AudioError\n"
    program += "try: sandbox.decode(io.BytesIO(b'x'), '')\nexcept AudioError: print(sandbox._idle[0]._process.pid)\n"
    program += "import os, sys; sys.stdout.flush(); os._exit(1)"
    ended = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=False, cwd=Path.cwd())
    pid = int(ended.stdout)
    for _ in range(100):
        if not Path(f"/proc/{pid}/stat").exists() or " Z " in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8"):
            return
        threading.Event().wait(0.1)
    pytest.fail("the decoder is still there")


def test_threads_decode_at_once_and_decoders_are_used_again() -> None:
    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(lambda n: decode(io.BytesIO(wav(tone(1 + n % 3))), "sha")[0].duration, range(24)))
    assert heard == [1.0 + n % 3 for n in range(24)]
    assert len(sandbox._idle) <= 4


def test_without_a_decoder_nothing_can_be_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "PROGRAM", "import no_such_library")
    with pytest.raises(EngineError, match="decoder cannot be started"):
        decode(io.BytesIO(CALL), "sha")


def test_a_file_is_read_from_its_start_and_one_that_only_looks_plain_is_read_through(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(CALL)
    with gzip.open(tmp_path / "call.wav.gz", "wb") as packed:
        packed.write(CALL)
    for name, opened in (("call.wav", open), ("call.wav.gz", gzip.open)):
        with opened(tmp_path / name, "rb") as file:
            file.read(100)
            assert decode(file, "sha")[0].duration == 1.0


def test_converted_apart_is_converted_the_same(tmp_path: Path) -> None:
    with (tmp_path / "out.wav").open("w+b") as out:
        convert(io.BytesIO(CALL), out)
    with wave.open(str(tmp_path / "out.wav")) as made:
        assert (made.getnchannels(), made.getframerate(), made.getnframes()) == (2, 8000, 8000)


def test_no_room_for_the_sound_is_an_error_of_this_machine() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="No space"):
        convert(io.BytesIO(CALL), full)
