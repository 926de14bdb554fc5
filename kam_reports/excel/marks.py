"""Marks findings in the open workbook, and takes every mark off again.

Nothing is remembered: a rule of ours has a formula that no other rule has, a note of ours begins
with our sign, our sheet has our title in its first cell. So marks are found again after rows were
moved, after the workbook was saved and opened elsewhere, and in either language. The cells' own
values, colours, rules and notes are never touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kam_reports.checks import CHECKS
from kam_reports.model import Finding, Place, Severity
from kam_reports.wording import Wording, in_every_language

if TYPE_CHECKING:
    import xlwings as xw

# Always true, and free of function names and list separators, which differ by country.
TAG = '="kam_reports"="kam_reports"'
FILLS = {
    Severity.ERROR: (255, 199, 206),
    Severity.WARNING: (255, 235, 156),
    Severity.INFO: (221, 235, 247),
}
_ORDER = list(Severity)
_LONGEST_NOTE = 200
_HEAD, _INK, _WHITE = 4, (31, 58, 95), (255, 255, 255)
_WIDTHS = {"severity": 12, "file": 34, "sheet": 26, "cell": 9, "message": 70, "fix": 58, "code": 8}
_TITLE_SIZE = 14
_LONGEST_LINK = 255


@dataclass(slots=True)
class Marked:
    """What came of marking: which sheets refused, whether the list stands in the workbook."""

    marked: int = 0
    refused: list[str] = field(default_factory=list)
    listed: bool = False
    title: str = ""  # of the list's sheet


# ---------------------------------------------------------------- taking off


def unmark(book: xw.Book) -> int:
    """Take off everything that ``mark`` left, as far as protection allows; how much there was.

    Raises whatever Excel says if a mark may not be removed, after all others are.
    """
    removed = 0
    refusal: Exception | None = None
    signs = tuple(in_every_language("excel.sign"))
    for sheet in list(book.sheets):
        try:
            if is_own(sheet):
                _remove_sheet(book, sheet)
                removed += 1
                continue
            rules = [rule for rule in sheet.cells.conditional_formats if _is_ours(rule)]
            for rule in reversed(rules):
                rule.delete()
            notes = [note for note in sheet.notes if note.text.startswith(signs)]
            for note in reversed(notes):
                note.delete()
            removed += len(rules) + len(notes)
        except Exception as error:  # noqa: BLE001  (one protected sheet must not keep the others marked)
            refusal = error
    if refusal is not None:
        raise refusal
    return removed


def _remove_sheet(book: xw.Book, sheet: xw.Sheet) -> None:
    """Delete our list, and leave the reader on a sheet that can be seen."""
    sheet.delete()
    if not book.sheets.active.visible:
        next(each for each in book.sheets if each.visible).activate()


def is_own(sheet: xw.Sheet) -> bool:
    """Whether *sheet* is our list of findings: by its name and by the title in its first cell."""
    titles = in_every_language("excel.sheet")
    if not sheet.name.startswith(tuple(titles)):
        return False
    title = sheet.range("A1").value
    return title in titles and sheet.name.startswith(title)


def _is_ours(rule: xw.main.ConditionalFormat) -> bool:
    return rule.type == "custom" and rule.formula == TAG


# ---------------------------------------------------------------- marking


def mark(book: xw.Book, findings: Sequence[Finding], wording: Wording) -> Marked:
    """Mark the cells of *findings* and list all of them on a sheet at the end.

    A sheet that refuses (it is protected, the workbook is shared) is left as it is and named. If
    all refuse, the workbook gets no list either: it stands in a new workbook.
    """
    outcome = Marked()
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.place.cell:
            by_cell.setdefault((finding.place.sheet, finding.place.cell), []).append(finding)
    remarks: dict[str, set[tuple[int, int]] | None] = {}
    sheets = {sheet.name: sheet for sheet in book.sheets}
    for (name, cell), found in by_cell.items():
        if name in outcome.refused or name not in sheets:
            continue
        sheet = sheets[name]
        worst = min((finding.severity for finding in found), key=_ORDER.index)
        try:
            sheet.range(cell).conditional_formats.add_custom(TAG, fill_color=FILLS[worst])
        except Exception:  # noqa: BLE001  (whatever Excel says, it means: not here)
            outcome.refused.append(name)
            continue
        outcome.marked += 1
        if name not in remarks:
            remarks[name] = _remarks(sheet)
        if not _annotate(sheet, cell, found, wording, remarks[name]):
            remarks[name] = None  # protection may allow fills and still forbid notes
    if outcome.refused and not outcome.marked:
        return outcome
    try:
        outcome.title = write_list(book, findings, wording)
        outcome.listed = True
    except Exception:  # noqa: BLE001  (the structure is protected: the list goes elsewhere)
        outcome.listed = False
    return outcome


def _remarks(sheet: xw.Sheet) -> set[tuple[int, int]] | None:
    """The cells with notes or comments of other people."""
    taken = {(note.location.row, note.location.column) for note in sheet.notes}
    try:
        comments = list(sheet.comments)
    except Exception:  # noqa: BLE001  (an Excel before 2019 has no comments beside its notes)
        comments = []
    return taken | {(each.location.row, each.location.column) for each in comments}


def _annotate(
    sheet: xw.Sheet,
    cell: str,
    found: Sequence[Finding],
    wording: Wording,
    remarks: set[tuple[int, int]] | None,
) -> bool:
    """Add a note to a cell that has none; False if the sheet takes no notes."""
    first = sheet.range(cell.partition(":")[0])
    if remarks is None or (first.row, first.column) in remarks:
        return remarks is not None
    said = " · ".join(dict.fromkeys(message(finding, wording) for finding in found))
    text = wording.phrase("excel.sign") + said
    if len(text) > _LONGEST_NOTE:
        text = text[: _LONGEST_NOTE - 1] + "…"
    try:
        first.add_note(text)
    except Exception:  # noqa: BLE001  (the sheet is protected, or the note is a comment we cannot see)
        return False
    return True


def message(finding: Finding, wording: Wording) -> str:
    """What is wrong, as a sentence."""
    return wording.say(CHECKS[finding.code].say, finding.facts)


def advice(finding: Finding, wording: Wording) -> str:
    """What to do about it."""
    return wording.say(CHECKS[finding.code].fix, finding.facts)


def first_error(findings: Sequence[Finding]) -> Finding | None:
    """The first finding of the worst kind that has a cell."""
    located = [finding for finding in findings if finding.place.cell]
    return min(located, key=lambda each: _ORDER.index(each.severity), default=None)


# ---------------------------------------------------------------- the list


def write_list(
    book: xw.Book,
    findings: Sequence[Finding],
    wording: Wording,
    *,
    links: bool = True,
    files: dict[str, str] | None = None,
) -> str:
    """Add the sheet with all findings at the end of *book*, the worst first; its name.

    With *links* an address leads to its cell. *files* maps the names of workbooks to their paths;
    it is given if the findings are about other workbooks, which are then named.
    """
    findings = sorted(findings, key=lambda finding: _ORDER.index(finding.severity))
    title = wording.phrase("excel.sheet")
    name, number = title, 1
    taken = {each.casefold() for each in book.sheet_names}
    while name.casefold() in taken:
        number += 1
        name = f"{title} ({number})"
    sheet = book.sheets.add(name, after=book.sheets[-1])
    heads = [wording.phrase(f"excel.list.{key}") for key in _keys(files)]
    end, last = _HEAD + len(findings), len(heads)
    # What a text format holds is never a formula, whatever a sheet or a partner is called.
    sheet.range((1, 1), (end, last)).number_format = "@"
    sheet.range("A1").value = title
    sheet.range("A2").value = counts(findings, wording)
    sheet.range((_HEAD, 1)).value = [heads]
    rows = [_row(finding, wording, named=files is not None) for finding in findings]
    if rows:
        sheet.range((_HEAD + 1, 1)).value = rows
        if links:
            column = _keys(files).index("cell") + 1
            cells = sheet.range((_HEAD + 1, column), (end, column))
            cells.number_format = "General"
            cells.formula = [[_link(finding.place, files)] for finding in findings]
            cells.font.color = (5, 99, 193)
    _dress(sheet, findings, _keys(files))
    return name


def _keys(files: dict[str, str] | None) -> tuple[str, ...]:
    """The columns; the workbook stands in front of its sheet if there are several."""
    named = () if files is None else ("file",)
    return ("severity", *named, "sheet", "cell", "message", "fix", "code")


def _row(finding: Finding, wording: Wording, *, named: bool) -> list[str]:
    place = finding.place
    return [
        wording.phrase(f"severity.{finding.severity}"),
        *([place.book] if named else []),
        place.sheet,
        place.cell,
        message(finding, wording),
        advice(finding, wording),
        finding.code,
    ]


def _link(place: Place, files: dict[str, str] | None) -> str:
    """A formula that leads to the cell; just the address if it would be too long for Excel."""
    if not place.cell:
        return ""
    sheet = place.sheet.replace("'", "''")
    where = (files or {}).get(place.book, "")
    target = f"{where}#'{sheet}'!{place.cell}".replace('"', '""')
    if len(target) > _LONGEST_LINK:
        return place.cell
    return f'=HYPERLINK("{target}","{place.cell}")'


def _dress(sheet: xw.Sheet, findings: Sequence[Finding], keys: Sequence[str]) -> None:
    """How the list looks."""
    last = len(keys)
    title = sheet.range("A1").font
    title.bold, title.size, title.color = True, _TITLE_SIZE, _INK
    head = sheet.range((_HEAD, 1), (_HEAD, last))
    head.color, head.font.color, head.font.bold = _INK, _WHITE, True
    for column, key in enumerate(keys, 1):
        sheet.range((1, column)).column_width = _WIDTHS[key]
    if findings:
        body = sheet.range((_HEAD + 1, 1), (_HEAD + len(findings), last))
        body.wrap_text = True
        body.vertical_alignment = "top"
        body.rows.autofit()
    for severity, first, end in _runs(findings):
        sheet.range((_HEAD + 1 + first, 1), (_HEAD + 1 + end, 1)).color = FILLS[severity]


def _runs(findings: Sequence[Finding]) -> Iterator[tuple[Severity, int, int]]:
    """Stretches of the list with the same severity, so that each is coloured at once."""
    start = 0
    for number, finding in enumerate(findings):
        if number + 1 == len(findings) or findings[number + 1].severity is not finding.severity:
            yield finding.severity, start, number
            start = number + 1


def counts(findings: Sequence[Finding], wording: Wording) -> str:
    """How many errors, warnings and notes there are, as a sentence without an end."""
    found = Counter(finding.severity for finding in findings)
    said = [
        wording.phrase(f"excel.count.{severity}.{'one' if found[severity] == 1 else 'many'}",
                       count=found[severity])
        for severity in Severity if found[severity]
    ]  # fmt: skip
    return ", ".join(said) or wording.phrase("excel.count.none")
