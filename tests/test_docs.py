"""The documents name every command, setting, reason and mark there is."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from callqa.settings import Settings
from cli.commands import COMMANDS
from cli.main import load_command
from qa_models import load_checks
from qa_models.registry import KINDS

ROOT = Path(__file__).parent.parent
USAGE = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")


def setting_names(model: type[BaseModel], prefix: str = "") -> list[str]:
    names: list[str] = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            names += setting_names(kind, f"{prefix}{name}.")
        else:
            names.append(prefix + name)
    return names


@pytest.mark.parametrize("name", setting_names(Settings))
def test_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in USAGE


LISTED = {name: command.line for name, command in COMMANDS.items()}
TYPED = {name: load_command(name) for name in LISTED}


@pytest.mark.parametrize("name", LISTED)
def test_list_says_of_a_command_what_the_command_says(name: str) -> None:
    assert TYPED[name].help.partition("\n\n")[0] == LISTED[name]


def commands(group: dict[str, Any], above: str = "callqa") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by what one types."""
    for name, command in group.items():
        if hasattr(command, "commands"):
            yield from commands(command.commands, f"{above} {name}")
        if not hasattr(command, "commands") or command.invoke_without_command:
            yield f"{above} {name}", command


@pytest.mark.parametrize(("name", "command"), list(commands(TYPED)))
def test_command_is_documented_and_has_help(name: str, command: Any) -> None:
    group, _, own = name.rpartition(" ")
    listed = re.compile(rf"`{group} ([a-z-]+\\\|)*{own}\b")  # `callqa queue list\|assign` names both
    assert listed.search(USAGE), f"{name} is not in docs/usage.md"
    assert command.help


def shown_commands() -> list[str]:
    """The command lines in the examples of all documents."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    return sorted(
        {
            line.strip().removeprefix("$ ")
            for page in pages
            for line in page.read_text(encoding="utf-8").splitlines()
            if re.match(r"\s*(\$ |    )callqa [a-z]", line)
        }
    )


@pytest.mark.parametrize("line", shown_commands())
def test_shown_command_exists_with_its_options(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    command: Any = TYPED[words.pop(0)]
    while words and words[0] in getattr(command, "commands", ()):
        command = command.commands[words.pop(0)]
    assert not hasattr(command, "commands") or command.invoke_without_command or words == ["--help"], line
    options = {option for param in command.params for option in (*param.opts, *param.secondary_opts)} | {"--help"}
    assert {word.split("=")[0] for word in words if word.startswith("--")} <= options


def test_every_reason_is_documented() -> None:
    folders = ("asr", "services", "flows")
    sources = [path.read_text(encoding="utf-8") for folder in folders for path in ROOT.glob(f"{folder}/**/*.py")]
    raised = re.compile(r"""(?:AudioError|_BadCell)\(\s*f?"([a-z_]+)["{.]""")
    reasons = {reason for source in sources for reason in raised.findall(source)}
    assert len(reasons) > 15
    undocumented = {reason for reason in reasons if f"`{reason}" not in USAGE}
    assert undocumented == set()


EXAMPLES = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "checks.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=[re.search(r"id: (\w+)", text)[1] for text in EXAMPLES])  # type: ignore[index]
def test_every_example_of_a_check_is_one(tmp_path: Path, example: str) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(example, encoding="utf-8")
    assert set(re.findall(r"^- (?:\{)?id: (\w+)", example, re.MULTILINE)) <= set(load_checks(mine))


def test_every_kind_has_an_example() -> None:
    used = set(re.findall(r"kind: (\w+)", "".join(EXAMPLES)))
    assert set(KINDS.names()) <= used


def test_no_document_has_a_gap() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        assert "@@" not in document.read_text(encoding="utf-8"), f"{document.name} still has a placeholder"


def test_links_between_documents_lead_somewhere() -> None:

    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("samples/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_both_readmes_name_the_same_commands() -> None:

    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))
    commands = re.compile(r"^    (?:callqa|make) ([a-z-]+)", re.MULTILINE)
    assert commands.findall(english) == commands.findall(chinese)


def test_check_library_matches_the_sample_labels(samples: Path) -> None:

    labels = json.loads((samples / "truth" / "D019.json").read_text(encoding="utf-8"))["labels"]
    assert sorted(labels) == sorted(load_checks())
