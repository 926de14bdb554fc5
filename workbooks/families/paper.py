"""Workbooks as a firm's own people format them, written with XlsxWriter, and what stands in them.

Every figure and every field is noted with its cell while it is written: the truth that tests hold
against what is read. The bytes are the same on every build.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

CREATED = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure, its value in euros, units or as a fraction, and the cell or range it stands in."""

    measure: str
    scenario: str
    period: str  # 2026-Q1
    value: float
    sheet: str
    cell: str
    breakdown: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is a figure of."""
        return self.measure, self.scenario, self.period, self.breakdown


@dataclass(frozen=True, slots=True)
class Said:
    """A field of a form (row 0) or of a row of a list, and its cell."""

    section: str
    row: int
    field: str
    value: Any
    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Written:
    """A workbook of a family, and its truth."""

    name: str  # its path in the workspace
    content: bytes
    figures: tuple[Stated, ...]
    fields: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """A formula, with the value that Excel would show."""

    text: str
    value: float


_PARTS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "note": {"italic": True, "font_color": "#6B7785"},
    "label": {"font_color": "#3D4854", "valign": "top"},
    "value": {"align": "left", "valign": "top", "text_wrap": True},
    "bold": {"bold": True},
    "date": {"num_format": "dd.mm.yyyy", "align": "left"},
    "whole": {"num_format": "#,##0"},
    "tenth": {"num_format": "#,##0.0"},
    "share": {"num_format": "0.0%"},
    "signed": {"num_format": "+#,##0.0;[Red]-#,##0.0;0.0", "font_color": "#6B7785"},
    "counted": {"num_format": "+#,##0;[Red]-#,##0;0", "font_color": "#6B7785"},
    "points": {"num_format": "+0.0%;[Red]-0.0%;0.0%", "font_color": "#6B7785"},
    "wrap": {"text_wrap": True, "valign": "top"},
    "middle": {"valign": "vcenter"},
    "centre": {"align": "center"},
    "under": {"bottom": 1, "bottom_color": "#C9D1D9"},
    "last": {"bottom": 1, "bottom_color": "#7A8692"},
    "box": {"border": 1, "border_color": "#C9D1D9"},
}


class Paper:
    """A workbook that is being written, in the colours of the firm."""

    def __init__(self, title: str, dark: str, tint: str, font: str) -> None:
        self.stream = io.BytesIO()
        self.book = Workbook(self.stream, {"in_memory": True, "strings_to_urls": False})
        self.book.set_properties({"title": title, "created": CREATED})
        self.font = font
        self.parts = {
            **_PARTS,
            "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": dark, "text_wrap": True,
                     "valign": "vcenter"},
            "group": {"bold": True, "font_color": dark, "bg_color": tint},
            "plan": {"bg_color": tint},
        }  # fmt: skip
        self.formats: dict[str, Any] = {}
        self.figures: list[Stated] = []
        self.fields: list[Said] = []

    def look(self, words: str) -> Any:
        """The format that the *words* describe, such as ``bold date``."""
        if words not in self.formats:
            made: dict[str, Any] = {"font_name": self.font, "font_size": 10}
            for word in words.split():
                made |= self.parts[word]
            self.formats[words] = self.book.add_format(made)
        return self.formats[words]

    def page(
        self, name: str, widths: Sequence[float], *, tab: str = "", long: bool = False
    ) -> Page:
        """A new sheet with these widths of columns; a *long* one goes over several pages."""
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self.look(""))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0 if long else 1)
        if tab:
            sheet.set_tab_color(tab)
        return Page(self, sheet, name)

    def done(self, name: str) -> Written:
        """The finished workbook."""
        self.book.close()
        return Written(name, self.stream.getvalue(), tuple(self.figures), tuple(self.fields))


@dataclass(slots=True)
class Page:
    """A sheet that is being written; rows and columns are counted from 0."""

    paper: Paper
    sheet: Any
    name: str
    rows: dict[str, int] = field(default_factory=dict)  # how many rows of a section there are

    def put(self, row: int, column: int, content: Any, look: str = "") -> str:
        """Write a cell, and give its address."""
        form = self.paper.look(look)
        if isinstance(content, Sum):
            self.sheet.write_formula(row, column, content.text, form, content.value)
        elif isinstance(content, date):
            day = datetime(content.year, content.month, content.day, tzinfo=UTC)
            self.sheet.write_datetime(row, column, day.replace(tzinfo=None), form)
        elif isinstance(content, str):
            self.sheet.write_string(row, column, content, form)
        elif content is None:
            self.sheet.write_blank(row, column, None, form)
        else:
            self.sheet.write_number(row, column, content, form)
        return str(xl_rowcol_to_cell(row, column))

    def merge(self, row: int, column: int, last: int, content: str, look: str = "") -> None:
        """Write a text into a cell that reaches down to the row *last*."""
        self.sheet.merge_range(row, column, last, column, content, self.paper.look(look))

    def state(
        self,
        row: int,
        column: int,
        content: Any,
        look: str,
        of: tuple[str, str, str, float],
        breakdown: str = "",
    ) -> None:
        """Write a figure: *of* is its measure, scenario, period and value."""
        cell = self.put(row, column, content, look)
        self.paper.figures.append(Stated(*of, self.name, cell, breakdown))

    def form(
        self, row: int, column: int, section: str, lines: Sequence[tuple[str, str, Any]]
    ) -> int:
        """Write labels with their values to the right; the row below."""
        for step, (key, label, value) in enumerate(lines):
            self.put(row + step, column, label, "label under")
            look = "value under" if isinstance(value, str) else "whole value under"
            look = "date value under" if isinstance(value, date) else look
            cell = self.put(row + step, column + 1, value, look)
            if key and value is not None:
                self.paper.fields.append(Said(section, 0, key, value, self.name, cell))
        return row + len(lines)

    def list(
        self, row: int, section: str, columns: Sequence[tuple[str, str, str]], text: str
    ) -> int:
        """Write a list below its header; the row below. *columns* are field, heading, look."""
        for column, (_, heading, _) in enumerate(columns):
            self.put(row, column, heading, "head box")
        self.sheet.set_row(row, 30)
        at = row
        for at, line in enumerate(text.strip().splitlines(), row + 1):
            number = self.rows.get(section, 0)
            self.rows[section] = number + 1
            cells = [part.strip() for part in line.split("|")]
            for column, (part, (key, _, look)) in enumerate(zip(cells, columns, strict=True)):
                value = meant(part, look)
                cell = self.put(at, column, value, f"{look} box")
                if key and value is not None:
                    said = Said(section, number, key, value, self.name, cell)
                    self.paper.fields.append(said)
        self.sheet.autofilter(row, 0, at, len(columns) - 1)
        self.sheet.freeze_panes(row + 1, 0)
        return at + 1


def meant(text: str, look: str) -> Any:
    """What a text stands for in a column of this look: a day, a number or words."""
    if not text:
        return None
    if "date" in look:
        return date.fromisoformat(text)
    if set(look.split()) & {"whole", "tenth", "share", "centre"} and text.lstrip("-")[:1].isdigit():
        return float(text) if "." in text else int(text)
    return text
