"""Regular expressions that people write. One that may take a night for a sentence is refused when it is read.

Python's matcher goes back and tries another way whenever a match fails. How many ways there are is a product of
choices: `ways` is an upper bound for one start, in a text of `LENGTH` characters. Choices within a repetition multiply
with every round, as in ``(a|ab)*``; alternatives that begin with different characters are no choice.
"""

import re
from collections import Counter
from functools import lru_cache
from math import inf
from re import _constants as kinds  # type: ignore[attr-defined]  # no public interface shows what an expression is made of
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Annotated, Any

from pydantic import AfterValidator

from callqa.errors import Mistake

LENGTH = 100
"""Characters of a turn; few have more."""
MOST_WAYS = 2_000_000
FEW = 1000  # characters of a set that are compared with others

Nodes = Any
"""A sequence of (kind, arguments), as the standard library's parser makes it."""


def usable(expression: str) -> str:
    """The expression itself. Raises `Mistake`."""
    try:
        n_ways = ways(parser.parse(expression))
        re.compile(expression)
    except (re.error, OverflowError, RecursionError) as error:
        raise Mistake("check.no_expression", expression=expression, detail=str(error)) from error
    if n_ways > MOST_WAYS:
        raise Mistake("check.expression_endless", expression=expression, example=".{0,5}")
    return expression


Expression = Annotated[str, AfterValidator(usable)]
"""A regular expression on normalised text: simplified characters, lower case, no spaces or punctuation."""


@lru_cache(maxsize=4096)
def compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def ways(nodes: Nodes) -> float:
    """In how many ways these can match at most."""
    product: float = 1
    for kind, arguments in nodes:
        product *= _ways(kind, arguments)
    return product


def _ways(kind: Any, arguments: Any) -> float:
    if kind is kinds.BRANCH:
        return _one_of(arguments[1])
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        least, most, body = arguments
        return _repeated(ways(body), least, LENGTH if most is kinds.MAXREPEAT else min(most, LENGTH))
    if kind is kinds.GROUPREF_EXISTS:
        return sum(ways(argument) for argument in arguments[1:] if argument)
    if kind in (kinds.SUBPATTERN, kinds.ASSERT, kinds.ASSERT_NOT):
        return ways(arguments[-1])
    return ways(arguments) if kind is kinds.ATOMIC_GROUP else 1


def _repeated(once: float, least: int, most: int) -> float:
    if once == 1:
        return max(most - least, 0) + 1
    try:
        return sum(once**rounds for rounds in range(min(least, most), most + 1))
    except OverflowError:
        return inf


def _one_of(choices: list[Nodes]) -> float:
    """Of choices, those that begin with the same character add up; of others only one can match at a place."""
    anywhere: float = 0
    by_character: Counter[int] = Counter()
    for choice in choices:
        begins = _begins(choice)
        if begins is None:
            anywhere += ways(choice)
        else:
            by_character.update(dict.fromkeys(begins, ways(choice)))
    return anywhere + max(by_character.values(), default=0)


def _begins(nodes: Nodes) -> set[int] | None:
    """The characters that a match may begin with; ``None`` for any or too many, or where it may be empty."""
    first: tuple[Any, Any] = next(iter(nodes), (None, None))
    kind, arguments = first
    if kind in (kinds.LITERAL, kinds.IN):
        characters = _members([(kind, arguments)] if kind is kinds.LITERAL else arguments)
        return characters and {ord(chr(character).lower()[0]) for character in characters}
    if kind is kinds.SUBPATTERN:
        return _begins(arguments[-1])
    if kind is kinds.BRANCH:
        parts = [_begins(choice) for choice in arguments[1]]
        return None if None in parts else set().union(*(part for part in parts if part))
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT) and arguments[0] > 0:
        return _begins(arguments[-1])
    return None


def _members(members: list[tuple[Any, Any]]) -> set[int] | None:
    characters: set[int] = set()
    for kind, value in members:
        if kind is kinds.LITERAL:
            characters.add(value)
        elif kind is kinds.RANGE and value[1] - value[0] < FEW:
            characters.update(range(value[0], value[1] + 1))
        else:
            return None
    return characters
