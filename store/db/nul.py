"""PostgreSQL's texts have no NUL in them. Where somebody sent one, U+FFFD is kept: the sign for what cannot be shown.

SQLite keeps it as it is. What is looked for with a NUL is found on neither.
"""

from functools import cache
from typing import Any

NUL, REPLACEMENT = "\0", "\ufffd"


def storable(value: Any) -> Any:
    """A text as either kind of database keeps it; anything else as it is."""
    return value.replace(NUL, REPLACEMENT) if isinstance(value, str) else value


def replace_nul(dbapi_connection: Any, _record: object) -> None:
    """For each new connection to PostgreSQL, whose driver otherwise refuses the whole statement."""
    dbapi_connection.adapters.register_dumper(str, _dumper())


@cache
def _dumper() -> type:
    from psycopg.types.string import StrDumperUnknown  # an extra that SQLite does without

    class Storable(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(storable(obj))

    return Storable
