"""What all charts of a page share: the words, the look, the scales; and how they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from kam_reports.audience.views import Measured, Shown
from kam_reports.charts.canvas import Look
from kam_reports.model import Amount, Named, Period
from kam_reports.wording import Wording


@dataclass(frozen=True, slots=True)
class Frame:
    """The page that charts are drawn for.

    *of* is the reporting unit that every title begins with. *scales* are pixels a unit, by unit:
    charts of equal units are drawn to the same scale. Without an entry a chart finds its own.
    """

    wording: Wording
    of: str
    quarter: Period
    look: Look = field(default_factory=Look)
    scales: Mapping[str, float] = field(default_factory=dict)
    named: Callable[[str], str] | None = None  # how the cells of a number are said, for us only

    def cells(self, shown: Shown) -> str:
        """The cells that a number was read from, for who points at it; nothing on a phone."""
        if self.named is None or self.look.slim or not shown.source:
            return ""
        return self.named(shown.source)

    def scaled(self, **scales: float) -> Frame:
        """The same page with these *scales*."""
        return replace(self, scales={**self.scales, **scales})

    # ------------------------------------------------------------ words

    def say(self, key: str, **facts: object) -> str:
        """A phrase of the charts."""
        return self.wording.phrase(f"chart.{key}", **facts)

    def title(self, what: Named | str, unit: str, rest: str) -> str:
        """Unit of reporting · measure in unit · period and scenarios."""
        said = what if isinstance(what, str) else self.wording.label(what)
        word = self.wording.unit(unit) if unit else ""
        measure = self.say("in_unit", measure=said, unit=word) if word else said
        return f"{self.of} · {measure} · {rest}"

    def span(self, first: Period, last: Period) -> str:
        """Several quarters, as ``Q1–Q3 2026``."""
        told = self.wording.period(last)
        return told if first == last else f"{first.short}–{told}"

    def to_date(self) -> str:
        """The quarters of the year that have passed."""
        return self.span(Period(self.quarter.year, "Q", 1), self.quarter)

    def number(self, shown: Shown | Amount) -> str:
        """A number without its unit."""
        fact = shown.fact if isinstance(shown, Shown) else shown
        if not isinstance(fact, Amount):
            return self.wording.fact(fact)
        return self.wording.bare(fact.value, fact.unit, fact.signed)

    def compared(self, told: Measured) -> str:
        """In words, how a KPI stands against its target and the prior year; empty if not at all."""
        gap = told.variance if _in_percent(told) else told.variance_pct
        parts = (self.apart(gap, "target"), self.apart(told.growth, "prior"))
        return ", ".join(part for part in parts if part)

    def apart(self, gap: Shown, against: str) -> str:
        """A difference in words: ``3,6 % über Ziel``."""
        if not gap.known or gap.fact.value is None:
            return ""
        value, unit = gap.fact.value, gap.fact.unit
        if self.wording.rounds_to_zero(value, unit):
            return self.say(f"at_{against}")
        side = "above" if value > 0 else "below"
        return self.say(f"{side}_{against}", size=self.wording.size(value, unit))


def _in_percent(told: Measured) -> bool:
    return told.actual.known and told.actual.fact.unit == "percent"


def value_of(shown: Shown) -> float | None:
    """The number of what is shown, if it is one."""
    fact = shown.fact
    return fact.value if isinstance(fact, Amount) else None


def listed(parts: Iterable[str]) -> str:
    """The values for who cannot see the picture, one after the other."""
    return "; ".join(part for part in parts if part)
