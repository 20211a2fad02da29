"""Conversations in one line, for tests."""

import re
from datetime import UTC, datetime

from callqa.types import Call, Conversation, Direction, Hangup, Recording, Role, Ticket, Transcript, Turn

ROLES: dict[str, Role] = {"A": "agent", "C": "citizen", "U": "unknown"}
MARK = re.compile(r"\((gap|rate|confidence|flag) ([^)]+)\)")
CHARACTERS_PER_SECOND = 4.4  # net of pauses; what 240 a minute comes to


def call(
    script: str,
    *,
    call_id: str = "T001",
    agent_id: str = "3028",
    direction: Direction = "inbound",
    hangup_by: Hangup = "citizen",
    ticket: Ticket | None = None,
    flags: tuple[str, ...] = (),
) -> Conversation:
    """``call("A: 您好 | C: 喂，我要投诉 (gap 2) | A: 请稍等 (rate 1.5)")``.

    Marks after a turn: ``(gap 2)`` seconds of silence before it (negative: it starts that long before the end of the
    turn before), ``(rate 1.5)`` times the usual speed, ``(confidence 0.3)``, ``(flag loop)``.
    """
    turns: list[Turn] = []
    end = 0.0
    for index, part in enumerate(script.split("|")):
        speaker, _, words = part.strip().partition(":")
        marks = dict(MARK.findall(words))
        text = MARK.sub("", words).strip()
        start = end + float(marks.get("gap", 0.5))
        end = start + max(len(re.sub(r"\W", "", text)), 1) / CHARACTERS_PER_SECOND / float(marks.get("rate", 1))
        confidence = float(marks["confidence"]) if "confidence" in marks else None
        turn_flags = (marks["flag"],) if "flag" in marks else ()
        turns.append(Turn(index, ROLES[speaker], start, end, text, confidence=confidence, flags=turn_flags))
    return Conversation(
        Call(
            call_id,
            agent_id,
            datetime(2026, 11, 2, 9, tzinfo=UTC),
            f"{call_id}.wav",
            direction=direction,
            hangup_by=hangup_by,
            ticket=ticket,
        ),
        Transcript(Recording("0" * 64, end + 1, 2, 8000, "pcm_s16le"), "dummy", tuple(turns), flags),
    )
