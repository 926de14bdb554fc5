"""The paper that the KPI workbook is written on: looks, tables, headings, print set-up.

A sheet says what stands where; how it looks is decided here once, so all sheets look alike, in
Excel and in LibreOffice, on the screen and printed on A4 landscape.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.utility import xl_range

from kam_reports.model import Amount, Light
from kam_reports.outputs.xlsx.bubbles import BubbleChart
from kam_reports.outputs.xlsx.cells import (
    Formula,
    Ink,
    Link,
    Lit,
    QuickSheet,
    clean_text,
    looks_like_formula,
    serial,
)
from kam_reports.wording import MINUS, STYLES, Wording

FONT = {"font_name": "Arial", "font_size": 10}
INK, PALE, GREY, LINE = "#1F3A5F", "#E8EDF3", "#5F6B7A", "#C9D1DB"
SIGNS = {Light.GREEN: "●", Light.YELLOW: "▲", Light.RED: "■", Light.GREY: "○"}
LIGHTS = {
    "classic": {
        Light.GREEN: ("#1B7A3D", "#E3F3E8"),
        Light.YELLOW: ("#9A6A00", "#FFF3D1"),
        Light.RED: ("#B3261E", "#FBE4E2"),
        Light.GREY: ("#7A8594", "#F1F3F5"),
    },
    "cvd": {  # told apart by every kind of colour vision
        Light.GREEN: ("#0B5FA5", "#E0EDF8"),
        Light.YELLOW: ("#8A6D00", "#FFF6CC"),
        Light.RED: ("#B34700", "#FDE8D9"),
        Light.GREY: ("#7A8594", "#F1F3F5"),
    },
}
_LINE_HEIGHT = 13.2
_WIDEST_NAME = 34.0  # longer texts are wrapped
_WIDEST_LINK = 42.0  # LibreOffice does not wrap a link
_LETTER = 0.94  # the width of a letter on average, in digits
_PACKED = 2  # of 9: how hard the parts are pressed
_ENOUGH = 1 << 16  # bytes of a part that wait until they are packed
_HIGHEST = 400.0  # Excel's rows are at most 409 points high


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, the unit of its numbers, how wide it is."""

    head: str
    unit: str = ""  # a unit of the vocabulary, or "date"
    width: float = 11
    note: str = ""  # shown when the pointer rests on the heading
    wrap: bool = False
    light: bool = False  # it holds the signs of lights
    number: bool = False  # its numbers have units of their own
    total: bool = False  # the sum of what the filter shows stands above its heading
    upright: bool = False  # the heading is turned, so that the column may be narrow

    @property
    def align(self) -> str:
        """Where its cells and its heading stand."""
        if self.light or self.unit == "date":
            return "center"
        return "right" if self.unit or self.number else "left"


@dataclass(frozen=True, slots=True)
class Band:
    """A heading over several columns, the last included."""

    text: str
    first: int
    last: int


class _Part(io.StringIO):
    """A part of the package, packed while it is written: it never stands in memory whole."""

    def __init__(self, package: ZipFile, name: str) -> None:
        super().__init__()
        self._packed = package.open(name, "w")
        self._waiting = bytearray()

    def write(self, text: str) -> int:
        """Add *text*."""
        self._waiting += text.encode("utf-8")
        if len(self._waiting) > _ENOUGH:
            self._packed.write(self._waiting)
            self._waiting.clear()
        return len(text)

    def finish(self) -> None:
        """Nothing more will be written."""
        self._packed.write(self._waiting)
        self._packed.close()
        self._waiting = bytearray()


class _Packager(Packager):  # type: ignore[misc]
    """Packs each part while it is written: in half the time, and none stays in memory."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__()
        self._package = ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=_PACKED)
        self._part: _Part | None = None

    def _filename(self, name: str) -> _Part:
        self._pack()  # the part before is complete when the next one begins
        self._part = _Part(self._package, name)
        return self._part

    def _create_package(self) -> list[Any]:
        super()._create_package()
        self._pack()
        self._package.close()
        return []

    def _pack(self) -> None:
        if self._part is not None:
            self._part.finish()
            self._part = None
        while self.filenames:  # pictures, which XlsxWriter gives whole
            picture, name, _ = self.filenames.pop(0)
            self._package.writestr(
                ZipInfo(name, (1980, 1, 1, 0, 0, 0)), picture.getvalue(), ZIP_DEFLATED, _PACKED
            )


class _Book(Workbook):  # type: ignore[misc]
    def __init__(self) -> None:
        self.stream = io.BytesIO()
        # In memory: figures of customers never lie about in a folder for temporary files.
        super().__init__(io.BytesIO(), {"in_memory": True, "default_format_properties": FONT})

    def adopt(self, chart: BubbleChart) -> BubbleChart:
        """Take in a chart of a kind that XlsxWriter does not make."""
        chart.embedded = True
        chart.date_1904 = self.date_1904
        chart.remove_timezone = self.remove_timezone
        self.charts.append(chart)
        return chart

    def _add_chart_data(self) -> None:
        """What charts keep of their cells; an empty one is missing and not zero."""
        super()._add_chart_data()
        for chart in self.charts:
            for number, values in enumerate(chart.formula_data):
                chart.formula_data[number] = [None if one == "" else one for one in values or ()]

    def _get_packager(self) -> _Packager:
        return _Packager(self.stream)


class Paper:
    """A workbook being written; its looks are made once and shared."""

    def __init__(self, wording: Wording, *, palette: str, accent: str, footer: str) -> None:
        self.wording = wording
        self.lights = LIGHTS[palette]
        self.accent = accent or INK
        self.footer = footer
        self._book = _Book()
        self._looks: dict[tuple[tuple[str, Any], ...], Format] = {}

    def properties(self, *, title: str, subject: str, company: str, created: date) -> None:
        """What stands in the file's properties; the day is the as-of date, never the clock."""
        self._book.set_properties(
            {
                "title": clean_text(title),
                "subject": clean_text(subject),
                "company": clean_text(company),
                "author": "kam-reports",
                "category": self.wording.phrase("workbook.confidential"),
                "created": datetime.combine(created, time()),
            }
        )

    def name(self, name: str, location: str) -> None:
        """Give the cell or range at *location* a name for the whole workbook."""
        if self._book.define_name(name, f"={location}"):
            raise ValueError(f"no name for a range: {name}")

    def sheet(self, name: str) -> QuickSheet:
        """A new sheet of the workbook."""
        sheet: QuickSheet = self._book.add_worksheet(name, QuickSheet)
        return sheet

    def chart(self, kind: Mapping[str, Any]) -> Chart:
        """A new native chart; *kind* is XlsxWriter's type and subtype."""
        chart: Chart = self._book.add_chart(dict(kind))
        return chart

    def bubbles(self) -> BubbleChart:
        """A new native bubble chart."""
        return self._book.adopt(BubbleChart())

    def finished(self) -> bytes:
        """The workbook as it goes to the disk."""
        self._book.close()
        return self._book.stream.getvalue()

    def look(self, **properties: Any) -> Format:
        """The format with these properties; the same one whenever they are the same."""
        key = tuple(sorted(properties.items()))
        if key not in self._looks:
            self._looks[key] = self._book.add_format({**FONT, **properties})
        return self._looks[key]

    def ink(self, column: Column) -> Ink:
        """The looks of the cells of *column* in a table."""
        base: dict[str, Any] = {"bottom": 4, "bottom_color": LINE, "valign": "top"}
        base["align"] = column.align
        if column.wrap:
            base["text_wrap"] = True
        left = {**base, "align": "center" if column.light else "left", **_indent(column)}
        return Ink(
            plain=self.look(num_format=self.number_format(column.unit), **base),
            text=self.look(**left),
            quoted=self.look(**left, quote_prefix=True),
            link=self.look(**left, font_color=self.accent, underline=1),
            units=_Units(self, base),
        )

    def heading(self, column: Column) -> dict[str, Any]:
        """The look of the heading of *column*."""
        look = {**_HEADING, "align": column.align, **_indent(column)}
        look["bottom_color"] = self.accent
        turned = {"rotation": 90, "valign": "bottom", "align": "center"}
        return look | turned if column.upright else look

    def number_format(self, unit: str) -> str:
        """How Excel shows numbers of *unit*, or dates.

        ``exact:EUR`` is an amount in full, ``USD:EUR`` one of an account that reckons in dollars.
        """
        if unit == "date":
            return self.wording.phrase("workbook.date_format")
        wording, rest = self._wording_of(unit)
        form = wording.excel_format(rest)
        if rest == "pp":
            points = self.wording.phrase("workbook.points_of_percent")
            plain = form.replace('"\u00a0"%', "%").replace(MINUS, f'"{MINUS}"')
            return plain.replace("%", f'%"{points}"')
        return "0.00" if rest and form == "General" else form

    def shown(self, value: float, unit: str) -> str:
        """How a number in *unit* looks in a cell, to know how much room it takes."""
        wording, rest = self._wording_of(unit)
        return wording.number(value, rest)

    def _wording_of(self, unit: str) -> tuple[Wording, str]:
        wording = self.wording
        *kinds, rest = unit.split(":")
        for kind in kinds:
            exact = kind == "exact"
            wording = replace(wording, scale=1) if exact else replace(wording, currency=kind)
        return wording, rest

    def broken_format(self, unit: str) -> str:
        """The same for a number that is not whole, in a unit that usually is."""
        style = STYLES.get(self._wording_of(unit)[1])
        form = self.number_format(unit)
        if style is None or not style.whole or not style.digits:
            return form
        return form.replace("#,##0", "#,##0." + "0" * style.digits)


class _Units(dict[tuple[Light | None, str, bool], Format]):
    """The looks of a column's numbers by light, unit and being whole; made when first met."""

    def __init__(self, paper: Paper, base: Mapping[str, Any]) -> None:
        super().__init__()
        self._paper = paper
        self._base = base

    def __missing__(self, key: tuple[Light | None, str, bool]) -> Format:
        light, unit, whole = key
        paper, look = self._paper, dict(self._base)
        form = paper.number_format(unit) if whole else paper.broken_format(unit)
        if light is not None:
            ink, fill = self._paper.lights[light]
            look |= {"font_color": ink, "bg_color": fill}
            form = ";".join(f'"{SIGNS[light]} "{part}' for part in form.split(";"))
        self[key] = made = self._paper.look(num_format=form, **look)
        return made


class Page:
    """One sheet being written."""

    def __init__(self, paper: Paper, name: str) -> None:
        self.paper = paper
        self.name = name
        self.sheet = paper.sheet(name)
        self._widths: dict[int, float] = {}

    # ------------------------------------------------------------ single cells

    def text(self, row: int, column: int, text: str, **look: Any) -> None:
        """A text; one that looks like a formula stays a text also when it is edited."""
        clean = clean_text(text)
        if looks_like_formula(clean):
            look["quote_prefix"] = True
        _done(self.sheet.write_string(row, column, clean, self.paper.look(**look)))

    def number(self, row: int, column: int, value: float | None, unit: str, **look: Any) -> None:
        """A number in *unit*; a missing one is an empty cell."""
        form = self.paper.look(num_format=self.paper.number_format(unit), **look)
        if value is None or not math.isfinite(value):
            _done(self.sheet.write_blank(row, column, None, form))
        else:
            _done(self.sheet.write_number(row, column, value, form))

    def live(self, row: int, column: int, formula: str, value: float | None, unit: str) -> None:
        """A formula of our own with the value that it has now; without one the number alone."""
        if not formula:
            self.number(row, column, value, unit)
            return
        form = self.paper.look(num_format=self.paper.number_format(unit))
        shown = "" if value is None else value
        _done(self.sheet.write_formula(row, column, f"={formula}", form, shown))

    def sparkline(self, row: int, column: int, cells: str, *, from_zero: bool) -> None:
        """Small columns of the numbers in *cells*."""
        look: dict[str, Any] = {"range": cells, "type": "column", "series_color": "#7F7F7F"}
        look |= {"last_point": True, "last_color": "#262626"}
        if from_zero:
            look["min"] = 0
        _done(self.sheet.add_sparkline(row, column, look))

    def day(self, row: int, column: int, day: date, **look: Any) -> None:
        """A date."""
        form = self.paper.look(num_format=self.paper.number_format("date"), **look)
        _done(self.sheet.write_number(row, column, serial(day), form))

    def formula(
        self,
        row: int,
        column: int,
        text: str,
        value: Any,
        unit: str,
        *,
        plain: bool = False,
        **look: Any,
    ) -> None:
        """A formula of our own with what it gives now; *plain* leaves the currency away."""
        if unit:
            form = self.paper.number_format(unit)
            look["num_format"] = re.sub('"[^"]*"', "", form) if plain and "EUR" in unit else form
        known = serial(value) if isinstance(value, date) else value
        known = "" if known is None or known != known else known  # noqa: PLR0124
        if isinstance(known, str):
            known = clean_text(known)
        form = self.paper.look(**{"align": "right", **look} if unit else look)
        _done(self.sheet.write_formula(row, column, f"={text}", form, known))

    def formula_over(
        self, row: int, first: int, last: int, text: str, value: Any, unit: str, **look: Any
    ) -> None:
        """A formula over several columns, the last included."""
        look |= {"bottom": 4, "bottom_color": LINE}
        if last > first:
            _done(self.sheet.merge_range(row, first, row, last, "", self.paper.look(**look)))
        self.formula(row, first, text, value, unit, **look)

    def link(self, row: int, column: int, link: Link, **look: Any) -> None:
        """A text that leads somewhere."""
        self.text(row, column, link.text, font_color=self.paper.accent, underline=1, **look)
        self.sheet.add_link(row, column, link)

    def cell(self, row: int, column: int, value: Link | str, **look: Any) -> None:
        """A text, or one that leads somewhere."""
        write = self.link if isinstance(value, Link) else self.text
        write(row, column, value, **look)  # type: ignore[arg-type]

    def over(self, row: int, first: int, last: int, text: str, **look: Any) -> None:
        """A text over several columns, the last included."""
        if first == last:
            self.text(row, first, text, **look)
            return
        form = self.paper.look(**look)
        _done(self.sheet.merge_range(row, first, row, last, "", form))
        self.text(row, first, text, **look)

    def number_over(
        self, row: int, first: int, last: int, value: float | None, unit: str, **look: Any
    ) -> None:
        """A number over several columns, the last included."""
        form = self.paper.look(num_format=self.paper.number_format(unit), **look)
        _done(self.sheet.merge_range(row, first, row, last, "", form))
        self.number(row, first, value, unit, **look)

    def lines(self, text: str, first: int, last: int) -> int:
        """How many lines *text* takes over the columns from *first* to *last*."""
        return _lines(text, sum(self._widths.get(place, 8.43) for place in range(first, last + 1)))

    def height(self, row: int, lines: int) -> None:
        """Make a row as high as so many lines of text."""
        _done(self.sheet.set_row(row, _LINE_HEIGHT * lines + 4))

    # ------------------------------------------------------------ headings and tables

    def heading(self, title: str, *lines: str) -> int:
        """The title and the lines below it; says which row is free after a gap."""
        self.sheet.set_row(0, 26)
        self.text(0, 0, title, bold=True, font_size=16, font_color=self.paper.accent)
        for row, line in enumerate(lines, start=1):
            self.text(row, 0, line, font_color=GREY)
        return len(lines) + 2

    def section(self, row: int, title: str) -> int:
        """The title of a part of the sheet; says which row comes next."""
        self.sheet.set_row(row, 20)
        self.text(row, 0, title, bold=True, font_size=12, font_color=self.paper.accent)
        return row + 1

    def table(
        self,
        row: int,
        name: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Any]],
        *,
        bands: Sequence[Band] = (),
        filters: bool = True,
        by_column: Sequence[Sequence[Any]] | None = None,
    ) -> int:
        """A native table of *rows*, or of columns of cells; says which row comes next.

        Above its headings stand *bands*, or the sums of the columns that have one; they take the
        place of *row*. Without rows it says that there are none.
        """
        columns, by_column = _unique(columns), by_column or list(zip(*rows, strict=True))
        sums = any(column.total for column in columns)
        head = row + bool(bands or sums)
        for place, column in enumerate(columns):
            self._widen(place, column, by_column[place] if by_column else ())
        self._bands(row, bands)
        self._headings(head, columns)
        if not by_column:
            none = self.paper.wording.phrase("workbook.none")
            self.text(head + 1, 0, none, font_color=GREY, indent=1)
            return head + 2
        inks = [self.paper.ink(column) for column in columns]
        heights = self._heights(columns, by_column)
        last = head + len(heights)
        self.sheet.write_block(head + 1, inks, by_column, heights)
        for place, column in enumerate(columns if sums else ()):
            self._sum(row, place, column, (head + 1, last), by_column[place])
        heads = [
            {"header": column.head, "header_format": self.paper.look(**self.paper.heading(column))}
            for column in columns
        ]
        options = {"name": name, "style": None, "columns": heads, "autofilter": filters}
        _done(self.sheet.add_long_table(head, last, len(columns) - 1, options))
        self.lights(head + 1, last, [step for step, one in enumerate(columns) if one.light])
        return last + 1

    def headings(self, row: int, columns: Sequence[Column], bands: Sequence[Band] = ()) -> None:
        """Headings of columns, with bands above them, for cells that are written one by one."""
        for place, column in enumerate(columns):
            self._widen(place, column, ())
        self._bands(row - 1, bands)
        self._headings(row, columns)

    def grid(
        self,
        head: int,
        columns: Sequence[Column],
        by_column: Sequence[Sequence[Any]],
        longest: Sequence[Sequence[Any]] = (),
    ) -> int:
        """Rows below headings that are no native table; says which row comes next.

        *longest* are the longest numbers of each column, if they are known.
        """
        for place, column in enumerate(columns):
            self._widen(place, column, (longest or by_column)[place])
        self._headings(head, columns)
        count = len(by_column[0])
        if count:
            inks = [self.paper.ink(column) for column in columns]
            self.sheet.write_block(head + 1, inks, by_column, [None] * count)
        return head + 1 + count

    def _bands(self, row: int, bands: Sequence[Band]) -> None:
        for band in bands:
            self.over(
                row,
                band.first,
                band.last,
                band.text,
                bold=True,
                font_color="#FFFFFF",
                bg_color=self.paper.accent,
                align="center",
                border=1,
                border_color="#FFFFFF",
            )

    def _headings(self, row: int, columns: Sequence[Column]) -> None:
        height = _LINE_HEIGHT
        for place, column in enumerate(columns):
            self.text(row, place, column.head, **self.paper.heading(column))
            if column.note:
                self._note(row, place, column.note)
            lines = _lines(column.head, self._widths[place] - 1, 1.1)
            height = max(height, 5.6 * len(column.head) if column.upright else _LINE_HEIGHT * lines)
        self.sheet.set_row(row, height + 5)

    def _note(self, row: int, column: int, note: str) -> None:
        lines = 1 + len(note) / 44 + note.count("\n")
        options = {
            "width": 270,
            "height": 15 * lines + 12,
            "font_size": 9,
            "color": "#FFFFE8",
            "author": "",
        }
        _done(self.sheet.write_comment(row, column, clean_text(note), options))

    def _heights(
        self, columns: Sequence[Column], by_column: Sequence[Sequence[Any]]
    ) -> list[float | None]:
        """The height of each row whose wrapped texts need more than a line."""
        lines = [1] * len(by_column[0])
        for place, column in enumerate(columns):
            width = self._widths[place] - 2
            for number, value in enumerate(by_column[place] if column.wrap else ()):
                text = value.text if isinstance(value, Link) else value
                if isinstance(text, str) and (_LETTER * len(text) > width or "\n" in text):
                    lines[number] = max(lines[number], _lines(text, width))
        return [None if count == 1 else min(_LINE_HEIGHT * count + 2, _HIGHEST) for count in lines]

    def _sum(
        self, row: int, place: int, column: Column, span: tuple[int, int], values: Sequence[Any]
    ) -> None:
        look: dict[str, Any] = {"bold": True, "align": "right"}
        if place == 0:
            label = self.paper.wording.phrase("workbook.total")
            self.text(row, place, label, bold=True, indent=1)
        if not column.total:
            return
        form = self.paper.look(num_format=self.paper.number_format(column.unit), **look)
        formula = f"=SUBTOTAL(109,{xl_range(span[0], place, span[1], place)})"
        value = math.fsum(_amounts(values))
        _done(self.sheet.write_formula(row, place, formula, form, value))

    def lights(self, first: int, last: int, places: Sequence[int]) -> None:
        """Colour the signs of lights; their shapes tell them apart without colour too."""
        if last < first:
            return
        ranges = " ".join(xl_range(first, place, last, place) for place in places)
        for light, (ink, fill) in self.paper.lights.items() if places else ():
            rule = {
                "type": "text",
                "criteria": "begins with",
                "value": SIGNS[light],
                "format": self.paper.look(font_color=ink, bg_color=fill, bold=True),
                "multi_range": ranges,
            }
            _done(self.sheet.conditional_format(first, places[0], last, places[0], rule))

    def widen(self, columns: Sequence[Column]) -> None:
        """Give *columns* their widths before their table is written."""
        for place, column in enumerate(columns):
            self._widen(place, column, ())

    def _widen(self, place: int, column: Column, values: Sequence[Any]) -> None:
        """Make a column wide enough for its heading and its numbers, which are never cut.

        Tables below each other share columns.
        """
        width = column.width
        if not column.upright:
            width = max(width, _longest_word(column.head) + 2)
        for unit, size in _extremes(column, values):
            width = max(width, len(self.paper.shown(size, unit)) + 1.5)
        if column.wrap:
            texts = (len(value) for value in values if isinstance(value, str))
            width = max(width, min(max(texts, default=0) * _LETTER + 3, _WIDEST_NAME))
            links = (len(value.text) for value in values if isinstance(value, Link))
            width = max(width, min(max(links, default=0) * _LETTER + 2, _WIDEST_LINK))
        if width > self._widths.get(place, 0):
            self._widths[place] = width
            _done(self.sheet.set_column(place, place, width))

    # ------------------------------------------------------------ the sheet as a whole

    def freeze(self, row: int, column: int = 0) -> None:
        """Keep the rows above *row* and the columns left of *column* in sight."""
        self.sheet.freeze_panes(row, column)

    def print(
        self,
        last_row: int,
        last_column: int,
        repeat: tuple[int, int] | None = None,
        pages: int = 0,
    ) -> None:
        """Print on A4 landscape, one page wide, with the heading rows *repeat* on every page.

        *pages* is how many pages long it may be; 0 is as many as it takes.
        """
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.fit_to_pages(1, pages)
        self.sheet.hide_gridlines(2)
        self.sheet.set_footer(self.paper.footer)
        _done(self.sheet.print_area(0, 0, last_row, last_column))
        if repeat:
            _done(self.sheet.repeat_rows(*repeat))


_HEADING: Mapping[str, Any] = {
    "bold": True,
    "bg_color": PALE,
    "text_wrap": True,
    "valign": "vcenter",
    "bottom": 2,
}


def _indent(column: Column) -> dict[str, Any]:
    """Texts keep away from the numbers of the column before."""
    return {"indent": 1} if column.align == "left" else {}


def _longest_word(text: str) -> float:
    """The width of the longest word of a heading, which is never broken."""
    return max((len(word) for word in text.split()), default=0) * 1.12


def _lines(text: str, width: float, letter: float = _LETTER) -> int:
    """How many lines *text* takes in a column of *width*, broken between words."""
    lines, used = 1, 0.0
    for word in text.replace("\n", " \n ").split(" "):
        long = len(word) * letter
        if word == "\n" or (used and used + 1 + long > width):
            lines, used = lines + 1, 0.0
        if word != "\n":
            lines += int(long // (width + 1))  # a word that is longer than the line is broken
            used += long + (1 if used else 0)
    return lines


def _unique(columns: Sequence[Column]) -> list[Column]:
    """The columns with headings that differ, as a native table demands."""
    seen: set[str] = set()
    unique = []
    for column in columns:
        head, number = column.head, 1
        while head.casefold() in seen:
            number += 1
            head = f"{column.head} ({number})"
        seen.add(head.casefold())
        unique.append(replace(column, head=head))
    return unique


def _extremes(column: Column, values: Sequence[Any]) -> Iterator[tuple[str, float]]:
    """The longest numbers of a column, for each of their units."""
    if not (column.number or column.unit) or column.unit == "date":
        return
    found: dict[str, tuple[float, float]] = {}
    for value in values:
        unit, number = column.unit, value
        if isinstance(value, Amount | Lit | Formula):
            unit, number = value.unit, value.value
        if isinstance(number, int | float):
            low, high = found.get(unit, (0.0, 0.0))
            found[unit] = (min(low, number), max(high, number))
    for unit, both in found.items():
        for number in both:
            yield unit, number


def _amounts(values: Iterable[Any]) -> Iterator[float]:
    for value in values:
        number = value.value if isinstance(value, Amount) else value
        if isinstance(number, int | float):
            yield number


def _done(code: int | None) -> None:
    """XlsxWriter says by a negative number that it left something out; we never do."""
    if code:
        raise ValueError(f"a cell could not be written (XlsxWriter says {code})")
