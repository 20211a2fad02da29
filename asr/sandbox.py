"""Decoding in a process of its own: a recording that makes the decoder crash, hang or grow costs itself, not the night.

The decoder is a large library in C that reads whatever people send. A process of ours hands it open files, one
recording after another; the kernel ends it when it takes too long or too much, and the next recording gets a new one.
Samples come back in memory that both processes see, so nothing is copied.
"""

import atexit
import errno
import json
import math
import mmap
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from io import BufferedRandom, BufferedReader, FileIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from asr.decode import SAMPLE_RATE, USUAL, Audio, Limits, Samples, decode_blocks
from asr.wav import convert as convert_here
from callqa.errors import AudioError, EngineError
from callqa.messages import dumps, loads
from callqa.types import Recording

MEMORY = 3 << 30  # bytes of address space: the libraries take half of one, a block of sound some megabytes
MESSAGE = 1 << 16  # bytes, more than any message has
START: float = 120.0  # seconds in which a decoder must have started, on the busiest machine
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
WIDTH = 4  # bytes of a sample
PROGRAM = """import os, sys
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each takes address space, and nothing is multiplied
sys.path.insert(0, sys.argv[1])
from asr.sandbox import serve
serve(int(sys.argv[2]))
"""


def decode(file: BinaryIO, sha256: str, limits: Limits = USUAL) -> tuple[Recording, Audio]:
    """As `asr.decode.decode`. Raises `AudioError` also with ``decoder_crashed``, ``decoder_hung`` or ``undecodable``,
    and `EngineError` where no decoder can be started."""
    with memory_file() as sound:
        answer = _ask(_Order("decode", sha256, limits), file, sound)
        recording = Recording(**answer["recording"])
        shape = (recording.n_channels, answer["n_samples"])
        # Pages belong to the array and go with it. Each channel lies where the longest one before it would end.
        pages = mmap.mmap(sound.fileno(), 0, access=mmap.ACCESS_COPY)
        samples: Samples = np.ndarray(shape, np.float32, pages, strides=(_reach(limits), WIDTH))
    return recording, Audio(samples, answer["damaged_frames"], answer["complete"])


def convert(recording: BinaryIO, wav: BinaryIO, limits: Limits = USUAL) -> None:
    """As `asr.wav.convert`; raises as `decode`, and OSError where ``wav`` cannot be written."""
    _ask(_Order("convert", "", limits), recording, wav)


class _Order(NamedTuple):
    """What a decoder is to do with the two files that come along: a recording, and where its sound goes."""

    task: str
    sha256: str
    limits: Limits


def _reach(limits: Limits) -> int:
    """Bytes from the start of one channel to that of the next."""
    return math.ceil(limits.duration * SAMPLE_RATE) * WIDTH


# The side of the night and the desk.


class _Decoder:
    """A decoder process and the line to it."""

    def __init__(self) -> None:
        """Raises `EngineError`."""
        self._line, other = socket.socketpair()
        arguments = [sys.executable, "-c", PROGRAM, str(Path(__file__).parent.parent), str(other.fileno())]
        with other:
            self._process = subprocess.Popen(
                arguments,
                pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for whoever asked
            )
        self._line.settimeout(START)
        if not self._answer():
            self.close()
            raise EngineError("engine.decoder_not_started")
        self._line.settimeout(None)  # from here on a timer of the decoder's own ends what takes too long

    def ask(self, order: _Order, recording: int, sound: int) -> dict[str, Any]:
        """Raises `AudioError` when it dies of the order."""
        message = json.dumps([order.task, order.sha256, order.limits.duration, order.limits.time]).encode()
        try:
            socket.send_fds(self._line, [message + b"\n"], [recording, sound])
        except OSError:  # it is dead already, or deaf and would let us wait for ever
            self._process.kill()
        if answer := self._answer():
            return answer
        raise _died(self._process.wait(), order.limits)

    def _answer(self) -> dict[str, Any]:
        """Empty when it died or never began."""
        answer = b""
        with suppress(OSError):
            while not answer.endswith(b"\n"):
                if not (part := self._line.recv(MESSAGE)):
                    return {}
                answer += part
        return json.loads(answer) if answer.endswith(b"\n") else {}

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._line.close()


def _died(status: int, limits: Limits) -> AudioError:
    if status == -signal.SIGPROF:
        return AudioError("decoder_hung", seconds=limits.time)
    name = signal.Signals(-status).name if status < 0 else f"exit {status}"
    return AudioError("decoder_crashed", how=name)


_idle: list[_Decoder] = []
"""Decoders that wait for their next recording; as many as ever worked at once in this process."""


@contextmanager
def _decoder() -> Iterator[_Decoder]:
    decoder = _waiting() or _Decoder()
    try:
        yield decoder
    except BaseException:
        decoder.close()
        raise
    _idle.append(decoder)


def _waiting() -> _Decoder | None:
    with suppress(IndexError):
        while decoder := _idle.pop():
            if decoder.alive:
                return decoder
            decoder.close()  # whatever ended it, the next recording did not
    return None


@atexit.register
def close_idle() -> None:
    while _idle:
        _idle.pop().close()


os.register_at_fork(after_in_child=_idle.clear)  # they are the parent's


def _ask(order: _Order, recording: BinaryIO, sound: BinaryIO) -> dict[str, Any]:
    with ExitStack() as stack:
        source = recording if _is_plain(recording) else stack.enter_context(_copied(recording))
        with _decoder() as decoder:
            answer = decoder.ask(order, source.fileno(), sound.fileno())
    if "errno" in answer:
        raise OSError(answer["errno"], os.strerror(answer["errno"]))
    if "error" in answer:
        raise AudioError.of(loads(answer["error"]))
    return answer


def _is_plain(file: BinaryIO) -> bool:
    """Whether its descriptor gives the bytes that it gives: that of an unpacked or deciphered file does not."""
    return isinstance(file, BufferedReader | BufferedRandom) and isinstance(file.raw, FileIO)


@contextmanager
def _copied(file: BinaryIO) -> Iterator[BinaryIO]:
    with memory_file() as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.flush()
        yield copy


def memory_file() -> BinaryIO:
    """A new file that lies in memory; where a system has no such thing, one without a name."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("callqa"), "w+b")
    return tempfile.TemporaryFile()


# The side of the decoder.


def serve(line: int) -> None:
    """Does what comes over the line, until that ends."""
    import av  # noqa: F401  # the libraries that the limit is for

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold what people said
    with socket.socket(fileno=line) as orders:
        orders.sendall(b'{"started": true}\n')
        while message := socket.recv_fds(orders, MESSAGE, 2):
            text, files, *_ = message
            if not text:
                return
            task, sha256, duration, seconds = json.loads(text)
            signal.setitimer(signal.ITIMER_PROF, seconds)
            answer = _done(TASKS[task], files, sha256, Limits(duration, seconds))
            signal.setitimer(signal.ITIMER_PROF, 0)
            orders.sendall(json.dumps(answer).encode() + b"\n")


Task = Callable[[BinaryIO, BinaryIO, str, Limits], dict[str, Any]]


def _done(task: Task, files: list[int], sha256: str, limits: Limits) -> dict[str, Any]:
    try:
        with os.fdopen(files[0], "rb") as recording, os.fdopen(files[1], "w+b") as sound:
            recording.seek(0)
            return task(recording, sound, sha256, limits)
    except AudioError as error:
        return {"error": dumps(error.message)}
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return {"errno": error.errno}
        return {"error": dumps(AudioError("undecodable", kind=type(error).__name__).message)}


def _decode(recording: BinaryIO, sound: BinaryIO, sha256: str, limits: Limits) -> dict[str, Any]:
    written = 0

    def keep(block: Samples) -> None:
        nonlocal written
        for channel, samples in enumerate(block):
            os.pwrite(sound.fileno(), samples.tobytes(), channel * _reach(limits) + written * WIDTH)
        written += block.shape[1]

    decoded = decode_blocks(recording, sha256, keep, limits)
    return asdict(decoded) | {"n_samples": written}


def _convert(recording: BinaryIO, sound: BinaryIO, _: str, limits: Limits) -> dict[str, Any]:
    convert_here(recording, sound, limits.duration)
    return {"converted": True}


TASKS: dict[str, Task] = {"decode": _decode, "convert": _convert}
