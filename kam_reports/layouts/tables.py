"""Tables of figures that a layout declares, in any orientation.

What a figure is of is put together from the heading of its column, the labels of its row, the
title, the sheet's name and what the layout states; so one reader takes scenarios over or under
periods, stacked rows, periods in rows, long lists, transactions, and one sheet a quarter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any, NoReturn

from kam_reports.layouts.anchors import Region
from kam_reports.layouts.declaring import SKIP
from kam_reports.layouts.gathering import Gathering, evidence_of, in_unit, unit_in, unit_said
from kam_reports.layouts.pages import Page, Position
from kam_reports.layouts.records import close
from kam_reports.layouts.signs import NOTHING, PART, Sign, Signs, year_in
from kam_reports.model import (
    Amount,
    Cell,
    Figure,
    Named,
    Period,
    Perspective,
    Place,
    Scenario,
    Value,
)
from kam_reports.values import (
    UNPROVEN,
    Column,
    Wanted,
    evidence,
    nearest_metric,
    raw_text,
    scale_shown,
    unit_of,
)
from kam_reports.vocabulary import nearest, normalise

_GROUPS = ("product_group", "region")
_YEAR_ALONE = re.compile(r"20\d\d")
_BELOW = 5  # rows below a table in which a footnote may stand
_STEPS = ("M", "Q")  # the periods that may have gaps
_UNITS = {1: "€", 1000: "T€", 1_000_000: "Mio. €"}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of figures: what its heading says, and what its cells prove."""

    column: int
    heading: str
    sign: Sign
    proof: Column
    unit_text: str


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row's labels say."""

    text: str
    sign: Sign
    unknown: str = ""  # a label that is no measure, scenario or period
    remark: int = 0  # its column, if the row says without it what it is
    perspective: Perspective = Perspective.OWN
    breakdown: str = ""
    unit_text: str = ""


@dataclass(slots=True)
class _Sum:
    """Rows of one period that are put together."""

    figure: Figure
    cells: list[Position] = field(default_factory=list)
    complete: bool = True


class _Unreadable(Exception):  # noqa: N818  (a row, not a fault of the program)
    """A row that nobody can tell of what it is; it has been noted."""


def take_table(region: Region, gathering: Gathering) -> None:
    """Read a declared table of figures; without a year nobody could tell of which."""
    assert region.page is not None
    if gathering.setting.fiscal_year is None:
        region.page.rest.clear()
    else:
        Table(region, region.page, gathering, gathering.setting.fiscal_year).take()


class Table:
    """A declared table that is being read."""

    def __init__(self, region: Region, page: Page, gathering: Gathering, year: int) -> None:
        self.region = region
        self.declared = region.declared
        self.page = page
        self.gathering = gathering
        self.vocabulary = gathering.vocabulary
        self.year = year
        self.body = [row for row in page.rows if row > region.heads[-1]]
        self.titles = self._titles()
        self.title_year = self.declared.year or self._year_of_titles()
        self.signs = Signs(self.declared, gathering, self.title_year)
        self.whole = self._of_all()
        self.axes: dict[int, str] = {}
        self.corner: dict[int, str] = {}  # headings of the columns of labels
        self.skipped: list[_Column] = []
        self.columns = list(self._columns())
        self.labels = self._label_columns()
        self.unit_text = self.declared.unit or self._unit_of_all()
        self.context = NOTHING
        self.near: dict[str, str] = {}  # unknown words, and the measures nearest to them
        self.context_year = ""  # of the rows below one that is but a year
        self.context_unit = ""  # that of the measure that was named last
        self.known: dict[tuple[Any, ...], Place] = {}
        self.repeated: set[tuple[Any, ...]] = set()
        self.sums: dict[tuple[Any, ...], _Sum] = {}
        self.years: set[int] = set()
        self.habit = self._habit()
        figures = (self.page.cell(row, each.column) for row in self.body for each in self.columns)
        self.mark = evidence_of(figures).mark  # how decimals are written, if a column cannot tell
        self.usual: Place | None = None  # an amount that shows no other unit than the table's

    def take(self) -> None:
        """Read the rows, one after the other."""
        if self.title_year and self.title_year != self.year and self._is_too_old():
            self._leave_year(self.title_year, (self.region.heads[0], self.region.left), "")
            self.page.rest.clear()
            return
        self.page.read_above(self.region.heads)
        self._note_swapped()
        for row in self.body:
            try:
                self._take(row)
            except _Unreadable:
                self.page.read(row)
        self._put_sums()
        self._note_gaps()
        positions = ((row, each.column) for row in self.body for each in self.columns)
        self.gathering.note_hidden(self.page, positions)

    def labelled(self) -> Iterator[Sign]:
        """What the labels of every row with figures say, read aside: for whoever proposes."""
        kept, self.gathering = self.gathering, self.gathering.aside()
        for row in self.body:
            if any(self._is_there(row, each.column) for each in self.columns):
                try:
                    found = self._row(row)
                except _Unreadable:
                    found = None
                yield found.sign if found is not None else NOTHING
        self.gathering = kept

    def _note_swapped(self) -> None:
        """Say that the dates which tell the periods have day and month swapped."""
        for column in self.labels:
            if self.axes.get(column) in (None, "period"):
                at = [(row, column) for row in self.body if self.page.cell(row, column)]
                proof = evidence(self.page.cell(*position) for position in at)
                about = Named("field", "figures.period")
                self.gathering.note_column(self.page, proof, at, about)

    def _is_too_old(self) -> bool:
        return self.title_year not in (self.year - 1, self.year)

    # ------------------------------------------------ what holds for all of it

    def _titles(self) -> dict[Position, str]:
        """The texts above the header, the nearest last; else the title of the sheet."""
        return self._texts_above(self.page, 10**6) or self._texts_above(self.region.whole, 1)

    def _texts_above(self, page: Page, most: int) -> dict[Position, str]:
        return {
            (row, column): text
            for row in list(page.rows)[:most]
            if row < self.region.heads[0]
            for column, text in page.texts(row).items()
        }

    def _year_of_titles(self) -> int | None:
        years = [year for text in self.titles.values() if (year := year_in(text))]
        years += [year for year in [year_in(self.page.name)] if year and not years]
        return years[-1] if years else None

    def _of_all(self) -> Sign:
        declared = self.declared
        sign = Sign(
            declared.measure,
            Scenario(declared.scenario) if declared.scenario else None,
            Signs(declared, self.gathering, self.title_year).meaning(declared.period).period,
        )
        for where, texts in (("title", [*self.titles.values()][::-1]), ("sheet", [self.page.name])):
            for text in texts:
                found = self.signs.inside(text)
                if declared.scenarios == where:
                    sign = sign | Sign(scenario=found.scenario)
                if declared.periods == where:
                    sign = sign | Sign(period=found.period)
                if declared.measures == where:
                    sign = sign | Sign(measure=self._measure_inside(text))
        if {"title", "sheet"} & {declared.periods} and sign.period is None:
            text = next(iter(self.titles.values()), self.page.name)
            place = self.gathering.place(self.page, self.region.top, self.region.left)
            period = Named("field", f"{declared.fills}.period")
            self.gathering.notice("bad-date", place, text, field=period)
        return sign

    def _measure_inside(self, text: str) -> str:
        words = text.replace(":", " ").replace(",", " ").split()
        for length in range(len(words), 0, -1):
            for first in range(len(words) - length + 1):
                part = " ".join(words[first : first + length])
                own = self.declared.meant(part)
                found = own or self.gathering.layout.measure_of(part, self.vocabulary)
                if not found and length == 1:
                    found = self.signs.compound(part).measure
                if found:
                    return found
        return ""

    def _unit_of_all(self) -> str:
        """The unit that a title, the corner or a footnote states for all amounts, if any."""
        below = dict(self._notes_below())
        corner = {(self.region.heads[-1], c): text for c, text in self.corner.items()}
        above = reversed(list(self._notes_above()))
        for position, text in (*corner.items(), *above, *below.items()):
            unit_text = unit_said(text) or (text if unit_of(text) else "")
            unit = unit_of(unit_text) if unit_text else None
            if unit is None or unit.scale is None:
                continue
            if unit.scale == self.gathering.setting.scale:
                return ""
            place = self.gathering.place(self.page, *position)
            self.page.rest.discard(position)
            self.region.whole.rest.discard(position)
            of = Named("section", self.declared.fills)
            self.gathering.notice("scale-differs", place, text, new=unit_text, field=of)
            return unit_text
        return ""

    def _notes_above(self) -> Iterator[tuple[Position, str]]:
        """The rows of nothing but words above the header: what they say may hold for a sheet."""
        whole = self.region.whole
        for row in whole.rows:
            if row < self.region.heads[0]:
                texts = whole.texts(row)
                others = len(whole.rows[row]) - len(texts)
                yield from (
                    ((row, column), text)
                    for column, text in texts.items()
                    # A number that somebody wrote beside "Angaben in T€" does not change that.
                    if not others or (others == 1 and unit_of(text))
                )

    def _notes_below(self) -> Iterator[tuple[Position, str]]:
        """The rows of nothing but words, in the table or shortly below it."""
        last = max(self.body, default=self.region.heads[-1])
        near = [row for row in self.region.whole.rows if last < row <= last + _BELOW]
        for row in (*self.body, *near):
            page = self.page if row in self.page.rows else self.region.whole
            texts = page.texts(row)
            if any(self.signs.sign(text, "rows").measure for text in texts.values()):
                continue  # a row of figures that are all typed as text, with a unit of its own
            columns = range(self.region.left, self.region.right + 1)
            numbers = sum(c in columns for c in page.rows[row]) - sum(c in columns for c in texts)
            # A number that somebody wrote beside a note below makes it no row of figures.
            if numbers <= (row not in self.page.rows):
                for column, text in texts.items():
                    if column in columns and (not numbers or unit_of(text.lstrip("* "))):
                        yield (row, column), text

    # ------------------------------------------------ columns

    def _columns(self) -> Iterator[_Column]:
        for column in range(self.region.left, self.region.right + 1):
            values = self._heading(column)
            text = " ".join(raw for value in values if (raw := str(value)))
            lowest = values[-1] if values else ""
            if (axis := self.signs.axis(lowest)) and axis != "value":
                if axis != "source" and axis in self.axes.values():
                    first = next(at for at, known in self.axes.items() if known == axis)
                    self._leave_out("repeated-column", column, text, first)
                    continue
                self.axes[column] = axis
                self.corner[column] = text
                continue
            if self._tells_years(column, values):
                self.axes[column], self.corner[column] = "year", text
                continue
            sign = self.signs.joined(values, "columns")
            if sign.skipped == SKIP:
                self.skipped.append(_Column(column, text, sign, UNPROVEN, ""))
                continue
            if not self._is_of_figures(column):
                self.corner[column] = text
                continue
            proof = evidence_of(self.page.cell(row, column) for row in self.body)
            found = _Column(column, text, sign, proof, unit_in(text))
            if sign.skipped:
                self.skipped.append(found)
            elif sign or axis == "value" or (not values and self._says_enough()):
                yield found
            else:
                self._unknown(column, text)

    def _tells_years(self, column: int, values: list[Any]) -> bool:
        """Whether a column headed "Jahr" holds the year of every row, and no figures."""
        if len(values) != 1 or not isinstance(values[0], str):
            return False
        period = self.signs.sign(values[0], "columns").period
        if period is None or period.grain != "FY":
            return False
        cells = [cell for row in self.body if (cell := self.page.cell(row, column)) is not None]
        return bool(cells) and all(self.signs.year_of(cell.value) for cell in cells)

    def _says_enough(self) -> bool:
        """Whether a column without a heading can only be the one of the figures."""
        numbers = [c for c in range(self.region.left, self.region.right + 1)
                   if self._is_of_figures(c)]  # fmt: skip
        return len(numbers) == 1

    def _heading(self, column: int) -> list[Any]:
        """The texts over a column, from the top; a band reaches to the next one beside it."""
        values: list[Any] = []
        for row in self.region.heads:
            cell = self.page.seen(row, column)
            if cell is not None:
                values.append(cell.value)
            elif row != self.region.heads[-1] and (band := self._band(row, column)):
                values.append(band)
        return [value for value in dict.fromkeys(values) if value is not None]

    def _band(self, row: int, column: int) -> Any:
        cells = self.page.rows.get(row, {})
        left = max((each for each in cells if each < column), default=0)
        below = self.page.seen(self.region.heads[-1], column)
        if not left or below is None or (row, left) in self.page.ends:
            return None
        value = cells[left].value
        return value if self.signs.sign(value, "columns") else None

    def _is_of_figures(self, column: int) -> bool:
        """Whether most of what stands in a column may be numbers."""
        cells = [cell for row in self.body if (cell := self.page.cell(row, column)) is not None]
        words = [
            cell
            for cell in cells
            if isinstance(cell.value, date)
            or _is_word(cell.value)
            or (isinstance(cell.value, str) and self.signs.sign(cell.value, "rows"))
        ]
        return 2 * len(words) <= len(cells)

    def _unknown(self, column: int, text: str) -> None:
        """A filled column that no word is known of."""
        filled = {(row, column) for row in self.body if self.page.cell(row, column)}
        words = [m for words in self.vocabulary.metrics.values() for w in words.values() for m in w]
        if filled and text:
            place = self.gathering.place(self.page, self.region.heads[-1], column)
            self.gathering.notice(
                "unknown-column",
                place,
                text,
                nearest=nearest(text, words) or "",
                count=len(filled),
                field=Named("section", self.declared.fills),
            )
            self.page.rest -= filled

    def _leave_out(self, kind: str, column: int, text: str, first: int) -> None:
        filled = {(row, column) for row in self.body if self.page.cell(row, column)}
        if filled:
            head = self.region.heads[-1]
            place, other = (self.gathering.place(self.page, head, at) for at in (column, first))
            of = Named("section", self.declared.fills)
            self.gathering.notice(kind, place, text, field=of, other=other)
            self.page.rest -= filled

    def _label_columns(self) -> list[int]:
        """The columns whose texts say of what a row is; a remark to the right is none.

        Neither is a column without a heading between the figures.
        """
        last = max((each.column for each in self.columns), default=self.region.right)
        first = min((each.column for each in self.columns), default=last)
        figures = {each.column for each in (*self.columns, *self.skipped)}
        return [
            column
            for column in range(self.region.left, self.region.right + 1)
            if column not in figures and (column in self.axes or column < last)
            and (self.corner.get(column) or (column in self.corner and column < first))
        ]  # fmt: skip

    # ------------------------------------------------ rows

    def _take(self, row: int) -> None:
        filled = [each for each in self.columns if self._is_there(row, each.column)]
        found = self._row(row)
        if self.declared.group == "count" and found is not None and found.sign.period:
            self._count(row, found)
            self.page.read(row)
            return
        if found is None:
            return
        if not filled:
            self._set_context(found)
            self.page.read(row, [*self.labels, *(each.column for each in self.skipped)])
            return
        if found.sign.skipped and not self._is_grand_total(found):
            self.page.read(row)
            return
        self._take_figures(row, found, filled)

    def _set_context(self, found: _Row) -> None:
        """A row of words alone heads the rows below it."""
        sign = replace(found.sign, skipped="")
        if _YEAR_ALONE.fullmatch(found.text):
            self.context_year, self.context = found.text, NOTHING
            return
        self.context = sign | replace(self.context, measure="") if sign else NOTHING
        self.context_unit = found.unit_text

    def _is_there(self, row: int, column: int) -> bool:
        return self.page.cell(row, column) is not None or (row, column) in self.page.covered

    def _is_grand_total(self, found: _Row) -> bool:
        """The sum of all groups is the figure without a group."""
        return bool(self.declared.rows) and found.sign.skipped == "total"

    def _row(self, row: int) -> _Row | None:
        """What the labels of a row say; None if it has none."""
        texts: list[str] = []
        sign, unknown, unit_text, at = NOTHING, "", "", 0
        breakdown: list[str] = []
        perspective = Perspective(self.declared.perspective)
        year = self._year_of_row(row) or self.context_year
        for column in self.labels:
            cell = self.page.seen(row, column)
            if cell is None or cell.value is None:
                continue
            text, axis = " ".join(raw_text(cell).split()), self.axes.get(column)
            own = self.declared.meant(text)
            if axis == "perspective":
                perspective = self._perspective(text, row, column)
            elif axis == "unit" or (axis is None and texts and unit_of(text)):
                unit_text = text
            elif axis in _GROUPS or (axis is None and not texts and self.declared.rows):
                if self._is_whole(text):
                    sign = sign | Sign(skipped="total" if self.declared.rows else "")
                elif self.vocabulary.is_total(text):
                    sign = sign | Sign(skipped=self._kind_of_total(text))
                elif self.signs.is_cumulated(text):
                    sign = sign | Sign(skipped="cumulated")
                elif PART.match(text) and self.declared.rows:
                    self._refuse_part(row, column, text)
                else:
                    breakdown.append(text)
            elif axis in ("source", "year"):
                continue
            else:
                said = self._said(cell.value, axis)
                if year and said.period is not None:
                    said = replace(said, period=self._in_year(said.period, text, year))
                if own is None and not said and axis in ("period", "scenario"):
                    self._refuse(row, column, axis, text)
                sign = said | sign
                if not said and not unknown:
                    unknown, at = text, column
            texts.append(text)
        if not texts:
            return None
        sign = self._quota(sign, unit_text)
        if year and sign.period is None:
            sign = replace(sign, period=Period(int(year)))
        return _Row(
            " ".join(texts), sign, unknown, at if sign else 0, perspective, " / ".join(breakdown),
            unit_text or next((unit for text in texts if (unit := unit_in(text))), ""),
        )  # fmt: skip

    def _quota(self, sign: Sign, unit_text: str) -> Sign:
        """The quota that the name of an amount means where the column of units says percent."""
        named = unit_of(unit_text) if unit_text else None
        if named is None or not named.percent or not sign.measure:
            return sign
        if self.vocabulary.unit_of(sign.measure) != "EUR":
            return sign
        return replace(sign, measure=self.vocabulary.quota_of(sign.measure) or sign.measure)

    def _year_of_row(self, row: int) -> str:
        """The year that a column of years says of a row."""
        columns = [column for column, axis in self.axes.items() if axis == "year"]
        cells = [cell for column in columns if (cell := self.page.seen(row, column)) is not None]
        return self.signs.year_of(cells[0].value) if cells else ""

    def _in_year(self, period: Period, text: str, year: str) -> Period:
        stated = self.signs.sign(f"{text} {year}", "rows").period
        return stated if stated is not None else replace(period, year=int(year))

    def _is_whole(self, text: str) -> bool:
        """Whether a row among groups carries the name of what is told apart: it sums them up."""
        measure = self.gathering.layout.measure_of(text, self.vocabulary)
        return bool(measure) and measure == self.whole.measure

    def _refuse_part(self, row: int, column: int, text: str) -> NoReturn:
        """A part of a group or of the sum is no group beside them."""
        place = self.gathering.place(self.page, row, column)
        near = nearest_metric(text, self.vocabulary)
        self.gathering.notice("unknown-measure", place, text, nearest=near, field=text)
        raise _Unreadable

    def _kind_of_total(self, text: str) -> str:
        """How a sum is read: "Gesamt" is no group, "Gesamt Bereich 1" sums up only a few."""
        words = (word for words in self.vocabulary.total_words.values() for word in words)
        if normalise(text) in map(normalise, words):
            return "total" if self.declared.rows else ""
        return "subtotal"

    def _said(self, value: Any, axis: str | None) -> Sign:
        if axis == "metric":
            text = str(value)
            if own := self.declared.meant(text):
                return self.signs.meaning(own)
            measure = self.gathering.layout.measure_of(text, self.vocabulary)
            return Sign(measure) if measure else self.signs.sign(value, "rows")
        sign = self.signs.sign(value, "rows")
        if sign.skipped == "total" and (measure := self.signs.measure_in_sum(str(value))):
            return Sign(measure)
        return sign

    def _perspective(self, text: str, row: int, column: int) -> Perspective:
        option = self.vocabulary.find_option("figures.perspective", text)
        if option is None:
            self._refuse(row, column, "perspective", text)
        return Perspective(option)

    def _refuse(self, row: int, column: int, axis: str, text: str) -> NoReturn:
        kind = "bad-date" if axis == "period" else "unknown-option"
        place = self.gathering.place(self.page, row, column)
        about = Named("field", f"figures.{axis}")
        self.gathering.notice(kind, place, text, field=about)
        raise _Unreadable

    # ------------------------------------------------ figures

    def _take_figures(self, row: int, found: _Row, filled: list[_Column]) -> None:
        mixed = evidence(self.page.cell(row, each.column) for each in self.columns).percent_mixed
        if found.sign.measure or found.unknown:
            self.context = replace(self.context, measure="")
            self.context_unit = found.unit_text
        elif not found.unit_text:
            found = replace(found, unit_text=self.context_unit)
        found, grand = self._completed(row, found, filled)
        values: dict[int, float] = {}
        for each in filled:
            sign = found.sign | each.sign if not each.sign else each.sign | found.sign
            sign = _dated(sign, found.sign, each) | self.context | self.whole
            value = self._take_one(row, found, each, sign, mixed=mixed)
            if value is not None:
                values[each.column] = value
        if found.sign.measure and not grand:
            self.context = replace(self.context, measure=found.sign.measure)
        self.page.read(row, [c for c in self.labels if c != found.remark])
        self._check_sums(row, found, values)

    def _completed(self, row: int, found: _Row, filled: list[_Column]) -> tuple[_Row, bool]:
        """The row with what its unknown label is: a group, a remark, a measure of its own."""
        if found.sign.skipped == "total":
            return replace(found, sign=replace(found.sign, skipped="")), True
        if not found.unknown:
            return found, False
        if found.sign:
            # A remark beside what the row is, or a group: it is told, and never in the total.
            group = found.unknown if found.sign.measure else ""
            texts = filter(None, [found.breakdown, group])
            return replace(found, breakdown=" / ".join(texts)), False
        column = next(c for c in self.labels if self.page.seen(row, c) is not None)
        dated = self.whole.period or self.context.period or all(e.sign.period for e in filled)
        if not dated:
            self._refuse(row, column, "period", found.unknown)
        place, text = self.gathering.place(self.page, row, column), found.unknown
        if self.whole.measure or all(each.sign.measure for each in filled):
            of = Named("section", self.declared.fills)
            self.gathering.notice("unknown-column", place, text, nearest="", field=of)
            raise _Unreadable
        if text not in self.near:
            self.near[text] = nearest_metric(text, self.vocabulary)
        near = self.near[text]
        self.gathering.notice("unknown-measure", place, text, nearest=near, field=text)
        return replace(found, sign=Sign(normalise(text))), False

    def _take_one(
        self, row: int, found: _Row, column: _Column, sign: Sign, *, mixed: bool
    ) -> float | None:
        """Read the figure of a row in one of its columns."""
        self._mind_title(sign)
        sign = self._aligned(sign)
        position = (row, column.column)
        if not sign.measure or sign.scenario is None or sign.period is None:
            return None  # stays unread, and is said so
        if sign.period.year != self.year:
            self._leave_year(sign.period.year, position, raw_text(self.page.cell(*position)))
            return None
        about = self._about(sign, found)
        wanted, unit = self._wanted(sign.measure, found, column)
        proof = replace(column.proof, percent_mixed=True) if mixed else column.proof
        if proof.mark is None and self.mark is not None:
            proof = replace(proof, mark=self.mark)
        label = f"{found.text} – {column.heading}"
        value = self.gathering.value(self.page, position, wanted, proof, about, label)
        if value is None:
            return None
        if unit == "EUR" and value.value is not None:
            self._note_scale(self.page.cell(*position), value, wanted, about)
        figure = Figure(
            sign.measure,
            sign.scenario,
            sign.period,
            value.value,
            unit,
            value.place,
            value.raw,
            found.perspective,
            found.breakdown,
            self.declared.fills,
        )
        if self.declared.group:
            self._add(figure, position)
            return None
        self._note_repeated(figure, about, value)
        self.gathering.figures.append(figure)
        return figure.value

    def _mind_title(self, sign: Sign) -> None:
        """Say once that the headings are of this year and the title of another: it was copied."""
        period, title = sign.period, self.title_year
        if period is None or title in (None, self.year, *self.years) or period.year != self.year:
            return
        if sign.scenario is Scenario.PY or self.declared.year:
            return
        self.years.add(title or 0)
        at = next((at for at, text in self.titles.items() if year_in(text) == title), None)
        place = self.gathering.place(self.page, *(at or (self.region.heads[0], self.region.left)))
        self.gathering.notice(
            "title-year",
            place,
            self.titles.get(at, "") if at else self.page.name,
            found=Amount(title, "year"),
            expected=Amount(self.year, "year"),
        )

    def _aligned(self, sign: Sign) -> Sign:
        """What happened in the year before is the prior year of this one."""
        period = sign.period
        if period is None or period.year != self.year - 1:
            return sign
        if sign.scenario is Scenario.ACTUAL or (
            sign.scenario is Scenario.PY and self.title_year != self.year - 1
        ):
            return replace(sign, scenario=Scenario.PY, period=replace(period, year=self.year))
        return sign

    def _wanted(self, measure: str, found: _Row, column: _Column) -> tuple[Wanted, str]:
        unit = self.vocabulary.unit_of(measure)
        unit_text = found.unit_text or column.unit_text
        if not unit and (named := unit_of(unit_text)) is not None:
            unit = "percent" if named.percent else "EUR" if named.currency else ""
        if not unit_text and unit == "EUR":
            unit_text = self.unit_text
        if column.unit_text and unit not in ("EUR", "percent", ""):
            unit_text = found.unit_text
        return replace(in_unit(Wanted("number"), unit), unit_text=unit_text), unit

    def _about(self, sign: Sign, found: _Row) -> tuple[Any, ...]:
        known = sign.measure in self.vocabulary.metrics
        named = Named("measure", sign.measure) if known else (found.unknown or sign.measure)
        whose = [found.perspective] if found.perspective is not Perspective.OWN else []
        group = [found.breakdown] if found.breakdown else []
        return (named, *whose, *group, sign.scenario, sign.period)

    def _note_repeated(self, figure: Figure, about: Any, value: Value) -> None:
        """Say once a row or column that a period was there before."""
        key = (figure.measure, figure.scenario, figure.period, figure.perspective, figure.breakdown)
        first = self.known.setdefault(key, figure.place)
        told = (figure.scenario, figure.period)
        if first != figure.place and told not in self.repeated:
            self.repeated.add(told)
            self.gathering.notice(
                "period-repeated", value.place, value.raw, field=about, other=first
            )

    def _note_scale(self, cell: Cell | None, value: Value, wanted: Wanted, about: Any) -> None:
        """Say that an amount shows another unit than the table's: T€ among euros."""
        assert cell is not None
        stated = unit_of(wanted.unit_text) if wanted.unit_text else None
        expected = (stated.scale if stated else None) or self.gathering.setting.scale
        shown = scale_shown(cell)
        if shown in (None, expected) or (not isinstance(cell.value, str) and shown == self.habit):
            self.usual = self.usual or value.place
            return
        self.gathering.notice(
            "scales-mixed",
            value.place,
            value.raw,
            field=about,
            new=Amount(value.value, "EUR"),
            shown=_UNITS.get(shown, ""),
            expected=_UNITS.get(expected, ""),
            other=self.usual or self.gathering.place_of(self.page.name),
        )

    def _habit(self) -> int | None:
        """The scale that most numbers of the table show by their format, whatever it means."""
        numbers = [
            cell
            for row in self.body
            for each in self.columns
            if (cell := self.page.cell(row, each.column)) and not isinstance(cell.value, str)
        ]
        shown = Counter(scale_shown(cell) for cell in numbers).most_common(1)
        return shown[0][0] if shown else None

    def _leave_year(self, year: int, position: Position, raw: str) -> None:
        """Note once a table that figures are of another year; they are left out."""
        self.page.rest.discard(position)
        if year not in self.years:
            self.years.add(year)
            place = self.gathering.place(self.page, *position)
            found, expected = Amount(year, "year"), Amount(self.year, "year")
            other = self.gathering.place_of_field("fiscal_year")
            about = {"found": found, "expected": expected, "other": other}
            self.gathering.notice("year-differs", place, raw, **about)

    # ------------------------------------------------ sums of rows

    def _count(self, row: int, found: _Row) -> None:
        sign = self._aligned(found.sign | self.whole)
        if sign.period is None or sign.scenario is None or not sign.measure:
            return
        column = next((c for c in self.labels if self.page.cell(row, c)), self.region.left)
        if sign.period.year != self.year:
            self._leave_year(sign.period.year, (row, column), found.text)
            return
        unit = self.vocabulary.unit_of(sign.measure)
        place = self.gathering.place(self.page, row, column)
        figure = Figure(
            sign.measure, sign.scenario, sign.period, 1, unit, place, "",
            found.perspective, found.breakdown, self.declared.fills,
        )  # fmt: skip
        self._add(figure, (row, column))

    def _add(self, figure: Figure, position: Position) -> None:
        """Add a row to the figure of its quarter."""
        period = figure.period
        if period.grain == "M":
            period = Period(period.year, "Q", (period.number - 1) // 3 + 1)
        key = (figure.measure, figure.scenario, period, figure.perspective, figure.breakdown)
        known = self.sums.get(key)
        if known is None:
            known = self.sums[key] = _Sum(replace(figure, period=period, value=0))
        known.cells.append(position)
        if figure.value is None:
            known.complete = False
        else:
            known.figure = replace(known.figure, value=(known.figure.value or 0) + figure.value)

    def _put_sums(self) -> None:
        for each in self.sums.values():
            value = each.figure.value if each.complete else None
            place = self.gathering.area(self.page, each.cells)
            raw = str(len(each.cells))
            self.gathering.figures.append(replace(each.figure, value=value, place=place, raw=raw))

    # ------------------------------------------------ sums as checks

    def _check_sums(self, row: int, found: _Row, values: Mapping[int, float]) -> None:
        """Compare the columns that sum up others with the figures to their left."""
        for total in self.skipped:
            self.page.rest.discard((row, total.column))
            if total.sign.skipped not in ("total", "cumulated"):
                continue
            sign = total.sign | found.sign | self.context | self.whole
            measure = self.vocabulary.measures.get(sign.measure)
            sums = list(self._sums(total, values))
            if sums and measure is not None and measure.over_time == "sum":
                self._check(row, found, total, sign, sums)

    def _sums(self, total: _Column, values: Mapping[int, float]) -> Iterator[float]:
        """What a column may sum up: columns to its left of its scenario, by length of period."""
        before = [
            each
            for each in self.columns
            if each.column < total.column
            and each.column in values
            and total.sign.measure in ("", each.sign.measure)
        ]
        scenario = total.sign.scenario or (before[-1].sign.scenario if before else None)
        until = total.sign.period
        for grain in _STEPS:
            parts = [
                values[each.column]
                for each in before
                if (period := each.sign.period) is not None
                and each.sign.scenario is scenario
                and period.grain == grain
                and (until is None or period.ends() <= until.ends())
            ]
            if len(parts) > 1:
                yield sum(parts)

    def _check(self, row: int, found: _Row, total: _Column, sign: Sign, sums: list[float]) -> None:
        wanted, unit = self._wanted(sign.measure, found, total)
        stated = self.gathering.aside().value(
            self.page, (row, total.column), wanted, total.proof, (), ""
        )
        if stated is None or stated.value is None:
            return
        if any(close(stated.value, each) for each in sums):
            return
        self.gathering.notice(
            "total-differs",
            stated.place,
            stated.raw,
            field=(Named("measure", sign.measure), total.heading),
            stated=Amount(stated.value, unit),
            sum=Amount(sums[0], unit),
        )

    # ------------------------------------------------ gaps

    def _note_gaps(self) -> None:
        """A month or quarter that is left out between others: between which, and where they are."""
        steps: dict[tuple[Scenario, str], dict[int, Place]] = {}
        for (_, scenario, period, *_), place in self.known.items():
            if period.grain in _STEPS:
                steps.setdefault((scenario, period.grain), {}).setdefault(period.number, place)
        for (scenario, grain), places in steps.items():
            known = sorted(places)
            for before, after in pairwise(known):
                missing = tuple(Period(self.year, grain, at) for at in range(before + 1, after))
                if missing:
                    self.gathering.notice(
                        "period-gap",
                        places[before],
                        "",
                        field=scenario,
                        missing=missing,
                        other=places[after],
                    )


def _is_word(value: Any) -> bool:
    """Whether a text is no number, nor what stands for one."""
    if not isinstance(value, str):
        return False
    letters, digits = sum(map(str.isalpha, value)), sum(map(str.isdigit, value))
    return (
        letters > 2 * digits and letters > 4 if digits else letters > 0 and len(value.strip()) > 4
    )


def _dated(sign: Sign, row: Sign, column: _Column) -> Sign:
    """*sign* with the month or quarter of its row, where the heading names only the year of it."""
    said, own = column.sign.period, row.period
    if said is None or own is None or said.grain != "FY" or own.grain == "FY":
        return sign
    return replace(sign, period=own) if year_in(column.heading) == own.year else sign
