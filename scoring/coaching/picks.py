"""Picks: the calls that show an item best, good examples, bad ones, and those about which people should talk."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from callqa.coaching import Candidate
from callqa.types import Verdict

Kind = Literal["best", "worst", "borderline"]

WELL_HEARD = 0.78
"""`Candidate.heard` from which a call is fit for a lesson: as much as the checks ask of a turn."""
LOW_CONFIDENCE = 0.7
"""`Candidate.confidence` below which a verdict is borderline."""
NEAR_LIMIT = 0.05
"""A measured value is borderline within this share of the limit."""
MIDDLING = 0.5  # what an unknown figure counts as


def counted_verdicts(kind: Kind, suggests: bool = False) -> str:
    """Letters of an item that may be picked. Where the machine's violations only suggest, a person must agree."""
    if kind == "borderline":
        return "UuMV"
    return "Mm" if kind == "best" else "v" if suggests else "Vv"


def pick(
    candidates: Iterable[Candidate],
    kind: Kind,
    n: int,
    limit: float | None = None,
    usable: Callable[[Candidate], bool] = lambda _: True,
) -> list[Candidate]:
    """At most ``n`` calls, spread over agents first and categories second, and among equals the strongest.

    No agent has two of them while another one with suitable calls has none. The answer does not depend on the order
    of ``candidates``, of which only a few an agent and category are kept. ``limit`` is the measured value at which
    the verdict turns (`limit_between`). ``usable`` is asked last, of the few calls that would be picked: it may look
    at the recording.
    """

    def order(candidate: Candidate) -> tuple[float, str]:
        return -strength(candidate, kind, limit), candidate.call_id

    shelves = _shelved((candidate for candidate in candidates if suits(candidate, kind, limit)), n, order)
    chosen: list[Candidate] = []
    agents: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    while shelves and len(chosen) < n:
        place = min(shelves, key=lambda at: (agents[at[0]], categories[at[1]], order(shelves[at][-1])))
        candidate = shelves[place].pop()
        if not shelves[place]:
            del shelves[place]
        if usable(candidate):
            chosen.append(candidate)
            agents[candidate.agent_id] += 1
            categories[candidate.category] += 1
    return chosen


def _shelved(
    candidates: Iterable[Candidate], n: int, order: Callable[[Candidate], tuple[float, str]]
) -> dict[tuple[str, str], list[Candidate]]:
    """By agent and category, the strongest last. Few are kept: twice ``n``, because some may not be usable."""
    shelves: defaultdict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        shelf = shelves[candidate.agent_id, candidate.category]
        shelf.append(candidate)
        if len(shelf) > 4 * n:
            shelf.sort(key=order)
            del shelf[2 * n :]
    for shelf in shelves.values():
        shelf.sort(key=order, reverse=True)
    return dict(shelves)


def suits(candidate: Candidate, kind: Kind, limit: float | None = None) -> bool:
    """Whether the call is such an example at all, and can be heard well."""
    if candidate.heard is None or candidate.heard < WELL_HEARD:
        return False
    if kind == "best":
        return candidate.letter in "Mm"
    if kind == "worst":
        return candidate.letter in "Vv" and candidate.has_evidence
    return _doubt(candidate, limit) > 0


def strength(candidate: Candidate, kind: Kind, limit: float | None = None) -> float:
    """How good an example the call is, higher is better.

    The mean of three figures from 0 to 1: how sure the verdict is (of a borderline call: how doubtful), how well the
    call can be heard, and how good the whole call is (of a bad example: how bad). One more for a bad or good example
    that a person confirmed, and one where there is a place to listen to.
    """
    audible = MIDDLING if candidate.heard is None else candidate.heard
    quality = MIDDLING if candidate.total is None else candidate.total / 100
    if kind == "borderline":
        return (_doubt(candidate, limit) + audible + MIDDLING) / 3 + candidate.has_evidence
    sure = audible if candidate.confidence is None else candidate.confidence
    mean = (sure + audible + (quality if kind == "best" else 1 - quality)) / 3
    return mean + candidate.has_evidence + candidate.letter.islower()


def limit_between(ranges: Mapping[Verdict, tuple[float, float]]) -> float | None:
    """The value at which the verdict turns, from the smallest and largest value of each verdict.

    Half way between the two verdicts; ``None`` where their values overlap, for then they do not decide it alone.
    """
    if Verdict.MET not in ranges or Verdict.VIOLATED not in ranges:
        return None
    lower, upper = sorted((ranges[Verdict.MET], ranges[Verdict.VIOLATED]))
    return (lower[1] + upper[0]) / 2 if lower[1] < upper[0] else None


def _doubt(candidate: Candidate, limit: float | None) -> float:
    """0: none; 1: nobody can tell."""
    if candidate.letter in "Uu":
        return 1.0
    if candidate.letter not in "MV":  # a person has decided, or it does not apply
        return 0.0
    doubt = 0.0
    if candidate.confidence is not None and candidate.confidence < LOW_CONFIDENCE:
        doubt = 1 - candidate.confidence
    if limit and candidate.value is not None:
        near = 1 - abs(candidate.value - limit) / (NEAR_LIMIT * abs(limit))
        doubt = max(doubt, near)
    return doubt
