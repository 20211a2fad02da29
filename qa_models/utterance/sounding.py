"""A small transformer that reads characters together with their sounds, so that homophones look alike to it.

A stock ModernBERT checkpoint, two layers; only its input is ours: each place holds the sum of two rows of its table of
embeddings, one for the character and one for the toneless syllable.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from callqa.syllables import N_SOUNDS, syllables
from callqa.text import normalise
from qa_models.utterance.example import Line
from qa_models.utterance.linear import Floats

CHARACTERS = "characters.txt"
PADDING, START, END, UNKNOWN, FIRST = range(5)  # rows of the table; characters begin at FIRST, sounds follow them
MAX_LENGTH, MAX_BEFORE = 56, 24  # sounds that are read: both ends of a longer line, the end of what was said before
LEAST = 3  # times a character must occur to have a row
BATCH = 64
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SoundingNetwork:
    model: Any
    """`ModernBertForSequenceClassification`."""
    characters: tuple[str, ...]

    def logits(self, lines: Sequence[Line]) -> Floats:
        """Shape (lines, labels). Lines of like length share a batch."""
        import torch

        found = np.zeros((len(lines), self.model.config.num_labels), dtype=np.float32)
        order = np.argsort([len(line.text) + len(line.before) for line in lines], kind="stable")
        self.model.eval()
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                chosen = order[start : start + BATCH]
                found[chosen] = self.model(**self.inputs([lines[i] for i in chosen])).logits.float().numpy()
        return found

    def inputs(self, lines: Sequence[Line]) -> dict[str, Any]:
        """Of the model; ``inputs_embeds`` has shape (lines, longest, width)."""
        import torch

        known = _rows(self.characters)
        rows = [_row(line, known) for line in lines]
        table = np.full((2, len(rows), max(row.shape[1] for row in rows)), PADDING, dtype=np.int64)
        for i, row in enumerate(rows):
            table[:, i, : row.shape[1]] = row
        embedded = self.model.get_input_embeddings()(torch.from_numpy(table)).sum(dim=0)
        return {"inputs_embeds": embedded, "attention_mask": torch.from_numpy((table[0] != PADDING).astype(np.int64))}

    def save(self, folder: Path) -> None:
        """In half precision."""
        from copy import deepcopy

        deepcopy(self.model).half().save_pretrained(folder)
        (folder / CHARACTERS).write_text("".join(self.characters) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "SoundingNetwork":
        """Raises `OSError` or `ValueError` where files are missing or broken."""
        import torch
        from transformers import ModernBertForSequenceClassification

        characters = tuple((folder / CHARACTERS).read_text(encoding="utf-8").rstrip("\n"))
        model = ModernBertForSequenceClassification.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
        return cls(model.eval(), characters)


def n_rows(characters: Sequence[str]) -> int:
    """Of the table of embeddings: marks, characters, sounds of the line, sounds of the line before."""
    return FIRST + len(characters) + 2 * N_SOUNDS


def known_characters(texts: Sequence[str]) -> tuple[str, ...]:
    counts = Counter(character for text in texts for character in normalise(text).text)
    return tuple(sorted(character for character, n in counts.items() if n >= LEAST and not character.isspace()))


def spelt(text: str, known: dict[str, int]) -> Ints:
    """Rows of the characters and of the sounds, shape (2, sounds)."""
    plain = normalise(text).text
    said = syllables(plain)
    characters = [known.get(plain[start:end], UNKNOWN) for start, end in said.spans]
    return np.array([characters, said.sounds.astype(np.int64) + FIRST + len(known)], dtype=np.int64)


def _row(line: Line, known: dict[str, int]) -> Ints:
    text, before = spelt(line.text, known), spelt(line.before, known)[:, -MAX_BEFORE:]
    if text.shape[1] > MAX_LENGTH:
        text = np.concatenate([text[:, : MAX_LENGTH // 2], text[:, -MAX_LENGTH // 2 :]], axis=1)
    before[1] += N_SOUNDS  # the same sound means another thing in the other speaker's mouth
    start, end = np.array([[START], [PADDING]]), np.array([[END], [PADDING]])
    return np.concatenate([start, text, end, before, end], axis=1)


@lru_cache(maxsize=4)
def _rows(characters: tuple[str, ...]) -> dict[str, int]:
    return {character: FIRST + i for i, character in enumerate(characters)}
