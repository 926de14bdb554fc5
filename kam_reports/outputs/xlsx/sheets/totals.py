"""Sheet Totals: what all have together, measure by measure, and how many are in."""

from __future__ import annotations

from typing import Any

from kam_reports.outputs.xlsx.cells import Formula
from kam_reports.outputs.xlsx.material import Material
from kam_reports.outputs.xlsx.paper import Column, Page
from kam_reports.outputs.xlsx.totals import COLUMNS, FIRST_ROW, Row

_LABELS = 4
_COUNTED = "n"


def write(page: Page, material: Material) -> None:
    """One row a measure of a KPI; below, the accounts that share a market."""
    live, word = material.live, material.word
    assert live is not None
    totals = live.totals
    lines = (word("totals_note"), word("confidential"))
    page.heading(material.sheet("totals"), material.title_line, "   ·   ".join(lines))
    columns = [
        Column(word("head.kpi"), width=30),
        Column(word("head.perspective"), width=10),
        Column(material.field_word("figures.metric"), width=28),
        Column(word("head.market"), width=18),
        *(Column(_head(material, name), width=12, number=True) for name in COLUMNS),
    ]
    end = page.grid(FIRST_ROW - 2, columns, _by_column(material, totals.rows))
    if totals.shared:
        page.section(end, word("section.shared"))
        end = page.grid(end + 1, columns, _by_column(material, totals.shared))
    page.freeze(FIRST_ROW - 1, 3)
    page.print(end - 1, _LABELS + len(COLUMNS) - 1, repeat=(FIRST_ROW - 2, FIRST_ROW - 2))


def _head(material: Material, name: str) -> str:
    return material.word(f"sums.{name.replace(' ', '_')}")


def _by_column(material: Material, rows: list[Row]) -> list[list[Any]]:
    """The cells of *rows*, by column."""
    labels = [
        [material.kpi_word(row.kpi) if row.kpi else None for row in rows],
        [material.perspective(row.perspective) if row.kpi else None for row in rows],
        [material.kpi_word(row.measure) if row.kpi else None for row in rows],
        [row.group or None for row in rows],
    ]
    return [*labels, *([_cell(material, row, name) for row in rows] for name in COLUMNS)]


def _cell(material: Material, row: Row, name: str) -> Formula | None:
    cell = row.cells.get(name)
    if cell is None:
        return None
    if name.startswith(_COUNTED):
        return Formula(cell.text, cell.value, "count")
    unit = material.kpi_unit(row.measure)
    return Formula(cell.text, cell.value, f"exact:{unit}" if unit.startswith("EUR") else unit)
