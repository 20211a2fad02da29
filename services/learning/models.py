"""Versions of models in use: which ones they are, and their content from the store."""

from collections.abc import Iterable

from qa_models.utterance.versions import DESCRIPTION, LINEAR, ModelFiles, open_version, opened_version, version_name
from store import Connection
from store.people import model_versions

ModelKeys = tuple[tuple[str, str], ...]
"""Models with the keys of their versions, sorted; shipped ones are left out."""


def models_of_runs(c: Connection) -> ModelKeys:
    """What the next run makes findings with."""
    return tuple(sorted(model_versions.chosen(c).items()))


def models_looked_at(c: Connection) -> ModelKeys:
    """What the last run made findings with: pages show those, until there are others."""
    return tuple(sorted(model_versions.settled(c).items()))


def open_versions(c: Connection, models: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The models with the names of their versions, which are open in this process afterwards. Raises `StoreError`."""
    return tuple((model, _opened(c, model, key)) for model, key in models)


def _opened(c: Connection, model: str, key: str) -> str:
    name = version_name(model, key)
    if opened_version(name) is None:
        stored = model_versions.version_files(c, key)
        files = {DESCRIPTION: stored.description.encode(), LINEAR: stored.weights}
        name = open_version(model, ModelFiles(files))
    return name
