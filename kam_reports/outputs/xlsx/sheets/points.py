"""Sheet Points: every criterion of every score, from its value to its points."""

from __future__ import annotations

from typing import Any

from kam_reports.kpis import KPIS
from kam_reports.model import Amount, Named
from kam_reports.outputs.xlsx.cells import Formula
from kam_reports.outputs.xlsx.material import Material
from kam_reports.outputs.xlsx.paper import Column, Page
from kam_reports.outputs.xlsx.points import FIRST_ROW, NAMES, PointRow

_HEADS = {"A": "actual", "T": "reference", "V": "value", "N": "cases", "S": "points"}
_LABELS = 7


def write(page: Page, material: Material) -> None:
    """One row a criterion; weights and anchors are set or typed, all else is reckoned."""
    live, word = material.live, material.word
    assert live is not None
    assert live.points is not None
    lines = (word("points_note"), word("confidential"))
    page.heading(material.sheet("points"), material.title_line, "   ·   ".join(lines))
    suffixes = {"Q": material.review.occasion.quarter.short, "YTD": word("suffix.to_date")}
    columns = [
        Column(word("head.subject_id"), width=11),
        Column(word("head.kpi"), width=26),
        Column(word("head.criterion"), width=28),
        Column(word("head.unit"), width=12),
        Column(word("head.weight"), "percent", 9),
        Column(word("head.anchor_0"), width=11, number=True),
        Column(word("head.anchor_100"), width=11, number=True),
        *(
            Column(f"{word(f'head.{_HEADS[name]}')} {suffixes[point]}", width=11, number=True)
            for name, point in (name.split(" ") for name in NAMES)
        ),
    ]
    rows = [_row(material, one) for one in live.points.rows]
    by_column = [list(cells) for cells in zip(*rows, strict=True)] or [[] for _ in columns]
    end = page.grid(FIRST_ROW - 2, columns, by_column)
    page.freeze(FIRST_ROW - 1, 3)
    page.print(end - 1, _LABELS + len(NAMES) - 1, repeat=(FIRST_ROW - 2, FIRST_ROW - 2))


def _row(material: Material, one: PointRow) -> list[Any]:
    known = one.criterion in KPIS or one.criterion in material.workspace.kpis
    unit = material.kpi_unit(one.criterion) if known else ""
    is_deal = one.weight is None
    if is_deal:
        unit = "days"
    shown = "percent" if unit in ("EUR", "count", "units") else unit
    name = one.criterion
    if known:
        name = material.kpi_word(one.criterion)
    elif not is_deal:
        name = material.wording.label(Named("option", f"portfolio.criterion.{one.criterion}"))
    units = {"A": unit, "T": unit, "V": shown, "N": "count", "S": "points"}
    return [
        one.subject,
        material.kpi_word(one.score),
        name,
        material.word(f"unit.{unit}") if unit else None,
        one.weight,
        Amount(one.low, shown),
        Amount(one.high, shown),
        *(
            Formula(cell.text, cell.value, units[column[0]])
            if (cell := one.cells.get(column))
            else None
            for column in NAMES
        ),
    ]
