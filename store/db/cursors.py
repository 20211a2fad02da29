"""Cursors: the place where a page of a list goes on, as a word in a link.

It may come back changed, so everything is checked.
"""

import base64
import binascii
import json
from typing import NamedTuple

from callqa.errors import FilterError

LONGEST = 200
LARGEST = 2**62
"""No database takes a larger whole number for an id or a time."""


class Place(NamedTuple):
    """Beyond the row with these values of the order's columns, going on in the list or going back."""

    values: tuple[float, ...]
    back: bool


def write_cursor(sort: str, place: Place) -> str:
    text = json.dumps([sort, place.back, *place.values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, sort: str, types: tuple[type, ...]) -> Place:
    """What `write_cursor` made the word of. Raises `FilterError` unless it has this order's sort and types."""
    problem = FilterError("filter.page_gone", field="at")
    if len(text) > LONGEST:
        raise problem
    try:
        document = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise problem from None
    if not isinstance(document, list) or len(document) != 2 + len(types):
        raise problem
    made_for, back, *values = document
    if made_for != sort or type(back) is not bool:
        raise problem
    if any(type(value) is not wanted for value, wanted in zip(values, types, strict=True)):
        raise problem
    numbers: tuple[float, ...] = tuple(values)
    if not all(abs(number) <= LARGEST for number in numbers):
        raise problem
    return Place(numbers, back)
