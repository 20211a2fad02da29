"""Versions of utterance classifiers that were learnt where callqa runs: kept by whoever opens them, named by content.

A version's name is its model's and the key of its content, ``faults@0123456789abcdef``, so equal names are equal models
in every thread and process, and what is remembered by a name is never wrong.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

from callqa.keys import content_key

DESCRIPTION, LINEAR = "model.json", "linear.safetensors"
MARK = "@"


@dataclass(frozen=True)
class ModelFiles:
    """The files of a model, by their names."""

    files: Mapping[str, bytes]

    @property
    def key(self) -> str:
        """Of the content; a folder with these files has the same."""
        return content_key({name: sha256(content).hexdigest() for name, content in self.files.items()})

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(json.loads(self.files[DESCRIPTION])["labels"])


_opened: dict[str, ModelFiles] = {}


def version_name(model: str, key: str) -> str:
    return f"{model}{MARK}{key}"


def model_of(name: str) -> str:
    """The model of which the name is, or is a version."""
    return name.partition(MARK)[0] if name in _opened else name


def open_version(model: str, files: ModelFiles) -> str:
    """Makes a version known in this process, and gives its name."""
    name = version_name(model, files.key)
    _opened.setdefault(name, ModelFiles(MappingProxyType(dict(files.files))))
    return name


def opened_version(name: str) -> ModelFiles | None:
    """``None`` for a name of anything else."""
    return _opened.get(name)
