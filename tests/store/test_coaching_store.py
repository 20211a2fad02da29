"""Training in the store: candidates by item, sheets by agent, what was said."""

from datetime import UTC, datetime

from listed_world import refresh
from sqlalchemy import insert
from store_world import SHANGHAI, World

from callqa.coaching import Candidate
from callqa.types import Verdict
from store.calls import write
from store.people import coaching
from store.tables.people import effective_score, hold, review

OCTOBER, NOVEMBER = (
    (datetime(2026, month, 1, tzinfo=SHANGHAI), datetime(2026, month + 1, 1, tzinfo=SHANGHAI)) for month in (10, 11)
)
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def test_candidates_have_the_deciding_checks_figures(world: World) -> None:
    world.fill(4)
    refresh(world)
    with world.store.read() as c:
        met = list(coaching.candidates(c, world.keys, 0, world.keys.check_keys, "Mm", NOVEMBER, 10))
        candidates = list(
            coaching.candidates(c, world.keys, 0, world.keys.check_keys[:1], "M", NOVEMBER, 10, agent_id="3001")
        )
        latest = list(coaching.candidates(c, world.keys, 0, world.keys.check_keys, "M", NOVEMBER, 2))
        for nothing in (
            coaching.candidates(c, world.keys, 0, world.keys.check_keys, "Vv", NOVEMBER, 10),
            coaching.candidates(c, world.keys, 0, world.keys.check_keys, "M", OCTOBER, 10),
            coaching.candidates(c, world.keys, 0, world.keys.check_keys, "M", NOVEMBER, 10, team="late"),
            coaching.candidates(c, world.keys, 0, world.keys.check_keys, "M", NOVEMBER, 10, category="交通"),
        ):
            assert list(nothing) == []
    assert met[0] == Candidate(1, "call-1", "3001", "环境保护", "M", "MU", 100.0, 0.875, 1.5, 0.75, True)
    assert [candidate.call_pk for candidate in met] == [1, 2, 3, 4]
    assert [candidate.call_pk for candidate in candidates] == [1, 4]
    assert [candidate.call_pk for candidate in latest] == [3, 4]


def test_peoples_letters_count_and_held_scores_do_not(world: World) -> None:
    world.fill(3)
    with world.store.write() as c:
        run_id = write.start_run(c, "run", world.keys)
        c.execute(
            insert(review).values(
                review_key="r", call_id=2, item_id="opening", action="override", verdict="violated", title="",
                reason="", author="a", at=NOW, purpose="review", session="",
            )
        )  # fmt: skip
        c.execute(
            insert(effective_score).values(
                call_score_id=2, total=50.0, needs_review=False, fatal=False, verdicts="vv", manual_points=0.0,
                last_review_id=1,
            )
        )  # fmt: skip
        c.execute(
            insert(hold).values(run_id=run_id, rubric_id=1, after_score_id=2, upto_score_id=3, reasons=["x"], at=NOW)
        )
    refresh(world)
    with world.store.read() as c:
        met = coaching.candidates(c, world.keys, 0, world.keys.check_keys, "M", NOVEMBER, 10)
        violated = coaching.candidates(c, world.keys, 0, world.keys.check_keys, "Vv", NOVEMBER, 10)
        assert [candidate.call_pk for candidate in met] == [1]
        assert list(violated) == [], "the machine's evidence shows something else than the person decided"
        decided = coaching.candidates(c, world.keys, 1, world.keys.check_keys, "Vv", NOVEMBER, 10)
        assert [(candidate.call_pk, candidate.letter, candidate.total) for candidate in decided] == [(2, "v", 50.0)]
        counts = coaching.sheet_counts(c, world.keys, "2026-11")
    assert counts == [("3001", "early", "MU", 1), ("3002", "early", "vv", 1)]


def test_values_and_words_of_a_check(world: World) -> None:
    world.fill(3)
    refresh(world)
    opening, closing = world.keys.check_keys
    with world.store.read() as c:
        assert coaching.value_ranges(c, world.keys, opening, NOVEMBER, 10) == {Verdict.MET: (1.5, 1.5)}
        assert coaching.value_ranges(c, world.keys, closing, NOVEMBER, 10) == {}
        rows = list(coaching.evidence_rows(c, world.keys, opening, "2026-11", Verdict.MET, most=2))
        assert [row.call_id for row in rows] == ["call-3", "call-2"]
        assert rows[0].evidence[0].quote == "您好"
        assert not list(coaching.evidence_rows(c, world.keys, opening, "2026-11", Verdict.MET, 2, reason="near_match"))
        assert not list(
            coaching.evidence_rows(c, world.keys, closing, "2026-11", Verdict.VIOLATED, 2)
        )  # without evidence
