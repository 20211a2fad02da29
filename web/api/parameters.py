"""Parameters that several routes of the interface take, and names that none of them knows."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import Path, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError

Cursor = Annotated[str, Query(max_length=300, description="`next` or `previous` of another page.")]
Place = Annotated[int, Query(ge=0, le=10**9, description="`next` of another page.")]
Limit = Annotated[int, Query(ge=1, le=200, description="Rows of a page.")]
CallId = Annotated[str, Path(max_length=200, description="As the call centre names the call.")]
Names = Annotated[list[str], Query(max_length=200, description="Any of these.")]
Text = Annotated[str, Query(max_length=100)]


def of(values: Sequence[str]) -> dict[str, Any]:
    """For the contract; a filter itself refuses other values, by its code."""
    return {"json_schema_extra": {"enum": [*values]}}


YES = of(("", "yes"))


class KnownNames:
    """The names that a route knows, learnt when it has been made.

    A slip is told, for an ignored filter would answer with too much.
    """

    def __init__(self) -> None:
        self._names: frozenset[str] = frozenset()

    def learn(self, dependant: Dependant) -> None:
        self._names = frozenset(_names(dependant))

    def __call__(self, request: Request) -> None:
        """Raises `RequestValidationError` with the others."""
        if unknown := [name for name in request.query_params if name not in self._names]:
            raise RequestValidationError([{"type": "extra_forbidden", "loc": ("query", name)} for name in unknown])


def _names(dependant: Dependant) -> Iterator[str]:
    for parameter in dependant.query_params:
        yield parameter.alias
    for dependency in dependant.dependencies:
        yield from _names(dependency)
