"""What-if: past calls under a draft of a rubric. Reads stored findings, writes nothing but the answer."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from more_itertools import chunked
from rich.console import Console

from callqa.errors import ConfigError
from callqa.keys import RunKeys
from callqa.types import Verdict
from flows.report import rich_table
from flows.wiring import Run, run_keys
from flows.wording import VERDICTS
from qa_models import load_checks
from scoring import load_book
from scoring.rubric_book import Entry
from scoring.what_if import CallMove, Present, WhatIf
from store import Connection, read

CALLS_AT_ONCE = 5000
CSV_COLUMNS = ["通话编号", "工号", "班组", "原得分", "新得分", "变化"]
NEVER_CHECKED = "—"


@dataclass(frozen=True)
class Answer:
    """What moved, and what could not be compared."""

    moves: WhatIf
    present: tuple[str, ...]
    """The rubrics of the present scores."""
    unchecked: dict[str, int]
    """Calls left out, by the check of the draft that has not run on them."""
    n_left_out: int

    def as_dict(self) -> dict[str, Any]:
        means = self.moves.means()
        return {
            "draft": f"{self.moves.draft.id} {self.moves.draft.version}",
            "present": list(self.present),
            "compared": self.moves.n,
            "left_out": self.n_left_out,
            "unchecked": self.unchecked,
            "up": self.moves.up,
            "down": self.moves.down,
            "gained_total": self.moves.gained,
            "lost_total": self.moves.lost,
            "needs_review": [self.moves.review_before, self.moves.review_after],
            "mean": list(means) if means else None,
            "items": [asdict(item) for item in self.moves.items()],
            "calls": [asdict(call) | {"delta": call.delta} for call in self.moves.most()],
            "agents": [asdict(agent) for agent in self.moves.agents()],
        }


def load_draft(run: Run, name: str) -> tuple[Entry, RunKeys]:
    """The draft, not registered anywhere. Its first day is not asked for: past calls are what it is tried on."""
    library = load_checks(run.settings.checks)
    (entry,) = load_book([name], library)
    keys = run_keys(run.settings, entry, library)
    return entry, keys
