"""The page of the audit log: who did and viewed what, from where."""

from datetime import date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

from store.people import audit
from store.people.audit import AuditFilter
from web.access.request_context import Context, RequestContext
from web.access.roles import Permission
from web.audit.actions import AUDIT_ACTIONS, KINDS, VIEWS
from web.audit.build import entry_of
from web.audit.view import AuditLog
from web.parameters import Day, Number
from web.routing import Area

PAGE = 50
CHANGES = "changes"
"""Asked for as an action: all but `VIEWS`."""

area = Area("audit")


@area.page("/audit", "audit/log.html", Permission.AUDIT)
def audit_log(
    context: Context,
    author: Annotated[str, Query(max_length=80)] = "",
    action: Annotated[str, Query(max_length=64)] = "",
    kind: Annotated[str, Query(max_length=64)] = "",
    pk: Number = None,
    first: Day = None,
    last: Day = None,
    before: Number = None,
) -> AuditLog:
    """``first`` and ``last`` are local days; both are shown."""
    only, but = ("", VIEWS) if action == CHANGES else (action, ())
    wanted = AuditFilter(author.strip(), only, kind, pk, _midnight(context, first), _midnight(context, last, 1), but)
    with context.desk.store.read() as c:
        rows = audit.page_of(c, wanted, before, PAGE + 1)
    asked = {"author": author, "action": action, "kind": kind, "pk": pk, "first": first, "last": last}
    more = {
        **{name: value for name, value in asked.items() if value},
        "before": rows[PAGE - 1].pk if rows[PAGE:] else 0,
    }
    return AuditLog(
        author,
        action,
        kind,
        pk,
        first,
        last,
        tuple((slug, context.say(words)) for slug, words in {CHANGES: "除查看以外", **AUDIT_ACTIONS}.items()),
        tuple((slug, context.say(known.words)) for slug, known in KINDS.items()),
        tuple(entry_of(context, row) for row in rows[:PAGE]),
        context.desk.log_watch.look(context.desk.store, context.desk.settings.home),
        f"/audit?{urlencode(more)}" if more["before"] else "",
    )


def _midnight(context: RequestContext, day: date | None, later: int = 0) -> datetime | None:
    """When the local day begins, or the one ``later`` days after it."""
    if day is None:
        return None
    start = day + timedelta(days=later)
    return datetime(start.year, start.month, start.day, tzinfo=context.desk.settings.zone)
