"""Recordings to transcripts. Start reading at `asr.transcribe`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asr.engine import ASR_VERSION, describe_engine, engine_key
    from asr.error_rate import ErrorRates, error_rates
    from asr.prepare import Source
    from asr.transcribe import Transcriber
    from asr.workers import SpeechWorkers

__all__ = [
    "ASR_VERSION",
    "ErrorRates",
    "Source",
    "SpeechWorkers",
    "Transcriber",
    "describe_engine",
    "engine_key",
    "error_rates",
]

PLACES = {
    "asr.engine": ("ASR_VERSION", "describe_engine", "engine_key"),
    "asr.error_rate": ("ErrorRates", "error_rates"),
    "asr.prepare": ("Source",),
    "asr.transcribe": ("Transcriber",),
    "asr.workers": ("SpeechWorkers",),
}


def __getattr__(name: str) -> Any:
    """Imported when first asked for: a process that only decodes needs none of it, and starts soon."""
    for place, names in PLACES.items():
        if name in names:
            return getattr(import_module(place), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
