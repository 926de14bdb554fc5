"""Charts of the workbook in the notation of IBCS: native, labelled, tied to cells.

Actual is solid, target is outlined, prior year is light, forecast is hatched; what is good for the
business is green and what is bad is red, whichever way the bar points. Axes begin at zero, labels
replace them, and nothing decorates. How a chart looks is decided here once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.chart import Chart

from kam_reports.model import Light
from kam_reports.outputs.xlsx.bubbles import BubbleChart
from kam_reports.outputs.xlsx.paper import Paper

HEIGHT = 268  # pixels
SCORES = (0.6, 5.4)  # the axes of the nine fields: 1 to 5, with room for bubbles
_SOLID, _LIGHT, _RULE = "#404040", "#BFBFBF", "#7F7F7F"
_FONT = {"name": "Arial", "size": 8, "color": "#262626"}
_LINE = {"color": _RULE, "width": 0.75}
_STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_NONE: Mapping[str, Any] = {"none": True}


@dataclass(frozen=True, slots=True)
class Cells:
    """A range of one column, or a cell, counted from 0."""

    sheet: str
    first: int
    column: int
    last: int = -1

    @property
    def area(self) -> list[Any]:
        """As XlsxWriter takes a range."""
        last = self.first if self.last < 0 else self.last
        return [self.sheet, self.first, self.column, last, self.column]

    def part(self, first: int, last: int) -> Cells:
        """Some of its cells, counted from its first one."""
        return Cells(self.sheet, self.first + first, self.column, self.first + last)

    @property
    def cell(self) -> str:
        """The address of its first cell, as a formula."""
        from kam_reports.outputs.xlsx.cells import fixed

        return "=" + fixed(self.sheet, self.first, self.column)


@dataclass(frozen=True, slots=True)
class Bubbles:
    """Bubbles of one colour; with a place for a label they say the name in the first cell."""

    colour: str
    names: Cells
    x: Cells
    y: Cells
    sizes: Cells
    label: str = ""  # right, left, above, below


def bare_format(form: str) -> str:
    """A number format without the unit, which stands in the title."""
    return re.sub(r'"[^"]*"', "", form).strip()


def changes_format(form: str) -> str:
    """The format of variances: always with a sign, and nothing for zero."""
    plain = bare_format(form)
    return f"+{plain};\u2212{plain};;"


def round_limit(value: float) -> float:
    """The next round number beyond *value*, for the end of an axis."""
    if not value:
        return 1.0
    size = 10.0 ** math.floor(math.log10(abs(value)))
    steps = next(step for step in _STEPS if step * size >= abs(value))
    return math.copysign(steps * size, value)


def limits_of(values: Sequence[float]) -> tuple[float, float]:
    """Where an axis begins and ends that shows all *values* and zero, with room for labels."""
    low, high = min([*values, 0.0]), max([*values, 0.0])
    room = 0.12 * (high - low)
    return (round_limit(low - room) if low < 0 else 0.0, round_limit(high + room) if high else 0.0)


class Drawer:
    """Draws the charts of a workbook."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.good = paper.lights[Light.GREEN][0]
        self.bad = paper.lights[Light.RED][0]

    def periods(
        self,
        title: Cells,
        names: Cells,
        series: Sequence[tuple[str, Cells]],
        form: str,
        limits: tuple[float, float],
        *,
        hatched: Sequence[int],
    ) -> Chart:
        """Columns by period: *series* are prior year, target and actual, with their names.

        The points *hatched* of the last series are forecasts.
        """
        chart = self._chart({"type": "column"}, title)
        count = names.last - names.first + 1
        solid = {"fill": {"color": _SOLID}, "border": {"color": _SOLID}}
        pattern = {"pattern": "wide_upward_diagonal", "fg_color": _SOLID, "bg_color": "#FFFFFF"}
        forecast = {"pattern": pattern, "border": {"color": _SOLID}}
        looks: tuple[dict[str, Any], ...] = (
            {"fill": {"color": _LIGHT}, "border": dict(_NONE)},
            {"fill": {"color": "#FFFFFF"}, "border": {"color": _SOLID, "width": 1}},
            {**solid, "points": [forecast if place in hatched else None for place in range(count)]},
        )
        for number, ((name, values), look) in enumerate(zip(series, looks, strict=True)):
            labels = {
                "value": True,
                "num_format": bare_format(form),
                "font": {**_FONT, "bold": True},
            }
            chart.add_series(
                {
                    "name": name,
                    "categories": names.area,
                    "values": values.area,
                    "gap": 60,
                    "overlap": -5 if number == 0 else None,
                    **({"data_labels": labels} if number == len(looks) - 1 else {}),
                    **look,
                }
            )
        chart.set_x_axis({"num_font": _FONT, "line": _LINE, "major_tick_mark": "none"})
        chart.set_y_axis(self._silent(limits))
        chart.set_legend({"position": "bottom", "font": _FONT})
        return chart

    def variances(
        self,
        title: Cells,
        names: Cells,
        good: Cells,
        bad: Cells,
        form: str,
        limits: tuple[float, float],
    ) -> Chart:
        """Bars of variances, those that are good and those that are bad."""
        chart = self._chart({"type": "bar"}, title)
        for values, colour in ((good, self.good), (bad, self.bad)):
            chart.add_series(
                {
                    "categories": names.area,
                    "values": values.area,
                    "gap": 35,
                    "overlap": 100,
                    "fill": {"color": colour},
                    "border": dict(_NONE),
                    "data_labels": {
                        "value": True,
                        "num_format": changes_format(form),
                        "font": _FONT,
                    },
                }
            )
        self._listed(chart, limits)
        return chart

    def bars(
        self,
        title: Cells,
        names: Cells,
        values: Cells,
        form: str,
        limits: tuple[float, float],
        *,
        colours: Sequence[str] = (),
    ) -> Chart:
        """Bars from the top down, each with its value."""
        chart = self._chart({"type": "bar"}, title)
        points = [{"fill": {"color": colour}} for colour in colours]
        chart.add_series(
            {
                "categories": names.area,
                "values": values.area,
                "gap": 35,
                "fill": {"color": _SOLID},
                "border": dict(_NONE),
                "data_labels": {"value": True, "num_format": form, "font": _FONT},
                **({"points": points} if points else {}),
            }
        )
        self._listed(chart, limits)
        return chart

    def _listed(self, chart: Chart, limits: tuple[float, float]) -> None:
        """Names on the left in the order of their cells, no axis of values."""
        chart.set_y_axis(
            {
                "reverse": True,
                "label_position": "low",
                "num_font": _FONT,
                "line": _LINE,
                "major_tick_mark": "none",
            }
        )
        chart.set_x_axis(self._silent(limits))
        chart.set_legend({"none": True})

    def bubbles(
        self, title: Cells, groups: Sequence[Bubbles], dots: Bubbles, axes: tuple[str, str]
    ) -> Chart:
        """The nine fields, with *dots* as the borders between them."""
        chart = self.paper.bubbles()
        self._dress(chart, title)
        for one in (dots, *groups):
            labels = {"series_name": True, "position": one.label, "font": _FONT}
            chart.add_series(
                {
                    "name": one.names.cell,
                    "categories": one.x.area,
                    "values": one.y.area,
                    "sizes": one.sizes.area,
                    "fill": {"color": one.colour, "transparency": 0 if one is dots else 35},
                    "border": dict(_NONE) if one is dots else {"color": "#FFFFFF", "width": 0.75},
                    **({"data_labels": labels} if one.label else {}),
                }
            )
        for set_axis, name in zip((chart.set_x_axis, chart.set_y_axis), axes, strict=True):
            set_axis(
                {
                    "name": name,
                    "name_font": {**_FONT, "bold": False},
                    "num_font": _FONT,
                    "num_format": "0",
                    "min": SCORES[0],
                    "max": SCORES[1],
                    "major_unit": 1,
                    "line": _LINE,
                    "major_gridlines": {"visible": False},
                    "major_tick_mark": "none",
                    "label_position": "none",
                }
            )
        chart.set_legend({"none": True})
        return chart

    def _chart(self, kind: dict[str, Any], title: Cells) -> Chart:
        chart = self.paper.chart(kind)
        self._dress(chart, title)
        return chart

    @staticmethod
    def _dress(chart: Chart, title: Cells) -> None:
        chart.set_title(
            {
                "name": title.cell,
                "name_font": {**_FONT, "bold": False, "color": "#595959"},
                "overlay": False,
                "layout": {"x": 0.01, "y": 0.02},
            }
        )
        if isinstance(chart, BubbleChart):
            inside = {"x": 0.06, "y": 0.13, "width": 0.91, "height": 0.78}
            chart.set_plotarea({"layout": inside})
        chart.set_chartarea({"border": dict(_NONE), "fill": {"color": "#FFFFFF"}})

    @staticmethod
    def _silent(limits: tuple[float, float]) -> dict[str, Any]:
        """An axis of values that is there for the scale alone."""
        scale = {"min": limits[0], "max": limits[1]} if limits[1] > limits[0] else {}
        return {
            "visible": False,
            "major_gridlines": {"visible": False},
            "num_font": _FONT,
            **scale,
        }
