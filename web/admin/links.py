"""One-time links for administrators to hand on, in one answer only: an address or a cookie would keep them."""

from dataclasses import dataclass

from callqa.people import Account
from web.access.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class Link:
    """A link for one person."""

    pk: int
    name: str
    full_name: str
    url: str


def shown_link(context: RequestContext, account: Account, path: str) -> Link:
    """With the address by which people reach the desk, or by which the administrator does."""
    base = context.desk.settings.desk.public_url or str(context.request.base_url).rstrip("/")
    return Link(account.pk, account.name, account.full_name, base + path)
