"""Reads a rubric from YAML, or says what is wrong with it: file, line, field, reason, and the names it may use."""

from collections.abc import Collection
from pathlib import Path

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
    return shipped_or_own(RUBRICS, name_or_path, "rubric")


def _checks_exist(path: Path, rubric: Rubric, checks: Collection[str]) -> None:
    for g, group in enumerate(rubric.groups):
        for i, item in enumerate(group.items):
            for n, check_id in enumerate(item.needs):
                if check_id not in checks:
                    raise problem(
                        path,
                        node_at(read_yaml(path), ("groups", g, "items", i, "needs", n)),
                        f"item {item.id} needs check {check_id!r}, which no library has; add it to the file that the "
                        f"setting `checks` names; {did_you_mean(check_id, checks)}",
                    )
