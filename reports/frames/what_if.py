"""A what-if in a line and in tables, and its calls as a CSV file."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from callqa.errors import ConfigError, system_problem
from callqa.messages import Joined, Message
from callqa.spreadsheet import never_run
from callqa.types import Verdict
from scoring.what_if import CallMove, WhatIf
from services.wording import BANDS, VERDICTS

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
        raise ConfigError("what_if.calls_not_written", path=str(path), why=system_problem(error)) from error
    with file:
        rows = csv.writer(file)
        rows.writerow(CALL_COLUMNS)
        yield lambda move: rows.writerow(map(never_run, _call_row(move).values()))


def summary(moves: WhatIf) -> Message:
    """What moves, in a line."""
    means = moves.means()
    totals = (Message("新得总分 {n} 通；", n=moves.gained), Message("不再有总分 {n} 通；", n=moves.lost))
    return Message(
        "比较 {n} 通：{mean}升 {up} 通，降 {down} 通；{waiting}待复核 {before} → {after} 通",
        n=moves.n,
        mean=Message("平均分 {before:.1f} → {after:.1f}；", before=means[0], after=means[1]) if means else "",
        up=moves.up,
        down=moves.down,
        waiting=Joined([total for total in totals if total.values["n"]], ""),
        before=moves.review_before,
        after=moves.review_after,
    )


def what_if_tables(moves: WhatIf) -> dict[str | Message, pd.DataFrame]:
    """By heading: items, calls, agents."""
    most = moves.most()
    calls = pd.DataFrame([_call_row(move) for move in most], columns=CALL_COLUMNS)
    return {
        "项目": pd.DataFrame(
            [
                {
                    "项目": item.title,
                    "判定变化": item.n_changed,
                    "其中": Joined(
                        (
                            Message("{before}→{after} {n}", before=_word(old), after=_word(new), n=n)
                            for old, new, n in item.changes[:3]
                        ),
                        "，",
                    ),
                    "原平均得分": _rounded(item.points_before, 2),
                    "新平均得分": _rounded(item.points_after, 2),
                }
                for item in moves.items()
                if item.n_changed or item.points_before != item.points_after
            ]
        ),
        Message("变化最大的通话（前 {n} 通）", n=len(most)): calls,
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
                    "原档次": Message(BANDS[agent.band_before]),
                    "新档次": Message(BANDS[agent.band_after]),
                }
                for agent in moves.agents()
            ]
        ),
    }


def _call_row(move: CallMove) -> dict[str, object]:
    figures = (_rounded(value) for value in (move.before, move.after, move.delta))
    return dict(zip(CALL_COLUMNS, (move.call_id, move.agent_id, move.team, *figures), strict=True))


def _word(verdict: Verdict | None) -> Message:
    return Message("无此项" if verdict is None else VERDICTS[verdict])


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)
