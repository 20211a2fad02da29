"""The texts of the help, from YAML files in which the languages stand together."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from callqa.people import Role

HERE = Path(__file__).parent
FROZEN = ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class Term(BaseModel):
    """A word and what it means, in one language."""

    model_config = FROZEN

    term: str
    meaning: str


class Entry(BaseModel):
    """A word of the glossary."""

    model_config = FROZEN

    id: str
    zh: Term
    en: Term


class Advice(BaseModel):
    """What to do, in one language."""

    model_config = FROZEN

    title: str
    text: str


class Step(BaseModel):
    """One of the first things somebody of a role does, and the place of the navigation where they do it."""

    model_config = FROZEN

    place: str
    zh: Advice
    en: Advice


@cache
def glossary(language: str) -> tuple[tuple[str, Term], ...]:
    """The words with their ids, in the order in which somebody new meets them."""
    entries = TypeAdapter(tuple[Entry, ...]).validate_python(_read("glossary.yaml"))
    return tuple((entry.id, entry.en if language == "en" else entry.zh) for entry in entries)


@cache
def first_steps() -> dict[Role, tuple[Step, ...]]:
    return TypeAdapter(dict[Role, tuple[Step, ...]]).validate_python(_read("first_steps.yaml"))


def _read(name: str) -> object:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
