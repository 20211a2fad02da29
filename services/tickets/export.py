"""Export of a ticket system: CSV files, compressed with gzip or not, one row a ticket."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from callqa.errors import ConfigError, system_problem


def export_rows(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, row) of each row, one at a time. Raises `ConfigError` naming the file, and columns that it lacks."""
    try:
        with _opened(file) as opened:
            reader = csv.DictReader(opened, restval="")
            if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
                raise ConfigError("dispatch.column_missing", file=file, columns=missing)
            for row in reader:
                yield reader.line_num, row
    except OSError as error:
        raise ConfigError("file.unreadable", path=file, reason=system_problem(error)) from error
    except (EOFError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError("table.unreadable", path=file, detail=str(error)) from error


def _opened(file: Path) -> TextIO:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")
