"""A mobile number that the agent gives away: one that is neither the caller's own nor a public telephone."""

import re

from callqa.numbers import Number, find_numbers
from callqa.types import Conversation, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import MIN_CONFIDENCE, unclear
from qa_models.evidence import quote
from qa_models.facts.dictation import MOBILE, common_digits

ALIKE = 7  # digits in this order that make two numbers the same with some misheard
STRETCH = 13  # digits in which a mobile number is looked for: in any long row of digits most of it can be found
OWN = re.compile(
    "[您你]的?(这个|这边|本人|留的?|预留|报的?|来电|刚才)?(的|手机|电话|号码|联系|联络|方式|号)|来电号码|本机|打进来的|打过来的|回[您你]|联系[您你]"
)
"""What is said of the caller's own number when it is read back."""


class PrivateNumberParams(Params):
    pass


@check("private_number", version=2)
def check_private_number(conversation: Conversation, params: PrivateNumberParams) -> Draft:
    known = _callers_digits(conversation)
    mobiles = [(turn, number) for turn in conversation.by("agent") for number in _mobiles(turn)]
    strange = [(turn, number) for turn, number in mobiles if not _own(turn, number, known)]
    evidence = tuple(quote(turn, number.start, number.end) for turn, number in strange)
    if not strange:
        return Draft(Verdict.MET, "nothing_leaked")
    clear = all(turn.confidence is None or turn.confidence >= MIN_CONFIDENCE for turn, _ in strange)
    if known and clear and not unclear(_others(conversation)):
        return Draft(Verdict.VIOLATED, "leaked", evidence, float(len(strange)), absence=True)
    return Draft(Verdict.UNSURE, "number_doubtful", evidence, float(len(strange)))


def _mobiles(turn: Turn) -> list[Number]:
    if turn.flags:
        return []
    return [n for n in find_numbers(turn.text) if n.kind == "phone" and MOBILE.fullmatch(n.value)]


def _others(conversation: Conversation) -> list[Turn]:
    """Every turn that is not surely the agent's, flagged ones too: the citizen's number may be in it."""
    return [turn for turn in conversation.turns if turn.role != "agent"]


def _callers_digits(conversation: Conversation) -> tuple[str, ...]:
    """The number in the ticket, and all digits that the citizen may have said, over several turns perhaps."""
    ticket = conversation.call.ticket
    numbers = [number for turn in _others(conversation) for number in find_numbers(turn.text)]
    spoken = "".join(c for number in numbers for c in number.value if c.isdigit())
    return tuple(digits for digits in (ticket.contact_phone if ticket else "", spoken) if len(digits) >= ALIKE)


def _own(turn: Turn, number: Number, known: tuple[str, ...]) -> bool:
    if OWN.search(turn.text[: number.start]):
        return True
    return any(_common(number.value, digits) >= ALIKE for digits in known)


def _common(number: str, digits: str) -> int:
    """Digits of ``number`` found in order in one stretch of ``digits``."""
    starts = range(max(len(digits) - STRETCH, 0) + 1)
    return max(common_digits(number, digits[i : i + STRETCH]) for i in starts)
