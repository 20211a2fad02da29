"""Reads a rubric from YAML, or says what is wrong with it: file, line, field, reason, and the names it may use."""

from collections.abc import Collection
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError

from callqa.errors import ConfigError
from callqa.yaml_file import did_you_mean, node_at, plain, problem, read_yaml
from scoring.rubric import AppliesTo, Condition, Group, Item, Rubric, TrustFloor
from scoring.rubric_rules import Misplaced

RUBRICS = Path(__file__).parent / "rubrics"
SUFFIXES = (".yaml", ".yml")
MODEL_UNDER: dict[str, type[BaseModel]] = {
    "groups": Group,
    "items": Item,
    "applies_to": AppliesTo,
    "only_if": Condition,
    "trust_floor": TrustFloor,
}


def load_rubric(name_or_path: str | Path, checks: Collection[str] | None = None) -> Rubric:
    """The rubric of a YAML file, or a shipped one by its id.

    ``checks``: ids of those there are; ``None``: whether they exist is not asked. Raises `ConfigError`.
    """
    path = find_rubric(name_or_path)
    root = read_yaml(path)
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError(f"{path}: a rubric is a mapping with {', '.join(Rubric.model_fields)}")
    try:
        rubric = Rubric.model_validate(plain(path, root))
    except ValidationError as error:
        raise _explain(path, root, error) from error
    if checks is not None:
        _checks_exist(path, root, rubric, checks)
    return rubric


def shipped_rubrics() -> list[str]:
    return sorted(path.stem for path in RUBRICS.glob("*.yaml"))


def find_rubric(name_or_path: str | Path) -> Path:
    """The file of a rubric. Raises `ConfigError` for an id that is not shipped."""
    path = Path(name_or_path)
    if path.suffix in SUFFIXES or path.name != str(name_or_path):
        return path
    if path.name not in shipped_rubrics():
        raise ConfigError(
            f"no rubric is called {path.name!r}; shipped: {', '.join(shipped_rubrics())}. "
            "For a rubric of your own give the path of its .yaml file"
        )
    return RUBRICS / f"{path.name}.yaml"


def _checks_exist(path: Path, root: yaml.Node, rubric: Rubric, checks: Collection[str]) -> None:
    for g, group in enumerate(rubric.groups):
        for i, item in enumerate(group.items):
            for n, check_id in enumerate(item.needs):
                if check_id not in checks:
                    raise problem(
                        path,
                        node_at(root, ("groups", g, "items", i, "needs", n)),
                        f"item {item.id} needs check {check_id!r}, which no library has; add it to the file that the "
                        f"setting `checks` names; {did_you_mean(check_id, checks)}",
                    )


def _explain(path: Path, root: yaml.Node, error: ValidationError) -> ConfigError:
    problems = error.errors(include_url=False)
    # A misspelt field is both unknown and missing; the unknown one shows where.
    first = min(problems, key=lambda found: found["type"] != "extra_forbidden")
    location = first["loc"]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, Misplaced):
        location += cause.where
    reason = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        above = [step for step in location[:-1] if isinstance(step, str)]
        model = MODEL_UNDER[above[-1]] if above else Rubric
        reason = f"unknown field; {did_you_mean(str(location[-1]), model.model_fields)}"
    elif first["type"] == "string_type":
        reason += "; put it in quotes"
    field = ".".join(map(str, location))
    return problem(path, node_at(root, location), f"{field}: {reason}" if field else reason)
