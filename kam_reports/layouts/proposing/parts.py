"""What a proposal consists of: plain data, in no language."""

from __future__ import annotations

from dataclasses import dataclass

from kam_reports.layouts.declared import Layout
from kam_reports.layouts.declaring import Declared
from kam_reports.model import Book, Named, Period, Place, Plan, Scenario

BY_RULES = -1  # the block of a part that no block of the layout declares
SURE, DOUBTFUL = 0.9, 0.6  # from where on a part is sure, or at least likely


@dataclass(frozen=True, slots=True)
class Meant:
    """A label or heading, and what it stands for; 1 is a word that is known."""

    text: str
    named: Named
    place: Place
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """A table, form or list that was recognised, and how it would be read."""

    declared: Declared
    place: Place  # the sheet and the range
    heads: tuple[int, ...] = ()  # the rows of its header
    sure: float = 0.0
    meant: tuple[Meant, ...] = ()  # the labels and headings that say what is read
    unknown: tuple[Place, ...] = ()  # labels that nobody knows
    scenarios: tuple[Scenario, ...] = ()
    periods: tuple[Period, ...] = ()
    unit: str = ""  # T€, as a title, a corner or a footnote says it
    unit_at: Place | None = None
    read: int = 0  # figures, or fields of records
    rows: int = 0  # records of a list
    left: int = 0  # filled cells of it that would not be read
    open: tuple[str, ...] = ()  # what nothing tells: scenario · period · measure
    assumed: str = ""  # what was assumed: actual
    hidden: bool = False
    new: bool = True  # else a layout of the workspace declares it
    block: int = 0  # its number in the layout


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a foreign workbook could be read, and what that would give."""

    book: Book  # as far as it was looked at
    layout: Layout
    parts: tuple[Part, ...]
    plan: Plan  # what the layout reads
    known: str = ""  # the layout that reads it already, the product's or one of the workspace
    own: bool = False  # that is one of the workspace
    hints: tuple[Meant, ...] = ()  # words that nobody knows, and what they may stand for
    missing: tuple[Named, ...] = ()  # fields and sections that every plan should have
    shortened: int = 0  # rows a sheet that were looked at; 0 is all of them

    @property
    def new(self) -> tuple[Part, ...]:
        """The parts that no layout declares yet."""
        return tuple(part for part in self.parts if part.new)

    @property
    def unsure(self) -> tuple[Meant, ...]:
        """What was recognised only by likeness, the least sure first."""
        found = {(m.text, m.named): m for part in self.parts for m in part.meant if m.sure < 1}
        return tuple(sorted(found.values(), key=lambda one: (one.sure, one.text)))
