"""The golden set: what people agreed is right. Labels are added; of one item of one call the last one counts."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, case, exists, func, insert, select

from callqa.errors import StoreError
from callqa.records import GoldenLabel
from callqa.types import Verdict
from store.tables.calls import call
from store.tables.joins import call_pk
from store.tables.people import golden_label

LEFT_OUT = Verdict.UNSURE
"""A last label of this verdict takes the item of the call out of the set: people could not agree after all."""

APPEAL = "appeal"
"""The source of labels on which two people agreed after an appeal."""
PROPOSED = "appeal-proposed"
"""The source of what the final stage of an appeal proposes; no label before a second person agrees."""


def put_label(c: Connection, label: GoldenLabel) -> bool:
    """Adds a label; ``False`` when this very label is there already. Raises `StoreError` for a call that is not."""
    if label.verdict is Verdict.ERROR:
        raise StoreError("golden.label_is_error", call=label.call_id, item=label.item_id)
    row = {
        "call_id": call_pk(c, label.call_id),
        "item_id": label.item_id,
        "verdict": label.verdict.value,
        "source": label.source,
        "author": label.author,
        "at": label.at,
    }
    if c.scalar(select(exists().where(*(golden_label.c[name] == value for name, value in row.items())))):
        return False
    c.execute(insert(golden_label).values(row))
    return True


def put_labels(c: Connection, labels: Iterable[GoldenLabel]) -> int:
    """How many of them were new."""
    return sum(put_label(c, label) for label in labels)


def labels(c: Connection) -> list[GoldenLabel]:
    """The labels that count, in the order of calls and items; what was taken out is not among them."""
    last = (
        select(func.max(golden_label.c.id))
        .where(golden_label.c.source != PROPOSED)
        .group_by(golden_label.c.call_id, golden_label.c.item_id)
    )
    counting = _labels().where(golden_label.c.id.in_(last), golden_label.c.verdict != LEFT_OUT.value)
    return _read(c, counting.order_by(call.c.call_id, golden_label.c.item_id))


def history(c: Connection, call_id: str) -> list[GoldenLabel]:
    """Every label that a call was ever given, and what was proposed, oldest first."""
    return _read(c, _labels().where(call.c.call_id == call_id).order_by(golden_label.c.id))


def only_appealed(c: Connection) -> set[tuple[str, str]]:
    """(call_id, item_id) of what is labelled for no other reason than that a person showed the machine wrong."""
    others = func.sum(case((golden_label.c.source == APPEAL, 0), else_=1))
    wanted = select(call.c.call_id, golden_label.c.item_id).join(call).where(golden_label.c.source != PROPOSED)
    wanted = wanted.group_by(call.c.call_id, golden_label.c.item_id)
    return {(call_id, item_id) for call_id, item_id in c.execute(wanted.having(others == 0))}


def proposed(c: Connection) -> set[tuple[str, str]]:
    """(call_id, item_id) of what was proposed and has no label yet."""
    labelled = func.sum(case((golden_label.c.source == PROPOSED, 0), else_=1))
    wanted = select(call.c.call_id, golden_label.c.item_id).join(call)
    wanted = wanted.group_by(call.c.call_id, golden_label.c.item_id).having(labelled == 0)
    return {(call_id, item_id) for call_id, item_id in c.execute(wanted)}


def _labels() -> Select[Any]:
    return select(call.c.call_id, *golden_label.c["item_id", "verdict", "source", "author", "at"]).join(call)


def _read(c: Connection, wanted: Select[Any]) -> list[GoldenLabel]:
    return [
        GoldenLabel(row.call_id, row.item_id, Verdict(row.verdict), row.source, row.author, row.at)
        for row in c.execute(wanted)
    ]
