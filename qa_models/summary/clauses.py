"""Clauses of Chinese text, for quoting the beginning of what somebody said or wrote."""

import re

from callqa.numerals import NUMERALS

CLAUSE_END = re.compile("[，,。；;！!？?：:]")
BRACKETS = (("（", "）"), ("(", ")"), ("“", "”"), ("《", "》"))
NUMBER = re.compile(f"[{NUMERALS}.]{{2}}")
CUT = "…"


def clause_end(text: str, start: int, longest: int, limit: int | None = None) -> int:
    """Where the last clause ends that fits into ``longest`` characters, outside of brackets, and before ``limit``.

    A first clause that does not fit is cut.
    """
    limit = len(text) if limit is None else limit
    ends = [match.start() for match in CLAUSE_END.finditer(text, start, limit)] + [limit]
    fitting = [end for end in ends if start < end <= start + longest and _closed(text[start:end])]
    end = fitting[-1] if fitting else _cut(text, start, min(start + longest, limit))
    return start + len(text[start:end].rstrip("，,。；;！!？?：:、… \t\r\n"))


def quoted(text: str, start: int, end: int) -> str:
    """``text[start:end]``, with an ellipsis where it was cut within a clause."""
    goes_on = text[end : end + 1].strip() and not CLAUSE_END.match(text, end)
    return text[start:end] + (CUT if goes_on else "")


def clause_before(text: str, end: int) -> str:
    """The clause that goes on at ``end``, as far as there."""
    return CLAUSE_END.split(text[:end])[-1]


def sentence_before(text: str, end: int) -> str:
    """The sentence that goes on at ``end``, as far as there."""
    return re.split("[。！!？?；;]", text[:end])[-1]


def _closed(text: str) -> bool:
    """Whether each bracket that is opened is closed."""
    return all(text.count(first) <= text.count(last) for first, last in BRACKETS)


def _cut(text: str, start: int, end: int) -> int:
    """A place near ``end`` that is not within a number."""
    while start < end < len(text) and NUMBER.fullmatch(text[end - 1 : end + 1]):
        end -= 1
    return end
