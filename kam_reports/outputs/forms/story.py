"""The stories of the worked example: plain text that becomes entries, figures and planted faults.

    file: plans/Meier.xlsx
    language: de
    story: Ein Preisproblem hinter guter Menge.

    [plan]
    account_id: KA-1
    amount_scale: T€

    [measures]
    title | due | status
    Musterregal aufbauen | 2026-06-30 | offen
    Preise zurücksetzen | "nach Absprache" !V201 | offen

    [figures]
    measure | PY Q | TARGET Q | TARGET FY | ACTUAL Q
    revenue | 900 1000 950 1150 | 950 1050 1000 1200 | 4300!V110 | 931 1092 985

Numbers stand as in the workbook, in its unit of amounts. ``"…"`` is written as this very text,
``~12`` as a number without a format, ``=formula -> result`` as a formula; without a result it was
never calculated. ``!V101`` says that the cell holds a planted fault of this code. Behind a heading
or a section's name it means the column or the sheet; ``faults:`` at the top means the workbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from kam_reports.model import Entry, Figure, Period, Perspective, Place, Scenario
from kam_reports.outputs.forms import Spoilt, Typed, Written, entry, figure, write_form_of
from kam_reports.vocabulary import Field, Section, Vocabulary

_MARK = re.compile(r"\s*!(V\d{3})$")
_SECTION = re.compile(r"\[(\w+)\]((?: \w+)*)\s*(?:!(V\d{3}))?")
_BESIDE = re.compile(r"@([A-Z]+\d+): (.+)")
_FORMULA = re.compile(r"(=.+?) ?-> ?(.*)")
_TOKEN = re.compile(r'(?:"[^"]*"|=\S+|[^\s!]+)(?:!V\d{3})?|!V\d{3}')
_DOCUMENT_OF = {"plan": "plan", "header": "scorecard"}
_YES = ("ja", "yes")


@dataclass(slots=True)
class Story:
    """One workbook of the example before it is written."""

    name: str
    facts: Mapping[str, str]
    document: str
    entries: list[Entry] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    beside: dict[tuple[str, str], Typed] = field(default_factory=dict)
    marks: list[tuple[tuple[Any, ...], str]] = field(default_factory=list)  # key of cell, code

    @property
    def file(self) -> str:
        """Where its workbook lies in the example."""
        return self.facts["file"]

    @property
    def saved_by_office(self) -> bool:
        """Whether LibreOffice, not we, saves the workbook."""
        return self.facts.get("office") in _YES


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault planted in the example, and where it is to be found."""

    code: str
    file: str
    sheet: str
    cell: str


def read_story(path: Path, vocabulary: Vocabulary) -> Story:
    """The story told in the file *path*."""
    facts, sections = _parts(path.read_text(encoding="utf-8"))
    header = next(key for key in sections if key in _DOCUMENT_OF)
    story = Story(path.stem, facts, _DOCUMENT_OF[header])
    for code in facts.get("faults", "").split():
        story.marks.append((("sheet", ""), code))
    telling = _Telling(story, vocabulary)
    for key, part in sections.items():
        telling.take(vocabulary.section(key), part)
    return story


def write_story(story: Story, vocabulary: Vocabulary) -> Written:
    """The workbook of *story*."""
    spoilt = Spoilt(frozenset(story.absent), frozenset(story.hidden), beside=story.beside)
    return write_form_of(
        story.document,
        vocabulary,
        story.facts["language"],
        entries=story.entries,
        figures=story.figures,
        spoilt=spoilt,
    )


def faults_of(story: Story, written: Written) -> Iterator[Fault]:
    """The faults planted in *story*, each with its cell."""
    for key, code in story.marks:
        place = _place(key, story, written)
        yield Fault(code, story.file, place.sheet, place.cell)


def _place(key: tuple[Any, ...], story: Story, written: Written) -> Place:
    """Where a fault is found: a cell, the filled part of a column, a sheet or the workbook."""
    match key:
        case ("sheet", sheet):
            return Place("", sheet)
        case ("beside", sheet, cell):
            return Place("", sheet, cell)
        case ("column", section, name):
            rows = [e for e in story.entries if e.section == section]
            filled = [n for n, row in enumerate(rows) if name in row.values]
            first, last = (written.cells[section, n, name] for n in (filled[0], filled[-1]))
            return Place("", first.sheet, f"{first.cell}:{last.cell}")
    return written.cells[key]


@dataclass(frozen=True, slots=True)
class _Part:
    """A section as told: its lines, what is wrong with its sheet, and the fault that this is."""

    words: tuple[str, ...]
    code: str
    lines: list[str]


def _parts(text: str) -> tuple[dict[str, str], dict[str, _Part]]:
    facts: dict[str, str] = {}
    sections: dict[str, _Part] = {}
    lines: list[str] | None = None
    for line in text.splitlines():
        if match := _SECTION.fullmatch(line):
            lines = []
            sections[match[1]] = _Part(tuple(match[2].split()), match[3] or "", lines)
        elif line.strip() and lines is None:
            key, _, value = line.partition(": ")
            facts[key] = value.strip()
        elif line.strip() and lines is not None:
            lines.append(line)
    return facts, sections


class _Telling:
    """Turns the lines of a story into entries, figures and marks."""

    def __init__(self, story: Story, vocabulary: Vocabulary) -> None:
        self.story = story
        self.vocabulary = vocabulary
        self.scale = 1

    def take(self, section: Section, part: _Part) -> None:
        """Take one section."""
        if "absent" in part.words:
            self.story.absent.add(section.key)
        if "hidden" in part.words:
            self.story.hidden.add(section.key)
        if part.code:
            sheet = "" if "absent" in part.words else self._sheet(section)
            self.story.marks.append((("sheet", sheet), part.code))
        lines = [line for line in part.lines if not self._beside(section, line)]
        if section.records == "one":
            self._form(section, lines)
        elif section.records == "grid":
            self._figures(section, lines)
        else:
            self._list(section, lines)

    def _sheet(self, section: Section) -> str:
        from kam_reports.outputs.forms import sheet_names

        language = self.story.facts["language"]
        return sheet_names(self.vocabulary.sections(section.document), language)[section.key]

    def _beside(self, section: Section, line: str) -> bool:
        match = _BESIDE.fullmatch(line)
        if match is None:
            return False
        text, code = _unmarked(match[2])
        self.story.beside[section.key, match[1]] = Typed(text.strip('"'))
        if code:
            self.story.marks.append((("beside", self._sheet(section), match[1]), code))
        return True

    def _form(self, section: Section, lines: list[str]) -> None:
        pairs = (line.partition(":") for line in lines)
        row = {key: value.strip() for key, _, value in pairs}
        if "amount_scale" in row:
            column = section.fields["amount_scale"]
            self.scale = int(_known(self.vocabulary.find_option(column.name, row["amount_scale"])))
        self._row(section, row, 0)

    def _list(self, section: Section, lines: list[str]) -> None:
        keys = []
        for head in lines[0].split("|"):
            key, code = _unmarked(head.strip())
            keys.append(key)
            if code:
                self.story.marks.append((("column", section.key, key), code))
        for number, line in enumerate(lines[1:]):
            cells = [cell.strip() for cell in line.split("|")]
            self._row(section, dict(zip(keys, cells, strict=False)), number)

    def _row(self, section: Section, row: dict[str, str], number: int) -> None:
        texts: dict[str, str] = {}
        for key, cell in row.items():
            texts[key], code = _unmarked(cell)
            if code:
                self.story.marks.append(((section.key, number, key), code))
        unit = self._unit(texts)
        values = {
            key: self._value(section.fields[key], text, unit) for key, text in texts.items() if text
        }
        self.story.entries.append(entry(section.key, **values))

    def _unit(self, texts: Mapping[str, str]) -> str:
        metric = texts.get("metric") or texts.get("target_metric") or ""
        return self.vocabulary.unit_of(self._metric(metric)) if metric else ""

    def _metric(self, text: str) -> str:
        if text in self.vocabulary.metrics:
            return text
        found = self.vocabulary.find_metric(text, self.story.document)
        return _known(found, text)

    def _value(self, column: Field, text: str, unit: str) -> Any:
        if (typed := _literal(text)) is not None:
            return typed
        match column.type:
            case "date":
                return date.fromisoformat(text)
            case "period":
                return Period.parse(text)
            case "bool":
                return text in _YES
            case "metric":
                return self._metric(text)
            case "enum" | "currency":
                return _known(self.vocabulary.find_option(column.name, text), text)
            case "int" | "year" | "score5":
                return int(text)
            case "money":
                return self._number(text, "EUR")
            case "number" | "pct":
                return self._number(text, column.unit or unit)
        return text

    def _number(self, text: str, unit: str) -> float:
        """A number in base units; ``45%`` is a share."""
        if text.endswith("%"):
            return float(Decimal(text[:-1]).scaleb(-2))
        shift = len(str(self.scale)) - 1 if unit == "EUR" else 0
        return float(Decimal(text).scaleb(shift))

    def _figures(self, section: Section, lines: list[str]) -> None:
        heads = [head.strip() for head in lines[0].split("|")]
        for line in lines[1:]:
            cells = dict(zip(heads, (cell.strip() for cell in line.split("|")), strict=False))
            for head, cell in cells.items():
                if " " in head:
                    self._numbers(section, cells, head, cell)

    def _numbers(self, section: Section, cells: Mapping[str, str], head: str, cell: str) -> None:
        scenario, grain = head.split(" ")
        line = (cells["measure"], cells.get("breakdown", ""), cells.get("perspective") or "own")
        for period, token in zip(self._periods(grain), _TOKEN.findall(cell), strict=False):
            text, code = _unmarked(token)
            if code:
                key = (section.key, *line[:2], Perspective(line[2]), Scenario(scenario), period)
                self.story.marks.append((key, code))
            if text in ("", "-"):
                continue
            value: Any = _literal(text)
            if value is None:
                value = self._number(text, self.vocabulary.unit_of(line[0]))
            self.story.figures.append(
                figure(
                    line[0],
                    scenario,
                    period,
                    value,
                    perspective=line[2],
                    breakdown=line[1],
                    section=section.key,
                )
            )

    def _periods(self, grain: str) -> tuple[Period, ...]:
        year = Period(next(e["fiscal_year"] for e in self.story.entries if e["fiscal_year"]))
        return (year,) if grain == "FY" else year.parts(grain)


def _unmarked(text: str) -> tuple[str, str]:
    """The text of a cell, and the code planted in it."""
    match = _MARK.search(text)
    return (text[: match.start()].strip(), match[1]) if match else (text, "")


def _literal(text: str) -> Typed | None:
    """A text in quotes, a bare number, or a formula."""
    if text.startswith('"') and text.endswith('"'):
        return Typed(text[1:-1])
    if text.startswith("~"):
        return Typed(float(text[1:]), "General")
    if match := _FORMULA.fullmatch(text):
        return Typed(match[2] or None, formula=match[1])
    return None


def _known(found: str | None, text: str = "") -> str:
    """The key found. Raises ValueError: a story is ours, and a word in it must be known."""
    if found is None:
        raise ValueError(f"nothing is called “{text}”")
    return found
