"""YAML files that people write: read whole, and every complaint names file, line and what is allowed."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from callqa.errors import ConfigError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C, ten times as fast, where PyYAML was built with it."""
SUFFIXES = (".yaml", ".yml")
MAX_NODES = 200_000
"""Values of a file, counted as often as aliases name them. Aliases of aliases grow beyond all memory in a few lines."""
MAX_DEPTH = 100
Location = tuple[int | str, ...]
M = TypeVar("M", bound=BaseModel)


class Misplaced(ValueError):
    """What is wrong, and where below the value that was looked at."""

    def __init__(self, message: str, *where: int | str) -> None:
        super().__init__(message)
        self.where = where


def read_yaml(path: Path) -> yaml.Node:
    """The document's tree, whose nodes know their lines; an empty file is one empty value.

    Raises `ConfigError`, also for a key that is there twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_depth(path, text)
        root = yaml.compose(text, Loader=LOADER)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}; check the path") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {error}") from error
    if root is None:
        root = yaml.ScalarNode("tag:yaml.org,2002:null", "", yaml.Mark(str(path), 0, 0, 0, "", 0))
    if _size(root) > MAX_NODES:
        raise problem(path, root, f"it is more than {MAX_NODES} values once its aliases are followed; write it plainly")
    for key in _repeated_keys(root):
        raise problem(path, key, f"{key.value} is there twice; keep one of them")
    return root


def read_model(path: Path, model: type[M]) -> M:
    """The value of a file that is one mapping. Raises `ConfigError` with the line of the first mistake.

    A validator may raise a `Misplaced` where the mistake is below the value that it looked at.
    """
    root = read_yaml(path)
    if not isinstance(root, yaml.MappingNode):
        raise problem(path, root, f"expected a mapping with {', '.join(model.model_fields)}")
    try:
        return model.model_validate(plain(path, root))
    except ValidationError as error:
        raise _explain(path, root, error, model) from error


def _explain(path: Path, root: yaml.Node, error: ValidationError, model: type[BaseModel]) -> ConfigError:
    # A misspelt field is both unknown and missing; the unknown one shows where.
    first = min(error.errors(include_url=False), key=lambda found: found["type"] != "extra_forbidden")
    location = first["loc"]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, Misplaced):
        location += cause.where
    reason = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        reason = "unknown field"
        if holder := _model_at(model, location[:-1]):
            reason += f"; {did_you_mean(str(location[-1]), holder.model_fields)}"
    elif first["type"] == "string_type":
        reason += "; put it in quotes"
    elif first["type"] == "tuple_type":
        reason = "should be a list, such as [one, two]"
    elif first["type"] == "model_type" and (holder := _model_at(model, location)):
        reason = f"should be a mapping with {', '.join(holder.model_fields)}"
    field = ".".join(map(str, location))
    return problem(path, node_at(root, location), f"{field}: {reason}" if field else reason)


def _model_at(model: type[BaseModel], location: Location) -> type[BaseModel] | None:
    """The model that describes the mapping at ``location``, where there is one."""
    for step in location:
        if isinstance(step, int):
            continue
        if step not in model.model_fields:
            return None
        kinds: list[Any] = [model.model_fields[step].annotation]
        while kinds and not (isinstance(kinds[0], type) and issubclass(kinds[0], BaseModel)):
            kinds = [*get_args(kinds[0]), *kinds[1:]]
        if not kinds:
            return None
        model = kinds[0]
    return model


def shipped_or_own(folder: Path, name_or_path: str | Path, what: str) -> Path:
    """A file of the user's own by its path, or a shipped one of ``folder`` by its name. Raises `ConfigError`."""
    path = Path(name_or_path)
    if path.suffix in SUFFIXES or path.name != str(name_or_path):
        return path
    shipped = shipped_names(folder)
    if path.name not in shipped:
        raise ConfigError(
            f"no {what} is called {path.name!r}; shipped: {', '.join(shipped)}. "
            f"For a {what} of your own give the path of its .yaml file"
        )
    return folder / f"{path.name}.yaml"


def shipped_names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.yaml"))


def plain(path: Path, node: yaml.Node) -> Any:
    """The node as dictionaries, lists and plain values. Raises `ConfigError`."""
    try:
        return _construct(node)
    except yaml.MarkedYAMLError as error:
        raise problem(path, error.problem_mark or node.start_mark, f"not plain YAML: {error.problem}") from error
    except (ValueError, TypeError, RecursionError) as error:  # a date such as 2026-13-01
        where = next((part for part in _nodes(node) if _is_wrong(part)), node)
        raise problem(path, where, f"not plain YAML: {error}") from error


def _construct(node: yaml.Node) -> Any:
    return yaml.SafeLoader("").construct_document(node)


def _is_wrong(node: yaml.Node) -> bool:
    if isinstance(node, yaml.ScalarNode):
        try:
            _construct(node)
        except (ValueError, TypeError):
            return True
    return False


def node_at(node: yaml.Node, location: Location) -> yaml.Node:
    """The node at a location such as ``("parts", 0, "phrases")``, or the nearest one above it."""
    for step in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            found = [value for key, value in node.value if key.value == step]
            if not found:
                return node
            node = found[0]
    return node


def problem(path: Path, where: yaml.Node | yaml.Mark, message: str) -> ConfigError:
    """What is wrong at this node."""
    mark = where.start_mark if isinstance(where, yaml.Node) else where
    return ConfigError(f"{path}, line {mark.line + 1}: {message}")


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """Advice for a name that is not among the allowed ones."""
    names = list(allowed)
    close = get_close_matches(name, names, n=1)
    return (f"did you mean {close[0]!r}? " if close else "") + f"allowed: {', '.join(names)}"


def _refuse_depth(path: Path, text: str) -> None:
    """The events come one by one; composing goes a call deeper for each bracket, and in C that ends the process."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise ConfigError(f"{path}, line {line}: lists and mappings are nested too deeply; write it plainly")


def _size(root: yaml.Node) -> int:
    """Values below a node, each as often as it is named; one that holds itself counts as too many."""
    known: dict[int, int] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        parts = node.value if isinstance(node, yaml.CollectionNode) else []
        parts = list(chain.from_iterable(parts)) if isinstance(node, yaml.MappingNode) else parts
        if id(node) in known:  # its parts have been counted since
            known[id(node)] = 1 + sum(known[id(part)] for part in parts)
            waiting.pop()
        else:
            known[id(node)] = MAX_NODES + 1  # whoever comes back here goes round in a circle
            waiting += [part for part in parts if id(part) not in known]
    return known[id(root)]


def _repeated_keys(root: yaml.Node) -> Iterator[yaml.Node]:
    """YAML itself would quietly take the last one."""
    for node in _nodes(root):
        seen: set[str] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    yield key
                seen.add(key.value)


def _nodes(root: yaml.Node) -> Iterator[yaml.Node]:
    """All of them in the order of the file, each once, also where an alias names it again."""
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)
        elif isinstance(node, yaml.MappingNode):
            waiting += (part for pair in reversed(node.value) for part in reversed(pair))
