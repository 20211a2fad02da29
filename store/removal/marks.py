"""Marks of what was removed of a call, after its time or because somebody asked for it: one a call and kind of data."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection, select

from callqa.errors import StoreError
from store.db import upsert
from store.tables.removal import removal

What = Literal["audio", "text"]


class Removed(NamedTuple):
    """When what of a call was removed; ``None``: it is there, as far as it ever was."""

    audio: datetime | None = None
    text: datetime | None = None


def removed_of(c: Connection, call_pk: int) -> Removed:
    """What of this call was removed."""
    rows = c.execute(select(*removal.c["what", "at"]).where(removal.c.call_id == call_pk))
    return Removed(**{row.what: row.at for row in rows})


def take_again(c: Connection, call_pk: int, same_recording: bool, same_facts: bool) -> bool:
    """Whether a call of which something was removed stands in a manifest again, and nothing is to be done.

    ``False``: nothing was removed of it. Raises `StoreError` when the manifest says something else of it.
    """
    removed = removed_of(c, call_pk)
    if removed == Removed():
        return False
    if not same_recording or not (removed.text or same_facts):
        raise StoreError("call.removed_in_part")
    return True


def mark(c: Connection, ids: Collection[int], what: What, report_id: int, at: datetime) -> None:
    rows = [{"call_id": pk, "what": what, "report_id": report_id, "at": at} for pk in ids]
    if rows:
        c.execute(upsert.insert(c, removal).on_conflict_do_nothing(), rows)
