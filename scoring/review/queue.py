"""The review queue, in order: which calls wait for a person, why, and who is asked to hear them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import islice
from math import ceil, floor
from types import MappingProxyType

from callqa.scores import CallScore, ItemStatus
from callqa.types import Verdict
from scoring.rubric import Rubric

EMERGENCY = "emergency_guidance"
"""The check whether a citizen in danger was led to 110, 119 or 120: items that need it tell a missed emergency."""


@dataclass(frozen=True, slots=True)
class QueuedCall:
    """A call that somebody should hear, and the items to decide, by why they wait."""

    call_id: str
    agent_id: str
    started_at: datetime
    team: str = ""
    line: str = ""
    category: str = ""
    """First level, as filed."""
    emergency: tuple[str, ...] = ()
    """Items by which a citizen in danger was given no guidance; nobody has confirmed it."""
    fatal: tuple[str, ...] = ()
    """Fatal items that the machine found violated, and nobody has confirmed."""
    appealed: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    """Violations that cost nothing until a person confirms them."""
    undecided: tuple[str, ...] = ()
    """Items on which the machine was unsure, or failed."""
    swing: float = 0.0
    """By how many points its total may move, depending on what people decide."""
    n_of_agent: int = 0
    """Calls of its agent in the same month: of few, each moves the agent's mean and rank more."""
    teaches: float = 0.0
    """How little is known of the machine's trust in the items to decide, summed over them; see `teaching`."""
    sample: str = ""
    """The sample that drew it for people to hear, whatever the machine found."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it waits, the most urgent first."""
        by_reason = {
            "emergency": self.emergency,
            "fatal": self.fatal,
            "appealed": self.appealed,
            "suggested": self.suggested,
            "undecided": self.undecided,
            "sampled": self.sample,
        }
        return tuple(reason for reason, there in by_reason.items() if there)

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.emergency, *self.fatal, *self.appealed, *self.suggested, *self.undecided)))


def items_to_decide(sheet: CallScore) -> dict[str, tuple[str, ...]]:
    """The items of a sheet that wait for a person: the fields ``emergency``, ``fatal``, ``suggested`` and
    ``undecided`` of its call.

    An item that only waits for another one, its condition, is not among them: that other one is.
    """
    fatal = tuple(item.item_id for item in sheet.items if item.fatal and not item.by_person)
    others = [i for i in sheet.items if i.status is ItemStatus.NEEDS_REVIEW and i.item_id not in fatal]
    violated = [i for i in sheet.items if i.verdict is Verdict.VIOLATED and not i.by_person]
    emergency = tuple(i.item_id for i in violated if EMERGENCY in i.check_ids)  # also one that deducts by itself
    return {
        "emergency": emergency,
        "fatal": tuple(item_id for item_id in fatal if item_id not in emergency),
        "suggested": tuple(i.item_id for i in violated if i in others and i.item_id not in emergency),
        "undecided": tuple(i.item_id for i in others if i.verdict in (Verdict.UNSURE, Verdict.ERROR)),
    }


def emergency_places(rubric: Rubric) -> dict[str, int]:
    """The places of the items that tell a missed emergency on the sheets of a rubric, by their ids."""
    return {item.id: place for place, item in enumerate(rubric.items) if EMERGENCY in item.needs}


def teaching(items: Iterable[str], n_reviewed: Mapping[str, int]) -> float:
    """How much the machine can learn from people's verdicts on these items, on which it is not sure: an item of which
    people and machine both decided n calls counts 1 / (1 + n)."""
    return sum(1 / (1 + n_reviewed.get(item, 0)) for item in items)


def in_order(calls: Iterable[QueuedCall], chance_share: float = 0.0) -> list[QueuedCall]:
    """What a person's time is worth most on first: missed emergencies, what could cost an agent everything, what an
    agent contests; then what moves a total by most points, of equal ones what moves an agent's rank most, then what
    teaches the machine most, then the oldest.

    ``chance_share``: of what is not urgent, this share of each stretch are calls that a sample drew, while there are
    such: only what chance chose tells of all calls.
    """
    ordered = sorted(calls, key=_worth)
    urgent = [call for call in ordered if is_urgent(call)]
    others, drawn = (
        [call for call in ordered if not is_urgent(call) and bool(call.sample) is by] for by in (False, True)
    )
    mixed: list[QueuedCall] = []
    places = iter(others)
    for n_placed, call in enumerate(drawn):
        mixed += islice(places, max(0, ceil((n_placed + 1) / chance_share) - 1 - len(mixed)) if chance_share else None)
        mixed.append(call)
    return [*urgent, *mixed, *places]


def is_urgent(call: QueuedCall) -> bool:
    """Whether it comes before all that is only worth hearing."""
    return bool(call.emergency or call.fatal or call.appealed)


def _worth(call: QueuedCall) -> tuple[object, ...]:
    moves = (-round(call.swing), call.n_of_agent, -round(call.teaches, 3))
    return (not call.emergency, not call.fatal, not call.appealed, *moves, call.started_at, call.call_id)


def share_out(
    calls: Sequence[QueuedCall], shares: Mapping[str, float], agent_ids: Mapping[str, str] = MappingProxyType({})
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Reviewer by call id, and the calls nobody of them may hear; ``shares``: a weight for each reviewer.

    ``agent_ids``: the agent id of a reviewer who answers calls, too, and goes by another name here.

    How many calls each gets follows the largest remainder method, so equal weights differ by one call at most. Nobody
    gets a call of their own: those are given out first, and only where there are too many of them do the numbers give
    way. Urgent calls are spread like all others. Raises `ValueError` without a positive weight.
    """
    quota = largest_remainder(len(calls), shares)
    counts = dict.fromkeys(shares, 0)
    reviewer_of: dict[str, str] = {}
    agents = {name: agent_ids.get(name, name) for name in shares}
    for call in sorted(calls, key=lambda call: call.agent_id not in agents.values()):  # stable
        able = [name for name in shares if agents[name] != call.agent_id and shares[name] > 0]
        if able:
            chosen = min(able, key=lambda name: _fullness(counts[name], quota[name]))
            reviewer_of[call.call_id] = chosen
            counts[chosen] += 1
    ordered = {call.call_id: reviewer_of[call.call_id] for call in calls if call.call_id in reviewer_of}
    return ordered, tuple(call.call_id for call in calls if call.call_id not in ordered)


def largest_remainder(n: int, shares: Mapping[str, float]) -> dict[str, int]:
    """``n`` things in proportion to the weights: whole parts, then one more to the largest remainders (Hamilton).

    Of equal remainders the name that is given first comes first. Raises `ValueError` without a positive weight.
    """
    weights = {name: Fraction(weight) for name, weight in shares.items()}
    whole = sum(weights.values())
    if whole <= 0 or min(weights.values()) < 0:
        raise ValueError("shares are weights of at least 0, and one of them is more")
    exact = {name: n * weight / whole for name, weight in weights.items()}
    parts = {name: floor(part) for name, part in exact.items()}
    rest = n - sum(parts.values())
    for name in sorted(exact, key=lambda name: parts[name] - exact[name])[:rest]:
        parts[name] += 1
    return parts


def _fullness(n_given: int, quota: int) -> tuple[bool, Fraction]:
    return n_given >= quota, Fraction(n_given, quota) if quota else Fraction(n_given)
