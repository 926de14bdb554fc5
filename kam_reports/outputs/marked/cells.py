"""Gives the cells of a sheet another look; values, formulas and all else are not touched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kam_reports.model import Severity
from kam_reports.outputs.marked.looks import Looks
from kam_reports.outputs.marked.markup import Element, Part, Reader

Position = tuple[int, int]
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_BEFORE_NOTES = (
    "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst", "AlternateContent",
)  # fmt: skip
_DEFAULT_WIDTH = 8.43


def column_number(letters: str) -> int:
    """Column ``A`` is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Column 1 is ``A``."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(position: Position) -> str:
    """The address of row and column."""
    return f"{column_letters(position[1])}{position[0]}"


@dataclass(slots=True)
class _Columns:
    """Looks and widths of whole columns."""

    spans: list[tuple[int, int, int, float]] = field(default_factory=list)

    def look(self, column: int) -> int:
        return next((look for low, high, look, _ in self.spans if low <= column <= high), 0)

    def width(self, column: int) -> float:
        found = (width for low, high, _, width in self.spans if low <= column <= high)
        return next(found, _DEFAULT_WIDTH)


class MarkedSheet(Reader):
    """The part of a sheet; reads it once and notes where the wanted cells stand or belong."""

    def __init__(self, content: bytes, wanted: Mapping[Position, Severity], looks: Looks) -> None:
        super().__init__(content)
        self.columns = _Columns()
        self._wanted: dict[int, dict[int, Severity]] = {}
        for (row, column), severity in sorted(wanted.items()):
            self._wanted.setdefault(row, {})[column] = severity
        self._looks = looks
        self._rows = sorted(self._wanted, reverse=True)  # those not met yet
        self._open: list[Element | None] = []
        self._row = self._column = 0
        self._left: list[int] = []  # columns of the row not met yet
        self._cells: list[tuple[Element, Severity]] = []
        self._new: list[tuple[int | Element, str]] = []
        self._spans: list[tuple[Element, str]] = []
        self._roots: list[Element] = []
        self.read()
        self.part: Part = Part(content, self._roots[0])
        self._change()

    # ------------------------------------------------------------ reading

    def _opened(self, full_name: str, attributes: dict[str, str]) -> None:
        depth = len(self._open)
        kept: Element | None = None
        if depth <= 1:
            kept = self.element(full_name, attributes)
            if depth == 0:
                self._roots.append(kept)
            else:
                self._roots[0].children.append(kept)
        elif depth == 2 and (around := self._open[1]) is not None:
            if around.name == "sheetData":
                kept = self._row_begins(full_name, attributes)
            elif around.name == "cols":
                self._note_column(attributes)
        elif depth == 3 and self._open[2] is not None:
            self._cell_begins(full_name, attributes)
        self._open.append(kept)

    def _closed(self, full_name: str) -> None:  # noqa: ARG002
        kept = self._open.pop()
        if kept is None:
            return
        self.finish(kept)
        depth = len(self._open)
        if depth == 2:
            self._row_ends(kept)
        elif depth == 1 and kept.name == "sheetData":
            while self._rows:
                self._new_row(kept, self._rows.pop())

    def _note_column(self, said: Mapping[str, str]) -> None:
        low, high = int(said.get("min", 0)), int(said.get("max", 0))
        width = float(said.get("width", _DEFAULT_WIDTH))
        hidden = said.get("hidden") in ("1", "true")
        self.columns.spans.append((low, high, int(said.get("style", 0)), 0 if hidden else width))

    def _row_begins(self, full_name: str, said: dict[str, str]) -> Element | None:
        self._row = int(said.get("r", self._row + 1))
        self._column = 0
        while self._rows and self._rows[-1] < self._row:
            self._new_row(self.here, self._rows.pop())
        if not self._rows or self._rows[-1] != self._row:
            return None
        self._rows.pop()
        self._left = sorted(self._wanted[self._row], reverse=True)
        return self.element(full_name, said)

    def _cell_begins(self, full_name: str, said: dict[str, str]) -> None:
        found = _ADDRESS.fullmatch(said.get("r", ""))
        self._column = column_number(found[1]) if found else self._column + 1
        row = self._open[2]
        while row and self._left and self._left[-1] < self._column:
            self._new_cell(row, self.here, self._left.pop())
        if self._left and self._left[-1] == self._column:
            self._left.pop()
            cell = self.element(full_name, said)
            self._cells.append((cell, self._wanted[self._row][self._column]))

    def _row_ends(self, row: Element) -> None:
        columns = sorted(self._wanted.get(self._row, ()))
        while self._left:
            self._new_cell(row, row, self._left.pop())
        spans = re.findall(r"\d+", row.attributes.get("spans", ""))
        if spans and columns:
            low, high = min(map(int, spans)), max(map(int, spans))
            if columns[0] < low or columns[-1] > high:
                self._spans.append((row, f"{min(low, columns[0])}:{max(high, columns[-1])}"))

    # ------------------------------------------------------------ changing

    def _new_cell(self, row: Element, place: int | Element, column: int) -> None:
        """A cell that has no content takes the look of its row, else of its column."""
        said = row.attributes
        own = said.get("s") if said.get("customFormat") in ("1", "true") else None
        look = self.columns.look(column) if own is None else int(own)
        self._new.append((place, self._blank((self._row, column), look)))

    def _new_row(self, place: int | Element, row: int) -> None:
        cells = "".join(
            self._blank((row, column), self.columns.look(column))
            for column in sorted(self._wanted[row])
        )
        self._new.append((place, f'<{{0}}row r="{row}">{cells}</{{0}}row>'))

    def _blank(self, position: Position, look: int) -> str:
        marked = self._looks.marked(look, self._wanted[position[0]][position[1]])
        return f'<{{0}}c r="{address(position)}" s="{marked}"/>'

    def _change(self) -> None:
        prefix = self.part.prefix(self.part.root)
        for cell, severity in self._cells:
            look = self._looks.marked(int(cell.attributes.get("s", 0)), severity)
            self.part.say(cell, s=str(look))
        for row, spans in self._spans:
            self.part.say(row, spans=spans)
        for place, made in self._new:
            if isinstance(place, Element):
                self.part.append(place, made.format(prefix))
            else:
                self.part.insert(place, made.format(prefix))

    def point_to_notes(self, relation: str, space: str) -> None:
        """Let the sheet point to the drawing that holds its notes' boxes."""
        prefix = self.part.prefix(self.part.root)
        made = f'<{prefix}legacyDrawing xmlns:r="{space}" r:id="{relation}"/>'
        self.part.insert(self.part.place_for("legacyDrawing", _BEFORE_NOTES), made)
