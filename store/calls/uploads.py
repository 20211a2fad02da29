"""Manifests that people sent to the desk: kept until they are taken in; and the columns that were chosen for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select, update

from callqa.keys import content_key
from store.db import upsert
from store.tables.intake import manifest_columns, upload


class Upload(NamedTuple):
    """A manifest, and what came of it."""

    pk: int
    name: str
    author: str
    at: datetime
    started_at: datetime | None
    """When somebody had it taken in."""
    report: dict[str, Any] | None
    """``None``: it is not taken in yet."""


HEAD = upload.c["id", "name", "author", "at", "started_at", "report"]


def chosen_columns(c: Connection, header: Sequence[str]) -> dict[str, str] | None:
    """What was chosen for these columns the last time; ``None``: never."""
    known = manifest_columns.c
    columns: dict[str, str] | None = c.scalar(
        select(known.columns).where(known.header_key == content_key(list(header)))
    )
    return columns


def choose_columns(c: Connection, header: Sequence[str], columns: Mapping[str, str], author: str, at: datetime) -> None:
    """Remembers what was chosen for these columns."""
    row = {"header_key": content_key(list(header)), "columns": dict(columns), "author": author, "at": at}
    adding = upsert.insert(c, manifest_columns).values(row)
    changed = {name: adding.excluded[name] for name in ("columns", "author", "at")}
    c.execute(adding.on_conflict_do_update(index_elements=["header_key"], set_=changed))


def put_upload(c: Connection, name: str, content: bytes, author: str, at: datetime) -> int:
    """The number of the new upload."""
    row = {"name": name, "content": content, "author": author, "at": at}
    return int(c.execute(insert(upload).values(row).returning(upload.c.id)).scalar_one())


def upload_of(c: Connection, pk: int) -> Upload | None:
    row = c.execute(select(*HEAD).where(upload.c.id == pk)).one_or_none()
    return None if row is None else Upload(*row)


def content_of(c: Connection, pk: int) -> bytes | None:
    """``None``: it was taken in, or was too old."""
    content: bytes | None = c.scalar(select(upload.c.content).where(upload.c.id == pk))
    return content


def last_uploads(c: Connection, n: int) -> list[Upload]:
    """The newest first."""
    return [Upload(*row) for row in c.execute(select(*HEAD).order_by(upload.c.id.desc()).limit(n))]


def begin(c: Connection, pk: int, now: datetime, stuck_since: datetime) -> bool:
    """Whether it may be taken in now: it is there, and nobody is at it, or was last heard of before ``stuck_since``."""
    free = or_(upload.c.started_at.is_(None), upload.c.started_at < stuck_since)
    mine = (upload.c.id == pk, upload.c.report.is_(None), upload.c.content.is_not(None), free)
    return c.execute(update(upload).where(*mine).values(started_at=now)).rowcount > 0


def finish(c: Connection, pk: int, report: Mapping[str, Any]) -> None:
    """Keeps what came of it, and forgets what stood in it."""
    c.execute(update(upload).where(upload.c.id == pk).values(report=dict(report), content=None))


def discard(c: Connection, pk: int) -> bool:
    """Forgets an upload that was not taken in; ``False``: there is none."""
    waiting = (upload.c.id == pk, upload.c.started_at.is_(None))
    return c.execute(delete(upload).where(*waiting)).rowcount > 0


def drop_older(c: Connection, moment: datetime) -> int:
    """Forgets what was sent before and nobody had taken in: it holds what tickets say. How many."""
    return c.execute(delete(upload).where(upload.c.report.is_(None), upload.c.at < moment)).rowcount
