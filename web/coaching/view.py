"""Material for lessons as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from callqa.coaching import Clip
from callqa.errors import StoreError
from callqa.types import Verdict
from services.coaching.discretion import discreet
from services.coaching.find import Example, evidence_in, find_wordings, quoted
from services.context import RubricContext, RubricSet, titles_of
from services.privacy.mask import mask_text
from store import Connection
from store.calls import read
from store.people import playlists

TOLD = (Verdict.VIOLATED, Verdict.UNSURE, Verdict.MET)  # first what does not count
WORDINGS = 8  # of each verdict


@dataclass(frozen=True, slots=True)
class ClipRow:
    """A stretch of a call."""

    order: int
    call_pk: int
    call_id: str
    agent_id: str
    category: str
    item_id: str
    item: str
    verdict: Verdict
    start: float
    end: float
    quote: str
    """Masked for people who need not know whose call it is."""
    reason: str
    total: float | None
    note: str


@dataclass(frozen=True, slots=True)
class PlaylistHead:
    pk: int
    name: str
    note: str
    author: str
    at: datetime
    n_clips: int


@dataclass(frozen=True, slots=True)
class WordingRow:
    """How agents word something."""

    text: str
    verdict: Verdict
    n_calls: int
    n_agents: int
    call_pk: int
    start: float


@dataclass(frozen=True, slots=True)
class WordingGroup:
    item: str
    rows: tuple[WordingRow, ...]


def example_rows(rubric_set: RubricSet, c: Connection, found: Sequence[Example], personal: bool) -> tuple[ClipRow, ...]:
    """``personal``: whether names, numbers and addresses may be read."""
    return tuple(
        _row(rubric_set, c, order, one.clip, personal, one.candidate.category, one.reason, one.candidate.total)
        for order, one in enumerate(found, start=1)
    )


def clip_rows(rubric_set: RubricSet, c: Connection, clips: Sequence[Clip], personal: bool) -> tuple[ClipRow, ...]:
    return tuple(_row(rubric_set, c, order, clip, personal) for order, clip in enumerate(clips, start=1))


def _row(
    rubric_set: RubricSet,
    c: Connection,
    order: int,
    clip: Clip,
    personal: bool,
    category: str = "",
    reason: str = "",
    total: float | None = None,
) -> ClipRow:
    stored = read.call_row(c, clip.call_id)
    assert stored is not None  # a clip points at its call
    evidence, note = evidence_in(c, rubric_set, clip), clip.note
    if not personal:
        evidence, note, _ = discreet(c, rubric_set[0], stored, evidence, note)
    return ClipRow(
        order, stored.call_pk, clip.call_id, stored.call.agent_id, category, clip.item_id,
        titles_of(rubric_set).get(clip.item_id, clip.item_id), clip.verdict, clip.start, clip.end, quoted(evidence),
        reason, total, note,
    )  # fmt: skip


def heads(c: Connection, personal: bool) -> tuple[PlaylistHead, ...]:
    found = (PlaylistHead(*row[:5], row.n_clips) for row in playlists.playlists(c))
    return tuple(head if personal else replace(head, note=mask_text(head.note, None)) for head in found)


def note_of(c: Connection, name: str, order: int | None, personal: bool) -> str:
    """The note of clip number ``order`` (from 1), or of the playlist, as pages show it. Raises `StoreError`."""
    stored = playlists.read_playlist(c, name)
    if order is None:
        return stored.note if personal else mask_text(stored.note, None)
    if order > len(stored.clips):
        raise StoreError(f"playlist {name} has no clip {order}; its clips are numbered 1 to {len(stored.clips)}")
    clip = stored.clips[order - 1]
    row = read.call_row(c, clip.call_id)
    return clip.note if personal else mask_text(clip.note, row.call.ticket if row else None)


def wordings(rubric_context: RubricContext, item_id: str | None, month: str) -> tuple[WordingGroup, ...]:
    groups = []
    for asked, found in find_wordings(rubric_context, item_id, month):
        shown = [one for verdict in TOLD for one in [w for w in found if w.verdict is verdict][:WORDINGS]]
        with rubric_context.store.read() as c:
            known = read.call_heads(c, [one.example.call_id for one in shown])
        rows = tuple(
            WordingRow(
                one.text, one.verdict, one.n_calls, one.n_agents, known[one.example.call_id].pk, one.example.start
            )
            for one in shown
        )
        groups.append(WordingGroup(asked.title, rows))
    return tuple(groups)
