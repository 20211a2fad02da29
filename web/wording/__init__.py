"""Words of the desk: what `callqa.messages` says, and sentences that others put together, known by their form."""

import re
from functools import cache
from typing import Any

from callqa.messages import LANGUAGES, Message, Say, catalogue, subjects
from callqa.messages import words as plain_words

__all__ = ["LANGUAGES", "Words", "catalogue", "words"]

BRACES = re.compile(r"\\\{(\w+)\\\}")
MADE = "made"
"""The catalogue with forms of sentences, in the order in which they are tried."""
FIRST = "first"
"""Of several things in a row. Where it is not known, they are what somebody wrote, and stay as they are."""
LONGEST = 400
"""Of sentences that others put together; what is longer, somebody wrote."""
Words = Say


@cache
def made(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Forms of sentences that are made with their values in them, and how ``language`` says them."""
    forms = {chinese: other for (_, chinese), other in subjects(language).get(MADE, {}).items() if "{" in chinese}
    return tuple((re.compile(BRACES.sub(r"(?P<\1>.+?)", re.escape(chinese))), form) for chinese, form in forms.items())


@cache
def words(language: str) -> Words:
    """What says a text in that language; names in braces are filled in."""
    say_plainly, known, forms = plain_words(language), catalogue(language), made(language)

    def say(text: str | Message, /, **values: Any) -> str:
        if isinstance(text, Message) or values or (None, text) in known:
            return say_plainly(text, **values)
        return say_made(text) if len(text) <= LONGEST else text

    def say_made(text: str) -> str:
        for form, other in forms:
            if found := form.fullmatch(text):
                values = found.groupdict()
                if FIRST in values and say(values[FIRST]) == values[FIRST]:
                    continue  # before the others are looked at: each of them is a row again
                return other.format(**{name: say(value) for name, value in values.items()})
        return text

    return say
