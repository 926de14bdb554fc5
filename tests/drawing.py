r"""Sheets drawn as text: the notation of our tests and golden files.

    [Ziele]
    Kunde  | Meier AG
           | Ziel Q1 | Ziel Q2
    Umsatz | 300     | 45 %

| drawn | is |
|---|---|
| ``300``, ``-1.5``, ``1e-09`` | a number |
| ``45 %`` | 0.45 with the number format ``0%`` |
| ``2026-03-31``, ``2026-03-31 14:30:00``, ``14:30:00``, ``+36:00:00`` | date, with time, time, duration |
| ``TRUE``, ``FALSE`` | a truth value |
| ``#DIV/0!`` | an error value |
| ``=B2/C2 → 0.5``, ``=B2 →`` | a formula with its stored value; one never calculated |
| ``"300"`` | text that looks like something else, starts or ends with a blank, or is empty |
| ``0.12 {0.0%}``, ``5 {#,##0 "T€"}`` | with a number format |
| ``\|``, ``\n``, ``\\`` | a pipe, a line break, a backslash (in quotes also ``\"``) |
| ``!merge B2:C2 E1:E3`` | merged areas; a value below one is merged-over |
| ``!hidden rows 3 5``, ``!hidden columns B`` | hidden rows and columns |
| ``[Name] hidden``, ``[Name] veryHidden`` | hidden sheets |
| ``!date1904`` before the first sheet | days are counted from 1904 |

Lines starting with ``!`` are no rows of the sheet; other lines before the first sheet are remarks.
The text of a formula is not kept by a Book, so ``draw`` writes ``= → 0.5``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from textwrap import dedent

from kam_reports.model import Area, Book, Cell, CellState, Sheet

ERRORS = frozenset(
    [
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    ]
)
_HEADING = re.compile(r"\[([^\]]+)\](?: (hidden|veryHidden))?")
_PART = re.compile(r"((?:\\.|[^|\\])*)(?:\||$)")
_QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"(?: \{(.*)\})?')
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
_PERCENT = re.compile(r"(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?) %", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?")
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d{6})?")
_DURATION = re.compile(r"\+(\d+):(\d\d):(\d\d)(?:\.(\d{6}))?")
_FORMATS = {
    date: "yyyy-mm-dd",
    datetime: "yyyy-mm-dd hh:mm:ss",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}


def book(drawing: str, name: str = "drawn.xlsx") -> Book:
    """The book that *drawing* shows."""
    sheets: list[Sheet] = []
    cells: dict[tuple[int, int], Cell] = {}
    date1904 = False
    row = 0
    for line in dedent(drawing).strip("\n").split("\n"):
        if match := _HEADING.fullmatch(line.strip()):
            cells, row = {}, 0
            sheets.append(Sheet(match[1], cells, visible=match[2] or "visible"))
        elif not sheets:
            date1904 = date1904 or line.strip() == "!date1904"
        elif line.startswith("!"):
            sheets[-1] = _directed(sheets[-1], *line.split())
        else:
            row += 1
            for column, part in enumerate(_PART.findall(line), start=1):
                if part.strip():
                    cells[row, column] = _cell(part.strip())
    return Book(name, tuple(_merged(sheet) for sheet in sheets), date1904)


def draw(book: Book) -> str:
    """Draw *book*; ``book(draw(b)) == b``."""
    lines = ["!date1904"] if book.date1904 else []
    for sheet in book.sheets:
        hidden = "" if sheet.visible == "visible" else f" {sheet.visible}"
        lines.append(f"[{sheet.name}]{hidden}")
        lines += _directives(sheet)
        lines += _rows(sheet)
    return "\n".join(lines) + "\n"


def a1(row: int, column: int) -> str:
    """The address of a cell, both counted from 1."""
    return f"{_letters(column)}{row}"


# ---------------------------------------------------------------- reading a drawing


def _cell(text: str) -> Cell:
    if not text.startswith("="):
        return _constant(text)
    stored = text.partition("→")[2].strip()
    if not stored:
        return Cell(None, formula=True, state=CellState.UNCALCULATED)
    return replace(_constant(stored), formula=True)


def _constant(text: str) -> Cell:
    if match := _QUOTED.fullmatch(text):
        return Cell(_unescaped(match[1]), _unescaped(match[2] or "General"))
    number_format = None
    if text.endswith("}") and " {" in text:
        text, _, number_format = text[:-1].partition(" {")
        number_format = _unescaped(number_format)
    cell = _plain(text)
    return cell if number_format is None else replace(cell, format=number_format)


def _plain(text: str) -> Cell:
    if _NUMBER.fullmatch(text):
        return Cell(float(text) if set(text) & set(".e") else int(text))
    if match := _PERCENT.fullmatch(text):
        return Cell(float(Decimal(match[1]).scaleb(-2)), "0%")
    if _DATE.fullmatch(text):
        return Cell(date.fromisoformat(text), _FORMATS[date])
    if _DATETIME.fullmatch(text):
        return Cell(datetime.fromisoformat(text), _FORMATS[datetime])
    if _TIME.fullmatch(text):
        return Cell(time.fromisoformat(text), _FORMATS[time])
    if match := _DURATION.fullmatch(text):
        hours, minutes, seconds, micros = (int(part or 0) for part in match.groups())
        duration = timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)
        return Cell(duration, _FORMATS[timedelta])
    if text in ("TRUE", "FALSE"):
        return Cell(text == "TRUE")
    if text in ERRORS:
        return Cell(text, state=CellState.ERROR)
    return Cell(_unescaped(text))


def _directed(sheet: Sheet, order: str, *words: str) -> Sheet:
    if order == "!merge":
        return replace(sheet, merges=(*sheet.merges, *(_area(word) for word in words)))
    if order == "!hidden" and words[0] == "rows":
        return replace(sheet, hidden_rows=sheet.hidden_rows | {int(word) for word in words[1:]})
    if order == "!hidden" and words[0] == "columns":
        columns = {_column(word) for word in words[1:]}
        return replace(sheet, hidden_columns=sheet.hidden_columns | columns)
    raise ValueError(f"{order} {' '.join(words)}")


def _merged(sheet: Sheet) -> Sheet:
    """Mark the values that lie below a merged area."""
    cells = {
        (row, column): replace(cell, state=CellState.MERGED_OVER)
        if any(_covers(area, row, column) for area in sheet.merges)
        else cell
        for (row, column), cell in sheet.cells.items()
    }
    return replace(sheet, cells=cells)


def _covers(area: Area, row: int, column: int) -> bool:
    inside = area.top <= row <= area.bottom and area.left <= column <= area.right
    return inside and (row, column) != (area.top, area.left)


def _area(text: str) -> Area:
    first, _, last = text.partition(":")
    (top, left), (bottom, right) = _position(first), _position(last or first)
    return Area(top, left, bottom, right)


def _position(address: str) -> tuple[int, int]:
    letters = address.rstrip("0123456789")
    return int(address[len(letters) :]), _column(letters)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)


# ---------------------------------------------------------------- drawing


def _directives(sheet: Sheet) -> Iterator[str]:
    if sheet.merges:
        areas = (f"{a1(m.top, m.left)}:{a1(m.bottom, m.right)}" for m in sheet.merges)
        yield "!merge " + " ".join(areas)
    if sheet.hidden_rows:
        yield "!hidden rows " + " ".join(map(str, sorted(sheet.hidden_rows)))
    if sheet.hidden_columns:
        yield "!hidden columns " + " ".join(map(_letters, sorted(sheet.hidden_columns)))


def _rows(sheet: Sheet) -> Iterator[str]:
    height = max((row for row, _ in sheet.cells), default=0)
    width = max((column for _, column in sheet.cells), default=0)
    texts = {at: _drawn(cell) for at, cell in sheet.cells.items()}
    wide = [
        max(len(texts.get((row, column), "")) for row in range(1, height + 1))
        for column in range(1, width + 1)
    ]
    for row in range(1, height + 1):
        last = max((column for column in range(1, width + 1) if (row, column) in texts), default=0)
        parts = (
            texts.get((row, column), "").ljust(wide[column - 1]) for column in range(1, last + 1)
        )
        yield " | ".join(parts).rstrip(" ")


def _drawn(cell: Cell) -> str:
    if cell.state is CellState.UNCALCULATED:
        return "= →"
    text, usual = _shown(cell)
    if cell.format != usual:
        text += f" {{{_escaped(cell.format)}}}"
    return f"= → {text}" if cell.formula else text


def _shown(cell: Cell) -> tuple[str, str]:
    """The cell's value as drawn, and the number format that goes without saying."""
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper(), "General"
    if isinstance(value, (int, float)):
        if cell.format == "0%":
            return f"{Decimal(repr(value)).scaleb(2)} %", "0%"
        return repr(value), "General"
    if isinstance(value, str):
        return _text(value, cell.state), "General"
    if isinstance(value, timedelta):
        minutes, seconds = divmod(value.days * 86400 + value.seconds, 60)
        micros = f".{value.microseconds:06d}" if value.microseconds else ""
        return f"+{minutes // 60}:{minutes % 60:02d}:{seconds:02d}{micros}", _FORMATS[timedelta]
    return str(value), _FORMATS[type(value)]


def _text(text: str, state: CellState) -> str:
    if state is CellState.ERROR:
        return text
    escaped = _escaped(text)
    plain = escaped == escaped.strip() and not escaped.startswith(("=", "!", "[", '"'))
    if plain and not escaped.endswith("}") and escaped and _plain(escaped) == Cell(text):
        return escaped
    return '"{}"'.format(escaped.replace('"', r"\""))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", r"\|").replace("\n", r"\n")
