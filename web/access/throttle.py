"""Throttle of sign-ins: how long to wait before the next attempt, a pure decision over those that failed lately.

Three counts of failures each ask for a wait that doubles with every further failure, and the longest counts:

====================  ======  ==========  ==========  ========
counted over          free    first wait  longest     within
====================  ======  ==========  ==========  ========
name and address      5       30 s        15 minutes  24 hours
address, any name     30      10 s        5 minutes   1 hour
name, any address     10      5 s         1 minute    1 hour
====================  ======  ==========  ==========  ========

Somebody who signed in from the same address in the last thirty days is held up by the first count only. So strangers
who try a name from elsewhere, or others behind the same address, cannot keep its owner out of the usual place. At a new
place they can, for as long as they go on trying; a one-time link from an administrator always works. Guessing at an
account goes at about a hundred passwords a day from each address. An attempt that had to wait is not looked at and does
not count.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from math import ceil
from typing import NamedTuple

from callqa.people import name_key
from store import Connection, Store
from store.people import sign_ins
from store.people.sign_ins import Failure


class Rule(NamedTuple):
    """How one count of failures makes people wait."""

    free: int
    first: timedelta
    longest: timedelta
    within: timedelta

    def next_at(self, failed_at: Iterable[datetime], now: datetime) -> datetime:
        """When the next attempt may be made; not after ``now`` when at once."""
        recent = [at for at in failed_at if now - at < self.within]
        over = len(recent) - self.free
        if over < 0 or not recent:
            return now
        doublings = min(over, 30)  # far beyond the longest, and no overflow
        wait: timedelta = self.first * 2**doublings
        return max(recent) + min(wait, self.longest)


SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
BOTH = Rule(5, 30 * SECOND, 15 * 60 * SECOND, 24 * HOUR)
ADDRESS = Rule(30, 10 * SECOND, 5 * 60 * SECOND, HOUR)
NAME = Rule(10, 5 * SECOND, 60 * SECOND, HOUR)
ENOUGH = 100  # of the newest failures of a kind: their waits are the longest by then


def seconds_to_wait(failures: Iterable[Failure], name: str, source: str, known: bool, now: datetime) -> int:
    """Whole seconds until an attempt with this name from this source is looked at; 0: now.

    ``known``: the name's owner signed in from there lately. ``failures`` may hold those of other names and sources.
    """
    failed = list(failures)
    mine = [
        BOTH.next_at((failure.at for failure in failed if (failure.name_hash, failure.address) == (name, source)), now)
    ]
    if not known:
        mine.append(ADDRESS.next_at((failure.at for failure in failed if failure.address == source), now))
        mine.append(NAME.next_at((failure.at for failure in failed if failure.name_hash == name), now))
    return ceil(max(max(mine) - now, timedelta(0)) / SECOND)


def source_of(address: str) -> str:
    """Who is counted together: an IPv4 address, or the /64 network that one IPv6 connection chooses addresses from."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))


def attempt(store: Store, name: str, address: str, now: datetime) -> int:
    """Whole seconds until an attempt is looked at; 0: now, and it counts as failed until `forget`.

    Counted before the password is compared, so that attempts at the same time do not all pass as the first one.
    """
    with store.read() as c:
        if wait := _wait(c, name, address, now):
            return wait
    with store.write() as c:
        wait = _wait(c, name, address, now)
        if not wait:
            sign_ins.put_failure(c, hashed(name), source_of(address), now)
        return wait


def clear_attempts(store: Store, name: str, address: str) -> None:
    """After a sign-in that succeeded: its own failures count no longer; those of the address still do."""
    with store.write() as c:
        sign_ins.clear_failures(c, hashed(name), source_of(address))


def _wait(c: Connection, name: str, address: str, now: datetime) -> int:
    source = source_of(address)
    failed = sign_ins.failures(c, hashed(name), source, now - BOTH.within, ENOUGH)
    known = bool(failed) and source in map(source_of, sign_ins.addresses_of(c, name))
    return seconds_to_wait(failed, hashed(name), source, known, now)


def hashed(name: str) -> str:
    """People type passwords where names go, so names of attempts are not kept as they are."""
    return hashlib.sha256(name_key(name).encode("utf-8", "surrogatepass")).hexdigest()
