"""Figures that stand beside or below a label of their own: ``Umsatz Plan 2026 | 1.990.000``.

A label counts only if it names measure and scenario, and a value only if no other number stands
beside it: what may be the first column of a table is none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from kam_reports.layouts.declaring import Declared, period_of
from kam_reports.layouts.gathering import Gathering, in_unit, unit_in
from kam_reports.layouts.pages import Page, Position
from kam_reports.layouts.signs import Sign, Signs
from kam_reports.model import Amount, Figure, Named, Perspective, Scenario
from kam_reports.values import UNPROVEN, Wanted

_GAP = 2  # blank columns between a label and its value
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Pair:
    """A label that says what its figure is, and where both stand."""

    label: Position
    value: Position
    text: str
    sign: Sign


def pairs_on(
    page: Page, declared: Declared, gathering: Gathering, taken: Collection[Position] = ()
) -> list[Pair]:
    """The labels on *page* with a figure beside or below them, outside of what is *taken*."""
    signs, found, used = Signs(declared, gathering), list[Pair](), set[Position](taken)
    for row in page.rows:
        for column, text in page.texts(row).items():
            if (row, column) in used or len(text) > _LONGEST:
                continue
            sign = _completed(signs.sign(text.rstrip(": "), "rows"), declared, signs)
            if sign is None or sign.measure not in gathering.vocabulary.metrics:
                continue
            value = _beside(page, row, column, signs) or _below(page, row, column)
            if value is not None and value not in used:
                used |= {(row, column), value}
                found.append(Pair((row, column), value, text, sign))
    return found


def _completed(sign: Sign, declared: Declared, signs: Signs) -> Sign | None:
    """What a label says, with the period of the block; what happened needs one of its own."""
    if sign.skipped or not sign.measure or sign.scenario is None:
        return None
    if sign.period is None and sign.scenario is not Scenario.ACTUAL:
        return replace(sign, period=period_of(declared.period, signs.year))
    return sign


def _is_number(page: Page, row: int, column: int) -> bool:
    cell = page.cell(row, column)
    if cell is None or isinstance(cell.value, (bool, date)):
        return False
    if isinstance(cell.value, str):
        return any(map(str.isdigit, cell.value)) and not cell.value[:1].isalpha()
    return isinstance(cell.value, (int, float))


def _beside(page: Page, row: int, column: int, signs: Signs) -> Position | None:
    first = page.beside(row, column)
    at = next((c for c in range(first, first + _GAP) if page.cell(row, c) is not None), 0)
    if not at or not _is_number(page, row, at):
        return None
    after = page.beside(row, at)
    if any(_is_number(page, row, c) for c in range(after, after + _GAP)):
        return None
    above = [
        cell
        for each in page.rows
        if each < row and (cell := page.cell(each, at)) and not _is_of_header(page, each, at, signs)
    ]
    heads = (signs.sign(cell.value, "columns") for cell in above)
    return None if any(sign.period or sign.skipped for sign in heads) else (row, at)


def _is_of_header(page: Page, row: int, column: int, signs: Signs) -> bool:
    """Whether a cell is the value of a label of the plan's header, and so heads no column."""
    layout, vocabulary = signs.gathering.layout, signs.vocabulary
    labels = (page.text(row, c) for c in range(column - _GAP, column))
    return any(text and layout.field_of(layout.header, text, vocabulary) for text in labels)


def _below(page: Page, row: int, column: int) -> Position | None:
    """The value below a label; every other value of its row stands below a label, too."""
    labels, values = page.texts(row), page.rows.get(row + 1, {})
    if not _is_number(page, row + 1, column) or page.cell(row + 2, column) is not None:
        return None
    return (row + 1, column) if all(c in labels for c in values) else None


def take_pairs(page: Page, declared: Declared, gathering: Gathering) -> None:
    """Read the figures on a part of a sheet; one of another year is noted and left out."""
    year = gathering.setting.fiscal_year
    for pair in pairs_on(page, declared, gathering) if year is not None else ():
        sign = pair.sign
        if sign.period is None or sign.scenario is None:
            continue  # stays unread, and is said so
        page.rest.discard(pair.label)
        if sign.period.year != year:
            page.rest.discard(pair.value)
            _leave_year(page, pair, sign.period.year, year or 0, gathering)
            continue
        unit = gathering.vocabulary.unit_of(sign.measure)
        wanted = replace(in_unit(Wanted("number"), unit), unit_text=unit_in(pair.text))
        about = (Named("measure", sign.measure), sign.scenario, sign.period)
        value = gathering.value(page, pair.value, wanted, UNPROVEN, about, pair.text)
        if value is not None:
            figure = Figure(
                sign.measure, sign.scenario, sign.period, value.value, unit, value.place,
                value.raw, Perspective(declared.perspective), "", declared.fills,
            )  # fmt: skip
            gathering.figures.append(figure)


def _leave_year(page: Page, pair: Pair, found: int, year: int, gathering: Gathering) -> None:
    gathering.notice(
        "year-differs",
        gathering.place(page, *pair.value),
        pair.text,
        found=Amount(found, "year"),
        expected=Amount(year, "year"),
        other=gathering.place_of_field("fiscal_year"),
    )
