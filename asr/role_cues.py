"""Cues of roles: phrases that agents or citizens say, found in what was recognised, by their sound.

Evidence is counted in log-odds: how much more often an agent than a citizen says a phrase (asr/lexicons/role_cues.txt).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from asr.diarise import APART
from asr.roles import Cast
from callqa.syllables import Syllables, distances, syllables
from callqa.text import normalise
from callqa.types import Role

if TYPE_CHECKING:
    from asr.prepare import Prepared

CUES = Path(__file__).parent / "lexicons" / "role_cues.txt"
LOG_ODDS = {"sure": log(20), "fair": log(4), "slight": log(1.5)}
BY_SOUND = 3  # syllables from which a phrase is told by its sound; shorter ones sound like too much else
TOLERANCE = 0.15  # mean distance of the syllables
BETWEEN = "x"  # two texts, so that no phrase is found across them
REPEATS = 2  # a phrase counts no more often for one speaker: saying it again tells little
FLOOR = 0.99  # of the probability of an assignment of roles; below, the roles are unknown
SURE = 0.999  # of the same, where it overrules the channels that the call centre names
SIGN = {"agent": 1, "citizen": -1, "unknown": 0}  # of the log-odds
LIMIT = 50.0  # log-odds say no more than this


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase that tells the roles apart."""

    phrase: str
    log_odds: float
    """Agent against citizen; negative for what citizens say."""
    sounds: npt.NDArray[np.int16] | None
    """``None``: compared by characters."""


@dataclass(frozen=True, slots=True)
class RoleDecision:
    """Who the two speakers are."""

    roles: tuple[Role, Role]
    confidence: float
    """Probability of the likeliest assignment, 0 to 1, also where it is too low and the roles are unknown."""
    evidence: tuple[float, float]
    """How much each speaker sounds like an agent (`agent_log_odds`)."""


def agent_log_odds(texts: Iterable[str]) -> float:
    """How much what one speaker said sounds like an agent (positive) or a citizen (negative); 0 tells nothing."""
    counts = count_cues(texts)
    return sum(min(counts[cue.phrase], REPEATS) * cue.log_odds for cue in known_cues() if counts[cue.phrase])


def decide_roles(first: Sequence[str], second: Sequence[str], two_voices: float | None = None) -> RoleDecision:
    """Roles of two voices from what they say; unknown where that is not sure.

    ``two_voices`` is `asr.diarise.Diarisation.two_voices` where the voices share a channel; ``None`` for two channels.
    When both sound like the same role, one person was divided in two, or two were mixed: then nobody's words are
    judged.
    """
    apart = LIMIT if two_voices is None else two_voices
    first_odds, second_odds = agent_log_odds(first), agent_log_odds(second)
    assignments: dict[tuple[Role, Role], float] = {
        ("agent", "citizen"): (first_odds - second_odds) / 2,
        ("citizen", "agent"): (second_odds - first_odds) / 2,
        ("agent", "agent"): (first_odds + second_odds) / 2 - apart,
        ("citizen", "citizen"): -(first_odds + second_odds) / 2 - apart,
    }
    roles = max(assignments, key=lambda roles: assignments[roles])
    confidence = 1 / sum(exp(max(odds - assignments[roles], -LIMIT)) for odds in assignments.values())
    # Each must say what only its own role says: silence, noise or small talk is nobody's opposite.
    opposed = all(odds * SIGN[role] > 0 for odds, role in zip((first_odds, second_odds), roles, strict=True))
    sure = confidence >= FLOOR and apart >= APART and opposed and roles[0] != roles[1]
    return RoleDecision(roles if sure else ("unknown", "unknown"), round(confidence, 4), (first_odds, second_odds))


def cast_voices(prepared: "Prepared", voice_texts: Sequence[tuple[int, str]]) -> Cast:
    """The cast of a recording by what its voices say; ``voice_texts`` holds (voice, text) of each turn."""
    diarisation = prepared.diarisation
    return recast(prepared.cast, voice_texts, diarisation.two_voices if diarisation else None)


def recast(cast: Cast, voice_texts: Sequence[tuple[int, str]], two_voices: float | None = None) -> Cast:
    """Mend or complete the roles of a cast from (voice, text) of each turn.

    ``two_voices`` is `asr.diarise.Diarisation.two_voices` where the voices share a channel, ``None`` for two channels.
    Channels that the call centre names are swapped only when each says what only the other role says, and the texts
    are sure (`SURE`).
    """
    first, second = ([text for voice, text in voice_texts if voice == number] for number in (0, 1))
    decision = decide_roles(first, second, two_voices)
    flags = tuple(flag for flag in cast.flags if flag != "roles_unknown")
    if "agent" in cast.roles:
        contradicted = all(
            odds * SIGN[role] <= -LOG_ODDS["sure"] for odds, role in zip(decision.evidence, cast.roles, strict=True)
        )
        swapped = contradicted and decision.confidence >= SURE
        return replace(cast, roles=cast.roles[::-1], flags=(*flags, "channels_swapped")) if swapped else cast
    if decision.roles[0] == "unknown":
        return replace(cast, roles=decision.roles, flags=(*flags, "roles_unknown"))
    return replace(cast, roles=decision.roles, flags=(*flags, "roles_from_content"))


def count_cues(texts: Iterable[str]) -> Counter[str]:
    """How often each cue is said in ``texts``; of cues that lie in one another the longest counts."""
    normal = BETWEEN.join(normalise(text).text for text in texts)
    text_sounds = syllables(normal)
    table = distances()[:, text_sounds.sounds]
    taken = np.zeros(len(normal), dtype=bool)
    counts: Counter[str] = Counter()
    for cue in known_cues():
        sounds = cue.sounds
        for start, end in _by_character(cue, normal) if sounds is None else _by_sound(sounds, table, text_sounds):
            if not taken[start:end].any():
                taken[start:end] = True
                counts[cue.phrase] += 1
    return counts


def _by_sound(
    sounds: npt.NDArray[np.int16], table: npt.NDArray[np.float32], text_sounds: Syllables
) -> Iterator[tuple[int, int]]:
    places = len(text_sounds) - len(sounds) + 1
    if places > 0:
        far = sum(table[sound, first : first + places] for first, sound in enumerate(sounds))
        for at in np.flatnonzero(far <= TOLERANCE * len(sounds)):
            yield text_sounds.spans[at][0], text_sounds.spans[at + len(sounds) - 1][1]


def _by_character(cue: Cue, normal: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in re.finditer(cue.phrase, normal))


@lru_cache(maxsize=1)
def known_cues() -> tuple[Cue, ...]:
    """The lexicon's cues, longest first."""
    cues = []
    for line in CUES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            who, strength, *phrases = line.split()
            odds = LOG_ODDS[strength] if who == "agent" else -LOG_ODDS[strength]
            cues += [Cue(phrase, odds, _sounds(phrase)) for phrase in phrases]
    return tuple(sorted(cues, key=lambda cue: -len(cue.phrase)))


def _sounds(phrase: str) -> npt.NDArray[np.int16] | None:
    return syllables(phrase).sounds if len(phrase) >= BY_SOUND else None
