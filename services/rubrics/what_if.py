"""What-if: past calls under a draft of a rubric. Reads stored scores and findings; stores nothing."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from more_itertools import chunked

from callqa.types import Verdict
from scoring.what_if import CallMove, Present, WhatIf, against
from services.context import Run
from store import Connection
from store.calls import read
from store.people import calibration

CALLS_AT_ONCE = 5000


@dataclass(frozen=True)
class Answer:
    """What moved, and what could not be compared."""

    moves: WhatIf
    present: tuple[str, ...]
    """The rubrics of the present scores."""
    n_left_out: int
    """Calls on which a check of the draft has not run yet."""
    unchecked: tuple[tuple[str, int], ...]
    """(check, calls on which it has not run), the commonest first."""

    def as_dict(self) -> dict[str, Any]:
        moves, means = self.moves, self.moves.means()
        return {
            "draft": f"{moves.draft.id} {moves.draft.version}",
            "present": self.present,
            "compared": moves.n,
            "left_out": self.n_left_out,
            "unchecked": dict(self.unchecked),
            "up": moves.up,
            "down": moves.down,
            "gained_total": moves.gained,
            "lost_total": moves.lost,
            "needs_review": [moves.review_before, moves.review_after],
            "mean": means,
            "items": [asdict(item) for item in moves.items()],
            "calls": [asdict(call) | {"delta": call.delta} for call in moves.most()],
            "agents": [asdict(agent) for agent in moves.agents()],
        }


def what_if(
    book: Sequence[Run],
    draft: Run,
    period: str | None = None,
    on_call: Callable[[CallMove], object] = lambda move: None,
    *,
    blind: bool = True,
) -> Answer:
    """Compares every scored call of the book that the draft (`draft_run`) is for.

    ``on_call`` gets each call as it is compared; a million of them are not kept. ``blind``: also those that people
    judge blind just now. Only calls on which all checks of the draft have run can be compared.
    """
    moves = WhatIf(draft.rubric, draft.advisory)
    unchecked: Counter[str] = Counter()
    n_left_out = 0
    with book[0].store.read() as connection:
        hidden = frozenset[str]() if blind else calibration.open_calls(connection)
        for run in book:
            present = against(draft.rubric, run.rubric, run.advisory)
            for stored, verdicts in _pairs(connection, run, draft, present.to_ask, period):
                if stored.call_id in hidden:
                    continue
                if lacking := [check for check in present.to_ask if check not in verdicts]:
                    unchecked.update(lacking)
                    n_left_out += 1
                    continue
                now = Present(
                    stored.call_id, stored.agent_id, stored.team, stored.total, stored.needs_review, stored.verdicts,
                    stored.manual_points,
                )  # fmt: skip
                on_call(moves.add(now, present, verdicts))
    names = tuple(f"{run.rubric.id} {run.rubric.version}" for run in book)
    return Answer(moves, names, n_left_out, tuple(sorted(unchecked.items(), key=lambda pair: (-pair[1], pair[0]))))


def _pairs(
    connection: Connection, run: Run, draft: Run, to_ask: tuple[str, ...], period: str | None
) -> Iterator[tuple[read.StoredScore, dict[str, Verdict]]]:
    """Each scored call of the run that the draft is for, with what the checks ``to_ask`` said of it."""
    keys = replace(draft.keys, check_keys=tuple(draft.checks[check].key for check in to_ask))
    for rows in chunked(read.scores(connection, run.keys, period), CALLS_AT_ONCE):
        ids = read.covered_ids(connection, (row.call_pk for row in rows), draft.keys)
        found = read.verdicts(connection, ids, keys) if to_ask else ()
        said = {row.call_pk: dict(row.verdicts) for row in found}
        for row in rows:
            if row.call_pk in ids:
                yield row, said.get(row.call_pk, {})
