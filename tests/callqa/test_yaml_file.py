"""YAML that somebody pastes: what would take all memory or all time is refused at once."""

import errno
import os
from pathlib import Path

import pytest
from pydantic import BaseModel

from callqa.errors import ConfigError, system_problem
from callqa.messages import Message
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


def test_the_chinese_tells_line_and_column_and_nothing_of_the_parser(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("parts:\n  - [一, 二\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_yaml(path)
    assert refused.value.with_advice("zh") == f"{path} 第 3 行：YAML 格式有误（第 1 列附近），请检查缩进、冒号和引号"


@pytest.mark.parametrize(
    ("number", "chinese"), [(errno.ENOENT, "文件或文件夹不存在"), (errno.EADDRINUSE, "地址已被占用")]
)
def test_what_the_system_refuses_is_said_in_the_readers_language(number: int, chinese: str) -> None:
    problem = system_problem(OSError(number, os.strerror(number)))
    assert isinstance(problem, Message)
    assert (problem.text("zh"), problem.text("en")) == (chinese, os.strerror(number))
    assert system_problem(OSError(9999, "the moon is full")) == "the moon is full"
