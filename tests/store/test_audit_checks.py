"""The chain of the audit log: what breaks it, what does not, and cutting it by age."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from callqa.audit_chain import START, Break, Checked, Link
from callqa.people import AuditEntry
from store import Store, open_store
from store.db import engine
from store.people import audit, audit_checks

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
DAY = timedelta(days=1)
N = 10


def entry(n: int) -> AuditEntry:
    return AuditEntry(NOW + n * DAY, "王", "inspector", "call_opened", "call", n, f"T{n}", "10.0.0.1", {"途径": "列表"})


@pytest.fixture
def log(store: Store) -> Store:
    """Ten entries, a day apart."""
    for n in range(1, N + 1):
        with store.write() as c:
            audit.put_audit(c, entry(n))
    return store


def checked(store: Store, after: Link | None = None, anchors: Sequence[Link] = ()) -> Checked:
    with store.read() as c:
        return audit_checks.check_log(c, after, anchors)


def links(store: Store) -> list[Link]:
    with store.read() as c:
        return [entry.link for entry in audit_checks.chain(c)]


def damage(store: Store, after: Link | None = None, anchors: Sequence[Link] = ()) -> list[tuple[int, str]]:
    return [(broken.pk, broken.damage) for broken in checked(store, after, anchors).breaks]


def tamper(store: Store, *statements: str) -> None:
    with store.write() as c:
        for statement in statements:
            c.execute(text(statement))


def test_an_untouched_log_is_intact(log: Store) -> None:
    assert checked(log) == Checked(N, links(log)[-1], NOW + N * DAY, ())
    assert checked(log, anchors=links(log)).intact


def test_an_empty_log_is_intact(store: Store) -> None:
    assert checked(store) == Checked(0, START, None, ())


COPY = (
    "INSERT INTO audit SELECT {}, at, author, role, action, kind, object_pk, object, address, detail, hash FROM audit"
)
MOVE = "UPDATE audit SET id = id + 100 WHERE id > 5", "UPDATE audit SET id = id - 99 WHERE id > 100"


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["UPDATE audit SET author = '李' WHERE id = 4"], [(4, "changed")]),
        (["UPDATE audit SET at = '2026-11-25 09:00:00.000001' WHERE id = 4"], [(4, "changed")]),
        (["UPDATE audit SET object_pk = NULL WHERE id = 4"], [(4, "changed")]),
        (["UPDATE audit SET detail = '{}' WHERE id = 1"], [(1, "changed")]),
        (["UPDATE audit SET hash = '' WHERE id = 4"], [(4, "changed"), (5, "changed")]),
        (["UPDATE audit SET author = '李' WHERE id IN (4, 8)"], [(4, "changed"), (8, "changed")]),
        (["DELETE FROM audit WHERE id = 4"], [(5, "missing")]),
        (["DELETE FROM audit WHERE id IN (4, 5, 6)"], [(7, "missing")]),
        (["DELETE FROM audit WHERE id = 1"], [(2, "missing")]),
        ([*MOVE, f"{COPY.format(6)} WHERE id = 5"], [(6, "changed")] + [(n, "changed") for n in range(7, N + 2)]),
        (
            ["UPDATE audit SET author = 'x' WHERE id = 4", "DELETE FROM audit WHERE id = 7"],
            [(4, "changed"), (8, "missing")],
        ),
    ],
)
def test_where_the_chain_breaks(log: Store, statements: list[str], told: list[tuple[int, str]]) -> None:
    tamper(log, *statements)
    assert damage(log) == told


def test_a_row_put_into_a_gap_that_was_always_there(log: Store) -> None:
    """A server's numbers had gaps before the chain; a row that fits what is before it does not fit what follows."""
    tamper(log, "UPDATE audit SET id = id + 5 WHERE id = 10")
    with log.write() as c:
        rows = list(audit_checks.chain(c))
        c.execute(text("UPDATE audit SET hash = :h WHERE id = 15"), {"h": rows[-1].hash_after(rows[-2].hash)})
    assert damage(log) == []
    tamper(log, f"{COPY.format(12)} WHERE id = 3")
    with log.write() as c:
        rows = list(audit_checks.chain(c))
        c.execute(text("UPDATE audit SET hash = :h WHERE id = 12"), {"h": rows[-2].hash_after(rows[-3].hash)})
    assert damage(log) == [(12, "inserted")]


def test_a_cut_tail_is_told_by_an_anchor_alone(log: Store) -> None:
    anchor = links(log)[8]
    tamper(log, "DELETE FROM audit WHERE id > 6")
    assert damage(log) == []
    assert damage(log, anchors=[anchor]) == [(9, "cut_off")]


def test_a_chain_made_anew_is_told_by_an_anchor_alone(log: Store) -> None:
    """Whoever owns the database can write it all again, but not into yesterday's report."""
    anchor = links(log)[8]
    tamper(log, "DELETE FROM audit WHERE id > 6")
    with log.write() as c:
        audit.put_audit(c, *(entry(n) for n in (7, 8, 11, 12)))
    assert damage(log) == []
    assert damage(log, anchors=[anchor]) == [(9, "rewritten")]
    assert damage(log, after=anchor) == [(9, "rewritten")]


def test_a_look_goes_on_where_the_last_one_ended(log: Store) -> None:
    with log.read() as c:
        first = audit_checks.check_log(c, limit=4)
        rest = audit_checks.check_log(c, first.last)
    assert (first.n, rest.n, rest.last) == (4, 6, links(log)[-1])
    assert checked(log, rest.last) == Checked(0, rest.last, NOW + N * DAY, ())
    tamper(log, "UPDATE audit SET author = '李' WHERE id = 7")
    assert checked(log, first.last).breaks == (Break(7, "changed", NOW + 7 * DAY),)
    assert checked(log, links(log)[-1]).intact, "that part was looked at before"
    tamper(log, "DELETE FROM audit WHERE id > 8")
    assert damage(log, links(log)[-1]) == []
    assert damage(log, Link(10, "0" * 64)) == [(10, "cut_off")]


def test_cutting_by_age_leaves_a_log_that_can_be_checked(log: Store) -> None:
    before = links(log)
    with log.write() as c:
        assert audit_checks.cut_before(c, NOW + 4 * DAY, "night", NOW + 20 * DAY) == 3
    result = checked(log, anchors=before)
    assert (result.n, result.breaks) == (N - 3 + 1, ())
    assert links(log)[:7] == before[3:]
    with log.read() as c:
        (cut, *_) = audit.page_of(c, audit.AuditFilter(action=audit_checks.CUT))
        assert audit_checks.head_link(c) == before[2]
    assert cut.entry.detail == {"n": 3, "before": "2026-11-29", "through": 3, "hash": before[2].hash}
    tamper(log, "DELETE FROM audit WHERE id = 4")
    assert damage(log) == [(5, "missing")]
    tamper(log, "UPDATE audit SET detail = replace(detail, '3,', '4,') WHERE action = 'audit_cut'")
    assert (cut.pk, "changed") in damage(log)


def test_a_second_cut_takes_the_first_one_with_it(log: Store) -> None:
    with log.write() as c:
        audit_checks.cut_before(c, NOW + 4 * DAY, "night", NOW + 20 * DAY)
        assert audit_checks.cut_before(c, NOW + 4 * DAY, "night", NOW + 20 * DAY) == 0, "nothing is old enough"
        assert audit_checks.cut_before(c, NOW + 30 * DAY, "night", NOW + 40 * DAY) == N - 3 + 1
    assert checked(log).intact
    with log.write() as c:
        audit.put_audit(c, entry(50))
    assert checked(log) == Checked(2, links(log)[-1], NOW + 50 * DAY, ())


def test_writers_at_the_same_time_make_one_line(store: Store) -> None:
    def write(author: int) -> None:
        for n in range(20):
            with store.write() as c:
                audit.put_audit(c, entry(author), entry(n))

    writers = [Thread(target=write, args=(author,)) for author in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert (checked(store).n, damage(store)) == (160, [])


def test_entries_of_an_older_schema_are_chained_as_they_stand(empty_url: str) -> None:
    old = create_engine(empty_url)
    config = Config()
    config.set_main_option("script_location", str(engine.MIGRATIONS))
    row = {"author": "王“五”", "detail": '{"n": 3, "from":"列表"}'}
    with old.begin() as c:
        config.attributes["connection"] = c
        command.upgrade(config, "0003")
        for pk, at in (
            (2, "2026-11-24 15:30:00.000000"),
            (3, "2026-11-24 15:30:00.123456"),
            (7, "2026-11-25 00:00:00"),
        ):
            c.execute(
                text(f"INSERT INTO audit VALUES ({pk}, '{at}', :author, '', 'x', '', NULL, '', '', :detail)"), row
            )
    old.dispose()
    store = open_store(empty_url)
    with store.write() as c:
        audit.put_audit(c, entry(1))
    assert (checked(store).n, damage(store)) == (4, [])
    assert [link.pk for link in links(store)] == [2, 3, 7, 8]
    tamper(store, "DELETE FROM audit WHERE id = 3")
    assert damage(store) == [(7, "missing")]
    store.close()
