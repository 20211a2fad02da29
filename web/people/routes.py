"""The people who use the desk: who they are, what they may see, where they are signed in."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from callqa.errors import CallQAError
from callqa.people import Account, Role, login_name
from store import Connection
from store.people import accounts
from store.people.accounts import LastAdmin, NameTaken, NewAccount
from web.access import account_changes
from web.access.request_context import Context, NotThere
from web.access.roles import Permission
from web.parameters import blank_is_none
from web.people.build import person_of, row_of, shown_link
from web.people.form import FilledIn, PersonForm
from web.people.view import NewPerson, People, Person
from web.routing import Area, Then, render
from web.team_accounts.build import seats_of

PAGE = 50
LAST_ADMIN = "这是最后一位能登录的系统管理员，请先指定另一位"

area = Area("account")


@area.page("/people", "people/list.html", Permission.PEOPLE)
def people(
    context: Context,
    q: Annotated[str, Query(max_length=64)] = "",
    role: Annotated[Role | None, blank_is_none] = None,
    after: Annotated[str, Query(max_length=64)] = "",
) -> People:
    with context.desk.store.read() as c:
        accounts_found = accounts.accounts(c, q, role, after, PAGE + 1)
    rows = tuple(row_of(row) for row in accounts_found[:PAGE])
    asked = {"q": q, "role": role or "", "after": rows[-1].name if rows else ""}
    more = f"/people?{urlencode({name: value for name, value in asked.items() if value})}"
    return People(q, role, tuple(Role), rows, more if len(accounts_found) > PAGE else "")


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
        name = login_name(form.name)
    except CallQAError as error:
        name, errors = "", {**errors, "name": context.refusal(error)}
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
        return person_of(context, c, pk)


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
        view = person_of(context, c, pk)
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
        sign_in_link = account_changes.reset(c, account, context.author)
    return render(context, "people/link.html", shown_link(context, account, sign_in_link))


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


def _account(c: Connection, pk: int) -> Account:
    if account := accounts.account_of(c, pk):
        return account
    raise NotThere
