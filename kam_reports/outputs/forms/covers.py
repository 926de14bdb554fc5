"""The first sheet, with a link to every other, and the last, with the long lists of choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kam_reports.outputs.forms.desk import ALLOWED, BACK, FIRST, HEADER, NOTE, Desk, quoted
from kam_reports.outputs.forms.looks import LINE, MISSING, PLAIN, QUIET, theme_of
from kam_reports.vocabulary import Section

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = (6, 36, 70, 11)
_HOW_TO = 3
_LEGEND = 5
_TABLE = 7
_FAINT = "#B5BDC5"


def write_cover(
    desk: Desk, sheet: Worksheet, title: str, subject: str, sections: Sequence[Section]
) -> None:
    """What this is, how to fill it in, and a link to every sheet with what it holds so far."""
    sheet.hide_gridlines(2)
    sheet.set_tab_color(PLAIN.dark)
    desk.set_page(sheet)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    for row, height in enumerate((36, 24, 8, 19, 19, 19, 8, 20)):
        sheet.set_row(row, height)
    formats = desk.formats
    head = formats(bold=True, font_size=22, font_color=PLAIN.dark, valign="vcenter")
    sheet.write_string(0, 0, title, head)
    shown = formats(font_size=14, font_color=QUIET, valign="vcenter")
    sheet.write_string(1, 0, subject or desk.say("blank"), shown)
    for row, key in enumerate(("how_1", "how_2"), start=_HOW_TO):
        sheet.write_string(row, 0, desk.say(key), formats(valign="vcenter"))
    _write_legend(desk, sheet)
    heading = formats(bold=True, bg_color=PLAIN.dark, font_color="#FFFFFF", valign="vcenter")
    for at, key in enumerate(("number", "sheet", "what_for", "entries")):
        sheet.write_string(_TABLE, at, desk.say(key), heading)
    for row, section in enumerate(sections, start=_TABLE + 1):
        sheet.set_row(row, 20)
        _write_line(desk, sheet, row, section)
    sheet.protect("", ALLOWED)
    sheet.print_area(0, 0, _TABLE + len(sections), len(_WIDTHS) - 1)


def _write_line(desk: Desk, sheet: Worksheet, row: int, section: Section) -> None:
    """One sheet: its number, its link, what it is for, how much it holds."""
    theme = theme_of(section.key)
    line = {"bottom": 1, "bottom_color": LINE, "valign": "vcenter"}
    centred = line | {"align": "center"}
    number = "" if section.part_of else str(section.number)
    look = desk.formats(bold=True, bg_color=theme.tint, font_color=theme.dark, **centred)
    sheet.write_string(row, 0, number, look)
    target = desk.names[section.key]
    step = 3 if section.part_of else 1
    look = desk.formats(font_color="#1B5FA7", underline=1, indent=step, **line)
    sheet.write_url(row, 1, f"internal:{quoted(target)}!A1", look, string=target)
    look = desk.formats(font_color=QUIET, text_wrap=True, **line)
    sheet.write_string(row, 2, desk.help(section), look)
    formula, count = desk.counts[section.key]
    sheet.write_formula(row, 3, formula, desk.formats(num_format='0;-0;"–"', **centred), count)


def _write_legend(desk: Desk, sheet: Worksheet) -> None:
    """What the colours and stars mean."""
    middle = {"valign": "vcenter"}
    look = desk.formats(bg_color=MISSING, border=1, border_color=LINE, align="center", **middle)
    sheet.write_string(_LEGEND, 0, "*", look)
    sheet.write_string(_LEGEND, 1, desk.say("required"), desk.formats(indent=1, **middle))
    sheet.write_string(_LEGEND, 2, desk.say("legend"), desk.formats(font_color=QUIET, **middle))


def write_choices(desk: Desk) -> None:
    """The lists that are too long for a cell's own choice."""
    sheet = desk.book.add_worksheet(desk.say("lists"))
    sheet.set_tab_color(_FAINT)
    sheet.hide_gridlines(2)
    desk.set_page(sheet)
    sheet.set_row(0, 27)
    sheet.write_string(0, 0, desk.say("lists"), desk.formats.title(PLAIN))
    sheet.write_string(NOTE, 0, desk.say("lists_note"), desk.formats.note())
    desk.link(sheet, BACK, 0, desk.say("contents"), desk.say("back"))
    heading = desk.formats.heading(PLAIN, required=True)
    cell = desk.formats(border=1, border_color=LINE)
    for at, (name, words) in enumerate(desk.long_lists):
        sheet.set_column(at, at, max(map(len, (name, *words))) + 3)
        sheet.write_string(HEADER, at, name, heading)
        for row, word in enumerate(words, start=FIRST):
            sheet.write_string(row, at, word, cell)
    sheet.freeze_panes(FIRST, 0)
    sheet.protect("", ALLOWED)
