"""Registry of checks and rubrics: what findings and scores refer to is known before they are stored."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from callqa.errors import StoreError
from callqa.messages import Message
from store.db.upsert import insert_new
from store.tables import calls


def register_checks(c: Connection, checks: Mapping[str, Mapping[str, Any]]) -> None:
    """``checks``: the description of each check by its key; a description names its check in ``id``."""
    rows = [{"check_key": key, "check_id": text["id"], "description": dict(text)} for key, text in checks.items()]
    insert_new(c, calls.check_version, rows)
    for key, check_id in _check_ids(c, checks).items():
        if check_id != checks[key]["id"]:
            raise StoreError("check.key_twice", check=check_id, other=checks[key]["id"], key=key)


def _check_ids(c: Connection, check_keys: Iterable[str]) -> dict[str, str]:
    version = calls.check_version.c
    rows = c.execute(select(version.check_key, version.check_id).where(version.check_key.in_(list(check_keys))))
    return {row.check_key: row.check_id for row in rows}


def register_rubric(c: Connection, rubric_id: str, version: str, rubric_key: str, document: Mapping[str, Any]) -> None:
    """Stores the rubric, or replaces a draft: what bore this id and version while no call was scored with it.

    Raises `StoreError` when calls were scored under this id and version with other content: old scores would change
    meaning.
    """
    names = {"rubric_id": rubric_id, "version": version}
    content = {"rubric_key": rubric_key, "document": dict(document)}
    known = c.execute(select(*calls.rubric.c["id", "rubric_key"]).filter_by(**names)).one_or_none()
    if known is None:
        c.execute(insert(calls.rubric).values(names | content))
    elif known.rubric_key != rubric_key:
        if c.scalar(select(exists().where(calls.call_score.c.rubric_id == known.id))):
            raise StoreError(
                "rubric.scored_with_other_content",
                rubric=rubric_id, version=version, key=known.rubric_key, new_key=rubric_key,
            )  # fmt: skip
        c.execute(delete(calls.month_stamp).filter_by(rubric_id=known.id))
        c.execute(update(calls.rubric).filter_by(id=known.id).values(content))


def _rubric_ids(c: Connection) -> dict[str, int]:
    return {row.rubric_key: row.id for row in c.execute(select(*calls.rubric.c["rubric_key", "id"]))}


def registered_rubric(c: Connection, key: str) -> int:
    """The id of the row. Raises `StoreError`."""
    return registered(_rubric_ids(c), key, Message("rubric.not_registered", key=key))


def registered(ids: Mapping[str, int], key: str, missing: Message) -> int:
    """The id that belongs to the key. Raises `StoreError` with ``missing``."""
    if key not in ids:
        raise StoreError.of(missing)
    return ids[key]
