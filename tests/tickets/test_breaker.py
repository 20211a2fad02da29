"""The breaker: soon open when corrections say so, and by nothing else."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.dispatch.board import PROVED, TRIAL_SHARE, TRIALS, Board
from tickets.dispatch.breaker import Delays, Dispatched, delays, suspicion

NOW = datetime(2026, 6, 1, 12)
HOUR = timedelta(hours=1)
LATE = delays([HOUR * hours for hours in range(1, 49)])


def ticket(
    hours_ago: float, *, wrong_after: float | None = None, closed: bool = False, error_rate: float = 0.05
) -> Dispatched:
    at = NOW - hours_ago * HOUR
    corrected_at = None if wrong_after is None else at + wrong_after * HOUR
    name = f"t{hours_ago:g}"
    return Dispatched(name, "噪音", "区环境局", at, error_rate, corrected_at, at + 2 * HOUR if closed else None)


@pytest.mark.parametrize(
    ("tickets", "opens"),
    [
        ([], False),
        ([ticket(hours, closed=True) for hours in range(90, 3, -1)], False),
        ([ticket(30, wrong_after=5)], False),
        ([ticket(hours, wrong_after=5) for hours in (34, 32, 30)], False),
        ([ticket(hours, wrong_after=5) for hours in (36, 34, 32, 30)], True),
        ([ticket(hours, wrong_after=5, error_rate=0.3) for hours in (36, 34, 32, 30)], False),
        ([ticket(hours, wrong_after=5, error_rate=0.3) for hours in range(44, 30, -1)], True),
        ([ticket(hours, wrong_after=5, closed=False) for hours in (3, 2, 1)], False),
        ([*(ticket(hours, closed=True) for hours in range(90, 40, -1)),
          *(ticket(hours, wrong_after=4) for hours in range(20, 12, -1))], True),
        ([each for hours in range(90, 10, -8) for each in (
            ticket(hours, wrong_after=3), *(ticket(hours - part, closed=True) for part in range(1, 8)))], False),
    ],
    ids=["none", "all right", "one wrong", "three wrong", "four wrong", "doubted tickets say less",
         "many doubted ones say enough", "not known yet", "a change after many right ones", "one in eight, as ever"],
)  # fmt: skip
def test_when_it_opens(tickets: list[Dispatched], opens: bool) -> None:
    assert suspicion(tickets, NOW, LATE).opens is opens


def test_the_stretch_that_is_suspected() -> None:
    good = [ticket(hours, closed=True) for hours in range(90, 40, -1)]
    bad = [ticket(hours, wrong_after=4) for hours in range(20, 12, -1)]
    seen = suspicion([*good, *bad], NOW, LATE)
    assert seen.since == bad[0].at
    assert seen.wrong == tuple(each.ticket_id for each in bad)


@given(
    st.lists(st.tuples(st.floats(0, 200), st.none() | st.floats(0, 80), st.booleans(), st.floats(0, 1)), max_size=40)
)
def test_evidence_is_never_negative_and_grows_with_a_correction(
    made: list[tuple[float, float | None, bool, float]],
) -> None:
    rows = sorted(made, key=lambda row: -row[0])
    tickets = [ticket(hours, wrong_after=wrong, closed=closed, error_rate=rate) for hours, wrong, closed, rate in rows]
    seen = suspicion(tickets, NOW, LATE)
    assert seen.evidence >= 0
    assert suspicion([*tickets, ticket(0.0, wrong_after=0.0)], NOW, LATE).evidence > seen.evidence


def test_young_tickets_say_little_old_ones_much() -> None:
    wrong = [ticket(hours, wrong_after=5) for hours in (60, 58, 56, 54)]
    young = suspicion([*wrong, *(ticket(1) for _ in range(3))], NOW, LATE).evidence
    old = suspicion([*wrong, *(ticket(50) for _ in range(3))], NOW, LATE).evidence
    assert suspicion(wrong, NOW, LATE).evidence > young > old


@pytest.mark.parametrize(("hours", "out"), [(0, 1.0), (24, 25 / 49), (48, 1 / 49), (1000, 1 / 49)])
def test_the_share_that_is_still_out(hours: float, out: float) -> None:
    assert LATE.still_out(hours * HOUR) == pytest.approx(out)
    assert Delays(np.array([])).still_out(hours * HOUR) == 1


def test_a_breaker_opens_is_tried_and_closes() -> None:
    board = Board()
    for hours in (36, 34, 32, 30):
        board.dispatch("噪音", ticket(hours, wrong_after=5))
    assert board.allows("噪音", 0.9)
    assert board.corrected("噪音", NOW, LATE)
    assert not board.allows("噪音", 0.0)
    assert board.allows("停水", 0.9)
    for _ in range(PROVED - 1):
        assert board.ended("噪音", NOW, right=True, by_machine=False) is None
    tried = board.ended("噪音", NOW, right=True, by_machine=False)
    assert tried is not None
    assert tried.state == "half_open"
    assert board.allows("噪音", TRIAL_SHARE / 2)
    assert not board.allows("噪音", TRIAL_SHARE)
    for _ in range(TRIALS - 1):
        assert board.ended("噪音", NOW, right=True, by_machine=True) is None
    assert board.ended("噪音", NOW, right=True, by_machine=True) is not None
    assert [each.state for each in board.history] == ["open", "half_open", "closed"]
    assert board.allows("噪音", 0.9)


def test_a_breaker_stays_open_while_suggestions_are_wrong() -> None:
    board = Board()
    for hours in (36, 34, 32, 30):
        board.dispatch("噪音", ticket(hours, wrong_after=5))
    board.corrected("噪音", NOW, LATE)
    for n in range(200):
        assert board.ended("噪音", NOW, right=n % 2 == 0, by_machine=False) is None


def test_what_explains_itself_opens_no_breaker_of_a_unit() -> None:
    board = Board()
    for hours in (36, 34, 32, 30):
        board.dispatch("区环境局", ticket(hours, wrong_after=5))
    assert board.corrected("区环境局", NOW, LATE, without={"噪音"}) is None
    assert board.corrected("区环境局", NOW, LATE) is not None
