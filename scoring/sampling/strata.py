"""Over what an agent's random calls are spread: categories, hours, durations, and in which proportion."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from callqa.errors import Mistake
from callqa.messages import Joined, Message
from scoring.sampling.fields import FROZEN, Share, Words, as_tuple, fraction
from scoring.sampling.frame import FrameCall

OTHER = "其他"
NOT_FILED = "未填"
ROUNDING = 0.015  # three times 33% is everything
Hours = Annotated[tuple[Annotated[int, Field(ge=1, le=23)], ...], BeforeValidator(as_tuple)]
Edges = Annotated[tuple[Annotated[float, Field(gt=0)], ...], BeforeValidator(as_tuple)]


class Strata(BaseModel):
    """Over what an agent's random calls are spread. The edges of bands belong to the upper band."""

    model_config = FROZEN

    category: bool = False
    hour: Hours = ()
    duration: Edges = ()
    """Seconds."""
    allocation: Literal["proportional", "equal", "given"] = "proportional"
    shares: dict[Words, Share] = Field(default_factory=dict)
    """Of the bands or categories, with allocation ``given``; what an agent does not have goes to the others."""

    @model_validator(mode="after")
    def _bands_and_shares_fit(self) -> "Strata":
        for name, edges in (("hour", self.hour), ("duration", self.duration)):
            if list(edges) != sorted(set(edges)):
                raise Mistake("plan.edges_rise", name=name)
        n_dimensions = sum(map(bool, (self.category, self.hour, self.duration)))
        if self.allocation == "equal" and not n_dimensions:
            raise Mistake("plan.equal_of_nothing")
        if (self.allocation == "given") != bool(self.shares):
            raise Mistake("plan.given_and_shares")
        if self.shares and n_dimensions != 1:
            raise Mistake("plan.shares_of_one")
        bands = () if self.category else hour_bands(self.hour) if self.hour else duration_bands(self.duration)
        unknown = not self.category and set(self.shares) - {*bands, OTHER}
        missing = OTHER not in self.shares and (self.category or set(bands) - set(self.shares))
        if self.shares and (unknown or missing):
            if bands:
                raise Mistake("plan.shares_cover_bands", other=OTHER, bands=bands)
            raise Mistake("plan.shares_cover_all", other=OTHER)
        if self.shares and abs((total := sum(self.shares.values())) - 1) > ROUNDING:
            raise Mistake("plan.shares_sum", sum=total)
        return self

    def of(self, call: FrameCall) -> str:
        """The call's stratum within its agent."""
        parts = [
            *([call.category or NOT_FILED] if self.category else ()),
            *([_band(call.hour, self.hour, hour_bands(self.hour))] if self.hour else ()),
            *([_band(call.seconds, self.duration, duration_bands(self.duration))] if self.duration else ()),
        ]
        return SEPARATOR.join(parts)

    def words(self, stratum: str) -> Joined:
        """A stratum, as it is stored, in any language."""
        bands = {band.text("zh"): band for band in (*_hour_bands(self.hour), *_duration_bands(self.duration))}
        return Joined([bands.get(part, Message(part)) for part in stratum.split(SEPARATOR)], SEPARATOR)

    def weights(self, sizes: Mapping[str, int]) -> dict[str, Fraction]:
        """In which proportion the strata are drawn, given how many calls each has."""
        if self.allocation == "proportional":
            return {name: Fraction(size) for name, size in sizes.items()}
        if self.allocation == "equal":
            return {name: Fraction(1) for name in sizes}
        others = sum(size for name, size in sizes.items() if name not in self.shares)
        other = fraction(self.shares.get(OTHER, min(self.shares.values())))
        return {
            name: fraction(self.shares[name]) if name in self.shares else other * size / others
            for name, size in sizes.items()
        }


SEPARATOR = " | "


@cache
def hour_bands(edges: tuple[int, ...]) -> tuple[str, ...]:
    """``(8, 18)`` gives 00-08点, 08-18点, 18-24点."""
    return tuple(band.text("zh") for band in _hour_bands(edges))


def _hour_bands(edges: tuple[int, ...]) -> list[Message]:
    bounds = zip((0, *edges), (*edges, 24), strict=True)
    return [Message("{low:02}-{high:02}点", low=low, high=high) for low, high in bounds]


@cache
def duration_bands(edges: tuple[float, ...]) -> tuple[str, ...]:
    """``(60, 300)`` gives 60秒以下, 60-300秒, 300秒以上."""
    return tuple(band.text("zh") for band in _duration_bands(edges))


def _duration_bands(edges: tuple[float, ...]) -> list[Message]:
    if not edges:
        return []
    bounds = zip(edges, edges[1:], strict=False)
    between = (Message("{low:g}-{high:g}秒", low=low, high=high) for low, high in bounds)
    return [Message("{high:g}秒以下", high=edges[0]), *between, Message("{low:g}秒以上", low=edges[-1])]


def _band(value: float | None, edges: tuple[float, ...], names: tuple[str, ...]) -> str:
    return OTHER if value is None else names[sum(value >= edge for edge in edges)]
