"""Versions of models that were learnt from examples, and which one is to be used. Rows are added and never changed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, insert, select

from callqa.errors import StoreError
from callqa.learning import ModelUse, ModelVersion
from store.db import upsert
from store.tables.calls import call, run
from store.tables.joins import HAS_TEXT
from store.tables.models import model_use, model_version

CHECKS_NOTHING = ("ingest", "trust")
"""Kinds of runs that make no findings."""


class VersionFiles(NamedTuple):
    """The content of a version."""

    model: str
    description: str
    weights: bytes


def put_version(c: Connection, version: ModelVersion, description: str, weights: bytes) -> None:
    """One of the same content stays as it is, with its card."""
    row = {
        "model": version.model,
        "version_key": version.key,
        "description": description,
        "weights": weights,
        "card": version.card,
        "author": version.author,
        "at": version.at,
    }
    upsert.insert_new(c, model_version, [row])


def versions(c: Connection) -> list[ModelVersion]:
    """The latest first."""
    columns = model_version.c["model", "version_key", "card", "author", "at"]
    wanted: Select[Any] = select(*columns).order_by(model_version.c.id.desc())
    return [ModelVersion(*row) for row in c.execute(wanted)]


def version_files(c: Connection, key: str) -> VersionFiles:
    """Raises `StoreError` for one that is not there."""
    wanted = select(*model_version.c["model", "description", "weights"]).where(model_version.c.version_key == key)
    row = c.execute(wanted).one_or_none()
    if row is None:
        raise StoreError("learning.no_version", key=key)
    return VersionFiles(*row)


def recent_calls(c: Connection, n: int, without: Collection[str]) -> list[int]:
    """The ``n`` calls taken in last whose words there are, but those of these ids."""
    wanted = select(call.c.id, call.c.call_id).where(HAS_TEXT).order_by(call.c.id.desc()).limit(n + len(without))
    return [row.id for row in c.execute(wanted) if row.call_id not in without][:n]


def put_use(c: Connection, use: ModelUse) -> None:
    """Takes effect with the next run."""
    c.execute(
        insert(model_use).values(model=use.model, version_key=use.key, author=use.author, reason=use.reason, at=use.at)
    )


def uses(c: Connection) -> list[ModelUse]:
    """All decisions, the latest first."""
    columns = model_use.c["model", "version_key", "author", "reason", "at"]
    return [ModelUse(*row) for row in c.execute(select(*columns).order_by(model_use.c.id.desc()))]


def chosen(c: Connection) -> dict[str, str]:
    """Keys of the versions that runs use, by model; shipped ones are left out."""
    return _last(uses(c))


def settled(c: Connection) -> dict[str, str]:
    """Keys of the versions of which a run has made findings: what is looked at is theirs, until another one has."""
    began = runs_began(c)
    return _last([use for use in uses(c) if began is not None and use.at <= began])


def runs_began(c: Connection) -> datetime | None:
    """When the last run began that is through and made findings; ``None`` where there is none."""
    ended = run.c.finished_at.is_not(None), run.c.kind.not_in(CHECKS_NOTHING)
    began: datetime | None = c.scalar(select(func.max(run.c.started_at)).where(*ended))
    return began


def _last(latest_first: list[ModelUse]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for use in latest_first:
        keys.setdefault(use.model, use.key)
    return {model: key for model, key in keys.items() if key}
