"""The labelled spoken statements that ship, alone and as part of a whole call."""

import csv
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from training.category.example import Labelled

STATEMENTS = Path(__file__).parent.parent / "corpora" / "requests.tsv"
ASIDES = Path(__file__).parent.parent / "corpora" / "asides.txt"
"""What citizens say that belongs to no class, a line each."""
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


@cache
def asides() -> tuple[str, ...]:
    return tuple(ASIDES.read_text(encoding="utf-8").split("\n")[:-1])


def as_call(lines: Sequence[str], chance: random.Random) -> str:
    """Lines of one class as a citizen says them in a call, between asides."""
    parts = [*lines, *chance.sample(asides(), chance.randint(2, 12))]
    chance.shuffle(parts)
    return "。".join(parts)
