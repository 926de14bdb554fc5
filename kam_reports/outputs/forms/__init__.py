"""The forms that people fill in: the yearly plan and the partner scorecard as Excel workbooks.

They are built from the vocabulary alone, so a new field stands in them by itself, and they come
out byte for byte the same on every build. Given entries and figures, the same form comes filled.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kam_reports.model import Entry, Figure, Place
from kam_reports.outputs.forms.cells import Manner, Typed, entry, figure
from kam_reports.outputs.forms.prefills import (
    plan_prefills,
    prefilled_measures,
    scorecard_prefills,
)
from kam_reports.vocabulary import Section, Vocabulary

if TYPE_CHECKING:
    from kam_reports.outputs.forms.desk import Desk

__all__ = [
    "Spoilt",
    "Typed",
    "Written",
    "entry",
    "figure",
    "sheet_names",
    "write_form_of",
    "write_plan",
    "write_scorecard",
]

_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_FORBIDDEN = str.maketrans("", "", "[]:*?/\\")
_HEADERS = {"plan": "plan", "scorecard": "header"}


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What is wrong with a workbook beyond its cells, to test and to show what is found."""

    absent: frozenset[str] = frozenset()  # sections whose sheet is missing
    hidden: frozenset[str] = frozenset()  # sections whose sheet is hidden
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # section → ranges
    beside: Mapping[tuple[str, str], Typed] = field(default_factory=dict)  # section, cell → content


@dataclass(frozen=True, slots=True)
class Written:
    """A workbook, and the cell of everything in it.

    Keys are (section, number of the row, field), and for a figure (section, measure, breakdown,
    perspective, scenario, period).
    """

    content: bytes
    cells: Mapping[tuple[Any, ...], Place]


def write_plan(
    vocabulary: Vocabulary,
    language: str,
    *,
    entries: Iterable[Entry] | None = None,
    figures: Iterable[Figure] | None = None,
    spoilt: Spoilt | None = None,
) -> bytes:
    """The workbook of a yearly plan: blank, or holding *entries* and *figures*."""
    return write_form_of(
        "plan", vocabulary, language, entries=entries, figures=figures, spoilt=spoilt
    ).content


def write_scorecard(
    vocabulary: Vocabulary,
    language: str,
    *,
    entries: Iterable[Entry] | None = None,
    figures: Iterable[Figure] | None = None,
    spoilt: Spoilt | None = None,
) -> bytes:
    """The workbook of a partner scorecard: blank, or holding *entries* and *figures*."""
    return write_form_of(
        "scorecard", vocabulary, language, entries=entries, figures=figures, spoilt=spoilt
    ).content


def write_form_of(
    document: str,
    vocabulary: Vocabulary,
    language: str,
    *,
    entries: Iterable[Entry] | None = None,
    figures: Iterable[Figure] | None = None,
    spoilt: Spoilt | None = None,
) -> Written:
    """The workbook of *document*, and where everything stands in it."""
    from xlsxwriter import Workbook

    from kam_reports.outputs.forms.answers import write_form
    from kam_reports.outputs.forms.covers import write_choices, write_cover
    from kam_reports.outputs.forms.desk import Desk
    from kam_reports.outputs.forms.grid import write_grid
    from kam_reports.outputs.forms.listing import write_list
    from kam_reports.outputs.forms.looks import Formats

    spoilt = spoilt or Spoilt()
    blank = entries is None and figures is None
    given = _prefilled(document, vocabulary) if blank else list(entries or ())
    sections = [s for s in vocabulary.sections(document) if s.key not in spoilt.absent]
    manner = _manner(document, vocabulary, language, given)
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_urls": False})
    book.set_size(28_000, 16_000)
    names = sheet_names(sections, language)
    desk = Desk(book, manner, Formats(book), names, spoilt.merged)
    title = desk.say(document)
    subject = _subject(document, given)
    book.set_properties({"title": f"{title} {subject}".strip(), "created": _CREATED})
    cover = book.add_worksheet(desk.say("contents"))
    ready = prefilled_measures(vocabulary, document) if blank else []
    for section in sections:
        if section.records == "grid":
            mine = [f for f in figures or () if f.section == section.key]
            write_grid(desk, section, mine, ready)
        else:
            rows = [record for record in given if record.section == section.key]
            (write_form if section.records == "one" else write_list)(desk, section, rows)
    write_choices(desk)
    write_cover(desk, cover, title, subject, sections)
    _spoil(desk, spoilt)
    book.close()
    return Written(stream.getvalue(), desk.cells)


def _prefilled(document: str, vocabulary: Vocabulary) -> list[Entry]:
    return (plan_prefills if document == "plan" else scorecard_prefills)(vocabulary)


def _manner(
    document: str, vocabulary: Vocabulary, language: str, entries: Sequence[Entry]
) -> Manner:
    header = _header(document, entries)
    scale, currency = header["amount_scale"], header["currency"]
    start = header["fy_start_month"]
    return Manner(
        vocabulary,
        document,
        language,
        int(scale) if str(scale).isdigit() else 1,
        currency if isinstance(currency, str) else "EUR",
        start if isinstance(start, int) else 1,
    )


def _header(document: str, entries: Sequence[Entry]) -> Entry:
    key = _HEADERS[document]
    return next((e for e in entries if e.section == key), Entry(key, {}, Place()))


def _subject(document: str, entries: Sequence[Entry]) -> str:
    header = _header(document, entries)
    name = header["account_name"] or header["partner_name"]
    year = header["fiscal_year"]
    return " · ".join(str(part) for part in (name, year) if isinstance(part, str | int))


def sheet_names(sections: Sequence[Section], language: str) -> dict[str, str]:
    """The first word of each section that fits on a tab."""
    names: dict[str, str] = {}
    for section in sections:
        words = [word.translate(_FORBIDDEN) for word in section.words[language]]
        names[section.key] = next(word for word in words if len(word) <= 31)
    return names


def _spoil(desk: Desk, spoilt: Spoilt) -> None:
    """Hide sheets and write beside the tables."""
    from xlsxwriter.utility import xl_cell_to_rowcol

    for section in spoilt.hidden:
        desk.book.get_worksheet_by_name(desk.names[section]).hide()
    for (section, cell), typed in spoilt.beside.items():
        sheet = desk.book.get_worksheet_by_name(desk.names[section])
        row, column = xl_cell_to_rowcol(cell)
        desk.write(sheet, row, column, typed, desk.formats())
