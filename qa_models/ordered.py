"""Parameters some of which are limits of the same thing, so that one may not be above another."""

from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, model_validator

from callqa.errors import Mistake


class Ordered(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    ORDER: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Names of two parameters each, of which the first may not be above the second."""

    @model_validator(mode="after")
    def _limits_are_in_order(self) -> Self:
        for low, high in self.ORDER:
            below, above = getattr(self, low), getattr(self, high)
            if below is not None and above is not None and below > above:
                limits = {"low": low, "below": below, "high": high, "above": above}
                if {low, high} <= self.model_fields_set:
                    raise Mistake("check.limits_crossed", **limits)
                raise Mistake("check.limits_crossed_by_default", **limits)
        return self
