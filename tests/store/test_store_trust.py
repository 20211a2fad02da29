"""Trust is kept as it was at every time; the last figures of an item count."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from store_world import KEYS, World

from callqa.errors import StoreError
from callqa.records import Estimate, ItemTrust
from store.calls import trust
from store.tables.people import item_trust

NOTHING = Estimate(0, why_not="no_pairs")
TRUST = ItemTrust(
    "opening", 20, 1, Estimate(9, 0.75, 0.4, 0.93), NOTHING, Estimate(20, 0.1, -0.2, 0.4), NOTHING,
    datetime(2026, 11, 3, tzinfo=UTC),
)  # fmt: skip


def test_the_last_figures_count_and_the_first_are_kept(world: World) -> None:
    later = replace(TRUST, n=21, at=TRUST.at + timedelta(days=1))
    with world.store.write() as c:
        trust.put_trust(c, KEYS.rubric_key, [TRUST, replace(TRUST, item_id="closing")], {"opening"})
        trust.put_trust(c, KEYS.rubric_key, [later], frozenset())
    with world.store.read() as c:
        assert trust.trusts(c, KEYS.rubric_key) == {"opening": later, "closing": replace(TRUST, item_id="closing")}
        assert trust.trusts(c, "s" * 16) == {}
        rows = list(c.execute(select(item_trust.c.item_id, item_trust.c.suggests).order_by(item_trust.c.id)))
    assert rows == [("opening", 1), ("closing", 0), ("opening", 0)]


def test_an_unknown_rubric_is_refused(world: World) -> None:
    with world.store.write() as c, pytest.raises(StoreError, match="not registered"):
        trust.put_trust(c, "s" * 16, [TRUST], frozenset())
