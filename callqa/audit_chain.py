"""The audit log as a chain: every entry carries a hash of itself and of the hash before it, so that no row can be
changed, taken out or put in without those behind it telling.

The hash is a plain SHA-256: anybody can check a log or an export of one, and no key has to be kept, shared or restored.
Who owns the database could compute the whole chain anew; that is what anchors are for, links of the chain that are kept
outside of the database (docs/accounts.md).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from callqa.errors import ConfigError


class Link(NamedTuple):
    """An entry's place in the chain. As text, and on the command line: 1234:9f86d0…"""

    pk: int
    hash: str

    def __str__(self) -> str:
        return f"{self.pk}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Link":
        """Raises `ConfigError`."""
        pk, _, digest = text.strip().partition(":")
        if not pk.isdecimal() or len(digest) != len(GENESIS) or not set(digest) <= set("0123456789abcdef"):
            raise ConfigError("audit.no_anchor", text=text, n=len(GENESIS))
        return cls(int(pk), digest)


GENESIS = "0" * 64
"""The hash before the first entry."""
START = Link(0, GENESIS)


@dataclass(frozen=True, slots=True)
class ChainedEntry:
    """A row as it is hashed: its columns as they are stored, and the hash that it carries."""

    pk: int
    at: datetime
    author: str
    role: str
    action: str
    kind: str
    object_pk: int | None
    object: str
    address: str
    detail: str
    """JSON text."""
    hash: str = ""

    @property
    def link(self) -> Link:
        return Link(self.pk, self.hash)

    def hash_after(self, previous: str) -> str:
        """The hash that belongs to these columns behind an entry with the hash ``previous``."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        row = (
            self.author,
            self.role,
            self.action,
            self.kind,
            self.object_pk,
            self.object,
            self.address,
            self.detail,
        )
        content = json.dumps([previous, self.pk, at, *row], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


Damage = Literal["changed", "missing", "inserted", "rewritten", "cut_off"]
"""``missing``: entries before this one; ``rewritten``: another hash than an anchor has; ``cut_off``: the end, which an
anchor knows of."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold."""

    pk: int
    damage: Damage
    at: datetime | None = None
    """What the entry says; ``None`` where it is gone."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at the chain, or at a part of it, found."""

    n: int
    """Entries that were looked at."""
    last: Link
    at: datetime | None
    """Of the last entry that was looked at."""
    breaks: tuple[Break, ...]

    @property
    def intact(self) -> bool:
        return not self.breaks


def check(entries: Iterable[ChainedEntry], start: Link = START, anchors: Iterable[Link] = ()) -> Checked:
    """Goes over ``entries``, in the order of their numbers, which follow ``start``.

    A link that does not hold is told once: the chain goes on from the hash that the row carries. ``anchors`` before
    ``start`` are out of reach and not looked at.
    """
    wanted = {anchor.pk: anchor.hash for anchor in anchors if anchor.pk > start.pk}
    breaks: dict[int, Break] = {}
    before, last, at, n = start, start, None, 0
    for entry in entries:
        n += 1
        if broken := _broken(entry, last, before):
            breaks[broken.pk] = broken
        if wanted.pop(entry.pk, entry.hash) != entry.hash:
            breaks[entry.pk] = Break(entry.pk, "rewritten", entry.at)
        before, last, at = last, entry.link, entry.at
    return Checked(n, last, at, tuple(sorted([*breaks.values(), *_gone(wanted, last)], key=lambda b: b.pk)))


def _broken(entry: ChainedEntry, last: Link, before: Link) -> Break | None:
    if entry.hash == entry.hash_after(last.hash):
        return None
    if last != before and entry.hash == entry.hash_after(before.hash):
        return Break(last.pk, "inserted")
    return Break(entry.pk, "changed" if entry.pk == last.pk + 1 else "missing", entry.at)


def _gone(wanted: Mapping[int, str], last: Link) -> Iterator[Break]:
    """Anchors whose entries are not there: of all behind the end the first one."""
    inner = sorted(pk for pk in wanted if pk < last.pk)
    behind = sorted(pk for pk in wanted if pk > last.pk)
    yield from (Break(pk, "missing") for pk in inner)
    yield from (Break(pk, "cut_off") for pk in behind[:1])
