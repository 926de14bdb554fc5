"""A list with one row for each record, as a native table.

It is not protected, because Excel lets no table grow on a protected sheet. Each heading refuses to
be overtyped instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kam_reports.model import Entry
from kam_reports.outputs.forms.asking import (
    choices,
    explained,
    guard_heading,
    label,
    mark_missing,
    shown_fields,
    validation,
)
from kam_reports.outputs.forms.cells import Typed
from kam_reports.outputs.forms.desk import BACK, FIRST, HEADER, MORE, Desk, address, fixed, letters
from kam_reports.outputs.forms.looks import theme_of, width_of
from kam_reports.vocabulary import Field, Section

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

SPARE = 6  # empty rows below the filled ones
EMPTY = 24  # rows of an empty list
_FEW = 4  # columns of a roomy list
_UPRIGHT = 110  # width that still fits an upright page
_LEAST_PRINTED = 5  # columns, counted from 0
_WRAPPED = ("text", "longtext", "enum", "metric", "ref", "person")
_CENTRED = ("bool", "score5", "date", "period")
# Lists whose weights must add up to 100 %, and the column that splits them.
_SUMS = {"goals": "", "portfolio": "axis", "scorecard": ""}


def write_list(desk: Desk, section: Section, entries: Sequence[Entry]) -> None:
    """A sheet with one row for each record."""
    fields = shown_fields(section)
    sheet = desk.open(section)
    last = FIRST + (len(entries) + SPARE if entries else EMPTY) - 1
    widths = _write_headings(desk, sheet, section.key, fields, last)
    for number, record in enumerate(entries):
        _write_record(desk, sheet, number, record, fields, widths)
    for row in range(FIRST + len(entries), last + 1):
        for at, column in enumerate(fields):
            look = _look(desk, column, desk.manner.format_of(column))
            desk.write(sheet, row, at, Typed(), look)
    _ask(desk, sheet, fields, last)
    _finish(desk, sheet, section, fields, sum(widths), last, len(entries))
    if section.key in _SUMS:
        _write_sums(desk, sheet, section, fields, entries, last)
    elif any(column.type == "money" for column in fields):
        unit = desk.amount_unit(desk.say("amounts_in"))
        desk.write(sheet, BACK, min(2, len(fields) - 1), unit, desk.formats.note())


def _write_headings(
    desk: Desk, sheet: Worksheet, section: str, fields: Sequence[Field], last: int
) -> list[float]:
    """The table of a list with its headings; the widths of its columns."""
    headings, widths = [], []
    for at, column in enumerate(fields):
        said = label(desk, column)
        look = desk.formats.heading(
            theme_of(section), required=column.required == "yes", centred=_is_narrow(column)
        )
        headings.append({"header": said, "header_format": look})
        widths.append(width_of(column, said, choices(desk, column), roomy=len(fields) <= _FEW))
        sheet.set_column(at, at, widths[-1])
        guard_heading(desk, sheet, at, said, explained(desk, column))
    add_table(desk, sheet, section, headings, last)
    return widths


def add_table(
    desk: Desk, sheet: Worksheet, section: str, headings: list[dict[str, Any]], last: int
) -> None:
    """A native table; mere headings where cells are merged, which no table may hold."""
    sheet.set_row(HEADER, 46)
    if section in desk.merged:
        for at, heading in enumerate(headings):
            sheet.write_string(HEADER, at, heading["header"], heading["header_format"])
        return
    looks = {"name": f"tbl_{section}", "columns": headings, "style": "Table Style Light 1"}
    sheet.add_table(HEADER, 0, last, len(headings) - 1, looks)


def _is_narrow(column: Field) -> bool:
    return column.type in _CENTRED or column.type in ("int", "number", "money", "pct")


def _write_record(
    desk: Desk,
    sheet: Worksheet,
    number: int,
    record: Entry,
    fields: Sequence[Field],
    widths: Sequence[float],
) -> None:
    row = FIRST + number
    values = {key: found.value for key, found in record.values.items()}
    lines = 1
    for at, column in enumerate(fields):
        typed = desk.manner.content(values.get(column.key), column, values)
        look = _look(desk, column, typed.format or desk.manner.format_of(column))
        desk.write(sheet, row, at, typed, look)
        desk.keep((record.section, number, column.key), row, at)
        if column.type in _WRAPPED and isinstance(typed.value, str):
            lines = max(lines, -(-len(typed.value) // int(widths[at])))
    if lines > 1:
        sheet.set_row(row, 3 + 14.5 * lines)


def _look(desk: Desk, column: Field, number_format: str) -> Format:
    if column.type in _CENTRED:
        return desk.formats.cell(number_format, align="center")
    if _is_narrow(column):
        return desk.formats.cell(number_format)
    wrap = column.type in _WRAPPED
    return desk.formats.cell(number_format, wrap=wrap, align="left", indent=1)


def _ask(desk: Desk, sheet: Worksheet, fields: Sequence[Field], last: int) -> None:
    """Choices and notes for every column, and colour where a begun row lacks what it needs."""
    end = letters(len(fields) - 1)
    begun = f"COUNTA($A{FIRST + 1}:${end}{FIRST + 1})>0"
    for at, column in enumerate(fields):
        sheet.data_validation(FIRST, at, last + MORE, at, validation(desk, column))
        if column.required == "yes":
            empty = f"LEN({address(FIRST, at)})=0"
            mark_missing(desk, sheet, (FIRST, at, last, at), f"AND({begun},{empty})")


def _finish(
    desk: Desk,
    sheet: Worksheet,
    section: Section,
    fields: Sequence[Field],
    width: float,
    last: int,
    filled: int,
) -> None:
    """What stays in view, how it prints, and the count of rows on the cover."""
    key = next((at for at, column in enumerate(fields) if column.required == "yes"), 0)
    stays = min(key + 1, 2) if len(fields) > 6 else 0
    desk.set_page(sheet, landscape=width > _UPRIGHT, width=width)
    sheet.ignore_errors({"number_stored_as_text": f"A{FIRST + 1}:{letters(len(fields))}{last + 1}"})
    sheet.freeze_panes(FIRST, stays)
    sheet.repeat_rows(HEADER)
    if stays:
        sheet.repeat_columns(0, stays - 1)
    # A narrow list prints some columns more, so that the line above it is not cut off.
    right = len(fields) - 1
    sheet.print_area(0, 0, last, max(right, _LEAST_PRINTED) if section.key in _SUMS else right)
    desk.count(section.key, (FIRST, key), (last + MORE, key), filled)


# ---------------------------------------------------------------- sums of weights


def _write_sums(
    desk: Desk,
    sheet: Worksheet,
    section: Section,
    fields: Sequence[Field],
    entries: Sequence[Entry],
    last: int,
) -> None:
    """The sum of the weights, beside the way back."""
    at = {column.key: number for number, column in enumerate(fields)}
    weights = _column(at["weight"], last)
    split = _SUMS[section.key]
    said = f"{desk.say('weights')}: "
    formula, shown = f'="{said}"', said
    for number, part in enumerate(_parts(section, split)):
        total = sum(_weight(entry) for entry in entries if not part or entry[split] == part)
        word = f"{desk.manner.option(section.fields[split], part)} " if part else ""
        between = " · " if number else ""
        area = f"SUM({weights})"
        if part:
            area = f'SUMIF({_column(at[split], last)},"{word.strip()}",{weights})'
        formula += f'&"{between}{word}"&ROUND({area}*100,1)&" %"'
        shown += f"{between}{word}{round(total * 100, 1):g} %"
    look = desk.formats.note()
    sheet.write_formula(BACK, 2 if len(fields) > 4 else 1, formula, look, shown)


def _parts(section: Section, split: str) -> list[str]:
    return [option.key for option in section.fields[split].options] if split else [""]


def _column(at: int, last: int) -> str:
    return f"{fixed(FIRST, at)}:{fixed(last, at)}"


def _weight(entry: Entry) -> float:
    weight = entry["weight"]
    return float(weight) if isinstance(weight, int | float) else 0.0
