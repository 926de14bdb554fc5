"""Figures that stand in a form, each beside or below a label of its own: ``Umsatz Plan 2026``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kam_reports.layouts.blocks import Block
from kam_reports.layouts.declaring import Declared
from kam_reports.layouts.gathering import Gathering, in_unit, unit_in, unit_said
from kam_reports.layouts.pages import Page, Position
from kam_reports.layouts.signs import Sign, Signs
from kam_reports.model import Figure, Named, Period, Scenario
from kam_reports.values import UNPROVEN, Wanted, typed_number, unit_of

_FURTHER = 3  # columns to the right in which the value of a label may stand
_LONGEST = 60  # letters of a label


def take_stated(block: Block, gathering: Gathering) -> None:
    """Read the figures of a form's sheet: what its labels leave open stays unread.

    A label tells measure and scenario. Without a period it means the year; only what has happened
    may be that of a part of it, and needs one.
    """
    fills = next(
        section.key
        for section in gathering.vocabulary.sections(gathering.layout.document)
        if section.records == "grid"
    )
    page, year = block.page, gathering.setting.fiscal_year
    if year is None:
        return
    labelled = {label.row for label in block.labels}
    values = {label.value for label in block.labels}
    unit_text = _unit_of_all(page)
    for at, value_at, sign in stated_on(page, fills, gathering):
        if at in values or value_at in values:
            continue
        period = sign.period
        if period is None and sign.scenario is not Scenario.ACTUAL:
            period = Period(year)
        if period is None or sign.scenario is None or period.year != year:
            continue
        text = page.text(*at)
        unit = gathering.vocabulary.unit_of(sign.measure)
        wanted = replace(in_unit(Wanted("number"), unit), unit_text=unit_in(text))
        if not wanted.unit_text and unit == "EUR":
            wanted = replace(wanted, unit_text=unit_text)
        about = (Named("measure", sign.measure), sign.scenario, period)
        value = gathering.value(page, value_at, wanted, UNPROVEN, about, text)
        if value is None:
            continue
        page.rest -= {at, value_at}
        if at[0] not in labelled and at[0] in block.body:
            block.body.remove(at[0])
        figure = Figure(sign.measure, sign.scenario, period, value.value, unit, value.place,
                        value.raw, section=fills)  # fmt: skip
        gathering.figures.append(figure)


def stated_on(
    page: Page, fills: str, gathering: Gathering
) -> Iterator[tuple[Position, Position, Sign]]:
    """Every label on *page* that tells measure and scenario, with the amount beside or below it."""
    signs = Signs(Declared(fills, sheet=(page.name,)), gathering)
    for row in page.rows:
        for column, text in page.texts(row).items():
            if len(text) > _LONGEST:
                continue
            sign = signs.sign(text, "rows")
            known = sign.measure in gathering.vocabulary.metrics
            if not known or sign.scenario is None or sign.skipped:
                continue
            value_at = _value_of(page, row, column)
            if value_at is not None:
                yield (row, column), value_at, sign


def _value_of(page: Page, row: int, column: int) -> Position | None:
    first = page.beside(row, column)
    for right in range(first, first + _FURTHER):
        cell = page.cell(row, right)
        if cell is not None:
            if _is_amount(cell.value):
                return row, right
            break
    below = page.cell(row + 1, column)
    return (row + 1, column) if below is not None and _is_amount(below.value) else None


def _is_amount(value: Any) -> bool:
    if isinstance(value, str):
        return typed_number(value) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _unit_of_all(page: Page) -> str:
    """The unit that a row of nothing but words states for the amounts of a sheet."""
    for row in page.rows:
        texts = page.texts(row)
        if len(texts) == len(page.rows[row]) == 1:
            (text,) = texts.values()
            unit = unit_of(unit_text) if (unit_text := unit_said(text)) else None
            if unit is not None and unit.scale not in (None, 1):
                return unit_text
    return ""
