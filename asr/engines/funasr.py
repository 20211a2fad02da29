"""FunASR's Paraformer and SenseVoice: made for Mandarin; they write all words at once, so they are fast and never loop.

What `AutoModel.generate` gives for one clip (funasr 1.4)::

    Paraformer  {"text": "欢 迎 来 电", "timestamp": [[880, 1120], [1120, 1380], ...]}    milliseconds of each piece
    SenseVoice  {"text": "<|zh|><|NEUTRAL|><|Speech|><|withitn|>欢迎来电。", "words": ["欢", ...], "timestamp": [...]}

Neither says how sure it is of a word.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from asr.engine import Clip, TranscribedClip
from asr.engines.plain_text import UNKNOWN_PROBABILITY, spread
from asr.engines.whisper import LANGUAGE, LEVEL_DBFS, join_words, levelled
from asr.hallucination import suspicions
from asr.hotwords import own_hotwords
from asr.weights import KNOWN, sampled_sha256
from callqa.errors import EngineError
from callqa.keys import content_key
from callqa.settings import AsrSettings
from callqa.types import Word, text_of

TAG = re.compile(r"<\|[^|]*\|>")
WORD_START = "▁"  # sentencepiece's mark
OPTIONS = {"language": LANGUAGE, "use_itn": True, "output_timestamp": True}


class FunASR:
    """An `asr.engine.Engine`. Transcribes each clip alone: a batch without any text comes back short, and on a
    processor a batch is no faster."""

    def __init__(self, settings: AsrSettings) -> None:
        _check_model(settings)
        try:
            import torch
            from funasr import AutoModel
        except ImportError as error:
            raise EngineError("engine.funasr_missing", why=str(error)) from error
        device = settings.device
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        hotwords = own_hotwords(settings)
        self.options = OPTIONS | ({"hotword": " ".join(hotwords)} if hotwords else {})
        try:
            self.model = AutoModel(
                model=settings.model,
                device="cuda:0" if device == "cuda" else device,
                ncpu=settings.threads or torch.get_num_threads(),
                disable_update=True,
                disable_pbar=True,
                log_level="ERROR",
            )
        except Exception as error:  # of many types, e.g. that of a failed download
            raise EngineError(
                "engine.funasr_not_loaded",
                model=settings.model,
                device=device,
                kind=type(error).__name__,
                why=str(error),
            ) from error

    @staticmethod
    def describe(settings: AsrSettings) -> dict[str, Any]:
        hotwords = content_key(own_hotwords(settings))
        return {"weights": identify(settings), "level_dbfs": LEVEL_DBFS, "hotwords": hotwords, **OPTIONS}

    def transcribe(self, clips: Sequence[Clip]) -> list[TranscribedClip]:
        return [self._transcribe_clip(clip) for clip in clips]

    def _transcribe_clip(self, clip: Clip) -> TranscribedClip:
        results = self.model.generate(input=[levelled(clip.samples)], batch_size=1, **self.options)
        words = join_words(words_of(results[0], clip)) if results else ()
        return TranscribedClip(words, suspicions(text_of(words), clip.duration))


def words_of(result: Mapping[str, Any], clip: Clip) -> list[Word]:
    """The words of one result, at their times in the recording."""
    text = TAG.sub("", result["text"]).strip()
    pieces = [piece.strip(WORD_START) for piece in result.get("words") or text.split()]
    times = result.get("timestamp") or ()
    if len(pieces) != len(times):
        return spread(text.replace(" ", ""), clip.start, clip.end, UNKNOWN_PROBABILITY)
    words = []
    for piece, milliseconds in zip(pieces, times, strict=True):
        start, end = (round(min(clip.start + time / 1000, clip.end), 3) for time in milliseconds)
        words.append(Word(piece, start, end, UNKNOWN_PROBABILITY))
    return words


def identify(settings: AsrSettings) -> str:
    """Which model these settings mean, for the engine key: a folder is known by its files, any other by its name."""
    _check_model(settings)
    folder = Path(settings.model)
    if not folder.is_dir():
        return settings.model
    files = {
        path.name: sampled_sha256(path)
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".")  # the hub's own notes
    }
    return f"folder-{content_key(files)}"


def _check_model(settings: AsrSettings) -> None:
    if settings.model in KNOWN:
        raise EngineError("engine.funasr_whisper_model", model=settings.model)
