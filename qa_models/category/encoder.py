"""Any Hugging Face text classifier: fine-tuning one, and naming classes with it. The only user of torch here."""

from collections.abc import Callable, Sequence
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
from qa_models.category.training import Progress, Row

LONGEST = 256  # tokens
BATCH = 16
RATE = 3e-5


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
    """A folder that `fine_tune` made. Raises `ConfigError`."""
    try:
        load = AutoModelForSequenceClassification.from_pretrained
        model = load(folder, local_files_only=True, use_safetensors=True).eval()  # `fine_tune` writes no other
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{folder} is not a text classifier that transformers can read: {error}") from error
    return Encoder(tuple(model.config.id2label[i] for i in range(model.config.num_labels)), model, tokenizer)


def fine_tune(
    base: str, rows: Sequence[Row], classes: Sequence[str], out: Path, epochs: int, seed: int, progress: Progress
) -> dict[str, float]:
    """Train ``base`` on all rows but the first fold, save it to ``out``, and measure it on that fold."""
    torch.manual_seed(seed)
    try:
        tokenizer = AutoTokenizer.from_pretrained(base)
        model = AutoModelForSequenceClassification.from_pretrained(
            base,
            num_labels=len(classes),
            id2label=dict(enumerate(classes)),
            label2id={name: index for index, name in enumerate(classes)},
            ignore_mismatched_sizes=True,
        )
    except (OSError, ValueError) as error:
        raise ConfigError(f"there is no model {base!r} that transformers can read: {error}") from error
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device)
    learnt = [row for row in rows if row.label and row.fold != 0]
    _learn(model, tokenizer, learnt, classes, epochs, seed, device, lambda share: progress("learning", share))
    out.mkdir(parents=True, exist_ok=True)
    model.to("cpu").eval().save_pretrained(out)
    tokenizer.save_pretrained(out)
    return _measured(Encoder(tuple(classes), model, tokenizer), rows)


def _learn(
    model: Any,
    tokenizer: Any,
    rows: Sequence[Row],
    classes: Sequence[str],
    epochs: int,
    seed: int,
    device: str,
    progress: Callable[[float], None],
) -> None:
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    place = {name: index for index, name in enumerate(classes)}
    chance = np.random.default_rng(seed)
    batches = [b for _ in range(epochs) for b in np.array_split(chance.permutation(len(rows)), -(-len(rows) // BATCH))]
    model.train()
    for number, batch in enumerate(batches):
        chosen = [rows[i] for i in batch]
        tokens = tokenizer(
            [row.text for row in chosen], truncation=True, max_length=LONGEST, padding=True, return_tensors="pt"
        ).to(device)
        truth = torch.tensor([place[row.label] for row in chosen], device=device)
        weights = torch.tensor([row.weight for row in chosen], device=device)
        losses = torch.nn.functional.cross_entropy(model(**tokens).logits.float(), truth, reduction="none")
        optimiser.zero_grad()
        loss: torch.Tensor = (losses * weights).sum() / weights.sum()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        progress((number + 1) / len(batches))


def _measured(encoder: Encoder, rows: Sequence[Row]) -> dict[str, float]:
    figures = {}
    for name in ("written", "spoken", "heard"):
        apart = [row for row in rows if row.fold == 0 and row.measured == name]
        if apart:
            named = [encoder.classes[int(encoder.probabilities([Piece(row.text)]).argmax())] for row in apart]
            figures[name] = float(np.mean([row.label == found for row, found in zip(apart, named, strict=True)]))
    return figures
