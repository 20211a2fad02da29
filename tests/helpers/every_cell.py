"""Every cell of a home's database, whatever table it is in."""

import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

from sqlalchemy import Connection, MetaData, select

from callqa.settings import Settings
from store import open_store


def everything_in(settings: Settings) -> str:
    """The text of every cell of every table of the home's database, documents unpacked."""
    cells = []
    with closing(open_store(settings.database)) as store, store.read() as c:
        for value in _cells(c):
            with suppress(zlib.error, UnicodeDecodeError):
                cells.append(zlib.decompress(value).decode() if isinstance(value, bytes) else str(value))
    return "\n".join(cells)


def _cells(c: Connection) -> Iterator[Any]:
    tables = MetaData()
    tables.reflect(c)
    for table in tables.sorted_tables:
        yield from (value for row in c.execute(select(table)) for value in row)
