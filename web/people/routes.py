"""The people who use the desk: who they are, what they may see, where they are signed in."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from callqa.errors import CallQAError
from callqa.people import Account, Role
from store import Connection
from store.people import accounts, sign_ins
from store.people.accounts import AccountRow, LastAdmin, NameTaken, NewAccount
from web.access import account_changes
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.admin.links import shown_link
from web.audit.routes import Entry, entries_about
from web.parameters import blank_is_none
from web.people.form import FilledIn, PersonForm, form_of
from web.routing import Area, Then, render
from web.team_accounts.routes import seats_of

PAGE = 50
LATEST = 10  # entries of the audit log that stand on a person's page
LAST_ADMIN = "这是最后一位能登录的系统管理员，请先指定另一位"

State = Literal["active", "new", "disabled"]
area = Area("account")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the list."""

    pk: int
    name: str
    full_name: str
    role: Role
    agent_id: str | None
    teams: tuple[str, ...]
    state: State
    """``new``: has not set a password yet."""
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class People:
    """The list, or what is left of it by the filters."""

    q: str
    role: Role | None
    roles: tuple[Role, ...]
    rows: tuple[PersonRow, ...]
    next: str
    """The address of the next page; empty on the last one."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Where somebody is signed in."""

    pk: int
    address: str
    created_at: datetime
    seen_at: datetime
    here: bool
    """Whether it is the one in which the page is seen."""


@dataclass(frozen=True, slots=True)
class Person:
    """Everything about one."""

    pk: int
    name: str
    state: State
    linked: bool
    """With the identity provider."""
    seen_at: datetime | None
    form: PersonForm
    roles: tuple[Role, ...]
    known_teams: tuple[str, ...]
    sessions: tuple[SessionRow, ...]
    deeds: tuple[Entry, ...]
    """The latest entries of the log about the account, the newest first."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """The form of somebody who gets an account."""

    form: PersonForm
    roles: tuple[Role, ...]
    known_teams: tuple[str, ...]


@area.page("/people", "people/list.html", Permission.PEOPLE)
def people(
    context: Context,
    q: Annotated[str, Query(max_length=64)] = "",
    role: Annotated[Role | None, blank_is_none] = None,
    after: Annotated[str, Query(max_length=64)] = "",
) -> People:
    with context.desk.store.read() as c:
        found = accounts.accounts(c, q, role, after, PAGE + 1)
    rows = tuple(_row(row) for row in found[:PAGE])
    asked = {"q": q, "role": role or "", "after": rows[-1].name if rows else ""}
    more = f"/people?{urlencode({name: value for name, value in asked.items() if value})}"
    return People(q, role, tuple(Role), rows, more if len(found) > PAGE else "")


@area.page("/people/new", "people/new.html", Permission.PEOPLE)
def new_person(
    context: Context,
    role: Role = Role.INSPECTOR,
    agent_id: Annotated[str, Query(max_length=64)] = "",
    team: Annotated[str, Query(max_length=64)] = "",
) -> NewPerson:
    filled = PersonForm(name=agent_id, role=role, agent_id=agent_id, teams=team)
    with context.desk.store.read() as c:
        return NewPerson(filled, tuple(Role), tuple(sorted(seats_of(context, c))))


@area.action("/people", Permission.PEOPLE)
def add(context: Context, form: FilledIn) -> Response:
    errors = form.lacking()
    try:
        name = account_changes.chosen_name(form.name)
    except CallQAError as error:
        name, errors = "", {**errors, "name": error.code}
    if not errors:
        try:
            with context.desk.store.write() as c:
                facts = form.facts() | {"agent_id": form.agent_id or None}
                account, link = account_changes.add(c, NewAccount(name, **facts), context.author)
            return render(context, "people/link.html", shown_link(context, account, link))
        except NameTaken:
            errors = {"name": "已有这个用户名的账号"}
    with context.desk.store.read() as c:
        again = NewPerson(replace(form, errors=errors), tuple(Role), tuple(sorted(seats_of(context, c))))
    return render(context, "people/new.html", again, 422)


@area.page("/people/{pk:row}", "people/person.html", Permission.PEOPLE)
def person(context: Context, pk: int) -> Person:
    with context.desk.store.read() as c:
        return _person(context, c, pk)


@area.action("/people/{pk:row}", Permission.PEOPLE)
def change(context: Context, pk: int, form: FilledIn) -> Then | Response:
    errors = form.lacking()
    if not errors:
        try:
            with context.desk.store.write() as c:
                account = account_changes.change(c, _account(c, pk).pk, form.facts(), context.author)
            return Then(f"/people/{pk}", context.say("已保存 {name} 的账号", name=account.shown_name))
        except LastAdmin:
            errors = {"role": LAST_ADMIN}
    with context.desk.store.read() as c:
        view = _person(context, c, pk)
    return render(context, "people/person.html", replace(view, form=replace(form, errors=errors)), 422)


@area.action("/people/{pk:row}/disable", Permission.PEOPLE)
def disable(context: Context, pk: int) -> Then:
    try:
        with context.desk.store.write() as c:
            account = account_changes.change(c, _account(c, pk).pk, {"disabled": True}, context.author)
    except LastAdmin:
        return Then(f"/people/{pk}", context.say(LAST_ADMIN), "refused")
    return Then(f"/people/{pk}", context.say("已停用 {name}，其登录全部失效", name=account.shown_name))


@area.action("/people/{pk:row}/enable", Permission.PEOPLE)
def enable(context: Context, pk: int) -> Then:
    with context.desk.store.write() as c:
        account = account_changes.change(c, _account(c, pk).pk, {"disabled": False}, context.author)
    return Then(f"/people/{pk}", context.say("已启用 {name}", name=account.shown_name))


@area.action("/people/{pk:row}/link", Permission.PEOPLE)
def link(context: Context, pk: int) -> Response:
    with context.desk.store.write() as c:
        account = _account(c, pk)
        made = account_changes.reset(c, account, context.author)
    return render(context, "people/link.html", shown_link(context, account, made))


@area.action("/people/{pk:row}/sign-out", Permission.PEOPLE)
def sign_out(context: Context, pk: int) -> Then:
    with context.desk.store.write() as c:
        account = _account(c, pk)
        n = account_changes.end_sessions(c, account, context.author)
    return Then(f"/people/{pk}", context.say("已退出 {name} 的 {n} 处登录", name=account.shown_name, n=n))


@area.action("/people/{pk:row}/unlink", Permission.PEOPLE)
def unlink(context: Context, pk: int) -> Then:
    with context.desk.store.write() as c:
        account = _account(c, pk)
        accounts.link_subject(c, pk, None)
        context.author.log_action(c, "identity_unlinked", account)
    return Then(f"/people/{pk}", context.say("已解除 {name} 与统一身份认证的关联", name=account.shown_name))


def sessions_of(context: RequestContext, c: Connection, account: Account) -> tuple[SessionRow, ...]:
    """The last used first."""
    found = sign_ins.sessions_of(c, account.pk, context.desk.now(), context.desk.idle)
    return tuple(
        SessionRow(one.pk, one.address, one.created_at, one.seen_at, one.pk == context.session.pk) for one in found
    )


def _account(c: Connection, pk: int) -> Account:
    if account := accounts.account_of(c, pk):
        return account
    raise NotThere


def _person(context: RequestContext, c: Connection, pk: int) -> Person:
    row = accounts.account_row(c, pk)
    if row is None:
        raise NotThere
    return Person(
        pk,
        row.account.name,
        _row(row).state,
        row.linked,
        row.seen_at,
        form_of(row.account),
        tuple(Role),
        tuple(sorted(seats_of(context, c))),
        sessions_of(context, c, row.account),
        entries_about(context, c, "account", pk, LATEST),
    )


def _row(row: AccountRow) -> PersonRow:
    one = row.account
    state: State = "disabled" if one.disabled else "active" if row.can_sign_in else "new"
    return PersonRow(one.pk, one.name, one.full_name, one.role, one.agent_id, one.teams, state, row.seen_at)
