"""``python -m qa_models.utterance.sounding_train CORPUS... FOLDER``: a small transformer beside a linear model.

Made from nothing: embeddings begin with which characters and sounds stand side by side in the corpora, each epoch hears
the lines misheard anew, and beside the label it must tell where the sentence encoder puts the line, which keeps it from
learning a few thousand lines by heart.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import svds

from qa_models.encoder import Vectors, encoded
from qa_models.utterance.augment import NO_CONTEXT, RATES, harmless_parts
from qa_models.utterance.corpus import read_corpus
from qa_models.utterance.example import Example, Line
from qa_models.utterance.linear import Floats
from qa_models.utterance.model import UtteranceModel
from qa_models.utterance.noise import Mishearing
from qa_models.utterance.sounding import BATCH, Ints, SoundingNetwork, known_characters, n_rows, spelt
from qa_models.utterance.train import HARMLESS, fitted_temperature, figures, indices, known_labels, linear_model, split

WIDTH, LAYERS, HEADS, WINDOW = 128, 2, 4, 8
DROPOUT, SMOOTHING, DECAY = 0.3, 0.02, 0.05
EPOCHS, RATE, WARM_UP = 10, 1e-3, 0.08
HEARD = 0.7  # share of lines that are misheard in an epoch
PARTS = 0.6  # share of harmless sentences on their own that an epoch sees
TEACHER = 1.0  # weight of pointing where the sentence encoder points


def fit_sounding(examples: Sequence[Example], labels: Sequence[str], seed: int = 0) -> SoundingNetwork:
    """The same on every run with the same number of threads."""
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    texts = [text for e in examples for text in (e.line.text, e.line.before)]
    network = _untrained(texts, labels)
    parts = harmless_parts(examples, HARMLESS)
    directions = _directions([e.line.text for e in (*examples, *parts)])
    mishearing = Mishearing.of(texts)
    head = torch.nn.Linear(WIDTH, len(next(iter(directions.values()))))
    weights = [*network.model.parameters(), *head.parameters()]
    optimiser = torch.optim.AdamW(weights, lr=RATE, betas=(0.9, 0.98), weight_decay=DECAY)
    steps = EPOCHS * -(-(len(examples) + int(PARTS * len(parts))) // BATCH)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, steps))
    for epoch in range(EPOCHS):
        chosen = rng.permutation(len(parts))[: int(PARTS * len(parts))]
        seen = [*examples, *(parts[i] for i in chosen)]
        losses = []
        network.model.train()
        for batch in _batches(seen, rng):
            lines = [_heard(e.line, mishearing, rng) for e in batch]
            wanted = torch.from_numpy(np.stack([directions[e.line.text] for e in batch]))
            loss = _loss(network, head, lines, torch.from_numpy(indices(batch, labels)), wanted)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimiser.step()
            pace.step()
            losses.append(float(loss.detach()))
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}", file=sys.stderr, flush=True)  # noqa: T201
    network.model.eval()
    return network


def _loss(network: SoundingNetwork, head: Any, lines: Sequence[Line], labels: Any, wanted: Any) -> Any:
    from torch.nn.functional import cosine_similarity, cross_entropy

    given = network.inputs(lines)
    states = network.model.model(**given)[0]
    mask = given["attention_mask"].unsqueeze(-1).float()
    pooled = network.model.drop(network.model.head((states * mask).sum(dim=1) / mask.sum(dim=1)))
    told = cross_entropy(network.model.classifier(pooled), labels, label_smoothing=SMOOTHING)
    return told + TEACHER * (1 - cosine_similarity(head(pooled), wanted)).mean()


def _untrained(texts: Sequence[str], labels: Sequence[str]) -> SoundingNetwork:
    import torch
    from transformers import ModernBertConfig, ModernBertForSequenceClassification

    characters = known_characters(texts)
    config = ModernBertConfig(
        vocab_size=n_rows(characters),
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        layer_types=["sliding_attention"] * (LAYERS - 1) + ["full_attention"],
        local_attention=WINDOW,
        max_position_embeddings=128,
        classifier_pooling="mean",
        embedding_dropout=DROPOUT,
        mlp_dropout=DROPOUT,
        attention_dropout=0.1,
        classifier_dropout=DROPOUT,
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
        **{"pad_token_id": 0, "bos_token_id": 1, "cls_token_id": 1, "eos_token_id": 2, "sep_token_id": 2},
    )
    network = SoundingNetwork(ModernBertForSequenceClassification(config), characters)
    known = {character: 4 + i for i, character in enumerate(characters)}
    rows = [spelt(text, known) for text in texts if text]
    with torch.no_grad():
        table = network.model.get_input_embeddings().weight
        for kind in (0, 1):
            vectors = torch.from_numpy(_neighbours([row[kind] for row in rows], len(table), WIDTH))
            used = vectors.abs().sum(dim=1) > 0
            table[used] = 0.05 * vectors[used]
        sounds = (len(table) - 4 - len(characters)) // 2
        table[-sounds:] = table[-2 * sounds : -sounds]
    return network


def _neighbours(rows: Sequence[Ints], n: int, width: int) -> Floats:
    """Vectors of tokens by what stands one or two places off (positive mutual information, SVD); shape (n, width)."""
    first = np.concatenate([row[:-gap] for row in rows for gap in (1, 2) if len(row) > gap])
    second = np.concatenate([row[gap:] for row in rows for gap in (1, 2) if len(row) > gap])
    places = (np.r_[first, second], np.r_[second, first + n])
    counts = coo_matrix((np.ones(2 * len(first)), places), shape=(n, 2 * n)).tocsr().tocoo()
    of_row = np.maximum(np.bincount(counts.row, counts.data, n), 1)
    of_column = np.maximum(np.bincount(counts.col, counts.data, 2 * n), 1) ** 0.75
    shared = np.log(counts.data * of_column.sum() / (of_row[counts.row] * of_column[counts.col]))
    table = coo_matrix((np.maximum(shared, 0), (counts.row, counts.col)), shape=(n, 2 * n)).tocsr()
    left, strength, _ = svds(table, width, v0=np.ones(n))
    vectors = left * np.sqrt(strength)
    vectors[np.abs(vectors).max(axis=1) < 1e-9] = 0
    return np.asarray(vectors / vectors[vectors.any(axis=1)].std(), dtype=np.float32)


def _directions(texts: Sequence[str]) -> dict[str, Vectors]:
    """Where the sentence encoder puts each text."""
    once = list(dict.fromkeys(texts))
    return {text: row for i in range(0, len(once), 64) for text, row in zip(*_encoded(once[i : i + 64]), strict=True)}


def _encoded(texts: list[str]) -> tuple[list[str], Vectors]:
    return texts, encoded(tuple(texts))


def _heard(line: Line, mishearing: Mishearing, rng: np.random.Generator) -> Line:
    if rng.random() < NO_CONTEXT:
        line = Line(line.text)
    return mishearing.line(line, rng.uniform(*RATES), rng) if rng.random() < HEARD else line


def _batches(examples: Sequence[Example], rng: np.random.Generator) -> list[list[Example]]:
    """Random batches of lines of like length."""
    lengths = np.array([len(e.line.text) + len(e.line.before) for e in examples]) + rng.uniform(0, 12, len(examples))
    order = np.argsort(lengths)
    batches = [[examples[i] for i in order[start : start + BATCH]] for start in range(0, len(order), BATCH)]
    return [batches[i] for i in rng.permutation(len(batches))]


def _pace(step: int, steps: int) -> float:
    """Rises over the first steps, then falls like a cosine."""
    return min((step + 1) / (WARM_UP * steps), 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps))) + 0.01)


def main(arguments: Sequence[str]) -> None:
    """First without a fifth of the groups, to see how good it is and how sure it may be, then with all."""
    *corpora, folder = map(Path, arguments)
    examples = read_corpus(*corpora)
    labels = known_labels(examples)
    kept, held_out = split(examples, seed=0)
    trial = UtteranceModel(labels, linear_model(kept, labels, 0).linear, fit_sounding(kept, labels))
    logits, truth = trial.logits([e.line for e in held_out]), indices(held_out, labels)
    print(figures(logits, truth), flush=True)  # noqa: T201
    model = UtteranceModel(labels, linear_model(examples, labels, 0).linear, fit_sounding(examples, labels))
    replace(model, temperature=fitted_temperature(logits, truth)).save(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
