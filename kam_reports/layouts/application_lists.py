"""Where a list of applications stands on a page: by the words of its header.

Its rows are taken off the page before anything else looks at it, for they name customers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from kam_reports.layouts.declared import Layout
from kam_reports.layouts.gathering import Gathering, unit_in
from kam_reports.layouts.pages import Page, Position, span
from kam_reports.model import Cell
from kam_reports.vocabulary import normalise

_LEAST_COLUMNS = 4
SUBMISSION = ("submitted_on", "created_on", "status_on")
_TITLE_ROWS = 5  # above the header of a list that explain it


@dataclass(frozen=True, slots=True)
class ApplicationList:
    """A list of applications, taken off its page: only the columns that are counted."""

    page: Page
    top: int
    headings: Mapping[str, str]  # of the columns that are read
    columns: Mapping[str, int]
    rows: tuple[int, ...]
    cells: Mapping[Position, Cell]
    left_out: int  # columns with a heading that are not read

    @property
    def area(self) -> str:
        """The range of the list: its header and its rows."""
        rows = (self.top, *self.rows)
        return span((row, column) for row in rows for column in self.columns.values())

    def cell(self, row: int, name: str) -> Cell | None:
        """The cell of a column in *row*."""
        return self.cells.get((row, self.columns[name])) if name in self.columns else None


def take_lists(pages: Iterable[Page], gathering: Gathering) -> tuple[ApplicationList, ...]:
    """The lists of applications on *pages*; nothing of their rows is left there."""
    layout = gathering.layout
    if layout.document != "scorecard":
        return ()
    return tuple(
        found for page in pages if _may_hold(page, layout) for found in _lists_on(page, gathering)
    )


def has_list(pages: Iterable[Page], layout: Layout) -> bool:
    """Whether a list of applications stands on one of *pages*."""
    words = layout.applications.column_words
    return layout.document == "scorecard" and any(
        _is_header(_columns(page, row, words))
        for page in pages
        if _may_hold(page, layout)
        for row in page.rows
    )


def _may_hold(page: Page, layout: Layout) -> bool:
    """Whether a list is looked for there: a layout of blocks must name a hidden sheet."""
    patterns = layout.applications.sheets
    hidden = page.sheet.visible != "visible"
    if hidden and layout.blocks and "*" in patterns and not layout.declares(page.name):
        return False
    return any(fnmatchcase(page.name.casefold(), each.casefold()) for each in patterns)


def _lists_on(page: Page, gathering: Gathering) -> Iterator[ApplicationList]:
    rules = gathering.layout.applications
    words = rules.column_words
    order, at = list(page.rows), 0
    while at < len(order):
        columns = _columns(page, order[at], words)
        if not _is_header(columns):
            at += 1
            continue
        end = _end_of(page, order, at, gathering)
        found = _taken(page, order[at], order[at + 1 : end], columns)
        gathering.note_hidden(page, found.cells)
        _wipe(page, order[max(0, at - _TITLE_ROWS) : at], order[at:end])
        yield found
        at = end


def _columns(page: Page, row: int, words: Mapping[str, str]) -> dict[str, int]:
    """What stands in which column, by the headings in *row*; the first of a name holds."""
    columns: dict[str, int] = {}
    for column, text in page.texts(row).items():
        unit = unit_in(text)
        bare = text.replace(f"({unit})", "").replace(f"[{unit}]", "") if unit else text
        bare = re.sub(r"\s+in\s+\S+$", "", bare) if unit else bare
        name = words.get(normalise(text)) or words.get(normalise(bare))
        if name is not None:
            columns.setdefault(name, column)
    return columns


def _is_header(columns: Mapping[str, int]) -> bool:
    """Whether a row heads a list of applications: whose, since when, and how it stands."""
    return (
        len(columns) >= _LEAST_COLUMNS
        and "status" in columns
        and ("case" in columns or "customer" in columns)
        and any(name in columns for name in SUBMISSION)
    )


def _end_of(page: Page, order: Sequence[int], at: int, gathering: Gathering) -> int:
    """Where the list ends: at a heading below a gap that names a section, or with the page."""
    for later in range(at + 1, len(order)):
        row = order[later]
        texts = page.texts(row)
        if row - order[later - 1] > 1 and len(page.rows[row]) == 1 and texts:
            (text,) = texts.values()
            if gathering.layout.section_of(text, gathering.vocabulary):
                return later
    return len(order)


def _taken(
    page: Page, top: int, body: Sequence[int], columns: Mapping[str, int]
) -> ApplicationList:
    header = page.texts(top)
    rows = tuple(row for row in body if page.texts(row) != header)
    cells = {
        (row, column): cell
        for row in rows
        for column in columns.values()
        if (cell := page.cell(row, column)) is not None
    }
    headings = {name: header[column] for name, column in columns.items()}
    left_out = len(header) - len(columns)
    return ApplicationList(page, top, headings, columns, rows, cells, left_out)


def _wipe(page: Page, above: Sequence[int], rows: Sequence[int]) -> None:
    """Take a list off its page; a title above it is known."""
    for row in above:
        if len(page.texts(row)) == len(page.rows[row]) == 1:
            page.read(row)
    gone = set(rows)
    last = max(gone)
    for row in rows:
        page.read(row)
        del page.rows[row]
        page.known_texts.pop(row, None)
    for position in [at for at in page.covered if min(gone) <= at[0] <= last]:
        del page.covered[position]
