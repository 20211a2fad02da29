"""Agents as a class knows them: by letters."""

import re
from collections.abc import Mapping

from qa_models.phrases import DIGIT_CHARACTERS

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
    forms = "|".join(f"({_written(agent_id)})" for agent_id in longest_first)
    return re.sub(forms, lambda match: labels[longest_first[(match.lastindex or 0) - 1]], text) if forms else text


def _written(agent_id: str) -> str:
    """A pattern of all ways to write the number."""
    digits = "".join(character for character in agent_id if character in DIGIT_CHARACTERS)
    spoken = "".join(f"[{DIGIT_CHARACTERS[digit]}]" for digit in digits)
    return re.escape(agent_id) + (f"|{spoken}" if len(digits) >= SPOKEN else "")
