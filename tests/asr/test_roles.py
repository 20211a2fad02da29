import numpy as np
import pytest

from asr.decode import Audio
from asr.roles import assign_roles, is_dual_mono, presence_flags
from asr.vad import Region
from callqa.errors import AudioError

NOISE = np.random.default_rng(7).normal(0, 0.1, (2, 16_000)).astype(np.float32)


def audio(*channels: np.ndarray) -> Audio:
    return Audio(np.stack(channels).astype(np.float32), 0, True)


STEREO = audio(NOISE[0], NOISE[1])
MONO = audio(NOISE[0])


@pytest.mark.parametrize(
    ("sound", "agent_channel", "roles", "flags"),
    [
        (STEREO, 0, ("agent", "citizen"), ()),
        (STEREO, 1, ("citizen", "agent"), ()),
        (STEREO, None, ("unknown", "unknown"), ("roles_unknown",)),
        (MONO, None, ("unknown",), ("roles_unknown",)),
        (MONO, 0, ("unknown",), ("roles_unknown",)),
        (audio(NOISE[0], NOISE[0] * 0.5 + NOISE[1] * 0.01), 0, ("unknown",), ("dual_mono", "roles_unknown")),
        (audio(NOISE[0] * 0, NOISE[1] * 0), 0, ("agent", "citizen"), ()),
    ],
)
def test_roles_follow_the_layout(sound: Audio, agent_channel: int | None, roles: tuple, flags: tuple) -> None:
    cast = assign_roles(sound, agent_channel)
    assert (cast.roles, cast.flags) == (roles, flags)
    assert cast.audio.n_channels == len(roles)


@pytest.mark.parametrize(("sound", "agent_channel"), [(MONO, 1), (STEREO, 2), (STEREO, -1)])
def test_a_channel_that_is_not_there_is_an_error(sound: Audio, agent_channel: int) -> None:
    with pytest.raises(AudioError, match="agent") as caught:
        assign_roles(sound, agent_channel)
    assert caught.value.reason == "no_agent_channel"


RANDOM = np.random.default_rng(8)
SPEECH = RANDOM.normal(0, 0.1, (2, 160_000)).astype(np.float32)
HISS = RANDOM.normal(0, 0.01, (2, 160_000)).astype(np.float32)
HUM = np.sin(2 * np.pi * 50 * np.arange(160_000) / 16_000).astype(np.float32)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (SPEECH[0], SPEECH[0], True),
        (SPEECH[0], -SPEECH[0], True),
        (SPEECH[0] + HISS[0], 0.5 * SPEECH[0] + HISS[1], True),
        (SPEECH[0], np.roll(SPEECH[0], 80), True),  # 5 ms late
        (np.roll(SPEECH[0], 200) + HISS[0], -0.4 * SPEECH[0] + HISS[1], True),
        (SPEECH[0], SPEECH[1], False),
        (SPEECH[0] + 0.3 * SPEECH[1], SPEECH[1] + 0.3 * SPEECH[0], False),  # each hears the other, softer
        (SPEECH[0], 0.03 * SPEECH[0] + 0.1 * HISS[1], False),  # nobody speaks on the right; the left leaks into it
        (SPEECH[0] + HUM, SPEECH[1] + HUM, False),
        (SPEECH[0] * 0, SPEECH[0] * 0, False),
    ],
)
def test_the_same_sound_twice_is_dual_mono(left: np.ndarray, right: np.ndarray, same: bool) -> None:
    sound = audio(left, right)
    assert is_dual_mono(sound.samples) is same
    cast = assign_roles(sound, 0)
    if same:
        assert cast.flags == ("dual_mono", "roles_unknown")
        assert np.square(cast.audio.samples).sum() == max(np.square(sound.samples).sum(axis=1))
    else:
        assert cast.roles == ("agent", "citizen")


def test_who_is_not_heard() -> None:
    speech = (Region(0, 1, 0),)
    assert presence_flags(((), ()), ("agent", "citizen")) == ("silent",)
    assert presence_flags(((), speech), ("agent", "citizen")) == ("agent_channel_silent",)
    assert presence_flags((speech, ()), ("agent", "citizen")) == ("citizen_channel_silent",)
    assert presence_flags((speech, ()), ("unknown", "unknown")) == ()
