"""The workbook being written: its sheets, its cells, and where everything went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kam_reports.model import Place
from kam_reports.outputs.forms.cells import Manner, Typed
from kam_reports.outputs.forms.looks import Formats, theme_of
from kam_reports.outputs.forms.words import WORDS
from kam_reports.vocabulary import Section

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Rows are counted from 0. The row above the headings stays empty, so nobody takes a note for one.
NOTE = 1
BACK = 2
HEADER = 4
FIRST = HEADER + 1
MORE = 200  # rows below a list in which Excel still offers the choices
PAGE = 235  # width of columns that is still legible on one page

# Without a password: it keeps a slip of the hand off the labels, not a person.
ALLOWED = {"format_cells": True, "format_columns": True, "format_rows": True}

_PREFIXES = {"de": ("", "Tsd. ", "Mio. "), "en": ("", "k ", "m ")}


def letters(column: int) -> str:
    """The letters of a column counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def address(row: int, column: int) -> str:
    """The A1 address of a cell."""
    return f"{letters(column)}{row + 1}"


def fixed(row: int, column: int) -> str:
    """The same with ``$``, for formulas."""
    return f"${letters(column)}${row + 1}"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas need it."""
    return "'" + sheet.replace("'", "''") + "'"


@dataclass(slots=True)
class Desk:
    """The workbook being written, and what is known about it so far."""

    book: Workbook
    manner: Manner
    formats: Formats
    names: Mapping[str, str]  # section → sheet
    merged: Mapping[str, Sequence[str]] = field(default_factory=dict)  # section → ranges
    cells: dict[tuple[Any, ...], Place] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)  # list → range on the sheet of choices
    long_lists: list[tuple[str, list[str]]] = field(default_factory=list)
    counts: dict[str, tuple[str, int]] = field(default_factory=dict)  # section → formula, result

    def say(self, key: str) -> str:
        """A text of the forms in the language of the workbook."""
        return WORDS[key][self.manner.language]

    def help(self, described: Section) -> str:
        """What a section is for."""
        return described.help.get(self.manner.language, "")

    def write(self, sheet: Worksheet, row: int, column: int, typed: Typed, look: Format) -> None:
        """Write one cell. A text is never taken for a formula."""
        value = typed.value
        if typed.formula:
            # Without a value Excel finds a formula that was never calculated.
            sheet.write_formula(row, column, typed.formula, look, "" if value is None else value)
        elif value is None:
            sheet.write_blank(row, column, None, look)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, look)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, look)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, look)
        else:
            sheet.write_datetime(row, column, value, look)

    def keep(self, key: tuple[Any, ...], row: int, column: int) -> None:
        """Remember where something was written; the key begins with its section."""
        self.cells[key] = Place("", self.names[key[0]], address(row, column))

    def open(self, section: Section) -> Worksheet:
        """A new sheet with its title, what it is for and the way back."""
        sheet = self.book.add_worksheet(self.names[section.key])
        theme = theme_of(section.key)
        sheet.set_tab_color(theme.dark)
        sheet.set_row(0, 27)
        title = self.manner.word("section", section.key)
        sheet.write_string(0, 0, title, self.formats.title(theme))
        sheet.write_string(NOTE, 0, self.help(section), self.formats.note())
        self.link(sheet, BACK, 0, self.say("contents"), self.say("back"))
        sheet.set_row(HEADER - 1, 6)
        for merged in self.merged.get(section.key, ()):
            sheet.merge_range(merged, "", self.formats.cell("General", wrap=True))
        return sheet

    def link(self, sheet: Worksheet, row: int, column: int, target: str, text: str) -> None:
        """A link to the top of another sheet."""
        sheet.write_url(
            row, column, f"internal:{quoted(target)}!A1", self.formats.link(), string=text
        )

    def set_page(self, sheet: Worksheet, *, landscape: bool = False, width: float = 0) -> None:
        """A4, as many pages wide as stay legible, with page numbers."""
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(max(1, -(-int(width) // PAGE)), 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer(f"&L&8&F&C&8&A&R&8{self.say('page')} &P / &N")

    def count(self, section: str, top: tuple[int, int], end: tuple[int, int], found: int) -> None:
        """Have the cover count what is filled in between two cells; now it is *found*."""
        area = f"{quoted(self.names[section])}!{fixed(*top)}:{fixed(*end)}"
        self.counts[section] = (f"=COUNTA({area})", found)

    def amount_unit(self, before: str = "") -> Typed:
        """The unit of amounts as the header of the plan says it, also after a change there."""
        manner = self.manner
        header = "plan" if manner.document == "plan" else "header"
        options = manner.vocabulary.field(f"{header}.amount_scale").options
        words = [option.words[manner.language][0] for option in options]
        plain = [prefix + manner.currency for prefix in _PREFIXES[manner.language]]
        step = len(str(manner.scale)) // 3
        shown = words[step] if manner.currency == "EUR" else plain[step]
        scale = self.cells.get((header, 0, "amount_scale"))
        currency = self.cells.get((header, 0, "currency"))
        if scale is None or currency is None:
            return Typed(before + shown)
        sheet = quoted(self.names[header])
        here, code = (f"{sheet}!{_dollars(place.cell)}" for place in (scale, currency))
        formula = here
        for word, prefix in reversed(list(zip(words, _PREFIXES[manner.language], strict=True))):
            formula = f'SUBSTITUTE({formula},"{word}","{prefix}"&{code})'
        start = f'"{before}"&' if before else ""
        return Typed(before + shown, formula=f'={start}IF({code}="EUR",{here},{formula})')


def _dollars(cell: str) -> str:
    column = cell.rstrip("0123456789")
    return f"${column}${cell.removeprefix(column)}"
