"""Workbooks in memory, as openpyxl reads them: stored values, nothing is calculated."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection

EPOCH = dt.datetime(1899, 12, 30)


class Protected(Exception):  # noqa: N818
    """What Excel says when a sheet or the workbook's structure is protected."""


class OpenpyxlBackend:
    def __init__(self):
        self.files, self.active, self.selected, self.bar = {}, "", {}, []

    # ------------------------------------------------------------ workbooks

    def books(self):
        return list(self.files)

    def active_book(self):
        return self.active

    def activate_book(self, book):
        self.active = book

    def open_book(self, path):
        name = Path(path).name
        self.files[name] = (
            openpyxl.load_workbook(path),
            openpyxl.load_workbook(path, data_only=True),
        )
        self.active = name
        return name

    def add_book(self):
        name = f"Mappe{len(self.files) + 1}"
        made = openpyxl.Workbook()
        self.files[name] = (made, openpyxl.Workbook())
        self.active = name
        return name

    def save(self, book, path):
        kept = self.files[book][0]
        drawings = [sheet.legacy_drawing for sheet in kept.worksheets]
        kept.save(path)
        for sheet, drawing in zip(kept.worksheets, drawings, strict=True):
            sheet.legacy_drawing = drawing  # saving leaves its own there

    def close(self, book):
        del self.files[book]
        self.active = next(iter(self.files), "")

    def status(self, value):
        self.bar.append(value)

    def protect(self, book, sheet=None, free=()):
        """Protect a sheet, or the workbook's structure; *free* is what may be changed all the same."""
        kept = self.files[book][0]
        if sheet is None:
            kept.security = WorkbookProtection(lockStructure=True)
            return
        guard = kept[sheet].protection
        guard.sheet = True
        guard.formatCells, guard.objects = "looks" not in free, "notes" not in free

    # ------------------------------------------------------------ sheets

    def sheets(self, book):
        return [sheet.title for sheet in self.files[book][0].worksheets]

    def active_sheet(self, book):
        return self.files[book][0].active.title

    def add_sheet(self, book, name, at):
        kept, shown = self.files[book]
        if kept.security and kept.security.lockStructure:
            raise Protected(book)
        kept.active = kept.create_sheet(name, at)
        shown.create_sheet(name, at)
        self.active = book
        return kept.active.title

    def delete_sheet(self, book, sheet):
        kept, shown = self.files[book]
        if kept.security and kept.security.lockStructure:
            raise Protected(book)
        number, before = kept.index(kept[sheet]), kept.active.title
        kept.remove(kept[sheet])
        shown.remove(shown[sheet])
        # What is on the screen stays there; if it is what goes, its neighbour comes.
        last = len(kept.worksheets) - 1
        kept.active = kept.sheetnames.index(before) if before != sheet else min(number, last)

    def rename(self, book, sheet, value):
        for half in self.files[book]:
            half[sheet].title = value

    def activate(self, book, sheet):
        self.active = book
        self.files[book][0].active = self.files[book][0][sheet]

    def visible(self, book, sheet):
        return {"visible": True, "hidden": 0, "veryHidden": 2}[self._kept(book, sheet).sheet_state]

    def set_visible(self, book, sheet, value):
        self._kept(book, sheet).sheet_state = "visible" if value else "hidden"

    def _kept(self, book, sheet):
        return self.files[book][0][sheet]

    def _open(self, book, sheet, part="contents"):
        """The sheet, if its protection lets *part* be changed: looks and notes may be left free."""
        kept = self._kept(book, sheet)
        locked = {"looks": kept.protection.formatCells, "notes": kept.protection.objects}
        if kept.protection.sheet and locked.get(part, True):
            raise Protected(sheet)
        return kept

    def used(self, book, sheet):
        kept = self._kept(book, sheet)
        return 1, 1, kept.max_row, kept.max_column

    # ------------------------------------------------------------ cells

    def values(self, book, sheet, box):
        shown = self.files[book][1][sheet]
        return [[_as_com(cell) for cell in row] for row in _cells(shown, box)]

    def formulas(self, book, sheet, box):
        return [[_formula(cell) for cell in row] for row in _cells(self._kept(book, sheet), box)]

    def put(self, book, sheet, top, left, rows):
        kept, shown = self._open(book, sheet), self.files[book][1][sheet]
        for row, line in enumerate(rows, top):
            for column, value in enumerate(line, left):
                cell = kept.cell(row, column)
                cell.value = value
                formula = isinstance(value, str) and value.startswith("=")
                if formula and cell.number_format == "@":
                    cell.data_type = "s"
                    formula = False
                # Nothing is calculated: a formula has no value until Excel has seen it.
                shown.cell(row, column).value = None if formula else value
                if not formula:
                    shown.cell(row, column).data_type = cell.data_type

    def merged(self, book, sheet, box):
        top, left, rows, columns = box
        covered = 0
        for area in self._kept(book, sheet).merged_cells.ranges:
            height = min(area.max_row, top + rows - 1) - max(area.min_row, top) + 1
            width = min(area.max_col, left + columns - 1) - max(area.min_col, left) + 1
            covered += max(height, 0) * max(width, 0)
        return True if covered == rows * columns else None if covered else False

    def merge_area(self, book, sheet, row, column):
        for area in self._kept(book, sheet).merged_cells.ranges:
            if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
                return area.min_row, area.min_col, area.size["rows"], area.size["columns"]
        return row, column, 1, 1

    def hidden(self, book, sheet, axis, first, count):
        kept = self._kept(book, sheet)
        said = set()
        for number in range(first, first + count):
            if axis == "row":
                said.add(number in kept.row_dimensions and kept.row_dimensions[number].hidden)
            else:
                said.add(any(each.hidden and each.min <= number <= each.max
                             for each in kept.column_dimensions.values()))  # fmt: skip
        return said.pop() if len(said) == 1 else None

    # ------------------------------------------------------------ looks

    def look(self, book, sheet, name, box):
        kept = self._kept(book, sheet)
        if name == "column_width":
            return kept.column_dimensions[get_column_letter(box[1])].width
        said = {_look(cell, name) for row in _cells(kept, box) for cell in row}
        return said.pop() if len(said) == 1 else None

    def set_look(self, book, sheet, name, value, box):
        kept = self._open(book, sheet)
        if name == "column_width":
            for column in range(box[1], box[1] + box[3]):
                kept.column_dimensions[get_column_letter(column)].width = value
            return
        for row in _cells(kept, box):
            for cell in row:
                _set_look(cell, name, value)

    def fit_rows(self, book, sheet, first, count):
        """Heights are found by whoever opens the file."""

    # ------------------------------------------------------------ notes and rules

    def notes(self, book, sheet):
        return [(cell.row, cell.column, cell.comment.text)
                for row in self._kept(book, sheet).iter_rows() for cell in row if cell.comment]  # fmt: skip

    def note(self, book, sheet, row, column):
        comment = self._kept(book, sheet).cell(row, column).comment
        return comment and comment.text

    def set_note(self, book, sheet, row, column, text):
        made = None if text is None else Comment(text, "")
        assert made is None or self.note(book, sheet, row, column) is None, "Excel refuses a second"
        self._open(book, sheet, "notes").cell(row, column).comment = made

    def rules(self, book, sheet, box):
        found = []
        for area in self._kept(book, sheet).conditional_formatting:
            for rule in area.rules:
                custom = rule.type == "expression"
                color = rule.dxf and rule.dxf.fill and rule.dxf.fill.bgColor.rgb
                rgb = tuple(bytes.fromhex(color[-6:])) if isinstance(color, str) else None
                if _overlaps(area.sqref, box):
                    found.append((rule, "custom" if custom else "unknown",
                                  "=" + rule.formula[0] if custom else None, rgb))  # fmt: skip
        return found

    def add_rule(self, book, sheet, box, formula, color):
        fill = PatternFill(bgColor=_hex(color), fill_type="solid") if color else None
        rule = FormulaRule([formula.lstrip("=")], fill=fill)
        self._open(book, sheet, "looks").conditional_formatting.add(_address(box), rule)

    def delete_rule(self, book, sheet, ident):
        rules = self._open(book, sheet, "looks").conditional_formatting._cf_rules
        for area in list(rules):
            rules[area] = [rule for rule in rules[area] if rule is not ident]
            if not rules[area]:
                del rules[area]

    def select(self, book, sheet, box):
        self.activate(book, sheet)
        self.selected[book, sheet] = box

    def selection(self):
        """Every sheet remembers what was selected on it; a fresh one its first cell."""
        if not self.active:
            return None
        sheet = self.active_sheet(self.active)
        return self.active, sheet, self.selected.get((self.active, sheet), (1, 1, 1, 1))


def _cells(sheet, box):
    top, left, rows, columns = box
    return [
        [sheet.cell(row, column) for column in range(left, left + columns)]
        for row in range(top, top + rows)
    ]


def _as_com(cell):
    """The value as Excel hands it over: dates as datetime, times and durations as numbers."""
    value = cell.value
    if isinstance(value, dt.time):
        moment = dt.datetime.combine(EPOCH, value) - EPOCH
        return moment / dt.timedelta(days=1)
    if isinstance(value, dt.timedelta):
        return value / dt.timedelta(days=1)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value


def _formula(cell):
    value = cell.value
    if value is None:
        return ""
    if hasattr(value, "text"):  # an array formula
        return value.text
    if isinstance(value, str) and cell.data_type == "f" and not value.startswith("="):
        return f"={value}"
    return str(value)


def _look(cell, name):
    if name == "color":
        rgb = cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else None
        return tuple(bytes.fromhex(rgb[-6:])) if isinstance(rgb, str) else None
    if name == "font_color":
        return None
    if name.startswith("font_"):
        return getattr(cell.font, name[5:])
    if name == "number_format":
        return cell.number_format
    return {"wrap_text": cell.alignment.wrap_text, "vertical_alignment": cell.alignment.vertical}[
        name
    ]


def _set_look(cell, name, value):
    if name == "color":
        cell.fill = PatternFill("solid", fgColor=_hex(value)) if value else PatternFill()
    elif name == "number_format":
        cell.number_format = value
    elif name.startswith("font_"):
        was = {
            "name": cell.font.name,
            "sz": cell.font.sz,
            "b": cell.font.b,
            "color": cell.font.color,
        }
        key = {"color": "color", "bold": "b", "size": "sz"}[name.removeprefix("font_")]
        cell.font = Font(**{**was, key: _hex(value) if key == "color" else value})
    else:
        key = {"vertical_alignment": "vertical"}.get(name, name)
        cell.alignment = Alignment(**{**vars_of(cell.alignment), key: value})


def vars_of(alignment):
    return {"wrap_text": alignment.wrap_text, "vertical": alignment.vertical}


def _hex(color):
    return "{:02X}{:02X}{:02X}".format(*color)


def _address(box):
    top, left, rows, columns = box
    first, last = get_column_letter(left), get_column_letter(left + columns - 1)
    return f"{first}{top}:{last}{top + rows - 1}"


def _overlaps(areas, box):
    top, left, rows, columns = box
    return any(
        area.min_row < top + rows and area.max_row >= top
        and area.min_col < left + columns and area.max_col >= left
        for area in areas.ranges
    )  # fmt: skip
