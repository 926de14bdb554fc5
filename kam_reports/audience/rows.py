"""From the entries of a plan to rows that hold only what their reader may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from kam_reports.audience.views import NOTHING, Row, Shown
from kam_reports.model import (
    Amount,
    Clearance,
    Edition,
    Entry,
    Named,
    Place,
    Plan,
)

if TYPE_CHECKING:
    from kam_reports.vocabulary import Field, Vocabulary

MAY_SEE: Mapping[Edition, Collection[Clearance]] = {
    Edition.CUSTOMER: frozenset({Clearance.CUSTOMER}),
    Edition.PARTNER: frozenset({Clearance.PARTNER}),
    Edition.INTERNAL: frozenset(Clearance),
}


class KpiWords(Protocol):
    """What a KPI's declaration says that a view needs to know."""

    @property
    def unit(self) -> str:
        """What it is counted in."""

    @property
    def better(self) -> str:
        """Which direction is good: up, down, band, info."""

    @property
    def clearance(self) -> Any:
        """Who may see it."""

    @property
    def needs(self) -> Any:
        """The measures that it is made of."""

    @property
    def dimension(self) -> str:
        """The goal dimension that it measures; empty for none."""


@cache
def _may_pass(edition: Edition, clearance: str) -> bool:
    try:
        return Clearance(clearance) in MAY_SEE[edition]
    except ValueError:
        return edition is Edition.INTERNAL


@dataclass(frozen=True, slots=True)
class Door:
    """The door between a plan and one audience: unknown means internal, and internal stays in."""

    edition: Edition
    vocabulary: Vocabulary
    kpis: Mapping[str, KpiWords]

    @property
    def inside(self) -> bool:
        """Whether the reader is one of us and may see everything, cells included."""
        return self.edition is Edition.INTERNAL

    def lets(self, clearance: Any) -> bool:
        """Whether something of this class may pass."""
        return _may_pass(self.edition, str(clearance))

    def kpi(self, kpi: str) -> KpiWords | None:
        """The declaration of *kpi* if its numbers may pass."""
        declared = self.kpis.get(kpi)
        return declared if declared is not None and self.lets(declared.clearance) else None

    def unit(self, metric: Any) -> str:
        """The unit of a measure or KPI; empty if it is unknown."""
        if metric in self.kpis:
            return self.kpis[metric].unit
        measure = self.vocabulary.measures.get(metric)
        return measure.unit if measure is not None else ""

    # ------------------------------------------------------------ entries

    def rows(self, entries: Iterable[Entry]) -> tuple[Row, ...]:
        """A row for every entry, in the order of the sheet."""
        return tuple(self.row(entry) for entry in entries)

    def row(self, entry: Entry, **more: Shown) -> Row:
        """The fields of *entry* that may pass, each with a value or missing."""
        section = self.vocabulary.section(entry.section)
        passed = {
            key: self.shown(entry, field)
            for key, field in section.fields.items()
            if self.lets(field.clearance)
        }
        return MappingProxyType(passed | more)

    def form(self, plan: Plan, section: str) -> Row:
        """The one row of *section*."""
        return self.row(plan.one(section))

    def shown(self, entry: Entry, field: Field) -> Shown:
        """One value of *entry*; call it only for a field that may pass."""
        value = entry[field.key]
        if value is None:
            return NOTHING
        return Shown(
            _fact(value, field, self._unit(entry, field)), self.source(entry.at(field.key))
        )

    def _unit(self, entry: Entry, field: Field) -> str:
        """The unit of a number: its field's own, or what another field of the row says."""
        if field.key in _METRIC_VALUES:
            return self.unit(entry["metric"] or entry["target_metric"])
        if field.name in _CONDITION_VALUES:
            return _CONDITION_UNITS.get(entry["unit"], "")
        return "EUR/order" if field.name in _SMALL_MONEY else field.unit

    def source(self, place: Place) -> str:
        """The cell that a value stands in, for our own eyes only."""
        return str(place) if self.inside and place.cell else ""


_METRIC_VALUES = frozenset(
    ("target_fy", "target_q1", "target_q2", "target_q3", "target_q4", "target_value")
)
_CONDITION_VALUES = frozenset(
    ("conditions.value", "conditions.previous_value", "conditions.walk_away")
)
_CONDITION_UNITS = {
    "percent": "percent",
    "amount": "EUR/order",
    "per_unit": "EUR/unit",
    "days": "days",
}
_SMALL_MONEY = frozenset(("relationship.cost", "events.cost"))  # nothing is left of 70 € in T€


def _fact(value: Any, field: Field, unit: str) -> Any:
    """*value* as a fact that can be said in any language."""
    if field.options and not isinstance(value, bool):
        return Named("option", f"{field.section}.{field.key}.{value}")
    if field.type == "metric":
        return Named("measure", str(value))
    if isinstance(value, bool) or field.type == "year" or not isinstance(value, int | float):
        return value
    return Amount(float(value), unit)


def picked(row: Row, *keys: str) -> Row:
    """*row* with only these fields."""
    return MappingProxyType({key: row[key] for key in keys if key in row})
