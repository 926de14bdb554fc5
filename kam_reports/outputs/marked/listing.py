"""The sheet that lists what was found in a workbook, put behind its own sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from kam_reports.model import Severity
from kam_reports.outputs.marked.looks import Looks
from kam_reports.outputs.marked.markup import Part, Unmarkable, plain, quoted
from kam_reports.outputs.marked.notes import escaped
from kam_reports.outputs.marked.package import Package

NAME = "_kam_reports_findings"  # the hidden name by which a marked copy is known
LISTING = "xl/worksheets/kamFindings"  # other programs give the part another name
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_LONGEST_NAME = 31
_WIDTHS = (12, 8, 30, 70, 60)
_HEAD = 4
_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "AlternateContent", "workbookProtection",
    "bookViews", "sheets", "functionGroups", "externalReferences", "definedNames", "calcPr",
    "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes",
    "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in words, and where in the workbook it stands."""

    severity: Severity
    code: str
    sheet: str
    cell: str  # an address or a range; empty for the whole sheet or workbook
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the sheet says, in the language of the user."""

    sheet: str
    title: str
    line: str
    heads: tuple[str, ...]  # severity, code, place, what is wrong, what to do
    severities: Mapping[Severity, str]


def is_marked(book: Part) -> bool:
    """Whether the workbook is a marked copy."""
    names = book.root.first("definedNames")
    return names is not None and any(one.attributes.get("name") == NAME for one in names.children)


def add_listing(
    package: Package, book: str, looks: Looks, found: Sequence[Found], words: Words
) -> None:
    """Add the sheet to the workbook in part *book*."""
    workbook = package.part(book)
    sheets = workbook.root.first("sheets")
    if sheets is None or not sheets.children:
        raise Unmarkable("markup", book)
    space, base = workbook.root.space, _base(package)
    content = _content(space, base, looks, found, words)
    part = package.add(LISTING + "{}.xml", content, _SHEET)
    relation = package.relate(book, f"{base}/worksheet", part)
    name = _free_name(words.sheet, {one.attributes.get("name", "") for one in sheets.children})
    number = max(int(one.attributes.get("sheetId", 0)) for one in sheets.children) + 1
    prefix = workbook.prefix(sheets)
    said = f'name={quoted(name)} sheetId="{number}" xmlns:r="{base}" r:id="{relation}"'
    workbook.append(sheets, f"<{prefix}sheet {said}/>")
    _name(workbook, name)
    package.put(book, workbook.changed())


def _base(package: Package) -> str:
    found = package.related("", "officeDocument")
    return found.type.rpartition("/")[0] if found else ""


def _free_name(wanted: str, taken: set[str]) -> str:
    known = {name.casefold() for name in taken}
    name, number = wanted, 1
    while name.casefold() in known:
        number += 1
        ending = f" ({number})"
        name = wanted[: _LONGEST_NAME - len(ending)] + ending
    return name


def _name(workbook: Part, sheet: str) -> None:
    """Give the sheet the hidden name by which it is known again."""
    names = workbook.root.first("definedNames")
    p = workbook.prefix(workbook.root)
    target = plain(f"{_quoted_sheet(sheet)}!$A$1")
    made = f'<{p}definedName name="{NAME}" hidden="1">{target}</{p}definedName>'
    if names is not None:
        workbook.append(names, made)
    else:
        place = workbook.place_for("definedNames", _ORDER)
        workbook.insert(place, f"<{p}definedNames>{made}</{p}definedNames>")


def _quoted_sheet(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


# ---------------------------------------------------------------- what stands on it


def _content(space: str, base: str, looks: Looks, found: Sequence[Found], words: Words) -> str:
    title = looks.look(looks.font(size=16, bold=True, ink="FF1F3A5F"), wrap=False)
    grey = looks.look(looks.font(ink="FF5F6B7A"), wrap=False)
    head = looks.look(looks.font(bold=True), looks.fill("FFE8EDF3"))
    text = looks.look(looks.font())
    link = looks.look(looks.font(link=True, ink="FF1F3A5F"))
    lights = {severity: looks.severity(severity) for severity in Severity}
    rows = [
        f'<row r="1" ht="26" customHeight="1">{_cell("A1", words.title, title)}</row>',
        f'<row r="2">{_cell("A2", words.line, grey)}</row>',
        f'<row r="{_HEAD}">'
        + "".join(
            _cell(f"{letter}{_HEAD}", word, head)
            for letter, word in zip("ABCDE", words.heads, strict=True)
        )
        + "</row>",
    ]
    links = []
    for row, one in enumerate(found, start=_HEAD + 1):
        place = " ".join(part for part in (one.sheet, one.cell) if part)
        cells = (
            _cell(f"A{row}", words.severities[one.severity], lights[one.severity]),
            _cell(f"B{row}", one.code, text),
            _cell(f"C{row}", place, link if one.sheet else text),
            _cell(f"D{row}", one.message, text),
            _cell(f"E{row}", one.fix, text),
        )
        lines = max(map(_lines, (place, one.message, one.fix), _WIDTHS[2:]))
        high = f'ht="{min(13.2 * lines + 3, 409):.1f}" customHeight="1"'
        rows.append(f'<row r="{row}" {high}>{"".join(cells)}</row>')
        if one.sheet:
            target = f"{_quoted_sheet(one.sheet)}!{one.cell or 'A1'}"
            links.append(
                f'<hyperlink ref="C{row}" location={quoted(target)} display={quoted(place)}/>'
            )
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, start=1)
    )
    return (
        f'<worksheet xmlns="{space}" xmlns:r="{base}"><sheetPr><tabColor rgb="FFC00000"/>'
        '<pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0" '
        f'workbookViewId="0"><pane ySplit="{_HEAD}" topLeftCell="A{_HEAD + 1}" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>"
        + f"<hyperlinks>{''.join(links)}</hyperlinks>"
        * bool(links)
        + '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column; no program makes room by itself everywhere."""
    return sum(len(wrap(line, width)) or 1 for line in text.split("\n"))


def _cell(ref: str, text: str, look: int) -> str:
    if not text:
        return f'<c r="{ref}" s="{look}"/>'
    said = f'<is><t xml:space="preserve">{escaped(text)}</t></is>'
    return f'<c r="{ref}" s="{look}" t="inlineStr">{said}</c>'
