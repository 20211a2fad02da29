"""What people write about calls: reviews, appeals, labels, samples. Append-only; nothing is ever changed afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from callqa.types import Verdict

Action = Literal["confirm", "override", "manual", "withdraw"]
Purpose = Literal["review", "appeal", "calibration"]
AppealStage = Literal["team_lead", "qa", "final"]
AppealOutcome = Literal["accept", "reject", "forward"]


@dataclass(frozen=True, slots=True)
class Review:
    """One person's word on one item of one call. It holds under every rubric that has the item."""

    review_key: str
    """Chosen by the writer: the same key again is the same review."""
    call_id: str
    item_id: str
    """Of the rubric; for ``manual`` a name of its own."""
    action: Action
    """``confirm``: the machine's verdict stands. ``override``: ``verdict`` holds instead. ``manual``: ``points`` for
    something the rubric has no item for. ``withdraw``: the author takes back their own word on ``item_id``."""
    author: str
    at: datetime
    verdict: Verdict | None = None
    """What the person decided: the verdict that is confirmed, or the other one."""
    points: float | None = None
    """Of a manual item; negative ones take away."""
    title: str = ""
    """Of a manual item."""
    reason: str = ""
    purpose: Purpose = "review"
    """Answers given for ``calibration`` never change a score."""
    session: str = ""
    """The calibration session, or the appeal, it belongs to."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A call that a person was asked to hear."""

    call_id: str
    reviewer: str
    purpose: Purpose
    assigned_by: str
    at: datetime
    session: str = ""
    """The calibration session it belongs to, or the sample it came from."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    """An agent contests one item of one call."""

    call_id: str
    item_id: str
    agent_id: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AppealStep:
    """What one of the people who decide said."""

    stage: AppealStage
    outcome: AppealOutcome
    reason: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GoldenLabel:
    """What people agreed is right for one item of one call; the machine is measured against it."""

    call_id: str
    item_id: str
    verdict: Verdict
    source: str
    """Where it comes from: ``appeal``, ``calibration``, a name of a labelled set."""
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemTrust:
    """How well the machine's verdicts on one item agree with people's."""

    item_id: str
    n: int
    """Calls in which a person decided this item."""
    precision: float | None
    """Of the machine's violations, the share that people confirmed; ``None`` without any."""
    precision_low: float | None
    """Lower bound of the 95 % interval; likewise below."""
    recall: float | None
    recall_low: float | None
    kappa: float | None
    kappa_low: float | None
    ac1: float | None
    ac1_low: float | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SampleCall:
    """A call that was drawn for people to hear."""

    call_id: str
    stratum: str
    probability: float
    """That the design drew this call; the inverse is its weight."""
    why: str
