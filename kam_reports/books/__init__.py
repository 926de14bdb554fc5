"""Opens a workbook and returns a Book; the only package that reads Excel files.

A file is copied into memory once. A guard unpacks the copy within limits, a scan reads every cell
with all that other readers hide (error values, formulas never calculated, number formats, merged
and hidden areas), and python-calamine must find the same values. No reader is safe: call this in
a worker of ``batch``, which survives the death of its workers.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from kam_reports.books.cells import Interpreter
from kam_reports.books.container import Parts, unpack
from kam_reports.books.contents import Contents, SheetPart, check_sheets, read_contents
from kam_reports.books.crosscheck import SecondReader
from kam_reports.books.scan import Position, Scan, scan_sheet
from kam_reports.books.snapshot import refuse_other_files, snapshot
from kam_reports.books.unreadable import Unreadable, damaged
from kam_reports.model import Area, Book, Cell, CellState, Oddity, Place, Sheet

__all__ = ["Unreadable", "digest", "merged_over", "read_book", "read_bytes"]


def read_book(path: str | os.PathLike[str], name: str = "") -> Book:
    """Read the workbook at *path*; *name* is what findings will call it."""
    return read_bytes(snapshot(path), name or os.fspath(path))


def digest(path: str | os.PathLike[str]) -> str:
    """The fingerprint of the file's bytes, as its Book carries it; empty if there is none."""
    try:
        return _fingerprint(snapshot(path))
    except Unreadable:
        return ""


def read_bytes(data: bytes, name: str) -> Book:
    """Read a workbook that is in memory already."""
    refuse_other_files(data, name)
    parts = unpack(data)
    contents = read_contents(parts)
    check_sheets(contents.sheets)
    # All sheets pass the guard before calamine sees the first.
    scans = [_scanned(parts, listed) for listed in contents.sheets]
    interpreter = Interpreter(contents.strings, contents.formats, date1904=contents.date1904)
    second = SecondReader(parts, contents, scans)
    sheets = tuple(
        _sheet(listed, found, interpreter, second)
        for listed, found in zip(contents.sheets, scans, strict=True)
    )
    return Book(
        name,
        sheets,
        date1904=contents.date1904,
        size=len(data),
        digest=_fingerprint(data),
        oddities=tuple(_oddities(contents, Place(name))),
    )


def _fingerprint(data: bytes) -> str:
    return hashlib.blake2b(data).hexdigest()


@contextmanager
def _naming(sheet: str) -> Iterator[None]:
    """Let trouble inside a sheet name the sheet."""
    try:
        yield
    except Unreadable as error:
        error.facts.setdefault("sheet", sheet)
        raise


def _scanned(parts: Parts, listed: SheetPart) -> Scan:
    if not listed.part:
        return Scan()
    with _naming(listed.name):
        if listed.part not in parts:
            raise damaged("part-missing", part=listed.part)
        return scan_sheet(parts[listed.part], listed.part)


def _sheet(listed: SheetPart, found: Scan, interpreter: Interpreter, second: SecondReader) -> Sheet:
    with _naming(listed.name):
        filled = interpreter.fill(found)
        if listed.part:
            second.confirm(listed.name, filled, found)
        cells = filled.cells()
    area = found.area or Area(0, 0, 0, 0)
    return Sheet(
        listed.name,
        merged_over(cells, found.merges),
        merges=found.merges,
        hidden_rows=frozenset(row for row in found.hidden_rows if row <= area.bottom),
        hidden_columns=frozenset(
            column
            for hidden in found.hidden_columns
            for column in range(hidden.start, min(hidden.stop, area.right + 1))
        ),
        visible=listed.visible,
    )


def merged_over(cells: dict[Position, Cell], merges: tuple[Area, ...]) -> dict[Position, Cell]:
    """Mark what stands below a merged area, where nobody sees it."""
    for area in merges:
        width, height = area.right - area.left + 1, area.bottom - area.top + 1
        if width * height < len(cells):
            inside = [
                (row, column)
                for row in range(area.top, area.bottom + 1)
                for column in range(area.left, area.right + 1)
            ]
        else:
            inside = [
                (row, column)
                for row, column in cells
                if area.top <= row <= area.bottom and area.left <= column <= area.right
            ]
        for position in inside:
            if position in cells and position != (area.top, area.left):
                cells[position] = replace(cells[position], state=CellState.MERGED_OVER)
    return cells


def _oddities(contents: Contents, place: Place) -> Iterator[Oddity]:
    if contents.date1904:
        yield Oddity("date-1904", place)
    if contents.links:
        links = ", ".join(contents.links)
        yield Oddity("external-links", place, links, {"count": len(contents.links), "links": links})
