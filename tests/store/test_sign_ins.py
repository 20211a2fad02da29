"""Sessions, one-time links and failures."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from callqa.people import Account, Role
from store import Store, open_store
from store.people import accounts, sign_ins
from store.people.accounts import NewAccount
from store.people.sign_ins import Failure, OneTimeToken, Session
from store.tables.accounts import failed_sign_in, one_time_token, sign_in_session

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHIFT = timedelta(hours=12)


@pytest.fixture
def wang(store: Store) -> Account:
    with store.write() as c:
        return accounts.add_account(c, NewAccount("wang", "", Role.INSPECTOR), NOW)


@pytest.fixture
def session(store: Store, wang: Account) -> Session:
    with store.write() as c:
        sign_ins.start_session(c, wang.pk, "key", "10.0.0.1", NOW, NOW + SHIFT)
    session = find(store, NOW)
    assert session
    return session


def find(store: Store, now: datetime, key: str = "key") -> Session | None:
    with store.read() as c:
        return sign_ins.find_session(c, key, now, HOUR)


def test_a_session_brings_its_account(session: Session, wang: Account) -> None:
    assert session == Session(session.pk, wang, "10.0.0.1", NOW, NOW, NOW + SHIFT)


@pytest.mark.parametrize(
    ("later", "key", "found"),
    [
        (timedelta(0), "key", True),
        (timedelta(0), "another", False),
        (HOUR - timedelta(seconds=1), "key", True),
        (HOUR, "key", False),  # not used for an hour
    ],
)
def test_a_session_that_is_not_used_ends(
    store: Store, session: Session, later: timedelta, key: str, found: bool
) -> None:
    assert (find(store, NOW + later, key) is not None) is found


def test_a_session_ends_however_much_it_is_used(store: Store, session: Session) -> None:
    for hours in range(24):
        now = NOW + hours * HOUR / 2
        with store.write() as c:
            sign_ins.touch(c, session, now)
        assert find(store, now)
    assert find(store, NOW + SHIFT) is None


def test_the_last_use_is_noted_once_a_minute(store: Store, session: Session) -> None:
    for seconds, noted in ((59, 0), (60, 60), (61, 60), (119, 60), (120, 120)):
        now = NOW + timedelta(seconds=seconds)
        with store.write() as c:
            sign_ins.touch(c, session, now)
        refreshed = find(store, now)
        assert refreshed
        assert (refreshed.seen_at - NOW).seconds == noted
        assert sign_ins.needs_touch(session, now) is (seconds >= 60)


def test_the_session_of_a_disabled_account_is_none(store: Store, session: Session, wang: Account) -> None:
    with store.write() as c:
        accounts.change_account(c, wang.pk, disabled=True)
    assert find(store, NOW) is None
    with store.write() as c:
        accounts.change_account(c, wang.pk, disabled=False)
    assert find(store, NOW)


def test_sessions_end(store: Store, session: Session, wang: Account) -> None:
    with store.write() as c:
        other = accounts.add_account(c, NewAccount("other", "", Role.ADMIN), NOW)
        sign_ins.start_session(c, wang.pk, "second", "10.0.0.2", NOW + HOUR / 2, NOW + SHIFT)
        sign_ins.start_session(c, wang.pk, "third", "10.0.0.3", NOW, NOW + SHIFT)
        sign_ins.start_session(c, other.pk, "other", "10.0.0.4", NOW, NOW + SHIFT)
        mine = sign_ins.sessions_of(c, wang.pk, NOW, HOUR)
        assert [row.address for row in mine] == ["10.0.0.2", "10.0.0.3", "10.0.0.1"]
        assert not sign_ins.end_session(c, session.pk, other.pk, NOW)
        assert sign_ins.end_session(c, mine[0].pk, wang.pk, NOW)
        assert not sign_ins.end_session(c, mine[0].pk, wang.pk, NOW)
        assert sign_ins.end_sessions_of(c, wang.pk, NOW, but=session.pk) == 1
    assert [key for key in ("key", "second", "third", "other") if find(store, NOW, key)] == ["key", "other"]
    with store.write() as c:
        assert sign_ins.end_sessions_of(c, wang.pk, NOW) == 1
    assert find(store, NOW) is None


def test_where_somebody_signed_in_from(store: Store, session: Session, wang: Account) -> None:
    with store.write() as c:
        sign_ins.end_sessions_of(c, wang.pk, NOW)
        assert sign_ins.addresses_of(c, "WANG") == {"10.0.0.1"}
        assert sign_ins.addresses_of(c, "other") == set()
        sign_ins.sweep(c, NOW + timedelta(days=31))
        assert sign_ins.addresses_of(c, "wang") == set()


def put_token(store: Store, key: str, account_pk: int | None) -> None:
    with store.write() as c:
        sign_ins.put_token(c, key, account_pk, "set_password", NOW + HOUR)


@pytest.mark.parametrize("first_admin", [False, True])
def test_a_link_works_once(store: Store, wang: Account, first_admin: bool) -> None:
    whose = None if first_admin else wang.pk
    put_token(store, "link", whose)
    with store.write() as c:
        link = OneTimeToken(whose, "set_password", NOW + HOUR)
        assert sign_ins.find_token(c, "link", NOW) == sign_ins.find_token(c, "link", NOW) == link
        assert sign_ins.find_token(c, "other", NOW) is None
        assert sign_ins.use_token(c, "link", NOW) == link
        assert sign_ins.find_token(c, "link", NOW) is None
        assert sign_ins.use_token(c, "link", NOW) is None


def test_a_link_expires_and_is_replaced(store: Store, wang: Account) -> None:
    put_token(store, "late", wang.pk)
    with store.write() as c:
        assert sign_ins.use_token(c, "late", NOW + HOUR) is None
    put_token(store, "admin", None)
    put_token(store, "new", wang.pk)
    with store.write() as c:
        works = [key for key in ("late", "admin", "new") if sign_ins.find_token(c, key, NOW)]
    assert works == ["admin", "new"]


def test_of_uses_at_once_one_wins(store: Store, url: str, wang: Account) -> None:
    put_token(store, "link", wang.pk)
    stores = [open_store(url) for _ in range(8)]  # connections of their own, as threads of a server have
    together = threading.Barrier(len(stores))
    won: list[OneTimeToken | None] = []

    def use(store: Store) -> None:
        together.wait()
        with store.write() as c:
            won.append(sign_ins.use_token(c, "link", NOW))

    threads = [threading.Thread(target=use, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for opened in stores:
        opened.close()
    assert len(won) == 8
    assert [link.account_pk for link in won if link] == [wang.pk]


def test_failures_are_found_by_name_and_by_address(store: Store) -> None:
    seen = [
        Failure("wang", "a", NOW - 2 * HOUR),
        Failure("wang", "a", NOW),
        Failure("wang", "b", NOW + HOUR),
        Failure("li", "a", NOW + HOUR),
        Failure("li", "b", NOW + HOUR),
    ]
    with store.write() as c:
        for one in seen:
            sign_ins.put_failure(c, *one)
        assert sign_ins.failures(c, "wang", "a", NOW - HOUR, 10) == seen[1:4]
        assert sign_ins.failures(c, "wang", "a", NOW - 3 * HOUR, 1) == seen[2:4]
        sign_ins.clear_failures(c, "wang", "a")
        assert sign_ins.failures(c, "wang", "a", NOW - 3 * HOUR, 10) == seen[2:4]


def test_what_is_long_over_is_forgotten(store: Store, session: Session, wang: Account) -> None:
    put_token(store, "link", wang.pk)
    with store.write() as c:
        sign_ins.put_failure(c, "wang", "a", NOW)
        tables = (sign_in_session, one_time_token, failed_sign_in)
        for days, left in ((29, [1, 1, 1]), (31, [0, 0, 0])):
            sign_ins.sweep(c, NOW + timedelta(days=days))
            assert [c.scalar(select(func.count()).select_from(table)) for table in tables] == left
