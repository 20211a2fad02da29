"""Charts of a workbook, on a sheet of their own: what an office program draws from the cells of the other sheets."""

from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from callqa.messages import Say

MOST_NAMES = 40
"""Of teams and items that a chart can name."""
WIDTH, ROW_PIXELS, LINE_HEIGHT, BAR_HEIGHT = 900, 20, 320, 26
"""Pixels: of a chart, of a row of the sheet, and of what a line and a bar take."""
BLUE, AMBER = "#1F4E79", "#C55A11"


@dataclass(frozen=True)
class Drawn:
    """A table that is drawn: its names and its figures, by the columns' names."""

    title: str
    names: str
    figure: str
    shape: str
    """Of XlsxWriter: ``bar`` or ``line``."""
    least: int
    """Rows that make a chart worth its place."""
    axis: dict[str, Any]


SHARE: dict[str, Any] = {"min": 0, "max": 1, "num_format": "0%"}
POINTS: dict[str, Any] = {"max": 100, "num_format": "0"}
DRAWN = {
    "items": Drawn("各项目合格率", "item", "pass_rate", "bar", 1, SHARE),
    "teams": Drawn("各班组平均分", "team", "mean", "bar", 2, POINTS),
    "trend": Drawn("每周平均分", "week", "mean", "line", 2, POINTS),
}
"""By the tables' names, in the order of the sheet."""


class Charts:
    """The sheet, and what is to be drawn on it once all tables are written."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Worksheet, say: Say) -> None:
        self._book, self._sheet, self._say = book, sheet, say
        self._series: dict[str, dict[str, Any]] = {}

    def add(self, table: str, sheet: Worksheet, columns: list[str], rows: int) -> None:
        """Draws the first rows of a table that is written, if there is a chart of it."""
        drawn = DRAWN.get(table)
        if drawn and rows >= drawn.least:
            last = min(rows, MOST_NAMES)
            places = {"categories": columns.index(drawn.names), "values": columns.index(drawn.figure)}
            self._series[table] = {key: [sheet.name, 1, place, last, place] for key, place in places.items()}

    def draw(self) -> None:
        """Puts the charts below each other."""
        row = 0
        for table, drawn in DRAWN.items():
            if series := self._series.get(table):
                n = series["values"][3]
                height = LINE_HEIGHT if drawn.shape == "line" else 90 + BAR_HEIGHT * n
                chart = self._chart(drawn, series)
                chart.set_size({"width": WIDTH, "height": height})
                self._sheet.insert_chart(row, 0, chart)
                row += height // ROW_PIXELS + 2
        if not row:
            self._sheet.write_string(0, 0, self._say("没有可画的数据。"))

    def _chart(self, drawn: Drawn, series: dict[str, Any]) -> Any:
        chart = self._book.add_chart({"type": drawn.shape})
        look = {"line": {"color": BLUE, "width": 2.25}, "marker": {"type": "circle", "size": 6}}
        bars = {"fill": {"color": BLUE}, "gap": 60}
        labels = {"value": True, "num_format": "0%" if drawn.axis is SHARE else "0.0"}
        chart.add_series({**series, "data_labels": labels, **(look if drawn.shape == "line" else bars)})
        chart.set_title({"name": self._say(drawn.title), "name_font": {"size": 13, "color": BLUE}, "overlay": False})
        chart.set_legend({"none": True})
        names: dict[str, Any] = {"num_font": {"size": 9}}
        figures = {**drawn.axis, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
        if drawn.shape == "bar":  # lies on its side; the first row stands on top
            chart.set_x_axis(figures)
            chart.set_y_axis(names | {"reverse": True})
        else:
            chart.set_x_axis(names)
            chart.set_y_axis(figures)
        return chart
