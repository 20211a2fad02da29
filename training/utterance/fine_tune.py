"""Fine-tuning of a transformer for utterances."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_models.utterance.line import Line
from qa_models.utterance.linear import Floats
from qa_models.utterance.network import BATCH, Network
from training.progress import Progress, no_progress

WARM_UP = 0.1  # of the steps
PATIENCE = 3  # epochs without a better loss on the lines held out


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
    progress: Progress = no_progress,
) -> Network:
    """The network after the epoch that did best on the lines held out, or after the last one without any."""
    import torch

    torch.manual_seed(schedule.seed)
    rng = np.random.default_rng(schedule.seed)
    steps = schedule.epochs * -(-len(lines) // BATCH)
    optimiser = torch.optim.AdamW(network.model.parameters(), lr=schedule.rate, weight_decay=0.01)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, steps))
    best, best_state, best_epoch = np.inf, None, 0
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
            best_state = {name: value.clone() for name, value in network.model.state_dict().items()}
        if held_out and epoch - best_epoch >= PATIENCE:
            break
    if best_state is not None:
        network.model.load_state_dict(best_state)
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
