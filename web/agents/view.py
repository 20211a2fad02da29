"""The views of agents: the ranking, an agent's page, what to practise."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from callqa.records import Review
from scoring.figures import CaseMix, Figures, Per, Standing, Trend
from services.agents.own_calls import Contestable, OwnAppeal
from services.coaching.find import Weakness
from web.charts import Chart
from web.overview.view import ItemLine
from web.periods import Period

Order = Literal["rank", "change", "adjusted", "calls"]


@dataclass(frozen=True, slots=True)
class Change:
    """Of a mean since the month before, with its 95 % interval."""

    points: float
    low: float
    high: float
    sure: bool


@dataclass(frozen=True, slots=True)
class RankingLine:
    """One agent in the ranking."""

    team: str
    agent_id: str
    href: str
    standing: Standing | None
    """``None`` without a total."""
    n_calls: int
    n_waiting: int
    n_fatal: int
    n_flagged: int
    """Calls with a possible fatal fault that nobody has confirmed; the averages do not count it."""
    mean: float | None
    adjusted: float | None
    """What the agent would have with calls as others have them."""
    change: Change | None
    weakest: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """How an agent or team passes an item; shares of 0 to 1."""

    id: str
    title: str
    group: str
    passed: int
    scored: int
    rate: float | None
    low: float | None
    high: float | None
    team: float | None
    """Of the whole team."""
    others: float | None
    """Of all others; ``None`` also for who may not see them."""
    standing: str
    """strength, gap or "": the difference from the others may be chance."""
    href: str
    """The calls that failed it."""


@dataclass(frozen=True, slots=True)
class RecentCall:
    """A call of the agent."""

    call_pk: int
    call_id: str
    started_at: datetime
    category: str
    seconds: float
    total: float | None
    needs_review: bool
    fatal: bool
    confirmed: bool
    """A person confirmed the fatal item."""
    failed: tuple[str, ...]
    """Titles of the items."""


@dataclass(frozen=True, slots=True)
class Average:
    """Of a team or of all, without anybody's name."""

    n_calls: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Agents beside each other."""

    period: Period
    as_of: datetime
    order: Order
    team: str | None
    """``None``: all that the person sees."""
    teams: tuple[str, ...]
    lines: tuple[RankingLine, ...]
    n: int
    page: int
    n_pages: int
    intervals: Chart
    whole: bool
    """With every figure of an agent; else what ranks, and its range."""


@dataclass(frozen=True, slots=True)
class AgentPage:
    """One agent. Their own figures are of this moment."""

    agent_id: str
    own: bool
    """It is the agent who looks."""
    period: Period
    as_of: datetime
    """When the figures of the others were read."""
    today: date
    per: Per
    teams: tuple[str, ...]
    figures: Figures | None
    """``None`` without any call in the period."""
    change: Change | None
    standing: Standing | None
    """``None`` also for who may not see ranks."""
    n_ranked: int
    mix: CaseMix | None
    team: Average | None
    everyone: Average | None
    items: tuple[ItemRow, ...]
    gaps: tuple[ItemRow, ...]
    """The widest first, `APART` at most; strengths likewise."""
    strengths: tuple[ItemRow, ...]
    course: Chart
    trend: Trend | None
    recent: tuple[RecentCall, ...]
    appeals: tuple[OwnAppeal, ...]
    contestable: tuple[Contestable, ...]
    """What the agent can appeal against, for the agent alone."""
    reviews: tuple[Review, ...]
    titles: dict[str, str]
    """Of items, by their ids."""


@dataclass(frozen=True, slots=True)
class Card:
    """What an agent should practise."""

    month: str
    weaknesses: tuple[Weakness, ...]
    titles: dict[str, str]
