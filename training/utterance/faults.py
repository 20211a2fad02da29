"""``python -m training.utterance.faults CALLS MORE FOLDER``: trains the model of faults in what agents say.

``CALLS``: labelled calls of several authors (training/corpora/calls/learn). ``MORE``: labelled calls of one author
(tests/calls). A fault is where a label is a fail and its evidence lies. Lines of the manners corpora are added; each
counts less than a turn of a call. What is printed is found on authors left out, one at a time.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from services.evaluation.labelled import Truth
from training.utterance.corpus import CORPORA, read_corpus
from training.utterance.marked import MarkedTurn, every_truth, left_out, table_of, train_marked, turns_of

TURNS = CORPORA / "agents.tsv"
"""Turns of agents, each after the citizen's, written for this by authors who knew the items' definitions only."""
MANNERS = (CORPORA / "manners.tsv", CORPORA / "everyday.tsv")
TURN_COUNTS, LINE_COUNTS = 0.6, 0.3
FAULTS = ("attitude", "forbidden_phrase", "buck_passing", "over_promise", "privacy_leak")
OF_LABEL = {
    "impatient": ("attitude",),
    "reproachful": ("attitude",),
    "sarcastic": ("attitude",),
    "taboo": ("attitude", "forbidden_phrase"),
    "buck_passing": ("buck_passing",),
    "over_promise": ("over_promise",),
    "privacy_leak": ("privacy_leak",),
}
"""Faults of a line of the manners corpora, by its label; other labels are none. In `TURNS` the label is the fault."""


def agent_turns(folder: Path) -> Iterator[MarkedTurn]:
    """All turns of agents in the calls of each author in ``folder``."""
    for author, truth in every_truth(folder):
        yield from turns_of(author, truth, "agent", _faults(truth))


def _faults(truth: Truth) -> dict[str, tuple[int, ...]]:
    return {fault: truth.evidence.get(fault, ()) for fault in FAULTS if truth.labels.get(fault) == "fail"}


def lines() -> Iterator[MarkedTurn]:
    for example in read_corpus(TURNS):
        marks = frozenset({example.label} & set(FAULTS))
        yield MarkedTurn("turns", "", example.line, marks, TURN_COUNTS)
    for example in read_corpus(*MANNERS):
        yield MarkedTurn("manners", "", example.line, frozenset(OF_LABEL.get(example.label, ())), LINE_COUNTS)


if __name__ == "__main__":
    calls, more, model_folder = map(Path, sys.argv[1:])
    spoken = list(agent_turns(calls))
    learned = table_of([*spoken, *agent_turns(more), *lines()], FAULTS)
    train_marked(learned, FAULTS).save(model_folder)
    figures = left_out(learned, FAULTS, sorted({turn.author for turn in spoken}))
    print({fault: round(figure, 3) for fault, figure in figures.items()})  # noqa: T201
