"""Retention with these limits, over a home full of scored calls; and calls of a number, for erasing."""

from dataclasses import replace
from datetime import UTC, datetime

from rich.console import Console

from asr import describe_engine
from callqa.settings import Settings
from callqa.settings.privacy import RetentionSettings
from callqa.types import Call, Recording, Ticket, Transcript, Turn
from flows.stages import index_again
from services.context import RubricContext
from services.retention.apply import apply
from store.calls import write
from store.removal import removals

NUMBER = "13912345678"
QUIET = Console(quiet=True)
NOW = datetime(2026, 12, 15, tzinfo=UTC)
"""The calls of the home are of 2 to 21 November."""


def with_limits(settings: Settings, **limits: object) -> Settings:
    return settings.model_copy(update={"retention": RetentionSettings(**limits)})  # type: ignore[arg-type]


def kept(rubric_set: tuple[RubricContext, ...], **limits: object) -> removals.Report:
    """Applies these limits."""
    rubric_set = tuple(replace(context, settings=with_limits(context.settings, **limits)) for context in rubric_set)
    return apply(rubric_set, "os:root", "", NOW, QUIET, index_again)


def put_spoken(context: RubricContext, n: int, *said: str, phone: str = "", summary: str = "", uri: str = "") -> None:
    """A call without a score, in which the citizen says these turns, and the agent acknowledges each."""
    ticket = Ticket(contact_phone=phone, summary=summary)
    started = datetime(2026, 11, 25, 8, tzinfo=context.zone)
    call = Call(f"new-{n}", "3001", started, uri or f"recordings/{n}.wav", agent_channel=0, ticket=ticket)
    texts = [("citizen" if i % 2 == 0 else "agent", text) for i, text in enumerate(t for s in said for t in (s, "嗯"))]
    turns = tuple(Turn(i, role, 2.0 * i, 2.0 * i + 1, text) for i, (role, text) in enumerate(texts))
    heard = Transcript(Recording(f"{n:064x}", 60.0, 2, 8000, "pcm"), context.keys.engine_key, turns)  # type: ignore[arg-type]
    with context.store.write() as c:
        write.put_call(c, call, f"{n:064x}", 1000, f"{n}")
        write.put_transcript(c, f"{n:064x}", 0, heard, describe_engine(context.settings.asr))
