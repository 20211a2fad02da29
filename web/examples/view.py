"""The view of the examples."""

from dataclasses import dataclass
from datetime import datetime

from callqa.types import Role, Verdict


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words that an example is about, with who says them and the turns before; masked for whom it has to be."""

    role: Role
    text: str
    before: tuple[tuple[Role, str], ...]


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """An item of a call that somebody judged."""

    call_pk: int
    call_id: str
    item_id: str
    item: str
    machine: Verdict
    verdict: Verdict
    words: tuple[Quoted, ...]
    author: str
    at: datetime
    counts: bool
    """The verdict is still the one that counts."""


@dataclass(frozen=True, slots=True)
class Examples:
    rows: tuple[ExampleRow, ...]
    newer: bool
    """Newer ones stand on pages before."""
    older: int | None
    """Older ones go on before this number; ``None`` at the end."""
