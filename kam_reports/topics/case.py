"""One account or partner, as a rule looks at it: its plan and its numbers by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kam_reports.audience.numbers import Numbers
from kam_reports.kpis import KPIS
from kam_reports.model import Amount, Light, Named, Occasion, Period, Plan, Scenario
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import Workspace

CLOSED = ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class Told:
    """A KPI to date, or for the year."""

    unit: str
    row: Mapping[str, Any]

    def __getitem__(self, column: str) -> float | None:
        """The number in *column*; None if it is missing."""
        value = self.row.get(column)
        return None if value is None else float(value)

    @property
    def light(self) -> Light:
        """Its light; grey if it cannot be judged."""
        return Light(self.row.get("light") or Light.GREY)

    @property
    def missed(self) -> bool:
        """Whether it is judged and not green."""
        return self.light in (Light.RED, Light.YELLOW)

    @property
    def growth(self) -> float:
        """Its change to the year before; 0 if that is not known."""
        return self["growth"] or 0.0

    def amount(self, column: str) -> Amount:
        """The number in *column* with its unit, ready to be said."""
        value = self[column]
        percent = self.unit == "percent"
        if column == "attainment":
            return Amount(value, "percent")
        if column == "growth":
            return Amount(value, "pp" if percent else "percent", signed=True)
        if column == "variance":
            return Amount(value, "pp" if percent else self.unit, signed=True)
        return Amount(value, self.unit)


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule may look at."""

    plan: Plan
    numbers: Numbers
    occasion: Occasion
    workspace: Workspace
    vocabulary: Vocabulary

    @property
    def as_of(self) -> date:
        """The day that the talk looks from."""
        return self.occasion.as_of

    def to_date(self, kpi: str) -> Told:
        """The KPI in the year to date; a state as it is."""
        quarter = self.occasion.quarter
        row = self.numbers.row(kpi, "YTD", quarter) or self.numbers.row(kpi, "ASOF", quarter)
        return Told(KPIS[kpi].unit, row)

    def year(self, kpi: str) -> Told:
        """The KPI for the whole year."""
        return Told(KPIS[kpi].unit, self.numbers.row(kpi, "FY", self.occasion.quarter))

    def label(self, kpi: str) -> Named:
        """The KPI's word."""
        return Named("measure", kpi)

    def measuring(self, dimension: str | None) -> Iterator[str]:
        """The KPIs that measure a goal dimension."""
        return (kpi for kpi, declared in KPIS.items() if declared.dimension == dimension != "")

    def growth_to_date(self, measure: str) -> float | None:
        """How *measure* changed against the same quarters of the year before."""
        last = self.occasion.quarter
        quarters = [Period(last.year, "Q", number) for number in range(1, last.number + 1)]
        now = self.numbers.to_date(measure, quarters)
        before = self.numbers.to_date(measure, quarters, Scenario.PY)
        if now is None or before is None or before <= 0:
            return None
        return (now - before) / before

    def days_until(self, day: date | None) -> int | None:
        """How many days from now *day* is; None if it is past or unknown."""
        if day is None or day < self.as_of:
            return None
        return (day - self.as_of).days
