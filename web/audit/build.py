"""Entries of the audit log in words, as pages show them."""

import re
from typing import Any

from callqa.people import AuditEntry, Role
from services.wording import ACTIONS
from store import Connection
from store.people import audit
from store.people.audit import AuditFilter, AuditRow
from web.access.request_context import RequestContext
from web.audit.actions import AUDIT_ACTIONS, FACTS, KINDS, OPENED, PAGES, ROLES, VIEWS
from web.audit.view import Entry
from web.calls.build import APPEAL_WORDS

NUMBER = re.compile(r"\d+$")


def entries_about(context: RequestContext, c: Connection, kind: str, pk: int, limit: int) -> tuple[Entry, ...]:
    """What was done about one object, the newest first."""
    wanted = AuditFilter(kind=kind, object_pk=pk, but=VIEWS)
    return tuple(entry_of(context, row) for row in audit.page_of(c, wanted, limit=limit))


def entry_of(context: RequestContext, row: AuditRow) -> Entry:
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
        tuple(_fact(context, name_of_fact, how) for name_of_fact, how in entry.detail.items()),
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
