"""One pass over the XML of a sheet: every filled cell as written, and what is hidden or merged.

Nearly all sheets are written the same way and are read by one pattern; that the pattern missed
nothing is proved by what it left over. Anything else (prefixes, CDATA, comments, cells without an
address, runs of different looks) is read by expat, more slowly and with the same result.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from kam_reports.books.markup import Listener, Unusual, beginning, decoded, is_true, section
from kam_reports.books.texts import RichText, decode, plain_text, unescape
from kam_reports.books.unreadable import damaged, too_big
from kam_reports.model import Area

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
MOST_CELLS = 2_000_000
LARGEST_AREA = 5_000_000


Position = tuple[int, int]  # row and column, counted from 1


@dataclass(slots=True)
class Scan:
    """The cells of a sheet as parallel lists, and the shape of the sheet.

    *kinds* are the cell types of the file (``n s str inlineStr b e d``; None is a number too);
    *texts* what the file holds as the value, None where it holds none; *formulas* tell where a
    formula stands. Cells that only have a look are left out.
    """

    positions: list[Position] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)  # the number as written, "" if none is
    kinds: list[str | None] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)
    formulas: list[bool] = field(default_factory=list)
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[range, ...] = ()
    area: Area | None = None  # the rectangle that holds all cells
    cdata: bool = False
    essence: bytes = b""  # the part, as far as it was read


def scan_sheet(content: bytes, part: str) -> Scan:
    """Scan the sheet in *part*; refuse one that only a hostile file would spread so far."""
    try:
        found = _quick(decoded(content), part)
    except Unusual:
        found = _careful(content, part)
    found.area = _area_of(found.positions, part)
    return found


def _area_of(positions: list[Position], part: str) -> Area | None:
    """The rectangle around *positions*; one too large for a reader that fills it is refused."""
    if not positions:
        return None
    rows, columns = zip(*positions, strict=True)
    area = Area(min(rows), min(columns), max(rows), max(columns))
    size = (area.bottom - area.top + 1) * (area.right - area.left + 1)
    if size > LARGEST_AREA:
        cell = a1(area.bottom, area.right)
        raise too_big("area", size, LARGEST_AREA, part=part, cell=cell)
    return area


# ---------------------------------------------------------------- addresses

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MOST_REMEMBERED = 200_000


class _Positions(dict[str, Position]):
    """Row and column by A1 address; sheets use the same few thousand addresses again."""

    def __missing__(self, address: str) -> Position:
        match = _ADDRESS.fullmatch(address.upper())
        if match is None:
            raise damaged("cell", cell=address[:20])
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        row = int(match[2])
        if not 1 <= row <= LAST_ROW or column > LAST_COLUMN:
            raise damaged("cell", cell=address[:20])
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[address] = position = (row, column)
        return position


_POSITIONS = _Positions()


def a1(row: int, column: int) -> str:
    """The A1 address of a cell."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def _area(text: str) -> Area:
    first, _, last = text.replace("$", "").partition(":")
    return Area(*_POSITIONS[first], *_POSITIONS[last or first])


# ---------------------------------------------------------------- the frame of a sheet


class _Frame(Listener):
    """Hears what a sheet says about rows, columns and merged areas."""

    def __init__(self, part: str) -> None:
        super().__init__(part, "worksheet")
        self.row = 0
        self.merges: list[Area] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[range] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self.row = _number(attributes.get("r"), self.row + 1, self.part)
            if is_true(attributes.get("hidden")):
                self.hidden_rows.append(self.row)
        elif name == "mergeCell":
            self.merges.append(_area(attributes.get("ref", "")))
        elif name == "col" and is_true(attributes.get("hidden")):
            first = _number(attributes.get("min"), 1, self.part)
            last = _number(attributes.get("max"), first, self.part)
            self.hidden_columns.append(range(first, last + 1))

    def describe(self, found: Scan) -> Scan:
        """Add what was heard to *found*."""
        found.merges = tuple(self.merges)
        found.hidden_rows = frozenset(self.hidden_rows)
        found.hidden_columns = tuple(self.hidden_columns)
        return found


def _number(text: str | None, default: int, part: str) -> int:
    """The number of a row or column; one that is not given follows the one before."""
    if text is None:
        return default
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LAST_ROW:
        return int(text)
    raise damaged("cell", part=part, cell=text[:20])


def _count(cells: int, part: str) -> None:
    if cells > MOST_CELLS:
        raise too_big("cells", cells, MOST_CELLS, part=part)


# ---------------------------------------------------------------- the quick reader

# Possessive repeats never try twice, which halves the time.
_CELL = re.compile(
    r'<c r="([A-Z]{1,3}+[0-9]{1,7}+)"(?: s="([0-9]{1,5}+)")?+(?: t="([a-zA-Z]++)")?+'
    r'(?: [cv]m="[0-9]++")*+>'
    r"(<f(?: [^<>]*+)?+(?:(?<=/)>|>[^<]*+</f>))?+"
    r"(?:<v>([^<]*+)</v>|<v ?/>|<is><t([^<]*+)</t></is>)?+</c>"
)
_LEFT_OVER = re.compile(
    r"(?:\s*+<row(?: [^<>]*+)?+(?:(?<=/)>|>(?:\s|<c(?: [^<>/]*+)?+/>)*+</row>))*+\s*+"
)
_BODY, _BODY_END = "<sheetData>", "</sheetData>"
# calamine goes through the sheet again for merged areas; this in front spares it the way.
_NO_MERGES = "<mergeCells></mergeCells>"
_SHORTEST_CELL = len('<c r="A1"><v>1</v></c>')


def _quick(text: str, part: str) -> Scan:
    root = beginning(text, "worksheet")
    start, end = text.find(_BODY) + len(_BODY), text.rfind(_BODY_END)
    if not len(_BODY) <= start <= end:
        raise Unusual
    head, body, tail = text[text.index(root) + len(root) : start], text[start:end], text[end:]
    columns, merges = section(head, "cols"), section(tail, "mergeCells")
    if len(body) > MOST_CELLS * _SHORTEST_CELL:
        _count(body.count("<v") + body.count("<is"), part)
    pieces = _CELL.split(body)
    left_over = "".join(pieces[::7])
    if not _LEFT_OVER.fullmatch(left_over) or "xmlns" in left_over:
        raise Unusual
    # The rows matter to the frame only if some are hidden; the cells are taken already.
    rows = left_over if "hidden=" in left_over else ""
    frame = _Frame(part)
    frame.listen(f"{root}{columns}{rows}{merges}</worksheet>".encode())
    found = frame.describe(_taken(pieces, part))
    found.essence = f"{root}{_NO_MERGES}{_BODY}{body}{_BODY_END}</worksheet>".encode()
    return found


def _taken(pieces: list[Any], part: str) -> Scan:
    """The cells that the pattern found: six groups each, and the text between."""
    found = Scan(
        positions=list(map(_POSITIONS.__getitem__, pieces[1::7])),
        styles=pieces[2::7],
        kinds=pieces[3::7],
        formulas=list(map(bool, pieces[4::7])),
        texts=pieces[5::7],
    )
    _count(len(found.positions), part)
    _take_texts(found, pieces[6::7])
    if None in found.texts:
        _drop_looks(found)
    return found


def _drop_looks(found: Scan) -> None:
    """Leave out the cells that have neither value nor formula."""
    kept = [
        text is not None or formula
        for text, formula in zip(found.texts, found.formulas, strict=True)
    ]
    found.positions = list(compress(found.positions, kept))
    found.styles = list(compress(found.styles, kept))
    found.kinds = list(compress(found.kinds, kept))
    found.texts = list(compress(found.texts, kept))
    found.formulas = list(compress(found.formulas, kept))


def _take_texts(found: Scan, inline: list[str | None]) -> None:
    """Put the texts that stand in the cells themselves into *found*."""
    kinds, texts = found.kinds, found.texts
    if any(inline):
        for index, text in enumerate(inline):
            if text is not None:
                if kinds[index] != "inlineStr":
                    raise Unusual
                texts[index] = plain_text(text)
    if "str" in kinds:
        for index, kind in enumerate(kinds):
            if kind == "str":
                text = texts[index]
                if text is None:
                    raise Unusual  # empty or not calculated: the pattern does not tell
                texts[index] = decode(unescape(text))


# ---------------------------------------------------------------- the careful reader


def _careful(content: bytes, part: str) -> Scan:
    listener = _Cells(part)
    listener.listen(content)
    listener.found.cdata = b"<![CDATA[" in content
    listener.found.essence = content
    return listener.describe(listener.found)


class _Cells(_Frame, RichText):
    """Hears the cells of a sheet, too."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.found = Scan()
        self.column = 0
        self.cell: Position | None = None
        self.kind = "n"
        self.style = ""
        self.formula = False
        self.value: list[str] | None = None
        self.in_value = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self.cell is None:
            super().start(name, attributes)
        if name == "row":
            self.column = 0
        elif name == "c":
            self._start_cell(attributes)
        elif self.cell and name == "f":
            self.formula = True
        elif self.cell and name in ("v", "is"):
            if self.value is not None:
                raise damaged("cell", cell=a1(*self.cell), detail="more than one value")
            self.value = []
            self.in_value = name == "v"
            self.kind = self.kind if self.in_value else "inlineStr"
        elif self.cell:
            self.begin_text(name, attributes)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        where = attributes.get("r")
        self.cell = _POSITIONS[where] if where else (self.row, self.column + 1)
        self.column = self.cell[1]
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.formula = False
        self.value = None

    def end(self, name: str) -> None:
        if self.cell is None:
            return
        if name == "c":
            self._end_cell(self.cell)
        elif name == "v":
            self.in_value = False
        elif name == "is":
            self.value = [self.whole()]
        else:
            self.end_text(name)

    def _end_cell(self, cell: tuple[int, int]) -> None:
        self.cell = None
        text = None if self.value is None else "".join(self.value)
        if text is None and not self.formula:
            return
        self.found.positions.append(cell)
        self.found.styles.append(self.style)
        self.found.kinds.append(self.kind)
        self.found.formulas.append(self.formula)
        self.found.texts.append(decode(text) if text and self.kind == "str" else text)
        _count(len(self.found.positions), self.part)

    def text(self, text: str) -> None:
        if self.in_value and self.value is not None:
            self.value.append(text)
        else:
            super().text(text)
