"""The views of the help."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemHelp:
    """Shown beside the item's title. Lines of examples begin with who says them."""

    id: str
    title: str
    meaning: str
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advised:
    """A first step, and the place where it is done."""

    title: str
    text: str
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Start:
    """Where somebody new begins."""

    steps: tuple[Advised, ...]


@dataclass(frozen=True, slots=True)
class GroupHelp:
    """Items that stand together on the sheet."""

    title: str
    points: float
    items: tuple[tuple[ItemHelp, float, bool], ...]
    """Each with its points and whether it is fatal."""


@dataclass(frozen=True, slots=True)
class RubricHelp:
    """A rubric that is in use."""

    id: str
    version: str
    title: str
    groups: tuple[GroupHelp, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """What every item means."""

    rubrics: tuple[RubricHelp, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the glossary; ``id`` is its place on the page."""

    id: str
    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Glossary:
    """What the words mean."""

    words: tuple[Word, ...]
