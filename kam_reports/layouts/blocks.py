"""Where the sections of a plan stand on a sheet: found by words, never by fixed cells.

A sheet's name or a heading names a section; a row with the words of its fields is the header of
its table; a label with a value beside it is a line of its form. Several sections may stand below
each other. What is not found stays on the page's *rest*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from kam_reports.layouts.declared import Layout
from kam_reports.layouts.declaring import AXES
from kam_reports.layouts.pages import Page, Position
from kam_reports.model import Period, Scenario
from kam_reports.vocabulary import Section, Vocabulary

Heading = str | date
_LOOK_AHEAD = 4  # rows in which a better header, or the proof of a heading, may stand
_DEEPEST = 3  # rows of a header


@dataclass(frozen=True, slots=True)
class Label:
    """A line of a form: the field that is named, and where its value stands."""

    field: str
    row: int
    column: int
    beside: int  # the column of the value
    below: int = 0  # how many rows below the label it stands

    @property
    def value(self) -> Position:
        """Where the value stands."""
        return self.row + self.below, self.beside


@dataclass(slots=True)
class Block:
    """A section found on a page: a form with its labels, or a table with its header and rows."""

    page: Page
    section: Section
    top: int
    headings: Mapping[int, Heading] = field(default_factory=dict)  # by column
    fields: Mapping[int, str] = field(default_factory=dict)  # by column
    labels: list[Label] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    notes: Mapping[Position, str] = field(default_factory=dict)  # what stands above it
    declared: bool = False  # by a layout, not found by words


@dataclass(frozen=True, slots=True)
class _Header:
    """A row, or several, that may be the header of a table of *section*."""

    section: Section
    rows: tuple[int, ...]
    headings: Mapping[int, Heading]
    fields: Mapping[int, str]
    score: int  # how many headings were understood
    share: float  # and which share of them
    said: int = 0  # how much they say of a table of figures


class Finder:
    """Walks down a page and finds the blocks on it."""

    def __init__(self, page: Page, layout: Layout, vocabulary: Vocabulary) -> None:
        self.page = page
        self.layout = layout
        self.vocabulary = vocabulary
        self.order = list(page.rows)
        self.blocks: list[Block] = []
        self.section = self._named(page.name)
        self.sections = {self.section.key} if self.section else set()
        self._block: Block | None = None  # the table whose rows are being read
        self._notes: list[int] = []  # rows since the last heading that belong to nothing yet
        self._said: dict[Position, str] = {}  # the texts of that heading and those rows

    def find(self) -> list[Block]:
        """The blocks of the page, from top to bottom."""
        at = 0
        while at < len(self.order):
            at += self._step(at)
        return self.blocks

    def _step(self, at: int) -> int:
        """Understand the row at *at*, and tell how many rows were understood."""
        row = self.order[at]
        if heading := self._heading(at):
            self._open(heading)
            self._say(row)
            self.page.read(row)
            return 1
        if self._block is not None:
            return self._row_of_table(at)
        if self.section is not None and self.section.records == "one" and self._line_of_form(row):
            return 1
        if header := self._header(at):
            return self._begin(header)
        if self.section is None and (form := self._form(at)):
            notes = self._notes
            self._open(form)
            self._notes = notes
            return 0
        self._notes.append(row)
        self._say(row)
        return 1

    def _say(self, row: int) -> None:
        self._said |= {(row, column): text for column, text in self.page.texts(row).items()}

    # ------------------------------------------------ headings

    def _named(self, text: str) -> Section | None:
        key = self.layout.section_of(text, self.vocabulary)
        return None if key is None else self.vocabulary.section(key)

    def _heading(self, at: int) -> Section | None:
        """The section that the only cell of a row names."""
        row = self.order[at]
        texts = self.page.texts(row)
        if len(self.page.rows[row]) != 1 or not texts:
            return None
        ((_, text),) = texts.items()
        named = self._named(text)
        if named is None or named == self.section:
            return named if self._block is None else None
        if self.section is not None and self.section.records == "one" and self._field(text):
            return None
        # "Sortiment" may be a heading, a goal without numbers or a choice: what follows tells.
        return named if at == 0 or self._follows(at, named) else None

    def _follows(self, at: int, section: Section) -> bool:
        """Whether a table or form of *section* begins below, with nothing but notes between."""
        for later in range(at + 1, min(at + 1 + _LOOK_AHEAD, len(self.order))):
            header = self._header_of(later, section)
            if header is not None and header.score >= min(2, len(header.headings)):
                return True
            if section.records == "one" and any(self._labels(self.order[later], section)):
                return True
            if len(self.page.rows[self.order[later]]) > 1:
                return False
        return False

    def _open(self, section: Section) -> None:
        self.section = section
        self.sections.add(section.key)
        self._block = None
        self._notes = []
        self._said = {}

    # ------------------------------------------------ tables

    def _begin(self, header: _Header) -> int:
        """Begin a table below its header. Short notes between heading and header are known."""
        self._forget_notes()
        announced = header.section in self._expected()
        known = [
            column
            for column, heading in header.headings.items()
            if announced or self._knows(heading, column in header.fields)
        ]
        for row in header.rows:
            self.page.read(row, known)
        self._block = Block(
            self.page,
            header.section,
            header.rows[0],
            header.headings,
            header.fields,
            notes=self._said,
        )
        self._said = {}
        self.blocks.append(self._block)
        self.sections.add(header.section.key)
        return len(header.rows)

    def _knows(self, heading: Heading, is_field: bool) -> bool:
        if is_field or column_of(heading, self.vocabulary) is not None:
            return True
        return isinstance(heading, str) and restates(heading, self.vocabulary)

    def _row_of_table(self, at: int) -> int:
        block = self._block
        assert block is not None
        row = self.order[at]
        after_gap = row - self.order[at - 1] > 1
        if after_gap:
            if header := self._header(at):
                return self._begin(header)
            if self._is_note(row, block):
                return 1
        if self._repeats_header(row, block):
            self.page.read(row)
            return 1
        block.body.append(row)
        return 1

    def _is_note(self, row: int, block: Block) -> bool:
        """One text after a gap is a note below the table, unless it heads more rows of figures."""
        if len(self.page.rows[row]) != 1 or len(block.headings) <= 2 or not self.page.texts(row):
            return False
        return block.section.records != "grid" or row + 1 not in self.page.rows

    def _repeats_header(self, row: int, block: Block) -> bool:
        first = min(self.page.rows[row])
        if self.page.text(row, first) != block.headings.get(first):
            return False
        texts = self.page.texts(row)
        same = sum(block.headings.get(column) == text for column, text in texts.items())
        return same >= 2 and same == len(self.page.rows[row])

    def _header(self, at: int) -> _Header | None:
        """The header of a table that begins at *at*: of the section expected here, or any."""
        row = self.order[at]
        if not self.page.texts(row):
            return None
        expected = list(self._expected())
        best = _best(self._header_of(at, section) for section in expected)
        if best is not None and not _is_enough(best, announced=self._block is None):
            best = None
        if best is not None and best.share >= 0.8:
            return best
        if best is not None:
            later = range(at + 1, min(at + 1 + _LOOK_AHEAD, len(self.order)))
            better = _best(self._header_of(each, best.section) for each in later)
            if better is not None and better.score > best.score:
                return None
        other = self._unexpected(at, expected)
        return best if other is None or (best and best.score >= other.score) else other

    def _unexpected(self, at: int, expected: list[Section]) -> _Header | None:
        """The header of a table of another section than was announced, if it is clear enough."""
        if len(self.page.texts(self.order[at])) < 3:
            return None
        others = (s for s in self.vocabulary.sections(self.layout.document) if s not in expected)
        best = _best(self._header_of(at, section) for section in others)
        return best if best is not None and best.score >= 3 and best.share >= 0.6 else None

    def _expected(self) -> Iterator[Section]:
        """The section that was named last, and its parts."""
        if self.section is not None:
            yield self.section
            for section in self.vocabulary.sections(self.layout.document):
                if section.part_of == self.section.key:
                    yield section

    def _header_of(self, at: int, section: Section) -> _Header | None:
        if section.records == "one":
            return None
        return self._grid(at, section) if section.records == "grid" else self._list(at, section)

    def _list(self, at: int, section: Section) -> _Header | None:
        row = self.order[at]
        headings = self.page.texts(row)
        fields = self._fields(headings, section)
        score = len(set(fields.values()))
        size = len(self.page.rows[row])
        return _Header(section, (row,), headings, fields, score, score / size) if score else None

    def _grid(self, at: int, section: Section) -> _Header | None:
        """The header of a table of figures: one row, or bands of scenarios over periods."""
        headers = [self._grid_of(at, depth, section) for depth in range(1, _DEEPEST + 1)]
        return max((each for each in headers if each), key=lambda each: each.said, default=None)

    def _grid_of(self, at: int, depth: int, section: Section) -> _Header | None:
        rows = tuple(self.order[at : at + depth])
        if len(rows) < depth or rows[-1] - rows[0] >= depth:
            return None
        if not all(self._is_band(row) for row in rows[:-1]):
            return None
        if any(not _is_heading_row(self.page, row) for row in rows[1:]):
            return None
        headings = self._joined(rows)
        fields = {
            column: key
            for column, key in self._fields(headings, section).items()
            # "1. Quartal" is a quarter; only without its number does it name the axis.
            if key in AXES
            and not (key == "period" and column_of(headings[column], self.vocabulary))
        }
        columns = {
            column: found
            for column, heading in headings.items()
            if column not in fields and (found := column_of(heading, self.vocabulary))
        }
        if not columns and not {"metric", "value"} <= set(fields.values()):
            return None
        if not fields and all(isinstance(headings[column], date) for column in columns):
            return None  # dates alone are a record's, not a header's
        score = len(set(fields.values())) + len(columns)
        # A heading with both scenario and period says more than one that has only one of them.
        said = score + sum(None not in found for found in columns.values())
        share = sum(self._knows(heading, column in fields) for column, heading in headings.items())
        return _Header(section, rows, headings, fields, score, share / len(headings), said)

    def _is_band(self, row: int) -> bool:
        """Whether a row above others names scenarios or periods."""
        return any(column_of(text, self.vocabulary) for text in self.page.texts(row).values())

    def _joined(self, rows: tuple[int, ...]) -> dict[int, Heading]:
        """The headings by column; a band above reaches to the next one beside it."""
        lowest = self.page.rows[rows[-1]]
        columns = sorted({column for row in rows for column in self.page.rows[row]})
        joined: dict[int, Heading] = {}
        for column in columns:
            value = lowest[column].value if column in lowest else None
            if isinstance(value, date):
                joined[column] = value
                continue
            texts = [self._band(row, column) for row in rows[:-1]]
            texts.append(self.page.text(rows[-1], column) or _whole_number(value))
            if text := " ".join(filter(None, texts)):
                joined[column] = text
        return joined

    def _band(self, row: int, column: int) -> str:
        """The text of an upper header row that stands over *column*."""
        texts = self.page.texts(row)
        if column in texts:
            return texts[column]
        left = max((each for each in texts if each < column), default=0)
        text = texts.get(left, "")
        return text if column_of(text, self.vocabulary) else ""

    def _fields(self, headings: Mapping[int, Heading], section: Section) -> dict[int, str]:
        found = (
            (column, self.layout.field_of(section.key, heading, self.vocabulary))
            for column, heading in headings.items()
            if isinstance(heading, str)
        )
        return {column: key for column, key in found if key is not None}

    # ------------------------------------------------ forms

    def _field(self, text: str) -> str | None:
        assert self.section is not None
        return self.layout.field_of(self.section.key, text, self.vocabulary)

    def _labels(self, row: int, section: Section) -> Iterator[Label]:
        """The labels in *row*; what stands beside a label is its value, never another label."""
        taken = 0
        for column, text in self.page.texts(row).items():
            if column < taken:
                continue
            key = self.layout.field_of(section.key, text, self.vocabulary)
            if key is not None:
                beside = self.page.beside(row, column)
                yield Label(key, row, column, beside)
                taken = beside + 1

    def _line_of_form(self, row: int) -> bool:
        assert self.section is not None
        labels = list(self._labels(row, self.section))
        last = self.blocks[-1] if self.blocks else None
        if last is None or last.section != self.section or last.headings:
            if not labels:
                return False
            last = Block(self.page, self.section, row)
            self.blocks.append(last)
            self._forget_notes()
        if not labels and not self._is_unknown_line(row, last):
            return False
        last.labels += labels
        last.body.append(row)
        return True

    def _is_unknown_line(self, row: int, block: Block) -> bool:
        """A text in the column of the labels with something beside it, though no field."""
        columns = {label.column: label.beside - label.column for label in block.labels}
        texts = self.page.texts(row)
        return any(
            column in texts and self.page.cell(row, column + step)
            for column, step in columns.items()
        )

    def _forget_notes(self) -> None:
        """What stands above a table or form and is but text explains it."""
        for row in self._notes:
            if len(self.page.texts(row)) == len(self.page.rows[row]) <= 3:
                self.page.read(row)
        self._notes = []

    def _form(self, at: int) -> Section | None:
        """The section whose form begins here, on a sheet that nothing else names."""
        rows = self.order[at : at + 4 * _LOOK_AHEAD]
        sections = [s for s in self.vocabulary.sections(self.layout.document) if s.records == "one"]
        if not any(any(self._labels(rows[0], section)) for section in sections):
            return None
        counts = {
            section.key: sum(any(self._labels(row, section)) for row in rows)
            for section in sections
        }
        key = max(counts, key=counts.__getitem__, default=None)
        if (
            key is None
            or counts[key] < 3
            or not any(self._labels(rows[0], self.vocabulary.section(key)))
        ):
            return None
        return self.vocabulary.section(key)


def column_of(
    heading: Heading, vocabulary: Vocabulary, fiscal_year: int = 2000, fy_start_month: int = 1
) -> tuple[Scenario | None, Period | None] | None:
    """The scenario and period that a heading of a table of figures names."""
    if isinstance(heading, date):
        return None, vocabulary.find_period(heading, fiscal_year, fy_start_month)
    found = vocabulary.find_column(heading, fiscal_year, fy_start_month)
    if found is not None and None in found and vocabulary.is_variance(heading):
        return None
    return found


def restates(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a heading or label that is no measure only restates others: a sum, a variance."""
    return vocabulary.is_total(text) or vocabulary.is_variance(text)


def _best(headers: Iterator[_Header | None]) -> _Header | None:
    """The header that understands most; the first of equals."""
    best = None
    for header in headers:
        if header is not None and (best is None or header.score > best.score):
            best = header
    return best


def _is_enough(header: _Header, *, announced: bool) -> bool:
    """Two known words make the header of a table that was announced; else they are most of it."""
    known = max(header.score, header.said)
    return header.share == 1 or (known >= 2 and (announced or header.share >= 0.6))


def _is_heading_row(page: Page, row: int) -> bool:
    values = [cell.value for cell in page.rows[row].values()]
    return all(isinstance(value, (str, date)) or _whole_number(value) for value in values)


def _whole_number(value: object) -> str:
    """A year that heads a column, as text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 2000 <= value <= 2100:
        return str(int(value)) if value == int(value) else ""
    return ""
