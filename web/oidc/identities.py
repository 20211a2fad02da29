"""Identities of the identity provider: whose account one is, and what follows for it from the provider's claims."""

from collections.abc import Mapping
from typing import Any

from callqa.errors import CallQAError, ConfigError
from callqa.messages import Message
from callqa.people import Account, lacks, login_name, plain_id
from callqa.settings.desk import OidcSettings
from store import Connection
from store.people import accounts
from store.people.accounts import LastAdmin, NameTaken, NewAccount
from web.access.account_changes import Author, change
from web.oidc.code_flow import claim

LACKS = {"agent_id": Message("identity.no_agent_id"), "teams": Message("identity.no_teams")}


def subject_of(claims: Mapping[str, Any]) -> str:
    """Who this is, for good: names and addresses may go to other people, a subject of an issuer may not."""
    return f"{claims['iss']} {claims['sub']}"


def account_for(c: Connection, settings: OidcSettings, claims: Mapping[str, Any], by: Author) -> Account:
    """The account of whoever these claims are about, made or changed as the settings say.

    ``by`` names the address and the time. Raises `CallQAError` when they have none or may not come in.
    """
    account = accounts.account_of_subject(c, subject_of(claims))
    if account and account.disabled:
        raise CallQAError("identity.account_disabled")
    if not account and not settings.auto_create:
        raise CallQAError("identity.not_linked")
    facts = _facts(settings, claims)
    try:
        account = _changed(c, account, facts, by) if account else _made(c, settings, claims, facts, by)
    except LastAdmin as error:
        raise CallQAError("identity.last_admin") from error
    if lacking := lacks(account.role, account.agent_id, account.teams):
        raise CallQAError.of(LACKS[lacking])
    return account


def link(c: Connection, account: Account, claims: Mapping[str, Any], by: Author) -> None:
    """Raises `CallQAError` when somebody else's account is linked with this identity."""
    other = accounts.account_of_subject(c, subject_of(claims))
    if other and other.pk != account.pk:
        raise CallQAError("identity.linked_elsewhere")
    accounts.link_subject(c, account.pk, subject_of(claims))
    by.log_action(c, "identity_linked", account)


def unlink(c: Connection, account: Account, by: Author) -> None:
    """Raises `CallQAError` when no password was ever set: nobody could sign in any more."""
    known = accounts.credentials(c, account.name)
    if known is None or known.password_hash is None:
        raise CallQAError("identity.no_password")
    accounts.link_subject(c, account.pk, None)
    by.log_action(c, "identity_unlinked", account)


def _facts(settings: OidcSettings, claims: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider decides about an account; what it does not name stays as administrators set it."""
    facts: dict[str, Any] = {}
    if settings.roles:
        has = claim(claims, settings.role_claim)
        facts["role"] = next((role for value, role in settings.roles.items() if value in has), None)
        if facts["role"] is None:
            raise CallQAError("identity.no_role")
    if settings.agent_id_claim and (agent_ids := claim(claims, settings.agent_id_claim)):
        facts["agent_id"] = plain_id(agent_ids[0])
    if settings.team_claim and (teams := claim(claims, settings.team_claim)):
        facts["teams"] = teams
    return facts


def _changed(c: Connection, account: Account, facts: Mapping[str, Any], by: Author) -> Account:
    return change(c, account.pk, facts, _named(by, account))


def _made(
    c: Connection, settings: OidcSettings, claims: Mapping[str, Any], facts: Mapping[str, Any], by: Author
) -> Account:
    try:
        name = login_name("".join(claim(claims, settings.name_claim)[:1]))
        full_name = "".join(claim(claims, "name")[:1])
        account = accounts.add_account(c, NewAccount(name, full_name, **facts), by.at)
    except ConfigError as error:
        raise CallQAError("identity.name_not_usable") from error
    except NameTaken as error:
        raise CallQAError("identity.name_taken") from error
    accounts.link_subject(c, account.pk, subject_of(claims))
    _named(by, account).log_action(c, "account_added", account, role=account.role, by="oidc")
    return account


def _named(by: Author, account: Account) -> Author:
    """People change their own account by coming in."""
    return Author(account.name, account.role, by.address, by.at)
