"""Removal of calls from the index of what was said."""

from collections.abc import Callable, Collection

import numpy as np
from sqlalchemy import Connection, bindparam, delete, select, update

from store.search.blocks import drop_empty_blocks
from store.search.postings import Block, Flags, Ints, call_pks, pack, unpack
from store.tables.search import said_block, said_call, said_pair

FEW = 64
"""Calls of a block: with more, it is quicker to index the others anew."""


def remove_from_index(c: Connection, ids: Collection[int]) -> None:
    """Leaves nothing in the index that tells of these calls.

    Of a few, what was said is taken out of their blocks, half a second each. A block that tells of many is dropped; its
    other calls are to be indexed anew. It may tell of a call that was indexed anew since, so all are looked into.
    """
    wanted = np.fromiter(ids, np.int64)
    _take_out_of_all(c, lambda _, calls: np.isin(calls, wanted))
    c.execute(delete(said_call).where(said_call.c.call_id.in_(ids)))
    drop_empty_blocks(c)


def remove_former(c: Connection) -> None:
    """Leaves nothing in the index of what calls said in recordings that others took the place of."""

    def former(block_id: int, calls: Ints) -> Flags:
        present = c.scalars(select(said_call.c.call_id).where(said_call.c.block_id == block_id))
        return np.isin(calls, np.fromiter(present, np.int64), invert=True)

    _take_out_of_all(c, former)
    drop_empty_blocks(c)


def _take_out_of_all(c: Connection, which: Callable[[int, Ints], Flags]) -> None:
    """``which``: of a block and its calls, shape (n,), those that go."""
    dropped = []
    for block_id, *columns in c.execute(select(*said_block.c["id", "positions", "bounds"])).all():
        block = Block.read(*columns)
        going = which(block_id, call_pks(block.positions))
        if going.sum() > FEW or going.all():
            dropped.append(block_id)
        elif going.any():
            _take_out(c, block_id, block, going)
    c.execute(delete(said_call).where(said_call.c.block_id.in_(dropped)))


def _take_out(c: Connection, block_id: int, block: Block, going: Flags) -> None:
    """``going``: shape (n,), which of the block's calls go."""
    changed, emptied = [], []
    for pair, packed in c.execute(select(*said_pair.c["pair", "places"]).where(said_pair.c.block_id == block_id)).all():
        places = unpack(packed)
        staying = places[~going[block.rows(places)]]
        if not len(staying):
            emptied.append({"of": pair})
        elif len(staying) < len(places):
            changed.append({"of": pair, "left": pack(staying)})
    mine = said_pair.c.block_id == block_id, said_pair.c.pair == bindparam("of")
    if changed:
        c.execute(update(said_pair).where(*mine).values(places=bindparam("left")), changed)
    if emptied:
        c.execute(delete(said_pair).where(*mine), emptied)
    rest = block.without(going)
    ends = {"oldest": int(rest.positions[-1]), "newest": int(rest.positions[0])}
    c.execute(update(said_block).where(said_block.c.id == block_id).values(**ends, **rest.columns()))
