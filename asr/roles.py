"""Who speaks on which channel.

A recording with both speakers on one channel gets role ``unknown`` here; telling the two apart by voice belongs here
too, once it exists.
"""

from dataclasses import dataclass, replace

import numpy as np

from asr.decode import Audio, Samples
from asr.vad import Region
from callqa.errors import AudioError
from callqa.types import Role

DUAL_MONO_CORRELATION = 0.98  # the same sound twice, up to what a codec adds
AUDIBLE_RMS = 1e-4  # -80 dBFS


@dataclass(frozen=True, slots=True)
class Cast:
    """The channels worth hearing and who speaks on each."""

    audio: Audio
    roles: tuple[Role, ...]
    """One for each channel of ``audio``."""
    flags: tuple[str, ...]


def assign_roles(audio: Audio, agent_channel: int | None) -> Cast:
    """Decide from the channel layout who speaks where.

    Raises `AudioError` ``no_agent_channel`` when the recording lacks the channel the call centre names.
    """
    if agent_channel is not None and not 0 <= agent_channel < audio.n_channels:
        raise AudioError(
            "no_agent_channel",
            f"the agent should be on channel {agent_channel}, but the recording has {audio.n_channels}",
        )
    if audio.n_channels == 1:
        return Cast(audio, ("unknown",), ("roles_unknown",))
    if is_dual_mono(audio.samples):
        mixed = replace(audio, samples=audio.samples.mean(axis=0, keepdims=True))
        return Cast(mixed, ("unknown",), ("dual_mono", "roles_unknown"))
    if agent_channel is None:
        return Cast(audio, ("unknown", "unknown"), ("roles_unknown",))
    roles: tuple[Role, ...] = tuple("agent" if c == agent_channel else "citizen" for c in range(audio.n_channels))
    return Cast(audio, roles, ())


def is_dual_mono(samples: Samples) -> bool:
    """Whether two channels carry the same sound, at whatever levels."""
    left, right = samples
    energies = float(np.dot(left, left)), float(np.dot(right, right))
    if min(energies) < samples.shape[1] * AUDIBLE_RMS**2:
        return False
    return float(np.dot(left, right)) / float(np.sqrt(energies[0] * energies[1])) > DUAL_MONO_CORRELATION


def presence_flags(speech: tuple[tuple[Region, ...], ...], roles: tuple[Role, ...]) -> tuple[str, ...]:
    """Who is not heard: nobody (``silent``), or the agent while the citizen speaks (``agent_channel_silent``)."""
    if not any(speech):
        return ("silent",)
    if "agent" in roles and not speech[roles.index("agent")]:
        return ("agent_channel_silent",)
    return ()
