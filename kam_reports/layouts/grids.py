"""Tables of figures: measures by scenario and period, in any order of columns.

Scenario and period of a figure come from the heading of its column; what the heading does not say
is taken from the columns "Szenario" and "Periode" of its row. So the same code reads a wide table,
a table of periods in rows, and a long list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kam_reports.layouts.blocks import Block, column_of, restates
from kam_reports.layouts.gathering import Gathering, evidence_of, in_unit, unit_in, unit_said
from kam_reports.layouts.records import close, note_unknown_column
from kam_reports.model import Amount, Figure, Named, Period, Perspective, Scenario, Value
from kam_reports.values import Column, Wanted, evidence, nearest_metric, raw_text, unit_of
from kam_reports.vocabulary import normalise

_OF_A_NOTE = 2  # cells of a row below a table: more of them are another table
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


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of figures: what is counted, whose, of what; and what its columns leave open."""

    text: str  # the measure as the sheet calls it
    measure: str
    unit: str
    wanted: Wanted
    about: tuple[Any, ...]  # what a figure of it is called
    scenario: Scenario | None = None
    period: Period | None = None
    perspective: Perspective = Perspective.OWN
    breakdown: str = ""


@dataclass(frozen=True, slots=True)
class _Total:
    """A column that sums the columns of one scenario to its left."""

    column: FigureColumn
    parts: tuple[int, ...]


class _Unreadable(Exception):  # noqa: N818  (a row, not a fault of the program)
    """A row whose scenario, period or perspective nobody knows; it has been noted."""


def take_grid(block: Block, gathering: Gathering) -> None:
    """Read a table of figures. Without a year nobody could tell of which; then none is read."""
    if gathering.setting.fiscal_year is None:
        for row in block.body:
            block.page.read(row)
    else:
        _Grid(block, gathering, gathering.setting.fiscal_year).take()


class _Grid:
    """A table of figures that is being read."""

    def __init__(self, block: Block, gathering: Gathering, year: int) -> None:
        self.block = block
        self.page = block.page
        self.gathering = gathering
        self.vocabulary = gathering.vocabulary
        self.year = year
        self.axes = {key: column for column, key in reversed([*block.fields.items()])}
        self.axes.setdefault("metric", self._column_of_measures())
        self.unit_text = self._unit_of_all()
        self.columns = list(self._figure_columns())
        self.totals = list(self._totals())

    def take(self) -> None:
        """Read the rows, one after the other."""
        text = ""
        for row in self.block.body:
            text = self._seen("metric", row) or (text if self._is_stacked else "")
            try:
                found = self._row(row, text)
            except _Unreadable:
                self.page.read(row)
                continue
            if found is not None:
                self._take_row(row, found)
        positions = ((row, each.column) for row in self.block.body for each in self.columns)
        self.gathering.note_hidden(self.page, positions)

    # ------------------------------------------------ columns

    def _column_of_measures(self) -> int:
        """The first column of texts that is no other: that is where the measures stand."""
        columns = {column for row in self.block.body for column in self.page.texts(row)}
        return min(columns - set(self.axes.values()), default=1)

    def _figure_columns(self) -> Iterator[FigureColumn]:
        """The columns of figures; what else has a heading is skipped or said to be unknown."""
        seen: set[tuple[Scenario | None, Period | None]] = set()
        for column, heading in self.block.headings.items():
            text, key = str(heading), self.block.fields.get(column)
            if key is not None and key != "value":
                if self.axes[key] != column:
                    self._leave_out("repeated-column", column, text, **self._of_section)
                continue
            found = (None, None) if key else self._column_of(heading)
            if found is None:
                self._pass_over(column, text)
            elif found[1] is not None and found[1].year != self.year:
                self._leave_out("year-differs", column, text, **self._years(found[1]))
            elif found in seen:
                self._leave_out("repeated-column", column, text, **self._of_section)
            else:
                seen.add(found)
                proof = evidence_of(self.page.cell(row, column) for row in self.block.body)
                yield FigureColumn(column, text, *found, proof, unit_in(text))

    def _column_of(self, heading: str | date) -> tuple[Scenario | None, Period | None] | None:
        start = self.gathering.setting.fy_start_month
        return column_of(heading, self.vocabulary, self.year, start)

    def _pass_over(self, column: int, text: str) -> None:
        """A column that restates others is known and skipped; any other is unknown."""
        if column == self.axes["metric"] or restates(text, self.vocabulary):
            self.page.rest -= {(row, column) for row in self.block.body}
        else:
            note_unknown_column(self.block, column, text, self.gathering)

    def _leave_out(self, kind: str, column: int, text: str, **facts: Any) -> None:
        """Note why a filled column is not read."""
        filled = {(row, column) for row in self.block.body if self.page.cell(row, column)}
        if filled:
            place = self.gathering.place(self.page, self.block.top, column)
            self.gathering.notice(kind, place, text, **facts)
            self.page.rest -= filled

    @property
    def _of_section(self) -> dict[str, Any]:
        return {"field": Named("section", self.block.section.key)}

    def _years(self, found: Period) -> dict[str, Any]:
        return {"found": Amount(found.year, "year"), "expected": Amount(self.year, "year")}

    def _totals(self) -> Iterator[_Total]:
        """The columns that only sum up others: "Summe", "Gesamt"."""
        known = {each.column for each in self.columns}
        for column, heading in self.block.headings.items():
            text = str(heading)
            if column in known or column in self.block.fields or not self.vocabulary.is_total(text):
                continue
            before = [each for each in self.columns if each.column < column and each.period]
            if before:
                last = before[-1]
                parts = tuple(each.column for each in before if _are_alike(each, last))
                yield _Total(
                    FigureColumn(column, text, last.scenario, None, last.proof, unit_in(text)),
                    parts,
                )

    # ------------------------------------------------ units

    def _unit_of_all(self) -> str:
        """The unit that a title, the corner or a note states for all amounts, if any does.

        It is nearer than the plan's own; where they differ, that is said.
        """
        corner = str(self.block.headings.get(self.axes["metric"], ""))
        for row, column, text in (
            (self.block.top, self.axes["metric"], corner),
            *((*position, text) for position, text in self.block.notes.items()),
            *self._footnotes(),
        ):
            unit_text = unit_said(text) or (text if unit_of(text) else "")
            unit = unit_of(unit_text) if unit_text else None
            if unit is not None and unit.scale is not None:
                if unit.scale == self.gathering.setting.scale:
                    return ""
                place = self.gathering.place(self.page, row, column)
                self.gathering.notice(
                    "scale-differs", place, text, new=unit_text, **self._of_section
                )
                self.page.rest.discard((row, column))
                return unit_text
        return ""

    def _footnotes(self) -> Iterator[tuple[int, int, str]]:
        """The texts below the table; if more than texts follow, they may belong to that."""
        page = self.page
        with_figures = (r for r in self.block.body if len(page.texts(r)) < len(page.rows[r]))
        last = max(with_figures, default=self.block.top)
        below = [row for row in self.page.rows if row > last]
        if all(len(self.page.rows[row]) <= _OF_A_NOTE for row in below):
            for row in below:
                for column, text in self.page.texts(row).items():
                    yield row, column, text

    # ------------------------------------------------ rows

    @property
    def _is_stacked(self) -> bool:
        """Whether one measure may have several rows, named in the first of them."""
        return "scenario" in self.axes or "period" in self.axes

    def _seen(self, axis: str, row: int) -> str:
        """The text that a person sees in a column of *row*, merged cells included."""
        if axis not in self.axes:
            return ""
        return " ".join(raw_text(self.page.seen(row, self.axes[axis])).split())

    def _row(self, row: int, text: str) -> FigureRow | None:
        """What a row says about its figures; None if it has none to be read."""
        if not text:
            return None
        filled = [each.column for each in self.columns if self._is_there(row, each.column)]
        measure = self.gathering.layout.measure_of(text, self.vocabulary)
        texts = self.page.texts(row)
        self.page.read(row, self.axes.values() if filled else texts.keys() & self.axes.values())
        # "DB-Qu. (%)" may be a quota: a percent sign alone makes no row a variance.
        name = text.replace("%", "").strip("( )") or text
        if not filled or (measure is None and restates(name, self.vocabulary)):
            # A heading between the rows, a row still to be filled in, a sum or a variance.
            self.page.read(row, filled)
            return None
        if restates(self._seen("scenario", row), self.vocabulary):
            self.page.read(row, filled)
            return None
        unit_text = self._seen("unit", row) or unit_in(text)
        unit, about = self._counted(row, text, measure, unit_text)
        perspective = Perspective(self._option(row, "perspective") or Perspective.OWN)
        breakdown = self._breakdown(row)
        scenario = self._option(row, "scenario")
        if not unit_text and unit == "EUR":
            unit_text = self.unit_text
        return FigureRow(
            text=text,
            measure=measure or normalise(text),
            unit=_counted_in(unit, unit_text),
            wanted=replace(in_unit(Wanted("number"), unit), unit_text=unit_text),
            about=(about, *_whose(perspective, breakdown)),
            scenario=Scenario(scenario) if scenario else None,
            period=self._period(row),
            perspective=perspective,
            breakdown=breakdown,
        )

    def _is_there(self, row: int, column: int) -> bool:
        return self.page.cell(row, column) is not None or (row, column) in self.page.covered

    def _counted(
        self, row: int, text: str, measure: str | None, unit_text: str
    ) -> tuple[str, Named | str]:
        """The unit of a row, and what is counted; a measure that nobody knows is kept as it is."""
        if measure is not None:
            return self.vocabulary.unit_of(measure), Named("measure", measure)
        place = self.gathering.place(self.page, row, self.axes["metric"])
        near = nearest_metric(text, self.vocabulary)
        self.gathering.notice("unknown-measure", place, text, nearest=near, field=text)
        named = unit_of(unit_text)
        if named is None:
            return "", text
        return "percent" if named.percent else "EUR" if named.currency else "", text

    def _option(self, row: int, axis: str) -> str | None:
        """The scenario or perspective that a row names. Raises if nobody knows it."""
        text = self._seen(axis, row)
        option = self.vocabulary.find_option(f"figures.{axis}", text) if text else None
        if text and option is None:
            self._refuse("unknown-option", row, axis, text)
        return option

    def _period(self, row: int) -> Period | None:
        """The period that a row names. Raises if nobody knows it, or if it is another year's."""
        cell = self.page.seen(row, self.axes["period"]) if "period" in self.axes else None
        if cell is None:
            return None
        start, stated = self.gathering.setting.fy_start_month, cell.value
        period = None
        if isinstance(stated, (str, int, float, date)) and not isinstance(stated, bool):
            period = self.vocabulary.find_period(stated, self.year, start, expected=True)
        if period is None:
            self._refuse("bad-date", row, "period", raw_text(cell))
        elif period.year != self.year:
            self._refuse("year-differs", row, "period", raw_text(cell), **self._years(period))
        return period

    def _refuse(self, kind: str, row: int, axis: str, text: str, **facts: Any) -> None:
        place = self.gathering.place(self.page, row, self.axes[axis])
        field = Named("field", f"{self.block.section.key}.{axis}")
        self.gathering.notice(kind, place, text, field=field, **facts)
        raise _Unreadable

    def _breakdown(self, row: int) -> str:
        """Product group and region of a row; "Gesamt" is no group."""
        texts = (self._seen(axis, row) for axis in ("product_group", "region"))
        return " / ".join(text for text in texts if text and not self.vocabulary.is_total(text))

    # ------------------------------------------------ figures

    def _take_row(self, row: int, found: FigureRow) -> None:
        mixed = evidence(self.page.cell(row, each.column) for each in self.columns).percent_mixed
        values = {
            each.column: value
            for each in self.columns
            if self._is_there(row, each.column)
            and (value := self._take(row, found, each, mixed=mixed)) is not None
        }
        measure = self.vocabulary.measures.get(found.measure)
        if measure is not None and measure.over_time == "sum":
            for total in self.totals:
                self._check(row, found, total, values)

    def _take(
        self, row: int, found: FigureRow, column: FigureColumn, *, mixed: bool
    ) -> float | None:
        """Read the figure of a row in one of its columns."""
        scenario, period = column.scenario or found.scenario, column.period or found.period
        if scenario is None or period is None:
            return None
        value = self._read(row, found, column, (scenario, period), self.gathering, mixed=mixed)
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
            self.block.section.key,
        )
        self.gathering.figures.append(figure)
        return figure.value

    def _read(
        self,
        row: int,
        found: FigureRow,
        column: FigureColumn,
        of: tuple[Any, ...],
        gathering: Gathering,
        *,
        mixed: bool = False,
    ) -> Value | None:
        wanted, proof = found.wanted, column.proof
        if column.unit_text and not wanted.unit_text:
            wanted = replace(wanted, unit_text=column.unit_text)
        if mixed:
            proof = replace(proof, percent_mixed=True)
        label = f"{found.text} – {column.heading}"
        position = (row, column.column)
        return gathering.value(self.page, position, wanted, proof, (*found.about, *of), label)

    def _check(
        self, row: int, found: FigureRow, total: _Total, values: Mapping[int, float]
    ) -> None:
        """Compare a stated sum with the figures that it sums."""
        value = self._read(row, found, total.column, (), self.gathering.aside())
        parts = [values[part] for part in total.parts if part in values]
        if value is not None and value.value is not None and parts:
            if close(value.value, sum(parts)):
                return
            self.gathering.notice(
                "total-differs",
                value.place,
                value.raw,
                field=(*found.about, total.column.heading),
                stated=Amount(value.value, found.unit),
                sum=Amount(sum(parts), found.unit),
            )


def _are_alike(one: FigureColumn, other: FigureColumn) -> bool:
    """Whether two columns are of one scenario and one length of period."""
    if one.period is None or other.period is None:
        return False
    return one.scenario is other.scenario and one.period.grain == other.period.grain


def _whose(perspective: Perspective, breakdown: str) -> Iterator[Any]:
    if perspective is not Perspective.OWN:
        yield perspective
    if breakdown:
        yield breakdown


def _counted_in(unit: str, unit_text: str) -> str:
    """Units sold may be counted in kilograms; then that is their unit."""
    if unit != "units" or not unit_text or _PIECES.fullmatch(unit_text):
        return unit
    named = unit_of(unit_text)
    usual = named is None or named.scale is not None or named.percent
    return unit if usual else normalise(unit_text)
