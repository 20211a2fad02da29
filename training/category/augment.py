"""A statement as part of a whole call, for training."""

import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

ASIDES = Path(__file__).parent.parent / "corpora" / "asides.txt"
"""What citizens say that belongs to no class, a line each."""


@cache
def asides() -> tuple[str, ...]:
    return tuple(ASIDES.read_text(encoding="utf-8").split("\n")[:-1])


def as_call(lines: Sequence[str], chance: random.Random) -> str:
    """Lines of one class as a citizen says them in a call, between asides."""
    parts = [*lines, *chance.sample(asides(), chance.randint(2, 12))]
    chance.shuffle(parts)
    return "。".join(parts)
