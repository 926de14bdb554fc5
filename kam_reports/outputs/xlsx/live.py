"""Every KPI cell of the workbook as a formula: made of the KPI's own definition.

``ledger`` and ``totals`` say where the inputs stand; the formula of the KPI, given these addresses
instead of numbers, writes its own text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kam_reports.kpis.aggregate import ADDED_UP
from kam_reports.kpis.applications import SCORE
from kam_reports.kpis.comparison import attained, changed, variance, variance_pct
from kam_reports.kpis.declaring import MONTHS, STATE, Kpi
from kam_reports.kpis.formula import CellRef
from kam_reports.kpis.grain import ACTUAL, PERSPECTIVES, PY, TARGET
from kam_reports.kpis.measuring import POOLED
from kam_reports.outputs.xlsx.lamps import Inputs, light_formula, outlook_formula
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
)
from kam_reports.outputs.xlsx.lines import ALL, Line
from kam_reports.outputs.xlsx.points import (
    PERSON_CAP,
    PERSON_OF,
    PERSON_WEIGHTS,
    Points,
    name_of,
)
from kam_reports.outputs.xlsx.totals import Totals

if TYPE_CHECKING:
    import pandas as pd

    from kam_reports.kpis.board import Board
    from kam_reports.model import Review

_SIGN = 0xE000  # signs that no address holds stand for the inputs while a formula is written
_BLOCKS = {"A": ACTUAL, "T": TARGET, "P": PY}
_SINGLE = {"F": EXPECTED, "Mat": ANNUAL}


_Special = Callable[["Live", int, str], str | None]


@dataclass
class Live:
    """The formulas of all lines of the review."""

    board: Board
    ledger: Ledger
    totals: Totals
    points: Points | None = None
    _rows: dict[tuple[str, str], int] = field(default_factory=dict)
    _views: dict[tuple[str, str], int] = field(default_factory=dict)
    _templates: dict[tuple[str, int], str] = field(default_factory=dict)
    _compared: dict[tuple[Any, ...], str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        review: Review,
        lines: Sequence[Line],
        names: Names,
        places: Mapping[str, int],
        deals: pd.DataFrame,
    ) -> Live:
        """The formulas for the *lines* of a review."""
        board: Board = review.board
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
        ledger = Ledger.of(board, needed, names, places)
        made = cls(board, ledger, Totals.of(ledger, wanted))
        keys = zip(board.rows.subjects, board.rows.perspectives, strict=True)
        made._rows.update({key: number for number, key in enumerate(keys)})
        made._views.update(views)
        made.points = Points.of(made, review, names.points, deals)
        return made

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
        return None if row is None else self.of_row(kpi, row, block, slot)

    def alike(self, line: Line) -> tuple[tuple[int, ...], list[int]] | None:
        """What lines with the same formulas have in common, and the rows of their inputs.

        None if a line stands for itself.
        """
        kpi = self.board.kpis.get(line.kpi)
        row = self._rows.get((line.subject_id, line.perspective))
        if line.subject_id == ALL or kpi is None or row is None or kpi.needs in ((), (POOLED,)):
            return None
        number, place = self.ledger.place(row)
        shape, rows = [number], []
        for measure in dict.fromkeys((*kpi.needs, *kpi.light.also, *kpi.cases, kpi.id)):
            block = self.ledger.blocks.get((measure, number))
            shape.append(0 if block is None else id(block.cells[place]))
            if block is not None:
                rows.append(block.first + place)
        return tuple(shape), rows

    def of_row(self, kpi: Kpi, row: int, block: str, slot: str = "") -> str | None:
        """The same for a row of the board."""
        if block == "Gap":
            return None  # stands in its own row: target of the year less actual to date
        if kpi.needs in ((), (POOLED,)):
            if block not in "AT":
                return None
            if block == "T":
                stated = self.ledger.at(kpi.id, row, (TARGET, slot))
                return chain([passed(stated)]) if stated else None
            score = self.ledger.at(name_of(kpi.id), row, (ACTUAL, slot))
            return chain([passed(score)]) if score else None
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
        if kpi.needs == (POOLED,) and self.points and block == "A":
            return self.points.median_of_all(slot)
        if kpi.id in _SPECIAL:
            return _SPECIAL[kpi.id](self, number, slot) if block == "A" else None
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

    # ------------------------------------------------------------ what does not add up

    def _scores(self, number: int, slot: str) -> str | None:
        """The scores of all partners, weighted with their volume."""
        asked = self._scored(number, slot)
        if asked is None:
            return None
        mask, volume, scores = asked
        return (
            f'IF(SUMPRODUCT({mask},{volume})=0,"",'
            f"SUMPRODUCT({mask},{volume},{scores})/SUMPRODUCT({mask},{volume}))"
        )

    def _scored(self, number: int, slot: str) -> tuple[str, str, str] | None:
        """Which partners have a score and a volume, and the ranges of both."""
        ledger, (measure,) = self.ledger, self.board.kpis["a_volume"].needs
        where: Slot = (ACTUAL, slot)
        volume = ledger.spread(measure, number, where)
        scores = ledger.spread(name_of(SCORE), number, where)
        if volume is None or scores is None:
            return None
        mask = [f"ISNUMBER({scores})", f"ISNUMBER({volume})", f"({volume}>0)"]
        if out := ledger.out(measure, number, where):
            mask.append(f'({out}="")')
        rates = self.board.views[number].rates
        if (rates != 1).any():
            mask.append(ledger.rates(measure, number))
        return "*".join(mask), volume, scores

    def _concentration(self, number: int, slot: str) -> str | None:
        """The sum of the squared shares of revenue."""
        found = self._shares(number, slot)
        if found is None:
            return None
        mask, revenue = found
        total = f"SUMPRODUCT({mask},{revenue})"
        squares = f"SUMPRODUCT({mask}*{mask},{revenue},{revenue})"
        return f'IF({total}=0,"",{squares}/{total}^2)'

    def _shares(self, number: int, slot: str) -> tuple[str, str] | None:
        """Whose revenue is above zero and counts, and the range of revenue."""
        where: Slot = (ACTUAL, slot)
        revenue = self.ledger.spread("revenue", number, where)
        if revenue is None:
            return None
        mask = [f"ISNUMBER({revenue})", f"({revenue}>0)"]
        if out := self.ledger.out("revenue", number, where):
            mask.append(f'({out}="")')
        if (self.board.views[number].rates != 1).any():
            mask.append(self.ledger.rates("revenue", number))
        return "*".join(mask), revenue

    def _person(self, number: int, slot: str) -> str | None:
        """The score of the key account manager from the sums of all accounts."""
        leaves, refused, parts = [], [], []
        for name, weight in zip(PERSON_OF, PERSON_WEIGHTS, strict=True):
            kpi = self.board.kpis[name]
            both = [self._sum_of(kpi, number, f"{block} {slot}") for block in "AT"]
            if None in both:
                return None
            found = attained(both[0], both[1], kpi.better, kpi.tolerance)
            leaves += found.leaves
            refused += found.refused
            parts.append(f"{weight}*MIN(MAX({found.core},0),{PERSON_CAP})")
        some = "+".join(parts)
        known = f'IF(OR({",".join(refused)}),"",{some})' if refused else some
        return f'IF(COUNT({",".join(leaves)})<{len(leaves)},"",{known})'

    def _sum_of(self, kpi: Kpi, number: int, name: str) -> Any:
        cells = {need: self.totals.at(kpi.id, number, need, name) for need in kpi.needs}
        if None in cells.values():
            return None
        inputs = {need: CellRef(str(cell)) for need, cell in cells.items()}
        return kpi.formula(**inputs, **self._months(kpi, name.partition(" ")[2]))

    def _months(self, kpi: Kpi, slot: str) -> dict[str, Any]:
        if not kpi.annualised:
            return {}
        spans = {"YTD": 3.0 * self.board.quarter, "FY": 12.0, "": 12.0}
        return {MONTHS: spans.get(slot, 3.0)}

    def _filled(self, kpi: Kpi, addresses: Sequence[str | None], slot: str) -> str | None:
        if not addresses or any(at is None for at in addresses):
            return None
        months = self._months(kpi, slot)
        key = kpi.id, int(months.get(MONTHS, 0))
        if key not in self._templates:
            signs = {need: CellRef(chr(_SIGN + n)) for n, need in enumerate(kpi.needs)}
            self._templates[key] = str(kpi.formula(**signs, **months))
        text = self._templates[key]
        for number, at in enumerate(addresses):
            text = text.replace(chr(_SIGN + number), str(at))
        return text

    def quarter_value(self, code: str, measure: str, slot: Slot) -> float | None:
        """What stands on sheet Values for a subject, in our own view."""
        codes = self.ledger.codes
        subject = next((one for one in codes if codes[one] == code), None)
        row = self._rows.get((subject or "", PERSPECTIVES[0]))
        if row is None:
            return None
        number, place = self.ledger.place(row)
        block = self.ledger.blocks.get((measure, number))
        found = None if block is None else block.numbers.get(slot)
        value = np.nan if found is None else float(found[place])
        return None if np.isnan(value) else value

    # ------------------------------------------------------------ numbers of later quarters

    def planned(self, line: Line, slot: str) -> float | None:
        """The target of a quarter that has not come yet."""
        kpi, row = self.board.kpis[line.kpi], self._rows[line.subject_id, line.perspective]
        number, place = self.ledger.place(row)
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
            if counted is None:
                return None
            if not counted.startswith("SUMPRODUCT"):
                counted = f"IF(COUNT({counted})=1,{counted},0)"
            return f"{counted}/{everybody}"
        row = self._rows.get((line.subject_id, line.perspective))
        if row is not None and kpi.id == SCORE and self.points:
            return self.points.coverage(row)
        if row is None or not kpi.needs or kpi.needs == (POOLED,):
            return f"COUNT(J{ROW})"  # a single value: it is there, or it is not
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

    def light(self, line: Line, slot: str, inputs: Inputs) -> str | None:
        """The light of a line at *slot* from its cells; a total whose light needs more has none."""
        kpi = self.board.kpis.get(line.kpi)
        if kpi is None:
            return None
        thresholds = self.board.workspace.thresholds
        if slot == "FY":
            return outlook_formula(kpi, inputs, thresholds)
        if kpi.light.also or kpi.cases:
            row = self._rows.get((line.subject_id, line.perspective))
            if line.subject_id == ALL or row is None:
                return None
            where: Slot = (ACTUAL, slot)
            also = [self.ledger.at(name, row, where) for name in kpi.light.also]
            cases = [self.ledger.at(name, row, where) for name in kpi.cases]
            inputs = replace(inputs, also=also, cases=cases)
        return light_formula(kpi, inputs, thresholds)

    def members(self, line: Line) -> str | None:
        """The cell that counts who is in a total."""
        kpi, number = self.board.kpis[line.kpi], self._views[line.role, line.perspective]
        if kpi.id == SCORE and (asked := self._scored(number, "YTD")):
            return f"SUMPRODUCT(--({asked[0]}<>0))"
        if kpi.id == "f_hhi" and (shares := self._shares(number, "YTD")):
            return f"SUMPRODUCT(--({shares[0]}<>0))"
        if kpi.needs == (POOLED,) or not kpi.needs:
            return None  # medians and scores say who is in, but do not count it
        point = "Q" if kpi.scope == STATE else "YTD"
        return self.totals.at(kpi.id, number, kpi.needs[0], f"n {point}")


_SPECIAL: Mapping[str, _Special] = {
    SCORE: Live._scores,  # noqa: SLF001
    "f_hhi": Live._concentration,  # noqa: SLF001
    "kam_score": Live._person,  # noqa: SLF001
}
