"""Labelled lines in a file: tab-separated ``group label line``, or ``group label line-before line``, UTF-8."""

from collections import Counter
from pathlib import Path

from callqa.errors import ConfigError
from callqa.text import normalise
from qa_models.utterance.line import Line
from training.utterance.example import Example

CORPORA = Path(__file__).parent.parent / "corpora"
COLUMNS = "group<TAB>label<TAB>line, or group<TAB>label<TAB>line before<TAB>line"
LEAST = 5  # examples of a label, in two groups at least: fewer cannot be learnt and measured


def read_corpus(*paths: Path) -> tuple[Example, ...]:
    """The examples of some files, each once, in order. Raises `ConfigError` that names the line of what is wrong."""
    examples = tuple(dict.fromkeys(example for path in paths for example in _read(path)))
    _enough(" and ".join(map(str, paths)), examples)
    return examples


def _read(path: Path) -> tuple[Example, ...]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8; save the file as UTF-8 text") from error
    found: dict[Example, None] = {}
    columns = 0
    for number, row in enumerate(text.splitlines(), start=1):
        if not row.strip() or row.startswith("#"):
            continue
        cells = [cell.strip() for cell in row.split("\t")]
        columns = columns or len(cells)
        found[_example(f"{path}, line {number}", cells, columns)] = None
    return tuple(found)


def _example(place: str, cells: list[str], columns: int) -> Example:
    if len(cells) not in (3, 4):
        raise ConfigError(f"{place}: {len(cells)} columns; expected {COLUMNS}")
    if len(cells) != columns:
        raise ConfigError(f"{place}: {len(cells)} columns, but the lines before have {columns}")
    group, label, *before, text = cells
    if not group or not label:
        raise ConfigError(f"{place}: the {'label' if group else 'group'} is empty; expected {COLUMNS}")
    if not normalise(text).text:
        raise ConfigError(f"{place}: the last column holds no words: {text!r}")
    return Example(Line(text, before[0] if before else ""), label, group)


def _enough(place: str, examples: tuple[Example, ...]) -> None:
    counts = Counter(example.label for example in examples)
    if len(counts) < 2:
        raise ConfigError(f"{place}: {len(counts)} labels ({', '.join(counts) or 'none'}); two are needed at least")
    for label, count in counts.items():
        groups = {example.group for example in examples if example.label == label}
        if count < LEAST or len(groups) < 2:
            raise ConfigError(
                f"{place}: label {label!r} has {count} lines in {len(groups)} groups; "
                f"it needs {LEAST} lines in two groups at least (is it misspelt?)"
            )
