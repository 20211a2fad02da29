"""Verdicts of before, taken for those of today's checks.

Checks that learn to decide better have other keys, and a night decides anew. What a person is told of verdicts that are
there is another question: it is asked of the verdicts of before, under the keys of today.
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from callqa.keys import content_key
from qa_models.check_library import load_checks


def adopt_checks(database: Path) -> None:
    """Writes the keys of today's checks in place of those by which the findings were made."""
    checks = load_checks()
    with closing(sqlite3.connect(database)) as connection, connection:
        before = dict(connection.execute("SELECT check_id, check_key FROM check_version"))
        today = {check_id: checks[check_id].key for check_id in before}
        for check_id, key in today.items():
            connection.execute("UPDATE check_version SET check_key = ? WHERE check_id = ?", (key, check_id))
        was, now = _set_key(before), _set_key(today)
        connection.execute("UPDATE call_score SET checks_key = ? WHERE checks_key = ?", (now, was))
        names = {key: check_id for check_id, key in before.items()}
        for number, text in connection.execute("SELECT id, keys FROM run WHERE keys IS NOT NULL").fetchall():
            keys = json.loads(text)
            keys["check_keys"] = sorted(today[names[key]] for key in keys["check_keys"])
            text = json.dumps(keys, ensure_ascii=False, separators=(",", ":"))
            connection.execute("UPDATE run SET keys = ? WHERE id = ?", (text, number))


def adopted(keys: Any) -> Any:
    """Recorded keys of a store, as they are when the findings count as today's."""
    before, checks = dict(keys["checks"]), load_checks()
    today = {check_id: checks[check_id].key for check_id in before}
    new = {key: today[check_id] for check_id, key in before.items()} | {_set_key(before): _set_key(today)}
    text = json.dumps(keys)
    for old, key in new.items():
        text = text.replace(f'"{old}"', f'"{key}"')
    return json.loads(text)


def _set_key(keys: Mapping[str, str]) -> str:
    """Of all checks of a rubric together."""
    return content_key(sorted(keys.values()))
