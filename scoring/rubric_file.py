"""Reads a rubric from YAML, or says what is wrong with it: file, line, field, reason, and the names it may use."""

from collections.abc import Collection
from pathlib import Path

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.yaml_file import did_you_mean, node_at, problem, read_model, read_yaml, shipped_names, shipped_or_own
from scoring.rubric import Rubric

RUBRICS = Path(__file__).parent / "rubrics"


def load_rubric(name_or_path: str | Path, checks: Collection[str] | None = None) -> Rubric:
    """The rubric of a YAML file, or a shipped one by its id.

    ``checks``: ids of those there are; ``None``: whether they exist is not asked. Raises `ConfigError`.
    """
    path = find_rubric(name_or_path)
    rubric = read_model(path, Rubric)
    if checks is not None:
        _checks_exist(path, rubric, checks)
    return rubric


def shipped_rubrics() -> list[str]:
    return shipped_names(RUBRICS)


def find_rubric(name_or_path: str | Path) -> Path:
    """The file of a rubric. Raises `ConfigError` for an id that is not shipped."""
    if path := shipped_or_own(RUBRICS, name_or_path):
        return path
    raise ConfigError("rubric.unknown", name=str(name_or_path), shipped=shipped_rubrics())


def _checks_exist(path: Path, rubric: Rubric, checks: Collection[str]) -> None:
    for g, group in enumerate(rubric.groups):
        for i, item in enumerate(group.items):
            for n, check_id in enumerate(item.needs):
                if check_id not in checks:
                    where = node_at(read_yaml(path), ("groups", g, "items", i, "needs", n))
                    hint = did_you_mean(check_id, checks)
                    message = Message("rubric.check_unknown", item=item.id, check=check_id, hint=hint)
                    raise problem(path, where, message)
