"""Changes a part of a package where it must change and leaves every other byte as it was.

Parsing and writing a part anew would lose what the writer did not understand: prefixes, entities,
the order of attributes. So expat only tells where the elements stand, and the bytes are spliced.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

_NAME = re.compile(rb"<([^\s/>]+)")
_ATTRIBUTE = re.compile(rb"""(\s+)([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")


class Unmarkable(Exception):  # noqa: N818  (it is about the file, not about the program)
    """A workbook that can be read but not marked without harm. *kind* says why."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.facts: dict[str, str] = {"detail": detail}


@dataclass(slots=True, eq=False)
class Element:
    """Where an element stands in its part; all four are counted in bytes."""

    name: str  # without prefix and namespace
    space: str  # the namespace
    attributes: Mapping[str, str]  # a prefixed one as "namespace name"
    start: int  # of its "<"
    inner: int  # behind the ">" of its first tag
    close: int = 0  # of its last tag; ``end`` for an empty element
    end: int = 0
    children: list[Element] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether it is written as one tag, ``<a/>``."""
        return self.close == self.end

    def all(self, name: str) -> Iterator[Element]:
        """Its children of that name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Element | None:
        """Its first child of that name."""
        return next(self.all(name), None)

    def identifier(self, name: str = "id") -> str:
        """The attribute *name* of whatever namespace, such as ``r:id``."""
        found = (said for key, said in self.attributes.items() if key.rpartition(" ")[2] == name)
        return next(found, "")


class Reader(ABC):
    """Hears the elements of a part with their places; its heirs keep what they need."""

    def __init__(self, content: bytes) -> None:
        if b"\0" in content[:200]:
            raise Unmarkable("encoding")
        self.content = content
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._opened
        self._parser.EndElementHandler = self._closed

    def read(self) -> None:
        """Read the whole part."""
        try:
            self._parser.Parse(self.content, True)
        except expat.ExpatError as error:
            raise Unmarkable("markup", str(error)) from error

    @property
    def here(self) -> int:
        """Where the tag begins that is being heard."""
        return int(self._parser.CurrentByteIndex)

    def element(self, full_name: str, attributes: dict[str, str]) -> Element:
        """The element that begins here."""
        space, _, name = full_name.rpartition(" ")
        start = self.here
        return Element(name, space, attributes, start, tag_end(self.content, start))

    def finish(self, element: Element) -> None:
        """Note that *element* ends here."""
        if self.content[element.inner - 2 : element.inner] == b"/>":
            element.close = element.end = element.inner
        else:
            element.close = self.here
            element.end = tag_end(self.content, self.here)

    @abstractmethod
    def _opened(self, full_name: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins."""

    @abstractmethod
    def _closed(self, full_name: str) -> None:
        """Hear that an element ends."""


def tag_end(content: bytes, start: int) -> int:
    """Where the tag ends that begins at *start*; a ``>`` may stand inside an attribute."""
    here = start
    while True:
        end = content.index(b">", here)
        tag = content[start:end]
        double, single = tag.count(b'"'), tag.count(b"'")
        if not double % 2 and not single % 2:
            return end + 1
        stripped = re.sub(rb"\"[^\"]*\"|'[^']*'", b"", tag)
        if b'"' not in stripped and b"'" not in stripped:
            return end + 1
        here = end + 1


class _Tree(Reader):
    """Keeps every element: for small parts."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.root: Element | None = None
        self._open: list[Element] = []

    def _opened(self, full_name: str, attributes: dict[str, str]) -> None:
        made = self.element(full_name, attributes)
        if self._open:
            self._open[-1].children.append(made)
        else:
            self.root = made
        self._open.append(made)

    def _closed(self, full_name: str) -> None:  # noqa: ARG002
        self.finish(self._open.pop())


class Part:
    """A part with changes that are made all at once."""

    def __init__(self, content: bytes, root: Element | None = None) -> None:
        self.content = content
        if root is None:
            tree = _Tree(content)
            tree.read()
            root = tree.root
        if root is None:
            raise Unmarkable("markup")
        self.root = root
        self._splices: list[tuple[int, int, bytes]] = []
        self._said: dict[Element, dict[str, str]] = {}
        self._appended: dict[Element, list[bytes]] = {}

    def raw(self, element: Element) -> bytes:
        """The bytes of *element*."""
        return self.content[element.start : element.end]

    def text(self, element: Element) -> bytes:
        """The bytes between its tags."""
        return self.content[element.inner : element.close]

    def prefix(self, element: Element) -> str:
        """The prefix of *element*, with its colon; nothing if it has none."""
        found = _NAME.match(self.content, element.start)
        before, colon, _ = (found[1] if found else b"").rpartition(b":")
        return (before + colon).decode()

    def insert(self, place: int, addition: str) -> None:
        """Put *addition* at *place*."""
        self._splices.append((place, place, addition.encode()))

    def append(self, element: Element, addition: str | bytes) -> None:
        """Put *addition* behind the last child of *element*."""
        made = addition.encode() if isinstance(addition, str) else addition
        self._appended.setdefault(element, []).append(made)

    def say(self, element: Element, **attributes: str) -> None:
        """Set attributes of *element* that have no prefix."""
        self._said.setdefault(element, {}).update(attributes)

    def place_for(self, name: str, order: tuple[str, ...], parent: Element | None = None) -> int:
        """Where a new child *name* stands, if its siblings come in this *order*."""
        parent = parent or self.root
        later = set(order[order.index(name) + 1 :])
        for child in parent.children:
            if child.name in later:
                return child.start
        return parent.close

    def changed(self) -> bytes:
        """The part with all changes."""
        splices = list(self._splices)
        for element in dict.fromkeys([*self._said, *self._appended]):
            tag = with_attributes(
                self.content[element.start : element.inner], self._said.get(element, {})
            )
            added = b"".join(self._appended.get(element, ()))
            if element.empty and added:
                found = _NAME.match(tag)
                name = found[1] if found else b""
                tag = tag[:-2].rstrip() + b">" + added + b"</" + name + b">"
            elif added:
                splices.append((element.close, element.close, added))
            splices.append((element.start, element.inner, tag))
        pieces, end = [], 0
        for start, stop, addition in sorted(splices, key=lambda one: one[:2]):
            pieces += [self.content[end:start], addition]
            end = stop
        return b"".join([*pieces, self.content[end:]])


def with_attributes(tag: bytes, attributes: Mapping[str, str]) -> bytes:
    """The first tag of an element with some of its attributes set."""
    left = {name.encode(): quoted(value).encode() for name, value in attributes.items()}

    def swapped(found: re.Match[bytes]) -> bytes:
        value = left.pop(found[2], None)
        return found[0] if value is None else found[1] + found[2] + b"=" + value

    tag = _ATTRIBUTE.sub(swapped, tag)
    end = b"/>" if tag.endswith(b"/>") else b">"
    more = b"".join(b" " + name + b"=" + value for name, value in left.items())
    return tag.removesuffix(end).rstrip() + more + end if more else tag


def quoted(text: str) -> str:
    """*text* as the value of an attribute, with its quotes."""
    return quoteattr(text)


def plain(text: str) -> str:
    """*text* between tags."""
    return escape(text)
