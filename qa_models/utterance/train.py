"""Makes an utterance classifier of labelled lines; the same on every run with the same seed."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from qa_models.utterance.augment import augmented
from qa_models.utterance.example import Example
from qa_models.utterance.linear import Floats, fit_linear
from qa_models.utterance.model import UtteranceModel, softmax

HARMLESS = ("neutral", "courteous", "empathic", "safe")
Report = Callable[[str], None]


def train(examples: Sequence[Example], seed: int = 0, report: Report = lambda _: None) -> UtteranceModel:
    """First without a fifth of the groups, to see how sure it may be, then with all."""
    labels = tuple(sorted({example.label for example in examples}))
    kept, held_out = split(examples, seed)
    report("calibrating")
    trial = _fit(kept, labels, seed)
    temperature = fitted_temperature(trial.logits([e.line for e in held_out]), indices(held_out, labels))
    report("training")
    model = _fit(examples, labels, seed)
    return UtteranceModel(model.labels, model.linear, temperature)


def _fit(examples: Sequence[Example], labels: tuple[str, ...], seed: int) -> UtteranceModel:
    made = augmented(examples, HARMLESS, np.random.default_rng(seed))
    return UtteranceModel(labels, fit_linear([e.line for e in made], indices(made, labels), len(labels)))


def indices(examples: Sequence[Example], labels: Sequence[str]) -> npt.NDArray[np.int64]:
    return np.array([labels.index(example.label) for example in examples], dtype=np.int64)


def split(examples: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    """(kept, held out): about a fifth held out, whole authors where there are three at least, else whole groups."""
    by_author = len({e.author for e in examples}) >= 3
    units = sorted({e.author if by_author else e.group for e in examples})
    chosen = np.random.default_rng(seed).permutation(len(units))[: max(1, len(units) // 5)]
    out = {units[i] for i in chosen}
    held = [e for e in examples if (e.author if by_author else e.group) in out]
    return [e for e in examples if (e.author if by_author else e.group) not in out], held


def fitted_temperature(logits: Floats, labels: npt.NDArray[np.int64]) -> float:
    """What makes the probabilities of held-out lines as good as they can be; 1 leaves them as they are."""

    def loss(log_temperature: float) -> float:
        shares = softmax(logits / np.float32(np.exp(log_temperature)))
        return float(-np.log(np.maximum(shares[np.arange(len(labels)), labels], 1e-9)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))
