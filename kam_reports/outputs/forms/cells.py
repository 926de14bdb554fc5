"""What is written into one cell of a form: the content and how Excel shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kam_reports.model import (
    CellValue,
    Entry,
    Figure,
    Named,
    Period,
    Perspective,
    Place,
    Scenario,
    Value,
)
from kam_reports.vocabulary import Field, Vocabulary

NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a cell, right or wrong: it is written as it is.

    A formula without a value is one that was never calculated.
    """

    value: CellValue = None
    format: str = ""
    formula: str = ""


def entry(section: str, **values: Any) -> Entry:
    """A row of *section* to be written; None is an empty cell."""
    filled = {key: Value(value, NOWHERE) for key, value in values.items() if value is not None}
    return Entry(section, filled, NOWHERE)


def figure(
    measure: str,
    scenario: Scenario | str,
    period: Period | str,
    value: Any,
    *,
    perspective: Perspective | str = Perspective.OWN,
    breakdown: str = "",
    section: str = "figures",
) -> Figure:
    """A number to be written, in base units; a Typed value is written as it stands."""
    return Figure(
        measure,
        Scenario(scenario),
        Period.parse(period) if isinstance(period, str) else period,
        value,
        "",
        NOWHERE,
        perspective=Perspective(perspective),
        breakdown=breakdown,
        section=section,
    )


@dataclass(frozen=True, slots=True)
class Manner:
    """How a workbook writes: its language, its unit of amounts, its fiscal year."""

    vocabulary: Vocabulary
    document: str  # plan · scorecard
    language: str
    scale: int = 1
    currency: str = "EUR"
    fy_start_month: int = 1

    @property
    def yes(self) -> str:
        """What stands for yes."""
        return {"de": "ja", "en": "yes"}[self.language]

    @property
    def no(self) -> str:
        """What stands for no."""
        return {"de": "nein", "en": "no"}[self.language]

    @property
    def date_format(self) -> str:
        """How Excel shows a date."""
        return {"de": "dd.mm.yyyy", "en": "dd mmm yyyy"}[self.language]

    @property
    def money_format(self) -> str:
        """How Excel shows an amount."""
        return "#,##0" if self.scale == 1 else "#,##0.0##"

    @property
    def percent_format(self) -> str:
        """How Excel shows a share."""
        return {"de": "0.0 %", "en": "0.0%"}[self.language]

    def word(self, kind: str, key: str) -> str:
        """The word of a section, field, option … in the language of the workbook."""
        return self.vocabulary.word(Named(kind, key), self.language)

    def option(self, field: Field, key: str) -> str:
        """The word of an option; a currency by its code."""
        return key if field.type == "currency" else self.word("option", f"{field.name}.{key}")

    def metric(self, key: str) -> str:
        """The first word that leads back to the measure or KPI *key*."""
        words = self.vocabulary.metrics[key][self.language]
        for word in words:
            if self.vocabulary.find_metric(word, self.document) == key:
                return word
        return words[0]

    def unit_of_number(self, field: Field, row: Mapping[str, Any]) -> str:
        """The unit of a number that depends on the rest of its row: a target, a condition."""
        if field.unit or field.type != "number":
            return field.unit
        for key in ("metric", "target_metric", "kpi"):
            if row.get(key):
                return self._unit_of_target(field, str(row[key]))
        return ""

    def _unit_of_target(self, field: Field, metric: str) -> str:
        """The anchors of a criterion counted in money are its attainment, a share."""
        unit = self.vocabulary.unit_of(metric)
        return "percent" if field.section == "scorecard" and unit == "EUR" else unit

    def number_format(self, kind: str, unit: str, digits: int | None = None) -> str:
        """How Excel shows a number of a field's type and unit."""
        if kind == "year":
            return "0"
        if unit in ("percent", "pp"):
            return self.percent_format
        if unit == "EUR":
            return self.money_format
        if unit == "EUR/unit":
            return "#,##0.00"
        if digits is not None:
            return "#,##0" + ("." + "0" * digits if digits else "")
        if kind == "int" or unit in ("units", "count", "EUR/order"):
            return "#,##0"
        return "General"

    def scaled(self, value: float) -> float:
        """An amount as it stands in the workbook, exactly as it would be typed."""
        if self.scale == 1:
            return value
        return float(Decimal(repr(value)).scaleb(1 - len(str(self.scale))))

    def number(self, value: float, kind: str, unit: str, digits: int | None = None) -> Typed:
        """A number with the format of its unit."""
        shown = self.scaled(value) if unit == "EUR" else value
        return Typed(shown, self.number_format(kind, unit, digits))

    def content(self, value: Any, field: Field, row: Mapping[str, Any]) -> Typed:
        """What is written for *value* of *field*; *row* are the values beside it."""
        if value is None or isinstance(value, Typed):
            return value or Typed()
        if isinstance(value, bool):
            return Typed(self.yes if value else self.no)
        if isinstance(value, Period):
            return Typed(self.word("period", str(value)))
        if isinstance(value, date):
            return Typed(value, self.date_format)
        if field.type in ("enum", "currency"):
            return Typed(self.option(field, str(value)))
        if field.type == "metric":
            return Typed(self.metric(str(value)))
        if isinstance(value, int | float):
            if row.get("unit") == "percent" and field.type == "number":
                # The unit stands beside it, so people type 13.5 and not 0.135.
                return Typed(float(Decimal(repr(value)).scaleb(2)), "General")
            return self.number(value, field.type, self.unit_of_number(field, row), field.digits)
        return Typed(str(value))

    def format_of(self, field: Field) -> str:
        """How Excel shows what somebody will type into an empty cell of *field*."""
        if field.type == "date":
            return self.date_format
        if field.type in ("int", "number", "money", "pct", "score5", "year"):
            return self.number_format(field.type, field.unit, field.digits)
        return "@" if field.type in ("code", "phone") else "General"
