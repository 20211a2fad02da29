"""The scripts of others are those that vendor.toml names, byte by byte, with their licences."""

import hashlib
import tomllib
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[2] / "web" / "static" / "vendor"
PACKAGES = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))["package"]
FILES = [(package, file) for package in PACKAGES for file in package["files"]]


@pytest.mark.parametrize(("package", "one"), FILES, ids=lambda value: value.get("file", value.get("npm")))
def test_a_file_is_the_one_that_was_recorded(package, one):
    content = (VENDOR / one["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == one["sha256"]
    if one["file"] == "htmx.min.js":  # the one script that tells its version
        assert f'version:"{package["version"]}"'.encode() in content


def test_nothing_else_lies_in_the_folder():
    assert {path.name for path in VENDOR.iterdir()} == {file["file"] for _, file in FILES} | {"vendor.toml"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["npm"])
def test_a_package_brings_its_licence(package):
    assert package["licence"] in {"0BSD", "Apache-2.0", "BSD-3-Clause"}
    sources = {file["from"] for file in package["files"]}
    assert "LICENSE" in sources
    if package["licence"] == "Apache-2.0":
        assert "NOTICE" in sources
