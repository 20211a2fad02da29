"""Audit entries of a terminal: what is done there, under the name by which the system knows whoever types."""

import getpass
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from callqa.people import AuditEntry
from store import Store
from store.people import audit


def typist() -> str:
    """Who is known to have typed it, whatever name was given."""
    return f"os:{getpass.getuser()}"


def log_action(
    store: Store, action: str, kind: str = "", pk: int | None = None, name: str = "", detail: Mapping[str, Any] = {}
) -> None:
    """Before the answer is given: what nobody can write down is not shown."""
    entry = AuditEntry(datetime.now(UTC), typist(), "", action, kind, pk, name, detail=detail)
    with store.write() as c:
        audit.put_audit(c, entry)
