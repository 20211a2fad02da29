"""Trains a classifier on labelled text, on the words of a taxonomy, and on what a telephone makes of both."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from callqa.errors import ConfigError
from callqa.messages import NONE
from qa_models.category.classifier import Classifier, softmax
from qa_models.category.features import FAMILIES, Piece, count
from qa_models.category.taxonomy import OTHER, Taxonomy
from qa_models.category.vocabulary import Document, Vocabulary, Weights
from training.category.example import Labelled, Row
from training.category.linear import STEPS, fit_one
from training.category.mishearing import MishearingModel, mishearing_of
from training.category.statements import as_call, asides
from training.progress import Progress

FOLDS = 5
"""One of them is kept apart, to learn how sure to be and to measure."""
ERRORS = 0.3
"""Most of a statement that is chosen to be written wrong; a quarter of the choices falls on what was said."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What counts how much. The defaults were chosen by cross-validation."""

    topical: bool = True
    seed: int = 12345
    cost: float = 1.0
    """Of an error, against large weights."""
    opening: float = 0.2
    """Weight of a stretch of a long message, as short as what is said."""
    spoken: float = 3.0
    """Weight of a spoken statement, in each of its forms."""
    words: float = 0.5
    """Weight of the words of the taxonomy."""
    aside: float = 1.0
    """Weight of what is said in every call, against all classes."""
    silent: float = 0.2
    """Weight of long messages against classes that no long message has: some of them may well belong there."""
    columns: int = 900_000
    """Runs that are kept."""


@dataclass(frozen=True, slots=True)
class Trained:
    model: Classifier
    figures: Mapping[str, float]
    """Accuracy on what was kept apart: ``written`` messages, ``spoken`` statements as calls, the same as ``heard``."""


def rows_of(
    messages: Sequence[Labelled], statements: Sequence[Labelled], taxonomy: Taxonomy, recipe: Recipe
) -> list[Row]:
    """Everything there is to learn from, in all its forms. Raises `ConfigError` for texts of fewer than two classes."""
    if len(known := {line.label for line in (*messages, *statements)}) < 2:
        raise ConfigError("training.one_class", classes=list(known) or NONE)
    chance = random.Random(recipe.seed)
    mishearing = mishearing_of([line.text for line in statements] + [message.text[:200] for message in messages[:2000]])
    rows: list[Row] = []
    for index, message in enumerate(messages):
        rows.append(Row(message.text, message.label, 1.0, index % FOLDS, True, "written"))
        if len(message.text) > 60:
            size = chance.randint(20, 90)
            start = chance.choice((0, 0, chance.randint(0, len(message.text) - 20)))
            part = mishearing.writes(message.text[start : start + size], chance, chance.choice((0, ERRORS / 2)))
            rows.append(Row(part, message.label, recipe.opening, index % FOLDS, long=True))
    rows += _spoken(statements, mishearing, chance, recipe)
    # Of asides nothing is to be learnt: they are said in calls of every class.
    rows += [Row(aside, "", recipe.aside, -1) for aside in asides()]
    for category in taxonomy.categories:
        for second, branch in category.classes.items():
            names = [name for third, fourth in branch.classes.items() for name in (third, *fourth) if name != OTHER]
            texts = [category.description, branch.description, *branch.words, *names, *([second] * (second != OTHER))]
            rows += [Row(text, category.name, recipe.words, -1) for text in texts if text]
    return rows


def _spoken(
    statements: Sequence[Labelled], mishearing: MishearingModel, chance: random.Random, recipe: Recipe
) -> list[Row]:
    """Each statement as it was said and as an engine writes it, alone and as part of a call."""
    folds = [crc32(line.text.encode()) % FOLDS for line in statements]  # whatever else is learnt
    beside: dict[tuple[str, str, int], list[str]] = {}
    for line, fold in zip(statements, folds, strict=True):
        beside.setdefault((line.label, line.group, fold), []).append(line.text)
    rows: list[Row] = []
    for line, fold in zip(statements, folds, strict=True):

        def call(line: Labelled = line, fold: int = fold) -> str:
            more = chance.choice(beside[line.label, line.group, fold])
            return as_call([line.text] if more == line.text or chance.random() < 0.5 else [line.text, more], chance)

        def written(text: str) -> str:
            return mishearing.writes(text, chance, chance.uniform(0, ERRORS))

        row = Row(line.text, line.label, recipe.spoken, fold)
        rows += [row, replace(row, text=written(line.text)), replace(row, text=written(call()))]
        rows += [replace(row, text=call(), measured="spoken"), replace(row, text=written(call()), measured="heard")]
    return rows


def train(rows: Sequence[Row], classes: Sequence[str], recipe: Recipe, progress: Progress) -> Trained:
    """Fit once without the first fold, to learn how sure to be and to measure, and once with everything."""
    documents = []
    for index, row in enumerate(rows):
        documents.append(count([Piece(row.text)], recipe.topical))
        if index % 500 == 0:
            progress("reading", index / len(rows))
    vocabulary = learn_vocabulary(documents, least=3)
    apart = np.array([row.fold == 0 for row in rows])
    first = _fit(rows, documents, vocabulary, classes, recipe, ~apart, lambda share: progress("choosing", share), 12)
    vocabulary = _most_telling(vocabulary, first, recipe.columns)
    trial = _fit(rows, documents, vocabulary, classes, recipe, ~apart, lambda share: progress("measuring", share))
    measured = apart & np.array([row.measured != "" for row in rows])
    chosen = np.flatnonzero(measured).tolist()
    sharpness, prior, figures = _calibrated(trial, [rows[i] for i in chosen], [documents[i] for i in chosen])
    everything = np.ones(len(rows), bool)
    model = _fit(rows, documents, vocabulary, classes, recipe, everything, lambda share: progress("learning", share))
    return Trained(replace(model, sharpness=sharpness, prior=prior), figures)


def _fit(
    rows: Sequence[Row],
    documents: Sequence[Document],
    vocabulary: Vocabulary,
    classes: Sequence[str],
    recipe: Recipe,
    used: npt.NDArray[np.bool_],
    progress: Callable[[float], None],
    steps: int = STEPS,
) -> Classifier:
    chosen = np.flatnonzero(used).tolist()
    x = vocabulary.matrix([documents[i] for i in chosen])
    labels = np.array([rows[i].label for i in chosen])
    weights = np.array([rows[i].weight for i in chosen])
    long = np.array([rows[i].long for i in chosen])
    written = set(labels[long])
    columns, offsets = [], []
    for index, name in enumerate(classes):
        unsure = long & (labels != name) & (name not in written)
        w, offset = fit_one(x, labels == name, np.where(unsure, weights * recipe.silent, weights), recipe.cost, steps)
        columns.append(w)
        offsets.append(offset)
        progress((index + 1) / len(classes))
    small, scale = compact(np.stack(columns, axis=1))
    prior = np.zeros(len(classes), np.float32)
    return Classifier(
        tuple(classes), vocabulary, small, scale, np.array(offsets, np.float32), 1.0, prior, recipe.topical
    )


def _most_telling(vocabulary: Vocabulary, model: Classifier, columns: int) -> Vocabulary:
    """The runs that say most for or against some class."""
    says = np.abs(model.weights * model.scale).max(axis=1)
    return vocabulary.restricted(says >= np.sort(says)[-min(columns, len(says))])


def _calibrated(
    model: Classifier, rows: Sequence[Row], documents: Sequence[Document]
) -> tuple[float, npt.NDArray[np.float32], dict[str, float]]:
    """The sharpness and priors under which what was kept apart is likeliest, messages and statements counting alike."""
    x = model.vocabulary.matrix(documents)
    scores = (x @ sparse.csr_matrix(model.weights.astype(np.float32))).toarray() * model.scale + model.offset
    truth = np.array([model.place[row.label] for row in rows])
    long = np.array([row.long for row in rows])
    share = np.where(long, 1 / max(long.sum(), 1), 1 / max((~long).sum(), 1)) / 2

    def loss(parameters: npt.NDArray[np.float64]) -> float:
        likely = softmax(scores * np.exp(parameters[0]) + parameters[1:])[np.arange(len(truth)), truth]
        return float(-(share * np.log(np.maximum(likely, 1e-9))).sum() + 0.02 * (parameters[1:] ** 2).mean())

    best = optimize.minimize(loss, np.append(1.0, np.zeros(len(model.classes))), method="L-BFGS-B").x
    prior = (best[1:] - best[1:].mean()).astype(np.float32)
    right = (scores * np.exp(best[0]) + prior).argmax(axis=1) == truth
    kind = np.array([row.measured for row in rows])
    figures = {str(name): float(right[kind == name].mean()) for name in np.unique(kind)}
    return float(np.exp(best[0])), prior, figures


def compact(weights: Weights) -> tuple[npt.NDArray[np.int8], Weights]:
    """Weights (columns, classes) in 8 bits, and what to multiply each class's by."""
    scale = np.abs(weights).max(axis=0) / 127
    scale[scale == 0] = 1
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)


def learn_vocabulary(documents: Sequence[Document], least: int = 2) -> Vocabulary:
    """The runs that at least ``least`` texts have."""
    keys, rarity = [], []
    for family in range(len(FAMILIES)):
        keys_of_texts = [document[family].keys for document in documents]
        unique, texts = np.unique(
            np.concatenate(keys_of_texts) if keys_of_texts else np.empty(0, np.uint32), return_counts=True
        )
        common = texts >= least
        keys.append(unique[common])
        rarity.append((np.log((1 + len(documents)) / (1 + texts[common])) + 1).astype(np.float32))
    return Vocabulary(tuple(keys), tuple(rarity))
