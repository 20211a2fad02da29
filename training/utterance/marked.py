"""Turns of labelled calls with what their author marked in them, and models that learn to tell the marks.

A mark is a duty fulfilled, a fault, or a danger told. A turn may hold several of them, most hold none.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from qa_models.utterance.features import vectors
from qa_models.utterance.line import Line
from qa_models.utterance.linear import LinearModel
from qa_models.utterance.model import UtteranceModel, sigmoid
from qa_models.utterance.pieces import pieces
from qa_models.utterance.spoken import spoken_lines
from services.evaluation.labelled import Truth, author_folders, read_truths
from training.meaning import Meaning
from training.utterance.linear import fit_independent
from training.utterance.noise import Mishearing

RATES = (0.02, 0.2)  # share of syllables misheard in a copy
SHARE = 0.3  # of the vectors of meaning beside the n-grams; chosen by leaving authors out
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MarkedTurn:
    """A turn, with what is marked in it."""

    author: str
    call_id: str
    line: Line
    marks: frozenset[str]
    counts: float = 1.0
    """As how many turns it is learnt from: a line written by itself tells less than one of a call."""

    @property
    def sentences(self) -> tuple[Line, ...]:
        """Its sentences as lines; none where it is one."""
        parts = pieces(self.line.text)
        return tuple(Line(self.line.text[start:end], self.line.before) for start, end in parts) if parts[1:] else ()


def turns_of(author: str, truth: Truth, role: str, places: Mapping[str, Sequence[int]]) -> Iterator[MarkedTurn]:
    """All turns of a role in a call. ``places``: indices of the turns with each mark."""
    spoken, lines = spoken_lines(truth.turns, role, "turn")
    for (turn, _, _), line in zip(spoken, lines, strict=True):
        marks = frozenset(mark for mark, indices in places.items() if turn.index in indices)
        yield MarkedTurn(author, truth.call_id, line, marks)


def every_truth(folder: Path) -> Iterator[tuple[str, Truth]]:
    """The labelled calls in ``folder``, each with its author."""
    for author in author_folders(folder):
        for truth in read_truths(author):
            yield author.name, truth


@dataclass(frozen=True)
class Table:
    """Turns as vectors, each once more with misheard syllables, and their sentences."""

    marks: tuple[str, ...]
    turns: csr_matrix
    misheard: csr_matrix
    sentences: csr_matrix
    sentences_misheard: csr_matrix
    owner: npt.NDArray[np.int64]
    """Of each sentence, its turn."""
    wanted: Floats
    """1 where a turn holds a mark, shape (turns, marks)."""
    counts: Floats
    author: npt.NDArray[np.str_]
    call: npt.NDArray[np.str_]


def table_of(turns: Sequence[MarkedTurn], marks: tuple[str, ...], seed: int = 0) -> Table:
    rng = np.random.default_rng(seed)
    mishearing = Mishearing.of(text for turn in turns for text in (turn.line.text, turn.line.before))
    lines = [turn.line for turn in turns]
    sentences = [(i, sentence) for i, turn in enumerate(turns) for sentence in turn.sentences]

    def misheard(clean: Sequence[Line]) -> csr_matrix:
        return vectors([mishearing.line(line, rng.uniform(*RATES), rng) for line in clean])

    parts = [sentence for _, sentence in sentences]
    return Table(
        marks,
        vectors(lines),
        misheard(lines),
        vectors(parts),
        misheard(parts),
        np.array([i for i, _ in sentences], dtype=np.int64),
        np.array([[mark in turn.marks for mark in marks] for turn in turns], dtype=np.float64),
        np.array([turn.counts for turn in turns], dtype=np.float64),
        np.array([turn.author for turn in turns]),
        np.array([turn.call_id for turn in turns]),
    )


def train_marked(
    table: Table, in_a_sentence: Sequence[str], without: str | None = None, meaning: Meaning | None = None
) -> UtteranceModel:
    """Learns from turns, then from their sentences, too, of which a turn's likeliest is taken to hold its mark.

    ``in_a_sentence``: marks for which one sentence is enough. ``without``: an author to be left out. ``meaning``: read
    beside the n-grams.
    """
    here = table.author != without
    turns, wanted = vstack([table.turns[here], table.misheard[here]]).tocsr(), np.tile(table.wanted[here], (2, 1))
    counts = np.tile(table.counts[here], 2)
    first = fit_independent(turns, wanted, counts, meaning, SHARE)
    inside = here[table.owner]
    by_sentence = np.tile(_likeliest(table, first, inside), (2, 1))
    chosen = vstack([turns, table.sentences[inside], table.sentences_misheard[inside]]).tocsr()
    each = np.concatenate([counts, np.tile(table.counts[table.owner[inside]], 2)])
    second = fit_independent(chosen, np.vstack([wanted, by_sentence]), each, meaning, SHARE)
    model = LinearModel(first.weights.copy(), first.bias.copy())
    for column in (table.marks.index(mark) for mark in in_a_sentence):
        model.weights[:, column], model.bias[column] = second.weights[:, column], second.bias[column]
    return UtteranceModel(table.marks, model, independent=True)


def _likeliest(table: Table, model: LinearModel, inside: npt.NDArray[np.bool_]) -> Floats:
    """1 for the sentence of a turn that tells its mark best, shape (sentences inside, marks)."""
    rows = np.flatnonzero(inside)
    scores = table.sentences[rows] @ model.weights + model.bias
    of_turn: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        of_turn[int(table.owner[row])].append(place)
    wanted = np.zeros((len(rows), len(table.marks)))
    for turn, places in of_turn.items():
        for column in np.flatnonzero(table.wanted[turn]):
            wanted[max(places, key=lambda place: scores[place, column]), column] = 1
    return wanted


def probabilities(table: Table, model: UtteranceModel) -> Floats:
    """Of each turn: its own, or its likeliest sentence's; shape (turns, marks)."""
    assert model.linear is not None
    scores = table.turns @ model.linear.weights + model.linear.bias
    np.maximum.at(scores, table.owner, table.sentences @ model.linear.weights + model.linear.bias)
    return np.asarray(sigmoid(scores), dtype=np.float64)


def left_out(
    table: Table, in_a_sentence: Sequence[str], authors: Sequence[str], meaning: Meaning | None = None
) -> dict[str, float]:
    """Average precision over turns of each mark, on authors that the model has not seen."""
    shares = np.zeros_like(table.wanted)
    for author in authors:
        rows = table.author == author
        shares[rows] = probabilities(table, train_marked(table, in_a_sentence, author, meaning))[rows]
    rows = np.isin(table.author, list(authors))
    return {mark: average_precision(table.wanted[rows, i], shares[rows, i]) for i, mark in enumerate(table.marks)}


def average_precision(wanted: Floats, shares: Floats) -> float:
    """Of ``wanted`` (0 or 1) ranked by ``shares``; nan where nothing is wanted."""
    ranked = wanted[np.argsort(-shares, kind="stable")]
    precision = ranked.cumsum() / np.arange(1, len(ranked) + 1)
    return float((precision * ranked).sum() / ranked.sum()) if ranked.any() else float("nan")
