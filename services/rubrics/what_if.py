"""What-if: past calls under a draft of a rubric. Reads stored scores and findings; stores nothing."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from more_itertools import chunked

from callqa.errors import ConfigError
from callqa.spreadsheet import never_run
from callqa.types import Verdict
from scoring.what_if import CallMove, Present, WhatIf, against
from services.context import Run, draft_run
from services.wording import VERDICTS
from store import Connection
from store.calls import read
from store.people import calibration

CALLS_AT_ONCE = 5000
CALL_COLUMNS = ["通话编号", "工号", "班组", "原得分", "新得分", "变化"]


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
    book: Sequence[Run], name: str, period: str | None = None, csv_file: Path | None = None, *, blind: bool = True
) -> Answer:
    """Compares every scored call of the book that the draft is for. ``csv_file`` gets a line for each.

    ``blind``: also those that people judge blind just now. Only calls on which all checks of the draft have run can be
    compared. Raises `ConfigError`.
    """
    draft = draft_run(book, name)
    moves = WhatIf(draft.rubric, draft.advisory)
    unchecked: Counter[str] = Counter()
    n_left_out = 0
    with _writer(csv_file) as write_row, book[0].store.read() as connection:
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
                write_row(moves.add(now, present, verdicts))
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


@contextmanager
def _writer(path: Path | None) -> Iterator[Callable[[CallMove], object]]:
    """Where each call goes as it is compared; a million of them are not kept."""
    if path is None:
        yield lambda move: None
        return
    try:
        file = path.open("w", encoding="utf-8-sig", newline="")  # the mark lets Excel read it
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}; give another --csv FILE") from error
    with file:
        rows = csv.writer(file)
        rows.writerow(CALL_COLUMNS)
        yield lambda move: rows.writerow(map(never_run, _call_row(move).values()))


def summary(moves: WhatIf) -> str:
    """What moves, in a line."""
    means = moves.means()
    mean = f"平均分 {means[0]:.1f} → {means[1]:.1f}；" if means else ""
    waiting = "".join(f"{words} {n} 通；" for words, n in (("新得总分", moves.gained), ("不再有总分", moves.lost)) if n)
    return (
        f"比较 {moves.n} 通：{mean}升 {moves.up} 通，降 {moves.down} 通；{waiting}"
        f"待复核 {moves.review_before} → {moves.review_after} 通"
    )


def what_if_tables(moves: WhatIf) -> dict[str, pd.DataFrame]:
    """By heading: items, calls, agents."""
    most = moves.most()
    return {
        "项目": pd.DataFrame(
            [
                {
                    "项目": item.title,
                    "判定变化": item.n_changed,
                    "其中": "，".join(f"{_word(old)}→{_word(new)} {n}" for old, new, n in item.changes[:3]),
                    "原平均得分": _rounded(item.points_before, 2),
                    "新平均得分": _rounded(item.points_after, 2),
                }
                for item in moves.items()
                if item.n_changed or item.points_before != item.points_after
            ]
        ),
        f"变化最大的通话（前 {len(most)} 通）": pd.DataFrame([_call_row(move) for move in most], columns=CALL_COLUMNS),
        "坐席": pd.DataFrame(
            [
                {
                    "班组": agent.team,
                    "工号": agent.agent_id,
                    "通话数": agent.n,
                    "原平均分": _rounded(agent.before),
                    "新平均分": _rounded(agent.after),
                    "变化": _rounded(agent.after - agent.before),
                    "原名次": agent.rank_before,
                    "新名次": agent.rank_after,
                }
                for agent in moves.agents()
            ]
        ),
    }


def _call_row(move: CallMove) -> dict[str, object]:
    figures = (_rounded(value) for value in (move.before, move.after, move.delta))
    return dict(zip(CALL_COLUMNS, (move.call_id, move.agent_id, move.team, *figures), strict=True))


def _word(verdict: Verdict | None) -> str:
    return "无此项" if verdict is None else VERDICTS[verdict]


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)
