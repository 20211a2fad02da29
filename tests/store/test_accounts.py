"""Accounts: names, changes, the last administrator."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callqa.errors import ConfigError, StoreError
from callqa.people import Account, Role, lacks, login_name, name_key
from store import Store
from store.people import accounts, sign_ins
from store.people.accounts import LastAdmin, NameTaken, NewAccount

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)

Add = Callable[..., Account]


@pytest.fixture
def add(store: Store) -> Add:
    def added(name: str, role: Role = Role.INSPECTOR, **facts: Any) -> Account:
        with store.write() as c:
            return accounts.add_account(c, NewAccount(name, facts.pop("full_name", ""), role, **facts), NOW)

    return added


@pytest.fixture
def admin(store: Store, add: Add) -> Account:
    """One who can sign in."""
    account = add("root", Role.ADMIN)
    with store.write() as c:
        accounts.set_password_hash(c, account.pk, "hash")
    return account


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("wang.li", "wang.li"),
        (" 王丽 ", "王丽"),
        ("Ｗang３", "Wang3"),  # full width, as a Chinese input method leaves it
        ("a-b_c@d.cn", "a-b_c@d.cn"),
        ("x" * 64, "x" * 64),
    ],
)
def test_names_that_are_allowed(text: str, kept: str) -> None:
    assert login_name(text) == kept


@pytest.mark.parametrize("text", ["", "  ", "wang li", "a/b", "<b>", "a'b", "x" * 65, "a\u200bb", "os:root", "王\n丽"])
def test_names_that_are_not(text: str) -> None:
    with pytest.raises(ConfigError, match="a login name is 1 to 64 letters"):
        login_name(text)


@pytest.mark.parametrize("spelling", ["Wang.Li", " wang.li ", "WANG.LI", "ｗａｎｇ．ｌｉ"])
def test_the_spellings_of_a_name_have_one_key(spelling: str) -> None:
    assert name_key(spelling) == name_key(login_name(spelling)) == "wang.li"


def test_an_account_is_found_by_any_spelling_and_by_its_number(store: Store, add: Add) -> None:
    account = add("Wang.Li", Role.TEAM_LEAD, full_name="王丽", teams=("early", "夜班"), language="en")
    assert account == Account(account.pk, "Wang.Li", "王丽", Role.TEAM_LEAD, None, ("early", "夜班"), False, "en")
    with store.read() as c:
        assert accounts.account_named(c, "ｗANG.li") == accounts.account_of(c, account.pk) == account
        assert accounts.account_named(c, "wang") is accounts.account_of(c, 99) is accounts.credentials(c, "w") is None


def test_a_name_is_given_once(add: Add) -> None:
    add("Wang")
    with pytest.raises(NameTaken, match="there is an account Wang already"):
        add("wANG")


def test_lists_are_filtered_and_paged(store: Store, add: Add) -> None:
    add("b", full_name="王丽")
    add("A", Role.AGENT, agent_id="X_01")
    add("c", Role.TEAM_LEAD, teams=("夜班%",))
    with store.read() as c:

        def names(**filters: Any) -> list[str]:
            return [row.account.name for row in accounts.accounts(c, **filters)]

        assert names() == ["A", "b", "c"]
        assert names(limit=2) == ["A", "b"]
        assert names(after="B") == ["c"]
        assert names(role=Role.AGENT) == ["A"]
        assert names(text="王丽") == ["b"]
        assert names(text="x_0") == ["A"]
        assert names(text="_") == ["A"]  # no wildcard
        assert names(text="班%") == ["c"]
        assert names(text="%x%") == []


def test_a_list_tells_who_never_came(store: Store, add: Add, admin: Account) -> None:
    add("wang")
    with store.write() as c:
        for minutes in (3, 1):
            seen = NOW + timedelta(minutes=minutes)
            sign_ins.start_session(c, admin.pk, f"key {minutes}", "10.0.0.1", seen, seen)
        listed = {row.account.name: row[1:] for row in accounts.accounts(c)}
        assert listed == {"root": (True, False, NOW + timedelta(minutes=3)), "wang": (False, False, None)}
        accounts.link_subject(c, admin.pk, "17")
        assert accounts.account_row(c, admin.pk) == (admin, True, True, NOW + timedelta(minutes=3))
        assert accounts.account_row(c, 99) is None


def test_accounts_of_agents(store: Store, add: Add) -> None:
    add("lead", Role.TEAM_LEAD, agent_id="3001")
    wang = add("wang", Role.AGENT, agent_id="3001")
    add("wang2", Role.AGENT, agent_id="3001")
    li = add("li", Role.AGENT, agent_id="3002")
    with store.read() as c:
        assert accounts.accounts_of_agents(c, ["3001", "3002", "3003"]) == {"3001": wang, "3002": li}
        assert accounts.accounts_of_agents(c, []) == {}


@pytest.mark.parametrize(
    ("role", "agent_id", "teams", "lacking"),
    [
        (Role.AGENT, None, (), "agent_id"),
        (Role.AGENT, "3028", (), None),
        (Role.TEAM_LEAD, "3028", (), "teams"),
        (Role.TEAM_LEAD, None, ("early",), None),
        (Role.INSPECTOR, None, (), None),
    ],
)
def test_what_a_role_needs_to_see_calls(
    role: Role, agent_id: str | None, teams: tuple[str, ...], lacking: str | None
) -> None:
    assert lacks(role, agent_id, teams) == lacking


def test_only_what_is_given_changes(store: Store, add: Add) -> None:
    account = add("wang", Role.AGENT, full_name="王丽", agent_id="3028")
    with store.write() as c:
        assert accounts.change_account(c, account.pk) == account
        changed = accounts.change_account(
            c, account.pk, role=Role.TRAINER, agent_id="", teams=("early",), language="en"
        )
        assert changed == Account(account.pk, "wang", "王丽", Role.TRAINER, None, ("early",), False, "en")
        assert accounts.change_account(c, account.pk, disabled=True).disabled
        assert not accounts.change_account(c, account.pk, disabled=False).disabled
        with pytest.raises(StoreError, match="there is no account 99"):
            accounts.change_account(c, 99, disabled=True)


LAST = "root is the last administrator who can sign in"


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": Role.INSPECTOR}])
def test_the_last_administrator_stays(store: Store, add: Add, admin: Account, change: dict[str, Any]) -> None:
    add("never.signed.in", Role.ADMIN)
    with pytest.raises(LastAdmin, match=LAST), store.write() as c:
        accounts.change_account(c, admin.pk, **change)
    with store.write() as c:
        assert accounts.change_account(c, admin.pk, role=Role.ADMIN, full_name="管理员").full_name == "管理员"
        other = accounts.account_named(c, "never.signed.in")
        assert other
        accounts.link_subject(c, other.pk, "https://id.example 17")
        accounts.change_account(c, admin.pk, **change)
        assert accounts.any_admin(c)


def test_a_disabled_administrator_does_not_count(store: Store, add: Add, admin: Account) -> None:
    other = add("other", Role.ADMIN)
    with store.write() as c:
        assert accounts.any_admin(c)
        accounts.set_password_hash(c, other.pk, "hash")
        accounts.change_account(c, other.pk, disabled=True)
    with pytest.raises(LastAdmin, match=LAST), store.write() as c:
        accounts.change_account(c, admin.pk, role=Role.AGENT)


def test_credentials(store: Store, admin: Account) -> None:
    with store.write() as c:
        assert accounts.credentials(c, "ROOT") == (admin, "hash", None)
        accounts.link_subject(c, admin.pk, "17")
        assert accounts.credentials(c, "root") == (admin, "hash", "17")
        assert accounts.account_of_subject(c, "17") == admin
        assert accounts.account_of_subject(c, "18") is None


def test_an_identity_is_linked_once(store: Store, add: Add, admin: Account) -> None:
    other = add("other")
    with store.write() as c:
        accounts.link_subject(c, admin.pk, "17")
        accounts.link_subject(c, admin.pk, "17")
        with pytest.raises(StoreError, match="linked with root already"):
            accounts.link_subject(c, other.pk, "17")
        accounts.link_subject(c, admin.pk, None)
        accounts.link_subject(c, other.pk, "17")


def test_of_two_administrators_who_demote_each_other_one_stays(store: Store, add: Add, admin: Account) -> None:
    other = add("other", Role.ADMIN)
    with store.write() as c:
        accounts.set_password_hash(c, other.pk, "hash")
    together = threading.Barrier(2)
    refused: list[LastAdmin] = []

    def demote(pk: int) -> None:
        together.wait()
        try:
            with store.write() as c:
                accounts.change_account(c, pk, role=Role.INSPECTOR)
        except LastAdmin as error:
            refused.append(error)

    threads = [threading.Thread(target=demote, args=(account.pk,)) for account in (admin, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with store.read() as c:
        assert accounts.any_admin(c)
