"""The token that asks, as its program reads it."""

from web.access.roles import Permission
from web.api.access import Api
from web.api.routing import ApiArea
from web.api.token.view import TokenData

area = ApiArea("Token", "")


@area.get("/token", Permission.SIGNED_IN, TokenData, missing=False)
def get_token(context: Api) -> TokenData:
    """Whose token this is, and what it reaches."""
    who = context.who
    scopes = tuple(scope.value for scope in context.scopes)
    return TokenData(who.name, who.role, context.label, scopes, context.session.expires_at)
