"""Waiting times after failed attempts: tables of cases, and attempts over a real store."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.people import Role
from store import Store, open_store
from store.people import accounts, sign_ins
from store.people.accounts import NewAccount
from store.people.sign_ins import Failure
from web.access.throttle import HOUR, SECOND, attempt, clear_attempts, hashed, seconds_to_wait, source_of

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
OFFICE, ELSEWHERE = "10.0.0.1", "203.0.113.9"
Seen = tuple[int, str, str, timedelta]


def failed(*seen: Seen) -> list[Failure]:
    """Each: how many, of which name, from where, how long ago."""
    return [Failure(name, address, NOW - ago) for n, name, address, ago in seen for _ in range(n)]


@pytest.mark.parametrize(
    ("seen", "known", "unknown"),
    [
        ([], 0, 0),
        # name and address
        ([(4, "wang", OFFICE, 0 * SECOND)], 0, 0),
        ([(5, "wang", OFFICE, 0 * SECOND)], 30, 30),
        ([(5, "wang", OFFICE, 29.5 * SECOND)], 1, 1),
        ([(5, "wang", OFFICE, 30 * SECOND)], 0, 0),
        ([(6, "wang", OFFICE, 0 * SECOND)], 60, 60),
        ([(7, "wang", OFFICE, 30 * SECOND)], 90, 90),
        ([(10, "wang", OFFICE, 0 * SECOND)], 900, 900),
        ([(100, "wang", OFFICE, 0 * SECOND)], 900, 900),
        ([(100, "wang", OFFICE, 14 * 60 * SECOND)], 60, 60),
        ([(5, "wang", OFFICE, 24 * HOUR), (4, "wang", OFFICE, 0 * SECOND)], 0, 0),
        ([(5, "wang", OFFICE, 23 * HOUR), (4, "wang", OFFICE, 0 * SECOND)], 480, 480),
        # the address, by other names
        ([(29, "li", OFFICE, 0 * SECOND)], 0, 0),
        ([(30, "li", OFFICE, 0 * SECOND)], 0, 10),
        ([(32, "li", OFFICE, 0 * SECOND)], 0, 40),
        ([(100, "li", OFFICE, 0 * SECOND)], 0, 300),
        ([(100, "li", OFFICE, HOUR)], 0, 0),
        # the name, from elsewhere
        ([(9, "wang", ELSEWHERE, 0 * SECOND)], 0, 0),
        ([(10, "wang", ELSEWHERE, 0 * SECOND)], 0, 5),
        ([(12, "wang", ELSEWHERE, 5 * SECOND)], 0, 15),
        ([(100, "wang", ELSEWHERE, 0 * SECOND)], 0, 60),
        # the longest wait counts
        ([(5, "wang", OFFICE, 10 * SECOND), (30, "li", OFFICE, 0 * SECOND)], 20, 300),
        ([(100, "li", ELSEWHERE, 0 * SECOND)], 0, 0),
    ],
)
def test_waits(seen: list[Seen], known: int, unknown: int) -> None:
    failures = failed(*seen)
    assert seconds_to_wait(failures, "wang", OFFICE, True, NOW) == known
    assert seconds_to_wait(failures, "wang", OFFICE, False, NOW) == unknown


SEEN = st.builds(
    Failure,
    st.sampled_from(["wang", "li"]),
    st.sampled_from([OFFICE, ELSEWHERE]),
    st.timedeltas(timedelta(0), 25 * HOUR).map(lambda ago: NOW - ago),
)


@given(st.lists(SEEN, max_size=120), st.booleans())
def test_one_waits_once_and_never_long(failures: list[Failure], known: bool) -> None:
    wait = seconds_to_wait(failures, "wang", OFFICE, known, NOW)
    assert 0 <= wait <= 900
    assert seconds_to_wait(failures, "wang", OFFICE, known, NOW + wait * SECOND) == 0


@given(st.lists(SEEN, max_size=60), SEEN, st.booleans())
def test_a_stranger_s_failure_never_holds_up_who_is_known_here(
    failures: list[Failure], another: Failure, known: bool
) -> None:
    strange = (another.name_hash, another.address) != ("wang", OFFICE)
    before = seconds_to_wait(failures, "wang", OFFICE, True, NOW)
    after = seconds_to_wait([*failures, another], "wang", OFFICE, True, NOW)
    assert after == before if strange else after >= before or another.at < max(failure.at for failure in failures)


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_who_is_counted_together(address: str, source: str) -> None:
    assert source_of(address) == source


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'callqa.db'}")
    yield opened
    opened.close()


def test_attempts_over_a_store(store: Store) -> None:
    for n in range(5):
        assert attempt(store, "WANG", OFFICE, NOW + n * SECOND) == 0
    later = NOW + 4 * SECOND
    assert attempt(store, "Wang", OFFICE, later) == 30
    assert attempt(store, "li", OFFICE, later) == attempt(store, "wang", ELSEWHERE, later) == 0
    assert attempt(store, "wang", OFFICE, later + 29 * SECOND) == 1  # having had to wait counts for nothing
    assert attempt(store, "wang", OFFICE, later + 30 * SECOND) == 0
    assert attempt(store, "wang", OFFICE, later + 30 * SECOND) == 60
    clear_attempts(store, "wang", OFFICE)
    assert attempt(store, "wang", OFFICE, later + 30 * SECOND) == 0


def test_attempts_at_once_are_counted_one_by_one(store: Store) -> None:
    together = threading.Barrier(20)
    waits: list[int] = []

    def try_once() -> None:
        together.wait()
        waits.append(attempt(store, "wang", OFFICE, NOW))

    threads = [threading.Thread(target=try_once) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [0] * 5 + [30] * 15


def test_who_signed_in_here_before_is_known(store: Store) -> None:
    with store.write() as c:
        wang = accounts.add_account(c, NewAccount("wang", "", Role.AGENT, "3028"), NOW)
        sign_ins.start_session(c, wang.pk, "key", "2001:db8::1", NOW, NOW + HOUR)
        for n in range(20):
            sign_ins.put_failure(c, hashed("wang"), f"203.0.113.{n}", NOW)
    assert attempt(store, "wang", "2001:db8::2", NOW) == 0  # of the same network
    assert attempt(store, "wang", OFFICE, NOW) == 60


def test_names_that_were_tried_are_not_written_down(store: Store) -> None:
    attempt(store, "my secret pass phrase", OFFICE, NOW)
    with store.read() as c:
        (kept,) = sign_ins.failures(c, "", OFFICE, NOW - HOUR, 10)
    assert "secret" not in kept.name_hash
    assert len(kept.name_hash) == 64
