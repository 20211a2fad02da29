"""Accounts of people whose identity was proven: those that are linked, or that the settings have made."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from identity_server import CLIENT

from callqa.errors import CallQAError, ConfigError
from callqa.people import Account, Role
from callqa.settings import load_settings
from callqa.settings.desk import OidcSettings
from store import Store, open_store
from store.people import accounts, audit
from store.people.accounts import NewAccount
from store.people.audit import AuditFilter
from web.access.account_changes import Author
from web.oidc.identities import account_for, link, unlink

NOW = datetime(2026, 11, 25, tzinfo=UTC)
BY = Author("", "", "10.0.0.1", NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'callqa.db'}")
    yield opened
    opened.close()


def add(store: Store, name: str, role: Role = Role.INSPECTOR, subject: str | None = None, **facts: Any) -> Account:
    with store.write() as c:
        account = accounts.add_account(c, NewAccount(name, "", role, **facts), NOW)
        accounts.link_subject(c, account.pk, subject)
    return account


CLAIMS = {"iss": "https://id.example", "sub": "17", "preferred_username": "wang", "name": "王丽", "no": "３０２８"}
PLAIN = OidcSettings(issuer="https://id.example", client_id=CLIENT)
MAPPED = OidcSettings(
    issuer="https://id.example",
    client_id=CLIENT,
    role_claim="groups",
    roles={"qa-leads": Role.SUPERVISOR, "qa": Role.INSPECTOR, "seats": Role.AGENT},
    agent_id_claim="no",
    team_claim="team",
    auto_create=True,
)


def comes_in(store: Store, own: OidcSettings, **claims: Any) -> Account:
    with store.write() as c:
        return account_for(c, own, CLAIMS | claims, BY)


def log(store: Store) -> list[tuple[str, str, Any]]:
    with store.read() as c:
        return [(row.entry.author, row.entry.action, row.entry.detail) for row in audit.page_of(c, AuditFilter())]


def test_who_is_linked_comes_in_by_the_subject_alone(store: Store) -> None:
    add(store, "wang", subject="https://id.example 99")  # bears the name, and is somebody else
    account = add(store, "another.name", subject="https://id.example 17")
    assert comes_in(store, PLAIN) == account
    assert log(store) == []


def test_who_is_not_linked_stays_outside(store: Store) -> None:
    add(store, "wang")
    with pytest.raises(CallQAError, match="you have no linked account"):
        comes_in(store, PLAIN)
    with pytest.raises(CallQAError, match="there is an account of your name"):
        comes_in(store, MAPPED, groups=["qa"])


def test_who_is_disabled_stays_outside(store: Store) -> None:
    account = add(store, "wang", subject="https://id.example 17")
    with store.write() as c:
        accounts.change_account(c, account.pk, disabled=True)
    with pytest.raises(CallQAError, match="the account is disabled"):
        comes_in(store, MAPPED, groups=["qa"])


def test_accounts_are_made_where_the_settings_say_so(store: Store) -> None:
    made = comes_in(store, MAPPED, groups=["others", "seats"])
    assert made == Account(made.pk, "wang", "王丽", Role.AGENT, "3028")
    assert comes_in(store, MAPPED, groups="seats", preferred_username="other") == made
    assert log(store) == [("wang", "account_added", {"role": "agent", "by": "oidc"})]


@pytest.mark.parametrize(
    ("claims", "refused"),
    [
        ({"groups": ["others"]}, "the identity provider gives you no role here"),
        ({}, "the identity provider gives you no role here"),
        ({"groups": "seats", "no": ""}, "the identity provider does not give your agent ID"),
        ({"groups": "qa", "preferred_username": "wang li"}, "the user name from the identity provider cannot be used"),
        ({"groups": "qa", "preferred_username": None}, "the user name from the identity provider cannot be used"),
    ],
)
def test_accounts_that_are_not_made(store: Store, claims: dict[str, Any], refused: str) -> None:
    with pytest.raises(CallQAError, match=refused):
        comes_in(store, MAPPED, **claims)
    with store.read() as c:
        assert accounts.accounts(c) == []


def test_the_provider_decides_about_roles_it_maps(store: Store) -> None:
    account = add(store, "wang", Role.TRAINER, "https://id.example 17")
    assert comes_in(store, MAPPED, groups=["qa", "qa-leads"]).role is Role.SUPERVISOR  # the first in the settings
    with pytest.raises(CallQAError, match="the identity provider gives you no role here"):
        comes_in(store, MAPPED)
    with store.read() as c:
        assert accounts.account_of(c, account.pk) == Account(account.pk, "wang", "", Role.SUPERVISOR, "3028")
    assert log(store) == [("wang", "account_changed", {"role": "supervisor", "agent_id": "3028"})]


def test_the_last_administrator_is_not_lost(store: Store) -> None:
    add(store, "root", Role.ADMIN, "https://id.example 17")
    with pytest.raises(
        CallQAError, match="you are the last administrator, and the identity provider gives you another role"
    ):
        comes_in(store, MAPPED, groups="qa")


def test_linking_and_unlinking(store: Store) -> None:
    wang, li = add(store, "wang"), add(store, "li")
    with store.write() as c:
        link(c, wang, CLAIMS, BY)
        assert account_for(c, PLAIN, CLAIMS, BY) == wang
        with pytest.raises(CallQAError, match="this identity is linked with another account"):
            link(c, li, CLAIMS, BY)
        with pytest.raises(CallQAError, match="set a password before you unlink, or you could not sign in"):
            unlink(c, wang, BY)
        accounts.set_password_hash(c, wang.pk, "hash")
        unlink(c, wang, BY)
        assert accounts.account_of_subject(c, "https://id.example 17") is None
    assert [action for _, action, _ in log(store)] == ["identity_unlinked", "identity_linked"]


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ({"ISSUER": "http://id.example"}, "issuer"),
        ({"ISSUER": "https://id.example"}, "an issuer needs a client_id"),
        ({"ROLE_CLAIM": "groups"}, "role_claim and roles belong together"),
        ({"AUTO_CREATE": "true"}, "auto_create needs role_claim"),
        ({"ROLES": '{"qa": "boss"}', "ROLE_CLAIM": "groups"}, "roles.qa"),
        ({"ISSUER": "https://id.example", "CLIENT_ID": "callqa"}, "oidc needs desk.public_url"),
    ],
)
def test_settings_that_are_refused(
    settings: dict[str, str], refused: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(f"CALLQA_DESK__OIDC__{name}", value)
    with pytest.raises(ConfigError, match=refused):
        load_settings()
