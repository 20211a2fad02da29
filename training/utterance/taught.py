"""``python -m training.utterance.taught MODEL CALLS K...``: what the model of faults gains from people's examples.

``MODEL``: a shipped model's name, or a folder. ``CALLS``: labelled calls of authors that the model has not seen. Each
author is left out once: K examples of either kind are taken from the other authors, of what the model got wrong first
(overturned verdicts), then of what it got right; a label is learnt from them as `callqa train examples` learns it, and
calls of the author left out are judged before and after. Drawn anew several times, always alike.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from callqa.settings import Settings
from qa_models.utterance.features import vectors
from qa_models.utterance.linear import LinearModel
from qa_models.utterance.model import load_model, sigmoid
from qa_models.utterance.refit import TaughtLines, refitted
from services.context import open_context
from services.learning.taught import Limits, taught_labels
from services.learning.versions import OTHER_LINES
from training.utterance.faults import agent_turns
from training.utterance.marked import MarkedTurn, every_truth

DRAWS = 5
Floats = npt.NDArray[np.float64]
Labels = Mapping[tuple[str, str], Mapping[str, object]]
"""What people said of the items of each call, by author and call."""


@dataclass(frozen=True)
class Spoken:
    """All that agents say in the calls, turn by turn and sentence by sentence."""

    turns: tuple[MarkedTurn, ...]
    rows: csr_matrix
    """Of lines, shape (lines, N_FEATURES)."""
    owner: npt.NDArray[np.int64]
    """Of each line, its turn."""
    labels: Labels

    @classmethod
    def of(cls, folder: Path) -> "Spoken":
        turns = tuple(agent_turns(folder))
        lines = [(i, line) for i, turn in enumerate(turns) for line in dict.fromkeys((turn.line, *turn.sentences))]
        owner = np.array([i for i, _ in lines], dtype=np.int64)
        labels = {(author, truth.call_id): truth.labels for author, truth in every_truth(folder)}
        return cls(turns, vectors([line for _, line in lines]), owner, labels)

    def shares(self, model: LinearModel, column: int) -> Floats:
        """Of each turn, its own or its likeliest sentence's probability."""
        scores = np.full(len(self.turns), -np.inf)
        np.maximum.at(scores, self.owner, self.rows @ model.weights[:, column] + model.bias[column])
        return np.asarray(sigmoid(scores.astype(np.float32)), dtype=np.float64)

    def label(self, turn: MarkedTurn, label: str) -> object:
        """``None`` where the labellers differ."""
        return self.labels[turn.author, turn.call_id].get(label)


def taught_turns(
    spoken: Spoken, label: str, shares: Floats, limits: Limits, without: str, n: int, rng: np.random.Generator
) -> tuple[list[int], list[int]]:
    """``n`` turns with the fault and ``n`` without, of other authors, by index; the model's errors come first."""
    order = [int(i) for i in rng.permutation(len(spoken.turns)) if spoken.turns[i].author != without]
    faulty = [i for i in order if label in spoken.turns[i].marks]
    harmless = [i for i in order if spoken.label(spoken.turns[i], label) in ("pass", "na")]
    missed_first = sorted(faulty, key=lambda i: bool(shares[i] >= limits.sure))
    noticed_first = sorted(harmless, key=lambda i: -shares[i] if shares[i] >= limits.doubt else 0.0)
    return missed_first[:n], noticed_first[:n]


def learnt(
    spoken: Spoken, known: LinearModel, column: int, limits: Limits, examples: tuple[list[int], list[int]], without: str
) -> LinearModel:
    """The model with one label learnt from examples beside the other authors' words."""
    faulty, harmless = (np.isin(spoken.owner, indices) for indices in examples)
    others = np.array([turn.author != without for turn in spoken.turns])[spoken.owner] & ~faulty & ~harmless
    rows = np.concatenate([np.flatnonzero(faulty), np.flatnonzero(harmless)])
    wanted = np.concatenate([np.ones(faulty.sum()), np.zeros(harmless.sum())])
    taught = TaughtLines(spoken.rows[rows], wanted, spoken.rows[np.flatnonzero(others)[:OTHER_LINES]])
    return refitted(known, column, taught, limits.doubt)


def judged(spoken: Spoken, label: str, shares: Floats, limits: Limits, author: str) -> Counter[str]:
    """Calls of an author: faults and how many are found, passes and how many are wrongly failed, and what is unsure."""
    likeliest: dict[tuple[str, str], float] = {}
    for turn, share in zip(spoken.turns, shares, strict=True):
        if turn.author == author:
            call = (turn.author, turn.call_id)
            likeliest[call] = max(likeliest.get(call, 0.0), float(share))
    counts: Counter[str] = Counter()
    for call, share in likeliest.items():
        answer = spoken.labels[call].get(label)
        if answer in ("fail", "pass", "na"):
            kind = "faults" if answer == "fail" else "passes"
            counts[kind] += 1
            counts[f"{kind} noticed"] += share >= limits.sure
            counts["unsure"] += limits.doubt <= share < limits.sure
    return counts


def simulate(model: str, folder: Path, ns: Sequence[int]) -> Iterator[tuple[str, int, Counter[str], Counter[str]]]:
    """(label, examples of either kind, counts before, counts after), over all authors and draws."""
    shipped = load_model(model)
    assert shipped.linear is not None
    spoken, limits_of = Spoken.of(folder), _limits(model)
    authors = sorted({turn.author for turn in spoken.turns})
    for label, limits in limits_of.items():
        column = shipped.labels.index(label)
        shares = spoken.shares(shipped.linear, column)
        for n in ns:
            before: Counter[str] = Counter()
            after: Counter[str] = Counter()
            for author in authors:
                for draw in range(DRAWS):
                    examples = taught_turns(spoken, label, shares, limits, author, n, np.random.default_rng(draw))
                    new = learnt(spoken, shipped.linear, column, limits, examples, author)
                    before += judged(spoken, label, shares, limits, author)
                    after += judged(spoken, label, spoken.shares(new, column), limits, author)
            yield label, n, before, after


def _limits(model: str) -> dict[str, Limits]:
    """Of the labels that items teach, as the checks of the shipped rubric ask for them."""
    with tempfile.TemporaryDirectory() as home, open_context(Settings(home=Path(home))) as context:
        return {label.label: label.limits for label in taught_labels(context, model).values()}


def _row(name: str, n: int, before: Counter[str], after: Counter[str]) -> str:
    def share(counts: Counter[str], kind: str) -> str:
        return f"{counts[f'{kind} noticed'] / counts[kind]:.1%}" if counts[kind] else "-"

    def unsure(counts: Counter[str]) -> str:
        return f"{counts['unsure'] / (counts['faults'] + counts['passes']):.1%}"

    pairs = [f"{share(before, kind)} -> {share(after, kind)}" for kind in ("faults", "passes")]
    return " | ".join([name, str(n), str(before["faults"] // DRAWS), *pairs, f"{unsure(before)} -> {unsure(after)}"])


if __name__ == "__main__":
    name, calls, *numbers = sys.argv[1:]
    wanted_ns = [int(number) for number in numbers]
    sums: dict[int, tuple[Counter[str], Counter[str]]] = {n: (Counter(), Counter()) for n in wanted_ns}
    print("label | of either kind | faults | found | passes wrongly failed | unsure")  # noqa: T201
    for label, n, before, after in simulate(name, Path(calls), wanted_ns):
        sums[n][0].update(before)
        sums[n][1].update(after)
        print(_row(label, n, before, after), flush=True)  # noqa: T201
    for n, (before, after) in sums.items():
        print(_row("all", n, before, after))  # noqa: T201
