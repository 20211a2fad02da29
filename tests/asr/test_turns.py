import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.turns import Span, stretches, take_turns
from asr.vad import Region


def speech(channel: int, *times: tuple[float, float]) -> tuple[Region, ...]:
    return tuple(Region(start, end, channel) for start, end in times)


def turns(*channels: tuple[tuple[float, float], ...]) -> list[tuple[int, float, float]]:
    spans = take_turns([speech(index, *times) for index, times in enumerate(channels)])
    return [(span.channel, span.start, span.end) for span in spans]


@pytest.mark.parametrize(
    ("agent", "citizen", "expected"),
    [
        (((0, 2), (2.5, 4)), (), [(0, 0, 4)]),
        (((0, 2), (4, 5)), (), [(0, 0, 2), (0, 4, 5)]),
        # 嗯 in the agent's short pause does not take the floor, and is a turn itself.
        (((0, 2), (3, 5)), ((2.2, 2.6),), [(0, 0, 5), (1, 2.2, 2.6)]),
        # An answer does.
        (((0, 2), (3.1, 5)), ((2.0, 3.1),), [(0, 0, 2), (1, 2.0, 3.1), (0, 3.1, 5)]),
        # Talking over somebody: each keeps a turn, in the order they began.
        (((3, 6),), ((0, 4),), [(1, 0, 4), (0, 3, 6)]),
        ((), (), []),
    ],
)
def test_the_floor(agent: tuple, citizen: tuple, expected: list) -> None:
    assert turns(agent, citizen) == expected


def test_what_could_not_be_divided_is_split_at_shorter_pauses() -> None:
    assert turns(((0, 2), (3, 5))) == [(0, 0, 2), (0, 3, 5)]


def test_two_voices_of_one_channel_take_turns_and_keep_how_sure_they_are() -> None:
    first = (Region(0, 2, 0, 0.9), Region(3, 4, 0, 0.6))
    second = (Region(2, 3, 0, 0.7),)
    spans = take_turns([first, second])
    assert [(span.voice, span.channel, span.start, span.end) for span in spans] == [
        (0, 0, 0, 2),
        (1, 0, 2, 3),
        (0, 0, 3, 4),
    ]
    (together,) = take_turns([first, ()])
    assert together.voice_confidence == pytest.approx(0.8)


SECONDS = st.floats(0.2, 3, allow_nan=False)
CHANNEL = st.lists(st.tuples(SECONDS, SECONDS), max_size=8)


def laid_out(steps: list[tuple[float, float]], channel: int) -> tuple[Region, ...]:
    time, regions = 0.0, []
    for gap, length in steps:
        regions.append(Region(time + gap, time + gap + length, channel))
        time += gap + length
    return tuple(regions)


@given(CHANNEL, CHANNEL)
def test_every_region_is_in_exactly_one_turn_and_turns_are_in_order(one: list, other: list) -> None:
    channels = [laid_out(one, 0), laid_out(other, 1)]
    spans = take_turns(channels)
    assert sorted(region for span in spans for region in span.regions) == sorted(channels[0] + channels[1])
    assert [span.start for span in spans] == sorted(span.start for span in spans)
    assert all(region.channel == span.channel for span in spans for region in span.regions)


@given(CHANNEL.filter(bool))
def test_the_pieces_of_a_turn_cover_its_speech_and_fit(steps: list) -> None:
    span = Span(0, laid_out(steps, 0))
    pieces = list(stretches(span, longest=8))
    assert all(end - start <= 8 for start, end in pieces)
    assert all(any(start <= r.start and r.end <= end for start, end in pieces) for r in span.regions)
    assert all(before[1] <= after[0] for before, after in zip(pieces, pieces[1:], strict=False))
