"""What may stand in a cell, and how it is made safe and written quickly.

Everything is written by its type, so no text that came from a workbook can ever become a formula.
The rows of a table bypass the general writer and are put straight into the sheet's XML, which
takes a third of the time.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from kam_reports.model import Amount, Light

LONGEST_TEXT = 32_767
MOST_LINKS = 65_530  # Excel drops the links of a sheet beyond these
MOST_ROWS = 1_048_576
_LONGEST_LITERAL = 255  # of a text inside a formula
_LONGEST_TIP = 255
_AT_ONCE = 4096  # rows
_EPOCH = date(1899, 12, 30).toordinal()

# Controls, lone surrogates and noncharacters make a workbook that Excel wants to repair.
_FORBIDDEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff]"
)
_TEXTS = {str, type(None)}

_FORMULA_SIGNS = frozenset("=+-@\t＝＋－＠")  # also the wide forms that Japanese Excel takes


class Key(str):
    """A text of our own that no other cell holds: it stands in its cell, not among all texts."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a cell: of this workbook, or of *file* beside it."""

    text: str
    location: str
    file: str = ""  # relative to this workbook, as a web address; empty is this workbook
    tip: str = ""


class Formula(NamedTuple):
    """A live formula of our own, with the value that it has now."""

    text: str  # without "="; one in braces works on whole columns
    value: float | str | None
    unit: str = ""


_LIVE = {Formula, type(None)}
_KEYS = {Key, type(None)}


@dataclass(frozen=True, slots=True)
class Lit:
    """A number in the colour of a light, with the light's sign before it."""

    value: float | None
    unit: str
    light: Light
    formula: str = ""  # what gives the number, if it is live


def clean_text(text: str) -> str:
    """*text* without the signs that no workbook may hold, and not longer than a cell takes."""
    text = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if text.startswith("<r>") and text.endswith("</r>"):
        text += " "  # XlsxWriter would take it for ready-made XML
    wide = text.encode("utf-16-le")
    if len(wide) // 2 <= LONGEST_TEXT:
        return text
    return wide[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def looks_like_formula(text: str) -> bool:
    """Whether a person who edits the cell would turn *text* into a formula."""
    return text[:1] in _FORMULA_SIGNS


def address(sheet: str, row: int, column: int, last_row: int = -1, last_column: int = -1) -> str:
    """The address of a cell or range on *sheet*; rows and columns are counted from 0."""
    first = f"{quoted(sheet)}!{xl_col_to_name(column)}{row + 1}"
    return first if last_row < 0 else f"{first}:{xl_col_to_name(last_column)}{last_row + 1}"


def fixed(sheet: str, row: int, column: int) -> str:
    """The address of a cell as a name for the workbook keeps it."""
    return f"{quoted(sheet)}!${xl_col_to_name(column)}${row + 1}"


def quoted(sheet: str) -> str:
    """The name of a sheet as an address needs it."""
    return "'" + sheet.replace("'", "''") + "'"


# ---------------------------------------------------------------- rows straight into the XML


@dataclass(frozen=True, slots=True)
class Ink:
    """The looks of one column: of its numbers by unit, its texts and its links."""

    plain: Format  # numbers without a unit of their own, dates, blanks
    text: Format
    quoted: Format  # texts that look like a formula
    link: Format
    units: Mapping[tuple[Light | None, str, bool], Format]  # by light, unit, being whole


class QuickSheet(Worksheet):  # type: ignore[misc]
    """A sheet of XlsxWriter that also takes whole blocks of rows and any number of links."""

    def __init__(self) -> None:
        super().__init__()
        self.dim_rowmin: int
        self.dim_rowmax: int
        self._blocks: dict[int, list[str]] = {}  # by first row: the XML of each row
        self._links: list[str] = []  # the XML of each link
        self._places: dict[str, int] = {}  # of the texts of links
        self._files: dict[str, int] = {}  # the files that links lead to, numbered from 1

    def write_block(
        self,
        first: int,
        inks: Sequence[Ink],
        columns: Sequence[Sequence[Any]],
        heights: Sequence[float | None],
    ) -> None:
        """Add the rows of a table, given by column, from row *first* (counted from 0) on.

        Nothing else may be written to these rows.
        """
        last, right = first + len(heights) - 1, len(columns) - 1
        if self._check_dimensions(first, 0) or self._check_dimensions(last, right):
            raise ValueError(f"{self.name}: more rows or columns than a sheet has")
        # Each piece ends where the number of the row belongs: in the address of the next cell.
        ends = [f'<c r="{xl_col_to_name(column)}' for column in range(len(columns))]
        starts, ends = ends[0], [*ends[1:], "</row>"]
        pieces = [
            self._pieces(values, ink, xl_col_to_name(column), first, end)
            for column, (values, ink, end) in enumerate(zip(columns, inks, ends, strict=True))
        ]
        rows = []
        for number, height, *cells in zip(count(first + 1), heights, *pieces):
            high = f' ht="{height:.1f}" customHeight="1"' if height else ""
            rows.append(f'<row r="{number}"{high}>' + str(number).join((starts, *cells)))
        self._blocks[first] = rows

    def add_long_table(self, head: int, last: int, right: int, options: dict[str, Any]) -> int:
        """Make a native table of the rows from *head* to *last*.

        XlsxWriter notes every cell of a table to find overlaps, half a gigabyte for a long one. So
        it learns of the first row alone, and the range is drawn out afterwards.
        """
        code = int(self.add_table(head, 0, head + 1, right, options) or 0)
        if code == 0:
            table = self.tables[-1]
            whole = xl_range(head, 0, last, right)
            ranges = ("range", "a_range", "autofilter")
            table.update({name: whole for name in ranges if table.get(name)})
        return code

    def add_link(self, row: int, column: int, link: Link) -> None:
        """Let the cell, counted from 0, lead to where *link* points."""
        self._link(f"{xl_col_to_name(column)}{row + 1}", link)

    def _write_rows(self) -> None:
        low, high = self.dim_rowmin, self.dim_rowmax
        for first, rows in sorted(self._blocks.items()):
            self.dim_rowmin, self.dim_rowmax = low, first - 1
            super()._write_rows()
            low = first + len(rows)
            while rows:  # what is written is let go at once: there are hundreds of megabytes
                self.fh.write("".join(rows[:_AT_ONCE]))
                del rows[:_AT_ONCE]
        self.dim_rowmin, self.dim_rowmax = low, high
        super()._write_rows()
        self._blocks.clear()

    # ------------------------------------------------------------ cells

    def _pieces(
        self, values: Sequence[Any], ink: Ink, letter: str, first: int, end: str
    ) -> list[str]:
        """The XML of the cells of a column, each without its address and up to the next cell."""
        kinds = set(map(type, values))
        if kinds <= _TEXTS:
            return self._text_pieces(values, ink, end)
        if kinds <= _KEYS:
            return self._key_pieces(values, ink, end)
        if kinds <= _LIVE:
            return self._live_pieces(values, ink, letter, first, end)
        texts: dict[str | None, str] = {}
        styles: dict[tuple[str, bool], str] = {}
        live: dict[tuple[str, bool], str] = {}  # of formulas
        pieces = []
        for number, value in enumerate(values, start=first + 1):
            kind = type(value)
            if value is None or kind is str:
                piece = texts.get(value)
                if piece is None:
                    piece = texts[value] = self._cell(value, ink) + end
                elif value:
                    self.str_table.count += 1
            elif kind is Amount and type(value.value) is float and math.isfinite(value.value):
                key = value.unit, value.value.is_integer()
                style = styles.get(key)
                if style is None:
                    style = styles[key] = f'" s="{_index(ink.units[None, *key])}"><v>'
                piece = f"{style}{value.value!r}</v></c>{end}"
            elif kind is Formula:
                known = value.value
                key = value.unit, type(known) is not float or known.is_integer()
                style = live.get(key)
                if style is None:
                    style = live[key] = f'" s="{_index(ink.units[None, *key])}"'
                piece = f"{style}{_live(value, letter, number)}{end}"
            elif kind is Link:
                piece = self._link_cell(f"{letter}{number}", value, ink) + end
            else:
                piece = self._cell(value, ink) + end
            pieces.append(piece)
        return pieces

    def _text_pieces(self, values: Sequence[str | None], ink: Ink, end: str) -> list[str]:
        """The same for a column of texts: each of them is looked up once."""
        numbers = Counter(values)
        pieces = {value: self._cell(value, ink) + end for value in numbers}
        self.str_table.count += sum(times - 1 for value, times in numbers.items() if value)
        return [pieces[value] for value in values]

    def _key_pieces(self, values: Sequence[Key | None], ink: Ink, end: str) -> list[str]:
        """The same for a column of keys."""
        blank = self._cell(None, ink) + end
        begin = f'" s="{_index(ink.text)}" t="inlineStr"><is><t>'
        end = f"</t></is></c>{end}"
        return [
            blank if value is None else f"{begin}{escape(clean_text(value))}{end}"
            for value in values
        ]

    def _live_pieces(
        self, values: Sequence[Formula | None], ink: Ink, letter: str, first: int, end: str
    ) -> list[str]:
        """The same for a column of formulas, in which some cells may be empty."""
        blank = self._cell(None, ink) + end
        styles: dict[tuple[str, bool], str] = {}
        pieces = []
        for number, value in enumerate(values, start=first + 1):
            if value is None:
                pieces.append(blank)
                continue
            known = value.value
            key = value.unit, type(known) is not float or known.is_integer()
            style = styles.get(key)
            if style is None:
                style = styles[key] = f'" s="{_index(ink.units[None, *key])}"'
            pieces.append(f"{style}{_live(value, letter, number)}{end}")
        return pieces

    def _cell(self, value: Any, ink: Ink) -> str:
        """The XML of one cell behind its address, by the type of its value."""
        match value:
            case None | "":
                return f'" s="{_index(ink.plain)}"/>'
            case Key():
                raise TypeError(f"{self.name}: a column of keys holds nothing else")
            case str():
                clean = clean_text(value)
                return self._text(clean, ink.quoted if looks_like_formula(clean) else ink.text)
            case int() | float() if not isinstance(value, bool):
                return _number(value, ink.plain)
            case Amount():
                return _number(value.value, ink.units[_kind(value)])
            case Lit() if value.formula:
                look = ink.units[_kind(value, value.light)]
                live = Formula(value.formula, value.value)
                return f'" s="{_index(look)}"{_live(live, "", 0)}'
            case Lit():
                return _number(value.value, ink.units[_kind(value, value.light)])
            case date():
                return _number(serial(value), ink.plain)
        raise TypeError(f"{self.name}: {type(value).__name__} cannot stand in a cell")

    def _text(self, clean: str, look: Format) -> str:
        return f'" s="{_index(look)}" t="s"><v>{self._place(clean)}</v></c>'

    def _place(self, clean: str) -> int:
        """Where a text stands among all texts of the workbook."""
        return int(self.str_table._get_shared_string_index(clean))  # noqa: SLF001

    # ------------------------------------------------------------ links

    def _link_cell(self, ref: str, link: Link, ink: Ink) -> str:
        """The text of a link; beyond what Excel keeps of a sheet's links, a formula leads on."""
        if len(self._links) < MOST_LINKS:
            self._link(ref, link)
            place = self._places.get(link.text)
            if place is None:
                place = self._places[link.text] = self._place(clean_text(link.text))
            else:
                self.str_table.count += 1
            return f'" s="{_index(ink.link)}" t="s"><v>{place}</v></c>'
        text = clean_text(link.text)
        target = f"{link.file}#{link.location}"
        if max(len(target), len(text)) > _LONGEST_LITERAL:
            return self._text(text, ink.text)
        formula = Formula(f"HYPERLINK({_literal(target)},{_literal(text)})", text)
        return f'" s="{_index(ink.link)}"{_live(formula, "", 0)}'

    def _link(self, ref: str, link: Link) -> None:
        relation = ""
        if link.file:
            number = self._files.setdefault(link.file, len(self._files) + 1)
            relation = f' r:id="rId{number}"'
        tip = f" tooltip={quoteattr(clean_text(link.tip)[:_LONGEST_TIP])}" if link.tip else ""
        location = f" location={quoteattr(link.location)}" if link.location else ""
        self._links.append(f'<hyperlink ref="{ref}"{relation}{location}{tip}/>')

    def _write_hyperlinks(self) -> None:
        """Links that lead to the same file share one relation; they are the sheet's first."""
        if not self._links:
            return
        self._xml_start_tag("hyperlinks")
        self.fh.writelines(self._links)
        self._xml_end_tag("hyperlinks")
        self.rel_count += len(self._files)
        self.external_hyper_links += [["/hyperlink", file, "External"] for file in self._files]


def serial(day: date) -> float:
    """The number that Excel keeps for a day, or for a moment of it."""
    days = day.toordinal() - _EPOCH
    if not isinstance(day, datetime):
        return days
    return days + (day.hour * 3600 + day.minute * 60 + day.second) / 86_400


def _kind(value: Amount | Lit, light: Light | None = None) -> tuple[Light | None, str, bool]:
    """By what the look of a number is chosen."""
    number = value.value
    return light, value.unit, not isinstance(number, float) or number.is_integer()


def _index(look: Format) -> int:
    return int(look._get_xf_index())  # noqa: SLF001


def _number(value: float | None, look: Format) -> str:
    if value is None or not math.isfinite(value):
        return f'" s="{_index(look)}"/>'
    return f'" s="{_index(look)}"><v>{float(value)!r}</v></c>'


def _live(formula: Formula, letter: str, row: int) -> str:
    """The rest of a cell that holds *formula*."""
    text, value = formula.text, formula.value
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    start = "<f>"
    if text.startswith("{"):
        start, text = f'<f t="array" ref="{letter}{row}">', text[1:-1]
    if value is None:
        return f' t="str">{start}{text}</f><v></v></c>'
    if isinstance(value, str):
        return f' t="str">{start}{text}</f><v>{escape(value)}</v></c>'
    return f">{start}{text}</f><v>{value!r}</v></c>"


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
