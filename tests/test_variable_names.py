"""A variable, a parameter and a function carry the name of what they hold, and not a word that fits anything."""

import ast
from collections.abc import Iterator

import pytest

from tests.test_glossary import MODULES, ROOT

VAGUE = frozenset("one found said own told thing those".split())
"""Fields of classes may be called so: ``own`` beside ``others`` tells what it is, and stored names do not change."""


def vague_names(source: str) -> Iterator[tuple[int, str]]:
    """(line, name) of what is bound under such a name."""
    tree = ast.parse(source)
    fields = {id(line.target) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
              for line in node.body if isinstance(line, ast.AnnAssign)}  # fmt: skip
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store(), lineno=line) if id(node) not in fields:
                pass
            case ast.arg(arg=name, lineno=line):
                pass
            case ast.FunctionDef(name=name, lineno=line) | ast.AsyncFunctionDef(name=name, lineno=line):
                pass
            case _:
                continue
        if name in VAGUE:
            yield line, name


def test_vague_names_are_seen_wherever_they_are_bound_but_for_fields() -> None:
    source = """
class Rate:
    own: float

def said(one, *, key=lambda told: told):
    for found in [thing for thing in one]:
        if (own := found):
            yield own
"""
    assert sorted(vague_names(source)) == [
        (5, "one"), (5, "said"), (5, "told"), (6, "found"), (6, "thing"), (7, "own"),
    ]  # fmt: skip


def test_names_say_what_they_hold() -> None:
    vague = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in MODULES
        for line, name in vague_names(path.read_text(encoding="utf-8"))
    ]
    if vague:
        pytest.fail("\n".join(vague))
