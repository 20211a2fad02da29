"""``python -m training.category.context KIND CALLS MORE MEANING FILE``: learns what a whole call tells of its request.

``KIND``: ``request-type`` or ``category``, what is learnt. ``CALLS``: labelled calls of several authors
(training/corpora/calls/learn); ``MORE``: of one more (tests/calls); ``MEANING``: a file of `training.meaning`. What is
printed is found on authors left out, a quarter at a time: how often the likeliest class is right, before and after.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack

from qa_models.category.context import Context, Tells, log_odds
from qa_models.category.labeller import labeller
from qa_models.checks import request_type
from qa_models.checks.category import likely_classes
from training.meaning import Meaning
from training.utterance.linear import fit_multinomial
from training.utterance.marked import every_truth

STRENGTH = 0.3  # of the data against the pull to zero; chosen by leaving authors out
SHARE = 4.0  # of the vectors beside the signs, likewise
FOLDS = 4
LARGEST = 127  # of 8 bits


@dataclass(frozen=True, slots=True)
class Request:
    """A call, with what tells the class of its request."""

    author: str
    tells: Tells
    right: int
    """Place of the right class among the classifier's."""
    n_classes: int


def typed(folder: Path) -> Iterator[Request]:
    """Calls with the type that their ticket should have had."""
    model = labeller("request_type", request_type.TAXONOMY, words=False)
    for author, truth in every_truth(folder):
        if truth.request_type in model.classes:
            call_tells = request_type.tells(request_type.likely_types(model, truth.turns), truth.turns)
            yield Request(author, call_tells, model.classes.index(truth.request_type), len(model.classes))


def categorised(folder: Path) -> Iterator[Request]:
    """Calls with the category that their ticket should have had."""
    model = labeller("category", "petition")
    for author, truth in every_truth(folder):
        if truth.category in model.classes:
            odds = log_odds(likely_classes(model, truth.turns))
            right = model.classes.index(truth.category)
            yield Request(author, Tells.of(odds, truth.turns), right, len(model.classes))


KINDS = {"request-type": typed, "category": categorised}


def train_context(learned: Sequence[Request], meaning: Meaning) -> Context:
    call_signs = csr_matrix(np.array([request.tells.signs for request in learned]))
    sides = [
        meaning.of(vstack(gists).tocsr())
        for gists in ([request.tells.citizen for request in learned], [request.tells.agent for request in learned])
    ]
    scales = [SHARE / np.sqrt(side.multiply(side).sum(axis=1)).mean() for side in sides]
    table = hstack([call_signs, *(scale * side for scale, side in zip(scales, sides, strict=True))]).tocsr()
    right = np.array([request.right for request in learned])
    solution = fit_multinomial(table, right, learned[0].n_classes, STRENGTH)
    n_signs, size = call_signs.shape[1], sides[0].shape[1]
    parts = (solution[n_signs : n_signs + size], solution[n_signs + size : -1])
    folded = np.stack([meaning.folded(scale * part) for scale, part in zip(scales, parts, strict=True)])
    used = np.flatnonzero(meaning.table.any(axis=1)).astype(np.int32)
    grams = np.ascontiguousarray(folded[:, used])  # as its file needs it
    units = np.abs(grams).max(axis=1) / LARGEST
    return Context(
        solution[:n_signs].astype(np.float32),
        solution[-1].astype(np.float32),
        used,
        np.rint(grams / units[:, None]).astype(np.int8),
        units.astype(np.float32),
    )


def left_out(learned: Sequence[Request], more: Sequence[Request], meaning: Meaning) -> tuple[float, float]:
    """Accuracy on authors that were not seen: of the model, and in context."""
    hits = []
    authors = sorted({request.author for request in learned})
    for fold in (authors[start::FOLDS] for start in range(FOLDS)):
        context = train_context([request for request in (*learned, *more) if request.author not in fold], meaning)
        for request in (request for request in learned if request.author in fold):
            alone = int(np.argmax(request.tells.signs[: len(context.bias)]))
            within = int(np.argmax(context.probabilities(request.tells)))
            hits.append((alone == request.right, within == request.right))
    before, after = np.mean(hits, axis=0)
    return float(before), float(after)


if __name__ == "__main__":
    labelled = KINDS[sys.argv[1]]
    calls, others = (list(labelled(Path(argument))) for argument in sys.argv[2:4])
    vectors_of_meaning = Meaning.load(Path(sys.argv[4]))
    train_context([*calls, *others], vectors_of_meaning).save(Path(sys.argv[5]))
    print(left_out(calls, others, vectors_of_meaning))  # noqa: T201
