"""Reads the check library: YAML in, checks out, and an error that names the file, the line and what is allowed."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from callqa.errors import ConfigError
from callqa.yaml_file import did_you_mean, node_at, plain, problem, read_yaml
from qa_models.check import Check, CheckSpec
from qa_models.registry import KINDS, Registry

LIBRARY = Path(__file__).parent / "library.yaml"
ENTRY_FIELDS = tuple(CheckSpec.model_fields)


def load_checks(extra: Path | None = None, registry: Registry = KINDS) -> dict[str, Check]:
    """The shipped checks and those of ``extra``, where an equal id replaces the shipped one. Raises `ConfigError`."""
    registry.freeze()
    checks = read_library(LIBRARY, registry)
    return checks if extra is None else checks | read_library(extra, registry)


def read_library(path: Path, registry: Registry) -> dict[str, Check]:
    """The checks of one file, in its order. Lexicons named there are looked for beside it first."""
    checks: dict[str, Check] = {}
    for node in _entries(path):
        made = _check(node, path, registry)
        if made.id in checks:
            raise problem(path, node, f"check {made.id!r} is there twice; give one of them another id")
        checks[made.id] = made
    return checks


def _entries(path: Path) -> list[yaml.MappingNode]:
    root = read_yaml(path)
    if not isinstance(root, yaml.SequenceNode) or not all(isinstance(n, yaml.MappingNode) for n in root.value):
        raise ConfigError(f"{path}: a check library is a list of checks, each with {', '.join(ENTRY_FIELDS)}")
    return list(root.value)


def _check(node: yaml.MappingNode, path: Path, registry: Registry) -> Check:
    data: dict[str, Any] = plain(path, node)
    for key in data:
        if key not in ENTRY_FIELDS:
            raise problem(path, node_at(node, (key,)), f"unknown field {key!r}; {did_you_mean(str(key), ENTRY_FIELDS)}")
    name = str(data.get("kind", ""))
    try:
        kind = registry.get(name)
    except ConfigError as error:
        raise problem(path, node_at(node, ("kind",)), str(error)) from error
    try:
        params = kind.params.model_validate(data.get("params") or {}, context={"folder": path.parent})
    except ValidationError as error:
        raise _invalid(path, node_at(node, ("params",)), error, f"params of kind {name!r}", kind.params) from error
    try:
        return Check(CheckSpec(**(data | {"params": params})), kind)
    except ValidationError as error:
        raise _invalid(path, node, error, "check", CheckSpec) from error


def _invalid(path: Path, node: yaml.Node, error: ValidationError, what: str, model: type) -> ConfigError:
    first = error.errors()[0]
    location = first["loc"]
    message = f"{what}: {'.'.join(map(str, location)) or 'value'}: {first['msg']}"
    if first["type"] == "extra_forbidden" and len(location) == 1:
        message += f"; {did_you_mean(str(location[0]), model.model_fields)}"  # type: ignore[attr-defined]
    return problem(path, node_at(node, location), message)
