"""Tokens: made for oneself, seen once, and revoked; an administrator revokes anybody's."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from callqa.errors import CallQAError
from callqa.people import TokenScope
from services.api_tokens.issue import DAYS, issue
from store import Connection
from store.people import api_tokens
from store.people.api_tokens import ApiToken
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.api_tokens.build import tokens_page
from web.api_tokens.view import NewToken, Tokens
from web.routing import Area, Then, render

area = Area("account")


@area.page("/account/tokens", "api_tokens/tokens.html", Permission.TOKENS)
def tokens(context: Context) -> Tokens:
    with context.desk.store.read() as c:
        return tokens_page(context, c)


@area.action("/account/tokens", Permission.TOKENS)
def make_token(
    context: Context,
    label: Annotated[str, Form(max_length=200)] = "",
    scope: Annotated[list[TokenScope], Form()] = [],  # noqa: B006
    days: Annotated[int, Form(ge=1, le=10_000)] = DAYS,
) -> Response:
    try:
        with context.desk.store.write() as c:
            made, token = issue(c, context.who, label, scope, days, context.desk.now())
            log_token(context, c, "token_made", made)
    except CallQAError as error:
        with context.desk.store.read() as c:
            again = tokens_page(context, c, label, tuple(scope), context.refusal(error), days)
        return render(context, "api_tokens/tokens.html", again, 422)
    base = context.desk.settings.desk.public_url or str(context.request.base_url).rstrip("/")
    new = NewToken(made.label, token, made.expires_at, made.scopes, f"{base}/api/v1")
    return render(context, "api_tokens/new.html", new)


@area.action("/account/tokens/{pk:row}/end", Permission.TOKENS)
def end_token(context: Context, pk: int) -> Then:
    owner = None if context.may(Permission.PEOPLE) else context.who.pk
    with context.desk.store.write() as c:
        ended = api_tokens.end_api_token(c, pk, context.desk.now(), owner)
        if ended is None:
            raise NotThere
        log_token(context, c, "token_revoked", ended)
    return Then("/account/tokens", context.say("已吊销令牌“{label}”，使用它的程序立即不能再访问", label=ended.label))


def log_token(context: RequestContext, c: Connection, action: str, token: ApiToken) -> None:
    context.author.log_action(c, action, token.account, name=token.label, scopes="、".join(token.scopes))
