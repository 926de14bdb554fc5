"""Forms and lists: the entries of a plan."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from math import isclose

from kam_reports.layouts.blocks import Block, Label
from kam_reports.layouts.gathering import (
    Gathering,
    evidence_of,
    in_unit,
    named_field,
    wanted_of,
)
from kam_reports.layouts.pages import Page
from kam_reports.model import Amount, Entry, Named, Value
from kam_reports.values import UNPROVEN, Column, Wanted, evidence, raw_text
from kam_reports.vocabulary import Field, Section, nearest

_WORDS = frozenset(["text", "longtext", "code", "person", "ref", "email", "phone"])
_PROVEN = frozenset(["int", "number", "money", "pct", "score5", "date"])
_ANCHORS = frozenset(["anchor_0", "anchor_100"])
_JUDGED_BY_ATTAINMENT = frozenset(["EUR", "units", "count"])  # their anchors are percent of target
_ADDS_UP = ("money", "number", "int", "pct")
_EXPLAINING = 2  # columns beside a value that may explain it
_ROUNDING = 0.005  # what a stated sum may differ by

# ---------------------------------------------------------------- forms


def take_form(block: Block, gathering: Gathering) -> Entry:
    """Read a form: every label with the value beside it."""
    page, section = block.page, block.section
    values: dict[str, Value] = {}
    labels = _aligned(block, gathering)
    together = evidence_of(page.cell(*label.value) for label in labels)
    for label in labels:
        declared = section.fields[label.field]
        text = page.text(label.row, label.column)
        wanted = wanted_of(declared, text)
        page.rest.discard((label.row, label.column))
        value = gathering.value(page, label.value, wanted, together, named_field(declared), text)
        first = values.get(label.field)
        if value is None:
            # A blank cell has its place, too: there the value is to be filled in.
            blank = Value(None, gathering.place(page, *label.value))
            values.setdefault(label.field, blank)
        elif first is None or (first.value is None and not first.raw):
            values[label.field] = value
        elif first.value != value.value:
            gathering.notice(
                "stated-twice",
                value.place,
                value.raw,
                field=named_field(declared),
                other=first.place,
                used=first.raw,
            )
    _note_rest_of_form(block, labels, gathering)
    gathering.note_hidden(page, (label.value for label in labels))
    entry = Entry(section.key, values, gathering.place(page, block.top, _first_column(block)))
    gathering.entries.append(entry)
    return entry


def _aligned(block: Block, gathering: Gathering) -> list[Label]:
    """The labels, with the values one column further if a blank column was put between.

    Explanations stand to the right of values, too; so two of the cells must be a number, a date
    or a choice as their field wants it. If some labels have their values in a column, because they
    are merged, the others have theirs there, too.
    """
    page, labels = block.page, block.labels
    if any(label.below for label in labels):
        return labels
    columns = {label.beside for label in labels if page.cell(*label.value)}
    if columns:
        return [_reaching(label, columns, page) for label in labels]
    further = [replace(label, beside=label.beside + 1) for label in labels]
    quiet, fitting = gathering.aside(), 0
    rest = set(page.rest)
    for label in further:
        declared = block.section.fields[label.field]
        if declared.type not in _WORDS:
            value = quiet.value(page, label.value, wanted_of(declared), UNPROVEN, None, "")
            fitting += value is not None and value.value is not None
    page.rest = rest
    return further if fitting >= 2 else labels


def _reaching(label: Label, columns: Collection[int], page: Page) -> Label:
    """The label with its value in the next column, if others have theirs there and it has none."""
    if page.cell(*label.value) is not None or label.value in page.covered:
        return label
    near = (label.beside + 1,)
    found = [c for c in near if c in columns and page.cell(label.row, c) is not None]
    return replace(label, beside=found[0]) if found else label


def _first_column(block: Block) -> int:
    return min((label.column for label in block.labels), default=1)


def _note_rest_of_form(block: Block, labels: list[Label], gathering: Gathering) -> None:
    """Lines that no field is called; a text to the right of a value explains it."""
    page = block.page
    by_row: dict[int, list[Label]] = {}
    for label in labels:
        by_row.setdefault(label.row, []).append(label)
    beside = {label.column: label.beside - label.column for label in labels}
    for row in block.body:
        last = max((label.beside for label in by_row.get(row, ())), default=0)
        for column, text in page.texts(row).items():
            if row in by_row:
                if last < column <= last + _EXPLAINING:
                    page.rest.discard((row, column))
            elif column in beside and page.cell(row, column + beside[column]) is not None:
                gathering.notice(
                    "unknown-column",
                    gathering.place(page, row, column),
                    text,
                    nearest=nearest(text, section_words(block.section)) or "",
                    field=Named("section", block.section.key),
                )
                page.read(row)
                break


# ---------------------------------------------------------------- lists


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list: its field, how its cells are to be read, and what they prove."""

    declared: Field
    wanted: Wanted
    column: Column
    heading: str
    about: Named
    known: tuple[str, ...] = ()  # oddities that need no word there


def take_list(block: Block, gathering: Gathering) -> list[Entry]:
    """Read a list: a record for every row that says something."""
    page = block.page
    columns = dict(_columns(block, gathering))
    metric = next((c for c, it in columns.items() if it.declared.type == "metric"), None)
    unit = next((c for c, it in columns.items() if it.declared.key == "unit"), None)
    entries: list[Entry] = []
    rows: list[int] = []
    for row in block.body:
        if _is_total(block, row, gathering):
            _check_total(block, row, columns, entries, gathering)
            page.read(row)
        elif _is_record(block, row, columns):
            for_row = _for_row(columns, metric, unit, block, row, gathering)
            entries.append(_record(block, row, for_row, gathering))
            rows.append(row)
        else:
            page.read(row, columns)
    gathering.entries += entries
    gathering.note_hidden(page, ((row, column) for row in rows for column in columns))
    return entries


def _columns(block: Block, gathering: Gathering) -> Iterator[tuple[int, ListColumn]]:
    page, section = block.page, block.section
    taken: dict[str, int] = {}
    for column, key in block.fields.items():
        heading = str(block.headings[column])
        filled = [(row, column) for row in block.body if page.cell(row, column) is not None]
        declared = section.fields[key]
        if key in taken:
            if filled:
                gathering.notice(
                    "repeated-column",
                    gathering.place(page, block.top, column),
                    heading,
                    field=named_field(declared),
                    other=gathering.place(page, block.top, taken[key]),
                )
                page.rest -= set(filled)
            continue
        taken[key] = column
        proof = UNPROVEN
        if declared.type in _PROVEN:
            proof = evidence(page.cell(*position) for position in filled)
        gathering.note_column(page, proof, filled, named_field(declared))
        about = named_field(declared)
        wanted = wanted_of(declared, heading)
        # Who declared the list has seen that its heading states a unit of its own.
        known = ("scale-differs",) if block.declared and wanted.unit_text else ()
        yield column, ListColumn(declared, wanted, proof, heading, about, known)
    for column, unknown in block.headings.items():
        if column not in block.fields:
            note_unknown_column(block, column, str(unknown), gathering)


def note_unknown_column(block: Block, column: int, heading: str, gathering: Gathering) -> None:
    """Note a filled column that no field is called."""
    page = block.page
    filled = {(row, column) for row in block.body if page.cell(row, column) is not None}
    if not filled:
        return
    gathering.notice(
        "unknown-column",
        gathering.place(page, block.top, column),
        heading,
        nearest=nearest(heading, section_words(block.section)) or "",
        count=len(filled),
        field=Named("section", block.section.key),
    )
    page.rest -= filled


def _is_record(block: Block, row: int, columns: Mapping[int, ListColumn]) -> bool:
    """Whether a row says anything: what is prepared for rows to come does not.

    That is a number of the row, or a formula that finds nothing to count.
    """
    if any((row, column) in block.page.covered for column in columns):
        return True
    cells = ((it.declared, block.page.cell(row, column)) for column, it in columns.items())
    return any(
        (declared.type != "code" or declared.required == "yes")
        and not (cell.formula and cell.value == 0)
        for declared, cell in cells
        if cell is not None
    )


def _for_row(
    columns: Mapping[int, ListColumn],
    metric: int | None,
    unit: int | None,
    block: Block,
    row: int,
    gathering: Gathering,
) -> Mapping[int, ListColumn]:
    """The columns as this row has them: a metric or a unit in it tells what its numbers are."""
    if metric is None and unit is None:
        return columns
    vocabulary, page = gathering.vocabulary, block.page
    free = {
        column: it
        for column, it in columns.items()
        if it.declared.type == "number" and not it.declared.unit
    }
    mixed = evidence(page.cell(row, column) for column in free).percent_mixed
    found = dict(columns)
    for column, it in free.items():
        wanted = it.wanted
        if metric is not None and (text := page.text(row, metric)):
            key = vocabulary.find_metric(text, gathering.layout.document)
            unit_of_metric = vocabulary.unit_of(key) if key else ""
            if it.declared.key in _ANCHORS and unit_of_metric in _JUDGED_BY_ATTAINMENT:
                unit_of_metric = "percent"
            wanted = in_unit(wanted, unit_of_metric)
        if unit is not None and (cell := page.cell(row, unit)) is not None:
            wanted = replace(wanted, unit_text=raw_text(cell))
        found[column] = replace(it, wanted=wanted, column=replace(it.column, percent_mixed=mixed))
    return found


def _record(
    block: Block, row: int, columns: Mapping[int, ListColumn], gathering: Gathering
) -> Entry:
    page = block.page
    title = next(iter(page.texts(row).values()), "")
    filled, values = page.rows[row], {}
    for column, it in columns.items():
        value = None
        if column in filled or page.covered:
            label = f"{title} – {it.heading}" if title else it.heading
            at = (row, column)
            value = gathering.value(page, at, it.wanted, it.column, it.about, label, it.known)
        # A blank cell has its place, too: there a missing value is to be filled in.
        values[it.declared.key] = value or Value(None, gathering.place(page, row, column))
    first = min(columns, default=1)
    return Entry(block.section.key, values, gathering.place(page, row, first))


def _is_total(block: Block, row: int, gathering: Gathering) -> bool:
    """Whether a row is the sum of the rows above: one word for it, and numbers."""
    texts = block.page.texts(row)
    return (
        len(texts) == 1
        and len(block.page.rows[row]) > 1
        and gathering.vocabulary.is_total(next(iter(texts.values())))
    )


def _check_total(
    block: Block,
    row: int,
    columns: Mapping[int, ListColumn],
    entries: list[Entry],
    gathering: Gathering,
) -> None:
    """Compare a stated sum with the rows above it."""
    page = block.page
    for column, it in columns.items():
        cell = page.cell(row, column)
        if cell is None or it.declared.type not in _ADDS_UP or isinstance(cell.value, str):
            continue
        silent = gathering.aside()
        stated = silent.value(page, (row, column), it.wanted, it.column, None, "")
        numbers = [entry[it.declared.key] for entry in entries]
        total = sum(number for number in numbers if isinstance(number, (int, float)))
        if stated and stated.value is not None and not close(stated.value, total):
            unit = it.wanted.unit
            gathering.notice(
                "total-differs",
                stated.place,
                stated.raw,
                field=named_field(it.declared),
                stated=Amount(stated.value, unit),
                sum=Amount(total, unit),
            )


def close(stated: float, total: float) -> bool:
    """Whether a stated sum is the sum, up to rounding."""
    return isclose(stated, total, rel_tol=_ROUNDING, abs_tol=_ROUNDING)


def section_words(section: Section) -> list[str]:
    """Every word for a field of *section*."""
    return [
        word
        for declared in section.fields.values()
        for words in declared.words.values()
        for word in words
    ]
