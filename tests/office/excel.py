"""An Excel to press buttons in: xlwings' real front end over openpyxl or over LibreOffice."""

from __future__ import annotations

import re
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlwings as xw
from lxml import etree
from office import gridengine

from kam_reports.excel.pressing import press
from kam_reports.excel.setup import Machine


@dataclass
class Excel:
    """The app and what a person sees of it."""

    app: Any  # the engine's, which remembers boxes and status texts
    backend: Any
    machine: Machine
    folder: Path
    kind: str = ""
    opened: list = field(default_factory=list)

    def open(self, path):
        self.opened.append(self.backend.open_book(str(path)))
        return xw.books[self.opened[-1]]

    def press(self, action, book, **more):
        """Press, and give the text of the one box that came up, or nothing."""
        before = len(self.app.alerts)
        press(action, book, self.machine, **more)
        boxes = [prompt for _, prompt, *_ in self.app.alerts[before:]]
        assert len(boxes) <= 1, boxes
        assert self.app.status_bar is False
        assert not (self.machine.state / "excel.lock").exists()
        return boxes[0] if boxes else ""

    @property
    def log(self):
        return self.machine.log.read_text(encoding="utf-8") if self.machine.log.exists() else ""


@contextmanager
def excel_over(backend, folder):
    """*backend* as the running Excel, with a home of its own in *folder*."""
    app, undo = gridengine.install(backend)
    home = folder / "home"
    home.mkdir()
    seen = Excel(app, backend, Machine("win32", "python", home, home), folder)
    try:
        yield seen
    finally:
        undo()
        for name in list(backend.books()):
            backend.close(name)


def changed(before, after):
    """The parts that differ; styles may be added that nothing uses, as Excel itself does."""
    names = dict.fromkeys([*before, *after])
    return [
        name for name in names
        if before.get(name) != after.get(name)
        and not (name == "xl/styles.xml" and _only_added(before[name], after[name]))
    ]  # fmt: skip


def _only_added(before, after):
    """Whether every list of styles begins as it was, so that every number in a cell means the same."""
    was, now = ({group.tag: [etree.tostring(one) for one in group] for group in etree.fromstring(data)}
                for data in (before, after))  # fmt: skip
    return all(now.get(tag, [])[: len(styles)] == styles for tag, styles in was.items())


def parts(path):
    """The parts of a workbook, without the clock and without where the cursor stands."""
    with zipfile.ZipFile(path) as package:
        read = {name: package.read(name) for name in package.namelist()}
    return {
        name: _content(name, data)
        for name, data in read.items()
        if not name.startswith("docProps/")
    }


def _content(name, data):
    if not name.startswith(("xl/worksheets/sheet", "xl/workbook.xml")):
        return data
    text = re.sub(r"<(sheetViews|bookViews)>.*?</\1>", "", data.decode("utf-8"), flags=re.DOTALL)
    # LibreOffice measures automatic heights anew when it feels like it.
    return re.sub(r' ht="[\d.]+"(?= hidden="\w+" customHeight="false")', "", text).encode()
