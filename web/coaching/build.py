"""Material for lessons as its pages show it: examples, playlists, wordings."""

from collections.abc import Sequence
from dataclasses import replace

from callqa.coaching import Clip
from callqa.types import Verdict
from callqa.visibility import EVERYTHING
from services.coaching.clips import Discretion, shown_clip
from services.coaching.find import Example, find_examples, quoted
from services.coaching.wordings import find_wordings
from services.context import RubricContext, RubricSet
from services.privacy.mask import mask_text
from store import Connection
from store.calls import read
from store.people import calibration, playlists
from web.access.request_context import NotThere, RequestContext
from web.access.roles import Permission
from web.coaching.view import ClipRow, Finder, Kind, PlaylistHead, PlaylistPage, WordingGroup, WordingRow, Wordings

TOLD = (Verdict.VIOLATED, Verdict.UNSURE, Verdict.MET)  # first what does not count
WORDINGS = 8  # of each verdict


def example_rows(
    rubric_set: RubricSet, c: Connection, examples: Sequence[Example], personal: bool
) -> tuple[ClipRow, ...]:
    """``personal``: whether names, numbers and addresses may be read."""
    return tuple(
        _row(rubric_set, c, order, example.clip, personal, example.candidate.category, example.candidate.total)
        for order, example in enumerate(examples, start=1)
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
    total: float | None = None,
) -> ClipRow:
    heard = shown_clip(c, rubric_set, clip, Discretion(bleep=not personal))
    clip = heard.clip
    return ClipRow(
        order=order,
        call_pk=heard.stored.call_pk,
        call_id=clip.call_id,
        agent_id=heard.stored.call.agent_id,
        category=category,
        item_id=clip.item_id,
        item=heard.title,
        verdict=clip.verdict,
        start=clip.start,
        end=clip.end,
        quote=quoted(heard.evidence),
        turns=tuple((turn.role, turn.text) for turn in heard.turns),
        reason=heard.reason,
        total=total,
        note=clip.note,
        question=clip.question,
        answer=clip.answer,
        now=heard.stands if heard.overturned else None,
    )


def heads(c: Connection, personal: bool) -> tuple[PlaylistHead, ...]:
    all_heads = (PlaylistHead(*row[:5], row.n_clips) for row in playlists.playlists(c))
    return tuple(head if personal else replace(head, note=mask_text(head.note, None)) for head in all_heads)


def wordings(rubric_context: RubricContext, item_id: str | None, month: str) -> tuple[WordingGroup, ...]:
    groups = []
    for asked, common in find_wordings(rubric_context, item_id, month):
        shown = [wording for verdict in TOLD for wording in [w for w in common if w.verdict is verdict][:WORDINGS]]
        with rubric_context.store.read() as c:
            known = read.call_heads(c, [wording.example.call_id for wording in shown])
        rows = tuple(
            WordingRow(
                wording.text,
                wording.verdict,
                wording.n_calls,
                wording.n_agents,
                known[wording.example.call_id].pk,
                wording.example.start,
            )
            for wording in shown
        )
        groups.append(WordingGroup(asked.title, rows))
    return tuple(groups)


def _having(rubric_set: tuple[RubricContext, ...], item: str) -> list[RubricContext]:
    return [rubric_context for rubric_context in rubric_set if item in rubric_context.rubric.titles]


def _months(c: Connection) -> tuple[str, ...]:
    return tuple(reversed(read.periods(c)))


def head_of(context: RequestContext, c: Connection, pk: int) -> PlaylistHead:
    chosen = next((head for head in heads(c, context.may(Permission.PERSONAL)) if head.pk == pk), None)
    if chosen is None:
        raise NotThere
    return chosen


def finder_page(context: RequestContext, item: str, kind: Kind, month: str, team: str, n: int) -> Finder:
    rubric_set, store = context.desk.rubric_set, context.desk.store
    with store.read() as c:
        months = _months(c)
        lists = tuple(row.name for row in playlists.playlists(c))
    teams = context.desk.figures.menus(EVERYTHING).teams
    month = month or (months[0] if months else "")
    items = tuple((known.id, known.title) for rubric_context in rubric_set for known in rubric_context.rubric.items)
    examples = [
        example
        for rubric_context in _having(rubric_set, item)
        for example in find_examples(rubric_context, item, kind, n, month, team or None)
    ]
    with store.read() as c:
        rows = example_rows(rubric_set, c, examples, context.may(Permission.PERSONAL))
    return Finder(item, kind, month, team, n, items, months, teams, rows, lists)


def wordings_page(context: RequestContext, month: str) -> Wordings:
    with context.desk.store.read() as c:
        months = _months(c)
    month = month or (months[0] if months else "")
    groups = (
        (group for rubric_context in context.desk.rubric_set for group in wordings(rubric_context, None, month))
        if month
        else ()
    )
    return Wordings(month, months, tuple(groups))


def playlist_page(context: RequestContext, pk: int) -> PlaylistPage:
    with context.desk.store.read() as c:
        head = head_of(context, c, pk)
        clips, blind = playlists.read_playlist(c, head.name).clips, calibration.open_calls(c)
        rows = clip_rows(context.desk.rubric_set, c, clips, context.may(Permission.PERSONAL))
    shown = tuple(row for row in rows if row.call_id not in blind)
    return PlaylistPage(head, shown, sum(row.end - row.start for row in rows), len(rows) - len(shown))
