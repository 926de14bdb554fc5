"""Texts of a workbook: references, Excel's own escapes, runs of different looks, shared texts.

The quick reader takes texts written the usual way and proves that it missed nothing; whatever is
unusual is read by expat.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kam_reports.books.markup import PRESERVE, Listener, Unusual, beginning, decoded
from kam_reports.books.unreadable import too_big

MOST_TEXTS = 2_000_000

_ANNOUNCED = re.compile(rb"""uniqueCount\s*=\s*["']([0-9]+)""")

BLANKS = " \t\r\n"  # what XML calls white space; a no-break space is text

_STRING = re.compile(r"<si><t([^<]*+)</t></si>")
_REFERENCE = re.compile(r"&(?:#(?:([0-9]{1,7})|x([0-9a-fA-F]{1,6}))|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Text without XML's references."""
    if "&" not in text:
        return text
    if text.count("&") != len(_REFERENCE.findall(text)):
        raise Unusual
    try:
        return _REFERENCE.sub(_character, text)
    except (ValueError, OverflowError) as error:
        raise Unusual from error


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    return _NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))


def decode(text: str) -> str:
    """Text as Excel shows it: ``_x000A_`` is how Excel writes what XML cannot."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    # Two halves of a character make one; a half alone is no character.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def plain_text(tagged: str) -> str:
    """The text of ``<t…>text``, given from after the ``t``."""
    attributes, _, text = tagged.partition(">")
    if attributes == ' xml:space="preserve"':
        return decode(unescape(text))
    if attributes:
        raise Unusual
    return decode(unescape(text.strip(BLANKS)))


def read_strings(content: bytes, part: str) -> tuple[str, ...]:
    """The texts that cells share."""
    announced = _ANNOUNCED.search(content.partition(b"<si")[0])
    if announced and int(announced[1][:18]) > MOST_TEXTS:
        # calamine would reserve room for all of them at once, and the process would die.
        raise too_big("cells", int(announced[1][:18]), MOST_TEXTS, part=part)
    try:
        return _quick_strings(decoded(content))
    except Unusual:
        return _careful_strings(content, part)


def _quick_strings(text: str) -> tuple[str, ...]:
    beginning(text, "sst")
    start, end = text.find("<si>"), text.rfind("</sst>")
    if "<!" in text or not 0 <= start <= end:
        raise Unusual
    pieces = _STRING.split(text[start:end])
    if "".join(pieces[::2]).strip(BLANKS):
        raise Unusual
    return tuple(map(plain_text, pieces[1::2]))


class RichText(Listener):
    """Collects text that may be cut into runs of different looks."""

    def __init__(self, part: str, root: str) -> None:
        super().__init__(part, root)
        self.pieces: list[str] = []
        self.listening = False
        self.phonetic = 0
        self.keep = False

    def begin_text(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element inside a text begins."""
        if name == "rPh":
            self.phonetic += 1
        elif name == "t" and not self.phonetic:
            self.listening = True
            self.keep = attributes.get(PRESERVE) == "preserve"
            self.pieces.append("")

    def end_text(self, name: str) -> None:
        """An element inside a text ends."""
        if name == "rPh":
            self.phonetic -= 1
        elif name == "t" and self.listening:
            self.listening = False
            if not self.keep:
                self.pieces[-1] = self.pieces[-1].strip(BLANKS)

    def text(self, text: str) -> None:
        """Text to keep, if it is not for pronunciation."""
        if self.listening:
            self.pieces[-1] += text

    def whole(self) -> str:
        """The text collected since the last call."""
        text = decode("".join(self.pieces))
        self.pieces = []
        self.listening = False
        return text


class _Strings(RichText):
    def __init__(self, part: str) -> None:
        super().__init__(part, "sst")
        self.found: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.begin_text(name, attributes)

    def end(self, name: str) -> None:
        self.end_text(name)
        if name == "si":
            self.found.append(self.whole())


def _careful_strings(content: bytes, part: str) -> tuple[str, ...]:
    listener = _Strings(part)
    listener.listen(content)
    return tuple(listener.found)
