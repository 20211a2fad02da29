"""Recordings as sound files that a browser can seek in, made when somebody first listens and kept while there is room.

A file is called by the hash of its recording, never by a name that people gave. It appears under its name when it is
whole, its waveform just before it, so what can be seen can be played. With a key, both are encrypted.
"""

import fcntl
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from asr.bleep import Bleep
from asr.decode import USUAL, Limits
from asr.sandbox import convert, memory_file
from asr.wav import bleep_wav
from callqa.encryption import Keyring, decrypted, encrypt, keyring
from callqa.errors import AudioError, EncryptionError
from callqa.keys import content_key
from callqa.private_files import make_private_folder
from callqa.settings import Settings
from services.intake.recordings import open_recording
from services.listening.peaks import peaks_of
from services.wording import why_not_playable

SHA256 = re.compile("[0-9a-f]{64}")
UNFINISHED = ".part"
ENCRYPTED = ".sealed"
ABANDONED = 3600.0  # seconds after which nobody is still writing an unfinished file
MB = 1_000_000
NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording that can be played."""

    wav: Path
    """16 bits, 8 or 16 kHz, the channels of the recording."""
    peaks: Path
    """Its `services.listening.peaks.Peaks` as a JSON object."""
    keys: Keyring | None = None
    """What opens both where they are encrypted; ``None``: they are not."""

    @contextmanager
    def open(self, path: Path) -> Iterator[BinaryIO]:
        """The content of one of the two. Raises `OSError` and `EncryptionError`."""
        with path.open("rb") as file:
            yield decrypted(file, self.keys) if self.keys else file

    def opens(self) -> bool:
        """Whether the keys open it; after a key was lost, it is made anew."""
        try:
            with self.open(self.wav):
                return True
        except EncryptionError:
            return False

    def size(self) -> int:
        """Bytes of the sound. Raises as `open`."""
        with self.open(self.wav) as file:
            return file.seek(0, os.SEEK_END)


@dataclass(frozen=True, slots=True)
class NotPlayable:
    """A recording that cannot be played."""

    reason: str
    """As in `AudioError`."""
    words: str
    """For people."""


def not_playable(reason: str) -> NotPlayable:
    return NotPlayable(reason, why_not_playable(reason))


@dataclass(frozen=True, slots=True)
class SoundCache:
    """The sound files of one home. Threads and processes may ask for the same recording: one of them decodes it."""

    folder: Path
    max_mb: int
    """Together; those that nobody listened to for the longest time go first."""
    limits: Limits = USUAL
    keys: Keyring = Keyring()

    @classmethod
    def of(cls, settings: Settings) -> "SoundCache":
        limits, keys = Limits.of(settings.asr), keyring(settings.encryption)
        return cls(settings.home / "listening", settings.desk.sound_cache_mb, limits, keys)

    def sound(self, uri: str, sha256: str, bleeps: tuple[Bleep, ...] = ()) -> Sound | NotPlayable:
        """The recording, proven to be the one that was ingested. What was heard before needs no recording any more.

        ``bleeps``: what must not be heard of it.
        """
        if not SHA256.fullmatch(sha256):
            raise ValueError("a recording is known by its SHA-256")
        plain = self._named(sha256)
        wanted = self._named(f"{sha256}-bleeped-{content_key(bleeps)}") if bleeps else plain
        if _touched(wanted.wav) and wanted.opens():
            return wanted
        try:
            with self._alone(sha256):
                if not (_touched(plain.wav) and plain.opens()):
                    with open_recording(uri, sha256, self.keys) as recording:
                        self._make(plain, lambda wav: convert(recording, wav, self.limits))
                if not (_touched(wanted.wav) and wanted.opens()):
                    with plain.open(plain.wav) as file:
                        self._make(wanted, lambda wav: bleep_wav(file, wav, bleeps))
        except AudioError as error:
            return not_playable(error.reason)
        except EncryptionError:
            return not_playable("recording_wrong_key")
        except OSError:
            return not_playable(NO_ROOM)
        return wanted

    def _named(self, name: str) -> Sound:
        if self.keys.encryption_key is None:
            return Sound(self.folder / f"{name}.wav", self.folder / f"{name}.json")
        return Sound(self.folder / f"{name}{ENCRYPTED}.wav", self.folder / f"{name}{ENCRYPTED}.json", self.keys)

    @contextmanager
    def _alone(self, sha256: str) -> Iterator[None]:
        """While this block runs, nobody else makes a file of this recording."""
        locks = self.folder / "locks"
        for folder in (self.folder, locks):
            make_private_folder(folder)
        with _private(locks / sha256[:2]) as lock:  # a lock of 256; removing one would let two in
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self, sound: Sound, write: Callable[[BinaryIO], None]) -> None:
        part = sound.wav.with_suffix(UNFINISHED)
        try:
            with _private(part) as file, self._encrypting(file) as wav:
                write(wav)
            with sound.open(part) as wav:
                peaks = json.dumps(peaks_of(wav)._asdict()).encode()
            with _appearing(sound.peaks) as file, self._encrypting(file) as whole:
                whole.write(peaks)
            part.replace(sound.wav)
        finally:
            part.unlink(missing_ok=True)
        self._make_room(sound)

    @contextmanager
    def _encrypting(self, file: BinaryIO) -> Iterator[BinaryIO]:
        """For writing: the file itself, or one in memory that is encrypted into it in the end."""
        if self.keys.encryption_key is None:
            yield file
            return
        with memory_file() as plain:
            yield plain
            plain.seek(0)
            encrypt(plain, file, self.keys.encryption_key)

    def _make_room(self, new: Sound) -> None:
        """Removes what was left unfinished, what others could read where there is a key by now, and the files least
        recently heard until the others fit; never ``new``."""
        known = []
        for path in self.folder.iterdir():
            try:
                state = path.stat()
            except FileNotFoundError:
                continue  # another process makes room, too
            if new.keys and path.suffix in (".wav", ".json") and not path.stem.endswith(ENCRYPTED):
                path.unlink(missing_ok=True)
            elif path.suffix == ".wav":
                known.append((path != new.wav, -state.st_atime_ns, state.st_size, path))
            elif path.suffix == UNFINISHED and time.time() - state.st_mtime > ABANDONED:
                path.unlink(missing_ok=True)
        used = 0
        for _, _, size, path in sorted(known):
            used += size
            if used > self.max_mb * MB and path != new.wav:
                path.unlink(missing_ok=True)
                path.with_suffix(".json").unlink(missing_ok=True)


def _touched(path: Path) -> bool:
    """Whether the file is there; if so, it was heard now. The time of change stays: browsers know the file by it."""
    try:
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
    except FileNotFoundError:
        return False
    return True


def _private(path: Path) -> BinaryIO:
    """A file for nobody but this user, opened for writing."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


@contextmanager
def _appearing(path: Path) -> Iterator[BinaryIO]:
    """A file for writing, which is there once it is whole."""
    part = path.with_suffix(f"{path.suffix}{UNFINISHED}")
    with _private(part) as file:
        yield file
    part.replace(path)
