"""All that a home keeps, as values that do not depend on when, in which run, or under which number it was written.

Whatever goes wrong, what is kept after the next run has to equal what an undisturbed run keeps: nothing lost, nothing
twice. Tables are found by looking, so a new one is compared without anybody thinking of it.
"""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, RowMapping, select

from callqa.settings import Settings
from store.db.connect import connectable

HISTORY = {"run", "lease", "failure", "alembic_version"}
"""What tells of the disturbance itself. Failures are compared by `failed`."""
INDEX = {"said_block", "said_pair"}
"""In which blocks calls are indexed depends on how many there were at once; that each is, says ``said``."""
TIMES = {"at"}
NUMBERS = {"id", "stamp", "call_score_id", "last_review_id", "after_score_id", "upto_score_id"}
"""Row ids, and what is computed from them. Those that the database knows to point at a row stand for its content."""
MADE_AT = "导出时间"

Kept = dict[str, list[Any]]


def kept(settings: Settings) -> Kept:
    """The rows of each table, and the files of reports by their names; both sorted."""
    engine = connectable(settings.database)
    try:
        with engine.connect() as connection:
            return _tables(connection) | {"reports": sorted(_reports(settings.home / "reports"))}
    finally:
        engine.dispose()


def failed(settings: Settings) -> list[tuple[str, str]]:
    """What waits as a failure: stage and reason."""
    engine = connectable(settings.database)
    try:
        with engine.connect() as connection:
            return sorted(map(tuple, connection.exec_driver_sql("SELECT DISTINCT stage, error FROM failure")))
    finally:
        engine.dispose()


def _tables(connection: Connection) -> Kept:
    found, names = MetaData(), dict[tuple[str, Any], str]()
    found.reflect(connection)
    tables: Kept = {}
    for table in found.sorted_tables:  # those that are pointed at come first
        rows = []
        for row in connection.execute(select(table)).mappings():
            values = tuple(_value(column, row, names) for column in table.columns if _is_compared(column))
            if len(table.primary_key) == 1:
                names[table.name, row[next(iter(table.primary_key)).name]] = _digest(values)
            rows.append(values)
        if table.name not in HISTORY | INDEX:
            tables[table.name] = sorted(rows, key=repr)
    return tables


def _is_compared(column: Column[Any]) -> bool:
    if pointed_at := {key.column.table.name for key in column.foreign_keys}:
        return not pointed_at & (HISTORY | INDEX)
    return column.name not in TIMES | NUMBERS


def _value(column: Column[Any], row: RowMapping, names: dict[tuple[str, Any], str]) -> object:
    """A row that is pointed at is named by its content, for its number may be another one."""
    value = row[column.name]
    for key in column.foreign_keys:
        return names[key.column.table.name, value]
    return bytes(value) if isinstance(value, memoryview) else value


def _digest(values: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def _reports(folder: Path) -> Iterator[tuple[str, str]]:
    """But for what a killed run was at; the export of a later hour drops it."""
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            yield str(name), _without_time(path) if path.suffix == ".csv" else ""


def _without_time(path: Path) -> str:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{name: cell for name, cell in row.items() if name != MADE_AT} for row in csv.DictReader(file)]
    return repr(rows)
