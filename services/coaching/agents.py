"""Agents as a class knows them: by letters."""

import re
from collections.abc import Iterator, Mapping, Sequence

from callqa.personal import PersonalSpan
from callqa.types import Conversation
from qa_models.personal.spans import timed_spans
from qa_models.phrases import DIGIT_CHARACTERS
from services.calls.mends import hints

SPOKEN = 3  # digits that make a number no other would be taken for


def agent_letter(number: int) -> str:
    """A, B, ... Z, AA, AB, ... as spreadsheets count.

    >>> agent_letter(0), agent_letter(27)
    ('A', 'AB')
    """
    return (agent_letter(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def hide_agents(text: str, labels: Mapping[str, str]) -> str:
    """The text with labels in place of the agents' numbers, in digits or as they are spoken.

    >>> hide_agents("工号三零四五为您服务", {"3045": "坐席A"})
    '工号坐席A为您服务'
    """
    longest_first = sorted(labels, key=len, reverse=True)
    forms = _any_of(longest_first)
    return re.sub(forms, lambda match: labels[longest_first[(match.lastindex or 0) - 1]], text) if forms else text


def agent_spans(conversation: Conversation, agents: Sequence[str]) -> Iterator[PersonalSpan]:
    """Where the number of one of the agents is said, also where it was misheard: in the order of the call."""
    forms, misheard = _any_of(agents), hints(conversation)
    for turn in conversation.turns:
        heard = {(match.start(), match.end()) for match in re.finditer(forms, turn.text)} if forms else set()
        heard |= {(hint.start, hint.end) for hint in misheard.get(turn.index, ()) if hint.source == "agent"}
        yield from timed_spans(turn, [(start, end, "number") for start, end in sorted(heard)])


def hide_spans(text: str, spans: Sequence[PersonalSpan], since: int, label: str) -> str:
    """The label in place of spans of one turn, of whose text this one begins at character ``since``."""
    for span in sorted(spans, reverse=True):
        start, end = max(span.char_start - since, 0), min(span.char_end - since, len(text))
        text = text[:start] + label + text[end:] if start < end else text
    return text


def _any_of(agents: Sequence[str]) -> str:
    return "|".join(f"({_written(agent_id)})" for agent_id in agents)


def _written(agent_id: str) -> str:
    """A pattern of all ways to write the number."""
    digits = "".join(character for character in agent_id if character in DIGIT_CHARACTERS)
    spoken = "".join(f"[{DIGIT_CHARACTERS[digit]}]" for digit in digits)
    return re.escape(agent_id) + (f"|{spoken}" if len(digits) >= SPOKEN else "")
