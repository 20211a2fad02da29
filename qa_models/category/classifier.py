"""A trained classifier as it ships: which runs it knows, what each says for each class, and how sure to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from callqa.errors import ConfigError, Mistake
from callqa.keys import content_key, file_sha256
from qa_models.category.features import FAMILIES, Piece, count, runs
from qa_models.category.vocabulary import Vocabulary, Weights
from qa_models.own_model import own_model

MODELS = Path(__file__).parent.parent / "models"
FORMAT = "callqa-linear-1"


@dataclass(frozen=True)
class Classifier:
    classes: tuple[str, ...]
    vocabulary: Vocabulary
    weights: npt.NDArray[np.int8]
    """Shape (columns, classes), times ``scale``."""
    scale: Weights
    """Shape (classes,)."""
    offset: Weights
    """Shape (classes,)."""
    sharpness: float
    """By what the scores are multiplied to become log odds."""
    prior: Weights
    """Shape (classes,): added to the log odds, so that written messages' many classes do not crowd out the rest."""
    topical: bool
    """Whether stop words are left out."""
    key: str = ""
    """Hash of the file it was read from."""

    def scores(self, pieces: Sequence[Piece]) -> npt.NDArray[np.float64]:
        """How much speaks for each class; shape (classes,)."""
        columns, values = self.vocabulary.row(count(pieces, self.topical))
        products = values @ self.weights[columns].astype(np.float32)
        return np.asarray(products * self.scale + self.offset, np.float64)

    def probabilities(self, pieces: Sequence[Piece]) -> npt.NDArray[np.float64]:
        """Shape (classes,); they add up to 1."""
        return softmax(self.scores(pieces) * self.sharpness + self.prior)

    def says(self, texts: Sequence[str], name: str) -> list[npt.NDArray[np.float64]]:
        """How much each character of each text speaks for a class; counted where a run begins."""
        ends = np.cumsum([len(text) + 1 for text in texts])
        spoken = np.zeros(ends[-1] if len(texts) else 0)
        begins = ends - [len(text) + 1 for text in texts]
        weights = self.weights[:, self.place[name]]
        for family, family_runs in enumerate(runs([Piece(text) for text in texts], self.topical)):
            known, columns = self.vocabulary.find(family, family_runs.keys)
            rarity = self.vocabulary.rarity[family][columns - self.vocabulary.starts[family]]
            places = begins[family_runs.pieces[known]] + family_runs.starts[known]
            spoken += np.bincount(places, weights[columns] * rarity, len(spoken))
        return np.split(spoken, ends[:-1])

    @cached_property
    def place(self) -> Mapping[str, int]:
        return {name: index for index, name in enumerate(self.classes)}


def softmax(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    risen = np.exp(odds - odds.max(axis=-1, keepdims=True))
    return np.asarray(risen / risen.sum(axis=-1, keepdims=True))


def save(model: Classifier, path: Path) -> None:
    """One compressed file of plain arrays, the same bytes for the same model."""
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "format": np.array(FORMAT),
        "classes": np.array(model.classes),
        "weights": model.weights,
        "scale": model.scale,
        "offset": model.offset.astype(np.float32),
        "sharpness": np.array(model.sharpness),
        "prior": model.prior.astype(np.float32),
        "topical": np.array(model.topical),
    }
    for (name, _), keys, rarity in zip(FAMILIES, model.vocabulary.keys, model.vocabulary.rarity, strict=True):
        arrays |= {f"{name}_keys": keys, f"{name}_rarity": rarity.astype(np.float16)}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def model_path(name: str) -> Path:
    """A shipped model by its name, or a file. Raises `ConfigError`."""
    shipped = MODELS / f"{name}.npz"
    path = shipped if shipped.is_file() else own_model(name)
    if path.is_dir():
        path = path / "model.npz"
    if not path.is_file():
        raise ConfigError("model.category_unknown", name=name)
    return path


@lru_cache(maxsize=8)
def load(path: Path) -> Classifier:
    """Read once a process. Raises `ConfigError` when the file is no such model."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return _read(file, model_key(path))
    except (OSError, EOFError, BadZipFile, ValueError, KeyError) as error:
        raise ConfigError(
            "model.no_category_model", path=path, detail=error if isinstance(error, Mistake) else str(error)
        ) from error


@lru_cache(maxsize=8)
def model_key(path: Path) -> str:
    with path.open("rb") as file:
        return content_key(file_sha256(file))


def _read(file: Mapping[str, npt.NDArray[np.generic]], key: str) -> Classifier:
    if str(file["format"]) != FORMAT:
        raise Mistake("model.format_within", format=str(file["format"]), known=FORMAT)
    vocabulary = Vocabulary(
        tuple(np.asarray(file[f"{name}_keys"], np.uint32) for name, _ in FAMILIES),
        tuple(np.asarray(file[f"{name}_rarity"], np.float32) for name, _ in FAMILIES),
    )
    return Classifier(
        classes=tuple(str(name) for name in file["classes"]),
        vocabulary=vocabulary,
        weights=np.asarray(file["weights"], np.int8),
        scale=np.asarray(file["scale"], np.float32),
        offset=np.asarray(file["offset"], np.float32),
        sharpness=float(np.asarray(file["sharpness"], np.float64)),
        prior=np.asarray(file["prior"], np.float32),
        topical=bool(file["topical"]),
        key=key,
    )
