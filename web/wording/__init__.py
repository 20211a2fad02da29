"""Words of the desk. The Chinese stands in pages and templates as ``_("…")``; the other languages are YAML files here.

A file is named by its area and maps the Chinese to the other language. Text in no file is shown in Chinese: what people
and rubrics write is not translated. Sentences that others put together (`MADE`) are known by their form.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import yaml

HERE = Path(__file__).parent
BRACES = re.compile(r"\\\{(\w+)\\\}")
LANGUAGES = {"zh": "中文", "en": "English"}
MADE = "made"
"""The file with forms of sentences, in the order in which they are tried."""
FIRST = "first"
"""Of several things in a row. Where it is not known, they are what somebody wrote, and stay as they are."""
LONGEST = 400
"""Of sentences that others put together; what is longer, somebody wrote."""
Words = Callable[..., str]


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Chinese to ``language``, of all areas."""
    return {chinese: other for area in areas(language).values() for chinese, other in area.items()}


def areas(language: str) -> dict[str, dict[str, str]]:
    """The files of a language, by their names."""
    paths = sorted((HERE / language).glob("*.yaml"))
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in paths}


@cache
def made(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Forms of sentences that are made with their values in them, and how ``language`` says them."""
    forms = {chinese: other for chinese, other in areas(language).get(MADE, {}).items() if "{" in chinese}
    return tuple((re.compile(BRACES.sub(r"(?P<\1>.+?)", re.escape(chinese))), form) for chinese, form in forms.items())


@cache
def words(language: str) -> Words:
    """What says a text in that language; names in braces are filled in."""
    known, forms = catalogue(language), made(language)

    def say(chinese: str, **values: object) -> str:
        text = known.get(chinese)
        if text is None and not values:
            return say_made(chinese) if len(chinese) <= LONGEST else chinese
        text = chinese if text is None else text
        return text.format(**values) if values else text

    def say_made(text: str) -> str:
        for form, other in forms:
            if found := form.fullmatch(text):
                values = found.groupdict()
                if FIRST in values and say(values[FIRST]) == values[FIRST]:
                    continue  # before the others are looked at: each of them is a row again
                return other.format(**{name: say(value) for name, value in values.items()})
        return text

    return say
