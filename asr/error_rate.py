"""Error rates: the distance of transcripts from what was said, in characters and in syllables."""

from collections.abc import Iterable
from dataclasses import dataclass

import jiwer

from callqa.syllables import sound_key
from callqa.text import canonical


@dataclass(frozen=True, slots=True)
class Counts:
    """Aligned units of references and hypotheses."""

    hits: int
    substitutions: int
    deletions: int
    insertions: int

    @property
    def n_reference(self) -> int:
        return self.hits + self.substitutions + self.deletions

    @property
    def rate(self) -> float | None:
        """Errors per reference unit; ``None`` when there is no reference to err against."""
        errors = self.substitutions + self.deletions + self.insertions
        return errors / self.n_reference if self.n_reference else None


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Characters are compared in canonical form (one script, numbers in digits), syllables without tones."""

    characters: Counts
    syllables: Counts

    @property
    def character_error_rate(self) -> float | None:
        return self.characters.rate

    @property
    def syllable_error_rate(self) -> float | None:
        return self.syllables.rate

    @property
    def n_characters(self) -> int:
        return self.characters.n_reference

    @property
    def n_syllables(self) -> int:
        return self.syllables.n_reference


def error_rates(pairs: Iterable[tuple[str, str]]) -> ErrorRates:
    """Rates over all (reference, hypothesis) pairs together; long pairs weigh more than short ones."""
    texts = [(canonical(reference), canonical(hypothesis)) for reference, hypothesis in pairs]
    characters = [(list(reference), list(hypothesis)) for reference, hypothesis in texts]
    sounds = [(sound_key(reference).split(), sound_key(hypothesis).split()) for reference, hypothesis in texts]
    return ErrorRates(_counts(characters), _counts(sounds))


def _counts(pairs: list[tuple[list[str], list[str]]]) -> Counts:
    hits = substitutions = deletions = insertions = 0
    # jiwer refuses empty references, so what was heard where nothing was said is counted here.
    insertions += sum(len(hypothesis) for reference, hypothesis in pairs if not reference)
    spoken = [(" ".join(reference), " ".join(hypothesis)) for reference, hypothesis in pairs if reference]
    if spoken:
        references, hypotheses = (list(side) for side in zip(*spoken, strict=True))
        output = jiwer.process_words(references, hypotheses)
        hits, substitutions = output.hits, output.substitutions
        deletions, insertions = output.deletions, insertions + output.insertions
    return Counts(hits, substitutions, deletions, insertions)
