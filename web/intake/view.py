"""The views of manifests that are sent by a browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.intake.columns import Why
from services.intake.manifest_uploads import LookedFor

State = Literal["waiting", "at_work", "done"]


@dataclass(frozen=True, slots=True)
class UploadLine:
    """An upload in the list."""

    pk: int
    name: str
    author: str
    at: datetime
    state: State
    n_new: int
    n_refused: int


@dataclass(frozen=True, slots=True)
class Uploads:
    """The form to send a manifest, and the last ones that were sent."""

    folder: str
    """Where recordings lie; empty: nobody has said so, and nothing can be taken in."""
    megabytes: int
    lines: tuple[UploadLine, ...]


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """Where a field stands."""

    field: str
    label: str
    required: bool
    column: str
    why: Why
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was refused, and why."""

    line: int
    call_id: str
    why: str


@dataclass(frozen=True, slots=True)
class RefusedGroup:
    """Rows that were refused for one reason."""

    problem: str
    to_do: str
    n: int
    rows: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class LookPage:
    """What would come of an upload."""

    header_line: int
    header: tuple[str, ...]
    columns: tuple[ColumnLine, ...]
    n_good: int
    n_refused: int
    refused: tuple[RefusedGroup, ...]
    recordings: tuple[LookedFor, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What came of an upload."""

    counts: Mapping[str, int]
    error: str
    refused: tuple[RefusedGroup, ...]


@dataclass(frozen=True, slots=True)
class UploadPage:
    """One upload: looked at, at work, or done."""

    pk: int
    name: str
    folder: str
    state: State
    look: LookPage | None
    result: ResultPage | None
