"""A category tree and a first classifier over its first level, by the words citizens use."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator

from callqa.errors import ConfigError, Mistake
from callqa.keys import content_key
from callqa.messages import Message
from callqa.text import normalise
from callqa.validation import first_wrong
from callqa.yaml_file import in_field, node_at, plain, problem, read_yaml, shipped_names
from qa_models.match import sounds_of, spelling_of

TAXONOMIES = Path(__file__).parent.parent / "taxonomies"
OTHER = "其他"
SHORT = 2  # so few syllables have many homophones
HOMOPHONE = 0.5  # what a short word counts when it only sounds like one of the taxonomy's


class Branch(BaseModel):
    """A second-level class. In the file a bare list stands for its words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str = ""
    words: tuple[str, ...] = ()
    """The words that speak for it, as citizens say them."""
    classes: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Third-level names, each with its fourth level."""

    @model_validator(mode="before")
    @classmethod
    def _words_alone(cls, value: Any) -> Any:
        return {"words": value} if isinstance(value, list | tuple) else value

    @field_validator("words")
    @classmethod
    def _long_enough(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for word in words:
            if len(normalise(word).text) < SHORT:
                raise Mistake("taxonomy.word_too_short", word=word)
        return words


class Category(BaseModel):
    """A first-level class."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    description: str = ""
    classes: Mapping[str, Branch]


@dataclass(frozen=True, slots=True)
class Index:
    """The words of a taxonomy, for looking them up in a text."""

    spelt: Mapping[str, tuple[str, ...]]
    """For each word the classes it speaks for."""
    sounding: Mapping[tuple[int, ...], tuple[str, ...]]
    """The same by the sounds of the word."""
    lengths: Mapping[tuple[int, int], tuple[int, ...]]
    """How long the words are that begin with two sounds."""


@dataclass(frozen=True)
class Taxonomy:
    categories: tuple[Category, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(category.name for category in self.categories)

    @cached_property
    def key(self) -> str:
        """Content hash."""
        return content_key([category.model_dump(mode="json") for category in self.categories])

    @cached_property
    def index(self) -> Index:
        """Made when the first text is looked at: the sounds of all words take a while."""
        return _indexed(self.categories)


@dataclass(frozen=True, slots=True)
class Clue:
    """A word found in a text: its classes, its weight, and where it stands."""

    classes: tuple[str, ...]
    weight: float
    start: int
    end: int


@lru_cache(maxsize=8)
def load_taxonomy(name: str) -> Taxonomy:
    """A shipped taxonomy by its name, or a YAML file; read once. Raises `ConfigError`."""
    path = TAXONOMIES / f"{name}.yaml"
    if not path.is_file() and name.endswith((".yaml", ".yml")):
        path = Path(name)
    if not path.is_file():
        raise ConfigError("taxonomy.unknown", name=name, shipped=shipped_names(TAXONOMIES))
    root = read_yaml(path)
    try:
        return Taxonomy(TypeAdapter(tuple[Category, ...]).validate_python(plain(path, root)))
    except ValidationError as error:
        wrong = first_wrong(error)
        message = Message("taxonomy.wrong", problem=in_field(wrong))
        raise problem(path, node_at(root, wrong.location), message) from error


def _indexed(categories: tuple[Category, ...]) -> Index:
    spelt: dict[str, dict[str, None]] = defaultdict(dict)
    sounding: dict[tuple[int, ...], dict[str, None]] = defaultdict(dict)
    for category in categories:
        for second, branch in category.classes.items():
            for word in (*branch.words, *(() if second == OTHER else (second,))):
                spelt[spelling_of(word).text][category.name] = None
                sounds = tuple(sounds_of(word).sounds.tolist())
                if len(sounds) >= SHORT:  # 10 is two characters, but one syllable
                    sounding[sounds][category.name] = None
    lengths: dict[tuple[int, int], set[int]] = defaultdict(set)
    for sounds in sounding:
        lengths[sounds[0], sounds[1]].add(len(sounds))
    return Index(
        {word: tuple(names) for word, names in spelt.items()},
        {sounds: tuple(names) for sounds, names in sounding.items()},
        {start: tuple(n_sounds) for start, n_sounds in lengths.items()},
    )


def clues(taxonomy: Taxonomy, text: str) -> list[Clue]:
    """The words of the taxonomy in a text, the longest first, none overlapping another."""
    spoken, index = sounds_of(text), taxonomy.index
    sounds = spoken.sounds.tolist()
    places = [
        (length, i, names)
        for i, start in enumerate(pairwise(sounds))
        for length in index.lengths.get(start, ())
        if i + length <= len(sounds) and (names := index.sounding.get(tuple(sounds[i : i + length])))
    ]
    chosen: list[Clue] = []
    for length, i, names in sorted(places, key=lambda place: (-place[0], place[1])):
        clue = _clue(index, text, names, length, spoken.spans[i][0], spoken.spans[i + length - 1][1])
        if not any(clue.start < other.end and other.start < clue.end for other in chosen):
            chosen.append(clue)
    return chosen


def _clue(index: Index, text: str, names: tuple[str, ...], length: int, start: int, end: int) -> Clue:
    named = index.spelt.get(spelling_of(text[start:end]).text)
    trust = HOMOPHONE if named is None and length <= SHORT else 1.0
    return Clue(named or names, trust * min(length, 4) / 2 / len(named or names), start, end)


def points(taxonomy: Taxonomy, texts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """How much of what was said speaks for each class; a word of three syllables that speaks for one class is 1.5.

    ``texts`` come with a weight each. A word said again adds less each time.
    """
    weights_of: dict[tuple[str, tuple[str, ...]], list[float]] = defaultdict(list)
    for text, weight in texts:
        for clue in clues(taxonomy, text):
            weights_of[spelling_of(text[clue.start : clue.end]).text, clue.classes].append(clue.weight * weight)
    total = dict.fromkeys(taxonomy.names, 0.0)
    for (_, names), weights in weights_of.items():
        for name in names:
            total[name] += max(weights) * (1 + math.log(len(weights)))
    return total
