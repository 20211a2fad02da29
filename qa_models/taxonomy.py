"""A category tree and a first classifier over its first level, by the words citizens use."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from callqa.errors import ConfigError
from qa_models.match import sounds_of, spelling_of

TAXONOMIES = Path(__file__).parent / "taxonomies"
SOUND_LENGTH = 3  # from so many syllables a word is known by its sound; shorter ones have too many homophones


class Category(BaseModel):
    """A first-level class."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    about: str
    classes: Mapping[str, tuple[str, ...]]
    """Second-level names, each with the words that speak for it."""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    categories: tuple[Category, ...]
    spelt: Mapping[str, tuple[str, ...]]
    """For each word of two characters or so, the classes it speaks for."""
    sounding: Mapping[tuple[int, ...], tuple[str, ...]]
    """The same for longer words, by their sounds."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(category.name for category in self.categories)


@dataclass(frozen=True, slots=True)
class Clue:
    """A word found in a text: its classes, its weight, and where it stands."""

    classes: tuple[str, ...]
    weight: float
    start: int
    end: int


@lru_cache(maxsize=8)
def load_taxonomy(name: str) -> Taxonomy:
    """A shipped taxonomy by its name. Raises `ConfigError`."""
    path = TAXONOMIES / f"{name}.yaml"
    if not path.is_file():
        shipped = ", ".join(sorted(p.stem for p in TAXONOMIES.glob("*.yaml")))
        raise ConfigError(f"there is no taxonomy {name!r}; shipped: {shipped}")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        categories = TypeAdapter(tuple[Category, ...]).validate_python(data)
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"{path}: not a taxonomy: {error}") from error
    return _indexed(categories)


def _indexed(categories: tuple[Category, ...]) -> Taxonomy:
    owners: dict[str, dict[str, None]] = defaultdict(dict)
    for category in categories:
        for second, words in category.classes.items():
            for word in (*words, *(() if second == "其他" else (second,))):
                owners[spelling_of(word).text][category.name] = None
    spelt = {word: tuple(names) for word, names in owners.items() if len(word) < SOUND_LENGTH}
    sounding = {
        tuple(sounds_of(word).sounds.tolist()): tuple(names) for word, names in owners.items() if word not in spelt
    }
    return Taxonomy(categories, spelt, sounding)


def clues(taxonomy: Taxonomy, text: str) -> list[Clue]:
    """The words of the taxonomy in a text, longest first at each place, none inside another."""
    normal, said = spelling_of(text), sounds_of(text)
    sounds = said.sounds.tolist()
    found: list[Clue] = []
    longest = max(map(len, taxonomy.sounding), default=0)
    for length in range(longest, SOUND_LENGTH - 1, -1):
        for i in range(len(sounds) - length + 1):
            if names := taxonomy.sounding.get(tuple(sounds[i : i + length])):
                found.append(_clue(names, length, said.spans[i][0], said.spans[i + length - 1][1]))
    for length in range(SOUND_LENGTH - 1, 0, -1):
        for i in range(len(normal.text) - length + 1):
            if names := taxonomy.spelt.get(normal.text[i : i + length]):
                found.append(_clue(names, length, *normal.span(i, i + length)))
    kept: list[Clue] = []
    for clue in found:
        if not any(clue.start < other.end and other.start < clue.end for other in kept):
            kept.append(clue)
    return kept


def _clue(names: tuple[str, ...], length: int, start: int, end: int) -> Clue:
    return Clue(names, min(length, 4) / 2 / len(names), start, end)


def shares(taxonomy: Taxonomy, texts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """How much of what was said speaks for each class: 0 to 1, summing to 1 (or all 0 without any clue).

    ``texts`` come with a weight each. A word said again adds less each time.
    """
    heard: dict[tuple[str, tuple[str, ...]], list[float]] = defaultdict(list)
    for text, weight in texts:
        for clue in clues(taxonomy, text):
            heard[spelling_of(text[clue.start : clue.end]).text, clue.classes].append(clue.weight * weight)
    points = dict.fromkeys(taxonomy.names, 0.0)
    for (_, names), weights in heard.items():
        for name in names:
            points[name] += max(weights) * (1 + math.log(len(weights)))
    total = sum(points.values())
    return {name: value / total if total else 0.0 for name, value in points.items()}
