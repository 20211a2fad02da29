"""Files that only who has a key can read: AES-256-GCM in chunks, so that any part is read without the rest.

A file is a header, then chunks of 64 KiB, each with a tag of 16 bytes. Header: 8 bytes that say what it is, 8 that tell
the key, 16 of salt. Each file has a key and a nonce prefix of its own, HKDF-SHA256 of key and salt. A chunk's nonce is
the prefix (7 bytes), its number (4) and whether it is the last one (1); the header is authenticated with every chunk.
So no chunk can be changed, moved, left out or taken from another file, and no end can be cut off. That is the
construction STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online authenticated encryption and its nonce-reuse
misuse-resistance, 2015), as Tink's streaming encryption has it.
"""

import hashlib
import io
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from callqa.errors import ConfigError, EncryptionError
from callqa.settings.privacy import EncryptionSettings

MAGIC = b"callqa\x01\n"
KEY_BYTES, ID_BYTES, SALT_BYTES, PREFIX_BYTES, TAG = 32, 8, 16, 7, 16
HEADER = len(MAGIC) + ID_BYTES + SALT_BYTES
CHUNK = 65_536  # bytes of content
ENCRYPTED_CHUNK = CHUNK + TAG


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """By which a file tells its key; it says nothing of the secret."""
        return hashlib.sha256(b"callqa key id" + self.secret).digest()[:ID_BYTES]


@dataclass(frozen=True, slots=True)
class Keyring:
    """The first key encrypts, all of them decrypt: a new key goes on top of the old ones."""

    keys: tuple[Key, ...] = ()

    @property
    def encryption_key(self) -> Key | None:
        """``None``: nothing is encrypted."""
        return self.keys[0] if self.keys else None


@lru_cache(maxsize=8)
def keyring(settings: EncryptionSettings) -> Keyring:
    """The keys of the settings; of a key file one a line. Raises `ConfigError`."""
    text = settings.key.get_secret_value()
    if settings.key_file:
        try:
            text += "\n" + settings.key_file.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError("encryption.key_file_unreadable", kind=type(error).__name__) from None
    return Keyring(tuple(map(parse_key, text.split())))


def parse_key(text: str) -> Key:
    """Of 64 hex digits. Raises `ConfigError`, which does not quote them."""
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise ConfigError("encryption.no_key_text", n=2 * KEY_BYTES)
    return Key(secret)


def is_encrypted(start: bytes) -> bool:
    """Whether a file that starts like this is encrypted."""
    return start.startswith(MAGIC)


def decrypted(file: BinaryIO, keys: Keyring) -> BinaryIO:
    """The content of a seekable file, encrypted or not, from its start.

    Raises `EncryptionError`, also while it is read.
    """
    start = file.read(len(MAGIC))
    file.seek(0)
    return io.BufferedReader(EncryptedReader(file, keys), CHUNK) if is_encrypted(start) else file


class _Cipher:
    """The chunks of one file."""

    def __init__(self, key: Key, salt: bytes) -> None:
        derive = HKDF(SHA256(), KEY_BYTES + PREFIX_BYTES, salt=salt, info=b"callqa sealed file")
        material = derive.derive(key.secret)
        self._aead, self._prefix = AESGCM(material[:KEY_BYTES]), material[KEY_BYTES:]
        self.header = MAGIC + key.id + salt

    def encrypt(self, number: int, content: bytes, last: bool) -> bytes:
        return self._aead.encrypt(self._nonce(number, last), content, self.header)

    def open(self, number: int, encrypted: bytes, last: bool) -> bytes:
        """Raises `EncryptionError`."""
        try:
            return self._aead.decrypt(self._nonce(number, last), encrypted, self.header)
        except InvalidTag:
            raise EncryptionError("tampered") from None

    def _nonce(self, number: int, last: bool) -> bytes:
        return self._prefix + number.to_bytes(4, "big") + bytes([last])


class EncryptedReader(io.RawIOBase):
    """The content of an encrypted file, from any place of it; a chunk is in memory at a time.

    The end is checked at once, so that a file that was cut off, or encrypted under another key, opens nowhere.
    """

    def __init__(self, file: BinaryIO, keys: Keyring) -> None:
        """Raises `EncryptionError`: ``wrong_key`` or ``tampered``."""
        super().__init__()
        header = file.read(HEADER)
        key_id = header[len(MAGIC) : len(MAGIC) + ID_BYTES]
        key = next((key for key in keys.keys if key.id == key_id), None)
        if key is None:
            raise EncryptionError("wrong_key")
        self._file, self._cipher = file, _Cipher(key, header[len(MAGIC) + ID_BYTES :])
        body = file.seek(0, io.SEEK_END) - HEADER
        self._n_chunks = max(-(-body // ENCRYPTED_CHUNK), 1)
        self.size = max(body - TAG * self._n_chunks, 0)
        """Bytes of content."""
        self._number, self._chunk = -1, b""
        self._load(self._n_chunks - 1)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, start = divmod(self._at, CHUNK)
        if self._at >= self.size:
            return 0
        self._load(number)
        part = self._chunk[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _load(self, number: int) -> None:
        if number != self._number:
            self._file.seek(HEADER + number * ENCRYPTED_CHUNK)
            encrypted = self._file.read(ENCRYPTED_CHUNK)
            self._chunk = self._cipher.open(number, encrypted, number == self._n_chunks - 1)
            self._number = number


def encrypt(content: BinaryIO, file: BinaryIO, key: Key) -> None:
    """Writes what is left to read in ``content`` into ``file``, encrypted."""
    cipher = _Cipher(key, secrets.token_bytes(SALT_BYTES))
    file.write(cipher.header)
    number, chunk = 0, content.read(CHUNK)
    while len(chunk) == CHUNK and (following := content.read(CHUNK)):
        file.write(cipher.encrypt(number, chunk, last=False))
        number, chunk = number + 1, following
    file.write(cipher.encrypt(number, chunk, last=True))
