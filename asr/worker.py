"""A speech process: loads an engine, transcribes the batches that `asr.workers` sends, and tells how far it is.

It holds nothing that is not told at once, so it may be killed at any time. It ends by itself when the process that
started it is gone, or gives it no work.
"""

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from asr.prepare import Source
from asr.transcribe import DeviceError, Transcriber
from callqa.errors import AudioError, EngineError
from callqa.types import Seconds, Transcript

BEAT: Seconds = 5.0  # between signs of life
IDLE: Seconds = 60.0  # without work: the night is at another stage, which can use the memory
FIRST_TO_GO = "500"  # when memory runs out, the system should end this process and not the run


@dataclass(frozen=True, slots=True)
class Alive:
    """The process runs. That it gets on is another question."""


@dataclass(frozen=True, slots=True)
class Begun:
    """One more recording of the batch is in hand."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The recording begun last is decoded."""

    duration: Seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the next recording; answers come in the order of the batch."""

    outcome: Transcript | AudioError


@dataclass(frozen=True, slots=True)
class Refusal:
    """This engine can transcribe no recording."""

    error: EngineError | ImportError


Message = Alive | Begun | Measured | Answer | Refusal


class _Teller:
    """Sends messages from any thread. Ends the process when nobody is there to read them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()

    def __call__(self, message: Message) -> None:
        try:
            with self._sending:
                self._connection.send(message)
        except OSError:
            os._exit(0)  # from whichever thread noticed; the others may be deep in an engine

    def beat(self) -> NoReturn:
        while True:
            self(Alive())
            time.sleep(BEAT)

    def beginning(self, sources: Iterable[Source]) -> Iterator[Source]:
        for source in sources:
            self(Begun())
            yield source


def main(descriptor: int) -> None:
    """Serves the other end of this pipe, where `AsrSettings` and a batch of sources come in together."""
    if (score := Path("/proc/self/oom_score_adj")).exists():
        score.write_text(FIRST_TO_GO)
    connection = Connection(descriptor)
    tell = _Teller(connection)
    threading.Thread(target=tell.beat, daemon=True, name="beat").start()
    try:
        _serve(connection, tell)
    except EOFError:
        pass  # no more work
    except DeviceError:
        sys.exit("speech worker: the device gave up")  # a new process gets a new hold of it
    except (EngineError, ImportError) as error:
        tell(Refusal(error))
    except Exception as error:
        # The type only: messages of others name files, and files are named after telephone numbers.
        sys.exit(f"speech worker: {type(error).__name__}")


def _serve(connection: Connection, tell: _Teller) -> None:
    load = lru_cache(maxsize=1)(Transcriber)
    while connection.poll(IDLE):
        settings, batch = connection.recv()
        for _, outcome in load(settings).transcribe(
            tell.beginning(batch), measured=lambda seconds: tell(Measured(seconds))
        ):
            tell(Answer(outcome))
