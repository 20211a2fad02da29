"""Columns of a manifest: which holds what, by the names that are known, by what was chosen before, or by a guess.

What is chosen for the columns of one export is remembered, and holds for its next one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from rapidfuzz import fuzz

from callqa.errors import ConfigError
from callqa.messages import NONE
from callqa.settings import COLUMNS, IngestSettings

LONG_NUMBER = re.compile("[0-9]{7}")
"""No name of a column has one; a telephone number does."""
BRACKETS = re.compile(r"[(\[【<].*?[)\]】>]|[\s*:_\-]")
NAMES_SHOWN = 30
LIKE = 75
"""Of 100: how alike the names of columns are that may mean the same."""

REQUIRED = ("call_id", "agent_id", "started_at")
Chosen = Mapping[str, str]
"""Columns by field, as somebody chose them; a field that is not there is not read."""
Why = Literal["remembered", "known", "alike", "none"]


class Proposal(NamedTuple):
    """Where a field may stand."""

    field: str
    column: str
    """Empty: nowhere."""
    why: Why


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """Equal for names of columns that differ by width, case, spaces, signs, or by what stands in brackets.

    >>> plain_name("通话开始时间（北京时间）*")
    '通话开始时间'
    """
    return BRACKETS.sub("", unicodedata.normalize("NFKC", name)).casefold()


def is_known(name: str, settings: IngestSettings) -> bool:
    """Whether some field is called so."""
    plain = plain_name(name)
    return bool(plain) and any(
        plain == plain_name(known) for field in COLUMNS for known in settings.column_names(field)
    )


def map_columns(
    header: Sequence[str], settings: IngestSettings, uri: str, chosen: Chosen | None = None
) -> dict[str, str]:
    """Columns by field. Raises `ConfigError`: a field that is needed has none, or two columns have one name."""
    if any(map(LONG_NUMBER.search, header)):  # nobody's number belongs in a message
        raise ConfigError("manifest.no_header", uri=uri)
    if twice := sorted(name for name, times in Counter(header).items() if name and times > 1):
        raise ConfigError("manifest.columns_twice", uri=uri, columns=twice)
    columns = {proposal.field: proposal.column for proposal in propose(header, settings, chosen) if _is_sure(proposal)}
    for field in REQUIRED:
        if field not in columns:
            raise ConfigError(
                "manifest.column_missing",
                uri=uri,
                field=field,
                names=settings.column_names(field)[:NAMES_SHOWN],
                found=list(islice(header, NAMES_SHOWN)) or NONE,
            )
    return columns


def _is_sure(proposal: Proposal) -> bool:
    return proposal.why in ("remembered", "known") and bool(proposal.column)


def propose(header: Sequence[str], settings: IngestSettings, chosen: Chosen | None = None) -> tuple[Proposal, ...]:
    """For each field the column that was chosen before, or else that is known by its name, or else is alike."""
    if chosen is not None:
        kept = ((field, column if (column := chosen.get(field, "")) in header else "") for field in COLUMNS)
        return tuple(Proposal(field, column, "remembered" if column else "none") for field, column in kept)
    known = {field: _known(field, header, settings) for field in COLUMNS}
    left = [name for name in header if name and name not in known.values()]
    return tuple(_proposal(field, column, left, settings) for field, column in known.items())


def _known(field: str, header: Sequence[str], settings: IngestSettings) -> str:
    columns = {plain_name(name): name for name in reversed(header)}
    names = settings.column_names(field)
    exact = next((name for name in names if name in header), "")
    return exact or next((columns[plain] for name in names if (plain := plain_name(name)) in columns), "")


def _proposal(field: str, known: str, left: Sequence[str], settings: IngestSettings) -> Proposal:
    if known:
        return Proposal(field, known, "known")
    names = [plain_name(name) for name in settings.column_names(field)]
    scores = {column: max(fuzz.ratio(plain_name(column), name) for name in names) for column in left}
    best = max(scores, key=lambda column: scores[column], default="")
    return Proposal(field, best, "alike") if best and scores[best] >= LIKE else Proposal(field, "", "none")
