"""A block that a layout declares: which table or form of a family stands where, and what it says.

It is found by words: the name of the sheet, a heading, the words of the header. Exact cells are the
last resort.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any

from kam_reports.layouts.pages import letters
from kam_reports.model import Period, Perspective, Scenario
from kam_reports.vocabulary import normalise

KINDS = ("form", "list", "grid", "long", "pairs")
_AXES = ("columns", "rows", "sheet", "title")
_CHOICES = {
    "kind": KINDS,
    "measures": ("", *_AXES),
    "periods": ("", *_AXES),
    "scenarios": ("", *_AXES),
    "values": ("", "right", "below"),
    "rows": ("", "product_group", "region"),
    "group": ("", "sum", "count"),
    "scenario": ("", *Scenario),
    "perspective": tuple(Perspective),
}
# A table of figures has these columns; in a scorecard its rows are fields, too.
AXES = frozenset(
    [
        *("metric", "scenario", "period", "perspective"),
        *("product_group", "region", "value", "unit", "source"),
    ]
)
_ALIASES = {"over": "columns", "under": "columns", "column": "rows"}
SKIP = "skip"  # what an own word may stand for: nothing that is read


@dataclass(frozen=True, slots=True)
class Declared:
    """A block of a family of workbooks, as its layout declares it."""

    fills: str  # the section
    kind: str = "grid"  # form · list · grid · long · pairs
    sheet: tuple[str, ...] = ("*",)  # names or patterns: several for several generations
    heading: tuple[str, ...] = ()  # a text above it, or a pattern
    header: tuple[str | tuple[str, ...], ...] = ()  # words of its header; several for one in turn
    until: tuple[str, ...] = ()  # words below it that end it
    cells: str = ""  # where it stands, if no word tells
    each: bool = False  # whether it may stand there several times
    optional: bool = False
    measures: str = ""  # where they are named: columns · rows · sheet · title; empty is anywhere
    periods: str = ""
    scenarios: str = ""
    rows: str = ""  # what else rows are: product_group · region
    values: str = ""  # of a form: right of the label, or below it; empty is as it is found
    measure: str = ""  # what holds for all of it
    scenario: str = ""
    perspective: str = "own"
    period: str = ""  # Q1 … Q4, FY
    year: int = 0
    unit: str = ""  # T€
    group: str = ""  # sum or count the rows of a period
    words: Mapping[str, str] = field(default_factory=dict)  # own word → what it stands for
    skip: tuple[str, ...] = ()  # own words of rows and columns that are not read

    def is_on(self, sheet: str) -> bool:
        """Whether the block may stand on *sheet*."""
        return matches(sheet, self.sheet)

    @property
    def names_its_sheet(self) -> bool:
        """Whether its sheet has a name of its own: only then a hidden one is read."""
        return "*" not in self.sheet

    def meant(self, text: str) -> str | None:
        """What an own word stands for; ``skip`` for what is not read."""
        if self.skip and matches(text, self.skip):
            return SKIP
        word = normalise(text)
        return next((key for own, key in self.words.items() if normalise(own) == word), None)


def matches(text: str, patterns: tuple[str, ...]) -> bool:
    """Whether *text* is one of the words or patterns, in any case and with any punctuation."""
    plain, word = " ".join(text.split()).casefold(), normalise(text)
    return any(word == normalise(each) or fnmatchcase(plain, each.casefold()) for each in patterns)


def in_turn(word: str | tuple[str, ...]) -> tuple[str, ...]:
    """A word of a header as the words that may stand there instead of each other."""
    return (word,) if isinstance(word, str) else word


class Undeclarable(ValueError):  # noqa: N818  (a declaration, not a fault of the program)
    """A declaration that cannot hold: its key, and what would be right."""

    def __init__(self, key: str, right: str) -> None:
        super().__init__(key)
        self.key = key
        self.right = right


def declare(table: Mapping[str, Any]) -> Declared:
    """The block that a table of a layout declares. Raises Undeclarable."""
    known = {each.name: each for each in fields(Declared)}
    given: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise Undeclarable(key, ", ".join(known))
        given[key] = _value(key, value)
    if not given.get("fills"):
        raise Undeclarable("fills", 'fills = "figures"')
    return Declared(**given)


def _value(key: str, value: Any) -> Any:
    match key:
        case "header":
            return tuple(
                each if isinstance(each, str) else _texts(key, each)
                for each in ([value] if isinstance(value, str) else _listed(key, value))
            )
        case "sheet" | "heading" | "until" | "skip":
            return _texts(key, value)
        case "words":
            if not isinstance(value, dict) or not all(isinstance(x, str) for x in value.values()):
                raise Undeclarable(key, '{ "Fakturawert" = "revenue" }')
            return value
        case "each" | "optional":
            expected: type = bool
        case "year":
            expected = int
        case _:
            expected = str
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        raise Undeclarable(key, expected.__name__)
    if key in ("measures", "periods", "scenarios"):
        value = _ALIASES.get(str(value), value)
    if key in _CHOICES and value not in _CHOICES[key]:
        raise Undeclarable(key, ", ".join(choice for choice in _CHOICES[key] if choice))
    if key == "period" and period_of(value, 2000) is None:
        raise Undeclarable(key, "Q1, M01, H1, FY")
    if key == "cells" and area_of(value) is None:
        raise Undeclarable(key, "B5:F20")
    return value


def _listed(key: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Undeclarable(key, '["…", "…"]')
    return value


def _texts(key: str, value: Any) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else _listed(key, value)
    if not all(isinstance(one, str) for one in texts):
        raise Undeclarable(key, '["…", "…"]')
    return tuple(texts)


def period_of(short: str, year: int) -> Period | None:
    """The period ``Q1``, ``M03``, ``H1`` or ``FY`` of *year*."""
    try:
        return Period.parse(f"{year}-{short}")
    except ValueError:
        return None


def area_of(cells: str) -> tuple[int, int, int, int] | None:
    """Top, left, bottom and right of ``B5:F20``."""
    first, _, last = cells.replace("$", "").upper().partition(":")
    corners = [_corner(each) for each in (first, last or first)]
    if None in corners:
        return None
    (top, left), (bottom, right) = (corner for corner in corners if corner)
    return (top, left, bottom, right) if top <= bottom and left <= right else None


def _corner(cell: str) -> tuple[int, int] | None:
    name = cell.rstrip("0123456789")
    row = cell[len(name) :]
    if not row or not name.isascii() or not name.isalpha() or len(name) > 3:
        return None
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - 64
    return (int(row), column) if letters(column) == name and int(row) else None


# ---------------------------------------------------------------- the header's fields


@dataclass(frozen=True, slots=True)
class Known:
    """A field of the header that no form tells: a constant, or a part of a name.

    Of ``file``, ``sheet`` and ``title`` the part that ``{}`` stands for is taken, as in
    ``"Plan {} 2026*"``; ``beside`` is a label anywhere, with the value to its right.
    """

    source: str  # constant · file · sheet · title · beside
    text: str | int | float | bool


SOURCES = ("file", "sheet", "title", "beside")


def know(key: str, stated: Any) -> Known:
    """What a layout says of the header's field *key*. Raises Undeclarable."""
    if isinstance(stated, (str, int, float, bool)):
        return Known("constant", stated)
    if isinstance(stated, dict) and len(stated) == 1:
        ((source, text),) = stated.items()
        if source in SOURCES and isinstance(text, str) and (source == "beside" or "{}" in text):
            return Known(source, text)
    raise Undeclarable(key, '"…", 2026, { file = "Plan {} 2026*" }, { beside = "…" }')
