"""``python -m training.category.context CALLS MORE FILE``: learns how far the request type model is right in a call.

``CALLS``: labelled calls of several authors (training/corpora/calls/learn); ``MORE``: of one more (tests/calls). What
is printed is found on authors left out, one at a time: how often the likeliest type is right, before and after.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from qa_models.category.context import Context, Floats
from qa_models.category.labeller import labeller
from qa_models.checks.request_type import TAXONOMY, likely_types, signs_of
from training.utterance.linear import fit_multinomial
from training.utterance.marked import every_truth

MODEL = "request_type"
STRENGTH = 0.3  # of the data against the pull to zero; chosen by leaving authors out


@dataclass(frozen=True, slots=True)
class Request:
    """A call, with what tells the type of its request."""

    author: str
    signs: Floats
    right: int


def requests(folder: Path) -> Iterator[Request]:
    model = labeller(MODEL, TAXONOMY, words=False)
    for author, truth in every_truth(folder):
        if truth.request_type in model.classes:
            call_signs = signs_of(likely_types(model, truth.turns), truth.turns)
            yield Request(author, call_signs, model.classes.index(truth.request_type))


def train_context(learned: Sequence[Request]) -> Context:
    classes = labeller(MODEL, TAXONOMY, words=False).classes
    table = csr_matrix(np.array([request.signs for request in learned]))
    right = np.array([request.right for request in learned])
    solution = fit_multinomial(table, right, len(classes), STRENGTH).astype(np.float32)
    return Context(solution[:-1], solution[-1])


def left_out(learned: Sequence[Request], more: Sequence[Request]) -> tuple[float, float]:
    """Accuracy on authors that were not seen: of the model, and in context."""
    hits = []
    for author in sorted({request.author for request in learned}):
        context = train_context([request for request in (*learned, *more) if request.author != author])
        for request in (request for request in learned if request.author == author):
            alone = int(np.argmax(request.signs[: len(context.bias)]))
            within = int(np.argmax(context.probabilities(request.signs)))
            hits.append((alone == request.right, within == request.right))
    before, after = np.mean(hits, axis=0)
    return float(before), float(after)


if __name__ == "__main__":
    calls, others = (list(requests(Path(argument))) for argument in sys.argv[1:3])
    train_context([*calls, *others]).save(Path(sys.argv[3]))
    print(left_out(calls, others))  # noqa: T201
