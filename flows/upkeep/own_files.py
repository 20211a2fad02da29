"""The office's own files: what the settings name by its path."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from callqa.settings import Settings
from callqa.yaml_file import SUFFIXES

LEFT_OUT = {"home", "asr.weights", "asr.model", "asr.script"}
"""Not of the office, or gigabytes that can be had again."""


class OwnFile(NamedTuple):
    setting: str
    path: Path
    is_key: bool


def own_files(settings: Settings) -> list[OwnFile]:
    """Those that are there, each once."""
    found = {
        path: OwnFile(setting, path, "key" in setting.rpartition(".")[2])
        for setting, value in _values(settings)
        if setting not in LEFT_OUT
        for path in _paths(value)
        if path.is_file()
    }
    return list(found.values())


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
        yield from (Path(one.strip()) for one in value.split(",") if one.strip().endswith(SUFFIXES))
    elif isinstance(value, Iterable):
        for one in value:
            yield from _paths(one)
