"""Tables of figures on a sheet that nobody has described: where they stand, how they are read.

The engine that reads declared tables finds them here, too: a table is proposed as the declaration
that makes the engine read it. What a table leaves open (its scenario, its period, its measure) is
looked for in its title and in the sheet's name, and left open if it is not there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import PurePosixPath

from kam_reports.layouts.anchors import Region, tables_on
from kam_reports.layouts.blocks import restates
from kam_reports.layouts.declaring import AXES, Declared
from kam_reports.layouts.gathering import Gathering
from kam_reports.layouts.pages import Page, Position
from kam_reports.layouts.proposing.likeness import Guesser, Likeness
from kam_reports.layouts.signs import Sign, Signs, stands_for_the_year, year_in
from kam_reports.layouts.tables import Table
from kam_reports.model import Scenario
from kam_reports.values import unit_of
from kam_reports.vocabulary import normalise

_LEAST_PERIODS = 3  # fewer side by side may be anything
_LEAST_HEADINGS = 3
_LOOKED_AT = 60  # filled rows of a sheet whose words may be like those of a header
_LONGEST = 60  # letters of a label
_LEAST_ROWS = 3  # fewer that say the same may do so by chance
_MOST_GUESSES = 80  # labels of a table that are compared with known words
_DIMENSIONS = ("scenario", "period", "measure")
_GROUPS = ("product_group", "region")
_HEADERS = ("plan", "header")  # of plans and of scorecards
_NAMES = ("account_id", "account_name", "partner_id", "partner_name")
_OF_INVOICES = ("rechnung", "beleg", "buchung", "faktura", "invoice", "posting", "billing")
_SCALE = re.compile(
    r"[€$£]\s?[mkt]\b|\b[mkt]\s?[€$£]|\b(?:[tmk]eur|mio|tsd|million|thousand|tausend)|'?000\b|\bm(?:eur|€)",
    re.IGNORECASE,
)
_BOOKED = 1.5  # rows of a period, on average, that are single bookings


@dataclass(slots=True)
class Surveyed:
    """A table of figures that was found, with the declaration that reads it."""

    region: Region
    declared: Declared
    table: Table
    guesses: dict[str, Likeness] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    assumed: str = ""
    known: int = 0  # headings that are understood
    share: float = 1.0  # and which share of them

    @property
    def hints(self) -> tuple[object, ...]:
        """What is declared of it beside its anchors: alike for tables of one form."""
        d = self.declared
        stated = (d.scenario, d.period, d.measure, d.unit, d.group, d.rows)
        return (d.fills, d.kind, d.measures, d.periods, d.scenarios, *stated)


def survey(
    page: Page, fills: str, gathering: Gathering, guesser: Guesser, form: Collection[int] = ()
) -> list[Surveyed]:
    """The tables of figures on *page*, from the top; the rows of a *form* are none."""
    rows = {row: cells for row, cells in page.rows.items() if row not in form}
    page = replace(page, rows=rows, known_texts={})
    plain = Declared(fills, sheet=(page.name,))
    headings = _guessed_headings(page, Signs(plain, gathering), guesser)
    words = {text: like.key for text, like in headings.items()}
    found = []
    for region in tables_on(page, replace(plain, words=words), gathering):
        known = _with_guesses(region, plain, gathering, guesser)
        if known is not None and (table := _settled(*known, gathering)) is not None:
            found.append(table)
    return found


# ---------------------------------------------------------------- words


def _guessed_headings(page: Page, signs: Signs, guesser: Guesser) -> dict[str, Likeness]:
    """What headings are like of which few are known, so that their row is seen to be a header."""
    guesses: dict[str, Likeness] = {}
    for row in list(page.rows)[:_LOOKED_AT]:
        texts = page.texts(row)
        if len(texts) < _LEAST_HEADINGS or len(texts) < len(page.rows[row]):
            continue
        known = sum(signs.heads(text) for text in texts.values())
        if not known or 2 * known >= len(texts):
            continue
        likes = {text: guesser.measure(text) for text in texts.values() if len(text) <= _LONGEST}
        guesses |= {text: like for text, like in likes.items() if like is not None}
    return guesses


def _with_guesses(
    region: Region, plain: Declared, gathering: Gathering, guesser: Guesser
) -> tuple[Region, Declared, dict[str, Likeness]] | None:
    """The region with the words that are only like known ones."""
    guesses: dict[str, Likeness] = {}
    signs = Signs(plain, gathering)
    named = {
        sign.measure
        for text in _texts(region)
        if (sign := signs.sign(text, "rows")).measure
        and guesser.measure(text) is None
        and unit_of(text) is None  # "Stk." is a unit beside a measure rather than units sold
    }
    for text in islice(_texts(region), _MOST_GUESSES):
        like = guesser.measure(text)
        # What stands there under its own name is hardly meant by a typing error as well.
        if like is not None and like.key not in named:
            guesses[text] = like
    twice = [key for key, n in Counter(_keys(guesses)).items() if n > 1]
    guesses = {text: like for text, like in guesses.items() if like.key not in twice}
    words = {text: like.key for text, like in guesses.items()}
    return region, replace(plain, words=words), guesses


def _keys(guesses: Mapping[str, Likeness]) -> Iterator[str]:
    """The keys of different texts: "Umstaz" and "umstaz" are one."""
    yield from {(normalise(text), like.key): like.key for text, like in guesses.items()}.values()


def _texts(region: Region) -> Iterator[str]:
    """The different texts of a table that may be labels: in its header, and in columns of words."""
    page = region.page
    assert page is not None
    told: dict[str, None] = {}
    for row in region.heads:
        told |= dict.fromkeys(page.texts(row).values())
    body = [row for row in page.rows if row > region.heads[-1]]
    numbers = Counter(
        c for row in body for c, cell in page.rows[row].items() if _is_number(cell.value)
    )
    words = Counter(c for row in body for c in page.texts(row))
    labels = [c for c in words if words[c] > numbers[c]]
    for row in body:
        texts = page.texts(row)
        told |= dict.fromkeys(texts[c] for c in labels if c in texts)
        if len(told) > 2 * _MOST_GUESSES:
            return
    yield from (text for text in told if len(text) <= _LONGEST)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# ---------------------------------------------------------------- what the table leaves open


def _settled(
    region: Region, declared: Declared, guesses: dict[str, Likeness], gathering: Gathering
) -> Surveyed | None:
    """The declaration that reads the table, or None if it is no table of figures."""
    region = replace(region, declared=declared)
    table = _opened(region, gathering)
    rows = list(table.labelled())
    if not rows or not table.columns or not table.labels:
        return None  # without labels, headings over single values are those of a form
    if not _is_of_one_account(table, gathering):
        return None
    missing = [name for name in _DIMENSIONS if not _is_told(name, table, rows)]
    hints: dict[str, str] = {}
    for name, said in _said_by_corner(table, rows):
        if name in missing:
            hints[name] = said
            missing.remove(name)
    for name in missing:
        where = _told_outside(name, table, declared, gathering)
        if where:
            hints[f"{name}s"] = where
    if "period" in missing and "periods" not in hints and _is_of_a_year(table, rows, gathering):
        hints["period"] = "FY"
        missing.remove("period")
    groups = next((axis for axis in table.axes.values() if axis in _GROUPS), "")
    if "measures" in hints and groups:
        hints["rows"] = groups
    elif "measures" in hints and not _only_periods(rows):
        del hints["measures"]  # rows that nobody knows are no groups of what the title names
    left = [name for name in missing if f"{name}s" not in hints]
    settled = replace(declared, **hints)  # type: ignore[arg-type]
    found = Surveyed(region, settled, table, guesses, tuple(left))
    found.known, found.share = _understood(table)
    _mind_bookings(found, rows, gathering)
    _skip_remarks(found)
    if {"measure", "period"} <= set(found.open) or not _is_plausible(found, rows):
        return None
    if _is_long(table):
        found.declared = replace(found.declared, kind="long")
    return found


def _opened(region: Region, gathering: Gathering) -> Table:
    page, quiet = region.page, gathering.aside()
    assert page is not None
    return Table(region, page, quiet, gathering.setting.fiscal_year or 2000)


def _is_told(name: str, table: Table, rows: Sequence[Sign]) -> bool:
    """Whether headings or labels say it of most figures."""
    columns = [each.sign for each in table.columns]
    in_columns = sum(bool(getattr(sign, name)) for sign in columns)
    in_rows = sum(bool(getattr(sign, name)) for sign in rows if not sign.skipped)
    counted = sum(not sign.skipped for sign in rows)
    if name == "measure" and not in_rows and _headed(table):
        return True
    if name == "measure" and set(_GROUPS) & set(table.axes.values()):
        # Groups with their sum: "Umsatz" below them is the name of what they are groups of.
        return 2 * in_columns >= len(columns) or len({s.measure for s in rows if s.measure}) > 1
    if name == "measure":
        # A few known measures among labels that nobody knows are a table of measures all the same.
        return 2 * in_columns >= len(columns) or 4 * in_rows >= counted or in_rows >= 2
    if table.whole.scenario and name == "scenario":
        return True
    told = 2 * in_columns >= len(columns) or 2 * in_rows >= counted
    return told or (name == "scenario" and _stacked(rows))


def _said_by_corner(table: Table, rows: Sequence[Sign]) -> Iterator[tuple[str, str]]:
    """What the heading of the labels says of all figures: "Plan", "Umsatz in T€", "FY2026"."""
    for column in table.labels[:1]:
        sign = table.signs.sign(table.corner.get(column, ""), "columns")
        if column in table.axes or sign.skipped:
            return
        if sign.scenario is not None:
            yield "scenario", sign.scenario.value
        if sign.measure and _only_periods(rows):
            yield "measure", sign.measure
        if sign.period is not None and sign.period.year == table.signs.year:
            yield "period", sign.period.short


def _is_of_a_year(table: Table, rows: Sequence[Sign], gathering: Gathering) -> bool:
    """Whether a table of plans without a period is that of the year that its title names.

    What happened may be that of a few months, and with it the plan beside it: then nobody knows.
    """
    signs = [*(each.sign for each in table.columns), *rows]
    said = {sign.scenario for sign in signs if sign.scenario} | {table.whole.scenario} - {None}
    whole, stem = table.region.whole, PurePosixPath(gathering.book).stem
    above = [row for row in whole.rows if row < table.region.heads[0]]
    titles = [
        text for row in above if len(whole.rows[row]) == 1 for text in whole.texts(row).values()
    ]
    texts = [*titles, table.page.name, stem]
    return (
        bool(said)
        and Scenario.ACTUAL not in said
        and not any(each.sign.skipped == "cumulated" for each in table.skipped)
        and any(year_in(text) for text in texts)
        and stands_for_the_year(texts, table.signs)
        and not _hides_a_scale(table)
    )


def _hides_a_scale(table: Table) -> bool:
    """Whether a text of the sheet speaks of thousands or millions that the table does not take."""
    page = table.region.whole
    said = (text for row in page.rows for text in page.texts(row).values())
    return not table.unit_text and any(_SCALE.search(text) for text in said)


def _headed(table: Table) -> bool:
    """Whether rows of words alone name the measure of the rows below them."""
    texts = (
        text
        for row in table.body
        if len(table.page.rows[row]) == 1
        for text in table.page.texts(row).values()
    )
    return any(table.signs.sign(text, "rows").measure for text in texts)


def _stacked(rows: Sequence[Sign]) -> bool:
    """Whether rows of two scenarios alternate, with variances between them."""
    return len({sign.scenario for sign in rows if sign.scenario}) > 1


def _told_outside(name: str, table: Table, declared: Declared, gathering: Gathering) -> str:
    """Where the title or the sheet's name says it: ``title``, ``sheet`` or nowhere."""
    titles = list(table.titles.values())[::-1]
    for where, texts in (("title", titles), ("sheet", [table.page.name])):
        trial = replace(declared, **{f"{name}s": where})  # type: ignore[arg-type]
        region = replace(table.region, declared=trial)
        whole = _opened(region, gathering).whole
        if texts and getattr(whole, name):
            return where
    return ""


def _only_periods(rows: Sequence[Sign]) -> bool:
    return bool(rows) and all(sign.period or sign.scenario or sign.skipped for sign in rows)


def _is_long(table: Table) -> bool:
    """Whether a row is a single figure, with a column each for what it is of."""
    return "metric" in table.axes.values() and "period" in table.axes.values()


def _mind_bookings(found: Surveyed, rows: Sequence[Sign], gathering: Gathering) -> None:
    """Single bookings of goods, each with its day, are added up; they have happened."""
    table, page = found.table, found.table.page
    days = next((c for c, axis in table.axes.items() if axis == "period"), 0)
    values = [cell.value for row in table.body if days and (cell := page.cell(row, days))]
    dated = [value for value in values if isinstance(value, date)]
    periods = [sign.period for sign in rows if sign.period]
    many = len(periods) > _BOOKED * len(set(periods))
    if len(dated) < len(values) or not dated or not many or "period" in found.open:
        return
    columns = [each for each in table.columns if each.sign.measure]
    if len({each.sign.measure for each in columns}) < len(columns) or not columns:
        return
    measures = gathering.vocabulary.measures
    adds_up = all(
        (known := measures.get(each.sign.measure)) is not None and known.over_time == "sum"
        for each in columns
    )
    names = [page.name, *table.titles.values()]
    named = any(found.table.signs.inside(name) or _says_measure(name, found) for name in names)
    invoiced = any(word in normalise(table.corner.get(days, "")) for word in _OF_INVOICES)
    if not adds_up or not (named or invoiced):
        return
    kept = {c for c, axis in table.axes.items() if axis in ("period", "scenario", "unit", *_GROUPS)}
    others = {t: "skip" for c, t in table.corner.items() if c not in kept and t}
    scenario = found.declared.scenario
    if "scenario" in found.open:
        scenario, found.assumed = Scenario.ACTUAL.value, "actual"
        found.open = tuple(name for name in found.open if name != "scenario")
    found.declared = replace(
        found.declared, kind="long", group="sum", scenario=scenario, skip=tuple(others)
    )


def _skip_remarks(found: Surveyed) -> None:
    """A column before the figures that nobody knows and that tells no groups apart.

    Who answers for a measure stands once beside it; groups would stand there with the same measure
    several times. What is the same in every row, as the account's name, is no group either.
    """
    table, page = found.table, found.table.page
    first = table.labels[:1]
    remarks = []
    for column, texts in _unplaced(table):
        signs = [table.signs.sign(text, "rows") for text in texts.values()]
        beside = [page.seen(row, first[0]) for row in texts]
        alike = Counter(str(cell.value) for cell in beside if cell is not None)
        lone = column not in first and max(alike.values(), default=0) == 1
        if texts and not any(signs) and (lone or _says_nothing(texts)):
            remarks.append(table.corner[column])
    if remarks and found.declared.group == "":
        found.declared = replace(found.declared, skip=tuple(remarks))


def _says_nothing(texts: Mapping[int, str]) -> bool:
    """Whether a column says the same in all of many rows."""
    return len(texts) >= _LEAST_ROWS and len(set(texts.values())) == 1


def _unplaced(table: Table) -> Iterator[tuple[int, dict[int, str]]]:
    """The columns of labels whose heading is no dimension, with their texts by row."""
    for column in table.labels:
        if column not in table.axes and table.corner.get(column):
            yield (
                column,
                {row: text for row in table.body if (text := table.page.text(row, column))},
            )


def _is_of_one_account(table: Table, gathering: Gathering) -> bool:
    """Whether no column headed as accounts are names several: that is not one plan's table."""
    headed = (
        texts
        for column, texts in _unplaced(table)
        if any(
            gathering.layout.field_of(header, table.corner[column], gathering.vocabulary) in _NAMES
            for header in _HEADERS
        )
    )
    return all(len(set(map(normalise, texts.values()))) <= 1 for texts in headed)


def _says_measure(text: str, found: Surveyed) -> bool:
    layout = found.table.gathering.layout
    words = [text, *text.split()]
    return any(layout.measure_of(word, found.table.vocabulary) for word in words)


def _is_plausible(found: Surveyed, rows: Sequence[Sign]) -> bool:
    """Whether what heads the table is more than a few words that happen to be known."""
    signs = [each.sign for each in found.table.columns]
    periods = {sign.period for sign in (*signs, *rows) if sign.period}
    scenarios = {sign.scenario for sign in (*signs, *rows) if sign.scenario}
    measures = {sign.measure for sign in (*signs, *rows) if sign.measure}
    by_axis = sum(axis in AXES for axis in found.table.axes.values()) >= 2
    if found.share < 0.5:
        return False
    dated = len(periods) >= _LEAST_PERIODS and _follow(periods)
    outside = {found.declared.scenarios, found.declared.periods} & {"title", "sheet"}
    return bool(measures or "measure" not in found.open) and (
        dated or bool(scenarios) or by_axis or bool(outside)
    )


def _follow(periods: set) -> bool:  # type: ignore[type-arg]
    """Whether periods follow each other, but for a few that are left out."""
    for grain in ("M", "Q", "H", "FY"):
        numbers = sorted(p.year * 12 + p.number for p in periods if p.grain == grain)
        if len(numbers) >= _LEAST_PERIODS and numbers[-1] - numbers[0] < 2 * 12 + len(numbers):
            return True
    return False


def _understood(table: Table) -> tuple[int, float]:
    """How many headings are understood, and which share of them."""
    heads = {c for c in range(table.region.left, table.region.right + 1) if _head(table, c)}
    known = {each.column for each in (*table.columns, *table.skipped)} | set(table.axes)
    known |= {c for c in heads if restates(_head(table, c), table.vocabulary)}
    if not heads:
        return 0, 0.0
    corner = {min(heads)} & set(table.corner)  # it may be called anything
    return len(known & heads), len((known | corner) & heads) / len(heads)


def _head(table: Table, column: int) -> str:
    for row in reversed(table.region.heads):
        cell = table.page.seen(row, column)
        if cell is not None and cell.value is not None:
            return str(cell.value)
    return ""


def places_of(found: Surveyed) -> dict[Position, str]:
    """What the cells of a table are: head, label or figure, as far as they can be read."""
    table, cells = found.table, dict[Position, str]()
    for row in table.region.heads:
        cells |= {(row, c): "head" for c in table.page.rows.get(row, {})}
    for row in table.body:
        for c in table.page.rows[row]:
            if c in table.labels:
                cells[row, c] = "label"
    return cells
