"""Reads the check library: YAML in, checks out, and an error that names the file, the line and what is allowed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.validation import first_wrong, unknown_field
from callqa.yaml_file import in_field, node_at, plain, problem, read_yaml
from qa_models.check import Check, CheckSpec, Kind, Params
from qa_models.judge.asked import Judge
from qa_models.reference import Reference
from qa_models.registry import KINDS, Registry

LIBRARY = Path(__file__).parent / "library.yaml"
BUILDING_BLOCK = "_"
"""An id that begins so is only there for other checks to build on."""
M = TypeVar("M", bound=BaseModel)
Versions = tuple[tuple[str, str], ...]
"""Models with the names of their opened versions."""
ENTRY_FIELDS = (*CheckSpec.model_fields, "only_if", "unless")


def load_checks(
    *extra: Path,
    registry: Registry = KINDS,
    judge: Judge | None = None,
    models: Versions = (),
) -> dict[str, Check]:
    """The shipped checks and those of ``extra``, where an equal id replaces what is before. Raises `ConfigError`.

    ``judge``: the language model that questions are put to; ``None`` where there is none. ``models``: names of opened
    versions that take the place of shipped models.
    """
    checks = dict(_shipped(registry, models))
    for path in extra:
        checks |= read_library(path, registry, checks, judge, models)
    return {name: check for name, check in checks.items() if not name.startswith(BUILDING_BLOCK)}


@lru_cache(maxsize=4)
def _shipped(registry: Registry, models: Versions) -> Mapping[str, Check]:
    registry.freeze()
    return read_library(LIBRARY, registry, models=models)


def read_library(
    path: Path,
    registry: Registry,
    known: Mapping[str, Check] | None = None,
    judge: Judge | None = None,
    models: Versions = (),
) -> dict[str, Check]:
    """The checks of one file, in its order. Lexicons named there are looked for beside it first.

    A check may name those that stand before it, and ``known`` ones, among them building blocks, which make no findings.
    """
    checks: dict[str, Check] = {}
    for node in _entries(path):
        check = _Reader(path, registry, {**(known or {}), **checks}, judge, models).check(node)
        if check.id in checks:
            raise problem(path, node, Message("check.id_twice", id=check.id))
        checks[check.id] = check
    return checks


def _entries(path: Path) -> list[yaml.MappingNode]:
    root = read_yaml(path)
    if not isinstance(root, yaml.SequenceNode) or not all(isinstance(n, yaml.MappingNode) for n in root.value):
        raise problem(path, None, Message("check.no_library", names=ENTRY_FIELDS))
    return list(root.value)


@dataclass(frozen=True)
class _Reader:
    """Makes checks of the entries of one file."""

    path: Path
    registry: Registry
    known: Mapping[str, Check]
    judge: Judge | None = None
    models: Versions = ()

    def check(self, node: yaml.Node, within: str = "") -> Check:
        """The check of an entry, or of one that is written out inside the entry ``within``."""
        data: dict[str, Any] = plain(self.path, node)
        if within:
            data = {"id": within, "title": within} | data
        for key in data:
            if key not in ENTRY_FIELDS:
                raise problem(self.path, node_at(node, (key,)), unknown_field(str(key), ENTRY_FIELDS))
        if not isinstance(data.get("id"), str):
            raise problem(self.path, node, Message("check.id_missing"))
        kind = self._kind(node, str(data.get("kind", "")))
        data = {key: self._written_out(value, node_at(node, (key,)), data["id"]) for key, value in data.items()}
        data.setdefault("params", {})
        params = self._valid(
            kind.params,
            data["params"] or {},
            node_at(node, ("params",)),
            lambda wrong: Message("check.params_wrong", kind=kind.name, problem=wrong),
        )
        others = {
            name: self._references(name, data.pop(name, ()), node_at(node, (name,))) for name in ("only_if", "unless")
        }
        spec = self._valid(
            CheckSpec, data | {"params": params}, node, lambda wrong: Message("check.wrong", problem=wrong)
        )
        return Check(spec, kind, **others)

    def _references(self, name: str, named: Any, node: yaml.Node) -> tuple[Check, ...]:
        """The conditions or exceptions of an entry; ``name``: of the field with them."""
        return self._valid(
            References, {"checks": named}, node, lambda wrong: Message("check.part_wrong", part=name, problem=wrong)
        ).checks

    def _kind(self, node: yaml.Node, name: str) -> Kind[Any]:
        try:
            return self.registry.get(name)
        except ConfigError as error:
            raise problem(self.path, node_at(node, ("kind",)), error.message) from error

    def _written_out(self, data: Any, node: yaml.Node, within: str) -> Any:
        """``data`` with checks in place of the mappings that describe them."""
        if isinstance(data, dict):
            if "kind" in data:
                return self.check(node, within)
            return {key: self._written_out(value, node_at(node, (key,)), within) for key, value in data.items()}
        if isinstance(data, list):
            return [self._written_out(value, node_at(node, (i,)), within) for i, value in enumerate(data)]
        return data

    def _valid(self, model: type[M], data: Any, node: yaml.Node, within: Callable[[Message], Message]) -> M:
        """``within`` says of what a mistake is one."""
        try:
            return model.model_validate(
                data,
                context={
                    "folder": self.path.parent,
                    "checks": self.known,
                    "judge": self.judge,
                    "models": dict(self.models),
                },
            )
        except ValidationError as error:
            wrong = first_wrong(error, model)
            raise problem(self.path, node_at(node, wrong.location), within(in_field(wrong))) from error


class References(Params):
    """Conditions or exceptions."""

    checks: tuple[Reference, ...] = ()
