"""Sampling plans: how many calls of each agent, spread how, which risks besides, and which calls at all."""

from collections.abc import Set
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, field_validator, model_validator

from callqa.errors import Mistake
from callqa.keys import content_key
from callqa.messages import Message, Title
from callqa.types import Direction
from scoring.sampling.fields import FROZEN, Count, Names, PlanId, Share, Words, as_tuple, fraction
from scoring.sampling.frame import FrameCall
from scoring.sampling.period import Every
from scoring.sampling.strata import Strata


class Filters(BaseModel):
    """Which calls may be drawn at all. The sample speaks for these calls, and for no others."""

    model_config = FROZEN

    teams: Names = ()
    lines: Names = ()
    directions: Annotated[tuple[Direction, ...], BeforeValidator(as_tuple)] = ()
    min_seconds: float | None = Field(default=None, gt=0)
    max_seconds: float | None = Field(default=None, gt=0)
    scored_only: bool = True

    @model_validator(mode="after")
    def _some_length_fits(self) -> "Filters":
        if self.min_seconds and self.max_seconds and self.min_seconds > self.max_seconds:
            raise Mistake("plan.seconds_crossed")
        return self

    def keep(self, call: FrameCall) -> bool:
        """A call of unknown length passes no limit on the length."""
        return (
            (not self.teams or call.team in self.teams)
            and (not self.lines or call.line in self.lines)
            and (not self.directions or call.direction in self.directions)
            and (self.min_seconds is None or (call.seconds is not None and call.seconds >= self.min_seconds))
            and (self.max_seconds is None or (call.seconds is not None and call.seconds <= self.max_seconds))
            and (call.scored or not self.scored_only)
        )


class Size(BaseModel):
    """So many calls of an agent: ``n``, or a ``share`` of the agent's calls, at least ``min``."""

    model_config = FROZEN

    n: Count | None = None
    share: Share | None = None
    min: Count = 1

    @model_validator(mode="after")
    def _one_of_both(self) -> "Size":
        if (self.n is None) == (self.share is None):
            raise Mistake("plan.n_or_share")
        if self.n is not None and self.min > self.n:
            raise Mistake("plan.min_above_n", min=self.min, n=self.n)
        return self

    def of(self, n_calls: int) -> int:
        """How many of ``n_calls``: never more than there are."""
        wanted = self.n if self.n is not None else ceil(fraction(self.share or 0) * n_calls)
        return min(max(wanted, self.min), n_calls)


class TenureSize(Size):
    """The size for agents hired less than ``below_days`` ago."""

    below_days: Count
    name: Words = "新员工"


class PerAgent(Size):
    """The size for an agent, and others for those who are new."""

    tenure: Annotated[tuple[TenureSize, ...], BeforeValidator(as_tuple)] = ()

    @model_validator(mode="after")
    def _bands_rise(self) -> "PerAgent":
        days = [band.below_days for band in self.tenure]
        if days != sorted(set(days)):
            raise Mistake("plan.bands_rise")
        return self

    def size(self, tenure_days: int | None) -> Size:
        """Agents whose date of hire nobody knows count as experienced."""
        if tenure_days is not None:
            for band in self.tenure:
                if tenure_days < band.below_days:
                    return band
        return self


When = Literal[
    "fatal", "needs_review", "no_total", "total_below", "item_violated", "hangup_by_agent", "confidence_below",
    "request_type",
]  # fmt: skip
TITLES: dict[str, str] = {
    "fatal": "一票否决待确认",
    "needs_review": "待复核",
    "no_total": "未能评分",
    "total_below": "低于{below:g}分",
    "item_violated": "项目不合格：{names}",
    "hangup_by_agent": "坐席先挂机",
    "confidence_below": "识别置信度低于{below:g}",
    "request_type": "诉求类型：{names}",
}
ITS_FIELD = {"total_below": "below", "confidence_below": "below", "item_violated": "items", "request_type": "types"}


class Trigger(BaseModel):
    """A risk, and how many of the calls that show it are drawn: ``count`` in the whole period, or a ``share``."""

    model_config = FROZEN

    when: When
    below: float | None = None
    items: Names = ()
    types: Names = ()
    count: Count | None = None
    share: Share | None = None
    title: Annotated[str, AfterValidator(Title)] = ""

    @model_validator(mode="after")
    def _is_complete(self) -> "Trigger":
        if (self.count is None) == (self.share is None):
            raise Mistake("plan.count_or_share")
        needed = ITS_FIELD.get(self.when)
        for field, is_set in (("below", self.below is not None), ("items", self.items), ("types", self.types)):
            if field == needed and not is_set:
                raise Mistake("plan.trigger_needs", when=self.when, field=field)
            if field != needed and is_set:
                raise Mistake("plan.trigger_has_no", when=self.when, field=field)
        return self

    @property
    def name(self) -> str:
        """What people call it."""
        return self.words.text("zh")

    @property
    def words(self) -> Message | Title:
        """The same in any language, unless an own plan names it."""
        if self.title:
            return Title(self.title)
        return Message(TITLES[self.when], below=self.below, names=self.items or self.types)

    @property
    def takes_all(self) -> bool:
        return self.share == 1

    def chance(self, n_calls: int) -> Fraction:
        """That each of the ``n_calls`` that fire it is drawn."""
        return fraction(self.share) if self.share is not None else Fraction(min(self.count or 0, n_calls), n_calls)

    def fires(self, call: FrameCall) -> bool:
        match self.when:
            case "fatal":
                return call.fatal
            case "needs_review":
                return call.needs_review
            case "no_total":
                return call.scored and call.total is None
            case "total_below":
                return call.total is not None and self.below is not None and call.total < self.below
            case "item_violated":
                return not call.violated.isdisjoint(self.items)
            case "hangup_by_agent":
                return call.hangup_by == "agent"
            case "confidence_below":
                return call.confidence is not None and self.below is not None and call.confidence < self.below
            case "request_type":
                return call.request_type in self.types


class SamplePlan(BaseModel):
    """Which calls people hear, every day, week or month."""

    model_config = FROZEN

    id: PlanId
    title: Annotated[Words, AfterValidator(Title)]
    every: Every
    per_agent: PerAgent
    control: Share = 0.5
    """The share of an agent's calls that stays random, however many risky calls there are."""
    strata: Strata = Strata()
    risk: Annotated[tuple[Trigger, ...], BeforeValidator(as_tuple)] = ()
    filters: Filters = Filters()

    @field_validator("risk")
    @classmethod
    def _triggers_differ(cls, risk: tuple[Trigger, ...]) -> tuple[Trigger, ...]:
        names = [trigger.name for trigger in risk]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise Mistake("plan.triggers_twice", names=twice)
        return risk

    @cached_property
    def key(self) -> str:
        """Content hash. Fields at their default are left out, so that a field added later changes no old key."""
        return content_key(self.model_dump(mode="json", exclude_defaults=True))

    def why_words(self, why: str) -> Message | Title:
        """Why a call was drawn, as it is stored, in any language."""
        return next((trigger.words for trigger in self.risk if trigger.name == why), Message(why))

    def unknown_items(self, known: Set[str]) -> list[str]:
        """Ids in ``item_violated`` that the rubric does not have."""
        return sorted({item for trigger in self.risk for item in trigger.items} - known)
