"""``python -m training.meaning CALLS MORE FILE``: teaches n-grams what a sentence encoder knows.

``CALLS``, ``MORE``: labelled calls (training/corpora/calls/learn, tests/calls), of which only the words are read. The
vectors of their sentences, and of the lines of the corpora, are found again from n-grams by ridge regression. What a
model learns from the vectors folds back into weights of n-grams, so the encoder is needed for training alone. Printed:
the mean cosine with the encoder's own vectors, on sentences kept out.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from qa_models.sentences import encoded, sentences
from qa_models.utterance.features import N_FEATURES, vectors
from qa_models.utterance.line import Line
from services.evaluation.labelled import author_folders, read_truths
from training.utterance.corpus import CORPORA
from training.utterance.noise import Mishearing

SIZE = 128  # of the encoder's 512 directions, those that vary most
SEEN = 6  # sentences that must hold an n-gram
PULL = 0.3  # to zero
STEPS = 25  # of conjugate gradients; the cosine on sentences kept out no longer grows
LENGTH = 100  # characters of a sentence that are read
LEAST = 5  # characters of a line of a corpus
MISHEARD, RATES = 0.45, (0.02, 0.2)  # of the sentences once more, with so large a share of syllables misheard
KEPT_OUT = 0.05
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Meaning:
    table: Floats
    """Shape (N_FEATURES, SIZE); rows of n-grams that were not seen are zero, the others about 1 long."""

    def of(self, grams: csr_matrix) -> csr_matrix:
        """Of rows of `vectors`; shape (rows, SIZE)."""
        return csr_matrix(np.asarray(grams @ self.table, dtype=np.float32))

    def folded(self, weights: npt.NDArray[np.float64]) -> Floats:
        """Weights of n-grams that say the same as ``weights`` of the vectors, shape (SIZE, labels)."""
        return np.asarray(self.table @ weights.astype(np.float32), dtype=np.float32)

    def save(self, path: Path) -> None:
        used = np.flatnonzero(self.table.any(axis=1)).astype(np.int32)
        np.savez(path, used=used, rows=self.table[used].astype(np.float16))

    @classmethod
    def load(cls, path: Path) -> "Meaning":
        stored = np.load(path, allow_pickle=False)
        table = np.zeros((N_FEATURES, stored["rows"].shape[1]), dtype=np.float32)
        table[stored["used"]] = stored["rows"]
        return cls(table)


def texts(*folders: Path) -> list[str]:
    """The sentences of all calls in the folders and the lines of the corpora, each once."""
    return list(dict.fromkeys(text.strip()[:LENGTH] for text in (*_of_calls(folders), *_of_corpora())))


def _of_calls(folders: Iterable[Path]) -> Iterator[str]:
    for folder in folders:
        turns = (turn for author in author_folders(folder) for truth in read_truths(author) for turn in truth.turns)
        yield from (sentence.text for turn in turns for sentence in sentences(turn))


def _of_corpora() -> Iterator[str]:
    for path in sorted((*CORPORA.glob("*.tsv"), *CORPORA.glob("*.txt"))):
        for row in path.read_text(encoding="utf-8").splitlines():
            if not row.startswith("#"):
                yield from (cell for cell in row.split("\t") if len(cell) >= LEAST)


def learn(learned: Sequence[str], seed: int = 0) -> tuple[Meaning, float]:
    """The same on every run; with the mean cosine on sentences kept out."""
    rng = np.random.default_rng(seed)
    goals = _reduced(_encoded(learned))
    order = rng.permutation(len(learned))
    out, kept = np.split(order, [int(KEPT_OUT * len(learned))])
    again = kept[: int(MISHEARD * len(kept))]
    mishearing = Mishearing.of(learned)
    misheard = [mishearing.line(Line(learned[i], ""), rng.uniform(*RATES), rng) for i in again]
    grams = vstack([_grams(learned, kept), vectors(misheard)]).tocsr()
    table = _ridge(grams, np.vstack([goals[kept], goals[again]]))
    near = _cosine(np.asarray(_grams(learned, out) @ table), goals[out])
    lengths = np.linalg.norm(table, axis=1)
    return Meaning(np.asarray(table / lengths[lengths > 0].mean(), dtype=np.float32)), near


def _grams(learned: Sequence[str], rows: npt.NDArray[np.int64]) -> csr_matrix:
    return vectors([Line(learned[i], "") for i in rows])


def _encoded(learned: Sequence[str], batch: int = 256) -> Floats:
    starts = range(0, len(learned), batch)
    return np.vstack([encoded(tuple(learned[i : i + batch])) for i in starts])


def _reduced(encodings: Floats) -> Floats:
    """The directions that vary most; shape (sentences, SIZE)."""
    middle = encodings - encodings.mean(axis=0)
    _, directions = np.linalg.eigh(middle.T @ middle)
    return np.asarray(middle @ directions[:, ::-1][:, :SIZE], dtype=np.float32)


def _ridge(grams: csr_matrix, goals: Floats) -> Floats:
    """Ridge regression by conjugate gradients; shape (N_FEATURES, SIZE)."""
    used = np.flatnonzero(np.bincount(grams.indices, minlength=N_FEATURES) >= SEEN)
    rows = grams[:, used].tocsr().astype(np.float32)
    back: Any = rows.T.tocsr()
    solution = np.zeros((len(used), goals.shape[1]), dtype=np.float32)
    rest = np.asarray(back @ goals)
    way, left = rest.copy(), (rest**2).sum(axis=0)
    for _ in range(STEPS):
        bent = back @ (rows @ way) + PULL * way
        length = left / (way * bent).sum(axis=0)
        solution += length * way
        rest -= length * bent
        before, left = left, (rest**2).sum(axis=0)
        way = rest + left / before * way
    table = np.zeros((N_FEATURES, goals.shape[1]), dtype=np.float32)
    table[used] = solution
    return table


def _cosine(learnt: Floats, goals: Floats) -> float:
    lengths = np.linalg.norm(learnt, axis=1) * np.linalg.norm(goals, axis=1)
    return float(((learnt * goals).sum(axis=1) / np.maximum(lengths, 1e-9)).mean())


if __name__ == "__main__":
    *folders, file = map(Path, sys.argv[1:])
    meaning, cosine = learn(texts(*folders))
    meaning.save(file)
    print(round(cosine, 3))  # noqa: T201
