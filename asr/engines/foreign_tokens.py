"""Tokens of Whisper's vocabulary that spoken Mandarin has no use for: foreign words, and scripts other than Chinese.

Where a small model does not understand Mandarin, it writes English or Japanese that sounds a little like it. Single
letters (A座, 沪A), digits, and words in Latin letters that people do say in Chinese (APP, WiFi, ETC) stay.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from callqa.keys import content_key

KEPT_WORDS = (
    "APP", "App", "app", "WiFi", "wifi", "WIFI", "ETC", "ATM", "KTV", "QQ", "VIP", "OK", "ok", "CT", "ICU", "GPS",
    "POS", "SIM", "IC", "ID", "PVC", "LED", "SUV", "BRT", "EMS", "USB", "PPT", "PDF", "CBD", "DNA", "HPV", "IP", "TV",
    "AI", "NFC", "HR", "PM", "KFC", "AED", "GB", "PC", "logo",
)  # fmt: skip
"""As they may be written; 4S, 5G and P2P need no token of two letters."""
MANDARIN = 0.98
"""Probability that a window is Chinese from which on it has no foreign words. Mandarin with English in it has less."""
FOREIGN_WORD = re.compile("[A-Za-z]{2}")
FOREIGN_CHARACTER = re.compile(
    "[\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\u2dff\u3041-\u318f\u31f0-\u31ff\ua000-\ud7ff"
    "\uff66-\uffdc]"
)
"""Of a script that is neither Chinese nor plain Latin."""
FOREIGN_BYTES = re.compile(b"[\xc3-\xdf]$|[\xe0\xe1\xea-\xed][\x80-\xbf]?$|\xe3[\x81-\x85]$")
"""The beginning of such a character in UTF-8: a token may end in the middle of one."""


def foreign_tokens(pieces: Sequence[bytes], encode: Callable[[str], Iterable[int]]) -> list[int]:
    """Ids of the tokens to suppress, in order. ``pieces``: the bytes of each token of text, by its id."""
    kept = {token for word in KEPT_WORDS for text in (word, f" {word}") for token in encode(text)}
    return [token for token, piece in enumerate(pieces) if token not in kept and is_foreign(piece)]


def foreign_key() -> str:
    """Key of what is suppressed, for the engine's key."""
    return content_key([MANDARIN, *KEPT_WORDS])


def byte_pieces(written: Iterable[str]) -> list[bytes]:
    """The bytes of tokens as a vocabulary file writes them, where each byte is one printable character."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    byte_of = {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(others)}
    return [bytes(byte_of[character] for character in token) for token in written]


def is_foreign(piece: bytes) -> bool:
    """Whether a token's bytes hold two Latin letters in a row, or a character of another script.

    >>> is_foreign(b" need"), is_foreign("の".encode()), is_foreign(b"A"), is_foreign("好".encode())
    (True, True, False, False)
    """
    text = piece.decode(errors="ignore")
    return bool(FOREIGN_WORD.search(text) or FOREIGN_CHARACTER.search(text) or FOREIGN_BYTES.search(piece))
