"""Reads a sampling plan from YAML, or says what is wrong with it: file, line, field, reason."""

from collections.abc import Set
from pathlib import Path

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.yaml_file import did_you_mean, node_at, problem, read_model, read_yaml, shipped_names, shipped_or_own
from scoring.sampling.plan import SamplePlan

PLANS = Path(__file__).parent / "plans"


def load_plan(name_or_path: str | Path, items: Set[str] | None = None) -> SamplePlan:
    """The plan of a YAML file, or a shipped one by its id.

    ``items``: ids of the rubric's items, which triggers may name; ``None`` does not look at them. Raises `ConfigError`.
    """
    path = shipped_or_own(PLANS, name_or_path)
    if path is None:
        raise ConfigError("plan.unknown", name=str(name_or_path), shipped=shipped_plans())
    plan = read_model(path, SamplePlan)
    if items is not None and (unknown := plan.unknown_items(items)):
        number = next(n for n, trigger in enumerate(plan.risk) if unknown[0] in trigger.items)
        where = node_at(read_yaml(path), ("risk", number, "items"))
        hint = did_you_mean(unknown[0], sorted(items))
        raise problem(path, where, Message("plan.item_unknown", item=unknown[0], hint=hint))
    return plan


def shipped_plans() -> list[str]:
    return shipped_names(PLANS)
