"""Builds the two macro files from source text: the add-in with its ribbon tab, and the cockpit.

They are made on the machine where they will run, with the path of that very Python in them, so
there is no interpreter to search and no version to disagree. The same input gives the same bytes.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kam_reports.excel.vbaproject import Kind, Module, vba_project
from kam_reports.wording import Wording

ADDIN, COCKPIT, APPLESCRIPT = "kam_reports.xlam", "KAM-Cockpit.xlsm", "kam_reports.applescript"
PROJECT = "KamReportsProject"  # no module may have this name
TITLE = "KAM Reports"
_PIECE = 50  # characters of a path in one line of VBA
_LINE, _LETTERS = 15, 100  # a line of small print in the cockpit: points high, letters long
_STAMP = (1980, 1, 1, 0, 0, 0)
_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_INTERFACE = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
_WORKBOOK_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN_TYPE = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it does, and its picture where it stands on the ribbon."""

    action: str
    icon: str = ""  # one of Office's own pictures
    large: bool = False

    @property
    def macro(self) -> str:
        """The VBA procedure behind it: ``KamCheckAll`` for ``check-all``."""
        return "Kam" + "".join(word.capitalize() for word in self.action.split("-"))


RIBBON: Mapping[str, tuple[Button, ...]] = {  # the groups of the tab
    "plan": (
        Button("check", "ReviewAcceptChange", large=True),
        Button("next", "ReviewNextComment"),
        Button("clear", "Clear"),
        Button("list", "ReviewShowAllComments"),
    ),
    "review": (Button("report", "FileSaveAsWebPage", large=True),),
}
DESK = tuple(Button(action) for action in ("check-all", "workbook", "reports", "mail-plan"))
BUTTONS = (*(button for group in RIBBON.values() for button in group), *DESK)


# ---------------------------------------------------------------- the VBA


def vba_text(text: str) -> str:
    """A VBA expression for *text* that is pure ASCII, so that no code page can spoil it."""
    pieces = re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]", text)
    parts = []
    for piece in pieces:
        if piece.isascii() and piece.isprintable():
            parts.append('"' + piece.replace('"', '""') + '"')
        else:
            wide = piece.encode("utf-16-le")
            parts += [f"ChrW({wide[at] | wide[at + 1] << 8})" for at in range(0, len(wide), 2)]
    return " & ".join(parts) or '""'


def _assigned(name: str, text: str) -> str:
    """VBA lines that put *text* into *name*, piece by piece, because a line may not be long."""
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    return "\n".join(
        f"    {name} = {f'{name} & ' if number else ''}{vba_text(piece)}"
        for number, piece in enumerate(pieces)
    )


def modules(python: str, wording: Wording, version: str) -> list[Module]:
    """Our two modules, with the interpreter *python* and the words of the language in them."""
    said = {
        name: vba_text(wording.phrase(f"excel.vba.{name.lower()}"))
        for name in ("NO_BOOK", "STARTING", "NOT_STARTED", "EXIT_CODE")
    }
    subs = (f'Public Sub {each.macro}()\n    KamRun "{each.action}"\nEnd Sub\n' for each in BUTTONS)
    fill = {
        **said,
        "TITLE": vba_text(TITLE),
        "PYTHON": _assigned("KamPython", python),
        "ADDIN": vba_text(version),
        "VERSION": version,
        "BUTTONS": "\n".join(subs),
    }
    return [
        Module(name, re.sub(r"@([A-Z_]+)@", lambda found: fill[found[1]], _shipped(f"{name}.bas")))
        for name in ("KamButtons", "KamLauncher")
    ]


def applescript() -> bytes:
    """The script that starts Python on macOS; the same for everyone, so it can be compared."""
    return _shipped(APPLESCRIPT).encode("ascii")


def _shipped(name: str) -> str:
    return (Path(__file__).parent / "vba" / name).read_text(encoding="utf-8")


def _project(code: Iterable[Module]) -> io.BytesIO:
    """Our modules with those that Excel expects for the workbook and its one sheet."""
    own = (Module("ThisWorkbook", kind=Kind.WORKBOOK), Module("Sheet1", kind=Kind.SHEET))
    return io.BytesIO(vba_project(PROJECT, [*own, *code]))


# ---------------------------------------------------------------- the files


def build_addin(code: Iterable[Module], wording: Wording) -> bytes:
    """The add-in: an empty workbook with our modules and the ribbon tab."""
    content, book = _begin(wording, "excel.about")
    book.add_vba_project(_project(code), is_stream=True)
    book.set_vba_name("ThisWorkbook")
    book.add_worksheet("KAM").write_string("A1", TITLE)
    book.close()
    parts = {}
    with zipfile.ZipFile(content) as package:
        for name in package.namelist():
            parts[name] = package.read(name)
    types = parts["[Content_Types].xml"]
    assert _WORKBOOK_TYPE in types
    parts["[Content_Types].xml"] = types.replace(_WORKBOOK_TYPE, _ADDIN_TYPE)
    relation = f'<Relationship Id="kamUI" Type="{_INTERFACE}" Target="customUI/customUI.xml"/>'
    end = b"</Relationships>"
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(end, relation.encode() + end)
    parts["customUI/customUI.xml"] = ribbon(wording).encode("utf-8")
    return _packed(parts)


def ribbon(wording: Wording) -> str:
    """The ribbon tab as Office reads it."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    groups = [
        {
            "id": f"kamGroup{name.capitalize()}",
            "label": wording.phrase(f"excel.group.{name}"),
            "buttons": [_labelled(button, wording) for button in buttons],
        }
        for name, buttons in RIBBON.items()
    ]
    template = environment.from_string(_shipped("customUI.xml.j2"))
    return template.render(title=TITLE, groups=groups) + "\n"


def _labelled(button: Button, wording: Wording) -> dict[str, str]:
    return {
        "action": button.action,
        "icon": button.icon,
        "size": "large" if button.large else "normal",
        "label": wording.phrase(f"excel.button.{button.action}"),
        "tip": wording.phrase(f"excel.tip.{button.action}"),
    }


def build_cockpit(code: Iterable[Module], wording: Wording, where: str) -> bytes:
    """The cockpit: one sheet with a button for all that is done with a whole folder.

    *where* is the workspace that the buttons work on, for people to read; what really counts
    stands in the settings, because nothing is ever read from a workbook.
    """
    content, book = _begin(wording, "excel.about_cockpit")
    book.add_vba_project(_project(code), is_stream=True)
    book.set_vba_name("ThisWorkbook")
    page = book.add_worksheet("Cockpit")
    page.hide_gridlines(2)
    page.set_column("A:A", 3)
    page.set_column("B:B", 30)
    page.set_column("C:C", 76)
    ink = {"font_name": "Arial", "font_color": "#1F3A5F"}
    band = book.add_format({"bg_color": "#1F3A5F"})
    page.set_row(0, 30, band)
    title = {"font_name": "Arial", "font_color": "#FFFFFF", "bg_color": "#1F3A5F", "bold": True}
    page.write_string("B1", TITLE, book.add_format({**title, "font_size": 16, "valign": "vcenter"}))
    small = {"font_name": "Arial", "font_color": "#5F6B7A", "font_size": 10}
    quiet = book.add_format(small)
    place = wording.phrase("excel.cockpit.works_on", place=where)
    page.set_row(1, _LINE * math.ceil(len(place) / _LETTERS))
    page.merge_range("B2:C2", place, book.add_format({**small, "text_wrap": True, "valign": "top"}))
    text = book.add_format({**ink, "font_size": 10, "text_wrap": True, "valign": "vcenter"})
    for row, button in enumerate(DESK):
        page.set_row(3 + row, 42)
        page.insert_button(
            *(3 + row, 1),
            {
                "macro": button.macro,
                "caption": wording.phrase(f"excel.button.{button.action}"),
                "width": 196,
                "height": 40,
                "x_offset": 6,
                "y_offset": 8,
            },
        )
        page.write_string(3 + row, 2, wording.phrase(f"excel.tip.{button.action}"), text)
    page.write_string(4 + len(DESK), 1, wording.phrase("excel.cockpit.hint"), quiet)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    book.close()
    with zipfile.ZipFile(content) as package:
        return _packed({name: package.read(name) for name in package.namelist()})


def _begin(wording: Wording, about: str) -> tuple[io.BytesIO, Any]:
    """An empty workbook in memory that knows no clock."""
    from xlsxwriter import Workbook

    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True})
    book.set_properties(
        {
            "title": TITLE,
            "comments": wording.phrase(about),
            "created": _CREATED.replace(tzinfo=None),
        }
    )
    return content, book


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """A package with the parts in their order and no clock in it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # the same on every system
            package.writestr(info, data)
    return content.getvalue()
