"""From what a sheet's XML says to what its cells hold."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time
from itertools import compress
from operator import ge

from kam_reports.books.formats import Shows, elapsed, moment, shows
from kam_reports.books.scan import Position, Scan, a1
from kam_reports.books.unreadable import damaged
from kam_reports.model import Cell, CellState, CellValue

_EXACT = 2**53  # beyond, not every whole number is one of Excel's numbers
_LONG = 18  # digits that no number of Excel has


@dataclass(slots=True)
class Filled:
    """The filled cells of a sheet as parallel lists."""

    positions: list[Position]
    values: list[CellValue]
    formats: list[str]
    formulas: list[bool]
    states: list[CellState]

    def cells(self) -> dict[Position, Cell]:
        """The cells by row and column, in reading order; a cell given twice is refused."""
        made = map(_cell, self.values, self.formats, self.formulas, self.states)
        cells = dict(zip(self.positions, made, strict=True))
        if any(map(ge, self.positions, self.positions[1:])):
            cells = dict(sorted(cells.items()))
        if len(cells) < len(self.positions):
            (again, _), *_ = Counter(self.positions).most_common(1)
            raise damaged("twice", cell=a1(*again))
        return cells


class _Draft:
    """A cell in the making. Filling a frozen one field by field would take twice the time."""

    __slots__ = Cell.__slots__
    value: CellValue
    format: str
    formula: bool
    state: CellState


def _cell(value: CellValue, number_format: str, formula: bool, state: CellState) -> Cell:
    draft = _Draft()
    draft.value = value
    draft.format = number_format
    draft.formula = formula
    draft.state = state
    draft.__class__ = Cell  # type: ignore[assignment]
    return draft  # type: ignore[return-value]


class _Strings(dict[str, str]):
    """The shared texts by their number as written."""

    def __missing__(self, number: str) -> str:
        raise ValueError(number)


class _Formats(dict[str, str]):
    """The number formats by the style's number as written; an unknown style has no format."""

    def __missing__(self, style: str | None) -> str:
        return "General"


class _Moments(dict[tuple[float, str], CellValue]):
    """What Excel shows for a number in a date format; most dates occur many times."""

    def __init__(self, *, date1904: bool) -> None:
        super().__init__()
        self.date1904 = date1904

    def __missing__(self, key: tuple[float, str]) -> CellValue:
        number, number_format = key
        value: CellValue
        if shows(number_format) is Shows.MOMENT:
            value = moment(number, date1904=self.date1904)
        else:
            value = elapsed(number)
        self[key] = value
        return value


class Interpreter:
    """Knows what a workbook's cells mean: its texts, its formats and its date system."""

    def __init__(
        self, strings: tuple[str, ...], formats: tuple[str, ...], *, date1904: bool
    ) -> None:
        self.strings = _Strings((str(number), text) for number, text in enumerate(strings))
        self.formats = _Formats((str(style), text) for style, text in enumerate(formats))
        # A cell without a style has the first one.
        self.formats[None] = self.formats["0"]  # type: ignore[index]
        self.formats[""] = self.formats["0"]
        self.dated = {
            style: number_format
            for style, number_format in self.formats.items()
            if shows(number_format) is not Shows.NUMBER
        }
        self.moments = _Moments(date1904=date1904)

    def fill(self, found: Scan) -> Filled:
        """The filled cells of a sheet; those that only have a look are left out."""
        values: list[CellValue] = []
        states = [CellState.VALUE] * len(found.positions)
        try:
            self._interpret(found, values, states)
        except ValueError as error:
            where = found.positions[len(values)]
            raise damaged("cell", cell=a1(*where), detail=str(error)[:80]) from error
        formats = list(map(self.formats.__getitem__, found.styles))
        return _without_blanks(Filled(found.positions, values, formats, found.formulas, states))

    def _interpret(self, found: Scan, values: list[CellValue], states: list[CellState]) -> None:
        """Add the meaning of each cell to *values*; the loop over all cells, so it is flat."""
        keep = values.append
        strings, dated, moments = self.strings, self.dated, self.moments
        number: int | float
        for kind, text, style in zip(found.kinds, found.texts, found.styles, strict=True):
            if not text or kind in _SELDOM:
                value, state = _seldom(kind, text, formula=found.formulas[len(values)])
                states[len(values)] = state
                keep(value)
            elif kind == "s":
                keep(strings[text])
            elif kind is None or kind == "n":
                if text.isdigit() and len(text) < _LONG:
                    number = int(text)
                else:
                    number = float(text)
                    if number.is_integer():
                        number = int(number) if -_EXACT < number < _EXACT else number
                    elif not -math.inf < number < math.inf:
                        raise ValueError(text)
                keep(moments[number, dated[style]] if style in dated else number)
            elif kind in _TEXTS:
                keep(text)
            else:
                raise ValueError(f"cell type {kind}")


_SELDOM = frozenset({"b", "e", "d"})
_TEXTS = frozenset({"str", "inlineStr"})
_TRUTH = {"1": True, "true": True, "0": False, "false": False}


def _seldom(kind: str | None, text: str | None, *, formula: bool) -> tuple[CellValue, CellState]:
    """The value and state of a cell that holds no plain number or text; a blank is None."""
    if not text:
        empty_text = kind == "str" and text is not None
        return None, CellState.UNCALCULATED if formula and not empty_text else CellState.VALUE
    if kind == "e":
        return text, CellState.ERROR
    if kind == "b" and text in _TRUTH:
        return _TRUTH[text], CellState.VALUE
    if kind == "d":
        return _written_moment(text), CellState.VALUE
    raise ValueError(f"{text} as {kind}")


def _written_moment(text: str) -> CellValue:
    """A date written out, as strict workbooks may hold it."""
    if "T" not in text and ":" in text:
        return time.fromisoformat(text).replace(tzinfo=None)
    found = datetime.fromisoformat(text).replace(tzinfo=None)
    return found if found.time() != time() else found.date()


def _without_blanks(filled: Filled) -> Filled:
    """Leave out what shows nothing: no value at all, or an empty text."""
    if None not in filled.values and "" not in filled.values:
        return filled
    kept = [
        state is not CellState.VALUE or value not in (None, "")
        for value, state in zip(filled.values, filled.states, strict=True)
    ]
    return Filled(
        list(compress(filled.positions, kept)),
        list(compress(filled.values, kept)),
        list(compress(filled.formats, kept)),
        list(compress(filled.formulas, kept)),
        list(compress(filled.states, kept)),
    )
