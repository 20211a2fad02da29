"""Evaluation of categories on labelled text: a CSV with label and text, or label, subject and body."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from callqa.messages import terminal_text as _
from qa_models.category.labeller import labeller
from qa_models.category.tables import read_messages
from qa_models.category.taxonomy import load_taxonomy


@dataclass(frozen=True, slots=True)
class CategoryEvaluation:
    labels: tuple[str, ...]
    """The classes that occur in the file."""
    pairs: tuple[tuple[str, str], ...]
    """(label, the likeliest of the classes that occur) of each row."""
    among_all: float
    """Accuracy when every class of the taxonomy may be named."""
    top3: float
    """Share of rows whose label is among the three likeliest of all classes."""

    @property
    def accuracy(self) -> float:
        return sum(label == named for label, named in self.pairs) / len(self.pairs)

    @property
    def confusion(self) -> dict[str, dict[str, int]]:
        """Rows are labels, columns what was named."""
        counts = Counter(self.pairs)
        return {label: {named: counts[label, named] for named in self.labels} for label in self.labels}

    def f1(self, label: str) -> float:
        hits = sum(pair == (label, label) for pair in self.pairs)
        met = sum(label in pair for pair in self.pairs)  # hits, false alarms and misses
        return 2 * hits / (met + hits) if met else 0.0

    @property
    def macro_f1(self) -> float:
        return sum(map(self.f1, self.labels)) / len(self.labels)

    def as_dict(self) -> dict[str, Any]:
        return {
            "n": len(self.pairs),
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "accuracy_among_all_classes": self.among_all,
            "top3_among_all_classes": self.top3,
            "f1": {label: self.f1(label) for label in self.labels},
            "confusion": self.confusion,
        }


def evaluate_category(path: Path, model: str, taxonomy: str, console: Console) -> CategoryEvaluation:
    """Raises `ConfigError` for a bad file, naming the line, and for a model that does not fit the taxonomy."""
    tree = load_taxonomy(taxonomy)
    messages = read_messages(path, tree.names)
    model_ = labeller(model, taxonomy)
    labels = tuple(name for name in tree.names if any(m.label == name for m in messages))
    pairs, right, top3 = [], 0, 0
    for message in track(messages, _("naming"), console=console, transient=True, disable=not console.is_terminal):
        likely = dict(zip(model_.classes, model_.probabilities(message.pieces).tolist(), strict=True))
        ranked = sorted(likely, key=lambda name: -likely[name])
        pairs.append((message.label, next(name for name in ranked if name in labels)))
        right += ranked[0] == message.label
        top3 += message.label in ranked[:3]
    return CategoryEvaluation(labels, tuple(pairs), right / len(pairs), top3 / len(pairs))
