"""Every KPI cell of the workbook as a formula: made of the KPI's own definition.

``ledger`` and ``totals`` say where the inputs stand; the formula of the KPI, given these addresses
instead of numbers, writes its own text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kam_reports.kpis.aggregate import ADDED_UP
from kam_reports.kpis.comparison import attained, changed, variance, variance_pct
from kam_reports.kpis.declaring import MONTHS, STATE, Kpi
from kam_reports.kpis.formula import CellRef
from kam_reports.kpis.grain import ACTUAL, PERSPECTIVES, PY, TARGET
from kam_reports.kpis.measuring import POOLED
from kam_reports.outputs.xlsx.ledger import (
    ANNUAL,
    EXPECTED,
    QUARTERS,
    ROW,
    Ledger,
    Names,
    Slot,
    chain,
    passed,
    pooled_block,
)
from kam_reports.outputs.xlsx.lines import ALL, Line
from kam_reports.outputs.xlsx.totals import Totals

if TYPE_CHECKING:
    from kam_reports.kpis.board import Board

_SIGN = 0xE000  # signs that no address holds stand for the inputs while a formula is written
_BLOCKS = {"A": ACTUAL, "T": TARGET, "P": PY}
_SINGLE = {"F": EXPECTED, "Mat": ANNUAL}


@dataclass
class Live:
    """The formulas of all lines of the review."""

    board: Board
    ledger: Ledger
    totals: Totals
    _rows: dict[tuple[str, str], int] = field(default_factory=dict)
    _views: dict[tuple[str, str], int] = field(default_factory=dict)
    _templates: dict[tuple[str, int], str] = field(default_factory=dict)
    _compared: dict[tuple[Any, ...], str] = field(default_factory=dict)

    @classmethod
    def of(cls, board: Board, lines: Sequence[Line], names: Names) -> Live:
        """The formulas for *lines*."""
        needed: dict[int, set[str]] = {}
        wanted: list[tuple[str, int]] = []
        views = {(view.role.value, view.perspective): n for n, view in enumerate(board.views)}
        for line in lines:
            number, kpi = views.get((line.role, line.perspective)), board.kpis.get(line.kpi)
            if number is None or kpi is None:
                continue
            measures = {*kpi.needs, *kpi.light.also, *kpi.cases, kpi.id}
            for one in {number, views.get((line.role, PERSPECTIVES[0]), number)}:
                needed.setdefault(one, set()).update(measures)
            if line.subject_id == ALL:
                wanted.append((line.kpi, number))
        ledger = Ledger.of(board, needed, names)
        pooled_block(ledger)
        rows = board.rows
        return cls(
            board,
            ledger,
            Totals.of(ledger, wanted),
            {key: n for n, key in enumerate(zip(rows.subjects, rows.perspectives, strict=True))},
            views,
        )

    # ------------------------------------------------------------ values of a KPI

    def value(self, line: Line, block: str, slot: str = "") -> str | None:
        """The formula of a value: block ``A T P G F Gap Mat``, slot ``Q1 … YTD FY``."""
        kpi = self.board.kpis.get(line.kpi)
        if kpi is None:
            return None
        if line.subject_id == ALL:
            number = self._views.get((line.role, line.perspective))
            return None if number is None else self._of_all(kpi, number, block, slot)
        row = self._rows.get((line.subject_id, line.perspective))
        return None if row is None else self._of_row(kpi, row, block, slot)

    def _of_row(self, kpi: Kpi, row: int, block: str, slot: str) -> str | None:
        if block == "Gap":
            return None  # stands in its own row: target of the year less actual to date
        where: Slot = _SINGLE.get(block) or (_BLOCKS[block], slot)
        addresses = [self.ledger.at(need, row, where) for need in kpi.needs]
        made = self._filled(kpi, addresses, slot or "FY")
        if block != "T" or kpi.id in kpi.needs:
            return made
        stated = self.ledger.at(kpi.id, row, where)
        if stated is None:
            return made
        if made is None:
            return chain([passed(stated)])
        inputs = {need: CellRef(str(at)) for need, at in zip(kpi.needs, addresses, strict=True)}
        found = kpi.formula(**inputs, **self._months(kpi, slot))
        return chain([(found.known, found.core), passed(stated)])

    def _of_all(self, kpi: Kpi, number: int, block: str, slot: str) -> str | None:
        if kpi.needs == (POOLED,):
            return self._pooled(number, block, slot)
        if kpi.over_accounts not in ADDED_UP:
            return None
        point = "Q" if slot in QUARTERS else slot
        name = f"{block} {point}".strip() if block not in (*_SINGLE, "Gap") else block
        addresses = [self.totals.at(kpi.id, number, need, name) for need in kpi.needs]
        made = self._filled(kpi, addresses, slot or "FY")
        stated = self.totals.at(kpi.id, number, kpi.id, name) if kpi.id not in kpi.needs else None
        if stated is None:
            return made
        parts = [f"IF(COUNT({stated})=1,{stated},0)"]
        leaves = [stated]
        if made is not None:
            inputs = {need: CellRef(str(at)) for need, at in zip(kpi.needs, addresses, strict=True)}
            found = kpi.formula(**inputs, **self._months(kpi, slot))
            parts.append(f"IF({found.known},{found.core},0)")
            leaves += found.leaves
        return f'IF(COUNT({",".join(leaves)})=0,"",{"+".join(parts)})'

    def _pooled(self, number: int, block: str, slot: str) -> str | None:
        """The median over the deals of all accounts that nothing keeps out."""
        if block != "A" or (POOLED, number) not in self.ledger.blocks:
            return None
        ledger = self.ledger
        names = ledger.names
        asked = [
            f'({ledger.data(names.measure_id)}="{POOLED}")',
            f'({ledger.data(names.blocked)}="")',
        ]
        if slot != "YTD":
            period = f'"{self.board.occasion.quarter.year}-{slot}"'
            asked.append(f"({ledger.data(names.period)}={period})")
        among = "*".join(asked)
        found = f'MEDIAN(IF({among}>0,{ledger.data(names.value)},""))'
        return f'{{IF(SUMPRODUCT({among})=0,"",{found})}}'

    def _months(self, kpi: Kpi, slot: str) -> dict[str, Any]:
        if not kpi.annualised:
            return {}
        spans = {"YTD": 3.0 * self.board.quarter, "FY": 12.0, "": 12.0}
        return {MONTHS: spans.get(slot, 3.0)}

    def _filled(self, kpi: Kpi, addresses: Sequence[str | None], slot: str) -> str | None:
        if not addresses or any(at is None for at in addresses):
            return None
        if kpi.needs == (POOLED,):
            return chain([passed(str(addresses[0]))])
        months = self._months(kpi, slot)
        key = kpi.id, int(months.get(MONTHS, 0))
        if key not in self._templates:
            signs = {need: CellRef(chr(_SIGN + n)) for n, need in enumerate(kpi.needs)}
            self._templates[key] = str(kpi.formula(**signs, **months))
        text = self._templates[key]
        for number, at in enumerate(addresses):
            text = text.replace(chr(_SIGN + number), str(at))
        return text

    # ------------------------------------------------------------ numbers of later quarters

    def planned(self, line: Line, slot: str) -> float | None:
        """The target of a quarter that has not come yet."""
        kpi, row = self.board.kpis[line.kpi], self._rows[line.subject_id, line.perspective]
        number, place = self.ledger._places[row]  # noqa: SLF001
        values: dict[str, float | None] = {}
        for measure in {*kpi.needs, kpi.id}:
            block = self.ledger.blocks.get((measure, number))
            found = None if block is None else block.numbers.get((TARGET, slot))
            value = np.nan if found is None else float(found[place])
            values[measure] = None if np.isnan(value) else value
        needs = {need: values[need] for need in kpi.needs}
        made = kpi(**needs, **self._months(kpi, slot)) if needs else None
        return values[kpi.id] if made is None else float(made)

    # ------------------------------------------------------------ what follows in the same row

    def compared(self, what: str, kpi: Kpi | None, actual: str, other: str) -> str:
        """A comparison of two cells of the same row, with a sign for its number."""
        better, unit = (kpi.better, kpi.unit) if kpi else ("up", "")
        key = what, better, unit == "percent", kpi.tolerance if kpi else 0.0, actual, other
        if key not in self._compared:
            left, right = CellRef(f"{actual}{ROW}"), CellRef(f"{other}{ROW}")
            match what:
                case "variance":
                    made = variance.formula(actual=left, target=right)
                case "variance_pct":
                    made = variance_pct.formula(actual=left, target=right)
                case "attainment":
                    made = attained(left, right, better, kpi.tolerance if kpi else 0.0)
                case _:
                    made = changed(left, right, unit)
            self._compared[key] = str(made)
        return self._compared[key]

    def growth_of_all(self, line: Line, slot: str, before: str) -> str | None:
        """Growth over the accounts that have both years: not the actual that is shown."""
        kpi = self.board.kpis[line.kpi]
        actual = self.value(line, "G", slot)
        if actual is None or kpi.over_accounts not in ADDED_UP:
            return None
        number = self._views[line.role, line.perspective]
        point = "Q" if slot in QUARTERS else slot
        inputs = {
            need: CellRef(str(self.totals.at(kpi.id, number, need, f"G {point}")))
            for need in kpi.needs
        }
        growing = kpi.formula(**inputs, **self._months(kpi, slot))
        return str(changed(growing, CellRef(before), kpi.unit))

    def coverage(self, line: Line) -> str | None:
        """The share of the needed numbers that are there; of all accounts, who is in."""
        kpi = self.board.kpis.get(line.kpi)
        if kpi is None:
            return None
        if line.subject_id == ALL:
            number = self._views[line.role, line.perspective]
            counted = self.members(line)
            everybody = max(len(self.board.views[number].everybody), 1)
            return None if counted is None else f"IF(COUNT({counted})=1,{counted},0)/{everybody}"
        row = self._rows.get((line.subject_id, line.perspective))
        if row is None or not kpi.needs or kpi.needs == (POOLED,):
            return None
        quarter, latest = self.board.quarter, QUARTERS[self.board.quarter - 1]
        parts, wanted = [], 0
        for need in kpi.needs:
            state = kpi.scope == STATE or self.board.series.over_time.get(need) == "last"
            asked = [latest] if state else list(QUARTERS[:quarter])
            cells = [at for q in asked if (at := self.ledger.at(need, row, (ACTUAL, q)))]
            wanted += len(asked)
            whole = None if state else self.ledger.at(need, row, (ACTUAL, "YTD"))
            count = f"COUNT({','.join(cells)})" if cells else "0"
            parts.append(f"IF(COUNT({whole})=1,{quarter},{count})" if whole else count)
        return f"({'+'.join(parts)})/{wanted}"

    def members(self, line: Line) -> str | None:
        """The cell that counts who is in a total."""
        kpi, number = self.board.kpis[line.kpi], self._views[line.role, line.perspective]
        if not kpi.needs:
            return None
        point = "Q" if kpi.scope == STATE else "YTD"
        return self.totals.at(kpi.id, number, kpi.needs[0], f"n {point}")
