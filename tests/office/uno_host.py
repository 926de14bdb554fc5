"""Acts on the documents that are open in a running LibreOffice, for whoever asks over a pipe.

Runs in the Python that LibreOffice's bindings belong to (``/usr/bin/python3``) and imports nothing
else, so that the tests may run in any Python: requests and answers are pickles of plain data on
the standard streams. Started as ``python3 uno_host.py PIPE``.
"""

import datetime as dt
import os
import pickle
import re
import struct
import sys
import time
import traceback
from urllib.parse import unquote

import uno
from com.sun.star.accessibility.AccessibleStateType import ENABLED, SHOWING, VISIBLE
from com.sun.star.beans import PropertyValue
from com.sun.star.container import NoSuchElementException
from com.sun.star.table import CellAddress

DATED, LOGICAL = 2, 1024  # com.sun.star.util.NumberFormat: a date, a truth value
CONDITION = 0  # com.sun.star.sheet.ConditionEntryType
FORMULA = 24  # com.sun.star.sheet.ConditionFormatOperator
FILLS = ((255, 199, 206), (255, 235, 156), (221, 235, 247))
EPOCH = dt.datetime(1899, 12, 30)
_ELSEWHERE = re.compile(r"'file:///[^']*?([^'/]+)'#\$?'?([^'.]+)'?\.")
AMBIGUOUS = uno.Enum("com.sun.star.beans.PropertyState", "AMBIGUOUS_VALUE")


class Protected(Exception):  # noqa: N818
    """What Excel says when a sheet or the workbook's structure is protected."""


def properties(**named):
    made = []
    for name, value in named.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        made.append(one)
    return tuple(made)


class Office:
    def __init__(self, pipe, seconds=240):
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
        end = time.time() + seconds
        while True:
            try:
                context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:
                if time.time() > end:
                    raise
                time.sleep(0.1)
        self.desktop = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )
        self.bar, self.free = None, {}
        self.known, self.formats, self.pages = {}, {}, {}
        self.styles, self.numbers, self.remarks, self.guarded = set(), {}, {}, {}
        self.ruled = {}
        self.english = uno.createUnoStruct("com.sun.star.lang.Locale")
        self.english.Language, self.english.Country = "en", "US"

    # ------------------------------------------------------------ workbooks

    def forget(self):
        """Ask anew for what may have changed."""
        self.known, self.formats, self.pages = {}, {}, {}
        self.styles, self.numbers, self.remarks, self.guarded = set(), {}, {}, {}
        self.ruled = {}

    def documents(self):
        found, each = {}, self.desktop.Components.createEnumeration()
        while each.hasMoreElements():
            document = each.nextElement()
            if document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                url = document.URL
                name = os.path.basename(uno.fileUrlToSystemPath(url)) if url else document.Title
                found[name] = document
        return found

    def document(self, book):
        known = self.known.get(book)
        if known is None:
            known = self.known[book] = self.documents()[book]
        return known

    def books(self):
        self.forget()
        self.known = self.documents()
        return list(self.known)

    def active_book(self):
        current = self.desktop.CurrentComponent
        found = self.documents()
        return next((name for name, one in found.items() if one == current), list(found)[-1])

    def activate_book(self, book):
        self.document(book).CurrentController.Frame.activate()
        until(lambda: self.active_book() == book, f"{book} in front")

    def open_book(self, path):
        url = uno.systemPathToFileUrl(os.path.abspath(path))
        made = self.desktop.loadComponentFromURL(url, "_blank", 0, properties(MacroExecutionMode=4))
        assert made, f"LibreOffice did not open {path}: is it locked by another one?"
        self.forget()
        self.prepare(os.path.basename(path))
        return os.path.basename(path)

    def prepare(self, book):
        """Make the styles of our fills; a single protected sheet forbids that for all."""
        sheets = [self.sheet(book, name) for name in self.sheets(book)]
        guarded = [sheet for sheet in sheets if sheet.isProtected()]
        for sheet in guarded:
            sheet.unprotect("")
        for color in FILLS:
            self.style(book, color)
        for sheet in guarded:
            sheet.protect("")
        self.guarded = {}

    def style(self, book, color):
        """The cell style that stands for a fill, as conditional formats here need one."""
        name = "KAM_{:02X}{:02X}{:02X}".format(*color)
        if (book, name) in self.styles:
            return name
        self.styles.add((book, name))
        styles = self.document(book).StyleFamilies.getByName("CellStyles")
        if not styles.hasByName(name):
            style = self.document(book).createInstance("com.sun.star.style.CellStyle")
            styles.insertByName(name, style)
            style.CellBackColor = whole(color)
        return name

    def add_book(self):
        made = self.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
        self.forget()
        return next(name for name, one in self.documents().items() if one == made)

    def save(self, book, path):
        url = uno.systemPathToFileUrl(os.path.abspath(path))
        macros = path.endswith(".xlsm")
        name = "Calc MS Excel 2007 VBA XML" if macros else "Calc MS Excel 2007 XML"
        self.document(book).storeToURL(url, properties(FilterName=name))

    def close(self, book):
        self.document(book).close(True)
        self.free = {key: value for key, value in self.free.items() if key[0] != book}
        self.forget()

    def status(self, value):
        document = self.document(self.active_book())
        if value in (False, None):
            if self.bar is not None:
                self.bar.end()
            self.bar = None
            return
        if self.bar is None:
            self.bar = document.CurrentController.Frame.createStatusIndicator()
            self.bar.start("", 0)
        self.bar.setText(value)

    def protect(self, book, sheet=None, free=()):
        """Protect a sheet, or the workbook's structure; *free* is what may be changed all the same.

        LibreOffice knows no such exceptions, and its bindings ignore what is forbidden without a
        word, so ``writable`` speaks in its place.
        """
        (self.sheet(book, sheet) if sheet else self.document(book)).protect("")
        self.guarded = {}
        self.free[book, sheet] = set(free)

    # ------------------------------------------------------------ sheets

    def sheets(self, book):
        return list(self.document(book).Sheets.ElementNames)

    def sheet(self, book, name):
        known = self.pages.get((book, name))
        if known is None:
            known = self.pages[book, name] = self.document(book).Sheets.getByName(name)
        return known

    def number(self, book, name):
        """Where the sheet stands."""
        known = self.numbers.get((book, name))
        if known is None:
            known = self.numbers[book, name] = self.sheet(book, name).RangeAddress.Sheet
        return known

    def writable(self, book, name, part="contents"):
        """The sheet, if its protection lets *part* be changed: looks and notes may be free."""
        found = self.sheet(book, name)
        if (book, name) not in self.guarded:
            self.guarded[book, name] = found.isProtected()
        if self.guarded[book, name] and part not in self.free.get((book, name), ()):
            raise Protected(name)
        return found

    def active_sheet(self, book):
        return self.document(book).CurrentController.ActiveSheet.Name

    def add_sheet(self, book, name, at):
        document = self.document(book)
        if document.isProtected():
            raise Protected(book)
        name = name or f"Tabelle{len(self.sheets(book)) + 1}"
        document.Sheets.insertNewByName(name, at)
        document.CurrentController.setActiveSheet(document.Sheets.getByName(name))
        self.numbers = {}
        return name

    def delete_sheet(self, book, sheet):
        if self.document(book).isProtected():
            raise Protected(book)
        self.document(book).Sheets.removeByName(sheet)
        self.pages, self.numbers = {}, {}

    def rename(self, book, sheet, value):
        self.sheet(book, sheet).Name = value
        self.pages, self.numbers = {}, {}

    def activate(self, book, sheet):
        controller = self.document(book).CurrentController
        controller.setActiveSheet(self.sheet(book, sheet))
        until(lambda: controller.ActiveSheet.Name == sheet, f"{sheet} on the screen")

    def visible(self, book, sheet):
        return bool(self.sheet(book, sheet).IsVisible)

    def set_visible(self, book, sheet, value):
        self.sheet(book, sheet).IsVisible = bool(value)

    def used(self, book, sheet):
        cursor = self.sheet(book, sheet).createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return box_of(cursor.RangeAddress)

    # ------------------------------------------------------------ cells

    def values(self, book, sheet, box):
        found, document = self.sheet(book, sheet), self.document(book)
        area = within(found, box)
        top, left, *_ = box
        data = [list(row) for row in area.getDataArray()]
        formats, groups = document.NumberFormats, area.getUniqueCellFormatRanges()
        for number in range(groups.Count):
            group = groups.getByIndex(number)
            kind = formats.getByKey(group.getByIndex(0).NumberFormat)
            if not kind.Type & (DATED | LOGICAL):
                continue
            for spot in spots(group.RangeAddresses, top, left):
                value = data[spot[0]][spot[1]]
                if isinstance(value, float):
                    data[spot[0]][spot[1]] = converted(value, kind.Type)
        for row, column in spots(area.queryFormulaCells(4).RangeAddresses, top, left):
            data[row][column] = found.getCellByPosition(left + column - 1, top + row - 1).String
        return data

    def formulas(self, book, sheet, box):
        rows = within(self.sheet(book, sheet), box).getFormulaArray()
        return [[as_excel(text) if text.startswith("=") else text for text in row] for row in rows]

    def put(self, book, sheet, top, left, rows):
        found = self.writable(book, sheet)
        texts = within(found, (top, left, len(rows), len(rows[0]))).NumberFormat
        literal = texts and self.format_text(book, texts) == "@"
        box = (top, left, len(rows), len(rows[0]))
        if not literal and any(str(value).startswith("=") for row in rows for value in row):
            lines = tuple(tuple(semicolons(str(value)) for value in row) for row in rows)
            within(found, box).setFormulaArray(lines)
            return
        plain = tuple(tuple(plain_value(value) for value in row) for row in rows)
        within(found, box).setDataArray(plain)

    def merged(self, book, sheet, box):
        if not within(self.sheet(book, sheet), box).IsMerged:
            return False
        top, left, rows, columns = self.merge_area(book, sheet, *box[:2])
        covered = top + rows >= box[0] + box[2] and left + columns >= box[1] + box[3]
        return True if covered else None

    def merge_area(self, book, sheet, row, column):
        found = self.sheet(book, sheet)
        cursor = found.createCursorByRange(found.getCellByPosition(column - 1, row - 1))
        cursor.collapseToMergedArea()
        return box_of(cursor.RangeAddress)

    def hidden(self, book, sheet, axis, first, count):
        if axis == "row":
            area = within(self.sheet(book, sheet), (first, 1, count, 1024))
            spans = [(at.StartRow, at.EndRow) for at in area.queryVisibleCells().RangeAddresses]
        else:
            area = within(self.sheet(book, sheet), (1, first, 1048576, count))
            spans = [
                (at.StartColumn, at.EndColumn) for at in area.queryVisibleCells().RangeAddresses
            ]
        seen = len({number for start, end in spans for number in range(start, end + 1)})
        return None if 0 < seen < count else seen == 0

    # ------------------------------------------------------------ looks

    def look(self, book, sheet, name, box):
        area = within(self.sheet(book, sheet), box)
        if name == "number_format":
            if area.getPropertyState("NumberFormat") == AMBIGUOUS:
                return None
            return self.format_text(book, area.NumberFormat)
        if name == "color":
            return rgb(area.CellBackColor)
        if name == "font_color":
            return rgb(area.CharColor)
        if name == "font_bold":
            return area.CharWeight > 100
        if name == "column_width":
            return area.Columns.Width / 190
        return area.IsTextWrapped

    def format_text(self, book, key):
        known = self.formats.get((book, key))
        if known is None:
            known = self.document(book).NumberFormats.getByKey(key).FormatString
            self.formats[book, key] = known
        return known

    def set_look(self, book, sheet, name, value, box):
        area = within(self.writable(book, sheet), box)
        if name == "color":
            area.CellBackColor = whole(value)
        elif name == "font_color":
            area.CharColor = whole(value)
        elif name == "font_size":
            area.CharHeight = float(value)
        elif name == "font_bold":
            area.CharWeight = 150.0 if value else 100.0
        elif name == "number_format":
            formats = self.document(book).NumberFormats
            key = formats.queryKey(value, self.english, False)
            area.NumberFormat = key if key >= 0 else formats.addNew(value, self.english)
        elif name == "column_width":
            area.Columns.Width = int(value * 190)
        elif name == "wrap_text":
            area.IsTextWrapped = value
        elif name == "vertical_alignment":
            area.VertJustify = 1

    def fit_rows(self, book, sheet, first, count):
        within(self.sheet(book, sheet), (first, 1, count, 1)).Rows.OptimalHeight = True

    # ------------------------------------------------------------ notes and rules

    def notes(self, book, sheet):
        notes = self.sheet(book, sheet).Annotations
        found = [notes.getByIndex(number) for number in range(notes.Count)]
        said = [(one.Position.Row + 1, one.Position.Column + 1, one.String) for one in found]
        self.remarks[book, sheet] = {(row, column): text for row, column, text in said}
        return said

    def note(self, book, sheet, row, column):
        if (book, sheet) not in self.remarks:
            self.notes(book, sheet)
        return self.remarks[book, sheet].get((row, column))

    def set_note(self, book, sheet, row, column, text):
        notes = self.writable(book, sheet, "notes").Annotations
        if text is None:
            if (book, sheet) not in self.remarks:
                self.notes(book, sheet)
            notes.removeByIndex(list(self.remarks[book, sheet]).index((row, column)))
        else:
            at = CellAddress()
            at.Sheet = self.number(book, sheet)
            at.Row, at.Column = row - 1, column - 1
            notes.insertNew(at, text)
        known = self.remarks.get((book, sheet), {})
        if text is None:
            known.pop((row, column), None)
        else:
            known[row, column] = text

    def rules(self, book, sheet, box):
        found = []
        for area in self.sheet(book, sheet).ConditionalFormats.getConditionalFormats():
            if not touches(area.Range.RangeAddresses, box):
                continue
            for number in range(area.Count):
                entry = area.getByIndex(number)
                custom = entry.Type == CONDITION and entry.Operator == FORMULA
                formula = "=" + entry.Formula1 if custom else None
                ident = (area.ID, number, area.Count)
                found.append((ident, "custom" if custom else "unknown", formula, None))
        return found

    def add_rule(self, book, sheet, box, formula, color):
        """A rule of its own beside the user's, as in Excel."""
        name = self.style(book, color)
        found = self.writable(book, sheet, "looks")
        area = within(found, box)
        if (book, sheet) not in self.ruled:
            areas = found.ConditionalFormats.getConditionalFormats()
            self.ruled[book, sheet] = [at for one in areas for at in one.Range.RangeAddresses]
        shared = touches(self.ruled[book, sheet], box)
        self.ruled[book, sheet].append(area.RangeAddress)
        if not shared and not self.guarded[book, sheet]:
            entries = area.ConditionalFormat
            operator = uno.Enum("com.sun.star.sheet.ConditionOperator", "FORMULA")
            entries.addNew(
                properties(Operator=operator, Formula1=formula.lstrip("="), StyleName=name)
            )
            area.ConditionalFormat = entries
            return
        # That would cut the cells out of the user's rule, but this is slow.
        ranges = self.document(book).createInstance("com.sun.star.sheet.SheetCellRanges")
        ranges.addRangeAddress(area.RangeAddress, False)
        ident = found.ConditionalFormats.createByRange(ranges)
        areas = found.ConditionalFormats.getConditionalFormats()
        made = next(one for one in reversed(areas) if ident == one.ID)
        made.createEntry(CONDITION, 0)
        entry = made.getByIndex(0)
        entry.Operator, entry.Formula1, entry.StyleName = FORMULA, formula.lstrip("="), name

    def delete_rule(self, book, sheet, ident):
        assert ident[2] == 1, "LibreOffice 7.4 cannot take one of several rules away"
        self.writable(book, sheet, "looks").ConditionalFormats.removeByID(ident[0])
        self.ruled.pop((book, sheet), None)

    # ------------------------------------------------------------ the screen

    def select(self, book, sheet, box):
        self.activate(book, sheet)
        self.document(book).CurrentController.select(within(self.sheet(book, sheet), box))

    def selection(self):
        book = self.active_book()
        chosen = self.document(book).CurrentSelection
        if not hasattr(chosen, "RangeAddress"):
            return None
        at = chosen.RangeAddress
        return book, self.document(book).Sheets.getByIndex(at.Sheet).Name, box_of(at)

    # ------------------------------------------------------------ controls

    def buttons(self, book, sheet):
        page = self.sheet(book, sheet).DrawPage
        shapes = [page.getByIndex(number) for number in range(page.Count)]
        return [one.Control.Label for one in shapes if getattr(one, "Control", None)]

    def press(self, book, sheet, label):
        """Press the control as a person's click would, as soon as it is drawn and in use.

        ``rest`` is to be called once the press has come through.
        """
        self.activate_book(book)
        self.activate(book, sheet)
        controller = self.document(book).CurrentController
        found = self.sheet(book, sheet)
        pressed = until(lambda: in_use(controller, found, label), f"{label} in use")
        pressed.doAccessibleAction(0)

    def rest(self, book):
        """Put the controls back into design mode.

        A headless LibreOffice 7.4 repaints for ever when a control in use, a note and a rule are
        on the screen together.
        """
        self.document(book).CurrentController.setFormDesignMode(True)

    def modules(self, book):
        """The VBA of a document by library and module."""
        libraries, found = self.document(book).BasicLibraries, {}
        for name in libraries.ElementNames:
            libraries.loadLibrary(name)
            library = libraries.getByName(name)
            found[name] = {module: library.getByName(module) for module in library.ElementNames}
        return found

    def open_addin(self, path):
        url = uno.systemPathToFileUrl(os.path.abspath(path))
        filtered = properties(MacroExecutionMode=4, FilterName="Calc MS Excel 2007 VBA XML")
        self.desktop.loadComponentFromURL(url, "_blank", 0, filtered)
        self.forget()
        return os.path.basename(path)

    def quit(self):
        self.desktop.terminate()


def until(found, what, seconds=120):
    """What *found* gives as soon as it gives something; LibreOffice draws when it has the time."""
    end = time.time() + seconds
    while True:
        given = found()
        if given:
            return given
        assert time.time() < end, f"waited {seconds} s in vain for: {what}"
        time.sleep(0.02)


def in_use(controller, sheet, label):
    """What is pressed of a button that is drawn, alive and open to presses; else None.

    It is looked for anew each time, because a sheet just chosen may get its controls anew.
    """
    controller.setFormDesignMode(False)
    page = sheet.DrawPage
    shapes = [page.getByIndex(number) for number in range(page.Count)]
    models = [one.Control for one in shapes if getattr(one, "Control", None)]
    model = next(model for model in models if model.Label == label)
    try:
        control = controller.getControl(model)
    except NoSuchElementException:
        return None
    if controller.isFormDesignMode() or control.isDesignMode() or control.getPeer() is None:
        return None
    pressed = control.getAccessibleContext()
    states = pressed.getAccessibleStateSet()
    alive = all(states.contains(state) for state in (ENABLED, SHOWING, VISIBLE))
    return pressed if alive and pressed.getAccessibleActionCount() else None


def box_of(at):
    rows, columns = at.EndRow - at.StartRow + 1, at.EndColumn - at.StartColumn + 1
    return at.StartRow + 1, at.StartColumn + 1, rows, columns


def within(sheet, box):
    top, left, rows, columns = box
    return sheet.getCellRangeByPosition(left - 1, top - 1, left + columns - 2, top + rows - 2)


def touches(addresses, box):
    """Whether any of *addresses* has a cell in common with *box*."""
    top, left, rows, columns = box
    return any(
        one.StartRow < top + rows - 1 and one.EndRow >= top - 1
        and one.StartColumn < left + columns - 1 and one.EndColumn >= left - 1
        for one in addresses
    )  # fmt: skip


def spots(addresses, top, left):
    """The cells of *addresses*, counted from *top* and *left*."""
    for at in addresses:
        for row in range(at.StartRow - top + 1, at.EndRow - top + 2):
            for column in range(at.StartColumn - left + 1, at.EndColumn - left + 2):
                yield row, column


def converted(value, kind):
    if kind & LOGICAL:
        return bool(value)
    return EPOCH + dt.timedelta(milliseconds=round(value * 86_400_000))


def plain_value(value):
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return (value - EPOCH) / dt.timedelta(days=1)
    return float(value) if isinstance(value, (bool, int, float)) else str(value)


def semicolons(formula):
    """A formula with LibreOffice's separators: the commas outside of quotes."""
    return re.sub(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', ";", formula)


def as_excel(formula):
    """A formula of LibreOffice with Excel's separators, and with Excel's names of other workbooks."""
    formula = re.sub(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', ",", formula)
    return _ELSEWHERE.sub(lambda found: f"'[{unquote(found[1])}]{found[2]}'!", formula)


def rgb(color):
    return None if color < 0 else (color >> 16, color >> 8 & 255, color & 255)


def whole(color):
    return -1 if color is None else color[0] << 16 | color[1] << 8 | color[2]


def serve(pipe):
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    office = Office(pipe)
    while True:
        try:
            method, arguments = pickle.load(requests)
        except EOFError:
            return
        try:
            reply = ("done", getattr(office, method)(*arguments))
        except Exception as error:  # noqa: BLE001
            reply = ("raised", f"{type(error).__name__}: {error}\n{traceback.format_exc()}")
        data = pickle.dumps(reply)
        replies.write(struct.pack("<I", len(data)) + data)
        replies.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
