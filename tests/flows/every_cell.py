"""What stands in a home's database, whatever table it is in."""

import sqlite3
import zlib
from contextlib import suppress

from callqa.settings import Settings


def everything_in(settings: Settings) -> str:
    """The text of every cell of every table of the home's database, documents unpacked."""
    found = []
    with sqlite3.connect(settings.home / "callqa.db") as c:
        for (name,) in c.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for value in (value for row in c.execute(f'SELECT * FROM "{name}"') for value in row):
                with suppress(zlib.error, UnicodeDecodeError):
                    found.append(zlib.decompress(value).decode() if isinstance(value, bytes) else str(value))
    c.close()
    return "\n".join(found)
