"""The protocol of a speech engine, and the list of those that there are."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from asr.decode import SAMPLE_RATE, Samples
from asr.hotwords import own_hotwords
from callqa.errors import EngineError
from callqa.keys import content_key
from callqa.settings import AsrSettings
from callqa.types import Seconds, Word

ASR_VERSION = 6  # counts changes of this package that may change a transcript

ENGINES = {
    "faster-whisper": "asr.engines.faster_whisper:FasterWhisper",
    "openai-whisper": "asr.engines.openai_whisper:OpenAIWhisper",
    "funasr": "asr.engines.funasr:FunASR",
    "server": "asr.engines.server:Server",
    "scripted": "asr.engines.scripted:Scripted",
}
"""Where each engine is; imported when first used, because each brings a large library."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of speech of one speaker, short enough for any engine (`asr.vad.MAX_REGION`)."""

    recording: str
    """SHA-256 of the recording it was cut from."""
    channel: int
    start: Seconds
    """Where ``samples`` begins in the recording."""
    samples: Samples
    """Shape (n_samples,), 16 kHz, mono."""
    voice: int = 0
    """Who speaks: the channel again, or one of the two voices that share it."""

    @property
    def duration(self) -> Seconds:
        return len(self.samples) / SAMPLE_RATE

    @property
    def end(self) -> Seconds:
        return self.start + self.duration


@dataclass(frozen=True, slots=True)
class TranscribedClip:
    """The text of one clip, as an engine wrote it."""

    words: tuple[Word, ...]
    """Times in the recording; in order."""
    flags: tuple[str, ...] = ()
    """What the engine itself found wrong and could not mend, as in `asr.hallucination`."""


class Engine(Protocol):
    """A way to transcribe clips. Raises `EngineError` when it cannot work at all."""

    def __init__(self, settings: AsrSettings) -> None: ...

    @staticmethod
    def describe(settings: AsrSettings) -> dict[str, Any]:
        """All that may change what the engine writes, without loading it."""
        ...

    def transcribe(self, clips: Sequence[Clip]) -> list[TranscribedClip]:
        """One result for each clip, in the same order."""
        ...


def engine_class(name: str) -> type[Engine]:
    """The engine of this name. Raises `EngineError` when its library is missing."""
    module, attribute = ENGINES[name].split(":")
    try:
        engine: type[Engine] = getattr(importlib.import_module(module), attribute)
    except ImportError as error:
        raise EngineError("engine.not_imported", engine=name, why=str(error)) from error
    return engine


def describe_engine(settings: AsrSettings) -> dict[str, Any]:
    """All that may change a transcript: engine, weights, options, and the version of this package.

    The device is left out: another processor rounds differently, and that is no reason to transcribe a year again.
    """
    described = engine_class(settings.engine).describe(settings)
    return {
        "engine": settings.engine,
        "asr_version": ASR_VERSION,
        "shipped": shipped_key(),
        **described,
        "repair": content_key([own_hotwords(settings), settings.numbers]) if settings.repair else None,
    }


@lru_cache(maxsize=1)
def shipped_key() -> str:
    """Key of the word lists and models that callqa brings: of whatever in them may change a transcript."""
    here = Path(__file__).parent
    files = sorted(path for folder in ("lexicons", "models") for path in (here / folder).iterdir() if path.is_file())
    return content_key({path.name: sha256(path.read_bytes()).hexdigest() for path in files if path.suffix != ".md"})


def engine_key(settings: AsrSettings) -> str:
    """The key of every transcript made with these settings."""
    return content_key(describe_engine(settings))
