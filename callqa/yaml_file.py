"""YAML files that people write: read whole, and every complaint names file, line and what is allowed."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from callqa.errors import ConfigError, system_problem
from callqa.messages import Message
from callqa.validation import Location, Wrong, closest, first_wrong

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C, ten times as fast, where PyYAML was built with it."""
SUFFIXES = (".yaml", ".yml")
MAX_NODES = 200_000
"""Values of a file, counted as often as aliases name them. Aliases of aliases grow beyond all memory in a few lines."""
MAX_DEPTH = 100
M = TypeVar("M", bound=BaseModel)


class Mark(Protocol):
    """A place in a file, of PyYAML's own parser or of the one in C."""

    line: int


def read_yaml(path: Path) -> yaml.Node:
    """The document's tree, whose nodes know their lines; an empty file is one empty value.

    Raises `ConfigError`, also for a key that is there twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_depth(path, text)
        root = yaml.compose(text, Loader=LOADER)
    except OSError as error:
        raise ConfigError("file.unreadable", path=path, reason=system_problem(error)) from error
    except UnicodeDecodeError as error:
        raise ConfigError("file.not_utf8", path=path) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        invalid = Message("yaml.invalid", column=mark.column + 1 if mark else 1, detail=error.problem or error.context)
        raise problem(path, mark, invalid) from error
    except yaml.YAMLError as error:
        raise problem(path, None, Message("yaml.characters", detail=str(error))) from error
    if root is None:
        root = yaml.ScalarNode("tag:yaml.org,2002:null", "", yaml.Mark(str(path), 0, 0, 0, "", 0))
    if _size(root) > MAX_NODES:
        raise problem(path, root, Message("yaml.too_many", n=MAX_NODES))
    for key in _repeated_keys(root):
        raise problem(path, key, Message("yaml.twice", name=key.value))
    return root


def read_model(path: Path, model: type[M]) -> M:
    """The value of a file that is one mapping. Raises `ConfigError` with the line of the first mistake.

    A validator raises a `Mistake`, with the place where it is below the value that the validator looked at.
    """
    root = read_yaml(path)
    if not isinstance(root, yaml.MappingNode):
        raise problem(path, root, Message("file.mapping", names=list(model.model_fields)))
    try:
        return model.model_validate(plain(path, root))
    except ValidationError as error:
        wrong = first_wrong(error, model)
        raise problem(path, node_at(root, wrong.location), in_field(wrong)) from error


def in_field(wrong: Wrong) -> Message:
    """What is wrong, with the field where it does not name that."""
    if wrong.names_field or not wrong.field:
        return wrong.problem
    return Message("file.in_field", field=wrong.field, problem=wrong.problem)


def shipped_or_own(folder: Path, name_or_path: str | Path) -> Path | None:
    """A file of the user's own by its path, or a shipped one of ``folder`` by its name; ``None``: none is shipped."""
    path = Path(name_or_path)
    if path.suffix in SUFFIXES or path.name != str(name_or_path):
        return path
    return folder / f"{path.name}.yaml" if path.name in shipped_names(folder) else None


def shipped_names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.yaml"))


def plain(path: Path, node: yaml.Node) -> Any:
    """The node as dictionaries, lists and plain values. Raises `ConfigError`."""
    try:
        return _construct(node)
    except yaml.MarkedYAMLError as error:
        raise problem(path, error.problem_mark or node, Message("yaml.not_plain", detail=error.problem)) from error
    except (ValueError, TypeError, RecursionError) as error:  # a date such as 2026-13-01
        where = next((part for part in _nodes(node) if _is_wrong(part)), node)
        raise problem(path, where, Message("yaml.not_plain", detail=str(error))) from error


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
            values = [value for key, value in node.value if key.value == step]
            if not values:
                return node
            node = values[0]
    return node


def problem(path: Path, where: yaml.Node | Mark | None, message: Message) -> ConfigError:
    """What is wrong at this node; ``None``: nobody knows where."""
    mark = where.start_mark if isinstance(where, yaml.Node) else where
    if mark is None:
        return ConfigError("file.problem", path=path, problem=message)
    return ConfigError("file.at_line", path=path, line=mark.line + 1, problem=message)


def did_you_mean(name: str, allowed: Iterable[str]) -> Message:
    """Advice for a name that is not among the allowed ones; titles are named as files and commands take them."""
    names = list(map(str, allowed))
    if near := closest(name, names):
        return Message("name.near", near=near, allowed=names)
    return Message("name.allowed", allowed=names)


def _refuse_depth(path: Path, text: str) -> None:
    """The events come one by one; composing goes a call deeper for each bracket, and in C that ends the process."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise problem(path, event.start_mark, Message("yaml.too_deep"))


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
