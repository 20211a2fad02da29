"""Reads the check library: YAML in, checks out, and an error that names the file, the line and what is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from callqa.errors import ConfigError
from callqa.yaml_file import did_you_mean, node_at, plain, problem, read_yaml
from qa_models.check import Check, CheckSpec, Kind, Params
from qa_models.reference import Reference
from qa_models.registry import KINDS, Registry

LIBRARY = Path(__file__).parent / "library.yaml"
BUILDING_BLOCK = "_"
"""An id that begins so is only there for other checks to build on."""
M = TypeVar("M", bound=BaseModel)
ENTRY_FIELDS = (*CheckSpec.model_fields, "only_if", "unless")


def load_checks(extra: Path | None = None, registry: Registry = KINDS) -> dict[str, Check]:
    """The shipped checks and those of ``extra``, where an equal id replaces the shipped one. Raises `ConfigError`."""
    checks = dict(_shipped(registry))
    if extra is not None:
        checks |= read_library(extra, registry, checks)
    return {name: made for name, made in checks.items() if not name.startswith(BUILDING_BLOCK)}


@lru_cache(maxsize=1)
def _shipped(registry: Registry) -> Mapping[str, Check]:
    registry.freeze()
    return read_library(LIBRARY, registry)


def read_library(path: Path, registry: Registry, known: Mapping[str, Check] | None = None) -> dict[str, Check]:
    """The checks of one file, in its order. Lexicons named there are looked for beside it first.

    A check may name those that stand before it, and ``known`` ones, among them building blocks, which make no findings.
    """
    checks: dict[str, Check] = {}
    for node in _entries(path):
        made = _Reader(path, registry, {**(known or {}), **checks}).check(node)
        if made.id in checks:
            raise problem(path, node, f"check {made.id!r} is there twice; give one of them another id")
        checks[made.id] = made
    return checks


def _entries(path: Path) -> list[yaml.MappingNode]:
    root = read_yaml(path)
    if not isinstance(root, yaml.SequenceNode) or not all(isinstance(n, yaml.MappingNode) for n in root.value):
        raise ConfigError(f"{path}: a check library is a list of checks, each with {', '.join(ENTRY_FIELDS)}")
    return list(root.value)


@dataclass(frozen=True)
class _Reader:
    """Makes checks of the entries of one file."""

    path: Path
    registry: Registry
    known: Mapping[str, Check]

    def check(self, node: yaml.Node, within: str = "") -> Check:
        """The check of an entry, or of one that is written out inside the entry ``within``."""
        data: dict[str, Any] = plain(self.path, node)
        if within:
            data = {"id": within, "title": within} | data
        for key in data:
            if key not in ENTRY_FIELDS:
                advice = did_you_mean(str(key), ENTRY_FIELDS)
                raise problem(self.path, node_at(node, (key,)), f"unknown field {key!r}; {advice}")
        if not isinstance(data.get("id"), str):
            raise problem(self.path, node, "a check needs an id, for instance id: says_sorry")
        kind = self._kind(node, str(data.get("kind", "")))
        data = {key: self._written_out(value, node_at(node, (key,)), data["id"]) for key, value in data.items()}
        data.setdefault("params", {})
        params = self._valid(
            kind.params, data["params"] or {}, node_at(node, ("params",)), f"params of kind {kind.name!r}"
        )
        others = {
            name: self._valid(References, {"checks": data.pop(name, ())}, node_at(node, (name,)), name).checks
            for name in ("only_if", "unless")
        }
        return Check(self._valid(CheckSpec, data | {"params": params}, node, "check"), kind, **others)

    def _kind(self, node: yaml.Node, name: str) -> Kind[Any]:
        try:
            return self.registry.get(name)
        except ConfigError as error:
            raise problem(self.path, node_at(node, ("kind",)), str(error)) from error

    def _written_out(self, data: Any, node: yaml.Node, within: str) -> Any:
        """``data`` with checks in place of the mappings that describe them."""
        if isinstance(data, dict):
            if "kind" in data:
                return self.check(node, within)
            return {key: self._written_out(value, node_at(node, (key,)), within) for key, value in data.items()}
        if isinstance(data, list):
            return [self._written_out(value, node_at(node, (i,)), within) for i, value in enumerate(data)]
        return data

    def _valid(self, model: type[M], data: Any, node: yaml.Node, what: str) -> M:
        try:
            return model.model_validate(data, context={"folder": self.path.parent, "checks": self.known})
        except ValidationError as error:
            raise _invalid(self.path, node, error, what, model) from error


class References(Params):
    """Conditions or exceptions."""

    checks: tuple[Reference, ...] = ()


def _invalid(path: Path, node: yaml.Node, error: ValidationError, what: str, model: type) -> ConfigError:
    first = error.errors()[0]
    location = first["loc"]
    message = f"{what}: {'.'.join(map(str, location)) or 'value'}: {first['msg']}"
    if first["type"] == "extra_forbidden" and len(location) == 1:
        message += f"; {did_you_mean(str(location[0]), model.model_fields)}"  # type: ignore[attr-defined]
    return problem(path, node_at(node, location), message)
