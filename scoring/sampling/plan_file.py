"""Reads a sampling plan from YAML, or says what is wrong with it: file, line, field, reason."""

from collections.abc import Set
from pathlib import Path

from callqa.errors import ConfigError
from callqa.yaml_file import did_you_mean, node_at, problem, read_model, read_yaml
from scoring.sampling.plan import SamplePlan

PLANS = Path(__file__).parent / "plans"
SUFFIXES = (".yaml", ".yml")


def load_plan(name_or_path: str | Path, items: Set[str] | None = None) -> SamplePlan:
    """The plan of a YAML file, or a shipped one by its id.

    ``items``: ids of the rubric's items, which triggers may name; ``None`` does not look at them. Raises `ConfigError`.
    """
    path = _find(name_or_path)
    plan = read_model(path, SamplePlan)
    if items is not None and (unknown := plan.unknown_items(items)):
        number = next(n for n, trigger in enumerate(plan.risk) if unknown[0] in trigger.items)
        where = node_at(read_yaml(path), ("risk", number, "items"))
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
