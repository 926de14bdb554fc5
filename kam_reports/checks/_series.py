"""The figures of one plan as series: one measure, scenario and perspective over its periods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kam_reports.model import Figure, Period, Perspective, Place, Plan, Scenario
from kam_reports.vocabulary import Vocabulary

OWN = Perspective.OWN
FINER = {"FY": ("Q", "H"), "H": ("Q",), "Q": ("M",)}
BELOW = {"FY": {"M", "Q", "H"}, "H": {"M", "Q"}, "Q": {"M"}, "M": set[str]()}


class Row(NamedTuple):
    """What a series is about."""

    measure: str
    scenario: Scenario
    perspective: Perspective = OWN
    breakdown: str = ""


class Series:
    """All series of a plan, and the values that follow from them."""

    def __init__(self, plan: Plan, vocabulary: Vocabulary) -> None:
        self.plan = plan
        self.vocabulary = vocabulary
        self.rows: dict[Row, dict[Period, Figure]] = {}
        self._grains: dict[Row, set[str]] = {}
        for figure in plan.figures:
            row = Row(figure.measure, figure.scenario, figure.perspective, figure.breakdown)
            self.rows.setdefault(row, {}).setdefault(figure.period, figure)
            self._grains.setdefault(row, set()).add(figure.period.grain)

    def __iter__(self) -> Iterator[tuple[Row, dict[Period, Figure]]]:
        return iter(self.rows.items())

    @property
    def year(self) -> Period | None:
        """The whole fiscal year of the plan."""
        return None if self.plan.fiscal_year is None else Period(self.plan.fiscal_year)

    def over_time(self, measure: str) -> str:
        """How a measure adds up over time: sum, last or mean; empty for a ratio."""
        known = self.vocabulary.measures.get(measure)
        return known.over_time if known else ""

    def figure(self, row: Row, period: Period) -> Figure | None:
        """The figure that was typed for *period*."""
        return self.rows.get(row, {}).get(period)

    def value(self, row: Row, period: Period) -> float | None:
        """The value of *period*: as typed, else from the complete finer periods."""
        typed = self.figure(row, period)
        return self.from_parts(row, period) if typed is None else typed.value

    def from_parts(self, row: Row, period: Period) -> float | None:
        """What the finer periods say about *period*; None if one of them is missing."""
        if BELOW[period.grain].isdisjoint(self._grains.get(row, ())):
            return None
        for grain in FINER.get(period.grain, ()):
            values = [self.value(row, part) for part in period.parts(grain)]
            known = [value for value in values if value is not None]
            if len(known) == len(values):
                return _together(known, self.over_time(row.measure))
        return None

    def place(self, row: Row, period: Period) -> Place:
        """The cell where *period* stands, or would stand; else the first cell of the series."""
        typed = self.figure(row, period)
        if typed is not None:
            return typed.place
        series = self.rows.get(row, {})
        first = next(iter(series.values()), None)
        return self.plan.place if first is None else first.place

    def empty_cell(self, row: Row, period: Period, beside: Figure) -> Place:
        """The empty cell where the figure belongs: in the row of *beside*, in its own column."""
        for other, series in self.rows.items():
            figure = series.get(period)
            if other.scenario is not row.scenario or figure is None:
                continue
            if figure.place.sheet == beside.place.sheet:
                column = figure.place.cell.rstrip("0123456789")
                line = beside.place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
                return Place(beside.place.book, beside.place.sheet, column + line)
        return beside.place


def _together(values: list[float], over_time: str) -> float | None:
    if over_time == "sum":
        return sum(values)
    if over_time == "last":
        return values[-1]
    if over_time == "mean":
        return sum(values) / len(values)
    return None


def close(first: float, second: float, share: float, least: float = 0.0) -> bool:
    """Whether two numbers are the same but for rounding: within a share of the second one."""
    return abs(first - second) <= max(share * abs(second), least) + 1e-9 * abs(second)
