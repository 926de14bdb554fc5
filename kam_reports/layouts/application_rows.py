"""What a row of a list of applications says.

Of a customer only a mark is kept while the list is counted: a keyed hash whose key is drawn anew
for each workbook. It never leaves the reading.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kam_reports.layouts.application_lists import ApplicationList
from kam_reports.layouts.application_rules import DAYS
from kam_reports.layouts.gathering import Gathering, unit_in
from kam_reports.values import Column, Wanted, evidence, raw_text, read_cell
from kam_reports.vocabulary import normalise

_FLAGS = ("automatic", "complete", "queried")
AMOUNTS = ("amount", "amount_signed")
_HARMLESS = frozenset(["converted", "date-converted"])  # texts are usual in an export


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list. *case* and *person* are marks that tell nothing."""

    list: int
    row: int
    status: str
    days: Mapping[str, date]
    amounts: Mapping[str, float | None]  # None: filled, but gives no number
    flags: Mapping[str, bool | None]
    case: bytes | None
    person: bytes | None


class RowReader:
    """Reads the rows of one list, and remembers what could not be read."""

    def __init__(
        self, number: int, found: ApplicationList, gathering: Gathering, key: bytes
    ) -> None:
        self.number = number
        self.found = found
        self.gathering = gathering
        self.rules = gathering.layout.applications
        self.key = key
        # The list states full amounts, whatever unit the scorecard itself is in.
        self.setting = replace(gathering.setting, scale=1)
        self.proofs = {name: self._proof(name) for name in found.columns}
        self.statuses = self.rules.status_words
        self.yes = frozenset(map(normalise, self.rules.yes))
        self.no = frozenset(map(normalise, self.rules.no))
        self.unknown: dict[str, list[int]] = defaultdict(list)  # words of statuses
        self.unread: dict[str, list[int]] = defaultdict(list)  # rows by column
        self.notes = 0  # sums and remarks below the list
        self.personal = self._personal_words()

    def _proof(self, name: str) -> Column:
        """What a column proves about how its texts are meant."""
        proof = evidence(self.found.cell(row, name) for row in self.found.rows)
        if proof.day_first is None and self.rules.day_first is not None:
            proof = replace(proof, day_first=self.rules.day_first)
        return proof

    def read(self) -> Iterator[Row]:
        """The rows whose status is known."""
        for row in self.found.rows:
            if self._is_note(row):
                self.notes += 1
                continue
            text = self._text(row, "status")
            status = self.statuses.get(normalise(text))
            if status is None:
                self.unknown[text].append(row)
                continue
            flags = {name: self._flag(row, name) for name in _FLAGS if name in self.found.columns}
            if flags.get("automatic"):
                status = self.rules.automatic.get(status, status)
            yield Row(
                list=self.number,
                row=row,
                status=status,
                days=self._days(row),
                amounts=self._amounts(row),
                flags=flags,
                case=self._mark(self._text(row, "case")),
                person=self._person(row),
            )

    def _is_note(self, row: int) -> bool:
        """A sum or a remark: it says nothing in the columns that an application fills."""
        if self._text(row, "status"):
            return False
        texts = [
            raw_text(cell)
            for name in self.found.columns
            if name not in AMOUNTS and (cell := self.found.cell(row, name)) is not None
        ]
        total = any(self.gathering.vocabulary.is_total(text) for text in texts)
        return total or len(texts) <= 1

    def _text(self, row: int, name: str) -> str:
        return " ".join(raw_text(self.found.cell(row, name)).split())

    def _value(self, row: int, name: str, wanted: Wanted) -> tuple[Any, bool]:
        """What a cell gives, and whether it could be read. What is doubtful gives nothing."""
        cell = self.found.cell(row, name)
        setting, vocabulary = self.setting, self.gathering.vocabulary
        meaning = read_cell(cell, wanted, self.proofs[name], setting, vocabulary)
        if all(noticed.kind in _HARMLESS for noticed in meaning.noticed):
            return meaning.value, True
        self.unread[name].append(row)
        return None, False

    def _days(self, row: int) -> Mapping[str, date]:
        days = {}
        for name in DAYS:
            if name in self.found.columns:
                day, _ = self._value(row, name, Wanted("date"))
                if day is not None:
                    days[name] = day
        return days

    def _amounts(self, row: int) -> Mapping[str, float | None]:
        amounts: dict[str, float | None] = {}
        for name in AMOUNTS:
            if name in self.found.columns:
                unit = unit_in(self.found.headings[name])
                amount, certain = self._value(row, name, Wanted("money", "EUR", unit_text=unit))
                if amount is not None or not certain:
                    amounts[name] = amount
        return amounts

    def _flag(self, row: int, name: str) -> bool | None:
        """What a column of yes and no says; a blank is no, as where people only tick."""
        word = normalise(self._text(row, name))
        if word in self.yes:
            return True
        if word and word not in self.no:
            self.unread[name].append(row)
            return None
        return False

    # ------------------------------------------------ what is personal

    def _mark(self, *parts: str) -> bytes | None:
        """A mark of *parts* that nobody can trace back; None if one of them is blank."""
        if not all(parts):
            return None
        text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self.key, digest_size=16).digest()

    def _person(self, row: int) -> bytes | None:
        """A mark of the customer, made of the columns that the rules name."""
        parts = []
        for name in self.rules.same_customer:
            if name == "customer":
                names = f"{self._text(row, 'customer')} {self._text(row, 'first_name')}"
                parts.append(" ".join(sorted(map(normalise, re.findall(r"\w+", names)))))
            elif name == "birth_date":
                parts.append(self._born(row))
            elif name not in DAYS:
                parts.append(normalise(self._text(row, name)))
        return self._mark(*parts) if parts else None

    def _born(self, row: int) -> str:
        """The birth date, alike however it is typed."""
        cell = self.found.cell(row, "birth_date")
        if cell is None:
            return ""
        proof, vocabulary = self.proofs["birth_date"], self.gathering.vocabulary
        meaning = read_cell(cell, Wanted("date"), proof, self.setting, vocabulary)
        return meaning.value.isoformat() if meaning.value else normalise(raw_text(cell))

    def _personal_words(self) -> frozenset[str]:
        """The words that must not be quoted, should they stand in a wrong column."""
        return frozenset(
            word
            for row in self.found.rows
            for name in ("customer", "first_name", "birth_date", "case")
            for word in map(normalise, re.findall(r"\w+", self._text(row, name)))
            if len(word) > 1
        )

    def quotable(self, text: str) -> str:
        """*text*, if it names nobody."""
        words = [normalise(word) for word in re.findall(r"\w+", text)]
        harmless = len(text) <= 60 and not any(char.isdigit() for char in text)
        return text if harmless and not self.personal & set(words) else ""
