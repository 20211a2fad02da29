"""A trained utterance classifier: a folder with its parts and a description of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo

from callqa.errors import ConfigError, Mistake
from callqa.keys import content_key
from qa_models.own_model import own_model
from qa_models.utterance.line import Line
from qa_models.utterance.linear import Floats, LinearModel
from qa_models.utterance.network import Network, load_network
from qa_models.utterance.versions import DESCRIPTION, LINEAR, ModelFiles, model_of, opened_version

MODELS = Path(__file__).parent.parent / "models"
NETWORK = "network"
FORMAT = 1


@dataclass(frozen=True)
class UtteranceModel:
    """Says how likely each label is for a line. Of its two parts one may be missing; the logits of both are added."""

    labels: tuple[str, ...]
    linear: LinearModel | None
    network: Network | None = None
    temperature: float = 1.0
    """Divides the logits, so that of the lines called 80 % likely four in five are; fitted on lines held out."""
    independent: bool = False
    """Whether a line may be of several labels, or of none: then each has a probability of its own."""

    def logits(self, lines: Sequence[Line]) -> Floats:
        """Shape (lines, labels)."""
        parts = [part.logits(lines) for part in (self.linear, self.network) if part is not None]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float32)

    def probabilities(self, lines: Sequence[Line]) -> Floats:
        """Shape (lines, labels); rows sum to one, unless labels are independent."""
        logits = self.logits(lines) / self.temperature
        return sigmoid(logits) if self.independent else softmax(logits)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self.network is not None:
            self.network.save(folder / NETWORK)
        for name, content in self.files().files.items():
            (folder / name).write_bytes(content)

    def files(self) -> ModelFiles:
        """Its files but those of the network."""
        description = {"format": FORMAT, "labels": self.labels, "temperature": round(self.temperature, 4)}
        if self.independent:
            description["independent"] = True
        files = {} if self.linear is None else {LINEAR: self.linear.packed()}
        text = json.dumps(description, ensure_ascii=False, indent=1) + "\n"
        return ModelFiles(files | {DESCRIPTION: text.encode()})


def softmax(logits: Floats) -> Floats:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)


def sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)


def model_folder(name: str) -> Path:
    """Of a shipped model by its name, or of one's own by its path. Raises `ConfigError`."""
    for folder in (MODELS / name, own_model(name)):
        if (folder / DESCRIPTION).is_file():
            return folder
    shipped = sorted(path.parent.name for path in MODELS.glob(f"*/{DESCRIPTION}"))
    raise ConfigError("model.utterance_unknown", name=name, shipped=shipped)


@lru_cache(maxsize=8)
def load_model(name: str) -> UtteranceModel:
    """By a shipped model's name, a folder, or the name of an opened version. Raises `ConfigError`."""
    if version := opened_version(name):
        return _read(name, version.files, None)
    folder = model_folder(name)
    try:
        files = {file: (folder / file).read_bytes() for file in (DESCRIPTION, LINEAR) if (folder / file).is_file()}
    except OSError as error:
        raise ConfigError("model.not_whole", folder=folder, detail=str(error)) from error
    return _read(folder, files, folder / NETWORK)


def _read(place: str | Path, files: Mapping[str, bytes], network_folder: Path | None) -> UtteranceModel:
    try:
        described = json.loads(files[DESCRIPTION])
        if described["format"] != FORMAT:
            raise ConfigError("model.other_format", folder=place, format=described["format"], known=FORMAT)
        linear = LinearModel.unpacked(files[LINEAR]) if LINEAR in files else None
        network = load_network(network_folder) if network_folder and network_folder.is_dir() else None
        labels, temperature = tuple(described["labels"]), float(described["temperature"])
        independent = bool(described.get("independent", False))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ConfigError("model.not_whole", folder=place, detail=str(error)) from error
    if linear is None and network is None:
        raise ConfigError("model.parts_missing", folder=place, parts=[LINEAR, NETWORK])
    return UtteranceModel(labels, linear, network, temperature, independent)


@lru_cache(maxsize=8)
def model_labels(name: str) -> tuple[str, ...]:
    """Without loading the model. Raises `ConfigError`."""
    if version := opened_version(name):
        return version.labels
    path = model_folder(name) / DESCRIPTION
    try:
        return tuple(json.loads(path.read_text(encoding="utf-8"))["labels"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ConfigError("model.no_description", path=path, detail=str(error)) from error


@lru_cache(maxsize=8)
def model_key(name: str) -> str:
    """Of the content, so that findings are made anew when a model has been trained anew. Raises `ConfigError`."""
    if version := opened_version(name):
        return version.key
    folder = model_folder(name)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return content_key({str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files})


def _in_use(name: Any, info: ValidationInfo) -> Any:
    """The version of a shipped model that whoever reads the checks has chosen, in place of the model."""
    return (info.context or {}).get("models", {}).get(name, name) if isinstance(name, str) else name


UtteranceModelName = Annotated[
    str,
    Field(validate_default=True),
    BeforeValidator(_in_use),
    PlainSerializer(lambda name: {"name": model_of(name), "content": model_key(name)}, return_type=dict),
]
"""A shipped model, or the folder of one's own, named by a check; trained anew, it gives the check another key."""


def check_labels(name: str, labels: Iterable[str]) -> None:
    """Raises `Mistake` where there is no such model, or it knows no such label."""
    try:
        known = model_labels(name)
    except ConfigError as error:
        raise Mistake.of(error) from error
    if unknown := set(labels) - set(known):
        raise Mistake("model.labels_unknown", labels=sorted(unknown), known=known)


@lru_cache(maxsize=256)
def judged(name: str, lines: tuple[Line, ...]) -> Floats:
    """`UtteranceModel.probabilities`, remembered, so that all checks of a call share one inference."""
    return load_model(name).probabilities(lines)
