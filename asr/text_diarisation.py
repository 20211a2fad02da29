"""Text-assisted diarisation: two speakers on one channel with voices much alike, told apart by what they say, too.

Each region of the speech was transcribed by itself. How much its text sounds like an agent (`asr.role_model` and the
phrases of `asr.role_cues`) is a first guess of the two voices, and evidence beside their sound. Regions that stay
doubtful are given to nobody; when the whole fits too badly, all are.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from asr.announcements import is_announcement
from asr.diarise import Diarisation, Fit, change_probabilities, fit_voices, principal_components, smooth
from asr.engine import TranscribedClip
from asr.prepare import Prepared
from asr.role_cues import agent_log_odds, decide_roles
from asr.role_model import shipped_role_model
from asr.roles import Cast
from asr.turns import take_turns
from asr.vad import Region
from callqa.types import Role, text_of

DIMENSIONS = 6  # with more, voices that are much alike are fitted to what was said
TOLD = 0.8  # of the text's log-odds count, which promise a little too much
CUES, MOST = 0.7, 6.0  # likewise of the phrases' log-odds, up to a limit: the two sources say much the same
SEPARATION = 2.5  # of `Fit.separation`; one voice falls into halves of 1 to 2.5
AGREEMENT = 0.4  # of what was said is said by the voice that it fits; -1 to 1, and 0.2 to 0.4 when told apart by chance
SURE = 0.95  # probability of a region's speaker; below, it is nobody's
ROLES: tuple[Role, ...] = ("agent", "citizen", "unknown")

Floats = npt.NDArray[np.float64]


def diarise_with_text(
    prepared: Prepared, transcribed: Sequence[Sequence[TranscribedClip]]
) -> tuple[Prepared, list[list[TranscribedClip]]]:
    """The recording with its regions given to agent, citizen and nobody, and the clips of each of its new turns.

    ``transcribed`` has the parts of each of ``prepared.spans``; those are single regions (`asr.turns.one_by_one`).
    Where the two cannot be told, the cast stays as it was, and the regions are joined to turns of nobody.
    """
    regions = [span.regions[0] for span in prepared.spans]
    texts = [_trusted_text(parts) for parts in transcribed]
    agent = agent_probabilities(prepared.diarisation, texts) if prepared.diarisation else None
    speech: tuple[tuple[Region, ...], ...] = (tuple(regions),)
    cast = prepared.cast
    if agent is not None and agrees(texts, agent):
        speech = by_role(regions, agent)
        flags = tuple(flag for flag in cast.flags if flag != "roles_unknown")
        cast = Cast(cast.audio, ROLES, (*flags, "roles_from_content"))
    spans = take_turns(speech)
    parts_at = {region.start: parts for region, parts in zip(regions, transcribed, strict=True)}
    return (
        replace(prepared, cast=cast, speech=speech, spans=spans),
        [[part for region in span.regions for part in parts_at[region.start]] for span in spans],
    )


def _trusted_text(parts: Sequence[TranscribedClip]) -> str:
    """Empty for what the hallucination filter flags, and for announcements."""
    text = "" if any(part.flags for part in parts) else text_of(word for part in parts for word in part.words)
    return "" if is_announcement(text) else text


def agent_probabilities(diarisation: Diarisation, texts: Sequence[str]) -> Floats | None:
    """Probability that an agent speaks, for each region; ``None`` where the voices and the texts do not fit."""
    if diarisation.evidence is None or not any(texts):
        return None
    windows = diarisation.evidence.windows
    odds = np.array([text_log_odds(text) for text in texts])
    n_windows = np.bincount(windows.region, minlength=len(texts))
    text_evidence = TOLD * (odds / n_windows)[windows.region]
    change = change_probabilities(windows)
    points = principal_components(diarisation.evidence.embeddings, DIMENSIONS)
    fit = fit_voices(points, probability(smooth(text_evidence, change)), change, text_evidence)
    if fit.separation < SEPARATION or agreement(fit, odds, change, windows.region) < AGREEMENT:
        return None
    agent: Floats = np.bincount(windows.region, probability(fit.odds), minlength=len(texts)) / n_windows
    return agent


def text_log_odds(text: str) -> float:
    """How much one region's text sounds like an agent (positive) or a citizen."""
    return shipped_role_model().log_odds(text) + CUES * float(np.clip(agent_log_odds([text]), -MOST, MOST))


def probability(log_odds: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-log_odds))
    return result


def agreement(fit: Fit, odds: Floats, change: Floats, region: npt.NDArray[np.int64]) -> float:
    """How far the texts are said by the voices that they fit, judged by the sound alone: -1 to 1."""
    voice = np.tanh(smooth(fit.sound, change) / 2)
    mean_voice = np.bincount(region, voice, minlength=len(odds)) / np.bincount(region, minlength=len(odds))
    weight = np.clip(odds, -5, 5)
    return float(mean_voice @ weight) / max(float(np.abs(weight).sum()), 1e-9)


def agrees(texts: Sequence[str], agent: Floats) -> bool:
    """Whether each of the two says what only its own role says."""
    agents, citizens = (
        [text for text, p in zip(texts, probabilities, strict=True) if p >= SURE]
        for probabilities in (agent, 1 - agent)
    )
    return decide_roles(agents, citizens).roles == ROLES[:2]


def by_role(regions: Sequence[Region], agent: Floats) -> tuple[tuple[Region, ...], ...]:
    """The regions of agent, citizen and nobody, with the probability of their speaker."""
    sure = [replace(r, confidence=round(float(max(p, 1 - p)), 4)) for r, p in zip(regions, agent, strict=True)]
    owner = np.where(agent >= SURE, 0, np.where(agent <= 1 - SURE, 1, 2))
    return tuple(
        tuple(r for r, speaker in zip(sure, owner, strict=True) if speaker == role) for role in range(len(ROLES))
    )
