"""A trained utterance classifier: a folder with its parts and a description of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from callqa.errors import ConfigError
from callqa.keys import content_key
from qa_models.utterance.example import Line
from qa_models.utterance.linear import Floats, LinearModel

MODELS = Path(__file__).parent.parent / "models"
DESCRIPTION, LINEAR = "model.json", "linear.safetensors"
FORMAT = 1


@dataclass(frozen=True)
class UtteranceModel:
    """Says how likely each label is for a line."""

    labels: tuple[str, ...]
    linear: LinearModel
    temperature: float = 1.0
    """Divides the logits, so that of the lines called 80 % likely four in five are; fitted on lines held out."""

    def logits(self, lines: Sequence[Line]) -> Floats:
        """Shape (lines, labels)."""
        return self.linear.logits(lines)

    def probabilities(self, lines: Sequence[Line]) -> Floats:
        """Shape (lines, labels); rows sum to one."""
        return softmax(self.logits(lines) / self.temperature)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.linear.save(folder / LINEAR)
        description = {"format": FORMAT, "labels": self.labels, "temperature": round(self.temperature, 4)}
        text = json.dumps(description, ensure_ascii=False, indent=1) + "\n"
        (folder / DESCRIPTION).write_text(text, encoding="utf-8")


def softmax(logits: Floats) -> Floats:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)


def model_folder(name: str) -> Path:
    """Of a shipped model by its name, or of one's own by its path. Raises `ConfigError`."""
    for folder in (MODELS / name, Path(name)):
        if (folder / DESCRIPTION).is_file():
            return folder
    shipped = ", ".join(sorted(path.parent.name for path in MODELS.glob(f"*/{DESCRIPTION}")))
    raise ConfigError(f"there is no utterance model {name!r}; shipped: {shipped}; your own: the folder it was trained into")


@lru_cache(maxsize=4)
def load_model(name: str) -> UtteranceModel:
    """By a shipped model's name or a folder. Raises `ConfigError`."""
    folder = model_folder(name)
    try:
        described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        if described["format"] != FORMAT:
            raise ConfigError(f"{folder}: format {described['format']}, this version reads {FORMAT}; train it anew")
        linear = LinearModel.load(folder / LINEAR)
        return UtteranceModel(tuple(described["labels"]), linear, described["temperature"])
    except (OSError, KeyError, ValueError) as error:
        raise ConfigError(f"{folder}: not a whole utterance model: {error}; train it anew") from error


@lru_cache(maxsize=4)
def model_key(name: str) -> str:
    """Of the content, so that findings are made anew when a model has been trained anew. Raises `ConfigError`."""
    files = sorted(path for path in model_folder(name).iterdir() if path.is_file())
    return content_key({path.name: sha256(path.read_bytes()).hexdigest() for path in files})


@lru_cache(maxsize=256)
def judged(name: str, lines: tuple[Line, ...]) -> Floats:
    """`UtteranceModel.probabilities`, remembered, so that all checks of a call share one inference."""
    return load_model(name).probabilities(lines)
