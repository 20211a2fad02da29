"""``python -m training.utterance.duties CALLS UNMARKED FOLDER``: trains the model of duties fulfilled in any words.

``CALLS``: labelled calls of several authors, whose truth names the turns that fulfil a duty
(training/corpora/calls/learn). ``UNMARKED``: labelled calls without such marks (tests/calls); of them, the turns that
the check library's phrases find in calls whose label is a pass. Ordinary lines of the manners corpora are added, as far
as no word of a duty is in them, and lines that sound like a duty and fulfil none. What is printed is found on authors
left out, one at a time.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from callqa.settings import load_settings
from callqa.types import Verdict
from qa_models.check_library import load_checks
from qa_models.utterance.features import vectors
from qa_models.utterance.line import Line
from qa_models.utterance.linear import LinearModel
from qa_models.utterance.model import UtteranceModel, sigmoid
from qa_models.utterance.pieces import pieces
from qa_models.utterance.spoken import spoken_lines
from services.evaluation.labelled import Truth, author_folders, read_truths, true_conversations
from training.utterance.corpus import CORPORA, read_corpus
from training.utterance.linear import fit_independent
from training.utterance.noise import Mishearing

ORDINARY = (CORPORA / "everyday.tsv", CORPORA / "manners.tsv")
NEAR_DUTIES = CORPORA / "near_duties.tsv"
"""Lines that sound like a duty and fulfil none."""
HARMLESS = ("neutral", "empathic", "courteous")
DUTIFUL = re.compile(
    "等|稍|挂|候|转|接|谢|再见|再会|还有|其他|其它|别的|补充|另外|核对|确认|对吗|重复|对不对|复述|是吗|没错|抱歉|不好意思|对不起|久"
)
"""Words of which a line may fulfil a duty; nobody has said whether it does, so it is left out."""
DUTIES = ("closing", "further_help", "hold_notice", "hold_return", "restate", "transfer_notice")
IN_A_SENTENCE = ("further_help", "hold_notice", "hold_return", "transfer_notice")
"""Duties for which one sentence is enough; it is told more surely without the rest of the turn."""
RATES = (0.02, 0.2)  # share of syllables misheard in a copy
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AgentTurn:
    """A turn of an agent, with the duties that it fulfils."""

    author: str
    line: Line
    duties: frozenset[str]

    @property
    def sentences(self) -> tuple[Line, ...]:
        """Its sentences as lines; none where it is one."""
        parts = pieces(self.line.text)
        return tuple(Line(self.line.text[start:end], self.line.before) for start, end in parts) if parts[1:] else ()


def agent_turns(folder: Path) -> Iterator[AgentTurn]:
    """All turns of agents in the calls of each author in ``folder``."""
    for author in author_folders(folder):
        for truth in read_truths(author):
            yield from _turns(author.name, truth, truth.fulfilled)


def unmarked_turns(folder: Path) -> Iterator[AgentTurn]:
    """The same of calls without marks: a duty is fulfilled where its check finds it and the label agrees."""
    checks = load_checks()
    truths = {truth.call_id: truth for truth in read_truths(folder)}
    for call_id, conversation in true_conversations(load_settings(), folder, truths):
        truth = truths[call_id]
        fulfilled: dict[str, tuple[int, ...]] = {}
        for duty in DUTIES:
            finding = checks[duty](conversation)
            if finding.verdict is Verdict.MET and truth.labels.get(duty) == "pass":
                fulfilled[duty] = tuple(e.turn_index for e in finding.evidence if e.quote and e.turn_index is not None)
        yield from _turns(folder.name, truth, fulfilled)


def ordinary_turns() -> Iterator[AgentTurn]:
    """Agents' lines of daily work that fulfil no duty: calls hold few of them, and the limits are low."""
    for example in read_corpus(*ORDINARY):
        if example.label in HARMLESS and not DUTIFUL.search(example.line.text):
            yield AgentTurn("ordinary", example.line, frozenset())
    for row in NEAR_DUTIES.read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            _, _, before, text = row.split("\t")
            yield AgentTurn("ordinary", Line(text, before), frozenset())


def _turns(author: str, truth: Truth, fulfilled: Mapping[str, tuple[int, ...]]) -> Iterator[AgentTurn]:
    places, lines = spoken_lines(truth.turns, "agent", "turn")
    for (turn, _, _), line in zip(places, lines, strict=True):
        duties = frozenset(duty for duty in DUTIES if turn.index in fulfilled.get(duty, ()))
        yield AgentTurn(author, line, duties)


@dataclass(frozen=True)
class Table:
    """Turns as vectors, each once more with misheard syllables, and their sentences."""

    turns: csr_matrix
    misheard: csr_matrix
    sentences: csr_matrix
    sentences_misheard: csr_matrix
    owner: npt.NDArray[np.int64]
    """Of each sentence, its turn."""
    wanted: Floats
    """1 where a turn fulfils a duty, shape (turns, duties)."""
    author: npt.NDArray[np.str_]


def table_of(turns: Sequence[AgentTurn], seed: int = 0) -> Table:
    rng = np.random.default_rng(seed)
    mishearing = Mishearing.of(text for turn in turns for text in (turn.line.text, turn.line.before))
    lines = [turn.line for turn in turns]
    sentences = [(i, sentence) for i, turn in enumerate(turns) for sentence in turn.sentences]

    def misheard(clean: Sequence[Line]) -> csr_matrix:
        return vectors([mishearing.line(line, rng.uniform(*RATES), rng) for line in clean])

    parts = [sentence for _, sentence in sentences]
    return Table(
        vectors(lines),
        misheard(lines),
        vectors(parts),
        misheard(parts),
        np.array([i for i, _ in sentences], dtype=np.int64),
        np.array([[duty in turn.duties for duty in DUTIES] for turn in turns], dtype=np.float64),
        np.array([turn.author for turn in turns]),
    )


def train_duties(table: Table, without: str | None = None) -> UtteranceModel:
    """Learns from turns, then from their sentences, too, of which a turn's likeliest is taken to fulfil its duty."""
    here = table.author != without
    turns, wanted = vstack([table.turns[here], table.misheard[here]]).tocsr(), np.tile(table.wanted[here], (2, 1))
    first = fit_independent(turns, wanted)
    inside = here[table.owner]
    by_sentence = _likeliest(table, first, inside)
    chosen = [table.sentences[inside], table.sentences_misheard[inside]]
    second = fit_independent(vstack([turns, *chosen]).tocsr(), np.vstack([wanted, np.tile(by_sentence, (2, 1))]))
    model = LinearModel(first.weights.copy(), first.bias.copy())
    for column in (DUTIES.index(duty) for duty in IN_A_SENTENCE):
        model.weights[:, column], model.bias[column] = second.weights[:, column], second.bias[column]
    return UtteranceModel(DUTIES, model, independent=True)


def _likeliest(table: Table, model: LinearModel, inside: npt.NDArray[np.bool_]) -> Floats:
    """1 for the sentence of a turn that tells its duty best, shape (sentences inside, duties)."""
    rows = np.flatnonzero(inside)
    scores = table.sentences[rows] @ model.weights + model.bias
    of_turn: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        of_turn[int(table.owner[row])].append(place)
    wanted = np.zeros((len(rows), len(DUTIES)))
    for turn, places in of_turn.items():
        for column in np.flatnonzero(table.wanted[turn]):
            wanted[max(places, key=lambda place: scores[place, column]), column] = 1
    return wanted


def probabilities(table: Table, model: UtteranceModel) -> Floats:
    """Of each turn: its own, or its likeliest sentence's; shape (turns, duties)."""
    assert model.linear is not None
    scores = table.turns @ model.linear.weights + model.linear.bias
    np.maximum.at(scores, table.owner, table.sentences @ model.linear.weights + model.linear.bias)
    return np.asarray(sigmoid(scores), dtype=np.float64)


def left_out(table: Table, authors: Sequence[str]) -> dict[str, float]:
    """Average precision of each duty on authors that the model has not seen."""
    shares = np.zeros_like(table.wanted)
    for author in authors:
        rows = table.author == author
        shares[rows] = probabilities(table, train_duties(table, without=author))[rows]
    rows = np.isin(table.author, list(authors))
    return {duty: _average_precision(table.wanted[rows, i], shares[rows, i]) for i, duty in enumerate(DUTIES)}


def _average_precision(wanted: Floats, shares: Floats) -> float:
    ranked = wanted[np.argsort(-shares, kind="stable")]
    precision = ranked.cumsum() / np.arange(1, len(ranked) + 1)
    return float((precision * ranked).sum() / ranked.sum()) if ranked.any() else float("nan")


if __name__ == "__main__":
    marked, unmarked, model_folder = map(Path, sys.argv[1:])
    spoken = list(agent_turns(marked))
    learned = table_of([*spoken, *unmarked_turns(unmarked), *ordinary_turns()])
    train_duties(learned).save(model_folder)
    figures = left_out(learned, sorted({turn.author for turn in spoken}))
    print({duty: round(figure, 3) for duty, figure in figures.items()})  # noqa: T201
