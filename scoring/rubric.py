"""What a rubric is: groups of items, their points, and the checks each item needs."""

from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from callqa.keys import content_key

FROZEN = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

Slug = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]*$")]
RubricId = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9-]*$")]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Item(BaseModel):
    """One line of the score sheet: all points when every check it needs is met, none when one is violated."""

    model_config = FROZEN

    id: Slug
    title: Words
    points: float = Field(ge=0)
    needs: tuple[Slug, ...] = Field(min_length=1)
    """Ids of checks."""
    fatal: bool = False
    """一票否决: a violation, once a person confirmed it, caps the whole score at ``fatal_cap``."""
    note: str = ""
    """For people: what the item means, where its points come from."""

    @model_validator(mode="after")
    def _points_fit(self) -> "Item":
        if self.fatal and self.points:
            raise ValueError(f"item {self.id} is fatal, so it has no points of its own; write points: 0")
        if not self.fatal and not self.points:
            raise ValueError(f"item {self.id} has no points and is not fatal, so it would change nothing")
        if len(set(self.needs)) < len(self.needs):
            raise ValueError(f"item {self.id} names a check twice")
        return self


class Group(BaseModel):
    """Items that belong together on the sheet."""

    model_config = FROZEN

    id: Slug
    title: Words
    items: tuple[Item, ...] = Field(min_length=1)


class Rubric(BaseModel):
    """A version of a rubric. Never edited once calls were scored with it: a change is a new version.

    An item that no check could decide is left out of the total and waits for a person.
    """

    model_config = FROZEN

    id: RubricId
    version: Words
    title: Words
    min_decided: float = Field(default=0.5, ge=0, le=1)
    """A call has a total only when at least this share of the points that apply could be decided."""
    fatal_cap: float = Field(ge=0, le=100)
    """The highest total of a call with a confirmed violation of a fatal item. Machine scores never apply it."""
    groups: tuple[Group, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Rubric":
        for what, ids in (("group", [group.id for group in self.groups]), ("item", [item.id for item in self.items])):
            twice = sorted({name for name in ids if ids.count(name) > 1})
            if twice:
                raise ValueError(f"{what} ids must differ, these are there twice: {', '.join(twice)}")
        if not any(item.points for item in self.items):
            raise ValueError("no item has points, so no call could be scored")
        return self

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items, in the order of the sheet."""
        return tuple(item for group in self.groups for item in group.items)

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
