"""Recordings to transcripts. Start reading at `asr.transcribe`."""

from asr.engine import ASR_VERSION, describe_engine, engine_key
from asr.error_rate import ErrorRates, error_rates
from asr.prepare import Source
from asr.transcribe import Transcriber

__all__ = ["ASR_VERSION", "ErrorRates", "Source", "Transcriber", "describe_engine", "engine_key", "error_rates"]
