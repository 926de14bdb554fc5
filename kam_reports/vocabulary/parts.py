"""The parts of the structure: section, field, option, measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kam_reports.model import Clearance
from kam_reports.vocabulary.words import Words

DOCUMENTS = ("plan", "scorecard")
TYPES = (
    "longtext", "text", "code", "enum", "int", "number", "money", "pct", "date", "bool", "score5",
    "person", "period", "year", "currency", "metric", "ref", "email", "phone",
)  # fmt: skip
UNITS = (
    "EUR", "EUR/unit", "EUR/order", "units", "count", "percent", "pp", "days", "working_days",
    "hours", "per_year", "index", "nps", "score", "points",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be chosen, and what the rules know about it."""

    key: str
    words: Words
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a section: how it is called, what may stand in it, who may see it."""

    key: str
    section: str
    words: Words
    type: str
    required: str = "no"  # yes · expected · no
    clearance: Clearance = Clearance.INTERNAL
    unit: str = ""
    low: float | None = None
    high: float | None = None
    options: tuple[Option, ...] = ()
    default: Any = None
    refers_to: str = ""  # the section that a ref points into
    help: Mapping[str, str] = field(default_factory=dict)
    digits: int | None = None
    derived: bool = False  # computed, never typed

    @property
    def name(self) -> str:
        """Its full name, ``measures.due``."""
        return f"{self.section}.{self.key}"

    def option(self, key: str) -> Option:
        """The option *key*. Raises KeyError."""
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(f"{self.name}.{key}")


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a plan or scorecard."""

    key: str
    words: Words
    records: str  # one · many · grid
    part_of: str  # the section that it belongs to
    document: str  # plan · scorecard
    fields: Mapping[str, Field]
    expected: bool
    number: int  # as in the handbook; a part has the number of its whole
    help: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is counted, and how it adds up."""

    key: str
    words: Words
    unit: str
    better: str  # up · down · band · info
    over_time: str  # sum · last · mean · none
    over_accounts: str  # sum · distinct FIELD · none
    clearance: Clearance = Clearance.INTERNAL
    document: str = "plan"
    required: str = "no"
    part_of: str = ""  # the measure that it cannot exceed
    counted: bool = False  # counted from records, never typed
    help: Mapping[str, str] = field(default_factory=dict)
