"""Freezes a schema with synthetic data in it, as SQL text, when a version is released:

    cd tests && python store/freezing.py 0003 > store/frozen/0003.sql

The rows are those of today's world as far as the old tables have room for them, and one by the types of the columns
where it has none.
"""

import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1] / "helpers"), str(Path(__file__).parent)]

from alembic import command  # noqa: E402
from alembic.config import Config  # noqa: E402
from sqlalchemy import Boolean, Column, DateTime, Float, Integer, LargeBinary, MetaData, create_engine, insert, select  # noqa: E402
from store_world import KEYS, World, register  # noqa: E402

from callqa.people import AuditEntry, Role  # noqa: E402
from store import open_store  # noqa: E402
from store.calls import failures, write  # noqa: E402
from store.db import engine as db  # noqa: E402
from store.people import accounts, audit  # noqa: E402
from store.removal import removals  # noqa: E402

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
LEFT_OUT = {"alembic_version", "lease"}


def make(url: str, revision: str) -> None:
    """An empty database of an old schema."""
    engine, config = create_engine(url), Config()
    config.set_main_option("script_location", str(db.MIGRATIONS))
    with engine.begin() as c:
        config.attributes["connection"] = c
        command.upgrade(config, revision)
    engine.dispose()


def fill(url: str) -> None:
    """Today's world."""
    with closing(open_store(url)) as store:
        register(store)
        World(store).fill(3)
        with store.write() as c:
            accounts.add_account(c, accounts.NewAccount("wangli", "王丽", Role.INSPECTOR), AT)
            audit.put_audit(c, *(AuditEntry(AT, "wangli", "inspector", name) for name in ("signed_in", "call_opened")))
            failures.put_failure(c, "ingest", "call-9", "no_agent", "the row names no agent")
            removals.remove_audio(c, [3], removals.start_report(c, "retention", "王丽", "", AT), AT)
            write.finish_run(c, write.start_run(c, "nightly", KEYS), {"ingest": {"new": 3}})


def synthetic_value(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    if column.foreign_keys or isinstance(column.type, Integer):
        return 1
    kinds: list[tuple[type, Any]] = [
        (Boolean, False),
        (DateTime, AT.replace(tzinfo=None)),
        (Float, 1.0),
        (LargeBinary, b""),
    ]
    return next((value for kind, value in kinds if isinstance(column.type, kind)), "{}")


def freeze(revision: str, folder: Path) -> str:
    old, now = folder / "old.db", folder / "now.db"
    make(f"sqlite:///{old}", revision)
    fill(f"sqlite:///{now}")
    target, source = create_engine(f"sqlite:///{old}"), create_engine(f"sqlite:///{now}")
    theirs, ours = MetaData(), MetaData()
    with target.begin() as t, source.connect() as s:
        theirs.reflect(t)
        ours.reflect(s)
        for table in theirs.sorted_tables:
            if table.name in LEFT_OUT:
                continue
            known = ours.tables.get(table.name)
            rows = [dict(row) for row in s.execute(select(known)).mappings()] if known is not None else []
            for row in rows or [{}]:
                t.execute(
                    insert(table),
                    {column.name: row.get(column.name, synthetic_value(column)) for column in table.columns},
                )
    with closing(sqlite3.connect(old)) as c:
        return "\n".join(c.iterdump())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(freeze(sys.argv[1], Path(name)) + "\n")
