"""Every module opens with a noun phrase that says what lives there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = (
    "callqa", "asr", "qa_models", "scoring", "tickets", "store", "services", "reports", "flows", "web", "cli",
    "training",
)  # fmt: skip
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
OTHERS = sorted(path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
QUESTION = re.compile(r"(What|Which|Who|Whose|Whom|Whether|Where|When|Why|How)\b")


def docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def test_there_are_modules() -> None:
    assert len(MODULES) > 400


def test_modules_open_with_a_noun_phrase() -> None:
    assert [path for path in MODULES if not docstring(path) and path.name != "__init__.py"] == []
    texts = {f"{path.relative_to(ROOT)}": docstring(path) for path in (*MODULES, *OTHERS)}
    assert {path: text.splitlines()[0] for path, text in texts.items() if QUESTION.match(text)} == {}
