"""Roles of the channels: who speaks on which.

This is decided from the layout alone. Two speakers on one channel are told apart by `asr.diarise`; who of them is the
agent, and whether the channels are as the call centre says, is known once it is known what they say (`asr.role_cues`).
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from asr.decode import SAMPLE_RATE, Audio, Samples
from asr.vad import Region
from callqa.errors import AudioError
from callqa.types import Role

SAME_SOUND = 0.9  # correlation of the same sound twice, up to what codecs and lines add
LONGEST_DELAY = 320  # samples, 20 ms
LEAK_DB = 15.0  # lines and codecs leak 20 dB and more below their source
BAND = (300.0, 3400.0)  # Hz
BLOCK = 1 << 15  # samples, 2 s
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
        raise AudioError("no_agent_channel", channel=agent_channel, n=audio.n_channels)
    if audio.n_channels == 1:
        return Cast(audio, ("unknown",), ("roles_unknown",))
    if is_dual_mono(audio.samples):
        mixed = replace(audio, samples=_louder(audio.samples))
        return Cast(mixed, ("unknown",), ("dual_mono", "roles_unknown"))
    if agent_channel is None:
        return Cast(audio, ("unknown", "unknown"), ("roles_unknown",))
    roles: tuple[Role, ...] = tuple("agent" if c == agent_channel else "citizen" for c in range(audio.n_channels))
    return Cast(audio, roles, ())


def is_dual_mono(samples: Samples) -> bool:
    """Whether two channels carry the same sound: at other levels, inverted, some ms apart, or each with its own noise.

    One that is `LEAK_DB` softer is a channel of its own on which nobody speaks and the other is overheard.
    """
    cross, powers = _spectra(samples)
    audible = samples.shape[1] * AUDIBLE_RMS**2
    if min(powers) < audible or max(powers) > min(powers) * 10 ** (LEAK_DB / 10):
        return False
    correlation = np.abs(np.fft.irfft(cross)) / np.sqrt(powers[0] * powers[1])
    return float(max(correlation[: LONGEST_DELAY + 1].max(), correlation[-LONGEST_DELAY:].max())) > SAME_SOUND


def _spectra(samples: Samples) -> tuple[npt.NDArray[np.complex128], tuple[float, float]]:
    """The cross-spectrum of two channels in the telephone band, and the energy of each there (mains hum is shared)."""
    hertz = np.fft.rfftfreq(BLOCK, 1 / SAMPLE_RATE)
    band = (hertz >= BAND[0]) & (hertz <= BAND[1])
    cross = np.zeros(len(hertz), dtype=np.complex128)
    powers = np.zeros(2)
    for first in range(0, samples.shape[1], BLOCK):
        spectra = np.fft.rfft(samples[:, first : first + BLOCK], BLOCK) * band
        cross += spectra[0] * spectra[1].conj()
        powers += 2 * np.square(np.abs(spectra)).sum(axis=1) / BLOCK
    return cross, (float(powers[0]), float(powers[1]))


def _louder(samples: Samples) -> Samples:
    """The louder of two channels, as one; their mean would cancel what is inverted and colour what is delayed."""
    return samples[[int(np.argmax([np.dot(channel, channel) for channel in samples]))]]


def presence_flags(speech: tuple[tuple[Region, ...], ...], roles: tuple[Role, ...]) -> tuple[str, ...]:
    """Who is not heard: nobody (``silent``), or one while the other speaks (``agent_channel_silent``)."""
    if not any(speech):
        return ("silent",)
    missing = [role for role, regions in zip(roles, speech, strict=False) if not regions and role != "unknown"]
    return tuple(f"{role}_channel_silent" for role in missing)
