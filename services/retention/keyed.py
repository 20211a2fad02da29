"""Knowing again what was erased, by keyed hashes: nobody can read a number out of them, or try all numbers."""

import hmac
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from callqa.errors import ConfigError
from callqa.number_rules import HALF_WIDTH, PHONE, TYPED_GAP, in_groups
from callqa.private_files import make_private_folder
from callqa.settings import Settings
from callqa.types import Call
from store import Connection, Store
from store.removal import erasures

KEY_BYTES = 32
COUNTRY = re.compile("(?:00|\\+)?86(?=1[3-9][0-9]{9}$)")
AREA = re.compile("0(?:10|2[0-9]|[3-9][0-9]{2})(?=[2-9][0-9]{6,7}$)")
FEWEST = 7  # digits of a number that leads to somebody
BETWEEN_NUMBERS = re.compile(r"[^0-9()（）+\-‐-―\s]+"), re.compile(r"[^0-9()（）+\-‐-―]+")


def written_digits(text: str) -> str:
    """All its digits, those of full width, too.

    >>> written_digits("转１３８ 1234-5678")
    '13812345678'
    """
    return re.sub("[^0-9]", "", text.translate(HALF_WIDTH))


def plain_number(text: str) -> str:
    """A telephone number as its digits, without the codes of country and area.

    >>> plain_number("+86 138-1234-5678"), plain_number("（021）5033-1234")
    ('13812345678', '50331234')
    """
    return AREA.sub("", COUNTRY.sub("", written_digits(text), count=1), count=1)


def plain_numbers(text: str) -> frozenset[str]:
    """What a ticket's field may mean: one number in groups, or several.

    >>> sorted(plain_numbers("138 1234 5678 / 021-50331234转8"))
    ['13812345678', '13812345678021503312348', '50331234']
    """
    text = text.translate(HALF_WIDTH)
    typed = (hit.value for hit in in_groups(text, TYPED_GAP, lambda digits, _: PHONE.fullmatch(digits) is not None))
    parts = [text, *typed, *(part for between in BETWEEN_NUMBERS for part in between.split(text))]
    return frozenset(number for part in parts if len(number := plain_number(part)) >= FEWEST)


@dataclass(frozen=True, slots=True)
class KeyedHash:
    """HMAC-SHA256 under a key that lies outside the database."""

    key: bytes

    def of(self, text: str) -> str:
        return hmac.digest(self.key, text.encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased before, for whoever takes calls in."""

    hashed: KeyedHash | None
    """``None``: nothing was."""

    @classmethod
    def of(cls, store: Store, settings: Settings) -> "Erased":
        """Raises `ConfigError` where something was erased and its key is not there: it would come back unknown."""
        with store.read() as c:
            return cls(keyed_hash(settings) if erasures.anything_erased(c) else None)

    def knows(self, c: Connection, call: Call, sha256: str) -> Literal["recording", "number"] | None:
        """By what a call of a manifest is known again."""
        if self.hashed is None:
            return None
        numbers = plain_numbers(call.ticket.contact_phone) if call.ticket else ()
        return erasures.was_erased(c, self.hashed.of(sha256), list(map(self.hashed.of, numbers)), call.started_at)


def key_path(settings: Settings) -> Path:
    """Where the key of the hashes lies."""
    return settings.retention.key_file or settings.home / "erasure.key"


def keyed_hash(settings: Settings, *, make: bool = False) -> KeyedHash:
    """With the key of the settings. ``make``: a new one where there is none. Raises `ConfigError`."""
    path = key_path(settings)
    if make and not path.exists():
        _make_key(path)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigError("erasure.key_missing", path=str(path))
    return KeyedHash(key)


def _make_key(path: Path) -> None:
    make_private_folder(path.parent)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
