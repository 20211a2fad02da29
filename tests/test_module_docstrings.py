"""Every module opens with a noun phrase that says what lives there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = (
    "callqa", "asr", "qa_models", "scoring", "store", "services", "reports", "flows", "web", "cli", "training",
)  # fmt: skip
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
QUESTION = re.compile(r"(What|Which|Who|Whose|Whom|Whether|Where|When|Why|How)\b")


def docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def test_there_are_modules() -> None:
    assert len(MODULES) > 400


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_a_noun_phrase(path: Path) -> None:
    text = docstring(path)
    assert text or path.name == "__init__.py", "no docstring"
    assert not QUESTION.match(text), text.splitlines()[0]
