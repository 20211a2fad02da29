"""What a recogniser and a telephone make of a citizen's words, for training on text that was never heard."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from callqa.syllables import OTHER
from qa_models.match import sounds_of

ERRORS = 0.15  # a small model spells a quarter of the characters wrong, of which a tenth is another sound, too

ASIDES = Path(__file__).parent.parent / "corpora" / "asides.txt"
"""What citizens say that belongs to no class, a line each."""


@cache
def asides() -> tuple[str, ...]:
    return tuple(ASIDES.read_text(encoding="utf-8").split("\n")[:-1])


def homophones(texts: Iterable[str]) -> Mapping[int, str]:
    """For each sound the characters that have it, as often as they occur in ``texts``."""
    found: dict[int, list[str]] = defaultdict(list)
    for text in texts:
        said = sounds_of(text)
        for sound, (start, end) in zip(said.sounds.tolist(), said.spans, strict=True):
            if sound != OTHER and end - start == 1:
                found[sound].append(text[start])
    return {sound: "".join(characters) for sound, characters in found.items()}


def misspelt(text: str, known: Mapping[int, str], chance: random.Random, errors: float = ERRORS) -> str:
    """The text with some of its characters as others of the same sound."""
    said, characters = sounds_of(text), list(text)
    for sound, (start, end) in zip(said.sounds.tolist(), said.spans, strict=True):
        if end - start == 1 and sound in known and chance.random() < errors:
            characters[start] = chance.choice(known[sound])
    return "".join(characters)


def as_call(lines: Sequence[str], chance: random.Random) -> str:
    """Lines of one class as a citizen says them in a call, between asides."""
    parts = [*lines, *chance.sample(asides(), chance.randint(2, 12))]
    chance.shuffle(parts)
    return "。".join(parts)
