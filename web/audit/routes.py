"""The page of the audit log: who did and viewed what, from where."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query

from callqa.people import AuditEntry, Role
from services.audit.watch import LogState
from services.wording import ACTIONS
from store import Connection
from store.people import audit
from store.people.audit import AuditFilter, AuditRow
from web.access.request_context import Context, RequestContext
from web.access.roles import Permission
from web.audit.actions import AUDIT_ACTIONS, FACTS, KINDS, OPENED, PAGES, ROLES, VIEWS
from web.calls.view import APPEAL_WORDS
from web.parameters import Day, Number
from web.routing import Area

PAGE = 50
CHANGES = "changes"
"""Asked for as an action: all but `VIEWS`."""
NUMBER = re.compile(r"\d+$")

area = Area("audit")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log, in words."""

    pk: int
    at: datetime
    author: str
    role: str
    action: str
    kind: str
    object: str
    href: str
    """Of the object; empty when there is no page of it, or not for this reader."""
    address: str
    detail: tuple[tuple[str, str], ...]
    """What and how: pairs of words."""


@dataclass(frozen=True, slots=True)
class AuditLog:
    """A page of the log, and what was asked for."""

    author: str
    action: str
    kind: str
    pk: int | None
    first: date | None
    last: date | None
    actions: tuple[tuple[str, str], ...]
    """To choose from: slug and words."""
    kinds: tuple[tuple[str, str], ...]
    deeds: tuple[Entry, ...]
    state: LogState
    """Whether the log is as it was written."""
    next: str
    """The address of the next page; empty on the last one."""


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
    one, but = ("", VIEWS) if action == CHANGES else (action, ())
    wanted = AuditFilter(author.strip(), one, kind, pk, _midnight(context, first), _midnight(context, last, 1), but)
    with context.desk.store.read() as c:
        found = audit.page_of(c, wanted, before, PAGE + 1)
    asked = {"author": author, "action": action, "kind": kind, "pk": pk, "first": first, "last": last}
    more = {
        **{name: value for name, value in asked.items() if value},
        "before": found[PAGE - 1].pk if found[PAGE:] else 0,
    }
    return AuditLog(
        author,
        action,
        kind,
        pk,
        first,
        last,
        tuple((slug, context.say(words)) for slug, words in {CHANGES: "除查看以外", **AUDIT_ACTIONS}.items()),
        tuple((slug, context.say(one.words)) for slug, one in KINDS.items()),
        tuple(_entry(context, row) for row in found[:PAGE]),
        context.desk.log_watch.look(context.desk.store, context.desk.settings.home),
        f"/audit?{urlencode(more)}" if more["before"] else "",
    )


def entries_about(context: RequestContext, c: Connection, kind: str, pk: int, limit: int) -> tuple[Entry, ...]:
    """What was done about one object, the newest first."""
    wanted = AuditFilter(kind=kind, object_pk=pk, but=VIEWS)
    return tuple(_entry(context, row) for row in audit.page_of(c, wanted, limit=limit))


def _entry(context: RequestContext, row: AuditRow) -> Entry:
    pk, entry = row
    kind, name = _object(context, entry)
    return Entry(
        pk,
        entry.at,
        entry.author,
        context.say(ROLES[Role(entry.role)]) if entry.role else "",
        context.say(AUDIT_ACTIONS.get(entry.action, entry.action)),
        kind,
        name,
        _href(context, entry),
        entry.address,
        tuple(_fact(context, what, how) for what, how in entry.detail.items()),
    )


def _object(context: RequestContext, entry: AuditEntry) -> tuple[str, str]:
    """What kind of thing it is, and its name; of a page, what it is called."""
    if entry.action != OPENED:
        kind = KINDS.get(entry.kind)
        return context.say(kind.words) if kind else entry.kind, entry.object
    number = NUMBER.search(entry.object)
    words = PAGES.get(NUMBER.sub("{}", entry.object), entry.object)
    return "", context.say(words, pk=number[0] if number else "")


def _href(context: RequestContext, entry: AuditEntry) -> str:
    kind = KINDS.get(entry.kind)
    if kind is None or not entry.object or not context.may(kind.needs):
        return ""
    if entry.object_pk is None:
        return "" if "{}" in kind.place or entry.action == OPENED else kind.place
    return kind.place.format(entry.object_pk)


def _fact(context: RequestContext, name: str, value: Any) -> tuple[str, str]:
    say = context.say
    if name == "role":
        value = say(ROLES[Role(value)])
    elif name == "word":
        value = say(ACTIONS.get(value, value))
    elif name == "appeal":
        value = say(APPEAL_WORDS.get(value, value))
    elif value == "yes":
        value = say("是")
    elif isinstance(value, bool):
        value = say("是") if value else say("否")
    elif isinstance(value, list):
        value = "、".join(map(str, value))
    return say(FACTS.get(name, name)), "–" if value in (None, "") else str(value)


def _midnight(context: RequestContext, day: date | None, later: int = 0) -> datetime | None:
    """When the local day begins, or the one ``later`` days after it."""
    if day is None:
        return None
    start = day + timedelta(days=later)
    return datetime(start.year, start.month, start.day, tzinfo=context.desk.settings.zone)
