"""Past calls under a draft of a rubric (what-if). Reads stored scores and findings; stores nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from more_itertools import chunked

from callqa.types import Verdict
from scoring.what_if import CallMove, Present, WhatIf, against
from services.context import RubricContext, RubricSet
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
    rubric_set: RubricSet,
    draft: RubricContext,
    period: str | None = None,
    on_call: Callable[[CallMove], object] = lambda move: None,
    *,
    blind: bool = True,
    most_new: int = 0,
) -> Answer:
    """Compares every scored call of the rubric set that the draft (`draft_context`) is for.

    ``on_call`` gets each call as it is compared; a million of them are not kept. ``blind``: also those that people
    judge blind just now. Only calls on which all checks of the draft have run can be compared, and up to ``most_new``
    on which the others are run for the answer alone, as far as they need no language model.
    """
    moves = WhatIf(draft.rubric, draft.advisory)
    unchecked: Counter[str] = Counter()
    n_left_out = 0
    with rubric_set[0].store.read() as connection:
        hidden = frozenset[str]() if blind else calibration.open_calls(connection)
        for context in rubric_set:
            present = against(draft.rubric, context.rubric, context.advisory)
            for stored, verdicts in _pairs(connection, context, draft, present.to_ask, period):
                if stored.call_id in hidden:
                    continue
                lacking = [check for check in present.to_ask if check not in verdicts]
                if lacking and most_new and not draft.asking:
                    most_new -= 1
                    verdicts |= _run(connection, draft, stored.call_pk, lacking)
                    lacking = [check for check in lacking if check not in verdicts]
                if lacking:
                    unchecked.update(lacking)
                    n_left_out += 1
                    continue
                now = Present(
                    stored.call_id, stored.agent_id, stored.team, stored.total, stored.needs_review, stored.verdicts,
                    stored.manual_points,
                )  # fmt: skip
                on_call(moves.add(now, present, verdicts))
    names = tuple(f"{context.rubric.id} {context.rubric.version}" for context in rubric_set)
    return Answer(moves, names, n_left_out, tuple(sorted(unchecked.items(), key=lambda pair: (-pair[1], pair[0]))))


def _run(connection: Connection, draft: RubricContext, call_pk: int, checks: Iterable[str]) -> dict[str, Verdict]:
    """What these checks say of a call; nothing of one without words."""
    known = list(read.conversations(connection, [call_pk], draft.keys.engine_key, draft.zone))
    return {check: draft.checks[check].answer(each.conversation).verdict for each in known for check in checks}


def _pairs(
    connection: Connection, context: RubricContext, draft: RubricContext, to_ask: tuple[str, ...], period: str | None
) -> Iterator[tuple[read.StoredScore, dict[str, Verdict]]]:
    """Each scored call of the context that the draft is for, with what the checks ``to_ask`` said of it."""
    keys = replace(draft.keys, check_keys=tuple(draft.checks[check].key for check in to_ask))
    for rows in chunked(read.scores(connection, context.keys, period), CALLS_AT_ONCE):
        ids = read.covered_ids(connection, (row.call_pk for row in rows), draft.keys)
        stored_verdicts = read.verdicts(connection, ids, keys) if to_ask else ()
        by_call = {row.call_pk: dict(row.verdicts) for row in stored_verdicts}
        for row in rows:
            if row.call_pk in ids:
                yield row, by_call.get(row.call_pk, {})
