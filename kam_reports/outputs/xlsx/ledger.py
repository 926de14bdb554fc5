"""Sheet Values: every measure of every subject by period, each a formula over sheet Data.

The sheet is one block of rows a measure and view, one row a subject, so that a total is a sum over
a block. What stands in a cell and by which formula is decided here; how KPIs are made of the cells
is decided in ``live``. Formulas use only what Excel 2016, LibreOffice 7 and Excel for Mac share.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from xlsxwriter.utility import xl_col_to_name

from kam_reports.kpis.board import Board
from kam_reports.kpis.comparison import forecast
from kam_reports.kpis.formula import CellRef
from kam_reports.kpis.grain import (
    ACTUAL,
    FORECAST,
    PY,
    SCENARIOS,
    SLOTS,
    TARGET,
    Grains,
    Stretch,
    Year,
)

if TYPE_CHECKING:
    from kam_reports.kpis.aggregate import View
    from kam_reports.kpis.grain import Flags, Numbers

HEAD_ROWS = 6  # title, notes, keys of the columns, headings; the first row of values is below
KEY_ROW = 5  # as Excel counts it: what a column adds to the key of a row
ROW, OWN_ROW = "\x00", "\x01"  # stand for the number of a row while a formula is made for many
POINTER = "\x03"  # with the sign of a slot: the row of a figure
_SIGN = 0xE000
MONTHS = tuple(f"M{number:02d}" for number in range(1, 13))
QUARTERS = ("Q1", "Q2", "Q3", "Q4")
HALVES = ("H1", "H2")
EXPECTED, ANNUAL = ("FC", ""), ("MAT", "")
_ORDER = (ACTUAL, TARGET, PY, FORECAST)
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}")
_LABELS = 5  # columns before the values: key, number, measure, view, rate

Slot = tuple[Any, str]  # scenario and period; or the forecast, or the moving total
Sources = list[tuple[str, str]]  # when a value is there, and the value


class Found(NamedTuple):
    """Where the numbers of a measure stand in the arrays of the board."""

    grains: Grains
    year: Year
    in_year: int
    in_cube: int


@dataclass(frozen=True)
class Block:
    """The rows of one measure in one view, aligned with the rows of the view."""

    measure: str
    view: View
    number: int  # of the view
    first: int  # the row of its first subject, as Excel counts it
    cells: list[Mapping[Slot, str]]  # by row: the formulas, with signs for rows
    numbers: Mapping[Slot, Numbers]

    @property
    def last(self) -> int:
        """The row of its last subject."""
        return self.first + len(self.cells) - 1

    @cached_property
    def slots(self) -> frozenset[Slot]:
        """Where any of its rows has a cell."""
        return frozenset().union(*map(frozenset, {id(one): one for one in self.cells}.values()))


def subject_codes(board: Board) -> Mapping[str, str]:
    """By subject, what stands for it in keys: its number, if no spreadsheet misreads that."""
    codes: dict[str, str] = {}
    seen: set[str] = set()
    for number, subject in enumerate(sorted(board.plans), start=1):
        is_safe = _SAFE.fullmatch(subject) and subject.casefold() not in seen
        codes[subject] = subject if is_safe else f"#{number}"
        seen.add(subject.casefold())
    return codes


def chain(sources: Sources) -> str:
    """The first of the values that is there; empty if none is."""
    text = '""'
    for present, value in reversed(sources):
        text = f"IF({present},{value},{text})"
    return text


def passed(address: str) -> tuple[str, str]:
    """The number in another cell, if there is one."""
    return f"COUNT({address})=1", address


@dataclass(frozen=True, slots=True)
class Names:
    """What formulas call the sheets, and the table of figures with its columns."""

    values: str
    totals: str
    points: str
    data: str
    value: str
    key: str
    value_cells: str  # the column of values as the address of a cell without its row
    key_cells: str


@dataclass
class Ledger:
    """The layout of sheet Values for what is on the *board*."""

    board: Board
    names: Names
    places: Mapping[str, int]  # by key the row of a figure, if there are too many to search them
    codes: Mapping[str, str]  # by subject, what stands for it in keys
    blocks: dict[tuple[str, int], Block] = field(default_factory=dict)
    columns: dict[Slot, str] = field(default_factory=dict)  # the letters of each column
    flags: dict[Slot, str] = field(default_factory=dict)  # of columns that say what stays out
    _found: dict[str, Found] = field(default_factory=dict)
    _templates: dict[tuple[Any, ...], Mapping[Slot, str]] = field(default_factory=dict)
    _places: dict[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        board: Board,
        needed: Mapping[int, Collection[str]],
        names: Names,
        places: Mapping[str, int],
    ) -> Ledger:
        """The layout for the measures *needed* by view."""
        made = cls(board, names, places, subject_codes(board))
        for grains in board.grains:
            made._find(grains)
        for number, view in enumerate(board.views):
            for place, row in enumerate(view.rows.tolist()):
                made._places[row] = (number, place)
        made._set_columns()
        first = HEAD_ROWS + 1
        order = {name: place for place, name in enumerate(board.vocabulary.measures)}
        for measure in sorted(made._found, key=lambda name: (order.get(name, len(order)), name)):
            for number in range(len(board.views)):
                if measure in needed.get(number, ()):
                    first = made._add(measure, number, first)
        return made

    # ------------------------------------------------------------ what there is

    def _find(self, grains: Grains) -> None:
        begin = {}
        rules = [self.board.rules[name] for name in grains.measures]
        for year in grains.years:
            begin[year.over_time] = year
        seen: dict[str, int] = {}
        for number, (name, rule) in enumerate(zip(grains.measures, rules, strict=True)):
            place = seen.get(rule, 0)
            seen[rule] = place + 1
            self._found[name] = Found(grains, begin[rule], place, number)

    def _set_columns(self) -> None:
        """Months and halves have columns only where anybody states them."""
        letters = (xl_col_to_name(number) for number in range(_LABELS, 1000))
        for scenario in _ORDER:
            stated = self._stated(scenario)
            if scenario == FORECAST and not stated:
                continue
            months = MONTHS if stated & set(MONTHS) else ()
            halves = HALVES if stated & set(HALVES) else ()
            to_date = () if scenario == FORECAST else ("YTD",)
            for slot in (*months, *QUARTERS, *halves, *to_date, "FY"):
                self.columns[scenario, slot] = next(letters)
        self.columns[EXPECTED] = next(letters)
        self.columns[ANNUAL] = next(letters)
        for slot in self._points():
            if self._any_flag(slot):
                self.flags[slot] = next(letters)

    def _stated(self, scenario: int) -> set[str]:
        found: set[str] = set()
        for grains in self.board.grains:
            there = ~np.isnan(grains.cube.value[:, scenario])
            if there.size:
                found |= {SLOTS[n] for n in np.flatnonzero(there.any(axis=(0, 2)))}
        return found

    def _points(self) -> list[Slot]:
        quarter = QUARTERS[self.board.quarter - 1]
        points: list[Slot] = [
            (s, slot) for s in (ACTUAL, TARGET, PY) for slot in (quarter, "YTD", "FY")
        ]
        return [*points, EXPECTED, ANNUAL]

    def _any_flag(self, slot: Slot) -> bool:
        return any(self.kept_out(name, slot).any() for name in self._found)

    def kept_out(self, measure: str, slot: Slot) -> Flags:
        """By row of the board: whether a value is there and stays out of every sum."""
        series, scenario = self.board.series, slot[0]
        if slot == EXPECTED:
            stretch = series.of("forecast", measure)
        elif slot == ANNUAL:
            stretch = series.of("annual", measure)
        else:
            block = {ACTUAL: "actual", TARGET: "target", PY: "prior_year"}[scenario]
            points = {"YTD": -2, "FY": -1}
            point = points.get(slot[1], self.board.quarter - 1)
            whole = series.of(block, measure)
            stretch = Stretch(whole.value[point], whole.blocked[point])
        out: Flags = stretch.blocked & ~np.isnan(stretch.value)
        return out

    # ------------------------------------------------------------ blocks

    def _add(self, measure: str, number: int, first: int) -> int:
        found, view = self._found[measure], self.board.views[number]
        rule = self.board.rules[measure]
        there = ~np.isnan(found.grains.cube.value[found.in_cube])  # scenario × slot × row
        masks = np.zeros((len(SCENARIOS), there.shape[2]), dtype=np.int64)
        for slot in range(len(SLOTS)):
            masks |= there[:, slot].astype(np.int64) << slot
        groups, given = found.grains.groups, found.grains.given[found.in_cube]
        cells: list[Mapping[Slot, str]] = []
        for row in view.rows.tolist():
            own = int(self.board.rows.own[row])
            kinds = tuple(
                (
                    int(masks[s, row]),
                    own != row and s != TARGET and not given[s, row],
                    groups.get((found.in_cube, s, row), 0),
                )
                for s in range(len(SCENARIOS))
            )
            made = self._templates.get((rule, kinds))
            if made is None:
                made = self._templates[rule, kinds] = dict(self._cells(rule, kinds))
            cells.append(made)
        if not any(cells):
            return first
        block = Block(measure, view, number, first, cells, self._numbers(found, measure, view))
        self.blocks[measure, number] = block
        return block.last + 1

    def add_block(
        self,
        measure: str,
        number: int,
        cells: Sequence[Mapping[Slot, str]],
        numbers: Mapping[Slot, Numbers],
    ) -> None:
        """Append a block that is reckoned in another way, below all others."""
        first = max((block.last for block in self.blocks.values()), default=HEAD_ROWS) + 1
        self.blocks[measure, number] = Block(
            measure, self.board.views[number], number, first, list(cells), numbers
        )

    def _numbers(self, found: Found, measure: str, view: View) -> Mapping[Slot, Numbers]:
        """The values by column, for the rows of the view."""
        rows, year, at, quarter = view.rows, found.year, found.in_year, self.board.quarter
        cube = found.grains.cube.value[found.in_cube]
        numbers: dict[Slot, Numbers] = {}
        for scenario, slot in self.columns:
            if slot in MONTHS:
                numbers[scenario, slot] = cube[scenario, SLOTS.index(slot), rows]
            elif slot in QUARTERS:
                stretch = year.quarters[QUARTERS.index(slot)]
                numbers[scenario, slot] = stretch.value[at, scenario, rows]
            elif slot in HALVES:
                half = year.halves[HALVES.index(slot)]
                numbers[scenario, slot] = half.value[at, scenario, rows]
            elif slot == "YTD":
                numbers[scenario, slot] = year.to_date(quarter).value[at, scenario, rows]
            elif slot == "FY":
                numbers[scenario, slot] = year.whole.value[at, scenario, rows]
        numbers[EXPECTED] = self.board.series.of("forecast", measure).value[rows]
        numbers[ANNUAL] = self.board.series.of("annual", measure).value[rows]
        return numbers

    # ------------------------------------------------------------ formulas of a row

    def _cells(
        self, rule: str, kinds: Sequence[tuple[int, bool, int]]
    ) -> Iterator[tuple[Slot, str]]:
        there: dict[Slot, str] = {}
        for scenario in _ORDER:
            mask, taken_over, groups = kinds[scenario]
            stated = {SLOTS[n] for n in range(len(SLOTS)) if mask >> n & 1}
            if not stated:
                continue
            made = self._of_scenario(rule, scenario, stated, groups)
            if taken_over:
                made = {slot: chain([passed(self._at((scenario, slot), OWN_ROW))]) for slot in made}
            there |= {(scenario, slot): text for slot, text in made.items()}
        if text := self._expected(rule, there):
            there[EXPECTED] = text
        if text := self._annual(rule, there):
            there[ANNUAL] = text
        yield from there.items()

    def _at(self, slot: Slot, row: str = ROW) -> str:
        return f"{self.columns[slot]}{row}"

    def _look(self, scenario: int, slot: str, groups: int, *, is_stated: bool) -> tuple[str, str]:
        """The figure that is stated for a period, found by its key in the data."""
        column = self.columns[scenario, slot]
        key = f"$A{ROW}&{column}${KEY_ROW}"
        keys, values = self.data(self.names.key), self.data(self.names.value)
        if groups:
            there = f'COUNTIFS({keys},{key},{values},"<>")={groups}'
            return there, f"SUMIFS({values},{keys},{key})"
        cell = self.searched(key, POINTER + chr(_SIGN + SLOTS.index(slot)) if is_stated else "")
        return f"COUNT({cell})=1", cell

    def searched(self, key: str, row: str | int = "") -> str:
        """The figure with this *key*: first looked for where it was written, else everywhere."""
        cell = f"INDEX({self.data(self.names.value)},MATCH({key},{self.data(self.names.key)},0))"
        if not self.places or not row:
            return cell
        names = self.names
        return f"IF({names.key_cells}{row}={key},{names.value_cells}{row},{cell})"

    def pointed(self, text: str, scenario: int, row_key: str) -> str:
        """*text* with the rows where its figures were written."""
        while POINTER in text:
            sign = text[text.index(POINTER) + 1]
            key = f"{row_key}{self.column_key((scenario, SLOTS[ord(sign) - _SIGN]))}"
            text = text.replace(POINTER + sign, str(self.places.get(key, 1)))
        return text

    def data(self, head: str) -> str:
        """A column of the table of figures."""
        return f"{self.names.data}[{head}]"

    def _of_scenario(
        self, rule: str, scenario: int, stated: set[str], groups: int
    ) -> Mapping[str, str]:
        """The cells of one scenario: months, quarters, halves, year to date, year."""
        made: dict[str, str] = {}

        def at(slot: str) -> str:
            return self._at((scenario, slot))

        def look(slot: str) -> tuple[str, str]:
            return self._look(scenario, slot, groups, is_stated=slot in stated)

        def joined(slots: Sequence[str], weights: str = "") -> tuple[str, str]:
            spread = ":".join((at(slots[0]), at(slots[-1])))
            adjacent = len(slots) > 1 and self._adjacent(scenario, slots)
            cells = spread if adjacent else ",".join(map(at, slots))
            mean = f"/{len(slots)}" if rule == "mean" and not weights else ""
            return f"COUNT({cells})={len(slots)}", weights or f"SUM({cells}){mean}"

        for month in MONTHS:
            if month in stated:
                made[month] = chain([look(month)])
        typed = bool(stated & {*QUARTERS, *HALVES, *MONTHS})
        for number, quarter in enumerate(QUARTERS):
            months = MONTHS[3 * number : 3 * number + 3]
            sources: Sources = []
            if rule in ("sum", "mean") and set(months) <= set(made):
                sources.append(joined(months))
            elif rule == "last" and months[2] in made:
                sources.append(passed(at(months[2])))
            due = scenario != ACTUAL or number < self.board.quarter
            if quarter in stated or (typed and due):
                sources.append(look(quarter))
            if rule == "last":
                later = {1: ("H1",), 3: ("H2", "FY")}.get(number, ())
                sources += [look(slot) for slot in later if slot in stated]
            elif rule == "stated" and "FY" in stated:
                sources.append(passed(at("FY")))
            if sources:
                made[quarter] = chain(sources)
        added = rule in ("sum", "mean")
        for half, pair in zip(HALVES, (QUARTERS[:2], QUARTERS[2:]), strict=True):
            sources = [joined(pair)] if added and set(pair) <= set(made) else []
            if added and half in stated:
                sources.append(look(half))
            if sources and (scenario, half) in self.columns:
                made[half] = chain(sources)
        sources = []
        if added and set(HALVES) <= set(made):
            sources.append(joined(HALVES))
        elif added and set(QUARTERS) <= set(made):
            sources.append(joined(QUARTERS))
        elif rule == "last" and "Q4" in made:
            sources.append(passed(at("Q4")))
        if rule != "last" and "FY" in stated:
            sources.append(look("FY"))
        if sources:
            made["FY"] = chain(sources)
        if scenario != FORECAST and (source := self._to_date(rule, scenario, made, joined)):
            made["YTD"] = chain([source])
        return made

    def _adjacent(self, scenario: int, slots: Sequence[str]) -> bool:
        order = list(self.columns)
        places = [order.index((scenario, slot)) for slot in slots]
        return places == list(range(places[0], places[0] + len(places)))

    def _to_date(
        self, rule: str, scenario: int, made: Mapping[str, str], joined: Any
    ) -> tuple[str, str] | None:
        quarter = self.board.quarter
        latest = QUARTERS[quarter - 1]
        if rule in ("last", "stated") or (quarter == 1 and rule != "none"):
            needed, source = [latest], passed(self._at((scenario, latest)))
        elif rule == "none":
            return None
        elif quarter == 4:
            needed, source = ["FY"], passed(self._at((scenario, "FY")))
        elif quarter == 2 and "H1" in made:
            needed, source = ["H1"], passed(self._at((scenario, "H1")))
        elif quarter == 3 and "H1" in made:
            first, last = self._at((scenario, "H1")), self._at((scenario, "Q3"))
            mean = f"(2*{first}+{last})/3" if rule == "mean" else f"{first}+{last}"
            needed, source = ["H1", "Q3"], joined(["H1", "Q3"], mean)
        else:
            needed, source = list(QUARTERS[:quarter]), joined(QUARTERS[:quarter])
        return source if set(needed) <= set(made) else None

    # ------------------------------------------------------------ the year

    def _rest(self, scenario: int, there: Mapping[Slot, str]) -> list[str] | None:
        """The cells of the quarters after the report quarter; None if one has none."""
        quarter = self.board.quarter
        slots = {1: ("Q2", "H2"), 2: ("H2",), 3: ("Q4",), 4: ()}[quarter]
        cells: list[str] = []
        for slot in slots:
            parts = (slot,) if (scenario, slot) in there or slot != "H2" else QUARTERS[2:]
            if any((scenario, part) not in there for part in parts):
                return None
            cells += [self._at((scenario, part)) for part in parts]
        return cells

    def _expected(self, rule: str, there: Mapping[Slot, str]) -> str:
        """The forecast: own, by season, by the phasing of the plan, evenly; a state stays."""
        quarter, sources = self.board.quarter, list[tuple[str, str]]()
        if (FORECAST, "FY") in there:
            sources.append(passed(self._at((FORECAST, "FY"))))
        to_date = self._at((ACTUAL, "YTD"))
        if (ACTUAL, "YTD") in there:
            if rule == "sum":
                rest = self._rest(FORECAST, there) if quarter < 4 else None
                if rest:
                    cells = ",".join([to_date, *rest])
                    sources.append((f"COUNT({cells})={1 + len(rest)}", f"SUM({cells})"))
                for scenario in (PY, TARGET):
                    if {(scenario, "YTD"), (scenario, "FY")} <= set(there):
                        phased = forecast.formula(
                            to_date=CellRef(to_date),
                            whole=CellRef(self._at((scenario, "FY"))),
                            part=CellRef(self._at((scenario, "YTD"))),
                        )
                        sources.append((phased.known, phased.core))
                even = f"{to_date}*4/{quarter}"
                sources.append((f"COUNT({to_date})=1", even))
            elif rule in ("last", "mean"):
                sources.append(passed(to_date))
        return chain(sources) if sources else ""

    def _annual(self, rule: str, there: Mapping[Slot, str]) -> str:
        """The last four quarters."""
        quarter, to_date = self.board.quarter, self._at((ACTUAL, "YTD"))
        if (ACTUAL, "YTD") not in there:
            return ""
        if rule not in ("sum", "mean"):
            return chain([passed(to_date)])
        rest = self._rest(PY, there)
        if rest is None:
            return ""
        cells = ",".join([to_date, *rest])
        value = f"SUM({cells})"
        if rule == "mean":
            if len(rest) != 4 - quarter:
                return ""
            value = f"({'+'.join([f'{quarter}*{to_date}', *rest])})/4"
        return chain([(f"COUNT({cells})={1 + len(rest)}", value)])

    # ------------------------------------------------------------ asked from outside

    def at(self, measure: str, row: int, slot: Slot) -> str | None:
        """The address of a value of a row of the board; None if nothing can stand there."""
        number, place = self._places[row]
        block = self.blocks.get((measure, number))
        if block is None or slot not in block.cells[place]:
            return None
        return f"{self.names.values}!${self.columns[slot]}${block.first + place}"

    def place(self, row: int) -> tuple[int, int]:
        """The view that a row of the board belongs to, and its place there."""
        return self._places[row]

    def spread(self, measure: str, view: int, slot: Slot) -> str | None:
        """The range of a measure over all rows of a view; None if nobody has it."""
        block = self.blocks.get((measure, view))
        if block is None or slot not in block.slots:
            return None
        return self._range(block, self.columns[slot])

    def out(self, measure: str, view: int, slot: Slot) -> str | None:
        """The range of the marks of what stays out of sums; None if nothing does."""
        block = self.blocks.get((measure, view))
        if block is None or slot not in self.flags:
            return None
        if not self.kept_out(measure, slot)[block.view.rows].any():
            return None
        return self._range(block, self.flags[slot])

    def rates(self, measure: str, view: int) -> str:
        """The range of what a unit of each row's currency is worth."""
        return self._range(self.blocks[measure, view], xl_col_to_name(_LABELS - 1))

    def _range(self, block: Block, letters: str) -> str:
        return f"{self.names.values}!${letters}${block.first}:${letters}${block.last}"

    def row_key(self, measure: str, row: int) -> str:
        """What the key of a row begins with."""
        rows = self.board.rows
        return f"{self.codes[rows.subjects[row]]}|{measure}|{rows.perspectives[row]}|"

    def column_key(self, slot: Slot) -> str | None:
        """What a column adds to it."""
        scenario, period = slot
        if period in ("YTD", ""):
            return None
        return f"{SCENARIOS[scenario]}|{self.board.occasion.quarter.year}-{period}"
