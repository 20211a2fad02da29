"""A file of floors: what figures must reach, for an evaluation that has to fail and a night that has to wait."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.yaml_file import did_you_mean, read_model
from scoring.agreement.evaluation import Figures

Share = Annotated[float, Field(strict=True, ge=0, le=1)]
"""Without YAML's ``yes``, which would be 1."""


class Floors(BaseModel):
    """What an evaluation must reach, as a YAML file says it. What is left out is not asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    macro_f1: Share | None = None
    wrongly_failed: Share | None = None
    """At most this share of the labels 'pass'."""
    unsure: Share | None = None
    """At most this share of all labels."""
    every_item: Share | None = None
    """F1 of each item that people failed at least once."""
    items: dict[str, Share] = Field(default_factory=dict)
    """F1 of single items, instead of ``every_item``."""


def read_floors(path: Path) -> Floors:
    """Raises `ConfigError` with file and line."""
    return read_model(path, Floors)


def shortfalls(figures: Figures, floors: Floors, missing: Sequence[str] = ()) -> list[Message]:
    """One line for each figure that misses its floor or ceiling, and one for labelled calls without findings."""
    overall, by_item = figures.overall, {item.item: item for item in figures.items}
    if unknown := [item for item in floors.items if item not in by_item]:
        raise ConfigError("evaluation.floor_unknown", item=unknown[0], near=did_you_mean(unknown[0], by_item))
    wanted = {item.item: floors.every_item for item in figures.items if item.n_fail and floors.every_item is not None}
    checks = [
        (Message("macro F1"), overall.macro_f1, floors.macro_f1, True),
        (Message("wrongly failed"), overall.wrongly_failed, floors.wrongly_failed, False),
        (Message("unsure"), overall.unsure, floors.unsure, False),
        *(
            (Message("F1 of {item}", item=item), by_item[item].f1, floor, True)
            for item, floor in (wanted | floors.items).items()
        ),
    ]
    lost = Message("{n} labelled calls were not evaluated: {calls}", n=len(missing), calls=missing)
    return ([lost] if missing else []) + [
        Message("{figure} is {value}, at least {floor:g} is asked for", figure=name, value=as_text(value), floor=floor)
        if low
        else Message(
            "{figure} is {value}, at most {floor:g} is asked for", figure=name, value=as_text(value), floor=floor
        )
        for name, value, floor, low in checks
        if floor is not None and (value is None or (value < floor if low else value > floor))
    ]


def as_text(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.3f}"
