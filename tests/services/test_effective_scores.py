"""Whatever people say, in whatever order: the score that counts is their words over the machine's verdict string."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from callqa.errors import StoreError
from callqa.records import Review
from callqa.settings import AsrSettings, Settings
from callqa.types import Verdict
from scoring import score_sheet
from scoring.review.apply import apply_reviews
from services.context import RubricContext, open_context
from services.review.reviews import put_review
from store import Connection
from store.calls import read
from store.people import reviews
from store.tables import calls
from store.tables.people import effective_score

CALLS = ("call-0001", "call-0002")
START = datetime(2026, 11, 24, 9, tzinfo=UTC)
words = st.lists(
    st.tuples(
        st.sampled_from(CALLS),
        st.sampled_from(["opening", "restate", "attitude"]),
        st.sampled_from(["confirm", "override", "manual", "withdraw"]),
        st.sampled_from([Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE]),
        st.sampled_from(["王丽", "李明"]),
        st.sampled_from(["review", "review", "appeal", "calibration"]),
        st.integers(0, 5),
    ),
    max_size=10,
)


class Undo(Exception):
    """Rolls a transaction back."""


def said(n: int, word: tuple[Any, ...]) -> Review:
    call, item, action, verdict, author, purpose, hour = word
    manual = action == "manual"
    return Review(
        review_key=str(n),
        call_id=call,
        item_id="主动安抚" if manual else item,
        action=action,
        author=author,
        at=START + timedelta(hours=hour),
        verdict=verdict if action in ("confirm", "override") else None,
        points=float(n + 1) if manual else None,
        title="主动安抚" if manual else "",
        reason="听过录音",
        purpose=purpose,
    )


def everything(c: Connection) -> list[Any]:
    return [c.execute(select(table)).all() for table in (calls.call_score, calls.finding, effective_score)]


def check(context: RubricContext, c: Connection, tried: list[Review]) -> None:
    machine = everything(c)[:2]
    taken = []
    for review in tried:
        try:
            assert put_review(context, c, review)
            taken.append(review)
        except StoreError:
            continue  # refused, and nothing is written
    after = everything(c)
    assert after[:2] == machine
    for call_id in CALLS:
        stored = read.score_of(c, call_id, context.keys)
        verdict_string = reviews.machine_verdict_string(c, call_id, context.keys)
        mine = [review for review in taken if review.call_id == call_id]
        assert reviews.reviews_of(c, call_id) == mine
        assert stored
        assert verdict_string
        judged, points = apply_reviews(verdict_string, mine, context.rubric)
        assert context.sheet(stored) == score_sheet(call_id, judged, context.rubric, context.advisory, points)
        assert stored.total == context.sheet(stored).total
    assert not any(put_review(context, c, review) for review in taken)
    assert reviews.behind(c, context.keys) == []
    assert everything(c) == after


@pytest.mark.slow  # days of reviews of sixty calls
def test_the_score_that_counts_follows_and_the_machines_rows_stay(synthetic_home: Path, script: Path) -> None:
    with open_context(Settings(home=synthetic_home, asr=AsrSettings(engine="scripted", script=script))) as context:

        @settings(max_examples=40)
        @given(words)
        def whatever_people_say(tried: list[tuple[Any, ...]]) -> None:
            try:
                with context.store.write() as c:
                    check(context, c, [said(n, word) for n, word in enumerate(tried)])
                    raise Undo
            except Undo:
                pass

        whatever_people_say()
