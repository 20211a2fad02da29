"""Passwords: which are accepted, how they are kept, and how they are compared.

Rules after NIST SP 800-63B: long enough, not among the commonest, not the name; no classes of characters are demanded
and nothing expires. Kept as Argon2id with the low-memory profile of RFC 9106 (3 passes over 64 MiB).
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from callqa.errors import CallQAError
from callqa.messages import Message
from callqa.people import Account, name_key
from store import Store
from store.people import accounts

SHORTEST = 12
LONGEST = 128
AT_ONCE = 2  # each takes 64 MiB, and a burst of sign-ins must not take all memory
LEFT_OF_WORD = 8  # characters that a password has besides its owner's name, or a common one
FEW = 5  # different characters; fewer are a pattern
ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
WALKED = {first + second for row in ROWS for way in (row, row[::-1]) for first, second in pairwise(way)}
COMMON = Path(__file__).with_name("common_passwords.txt")
"""Common passwords and words that they are made of, one a line, in small letters."""

# Of a password that nobody has: names that do not exist take as long as those that do.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$CSKxOjgQYo9gM5JIlUGwDw$sZCH1OrD5vyUWXVqZcIEOcTrvKkMSkJduAZr1Y+dnYI"

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_room = BoundedSemaphore(AT_ONCE)


def hash_new(password: str, *names: str) -> str:
    """What is kept of a password that somebody chose. Raises `CallQAError` when it is too weak.

    ``names``: the owner's login name and full name.
    """
    if weakness := weakness_of(password, *names):
        raise CallQAError.of(weakness)
    return _hash(password)


def account_with(store: Store, name: str, password: str) -> Account | None:
    """The account with this name and password, unless it is disabled. Takes as long when there is none."""
    with store.read() as c:
        credentials = accounts.credentials(c, name)
    stored_hash = credentials.password_hash if credentials else None
    fits = matches(stored_hash or NOBODY, password)
    if credentials is None or stored_hash is None or not fits or credentials.account.disabled:
        return None
    if _hasher.check_needs_rehash(stored_hash):
        made_anew = _hash(password)
        with store.write() as c:
            accounts.set_password_hash(c, credentials.account.pk, made_anew)
    return credentials.account


def matches(stored_hash: str, password: str) -> bool:
    with _room:
        try:
            return _hasher.verify(stored_hash, _bytes(password))
        except VerifyMismatchError:
            return False


def weakness_of(password: str, *names: str) -> Message | None:
    """What is wrong with it."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        return Message("password.too_short")
    if len(plain) > LONGEST:
        return Message("password.too_long")
    folded = name_key(plain)
    if _is_little_but(folded, map(name_key, names)):
        return Message("password.of_names")
    if _is_little_but(folded, _common()) or _is_pattern(folded):
        return Message("password.too_common")
    return None


def _is_little_but(folded: str, words: Iterable[str]) -> bool:
    """Whether too few characters are left when one of the words is taken out."""
    return any(word in folded and len(folded.replace(word, "")) < LEFT_OF_WORD for word in words if word)


def _is_pattern(folded: str) -> bool:
    """Few different characters, a short piece again and again, or a walk along rows of keys."""
    steps = sum(first == second or first + second in WALKED for first, second in pairwise(folded))
    again = any(folded[n:] == folded[:-n] for n in range(1, len(folded) // 2 + 1))
    return len(set(folded)) < FEW or again or steps >= len(folded) - 3


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


def _hash(password: str) -> str:
    with _room:
        return _hasher.hash(_bytes(password))


def _bytes(password: str) -> bytes:
    """Of the normal form, so that a password is the same from every keyboard."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
