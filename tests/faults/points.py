"""Points at which runs are killed, and what else the long form does more of.

The same number and seed choose the same points, and a test is named after its point.
"""

import itertools
import random

POINTS, SEED = 6, 12345
OUTAGES = ("500", "truncated", "gone")
STAGES = ("transcribe", "check", "score", "index")


def points(n: int, seed: int) -> list[str]:
    """Where to kill: a stage's beginning, a share of the run's steps, a share of its time; a sixth each of the first
    and the last."""
    chosen = random.Random(seed)
    stages = chosen.sample(STAGES, min(len(STAGES), -(-n // 6)))
    times = [f"time-{chosen.random():.4f}" for _ in range(-(-n // 6))]
    steps = [f"step-{chosen.random():.4f}" for _ in range(n - len(stages) - len(times))]
    return [*(f"stage-{stage}" for stage in stages), *steps, *times]


def shares(n: int, seed: int) -> list[float]:
    """Shares of a run's steps."""
    chosen = random.Random(seed)
    return [round(chosen.random(), 4) for _ in range(n)]


def interruptions(is_long: bool) -> list[tuple[str, str]]:
    """Storages, and what they do now and then: every way once, and all of them on each for long."""
    if is_long:
        return list(itertools.product(("http", "s3"), ("slow", *OUTAGES)))
    return [("s3", "slow"), ("http", "500"), ("http", "truncated"), ("s3", "gone")]


def outages(is_long: bool) -> list[tuple[str, str]]:
    """Storages, and how they fail for long; S3's own library asks again and again, for seconds."""
    return list(itertools.product(("http", "s3") if is_long else ("http",), OUTAGES))
