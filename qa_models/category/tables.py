"""Labelled messages, read from CSV files of one's own."""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from callqa.errors import ConfigError, Mistake, system_problem
from callqa.yaml_file import did_you_mean
from qa_models.category.features import Piece

SUBJECT_WEIGHT = 2.0
LONGEST = 10_000_000  # characters of a cell; csv's own limit is 131,072


@dataclass(frozen=True, slots=True)
class Message:
    """A row of a table: ``text``, or ``subject`` and ``body``, and its ``label``."""

    subject: str
    body: str
    label: str

    @property
    def text(self) -> str:
        return f"{self.subject}。{self.body}" if self.subject else self.body

    @property
    def pieces(self) -> list[Piece]:
        """The subject says more than the body."""
        return [Piece(self.text), *([Piece(self.subject, SUBJECT_WEIGHT)] if self.subject else [])]


def read_messages(path: Path, classes: Collection[str] = ()) -> list[Message]:
    """Rows of a CSV in UTF-8. Raises `ConfigError` naming line and reason; ``classes``: the labels there may be."""
    usual = csv.field_size_limit(LONGEST)  # holds for the whole process
    try:
        messages = list(_rows(path, classes))
    except OSError as error:
        raise ConfigError("file.unreadable", path=path, reason=system_problem(error)) from error
    except UnicodeDecodeError as error:
        raise ConfigError("table.unreadable", path=path, detail=str(error)) from error
    finally:
        csv.field_size_limit(usual)
    if not messages:
        raise ConfigError("table.no_rows", path=path)
    return messages


def _rows(path: Path, classes: Collection[str]) -> Iterator[Message]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        line = 0
        try:
            columns = set(reader.fieldnames or ())
            if "label" not in columns or not ({"text"} <= columns or {"subject", "body"} <= columns):
                raise Mistake("table.columns_missing")
            line = reader.line_num
            for row in reader:
                yield _message(row, classes)
                line = reader.line_num
        except Mistake as error:
            raise ConfigError("file.at_line", path=path, line=line + 1, problem=error.message) from error
        except csv.Error as error:
            raise ConfigError("file.at_line", path=path, line=line + 1, problem=str(error)) from error


def _message(row: dict[str | None, str | None], classes: Collection[str]) -> Message:
    """Raises `Mistake`."""
    if None in row:
        raise Mistake("table.more_cells")
    label = (row["label"] or "").strip()
    subject, body = (row.get("subject") or "").strip(), (row.get("text") or row.get("body") or "").strip()
    if not label:
        raise Mistake("table.no_label")
    if classes and label not in classes:
        raise Mistake("table.no_class", label=label, hint=did_you_mean(label, classes))
    if not subject and not body:
        raise Mistake("table.no_text")
    return Message(subject, body, label)
