"""Waiting times, and whether they are short enough."""

from dataclasses import dataclass, field

import numpy as np
from rich.table import Table


@dataclass
class Waits:
    """Of one kind of page or question, in seconds."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Of the processor, where it was measured: what a machine with other work to do would have taken."""
    errors: int = 0

    def add(self, seconds: float, cpu: float | None = None) -> None:
        self.seconds.append(seconds)
        self.cpu += () if cpu is None else (cpu,)

    def __add__(self, other: "Waits") -> "Waits":
        return Waits(self.seconds + other.seconds, self.cpu + other.cpu, self.errors + other.errors)

    def row(self) -> dict[str, float]:
        """Milliseconds."""
        p50, p95, most = np.percentile(self.seconds or [0.0], (50, 95, 100)) * 1000
        return {
            "n": len(self.seconds),
            "p50": round(float(p50), 1),
            "p95": round(float(p95), 1),
            "max": round(float(most), 1),
            **({"cpu_p50": round(float(np.median(self.cpu)) * 1000, 1)} if self.cpu else {}),
            **({"cpu_p95": round(float(np.percentile(self.cpu, 95)) * 1000, 1)} if self.cpu else {}),
            "errors": self.errors,
        }


def table_of(rows: dict[str, dict[str, float]], limits: dict[str, float], title: str) -> Table:
    """``limits``: milliseconds that the p95 of a kind should stay under, by the beginning of its name."""
    table = Table(
        "what",
        "times",
        "p50 ms",
        "p95 ms",
        "max ms",
        "cpu p50",
        "cpu p95",
        "errors",
        "limit",
        title=title,
        title_justify="left",
    )
    for name, row in rows.items():
        limit = next((ms for begin, ms in limits.items() if name.startswith(begin)), None)
        met = (
            "" if limit is None else f"{'met' if row['p95'] < limit and not row['errors'] else 'MISSED'} (< {limit:g})"
        )
        shown = (f"{row[name]:.1f}" if name in row else "" for name in ("p50", "p95", "max", "cpu_p50", "cpu_p95"))
        figures = (f"{row['n']}", *shown, f"{row['errors']}")
        table.add_row(name, *figures, met)
    return table
