"""The tables of the index of what was said: blocks of calls, and where in a block each pair of syllables stands.

A block is written once; only what removed calls said is taken out of it (`store.removal.index_removal`). A call that is
indexed anew (its recording, its time or the engine is another one) points at its new block, and what an old block says
of it no longer counts.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table

from store.tables.calls import KEY, call, engine, metadata, points_at, transcript
from store.tables.columns import UtcDateTime

said_block = Table(
    "said_block",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("engine_id", engine),
    Column("sounds_key", KEY, nullable=False),  # of how texts became pairs of syllables
    Column("oldest", BigInteger, nullable=False),  # `store.search.postings.position` of a call, likewise below
    Column("newest", BigInteger, nullable=False),
    Column("positions", LargeBinary, nullable=False),  # see `store.search.postings.Block`
    Column("bounds", LargeBinary, nullable=False),
    sqlite_autoincrement=True,  # the number of a block that is gone is never given to another one
)

said_pair = Table(
    "said_pair",
    metadata,
    Column("block_id", Integer, ForeignKey(said_block.c.id), primary_key=True),
    Column("pair", Integer, primary_key=True),
    Column("places", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

said_call = Table(
    "said",
    metadata,
    Column("call_id", Integer, ForeignKey(call.c.id), primary_key=True, autoincrement=False),
    points_at("transcript_id", transcript),
    points_at("block_id", said_block),
    Column("started_at", UtcDateTime, nullable=False),
    Index(None, "block_id"),
)
