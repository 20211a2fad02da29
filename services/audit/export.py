"""The audit log as a file: JSON Lines, an entry a line, that can be checked without the database."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from callqa.audit_chain import ChainedEntry, Checked, Link, check
from callqa.errors import ConfigError, system_problem
from services.new_files import new_files

_ENTRY: TypeAdapter[ChainedEntry] = TypeAdapter(ChainedEntry)
HEADER = "callqa audit log, behind "


def write_lines(path: Path, start: Link, entries: Iterable[ChainedEntry]) -> int:
    """How many entries were written. The first line says behind which link they stand.

    The file is there once it is whole. Raises `ConfigError` for one that is there already, and `OSError`.
    """
    if path.exists():
        raise ConfigError("file.there_already", path=str(path))
    n = 0
    with new_files() as files, files.at(path).open("wb") as file:
        file.write(f"{HEADER}{start}\n".encode())
        for entry in entries:
            file.write(_ENTRY.dump_json(entry) + b"\n")
            n += 1
    return n


def check_file(path: Path, anchors: Iterable[Link] = ()) -> Checked:
    """Whether the entries of a file are chained. Raises `ConfigError` when it is no such file."""
    try:
        with path.open("rb") as file:
            header = file.readline().decode()
            if not header.startswith(HEADER):
                raise ConfigError("audit.no_export", path=str(path))
            return check(_read(path, file), Link.parse(header.removeprefix(HEADER)), anchors)
    except OSError as error:
        raise ConfigError("audit.export_unreadable", path=str(path), why=system_problem(error)) from error
    except UnicodeDecodeError as error:
        raise ConfigError("audit.export_unreadable", path=str(path), why=str(error)) from error


def _read(path: Path, lines: Iterable[bytes]) -> Iterator[ChainedEntry]:
    for number, line in enumerate(lines, start=2):
        try:
            yield _ENTRY.validate_json(line)
        except ValidationError:
            raise ConfigError("audit.no_entry", line=number, path=str(path)) from None
