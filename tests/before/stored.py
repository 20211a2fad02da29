"""The store of before as it lies here, and as a home that can be worked with."""

import gzip
import json
import lzma
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
STORE, RECORD = HERE / "store.sql.gz", HERE / "record.json.xz"
FILES = ("audit-anchors.txt", "erasure.key")
"""Beside the database in a home."""
PLACE, ELSEWHERE = "/srv/callqa/recordings", "/srv/callqa"
"""Where the recordings, and other files, are said to be."""


def pack(home: Path, recordings: Path) -> None:
    """Keeps what lies in a home. Paths of this machine are replaced."""
    with closing(sqlite3.connect(home / "callqa.db")) as c:
        text = "\n".join(c.iterdump())
    text = text.replace(str(recordings), PLACE).replace(str(home.parent), ELSEWHERE)
    STORE.write_bytes(gzip.compress(f"{text}\n".encode(), 9, mtime=0))
    for name in FILES:
        shutil.copyfile(home / name, HERE / name)


def unpack(home: Path, recordings: Path) -> None:
    """Makes the home as it was left, with the recordings at this place."""
    home.mkdir(parents=True)
    text = gzip.decompress(STORE.read_bytes()).decode().replace(PLACE, str(recordings))
    with closing(sqlite3.connect(home / "callqa.db")) as c:
        c.executescript(text)
    for name in FILES:
        shutil.copyfile(HERE / name, home / name)
        (home / name).chmod(0o600)


def pack_record(record: dict[str, Any]) -> None:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    RECORD.write_bytes(lzma.compress(text.encode(), preset=9))  # many people are told the same, far apart


def unpack_record() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lzma.decompress(RECORD.read_bytes()))
    return found
