"""Steps of a night after its lease is given back: two nights at once, or an erasure meanwhile, do no harm.

Every one of these steps reads first and writes later, and looks again in the transaction in which it writes.
"""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from keeping import QUIET
from sqlalchemy import select

from callqa.errors import StoreError
from callqa.settings import Settings
from scoring.review.assignment_rules import load_rules
from services.calls.call_list import list_calls
from services.context import RubricContext, open_rubric_set
from services.review.queue import give_out, give_out_by
from services.sampling.draw import draw_due, draw_sample, plan_for
from store import Store, open_store
from store.calls.write import take_off_call_list
from store.people import assignments, samples
from store.removal import deletion
from store.tables.call_list import call_list, call_list_mark

MONDAY = datetime(2026, 11, 16, 2, tzinfo=UTC)
NIGHTS = 4
PLAN = """\
id: mine
title: 我的抽检
every: week
per_agent: {n: 2}
"""
RULES = """\
rules:
  - match: {team: A组}
    reviewers: {王丽: 2, 李明: 1}
  - match: {team: B组}
    reviewers: [张强]
"""


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return str(path)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def listed(store: Store) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    with store.read() as c:
        rows = c.execute(select(call_list).order_by(call_list.c.call_id)).all()
        marks = c.execute(select(call_list_mark)).all()
    return [tuple(row) for row in rows], sorted(tuple(row) for row in marks)


def test_nights_that_end_together_do_what_one_does(scored: Settings, plan: str, rules: Path) -> None:
    together = threading.Barrier(NIGHTS)

    def end(_: int) -> None:
        with open_rubric_set(scored) as rubric_set:
            together.wait()
            list_calls(rubric_set, QUIET)
            draw_due(rubric_set, [plan_for(rubric_set, plan)], MONDAY, QUIET)
            give_out_by(
                rubric_set, load_rules(rules, {item: item for context in rubric_set for item in context.rubric.titles})
            )

    with closing(open_store(scored.database)) as store:
        before = listed(store)
        with store.write() as c:
            take_off_call_list(c, list(c.scalars(select(call_list.c.call_id))))
        with ThreadPoolExecutor(NIGHTS) as nights:
            list(nights.map(end, range(NIGHTS)))
        assert listed(store) == before
        with store.read() as c:
            assert [(sample.plan_id, sample.n_calls) for sample in samples.samples(c)] == [
                ("mine", 12)
            ]  # two of each agent
            asked = Counter(stored.assignment.call_id for stored in assignments.open_assignments(c))
    assert set(asked.values()) == {1}, "nobody hears what another one hears"


def test_a_call_that_is_removed_while_it_is_given_out(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set

    def choose(calls: object) -> tuple[dict[str, str], tuple[str, ...]]:
        with context.store.write() as c:
            deletion.delete_calls(c, [1, 2])
        return {f"call-{n:04}": "王丽" for n in (1, 2, 3)}, ()

    given = give_out(rubric_set, choose, "张强")
    assert given.reviewer_of == {"call-0003": "王丽"}


def test_a_call_that_is_removed_while_a_sample_is_drawn(
    rubric_set: tuple[RubricContext, ...], plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (context,) = rubric_set
    put = samples.put_sample

    def put_later(c: object, *values: object) -> object:
        deletion.delete_calls(c, range(1, 61))  # type: ignore[arg-type]
        return put(c, *values)  # type: ignore[arg-type]

    monkeypatch.setattr(samples, "put_sample", put_later)
    with pytest.raises(StoreError, match="removed meanwhile; draw again"):
        draw_sample(rubric_set, plan_for(rubric_set, plan), "2026-W46", "1", "王丽", MONDAY)
    with context.store.read() as c:
        assert samples.samples(c) == []
