"""The audit log: what is kept, filters, pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from store_world import ONLY_SQLITE

from callqa.audit_chain import START
from callqa.people import AuditEntry
from store import Store
from store.calls import read
from store.people import audit
from store.people.audit import AuditFilter
from store.people.audit_checks import chain

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def entry(n: int, **facts: Any) -> AuditEntry:
    return AuditEntry(NOW + n * MINUTE, facts.pop("author", "wang"), "inspector", **{"action": "call_opened", **facts})


@pytest.fixture
def log(store: Store) -> list[AuditEntry]:
    entries = [
        entry(0, action="account_added", kind="account", object_pk=1, object="li", author="os:root"),
        entry(1, kind="call", object_pk=1, object="T1", address="10.0.0.1", detail={"from": "列表", "n": 3}),
        entry(2, kind="call", object_pk=2, object="T2"),
        entry(2, kind="call", object_pk=1, object="T1", author="li"),
        entry(5, action="signed_out"),
    ]
    with store.write() as c:
        audit.put_audit(c, *entries)
        audit.put_audit(c)
    return entries


@pytest.mark.parametrize(
    ("wanted", "which"),
    [
        (AuditFilter(), [4, 3, 2, 1, 0]),
        (AuditFilter(author="wang"), [4, 2, 1]),
        (AuditFilter(action="call_opened"), [3, 2, 1]),
        (AuditFilter(kind="call"), [3, 2, 1]),
        (AuditFilter(kind="call", object_pk=1), [3, 1]),
        (AuditFilter(kind="account", object_pk=1), [0]),
        (AuditFilter(since=NOW + MINUTE, until=NOW + 5 * MINUTE), [3, 2, 1]),
        (AuditFilter(author="nobody"), []),
        (AuditFilter(but=["call_opened", "signed_out"]), [0]),
        (AuditFilter(author="wang", action="call_opened", until=NOW + 2 * MINUTE), [1]),
    ],
)
def test_filters(store: Store, log: list[AuditEntry], wanted: AuditFilter, which: list[int]) -> None:
    with store.read() as c:
        assert [row.entry for row in audit.page_of(c, wanted)] == [log[n] for n in which]


@pytest.mark.parametrize("wanted", [AuditFilter(), AuditFilter(author="wang"), AuditFilter(kind="call")])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_follow_each_other(store: Store, log: list[AuditEntry], wanted: AuditFilter, size: int) -> None:
    with store.read() as c:
        whole = audit.page_of(c, wanted)
        paged = page = list(audit.page_of(c, wanted, limit=size))
        while page:
            page = list(audit.page_of(c, wanted, before=page[-1].pk, limit=size))
            assert len(page) <= size
            paged = paged + page
    assert paged == whole


@pytest.mark.parametrize(
    "wanted",
    [
        AuditFilter(),
        AuditFilter(since=NOW, until=NOW + MINUTE),
        AuditFilter(author="wang"),
        AuditFilter(action="call_opened", since=NOW),
        AuditFilter(kind="call", since=NOW, until=NOW + MINUTE),
        AuditFilter(kind="call", object_pk=1),
        AuditFilter(but=["call_opened"]),
    ],
)
@ONLY_SQLITE
def test_a_page_goes_down_an_index_and_sorts_nothing(store: Store, wanted: AuditFilter) -> None:
    asked = []
    with store.read() as c:
        event.listen(c, "before_cursor_execute", lambda c, cursor, sql, values, *_: asked.append((sql, values)))
        audit.page_of(c, wanted)
        (query,) = [(sql, values) for sql, values in asked if sql.startswith("SELECT")]
        plan = " ".join(row.detail for row in c.exec_driver_sql(f"EXPLAIN QUERY PLAN {query[0]}", query[1]))
    assert "USING INDEX ix_audit_" in plan
    assert "B-TREE" not in plan


def test_a_nul_is_kept_as_what_cannot_be_shown_and_the_chain_stays_whole(store: Store) -> None:
    """PostgreSQL's texts have none in them, and whoever sends one is not to break the desk."""
    with store.write() as c:
        audit.put_audit(c, entry(0, author="wa\0ng", object="\0", detail={"from": "a\0b"}))
    with store.read() as c:
        ((_, cleaned),) = audit.page_of(c, AuditFilter(author="wa\ufffdng"))
        assert (cleaned.object, cleaned.detail) == ("\ufffd", {"from": "a\0b"})
        assert audit.page_of(c, AuditFilter(author="nobo\0dy")) == []
        assert read.call_row(c, "call-1\0") is None
        (chained,) = chain(c)
        assert chained.hash == chained.hash_after(START.hash)
