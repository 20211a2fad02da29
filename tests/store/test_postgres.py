"""Faults that only PostgreSQL can have: addresses, passwords, other databases' habits, connections that break."""

import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from postgres import PASSWORD, USER, Postgres
from psycopg.errors import FeatureNotSupported
from sqlalchemy import text
from sqlalchemy.exc import InternalError
from store_world import ONLY_POSTGRES, World

from callqa.errors import StoreError
from callqa.records import Assignment
from store import Store, open_store
from store.db.connect import connectable
from store.people import assignments

ASKED = Assignment("call-1", "王丽", "review", "主管", datetime(2026, 11, 2, tzinfo=UTC))


def free_port() -> int:
    with socket.socket() as free_port:
        free_port.bind(("127.0.0.1", 0))
        return int(free_port.getsockname()[1])


@pytest.mark.parametrize("url", ["postgresql://u:p@h/db", "postgresql+psycopg://u:p@h/db"])
def test_the_driver_is_chosen(url: str) -> None:
    assert connectable(url).dialect.driver == "psycopg"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://callqa:not@to@be@shown@host/db",
        "postgresql://callqa:not-to-be-shown@host:port/db",
        "postgresql+nosuch://callqa:not-to-be-shown@host/db",
        "mysql://callqa:not-to-be-shown@host/db",
    ],
)
def test_urls_that_cannot_be_used_are_not_shown(url: str) -> None:
    with pytest.raises(StoreError, match="database_url is not usable; write .* or postgresql://") as caught:
        open_store(url)
    assert "shown" not in str(caught.value)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StoreError, match=r"u:\*\*\*@127\.0\.0\.1.*refused.*check that the server runs") as caught:
        open_store(f"postgresql://u:{PASSWORD}@127.0.0.1:{free_port()}/db")
    assert PASSWORD not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [(f"{PASSWORD}@", "other@", "password authentication failed"), ("/postgres?", "/nowhere?", "does not exist")],
)
def test_a_wrong_password_or_database(postgres: Postgres, wrong: str, right: str, told: str) -> None:
    with pytest.raises(StoreError, match=f"cannot open .*{told}.*belongs to this user") as caught:
        open_store(postgres.url("postgres").replace(wrong, right))
    assert PASSWORD not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("habit", ["LOCALE_PROVIDER icu ICU_LOCALE 'en'", "ENCODING 'SQL_ASCII'"])
def test_a_database_that_sorts_or_encodes_otherwise_is_refused(postgres: Postgres, habit: str) -> None:
    try:
        with (
            postgres.database(f"template0 {habit}") as name,
            pytest.raises(StoreError, match="make it with: CREATE DATABASE"),
        ):
            open_store(postgres.url(name))
    except FeatureNotSupported:
        pytest.skip("this build of PostgreSQL knows no such order")


@pytest.mark.slow
def test_a_user_who_may_not_make_tables(postgres: Postgres) -> None:
    postgres.execute(f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'")
    with postgres.database() as name, pytest.raises(StoreError, match="permission denied.*belongs to this user"):
        open_store(postgres.url(name).replace(f"{USER}:", "guest:"))


@ONLY_POSTGRES
def test_what_only_reads_cannot_write(store: Store) -> None:
    with pytest.raises(InternalError, match="read-only"), store.read() as c:
        c.execute(text("DELETE FROM recording"))


@ONLY_POSTGRES
def test_a_broken_connection_is_told_and_the_next_one_is_new(store: Store) -> None:
    def end_all_others(by: Store) -> None:
        with by.write() as c:
            c.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()"))

    other = open_store(str(store._engine.url.render_as_string(hide_password=False)))

    def ask_though(by: Store) -> None:
        with store.read() as c:
            end_all_others(by)
            c.execute(text("SELECT 1"))

    with pytest.raises(StoreError, match="cannot open .*check that the server runs"):
        ask_though(other)
    end_all_others(other)
    with store.read() as c:
        assert c.scalar(text("SELECT 1")) == 1
    other.close()


def test_writers_take_turns(world: World) -> None:
    """What is not there is added, by whoever looks first; the others find it."""
    world.put_call(1)
    n_writers = 4
    together = threading.Barrier(n_writers)
    added: list[int] = []

    def ask(n: int) -> None:
        together.wait()
        with world.store.write() as c:
            added.append(assignments.put_assignments(c, [replace(ASKED, assigned_by=f"主管{n}", at=at(n))]))

    def at(n: int) -> datetime:
        return ASKED.at.replace(hour=n)

    writers = [threading.Thread(target=ask, args=(n,)) for n in range(n_writers)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(added) == [0] * (n_writers - 1) + [1]


@ONLY_POSTGRES
def test_tidying_vacuums_what_was_deleted(world: World) -> None:
    """Also while others read; what they might still see is left to the next time."""
    for n in range(3):
        world.put_call(n)
    with world.store.write() as c:
        c.execute(text("DELETE FROM call WHERE id > 1"))
        c.execute(text("SELECT pg_stat_force_next_flush()"))  # before those of the vacuum
    with world.store.read() as reader:
        reader.execute(text("SELECT count(*) FROM call"))
        world.store.tidy()
    world.store.tidy()
    with world.store.read() as c:
        statistics = c.execute(
            text("SELECT n_dead_tup, vacuum_count FROM pg_stat_user_tables WHERE relname = 'call'")
        ).one()
    assert statistics.n_dead_tup == 0
    assert statistics.vacuum_count == 2
