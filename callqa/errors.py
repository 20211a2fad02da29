"""Errors that callqa raises on purpose: a code and the values that belong to it. Their texts stand in the catalogues.

A message says what is wrong, its advice what to do at a terminal; neither ever holds what people said. Nothing that an
error says is read by code: whoever needs to know more than its class asks for its code and values.
"""

import errno
import traceback
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self, TypeVar

from callqa.messages import Message, catalogue, terminal_language

E = TypeVar("E", bound="CallQAError")


class CallQAError(Exception):
    """Anything callqa itself refuses or cannot do. ``code``: an entry of ``callqa/locale/*/errors.po``."""

    def __init__(self, code: str, /, **values: Any) -> None:
        super().__init__(code)
        self.message = Message(code, **values)

    @property
    def code(self) -> str:
        """The msgid of what it says, such as ``call.unknown``."""
        return self.message.msgid

    @property
    def values(self) -> Mapping[str, Any]:
        """What belongs into the braces, and what else a caller may need to know."""
        return self.message.values

    def text(self, language: str) -> str:
        """What is wrong, for anybody."""
        return self.message.text(language)

    def with_advice(self, language: str) -> str:
        """What is wrong, and what to do about it at a terminal."""
        return self.message.with_advice(language)

    def __str__(self) -> str:
        return self.with_advice(terminal_language())

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.code, dict(self.values), self.__dict__)

    @classmethod
    def of(cls, message: Message) -> Self:
        """The error that says this."""
        return _again(cls, message.msgid, message.values)


def _again(kind: type[E], code: str, values: Mapping[str, Any], more: Mapping[str, Any] = MappingProxyType({})) -> E:
    """The error as it was in another process; its class may want other arguments than these."""
    error = kind.__new__(kind)
    CallQAError.__init__(error, code, **values)
    error.__dict__.update(more)
    return error


class ConfigError(CallQAError):
    """A setting, check library, rubric or manifest cannot be used as it is."""


class ReasonedError(CallQAError):
    """Concerns one thing among many, and is counted by its reason.

    The reason is the second part of the code, a stable slug: ``recording.not_audio.no_stream`` is ``not_audio``.
    """

    AREA: ClassVar[str]

    def __init__(self, slug: str, /, **values: Any) -> None:
        super().__init__(f"{self.AREA}.{slug}", **values)

    @property
    def reason(self) -> str:
        return self.code.removeprefix(f"{self.AREA}.").partition(".")[0]


class AudioError(ReasonedError):
    """One recording cannot be read; the others can. ``reason``: ``empty_file``, ``not_audio``, ..."""

    AREA = "recording"


class EncryptionError(ReasonedError):
    """An encrypted file cannot be opened. ``reason``: ``no_key``, ``wrong_key`` or ``tampered``."""

    AREA = "encryption"


NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Of an `OSError`: nothing more can be written."""
NO_WAY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EEXIST, errno.ENOTDIR, errno.EISDIR})
"""Of an `OSError`: the path is wrong, or the rights of whoever runs callqa."""


def system_problem(error: OSError) -> str | Message:
    """What the operating system refused, by its number; a number without an entry keeps the system's own words.

    >>> system_problem(FileNotFoundError(errno.ENOENT, "No such file or directory")).text("zh")
    '文件或文件夹不存在'
    """
    code = f"errno.{errno.errorcode.get(error.errno or 0)}"
    return Message(code) if (None, code) in catalogue("en") else error.strerror or type(error).__name__


OUT_OF_REACH = "recording_out_of_reach"
"""Reason of an `AudioError` that is the storage's fault and not the recording's: it uses up no attempt."""


class EngineError(CallQAError):
    """A speech engine or its weights cannot be used; no recording can be transcribed."""


class FilterError(CallQAError):
    """What somebody asked of a list makes no sense as it stands. ``field`` names the part, e.g. ``low``."""

    def __init__(self, code: str, /, *, field: str, **values: Any) -> None:
        super().__init__(code, field=field, **values)

    @property
    def field(self) -> str:
        return str(self.values["field"])


class StoreError(CallQAError):
    """The database refuses something that would break its keys, or is busy with another run."""


class StoreAway(StoreError):
    """The database cannot be worked with now: it is out of reach or its disk is full. What was committed is kept, and
    the same command goes on from there once the database is back."""


class StoreDamaged(StoreAway):
    """The file of the database is damaged, or is none; only a backup helps."""


class StoreBusy(StoreAway):
    """Another process kept the database to itself for too long; trying again helps."""


class Mistake(ValueError):
    """What a validator of a file or setting finds wrong, and where below the value that it looked at."""

    def __init__(self, code: str, /, *where: int | str, **values: Any) -> None:
        super().__init__(code)
        self.message = Message(code, **values)
        self.where = where

    def __str__(self) -> str:
        return self.message.with_advice(terminal_language())

    @classmethod
    def of(cls, error: CallQAError) -> Self:
        """The mistake that a file names something which cannot be used for the reason that ``error`` gives."""
        return cls(error.code, **error.values)


def without_words(error: BaseException) -> str:
    """Kind and places of an error, for a log: its own text may quote what people said."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}".rstrip()
