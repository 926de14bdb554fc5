"""Sheet Values: every measure by period, each a formula over sheet Data."""

from __future__ import annotations

from typing import Any

import numpy as np

from kam_reports.kpis.grain import SCENARIOS
from kam_reports.model import Amount
from kam_reports.outputs.xlsx.cells import Formula, Key
from kam_reports.outputs.xlsx.ledger import (
    ANNUAL,
    EXPECTED,
    HEAD_ROWS,
    OWN_ROW,
    POINTER,
    ROW,
    Block,
    Ledger,
    Slot,
)
from kam_reports.outputs.xlsx.live import Live
from kam_reports.outputs.xlsx.material import Material
from kam_reports.outputs.xlsx.paper import GREY, Column, Page

_LABELS = 5


def write(page: Page, material: Material) -> None:
    """One block of rows a measure, one row a subject; not a native table, for it is not sorted."""
    live, word = material.live, material.word
    assert live is not None
    ledger = live.ledger
    lines = (word("values_note"), word("confidential"))
    page.heading(material.sheet("values"), material.title_line, "   ·   ".join(lines))
    for place, slot in enumerate(ledger.columns, start=_LABELS):
        if key := ledger.column_key(slot):
            page.text(HEAD_ROWS - 2, place, key, font_color=GREY, font_size=7, align="right")
    columns = [
        Column(word("head.key"), width=26),
        Column(word("head.subject_id"), width=11),
        Column(material.field_word("figures.metric"), width=28),
        Column(material.field_word("figures.perspective"), width=10),
        Column(word("head.rate"), "ratio", 7, note=word("note.rate")),
        *(Column(_head(material, slot), width=12, number=True) for slot in ledger.columns),
        *(Column(f"{word('head.out')} {_head(material, slot)}", width=8) for slot in ledger.flags),
    ]
    by_block = [_block(material, live, block) for block in ledger.blocks.values()]
    parts = [[cell for block in by_block for cell in block[n]] for n in range(len(columns))]
    longest = [[] for _ in range(_LABELS)] + [
        _longest(material, live, slot) for slot in (*ledger.columns, *ledger.flags)
    ]
    end = page.grid(HEAD_ROWS - 1, columns, parts, longest)
    page.freeze(HEAD_ROWS, _LABELS)
    page.print(end - 1, _LABELS + len(ledger.columns) - 1, repeat=(HEAD_ROWS - 1, HEAD_ROWS - 1))


def _longest(material: Material, live: Live, slot: Slot) -> list[Any]:
    """The longest amount and the longest other number of a column."""
    found: dict[str, float] = {}
    for block in live.ledger.blocks.values():
        numbers = block.numbers.get(slot)
        if numbers is not None and not np.isnan(numbers).all():
            unit = material.kpi_unit(block.measure.removeprefix("of:"))
            unit = f"exact:{unit}" if unit.startswith("EUR") else unit
            low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
            found[unit] = max(found.get(unit, 0.0), high, -low, key=abs)
    return [Amount(-number, unit) for unit, number in found.items()]


def _head(material: Material, slot: Slot) -> str:
    """What a column is called: scenario and period."""
    if slot == EXPECTED:
        return material.word("head.forecast")
    if slot == ANNUAL:
        return material.word("head.mat")
    scenario, period = slot
    suffix = {"YTD": material.word("suffix.to_date"), "FY": material.word("suffix.year")}
    return f"{material.scenario(SCENARIOS[scenario])} {suffix.get(period, period)}"


def _block(material: Material, live: Live, block: Block) -> list[list[Any]]:
    """The rows of a block, by column."""
    ledger, rows = live.ledger, block.view.rows.tolist()
    subjects = [live.board.rows.subjects[row] for row in rows]
    measure, count = block.measure, len(rows)
    rates = [None if rate != rate else float(rate) for rate in block.view.rates.tolist()]  # noqa: PLR0124
    name = material.kpi_word(measure.removeprefix("in:").removeprefix("of:"))
    keys = [ledger.row_key(measure, row) for row in rows]
    columns: list[list[Any]] = [
        [Key(key) for key in keys],
        list(subjects),
        [name] * count,
        [material.perspective(block.view.perspective)] * count,
        rates,
    ]
    own = [_own_row(live, block, row) for row in rows]
    unit = material.kpi_unit(measure.removeprefix("of:"))
    money = unit.startswith("EUR")
    units = [f"exact:{material.unit(unit, one)}" if money else unit for one in subjects]
    for slot in ledger.columns:
        found = block.numbers.get(slot)
        if slot not in block.slots or found is None:
            columns.append([None] * count)
            continue
        columns.append(
            [
                Formula(
                    _placed(text, slot, str(block.first + place), own[place], keys[place], ledger),
                    None if value != value else value,  # noqa: PLR0124
                    units[place],
                )
                if (text := cells.get(slot))
                else None
                for place, (cells, value) in enumerate(
                    zip(block.cells, found.tolist(), strict=True)
                )
            ]
        )
    for slot in ledger.flags:
        marks = (
            ledger.kept_out(measure, slot)[block.view.rows].tolist()
            if measure in live.board.series.measures
            else [False] * count
        )
        columns.append(["x" if mark else None for mark in marks])
    return columns


def _placed(text: str, slot: Slot, row: str, own: str, key: str, ledger: Ledger) -> str:
    """A formula of a block as that of one row."""
    text = text.replace(ROW, row)
    if OWN_ROW in text:
        text = text.replace(OWN_ROW, own)
    return ledger.pointed(text, slot[0], key) if POINTER in text else text


def _own_row(live: Live, block: Block, row: int) -> str:
    """The number of the row with our own view of the same measure."""
    own = int(live.board.rows.own[row])
    if own == row:
        return ""
    number, place = live.ledger.place(own)
    other = live.ledger.blocks.get((block.measure, number))
    return "" if other is None else str(other.first + place)
