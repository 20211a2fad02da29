"""A what-if in a line and in tables, and its calls as a CSV file."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from callqa.errors import ConfigError
from callqa.spreadsheet import never_run
from callqa.types import Verdict
from scoring.what_if import CallMove, WhatIf
from services.wording import VERDICTS

CALL_COLUMNS = ["通话编号", "工号", "班组", "原得分", "新得分", "变化"]


@contextmanager
def calls_file(path: Path | None) -> Iterator[Callable[[CallMove], object]]:
    """Writes each call it is given into a CSV file; without a path, nothing. Raises `ConfigError`."""
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
