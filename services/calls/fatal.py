"""Possible fatal faults that nobody has confirmed, as agents are told of their calls: as items that wait for a person.

Nobody is accused by a machine alone. An agent sees such a fault, and can appeal against it, once a person has
confirmed it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from callqa.scores import CallScore, ItemScore, ItemStatus
from callqa.types import Verdict
from services.calls.call_file import Line
from services.calls.visible import ShownCall
from services.wording import fatal_is_open
from store.calls.call_list import ListedCall


def call_without_accusations(shown: ShownCall) -> ShownCall:
    """The call with neither the machine's verdict on these items, nor its reason and quotes, nor a total."""
    accused = {line.item.id for line in shown.lines if line.fatal_waits}
    if not accused:
        return shown
    sheet = shown.file.sheet
    return replace(
        shown,
        file=replace(shown.file, sheet=sheet_without_accusations(sheet) if sheet else None),
        lines=tuple(_lines(shown.lines)),
        opinions={check_id: shown.opinions[check_id] for check_id in shown.opinions.keys() - _checks(shown.lines)},
    )


def sheet_without_accusations(sheet: CallScore) -> CallScore:
    """The sheet likewise; without a total while it is not settled."""
    items = tuple(_waiting(item) if item.unconfirmed else item for item in sheet.items)
    return replace(sheet, items=items, total=None if fatal_is_open(sheet.items) else sheet.total)


def listed_without_accusations(call: ListedCall, sheet: CallScore | None) -> tuple[ListedCall, CallScore | None]:
    """A call of a list and its sheet, likewise; without a sheet nobody can tell whether a person confirmed."""
    if not call.fatal:
        return call, sheet
    if sheet is None:
        return call._replace(fatal=False, total=None), None
    counted = sheet_without_accusations(sheet)
    return call._replace(fatal=any(item.fatal for item in counted.items), total=counted.total), counted


def _lines(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        if line.fatal_waits:
            yield replace(
                line, machine=_waiting(line.machine), counts=_waiting(line.counts), finding=None, suggests=False
            )
        else:
            yield line


def _checks(lines: Iterable[Line]) -> set[str]:
    return {line.finding.check_id for line in lines if line.fatal_waits and line.finding}


def _waiting(item: ItemScore) -> ItemScore:
    return replace(item, status=ItemStatus.NEEDS_REVIEW, verdict=Verdict.UNSURE, points=None, fatal=False)
