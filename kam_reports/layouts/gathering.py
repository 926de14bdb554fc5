"""What has been read so far: entries, figures, and everything that was odd, with its cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kam_reports.layouts.declared import Layout
from kam_reports.layouts.pages import Page, Position, address, letters, span
from kam_reports.model import Cell, Entry, Figure, Named, Oddity, Place, Value
from kam_reports.values import (
    UNPROVEN,
    Column,
    Meaning,
    Setting,
    Wanted,
    evidence,
    raw_text,
    read_cell,
    unit_of,
)
from kam_reports.vocabulary import Field, Vocabulary

Facts = Mapping[str, Any]
_UNIT_IN_HEADING = re.compile(r"[(\[]([^)\]]+)[)\]]|\bin\s+(\S+(?:\s+\S+)?)$")
_WORD = re.compile(r"[^\s,;:|()\[\]]+")
_MOST_WORDS = 6  # of a unit: "€ in thousands", "alle Angaben in Tsd. EUR"


@dataclass(slots=True)
class Gathering:
    """The book's entries, figures and oddities, as far as they have been read."""

    book: str
    layout: Layout
    vocabulary: Vocabulary
    setting: Setting
    entries: list[Entry] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    understood: dict[Any, Any] = field(default_factory=dict)  # what words say, looked up once

    def aside(self) -> Gathering:
        """One that reads alike, but keeps to itself what it reads and notices."""
        return replace(self, entries=[], figures=[], oddities=[])

    def place(self, page: Page, row: int, column: int) -> Place:
        """The place of a cell."""
        return Place(self.book, page.name, address(row, column))

    def place_of(self, sheet: str = "") -> Place:
        """The place of a whole sheet, or of the workbook."""
        return Place(self.book, sheet)

    def place_of_field(self, key: str) -> Place | str:
        """Where a field of the header stands; empty if it was given by the layout or is missing."""
        for entry in self.entries:
            if entry.section == self.layout.header and entry[key] is not None:
                place = entry.at(key)
                return place if place.cell else ""
        return ""

    def area(self, page: Page, positions: Iterable[Position]) -> Place:
        """The place of the range that holds all *positions*."""
        return Place(self.book, page.name, span(positions))

    def notice(self, kind: str, place: Place, raw: str = "", **facts: Any) -> None:
        """Note something odd for a check to judge."""
        self.oddities.append(Oddity(kind, place, raw, facts))

    def value(
        self,
        page: Page,
        position: Position,
        wanted: Wanted,
        column: Column,
        about: Any,
        label: str,
        known: Sequence[str] = (),
    ) -> Value | None:
        """What the cell at *position* means; None if it is blank.

        *about* is the field or measure that stands there, *label* how the sheet calls it, *known*
        are the kinds of oddities that need no word there.
        """
        cell = page.cell(*position)
        if cell is None:
            if (covered := page.covered.get(position)) is not None:
                place = self.place(page, *position)
                self.notice("merged-over", place, raw_text(covered), field=about)
            return None
        page.rest.discard(position)
        meaning = read_cell(cell, wanted, column, self.setting, self.vocabulary)
        value = Value(meaning.value, self.place(page, *position), raw_text(cell))
        noticed = tuple(each for each in meaning.noticed if each.kind not in known)
        if noticed:
            self._note_all(replace(meaning, noticed=noticed), value, about, label)
        return value

    def _note_all(self, meaning: Meaning, value: Value, about: Any, label: str) -> None:
        for noticed in meaning.noticed:
            self.notice(noticed.kind, value.place, value.raw, **{"field": about, **noticed.facts})
            if noticed.kind == "open-question":
                self.ask(f"{label}: {value.raw}", value)

    def ask(self, text: str, value: Value) -> None:
        """Add an open question to those that the plan lists itself."""
        if "question" in self.vocabulary.all_sections:
            asked = Value(" ".join(text.split()), value.place, value.raw)
            self.entries.append(Entry("question", {"text": asked}, value.place))

    def note_column(
        self, page: Page, column: Column, positions: list[Position], about: Any
    ) -> None:
        """Note what was odd about a whole column."""
        if column.swapped:
            self.notice(
                "swapped-dates", self.area(page, positions), field=about, count=len(positions)
            )

    def note_hidden(self, page: Page, positions: Iterable[Position]) -> None:
        """Note which of the cells that were read stand in hidden rows or columns."""
        if not page.sheet.hidden_rows and not page.sheet.hidden_columns:
            return
        read = [position for position in positions if page.cell(*position) is not None]
        rows = sorted({row for row, _ in read} & page.sheet.hidden_rows)
        columns = sorted({column for _, column in read} & page.sheet.hidden_columns)
        for kind, which, names in (
            ("hidden-rows", [at for at in read if at[0] in rows], map(str, rows)),
            ("hidden-columns", [at for at in read if at[1] in columns], map(letters, columns)),
        ):
            if which:
                self.notice(kind, self.area(page, which), ", ".join(names), count=len(which))


def wanted_of(declared: Field, heading: str = "") -> Wanted:
    """What a cell of a field should give, in the unit that its heading may name."""
    low, high = declared.low, declared.high
    return Wanted(declared.type, declared.unit, low, high, declared.name, unit_in(heading))


def unit_in(heading: str) -> str:
    """The unit that a heading names, as in ``Budget (T€)``, ``Umsatz in TEUR`` or ``Umsatz T€``."""
    for match in _UNIT_IN_HEADING.finditer(heading):
        text = match[1] or match[2]
        if unit_of(text) is not None:
            return text
    words = list(_WORD.finditer(heading))
    for first in range(max(0, len(words) - _MOST_WORDS), len(words)):
        text = heading[words[first].start() : words[-1].end()]
        if _is_of_money(text):
            return text
    return ""


def unit_said(text: str) -> str:
    """The unit of amounts that a title or note names anywhere: ``Plan 2026 – T€``.

    What stands behind a number is that number's own.
    """
    if (inside := unit_in(text)) and _is_of_money(inside):
        return inside
    words = list(_WORD.finditer(text))
    for first in range(len(words)):
        if first and words[first - 1][0][-1].isdigit() and not _is_year(words[first - 1]):
            continue
        for last in reversed(words[first : first + _MOST_WORDS]):
            part = text[words[first].start() : last.end()]
            if _is_of_money(part):
                return part
    return inside


def _is_of_money(text: str) -> bool:
    """Whether it names a unit of amounts; a "k" or "M" alone may be anything."""
    unit = unit_of(text)
    if unit is None or unit.scale is None:
        return False
    return bool(unit.currency) or sum(map(str.isalpha, text)) > 2


def _is_year(word: re.Match[str]) -> bool:
    return re.fullmatch(r"(?:\D*)20\d\d", word[0]) is not None


def in_unit(wanted: Wanted, unit: str) -> Wanted:
    """The same in the *unit* of the metric that its row names."""
    kinds = {"EUR": "money", "percent": "pct"}
    return replace(wanted, type=kinds.get(unit, "number"), unit=unit)


def evidence_of(cells: Iterable[Cell | None]) -> Column:
    """What cells prove that do not stand in one column: the way of writing, not the unit."""
    proof = evidence(cells)
    return UNPROVEN if proof is UNPROVEN else replace(proof, percent_mixed=False, swapped=False)


def named_field(declared: Field) -> Named:
    """The field as a fact."""
    return Named("field", declared.name)
