"""Drawn workbooks as files, also with our VBA and buttons in their cells."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

import xlsxwriter
from drawing import book as drawn_book

from kam_reports.excel.addin import PROJECT
from kam_reports.excel.vbaproject import Kind, Module, vba_project
from kam_reports.model import CellState


def write(drawing, path, code=(), buttons=(), own=None):
    """Write what *drawing* shows to *path*.

    *code* are VBA modules, *buttons* are (cell, macro, label) on the first sheet; *own* may add
    notes, rules and the like of a user: it is called with the workbook and its sheets by name.
    """
    made = xlsxwriter.Workbook(path)
    book = drawn_book(drawing)
    if code:
        sheets = [
            Module(f"Sheet{number}", kind=Kind.SHEET) for number in range(1, len(book.sheets) + 1)
        ]
        modules = [Module("ThisWorkbook", kind=Kind.WORKBOOK), *sheets, *code]
        made.add_vba_project(io.BytesIO(vba_project(PROJECT, modules)), is_stream=True)
        made.set_vba_name("ThisWorkbook")
    pages = {}
    for sheet in book.sheets:
        page = pages[sheet.name] = made.add_worksheet(sheet.name)
        if sheet.visible != "visible":
            page.hide()
        for area in sheet.merges:
            page.merge_range(area.top - 1, area.left - 1, area.bottom - 1, area.right - 1, "")
        for (row, column), cell in sheet.cells.items():
            if cell.state is not CellState.MERGED_OVER:
                look = made.add_format({"num_format": cell.format})
                _write(page, row - 1, column - 1, cell, look)
        for row in sheet.hidden_rows:
            page.set_row(row - 1, None, None, {"hidden": True})
        for column in sheet.hidden_columns:
            page.set_column(column - 1, column - 1, None, None, {"hidden": True})
    for cell, macro, label in buttons:
        first = next(iter(pages.values()))
        first.insert_button(cell, {"macro": macro, "caption": label, "width": 160, "height": 30})
    if own:
        own(made, pages)
    made.close()
    return path


def _write(page, row, column, cell, look):
    value = cell.value
    if cell.state is CellState.ERROR:
        page.write_formula(row, column, "=1/0" if value == "#DIV/0!" else "=NA()", look, value)
    elif cell.formula:
        page.write_formula(
            row, column, f"={value}" if not isinstance(value, str) else "=1", look, value
        )
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, look)
    elif isinstance(value, (date, datetime, time, timedelta)):
        page.write_datetime(row, column, value, look)
    elif isinstance(value, str):
        page.write_string(row, column, value, look)
    else:
        page.write_number(row, column, value, look)
