"""Personal spans of calls: as they were found with the checks, or looked for now in calls that were checked before."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from callqa.personal import Personal
from callqa.types import Conversation
from services.context import RubricContext
from store import Connection
from store.calls import read


def personal_of(context: RubricContext, c: Connection, call_pk: int, conversation: Conversation) -> Personal:
    """Of one call, whose conversation is at hand."""
    return known_personal(context, c, [call_pk]).get(call_pk) or context.personal.find(conversation)


def personal_by_call(context: RubricContext, c: Connection, call_pks: Collection[int]) -> dict[int, Personal]:
    """Of those of the calls that have a transcript, by primary key."""
    known = known_personal(context, c, call_pks)
    others = [pk for pk in call_pks if pk not in known]
    for stored in read.conversations(c, others, context.keys.engine_key, context.zone):
        known[stored.call_pk] = context.personal.find(stored.conversation)
    return known


def known_personal(context: RubricContext, c: Connection, call_pks: Collection[int]) -> dict[int, Personal]:
    """Of those of the calls in which it was looked for with the checks, by primary key."""
    return dict(_stored(context, c, call_pks))


def _stored(context: RubricContext, c: Connection, call_pks: Collection[int]) -> Iterator[tuple[int, Personal]]:
    keys = replace(context.keys, check_keys=(context.personal.key,))
    for stored in read.findings(c, call_pks, keys):
        for finding in stored.findings:
            if finding.details and finding.details.personal:
                yield stored.call_pk, finding.details.personal
