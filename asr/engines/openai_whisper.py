"""OpenAI's own implementation of Whisper: the reference that the default engine is compared with. Slow."""

from collections.abc import Sequence
from typing import Any

from asr.decode import Samples
from asr.engine import Clip, TranscribedClip
from asr.engines import whisper as shared
from asr.engines.checkpoint import load_whisper
from asr.engines.whisper import Attempt
from asr.weights import find_weights, identify
from callqa.settings import AsrSettings
from callqa.types import Word


class OpenAIWhisper:
    """An `asr.engine.Engine` over the same verified weights as the default engine, in float32."""

    def __init__(self, settings: AsrSettings) -> None:
        import torch
        from whisper.tokenizer import get_tokenizer

        device = settings.device
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        if settings.threads:
            torch.set_num_threads(settings.threads)
        self.model = load_whisper(find_weights(settings)).to(device)
        self.tokenizer = get_tokenizer(
            self.model.is_multilingual,
            num_languages=self.model.num_languages,
            language=shared.LANGUAGE,
            task="transcribe",
        )

    @staticmethod
    def describe(settings: AsrSettings) -> dict[str, Any]:
        return {"weights": identify(settings), "compute": "float32", **shared.describe()}

    def transcribe(self, clips: Sequence[Clip]) -> list[TranscribedClip]:
        return shared.transcribe_clips(self, clips)

    def decode(self, windows: Sequence[Samples], attempt: Attempt) -> list[tuple[Word, ...]]:
        return [self._decode(samples, attempt) for samples in windows]

    def _decode(self, samples: Samples, attempt: Attempt) -> tuple[Word, ...]:
        import whisper
        from whisper.audio import HOP_LENGTH, N_FRAMES, N_SAMPLES
        from whisper.timing import find_alignment

        mel = whisper.log_mel_spectrogram(samples, self.model.dims.n_mels, padding=N_SAMPLES)
        mel = whisper.pad_or_trim(mel, N_FRAMES).to(self.model.device)
        options = whisper.DecodingOptions(
            language=shared.LANGUAGE,
            beam_size=attempt.beam if attempt.beam > 1 else None,
            sample_len=shared.MAX_TOKENS,
            without_timestamps=True,
            fp16=False,
        )
        result = whisper.decode(self.model, mel, options)
        n_frames = min(len(samples) // HOP_LENGTH + 1, N_FRAMES)
        timings = find_alignment(self.model, self.tokenizer, result.tokens, mel, n_frames)
        words = [Word(t.word, float(t.start), float(t.end), float(t.probability)) for t in timings]
        return shared.join_words(words)
