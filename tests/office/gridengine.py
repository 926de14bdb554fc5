"""An engine for xlwings over anything that has cells, so that xlwings' own code runs on Linux.

``install(backend)`` makes *backend* what ``xlwings.apps`` shows; ``Book``, ``Range``, ``Note`` and
the like are then xlwings' real ones. Only its free part is used: ``main`` and ``base_classes``.
"""

from __future__ import annotations

import datetime as dt
import re

import xlwings as xw
from xlwings import base_classes as base
from xlwings import utils
from xlwings.main import Engine as FrontEngine

ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


class Engine:
    """What xlwings asks for its instances of Excel, and how it cleans values."""

    name, type = "excel", "desktop"

    def __init__(self):
        self.apps = Apps()

    @staticmethod
    def prepare_xl_data_element(value, options):
        if value is None or value != value:
            return None
        return value.item() if hasattr(value, "item") else value

    @staticmethod
    def clean_value_data(data, datetime_builder, empty_as, number_builder, err_to_str):
        def clean(value):
            if value is None or value == "":
                return empty_as
            if isinstance(value, str) and value in ERRORS:
                return value if err_to_str else None
            if isinstance(value, bool | str | dt.datetime):
                return value
            return number_builder(value) if number_builder else value

        return [[clean(value) for value in row] for row in data]


class Apps(base.Apps):
    def __init__(self):
        self.items = []

    def keys(self):
        return [app.pid for app in self.items]

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, pid):
        return next(app for app in self.items if app.pid == pid)


def _named(several, key):
    """The book or sheet of that name, which Excel compares without case."""
    for one in several:
        if one.name.lower() == str(key).lower():
            return one
    raise KeyError(key)


class App(base.App):
    engine = backend = None
    version, pid, hwnd, path, startup_path = "16.0", 1, 4711, "", ""
    visible = screen_updating = display_alerts = enable_events = interactive = True
    calculation, cut_copy_mode = "automatic", None

    def __init__(self, engine, backend):
        self.engine, self.backend = engine, backend
        self.alerts, self.answers, self.statuses = [], [], []
        self.log = []  # what was done to the screen, in order

    @property
    def books(self):
        return Books(self)

    @property
    def status_bar(self):
        return self.statuses[-1] if self.statuses else False

    @status_bar.setter
    def status_bar(self, value):
        self.statuses.append(value)
        self.backend.status(value)

    def alert(self, prompt, title, buttons, mode, callback):
        assert self.status_bar is False, "a box while the status bar still shows progress"
        assert self.screen_updating is True, "a box over a frozen screen"
        self.alerts.append((title, prompt, buttons, mode))
        return self.answers.pop(0) if self.answers else "ok" if buttons == "ok" else "yes"

    def activate(self, steal_focus=False):
        pass

    @property
    def selection(self):
        found = self.backend.selection()
        if found is None:
            return None
        book, sheet, box = found
        return Range(Sheet(Book(self, book), sheet), *box)


class Books(base.Books):
    app = None

    def __init__(self, app):
        self.app = app

    api = property(lambda self: self.app.backend)
    active = property(lambda self: Book(self.app, self.app.backend.active_book()))

    def names(self):
        return self.app.backend.books()

    def __call__(self, key):
        if isinstance(key, int):
            return Book(self.app, self.names()[key - 1])
        return _named(self, key)

    def __len__(self):
        return len(self.names())

    def __iter__(self):
        return (Book(self.app, name) for name in self.names())

    def __contains__(self, key):
        return str(key).lower() in (name.lower() for name in self.names())

    def add(self):
        return Book(self.app, self.app.backend.add_book())

    def open(self, fullname, *_args, **_options):
        return Book(self.app, self.app.backend.open_book(str(fullname)))


class Book(base.Book):
    app = name = None

    def __init__(self, app, name):
        self.app, self.name = app, name

    api = property(lambda self: self)

    @property
    def sheets(self):
        return Sheets(self)

    @property
    def fullname(self):
        raise AssertionError("a button must never ask for the path of the workbook")

    def call(self, method, *args):
        return getattr(self.app.backend, method)(self.name, *args)

    def activate(self):
        self.call("activate_book")

    def save(self, path=None, password=None):
        if path is None:
            raise AssertionError("a button must never save the workbook")
        self.call("save", str(path))

    def close(self):
        self.call("close")


class Sheets(base.Sheets):
    book = None

    def __init__(self, book):
        self.book = book

    api = property(lambda self: self.book)
    active = property(lambda self: Sheet(self.book, self.book.call("active_sheet")))

    def names(self):
        return self.book.call("sheets")

    def __call__(self, key):
        if isinstance(key, int):
            return Sheet(self.book, self.names()[key - 1])
        return _named(self, key)

    def __len__(self):
        return len(self.names())

    def __iter__(self):
        return (Sheet(self.book, name) for name in self.names())

    def __contains__(self, key):
        return key.lower() in (name.lower() for name in self.names())

    def add(self, before=None, after=None, name=None):
        at = before.index - 1 if before else after.index if after else len(self.names())
        return Sheet(self.book, self.book.call("add_sheet", name, at))


class Sheet(base.Sheet):
    book = None

    def __init__(self, book, name):
        self.book, self._name = book, name

    api = property(lambda self: self)
    index = property(lambda self: self.book.sheets.names().index(self._name) + 1)
    cells = property(lambda self: Range(self, 1, 1, 1048576, 16384))
    used_range = property(lambda self: Range(self, *self.call("used")))
    notes = property(
        lambda self: [Note(Range(self, *at), text) for *at, text in self.call("notes")]
    )
    comments = property(lambda self: [])

    def call(self, method, *args):
        return self.book.call(method, self._name, *args)

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        self.call("rename", value)
        self._name = value

    @property
    def visible(self):
        return self.call("visible")

    @visible.setter
    def visible(self, value):
        self.call("set_visible", value)

    def range(self, first, last=None):
        top, left, bottom, right = self._corners(first)
        if last is not None:
            *_, bottom, right = self._corners(last)
        return Range(self, top, left, bottom - top + 1, right - left + 1)

    @staticmethod
    def _corners(spot):
        if isinstance(spot, Range):
            rows, columns = spot.shape
            return spot.row, spot.column, spot.row + rows - 1, spot.column + columns - 1
        if isinstance(spot, tuple):
            return (*spot, *spot)
        assert re.fullmatch(r"[A-Z]+\d+(:[A-Z]+\d+)?", spot), f"not an address: {spot}"
        start, end = utils.a1_to_tuples(spot)
        return (*start, *(end or start))

    def activate(self):
        self.call("activate")

    select = activate

    def delete(self):
        self.call("delete_sheet")


class Range(base.Range):
    sheet = row = column = shape = None
    has_array = False

    def __init__(self, sheet, row, column, rows=1, columns=1):
        self.sheet, self.row, self.column, self.shape = sheet, row, column, (rows, columns)
        self.options = {}

    api = property(lambda self: self)
    box = property(lambda self: (self.row, self.column, *self.shape))
    merge_cells = property(lambda self: self.call("merged", self.box))
    row_hidden = property(lambda self: self.call("hidden", "row", self.row, self.shape[0]))
    column_hidden = property(lambda self: self.call("hidden", "column", self.column, self.shape[1]))

    @property
    def font(self):
        return Font(self)

    @property
    def conditional_formats(self):
        return ConditionalFormats(self)

    def call(self, method, *args):
        return self.sheet.call(method, *args)

    @property
    def merge_area(self):
        return Range(self.sheet, *self.call("merge_area", self.row, self.column))

    def __len__(self):
        return self.shape[0] * self.shape[1]

    def __call__(self, row, column=None):
        if column is None:
            row, column = (part + 1 for part in divmod(row - 1, self.shape[1]))
        return Range(self.sheet, self.row + row - 1, self.column + column - 1)

    @property
    def raw_value(self):
        return self.call("values", self.box)

    @raw_value.setter
    def raw_value(self, value):
        self.call("put", self.row, self.column, self._spread(value))

    @property
    def formula(self):
        data = self.call("formulas", self.box)
        return data[0][0] if self.shape == (1, 1) else tuple(map(tuple, data))

    @formula.setter
    def formula(self, value):
        self.call("put", self.row, self.column, self._spread(value))

    def _spread(self, value):
        if isinstance(value, list | tuple):
            return [list(row) if isinstance(row, list | tuple) else [row] for row in value]
        return [[value] * self.shape[1] for _ in range(self.shape[0])]

    address = property(lambda self: self.get_address(True, True, False))

    def get_address(self, row_absolute, column_absolute, external):
        def one(row, column):
            return (
                f"{'$' * bool(column_absolute)}{utils.col_name(column)}"
                f"{'$' * bool(row_absolute)}{row}"
            )

        rows, columns = self.shape
        text = one(self.row, self.column)
        if (rows, columns) != (1, 1):
            text += ":" + one(self.row + rows - 1, self.column + columns - 1)
        return text

    def select(self):
        self.call("select", self.box)

    def autofit(self, axis=None):
        assert axis == "r", "only rows are fitted to their texts"
        self.call("fit_rows", self.row, self.shape[0])

    @property
    def note(self):
        found = self.call("note", self.row, self.column)
        return None if found is None else Note(self, found)

    def add_note(self, text):
        self.call("set_note", self.row, self.column, text)
        return Note(self, text)


def _kept(name):
    """A property that the backend keeps under *name*."""

    def get(self):
        return self.call("look", name, self.box)

    def put(self, value):
        if name.endswith("color") and value is not None:
            value = tuple(utils.hex_to_rgb(value)) if isinstance(value, str) else tuple(value)
        self.call("set_look", name, value, self.box)

    return property(get, put)


for _name in ("color", "number_format", "column_width", "row_height", "wrap_text",
              "horizontal_alignment", "vertical_alignment"):  # fmt: skip
    setattr(Range, _name, _kept(_name))


class Font(base.Font):
    def __init__(self, area):
        self.box, self.call = area.box, area.call


for _name in ("bold", "italic", "size", "color"):
    setattr(Font, _name, _kept(f"font_{_name}"))


class Note(base.Note):
    author = location = text = ""

    def __init__(self, location, text):
        self.location, self.text = location, text

    api = property(lambda self: self.location)

    def delete(self):
        self.location.call("set_note", self.location.row, self.location.column, None)


class ConditionalFormats(base.ConditionalFormats):
    def __init__(self, area):
        self.area = area

    api = property(lambda self: self.area)

    def rules(self):
        return [
            ConditionalFormat(self.area, *rule) for rule in self.area.call("rules", self.area.box)
        ]

    def __len__(self):
        return len(self.rules())

    def __iter__(self):
        return iter(self.rules())

    def __call__(self, key):
        return self.rules()[key - 1]

    def add_custom(self, spec):
        color = spec.get("fill_color")
        self.area.call("add_rule", self.area.box, spec["formula"], tuple(color) if color else None)
        return ConditionalFormat(self.area, None, "custom", spec["formula"], color)


class ConditionalFormat(base.ConditionalFormat):
    type = formula = fill_color = None
    stop_if_true = False

    def __init__(self, area, ident, kind, formula, color):
        self.area, self.ident = area, ident
        self.type, self.formula, self.fill_color = kind, formula, color

    def delete(self):
        self.area.call("delete_rule", self.ident)


def install(backend):
    """Make *backend* xlwings' active engine; gives the app, and a function that undoes it."""
    engine = Engine()
    app = App(engine, backend)
    engine.apps.items.append(app)
    old = xw.engines.active, list(xw.engines.engines), dict(xw.engines.engines_by_name)
    front = FrontEngine(impl=engine)
    xw.engines.add(front)
    front.activate()

    def undo():
        xw.engines.active, xw.engines.engines[:] = old[0], old[1]
        xw.engines.engines_by_name.clear()
        xw.engines.engines_by_name.update(old[2])

    return app, undo
