"""Examples that people taught, one at most of an item of a call. They quote calls and go with their words."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, delete, insert, select

from callqa.errors import StoreError
from callqa.learning import Example
from callqa.types import Verdict
from store.tables.calls import call
from store.tables.joins import HAS_TEXT, call_pk
from store.tables.people import example


class StoredExample(NamedTuple):
    """An example, and where it stands."""

    pk: int
    call_pk: int
    example: Example


def put_example(c: Connection, new: Example) -> None:
    """Takes the place of the one that the item of the call had. Raises `StoreError` for a call that is not there, or
    whose words were removed."""
    pk = call_pk(c, new.call_id)
    if c.scalar(select(call.c.id).where(call.c.id == pk, HAS_TEXT)) is None:
        raise StoreError("example.no_words", call=new.call_id)
    drop_example(c, new.call_id, new.item_id)
    c.execute(
        insert(example).values(
            call_id=pk,
            item_id=new.item_id,
            verdict=new.verdict.value,
            machine=new.machine.value,
            check_key=new.check_key,
            document=new.words,
            author=new.author,
            at=new.at,
        )
    )


def drop_example(c: Connection, call_id: str, item_id: str) -> bool:
    """Whether there was one."""
    mine = select(call.c.id).where(call.c.call_id == call_id).scalar_subquery()
    return bool(c.execute(delete(example).where(example.c.call_id == mine, example.c.item_id == item_id)).rowcount)


def examples(
    c: Connection,
    call_id: str | None = None,
    *,
    without: Collection[str] = (),
    before: int | None = None,
    most: int | None = None,
) -> list[StoredExample]:
    """All examples, or those of one call, the latest first. ``without``: calls whose examples are left out; ``before``:
    only older ones than this; ``most``: no more than so many."""
    wanted = _examples().order_by(example.c.id.desc()).where(call.c.call_id.not_in(sorted(without))).limit(most)
    if call_id is not None:
        wanted = wanted.where(call.c.call_id == call_id)
    if before is not None:
        wanted = wanted.where(example.c.id < before)
    return [
        StoredExample(
            row.id,
            row.call_pk,
            Example(
                row.call_id,
                row.item_id,
                Verdict(row.verdict),
                Verdict(row.machine),
                row.check_key,
                row.document,
                row.author,
                row.at,
            ),
        )
        for row in c.execute(wanted)
    ]


def _examples() -> Select[Any]:
    columns = example.c["id", "item_id", "verdict", "machine", "check_key", "document", "author", "at"]
    return select(call.c.call_id, call.c.id.label("call_pk"), *columns).select_from(example).join(call)
