"""The contested item of an appeal, made of the page of its call: all that somebody needs to decide."""

from collections.abc import Iterable

from callqa.messages import Joined
from services.context import RubricContext
from store import Connection
from web.access.request_context import NotThere, RequestContext
from web.access.visibility import visible_call
from web.appeals.view import AppealRow, Contested
from web.call.build import context_of, page_for
from web.call.view import CallPage, Place, ShownItem

AROUND = 2
"""Turns before and after a place of the evidence."""


def contested_of(context: RequestContext, c: Connection, row: AppealRow) -> Contested | None:
    """``row``: visible. ``None`` where the call shows no such item to whoever asks."""
    try:
        call_row = visible_call(context, c, row.call_pk)
    except NotThere:
        return None
    page = page_for(context, c, call_row)
    item = next((item for group in page.groups for item in group.items if item.id == row.item_id), None)
    if item is None:
        return None
    return _contested(context_of(context, call_row), page, item)


def _contested(rubric_context: RubricContext, page: CallPage, item: ShownItem) -> Contested:
    rubric = rubric_context.rubric
    group = next(group for group in rubric.groups if any(of_group.id == item.id for of_group in group.items))
    fields = tuple(field for field in page.ticket if any(doubt.item_id == item.id for doubt in field.doubts))
    places = [*item.places, *(place for field in fields for doubt in field.doubts for place in doubt.places)]
    return Contested(
        item=item,
        ticket=fields,
        turns=page.turns,
        near=frozenset(_near(page, places)),
        at=min((place.start for place in places), default=None),
        seconds=page.seconds,
        channels=page.channels,
        stretches=page.stretches,
        has_sound=page.removed_audio is None and page.seconds > 0,
        discreet=page.discreet,
        group=group.title,
        points=item.most,
        rubric=Joined((rubric.title, f" {rubric.version}"), ""),
        note=next(of_group.note for of_group in group.items if of_group.id == item.id),
    )


def _near(page: CallPage, places: Iterable[Place]) -> Iterable[int]:
    for place in places:
        for turn in page.turns:
            if turn.start <= place.end and place.start <= turn.end:
                yield from range(max(turn.index - AROUND, 0), min(turn.index + AROUND + 1, len(page.turns)))
