"""Reads the workbook that is open in Excel into the very Book that the file reader gives.

Only xlwings' free, cross-platform calls are used, and never the workbook's path: under OneDrive
that is an address on the internet. What is not saved yet counts.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kam_reports.books import merged_over
from kam_reports.books.formats import Shows, elapsed, moment, shows
from kam_reports.books.scan import LARGEST_AREA
from kam_reports.model import (
    Area,
    Book,
    Cell,
    CellState,
    CellValue,
    Oddity,
    Place,
    Problem,
    Sheet,
)

if TYPE_CHECKING:
    import xlwings as xw

Position = tuple[int, int]

ERRORS = frozenset(
    [
        *("#BLOCKED!", "#CALC!", "#CONNECT!", "#DIV/0!", "#FIELD!", "#GETTING_DATA", "#N/A"),
        *("#NAME?", "#NULL!", "#NUM!", "#REF!", "#SPILL!", "#UNKNOWN!", "#VALUE!"),
    ]
)
_UNKNOWN_ERROR = "#VALUE!"
_ERROR_NUMBERS = range(-2146826300, -2146826200)  # as COM hands them over
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (Excel knows no time zones)
_EXACT = 2**53
_VISIBLE = {2: "veryHidden", 0: "hidden"}  # as Excel says it on Windows; elsewhere a truth value
_LINK = re.compile(r"\[([^\[\]]+\.xl\w{1,2})\]", re.IGNORECASE)


# ---------------------------------------------------------------- which workbook


def calling_book(hwnd: int | None = None, name: str | None = None) -> xw.Book:
    """The workbook whose button was pressed. Raises Problem if Excel shows none.

    *hwnd* is the window of the Excel that asks (Windows), *name* the workbook's name (macOS);
    with neither it is the active workbook of the first Excel.
    """
    for app in _excels():
        if hwnd is not None and app.hwnd != hwnd:
            continue
        for book in app.books if name is not None else ():
            if _folded(book.name) == _folded(name or ""):
                return book
        if name is None and len(app.books):
            return app.books.active
    raise Problem(
        {
            "de": f"„{name}“ ist in Excel nicht geöffnet."
            if name
            else "In Excel ist keine Arbeitsmappe geöffnet.",
            "en": f"“{name}” is not open in Excel." if name else "No workbook is open in Excel.",
        },
        {
            "de": "Den Plan in Excel öffnen und noch einmal versuchen.",
            "en": "Open the plan in Excel and try again.",
        },
    )


def _excels() -> Iterable[xw.App]:
    """Every Excel that runs. Raises Problem where none can be reached."""
    try:
        import xlwings as xw

        return list(xw.apps)
    except Exception as error:
        raise Problem(
            {
                "de": "Excel ist von hier aus nicht erreichbar.",
                "en": "Excel is out of reach from here.",
            },
            {
                "de": "Was fehlt, sagt: kam-reports excel doctor",
                "en": "What is missing, says: kam-reports excel doctor",
            },
        ) from error


def _folded(name: str) -> str:
    """Names compare as macOS and Windows compare them: without case, composed or not."""
    return unicodedata.normalize("NFC", name).casefold()


# ---------------------------------------------------------------- the book


def read_book(book: xw.Book) -> Book:
    """What *book* holds at this moment. Raises Problem for a sheet too large to be a plan."""
    links: dict[str, None] = {}
    sheets = tuple(_read_sheet(sheet, links) for sheet in book.sheets)
    oddities = []
    if links:
        names = ", ".join(links)
        facts = {"count": len(links), "links": names}
        oddities.append(Oddity("external-links", Place(book.name), names, facts))
    return Book(book.name, sheets, oddities=tuple(oddities))


def _read_sheet(sheet: xw.Sheet, links: dict[str, None]) -> Sheet:
    visible = "visible" if sheet.visible is True else _VISIBLE.get(int(sheet.visible), "visible")
    last = sheet.used_range.last_cell
    height, width = last.row, last.column
    if height * width > LARGEST_AREA:
        raise Problem(
            {
                "de": f"Das Blatt „{sheet.name}“ reicht bis {last.get_address(False, False)}; "
                "so groß ist kein Plan.",
                "en": f"The sheet “{sheet.name}” reaches to {last.get_address(False, False)}; "
                "no plan is that large.",
            },
            {
                "de": "Leere Zeilen und Spalten am Ende löschen und speichern.",
                "en": "Delete empty rows and columns at its end and save.",
            },
        )
    whole = Area(1, 1, height, width)
    filled = _filled(sheet, whole)
    for formula in filled.formulas.values():
        links.update(dict.fromkeys(_LINK.findall(formula)))
    cells = _cells(sheet, filled)
    merges = tuple(_merges(sheet, whole)) if cells or height * width > 1 else ()
    bottom = max((row for row, _ in cells), default=0)
    right = max((column for _, column in cells), default=0)
    return Sheet(
        sheet.name,
        merged_over(cells, merges),
        merges=tuple(sorted(merges, key=lambda area: (area.top, area.left))),
        hidden_rows=frozenset(_hidden(sheet, bottom, of_rows=True)),
        hidden_columns=frozenset(_hidden(sheet, right, of_rows=False)),
        visible=visible,
    )


# ---------------------------------------------------------------- values and formulas


@dataclass(slots=True)
class _Filled:
    """The cells of a sheet that show something, and the formulas behind them."""

    values: dict[Position, Any] = field(default_factory=dict)
    formulas: dict[Position, str] = field(default_factory=dict)


def _filled(sheet: xw.Sheet, whole: Area) -> _Filled:
    """What shows, with error values as their text.

    xlwings on macOS can ask for error texts of a single cell only, so there the empty cells with
    a formula are asked one by one.
    """
    area = _range(sheet, whole)
    at_once = sys.platform != "darwin"
    values = area.options(ndim=2, err_to_str=at_once).value
    found = _Filled()
    for row, line in enumerate(_rows(area.formula, whole), 1):
        for column, formula in enumerate(line, 1):
            if not formula and values[row - 1][column - 1] is None:
                continue
            value = values[row - 1][column - 1]
            if value is None and not at_once:
                value = sheet.range((row, column)).options(err_to_str=True).value
            if value is None:
                continue  # the formula shows nothing
            found.values[row, column] = value
            if isinstance(formula, str) and formula.startswith("=") and formula != value:
                found.formulas[row, column] = formula
    return found


def _rows(formulas: Any, whole: Area) -> Iterable[Iterable[Any]]:
    """The formulas as rows, also where a single cell gives a single text."""
    if (whole.bottom, whole.right) == (1, 1):
        while isinstance(formulas, (list, tuple)):
            formulas = formulas[0]
        return [[formulas]]
    if not isinstance(formulas[0], (list, tuple)):
        return [formulas] if whole.bottom == 1 else [[each] for each in formulas]
    rows: Iterable[Iterable[Any]] = formulas
    return rows


def _cells(sheet: xw.Sheet, filled: _Filled) -> dict[Position, Cell]:
    formats = dict(_formats(sheet, filled.values))
    return {
        at: _cell(value, formats[at], formula=at in filled.formulas)
        for at, value in filled.values.items()
    }


def _cell(value: Any, number_format: str, *, formula: bool) -> Cell:
    """A cell with the value that the file reader would give it."""
    if isinstance(value, str):
        state = CellState.ERROR if value in ERRORS else CellState.VALUE
        return Cell(value, number_format, formula, state)
    if isinstance(value, bool):
        return Cell(value, number_format, formula)
    if isinstance(value, int) and value in _ERROR_NUMBERS:
        return Cell(_UNKNOWN_ERROR, number_format, formula, CellState.ERROR)
    return Cell(_shown(_number(value), number_format), number_format, formula)


def _number(value: Any) -> float:
    """The number in the cell, whatever Excel and xlwings made of it.

    Amounts in a currency format come as Decimal and dates as datetime.
    """
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _EPOCH) / timedelta(days=1)
    if isinstance(value, date):
        return float((value - _EPOCH.date()).days)
    return float(value)


def _shown(number: float, number_format: str) -> CellValue:
    """What the number means in its format."""
    kind = shows(number_format)
    if kind is Shows.MOMENT:
        return moment(number, date1904=False)
    if kind is Shows.ELAPSED:
        return elapsed(number)
    return int(number) if number == int(number) and abs(number) < _EXACT else number


# ---------------------------------------------------------------- what is asked area by area


def _range(sheet: xw.Sheet, area: Area) -> xw.Range:
    return sheet.range((area.top, area.left), (area.bottom, area.right))


def _around(cells: Iterable[Position]) -> Area:
    rows, columns = zip(*cells, strict=True)
    return Area(min(rows), min(columns), max(rows), max(columns))


def _halves(area: Area) -> tuple[Area, Area]:
    """The two halves of an area, cut across its longer side."""
    if area.bottom - area.top >= area.right - area.left:
        middle = (area.top + area.bottom) // 2
        return (
            Area(area.top, area.left, middle, area.right),
            Area(middle + 1, area.left, area.bottom, area.right),
        )
    middle = (area.left + area.right) // 2
    return (
        Area(area.top, area.left, area.bottom, middle),
        Area(area.top, middle + 1, area.bottom, area.right),
    )


def _formats(sheet: xw.Sheet, values: Mapping[Position, Any]) -> Iterator[tuple[Position, str]]:
    """The number format of every cell, with few questions: each costs a walk to Excel and back.

    Texts, dates and numbers of neighbouring columns mostly share a format, so they are asked
    block by block, and a block that does not is cut in two.
    """
    kinds: dict[type, list[Position]] = {}
    for at, value in values.items():
        kinds.setdefault(type(value), []).append(at)
    waiting = [block for cells in kinds.values() for block in _blocks(cells)]
    while waiting:
        cells = waiting.pop()
        area = _around(cells)
        answer: Any = _range(sheet, area).number_format
        if answer is not None or len(cells) == 1:
            yield from ((at, answer or "General") for at in cells)
            continue
        across = area.left != area.right
        middle = (area.left + area.right) // 2 if across else (area.top + area.bottom) // 2
        first = [at for at in cells if at[across] <= middle]
        waiting += [first, [at for at in cells if at[across] > middle]]


def _blocks(cells: Iterable[Position]) -> Iterator[list[Position]]:
    """The cells in blocks of neighbouring columns that are filled in the same rows."""
    columns: dict[int, list[int]] = {}
    for row, column in cells:
        columns.setdefault(column, []).append(row)
    block: list[int] = []
    for column in sorted(columns):
        if block and (column != block[-1] + 1 or columns[column] != columns[block[-1]]):
            yield [(row, each) for each in block for row in columns[each]]
            block = []
        block.append(column)
    yield [(row, each) for each in block for row in columns[each]]


def _merges(sheet: xw.Sheet, whole: Area) -> Iterator[Area]:
    """The merged areas; Excel says of any area whether all, none or some of it is merged."""
    found: dict[Area, None] = {}
    waiting = [whole]
    while waiting:
        area = waiting.pop()
        if any(_within(area, known) for known in found):
            continue
        there = _range(sheet, area)
        if there.merge_cells is False:
            continue
        if there.merge_cells:
            first = sheet.range((area.top, area.left)).merge_area
            height, width = first.shape
            merged = Area(first.row, first.column, first.row + height - 1, first.column + width - 1)
            found[merged] = None
            if _within(area, merged):
                continue
        if area.top != area.bottom or area.left != area.right:
            waiting += _halves(area)
    yield from found


def _within(inner: Area, outer: Area) -> bool:
    return (
        outer.top <= inner.top
        and inner.bottom <= outer.bottom
        and outer.left <= inner.left
        and inner.right <= outer.right
    )


def _hidden(sheet: xw.Sheet, last: int, *, of_rows: bool) -> Iterator[int]:
    """The numbers of the hidden rows or columns up to *last*."""
    waiting = [(1, last)] if last else []
    while waiting:
        first, end = waiting.pop()
        if of_rows:
            hidden = sheet.range((first, 1), (end, 1)).rows.hidden
        else:
            hidden = sheet.range((1, first), (1, end)).columns.hidden
        if hidden:
            yield from range(first, end + 1)
        elif hidden is None and first < end:
            middle = (first + end) // 2
            waiting += [(first, middle), (middle + 1, end)]
