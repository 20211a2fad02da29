"""The life of a ticket: one state from its events, whatever order they arrived in; contradictions are told."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.lifecycle.event import KINDS, Kind, TicketEvent, in_order
from tickets.lifecycle.state import Holding, TicketState, state_of

DAY = datetime(2026, 11, 2)


def event(kind: Kind, hour: float, unit: str | None = None, replaces: str | None = None, **detail: str) -> TicketEvent:
    return TicketEvent("T1", kind, DAY + timedelta(hours=hour), unit, None, tuple(sorted(detail.items())), replaces)


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


LIFE = [
    event("filed", 9),
    event("dispatched", 10, "甲", due="2026-11-09T17:00"),
    event("returned", 12, "甲", reason="不属本单位职责"),
    event("dispatched", 13, "乙"),
    event("contacted", 15, "乙"),
    event("extended", 30, "乙", due="2026-11-20T17:00"),
    event("closed", 60, "乙", solved="yes"),
    event("called_back", 80, solved="no", satisfied="不满意"),
]


def test_a_whole_life() -> None:
    state = state_of("T1", LIFE)
    assert state == TicketState(
        "T1", "called_back", filed_at=at(9), first_dispatched_at=at(10), contacted_at=at(15),
        due_at=datetime(2026, 11, 20, 17), closed_at=at(60),
        holdings=(Holding("甲", at(10), at(12), "不属本单位职责"), Holding("乙", at(13), None, None)),
        solved_by_unit=True, solved_by_citizen=False, satisfied="不满意", n_returns=1, n_extended=1, last_at=at(80),
    )  # fmt: skip
    assert state.unit == "乙"
    assert not state.is_open


def test_every_order_of_arrival_gives_one_state() -> None:
    assert {state_of("T1", order) for order in permutations(LIFE[:6])} == {state_of("T1", LIFE[:6])}


events = st.builds(
    event,
    st.sampled_from(KINDS),
    st.integers(0, 5),
    st.sampled_from([None, "甲", "乙"]),
    solved=st.sampled_from(["yes", "no", ""]),
    due=st.sampled_from(["2026-11-09T17:00", "bald"]),
)


@given(st.lists(events, max_size=12), st.randoms(), st.integers(0, 12))
def test_order_and_repetition_change_nothing(made: list[TicketEvent], chance: object, again: int) -> None:
    arrived = [*made, *made[:again]]
    chance.shuffle(arrived)  # type: ignore[attr-defined]
    assert state_of("T1", arrived) == state_of("T1", made)
    assert state_of("T1", arrived, at=at(3)) == state_of("T1", [each for each in made if each.at <= at(3)])


@pytest.mark.parametrize(
    ("hour", "stage", "unit"),
    [
        (8, "unknown", None),
        (9, "filed", None),
        (10, "dispatched", "甲"),
        (12, "returned", None),
        (14, "dispatched", "乙"),
        (16, "contacted", "乙"),
        (31, "contacted", "乙"),
        (60, "closed", "乙"),
        (99, "called_back", "乙"),
    ],
)
def test_the_state_at_any_time(hour: float, stage: str, unit: str | None) -> None:
    state = state_of("T1", LIFE, at=at(hour))
    assert (state.stage, state.unit) == (stage, unit)


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    corrected = event("closed", 70, "乙", replaces=LIFE[6].key, solved="no")
    for arrived in ([*LIFE, corrected], [corrected, *LIFE]):
        state = state_of("T1", arrived)
        assert (state.closed_at, state.solved_by_unit) == (at(70), False)
        assert LIFE[6] not in in_order(arrived)


@pytest.mark.parametrize(
    ("made", "flags"),
    [
        (LIFE, set()),
        ([event("dispatched", 1, "甲")], {"no_filing"}),
        ([event("closed", 1, "甲"), event("filed", 2)], {"before_filing"}),
        ([event("filed", 1), event("returned", 2, "甲")], {"return_without_dispatch"}),
        ([event("filed", 1), event("dispatched", 2, "甲"), event("returned", 3, "乙")], {"return_by_another"}),
        ([event("filed", 1), event("dispatched", 2, "甲"), event("closed", 3, "乙")], {"closed_by_another"}),
        ([event("filed", 1), event("dispatched", 2, "丙")], {"unknown_unit"}),
        ([event("filed", 1), event("called_back", 2)], {"called_back_open"}),
        ([event("filed", 1), event("merged", 2, into="T9"), event("chased", 3)], {"after_merger"}),
        ([event("filed", 1), event("dispatched", 2, "甲", due="soon")], {"due_unreadable"}),
    ],
)
def test_contradictions_are_told(made: list[TicketEvent], flags: set[str]) -> None:
    assert state_of("T1", made, units={"甲", "乙"}).flags == flags


@pytest.mark.parametrize(
    ("units", "back_and_forth"), [(["甲", "乙"], False), (["甲", "乙", "甲"], True), (["甲", "乙", "丙"], False)]
)
def test_tickets_that_go_back_and_forth(units: list[str], back_and_forth: bool) -> None:
    made = [event("filed", 0)]
    for n, unit in enumerate(units):
        made.append(event("dispatched", 2 * n + 1, unit))
        if n + 1 < len(units):
            made.append(event("returned", 2 * n + 2, unit, reason="不属本单位职责"))
    assert state_of("T1", made).went_back_and_forth is back_and_forth
