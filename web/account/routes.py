"""One's own account: the password, where one is signed in, and the identity provider."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from callqa.errors import CallQAError
from store.people import accounts, sign_ins
from web.access import passwords, throttle
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.account.build import own_account_of
from web.account.view import OwnAccount
from web.oidc import identities
from web.routing import Area, Then, render

area = Area("account")


@area.page("/account", "account/account.html", Permission.SIGNED_IN)
def own_account(context: Context) -> OwnAccount:
    with context.desk.store.read() as c:
        return own_account_of(context, c)


@area.action("/account/password", Permission.SIGNED_IN)
def change_password(
    context: Context,
    password: Annotated[str, Form(max_length=1000)],
    again: Annotated[str, Form(max_length=1000)],
    present: Annotated[str, Form(max_length=1000)] = "",
) -> Then | Response:
    """The other sessions end: whoever knew the old password is out."""
    try:
        _check_present(context, present)
        if password != again:
            raise CallQAError("password.not_repeated")
        new_hash = passwords.hash_new(password, context.who.name, context.who.full_name)
    except CallQAError as error:
        with context.desk.store.read() as c:
            return render(context, "account/account.html", own_account_of(context, c, context.refusal(error)), 422)
    with context.desk.store.write() as c:
        accounts.set_password_hash(c, context.who.pk, new_hash)
        sign_ins.end_sessions_of(c, context.who.pk, context.desk.now(), but=context.session.pk)
        context.author.log_action(c, "password_changed", context.who)
    return Then("/account", context.say("密码已修改，其他地方的登录已全部退出"))


@area.action("/account/sessions/{pk:row}/end", Permission.SIGNED_IN)
def end_session(context: Context, pk: int) -> Then:
    with context.desk.store.write() as c:
        if not sign_ins.end_session(c, pk, context.who.pk, context.desk.now()):
            raise NotThere
        context.author.log_action(c, "sessions_ended", context.who, n=1)
    return Then("/account", context.say("该登录已退出"))


@area.action("/account/sessions/end-others", Permission.SIGNED_IN)
def end_other_sessions(context: Context) -> Then:
    with context.desk.store.write() as c:
        n = sign_ins.end_sessions_of(c, context.who.pk, context.desk.now(), but=context.session.pk)
        context.author.log_action(c, "sessions_ended", context.who, n=n)
    return Then("/account", context.say("已退出其他 {n} 处登录", n=n))


@area.action("/account/unlink", Permission.SIGNED_IN)
def unlink(context: Context) -> Then:
    try:
        with context.desk.store.write() as c:
            identities.unlink(c, context.who, context.author)
    except CallQAError as error:
        return Then("/account", context.refusal(error), "refused")
    return Then("/account", context.say("已解除关联"))


def _check_present(context: RequestContext, present: str) -> None:
    """Whoever finds an open browser does not get the account with it. Raises `CallQAError`."""
    name, store, now = context.who.name, context.desk.store, context.desk.now()
    with store.read() as c:
        known = accounts.credentials(c, name)
    if known is None or known.password_hash is None:
        return  # signed in by the identity provider, and sets the first one
    if throttle.attempt(store, name, context.address, now):
        raise CallQAError("password.too_many_failures")
    if not passwords.matches(known.password_hash, present):
        raise CallQAError("password.wrong")
    throttle.clear_attempts(store, name, context.address)
