"""Saved filters: each person's own, replaced by name."""

from datetime import UTC, datetime

import pytest

from callqa.errors import StoreError
from store import Store
from store.people.saved_filters import MOST, delete_filter, filters_of, put_filter

AT = datetime(2026, 11, 24, tzinfo=UTC)


def test_filters_are_kept_replaced_and_forgotten_by_their_owner(store: Store) -> None:
    with store.write() as c:
        put_filter(c, "王丽", "低分", {"high": ["60"]}, AT)
        put_filter(c, "王丽", "申诉中", {"appeal": ["open"]}, AT)
        put_filter(c, "王丽", "低分", {"high": ["70"], "team": ["早班", "晚班"]}, AT)
        put_filter(c, "李明", "低分", {}, AT)
        low, open_ones = filters_of(c, "王丽")
        assert (low.name, low.params) == ("低分", {"high": ["70"], "team": ["早班", "晚班"]})
        assert not delete_filter(c, "李明", low.pk)
        assert delete_filter(c, "王丽", low.pk)
        assert filters_of(c, "王丽") == [open_ones]
        assert [saved.name for saved in filters_of(c, "李明")] == ["低分"]


def test_nobody_keeps_filters_without_end(store: Store) -> None:
    with store.write() as c:
        for n in range(MOST):
            put_filter(c, "王丽", f"{n}", {}, AT)
        put_filter(c, "王丽", "0", {"fatal": ["yes"]}, AT)
        with pytest.raises(StoreError, match="delete one first"):
            put_filter(c, "王丽", "one more", {}, AT)
        put_filter(c, "李明", "one more", {}, AT)
