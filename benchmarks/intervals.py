"""Intervals of a mean score for few calls: coverage and width of several, by simulation.

python -m benchmarks.intervals

Totals are those of sheets with the shipped rubric's points. Twenty agents of the kinds in ``AGENTS``, with equally many
calls each; the moderated interval sees all of them, as a month's table does. Printed: the share of intervals that hold
the agent's true mean, on average over the agents and for the kind that fares worst, and the mean width in points.
"""

import argparse
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from scoring import load_rubric
from scoring.figures.intervals import mean_intervals

Floats = NDArray[np.float64]
Bounds = tuple[Floats, Floats]
N_CALLS = (2, 3, 5, 10, 20, 50, 200)
LONG = 200_000  # calls from which an agent's true mean is known
FATAL = 0.01
AGENTS = {"strong": 5, "usual": 8, "weak": 4, "very weak": 1, "mostly perfect, else bad": 2}
"""How many of each kind; ``--fatal`` has one call in a hundred end at 0 for all of them."""
FAULTS = {"strong": 0.012, "usual": 0.05, "weak": 0.16, "very weak": 0.3}
"""Mean chance that an item is violated; items differ."""


def long_run(kind: str, rng: np.random.Generator, fatal: bool) -> Floats:
    """The totals of very many calls of an agent."""
    if kind in FAULTS:
        points = np.array([item.points for item in load_rubric("pudong-12345").items if item.points])
        uneven = np.random.default_rng(1).dirichlet(np.full(len(points), 0.7)) * len(points)
        met = rng.random((LONG, len(points))) >= np.minimum(uneven * FAULTS[kind], 0.9)
        applies = rng.random(met.shape) < 0.8
        totals = 100 * ((applies & met) @ points) / np.maximum(applies @ points, 1)
    else:
        totals = np.where(rng.random(LONG) < 0.8, 100.0, rng.uniform(30, 90, LONG))
    return np.where(rng.random(LONG) < FATAL, 0.0, totals) if fatal else totals


def student(x: Floats, _: np.random.Generator) -> Bounds:
    n = x.shape[-1]
    reach = stdtrit(n - 1, 0.975) * x.std(axis=-1, ddof=1) / np.sqrt(n)
    return x.mean(axis=-1) - reach, x.mean(axis=-1) + reach


def bernstein(x: Floats, _: np.random.Generator) -> Bounds:
    """Maurer and Pontil 2009, theorem 4, on both sides."""
    n, log = x.shape[-1], np.log(4 / 0.05)
    reach = np.sqrt(2 * x.var(axis=-1, ddof=1) * log / n) + 7 * 100 * log / (3 * (n - 1))
    return x.mean(axis=-1) - reach, x.mean(axis=-1) + reach


def gaffke(x: Floats, rng: np.random.Generator) -> Bounds:
    """Gaffke 2005: the quantile of a Bayesian bootstrap that has seen one call more, at the far end of the scale."""
    draws = rng.exponential(size=(500, x.shape[-1] + 1))
    weights = (draws / draws.sum(axis=1, keepdims=True)).T
    end = np.zeros((*x.shape[:-1], 1))
    low = np.quantile(np.concatenate([end, x], axis=-1) @ weights, 0.025, axis=-1)
    high = np.quantile(np.concatenate([end + 100, x], axis=-1) @ weights, 0.975, axis=-1)
    return low, high


def bootstrap_t(x: Floats, rng: np.random.Generator) -> Bounds:
    """Efron and Tibshirani 1993, chapter 12."""
    n, again = x.shape[-1], 200
    low, high = np.empty(x.shape[:-1]), np.empty(x.shape[:-1])
    for place in np.ndindex(*x.shape[:-1]):
        sample = x[place]
        drawn = rng.choice(sample, (again, n))
        t = (drawn.mean(axis=1) - sample.mean()) / (drawn.std(axis=1, ddof=1) + 1e-9) * np.sqrt(n)
        lower, upper = np.quantile(t, (0.025, 0.975)) * sample.std(ddof=1) / np.sqrt(n)
        low[place], high[place] = sample.mean() - upper, sample.mean() - lower
    return low, high


def moderated(x: Floats, _: np.random.Generator) -> Bounds:
    """Ours."""
    n, squares = np.full(x.shape[1], x.shape[2]), ((x - x.mean(axis=2, keepdims=True)) ** 2).sum(axis=2)
    means = [mean_intervals(n, world, spread) for world, spread in zip(x.mean(axis=2), squares, strict=True)]
    return np.array([m.low for m in means]), np.array([m.high for m in means])


METHODS: dict[str, Callable[[Floats, np.random.Generator], Bounds]] = {
    "Student's t": student,
    "bootstrap-t": bootstrap_t,
    "empirical Bernstein": bernstein,
    "Gaffke": gaffke,
    "moderated (ours)": moderated,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fatal", action="store_true", help="one call in a hundred ends at 0")
    parser.add_argument("--worlds", type=int, default=300)
    arguments = parser.parse_args()
    rng = np.random.default_rng(3)
    kinds = [kind for kind, count in AGENTS.items() for _ in range(count)]
    runs = {kind: long_run(kind, rng, arguments.fatal) for kind in AGENTS}
    truth = np.array([runs[kind].mean() for kind in kinds])
    print("| calls | method | covered | worst kind | width |\n|---|---|---|---|---|")
    for n in N_CALLS:
        x = np.stack([rng.choice(runs[kind], (arguments.worlds, n)) for kind in kinds], axis=1)
        for name, method in METHODS.items():
            some = x[: arguments.worlds // 10] if method is bootstrap_t else x  # it is slow
            low, high = (np.clip(bound, 0, 100) for bound in method(some, rng))
            inside = ((low <= truth + 1e-9) & (truth <= high + 1e-9)).mean(axis=0)
            by_kind = [inside[[k == kind for k in kinds]].mean() for kind in AGENTS]
            print(
                f"| {n} | {name} | {inside.mean():.1%} | {min(by_kind):.1%} | {(high - low).mean():.1f} |", flush=True
            )


if __name__ == "__main__":
    main()
