"""Working ahead in the background: in order, only so far, and errors where they belong."""

import threading

import pytest

from asr.diarise import Diarisation, Segment
from asr.prepare import ahead, by_voice
from asr.vad import Region


def test_results_come_in_order_and_from_another_thread() -> None:
    results = list(ahead(lambda n: (n, threading.get_ident()), range(20), 3))
    assert [n for n, _ in results] == list(range(20))
    assert threading.get_ident() not in {thread for _, thread in results}


def test_it_runs_only_so_far_ahead() -> None:
    asked: list[int] = []
    stream = ahead(lambda n: n, (asked.append(n) or n for n in range(10)), 2)  # type: ignore[func-returns-value]
    assert next(stream) == 0
    assert asked == [0, 1, 2]


def test_an_error_is_raised_where_its_result_would_be() -> None:
    stream = ahead(lambda n: 1 / n, [1, 0, 2], 2)
    assert next(stream) == 1
    with pytest.raises(ZeroDivisionError):
        next(stream)


def test_two_voices_of_one_channel_become_speech_of_two() -> None:
    segments = (Segment(0, 2, 1, 0.9), Segment(2, 3, 0, 0.8), Segment(4, 5, 1, 0.7))
    assert by_voice(Diarisation(segments, 5.0)) == (
        (Region(2, 3, 0, 0.8),),
        (Region(0, 2, 0, 0.9), Region(4, 5, 0, 0.7)),
    )
