"""Marked copies: a workbook as it is, with its findings as fills, notes and a sheet of their own.

Nothing of the original is lost: only what must change is spliced into its parts, every other part
is packed again as it was, and the copy is read back and compared before it is given out.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from kam_reports.books import read_bytes
from kam_reports.books.snapshot import snapshot
from kam_reports.model import Area, Book, Severity
from kam_reports.outputs.marked.cells import MarkedSheet, Position, column_number
from kam_reports.outputs.marked.listing import (
    LISTING,
    NAME,
    Found,
    Words,
    add_listing,
    is_marked,
)
from kam_reports.outputs.marked.looks import BLANK, Looks
from kam_reports.outputs.marked.markup import Unmarkable
from kam_reports.outputs.marked.notes import Remark, write_notes
from kam_reports.outputs.marked.package import Package

__all__ = [
    "Copy", "Found", "State", "Task", "Unmarkable", "Words", "marked", "marked_copy", "state_of",
]  # fmt: skip

_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_MOST_LOOKED_AT = 4 << 20  # bytes of the list of sheets and names
_MOST_FILLED = 500  # cells of one finding; of a larger range the first one stands for all
_ORDER = list(Severity)


@dataclass(frozen=True, slots=True)
class Task:
    """What the workers need to know: the findings of each workbook by its name, and the words."""

    findings: Mapping[str, tuple[Found, ...]]
    words: Words


@dataclass(frozen=True, slots=True)
class Copy:
    """A marked copy."""

    content: bytes
    signed: bool = False  # the original was signed, which no changed copy can be


class State(StrEnum):
    """What lies where a marked copy is to be put."""

    NOTHING = "nothing"
    COPY = "copy"  # a marked copy as we wrote it
    EDITED = "edited"  # a marked copy that another program has saved since
    OTHER = "other"


def state_of(path: Path) -> State:
    """What lies at *path*."""
    try:
        with zipfile.ZipFile(path) as container:
            names = container.namelist()
            book = container.open("xl/workbook.xml").read(_MOST_LOOKED_AT)
    except FileNotFoundError:
        return State.NOTHING
    except (OSError, KeyError, ValueError, EOFError, NotImplementedError, zipfile.BadZipFile):
        return State.OTHER
    if NAME.encode() not in book:
        return State.OTHER
    return State.COPY if any(name.startswith(LISTING) for name in names) else State.EDITED


def marked_copy(task: Task, path: Path, name: str) -> Copy:
    """The marked copy of the workbook at *path*. Runs in a worker process.

    Raises Unmarkable or Unreadable.
    """
    return marked(snapshot(path), task.findings[name], task.words, name)


def marked(data: bytes, found: Sequence[Found], words: Words, name: str) -> Copy:
    """The workbook *data* with its findings marked; raises Unmarkable or Unreadable."""
    book = read_bytes(data, name)  # the guard has seen every part before we look at any
    package = Package(data)
    signed = package.drop_signatures()
    office = package.related("", "officeDocument")
    if office is None:
        raise Unmarkable("markup")
    workbook = package.part(office.target)
    if is_marked(workbook):
        raise Unmarkable("marked")
    base = office.type.rpartition("/")[0]
    styles = package.related(office.target, "styles")
    if styles is None:
        usual = "xl/styles.xml"  # some readers look nowhere else
        pattern = "xl/styles{}.xml" if usual in package else usual
        target = package.add(pattern, BLANK.format(space=workbook.root.space), _STYLES)
        package.relate(office.target, f"{base}/styles", target)
    else:
        target = styles.target
    looks = Looks(package.content(target))
    parts = {relation.id: relation for relation in package.relations(office.target)}
    sheets = workbook.root.first("sheets")
    for listed in sheets.children if sheets else ():
        relation = parts.get(listed.identifier())
        if relation is None or relation.kind != "worksheet":
            continue
        here = [one for one in found if one.sheet == listed.attributes.get("name")]
        _mark_sheet(package, relation.target, book, here, looks, words)
    add_listing(package, office.target, looks, found, words)
    package.put(target, looks.changed())
    made = package.packed()
    _compare(book, read_bytes(made, name))
    return Copy(made, signed)


def _mark_sheet(
    package: Package,
    part: str,
    book: Book,
    found: Sequence[Found],
    looks: Looks,
    words: Words,
) -> None:
    if not any(one.cell for one in found):
        return
    merges = next(sheet.merges for sheet in book.sheets if sheet.name == found[0].sheet)
    wanted: dict[Position, Severity] = {}
    remarks: dict[Position, list[Remark]] = {}
    for one in sorted(found, key=lambda one: _ORDER.index(one.severity)):
        cells = [_anchor(cell, merges) for cell in _cells(one.cell)]
        for cell in cells:
            wanted.setdefault(cell, one.severity)
        if cells:
            title = f"{words.severities[one.severity]} {one.code}"
            remarks.setdefault(cells[0], []).append(Remark(title, f"{one.message}\n→ {one.fix}"))
    if not wanted:
        return
    sheet = MarkedSheet(package.content(part), wanted, looks)
    write_notes(package, part, sheet, dict(sorted(remarks.items())))
    package.put(part, sheet.part.changed())


def _cells(text: str) -> Iterator[Position]:
    """The cells of an address or a range."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return
    left, top = column_number(match[1]), int(match[2])
    right, bottom = (column_number(match[3]), int(match[4])) if match[3] else (left, top)
    if (right - left + 1) * (bottom - top + 1) > _MOST_FILLED:
        right, bottom = left, top
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column


def _anchor(cell: Position, merges: Sequence[Area]) -> Position:
    """The cell that shows for *cell*: of a merged area its first one."""
    row, column = cell
    for area in merges:
        if area.top <= row <= area.bottom and area.left <= column <= area.right:
            return area.top, area.left
    return cell


def _compare(before: Book, after: Book) -> None:
    """Hold the copy against the original; raises Unmarkable if a cell would say something else."""
    ours = replace(before, size=0, digest="")
    theirs = replace(after, size=0, digest="", sheets=after.sheets[:-1])
    if ours != theirs or len(after.sheets) != len(before.sheets) + 1:
        raise Unmarkable("differs")
