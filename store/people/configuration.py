"""Drafts of what people configure at the desk, and what was published. Publications are added and never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from callqa.configuration import Content, Draft, DraftState, Publication
from store.people.model_versions import runs_began
from store.tables.configuration import draft, publication

CONTENT = ("subject", "name", "text", "checks", "base_key")


def add_draft(c: Connection, content: Content, author: str, at: datetime) -> int:
    """Its number."""
    row = {
        **_columns(content),
        "state": "open",
        "author": author,
        "changed_at": at,
        "reason": "",
        "answer": "",
        "base": last_number(c, content),
    }
    return int(c.execute(insert(draft).values(row).returning(draft.c.id)).scalar_one())


def find_draft(c: Connection, pk: int) -> Draft | None:
    row = c.execute(select(draft).where(draft.c.id == pk)).one_or_none()
    return _draft(row) if row else None


def drafts(c: Connection, *states: DraftState) -> list[Draft]:
    """The one that was changed last first."""
    wanted = select(draft).where(draft.c.state.in_(states)).order_by(draft.c.changed_at.desc(), draft.c.id.desc())
    return [_draft(row) for row in c.execute(wanted)]


def change_draft(c: Connection, pk: int, at: datetime, *, was: DraftState, **values: str) -> bool:
    """Changes columns of a draft in the state ``was``; whether it is in that state."""
    changing = update(draft).where(draft.c.id == pk, draft.c.state == was).values(changed_at=at, **values)
    return c.execute(changing).rowcount == 1


def put_publication(c: Connection, publishing: Publication) -> int:
    """Its number; the one it has already is not asked for."""
    row = {
        **_columns(publishing.content),
        "key": publishing.key,
        "author": publishing.author,
        "approved_by": publishing.approved_by,
        "reason": publishing.reason,
        "at": publishing.at,
    }
    return int(c.execute(insert(publication).values(row).returning(publication.c.id)).scalar_one())


def publications(c: Connection, upto: int | None = None) -> list[Publication]:
    """In their order. ``upto``: the last one's number."""
    wanted: Select[Any] = select(publication).order_by(publication.c.id)
    if upto is not None:
        wanted = wanted.where(publication.c.id <= upto)
    return [_publication(row) for row in c.execute(wanted)]


def last_number(c: Connection, content: Content | None = None) -> int:
    """Of the last publication, or of the last one of this subject and name; 0 where there is none."""
    wanted = select(func.max(publication.c.id))
    if content is not None:
        wanted = wanted.where(publication.c.subject == content.subject, publication.c.name == content.name)
    return c.scalar(wanted) or 0


def settled_number(c: Connection) -> int:
    """Of the last publication that was there when the last run began that made findings or scores."""
    began = runs_began(c)
    if began is None:
        return 0
    return c.scalar(select(func.max(publication.c.id)).where(publication.c.at <= began)) or 0


def _columns(content: Content) -> dict[str, str]:
    return {name: getattr(content, name) for name in CONTENT}


def _content(row: Row[Any]) -> Content:
    return Content(*(getattr(row, name) for name in CONTENT))


def _draft(row: Row[Any]) -> Draft:
    return Draft(row.id, _content(row), row.state, row.author, row.changed_at, row.reason, row.answer, row.base)


def _publication(row: Row[Any]) -> Publication:
    return Publication(row.id, _content(row), row.key, row.author, row.approved_by, row.reason, row.at)
