"""Copies of whole databases: every row of every table, from and to either kind, while others write."""

import threading
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import text
from store_world import ONLY_SQLITE, World

from callqa.errors import StoreError
from store import Store, open_store
from store.db.copying import check_file, copy_in, copy_out, fingerprints, has_data


@pytest.fixture
def filled(world: World) -> Store:
    world.fill(7)
    with world.store.write() as c:  # a number that was given and is free again, and a table of fractions and times
        c.execute(text("DELETE FROM call_score WHERE id = 7"))
    return world.store


def test_a_copy_holds_every_row(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    counted = copy_out(filled, path)
    with filled.read() as c:
        expected = fingerprints(c)
    assert counted == {name: rows.n for name, rows in expected.items()}
    assert counted["call"] == 7
    assert [path.name for path in tmp_path.glob("copy.db*")] == ["copy.db"], "one file is all there is"
    with closing(open_store(f"sqlite:///{path}")) as copy, copy.read() as c:
        assert fingerprints(c) == expected


def test_back_again(filled: Store, empty_url: str, tmp_path: Path) -> None:
    """``empty_url`` has the kinds by itself: from each kind into each kind."""
    path = tmp_path / "copy.db"
    copy_out(filled, path)
    with closing(open_store(empty_url)) as target:
        assert not has_data(target)
        copy_in(path, target)
        assert has_data(target)
        with filled.read() as c, target.read() as d:
            assert fingerprints(c) == fingerprints(d)
        World(target).put_call(8)  # numbers go on where they were
        World(target).fill(9)


def test_what_was_there_is_replaced(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    copy_out(filled, path)
    with filled.read() as c:
        expected = fingerprints(c)
    World(filled).fill(9)
    copy_in(path, filled)
    with filled.read() as c:
        assert fingerprints(c) == expected


def test_a_copy_while_others_write_is_of_one_moment(filled: Store, url: str, tmp_path: Path) -> None:
    """A call and its recording are written together, so a copy has as many of the ones as of the others."""
    stop, started = threading.Event(), threading.Event()

    def write_on() -> None:
        with closing(open_store(url)) as other:
            n = 100
            while not stop.is_set():
                World(other).put_call(n)
                n += 1
                started.set()

    writer = threading.Thread(target=write_on)
    writer.start()
    started.wait(30)
    try:
        copies = [copy_out(filled, tmp_path / f"{n}.db") for n in range(3)]
    finally:
        stop.set()
        writer.join()
    assert all(copy["call"] == copy["recording"] > 7 for copy in copies)


def test_a_copy_of_a_newer_callqa_changes_nothing(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    copy_out(filled, path)
    with closing(connect(path)) as c:
        c.execute("UPDATE alembic_version SET version_num = '9999'")
        c.commit()
    with filled.read() as c:
        before = fingerprints(c)
    with pytest.raises(StoreError, match="written by a newer callqa"):
        copy_in(path, filled)
    with filled.read() as c:
        assert fingerprints(c) == before


@ONLY_SQLITE
def test_a_damaged_copy_is_noticed(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    copy_out(filled, path)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(StoreError, match="is damaged"):
        check_file(path)


def test_rows_that_differ_are_told_apart(filled: Store) -> None:
    with filled.read() as c:
        before = fingerprints(c)
    with filled.write() as c:
        c.execute(text("UPDATE transcript SET confidence = 0.123456789 WHERE id = 3"))
    with filled.read() as c:
        after = fingerprints(c)
    assert {name for name in before if before[name] != after[name]} == {"transcript"}
