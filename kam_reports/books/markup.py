"""Reads the XML of a part with expat: namespaces, prefixes and odd notation are expat's work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.parsers import expat

from kam_reports.books.unreadable import damaged, too_big

DEEPEST = 256

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # "Strict Open XML" in Excel's save dialog
)
_RELATIONSHIPS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

RELATION_IDS = tuple(f"{space} id" for space in _RELATIONSHIPS)
PRESERVE = "http://www.w3.org/XML/1998/namespace space"

_ENCODING = re.compile(rb"""<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)["']""")
_UTF8 = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})


class Unusual(Exception):  # noqa: N818  (nothing is wrong: another reader takes over)
    """Markup that a quick reader does not know; expat reads the part as a whole instead."""


# What we listen for, by the names that expat gives them. All else is passed over.
_ELEMENTS = {
    f"{space} {name}": name
    for space in _MAIN
    for name in (
        *("workbook", "workbookPr", "sheets", "sheet"),
        *("styleSheet", "numFmts", "numFmt", "cellStyleXfs", "cellXfs", "dxfs", "xf"),
        *("sst", "si", "t", "r", "rPh"),
        *("worksheet", "cols", "col", "sheetData", "row", "c", "f", "v", "is"),
        *("mergeCells", "mergeCell"),
    )
} | {f"{_PACKAGE} {name}": name for name in ("Relationships", "Relationship")}


class Listener:
    """Hears what stands in a part; its heirs remember what they need."""

    def __init__(self, part: str, root: str) -> None:
        self.part = part
        self.root = root
        self.depth = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text inside an element."""

    def _opened(self, full_name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        name = _ELEMENTS.get(full_name)
        if self.depth == 1 and name != self.root:
            raise damaged("markup", part=self.part, detail=f"{full_name} is no {self.root}")
        if self.depth > DEEPEST:
            raise too_big("depth", self.depth, DEEPEST, part=self.part)
        if name is not None:
            self.start(name, attributes)

    def _closed(self, full_name: str) -> None:
        self.depth -= 1
        name = _ELEMENTS.get(full_name)
        if name is not None:
            self.end(name)

    def listen(self, content: bytes) -> None:
        """Hear the whole part; Unreadable if it is no well-formed UTF-8 XML."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._opened
        parser.EndElementHandler = self._closed
        parser.CharacterDataHandler = self.text
        declared = _ENCODING.match(content[:200].removeprefix(b"\xef\xbb\xbf"))
        if declared and declared[1].lower() not in _UTF8:
            raise damaged("markup", part=self.part, detail=f"encoding {declared[1]!r}")
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError) as error:
            raise damaged("markup", part=self.part, detail=str(error)) from error


def decoded(content: bytes) -> str:
    """The content as text, with the line ends that XML prescribes."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusual from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def beginning(text: str, root: str) -> str:
    """The tag that the part *text* begins with, which must be *root* without a prefix."""
    start = text.find(f"<{root} ")
    end = text.find(">", start) + 1
    before = text[: max(start, 0)].strip()
    declared = before.startswith("<?xml") and before.find("?>") == len(before) - 2
    if start < 0 or not end or text[end - 2] == "/" or (before and not declared):
        raise Unusual
    return text[start:end]


def section(text: str, name: str) -> str:
    """The element *name* out of *text*, or nothing if it is not there."""
    if "<!" in text or "<?" in text:
        raise Unusual
    start = text.find(f"<{name}")
    if start < 0:
        return ""
    end = text.find(f"</{name}>", start)
    if end < 0 or text.count(f"<{name}") != 1 or text[start + len(name) + 1] not in " >":
        raise Unusual
    return text[start : end + len(name) + 3]


def is_true(text: str | None) -> bool:
    """Whether an attribute says yes."""
    return text in ("1", "true", "on")


class Element(NamedTuple):
    """An element with its attributes and the name of the one around it."""

    parent: str
    name: str
    attributes: Mapping[str, str]


class _Elements(Listener):
    def __init__(self, part: str, root: str) -> None:
        super().__init__(part, root)
        self.found: list[Element] = []
        self.around = [""]

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.found.append(Element(self.around[-1], name, attributes))
        self.around.append(name)

    def end(self, name: str) -> None:  # noqa: ARG002
        self.around.pop()


def elements(content: bytes, part: str, root: str) -> list[Element]:
    """The elements of a small part, in order."""
    listener = _Elements(part, root)
    listener.listen(content)
    return listener.found
