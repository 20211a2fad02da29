"""The office's own files: what the settings name by its path, what such files name, and what the home keeps besides."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import BaseModel

from callqa.settings import SETTINGS_FILE, Settings
from callqa.yaml_file import SUFFIXES
from qa_models.own_model import own_model_files
from services.audit import anchors
from services.retention.keyed import key_path

LEFT_OUT = {"home", "retention.originals", "asr.weights", "asr.script"}
"""Not of the office, or gigabytes that can be had again."""
NAMED = {"lexicon", "taxonomy", "model"}
"""The words under which a file of checks names a list of words beside it, a file of classes, or a trained model."""


class OwnFile(NamedTuple):
    setting: str
    path: Path
    is_key: bool
    """Who has it can read what is encrypted or hashed with it."""


def own_files(settings: Settings) -> list[OwnFile]:
    """Those that are there, each once."""
    there = (file for file in _wanted(settings) if file.path.is_file())
    return list({file.path.absolute(): file for file in there}.values())


def settings_file() -> OwnFile | None:
    """callqa.toml, if there is one; a key where the key of encrypted recordings itself is written in it."""
    path = Path(SETTINGS_FILE)
    if not path.is_file():
        return None
    is_key = bool(tomllib.loads(path.read_text(encoding="utf-8")).get("encryption", {}).get("key"))
    return OwnFile("encryption.key" if is_key else SETTINGS_FILE, path, is_key)


def _wanted(settings: Settings) -> Iterator[OwnFile]:
    yield OwnFile("retention.key_file", key_path(settings), is_key=True)
    yield OwnFile("audit anchors", settings.home / anchors.FILE, is_key=False)
    for setting, value in _values(settings):
        if setting not in LEFT_OUT:
            for path in _paths(value):
                yield OwnFile(setting, path, "key" in setting.rpartition(".")[2])
                yield from (OwnFile(setting, other, is_key=False) for other in _named_in(path))


def _values(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, object]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _values(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _paths(value: object) -> Iterator[Path]:
    if isinstance(value, Path):
        yield value
    elif isinstance(value, str):  # ids of shipped rubrics, or paths, with commas between them
        yield from (Path(part.strip()) for part in value.split(",") if part.strip().endswith(SUFFIXES))
    elif isinstance(value, Iterable):
        for part in value:
            yield from _paths(part)


def _named_in(path: Path) -> Iterator[Path]:
    """The files that a file of checks names; what is shipped lies elsewhere."""
    if path.suffix not in SUFFIXES or not path.is_file():
        return
    try:
        names = list(_names(yaml.safe_load(path.read_text(encoding="utf-8"))))
    except (yaml.YAMLError, UnicodeDecodeError):
        return  # whoever works with it says so
    for key, name in names:
        if key == "model":
            yield from own_model_files(name)
        else:
            yield path.parent / name if key == "lexicon" else Path(name)


def _names(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from ((key, named) for key, named in value.items() if key in NAMED and isinstance(named, str))
        for inner in value.values():
            yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)
