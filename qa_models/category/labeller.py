"""What can name the class of a text: a small trained model, the words of a taxonomy, or a fine-tuned encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from callqa.errors import ConfigError
from callqa.keys import content_key, file_sha256
from qa_models.category import classifier
from qa_models.category.features import Piece
from qa_models.category.taxonomy import Taxonomy, clues, load_taxonomy, points

UNSAID = 0.5  # points of the taxonomy's words that every class has before anything is said
ENCODER_CONFIG = "config.json"


class Labeller(Protocol):
    @property
    def classes(self) -> tuple[str, ...]: ...

    def probabilities(self, pieces: Sequence[Piece]) -> npt.NDArray[np.float64]:
        """Of a call or message, shape (classes,)."""
        ...

    def says(self, texts: Sequence[str], name: str) -> list[npt.NDArray[np.float64]]:
        """How much each character of each text speaks for a class, to compare sentences; shape (characters + 1,)."""
        ...


@dataclass(frozen=True)
class ByWords:
    """Works for every taxonomy, without training."""

    taxonomy: Taxonomy

    @property
    def classes(self) -> tuple[str, ...]:
        return self.taxonomy.names

    def probabilities(self, pieces: Sequence[Piece]) -> npt.NDArray[np.float64]:
        found = points(self.taxonomy, ((piece.text, piece.weight) for piece in pieces))
        share = np.array([found[name] for name in self.classes]) + UNSAID
        return np.asarray(share / share.sum())

    def says(self, texts: Sequence[str], name: str) -> list[npt.NDArray[np.float64]]:
        spoken = [np.zeros(len(text) + 1) for text in texts]
        for line, text in zip(spoken, texts, strict=True):
            for clue in clues(self.taxonomy, text):
                line[clue.start] += clue.weight * (name in clue.classes)
        return spoken


@lru_cache(maxsize=8)
def labeller(model: str, taxonomy: str) -> Labeller:
    """``model``: shipped, a file or folder of `callqa train category`, or "" for the taxonomy's words alone.

    Loaded once a process. Raises `ConfigError` when there is none, or it knows other classes than the taxonomy.
    """
    names = load_taxonomy(taxonomy).names
    if not model:
        return ByWords(load_taxonomy(taxonomy))
    found: Labeller
    if is_encoder(model):
        from qa_models.category.encoder import load_encoder  # torch takes seconds to import

        found = load_encoder(Path(model))
    else:
        found = classifier.load(classifier.model_path(model))
    if unknown := sorted(set(found.classes) - set(names)):
        raise ConfigError(f"model {model!r} knows classes that taxonomy {taxonomy!r} has not: {', '.join(unknown)}")
    return found


def labeller_key(model: str) -> str:
    """Hash of the model's content; without loading it. Raises `ConfigError` when there is no such model."""
    if not model:
        return ""
    if is_encoder(model):
        return _folder_key(Path(model))
    return classifier.model_key(classifier.model_path(model))


def is_encoder(model: str) -> bool:
    """Whether this is a folder that transformers can read."""
    return (Path(model) / ENCODER_CONFIG).is_file()


@lru_cache(maxsize=8)
def _folder_key(folder: Path) -> str:
    hashes = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in (".json", ".safetensors", ".txt", ".model"):
            with path.open("rb") as file:
                hashes[path.name] = file_sha256(file)
    return content_key(hashes)
