"""Fields of the header that no form tells: constants, parts of names, a cell beside a label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from kam_reports.layouts.declaring import Known, matches
from kam_reports.layouts.gathering import Gathering, named_field, wanted_of
from kam_reports.layouts.pages import Page
from kam_reports.model import Cell, Entry, Named, Place, Value
from kam_reports.values import UNPROVEN, raw_text, read_cell
from kam_reports.vocabulary import nearest

_YEAR = r"((?<!\d)\d{4}(?:\s?/\s?\d{2,4})?(?!\d))"


def take_given(pages: Sequence[Page], gathering: Gathering) -> None:
    """Read the fields of the header that the layout itself gives."""
    header = gathering.layout.header
    fields = gathering.vocabulary.section(header).fields
    values: dict[str, Value] = {}
    for key, known in gathering.layout.given.items():
        if key not in fields:
            place = gathering.place_of()
            gathering.notice("unknown-column", place, key, field=Named("section", header))
            continue
        declared = fields[key]
        found = next(_cells(known, pages, gathering, declared.type), None)
        if found is None:
            texts = {
                text: gathering.place(page, row, column)
                for page, row, column, text in _texts(pages)
                if known.source == "beside"
            }
            near = nearest(str(known.text), texts) or ""
            gathering.notice(
                "anchor-missing",
                gathering.place_of(),
                str(known.text),
                nearest=near,
                at=texts.get(near, ""),
                field=named_field(declared),
            )
            continue
        cell, place = found
        meaning = read_cell(
            cell, wanted_of(declared), UNPROVEN, gathering.setting, gathering.vocabulary
        )
        for noticed in meaning.noticed:
            if noticed.kind not in ("converted", "date-converted"):
                about = {"field": named_field(declared), **noticed.facts}
                gathering.notice(noticed.kind, place, raw_text(cell), **about)
        values[key] = Value(meaning.value, place, raw_text(cell))
    if values:
        gathering.entries.append(Entry(header, values, next(iter(values.values())).place))


def says_whose(pages: Sequence[Page], gathering: Gathering) -> bool:
    """Whether the layout itself gives the number of the account or partner."""
    known = [gathering.layout.given.get(key) for key in ("account_id", "partner_id")]
    return any(each and next(_cells(each, pages, gathering), None) for each in known)


def _cells(
    known: Known, pages: Sequence[Page], gathering: Gathering, kind: str = ""
) -> Iterator[tuple[Cell, Place]]:
    """The cell that holds the value, or a made one with the part of a name."""
    text = str(known.text)
    match known.source:
        case "constant":
            yield Cell(known.text), gathering.place_of()
        case "file":
            if part := _part(text, PurePosixPath(gathering.book).stem, kind):
                yield Cell(part), gathering.place_of()
        case "sheet":
            for page in pages:
                if part := _part(text, page.name, kind):
                    yield Cell(part), gathering.place_of(page.name)
        case "title":
            for page, row, column, title in _texts(pages):
                if part := _part(text, title, kind):
                    page.rest.discard((row, column))
                    yield Cell(part), gathering.place(page, row, column)
        case _:
            for page, row, column, label in _texts(pages):
                cell = page.cell(row, page.beside(row, column))
                if matches(label, (text,)) and cell is not None:
                    page.rest -= {(row, column), (row, page.beside(row, column))}
                    yield cell, gathering.place(page, row, page.beside(row, column))


def _texts(pages: Sequence[Page]) -> Iterator[tuple[Page, int, int, str]]:
    for page in pages:
        for row in page.rows:
            for column, text in page.texts(row).items():
                yield page, row, column, text


def _part(pattern: str, text: str, kind: str = "") -> str:
    """What ``{}`` stands for in *text*; ``*`` stands for any signs. A year is wanted whole."""
    parts = re.split(r"(\{\}|\*)", pattern)
    for wanted in (_YEAR, "(.+?)") if kind == "year" else ("(.+?)",):
        known = {"{}": wanted, "*": ".*"}
        form = "".join(known.get(part) or re.escape(part) for part in parts)
        match = re.fullmatch(form, " ".join(text.split()), re.IGNORECASE)
        if match:
            return match[1].strip()
    return ""
