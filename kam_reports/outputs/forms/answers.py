"""A form with one answer beside each label.

It is protected without a password: only the answers can be typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kam_reports.model import Entry
from kam_reports.outputs.forms.asking import (
    explained,
    label,
    mark_missing,
    shown_fields,
    validation,
)
from kam_reports.outputs.forms.cells import Typed
from kam_reports.outputs.forms.desk import ALLOWED, FIRST, HEADER, Desk, address
from kam_reports.outputs.forms.looks import LINE, theme_of
from kam_reports.vocabulary import Field, Section

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_WIDTHS = (36, 58, 50)  # label, answer, help


def write_form(desk: Desk, section: Section, entries: Sequence[Entry]) -> None:
    """A sheet with one answer beside each label, and what is meant by it."""
    sheet = desk.open(section)
    desk.set_page(sheet)
    sheet.hide_gridlines(2)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    values = {key: found.value for key, found in entries[0].values.items()} if entries else {}
    fields = shown_fields(section)
    for row, column in enumerate(fields, start=FIRST):
        typed = desk.manner.content(values.get(column.key), column, values)
        desk.keep((section.key, 0, column.key), row, 1)
        desk.write(sheet, row, 0, Typed(label(desk, column)), _label_look(desk, column))
        look = desk.formats.answer(typed.format or desk.manner.format_of(column))
        desk.write(sheet, row, 1, typed, look)
        said = _help_beside(desk, column)
        desk.write(sheet, row, 2, said, desk.formats.help())
        sheet.set_row(row, _height(column, typed.value, str(said.value or "")))
        sheet.data_validation(row, 1, row, 1, validation(desk, column))
        if column.required == "yes":
            mark_missing(desk, sheet, (row, 1, row, 1), f"LEN({address(row, 1)})=0")
    last = FIRST + len(fields) - 1
    sheet.freeze_panes(HEADER, 0)
    sheet.print_area(0, 0, last, 2)
    sheet.protect("", ALLOWED)
    filled = sum(values.get(column.key) is not None for column in fields)
    desk.count(section.key, (FIRST, 1), (last, 1), filled)


def _label_look(desk: Desk, column: Field) -> Format:
    theme = theme_of(column.section)
    return desk.formats(
        bold=column.required == "yes",
        font_color=theme.dark,
        bg_color=theme.tint,
        border=1,
        border_color=LINE,
        text_wrap=True,
        valign="vcenter",
        indent=1,
    )


def _help_beside(desk: Desk, column: Field) -> Typed:
    """The help; beside an amount at least its unit."""
    said = explained(desk, column)
    if column.type == "money" and not said:
        return desk.amount_unit("in ")
    return Typed(said or None)


def _height(column: Field, text: Any, said: str) -> float:
    """High enough for answer and help; a long answer has room for more than a word."""
    lines = max(-(-len(str(text or "")) // 60), -(-len(said) // 52), 1)
    if column.type == "longtext":
        lines = max(lines + 1, 3)
    return 6.0 + 14.5 * min(lines, 9)
