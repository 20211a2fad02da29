"""Records that people write about calls: reviews, appeals, labels, samples.

Append-only; nothing is ever changed afterwards.
"""

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
    something the rubric has no item for. ``withdraw``: the author takes back their own review of ``item_id``."""
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
class CalibrationSession:
    """Several people judge the same calls, and nobody sees what others or the machine said before it is closed."""

    name: str
    calls: tuple[str, ...]
    """Ids, in the order they are heard."""
    reviewers: tuple[str, ...]
    items: tuple[str, ...]
    """Ids, in the rubric's order."""
    n_candidates: int | None
    """How many calls the session's were drawn from by chance; ``None`` when somebody chose them."""
    opened_by: str
    opened_at: datetime
    closed_by: str | None = None
    """``None`` while people are at work."""
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval. What cannot be told is ``None``, and ``why_not`` says why."""

    n: int
    """What it was counted over."""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    why_not: str = ""
    """A slug, e.g. ``no_violations``."""
    best_low: float | None = None
    """Of trust: what ``low`` would be, had all violations that the machine found been right, or all that people found
    been found by it. A floor above it could not be reached by these cases, however good the machine is."""


@dataclass(frozen=True, slots=True)
class StatedRange:
    """Answers of a language model that were about equally sure, and how many of them people found right."""

    violated: bool
    """The model's verdict: violated, or not."""
    above: float
    """Stated confidence, 0 to 1: more than this."""
    upto: float
    """At most this."""
    right: Estimate
    """Share that people agreed with. ``n``: answers that people judged, too."""


@dataclass(frozen=True, slots=True)
class StatedConfidence:
    """What a language model's stated confidence on an item was worth so far."""

    check_key: str
    """Of the check, and so of question, prompt and model: of another one nothing is known."""
    ranges: tuple[StatedRange, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemTrust:
    """How well the machine's verdicts on one item agree with people's. "Not applicable" is not a violation."""

    item_id: str
    n: int
    """Calls in which a person and the machine both decided this item."""
    n_undecided: int
    """Calls in which a person decided and the machine did not; no figure counts them."""
    precision: Estimate
    """Of the machine's violations, the share that people confirmed. ``n``: the machine's violations."""
    recall: Estimate
    """Of the violations that people found in randomly chosen calls, the share that the machine found, too."""
    kappa: Estimate
    """Cohen's, over randomly chosen calls."""
    ac1: Estimate
    """Gwet's, over the same calls."""
    at: datetime
    stated: StatedConfidence | None = None
    """``None`` for an item that does not rest on one question to a language model."""


@dataclass(frozen=True, slots=True)
class SampleCall:
    """A call that was drawn for people to hear."""

    call_id: str
    stratum: str
    probability: float
    """That the design drew this call; the inverse is its weight."""
    why: str
