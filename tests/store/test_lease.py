"""One holder at a time; the dead lose what they held."""

from store import Store
from store.runs import lease


def test_one_holder_at_a_time(store: Store) -> None:
    with store.write() as c:
        assert lease.holder(c, "run") is None
        assert lease.acquire(c, "run", "one", 60)
        assert not lease.acquire(c, "run", "other", 60)
        assert lease.acquire(c, "run", "one", 60)
        assert lease.acquire(c, "another lease", "other", 60)
        assert lease.holder(c, "run") == "one"


def test_only_the_holder_gives_it_back(store: Store) -> None:
    with store.write() as c:
        lease.acquire(c, "run", "one", 60)
        lease.release(c, "run", "other")
        assert not lease.acquire(c, "run", "other", 60)
        lease.release(c, "run", "one")
        assert lease.acquire(c, "run", "other", 60)


def test_an_expired_lease_is_taken_over(store: Store) -> None:
    with store.write() as c:
        lease.acquire(c, "run", "dead", -1)
        assert lease.acquire(c, "run", "alive", 60)
        assert not lease.renew(c, "run", "dead", 60)
        assert lease.holder(c, "run") == "alive"


def test_renewing_keeps_it(store: Store) -> None:
    with store.write() as c:
        lease.acquire(c, "run", "one", -1)
        assert lease.renew(c, "run", "one", 60)
        assert not lease.acquire(c, "run", "other", 60)


def test_a_lease_of_a_clock_that_was_put_back_since_is_taken_over(store: Store) -> None:
    """It would otherwise keep everybody out until the old time comes again."""
    with store.write() as c:
        lease.acquire(c, "run", "dead", 86_400)
        assert not lease.acquire(c, "run", "of a clock that is a little behind", 86_400 - 60)
        assert lease.acquire(c, "run", "alive", 120)
        assert lease.holder(c, "run") == "alive"
