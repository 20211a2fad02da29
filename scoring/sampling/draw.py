"""Draws a sample in which the chance of every call is known: strata that share no call, chance alone within each.

What is drawn follows from the frame, the plan and the seed: a call's rank is a hash of the seed and its id, so neither
the order of the calls nor the machine matters.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from callqa.records import SampleCall
from scoring.sampling.fields import fraction
from scoring.sampling.frame import FrameCall
from scoring.sampling.plan import SamplePlan, Size
from scoring.sampling.strata import SEPARATOR

RANDOM = "随机"
RISK = "风险"


@dataclass(frozen=True, slots=True)
class Pool:
    """Calls of which ``n`` are drawn: those that show one risk, or the other calls of one agent, in strata."""

    name: str
    why: str
    n: int
    strata: Mapping[str, list[str]]
    """Call ids by stratum."""
    expected: Mapping[str, Fraction]
    """How many calls of each stratum are drawn, on average; together ``n``."""

    def draw(self, seed: str) -> Iterator[SampleCall]:
        """``n`` calls. The parts that are no whole numbers are settled by chance (systematic sampling of strata)."""
        start, before = _chance(seed, self.name), Fraction(0)
        for stratum, ids in sorted(self.strata.items()):
            upto = before + self.expected[stratum]
            n_here = floor(start + upto) - floor(start + before)
            before = upto
            probability = float(self.expected[stratum] / len(ids))
            for call_id in sorted(ids, key=lambda call_id: _rank(seed, call_id))[:n_here]:
                yield SampleCall(call_id, stratum, probability, self.why)


@dataclass(frozen=True, slots=True)
class Draw:
    """A sample, and what it was drawn from."""

    calls: tuple[SampleCall, ...]
    """Sorted by call id."""
    n_candidates: int
    """Calls that passed the plan's filters, drawn or not."""
    pools: tuple[Pool, ...]


def draw(frame: Iterable[FrameCall], plan: SamplePlan, seed: str) -> Draw:
    """The calls that ``plan`` and ``seed`` choose from ``frame``, whose call ids differ.

    A call that shows a risk belongs to the pool of the first trigger it fires, all other calls to that of their agent.
    Every call that passes the filters has a probability above 0, fixed by the sizes of the strata before anything is
    drawn, so the weights 1 / probability make means unbiased (Horvitz and Thompson 1952). An agent gets at least the
    number that the plan asks for, or all calls where there are fewer.
    """
    agents = _by_agent(frame, plan)
    chances = _chances(agents, plan)
    for agent in agents.values():
        agent.settle(plan, chances)
    pools = (*_risk_pools(agents, plan), *_agent_pools(agents, plan))
    calls = sorted((call for pool in pools for call in pool.draw(seed)), key=lambda call: call.call_id)
    return Draw(tuple(calls), sum(agent.n_calls for agent in agents.values()), pools)


def group_of(stratum: str) -> str:
    """The pool a stratum is part of: a risk, or an agent."""
    return stratum.rsplit(SEPARATOR, 1)[0] if is_risk(stratum) else stratum.split(SEPARATOR, 1)[0]


def is_risk(stratum: str) -> bool:
    """Whether its calls show a risk; else they are an agent's other calls."""
    return stratum.startswith(f"{RISK}{SEPARATOR}")


def allocate(n: int, sizes: Mapping[str, int], weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """``n`` calls over the strata in proportion to ``weights`` (all above 0), no stratum more than it has.

    What a small stratum cannot give goes to the others. ``n`` is at most the sum of ``sizes``.
    """
    fixed: dict[str, Fraction] = {}
    while True:
        rest = {name: weight for name, weight in weights.items() if name not in fixed}
        unit = (n - sum(fixed.values(), Fraction(0))) / sum(rest.values()) if rest else Fraction(0)
        full = {name: Fraction(sizes[name]) for name, weight in rest.items() if weight * unit >= sizes[name]}
        if not full:
            return fixed | {name: weight * unit for name, weight in rest.items()}
        fixed |= full


@dataclass(slots=True)
class _Agent:
    size: Size
    ordinary: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    risky: defaultdict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """(call id, its stratum were it no risk), by the number of the trigger."""
    n_calls: int = 0
    n_random: int = 0

    @property
    def wanted(self) -> int:
        return self.size.of(self.n_calls)

    def settle(self, plan: SamplePlan, chances: Mapping[int, Fraction]) -> None:
        """How many of the ordinary calls are drawn. Where these do not suffice together with the risks that chance is
        sure to draw, such risks are ordinary, too: else the agent could get fewer calls than the plan asks for."""
        certain = sum(len(calls) for number, calls in self.risky.items() if plan.risk[number].takes_all)
        wanted = self.wanted
        if self.risky:
            wanted = max(wanted - certain, ceil(fraction(plan.control) * wanted))
        by_chance = [number for number in self.risky if not plan.risk[number].takes_all]
        n_ordinary = sum(map(len, self.ordinary.values()))
        if n_ordinary + sum(floor(chances[number] * len(self.risky[number])) for number in by_chance) < wanted:
            for number in by_chance:
                for call_id, stratum in self.risky.pop(number):
                    self.ordinary[stratum].append(call_id)
                    n_ordinary += 1
        self.n_random = min(wanted, n_ordinary)


def _by_agent(frame: Iterable[FrameCall], plan: SamplePlan) -> dict[str, _Agent]:
    agents: dict[str, _Agent] = {}
    for call in filter(plan.filters.keep, frame):
        agent = agents.setdefault(call.agent_id, _Agent(plan.per_agent.size(call.tenure_days)))
        agent.n_calls += 1
        stratum = SEPARATOR.join(filter(None, (call.agent_id, plan.strata.of(call))))
        number = next((number for number, trigger in enumerate(plan.risk) if trigger.fires(call)), None)
        if number is None:
            agent.ordinary[stratum].append(call.call_id)
        else:
            agent.risky[number].append((call.call_id, stratum))
    return agents


def _chances(agents: Mapping[str, _Agent], plan: SamplePlan) -> dict[int, Fraction]:
    """Of the calls of each trigger, by its number; drawing whole calls may raise it. None is drawn more rarely than the
    control draws any call, and none that is left when others become ordinary more rarely than before."""
    sizes: Counter[int] = Counter()
    for agent in agents.values():
        sizes.update({number: len(calls) for number, calls in agent.risky.items()})
    n_calls = sum(agent.n_calls for agent in agents.values())
    control = fraction(plan.control) * sum(agent.wanted for agent in agents.values()) / max(n_calls, 1)
    return {number: max(control, plan.risk[number].chance(size)) for number, size in sorted(sizes.items())}


def _risk_pools(agents: Mapping[str, _Agent], plan: SamplePlan) -> Iterator[Pool]:
    """A pool a trigger, in strata of agents, so that each gets the whole part of what falls to them."""
    for number, chance in _chances(agents, plan).items():
        title = plan.risk[number].name
        name = f"{RISK}{SEPARATOR}{title}"
        strata = {
            f"{name}{SEPARATOR}{agent_id}": [call_id for call_id, _ in agent.risky[number]]
            for agent_id, agent in agents.items()
            if number in agent.risky
        }
        n_calls = sum(map(len, strata.values()))
        n = ceil(chance * n_calls)
        yield Pool(name, title, n, strata, {name: Fraction(n * len(ids), n_calls) for name, ids in strata.items()})


def _agent_pools(agents: Mapping[str, _Agent], plan: SamplePlan) -> Iterator[Pool]:
    for agent_id, agent in sorted(agents.items()):
        if agent.n_random:
            sizes = {stratum: len(ids) for stratum, ids in agent.ordinary.items()}
            skip = len(agent_id) + len(SEPARATOR)
            weights = plan.strata.weights({stratum[skip:]: size for stratum, size in sizes.items()})
            expected = allocate(agent.n_random, sizes, {stratum: weights[stratum[skip:]] for stratum in sizes})
            yield Pool(agent_id, RANDOM, agent.n_random, agent.ordinary, expected)


def _chance(seed: str, name: str) -> Fraction:
    """From 0 to below 1."""
    return Fraction(int.from_bytes(_hash(f"start\n{seed}\n{name}")[:8]), 1 << 64)


def _rank(seed: str, call_id: str) -> bytes:
    return _hash(f"call\n{seed}\n{call_id}")


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
