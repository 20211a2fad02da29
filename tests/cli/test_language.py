"""The command line in Chinese: help, complaints about what was typed, and every text that a command prints."""

from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from callqa.messages import LANGUAGE_VARIABLE, catalogue
from cli.commands import COMMANDS
from cli.main import app, load_command
from cli.translate import PARAGRAPH, library_text

ALIKE = {"8012", "xlsx", "HOME/reports/PERIOD/RUBRIC"}
"""Defaults that are the same in every language."""


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, "zh")


def help_texts(command: Any) -> Iterator[str]:
    """All that the help of a command and of those below it says."""
    for thing in (command, *command.params):
        for part in ("help", "epilog", "rich_help_panel", "show_default"):
            if isinstance(text := getattr(thing, part, None), str):
                yield from (" ".join(paragraph.split()) for paragraph in text.split(PARAGRAPH))
    for below in getattr(command, "commands", {}).values():
        yield from help_texts(below)


def test_every_help_text_has_its_chinese() -> None:
    texts = {text for name in COMMANDS for text in help_texts(load_command(name))}
    texts |= {text for command in COMMANDS.values() for text in (command.heading, command.line)}
    assert len(texts) > 250
    assert sorted(text for text in texts - ALIKE if (None, text) not in catalogue("zh")) == []


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_is_chinese(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"]).output
    assert "用法：callqa" in shown or "用法：root" in shown
    assert "显示本说明。" in shown
    assert "Show this message" not in shown


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        (["runn"], "没有命令 'runn'。是不是 'run'？"),
        (["run", "--rep"], "没有选项 --rep。是不是：--help, --replace？"),
        (["plan", "--calls"], "选项 '--calls' 要带一个值。"),
        (["plan", "--calls", "0"], "'--calls' 的值不对：应不小于 1"),
        (["picks", "x", "--kind", "y"], "'--kind' 的值不对：'y' 不在可选之列：'best', 'worst', 'borderline'。"),
        (["picks"], "缺少参数 'item'。"),
        (["run", "a", "b"], "多了参数（b）"),
    ],
)
def test_what_cannot_be_read_is_complained_about_in_chinese(typed: list[str], complaint: str) -> None:
    result = CliRunner().invoke(app, typed, env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert complaint in result.output


def test_what_a_library_says_in_words_of_its_own_stays() -> None:
    assert library_text("the moon is full", "zh") == "the moon is full"
