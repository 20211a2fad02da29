"""Charts as shapes of SVG: values in, drawings out; `templates/team_page/chart.html` writes them.

Each has a title that is read aloud; the page has a table of the same figures. Widths and positions are in pixels of the
view box; on paper it is as wide as the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from callqa.messages import Message

WIDTH = 680
INK, SOFT, GRID, MAIN, BAND, WARN, GROUND = "#1f2933", "#52606d", "#d9dee3", "#1f5f99", "#c6dcef", "#b45309", "#f1f5f9"
TEXT = 12


@dataclass(frozen=True, slots=True)
class Shape:
    """An element of SVG; only a text has words."""

    name: str
    attributes: Mapping[str, str]
    text: str | Message = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Shapes from the lowest to the topmost."""

    title: str | Message
    height: int
    shapes: tuple[Shape, ...]
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of something, with the interval it is known to; ``None`` where it is not known."""

    label: str | Message
    value: float | None
    low: float | None
    high: float | None
    n: int
    group: str = ""
    """Neighbours of one group lie on one ground: they cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to pixels."""

    first: float
    last: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.first) / (self.last - self.first) * (self.end - self.start)


def histogram(totals: Sequence[float], title: str | Message, step: int = 5) -> Chart:
    """How many calls have which total, 0 to 100; the last bar holds 100, too."""
    counts = tally(totals, step)
    height, left, bottom = 200, 40, 164
    x, y = Scale(0, 100, left, WIDTH - 12), Scale(0, max(*counts, 1), bottom, 24)
    bars = (
        shape("rect", x=x(i * step) + 1, y=y(n), width=x(step) - x(0) - 2, height=bottom - y(n), fill=MAIN)
        for i, n in enumerate(counts)
        if n
    )
    numbers = (
        _text(x((i + 0.5) * step), y(n) - 4, f"{n}", anchor="middle", size=11) for i, n in enumerate(counts) if n
    )
    ticks = (_text(x(value), bottom + 17, f"{value}", anchor="middle") for value in range(0, 101, 10))
    axis = _line(left, bottom, WIDTH - 12, bottom, SOFT)
    names = (
        _text(WIDTH - 12, height - 4, Message("得分"), anchor="end", fill=SOFT),
        _text(4, 14, Message("通话数"), fill=SOFT),
    )
    return Chart(title, height, (*bars, *numbers, axis, *ticks, *names))


def tally(totals: Iterable[float], step: int = 5) -> list[int]:
    """How many totals are in each band of ``step`` points, from 0 on."""
    counts = [0] * (100 // step)
    for total in totals:
        counts[min(int(total // step), len(counts) - 1)] += 1
    return counts


def trend_line(weeks: Sequence[Estimate], title: str | Message) -> Chart:
    """Means by week as a line, their intervals as a band; a week without a mean is a gap."""
    height, left, right, bottom = 230, 40, WIDTH - 24, 180
    low, high = bounds(weeks)
    y = Scale(low, high, bottom, 16)
    x = Scale(0, max(len(weeks) - 1, 1), left + 24, right - 24) if len(weeks) > 1 else Scale(0, 1, WIDTH / 2, WIDTH)
    parts: list[Shape] = [*_levels(y, low, high, left, right)]
    for stretch in _stretches(weeks):
        upper = [(x(i), y(_known(weeks[i].high, weeks[i].value))) for i in stretch]
        lower = [(x(i), y(_known(weeks[i].low, weeks[i].value))) for i in reversed(stretch)]
        if len(stretch) > 1:
            parts.append(shape("polygon", points=_points(upper + lower), fill=BAND))
            line = [(x(i), y(_known(weeks[i].value))) for i in stretch]
            parts.append(shape("polyline", points=_points(line), fill="none", stroke=MAIN, stroke_width="2"))
        else:
            parts.append(_line(upper[0][0], upper[0][1], lower[0][0], lower[0][1], BAND, width=8))
    for i, week in enumerate(weeks):
        parts.append(_text(x(i), bottom + 18, week.label, anchor="middle"))
        parts.append(_text(x(i), bottom + 34, Message("{n} 通", n=week.n), anchor="middle", fill=SOFT, size=11))
        if week.value is not None:
            parts.append(shape("circle", cx=x(i), cy=y(week.value), r=4, fill=MAIN))
            parts.append(_text(x(i), y(week.value) - 9, f"{week.value:.1f}", anchor="middle", halo=True))
    return Chart(title, height, tuple(parts))


def rate_bars(rates: Sequence[Estimate], title: str | Message) -> Chart:
    """Shares, 0 to 1, as bars with whiskers."""
    left, right, row, top = 150, WIDTH - 128, 24, 26
    height = top + row * len(rates) + 6
    x = Scale(0, 1, left, right)
    parts = [part for share in (0, 0.25, 0.5, 0.75, 1) for part in _rule(x(share), top - 6, height - 6, f"{share:.0%}")]
    for i, rate in enumerate(rates):
        middle = top + row * i + row / 2
        parts.append(_text(left - 8, middle + 4, rate.label, anchor="end"))
        if rate.value is None:
            parts.append(_text(left + 6, middle + 4, Message("没有可判定的通话"), fill=SOFT))
            continue
        parts.append(shape("rect", x=left, y=middle - 7, width=x(rate.value) - left, height=14, fill=BAND))
        parts += _whisker(x, middle, rate)
        parts.append(
            _text(right + 8, middle + 4, Message("{share:.1%}（{n} 通）", share=rate.value, n=rate.n), fill=INK)
        )
    return Chart(title, height, tuple(parts))


def dots(agents: Sequence[Estimate], title: str | Message, reference: float | None = None) -> Chart:
    """Means as dots on their intervals, one below the other; a dashed line marks the reference."""
    left, right, row, top = 150, WIDTH - 128, 24, 26
    height = top + row * len(agents) + 6
    low, high = bounds(agents)
    x = Scale(low, high, left, right)
    parts = [
        shape("rect", x=0, y=top + row * first + 1, width=WIDTH, height=row * (last - first + 1) - 2, fill=GROUND, rx=4)
        for first, last in _grounds(agents)
    ]
    for level in _ticks(low, high):
        parts += _rule(x(level), top - 6, height - 6, f"{level:g}")
    if reference is not None and low <= reference <= high:
        parts.append(_line(x(reference), top - 6, x(reference), height - 6, WARN, dash="4 3"))
    for i, agent in enumerate(agents):
        middle = top + row * i + row / 2
        parts.append(_text(left - 8, middle + 4, agent.label, anchor="end"))
        if agent.value is None:
            parts.append(_text(left + 6, middle + 4, Message("没有总分"), fill=SOFT))
            continue
        parts += _whisker(x, middle, agent)
        parts.append(shape("circle", cx=x(agent.value), cy=middle, r=4.5, fill=MAIN))
        parts.append(_text(right + 8, middle + 4, Message("{points:.1f}（{n} 通）", points=agent.value, n=agent.n)))
    return Chart(title, height, tuple(parts))


def _grounds(agents: Sequence[Estimate]) -> Iterable[tuple[int, int]]:
    """First and last place of neighbours of one group."""
    for group, places in groupby(range(len(agents)), key=lambda i: agents[i].group):
        first, *rest = places
        if group and rest:
            yield first, rest[-1]


def bounds(estimates: Iterable[Estimate]) -> tuple[float, float]:
    """A stretch of the scale from 0 to 100, in tens, that holds all intervals and is at least 20 points long."""
    known = [end for estimate in estimates for end in (estimate.low, estimate.value, estimate.high) if end is not None]
    if not known:
        return 0.0, 100.0
    low = max(0.0, min(known) // 10 * 10)
    high = min(100.0, -(-max(known) // 10) * 10)
    low = max(0.0, min(low, high - 20))
    return low, max(high, low + 20)


def _ticks(low: float, high: float) -> list[float]:
    step = 5 if high - low <= 30 else 10 if high - low <= 60 else 20
    return [float(level) for level in range(int(low), int(high) + 1, step)]


def _levels(y: Scale, low: float, high: float, left: float, right: float) -> Iterable[Shape]:
    for level in _ticks(low, high):
        yield _line(left, y(level), right, y(level), GRID)
        yield _text(left - 6, y(level) + 4, f"{level:g}", anchor="end", fill=SOFT)


def _rule(x: float, top: float, bottom: float, label: str) -> tuple[Shape, Shape]:
    return _line(x, top, x, bottom, GRID), _text(x, top - 5, label, anchor="middle", fill=SOFT, size=11)


def _whisker(x: Scale, middle: float, estimate: Estimate) -> list[Shape]:
    if estimate.low is None or estimate.high is None:
        return []
    start, end = x(estimate.low), x(estimate.high)
    return [
        _line(start, middle, end, middle, MAIN, width=2),
        _line(start, middle - 4, start, middle + 4, MAIN, width=2),
        _line(end, middle - 4, end, middle + 4, MAIN, width=2),
    ]


def _stretches(weeks: Sequence[Estimate]) -> list[list[int]]:
    """Places of the weeks with a mean, those side by side together."""
    stretches: list[list[int]] = []
    for i, week in enumerate(weeks):
        if week.value is not None:
            if stretches and stretches[-1][-1] == i - 1:
                stretches[-1].append(i)
            else:
                stretches.append([i])
    return stretches


def _known(*values: float | None) -> float:
    return next(value for value in values if value is not None)


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, dash: str | None = None) -> Shape:
    return shape("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width, stroke_dasharray=dash)


def _text(
    x: float,
    y: float,
    text: str | Message,
    *,
    anchor: str | None = None,
    fill: str = INK,
    size: int = TEXT,
    halo: bool = False,
) -> Shape:
    white: dict[str, str | float] = {"paint_order": "stroke", "stroke": "#fff", "stroke_width": 3} if halo else {}
    return shape("text", text, x=x, y=y, text_anchor=anchor, fill=fill, font_size=size, **white)


def shape(name: str, text: str | Message = "", /, **attributes: str | float | None) -> Shape:
    """``_`` in the name of an attribute stands for ``-``; ``None`` is left out.

    >>> shape("line", x1=0.25, stroke_width=2, stroke_dasharray=None).attributes
    {'x1': '0.2', 'stroke-width': '2'}
    """
    written = {key.replace("_", "-"): pixels(value) for key, value in attributes.items() if value is not None}
    return Shape(name, written, text)


def pixels(value: str | float) -> str:
    """A number with at most one decimal, which is a tenth of a pixel; words as they are.

    >>> pixels(12.0), pixels(0.25), pixels("½")
    ('12', '0.2', '½')
    """
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
