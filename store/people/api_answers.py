"""Answers of the interface that are given again where a program sends the same request once more."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from store.db.upsert import insert_new
from store.tables.api import api_answer

KEPT = timedelta(days=1)


class ApiAnswer(NamedTuple):
    """What was answered, and to which request."""

    request_hash: str
    status: int
    document: str


def find_answer(c: Connection, account_pk: int, key_hash: str, now: datetime) -> ApiAnswer | None:
    mine = api_answer.c.account_id == account_pk, api_answer.c.key_hash == key_hash, api_answer.c.at > now - KEPT
    row = c.execute(select(*api_answer.c["request_hash", "status", "document"]).where(*mine)).one_or_none()
    return None if row is None else ApiAnswer(*row)


def put_answer(c: Connection, account_pk: int, key_hash: str, answer: ApiAnswer, now: datetime) -> None:
    """Keeps it for a day; the first of two stays."""
    c.execute(delete(api_answer).where(api_answer.c.at <= now - KEPT))
    insert_new(c, api_answer, [{"account_id": account_pk, "key_hash": key_hash, "at": now, **answer._asdict()}])
