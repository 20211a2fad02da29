"""Rubrics: a version of a sheet of items, for whose calls it is, and what caps its totals."""

from datetime import date
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, model_validator

from callqa.keys import content_key
from callqa.types import Direction
from scoring.rubric_items import FROZEN, WHOLE, Group, Item, Number, TitleWords, Words, have_weights
from scoring.rubric_rules import check_rubric

RubricId = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9-]*$")]
Version = Annotated[str, StringConstraints(pattern=r"^\w[\w .-]*$", max_length=40, strip_whitespace=True)]
"""Part of the name of the folder in which reports lie."""


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
    title: TitleWords
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
        check_rubric(self.groups, self.critical_cap)
        return self

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items, in the order of the sheet."""
        return tuple(item for group in self.groups for item in group.items)

    def __hash__(self) -> int:
        return hash(self.key)  # of all fields it would take longer than a sheet

    @cached_property
    def total_parts(self) -> tuple[tuple[float, int], ...]:
        """(weight, number of items) of what a total is the weighted mean of: the groups, or without weights the whole
        sheet."""
        if not have_weights(self.groups):
            return ((1.0, len(self.items)),)
        return tuple((group.weight or 0.0, len(group.items)) for group in self.groups)

    @cached_property
    def gates(self) -> tuple[int, ...]:
        """For each item the place on the sheet of the one it depends on; its own where it depends on none."""
        places = {item.id: place for place, item in enumerate(self.items)}
        return tuple(places[item.only_if.item if item.only_if else item.id] for item in self.items)

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
