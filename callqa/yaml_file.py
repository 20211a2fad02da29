"""YAML files that people write: read whole, and every complaint names file, line and what is allowed."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from callqa.errors import ConfigError

Location = tuple[int | str, ...]


def read_yaml(path: Path) -> yaml.Node:
    """The document's tree, whose nodes know their lines; an empty file is one empty value.

    Raises `ConfigError`, also for a key that is there twice.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {error}") from error
    if root is None:
        root = yaml.ScalarNode("tag:yaml.org,2002:null", "", yaml.Mark(str(path), 0, 0, 0, "", 0))
    for key in _repeated_keys(root):
        raise problem(path, key, f"{key.value} is there twice; keep one of them")
    return root


def plain(path: Path, node: yaml.Node) -> Any:
    """The node as dictionaries, lists and plain values. Raises `ConfigError`."""
    try:
        return yaml.SafeLoader("").construct_document(node)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise problem(path, node, f"not plain YAML: {error}") from error


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


def problem(path: Path, node: yaml.Node, message: str) -> ConfigError:
    """What is wrong at this node."""
    return ConfigError(f"{path}, line {node.start_mark.line + 1}: {message}")


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """Advice for a name that is not among the allowed ones."""
    names = list(allowed)
    close = get_close_matches(name, names, n=1)
    return (f"did you mean {close[0]!r}? " if close else "") + f"allowed: {', '.join(names)}"


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
