"""Wordings that agents use where a phrase is asked for; those that sound alike are one, however they were spelt."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from callqa.syllables import accents, syllables
from callqa.text import canonical
from callqa.types import Seconds, Verdict

T = TypeVar("T", bound=str)

PAUSES = re.compile(r"[，。！？；、：,.!?;:\s…]+")
NUMBER = re.compile("[0-9]{2,}")  # a single digit is part of words such as 稍等一下
NAMES = frozenset(("12345", "110", "119", "120"))
"""Numbers that are names. What holds any other one is no wording: an agent's own id, a telephone number, a day, and
what is left of such a number where half of it was misheard (123次武)."""
SHORTEST = 2  # syllables; 嗯 and 好 are in every call
COMMON = 2  # calls; what only one call says is told nobody
ALIKE = 0.8 - 1e-6  # four of five, whatever floating point makes of it
"""Share of equal syllables, accents and homophones counting as equal, from which two wordings are one."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an agent said at one place."""

    call_id: str
    agent_id: str
    verdict: Verdict
    start: Seconds
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A way to say something, with the calls in which it was said."""

    text: str
    """Its commonest spelling."""
    verdict: Verdict
    """Of most of these calls: whether it counts as what was asked for."""
    n_calls: int
    n_agents: int
    example: Said


def common_wordings(places: Iterable[Said]) -> tuple[Wording, ...]:
    """Wordings of `COMMON` calls or more, the commonest first.

    What was said is cut where the speaker pauses, so that 好的，那就这样，再见 is three wordings: most of what stands
    around a missing phrase belongs to one call alone, and what is left is what agents say in its place. What good
    calls say more often than bad ones is told of the good ones only. Does not depend on the order of ``places``.
    """
    clauses: defaultdict[str, list[Said]] = defaultdict(list)
    for place in places:
        for clause in PAUSES.split(place.text):
            if len(sounds := _sounds(clause)) >= SHORTEST:
                clauses[sounds].append(replace(place, text=clause))
    groups = _groups({sounds: len(places) for sounds, places in clauses.items()})
    wordings = [_wording([place for sounds in together for place in clauses[sounds]]) for together in groups]
    common = [wording for wording in wordings if wording.n_calls >= COMMON]
    return tuple(sorted(common, key=lambda wording: (-wording.n_calls, wording.text)))


def _sounds(clause: str) -> str:
    """One character for each sound; sounds that accents mix up are one. Empty for what is no wording."""
    text, classes = canonical(clause), accents()
    if not NAMES.issuperset(NUMBER.findall(text)):
        return ""
    sounds = syllables(text).sounds
    return "".join(chr(0xE000 + int(classes[sound])) for sound in sounds)  # private characters: order alone matters


def _groups(counts: dict[str, int]) -> list[list[str]]:
    """Sounds that are alike. Each joins the commonest group it resembles, or begins one of its own."""
    groups: dict[str, list[str]] = {}
    for sounds in sorted(counts, key=lambda text: (-counts[text], text)):
        nearest = process.extractOne(
            sounds, groups.keys(), scorer=Levenshtein.normalized_similarity, score_cutoff=ALIKE
        )
        if nearest:
            groups[nearest[0]].append(sounds)
        else:
            groups[sounds] = [sounds]
    return list(groups.values())


def _wording(places: list[Said]) -> Wording:
    verdict = _commonest(verdict for _, verdict in {(place.call_id, place.verdict) for place in places})
    text = _commonest(place.text for place in places if place.verdict is verdict)
    typical = (place for place in places if (place.verdict, place.text) == (verdict, text))
    example = min(typical, key=lambda place: (place.call_id, place.start))
    calls, agents = {place.call_id for place in places}, {place.agent_id for place in places}
    return Wording(text, verdict, len(calls), len(agents), example)


def _commonest(values: Iterable[T]) -> T:
    """Of equally common ones the last in the alphabet: a violation before what was met."""
    counts = Counter(values)
    return max(counts, key=lambda value: (counts[value], value))
