"""Texts of errors are for people: no code compares them, searches in them or cuts them up."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = (
    "callqa",
    "asr",
    "qa_models",
    "scoring",
    "tickets",
    "store",
    "services",
    "reports",
    "flows",
    "web",
    "cli",
    "training",
)
READING = set(
    "match fullmatch search findall finditer sub split rsplit splitlines partition rpartition startswith endswith find "
    "rfind index count replace removeprefix removesuffix lower strip".split()
)
FOREIGN = {
    ("asr/transcribe.py", "is_device_error"),  # CTranslate2 and CUDA have no class for it
    ("qa_models/utterance/network.py", "load_network"),  # the first line of what transformers says, to be shown
}
"""Functions that read what another library's error says, for it has nothing else to go by."""


def texts_read(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """(function, line) where the text of a caught error is compared or taken apart."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        caught = {node.name for node in ast.walk(function) if isinstance(node, ast.ExceptHandler) and node.name}
        caught |= {
            argument.arg
            for argument in [*function.args.args, *function.args.kwonlyargs]
            if argument.annotation and ast.unparse(argument.annotation).strip("'\"").endswith(("Error", "Exception"))
        }
        texts = {
            target.id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and says(node.value, caught, set())
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Compare):
                parts = [node.left, *node.comparators]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READING:
                parts = [node.func.value, *node.args]
            elif isinstance(node, ast.Subscript):
                parts = [node.value]
            else:
                continue
            if any(says(part, caught, texts) for part in parts):
                yield function.name, node.lineno


def says(node: ast.AST, caught: set[str], texts: set[str]) -> bool:
    """Whether an expression is what a caught error says."""
    if isinstance(node, ast.Name):
        return node.id in texts
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) and says_of(part.value, caught) for part in node.values)
    if isinstance(node, ast.Call):
        of_str = isinstance(node.func, ast.Name) and node.func.id in ("str", "repr") and node.args
        of_text = isinstance(node.func, ast.Attribute) and node.func.attr in ("text", "with_advice")
        if of_str:
            return says_of(node.args[0], caught)
        if of_text and isinstance(node.func, ast.Attribute):
            return says_of(node.func.value, caught)
        return isinstance(node.func, ast.Attribute) and says(node.func.value, caught, texts)
    return False


def says_of(node: ast.AST, caught: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in caught


def test_no_code_reads_the_text_of_an_error() -> None:
    read = {
        (f"{path.relative_to(ROOT)}", function)
        for place in PRODUCT
        for path in (ROOT / place).rglob("*.py")
        for function, _ in texts_read(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert read == FOREIGN


@pytest.mark.parametrize(
    "body",
    [
        "if 'busy' in str(error): pass",
        "if str(error) == 'busy': pass",
        "re.fullmatch('busy', str(error))",
        "str(error).startswith('busy')",
        "text = str(error)\n        text.partition(';')",
        "PATTERN.search(f'{error}')",
        "error.text('en')[:4]",
    ],
)
def test_reading_is_noticed(body: str) -> None:
    source = f"def work():\n    try:\n        run()\n    except StoreError as error:\n        {body}\n"
    assert list(texts_read(ast.parse(source)))


def test_telling_is_no_reading() -> None:
    source = "def work():\n    try:\n        run()\n    except StoreError as e:\n        print(str(e), e.code == 'x')\n"
    assert not list(texts_read(ast.parse(source)))
