"""The elements that a ticket holds, and where the call says them."""

import re
from collections.abc import Iterator, Sequence

from callqa.syllables import accents
from callqa.types import Ticket, Turn
from qa_models.facts.dictation import common_digits, dictated
from qa_models.facts.mismatch import Place
from qa_models.facts.names import TITLE, parse
from qa_models.match import sounds_of

FIELDS = {
    "who": "contact_name",
    "reach": "contact_phone",
    "when": "event_time",
    "where": "location",
    "what": "appeal",
}
"""Of a ticket, by element."""
KEPT = 2
"""Elements on a ticket from which one that lacks was left blank; some exports have none of them."""
SOME_DIGITS, MANY_DIGITS, MISHEARD = 4, 9, 2
RUN = 2  # sounds in a row
ENOUGH = 3  # of them, in one turn
NUMBERING = re.compile(
    "[0-9零一二三四五六七八九十百两]+(?:号楼?|弄|室|栋|幢|座|单元|层|楼|路公交)?|[省市区县镇乡]|浦东新区"
)
"""What in an address says nothing by itself."""


def filed(element: str, ticket: Ticket | None) -> str:
    """What the ticket holds of an element."""
    return str(getattr(ticket, FIELDS[element])).strip() if ticket else ""


def left_blank(element: str, ticket: Ticket | None) -> bool:
    """Whether the ticket lacks it, and holds others: then less speaks for its having been obtained."""
    return not filed(element, ticket) and sum(bool(filed(other, ticket)) for other in FIELDS) >= KEPT


def said_as_filed(element: str, ticket: Ticket | None, turns: Sequence[Turn]) -> Iterator[Place]:
    """Where the call says what the ticket holds. A time needs no such proof: it is worded anew."""
    if (text := filed(element, ticket)) and element in ("who", "reach", "where", "what"):
        yield from {"who": _name, "reach": _number}.get(element, _words)(text, turns)


def _name(text: str, turns: Sequence[Turn]) -> Iterator[Place]:
    surname, given, title = parse(text)
    whole = re.escape(surname + given)
    called = re.compile(
        f"{whole}|{re.escape(text)}"
        if given or not surname
        else f"[姓老小]{whole}|{whole}[一-龥]?(?:{title or TITLE}|{TITLE})"
    )
    for turn in turns:
        if match := called.search(turn.text):
            yield Place(turn, *match.span())


def _number(text: str, turns: Sequence[Turn]) -> Iterator[Place]:
    filed_digits = re.sub(r"\D", "", text)
    for number in dictated(turns):
        n = len(number.digits)
        alike = n >= MANY_DIGITS and common_digits(number.digits, filed_digits) >= n - MISHEARD
        if alike or (n >= SOME_DIGITS and number.digits in filed_digits):
            yield number.places[0]


def _words(text: str, turns: Sequence[Turn]) -> Iterator[Place]:
    """Runs of sounds that the field and a turn share; its numbers do not count."""
    runs = {run for part in NUMBERING.split(text) for run in _runs(part)}
    for turn in turns:
        spans = sounds_of(turn.text).spans
        shared = [i for i, run in enumerate(_runs(turn.text)) if run in runs]
        if len({i + k for i in shared for k in range(RUN)}) >= ENOUGH:
            yield Place(turn, spans[shared[0]][0], spans[shared[-1] + RUN - 1][1])


def _runs(text: str) -> list[tuple[int, ...]]:
    sounds = accents()[sounds_of(text).sounds].tolist()
    return [tuple(sounds[i : i + RUN]) for i in range(len(sounds) - RUN + 1)]
