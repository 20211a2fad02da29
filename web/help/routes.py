"""The pages of the help."""

from dataclasses import dataclass

from services.context import RubricContext
from web.access.request_context import Context
from web.access.roles import Permission
from web.help.items import ItemHelp, item_help
from web.help.texts import first_steps, glossary
from web.nav import nav_of
from web.routing import NOBODY, Area

area = Area(NOBODY)


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


@area.page("/help", "help/start.html", Permission.SIGNED_IN)
def start(context: Context) -> Start:
    labels = {place.href: place.label for place, _ in nav_of(context.who.role, "")} | {"/help/items": "评分项目"}
    said = [
        (step.place, step.en if context.who.language == "en" else step.zh) for step in first_steps()[context.who.role]
    ]
    return Start(tuple(Advised(advice.title, advice.text, place, labels[place]) for place, advice in said))


@area.page("/help/items", "help/items.html", Permission.SIGNED_IN)
def items(context: Context) -> Items:
    return Items(tuple(_rubric(rubric_context) for rubric_context in context.desk.rubric_set))


def _rubric(rubric_context: RubricContext) -> RubricHelp:
    helps = item_help(rubric_context)
    groups = (
        GroupHelp(group.title, group.points, tuple((helps[one.id], one.points, one.fatal) for one in group.items))
        for group in rubric_context.rubric.groups
    )
    return RubricHelp(
        rubric_context.rubric.id, rubric_context.rubric.version, rubric_context.rubric.title, tuple(groups)
    )


@area.page("/help/glossary", "help/glossary.html", Permission.SIGNED_IN)
def words(context: Context) -> Glossary:
    return Glossary(tuple(Word(id, one.term, one.meaning) for id, one in glossary(context.who.language)))
