"""A desk to write a workbook on, cell by cell, together with what a careful reader takes from it.

A figure is named ``"revenue T Q1"``: measure, scenario (P last year, T target, A actual, F
forecast) and period (``M03``, ``Q1``, ``H1``, ``FY``, with a year before it if it is another one),
and after a ``/`` the product group.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

from foreign_sheets import Made, Record, Stated, Told
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from kam_reports.model import Period, Scenario

_SCENARIOS = {
    "P": Scenario.PY,
    "T": Scenario.TARGET,
    "A": Scenario.ACTUAL,
    "F": Scenario.FORECAST,
}
_WRITTEN = datetime(2026, 1, 5, 9, 0)
QUARTERS = "Q1 Q2 Q3 Q4"
MONTHS = " ".join(f"M{number:02d}" for number in range(1, 13))


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and the value Excel stored beside it."""

    text: str
    value: float


@dataclass(frozen=True, slots=True)
class Typed:
    """A number typed as text, and what it means; None if it means no number."""

    text: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A held-out workbook, what must be said about it, and what its snare is."""

    made: Made
    told: tuple[tuple[str, str], ...]  # places that must lead to a finding
    trap: str = ""


def over(measure: str, periods: str, scenarios: str) -> list[str | None]:
    """Names of figures, scenario below period; ``-`` is a column nobody takes."""
    return [_name(measure, period, one) for period in periods.split() for one in scenarios]


def under(measure: str, scenarios: str, periods: str) -> list[str | None]:
    """Names of figures, period below scenario."""
    return [_name(measure, period, one) for one in scenarios for period in periods.split()]


def _name(measure: str, period: str, scenario: str) -> str | None:
    return None if "-" in {period, scenario} else f"{measure} {scenario} {period}"


@dataclass(slots=True)
class Desk:
    """A workbook being written."""

    name: str
    shape: str
    language: str
    dirty: bool = False
    trap: str = ""
    year: int = 2026
    document: str = "plan"
    book: Workbook = field(default_factory=Workbook)
    figures: list[Stated] = field(default_factory=list)
    doubtful: list[Stated] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    stored: dict[tuple[int, str], float] = field(default_factory=dict)

    def page(self, title: str, state: str = "visible") -> Page:
        """The next sheet."""
        first = not self.stored and len(self.book.worksheets) == 1
        sheet = self.book.active if first and self.book.active.title == "Sheet" else None
        sheet = sheet or self.book.create_sheet()
        sheet.title = title
        sheet.sheet_state = state
        return Page(self, sheet)

    def must_say(self, page: Page, *cells: str) -> None:
        """These places must lead to a finding."""
        self.told += [(page.sheet.title, cell) for cell in cells]

    def held(self) -> Held:
        """The finished workbook."""
        self.book.properties.created = self.book.properties.modified = _WRITTEN
        buffer = io.BytesIO()
        self.book.save(buffer)
        made = Made(
            self.name,
            self.shape,
            self.language,
            self.dirty,
            _with_stored_values(buffer.getvalue(), self.stored),
            tuple(self.figures),
            tuple(self.records),
            frozenset(),
            self.document,
            tuple(self.doubtful),
        )
        return Held(made, tuple(self.told), self.trap)


@dataclass(slots=True)
class Page:
    """A sheet being written."""

    desk: Desk
    sheet: object

    def put(self, cell: str, value: object, style: str = "") -> None:
        """Fill *cell*; *style* is a number format, or ``b`` for bold."""
        spot = self.sheet[cell]
        if isinstance(value, Formula):
            spot.value = value.text
            number = self.desk.book.worksheets.index(self.sheet)
            self.desk.stored[number, cell] = value.value
        else:
            spot.value = value.text if isinstance(value, Typed) else value
        if style == "b":
            spot.font = Font(bold=True)
            spot.fill = PatternFill("solid", fgColor="DDDDDD")
        elif style:
            spot.number_format = style

    def line(self, cell: str, *values: object, down: bool = False, style: str = "") -> None:
        """Fill the cells from *cell* on to the right, or down; None leaves a gap."""
        for spot, value in zip(_from(cell, len(values), down), values, strict=True):
            if value is not None:
                self.put(spot, value, style)

    def band(self, area: str, value: object) -> None:
        """A merged area with one value."""
        self.put(area.partition(":")[0], value, "b")
        self.sheet.merge_cells(area)

    def take(
        self,
        cell: str,
        values: Sequence[object],
        names: Sequence[str | None],
        times: float = 1,
        *,
        down: bool = False,
        needed: bool = True,
        doubt: bool = False,
        style: str = "",
    ) -> None:
        """Fill cells and say which figures stand in them; the value is the cell's *times* that."""
        self.line(cell, *values, down=down, style=style)
        for spot, value, name in zip(_from(cell, len(values), down), values, names, strict=True):
            if value is not None and name is not None:
                self.truth(spot, name, value, times, needed=needed, doubt=doubt)

    def truth(
        self,
        cell: str,
        name: str,
        value: object,
        times: float = 1,
        *,
        needed: bool = True,
        doubt: bool = False,
        grouped: bool = False,
    ) -> None:
        """Say that the figure *name* stands in *cell*."""
        words, _, group = name.partition("/")
        measure, letter, span = words.split()
        period = Period.parse(span if "-" in span else f"{self.desk.year}-{span}")
        number = getattr(value, "value", value)
        number = None if number is None or isinstance(number, str) else number * times
        # A quota is worked out from its parts; only its target is read where it stands.
        needed = needed and (measure[1] != "_" or letter == "T")
        stated = Stated(measure, _SCENARIOS[letter], period, number, self.sheet.title, cell, times,
                        group, needed, grouped)  # fmt: skip
        (self.desk.doubtful if doubt else self.desk.figures).append(stated)

    def form(self, cell: str, label: str, value: object, name: str = "", truth: object = None,
             *, gap: int = 1, below: bool = False) -> None:  # fmt: skip
        """A label and beside (or below) it a value, which is the plan's field *name*."""
        spot = _from(cell, gap + 1, down=below)[gap]
        self.put(cell, label)
        self.put(spot, value)
        if name:
            told = Told(value if truth is None else truth, self.sheet.title, spot)
            self.desk.records.append(Record("plan", {name: told}))

    def entry(self, section: str, row: int, fields: dict[str, tuple[str, object]]) -> None:
        """Say which fields of a list stand in *row*: by name its column and what it means."""
        told = {name: Told(value, self.sheet.title, f"{column}{row}")
                for name, (column, value) in fields.items()}  # fmt: skip
        self.desk.records.append(Record(section, told))


def _from(cell: str, count: int, down: bool) -> list[str]:
    letters, row = coordinate_from_string(cell)
    column = column_index_from_string(letters)
    if down:
        return [f"{letters}{row + step}" for step in range(count)]
    return [f"{get_column_letter(column + step)}{row}" for step in range(count)]


def _with_stored_values(data: bytes, stored: dict[tuple[int, str], float]) -> bytes:
    """The workbook with the values of its formulas, which the writer cannot store."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "docProps/core.xml":  # the writer notes when it saved
                text = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-01-05T09:00:00Z", text
                )
            found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            if found:
                text = _fill(text.decode(), int(found[1]) - 1, stored).encode()
            new.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _fill(text: str, number: int, stored: dict[tuple[int, str], float]) -> str:
    def replace(found: re.Match[str]) -> str:
        value = stored.get((number, found[2]))
        if value is None:
            return found[0]
        return f"{found[1]}{found[3]}<v>{escape(repr(value))}</v></c>"

    return re.sub(r'(<c r="([A-Z]+\d+)"[^>]*>)(<f>.*?</f>)<v ?/?>(?:</v>)?</c>', replace, text)
