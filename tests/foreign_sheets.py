"""A workbook that is being made: its cells, and beside them what a reader should find in them.

A maker writes a figure or a field once, with what it means; the cell and its truth cannot differ
by mistake. ``render`` writes the cells with XlsxWriter, the same bytes every time.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from kam_reports.model import Period, Scenario

CREATED = datetime(2026, 1, 2, 8)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with the value that Excel stored; None was never calculated."""

    text: str
    stored: str | float | None = None


Content = str | float | int | date | bool | Formula


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure that stands in a cell; a value of None is a filled cell that gives no number."""

    measure: str
    scenario: Scenario
    period: Period
    value: float | None
    sheet: str
    cell: str  # an address, or the range of the rows that are to be added up
    scale: float = 1
    breakdown: str = ""
    needed: bool = True  # else it restates others: it may be read, but need not
    grouped: bool = False  # else the cell holds the whole of it

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is a figure of."""
        return self.measure, self.scenario.value, str(self.period), self.breakdown.casefold()


@dataclass(frozen=True, slots=True)
class Told:
    """A field of a record and the cell it stands in."""

    value: object
    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a list, or the header of the plan."""

    section: str
    fields: Mapping[str, Told]


@dataclass(frozen=True, slots=True)
class Made:
    """A made workbook and its truth."""

    name: str
    shape: str  # L1 … L14
    language: str
    dirty: bool
    data: bytes
    figures: tuple[Stated, ...]
    records: tuple[Record, ...]
    dirt: frozenset[str]
    document: str = "plan"
    doubtful: tuple[Stated, ...] = ()  # stated twice and differently: nobody can know


@dataclass(slots=True)
class Leaf:
    """A sheet that is being filled; rows and columns are counted from 0."""

    name: str
    cells: dict[tuple[int, int], tuple[Content, str]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    visible: str = "visible"

    def put(self, row: int, column: int, content: Content | None, look: str = "") -> str:
        """Write a cell and give its address; None leaves it blank."""
        if content is not None:
            assert (row, column) not in self.cells, (self.name, row, column)
            self.cells[row, column] = (content, look)
        return xl_rowcol_to_cell(row, column)

    def band(self, row: int, first: int, last: int, content: Content, *, merged: bool) -> None:
        """Write a heading over several columns."""
        self.put(row, first, content, "band")
        if merged and last > first:
            self.merges.append((row, first, row, last))

    def line(self, row: int, column: int, contents: Iterable[Content | None]) -> None:
        """Write cells side by side."""
        for step, content in enumerate(contents):
            self.put(row, column + step, content)

    @property
    def bottom(self) -> int:
        """The first row below everything."""
        return max((row for row, _ in self.cells), default=-1) + 1

    @property
    def right(self) -> int:
        """The first column right of everything."""
        return max((column for _, column in self.cells), default=-1) + 1


@dataclass(slots=True)
class Desk:
    """The sheets of a workbook and the truth so far."""

    leaves: list[Leaf] = field(default_factory=list)
    figures: list[Stated] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    doubtful: list[Stated] = field(default_factory=list)
    dirt: set[str] = field(default_factory=set)

    def leaf(self, name: str, *, first: bool = False, visible: str = "visible") -> Leaf:
        """A new sheet, at the end or in front."""
        made = Leaf(name, visible=visible)
        self.leaves.insert(0 if first else len(self.leaves), made)
        return made


_LOOKS = {
    "": {},
    "band": {"bold": True, "align": "center"},
    "bold": {"bold": True},
    "percent": {"num_format": "0.0%"},
    "date": {"num_format": "dd.mm.yyyy"},
    "isodate": {"num_format": "yyyy-mm-dd"},
    "month": {"num_format": "mmm yy"},
}


def render(desk: Desk) -> bytes:
    """The bytes of the workbook."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.set_properties({"created": CREATED})
    looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
    for leaf in desk.leaves:
        sheet = book.add_worksheet(leaf.name)
        _hide(sheet, leaf)
        for area in leaf.merges:
            sheet.merge_range(*area, "", looks["band"])
        for (row, column), (content, look) in sorted(leaf.cells.items()):
            _write(sheet, row, column, content, looks[look])
    next(
        sheet
        for sheet, leaf in zip(book.worksheets(), desk.leaves, strict=True)
        if leaf.visible == "visible"
    ).activate()
    book.close()
    return memory.getvalue()


def _hide(sheet, leaf: Leaf) -> None:
    if leaf.visible == "hidden":
        sheet.hide()
    elif leaf.visible == "veryHidden":
        sheet.very_hidden()
    for row in sorted(leaf.hidden_rows):
        sheet.set_row(row, None, None, {"hidden": True})
    for column in sorted(leaf.hidden_columns):
        sheet.set_column(column, column, None, None, {"hidden": True})


def _write(sheet, row: int, column: int, content: Content, look) -> None:
    if isinstance(content, Formula):
        stored = "" if content.stored is None else content.stored
        sheet.write_formula(row, column, content.text, look, stored)
    elif isinstance(content, bool):
        sheet.write_boolean(row, column, content, look)
    elif isinstance(content, str):
        sheet.write_string(row, column, content, look)
    elif isinstance(content, date):
        sheet.write_datetime(row, column, datetime(content.year, content.month, content.day), look)
    else:
        sheet.write_number(row, column, content, look)


def made(
    name: str, shape: str, language: str, desk: Desk, *, dirty: bool, document: str = "plan"
) -> Made:
    """The finished workbook."""
    return Made(
        name,
        shape,
        language,
        dirty,
        render(desk),
        tuple(desk.figures),
        tuple(desk.records),
        frozenset(desk.dirt),
        document,
        tuple(desk.doubtful),
    )
