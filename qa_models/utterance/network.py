"""Transformers for utterances: the one place of this package that loads torch, and only when it is used.

Any Hugging Face checkpoint for sequence classification serves; we ship none (qa_models/models/manners.md says
why). Its input is the line before and the line, without punctuation, which recognisers invent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from callqa.errors import ConfigError
from callqa.text import normalise
from qa_models.utterance.example import Line
from qa_models.utterance.linear import Floats

MAX_TOKENS = 96
BATCH = 32
WARM_UP = 0.1  # of the steps
PATIENCE = 3  # epochs without a better loss on the lines held out
Progress = Callable[[str, float], None]
"""Called with a line of text and the share that is done."""


@dataclass(frozen=True)
class Network:
    """A checkpoint and its tokenizer."""

    model: Any
    tokenizer: Any

    def logits(self, lines: Sequence[Line]) -> Floats:
        """Shape (lines, labels). Lines of like length share a batch."""
        import torch

        found = np.zeros((len(lines), self.model.config.num_labels), dtype=np.float32)
        order = np.argsort([len(line.text) + len(line.before) for line in lines], kind="stable")
        self.model.eval()
        with torch.inference_mode():
            for start in range(0, len(order), 4 * BATCH):
                chosen = order[start : start + 4 * BATCH]
                found[chosen] = self.model(**self.tokens([lines[i] for i in chosen])).logits.float().numpy()
        return found

    def tokens(self, lines: Sequence[Line]) -> Any:
        before = [normalise(line.before).text[-MAX_TOKENS // 2 :] for line in lines]
        text = [normalise(line.text).text for line in lines]
        options = {"truncation": "longest_first", "max_length": MAX_TOKENS, "padding": True, "return_tensors": "pt"}
        return self.tokenizer(before, text, **options)

    def save(self, folder: Path) -> None:
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)


def load_network(name: str | Path, labels: Sequence[str] | None = None) -> Network:
    """A checkpoint by folder or hub name; with ``labels``, its head is made anew for them. Raises `ConfigError`."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # that the head is new is what we want
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    more: dict[str, Any] = {}
    if labels is not None:
        more = {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}
        more |= {"num_labels": len(labels), "ignore_mismatched_sizes": True}
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        return Network(AutoModelForSequenceClassification.from_pretrained(name, **more), tokenizer)
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ConfigError(f"{name}: no Hugging Face checkpoint can be loaded from there: {reason}") from error


@dataclass(frozen=True)
class Schedule:
    """How a network is fine-tuned."""

    epochs: int = 8
    rate: float = 5e-4
    """Highest step size; 5e-4 suits small networks, 3e-5 large ones."""
    seed: int = 0


def fine_tune(
    network: Network,
    lines: Sequence[Line],
    labels: npt.NDArray[np.int64],
    held_out: tuple[Sequence[Line], npt.NDArray[np.int64]] | None,
    schedule: Schedule,
    progress: Progress = lambda text, share: None,
) -> Network:
    """The network after the epoch that did best on the lines held out, or after the last one without any."""
    import torch

    torch.manual_seed(schedule.seed)
    rng = np.random.default_rng(schedule.seed)
    steps = schedule.epochs * -(-len(lines) // BATCH)
    optimiser = torch.optim.AdamW(network.model.parameters(), lr=schedule.rate, weight_decay=0.01)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, steps))
    best, kept, best_epoch = np.inf, None, 0
    for epoch in range(1, schedule.epochs + 1):
        network.model.train()
        for chosen in _batches(lines, rng):
            batch = network.tokens([lines[i] for i in chosen])
            loss = network.model(**batch, labels=torch.from_numpy(labels[chosen])).loss
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.model.parameters(), 1.0)
            optimiser.step()
            pace.step()
        off = _loss(network.logits(held_out[0]), held_out[1]) if held_out else float(loss.detach())
        progress(f"epoch {epoch}: loss {off:.3f}", epoch / schedule.epochs)
        if held_out and off < best:
            best, best_epoch = off, epoch
            kept = {name: value.clone() for name, value in network.model.state_dict().items()}
        if held_out and epoch - best_epoch >= PATIENCE:
            break
    if kept is not None:
        network.model.load_state_dict(kept)
    return network


def _pace(step: int, steps: int) -> float:
    """Rises over the first tenth of the steps, then falls to nothing."""
    warm = max(1, int(WARM_UP * steps))
    return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))


def _batches(lines: Sequence[Line], rng: np.random.Generator) -> list[npt.NDArray[np.int64]]:
    """Random batches of lines of like length."""
    lengths = np.array([len(line.text) + len(line.before) for line in lines]) + rng.uniform(0, 8, len(lines))
    order = np.argsort(lengths)
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    return [batches[i] for i in rng.permutation(len(batches))]


def _loss(logits: Floats, labels: npt.NDArray[np.int64]) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return float((np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]).mean())
