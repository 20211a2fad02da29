"""Speakers and times of turns, against labels."""

import pytest

from callqa.types import Role, Turn
from services.evaluation.turns import turn_figures


def turns(*said: tuple[Role, float, float]) -> tuple[Turn, ...]:
    return tuple(Turn(i, role, start, end, "") for i, (role, start, end) in enumerate(said))


LABELLED = turns(("agent", 0, 4), ("citizen", 5, 10), ("agent", 9, 12))


def test_a_perfect_transcript_is_right_everywhere() -> None:
    figures = turn_figures([(LABELLED, LABELLED)])
    assert figures.agent is not None
    assert figures.starts is not None
    assert (figures.agent.right, figures.agent.other, figures.agent.unheard) == (1.0, 0.0, 0.0)
    assert (figures.starts.n, figures.starts.p95, figures.starts.close) == (3, 0.0, 1.0)


def test_time_goes_to_the_other_to_nobody_or_is_not_heard() -> None:
    heard = turns(("agent", 0, 2), ("citizen", 2, 3), ("unknown", 9, 11), ("citizen", 5, 9))
    figures = turn_figures([(LABELLED, heard)])
    assert figures.agent is not None
    assert figures.agent.right == pytest.approx(2 / 7)
    assert figures.agent.other == pytest.approx(1 / 7)
    assert figures.agent.unknown == pytest.approx(2 / 7)
    assert figures.agent.unheard == pytest.approx(2 / 7)


def test_boundaries_are_measured_to_the_nearest_turn_of_the_same_speaker() -> None:
    heard = turns(("agent", 0.1, 4.5), ("citizen", 5.2, 10), ("agent", 9.0, 12))
    figures = turn_figures([(LABELLED, heard)])
    assert figures.ends is not None
    assert figures.ends.n == 3
    assert figures.ends.close == pytest.approx(2 / 3)
    assert figures.ends.p95 == pytest.approx(0.45)


def test_nothing_labelled_or_heard_gives_no_figures() -> None:
    empty = turn_figures([((), ())])
    assert (empty.agent, empty.citizen, empty.starts, empty.ends) == (None, None, None, None)
    assert turn_figures([(LABELLED, ())]).starts is None
