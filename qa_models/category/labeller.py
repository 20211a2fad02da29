"""Labellers name the class of a text: a small trained model, the words of a taxonomy, or a fine-tuned encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, PlainSerializer

from callqa.errors import ConfigError, Mistake
from callqa.keys import content_key, file_sha256
from qa_models.category.classifier import Classifier, load, model_key, model_path
from qa_models.category.features import Piece
from qa_models.category.taxonomy import Taxonomy, clues, load_taxonomy, points
from qa_models.own_model import own_model

UNSAID = 0.5  # points of the taxonomy's words that every class has before anything is said
TRUST = 0.6  # the two are not independent, and neither was calibrated on real calls
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
        class_points = points(self.taxonomy, ((piece.text, piece.weight) for piece in pieces))
        share = np.array([class_points[name] for name in self.classes]) + UNSAID
        return np.asarray(share / share.sum())

    def says(self, texts: Sequence[str], name: str) -> list[npt.NDArray[np.float64]]:
        spoken = [np.zeros(len(text) + 1) for text in texts]
        for line, text in zip(spoken, texts, strict=True):
            for clue in clues(self.taxonomy, text):
                line[clue.start] += clue.weight * (name in clue.classes)
        return spoken


@dataclass(frozen=True)
class Together:
    """A trained model and the words of its taxonomy: what one has never seen, the other may know."""

    model: Classifier
    words: ByWords

    @property
    def classes(self) -> tuple[str, ...]:
        return self.model.classes

    def probabilities(self, pieces: Sequence[Piece]) -> npt.NDArray[np.float64]:
        by_words = dict(zip(self.words.classes, self.words.probabilities(pieces), strict=True))
        likely = self.model.probabilities(pieces) * np.array([by_words[name] for name in self.classes])
        share = np.maximum(likely, 1e-12) ** TRUST
        return np.asarray(share / share.sum())

    def says(self, texts: Sequence[str], name: str) -> list[npt.NDArray[np.float64]]:
        return self.model.says(texts, name)


@lru_cache(maxsize=8)
def labeller(model: str, taxonomy: str, words: bool = True) -> Labeller:
    """``model``: shipped, a file or folder of `callqa train category`, or "" for the taxonomy's words alone.

    ``words``: let the taxonomy's words have a say beside a small model. Loaded once a process. Raises `ConfigError`
    when there is no such model, or it knows other classes than the taxonomy.
    """
    names = load_taxonomy(taxonomy).names
    if not model:
        return ByWords(load_taxonomy(taxonomy))
    trained: Labeller
    if is_encoder(model):
        from qa_models.category.encoder import load_encoder  # torch takes seconds to import

        trained = load_encoder(Path(model))
    else:
        trained = load(model_path(model))
    if unknown := sorted(set(trained.classes) - set(names)):
        raise ConfigError("model.other_classes", model=model, taxonomy=taxonomy, classes=unknown)
    return Together(trained, ByWords(load_taxonomy(taxonomy))) if isinstance(trained, Classifier) and words else trained


def labeller_key(model: str) -> str:
    """Hash of the model's content; without loading it. Raises `ConfigError` when there is no such model."""
    if not model:
        return ""
    if is_encoder(model):
        return _folder_key(Path(model))
    return model_key(model_path(model))


def _there(model: str) -> str:
    try:
        labeller_key(model)
    except ConfigError as error:
        raise Mistake.of(error) from error
    return model


ModelName = Annotated[
    str,
    AfterValidator(_there),
    PlainSerializer(lambda name: {"name": name, "content": labeller_key(name)}, return_type=dict),
]
"""A model that is there, as a parameter of a check; other weights under the same name give the check another key."""


def is_encoder(model: str) -> bool:
    """Whether this is a folder that transformers can read. Raises `ConfigError`."""
    return (own_model(model) / ENCODER_CONFIG).is_file()


@lru_cache(maxsize=8)
def _folder_key(folder: Path) -> str:
    hashes = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in (".json", ".safetensors", ".txt", ".model"):
            with path.open("rb") as file:
                hashes[path.name] = file_sha256(file)
    return content_key(hashes)
