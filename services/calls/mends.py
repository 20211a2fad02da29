"""Mends of a turn's words, and hints from what is known of the call, as a reader is shown them.

A mend is in the text already: the engine wrote something else, by sound and sense it was mended, and every check read
the mended text. A hint is not: the agent's number or a name on the ticket sounds like a stretch of the text. It is
found when a call is shown and is never stored, so no check can take it for evidence of what it came from.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from asr.hotwords import Hotwords, sounds_of
from callqa.numbers import written
from callqa.numerals import in_digits_one_by_one
from callqa.types import Conversation, Ticket, Turn

Source = Literal["agent", "ticket"]
APART = 1  # characters between two mends that are shown as one
AGENT_NUMBER = re.compile("(?:工号|话务员|坐席|我是)(?:是|为|，|：)?")
SHORTEST, SHORTEST_PHONE = 3, 7  # digits
PLACE = re.compile(
    "[^\\W0-9a-zA-Z_至到与和及近在的号弄]{2,4}?(?:大道|公路|支路|路|街道|大街|街|巷|小区|花园|花苑|家园|公寓|别墅|新村|"
    "佳苑|雅苑|苑|名邸|华庭|村|广场|大厦|市场|菜场|超市|商场|公园|医院|学校|小学|中学|幼儿园|酒店|饭店|宾馆|车站|镇|新区)"
)
PERSON = re.compile("[一-龥]{2,4}(?=$|[（(])")


class Mend(NamedTuple):
    """A stretch of a turn, ``turn.text[start:end]``, that the engine wrote in another way."""

    start: int
    end: int
    heard: str
    """What it wrote, numbers in digits."""


class Hint(NamedTuple):
    """A stretch of a turn that sounds like something that is known of the call."""

    start: int
    end: int
    meant: str
    source: Source


def mends(turn: Turn) -> tuple[Mend, ...]:
    """Places that were mended, in order; a number that was only written in digits is none."""
    if turn.rewritten_from is None:
        return ()
    heard = written(turn.rewritten_from).text
    joined: list[tuple[int, int, int, int]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(a=heard, b=turn.text, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if joined and j1 - joined[-1][3] <= APART:
            i1, j1 = joined.pop()[::2]
        joined.append((i1, i2, j1, j2))
    return tuple(Mend(j1, j2, heard[i1:i2]) for i1, i2, j1, j2 in joined if j2 > j1)


def hints(conversation: Conversation) -> dict[int, tuple[Hint, ...]]:
    """By turn, in order, none overlapping; turns whose text is not to be trusted have none."""
    number = re.sub("[^0-9]", "", conversation.call.agent_id)
    ticket = conversation.call.ticket or Ticket()
    phone = "" if "*" in ticket.contact_phone else re.sub("[^0-9]", "", ticket.contact_phone)
    names = Hotwords(sorted(_names(ticket)))
    by_turn: dict[int, tuple[Hint, ...]] = {}
    for turn in conversation.turns:
        if not turn.flags and turn.confidence is not None:
            candidates = [*_agent_hints(turn, number), *_phone_hints(turn, phone), *_name_hints(turn, names)]
            if candidates:
                by_turn[turn.index] = tuple(_apart(candidates))
    return by_turn


def _names(ticket: Ticket) -> set[str]:
    """Names of places, and the citizen's, as far as the ticket has them in Chinese characters."""
    person = PERSON.match(ticket.contact_name.strip())
    places = {place for text in (ticket.location, ticket.summary, ticket.appeal) for place in PLACE.findall(text)}
    return places | ({person[0]} if person else set())


def _agent_hints(turn: Turn, number: str) -> Iterator[Hint]:
    if turn.role == "citizen" or len(number) < SHORTEST:
        return
    for lead in AGENT_NUMBER.finditer(turn.text):
        if _misheard(turn.text[lead.end() : lead.end() + len(number)], number):
            yield Hint(lead.end(), lead.end() + len(number), number, "agent")


def _phone_hints(turn: Turn, number: str) -> Iterator[Hint]:
    if len(number) < SHORTEST_PHONE:
        return
    for start in range(len(turn.text) - len(number) + 1):
        if _misheard(turn.text[start : start + len(number)], number):
            yield Hint(start, start + len(number), number, "ticket")


def _misheard(text: str, number: str) -> bool:
    """Whether all digits of the text, at least half of it, stand where the number has them, and not all are digits."""
    digits = in_digits_one_by_one(text)
    pairs = list(zip(digits, number, strict=False))
    right = sum(a == b for a, b in pairs)
    letters = sum(not a.isdigit() and a.isalpha() for a, _ in pairs)
    return len(pairs) == len(number) and letters > 0 and right + letters == len(number) and right >= letters


def _name_hints(turn: Turn, names: Hotwords) -> Iterator[Hint]:
    for start, name, _ in names.find(sounds_of(turn.text)):
        if not turn.text.startswith(name, start):
            yield Hint(start, start + len(name), name, "ticket")


def _apart(candidates: Sequence[Hint]) -> Iterator[Hint]:
    """The longest of those that overlap, in order."""
    taken: list[Hint] = []
    for hint in sorted(candidates, key=lambda hint: (hint.start - hint.end, hint.start)):
        if not any(hint.start < other.end and other.start < hint.end for other in taken):
            taken.append(hint)
    return iter(sorted(taken))
