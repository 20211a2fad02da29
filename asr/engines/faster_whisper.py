"""Whisper through CTranslate2: the default engine, int8 on a processor and fp16 on a graphics card."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

from more_itertools import chunked

from asr.decode import Samples
from asr.engine import Clip, TranscribedClip
from asr.engines import whisper
from asr.engines.foreign_tokens import MANDARIN, byte_pieces, foreign_key, foreign_tokens
from asr.engines.whisper import Attempt
from asr.weights import find_weights, identify
from callqa.errors import EngineError
from callqa.settings import AsrSettings
from callqa.types import Word

BATCH = {"cpu": 2, "cuda": 16}  # windows decoded together; on a processor more gain little, and each takes 0.15 GB
CHINESE = ("<|zh|>", "<|yue|>")


class FasterWhisper:
    """An `asr.engine.Engine`. Holds the model; one at a time per process, because it uses all processor cores.

    On a processor, each core decodes its own batch: the matrices of the small models are too small to be shared, and
    two cores so do the work of two (1.4 times as fast as two threads on one batch).
    """

    def __init__(self, settings: AsrSettings) -> None:
        import ctranslate2
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer

        folder = find_weights(settings)
        device = settings.device
        if device == "auto":
            device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        cores = settings.threads or len(os.sched_getaffinity(0))
        n_workers = 1 if device == "cuda" else cores
        try:
            self.model = WhisperModel(
                str(folder),
                device=device,
                compute_type="float16" if device == "cuda" else "int8",
                cpu_threads=1,
                num_workers=n_workers,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError("engine.model_not_loaded", folder=folder, device=device, why=str(error)) from error
        self.tokenizer = Tokenizer(self.model.hf_tokenizer, True, task="transcribe", language=whisper.LANGUAGE)
        vocabulary = self.model.hf_tokenizer
        pieces = byte_pieces(vocabulary.id_to_token(token) for token in range(self.tokenizer.eot))
        self.foreign = foreign_tokens(pieces, lambda text: vocabulary.encode(text, add_special_tokens=False).ids)
        self.batch = BATCH[device]
        self.n_workers = n_workers
        self.workers = ThreadPoolExecutor(n_workers, thread_name_prefix="whisper")

    @staticmethod
    def describe(settings: AsrSettings) -> dict[str, Any]:
        return {"weights": identify(settings), "compute": "int8", "foreign": foreign_key(), **whisper.describe()}

    def transcribe(self, clips: Sequence[Clip]) -> list[TranscribedClip]:
        return whisper.transcribe_clips(self, clips)

    def decode(self, windows: Sequence[Samples], attempt: Attempt) -> list[tuple[Word, ...]]:
        by_length = sorted(range(len(windows)), key=lambda i: -len(windows[i]))
        rounds = -(-len(windows) // (self.batch * self.n_workers))
        # As many batches as keep all workers busy to the last round, and none larger than need be.
        batches = list(chunked(by_length, max(1, -(-len(windows) // max(1, rounds * self.n_workers)))))
        decoded = self.workers.map(lambda batch: self._decode([windows[i] for i in batch], attempt), batches)
        by_window = dict(zip(by_length, chain.from_iterable(decoded), strict=True))
        return [by_window[i] for i in range(len(windows))]

    def _mandarin(self, encoded: Any) -> list[bool]:
        """Of each window, whether nothing but Mandarin is spoken in it."""
        if not self.model.model.is_multilingual:
            return [False] * encoded.shape[0]
        return [
            sum(chance for language, chance in ranked if language in CHINESE) >= MANDARIN
            for ranked in self.model.model.detect_language(encoded)
        ]

    def _decode(self, windows: Sequence[Samples], attempt: Attempt) -> list[tuple[Word, ...]]:
        import numpy as np
        from faster_whisper.audio import pad_or_trim

        mels = [self.model.feature_extractor(samples) for samples in windows]
        n_frames = [mel.shape[-1] for mel in mels]
        encoded = self.model.encode(np.stack([pad_or_trim(mel) for mel in mels]))
        prompt = self.model.get_prompt(self.tokenizer, [], without_timestamps=True)
        mandarin = self._mandarin(encoded)

        def generate(suppressed: list[int]) -> list[list[int]]:
            results = self.model.model.generate(
                encoded,
                [prompt] * len(windows),
                beam_size=attempt.beam,
                max_length=len(prompt) + whisper.MAX_TOKENS,
                suppress_blank=True,
                suppress_tokens=[-1, *suppressed],
            )
            return [result.sequences_ids[0] for result in results]

        restricted = generate(self.foreign) if any(mandarin) else []
        free = restricted if all(mandarin) else generate([])
        texts = [restricted[i] if mandarin[i] else free[i] for i in range(len(windows))]
        timings = self.model.find_alignment(self.tokenizer, texts, encoded, n_frames)
        return [
            whisper.join_words(
                [Word(t["word"], float(t["start"]), float(t["end"]), float(t["probability"])) for t in timing]
            )
            for timing in timings
        ]
