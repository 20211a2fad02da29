"""The errors callqa raises on purpose. A message says what is wrong and what to do; it never holds what people said."""

import errno
import traceback


class CallQAError(Exception):
    """Anything callqa itself refuses or cannot do."""


class ConfigError(CallQAError):
    """A setting, check library, rubric or manifest cannot be used as it is."""


class ReasonedError(CallQAError):
    """Concerns one thing among many. ``reason`` is a stable slug for counting; the message is for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return self.message


class AudioError(ReasonedError):
    """One recording cannot be read; the others can. ``reason``: ``empty_file``, ``not_audio``, ..."""


class SealError(ReasonedError):
    """An encrypted file cannot be opened. ``reason``: ``no_key``, ``wrong_key`` or ``tampered``."""


NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Of an `OSError`: nothing more can be written."""
MAKE_ROOM = "free space on its disk, or lift the limit on its files, then run the same command again to go on"
NO_WAY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR})
"""Of an `OSError`: the path is wrong, or the rights of whoever runs callqa."""

OUT_OF_REACH = "recording_out_of_reach"
"""Reason of an `AudioError` that is the storage's fault and not the recording's: it uses up no attempt."""


class EngineError(CallQAError):
    """A speech engine or its weights cannot be used; no recording can be transcribed."""


class FilterError(CallQAError):
    """What somebody asked of a list makes no sense as it stands. The message is for people of the hotline.

    ``field`` names the part of the question, e.g. ``low``.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field, message)
        self.field = field
        self.message = message

    def __str__(self) -> str:
        return self.message


class StoreError(CallQAError):
    """The database refuses something that would break its keys, or is busy with another run."""


class StoreAway(StoreError):
    """The database cannot be worked with now: it is out of reach or its disk is full. What was committed is kept, and
    the same command goes on from there once the database is back."""


class StoreDamaged(StoreAway):
    """The file of the database is damaged, or is none; only a backup helps."""


class StoreBusy(StoreAway):
    """Another process kept the database to itself for too long; trying again helps."""


def without_words(error: BaseException) -> str:
    """Kind and places of an error, for a log: its own text may quote what people said."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}".rstrip()
