"""The command line in both languages: help, complaints about what was typed, and every text that a command prints."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from callqa.messages import catalogue, subjects
from cli.commands import COMMANDS
from cli.main import app, load_command
from cli.translate import PARAGRAPH, library_text
from services.capacity.rates import load_rates

ROOT = Path(__file__).parents[2]
SPEAKING = ("cli", "flows", "services", "asr", "reports", "training")
"""Packages whose texts stand in the terminal."""
SAYING = {"_", "say", "terminal_text", "Message"}
CODE = re.compile(r"[a-z_]+(\.[a-z0-9_]*)+")
WORDS = re.compile(r"[A-Za-z]{2}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CHINESE_ALONE = re.compile(r"[^\sA-Za-z]*[\u4e00-\u9fff][^\sA-Za-z]*")
"""Headings and words, as opposed to sentences of help in which Chinese is quoted."""
BRACES = re.compile(r"\{[^}]*\}")
COMMANDS_ALONE = {
    "Python {version}",
    "asr.engine = faster-whisper",
    "callqa run MANIFEST",
    "callqa schedule MANIFEST",
    "chmod 600 {path}",
    "chmod 700 {path}",
    "pip install -c constraints.txt -e .",
}
"""Texts that are typed, or names: the same in every language."""
ALIKE = {"8012", "xlsx", "HOME/reports/PERIOD/RUBRIC"}
"""Defaults that are the same in every language."""


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


def test_what_cannot_be_read_is_complained_about_without_the_words_of_a_library() -> None:
    result = CliRunner().invoke(app, ["picks", "x", "--kind", "y"], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert "Invalid value for '--kind': 'y' is not one of 'best', 'worst', 'borderline'." in result.output


def test_what_a_library_says_in_words_of_its_own_stays() -> None:
    assert library_text("the moon is full", "zh") == "the moon is full"


def calls(*packages: str) -> Iterator[tuple[str, ast.Call]]:
    for path in (path for package in packages for path in sorted((ROOT / package).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def strings(node: ast.AST) -> Iterator[str]:
    """What stands in an expression itself, and not within a call: that may translate it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            part.value for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
    elif not isinstance(node, ast.Call):
        for child in ast.iter_child_nodes(node):
            yield from strings(child)


def in_english(text: str) -> bool:
    return bool(WORDS.search(BRACES.sub("", text))) and not CHINESE.search(text)


def test_every_text_of_the_terminal_has_its_chinese() -> None:
    texts = {
        text: place
        for place, call in calls(*SPEAKING)
        if name_of(call) in SAYING
        for text in strings(call.args[0])
        if in_english(text) and not CODE.fullmatch(text)
    }
    assert len(texts) > 300
    known = catalogue("zh")
    assert sorted(f"{texts[text]}: {text}" for text in texts if (None, text) not in known) == [
        f"{texts[text]}: {text}" for text in sorted(COMMANDS_ALONE, key=lambda text: f"{texts[text]}: {text}")
    ]


def test_what_is_filled_in_is_the_same_in_chinese() -> None:
    for english in (text for subject in ("cli", "terminal") for _, text in subjects("zh")[subject]):
        chinese = catalogue("zh")[None, english]
        assert sorted(BRACES.findall(catalogue("en").get((None, english), english))) == sorted(BRACES.findall(chinese))


def test_nothing_is_printed_that_was_not_translated() -> None:
    printed = [
        f"{place}: {text}"
        for place, call in calls("cli", "flows", "services")
        if name_of(call) in ("print", "rich_table", "add_task", "count_bar", "Table")
        for text in strings(call.args[0])
        if in_english(text) and text != "callqa: "
    ]
    assert printed == []


def test_every_heading_and_word_of_tables_has_its_english() -> None:
    words_of_tables = {
        node.value
        for package in ("cli", "reports/frames")
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE_ALONE.fullmatch(node.value)
    }
    assert len(words_of_tables) > 120
    assert sorted(word for word in words_of_tables if (None, word) not in catalogue("en")) == []


def test_where_shipped_rates_come_from_is_told_in_chinese() -> None:
    sources = {device.source for device in load_rates(None).devices.values()}
    assert len(sources) == 4
    assert {msgid for _, msgid in subjects("zh")["rates"]} == sources
