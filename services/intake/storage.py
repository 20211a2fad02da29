"""The places where recordings lie: asked once more after a fault of theirs, and what goes wrong put into words."""

import errno
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from fsspec.config import conf

from callqa.errors import AudioError, CallQAError, EncryptionError, system_problem
from callqa.messages import Message
from callqa.types import Seconds

PAUSES: Sequence[Seconds] = (0.5, 2.0)
"""Before asking again."""
S3_ATTEMPTS = 2
"""Of botocore, for each of s3fs's five after a broken connection, for each of ours. With the five that botocore has by
itself, a storage that is away would hold up each recording for a minute."""
conf.setdefault("s3", {}).setdefault("config_kwargs", {"retries": {"total_max_attempts": S3_ATTEMPTS}})
RETRY_LATER = (408, 429)
OUTAGES = {
    getattr(errno, name, 0)
    for name in (
        "EIO EREMOTEIO EBUSY EAGAIN ESTALE ENETDOWN ENETUNREACH EHOSTDOWN EHOSTUNREACH "
        "ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT"
    ).split()
}
T = TypeVar("T")


class Storage:
    """Asks where recordings lie once more after a fault of the place itself.

    Only while it answered the last time: in an outage of hours, each of a night's recordings is asked for once.
    """

    def __init__(self, pauses: Sequence[Seconds] = PAUSES) -> None:
        self._pauses = pauses
        self._answers = True

    def ask(self, question: Callable[[], T]) -> T:
        """Raises `AudioError`."""
        for pause in (*self._pauses, None) if self._answers else (None,):
            try:
                answer = question()
            except (AudioError, MemoryError):
                raise
            except Exception as met:
                error = _behind(met)
                if not is_outage(error):
                    raise _unreadable(error) from error
                if pause is None:
                    self._answers = False
                    raise AudioError("recording_out_of_reach", why=explain(error)) from error
                time.sleep(pause)
            else:
                self._answers = True
                return answer
        raise AssertionError("the last time has no pause")


STORAGE = Storage()


def is_outage(error: Exception) -> bool:
    """Whether the place where recordings lie is at fault, and not the recording or its name."""
    status = getattr(error, "status", None)  # HTTP
    if isinstance(status, int):
        return status >= 500 or status in RETRY_LATER
    if isinstance(error, OSError) and not isinstance(error, TimeoutError | ConnectionError):
        return error.errno in OUTAGES or (error.errno or 0) < 0  # below 0: no name server answers
    return not isinstance(error, ValueError | ImportError | CallQAError)


def _behind(error: Exception) -> Exception:
    """What went wrong. Over HTTP, fsspec takes whatever it meets when it asks for a size for a missing file."""
    cause = error.__cause__
    if isinstance(error, FileNotFoundError) and isinstance(cause, Exception) and _of_http(cause):
        return cause
    return error


def _of_http(error: Exception) -> bool:
    return isinstance(error, TimeoutError) or type(error).__module__.startswith("aiohttp")


def _unreadable(error: Exception) -> AudioError:
    if isinstance(error, FileNotFoundError):
        return AudioError("recording_missing")
    if isinstance(error, EncryptionError):
        return AudioError(f"recording_{error.reason}", problem=error.message)
    return AudioError("recording_unreadable", why=explain(error))


def explain(error: Exception) -> str | Message:
    """Why a path or URI cannot be opened, without naming it: file names may hold phone numbers."""
    if isinstance(error, ImportError):
        return Message("file.package_missing")
    if isinstance(error, OSError) and error.strerror:
        return system_problem(error)
    if isinstance(status := getattr(error, "status", None), int):
        return Message("file.http_status", status=status)
    return type(error).__name__
