"""Any Hugging Face text classifier that `callqa train category --base` made. The only user of torch here."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from callqa.errors import ConfigError
from qa_models.category.features import Piece

LONGEST = 256  # tokens


@dataclass(frozen=True)
class Encoder:
    classes: tuple[str, ...]
    model: Any
    tokenizer: Any

    def probabilities(self, pieces: Sequence[Piece]) -> npt.NDArray[np.float64]:
        """Weights of pieces have no meaning here: who counts less comes last, where a long text is cut."""
        ordered = sorted(pieces, key=lambda piece: -piece.weight)
        return self._odds("。".join(piece.text for piece in ordered)).softmax(-1).double().numpy()

    def says(self, texts: Sequence[str], name: str) -> list[npt.NDArray[np.float64]]:
        """An encoder judges whole texts: all that a text says stands at its first character."""
        spoken = [np.zeros(len(text) + 1) for text in texts]
        for line, text in zip(spoken, texts, strict=True):
            line[0] = float(self._odds(text).softmax(-1)[self.classes.index(name)])
        return spoken

    def _odds(self, text: str) -> torch.Tensor:
        with torch.inference_mode():
            tokens = self.tokenizer(text, truncation=True, max_length=LONGEST, return_tensors="pt")
            return self.model(**tokens).logits[0].float()  # type: ignore[no-any-return]


@lru_cache(maxsize=2)
def load_encoder(folder: Path) -> Encoder:
    """A folder that `training.category.fine_tune` made. Raises `ConfigError`."""
    try:
        load = AutoModelForSequenceClassification.from_pretrained
        model = load(folder, local_files_only=True, use_safetensors=True).eval()  # training writes no other
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise ConfigError("model.no_transformer", folder=folder, detail=str(error)) from error
    return Encoder(tuple(model.config.id2label[i] for i in range(model.config.num_labels)), model, tokenizer)
