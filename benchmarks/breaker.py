"""Benchmark of breakers: how soon they open after a change of duty, and how often without one, by several tests.

    python benchmarks/breaker.py DIR [--seeds 20]

DIR is a stream as `callqa dispatch eval` reads it. Its tickets are dispatched as they would have gone. Then, for each
seed, twenty types of matter are drawn, and for each a day from which on every dispatch of that type is wrong, and comes
back after a delay drawn from those of the stream. Without a change tickets are wrong as often as their confidence says.
A line of JSON per test.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from services.dispatch.evaluation import SELECTIONS, SUGGEST_FROM, WEEK
from services.dispatch.stream import read_stream
from tickets.dispatch.breaker import Delays, Dispatched, delays, suspicion
from tickets.dispatch.replay import Calendar, Replayed, replay

Known = list[tuple[datetime, bool, float]]
"""When it was known, whether it was wrong, and its error rate; in the order in which it was known."""
Test = Callable[[Sequence[Dispatched], datetime, Delays], bool]


def evidence_above(limit: float) -> Test:
    return lambda tickets, now, late: suspicion(tickets, now, late).evidence >= limit


def known(tickets: Sequence[Dispatched], now: datetime) -> Known:
    rows = []
    for each in tickets:
        at = each.corrected_at or each.closed_at
        if at is not None and at <= now:
            rows.append((at, each.corrected_at is not None, each.error_rate))
    return sorted(rows)


def cusum_of_known(limit: float, slack: float) -> Test:
    """Sum of errors above what is usual, in the order in which they become known (Page 1954)."""

    def test(tickets: Sequence[Dispatched], now: datetime, late: Delays) -> bool:
        total = 0.0
        for _, wrong, rate in known(tickets, now):
            total = max(0.0, total + wrong - (rate + slack))
        return total > limit

    return test


def ddm(tickets: Sequence[Dispatched], now: datetime, late: Delays) -> bool:
    """Drift detection method (Gama et al. 2004): error rate above its lowest by three deviations."""
    least, n, errors = float("inf"), 0, 0
    for _, wrong, _rate in known(tickets, now):
        n, errors = n + 1, errors + wrong
        rate = errors / n
        deviation = (rate * (1 - rate) / n) ** 0.5
        if n >= 30:
            least = min(least, rate + deviation)
            if rate + deviation > least + 2 * deviation and rate > 0 and rate - 2 * deviation > least:
                return True
    return False


TESTS: dict[str, Test] = {
    **{f"censored likelihood, {limit:g} nats": evidence_above(limit) for limit in (4, 5, 6, 7, 8, 9, 10, 12)},
    "CUSUM of what is known, limit 3": cusum_of_known(3, 0.1),
    "CUSUM of what is known, limit 6": cusum_of_known(6, 0.1),
    "DDM of what is known": ddm,
}


def simulated(tickets: Sequence[Dispatched], late: Delays, chance: random.Random, change: datetime) -> list[Dispatched]:
    """Each wrong as often as its confidence says; from the change on, always."""
    made = []
    for each in tickets:
        wrong = each.at >= change or chance.random() < each.error_rate
        back = each.at + timedelta(hours=float(chance.choice(late.hours)))
        closed_at = each.at + timedelta(hours=chance.uniform(20, 150))
        made.append(replace(each, corrected_at=back if wrong else None, closed_at=None if wrong else closed_at))
    return made


def opening(tickets: Sequence[Dispatched], test: Test, late: Delays) -> datetime | None:
    """When the breaker opens: it is looked at whenever a ticket comes back."""
    backs = sorted(each.corrected_at for each in tickets if each.corrected_at is not None)
    for now in backs:
        if test([each for each in tickets if each.at <= now], now, late):
            return now
    return None


def openings(tickets: Sequence[Dispatched], test: Test, late: Delays) -> int:
    """How often, when it is closed again at once and looks at later tickets alone."""
    n, rest = 0, list(tickets)
    while (at := opening(rest, test, late)) is not None:
        n, rest = n + 1, [each for each in rest if each.at > at]
    return n


def dispatched(folder: Path) -> tuple[dict[str, list[Dispatched]], Delays]:
    """Tickets that the machine dispatched from the 13th week on, by type, without those whose duty really changed."""
    stream = read_stream(folder)
    monday = lambda week: stream.start + (week - 1) * WEEK  # noqa: E731
    calendar = Calendar(monday(SUGGEST_FROM), tuple((monday(a), monday(b)) for a, b in SELECTIONS))
    by_leaf: dict[str, list[Dispatched]] = defaultdict(list)
    changed = {drift.leaf for drift in stream.drifts}
    replayed = replay(stream.tickets, calendar).tickets
    for each in replayed:
        leaf = each.experience.matter.leaf
        if each.automatic and leaf not in changed:
            by_leaf[leaf].append(_as_dispatched(each))
    returned = [each.outcome for each in stream.tickets if each.outcome.was_wrong and each.outcome.returned_at]
    late = delays(each.returned_at - each.dispatched_at for each in returned if each.returned_at)
    return by_leaf, late


def _as_dispatched(each: Replayed) -> Dispatched:
    matter, suggestion = each.experience.matter, each.suggestion
    rate = 1 - suggestion.confidence
    return Dispatched(matter.ticket_id, matter.leaf, suggestion.unit or "", matter.filed_at, rate, None, None)


def measured(by_leaf: dict[str, list[Dispatched]], late: Delays, seeds: int) -> Iterator[dict[str, object]]:
    often = {leaf: tickets for leaf, tickets in by_leaf.items() if len(tickets) >= 100}
    for name, test in TESTS.items():
        errors, missed, wrongly = [], 0, 0
        for seed in range(seeds):
            chance = random.Random(seed)
            for leaf in chance.sample(sorted(often), min(20, len(often))):
                tickets = often[leaf]
                change = tickets[chance.randrange(30, len(tickets) - 40)].at
                made = simulated(tickets, late, chance, change)
                made = [each for each in made if each.at >= change - 4 * WEEK]
                at = opening(made, test, late)
                if at is None or at < change:
                    missed += at is None
                    continue
                errors.append(sum(change <= each.at < at for each in made))
            if seed < max(1, seeds // 4):
                never = datetime.max
                wrongly += sum(
                    openings(simulated(tickets, late, chance, never), test, late) for tickets in by_leaf.values()
                )
        errors.sort()
        yield {
            "test": name,
            "changes": len(errors) + missed,
            "missed": missed,
            "wrong dispatches, median": errors[len(errors) // 2] if errors else None,
            "wrong dispatches, 90 %": errors[int(0.9 * len(errors))] if errors else None,
            "within 12": round(sum(n <= 12 for n in errors) / max(1, len(errors) + missed), 3),
            "false openings in 14 weeks, all types": round(wrongly / max(1, seeds // 4), 2),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    arguments = parser.parse_args()
    by_leaf, late = dispatched(arguments.folder)
    for line in measured(by_leaf, late, arguments.seeds):
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
