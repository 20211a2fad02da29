"""Phrases of the check library: how one is written, and what it becomes, sequences of sounds or a regular expression.

========================  =====================================================================
``请稍等``                these words
``(请|麻烦)您稍等``       one of the alternatives; ``(请|)`` makes a word optional
``感谢…来电``             a few words may stand in the gap
``工号{agent_number}``    the number of the call's own agent, however its digits are said (一 or 幺)
``工号{digits}``          any three to six digits
``还!有问题吗``           the syllable before ``!`` carries the sense: it must be heard, and heard well
``=再会``                 the same characters, not only the same sound (short words with many homophones)
========================  =====================================================================
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationInfo, field_validator, model_validator

from callqa.errors import Mistake
from callqa.syllables import DIGIT_READINGS, N_SOUNDS, distances, syllables
from callqa.text import normalise
from qa_models.ordered import Ordered

LEXICONS = Path(__file__).parent / "lexicons"
ALTERNATIVES = re.compile(r"\(([^()]*)\)")
PIECE = re.compile(r"\{(?P<slot>\w+)\}|(?P<gap>…)|(?P<key>!)|(?P<words>[^{}…!]+)")
EXACT = "="
GAP = "…"
MOST_GAPS = 5
MOST_WAYS = 3000  # a phrase may be written with so many combinations of its alternatives
AGENT_NUMBER = "{agent_number}"
SLOTS = ("agent_number", "digits")
DIGIT_RUN = range(3, 7)
GAP_LENGTH = 10  # characters a gap may hold where equal characters are asked for

ANY_DIGIT = N_SOUNDS + 10
"""Tokens N_SOUNDS to N_SOUNDS + 9 are the digits of a known number, ANY_DIGIT is a digit not known beforehand."""
DIGIT_SOUNDS = {"0": "零", "1": "一幺要", "2": "二两"}
DIGIT_CHARACTERS = {"0": "0零〇", "1": "1一幺", "2": "2二两"} | dict(
    zip("3456789", ("3三", "4四", "5五", "6六", "7七", "8八", "9九"), strict=True)
)


class Phrases(Ordered):
    """A family of phrases that mean the same, and how alike the speech must be."""

    ORDER = (("doubt", "accept"),)

    phrases: tuple[str, ...] = Field(min_length=1)
    """Where a file is named under ``lexicon``, its entries are here too, so that a check's key holds them."""
    accept: float = Field(default=0.8, gt=0, le=1)
    """Similarity from which the phrase was said."""
    doubt: float = Field(default=0.72, gt=0, le=1)
    """Similarity from which it may have been said; between the two a person decides."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any, info: ValidationInfo) -> Any:
        """A plain list is a list of phrases; ``lexicon`` names a file with one entry a line."""
        if isinstance(data, list | tuple):
            return {"phrases": data}
        if isinstance(data, dict) and "lexicon" in data:
            folder = (info.context or {}).get("folder")
            if not isinstance(data["lexicon"], str):
                raise Mistake("phrase.lexicon_no_name", given=str(data["lexicon"]))
            if not isinstance(data.get("phrases", ()), list | tuple):
                raise Mistake("phrase.no_list", example="不行, 不会")
            entries = read_lexicon(data["lexicon"], folder)
            rest = {name: value for name, value in data.items() if name != "lexicon"}
            return rest | {"phrases": (*data.get("phrases", ()), *entries)}
        if isinstance(data, str):
            raise Mistake("phrase.no_list", example=data)
        return data

    @field_validator("phrases")
    @classmethod
    def _readable(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            expand(phrase)
        return phrases


def read_lexicon(name: str, folder: Path | None = None) -> tuple[str, ...]:
    """The entries of a lexicon, from ``folder`` or the shipped ones; ``#`` starts a comment."""
    for place in (folder, LEXICONS):
        if place is not None and (place / name).is_file():
            lines = (place / name).read_text(encoding="utf-8").splitlines()
            entries = (line.split("#", 1)[0].strip() for line in lines)
            return tuple(entry for entry in entries if entry)
    raise Mistake("phrase.lexicon_unknown", name=name, shipped=sorted(path.name for path in LEXICONS.iterdir()))


def expand(phrase: str) -> tuple[str, ...]:
    """The phrase once for each choice of its alternatives. Raises `Mistake` where it cannot be read."""
    parts = ALTERNATIVES.split(phrase.removeprefix(EXACT))
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    if (ways := prod(len(choice) for choice in choices)) > MOST_WAYS:
        raise Mistake("phrase.too_many_ways", phrase=phrase, n=ways, most=MOST_WAYS)
    variants = tuple(dict.fromkeys("".join(choice) for choice in product(*choices)))
    for variant in variants:
        if (n_gaps := variant.count(GAP)) > MOST_GAPS:
            raise Mistake("phrase.too_many_gaps", phrase=phrase, n=n_gaps, most=MOST_GAPS)
        slots = [match["slot"] for match in PIECE.finditer(variant) if match["slot"]]
        if unknown := [slot for slot in slots if slot not in SLOTS]:
            raise Mistake("phrase.slot_unknown", slot=f"{{{unknown[0]}}}", phrase=phrase, allowed=SLOTS)
        if "".join(match[0] for match in PIECE.finditer(variant)) != variant or set(variant) & set("()|="):
            raise Mistake("phrase.brackets", phrase=phrase)
        if not slots and not normalise(variant).text:
            raise Mistake("phrase.empty", phrase=phrase)
    return variants


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to say a phrase, as sounds."""

    phrase: str
    tokens: tuple[int, ...]
    gaps: tuple[bool, ...]
    """``gaps[i]``: a few words may stand after token i."""
    keys: tuple[bool, ...]
    """``keys[i]``: the phrase means something else without token i."""


@lru_cache(maxsize=1024)
def patterns(phrases: tuple[str, ...], agent_number: str) -> tuple[Pattern, ...]:
    """Every way to say the phrases, longest first."""
    unique: dict[Pattern, Pattern] = {}
    for phrase in phrases:
        for variant in expand(phrase):
            for length in DIGIT_RUN if "{digits}" in variant else (0,):
                pattern = _pattern(phrase, variant, agent_number, length)
                unique.setdefault(replace(pattern, phrase=""), pattern)
    return tuple(sorted(unique.values(), key=lambda pattern: -len(pattern.tokens)))


def _pattern(phrase: str, variant: str, agent_number: str, digits: int) -> Pattern:
    tokens: list[int] = []
    marks: dict[str, set[int]] = {"gap": set(), "key": set()}
    for piece in PIECE.finditer(variant):
        if piece.lastgroup in marks:
            marks[piece.lastgroup].add(len(tokens) - 1)
        elif piece["slot"] == "digits":
            tokens += [ANY_DIGIT] * digits
        elif piece["slot"]:
            tokens += [N_SOUNDS + int(digit) for digit in agent_number]
        else:
            tokens += syllables(piece[0]).sounds.tolist()
    gaps, keys = (tuple(i in marks[mark] for i in range(len(tokens))) for mark in ("gap", "key"))
    return Pattern(phrase, tuple(tokens), gaps, keys)


@lru_cache(maxsize=1)
def token_distances() -> npt.NDArray[np.float32]:
    """Distance of each token to each sound; shape (N_SOUNDS + 11, N_SOUNDS)."""
    sounds = distances()
    digits = [sounds[syllables(DIGIT_SOUNDS.get(digit, digit)).sounds].min(axis=0) for digit in DIGIT_READINGS]
    return np.vstack([sounds, *digits, np.min(digits, axis=0)]).astype(np.float32)


@lru_cache(maxsize=1024)
def expressions(phrases: tuple[str, ...], agent_number: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(phrase, regular expression on normalised text) for phrases whose characters must be equal."""
    return tuple(
        (phrase, re.compile("|".join(_expression(variant, agent_number) for variant in expand(phrase))))
        for phrase in phrases
    )


def _expression(variant: str, agent_number: str) -> str:
    known = "".join(f"[{DIGIT_CHARACTERS[digit]}]" for digit in agent_number)
    some = f"[{''.join(DIGIT_CHARACTERS.values())}]{{{DIGIT_RUN[0]},{DIGIT_RUN[-1]}}}"
    slots = {"digits": some, "agent_number": known}
    return "".join(
        slots[piece["slot"]]
        if piece["slot"]
        else f".{{0,{GAP_LENGTH}}}?"
        if piece["gap"]
        else re.escape(normalise(piece[0]).text)  # "!" has no characters
        for piece in PIECE.finditer(variant)
    )
