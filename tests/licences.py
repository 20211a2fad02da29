"""The licences of everything that a plain install brings, and whether they fit Apache-2.0.

python tests/licences.py    # a table; fails when one does not fit
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
EXTRAS = ("whisper-base", "postgres", "s3")
"""What the lock holds besides the plain install."""

FIT = frozenset(
    "Apache-2.0 MIT MIT-0 MIT-CMU BSD-2-Clause BSD-3-Clause 0BSD ISC PSF-2.0 Zlib CC0-1.0 BSL-1.0 CNRI-Python HPND "
    "Unlicense "
    # of the weaker copyleft: they bind who changes that package, not who uses it
    "MPL-2.0 LGPL-3.0-only LGPL-3.0-or-later Artistic-1.0-Perl".split()
)
WRITTEN = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0 License": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Artistic License": "Artistic-1.0-Perl",
    "BSD License": "BSD-3-Clause",
    "GNU General Public License (GPL)": "GPL-1.0-or-later",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What older packages write, in SPDX's words."""


OF_CARDS = re.compile(r"nvidia-.+|cuda-toolkit")
"""What the index's torch brings for graphics cards on Linux: under NVIDIA's own licence, which is no open one."""


class Package(NamedTuple):
    name: str
    version: str
    licence: str

    @property
    def may_be_used(self) -> bool:
        return fits(self.licence) or OF_CARDS.fullmatch(self.name) is not None


def fits(licence: str) -> bool:
    """Whether an SPDX expression leaves a way that fits: all of what AND joins, any of what OR joins."""
    words = re.findall(r"[()]|[^\s()]+(?: WITH \S+)?", licence)
    return bool(words) and _any_of(words) and not words


def _any_of(words: list[str]) -> bool:
    """Uses the words up, as far as they are an expression."""
    found = [_all_of(words)]
    while words and words[0] == "OR":
        words.pop(0)
        found.append(_all_of(words))
    return any(found)


def _all_of(words: list[str]) -> bool:
    found = [_one(words)]
    while words and words[0] == "AND":
        words.pop(0)
        found.append(_one(words))
    return all(found)


def _one(words: list[str]) -> bool:
    word = words.pop(0)
    if word != "(":
        return word.partition(" WITH ")[0] in FIT
    value = _any_of(words)
    words.pop(0)
    return value


def licence_of(package: Distribution) -> str:
    """In SPDX's words where it can be told, else as written."""
    told = package.metadata
    if expression := told.get("License-Expression"):
        return expression
    marks = [mark.rpartition(" :: ")[2] for mark in told.get_all("Classifier", []) if mark.startswith("License :: ")]
    marks = [mark for mark in marks if mark != "OSI Approved"] or [(told.get("License") or "").split("\n")[0]]
    return " OR ".join(WRITTEN.get(mark, mark) for mark in marks)  # several classifiers are a choice


def packages() -> Iterator[Package]:
    """Everything that the plain install and the extras of the lock bring on this machine."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(line for name in EXTRAS for line in project["optional-dependencies"][name])]
    todo = [(Requirement(line), "") for line in wanted]
    seen: set[tuple[str, str]] = set()
    while todo:
        requirement, extra = todo.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for chosen in ("", *requirement.extras):
            if (name, chosen) in seen:
                continue
            seen.add((name, chosen))
            try:
                package = distribution(name)
            except PackageNotFoundError:  # an extra that is not installed here
                continue
            if not chosen:
                yield Package(name, package.version, licence_of(package))
            todo += [(Requirement(line), chosen) for line in package.requires or ()]


def main() -> None:
    found = sorted(packages())
    for package in found:
        print(f"{package.name:36} {package.version:16} {package.licence}")  # noqa: T201
    wrong = [package.name for package in found if not package.may_be_used]
    sys.exit(f"does not fit Apache-2.0, or cannot be told: {', '.join(wrong)}" if wrong else None)


if __name__ == "__main__":
    main()
