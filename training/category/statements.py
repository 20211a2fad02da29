"""The labelled spoken statements that ship, to train the classifiers of categories and request types."""

import csv
from pathlib import Path
from typing import Literal

from training.category.example import Labelled

STATEMENTS = Path(__file__).parent.parent / "corpora" / "requests.tsv"
NO_TOPIC = "其他"  # a request of this type is about no class: a wrong number, a question about an older ticket


def statements(label: Literal["category_l1", "request_type"]) -> list[Labelled]:
    """The spoken statements that ship, with one of their labels."""
    with STATEMENTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if label == "request_type":
        return [Labelled(row["text"], row["request_type"], row["category_l1"]) for row in rows]
    return [
        Labelled(row["text"], row["category_l1"], row["category_l2"]) for row in rows if row["request_type"] != NO_TOPIC
    ]
