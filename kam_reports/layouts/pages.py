"""A sheet as it lies before a reader: filled rows, what is hidden below merged cells, addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from kam_reports.model import Cell, CellState, Sheet

Position = tuple[int, int]  # row, column
_LARGEST_AREA = 1000  # cells of a merged area that means something


@dataclass(slots=True)
class Page:
    """A sheet by rows. What has been read is taken off *rest*; what stays there is not mapped."""

    sheet: Sheet
    rows: dict[int, dict[int, Cell]]  # what can be seen, by row and column
    covered: dict[Position, Cell]  # what lies below merged cells
    ends: dict[Position, Position]  # the last cell of the merged area that begins or lies here
    rest: set[Position] = field(default_factory=set)
    inside: dict[Position, Position] = field(default_factory=dict)  # to the first cell of the area
    known_texts: dict[int, dict[int, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.sheet.name

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell that can be seen there."""
        cells = self.rows.get(row)
        return None if cells is None else cells.get(column)

    def seen(self, row: int, column: int) -> Cell | None:
        """The cell that a person sees there: also the one that a merged area stretches to there."""
        return self.cell(*self.inside.get((row, column), (row, column)))

    def text(self, row: int, column: int) -> str:
        """The text there; empty if there is none, or something else."""
        return self.texts(row).get(column, "")

    def texts(self, row: int) -> dict[int, str]:
        """The texts of *row* by column."""
        texts = self.known_texts.get(row)
        if texts is None:
            cells = self.rows.get(row, {})
            texts = {column: text for column, cell in cells.items() if (text := text_of(cell))}
            self.known_texts[row] = texts
        return texts

    def beside(self, row: int, column: int) -> int:
        """The column to the right of a cell, or of the merged area that begins there."""
        return self.ends.get((row, column), (row, column))[1] + 1

    def read(self, row: int, columns: Iterable[int] | None = None) -> None:
        """Take cells of *row*, or all of it, off what has not been read."""
        for column in self.rows.get(row, {}) if columns is None else columns:
            self.rest.discard((row, column))

    def read_above(self, heads: tuple[int, ...]) -> None:
        """Take the header in the rows *heads*, and the titles above it, off what is not read."""
        for row in self.rows:
            if row in heads or (row < heads[0] and len(self.texts(row)) == len(self.rows[row])):
                self.read(row)


def page_of(sheet: Sheet) -> Page:
    """The *sheet* by rows."""
    rows: dict[int, dict[int, Cell]] = {}
    covered: dict[Position, Cell] = {}
    for (row, column), cell in sorted(sheet.cells.items(), key=lambda item: item[0]):
        if not _is_filled(cell):
            continue
        if cell.state is CellState.MERGED_OVER:
            covered[row, column] = cell
        else:
            rows.setdefault(row, {})[column] = cell
    ends = {(area.top, area.left): (area.bottom, area.right) for area in sheet.merges}
    inside = dict(_insides(sheet))
    rest = {(row, column) for row, cells in rows.items() for column in cells}
    return Page(sheet, rows, covered, ends, rest, inside)


def text_of(cell: Cell) -> str:
    """The text of *cell* on one line; empty if it holds no text."""
    value = cell.value
    return " ".join(value.split()) if isinstance(value, str) else ""


def address(row: int, column: int) -> str:
    """The A1 address of a cell."""
    return f"{letters(column)}{row}"


def span(positions: Iterable[Position]) -> str:
    """The A1 range that holds all *positions*."""
    rows, columns = zip(*positions, strict=True)
    first, last = address(min(rows), min(columns)), address(max(rows), max(columns))
    return first if first == last else f"{first}:{last}"


@lru_cache(maxsize=1024)
def letters(column: int) -> str:
    """The letters of a column."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _is_filled(cell: Cell) -> bool:
    if isinstance(cell.value, str):
        return not cell.value.isspace() and bool(cell.value)
    return cell.value is not None or cell.state is CellState.UNCALCULATED


def _insides(sheet: Sheet) -> Iterator[tuple[Position, Position]]:
    """The first cell of every merged cell's area; of merged whole columns, there is no need."""
    for area in sheet.merges:
        rows, columns = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
        if len(rows) * len(columns) <= _LARGEST_AREA:
            yield from (
                ((row, column), (area.top, area.left)) for row in rows for column in columns
            )
