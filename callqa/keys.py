"""Content hashes: equal content, equal key, on any machine and in any year."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any, BinaryIO

from callqa.types import Call

KEY_LENGTH = 16  # hex digits, 64 bits: a billion different specs collide with a chance of about 3 %, we have dozens
READ_SIZE = 1 << 20  # bytes


def file_sha256(file: BinaryIO) -> str:
    """SHA-256 of what is left to read in ``file``, as 64 hex digits."""
    digest = hashlib.sha256()
    while block := file.read(READ_SIZE):
        digest.update(block)
    return digest.hexdigest()


def content_key(value: Any) -> str:
    """Key of a JSON-like value; the order of dictionary keys does not matter.

    >>> content_key({"a": 1, "b": [2, 3]}) == content_key({"b": [2, 3], "a": 1})
    True
    """
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:KEY_LENGTH]


def context_key(call: Call) -> str:
    """Key of everything a check may see of a call besides its transcript."""
    content = {
        "agent_id": call.agent_id,
        "team": call.team,
        "started_at": call.started_at.astimezone(UTC).isoformat(),
        "direction": call.direction,
        "hangup_by": call.hangup_by,
        "ticket": asdict(call.ticket) if call.ticket else None,
    }
    return content_key(content | ({"line": call.line} if call.line else {}))


@dataclass(frozen=True, slots=True)
class Scope:
    """Which calls a rubric is for; what is left empty is not asked for."""

    teams: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    since: str = ""
    """The first local day, e.g. 2026-11-24."""


@dataclass(frozen=True, slots=True)
class RubricKeys:
    """What the rows under one rubric are keyed by; "to do" is the absence of a row with these keys."""

    engine_key: str
    check_keys: tuple[str, ...]
    """Of the checks the rubric needs, sorted."""
    rubric_key: str
    trust_key: str = ""
    """Of the items whose violations are only suggestions; "" when there is none."""
    scope: Scope = Scope()
    """Of the rubric: calls outside are not transcribed, checked or scored, and their scores are not read."""
    elsewhere: tuple[Scope, ...] = ()
    """Calls in these belong to other rubrics, although they are in ``scope``."""

    @property
    def checks_key(self) -> str:
        """One key for the whole set of checks."""
        return content_key(list(self.check_keys))
