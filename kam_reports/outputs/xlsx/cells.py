"""What may stand in a cell, and how it is made safe and written quickly.

Everything is written by its type, so no text that came from a workbook can ever become a formula.
The rows of a table bypass the general writer and are put straight into the sheet's XML, which
takes a third of the time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kam_reports.model import Amount, Light

LONGEST_TEXT = 32_767
MOST_LINKS = 65_530  # Excel drops the links of a sheet beyond these
MOST_ROWS = 1_048_576
_LONGEST_LITERAL = 255  # of a text inside a formula
_LONGEST_TIP = 255
_EPOCH = date(1899, 12, 30).toordinal()

# Controls, lone surrogates and noncharacters make a workbook that Excel wants to repair.
_FORBIDDEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff]"
)
_FORMULA_SIGNS = frozenset("=+-@\t＝＋－＠")  # also the wide forms that Japanese Excel takes


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a cell: of this workbook, or of *file* beside it."""

    text: str
    location: str
    file: str = ""  # relative to this workbook, as a web address; empty is this workbook
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula of our own, with the value that it has now."""

    text: str  # without "="
    value: float | str | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Lit:
    """A number in the colour of a light, with the light's sign before it."""

    value: float | None
    unit: str
    light: Light


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


def quoted(sheet: str) -> str:
    """The name of a sheet as an address needs it."""
    return "'" + sheet.replace("'", "''") + "'"


# ---------------------------------------------------------------- rows straight into the XML


@dataclass(frozen=True, slots=True)
class Ink:
    """The looks of one column: of its numbers by unit, its texts and its links."""

    plain: Any  # an XlsxWriter Format; numbers without a unit of their own, dates, blanks
    text: Any
    quoted: Any
    link: Any
    units: Mapping[tuple[Light | None, str, bool], Any]  # by light, unit, being whole


class QuickSheet(Worksheet):  # type: ignore[misc]
    """A sheet of XlsxWriter that also takes whole blocks of rows and any number of links."""

    def __init__(self) -> None:
        super().__init__()
        self.dim_rowmin: int
        self.dim_rowmax: int
        self._blocks: dict[int, list[str]] = {}  # by first row: the XML of each row
        self._links: list[tuple[str, Link]] = []
        self._texts: dict[str, tuple[int, bool]] = {}

    def write_block(
        self,
        first: int,
        inks: Sequence[Ink],
        rows: Sequence[Sequence[Any]],
        heights: Sequence[float | None],
    ) -> int:
        """Add *rows* from row *first* (counted from 0) on; says how many there were.

        Nothing else may be written to these rows.
        """
        letters = [xl_col_to_name(column) for column in range(len(inks))]
        xml = []
        for number, (row, height) in enumerate(zip(rows, heights, strict=True), start=first + 1):
            cells = [
                self._cell(f"{letter}{number}", value, ink)
                for letter, value, ink in zip(letters, row, inks, strict=True)
            ]
            high = f' ht="{height:.1f}" customHeight="1"' if height else ""
            xml.append(f'<row r="{number}"{high}>{"".join(cells)}</row>')
        if xml:
            corners = ((first, 0), (first + len(xml) - 1, len(inks) - 1))
            if any(self._check_dimensions(row, column) for row, column in corners):
                raise ValueError(f"{self.name}: more rows or columns than a sheet has")
            self._blocks[first] = xml
        return len(xml)

    def add_link(self, row: int, column: int, link: Link) -> None:
        """Let the cell, counted from 0, lead to where *link* points."""
        self._links.append((f"{xl_col_to_name(column)}{row + 1}", link))

    def _write_rows(self) -> None:
        low, high = self.dim_rowmin, self.dim_rowmax
        for first, xml in sorted(self._blocks.items()):
            self.dim_rowmin, self.dim_rowmax = low, first - 1
            super()._write_rows()
            self.fh.writelines(xml)
            low = first + len(xml)
        self.dim_rowmin, self.dim_rowmax = low, high
        super()._write_rows()

    def _cell(self, ref: str, value: Any, ink: Ink) -> str:
        """The XML of one cell, by the type of its value."""
        match value:
            case None | "":
                return f'<c r="{ref}" s="{ink.plain._get_xf_index()}"/>'  # noqa: SLF001
            case str():
                return self._text_cell(ref, value, ink)
            case int() | float() if not isinstance(value, bool):
                return _number_cell(ref, value, ink.plain)
            case Amount():
                return _number_cell(ref, value.value, ink.units[_kind(value)])
            case Lit():
                return _number_cell(ref, value.value, ink.units[_kind(value, value.light)])
            case Link():
                return self._link_cell(ref, value, ink)
            case date():
                return _number_cell(ref, serial(value), ink.plain)
            case Formula():
                return _formula_cell(ref, value, ink.units[_kind(value)])
        raise TypeError(f"{self.name}!{ref}: {type(value).__name__} cannot stand in a cell")

    def _text_cell(self, ref: str, text: str, ink: Ink, look: Any = None) -> str:
        known = self._texts.get(text)
        if known is None:
            clean = clean_text(text)
            index = self.str_table._get_shared_string_index(clean)  # noqa: SLF001
            known = self._texts[text] = (index, looks_like_formula(clean))
        else:
            self.str_table.count += 1
        index, dangerous = known
        style = look or (ink.quoted if dangerous else ink.text)
        return f'<c r="{ref}" s="{style._get_xf_index()}" t="s"><v>{index}</v></c>'  # noqa: SLF001

    def _link_cell(self, ref: str, link: Link, ink: Ink) -> str:
        if len(self._links) < MOST_LINKS:
            self._links.append((ref, link))
            return self._text_cell(ref, link.text, ink, ink.link)
        target = f"{link.file}#{link.location}"
        if max(len(target), len(link.text)) > _LONGEST_LITERAL:
            return self._text_cell(ref, link.text, ink)
        text = clean_text(link.text)
        formula = f"HYPERLINK({_literal(target)},{_literal(text)})"
        return _formula_cell(ref, Formula(formula, text), ink.link)

    def _write_hyperlinks(self) -> None:
        if not self._links:
            return
        self._xml_start_tag("hyperlinks")
        for ref, link in self._links:
            relation = ""
            if link.file:
                self.rel_count += 1
                self.external_hyper_links.append(["/hyperlink", link.file, "External"])
                relation = f' r:id="rId{self.rel_count}"'
            tip = f" tooltip={quoteattr(clean_text(link.tip)[:_LONGEST_TIP])}" if link.tip else ""
            location = f" location={quoteattr(link.location)}" if link.location else ""
            self.fh.write(f'<hyperlink ref="{ref}"{relation}{location}{tip}/>')
        self._xml_end_tag("hyperlinks")


def serial(day: date) -> float:
    """The number that Excel keeps for a day, or for a moment of it."""
    days = day.toordinal() - _EPOCH
    if not isinstance(day, datetime):
        return days
    return days + (day.hour * 3600 + day.minute * 60 + day.second) / 86_400


def _kind(
    value: Amount | Lit | Formula, light: Light | None = None
) -> tuple[Light | None, str, bool]:
    """By what the look of a number is chosen."""
    number = value.value
    return light, value.unit, not isinstance(number, float) or number.is_integer()


def _number_cell(ref: str, value: float | None, look: Any) -> str:
    style = look._get_xf_index()  # noqa: SLF001
    if value is None or not math.isfinite(value):
        return f'<c r="{ref}" s="{style}"/>'
    return f'<c r="{ref}" s="{style}"><v>{float(value)!r}</v></c>'


def _formula_cell(ref: str, formula: Formula, look: Any) -> str:
    kind = ' t="str"' if formula.value is None or isinstance(formula.value, str) else ""
    value = "" if formula.value is None else escape(str(formula.value))
    style = look._get_xf_index()  # noqa: SLF001
    return f'<c r="{ref}" s="{style}"{kind}><f>{escape(formula.text)}</f><v>{value}</v></c>'


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
