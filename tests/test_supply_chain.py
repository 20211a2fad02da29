"""The supply chain: all that is built on is pinned, hashed and licensed, and nothing from outside is unpickled."""

import ast
import re
import tomllib
from pathlib import Path
from typing import TypeGuard

import pytest
from licences import EXTRAS, Package, fits, packages
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK, INSTALLER = (
    (ROOT / "requirements" / name).read_text(encoding="utf-8") for name in ("locked.txt", "installer.txt")
)
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)([^\n]*(?:\n    --hash=\S+(?: \\)?)*)", re.MULTILINE)
LOCKED, INSTALLING = (
    {canonicalize_name(name): (version, rest) for name, version, rest in PIN.findall(text)}
    for text in (LOCK, INSTALLER)
)
CONSTRAINTS = dict(
    line.split("==")
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if "==" in line and not line.startswith("#")
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize(("text", "pins"), [(LOCK, LOCKED), (INSTALLER, INSTALLING)], ids=["lock", "installer"])
def test_everything_has_hashes_and_comes_from_no_named_place(text: str, pins: dict[str, tuple[str, str]]) -> None:
    assert len(pins) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE))
    assert [name for name, (_, rest) in pins.items() if not re.search(r"--hash=sha256:[0-9a-f]{64}", rest)] == []
    assert "://" not in text


def test_what_installs_the_lock_stays_when_it_is_installed() -> None:
    assert INSTALLING.keys() == {"pip", "setuptools"}
    assert {name: pin for name, pin in INSTALLING.items() if LOCKED.get(name, pin) != pin} == {}


def test_the_lock_is_of_the_tested_set() -> None:
    tested = {canonicalize_name(name): version for name, version in CONSTRAINTS.items()}
    assert {name: version for name, (version, _) in LOCKED.items() if tested.get(name, version) != version} == {}


@pytest.mark.parametrize(
    "needed",
    [*PROJECT["dependencies"], *(line for name in EXTRAS for line in PROJECT["optional-dependencies"][name])],
)
def test_the_lock_has_what_the_project_asks_for(needed: str) -> None:
    requirement = Requirement(needed)
    assert requirement.specifier.contains(LOCKED[canonicalize_name(requirement.name)][0]), "run: make lock"


EXPRESSIONS = {
    "MIT": True,
    "GPL-3.0-only": False,
    "": False,
    "UNKNOWN": False,
    "Apache 2.0": False,
    "MIT and what not": False,
    "Apache-2.0 OR GPL-2.0-or-later": True,
    "Apache-2.0 AND GPL-2.0-or-later": False,
    "GPL-2.0-only OR MIT AND AGPL-3.0-only": False,
    "MPL-2.0 AND (Apache-2.0 OR GPL-2.0-only)": True,
    "(GPL-2.0-only OR MIT) AND (AGPL-3.0-only OR 0BSD)": True,
    "Apache-2.0 WITH LLVM-exception AND BSL-1.0": True,
    "GPL-2.0-only WITH Classpath-exception-2.0": False,
}


@pytest.mark.parametrize(("expression", "right"), EXPRESSIONS.items())
def test_which_licences_fit(expression: str, right: bool) -> None:
    assert fits(expression) is right


def test_every_licence_fits() -> None:
    found = list(packages())
    assert len(found) > 100
    assert [package for package in found if not package.may_be_used] == []


@pytest.mark.parametrize(
    ("name", "right"), [("nvidia-cublas", True), ("cuda-toolkit", True), ("cuda-other", False), ("my-nvidia-", False)]
)
def test_of_what_is_not_open_only_the_libraries_for_cards_may_be_used(name: str, right: bool) -> None:
    assert Package(name, "1", "LicenseRef-NVIDIA-Proprietary").may_be_used is right


OURS = (
    "asr",
    "callqa",
    "cli",
    "flows",
    "qa_models",
    "reports",
    "scoring",
    "services",
    "store",
    "tickets",
    "training",
    "web",
)


def test_arrays_are_read_without_pickle() -> None:
    """Ruff refuses what always unpickles (S301, S302, S506, TID251); NumPy does it when it is told to."""
    sources = [path.read_text(encoding="utf-8") for place in OURS for path in (ROOT / place).rglob("*.py")]
    calls = [node for source in sources for node in ast.walk(ast.parse(source)) if is_load(node)]
    assert calls
    for call in calls:
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert given.get("allow_pickle") == "False", ast.unparse(call)


def is_load(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.load", "numpy.load")
