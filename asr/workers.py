"""Speech in processes of its own, which are watched, replaced when they die or stall, and recycled.

A recording may crash a decoder, or an engine may never come back from it. All that costs is the process: the recordings
it had in hand are tried one by one in new ones, so the one at fault is found and becomes a failure.
"""

import os
import socket
import struct
import subprocess
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from asr.prepare import Source
from asr.worker import Alive, Answer, Begun, Measured, Message, Refusal
from callqa.errors import AudioError, EngineError
from callqa.settings import AsrSettings
from callqa.types import Seconds, Transcript

LOOK: Seconds = 1.0

Look = Callable[[Connection], Seconds]
"""Waits for a message: 0 when there is one, else the time that counts as waited."""


def look(pipe: Connection) -> Seconds:
    """Time is counted in looks that found nothing: when the whole machine stood still, the process is not to blame."""
    return 0.0 if pipe.poll(LOOK) else LOOK


SILENCE: Seconds = 120.0  # without a sign of life, a process is frozen; starting one may take half of it
END_SECONDS: Seconds = 10.0  # until a killed process is taken for gone
LOADING: Seconds = 600.0  # an engine that was not loaded after so long never will be
MAX_LOST = 20  # processes in a row, without a single answer: then it is the machine and not the recordings
MAX_UNBEGUN = 3  # of them, in a row before the first recording was looked at


class _Lost(Exception):
    """A worker that died or was given up, with so many recordings in hand."""

    def __init__(self, reason: str, in_hand: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.in_hand = in_hand


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """Of one speech process; it is replaced by a new one when it reaches them."""

    recycle_after: int = 1000
    """Recordings, so that its memory does not grow all night."""
    stall_seconds: Seconds = 600.0
    """Without getting anywhere; then the recording at fault becomes a failure ..."""
    stall_factor: float = 5.0
    """... plus so many seconds for each second of sound it has in hand."""


USUAL = WorkerLimits()


class SpeechWorkers:
    """Transcribes like a `Transcriber`, in up to ``settings.workers`` processes, a batch in each. Safe between threads.

    A process starts with the first recording that needs it, and is there for the next batch.
    """

    def __init__(self, settings: AsrSettings, look: Look = look, limits: WorkerLimits = USUAL) -> None:
        self._settings, self._look, self._limits = settings, look, limits
        self._places = threading.BoundedSemaphore(settings.workers)
        self._idle: list[_Worker] = []
        self._at_work: list[_Worker] = []
        self._choosing, self._stopped = threading.Lock(), False
        weakref.finalize(self, _end, self._idle)

    def stop(self) -> None:
        """Ends all transcribing, from another thread; whoever waits for it gets an `EngineError`, now and later."""
        with self._choosing:
            self._stopped = True
            for worker in self._at_work:
                worker.kill()

    def transcribe(self, sources: Iterable[Source]) -> Iterator[tuple[Source, Transcript | AudioError]]:
        """One result per source, in order; what is wrong with one recording is its result and stops no other.

        Raises `EngineError` when the engine gives up or one process after the other is lost, and `ImportError`.
        """
        waiting = deque(sources)
        n_suspects, lost = 0, list[int]()  # at the head of those that wait; recordings in hand of each lost worker
        while waiting:
            with self._worker() as worker:
                try:
                    for outcome in worker.transcribe(list(islice(waiting, 1 if n_suspects else worker.n_left))):
                        n_suspects, lost = max(0, n_suspects - 1), []
                        yield waiting.popleft(), outcome
                except _Lost as loss:
                    lost.append(loss.in_hand)
                    _raise_if_hopeless(lost)
                    if loss.in_hand and n_suspects:
                        n_suspects -= 1
                        yield waiting.popleft(), AudioError(loss.reason)
                    else:
                        n_suspects = max(n_suspects, loss.in_hand)

    @contextmanager
    def _worker(self) -> Iterator["_Worker"]:
        with self._places:
            with self._choosing:
                if self._stopped:
                    raise EngineError("engine.run_stopped")
                worker = self._take()
                self._at_work.append(worker)
            try:
                yield worker
            finally:
                with self._choosing:
                    self._at_work.remove(worker)
                if worker.is_at_rest:
                    self._idle.append(worker)
                else:
                    worker.end()

    def _take(self) -> "_Worker":
        try:
            while not (worker := self._idle.pop()).is_at_rest:
                worker.end()
        except IndexError:  # asking first whether there is one would leave time for another thread to take it
            return _Worker(self._settings, self._look, self._limits)
        return worker


class _Worker:
    """One process, from this side of the pipe."""

    def __init__(self, settings: AsrSettings, look: Look, limits: WorkerLimits) -> None:
        self.n_left = limits.recycle_after
        """Recordings until it is replaced."""
        self._settings, self._look, self._limits = settings, look, limits
        self._loaded = False
        self._at_rest = True
        self._pipe, theirs = Pipe()
        _never_wait_longer(self._pipe, SILENCE)
        descriptor = theirs.fileno()
        program = f"import sys; sys.path[:0] = {sys.path!r}; from asr.worker import main; main({descriptor})"
        self._process = subprocess.Popen(  # multiprocessing refuses to start one from a daemon, as Dask's workers are
            [sys.executable, "-c", program],
            pass_fds=[descriptor],
            stdin=subprocess.DEVNULL,
            stdout=sys.__stderr__.fileno() if sys.__stderr__ else None,
            process_group=0,  # Ctrl-C is for the run; this process ends with it
        )
        theirs.close()

    @property
    def is_at_rest(self) -> bool:
        """Whether it can be given another batch."""
        return self._at_rest and self.n_left > 0 and self._process.poll() is None

    def transcribe(self, batch: Sequence[Source]) -> Iterator[Transcript | AudioError]:
        """One outcome for each source. Raises `_Lost`, `EngineError`, `ImportError`; then this worker is of no use."""
        self._at_rest = False
        n_begun = n_answered = 0
        sound: Seconds = 0.0  # decoded and not answered
        try:
            self._pipe.send((self._settings, batch))
            while n_answered < len(batch):
                patience = self._limits.stall_seconds + self._limits.stall_factor * sound
                match self._next_step(patience if self._loaded else max(patience, LOADING)):
                    case Begun():
                        self._loaded = True
                        n_begun += 1
                    case Measured(duration):
                        sound += duration
                    case Refusal(error):
                        raise error
                    case Answer(outcome):
                        n_answered += 1
                        self.n_left -= 1
                        sound -= outcome.recording.duration if isinstance(outcome, Transcript) else 0.0
                        yield outcome
        except (TimeoutError, BlockingIOError) as error:
            raise _Lost("worker_stalled", n_begun - n_answered) from error
        except (EOFError, OSError) as error:
            raise _Lost("worker_died", n_begun - n_answered) from error
        self._at_rest = True

    def _next_step(self, patience: Seconds) -> Message:
        """What the worker tells next besides that it lives. Raises `TimeoutError`, and `OSError` or `EOFError`."""
        waited = silent = 0.0
        while waited < patience and silent < SILENCE:
            if seconds := self._look(self._pipe):
                waited, silent = waited + seconds, silent + seconds
                continue
            message: Message = self._pipe.recv()
            if not isinstance(message, Alive):
                return message
            silent = 0.0
        raise TimeoutError

    def kill(self) -> None:
        """Whoever waits for its answer learns that it died."""
        self._process.kill()

    def end(self) -> None:
        """Kills it, wherever it is."""
        self.kill()
        with suppress(subprocess.TimeoutExpired):  # one that hangs in the kernel goes when that lets it
            self._process.wait(END_SECONDS)
        self._pipe.close()


def _raise_if_hopeless(lost: Sequence[int]) -> None:
    """Raises `EngineError` when no other recording would fare better. ``lost``: workers in a row, see `_Lost`."""
    if lost[-MAX_UNBEGUN:] == [0] * MAX_UNBEGUN:
        raise EngineError("engine.ends_loading")
    if len(lost) >= MAX_LOST:
        raise EngineError("engine.processes_lost", n=MAX_LOST)


def _never_wait_longer(pipe: Connection, seconds: Seconds) -> None:
    """A process that freezes in the middle of a message must not freeze this one: reads raise `BlockingIOError`."""
    limit = struct.pack("ll", int(seconds), 0)
    with socket.socket(fileno=os.dup(pipe.fileno())) as end:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def _end(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.end()
