"""YAML that somebody pastes: what would take all memory or all time is refused at once."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from callqa.errors import ConfigError
from callqa.yaml_file import read_model, read_yaml


class Plain(BaseModel):
    a: object = None
    b: object = None


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
BOMBS = {
    "aliases of aliases": (LAUGHS, "aliases"),
    "a list in itself": ("a: &a [*a]", "aliases"),
    "a mapping in itself": ("a: &a {b: *a}", "aliases"),
    "a hundred thousand brackets": ("a: " + "[" * 100_000 + "]" * 100_000, "nested"),
    "as many that are never closed": ("{a: " * 100_000, "nested"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_refused(bomb: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.yaml"
    text, reason = BOMBS[bomb]
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=reason):
        read_yaml(path)


def test_a_value_that_is_named_twice_is_read_twice(tmp_path: Path) -> None:
    path = tmp_path / "plain.yaml"
    path.write_text("a: &a {x: [1, 2]}\nb: *a", encoding="utf-8")
    assert read_model(path, Plain) == Plain(a={"x": [1, 2]}, b={"x": [1, 2]})
