"""Confidence of a word: the probability that its sounds are right, from what the engine says of it.

An engine's own figure orders words well and is wrong about how often it errs. Platt scaling (a logistic curve over the
engine's log odds, fitted to speech with transcripts) makes 0.8 mean "four of five are right". Right means the right
syllable: that is what matching needs, and spelling is mended elsewhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import jiwer
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from callqa.numbers import written
from callqa.syllables import sound_key
from callqa.types import Word

FLOOR = 1e-3  # engines say 0 and 1, of which there are no log odds
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over log odds; the default leaves everything as it is."""

    slope: float = 1.0
    offset: float = 0.0

    def __call__(self, probability: float) -> float:
        return float(_logistic(self.slope * _log_odds(np.array([probability])) + self.offset)[0])


WHISPER_BASE = Calibration(0.462, 1.364)
"""Fitted to 187 clips of human speech, clean and through a telephone (docs/measured.md). Used for the other engines,
too: what `callqa eval-speech` prints of them tells how well it fits."""


def calibrated(words: Iterable[Word], calibration: Calibration) -> tuple[Word, ...]:
    """The words with calibrated probabilities."""
    return tuple(replace(word, probability=round(calibration(word.probability), 4)) for word in words)


def mean_probability(words: Sequence[Word]) -> float | None:
    """The share of the syllables that is probably right; ``None`` without words."""
    weights = [len(sound_key(word.text).split()) for word in words]
    if not sum(weights):
        return None
    return round(sum(w.probability * n for w, n in zip(words, weights, strict=True)) / sum(weights), 4)


def judge_syllables(reference: str, words: Sequence[Word]) -> list[tuple[float, bool]]:
    """(probability of its word, whether it is right) of each recognised syllable, aligned with what was said."""
    recognised = [(sound, word.probability) for word in words for sound in sound_key(word.text).split()]
    expected = sound_key(written(reference).text).split()
    right = [False] * len(recognised)
    if expected and recognised:
        output = jiwer.process_words(" ".join(expected), " ".join(sound for sound, _ in recognised))
        for chunk in output.alignments[0]:
            if chunk.type == "equal":
                right[chunk.hyp_start_idx : chunk.hyp_end_idx] = [True] * (chunk.hyp_end_idx - chunk.hyp_start_idx)
    return [(probability, correct) for (_, probability), correct in zip(recognised, right, strict=True)]


def fit(judged: Sequence[tuple[float, bool]]) -> Calibration:
    """The curve under which what was seen is most likely. Needs both right and wrong ones; raises `ValueError`."""
    outcomes = np.array([right for _, right in judged], dtype=float)
    if len(judged) == 0 or outcomes.min() == outcomes.max():
        raise ValueError("calibration needs syllables that are right and others that are wrong")
    odds = _log_odds(np.array([probability for probability, _ in judged]))

    def loss(parameters: Floats) -> float:
        scaled = parameters[0] * odds + parameters[1]
        return float(np.mean(np.logaddexp(0, scaled) - outcomes * scaled))

    slope, offset = minimize(loss, np.array([1.0, 0.0])).x
    return Calibration(round(float(slope), 3), round(float(offset), 3))


@dataclass(frozen=True, slots=True)
class Bin:
    """One line of a reliability table."""

    low: float
    high: float
    n: int
    promised: float
    """Mean probability."""
    right: float
    """Share that is right."""


def reliability(judged: Sequence[tuple[float, float]], n_bins: int = 10) -> tuple[Bin, ...]:
    """Promised against true shares in bins of equal width; bins without entries are left out."""
    table: Floats = np.array(judged, dtype=float).reshape(-1, 2)
    index = np.clip((table[:, 0] * n_bins).astype(int), 0, n_bins - 1)
    return tuple(
        Bin(
            number / n_bins,
            (number + 1) / n_bins,
            len(members),
            float(members[:, 0].mean()),
            float(members[:, 1].mean()),
        )
        for number in range(n_bins)
        if len(members := table[index == number])
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error: mean distance of promise and truth, by entries; ``None`` without any."""
    n = sum(b.n for b in bins)
    return sum(abs(b.promised - b.right) * b.n for b in bins) / n if n else None


def _log_odds(probabilities: Floats) -> Floats:
    clipped = np.clip(probabilities, FLOOR, 1 - FLOOR)
    odds: Floats = np.log(clipped / (1 - clipped))
    return odds


def _logistic(odds: Floats) -> Floats:
    shares: Floats = 1 / (1 + np.exp(-odds))
    return shares
