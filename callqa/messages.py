"""Messages: texts of the gettext catalogues in ``callqa/locale``, with the values that belong into their braces.

A folder a language, a ``.po`` file a subject. What pages, commands and reports say is known by its Chinese
(``msgid "没有通话"``), so Chinese needs no entry; an error is known by its code (``msgid "call.unknown"``) and has an
entry in each language. What an error advises at a terminal stands beside it under the context ``terminal``.

The files are read as they are, once a process.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from pydantic_core import CoreSchema, core_schema

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = {"zh": "中文", "en": "English"}
LANGUAGE_VARIABLE = "CALLQA_LANG"
"""In the environment: the language of a terminal; no setting, for messages about settings need it."""
TITLE = "title"
"""Context of the names that the shipped rubrics and plans give to what they hold."""
TERMINAL = "terminal"
"""Context of what is advised where commands can be typed."""
BETWEEN = {"zh": "、", "en": ", "}
"""What stands between the parts of a list."""
PAUSE = {"zh": "；", "en": "; "}
"""What stands between a message and its advice ..."""
AFTER_QUESTION = {"zh": "", "en": " "}
"""... and where the message asks."""
SIGNS = {"、": ", ", "，": ", ", "；": "; ", " | ": " | ", " / ": " / ", "\n": "\n", "": ""}
"""What stands between things in a row, in Chinese and elsewhere."""
Say = Callable[..., str]
"""Says a text in one language; values in braces are filled in."""


class _InChinese:
    """What becomes a text in the data of a page: there it stands in Chinese, whoever asks."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        as_text = core_schema.plain_serializer_function_ser_schema(_in_chinese)
        return core_schema.is_instance_schema(cls, serialization=as_text)


def _in_chinese(value: Any) -> Any:
    return value.text("zh") if isinstance(value, Message | Joined) else value  # a union asks about all of its kinds


@dataclass(frozen=True, slots=True)
class Message(_InChinese):
    """A text by its msgid, with values: numbers, names, days, lists of these, and other messages."""

    msgid: str
    values: Mapping[str, Any]

    def __init__(self, msgid: str, /, **values: Any) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "values", values)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        """In JSON a message is its Chinese text."""
        chinese = core_schema.plain_serializer_function_ser_schema(lambda message: message.text("zh"))
        return core_schema.is_instance_schema(cls, serialization=chinese)

    def __hash__(self) -> int:
        return hash((self.msgid, *self.values))

    def text(self, language: str) -> str:
        """The message as people of that language read it."""
        return _filled(catalogue(language).get((None, self.msgid), self.msgid), self.values, language)

    def __str__(self) -> str:
        return self.text(terminal_language())

    def advice(self, language: str) -> str:
        """What helps at a terminal: its own advice, else that of a message within; empty where there is none."""
        advice = _filled(catalogue(language).get((TERMINAL, self.msgid), ""), self.values, language)
        within = (message for value in self.values.values() if (message := message_of(value)))
        return advice or next(filter(None, (message.advice(language) for message in within)), "")

    def with_advice(self, language: str) -> str:
        """The message, and what to do about it at a terminal."""
        text, advice = self.text(language), self.advice(language)
        pause = AFTER_QUESTION if text.endswith(("?", "？")) else PAUSE
        return f"{text}{pause[language]}{advice}" if advice else text


@dataclass(frozen=True, slots=True)
class Joined(_InChinese):
    """Things in a row, with a sign between them: one of `SIGNS`, as it stands in Chinese."""

    parts: tuple[Any, ...]
    sign: str

    def __init__(self, parts: Iterable[Any], sign: str = "、") -> None:
        object.__setattr__(self, "parts", tuple(parts))
        object.__setattr__(self, "sign", sign)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def text(self, language: str) -> str:
        """The things as people of that language read them."""
        between = self.sign if language == "zh" else SIGNS[self.sign]
        return between.join(str(_shown(part, language)) for part in self.parts)

    def __str__(self) -> str:
        return self.text(terminal_language())


class Title(str):
    """The name that a rubric or a plan gives to something: the shipped ones have another in English, own ones none."""

    __slots__ = ()

    def text(self, language: str) -> str:
        """The name as people of that language read it."""
        return catalogue(language).get((TITLE, str(self)), str(self))

    @property
    def names(self) -> set[str]:
        """By which people of any language call it."""
        return {self.text(language) for language in LANGUAGES}


Text = str | Message | Joined
"""What a page says: a msgid, or a message."""

NONE = Message("无")
"""In place of a list that is empty."""


@cache
def catalogue(language: str) -> Mapping[tuple[str | None, str], str]:
    """(context, msgid) to the text of that language, of all subjects."""
    return {key: text for part in subjects(language).values() for key, text in part.items()}


def subjects(language: str) -> dict[str, dict[tuple[str | None, str], str]]:
    """The catalogues of a language, by the names of their files."""
    return {path.stem: dict(_entries(path)) for path in sorted((LOCALE / language).glob("*.po"))}


def _entries(path: Path) -> Iterable[tuple[tuple[str | None, str], str]]:
    with path.open("rb") as file:
        for entry in read_po(file, abort_invalid=True):
            if entry.id and entry.string:
                yield (entry.context, str(entry.id)), str(entry.string)


@cache
def words(language: str) -> Say:
    """What says texts in that language; ``_`` in templates."""
    known = catalogue(language)

    def say(text: str | Message | Joined, /, **values: Any) -> str:
        if isinstance(text, Message | Joined | Title):
            return text.text(language)
        return _filled(known.get((None, text), text), values, language)

    return say


def terminal_text(text: str | Message | Joined, /, **values: Any) -> str:
    """The text in the language of the terminal; ``_`` in commands."""
    return words(terminal_language())(text, **values)


def _filled(text: str, values: Mapping[str, Any], language: str) -> str:
    return text.format(**{name: _shown(value, language) for name, value in values.items()}) if values else text


def _shown(value: Any, language: str) -> Any:
    """A value as it stands in a text of that language; numbers and days stay what they are, for their formats."""
    if message := message_of(value):
        return message.text(language)
    match value:
        case Joined() | Title():
            return value.text(language)
        case list() | tuple() | set() | frozenset():
            return BETWEEN[language].join(str(_shown(part, language)) for part in value)
    return value


def message_of(value: Any) -> Message | None:
    """The message that a value is, or that an error has."""
    message = getattr(value, "message", None) if isinstance(value, BaseException) else value
    return message if isinstance(message, Message) else None


def dumps(message: Message) -> str:
    """The message as a text that `loads` reads: to be stored, and to be said in whatever language it is asked in."""
    return json.dumps(_packed(message), ensure_ascii=False)


def loads(text: str) -> Message:
    """The message that was stored; a text that was stored before messages had codes is one without values."""
    try:
        message = _unpacked(json.loads(text))
    except ValueError:
        return Message(text)
    return message if isinstance(message, Message) else Message(text)


def _packed(value: Any) -> Any:
    if message := message_of(value):
        return {"msgid": message.msgid, "values": {name: _packed(each) for name, each in message.values.items()}}
    match value:
        case Joined():
            return {"joined": [_packed(part) for part in value.parts], "sign": value.sign}
        case list() | tuple() | set() | frozenset():
            return [_packed(part) for part in value]
        case None | bool() | int() | float() | str():
            return value
    return str(value)


def _unpacked(value: Any) -> Any:
    match value:
        case {"msgid": str(msgid), "values": dict(values)}:
            return Message(msgid, **{name: _unpacked(each) for name, each in values.items()})
        case {"joined": list(parts), "sign": str(sign)}:
            return Joined([_unpacked(part) for part in parts], sign)
        case list():
            return [_unpacked(part) for part in value]
    return value


def terminal_language(environment: Mapping[str, str] = os.environ) -> str:  # noqa: TID251
    """The language of a terminal: ``CALLQA_LANG``, else that of the locale, else English.

    >>> terminal_language({"LANG": "zh_CN.UTF-8"})
    'zh'
    """
    if (wanted := environment.get(LANGUAGE_VARIABLE, "")) in LANGUAGES:
        return wanted
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh" if locale.startswith("zh") else "en"
