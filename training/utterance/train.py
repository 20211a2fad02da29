"""Makes an utterance classifier of labelled lines; the same on every run with the same seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from callqa.errors import ConfigError
from callqa.messages import NONE
from qa_models.utterance.line import Line
from qa_models.utterance.linear import Floats
from qa_models.utterance.model import UtteranceModel, softmax
from qa_models.utterance.network import Network, load_network
from training.progress import Progress, no_progress
from training.utterance.augment import augmented
from training.utterance.example import Example
from training.utterance.fine_tune import Schedule, fine_tune
from training.utterance.linear import fit_linear

HARMLESS = ("neutral", "courteous", "empathic", "safe")
"""Labels of lines in which every sentence is harmless, too."""


@dataclass(frozen=True, slots=True)
class Held:
    """How the model does on the lines held out, before it is trained with them, too."""

    lines: int
    accuracy: float
    macro_f1: float


def train_linear(
    examples: Sequence[Example], seed: int = 0, progress: Progress = no_progress
) -> tuple[UtteranceModel, Held]:
    """First without a fifth of the groups, to see how good it is and how sure it may be, then with all."""
    labels = known_labels(examples)
    learnt_from, held_out = split(examples, seed)
    progress("measuring", 0.0)
    trial = _linear(learnt_from, labels, seed)
    logits, truth = trial.logits([e.line for e in held_out]), indices(held_out, labels)
    progress("training", 0.5)
    model = replace(_linear(examples, labels, seed), temperature=fitted_temperature(logits, truth))
    progress("done", 1.0)
    return model, figures(logits, truth)


def fine_tuned(
    base: str, examples: Sequence[Example], schedule: Schedule, progress: Progress = no_progress
) -> tuple[UtteranceModel, Held]:
    """Any Hugging Face checkpoint, stopped when it gets no better on a fifth of the groups. Raises `ConfigError`."""
    labels = known_labels(examples)
    learnt_from, held_out = split(examples, schedule.seed)
    noisy = augmented(learnt_from, HARMLESS, np.random.default_rng(schedule.seed))
    lines, truth = [e.line for e in held_out], indices(held_out, labels)
    network = _tuned(base, labels, noisy, (lines, truth), schedule, progress)
    logits = network.logits(lines)
    return UtteranceModel(labels, None, network, fitted_temperature(logits, truth)), figures(logits, truth)


def _tuned(
    base: str,
    labels: tuple[str, ...],
    noisy: Sequence[Example],
    held_out: tuple[Sequence[Line], npt.NDArray[np.int64]],
    schedule: Schedule,
    progress: Progress,
) -> Network:
    network = load_network(base, labels)
    return fine_tune(network, [e.line for e in noisy], indices(noisy, labels), held_out, schedule, progress)


def _linear(examples: Sequence[Example], labels: tuple[str, ...], seed: int) -> UtteranceModel:
    noisy = augmented(examples, HARMLESS, np.random.default_rng(seed))
    return UtteranceModel(labels, fit_linear([e.line for e in noisy], indices(noisy, labels), len(labels)))


def known_labels(examples: Sequence[Example]) -> tuple[str, ...]:
    """Raises `ConfigError` for fewer than two."""
    labels = tuple(sorted({example.label for example in examples}))
    if len(labels) < 2:
        raise ConfigError("training.one_label", labels=list(labels) or NONE)
    return labels


def indices(examples: Sequence[Example], labels: Sequence[str]) -> npt.NDArray[np.int64]:
    return np.array([labels.index(example.label) for example in examples], dtype=np.int64)


def split(examples: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    """(kept, held out): about a fifth held out, whole authors where three at least wrote more than one label, else
    whole groups. Raises `ConfigError` for a single group."""
    labels = {author: {e.label for e in examples if e.author == author} for author in {e.author for e in examples}}
    many = {author for author, labels_of_author in labels.items() if len(labels_of_author) > 1}
    by_author = len(many) >= 3
    units = sorted(many if by_author else {e.group for e in examples})
    chosen = np.random.default_rng(seed).permutation(len(units))[: max(1, len(units) // 5)]
    out = {units[i] for i in chosen}
    rest: list[Example] = []
    held: list[Example] = []
    for example in examples:
        (held if (example.author if by_author else example.group) in out else rest).append(example)
    if not rest:
        raise ConfigError("training.one_group")
    return rest, held


def figures(logits: Floats, truth: npt.NDArray[np.int64]) -> Held:
    answers = logits.argmax(axis=1)
    scores = []
    for label in np.unique(truth):
        hits = int(((answers == label) & (truth == label)).sum())
        scores.append(2 * hits / int((answers == label).sum() + (truth == label).sum()))
    return Held(len(truth), float((answers == truth).mean()), float(np.mean(scores)))


def fitted_temperature(logits: Floats, labels: npt.NDArray[np.int64]) -> float:
    """What makes the probabilities of held-out lines as good as they can be; 1 leaves them as they are."""

    def loss(log_temperature: float) -> float:
        shares = softmax(logits / np.float32(np.exp(log_temperature)))
        return float(-np.log(np.maximum(shares[np.arange(len(labels)), labels], 1e-9)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))
