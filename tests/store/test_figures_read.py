"""Scores in bulk are those that are read one by one."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from effective_sheets import put_reviewed
from sqlalchemy import update
from store_world import KEYS, World

from callqa.days import Days
from callqa.keys import context_key
from callqa.records import Review
from callqa.scores import ScoredCalls
from callqa.types import Verdict
from callqa.visibility import Visibility
from store.calls import figures, read, write
from store.people import reviews
from store.runs import score_holds
from store.tables import calls as tables

NOW = datetime(2026, 12, 3, 3, tzinfo=UTC)
MANY = 25


@pytest.fixture
def filled(world: World) -> World:
    """Calls on 25 days from 2026-11-20 on, some without a total, of three agents; each belongs to one of two teams."""
    for n in range(1, MANY + 1):
        started_at = world.call(n).started_at + timedelta(days=18 + n)
        changes = {"team": "AB"[n % 2] + "组", "started_at": started_at}
        world.put_call(n, **changes)
        transcript_id = world.put_transcript(n)
        score = replace(world.score(n), total=None if n % 5 == 0 else 50.0 + n)
        context = context_key(world.call(n, **changes))
        with world.store.write() as c:
            write.put_findings(c, [row._replace(context_key=context) for row in world.finding_rows(n, transcript_id)])
            write.put_scores(c, [write.ScoreRow(n, transcript_id, context, score)], KEYS)
    return world


def rows_of(calls: ScoredCalls) -> list[tuple[object, ...]]:
    return sorted(zip(*(getattr(calls, field.name) for field in fields(calls)), strict=True))


def bulk(world: World, since: str | None = None, until: str | None = None) -> ScoredCalls:
    with world.store.read() as c:
        return figures.scored_calls(c, KEYS, Days.between(since, until))


def one_by_one(world: World) -> list[tuple[object, ...]]:
    with world.store.read() as c:
        return sorted(
            (row.agent_id, row.team, row.total, row.needs_review, row.verdicts, row.manual_points)
            for row in read.scores(c, KEYS)
            if row.total is not None
        )


def facts(calls: ScoredCalls) -> list[tuple[object, ...]]:
    columns = (calls.agent, calls.team, calls.total, calls.needs_review, calls.verdicts, calls.manual_points)
    return sorted(row for row in zip(*columns, strict=True) if row[2] is not None)


def test_they_agree_with_single_reads(filled: World) -> None:
    calls = bulk(filled)
    assert len(calls) == MANY
    assert calls.total.count(None) == 5
    assert facts(calls) == one_by_one(filled)
    assert set(calls.category) == {"环境保护"}
    assert set(calls.line) == {"12345"}
    assert set(calls.seconds) == {60.0}
    assert {type(value) for value in calls.needs_review} == {bool}


@pytest.mark.parametrize(
    ("since", "until", "n"),
    [
        (None, None, 25), ("2026-11-20", "2026-11-30", 11), ("2026-12-01", None, 14), (None, "2026-11-20", 1),
        ("2027-01-01", None, 0), ("2026-11-30", "2026-12-01", 2),
    ],
)  # fmt: skip
def test_days_are_chosen_with_both_ends(filled: World, since: str | None, until: str | None, n: int) -> None:
    calls = bulk(filled, since, until)
    assert len(calls) == n
    assert all((since or "") <= day <= (until or "9") for day in calls.day)
    assert rows_of(calls) == [row for row in rows_of(bulk(filled)) if (since or "") <= row[4] <= (until or "9")]  # type: ignore[operator]


def test_peoples_verdicts_win_and_held_scores_are_left_out(filled: World) -> None:
    word = Review("k", "call-1", "closing", "override", "王主管", NOW, Verdict.VIOLATED, reason="没有道别")
    with filled.store.write() as c:
        c.execute(update(tables.rubric).values(document={"groups": [{"items": [{"id": "closing"}]}]}))
        put_reviewed(c, word, lambda sheet: replace(filled.score(1), total=12.5, needs_review=False))
        score_holds.put_hold(c, write.start_run(c, "run", KEYS), KEYS.rubric_key, MANY - 3, MANY, ["why"], NOW)
    calls = bulk(filled)
    assert len(calls) == MANY - 3
    with filled.store.read() as c:
        assert figures.n_held(c, KEYS, Days()) == 3
        assert figures.n_held(c, KEYS, Days.between("2026-12-13", None)) == 2
        assert figures.n_held(c, KEYS, Days.between(None, "2026-12-13")) == 2
    assert 12.5 in calls.total
    assert facts(calls) == one_by_one(filled)


def test_only_the_present_scores_of_the_keys_are_read(filled: World) -> None:
    with filled.store.write() as c:
        write.put_scores(c, [filled.score_row(1, 1)], replace(KEYS, trust_key="t" * 16))
        c.execute(update(tables.call).where(tables.call.c.id == 2).values(context_key="x" * 16))
    calls = bulk(filled)
    assert len(calls) == MANY - 1
    with filled.store.read() as c:
        assert len(figures.scored_calls(c, replace(KEYS, rubric_key="z" * 16), Days())) == 0
        assert len(figures.scored_calls(c, replace(KEYS, engine_key="z" * 16), Days())) == 0


@pytest.mark.parametrize("days", [Days(), Days.between("2026-11-25", "2026-12-05"), Days.between("2026-12-01", None)])
def test_one_agents_scores_are_those_among_alls(filled: World, days: Days) -> None:
    with filled.store.read() as c:
        everyone = rows_of(figures.scored_calls(c, KEYS, days))
        for agent_id in {*bulk(filled).agent, "nobody"}:
            rows = rows_of(figures.scored_calls(c, KEYS, days, Visibility(agent_id=agent_id)))
            assert rows == [row for row in everyone if row[0] == agent_id]
            of_team = rows_of(figures.scored_calls(c, KEYS, days, Visibility(("A组",), agent_id)))
            assert of_team == [row for row in rows if row[1] == "A组"]


def test_marks_tell_what_was_scored_and_said_since(filled: World) -> None:
    with filled.store.read() as c:
        before = figures.marks(c)
        assert figures.days_since(c, before) == set()
        assert figures.days_since(c, before._replace(score=MANY - 2)) == {"2026-12-13", "2026-12-14"}
    with filled.store.write() as c:
        c.execute(update(tables.rubric).values(document={"groups": [{"items": [{"id": "closing"}]}]}))
        word = Review("k", "call-3", "closing", "confirm", "王主管", NOW, Verdict.MET)
        reviews.put_review(c, word)
        score_holds.put_hold(c, write.start_run(c, "run", KEYS), KEYS.rubric_key, 0, 1, ["why"], NOW)
    with filled.store.read() as c:
        now = figures.marks(c)
        assert now == (before.score, before.review + 1, before.run + 1, 1, 0, 0, None)
        assert figures.days_since(c, before) == {"2026-11-22"}
