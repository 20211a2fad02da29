"""One-time links for administrators to hand on, in one answer only: an address or a cookie would keep them."""

from dataclasses import dataclass

from callqa.people import Account
from web.access.request_context import Visit


@dataclass(frozen=True, slots=True)
class Link:
    """A link for one person."""

    pk: int
    name: str
    full_name: str
    url: str


def shown_link(visit: Visit, account: Account, path: str) -> Link:
    """With the address by which people reach the desk, or by which the administrator does."""
    base = visit.desk.settings.desk.public_url or str(visit.request.base_url).rstrip("/")
    return Link(account.pk, account.name, account.full_name, base + path)
