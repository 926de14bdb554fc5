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


class _Names(dict[str, str]):
    """Short names of elements: ``row`` in either of the main namespaces."""

    def __missing__(self, name: str) -> str:
        space, _, local = name.rpartition(" ")
        short = name
        if space in _MAIN or space == _PACKAGE:
            short = local
        elif not space:
            short = f"?{name}"  # an element without namespace belongs to no workbook
        self[name] = short
        return short


class Listener:
    """Hears what stands in a part; its heirs remember what they need."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.depth = 0
        self.names = _Names()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text inside an element."""

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        """Expat met an element."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_big("depth", self.depth, DEEPEST, part=self.part)
        self.start(self.names[name], attributes)

    def closed(self, name: str) -> None:
        """Expat left an element."""
        self.depth -= 1
        self.end(self.names[name])

    def listen(self, content: bytes) -> None:
        """Hear the whole part; Unreadable if it is no well-formed UTF-8 XML."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self.opened
        parser.EndElementHandler = self.closed
        parser.CharacterDataHandler = self.text
        declared = _ENCODING.match(content[:200].removeprefix(b"\xef\xbb\xbf"))
        if declared and declared[1].lower() not in _UTF8:
            raise damaged("markup", part=self.part, detail=f"encoding {declared[1]!r}")
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError) as error:
            raise damaged("markup", part=self.part, detail=str(error)) from error


def is_true(text: str | None) -> bool:
    """Whether an attribute says yes."""
    return text in ("1", "true", "on")


class Element(NamedTuple):
    """An element with its attributes and the name of the element around it."""

    parent: str
    name: str
    attributes: Mapping[str, str]


class _Elements(Listener):
    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.found: list[Element] = []
        self.around = [""]

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.found.append(Element(self.around[-1], name, attributes))
        self.around.append(name)

    def end(self, name: str) -> None:  # noqa: ARG002
        self.around.pop()


def elements(content: bytes, part: str) -> list[Element]:
    """All elements of a small part, in order."""
    listener = _Elements(part)
    listener.listen(content)
    return listener.found
