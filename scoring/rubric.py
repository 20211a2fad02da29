"""What a rubric is: groups of items, their points, and the checks each item needs."""

from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from callqa.keys import content_key
from callqa.types import Direction
from scoring.rubric_rules import WHOLE, check_rubric

FROZEN = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

Slug = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]*$")]
RubricId = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9-]*$")]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Version = Annotated[str, StringConstraints(pattern=r"^\w[\w .-]*$", max_length=40, strip_whitespace=True)]
"""Part of the name of the folder in which reports lie."""
Number = Annotated[float, Field(strict=True)]
"""Without YAML's ``yes``, which would be 1."""
Effect = Literal["earn", "bonus", "penalty"]


class TrustFloor(BaseModel):
    """How well the machine must agree with people, for its violations to cost points by themselves."""

    model_config = FROZEN

    figure: Literal["kappa", "precision"]
    floor: Number = Field(gt=0, le=1)
    """Of the lower bound of the figure's 95 % interval. Below it a violation is a suggestion that goes to a person."""
    min_reviewed: int = Field(strict=True, default=20, ge=1)
    """With fewer calls reviewed the figure decides nothing yet."""


class Condition(BaseModel):
    """What another item's verdict must be."""

    model_config = FROZEN

    item: Slug
    verdict: Literal["met", "violated", "not_applicable"]


class Item(BaseModel):
    """One line of the score sheet: all points when every check it needs is met, none when one is violated."""

    model_config = FROZEN

    id: Slug
    title: Words
    points: Number = Field(ge=0, le=1000)
    needs: tuple[Slug, ...] = Field(min_length=1)
    """Ids of checks."""
    effect: Effect = "earn"
    """``bonus``: met adds the points to the total; ``penalty``: violated takes them from it. Both are points of the
    total, 0 to 100, not of a group."""
    only_if: Condition | None = None
    """The item counts only then; else it does not apply."""
    critical: bool = False
    """关键项: a violation caps the total at ``critical_cap``, the machine's too."""
    fatal: bool = False
    """一票否决: a violation, once a person confirmed it, caps the whole score at ``fatal_cap``."""
    trust_floor: TrustFloor | None = None
    note: str = ""
    """For people: what the item means, where its points come from."""

    @model_validator(mode="after")
    def _points_fit(self) -> "Item":
        if self.fatal and self.points:
            raise ValueError(f"item {self.id} is fatal, so it has no points of its own; write points: 0")
        if self.fatal and (self.critical or self.effect != "earn"):
            raise ValueError(f"item {self.id} is fatal, which is all it can be; leave out effect and critical")
        if not self.fatal and not self.points:
            raise ValueError(f"item {self.id} has no points and is not fatal, so it would change nothing")
        if self.critical and self.effect == "bonus":
            raise ValueError(f"item {self.id} is a bonus, so nothing is lost by it; leave out critical")
        if len(set(self.needs)) < len(self.needs):
            raise ValueError(f"item {self.id} names a check twice")
        return self

    @property
    def share(self) -> float:
        """The points that can be earned by it within its group."""
        return self.points if self.effect == "earn" else 0.0


class Group(BaseModel):
    """Items that belong together on the sheet."""

    model_config = FROZEN

    id: Slug
    title: Words
    weight: Number | None = Field(default=None, gt=0, le=WHOLE)
    """The group's share of the total, in percent; its points then only say how the items share that. Without
    weights, points are points."""
    items: tuple[Item, ...] = Field(min_length=1)

    @property
    def points(self) -> float:
        """What can be earned in it."""
        return sum(item.share for item in self.items)


class AppliesTo(BaseModel):
    """Whose calls a rubric is for; what is left empty is not asked for."""

    model_config = FROZEN

    teams: tuple[Words, ...] = ()
    lines: tuple[Words, ...] = ()
    directions: tuple[Direction, ...] = ()


class Rubric(BaseModel):
    """A version of a rubric. Never edited once calls were scored with it: a change is a new version.

    An item that no check could decide is left out of the total and waits for a person.
    """

    model_config = FROZEN

    id: RubricId
    version: Version
    title: Words
    applies_to: AppliesTo = AppliesTo()
    valid_from: date | None = None
    """The first local day whose calls it is for; without it, all days."""
    min_decided: Number = Field(default=0.5, ge=0, le=1)
    """A call has a total only when at least this share of the points that apply could be decided."""
    fatal_cap: Number = Field(ge=0, le=WHOLE)
    """The highest total of a call with a confirmed violation of a fatal item. Machine scores never apply it."""
    critical_cap: Number | None = Field(default=None, ge=0, lt=WHOLE)
    """The highest total of a call with a violation of a critical item."""
    groups: tuple[Group, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_sound(self) -> "Rubric":
        check_rubric(self)
        return self

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items, in the order of the sheet."""
        return tuple(item for group in self.groups for item in group.items)

    def __hash__(self) -> int:
        return hash(self.key)  # of all fields it would take longer than a sheet

    @cached_property
    def weighted(self) -> bool:
        """Whether groups have weights."""
        return any(group.weight is not None for group in self.groups)

    @cached_property
    def conditions(self) -> tuple[tuple[int, int, str], ...]:
        """(item, the item it depends on, verdict that one must have) by places on the sheet."""
        places = {item.id: place for place, item in enumerate(self.items)}
        return tuple(
            (place, places[item.only_if.item], item.only_if.verdict)
            for place, item in enumerate(self.items)
            if item.only_if
        )

    @cached_property
    def titles(self) -> dict[str, str]:
        """What people call each item, by its id, in the order of the sheet."""
        return {item.id: item.title for item in self.items}

    @cached_property
    def check_ids(self) -> tuple[str, ...]:
        """The checks the items need, each once, in the order of the sheet."""
        return tuple(dict.fromkeys(check_id for item in self.items for check_id in item.needs))

    @cached_property
    def key(self) -> str:
        """Content hash. Fields at their default are left out, so that a field added later changes no old key."""
        return content_key(self.model_dump(mode="json", exclude_defaults=True))
