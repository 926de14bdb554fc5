"""Tables of figures: measures by scenario and period, in any order of columns.

Scenario and period of a figure come from the heading of its column; what the heading does not say
is taken from the columns "Szenario" and "Periode" of its row. So the same code reads a wide table,
a table of periods in rows, and a long list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kam_reports.layouts.blocks import Block, column_of, restates
from kam_reports.layouts.gathering import Gathering, evidence_of, in_unit
from kam_reports.layouts.records import close, note_unknown_column, unit_in
from kam_reports.model import Amount, Figure, Named, Period, Perspective, Scenario, Value
from kam_reports.values import (
    Column,
    Setting,
    Wanted,
    evidence,
    nearest_metric,
    raw_text,
    unit_of,
)
from kam_reports.vocabulary import normalise

_PIECES = re.compile(
    r"(?:stk|stck|stück|stueck|st|pcs|pieces?|units?|einheit(?:en)?|anzahl|count|number|no)\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column of figures: what its heading says, and what its cells prove."""

    column: int
    heading: str
    scenario: Scenario | None
    period: Period | None
    proof: Column
    unit_text: str


@dataclass(slots=True)
class _Row:
    """What a row says about its figures."""

    text: str  # the measure as the sheet calls it
    measure: str
    unit: str
    wanted: Wanted
    scenario: Scenario | None = None
    period: Period | None = None
    perspective: Perspective = Perspective.OWN
    breakdown: str = ""
    about: tuple[Any, ...] = ()  # what a figure of it is called


def take_grid(block: Block, gathering: Gathering) -> None:
    """Read a table of figures. Without a year nobody could tell of which; then none is read."""
    if gathering.setting.fiscal_year is None:
        for row in block.body:
            block.page.read(row)
        return
    axes = {key: column for column, key in reversed([*block.fields.items()])}
    axes.setdefault("metric", _column_of_measures(block, axes))
    columns = list(_figure_columns(block, axes, gathering))
    totals = _totals(block, columns, gathering)
    carried = ""
    for row in block.body:
        text = block.page.text(row, axes["metric"]) or _carried(block, row, axes, carried)
        carried = text
        found = _row(block, row, text, axes, columns, gathering)
        if found is None:
            continue
        mixed = evidence(block.page.cell(row, each.column) for each in columns).percent_mixed
        taken = {
            each.column: _take(block, row, found, each, gathering, mixed=mixed) for each in columns
        }
        _check_totals(block, row, found, taken, totals, gathering)
    gathering.note_hidden(
        block.page, ((row, each.column) for row in block.body for each in columns)
    )


# ---------------------------------------------------------------- columns


def year_of(setting: Setting) -> int:
    """The fiscal year of headings that name none."""
    assert setting.fiscal_year is not None
    return setting.fiscal_year


def _column_of_measures(block: Block, axes: Mapping[str, int]) -> int:
    """The first column without a known heading: that is where the measures stand."""
    columns = {column for row in block.body for column in block.page.texts(row)}
    return min(columns - set(axes.values()), default=1)


def _figure_columns(
    block: Block, axes: Mapping[str, int], gathering: Gathering
) -> Iterator[FigureColumn]:
    """The columns that hold figures; what else has a heading is skipped or said to be unknown."""
    page, seen = block.page, set()
    for column, heading in block.headings.items():
        text = str(heading)
        if column in block.fields and block.fields[column] != "value":
            if axes[block.fields[column]] != column:
                _note_repeated(block, column, text, gathering)
            continue
        cells = [page.cell(row, column) for row in block.body]
        found = (None, None) if column in block.fields else _heading(block, column, gathering)
        if found is None:
            _pass_over(block, column, text, axes, gathering)
        elif found != (None, None) and found in seen:
            _note_repeated(block, column, text, gathering)
        elif not _is_of_this_year(found[1], gathering):
            _note_other_year(block, column, text, found[1], gathering)
        else:
            seen.add(found)
            yield FigureColumn(column, text, *found, evidence_of(cells), unit_in(text))


def _heading(
    block: Block, column: int, gathering: Gathering
) -> tuple[Scenario | None, Period | None] | None:
    year, start = year_of(gathering.setting), gathering.setting.fy_start_month
    return column_of(block.headings[column], gathering.vocabulary, year, start)


def _is_of_this_year(period: Period | None, gathering: Gathering) -> bool:
    return period is None or period.year == year_of(gathering.setting)


def _note_other_year(
    block: Block, column: int, text: str, period: Period | None, gathering: Gathering
) -> None:
    """A column of another year: neither this one nor the year before."""
    page = block.page
    filled = {(row, column) for row in block.body if page.cell(row, column) is not None}
    if filled:
        place = gathering.place(page, block.top, column)
        expected = Amount(year_of(gathering.setting), "year")
        found = Amount(period.year if period else None, "year")
        gathering.notice("year-differs", place, text, found=found, expected=expected)
        page.rest -= filled


def _note_repeated(block: Block, column: int, text: str, gathering: Gathering) -> None:
    page = block.page
    filled = {(row, column) for row in block.body if page.cell(row, column) is not None}
    if filled:
        place = gathering.place(page, block.top, column)
        gathering.notice("repeated-column", place, text, field=Named("section", block.section.key))
        page.rest -= filled


def _pass_over(
    block: Block, column: int, text: str, axes: Mapping[str, int], gathering: Gathering
) -> None:
    """A column that restates others is known and skipped; any other is unknown."""
    if column == axes["metric"] or restates(text, gathering.vocabulary):
        block.page.rest -= {(row, column) for row in block.body}
    else:
        note_unknown_column(block, column, text, gathering)


# ---------------------------------------------------------------- rows


def _carried(block: Block, row: int, axes: Mapping[str, int], above: str) -> str:
    """The measure of the row above, where one measure has several rows."""
    stacked = "scenario" in axes or "period" in axes
    covered = (row, axes["metric"]) in block.page.covered
    return above if stacked or covered else ""


def _row(
    block: Block,
    row: int,
    text: str,
    axes: Mapping[str, int],
    columns: list[FigureColumn],
    gathering: Gathering,
) -> _Row | None:
    """What a row says about its figures; None if it has none to be read."""
    page, vocabulary = block.page, gathering.vocabulary
    filled = [each for each in columns if _is_there(block, row, each.column)]
    own = [column for column in axes.values() if page.cell(row, column) is not None]
    if not text:
        return None
    measure = gathering.layout.measure_of(text, vocabulary)
    if not filled or (measure is None and restates(text, vocabulary)):
        # A heading between the rows, a row still to be filled in, a sum or a variance.
        page.read(row, [*own, *(each.column for each in filled)])
        return None
    unit_text = raw_text(page.cell(row, axes["unit"])) if "unit" in axes else ""
    if measure is None:
        found = _custom(block, row, text, unit_text, axes["metric"], gathering)
    else:
        unit = vocabulary.unit_of(measure)
        about = (Named("measure", measure),)
        found = _Row(text, measure, unit, in_unit(Wanted("number"), unit), about=about)
    found.wanted = replace(found.wanted, unit_text=unit_text or unit_in(text))
    found.unit = _counted_in(found.unit, found.wanted.unit_text)
    if not _axes_of(block, row, axes, found, gathering):
        return None
    if found.perspective is not Perspective.OWN:
        found.about += (found.perspective,)
    if found.breakdown:
        found.about += (found.breakdown,)
    page.read(row, own)
    return found


def _is_there(block: Block, row: int, column: int) -> bool:
    return block.page.cell(row, column) is not None or (row, column) in block.page.covered


def _custom(
    block: Block, row: int, text: str, unit_text: str, column: int, gathering: Gathering
) -> _Row:
    """A measure that nobody knows is kept under its own word, and said to be unknown."""
    place = gathering.place(block.page, row, column)
    near = nearest_metric(text, gathering.vocabulary)
    gathering.notice("unknown-measure", place, text, nearest=near, field=text)
    named = unit_of(unit_text or unit_in(text))
    unit = ""
    if named is not None and (named.percent or named.currency):
        unit = "percent" if named.percent else "EUR"
    return _Row(text, normalise(text), unit, in_unit(Wanted("number"), unit), about=(text,))


def _counted_in(unit: str, unit_text: str) -> str:
    """Units sold may be counted in kilograms; then that is their unit."""
    text = " ".join(unit_text.split())
    if unit != "units" or not text or _PIECES.fullmatch(text):
        return unit
    named = unit_of(text)
    return unit if named is None or named.scale or named.percent else normalise(text)


def _axes_of(
    block: Block, row: int, axes: Mapping[str, int], found: _Row, gathering: Gathering
) -> bool:
    """Scenario, period, perspective and breakdown of a row; False if one of them is unknown."""
    page, vocabulary, setting = block.page, gathering.vocabulary, gathering.setting
    for key in ("scenario", "perspective"):
        text = raw_text(page.cell(row, axes[key])) if key in axes else ""
        if not text:
            continue
        option = vocabulary.find_option(f"figures.{key}", text)
        if option is None:
            place = gathering.place(page, row, axes[key])
            about = Named("field", f"{block.section.key}.{key}")
            if not vocabulary.is_variance(text):
                gathering.notice("unknown-option", place, text, field=about)
            page.read(row)
            return False
        if key == "scenario":
            found.scenario = Scenario(option)
        else:
            found.perspective = Perspective(option)
    if "period" in axes and (cell := page.cell(row, axes["period"])) is not None:
        stated: Any = cell.value
        year, start = year_of(setting), setting.fy_start_month
        if not isinstance(stated, bool) and isinstance(stated, (str, int, float)):
            found.period = vocabulary.find_period(stated, year, start, expected=True)
        elif hasattr(stated, "year"):
            found.period = vocabulary.find_period(stated, year, start)
        if found.period is None or found.period.year != year:
            kind = "bad-date" if found.period is None else "year-differs"
            about = Named("field", f"{block.section.key}.period")
            gathering.notice(
                kind, gathering.place(page, row, axes["period"]), raw_text(cell), field=about
            )
            page.read(row)
            return False
    found.breakdown = _breakdown(block, row, axes, gathering)
    return True


def _breakdown(block: Block, row: int, axes: Mapping[str, int], gathering: Gathering) -> str:
    """Product group and region of a row; "Gesamt" is no group."""
    texts = (
        " ".join(raw_text(block.page.cell(row, axes[key])).split())
        for key in ("product_group", "region")
        if key in axes
    )
    return " / ".join(text for text in texts if text and not gathering.vocabulary.is_total(text))


# ---------------------------------------------------------------- figures


def _take(
    block: Block,
    row: int,
    found: _Row,
    column: FigureColumn,
    gathering: Gathering,
    *,
    mixed: bool,
) -> Figure | None:
    """Read the figure of a row in one of its columns."""
    scenario, period = column.scenario or found.scenario, column.period or found.period
    if scenario is None or period is None:
        return None
    value = _read(block, row, found, column, (scenario, period), gathering, mixed=mixed)
    if value is None:
        return None
    figure = Figure(
        found.measure,
        scenario,
        period,
        value.value,
        found.unit,
        value.place,
        value.raw,
        found.perspective,
        found.breakdown,
        block.section.key,
    )
    gathering.figures.append(figure)
    return figure


def _read(
    block: Block,
    row: int,
    found: _Row,
    column: FigureColumn,
    of: tuple[Any, ...],
    gathering: Gathering,
    *,
    mixed: bool = False,
) -> Value | None:
    wanted, proof = found.wanted, column.proof
    if column.unit_text and not found.wanted.unit_text:
        wanted = replace(wanted, unit_text=column.unit_text)
    if mixed:
        proof = replace(proof, percent_mixed=True)
    label = f"{found.text} – {column.heading}"
    return gathering.value(
        block.page, (row, column.column), wanted, proof, (*found.about, *of), label
    )


@dataclass(frozen=True, slots=True)
class _Total:
    """A column that sums the columns of one scenario to its left."""

    column: FigureColumn
    parts: tuple[int, ...]


def _totals(block: Block, columns: list[FigureColumn], gathering: Gathering) -> list[_Total]:
    """The columns that only sum up: "Summe", "Gesamt"."""
    totals = []
    known = {each.column: each for each in columns}
    for column, heading in block.headings.items():
        text = str(heading)
        if column in known or column in block.fields or not gathering.vocabulary.is_total(text):
            continue
        before = [each for each in columns if each.column < column and each.period is not None]
        if not before:
            continue
        last = before[-1]
        parts = tuple(
            each.column
            for each in before
            if each.scenario is last.scenario
            and each.period
            and last.period
            and each.period.grain == last.period.grain
        )
        summed = FigureColumn(column, text, last.scenario, None, last.proof, unit_in(text))
        totals.append(_Total(summed, parts))
    return totals


def _check_totals(
    block: Block,
    row: int,
    found: _Row,
    taken: Mapping[int, Figure | None],
    totals: list[_Total],
    gathering: Gathering,
) -> None:
    """Compare the stated sums of a row with its figures, where figures add up."""
    measure = gathering.vocabulary.measures.get(found.measure)
    if measure is None or measure.over_time != "sum":
        return
    for total in totals:
        silent = gathering.aside()
        value = _read(block, row, found, total.column, (), silent)
        numbers = [figure.value for part in total.parts if (figure := taken[part]) is not None]
        known = [number for number in numbers if number is not None]
        if value is None or value.value is None or not known:
            continue
        if not close(value.value, sum(known)):
            gathering.notice(
                "total-differs",
                value.place,
                value.raw,
                field=(*found.about, total.column.heading),
                stated=Amount(value.value, found.unit),
                sum=Amount(sum(known), found.unit),
            )
