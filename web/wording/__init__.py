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
    """Chinese to ``language``, of all areas. Raises `ValueError` when two areas disagree about a text."""
    known: dict[str, str] = {}
    for path in sorted((HERE / language).glob("*.yaml")):
        for chinese, other in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            if known.setdefault(chinese, other) != other:
                raise ValueError(f"{path.name}: {chinese} has another translation in another file")
    return known


@cache
def words(language: str) -> Words:
    """What says a text in that language; names in braces are filled in."""
    known = catalogue(language)

    def say(chinese: str, **values: object) -> str:
        text = known.get(chinese, chinese)
        return text.format(**values) if values else text

    return say
