"""Reads a sampling plan from YAML, or says what is wrong with it: file, line, field, reason."""

from collections.abc import Set
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from callqa.errors import ConfigError
from callqa.yaml_file import Location, did_you_mean, node_at, plain, problem, read_yaml
from scoring.sampling.plan import SamplePlan

PLANS = Path(__file__).parent / "plans"
SUFFIXES = (".yaml", ".yml")


def load_plan(name_or_path: str | Path, items: Set[str] | None = None) -> SamplePlan:
    """The plan of a YAML file, or a shipped one by its id.

    ``items``: ids of the rubric's items, which triggers may name; ``None`` does not look at them. Raises `ConfigError`.
    """
    path = _find(name_or_path)
    root = read_yaml(path)
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError(f"{path}: a plan is a mapping with {', '.join(SamplePlan.model_fields)}")
    try:
        plan = SamplePlan.model_validate(plain(path, root))
    except ValidationError as error:
        raise _explain(path, root, error) from error
    if items is not None and (unknown := plan.unknown_items(items)):
        number = next(n for n, trigger in enumerate(plan.risk) if unknown[0] in trigger.items)
        where = node_at(root, ("risk", number, "items"))
        raise problem(path, where, f"the rubric has no item {unknown[0]}; {did_you_mean(unknown[0], sorted(items))}")
    return plan


def shipped_plans() -> list[str]:
    return sorted(path.stem for path in PLANS.glob("*.yaml"))


def _find(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.suffix in SUFFIXES or path.name != str(name_or_path):
        return path
    if path.name not in shipped_plans():
        raise ConfigError(
            f"no plan is called {path.name!r}; shipped: {', '.join(shipped_plans())}. "
            "For a plan of your own give the path of its .yaml file"
        )
    return PLANS / f"{path.name}.yaml"


def _explain(path: Path, root: yaml.Node, error: ValidationError) -> ConfigError:
    problems = error.errors(include_url=False)
    # A misspelt field is both unknown and missing; the unknown one shows where.
    first = min(problems, key=lambda found: found["type"] != "extra_forbidden")
    location = first["loc"]
    reason = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        reason = f"unknown field; {did_you_mean(str(location[-1]), _fields_at(location[:-1]))}"
    elif first["type"] == "string_type":
        reason += "; put it in quotes"
    field = ".".join(map(str, location))
    return problem(path, node_at(root, location), f"{field}: {reason}" if field else reason)


def _fields_at(location: Location) -> list[str]:
    model: type[BaseModel] = SamplePlan
    for step in location:
        if isinstance(step, str):
            model = _model_in(model.model_fields[step].annotation)
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel]:
    """The model that a field, or a tuple of it, holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return _model_in(get_args(annotation)[0])
