"""More examples out of those that people wrote: misheard ones, and ones in the middle of longer turns."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from qa_models.utterance.line import Line
from training.utterance.example import Example
from training.utterance.noise import Mishearing

COPIES = 1
SENTENCE = re.compile(r"[^，,。！？!?；;]+[，,。！？!?；;]*")
RATES = (0.02, 0.2)  # share of syllables misheard in a copy
JOINED = 0.0  # share of copies that stand beside another, harmless line, as in a long turn
NO_CONTEXT = 0.1  # share of copies that have lost the line before


def augmented(
    examples: Sequence[Example], harmless: Sequence[str], rng: np.random.Generator, copies: int = COPIES
) -> list[Example]:
    """The examples, and ``copies`` of each that are noisier and longer. ``harmless`` labels give the lines beside."""
    lines = [e.line.text for e in examples if e.label in harmless]
    mishearing = Mishearing.of(part for e in examples for part in (e.line.text, e.line.before))
    result = [*examples, *_parts(examples, harmless)]
    for _ in range(copies):
        for example in examples:
            line = example.line
            if lines and rng.random() < JOINED:
                line = replace(line, text=_beside(line.text, lines[rng.integers(len(lines))], rng))
            if rng.random() < NO_CONTEXT:
                line = Line(line.text)
            result.append(replace(example, line=mishearing.line(line, rng.uniform(*RATES), rng)))
    return result


def _beside(text: str, other: str, rng: np.random.Generator) -> str:
    return other + text if rng.random() < 0.5 else text + other


def _parts(examples: Sequence[Example], harmless: Sequence[str]) -> list[Example]:
    """The sentences of harmless lines, which are harmless, too."""
    return [
        replace(example, line=replace(example.line, text=sentence))
        for example in examples
        if example.label in harmless and len(sentences := SENTENCE.findall(example.line.text)) > 1
        for sentence in sentences
    ]
