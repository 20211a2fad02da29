"""The layout of web/: a folder for each part of the desk; its routes, its views and its builders have a file each."""

import ast
from pathlib import Path

import pytest

import web

WEB = Path(web.__file__).parent
ROLES = {"routes", "view", "build"}
"""What files of a part are called: its routes, the frozen data its pages show, and what makes that data."""
NOUNS = {
    "agents/reviews": "the reviews of an agent's calls",
    "appeals/item": "the contested item, with what was said there",
    "api/intake/repeats": "requests that come again",
    "api/intake/upload": "the body of an upload",
    "audit/actions": "the words of the audit log",
    "call/history": "what people said of a call",
    "call/places": "evidence as places that can be played",
    "coaching/clips": "clips that somebody makes or changes",
    "call/reader": "who looks at a call",
    "call/trust": "how far a verdict of the machine can be trusted, in words",
    "call/sound_file": "the sound as a browser seeks in it",
    "help/texts": "the texts of the help",
    "metrics/requests": "the count of requests",
    "oidc/code_flow": "OpenID Connect's code flow",
    "oidc/identities": "the accounts of identities",
    "oidc/provider": "the identity provider",
    "overview/to_do": "the to-dos in words",
    "people/form": "the form of a person",
    "review/judged": "the call that somebody judges",
    "review/sheet": "the sheet after a decision",
}
"""Every other file of a part, with the thing it is about."""
WITHOUT_PAGES = {"access", "api", "wording"}
"""What lies under all parts: sessions, passwords, permissions, visibility; tokens and routes for programs; words."""

PARTS = sorted(path for path in (*WEB.iterdir(), *(WEB / "api").iterdir()) if (path / "__init__.py").exists())
FILES = sorted(path for part in PARTS if part.name not in WITHOUT_PAGES for path in part.glob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(WEB).with_suffix("").as_posix()


def decorated(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """The functions of a module that are registered with its area."""
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return {
        node.name: node
        for node in functions
        if any("area." in ast.unparse(decorator) for decorator in node.decorator_list)
    }


def dataclasses(tree: ast.Module) -> set[str]:
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return {
        node.name for node in classes if any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
    }


@pytest.mark.parametrize("part", [part for part in PARTS if part.name not in WITHOUT_PAGES], ids=lambda part: part.name)
def test_every_part_has_its_routes(part: Path) -> None:
    assert (part / "routes.py").exists()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_file_of_a_part_is_its_routes_its_view_its_builders_or_a_named_thing(path: Path) -> None:
    assert path.stem == "__init__" or path.stem in ROLES or name_of(path) in NOUNS


def test_every_named_thing_is_there() -> None:
    assert NOUNS.keys() <= {name_of(path) for path in FILES}


def test_no_file_is_called_pages() -> None:
    """A page is three things in three files; what makes routes of functions is `web.routing`."""
    assert not list(WEB.rglob("pages.py"))


@pytest.mark.parametrize("path", [path for path in FILES if path.stem == "routes"], ids=name_of)
def test_routes_define_no_data_of_their_own(path: Path) -> None:
    """What they return is imported from a view, or is a response."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not dataclasses(tree)
    imported = {
        alias.name: node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    returned = {
        name.id
        for function in decorated(tree).values()
        if function.returns
        for name in ast.walk(function.returns)
        if isinstance(name, ast.Name)
    }
    elsewhere = {name: imported.get(name) for name in returned if not imported.get(name, "").endswith(".view")}
    assert elsewhere.keys() <= {"Response", "Then"}, elsewhere


@pytest.mark.parametrize("path", [path for path in FILES if path.stem == "view"], ids=name_of)
def test_views_are_frozen_data_and_nothing_else(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert classes
    for node in classes:
        assert any("frozen=True" in ast.unparse(decorator) for decorator in node.decorator_list), node.name


@pytest.mark.parametrize("path", [path for path in FILES if path.stem != "routes"], ids=name_of)
def test_routes_stand_in_routes_alone(path: Path) -> None:
    assert not decorated(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_of_a_part_needs_routes(path: Path) -> None:
    """What several parts share is a builder, a view or lies under all of them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    needed = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {module for module in needed if module.startswith("web.") and module.endswith(".routes")}
