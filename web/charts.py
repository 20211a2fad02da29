"""Charts as plain data: drawn by js/charts.js, written below as a table, part of a page's JSON."""

import json
from dataclasses import asdict, dataclass

Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """A number for each label of its chart; ``None`` is a gap. ``low`` and ``high``: the interval of each, or empty."""

    name: str
    values: Values
    low: Values = ()
    high: Values = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the chart at a value: an aim, the mean of all."""

    value: float
    name: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Series over the same labels. ``least`` and ``most``: the ends of the values' axis; else as the values."""

    title: str
    axis: str
    """What the labels are: 日期, 坐席, 分数段."""
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    least: float | None = None
    most: float | None = None
    marks: tuple[Mark, ...] = ()
    links: tuple[str, ...] = ()
    """Where a click on the value of a label leads, for each label."""

    def __post_init__(self) -> None:
        for series in self.series:
            for values in (series.values, series.low or series.values, series.high or series.values):
                if len(values) != len(self.labels):
                    raise ValueError(
                        f"{self.title}: {series.name} has {len(values)} values for {len(self.labels)} labels"
                    )

    @property
    def json(self) -> str:
        """For the browser."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)

    @property
    def largest(self) -> float:
        return max((value for series in self.series for value in series.values if value is not None), default=0.0)
