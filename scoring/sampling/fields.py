"""The kinds of fields that a plan's file has, and how strictly they are read."""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from callqa.errors import Mistake

FROZEN = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


def _share(value: Any) -> Any:
    """``5%`` is what people write for 0.05; a Chinese keyboard gives ``5％``."""
    if isinstance(value, str) and value.endswith(("%", "％")):
        try:
            return float(Fraction(value[:-1].strip()) / 100)
        except (ValueError, ZeroDivisionError):
            return value
    if isinstance(value, int | float) and value > 1:
        raise Mistake("plan.share_above_all", share=value)
    return value


def as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


PlanId = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9-]*$")]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Share = Annotated[float, BeforeValidator(_share), Field(gt=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Names = Annotated[tuple[Words, ...], BeforeValidator(as_tuple)]


def fraction(value: float) -> Fraction:
    """The number as people wrote it: 0.1 is one tenth."""
    return Fraction(repr(value))
