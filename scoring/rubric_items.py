"""Parts of a rubric: groups of items, their points, conditions and trust floors, and the checks they need."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from callqa.errors import Mistake
from callqa.messages import Title

WHOLE = 100.0
"""The scale of a total, and the sum of the weights of all groups."""

FROZEN = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

Slug = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]*$")]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
TitleWords = Annotated[Words, AfterValidator(Title)]
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
    title: TitleWords
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
            raise Mistake("rubric.fatal_has_points", item=self.id)
        if self.fatal and (self.critical or self.effect != "earn"):
            raise Mistake("rubric.fatal_is_all", item=self.id)
        if not self.fatal and not self.points:
            raise Mistake("rubric.item_without_effect", item=self.id)
        if self.critical and self.effect == "bonus":
            raise Mistake("rubric.bonus_critical", item=self.id)
        if len(set(self.needs)) < len(self.needs):
            raise Mistake("rubric.check_twice", item=self.id)
        return self

    @property
    def share(self) -> float:
        """The points that can be earned by it within its group."""
        return self.points if self.effect == "earn" else 0.0


class Group(BaseModel):
    """Items that belong together on the sheet."""

    model_config = FROZEN

    id: Slug
    title: TitleWords
    weight: Number | None = Field(default=None, gt=0, le=WHOLE)
    """The group's share of the total, in percent; its points then only say how the items share that. Without
    weights, points are points."""
    items: tuple[Item, ...] = Field(min_length=1)

    @property
    def points(self) -> float:
        """What can be earned in it."""
        return sum(item.share for item in self.items)


def have_weights(groups: Iterable[Group]) -> bool:
    """Whether the groups have shares of the total of their own; else points are points."""
    return any(group.weight is not None for group in groups)
