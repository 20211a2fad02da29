"""Transcripts and verdicts of before, taken for those of today's engine and checks.

An engine that hears better and checks that decide better have other keys, and a night hears and decides anew. What a
person is told of what is there is another question: it is asked of transcripts and verdicts of before, under today's
keys.
"""

import gzip
import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from stored import STORE

from asr import describe_engine, engine_key
from callqa.keys import content_key
from callqa.settings import AsrSettings
from qa_models.check_library import load_checks


def engine_of_before() -> dict[str, Any]:
    """What was stored of the engine that heard the calls."""
    line = re.search(
        r"""INSERT INTO "engine" VALUES\(1,'[0-9a-f]+','(.*)'\);""", gzip.decompress(STORE.read_bytes()).decode()
    )
    assert line
    described: dict[str, Any] = json.loads(line[1])
    return described


def adopt_engine(database: Path) -> None:
    """Writes today's engine in place of the one that heard the calls."""
    described = describe_engine(AsrSettings())
    key = content_key(described)
    with closing(sqlite3.connect(database)) as connection, connection:
        ((was,),) = connection.execute("SELECT engine_key FROM engine").fetchall()
        connection.execute("UPDATE engine SET engine_key = ?, description = ?", (key, json.dumps(described)))
        connection.execute("UPDATE failure SET key = replace(key, ?, ?) WHERE stage = 'transcribe'", (was, key))
        connection.execute("UPDATE run SET keys = replace(keys, ?, ?)", (was, key))


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
    """Recorded keys of a store, as they are when transcripts and findings count as today's."""
    before, checks = dict(keys["checks"]), load_checks()
    today = {check_id: checks[check_id].key for check_id in before}
    new = {key: today[check_id] for check_id, key in before.items()} | {_set_key(before): _set_key(today)}
    new |= {key: engine_key(AsrSettings()) for (key,) in keys["engines"]}
    text = json.dumps(keys)
    for old, key in new.items():
        text = text.replace(f'"{old}"', f'"{key}"')
    return json.loads(text)


def _set_key(keys: Mapping[str, str]) -> str:
    """Of all checks of a rubric together."""
    return content_key(sorted(keys.values()))
