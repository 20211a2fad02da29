"""The one place where logging is set up, for our own loggers and for those of libraries (uvicorn, Prefect, SQLAlchemy).

What people said, their names and their numbers never get into a log. Our own messages are written with care: they have
ids in them, and errors by their kind. Others' messages may quote anything, and so may the text of any exception. So
every record passes `_record` when it is made, whoever handles it afterwards (Prefect sends some to its server).
"""

import json
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from callqa.errors import CallQAError
from callqa.settings.upkeep import LogSettings

log = logging.getLogger(__name__)

OURS = (
    "asr",
    "callqa",
    "cli",
    "flows",
    "qa_models",
    "reports",
    "scoring",
    "services",
    "store",
    "tickets",
    "training",
    "web",
)
ABOUT_A_SERVER = (
    "prefect.events.clients",
    "prefect.FlowRunCancellingObserver",
    "prefect.FlowRunSuspendingObserver",
)
"""They warn of nothing but a Prefect server that is away; what that means for a night is said there in a line."""
SPOKEN = re.compile(
    r"[⺀-鿿豈-﫿＀-￯\U00020000-\U0003ffff]+"  # Chinese, also in full width
    r"|(?:%[0-9A-Fa-f]{2}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2})+"  # the same in an address, and escaped
    r"|(?<!\d)(?!\d{4}-\d\d-\d\d(?!\d))\d(?:[ -]?\d){6,}"  # phones, identity cards, bank cards; not days
)
HIDDEN = "…"
_PLAIN = logging.LogRecord("", 0, "", 0, "", None, None).__dict__.keys() | {"message", "asctime", "taskName"}
_make = logging.getLogRecordFactory()


def start_logging(settings: LogSettings) -> None:
    """From now on this process logs to its error output, in one format, and nothing personal. Can be repeated."""
    logging.setLogRecordFactory(_record)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.format == "json" else TextLines())
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old.formatter, JsonLines | TextLines) or type(old).__module__.startswith("prefect"):
            root.removeHandler(old)
    root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(settings.level.upper())
    root.setLevel(logging.WARNING)  # others' chatter is of no use
    for name in ABOUT_A_SERVER:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and name.partition(".")[0] in ("uvicorn", "prefect"):
            _take_over(logger)
    sys.excepthook = _unexpected
    threading.excepthook = lambda args: _unexpected(args.exc_type, args.exc_value, args.exc_traceback)


def log_refusal(why: str) -> bool:
    """Whether the error output is for programs: then why a command ends is a line of the log."""
    for_programs = any(isinstance(handler.formatter, JsonLines) for handler in logging.getLogger().handlers)
    if for_programs:
        logging.getLogger("callqa").error("%s", why)
    return for_programs


def _unexpected(kind: type[BaseException], error: BaseException | None, where: TracebackType | None) -> None:
    """Python's own word for it has the exception's text, and that may quote a call."""
    if error is None or issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), where)
    else:
        log.critical("unexpected error", exc_info=(kind, error, where))


def _take_over(logger: logging.Logger) -> None:
    """Prefect's own printing would say everything twice; what it sends to its server stays."""
    for handler in [attached for attached in logger.handlers if isinstance(attached, logging.StreamHandler)]:
        logger.removeHandler(handler)
    logger.propagate = True


class JsonLines(logging.Formatter):
    """One object a line. Besides what every record has, a record's ``extra`` values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            "process": record.process,
            **_extra(record),
        }
        if record.exc_text:
            line["error"] = record.exc_text.splitlines()
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """For people, and for the journal of a system service."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        facts = "".join(f" {name}={value}" for name, value in _extra(record).items())
        return super().formatMessage(record) + facts


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    if not _is_ours(record.name):
        return {}  # e.g. uvicorn's color_message, which says it all again
    return {name: value for name, value in record.__dict__.items() if name not in _PLAIN}


def _record(name: str, *args: Any, **more: Any) -> logging.LogRecord:
    """A record as `logging` makes it, without the texts of exceptions, and without what others may have quoted."""
    record = _make(name, *args, **more)
    if record.exc_info:
        lines = places(record.exc_info)
        if name.startswith("prefect") and isinstance(record.exc_info[1], CallQAError):
            del lines[1:]  # a refusal of ours: what it says is all that there is to know
        record.exc_text, record.exc_info = "\n".join(lines), None
    if not _is_ours(name):
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            text = str(record.msg)
        record.msg, record.args = hidden(text), None
    return record


def hidden(text: str) -> str:
    """The text without whatever may be somebody's words or number."""
    return SPOKEN.sub(HIDDEN, text)


def places(
    error: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
) -> list[str]:
    """Of an exception and its causes, from the outermost: its kind, and where in the program it was.

    Its text only when it is one of ours, which quote nobody.
    """
    _, raised, _ = error
    lines: list[str] = []
    while raised is not None:
        kind = type(raised)
        lines.append(
            f"{kind.__module__}.{kind.__qualname__}" + (f": {raised}" if isinstance(raised, CallQAError) else "")
        )
        frames = traceback.extract_tb(raised.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        raised = raised.__cause__ or (None if raised.__suppress_context__ else raised.__context__)
    return lines


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in OURS
