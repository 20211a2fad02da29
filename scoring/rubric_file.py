"""Reads a rubric from YAML, or says what is wrong with it: file, line, field, reason, and the names it may use."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError

from callqa.errors import ConfigError
from scoring.rubric import Group, Item, Rubric

RUBRICS = Path(__file__).parent / "rubrics"
SUFFIXES = (".yaml", ".yml")
# By the length of an error's location: ("id",), ("groups", 0, "id"), ("groups", 0, "items", 0, "id").
MODEL_AT_DEPTH: dict[int, type[BaseModel]] = {
    1: Rubric,
    3: Group,
    5: Item,
}


def load_rubric(name_or_path: str | Path) -> Rubric:
    """The rubric of a YAML file, or a shipped one by its id. Raises `ConfigError`."""
    path = _find(name_or_path)
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the rubric cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError(f"{path}: a rubric is a mapping with {', '.join(Rubric.model_fields)}")
    for key in _repeated_keys(root):
        raise ConfigError(f"{path}, line {key.start_mark.line + 1}: {key.value} is there twice; keep one of them")
    try:
        return Rubric.model_validate(yaml.SafeLoader("").construct_document(root))
    except ValidationError as error:
        raise _explain(path, root, error) from error


def shipped_rubrics() -> list[str]:
    return sorted(path.stem for path in RUBRICS.glob("*.yaml"))


def _find(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.suffix in SUFFIXES or path.name != str(name_or_path):
        return path
    if path.name not in shipped_rubrics():
        raise ConfigError(
            f"no rubric is called {path.name!r}; shipped: {', '.join(shipped_rubrics())}. "
            "For a rubric of your own give the path of its .yaml file"
        )
    return RUBRICS / f"{path.name}.yaml"


def _repeated_keys(node: yaml.Node) -> Iterator[yaml.Node]:
    """YAML itself would quietly take the last one."""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _repeated_keys(child)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, child in node.value:
            if key.value in seen:
                yield key
            seen.add(key.value)
            yield from _repeated_keys(child)


def _explain(path: Path, root: yaml.Node, error: ValidationError) -> ConfigError:
    problems = error.errors(include_url=False)
    # A misspelt field is both unknown and missing; the unknown one shows where.
    first = min(problems, key=lambda problem: problem["type"] != "extra_forbidden")
    location = first["loc"]
    reason = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        reason = f"unknown field; {_suggest(str(location[-1]), tuple(MODEL_AT_DEPTH[len(location)].model_fields))}"
    elif first["type"] == "string_type":
        reason += "; put it in quotes"
    field = ".".join(map(str, location))
    line = _node_at(root, location).start_mark.line + 1
    return ConfigError(f"{path}, line {line}: {field}: {reason}" if field else f"{path}, line {line}: {reason}")


def _suggest(name: str, allowed: tuple[str, ...]) -> str:
    close = get_close_matches(name, allowed, n=1)
    return (f"did you mean {close[0]}? " if close else "") + f"allowed: {', '.join(allowed)}"


def _node_at(node: yaml.Node, location: tuple[int | str, ...]) -> yaml.Node:
    """The node at a location such as ``("groups", 0, "title")``, or the nearest one above it."""
    for step in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            named = [child for key, child in node.value if key.value == step]
            if not named:
                return node
            node = named[0]
    return node
