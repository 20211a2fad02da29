"""Sample calls in the desk's store: as they were really said, with their recordings, of the agent of `browsing`."""

import csv
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from browsing import AGENT, TEAM

from asr import describe_engine
from callqa.keys import file_sha256
from callqa.types import Call, Recording, Ticket, Transcript, Turn, Word
from flows.stages import check, score
from services.context import RubricContext
from store.calls import read, write

CLEAR, DOUBTFUL = 0.95, 0.4


def put_sample(rubric_context: RubricContext, samples: Path, name: str, said: str = "", **facts: object) -> int:
    """Stores a call of samples/, checked and scored; its primary key. Every ninth word is doubtful.

    ``said``: what is said besides, in each turn.
    """
    with (samples / "manifest.csv").open(encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["call_id"] == name)
    path = samples / row["recording"]
    with path.open("rb") as file:
        sha256 = file_sha256(file)
    truth = json.loads((samples / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    stereo = truth["channel_layout"] == "stereo"
    turns = tuple(_turn(i, turn, said) for i, turn in enumerate(truth["turns"]))
    recording = Recording(sha256, truth["duration"], 2 if stereo else 1, 8000, "pcm")
    transcript = Transcript(recording, rubric_context.keys.engine_key, turns)
    call = replace(_call(row, path, 0 if stereo else None), **facts)  # type: ignore[arg-type]
    with rubric_context.store.write() as c:
        write.put_call(c, call, sha256, path.stat().st_size, "1:1")
        write.put_transcript(c, sha256, call.agent_channel, transcript, describe_engine(rubric_context.settings.asr))
        stored = read.call_row(c, call.call_id)
        assert stored is not None
    check(rubric_context, [stored.call_pk])
    score(rubric_context, [stored.call_pk])
    return stored.call_pk


def _call(row: dict[str, str], path: Path, agent_channel: int | None) -> Call:
    return Call(
        row["call_id"],
        AGENT,
        datetime.fromisoformat(row["started_at"]),
        str(path),
        team=TEAM,
        hangup_by="citizen",
        agent_channel=agent_channel,
        ticket=Ticket(
            row["ticket_request_type"],
            (row["ticket_category_l1"], row["ticket_category_l2"]),
            row["ticket_summary"],
            row["ticket_location"],
            contact_name=row["ticket_contact_name"],
            contact_phone=row["ticket_contact_phone"],
            event_time=row["ticket_event_time"],
            appeal=row["ticket_appeal"],
        ),
    )


def _turn(index: int, said: dict[str, str | float], more: str) -> Turn:
    """With a word for every two characters."""
    text, start, end = str(said["text"]) + more, float(said["start"]), float(said["end"])
    each = (end - start) / len(text)
    words = tuple(
        Word(text[i : i + 2], start + i * each, start + (i + 2) * each, CLEAR if i % 18 else DOUBTFUL)
        for i in range(0, len(text), 2)
    )
    return Turn(index, said["speaker"], start, end, text, words, confidence=CLEAR)  # type: ignore[arg-type]
