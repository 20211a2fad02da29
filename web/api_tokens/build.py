"""Tokens, as their page shows them."""

from collections.abc import Mapping

from callqa.people import TokenScope
from services.api_tokens.issue import DAYS, MOST_DAYS
from store import Connection
from store.people import api_tokens
from store.people.api_tokens import ApiToken
from web.access.request_context import RequestContext
from web.access.roles import Permission
from web.api.access import REACH
from web.api_tokens.view import ScopeChoice, State, TokenRow, Tokens

SCOPES: Mapping[TokenScope, str] = {
    TokenScope.READ_CALLS: "读取通话、评分单、检查结果和转写文本（个人信息遮蔽）",
    TokenScope.READ_PERSONAL: "个人信息不遮蔽（须与上一项同用）",
    TokenScope.READ_FIGURES: "读取坐席、班组和各时段的数据",
    TokenScope.READ_RUNS: "读取处理失败及原因",
    TokenScope.PUSH_CALLS: "提交通话、工单和录音",
    TokenScope.WEBHOOKS: "设置事件推送，读取事件",
}
"""What each scope is called."""


def tokens_page(
    context: RequestContext,
    c: Connection,
    label: str = "",
    chosen: tuple[str, ...] = (TokenScope.READ_CALLS,),
    error: str = "",
    days: int = DAYS,
) -> Tokens:
    everybody = context.may(Permission.PEOPLE)
    kept = api_tokens.api_tokens(c, None if everybody else context.who.pk)
    choices = tuple(ScopeChoice(scope, words, any(map(context.may, REACH[scope]))) for scope, words in SCOPES.items())
    rows = tuple(_row(context, token) for token in kept)
    return Tokens(rows, everybody, choices, days, MOST_DAYS, label, chosen, error)


def _row(context: RequestContext, token: ApiToken) -> TokenRow:
    state: State = "works"
    if token.ended_at:
        state = "revoked"
    elif token.expires_at <= context.desk.now():
        state = "expired"
    elif token.account.disabled:
        state = "disabled"
    return TokenRow(
        token.pk, token.account.shown_name, token.account.pk == context.who.pk, token.label, token.ending,
        token.scopes, token.created_at, token.expires_at, token.seen_at, state,
    )  # fmt: skip
