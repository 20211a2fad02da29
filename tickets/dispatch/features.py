"""Features of a matter: its category at every level, request type, and the characters of its text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from callqa.text import normalise
from tickets.dispatch.matter import Matter

LEAST_MESSAGES = 50
"""In which a run of characters must stand, or the rare ones would be learnt by heart."""
LONGEST_RUN = 2
"""Characters; longer runs taught nothing more on weeks that were not learnt from."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Columns of the features."""

    labels: dict[str, int]
    """Categories and request types."""
    runs: dict[str, int]
    """Runs of one and two characters."""
    weights: np.ndarray
    """(runs,), float32: the rarer, the heavier (inverse document frequency)."""

    @property
    def width(self) -> int:
        return len(self.labels) + len(self.runs)


def vocabulary(matters: Sequence[Matter]) -> Vocabulary:
    """What occurs often enough in these."""
    labels: dict[str, int] = {}
    counts: dict[str, int] = {}
    for matter in matters:
        for label in _labels(matter):
            labels.setdefault(label, len(labels))
        for run in _runs(matter):
            counts[run] = counts.get(run, 0) + 1
    least = min(LEAST_MESSAGES, max(2, len(matters) // 100))
    often = sorted(run for run, n in counts.items() if n >= least)
    rarity = np.log((1 + len(matters)) / (1 + np.array([counts[run] for run in often], dtype=float))) + 1
    return Vocabulary(labels, {run: n for n, run in enumerate(often)}, rarity.astype(np.float32))


def features(matters: Sequence[Matter], words: Vocabulary) -> sparse.csr_matrix:
    """(matters, columns), float32: ones for labels; runs have length 1 together, so that long texts weigh no more."""
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for matter in matters:
        known = [words.labels[label] for label in _labels(matter) if label in words.labels]
        runs = np.array(sorted(words.runs[run] for run in _runs(matter) if run in words.runs), dtype=int)
        weights = words.weights[runs]
        length = float(np.linalg.norm(weights)) or 1.0
        columns += [*known, *(len(words.labels) + runs)]
        values += [*([1.0] * len(known)), *(weights / length)]
        ends.append(len(columns))
    shape = (len(matters), words.width)
    return sparse.csr_matrix((np.array(values, dtype=np.float32), np.array(columns), np.array(ends)), shape=shape)


def _labels(matter: Matter) -> list[str]:
    named = [f"{level}:{name}" for level, name in enumerate(matter.category)]
    return [*named, f"type:{matter.request_type}"] if matter.request_type else named


def _runs(matter: Matter) -> set[str]:
    """Without the street's name: which street it is decides nothing but which office is the local one."""
    text = normalise(matter.text.replace(matter.street, "") if matter.street else matter.text).text
    return {text[i : i + n] for n in range(1, LONGEST_RUN + 1) for i in range(len(text) - n + 1)}
