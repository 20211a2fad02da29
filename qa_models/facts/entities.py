"""Things of a given type that somebody says, each with its value and where it stands."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from callqa.number_rules import HALF_WIDTH
from callqa.numbers import find_numbers
from callqa.types import Turn
from qa_models.facts.amounts import PLATE, sign_value
from qa_models.facts.dictation import dictated
from qa_models.facts.mismatch import Place
from qa_models.facts.names import called
from qa_models.facts.places import is_name, names_in
from qa_models.facts.times import moments

Type = Literal["phone", "money", "road", "name", "time", "id_number", "plate", "identifier"]
TYPES: tuple[Type, ...] = get_args(Type)
ROADS = ("路", "大道", "公路", "支路", "街", "大街", "巷")
D = "0-9零〇一二三四五六七八九幺"
ID_NUMBER = re.compile(
    f"(?<![{D}])(?:[{D}][\\s，,、]?){{17}}[{D}XxＸ](?![{D}])|(?<![{D}])(?:[{D}][\\s，,、]?){{14}}[{D}](?![{D}XxＸ])"
)
ANY_DAY = date(2000, 6, 15)
"""Where only the words count, and not the day they stand for."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing that was said. A number dictated over several turns has several places."""

    type: Type
    value: str
    """Phone numbers, sums and other numbers in digits; else the words."""
    places: tuple[Place, ...]

    @property
    def quote(self) -> str:
        return self.places[0].text


def entities(turns: Sequence[Turn], types: Sequence[Type]) -> tuple[Entity, ...]:
    """Everything of these types in the turns, type by type, in the order of the call."""
    trusted = [turn for turn in turns if not turn.flags]
    return tuple(entity for kind in types for entity in FINDERS[kind](trusted))


def _phones(turns: Sequence[Turn]) -> Iterator[Entity]:
    for number in dictated(turns):
        if number.whole:
            yield Entity("phone", number.digits, number.places)


def _numbers(kind: str, as_type: Type) -> Callable[[Sequence[Turn]], Iterator[Entity]]:
    def find(turns: Sequence[Turn]) -> Iterator[Entity]:
        for turn in turns:
            for number in find_numbers(turn.text):
                if number.kind == kind:
                    yield Entity(as_type, number.value, (Place(turn, number.start, number.end),))

    return find


def _roads(turns: Sequence[Turn]) -> Iterator[Entity]:
    for turn in turns:
        for name in names_in(turn.text):
            if name.suffix in ROADS and is_name(name.stem):
                yield Entity("road", name.text, (Place(turn, name.start, name.end),))


def _names(turns: Sequence[Turn]) -> Iterator[Entity]:
    for name in called(turns):
        yield Entity("name", name.surname + name.given + name.title, (name.place,))


def _times(turns: Sequence[Turn]) -> Iterator[Entity]:
    """Days, parts of the day and clock times that stand side by side are one."""
    for turn in turns:
        spans: list[tuple[int, int]] = []
        for start, end in sorted(moment.place for moment in moments(turn.text, ANY_DAY)):
            if spans and start <= spans[-1][1] + 1:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        for start, end in spans:
            yield Entity("time", turn.text[start:end], (Place(turn, start, end),))


def _matches(pattern: re.Pattern[str], as_type: Type) -> Callable[[Sequence[Turn]], Iterator[Entity]]:
    def find(turns: Sequence[Turn]) -> Iterator[Entity]:
        for turn in turns:
            for match in pattern.finditer(turn.text.translate(HALF_WIDTH)):
                yield Entity(as_type, sign_value(match[0]), (Place(turn, *match.span()),))

    return find


FINDERS: dict[Type, Callable[[Sequence[Turn]], Iterator[Entity]]] = {
    "phone": _phones,
    "money": _numbers("money", "money"),
    "road": _roads,
    "name": _names,
    "time": _times,
    "id_number": _matches(ID_NUMBER, "id_number"),
    "plate": _matches(PLATE, "plate"),
    "identifier": _numbers("identifier", "identifier"),
}
