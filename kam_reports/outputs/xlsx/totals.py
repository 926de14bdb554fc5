"""Sheet Totals: what all accounts or partners have together, like for like, one row a measure.

Over whom a value is added up is part of its formula: who lacks an input is left out on both sides
of a comparison, and the count beside it says how many are in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from xlsxwriter.utility import xl_col_to_name

from kam_reports.kpis.aggregate import ADDED_UP, View, first_of_each
from kam_reports.kpis.declaring import FLOW, STATE, Kpi
from kam_reports.kpis.grain import ACTUAL, PERSPECTIVES, PY, TARGET, Flags, Numbers
from kam_reports.outputs.xlsx.ledger import (
    ANNUAL,
    EXPECTED,
    HEAD_ROWS,
    QUARTERS,
    Ledger,
    Slot,
    chain,
)

FIRST_ROW = HEAD_ROWS + 1
_LABELS = 4  # KPI, view, measure, market
_NUMBER = ">-1E+300"  # what any number is
POINTS = ("Q", "YTD")
_COUNTED, _SUMMED = ("nA", "nAT", "nAP", "nT", "nTP", "n"), ("A", "T", "P", "G")
COUNTS = tuple(f"{name} {point}" for point in POINTS for name in _COUNTED)
SUMS = tuple(f"{name} {point}" for point in POINTS for name in _SUMMED)
YEARLY_COUNTS = ("nF", "nFT", "nA FY", "nAT FY", "nT FY", "nGap", "nMat")
YEARLY = ("F", "T FY", "A FY", "Gap", "Mat")
COLUMNS = (*COUNTS, *YEARLY_COUNTS, *SUMS, *YEARLY)
_LETTERS = {name: xl_col_to_name(_LABELS + place) for place, name in enumerate(COLUMNS)}


class Cell(NamedTuple):
    """A formula and the value that it has now."""

    text: str
    value: float | None


class Mask(NamedTuple):
    """Who counts: as factors of a product over whole columns, and by row of the view."""

    factors: tuple[str, ...]
    rows: Flags
    each: tuple[str, ...]  # the same of one account, with a sign for the account's place

    def __and__(self, other: Mask) -> Mask:
        factors = tuple(dict.fromkeys((*self.factors, *other.factors)))
        each = tuple(dict.fromkeys((*self.each, *other.each)))
        return Mask(factors, self.rows & other.rows, each)


@dataclass(frozen=True)
class Row:
    """One measure of a KPI in one view; or, below, one account in a market."""

    kpi: str
    perspective: str
    measure: str
    group: str = ""
    cells: dict[str, Cell] = field(default_factory=dict)


@dataclass
class Totals:
    """The layout of sheet Totals."""

    ledger: Ledger
    rows: list[Row] = field(default_factory=list)
    shared: list[Row] = field(default_factory=list)  # where a market counts once
    _places: dict[tuple[str, int, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, ledger: Ledger, wanted: Sequence[tuple[str, int]]) -> Totals:
        """The totals of the KPIs *wanted*, each in a view of the board."""
        made = cls(ledger)
        kpis, views = ledger.board.kpis, ledger.board.views
        todo = []
        for kpi_id, number in wanted:
            kpi, view = kpis[kpi_id], views[number]
            if kpi.over_accounts in ADDED_UP and not view.refused & set(kpi.needs):
                for name in made._names(kpi, number):
                    made._places[kpi_id, number, name] = FIRST_ROW + len(made.rows)
                    made.rows.append(Row(kpi_id, view.perspective, name))
                todo.append((kpi, number))
        below = FIRST_ROW + len(made.rows) + 2
        for kpi, number in todo:
            below = _One(made, kpi, number, below).fill()
        return made

    def _names(self, kpi: Kpi, number: int) -> Iterator[str]:
        yield from kpi.needs
        if self.stated(kpi, number):
            yield kpi.id

    def stated(self, kpi: Kpi, number: int) -> bool:
        """Whether targets that are stated for the KPI itself count in the total."""
        block = self.ledger.blocks.get((kpi.id, number))
        return kpi.over_accounts == "sum" and kpi.id not in kpi.needs and block is not None

    def row(self, kpi: str, number: int, measure: str) -> Row | None:
        """The row of a measure of a KPI."""
        place = self._places.get((kpi, number, measure))
        return None if place is None else self.rows[place - FIRST_ROW]

    def at(self, kpi: str, number: int, measure: str, name: str) -> str | None:
        """The address of a total; None if there is none."""
        place = self._places.get((kpi, number, measure))
        if place is None or name not in self.rows[place - FIRST_ROW].cells:
            return None
        return f"{self.ledger.names.totals}!${_LETTERS[name]}${place}"


@dataclass
class _One:
    """The totals of one KPI in one view."""

    totals: Totals
    kpi: Kpi
    number: int
    below: int  # the next free row for accounts of shared markets

    def __post_init__(self) -> None:
        self.ledger: Ledger = self.totals.ledger
        self.view: View = self.ledger.board.views[self.number]
        self.first = self.totals._places[self.kpi.id, self.number, self.kpi.needs[0]]  # noqa: SLF001
        self.stated = self.totals.stated(self.kpi, self.number)

    def fill(self) -> int:
        """Put all cells of its rows; says which row below is free."""
        quarter = QUARTERS[self.ledger.board.quarter - 1]
        for point, period in zip(POINTS, (quarter, "YTD"), strict=True):
            if point == "Q" or self.kpi.scope != STATE:
                self._at_point(point, period)
        if self.kpi.scope == FLOW:
            self._year()
        return self.below

    # ------------------------------------------------------------ who counts

    def known(self, slot: Slot) -> Mask | None:
        """Who has all inputs at *slot*, and is not kept out of sums; None if nobody can."""
        needs = self._all_needs(slot)
        if slot[0] != TARGET or not self.stated:
            return needs
        own = self._has(self.kpi.id, slot)
        if needs is None or own is None:
            return needs or own
        either = f"(({'*'.join(needs.factors)})+({'*'.join(own.factors)})>0)"
        each = f"OR(AND({','.join(needs.each)}),AND({','.join(own.each)}))"
        return Mask((either,), needs.rows | own.rows, (each,))

    def _all_needs(self, slot: Slot) -> Mask | None:
        masks = [self._has(need, slot) for need in self.kpi.needs]
        if any(mask is None for mask in masks):
            return None
        found = [mask for mask in masks if mask is not None]
        whole = found[0]
        for mask in found[1:]:
            whole = whole & mask
        return whole & limits if (limits := self._able()) else whole

    def _able(self) -> Mask | None:
        """Who may be in at all: whose currency has a rate, whose view has the KPI."""
        rates, factors, each = self.view.rates, [], []
        rows = np.ones(len(self.view.rows), dtype=bool)
        if np.isnan(rates).any():
            spread = self.ledger.rates(self.kpi.needs[0], self.number)
            factors.append(f"ISNUMBER({spread})")
            each.append(f"COUNT({_one(spread)})=1")
            rows &= ~np.isnan(rates)
        has = self.ledger.board.measured[self.kpi.id].has[self.view.rows]
        if self.view.perspective != PERSPECTIVES[0] and not has.all():
            name = f"in:{self.kpi.id}"
            if (name, self.number) not in self.ledger.blocks:
                slot: Slot = (ACTUAL, "YTD")
                cells = [{slot: "1"} if one else {} for one in has.tolist()]
                numbers = {slot: np.where(has, 1.0, np.nan)}
                self.ledger.add_block(name, self.number, cells, numbers)
            spread = str(self.ledger.spread(name, self.number, (ACTUAL, "YTD")))
            factors.append(f"ISNUMBER({spread})")
            each.append(f"COUNT({_one(spread)})=1")
            rows = rows & has
        return Mask(tuple(factors), rows, tuple(each)) if factors else None

    def _has(self, measure: str, slot: Slot) -> Mask | None:
        spread = self.ledger.spread(measure, self.number, slot)
        if spread is None:
            return None
        factors, each = [f"ISNUMBER({spread})"], [f"COUNT({_one(spread)})=1"]
        rows = ~np.isnan(self._values(measure, slot))
        if out := self.ledger.out(measure, self.number, slot):
            factors.append(f'({out}="")')
            each.append(f'{_one(out)}=""')
            rows = rows & ~self.ledger.kept_out(measure, slot)[self.view.rows]
        return Mask(tuple(factors), rows, tuple(each))

    def _values(self, measure: str, slot: Slot) -> Numbers:
        found: Numbers = self.ledger.blocks[measure, self.number].numbers[slot]
        return found

    # ------------------------------------------------------------ sums

    def _money(self, measure: str) -> bool:
        measures = self.ledger.board.vocabulary.measures
        ratio = self.kpi.over_accounts == "ratio"
        unit = measures[measure].unit if ratio and measure in measures else self.kpi.unit
        rates = self.view.rates
        return unit == "EUR" and bool((rates[~np.isnan(rates)] != 1).any())

    def _sum(self, mask: Mask | None, measure: str, slot: Slot) -> Cell | None:
        """The sum of a measure over those who count; not asked whether there is any."""
        spread = self.ledger.spread(measure, self.number, slot)
        if mask is None or spread is None:
            return None
        factors, values = list(mask.factors), self._values(measure, slot)
        if self._money(measure):
            factors.append(self.ledger.rates(measure, self.number))
            values = values * self.view.rates
        told = "*".join(factors) if len(factors) > 1 else f"1*{factors[0]}"
        rows = mask.rows & ~np.isnan(values)
        return Cell(f"SUMPRODUCT({told},{spread})", math.fsum(values[rows].tolist()))

    def _put(self, measure: str, name: str, cell: Cell | None) -> None:
        row = self.totals.row(self.kpi.id, self.number, measure)
        if row is not None and cell is not None:
            row.cells[name] = cell

    def _count(self, name: str, mask: Mask | None) -> tuple[str, int]:
        """A cell that counts *mask*; its address on the sheet, or nothing if it is always 0."""
        if mask is None:
            return "", 0
        told = "*".join(mask.factors) if len(mask.factors) > 1 else f"1*{mask.factors[0]}"
        number = int(mask.rows.sum())
        self._put(self.kpi.needs[0], name, Cell(f"SUMPRODUCT({told})", float(number)))
        return f"${_LETTERS[name]}${self.first}", number

    def _distinct(self, measure: str) -> Sequence[str] | None:
        """The groups of a measure of which each counts once."""
        measures = self.ledger.board.vocabulary.measures
        rule = measures[measure].over_accounts if measure in measures else ""
        return self.view.groups[rule.partition(" ")[2]] if rule.startswith("distinct ") else None

    def _put_sums(
        self, name: str, slot: Slot, cases: Sequence[tuple[str, int, Mask | None]], *, stated: bool
    ) -> None:
        """The sum of each measure: over the first of the masks in *cases* that anybody is in.

        A case is the address of its count, the count, and who counts; without a mask it is empty.
        """
        cases = [case for case in cases if case[0]]
        for measure in self.kpi.needs:
            if groups := self._distinct(measure):
                self._put(measure, name, self._once(measure, name, slot, cases, groups))
            else:
                partly = self._all_needs(slot) if stated and self.stated else None
                self._put(measure, name, self._case(measure, slot, cases, partly))
        if stated and self.stated:
            needs = self._all_needs(slot)
            self._put(self.kpi.id, name, self._case(self.kpi.id, slot, cases, _not(needs)))

    def _case(
        self,
        measure: str,
        slot: Slot,
        cases: Sequence[tuple[str, int, Mask | None]],
        partly: Mask | None,
    ) -> Cell | None:
        sources, value, decided = [], None, False
        for address, number, mask in cases:
            narrowed = mask & partly if mask is not None and partly is not None else mask
            found = self._sum(narrowed, measure, slot)
            sources.append((f"{address}>0", found.text if found else '""'))
            if number and not decided:
                value, decided = (found.value if found else None), True
        if not any(text != '""' for _, text in sources):
            return None
        return Cell(chain(sources), value)

    # ------------------------------------------------------------ quarter and year to date

    def _at_point(self, point: str, period: str) -> None:
        actual, target, before = (
            self.known((scenario, period)) for scenario in (ACTUAL, TARGET, PY)
        )
        pairs, grown = _both(actual, target), _both(actual, before)
        planned = _both(target, before)
        some, paired, both_years, aimed, aimed_before = (
            self._count(f"{name} {point}", mask)
            for name, mask in (
                ("nA", actual), ("nAT", pairs), ("nAP", grown), ("nT", target), ("nTP", planned)
            )
        )  # fmt: skip
        members = chain([(f"{n[0]}>0", n[0]) for n in (paired, some, aimed) if n[0]])
        if members != '""':
            number = next((n[1] for n in (paired, some, aimed) if n[1]), None)
            counted = Cell(members, None if number is None else float(number))
            self._put(self.kpi.needs[0], f"n {point}", counted)
        self._put_sums(
            f"A {point}", (ACTUAL, period), [(*paired, pairs), (*some, actual)], stated=False
        )
        self._put_sums(
            f"T {point}",
            (TARGET, period),
            [(*paired, pairs), (*some, None), (*aimed, target)],
            stated=True,
        )
        prior = [(*both_years, grown), (*some, None), (*aimed_before, planned)]
        self._put_sums(f"P {point}", (PY, period), prior, stated=False)
        self._put_sums(f"G {point}", (ACTUAL, period), prior[:1], stated=False)

    # ------------------------------------------------------------ the year

    def _year(self) -> None:
        expected, target = self.known(EXPECTED), self.known((TARGET, "FY"))
        actual = self.known((ACTUAL, "FY"))
        to_date, annual = self.known((ACTUAL, "YTD")), self.known(ANNUAL)
        reachable, pairs = _both(expected, target), _both(actual, target)
        some = self._count("nF", expected)
        both = self._count("nFT", reachable)
        happened = self._count("nA FY", actual)
        paired = self._count("nAT FY", pairs)
        aimed = self._count("nT FY", target)
        self._put_sums("F", EXPECTED, [(*both, reachable), (*some, expected)], stated=False)
        self._put_sums(
            "T FY",
            (TARGET, "FY"),
            [
                (*both, reachable),
                (*some, None),
                (*paired, pairs),
                (*happened, None),
                (*aimed, target),
            ],
            stated=True,
        )
        if self.kpi.over_accounts == "sum":
            self._gap(_both(to_date, target))
        months = self._count("nMat", annual)
        self._put_sums("Mat", ANNUAL, [(*months, annual)], stated=False)

    def _gap(self, mask: Mask | None) -> None:
        """Target of the year less actual to date, over all who have both."""
        case = self._count("nGap", mask)
        if mask is None:
            return
        for measure in (*self.kpi.needs, *([self.kpi.id] if self.stated else ())):
            needs = self._all_needs((TARGET, "FY"))
            aimed, reached = mask, self._sum(mask, measure, (ACTUAL, "YTD"))
            if self.stated and needs is not None and measure != self.kpi.id:
                aimed = mask & needs
            elif self.stated and needs is not None:
                aimed, reached = _both(mask, _not(needs)) or mask, None
            whole = self._sum(aimed, measure, (TARGET, "FY"))
            if groups := self._distinct(measure):
                slot, less, cases = (TARGET, "FY"), (ACTUAL, "YTD"), [(*case, mask)]
                once = self._once(measure, "Gap", slot, cases, groups, less)
                self._put(measure, "Gap", once)
                continue
            if whole is None and reached is None:
                continue
            parts = [part for part in (whole, reached) if part is not None]
            text = "-".join(part.text for part in parts) if whole else f"-{parts[0].text}"
            value = _number(whole) - _number(reached)
            found = Cell(chain([(f"{case[0]}>0", text)]), value if case[1] else None)
            self._put(measure, "Gap", found)

    # ------------------------------------------------------------ a market counts once

    def _once(
        self,
        measure: str,
        name: str,
        slot: Slot,
        cases: Sequence[tuple[str, int, Mask | None]],
        groups: Sequence[str],
        less: Slot | None = None,
    ) -> Cell | None:
        """The sum over accounts, where of those that share a market only the first one counts.

        What stands at *less* is taken off.
        """
        spread = self.ledger.spread(measure, self.number, slot)
        if spread is None or not any(case[2] for case in cases):
            return None
        rows = self._shared(measure, groups)
        counted = next((mask for _, number, mask in cases if number), None)
        kept = np.zeros(len(groups), dtype=bool)
        if counted is not None:
            kept = first_of_each(counted.rows[None, :], groups)[0]
        values = self._values(measure, slot)
        minus = self.ledger.spread(measure, self.number, less) if less else None
        if less and minus:
            values = values - self._values(measure, less)
        if self._money(measure):
            values = values * self.view.rates
        column, begin = _LETTERS[name], rows[0]
        for place, excel_row in enumerate(rows):
            told = chain(
                [
                    (f"{address}>0", "AND({})".format(",".join(mask.each)) if mask else "FALSE")
                    for address, _, mask in cases
                ]
            ).replace('""', "FALSE")
            told = _placed(told, place)
            above = f"{column}${begin - 1}:{column}{excel_row - 1}"
            markets = f"$D${begin - 1}:$D{excel_row - 1}"
            value = _placed(_one(spread), place)
            if minus:
                value = f"({value}-{_placed(_one(minus), place)})"
            if self._money(measure):
                value += "*" + _placed(_one(self.ledger.rates(measure, self.number)), place)
            text = (
                f'IF({told},IF(COUNTIFS({markets},$D{excel_row},{above},"{_NUMBER}")=0,'
                f'{value},""),"")'
            )
            number = float(values[place]) if kept[place] else None
            self.totals.shared[excel_row - self._begin()].cells[name] = Cell(text, number)
        cells = f"${column}${begin}:${column}${rows[-1]}"
        total = math.fsum(values[kept].tolist()) if kept.any() else None
        return Cell(f'IF(COUNT({cells})=0,"",SUM({cells}))', total)

    def _begin(self) -> int:
        """The first row of the accounts of shared markets."""
        return FIRST_ROW + len(self.totals.rows) + 2

    def _shared(self, measure: str, groups: Sequence[str]) -> list[int]:
        """The rows below in which the accounts stand; a row is left between two measures."""
        key = (self.kpi.id, self.view.perspective, measure)
        known = [
            self._begin() + place
            for place, row in enumerate(self.totals.shared)
            if (row.kpi, row.perspective, row.measure) == key and row.group
        ]
        if known:
            return known
        self.totals.shared.append(Row("", "", ""))
        for group in groups:
            self.totals.shared.append(Row(*key, group))
        begin = self.below + 1
        self.below = begin + len(groups)
        return list(range(begin, self.below))


def _not(mask: Mask | None) -> Mask | None:
    if mask is None:
        return None
    return Mask(
        (f"(1-{'*'.join(mask.factors)})",), ~mask.rows, (f"NOT(AND({','.join(mask.each)}))",)
    )


def _both(one: Mask | None, other: Mask | None) -> Mask | None:
    return one & other if one is not None and other is not None else None


def _number(cell: Cell | None) -> float:
    return 0.0 if cell is None or cell.value is None else cell.value


_PLACE = "\x02"


def _one(spread: str) -> str:
    """A range as the address of one of its cells, with a sign for its place."""
    return f"{_PLACE}{spread}{_PLACE}"


def _placed(text: str, place: int) -> str:
    """The ranges marked in *text* as the addresses of their cells at *place*."""
    parts = text.split(_PLACE)
    for number in range(1, len(parts), 2):
        first = parts[number].partition(":")[0]
        start, _, row = first.rpartition("$")
        parts[number] = f"{start}${int(row) + place}"
    return "".join(parts)
