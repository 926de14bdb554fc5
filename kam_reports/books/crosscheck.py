"""The second reader: python-calamine must find the same values at the same places.

Where calamine is known to lose something (errors, formulas that were never calculated, dates
before 1900, whole numbers beyond 2^53, CDATA), the scan is right and calamine's silence is
expected. Any other difference is said and never guessed away.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import compress
from typing import Any

from kam_reports.books.cells import Filled
from kam_reports.books.container import Parts
from kam_reports.books.contents import Contents, relations_of
from kam_reports.books.scan import Position, Scan, a1
from kam_reports.books.texts import decode
from kam_reports.books.unreadable import Unreadable
from kam_reports.model import CellState, CellValue

_DAY = timedelta(days=1)
_DAY_0 = date(1899, 12, 30)  # for dates since March 1900; Excel's year 1900 is a day too long
_DAY_0_OF_1904 = date(1904, 1, 1)
_SAME_MOMENT = 0.0011 / 86_400  # both readers round to milliseconds, not always the same way


class SecondReader:
    """calamine over the guarded parts of a workbook: nothing else of the file reaches it."""

    def __init__(self, parts: Parts, contents: Contents, scans: Sequence[Scan]) -> None:
        from python_calamine import CalamineError, CalamineWorkbook

        self.errors = (CalamineError, OSError, ValueError, OverflowError)
        self.date1904 = contents.date1904
        self.cdata = b"<![CDATA[" in parts.get(contents.strings_part, b"")
        try:
            self.workbook = CalamineWorkbook.from_filelike(_container(parts, contents, scans))
        except self.errors as error:
            raise Unreadable("readers-disagree", {"theirs": str(error)}) from error
        names = self.workbook.sheet_names
        if names != [sheet.name for sheet in contents.sheets]:
            raise Unreadable("readers-disagree", {"theirs": ", ".join(names)})

    def confirm(self, name: str, filled: Filled, found: Scan) -> None:
        """Refuse the sheet *name* unless calamine reads the same from it."""
        try:
            sheet = self.workbook.get_sheet_by_name(name)
            grid = sheet.to_python()
        except self.errors as error:
            raise Unreadable("readers-disagree", {"theirs": str(error)}) from error
        row, column = sheet.start or (0, 0)
        theirs = _Grid(grid, row + 1, column + 1)
        if not _same_at_once(filled, theirs):
            self._compare_one_by_one(filled, theirs, cdata=found.cdata or self.cdata)

    def _compare_one_by_one(self, filled: Filled, theirs: _Grid, *, cdata: bool) -> None:
        ours = dict(
            zip(filled.positions, zip(filled.values, filled.states, strict=True), strict=True)
        )
        for position in sorted({*ours, *theirs.filled()}):
            value, state = ours.get(position, ("", CellState.VALUE))
            other = theirs.at(position)
            lost = other == "" and (state is not CellState.VALUE or cdata)
            if lost or _same(value, other, date1904=self.date1904):
                continue
            facts = {"cell": a1(*position), "ours": str(value), "theirs": str(other)}
            raise Unreadable("readers-disagree", facts)


@dataclass(slots=True)
class _Grid:
    """What calamine read: rows of values, beginning at its first filled row and column."""

    rows: list[list[Any]]
    top: int
    left: int

    def at(self, position: Position) -> Any:
        """The value there; empty outside."""
        row, column = position[0] - self.top, position[1] - self.left
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def filled(self) -> Iterator[Position]:
        """Where a value is."""
        for row, values in enumerate(self.rows, self.top):
            for column, value in enumerate(values, self.left):
                if value != "":
                    yield row, column


def _same_at_once(filled: Filled, theirs: _Grid) -> bool:
    """Whether all plain values agree, found by comparing whole lists."""
    positions, values = filled.positions, filled.values
    if any(state is not CellState.VALUE for state in set(filled.states)):
        plain = [state is CellState.VALUE for state in filled.states]
        positions, values = list(compress(positions, plain)), list(compress(values, plain))
    if sum(len(row) - row.count("") for row in theirs.rows) != len(values):
        return False
    top, left, rows = theirs.top, theirs.left, theirs.rows
    if any(row < top or column < left for row, column in positions):
        return False
    try:
        return [rows[row - top][column - left] for row, column in positions] == values
    except IndexError:
        return False


def _same(ours: CellValue, theirs: Any, *, date1904: bool) -> bool:
    """Whether two readers mean the same, though they may say it differently."""
    if ours == theirs:
        return True
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.strip() == decode(theirs).strip()
    if isinstance(ours, int) and isinstance(theirs, float):
        return float(ours) == theirs
    if isinstance(theirs, str):
        return str(ours).replace(" ", "T") in theirs and isinstance(ours, date)
    one, other = _serial(ours, date1904=date1904), _serial(theirs, date1904=date1904)
    if one is None or other is None:
        return False
    # calamine shows a moment where Excel can show none: before its calendar begins.
    return abs(one - other) <= _SAME_MOMENT or (one < 0 and isinstance(theirs, time))


def _serial(value: CellValue, *, date1904: bool) -> float | None:
    """The number that Excel keeps for a moment or a length of time."""
    if isinstance(value, bool | str | None):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, timedelta):
        return value / _DAY
    if isinstance(value, time):
        return (datetime.combine(_DAY_0, value) - datetime.combine(_DAY_0, time())) / _DAY
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if date1904:
        return (value - datetime.combine(_DAY_0_OF_1904, time())) / _DAY
    days: float = (value - datetime.combine(_DAY_0, time())) / _DAY
    return days - 1 if days < 61 else days


_KNOWN_ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))


def _container(parts: Parts, contents: Contents, scans: Sequence[Scan]) -> io.BytesIO:
    """A new, plain container: calamine sees only what was guarded and scanned.

    calamine looks for these parts under their usual names only.
    """
    seen = {
        "_rels/.rels": parts.get("_rels/.rels"),
        "xl/workbook.xml": parts.get(contents.part),
        "xl/_rels/workbook.xml.rels": parts.get(relations_of(contents.part)),
        "xl/styles.xml": contents.styles or None,
        "xl/sharedStrings.xml": parts.get(contents.strings_part),
    }
    for sheet, found in zip(contents.sheets, scans, strict=True):
        if sheet.part:
            seen[sheet.part] = _with_known_errors(found)
    container = io.BytesIO()
    with zipfile.ZipFile(container, "w", zipfile.ZIP_STORED) as plain:
        for name, content in seen.items():
            if content is not None:
                plain.writestr(name, content)
    container.seek(0)
    return container


def _with_known_errors(found: Scan) -> bytes:
    """The sheet with errors that calamine knows; another one would make it refuse the sheet."""
    content = found.essence
    if "e" in found.kinds:
        errors = {
            text
            for text, kind in zip(found.texts, found.kinds, strict=True)
            if kind == "e" and text and text not in _KNOWN_ERRORS
        }
        for error in errors:
            content = content.replace(f">{error}</".encode(), b">#VALUE!</")
    return content
