"""Sheet Points: the criteria of every score, one a row, from the value to the points it gives.

The scores of partners, the two axes of the portfolio and, where it is switched on, the score of the
key account manager. Weights and anchors are what was set or typed; all else is a formula.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from xlsxwriter.utility import xl_col_to_name

from kam_reports.kpis.applications import SCORE
from kam_reports.kpis.comparison import attained, changed
from kam_reports.kpis.declaring import STATE, Kpi
from kam_reports.kpis.formula import CellRef
from kam_reports.kpis.grain import ACTUAL, Numbers
from kam_reports.kpis.measuring import POOLED
from kam_reports.kpis.partners import WEIGHT_TOLERANCE
from kam_reports.kpis.portfolio import ENOUGH, Rated, is_whole, rated
from kam_reports.kpis.positions import ATTRACTIVENESS, POSITION
from kam_reports.kpis.work import kam_performance
from kam_reports.model import Criterion, Review, Role, Score
from kam_reports.outputs.xlsx.ledger import HEAD_ROWS, QUARTERS, Ledger, Slot
from kam_reports.outputs.xlsx.totals import Cell

if TYPE_CHECKING:
    import pandas as pd

    from kam_reports.kpis.board import Board
    from kam_reports.outputs.xlsx.live import Live

FIRST_ROW = HEAD_ROWS + 1
_LABELS = 7  # number, subject, score, criterion, weight, the two anchors
NAMES = tuple(f"{name} {point}" for point in ("Q", "YTD") for name in ("A", "T", "V", "N", "S"))
_LETTERS = {name: xl_col_to_name(_LABELS + place) for place, name in enumerate(NAMES)}
_WEIGHT, _LOW, _HIGH = (xl_col_to_name(place) for place in (4, 5, 6))
AXES = {"f_attr": ATTRACTIVENESS, "f_pos": POSITION}
PERSON_OF = tuple(inspect.signature(kam_performance.formula).parameters)
PERSON_WEIGHTS = (0.25, 0.35, 0.20, 0.20)  # as ``kam_performance`` has them
PERSON_CAP = 1.2  # of an attainment


def name_of(kpi: str) -> str:
    """What the block of a score is called among the values."""
    return f"of:{kpi}"


def _median(spread: str) -> str:
    return f'IF(COUNT({spread})=0,"",MEDIAN({spread}))'


@dataclass(frozen=True)
class PointRow:
    """One criterion of one score of one subject."""

    subject: str
    score: str
    criterion: str
    weight: float | None
    low: float | None = None
    high: float | None = None
    cells: dict[str, Cell] = field(default_factory=dict)


@dataclass
class Points:
    """The layout of sheet Points."""

    live: Live
    sheet: str
    rows: list[PointRow] = field(default_factory=list)
    places: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    deals: tuple[int, int] | None = None  # the first and last row of all deals

    @classmethod
    def of(cls, live: Live, review: Review, sheet: str, deals: pd.DataFrame) -> Points:
        """The criteria of all scores of the *review*; the scores join the values."""
        made = cls(live, sheet)
        made._partners(review.scores)
        for kpi, axis in AXES.items():
            made._axis(kpi, axis)
        made._field()
        made._person()
        made._deals(deals)
        return made

    @property
    def board(self) -> Board:
        """What was measured."""
        return self.live.board

    @property
    def ledger(self) -> Ledger:
        """Where the values stand."""
        return self.live.ledger

    # ------------------------------------------------------------ ranges and cells

    def spread(self, kpi: str, row: int, name: str) -> str:
        """The range of a column over the criteria of a score."""
        first, last = self.places[kpi, row]
        letters = {"W": _WEIGHT}.get(name) or _LETTERS[name]
        return f"{self.sheet}!${letters}${first}:${letters}${last}"

    def _add(self, kpi: str, row: int, criteria: Sequence[PointRow]) -> None:
        first = FIRST_ROW + len(self.rows)
        self.rows += criteria
        self.places[kpi, row] = first, first + len(criteria) - 1

    def _next(self) -> int:
        return FIRST_ROW + len(self.rows)

    def _block(self, kpi: str, role: Role, texts: Mapping[int, Mapping[Slot, str]]) -> None:
        """Let the scores of a KPI join the values; by row of the board its formulas."""
        number = self.board.view(role)
        if number is None or not texts:
            return
        view, actual = self.board.views[number], self.board.measured[kpi].actual
        latest = QUARTERS[self.board.quarter - 1]
        numbers: dict[Slot, Numbers] = {
            (ACTUAL, latest): actual[self.board.quarter - 1, view.rows],
            (ACTUAL, "YTD"): actual[self.board.quarter, view.rows],
        }
        cells = [texts.get(row, {}) for row in view.rows.tolist()]
        self.ledger.add_block(name_of(kpi), number, cells, numbers)

    def _value(self, kpi: Kpi, block: str, slot: str, row: int) -> Cell | None:
        """A value of a KPI of a row, with what it is now."""
        text = self.live.of_row(kpi, row, block, slot)
        if text is None:
            return None
        values = self.board.measured[kpi.id]
        point = self.board.quarter if slot == "YTD" else QUARTERS.index(slot)
        found = {"A": values.actual, "T": values.target, "P": values.prior_year}[block]
        number = float(found[point, row])
        return Cell(text, None if np.isnan(number) else number)

    # ------------------------------------------------------------ partners

    def _partners(self, scores: Sequence[Score]) -> None:
        latest = QUARTERS[self.board.quarter - 1]
        wanted = {
            (score.subject.id, score.scope): score
            for score in scores
            if score.scope == "YTD" or score.quarter.number == self.board.quarter
        }
        texts: dict[int, Mapping[Slot, str]] = {}
        for subject, scope in list(wanted):
            if scope != "YTD" or subject not in self.board.rows.subjects:
                continue
            row = self.board.row(subject)
            by_point = {"Q": wanted.get((subject, "Q")), "YTD": wanted[subject, "YTD"]}
            criteria = list(self._criteria(subject, row, by_point))
            self._add(SCORE, row, criteria)
            total = sum(one.weight or 0.0 for one in criteria)
            if criteria and abs(total - 1) <= float(WEIGHT_TOLERANCE) + 1e-12:
                texts[row] = {
                    (ACTUAL, slot): self._weighted(SCORE, row, f"S {point}")
                    for point, slot in (("Q", latest), ("YTD", "YTD"))
                }
        if SCORE in self.board.measured:
            self._block(SCORE, Role.PARTNER, texts)

    def _criteria(
        self, subject: str, row: int, by_point: Mapping[str, Score | None]
    ) -> Iterator[PointRow]:
        first = self._next()
        whole = by_point["YTD"]
        for place, one in enumerate(whole.criteria if whole else ()):
            low, high = (None if np.isnan(x) else x for x in (one.anchor_0, one.anchor_100))
            made = PointRow(subject, SCORE, one.kpi, one.weight, low, high)
            for point, score in by_point.items():
                if score is not None:
                    self._judged(made, score.criteria[place], row, point, first + place)
            yield made

    def _judged(
        self, made: PointRow, criterion: Criterion, row: int, point: str, excel_row: int
    ) -> None:
        """Value, cases and points of a criterion at a point."""
        kpi, latest = self.board.kpis.get(criterion.kpi), QUARTERS[self.board.quarter - 1]
        if kpi is None:
            return
        slot = latest if point == "Q" or kpi.scope == STATE else "YTD"
        by_target = kpi.unit in ("EUR", "count", "units")
        a, t, v, n = (f"${_LETTERS[f'{name} {point}']}${excel_row}" for name in "ATVN")
        for name in "AT" if by_target else "A":
            if found := self._value(kpi, name, slot, row):
                made.cells[f"{name} {point}"] = found
        if f"A {point}" not in made.cells or (by_target and f"T {point}" not in made.cells):
            return
        text = f'IF(COUNT({a})=1,{a},"")'
        if by_target:
            text = str(attained(CellRef(a), CellRef(t), kpi.better, kpi.tolerance))
        made.cells[f"V {point}"] = Cell(text, criterion.value)
        told = [f"COUNT({v})=0"]
        if kpi.cases:
            cells = [self.ledger.at(case, row, (ACTUAL, slot)) for case in kpi.cases]
            known = ",".join(cell for cell in cells if cell) or "0"
            cases = None if criterion.cases is None else float(criterion.cases)
            made.cells[f"N {point}"] = Cell(f"SUM({known})", cases)
            told.append(f"{n}<{self.board.workspace.thresholds.few_cases}")
        if made.low is None or made.high is None or made.low == made.high:
            return
        low, high = f"${_LOW}${excel_row}", f"${_HIGH}${excel_row}"
        line = f"MIN(MAX(100*({v}-{low})/({high}-{low}),0),100)"
        points = Cell(f'IF(OR({",".join(told)}),"",{line})', criterion.points)
        made.cells[f"S {point}"] = points

    def _weighted(self, kpi: str, row: int, name: str, least: float = 0.0) -> str:
        """The weighted mean of what has points; empty below the *least* of the weights."""
        points, weights = self.spread(kpi, row, name), self.spread(kpi, row, "W")
        known = f"SUMPRODUCT(ISNUMBER({points})*({weights}>0)*{weights})"
        asked = f"{known}<{least!r}" if least else f"{known}=0"
        total = f"SUMPRODUCT(ISNUMBER({points})*({weights}>0)*{weights},{points})"
        return f'IF({asked},"",{total}/{known})'

    def coverage(self, row: int) -> str | None:
        """The weight of a partner's criteria that have points."""
        if (SCORE, row) not in self.places:
            return None
        points, weights = self.spread(SCORE, row, "S YTD"), self.spread(SCORE, row, "W")
        first, last = self.places[SCORE, row]
        known = f"SUMPRODUCT(ISNUMBER({points})*({weights}>0)*{weights})"
        return f"IF(COUNT({points})={last - first + 1},1,{known}/SUM({weights}))"

    # ------------------------------------------------------------ portfolio

    def _axis(self, kpi: str, axis: str) -> None:
        latest = QUARTERS[self.board.quarter - 1]
        texts: dict[int, Mapping[Slot, str]] = {}
        for row in self.board.of_role(Role.ACCOUNT):
            plan = self.board.plans[self.board.rows.subjects[row]]
            criteria = list(rated(self.board, plan, row, axis))
            if not criteria or not is_whole(criteria):
                continue
            first = self._next()
            made = [
                self._rated(plan.subject.id, kpi, one, row, first + place)
                for place, one in enumerate(criteria)
            ]
            self._add(kpi, row, made)
            texts[row] = {(ACTUAL, latest): self._weighted(kpi, row, "S Q", ENOUGH - 1e-9)}
        if kpi in self.board.measured:
            self._block(kpi, Role.ACCOUNT, texts)

    def _rated(self, subject: str, kpi: str, one: Rated, row: int, excel_row: int) -> PointRow:
        """A criterion with its score: typed, or told by data through four limits."""
        made = PointRow(subject, kpi, one.name, one.weight)
        if one.typed is not None:
            made.cells["S Q"] = Cell(f"{one.typed!r}", one.typed)
            return made
        cell = f"${_LETTERS['V Q']}${excel_row}"
        text = self._told(made, one, row, excel_row)
        if text is None:
            return made
        made.cells["V Q"] = Cell(text, one.told)
        score, number = cell, one.told
        if one.limits is not None:
            steps = "+".join(f"({cell}>={limit - 1e-9!r})" for limit in one.limits)
            score = f"1+{steps}"
            if one.told is not None:
                number = 1.0 + sum(one.told >= limit - 1e-9 for limit in one.limits)
        made.cells["S Q"] = Cell(f'IF(COUNT({cell})=0,"",{score})', number)
        return made

    def _told(self, made: PointRow, one: Rated, row: int, excel_row: int) -> str | None:
        """What data tell about a criterion, as a formula; what was typed stays a number."""
        kpis, latest = self.board.kpis, QUARTERS[self.board.quarter - 1]
        a, t = (f"${_LETTERS[name]}${excel_row}" for name in ("A Q", "T Q"))

        def put(name: str, cell: Cell | None) -> bool:
            if cell is not None:
                made.cells[name] = cell
            return cell is not None

        potential = self.board.plans[self.board.rows.subjects[row]].one("potential")
        match one.name:
            case "growth":
                revenue = kpis["k_revenue"]
                there = put("A Q", self._value(revenue, "A", "YTD", row))
                if put("T Q", self._value(revenue, "P", "YTD", row)) and there:
                    return str(changed(CellRef(a), CellRef(t)))
                return None
            case "satisfaction":
                put("A Q", self._value(kpis["s_csat"], "A", "YTD", row))
            case "supply_share" if potential["own_share"] is None:
                put("A Q", self._value(kpis["k_sow"], "A", "YTD", row))
            case "relationship":
                put("A Q", self._value(kpis["r_cover"], "A", latest, row))
                put("T Q", self._value(kpis["r_roles"], "A", latest, row))
                return f'IF(COUNT({a},{t})=0,"",SUM({a},{t})/COUNT({a},{t}))'
            case "cm_potential":
                text, wanted = self.live.of_row(kpis["k_cm"], row, "F"), potential["potential_cm"]
                if text is None or not wanted:
                    return None
                expected = self.board.expected("k_cm", row)
                made.cells["A Q"] = Cell(text, expected)
                return f'IF(COUNT({a})=0,"",IF({a}<=0,"",{float(wanted)!r}/{a}))'
            case _:
                known = one.told
                return None if known is None else f"{known!r}"
        return f'IF(COUNT({a})=1,{a},"")' if "A Q" in made.cells else None

    def _field(self) -> None:
        """The cell of the matrix from both axes; as ``nine_field`` has it."""
        latest: Slot = (ACTUAL, QUARTERS[self.board.quarter - 1])
        low, high = self.board.workspace.portfolio.fields
        texts: dict[int, Mapping[Slot, str]] = {}
        for row in self.board.of_role(Role.ACCOUNT):
            a, p = (self.ledger.at(name_of(kpi), row, latest) for kpi in AXES)
            if a and p:
                steps = f"3*(({a}>={low!r})+({a}>={high!r}))+({p}>={low!r})+({p}>={high!r})+1"
                texts[row] = {latest: f'IF(COUNT({a},{p})<2,"",{steps})'}
        if "f_field" in self.board.measured:
            self._block("f_field", Role.ACCOUNT, texts)

    # ------------------------------------------------------------ deals

    def _deals(self, deals: pd.DataFrame) -> None:
        """Days from first contact to deal, deal by deal; accounts show their median."""
        kpi = next((one for one in self.board.kpis.values() if one.needs == (POOLED,)), None)
        if kpi is None or kpi.id not in self.board.measured or deals.empty:
            return
        begin, latest = self._next(), QUARTERS[self.board.quarter - 1]
        texts: dict[int, Mapping[Slot, str]] = {}
        for subject, some in deals.groupby("subject_id", sort=True):
            if subject not in self.board.rows.subjects:
                continue
            row = self.board.row(str(subject))
            deal_rows = [self._deal(str(subject), kpi, deal) for deal in some.itertuples()]
            self._add(kpi.id, row, deal_rows)
            texts[row] = {
                (ACTUAL, slot): _median(self.spread(kpi.id, row, f"A {point}"))
                for point, slot in (("Q", latest), ("YTD", "YTD"))
            }
        self.deals = begin, self._next() - 1
        self._block(kpi.id, kpi.role, texts)

    def _deal(self, subject: str, kpi: Kpi, deal: Any) -> PointRow:
        made, value = PointRow(subject, kpi.id, str(deal.breakdown), None), float(deal.value)
        key, quarter = deal.key, int(deal.period[-1])
        cell = self.ledger.searched(f'"{key}"', self.ledger.places.get(key, ""))
        text = f'IF(COUNT({cell})=1,{cell},"")'
        for point in ("Q", "YTD") if quarter == self.board.quarter else ("YTD",):
            made.cells[f"A {point}"] = Cell(text, value)
            if not deal.blocked:
                made.cells[f"V {point}"] = Cell(text, value)
        return made

    def median_of_all(self, slot: str) -> str | None:
        """The median over the deals of all accounts that nothing keeps out."""
        if self.deals is None:
            return None
        letters, (first, last) = _LETTERS["V YTD" if slot == "YTD" else "V Q"], self.deals
        return _median(f"{self.sheet}!${letters}${first}:${letters}${last}")

    # ------------------------------------------------------------ the person

    def _person(self) -> None:
        """The attainments behind the score of the key account manager, if it is switched on."""
        kpi = kam_performance.id
        if kpi not in self.board.measured:
            return
        texts: dict[int, Mapping[Slot, str]] = {}
        for row in self.board.of_role(Role.ACCOUNT):
            subject, first = self.board.rows.subjects[row], self._next()
            made = []
            parts = zip(PERSON_OF, PERSON_WEIGHTS, strict=True)
            for place, (name, weight) in enumerate(parts):
                one, known = PointRow(subject, kpi, name, weight), self.board.kpis[name]
                for block in "AT":
                    if found := self._value(known, block, "YTD", row):
                        one.cells[f"{block} YTD"] = found
                if {"A YTD", "T YTD"} <= set(one.cells):
                    a, t, v = (f"${_LETTERS[f'{n} YTD']}${first + place}" for n in "ATV")
                    value = self.board.attained(name, self.board.quarter, row)
                    text = str(attained(CellRef(a), CellRef(t), known.better, known.tolerance))
                    one.cells["V YTD"] = Cell(text, value)
                    reached = None if value is None else min(max(value, 0.0), PERSON_CAP)
                    capped = f'IF(COUNT({v})=1,MIN(MAX({v},0),{PERSON_CAP}),"")'
                    one.cells["S YTD"] = Cell(capped, reached)
                made.append(one)
            self._add(kpi, row, made)
            points, shares = self.spread(kpi, row, "S YTD"), self.spread(kpi, row, "W")
            text = f'IF(COUNT({points})<4,"",SUMPRODUCT({shares},{points}))'
            texts[row] = {(ACTUAL, "YTD"): text}
        self._block(kpi, Role.ACCOUNT, texts)
