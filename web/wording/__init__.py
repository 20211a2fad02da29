"""Words of the desk. The Chinese stands in pages and templates as ``_("…")``; the other languages are YAML files here.

A file is named by its area and maps the Chinese to the other language. Text in no file is shown in Chinese: what people
and rubrics write is not translated.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import yaml

HERE = Path(__file__).parent
LANGUAGES = {"zh": "中文", "en": "English"}
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
def words(language: str) -> Words:
    """What says a text in that language; names in braces are filled in."""
    known = catalogue(language)

    def say(chinese: str, **values: object) -> str:
        text = known.get(chinese, chinese)
        return text.format(**values) if values else text

    return say
