"""Whisper through CTranslate2: the default engine, int8 on a processor and fp16 on a graphics card."""

from collections.abc import Sequence
from typing import Any

from asr.decode import Samples
from asr.engine import Clip, Heard
from asr.engines import whisper
from asr.engines.whisper import Attempt, Hypothesis
from asr.weights import find_weights, identify
from callqa.errors import EngineError
from callqa.settings import AsrSettings
from callqa.types import Word


class FasterWhisper:
    """An `asr.engine.Engine`. Holds the model; one at a time per process, because it uses all processor cores."""

    def __init__(self, settings: AsrSettings) -> None:
        import ctranslate2
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer

        folder = find_weights(settings)
        device = settings.device
        if device == "auto":
            device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        try:
            self.model = WhisperModel(
                str(folder),
                device=device,
                compute_type="float16" if device == "cuda" else "int8",
                cpu_threads=settings.threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"the model in {folder} cannot be loaded on {device}: {error}") from error
        self.tokenizer = Tokenizer(self.model.hf_tokenizer, True, task="transcribe", language=whisper.LANGUAGE)

    @staticmethod
    def describe(settings: AsrSettings) -> dict[str, Any]:
        return {"weights": identify(settings), "compute": "int8", **whisper.describe()}

    def hear(self, clips: Sequence[Clip]) -> list[Heard]:
        return whisper.hear(self, clips)

    def decode(self, windows: Sequence[Samples], attempt: Attempt) -> list[Hypothesis]:
        import numpy as np
        from faster_whisper.audio import pad_or_trim

        mels = [self.model.feature_extractor(samples) for samples in windows]
        n_frames = [mel.shape[-1] for mel in mels]
        encoded = self.model.encode(np.stack([pad_or_trim(mel) for mel in mels]))
        previous = self.tokenizer.encode(attempt.prompt) if attempt.prompt else []
        prompt = self.model.get_prompt(self.tokenizer, previous, without_timestamps=True)
        results = self.model.model.generate(
            encoded,
            [prompt] * len(windows),
            beam_size=attempt.beam,
            max_length=len(prompt) + whisper.MAX_TOKENS,
            suppress_blank=True,
            suppress_tokens=[-1],
            return_scores=True,
            return_no_speech_prob=True,
        )
        texts = [result.sequences_ids[0] for result in results]
        timings = self.model.find_alignment(self.tokenizer, texts, encoded, n_frames)
        return [
            Hypothesis(
                whisper.join_words(
                    [Word(t["word"], float(t["start"]), float(t["end"]), float(t["probability"])) for t in timing]
                ),
                # CTranslate2 divides by the length without the end token, Whisper with it.
                avg_logprob=result.scores[0] * len(text) / (len(text) + 1),
                no_speech_prob=result.no_speech_prob,
            )
            for result, text, timing in zip(results, texts, timings, strict=True)
        ]
