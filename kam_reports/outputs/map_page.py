"""The page of a proposal: every sheet as it lies there, coloured by what its cells stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kam_reports.layouts import KINDS
from kam_reports.layouts.pages import Page, letters, page_of
from kam_reports.layouts.proposing import personal_rows
from kam_reports.layouts.proposing.weighing import corner
from kam_reports.model import Cell, CellState, Place, Sheet
from kam_reports.outputs.html import Press
from kam_reports.outputs.mapping import Told
from kam_reports.values import raw_text
from kam_reports.vocabulary.headings import YEARS

if TYPE_CHECKING:
    from kam_reports.wording import Wording
    from kam_reports.workspace import Workspace

_ROWS, _COLUMNS = 60, 26  # of a sheet that are drawn
_LETTERS = 42  # of a cell
_MOST_FIGURES = 400  # in the table of what would be read
_UNKNOWN = frozenset(["unknown-measure", "unknown-column"]) & {*KINDS, "unknown-measure"}
Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Square:
    """A cell as it is drawn: its text, what it is taken for, and what is read from it."""

    text: str
    kind: str  # head · label · figure · field · same · unknown · open · personal · blank
    title: str = ""
    number: bool = False
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sheet as it is drawn."""

    name: str
    hidden: bool
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Square | None, ...]], ...]
    left_out: int  # rows below that are not drawn


@dataclass(frozen=True, slots=True)
class View:
    """What the template gets."""

    told: Told
    sheets: tuple[Drawn, ...]
    as_of: object


def render_map(told: Told, wording: Wording, workspace: Workspace) -> bytes:
    """The page as HTML."""
    drawn = tuple(_Drawing(told, sheet).drawn() for sheet in told.proposal.book.sheets)
    view = View(told, drawn, told.proposal.plan.as_of)
    rows = told.rows(_MOST_FIGURES)
    return Press(wording, workspace).page("map.html.j2", "map.css", view=view, rows=rows)


class _Drawing:
    """A sheet that is being drawn."""

    def __init__(self, told: Told, sheet: Sheet) -> None:
        self.told, self.sheet = told, sheet
        proposal = told.proposal
        self.page: Page = page_of(sheet)
        self.parts = [part for part in proposal.parts if part.place.sheet == sheet.name]
        self.read = dict(self._read())
        odd = [o for o in proposal.plan.oddities if o.place.sheet == sheet.name]
        self.unknown = {corner(o.place.cell) for o in odd if o.kind in _UNKNOWN and o.place.cell}
        self.open = [o.place for o in odd if o.kind == "unmapped-range"]
        self.all_open = any(o.kind == "unmapped-sheet" for o in odd)
        self.meant = {
            meant.text: told.guess(meant) if meant.sure < 1 else told.wording.label(meant.named)
            for part in self.parts
            for meant in part.meant
        }
        self.personal = personal_rows(sheet, proposal.layout)

    def _read(self) -> Iterator[tuple[Position, tuple[str, str]]]:
        plan = self.told.proposal.plan
        for entry in plan.entries:
            for value in entry.values.values():
                if value.value is not None and value.place.sheet == self.sheet.name:
                    yield corner(value.place.cell), ("field", "")
        for figure in plan.figures:
            if figure.place.sheet == self.sheet.name:
                row = self.told.row(figure)
                for at in _within(figure.place):
                    yield at, ("figure", f"{row.what}: {row.value}")

    def drawn(self) -> Drawn:
        rows = list(range(1, max(self.page.rows, default=0) + 1))
        width = max((max(cells) for cells in self.page.rows.values()), default=0)
        columns = range(1, min(width, _COLUMNS) + 1)
        shown = rows[:_ROWS]
        return Drawn(
            self.sheet.name,
            self.sheet.visible != "visible",
            tuple(letters(column) for column in columns),
            tuple((row, tuple(self._square(row, c) for c in columns)) for row in shown),
            len([row for row in self.page.rows if row > _ROWS]),
        )

    def _square(self, row: int, column: int) -> Square | None:
        first = self.page.inside.get((row, column))
        if first is not None and first != (row, column) and first[0] <= _ROWS:
            return None  # drawn with the cell where its merged area begins
        cell = self.page.cell(row, column)
        if cell is None:
            return Square("", "blank")
        bottom, right = self.page.ends.get((row, column), (row, column))
        down, across = min(bottom, _ROWS) - row + 1, min(right, _COLUMNS) - column + 1
        kind, title = self._kind(row, column)
        value = cell.value
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if cell.state is CellState.UNCALCULATED:
            text = "=…"
        elif number:
            text = self._number(cell)
        elif isinstance(value, date):
            text = self.told.wording.date(value)
        else:
            text = raw_text(cell)
        if kind == "personal":
            text = "•••"
        text = text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"
        return Square(text, kind, title, number, across, down)

    def _number(self, cell: Cell) -> str:
        """A number as the sheet shows it, nearly; a year without a mark of thousands."""
        if cell.format == "General" and cell.value in YEARS:
            return raw_text(cell)
        return self.told.wording.number(cell.value, "percent" if "%" in cell.format else "")

    def _kind(self, row: int, column: int) -> tuple[str, str]:
        at = row, column
        if row in self.personal:
            return ("head", "") if row == min(self.personal) else ("personal", "")
        if at in self.read:
            return self.read[at]
        if at in self.unknown:
            return "unknown", ""
        if self.all_open or any(_holds(place, at) for place in self.open):
            return "open", ""
        part = next((part for part in self.parts if _holds(part.place, at)), None)
        if part is None:
            return "same", ""
        text = self.page.text(row, column)
        if row in part.heads and part.declared.kind != "form":
            return "head", self.meant.get(text, "")
        if text in self.meant:
            return "label", self.meant[text]
        return ("label" if text else "same"), ""


def _within(place: Place) -> Iterator[Position]:
    first, _, last = place.cell.partition(":")
    (top, left), (bottom, right) = corner(first), corner(last or first)
    for row in range(top, min(bottom, _ROWS) + 1):
        yield from ((row, column) for column in range(left, right + 1))


def _holds(place: Place, at: Position) -> bool:
    if not place.cell:
        return False
    first, _, last = place.cell.partition(":")
    (top, left), (bottom, right) = corner(first), corner(last or first)
    return top <= at[0] <= bottom and left <= at[1] <= right
