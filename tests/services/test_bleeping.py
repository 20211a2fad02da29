"""Channels that are bleeped, by what is known of who speaks where."""

from dataclasses import replace

import pytest
from dummies import call

from asr.bleep import Bleep
from callqa.personal import PersonalSpan
from callqa.types import Conversation, Recording, Role, Turn
from services.privacy.bleep import bleeps_of


def conversation(
    *turns: tuple[Role, float, float], agent_channel: int | None, n_channels: int = 2, flags: tuple[str, ...] = ()
) -> Conversation:
    plain = call("A: 喂")
    made = tuple(Turn(i, role, start, end, "喂") for i, (role, start, end) in enumerate(turns))
    recording = Recording("0" * 64, 60.0, n_channels, 8000, "pcm_s16le")
    transcript = replace(plain.transcript, recording=recording, turns=made, flags=flags)
    return Conversation(replace(plain.call, agent_channel=agent_channel), transcript)


def span(turn: int, start: float, end: float) -> PersonalSpan:
    return PersonalSpan(turn, 0, 1, "name", start, end)


@pytest.mark.parametrize(
    ("agent_channel", "n_channels", "flags", "channel"),
    [
        (0, 2, (), 0),
        (1, 2, (), 1),
        (0, 2, ("channels_swapped",), 1),
        (None, 1, (), None),
        (None, 2, ("roles_from_content",), None),
        (0, 2, ("one_channel",), None),
        (0, 2, ("dual_mono",), None),
        (0, 2, ("roles_unknown",), None),
    ],
)
def test_the_channel_that_says_it(
    agent_channel: int | None, n_channels: int, flags: tuple[str, ...], channel: int | None
) -> None:
    """The citizen talks all the while, so only the channel that says it is bleeped."""
    dialogue = conversation(
        ("agent", 1, 2), ("citizen", 0, 9), agent_channel=agent_channel, n_channels=n_channels, flags=flags
    )
    assert bleeps_of(dialogue, [span(0, 1.2, 1.5)]) == (Bleep(1.2, 1.5, channel),)


def test_the_echo_on_the_other_channel_is_bleeped_where_nobody_talks_there() -> None:
    dialogue = conversation(("agent", 0, 9), ("citizen", 2, 3), ("citizen", 4, 5), agent_channel=0)
    assert set(bleeps_of(dialogue, [span(0, 1, 4.5)])) == {Bleep(1, 4.5, 0), Bleep(1, 2, 1), Bleep(3, 4, 1)}


def test_a_turn_that_may_be_on_either_channel_is_bleeped_on_both() -> None:
    dialogue = conversation(("unknown", 0, 9), agent_channel=0)
    assert bleeps_of(dialogue, [span(0, 1, 2)]) == (Bleep(1, 2, None),)


def test_stretches_that_touch_are_one() -> None:
    dialogue = conversation(("citizen", 0, 9), agent_channel=None)
    assert bleeps_of(dialogue, [span(0, 1, 2), span(0, 1.5, 3), span(0, 4, 5)]) == (Bleep(1, 3), Bleep(4, 5))
