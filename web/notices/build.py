"""Notices, as their page shows them."""

from collections.abc import Mapping

from callqa.notices import NOTICE_KINDS, NoticeKind
from services.notices.wording import KIND_WORDS
from store import Connection
from store.people import notices
from store.people.notices import StoredNotice
from web.access.request_context import RequestContext
from web.notices.view import NoticeGroup, NoticeRow, Notices

SHOWN = 50
MANNERS: Mapping[NoticeKind, tuple[str, str]] = {
    "emergency": ("bad", "warning"),
    "night": ("bad", "runs"),
    "held": ("bad", "lock"),
    "appeal": ("warn", "appeal"),
    "assigned": ("info", "review"),
    "undelivered": ("warn", "bell"),
}
"""Tone and icon."""


def notices_page(context: RequestContext, c: Connection) -> Notices:
    kept = notices.notices_of(c, context.who.pk)
    groups = tuple(_group(kind, [row for row in kept if row.kind == kind]) for kind in NOTICE_KINDS)
    n_unread = sum(row.read_at is None for row in kept)
    outside = notices.choice_of(c, context.who.pk) is not None
    return Notices(tuple(group for group in groups if group.rows), n_unread, outside)


def _group(kind: NoticeKind, kept: list[StoredNotice]) -> NoticeGroup:
    unread_first = sorted(kept, key=lambda row: row.read_at is not None)
    rows = tuple(NoticeRow(row.pk, row.name, row.due, row.at, row.read_at is None) for row in unread_first[:SHOWN])
    return NoticeGroup(kind, KIND_WORDS[kind], *MANNERS[kind], rows, max(0, len(kept) - SHOWN))
