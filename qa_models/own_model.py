"""A trained model of one's own that a check names: its place, and the files of which it consists."""

from pathlib import Path

from callqa.errors import ConfigError

MARKS = ("model.json", "config.json", "model.npz")
"""One of these is in the folder of every model: of an utterance classifier, an encoder, a category classifier."""


def own_model(name: str) -> Path:
    """A file, or a folder of the model alone. Raises `ConfigError` for a folder in which other things lie, too."""
    path, here = Path(name), Path.cwd()
    if path.resolve() in (here, *here.parents):
        raise ConfigError("model.folder_shared", name=name)
    return path


def own_model_files(name: str) -> list[Path]:
    """None where no model lies."""
    try:
        path = own_model(name)
    except ConfigError:
        return []
    if any((path / mark).is_file() for mark in MARKS):
        return sorted(file for file in path.rglob("*") if file.is_file())
    return [path] if path.is_file() else []
