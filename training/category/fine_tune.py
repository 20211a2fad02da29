"""Fine-tuning of any Hugging Face text classifier for the classes of a taxonomy."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from callqa.errors import ConfigError
from qa_models.category.encoder import LONGEST, Encoder
from qa_models.category.features import Piece
from training.category.example import Row
from training.progress import Progress

BATCH = 16
RATE = 3e-5


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
        raise ConfigError("training.base_unreadable", base=base, why=str(error)) from error
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
            figures[name] = float(np.mean([row.label == answer for row, answer in zip(apart, named, strict=True)]))
    return figures
