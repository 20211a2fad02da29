"""Labelled lines in a file: tab-separated ``group label line``, or ``group label line-before line``, UTF-8."""

from collections import Counter
from pathlib import Path

from callqa.errors import ConfigError, system_problem
from callqa.messages import NONE, Joined, Message
from callqa.text import normalise
from qa_models.utterance.line import Line
from training.utterance.example import Example

CORPORA = Path(__file__).parent.parent / "corpora"
COLUMNS = "group<TAB>label<TAB>line, or group<TAB>label<TAB>line before<TAB>line"
LEAST = 5  # examples of a label, in two groups at least: fewer cannot be learnt and measured


def read_corpus(*paths: Path) -> tuple[Example, ...]:
    """The examples of some files, each once, in order. Raises `ConfigError` that names the line of what is wrong."""
    examples = tuple(dict.fromkeys(example for path in paths for example in _read(path)))
    _enough(Joined(paths, "、"), examples)
    return examples


def _read(path: Path) -> tuple[Example, ...]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError("training.corpus_unreadable", path=path, why=system_problem(error)) from error
    except UnicodeDecodeError as error:
        raise ConfigError("training.corpus_not_utf8", path=path) from error
    examples: dict[Example, None] = {}
    columns = 0
    for number, row in enumerate(text.splitlines(), start=1):
        if not row.strip() or row.startswith("#"):
            continue
        cells = [cell.strip() for cell in row.split("\t")]
        columns = columns or len(cells)
        examples[_example(Message("{path}, line {line}", path=path, line=number), cells, columns)] = None
    return tuple(examples)


def _example(place: Message, cells: list[str], columns: int) -> Example:
    if len(cells) not in (3, 4):
        raise ConfigError("training.columns", place=place, n=len(cells), expected=COLUMNS)
    if len(cells) != columns:
        raise ConfigError("training.columns_differ", place=place, n=len(cells), before=columns)
    group, label, *before, text = cells
    if not group or not label:
        raise ConfigError("training.no_label" if group else "training.no_group", place=place, expected=COLUMNS)
    if not normalise(text).text:
        raise ConfigError("training.no_words", place=place, text=text)
    return Example(Line(text, before[0] if before else ""), label, group)


def _enough(place: Joined, examples: tuple[Example, ...]) -> None:
    counts = Counter(example.label for example in examples)
    if len(counts) < 2:
        raise ConfigError("training.too_few_labels", place=place, n=len(counts), labels=list(counts) or NONE)
    for label, count in counts.items():
        groups = {example.group for example in examples if example.label == label}
        if count < LEAST or len(groups) < 2:
            raise ConfigError(
                "training.label_rare", place=place, label=label, n=count, n_groups=len(groups), least=LEAST
            )
