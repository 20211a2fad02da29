"""Trust in each item of a rubric, and since when. Rows are added; the last of an item counts."""

from collections.abc import Iterable, Mapping, Set

from more_itertools import chunked
from sqlalchemy import Connection, func, insert, select

from callqa.errors import StoreError
from callqa.keys import RubricKeys
from callqa.records import ItemTrust
from store.tables.calls import call
from store.tables.joins import CHUNK, NOT_THERE, covered, rubric_pk
from store.tables.people import item_trust, sample_call


def put_trust(c: Connection, rubric_key: str, trusts: Iterable[ItemTrust], advisory: Set[str]) -> None:
    """``advisory``: ids of the items whose violations only suggest. Raises `StoreError` for an unknown rubric."""
    rubric_id = rubric_pk(c, rubric_key)
    if rubric_id == NOT_THERE:
        raise StoreError("rubric.not_registered", key=rubric_key)
    rows = [
        {
            "rubric_id": rubric_id,
            "item_id": trust.item_id,
            "suggests": int(trust.item_id in advisory),
            "document": trust,
            "at": trust.at,
        }
        for trust in trusts
    ]
    if rows:
        c.execute(insert(item_trust), rows)


def trusts(c: Connection, rubric_key: str) -> dict[str, ItemTrust]:
    """The last figures of each item, by its id; items that were never measured are not in it."""
    mine = item_trust.c.rubric_id == rubric_pk(c, rubric_key)
    last = select(func.max(item_trust.c.id)).where(mine).group_by(item_trust.c.item_id)
    wanted = select(item_trust.c.item_id, item_trust.c.document).where(item_trust.c.id.in_(last))
    return {row.item_id: row.document for row in c.execute(wanted.order_by(item_trust.c.id))}


def call_pks(c: Connection, call_ids: Iterable[str], keys: RubricKeys) -> dict[str, int]:
    """Primary keys, by call id, of those of the calls that are there and belong to the rubric of ``keys``."""
    rows = select(call.c.call_id, call.c.id).where(covered(keys))
    return {
        call_id: pk
        for chunk in chunked(call_ids, CHUNK)
        for call_id, pk in c.execute(rows.where(call.c.call_id.in_(chunk)))
    }


def drawn_calls(c: Connection) -> dict[str, Mapping[int, float]]:
    """The chance each sampled call had, by call id and then by the sample that drew it."""
    rows = c.execute(select(call.c.call_id, *sample_call.c["sample_id", "probability"]).join(call))
    drawn: dict[str, dict[int, float]] = {}
    for call_id, sample_id, probability in rows:
        drawn.setdefault(call_id, {})[sample_id] = probability
    return dict(drawn)
