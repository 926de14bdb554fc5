"""Reading workbooks: what stands in the cells, what readers hide, and what is refused why."""

from __future__ import annotations

import io
import os
import time
import types
import zipfile
from collections import Counter
from dataclasses import fields
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import chores
import hostile
import openpyxl
import pytest
import xlsxwriter
from hostile import cell, sheet, workbook
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, from_excel

from kam_reports.batch import each
from kam_reports.books import Unreadable, container, crosscheck, digest, read_book, read_bytes
from kam_reports.books import cells as interpreting
from kam_reports.books import scan as scanning
from kam_reports.books.formats import BUILT_IN, Shows, elapsed, moment, shows
from kam_reports.books.markup import decoded
from kam_reports.model import Area, Book, Cell, CellState, Oddity


def read(data: bytes, name: str = "plan.xlsx") -> Book:
    return read_bytes(data, name)


def only(*cells: str, **options) -> dict[tuple[int, int], Cell]:
    """The cells of a workbook with one sheet of *cells*."""
    return read(workbook(sheet("".join(cells)), **options)).sheets[0].cells


def value(markup: str, **options):
    """The value of the only cell of a workbook."""
    (found,) = only(markup, **options).values()
    return found.value


def refusal(data: bytes, name: str = "plan.xlsx") -> Unreadable:
    """Why the workbook is refused."""
    with pytest.raises(Unreadable) as caught:
        read_bytes(data, name)
    return caught.value


def facts(data: bytes, *names: str) -> tuple:
    """The kind of refusal and some of its facts."""
    error = refusal(data)
    return (error.kind, *(error.facts.get(name) for name in names))


ONE = workbook(sheet(cell("A1", 1)))


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    "markup, expected",
    [
        (cell("A1", 12), 12),
        (cell("A1", "-5"), -5),
        (cell("A1", "5.0"), 5),
        (cell("A1", "1E3"), 1000),
        (cell("A1", "2.50"), 2.5),
        (cell("A1", "0.30000000000000004"), 0.1 + 0.2),
        (cell("A1", "9007199254740993"), 9007199254740993),
        (cell("A1", "1e300"), 1e300),
        (cell("A1", 1, kind="b"), True),
        (cell("A1", 0, kind="b"), False),
        (cell("A1", "Umsatz &amp; DB &#8364;", kind="str"), "Umsatz & DB €"),
        (cell("A1", "  a ", kind="str"), "  a "),
        (cell("A1", "a_x000A_b", kind="str"), "a\nb"),
        (cell("A1", "_x005F_x0041_", kind="str"), "_x0041_"),
        (cell("A1", "_xD83D__xDE00_", kind="str"), "😀"),
        (cell("A1", "2026-03-01T00:00:00", kind="d"), date(2026, 3, 1)),
        (cell("A1", "2026-03-01T12:30:00", kind="d"), datetime(2026, 3, 1, 12, 30)),
    ],
)
def test_a_cell_holds_what_excel_shows(markup, expected):
    found = value(markup)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "number, style, expected",
    [
        (46000, hostile.DATE, date(2025, 12, 9)),
        (46000.75, hostile.MOMENT, datetime(2025, 12, 9, 18)),
        (46000.9999999999, hostile.MOMENT, date(2025, 12, 10)),
        (0.5, hostile.TIME, clock(12)),
        (1.75, hostile.ELAPSED, timedelta(days=1, hours=18)),
        (-0.25, hostile.ELAPSED, timedelta(hours=-6)),
        (1, hostile.DATE, date(1900, 1, 1)),
        (59, hostile.DATE, date(1900, 2, 28)),
        (61, hostile.DATE, date(1900, 3, 1)),
        (2958465, hostile.DATE, date(9999, 12, 31)),
        (2958466, hostile.DATE, 2958466),
        (-1, hostile.DATE, -1),
        (0.25, hostile.PERCENT, 0.25),
        (12, hostile.TSD, 12),
        (12, hostile.TONS, 12),
    ],
)
def test_a_number_is_a_date_only_in_a_date_format(number, style, expected):
    found = value(cell("A1", number, style=style))
    assert found == expected
    assert type(found) is type(expected)


def test_every_cell_keeps_its_number_format():
    styles = range(len(hostile.FORMATS) + 4)
    cells = only(*(cell(f"{'ABCDEFGHI'[style]}1", 1, style=style) for style in styles))
    assert [found.format for found in cells.values()] == [
        "General",
        "0.00%",
        "dd.mm.yyyy",
        "[h]:mm",
        '#,##0.00 "€"',
        "h:mm",
        "m/d/yy h:mm",
        '#,##0 "Tsd."',
        "0.0 Tsd",
    ]


def test_a_style_that_is_not_there_is_no_reason_to_refuse():
    assert only(cell("A1", 5, style=99))[1, 1] == Cell(5)


TEXTS = (
    "<si><t>Umsatz</t></si>",
    '<si><t xml:space="preserve">  eingerückt</t></si>',
    "<si><t>  ohne Schutz </t></si>",
    "<si><t>geschützt\u00a0</t></si>",
    "<si><r><t>fett</t></r><r><t xml:space='preserve'> und normal</t></r></si>",
    "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>",
    "<si><t><![CDATA[a < b]]></t></si>",
    "<si><t>zwei\r\nZeilen</t></si>",
    "<si><t/></si>",
)
SAID = (
    "Umsatz",
    "  eingerückt",
    "ohne Schutz",
    "geschützt\u00a0",
    "fett und normal",
    "東京",
    "a < b",
    "zwei\nZeilen",
    None,
)


@pytest.mark.parametrize(
    "texts, said", [(TEXTS, SAID), (TEXTS[:4], SAID[:4])], ids=["odd", "usual"]
)
def test_shared_texts_are_read_whole_and_as_typed(texts, said):
    cells = only(
        *(cell(f"{'ABCDEFGHI'[number]}1", number, kind="s") for number in range(len(texts))),
        strings="".join(texts),
    )
    found = [cells[1, column].value if (1, column) in cells else None for column in range(1, 10)]
    assert found[: len(said)] == list(said)


def test_texts_in_the_cells_themselves_are_read_too():
    cells = only(
        '<c r="A1" t="inlineStr"><is><t>Käse &lt;5 kg</t></is></c>',
        '<c r="B1" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>',
        '<c r="C1" t="inlineStr"><is><r><t>rot</t></r><r><t>blau</t></r></is></c>',
        '<c r="D1" t="inlineStr"><is><t></t></is></c>',
    )
    assert [found.value for found in cells.values()] == ["Käse <5 kg", " x ", "rotblau"]


# ---------------------------------------------------------------- what readers hide


@pytest.mark.parametrize(
    "error",
    [
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#ERROR!",
    ],
)
def test_an_error_is_an_error_with_excels_own_text(error):
    cells = only(cell("A1", error, kind="e", formula="1/0"), cell("B1", error, kind="e"))
    assert cells[1, 1] == Cell(error, formula=True, state=CellState.ERROR)
    assert cells[1, 2] == Cell(error, state=CellState.ERROR)


@pytest.mark.parametrize(
    "markup",
    [
        '<c r="A1"><f>SUM(B1:B2)</f></c>',
        '<c r="A1"><f>SUM(B1:B2)</f><v></v></c>',
        '<c r="A1"><f>SUM(B1:B2)</f><v/></c>',
        '<c r="A1"><f>SUM(B1:B2)</f><v /></c>',
        '<c r="A1" t="str"><f>B1</f></c>',
        '<c r="A1"><f t="shared" si="0"/></c>',
    ],
)
def test_a_formula_that_was_never_calculated_is_not_blank(markup):
    assert only(markup) == {(1, 1): Cell(None, formula=True, state=CellState.UNCALCULATED)}


@pytest.mark.parametrize(
    "markup",
    ['<c r="A1" t="str"><f>""</f><v></v></c>', '<c r="A1" t="str"><f>""</f><v/></c>'],
)
def test_a_formula_that_gives_an_empty_text_shows_nothing(markup):
    assert only(markup) == {}


@pytest.mark.parametrize(
    "markup",
    [
        '<c r="A1" s="1"/>',
        '<c r="A1" s="1"></c>',
        '<c r="A1"><v></v></c>',
        '<c r="A1" t="s"><v>0</v></c>',
        '<c r="A1" t="inlineStr"><is><t/></is></c>',
    ],
)
def test_a_cell_with_only_a_look_is_not_there(markup):
    assert only(markup, strings="<si><t></t></si>") == {}


def test_a_formula_with_its_value_is_a_value_of_a_formula():
    cells = only(
        cell("A1", 3, formula="1+2"),
        '<c r="B1"><f t="shared" ref="B1:B9" si="0">A1*2</f><v>6</v></c>',
        '<c r="C1"><f t="shared" si="0"/><v>7</v></c>',
        '<c r="D1"><f t="array" ref="D1">SUM(A1:C1)</f><v>16</v></c>',
        cell("E1", "ja", kind="str", formula='IF(A1,"ja","nein")'),
        cell("F1", 8),
    )
    assert [(found.value, found.formula) for found in cells.values()] == [
        (3, True),
        (6, True),
        (7, True),
        (16, True),
        ("ja", True),
        (8, False),
    ]


def test_what_lies_below_a_merged_area_is_marked():
    merged = '<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="$D$1:D9"/></mergeCells>'
    rows = (
        f'<row r="1">{cell("A1", 1)}{cell("B1", 2)}{cell("C1", 3)}</row>'
        f'<row r="2">{cell("A2", 4)}{cell("D2", "#N/A", kind="e")}</row>'
    )
    found = read(workbook(sheet(rows, after=merged))).sheets[0]
    hidden = {position for position, cell in found.cells.items() if cell.state != CellState.VALUE}
    assert hidden == {(1, 2), (2, 1), (2, 4)}
    assert {found.cells[position].state for position in hidden} == {CellState.MERGED_OVER}
    assert found.merges == (Area(1, 1, 2, 2), Area(1, 4, 9, 4))


def test_hidden_rows_columns_and_sheets_are_named():
    rows = (
        f'<row r="1">{cell("A1", 1)}</row><row r="2" hidden="1">{cell("B2", 2)}</row>'
        f'<row r="3" hidden="false">{cell("C3", 3)}</row><row r="4" hidden="true"/>'
    )
    columns = '<cols><col min="1" max="1" width="9"/><col min="2" max="16384" hidden="1"/></cols>'
    book = read(
        workbook(
            sheet(rows, before=columns),
            sheet(""),
            sheet(""),
            names=("Ziele", "Alt", "Ganz alt"),
            states={"Alt": "hidden", "Ganz alt": "veryHidden"},
        )
    )
    assert [(found.name, found.visible) for found in book.sheets] == [
        ("Ziele", "visible"),
        ("Alt", "hidden"),
        ("Ganz alt", "veryHidden"),
    ]
    # Nothing stands in the columns from D and in row 4, so nothing is hidden there.
    assert book.sheets[0].hidden_columns == {2, 3}
    assert book.sheets[0].hidden_rows == {2}


def test_the_date_system_of_1904_shifts_dates_and_is_told():
    book = read(
        workbook(sheet(cell("A1", 44538, style=hostile.DATE)), before='<workbookPr date1904="1"/>')
    )
    assert book.sheets[0].cells[1, 1].value == date(2025, 12, 9)
    assert book.date1904
    assert [oddity.kind for oddity in book.oddities] == ["date-1904"]


def test_links_to_other_workbooks_are_told_by_name():
    relations = hostile.relationships(
        [("worksheet", "worksheets/sheet1.xml"), ("externalLink", "externalLinks/one.xml")]
    )
    target = hostile.relationships(
        [("externalLinkPath", "file:///C:\\Pl%C3%A4ne\\Preise%202026.xlsx")],
        ' TargetMode="External"',
    )
    book = read(
        workbook(
            sheet(cell("A1", 1)),
            parts={
                "xl/_rels/workbook.xml.rels": relations,
                "xl/externalLinks/one.xml": "<externalLink/>",
                "xl/externalLinks/_rels/one.xml.rels": target,
            },
        )
    )
    assert [(oddity.kind, oddity.raw) for oddity in book.oddities] == [
        ("external-links", "Preise 2026.xlsx")
    ]


def test_a_book_carries_its_name_its_size_and_the_digest_of_its_bytes(tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(ONE)
    book = read_book(path, "plans/plan.xlsx")
    assert (book.name, book.size, book.digest) == ("plans/plan.xlsx", len(ONE), digest(path))


def test_reading_changes_nothing_about_the_file_and_its_folder(tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(ONE)
    path.chmod(0o400)
    before = path.stat()
    read_book(path, "plan.xlsx")
    digest(path)
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ctime_ns) == (before.st_mtime_ns, before.st_ctime_ns)
    assert path.read_bytes() == ONE
    assert list(tmp_path.iterdir()) == [path]


def test_a_sheet_of_charts_has_no_cells_and_does_no_harm():
    relations = hostile.relationships(
        [
            ("worksheet", "worksheets/sheet1.xml"),
            ("chartsheet", "worksheets/sheet2.xml"),
            ("styles", "styles.xml"),
        ]
    )
    book = read(
        workbook(
            sheet(cell("A1", 1)),
            f'<chartsheet xmlns="{hostile.MAIN}"/>',
            parts={"xl/_rels/workbook.xml.rels": relations},
        )
    )
    assert [len(found.cells) for found in book.sheets] == [1, 0]


def test_cells_in_no_order_are_given_in_reading_order():
    assert list(only(cell("B1", 1), cell("A2", 2), cell("A1", 3))) == [(1, 1), (1, 2), (2, 1)]


@pytest.mark.parametrize("moved", ["xl/book22.xml", "xl/Workbook.XML"])
def test_a_workbook_part_of_another_name_is_found(moved):
    parts = {
        name.replace("workbook.xml", Path(moved).name): content.replace(
            b"xl/workbook.xml", moved.encode()
        )
        for name, content in hostile.parts_of(ONE).items()
    }
    assert read(hostile.container(parts)).sheets[0].cells[1, 1].value == 1


def test_a_dimension_that_lies_hides_nothing():
    book = read(workbook(sheet(cell("C7", 9), before='<dimension ref="A1"/>')))
    assert book.sheets[0].cells == {(7, 3): Cell(9)}


# ---------------------------------------------------------------- one sheet, many notations

TABLE = [
    ["Kunde", 12, 2.5, None],
    [None, "a < b & c", True, "#DIV/0!"],
    [" Rand ", None, None, -7],
]


def written(table, *, prefix="", addresses=True, gap="", quotes='"', namespace=hostile.MAIN) -> str:
    """The part of a sheet with *table*, in one of the many ways that XML allows."""
    p = f"{prefix}:" if prefix else ""

    def tag(name, said="", inside=""):
        return f"<{p}{name}{said}>{gap if name != 't' and name != 'v' else ''}{inside}</{p}{name}>"

    rows = []
    for row, values in enumerate(table, 1):
        cells = []
        for column, one in enumerate(values, 1):
            said = f' r="{"ABCDEFGH"[column - 1]}{row}"' if addresses else ""
            if one is None:
                cells.append(f"<{p}c{said}/>")
            elif isinstance(one, bool):
                cells.append(tag("c", f'{said} t="b"', tag("v", "", str(int(one)))))
            elif isinstance(one, str) and one.startswith("#"):
                cells.append(tag("c", f'{said} t="e"', tag("v", "", one)))
            elif isinstance(one, str):
                text = one.replace("&", "&amp;").replace("<", "&lt;")
                inner = tag("is", "", tag("t", ' xml:space="preserve"', text))
                cells.append(tag("c", f'{said} t="inlineStr"', inner))
            else:
                cells.append(tag("c", said, tag("v", "", repr(one))))
        rows.append(tag("row", f' r="{row}"' if addresses else "", gap.join(cells)))
    data = tag("sheetData", "", gap.join(rows))
    space = f"xmlns:{prefix}" if prefix else "xmlns"
    part = f'{hostile.XML}<{p}worksheet {space}="{namespace}">{data}</{p}worksheet>'
    return part.replace('"', quotes)


def cells_of(table) -> dict:
    return {
        (row, column): one
        for row, values in enumerate(table, 1)
        for column, one in enumerate(values, 1)
        if one is not None and one != ""
    }


@pytest.mark.parametrize(
    "manner",
    [
        {},
        {"prefix": "x"},
        {"addresses": False},
        {"gap": "\n  "},
        {"quotes": "'"},
        {"namespace": hostile.STRICT},
        {"prefix": "x", "addresses": False, "gap": " ", "namespace": hostile.STRICT},
    ],
    ids=["usual", "prefix", "no-addresses", "indented", "single-quotes", "strict", "all"],
)
def test_a_sheet_says_the_same_in_every_notation(manner):
    found = read(workbook(written(TABLE, **manner))).sheets[0].cells
    assert {position: one.value for position, one in found.items()} == cells_of(TABLE)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False, width=64),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12).filter(
        lambda text: not text.startswith("#")
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(VALUES, max_size=5), max_size=5))
def test_any_table_is_read_as_written_by_the_quick_and_the_careful_reader(table):
    expected = {
        position: one for position, one in cells_of(table).items() if not isinstance(one, str)
    }
    for manner in ({}, {"prefix": "x"}):
        found = read(workbook(written(table, **manner))).sheets[0].cells
        values = {position: one.value for position, one in found.items()}
        assert {p: v for p, v in values.items() if not isinstance(v, str)} == expected
        texts = {p: v for p, v in values.items() if isinstance(v, str)}
        assert texts.keys() == {p for p, v in cells_of(table).items() if isinstance(v, str)}


def test_the_quick_reader_and_the_careful_one_tell_the_same_of_an_excel_sheet():
    rows = (
        f'<row r="1" spans="1:9" hidden="1">{cell("A1", 0, kind="s", style=1)}<c r="B1" s="2"/>'
        f"{cell('C1', 5, formula='1+4')}</row>"
        f'<row r="2">{cell("A2", "#N/A", kind="e")}{cell("B2", formula="A1")}'
        '<c r="C2" t="inlineStr"><is><t>x &amp; y</t></is></c>'
        '<c r="D2" s="1" t="str" cm="1"><f t="array" ref="D2">A1</f><v>z</v></c></row>'
        '<row r="3" customFormat="1" s="4"/>'
    )
    part = sheet(
        rows,
        before='<dimension ref="A1:D3"/><cols><col min="2" max="3" hidden="1"/></cols>',
        after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>',
    )
    quick = scanning._quick(decoded(part.encode()), "part")
    careful = scanning._careful(part.encode(), "part")
    for name in ("positions", "formulas", "texts", "merges", "hidden_rows", "hidden_columns"):
        assert getattr(quick, name) == getattr(careful, name), name
    assert [style or "" for style in quick.styles] == careful.styles
    assert [kind or "n" for kind in quick.kinds] == careful.kinds


# ---------------------------------------------------------------- number formats


def test_the_built_in_formats_are_those_of_openpyxl():
    assert {n: text for n, text in BUILT_IN.items() if n in BUILTIN_FORMATS} == {
        n: text for n, text in BUILTIN_FORMATS.items() if n in BUILT_IN
    }
    assert set(BUILTIN_FORMATS) <= set(BUILT_IN)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("General", Shows.NUMBER),
        ("0.00%", Shows.NUMBER),
        ("#,##0", Shows.NUMBER),
        ('0.0 "Mio. €"', Shows.NUMBER),
        ('"Stand" 0', Shows.NUMBER),
        ("[Red]-0.00", Shows.NUMBER),
        ("[$-407]#,##0.00\\ [$€-407]", Shows.NUMBER),
        ("0\\ \\d", Shows.NUMBER),
        ("@", Shows.NUMBER),
        ("dd.mm.yyyy", Shows.MOMENT),
        ("[$-407]d. mmmm yyyy;@", Shows.MOMENT),
        ("[$-F800]dddd, mmmm dd, yyyy", Shows.MOMENT),
        ("mm/yyyy", Shows.MOMENT),
        ("hh:mm:ss.000", Shows.MOMENT),
        ("h:mm AM/PM", Shows.MOMENT),
        ('yyyy"-Q"', Shows.MOMENT),
        ("[h]:mm", Shows.ELAPSED),
        ("[mm]:ss", Shows.ELAPSED),
        ("[ss].00", Shows.ELAPSED),
    ],
)
def test_a_format_shows_numbers_dates_or_lengths_of_time(text, expected):
    assert shows(text) is expected


def test_built_in_formats_are_dates_where_openpyxl_says_so():
    assert {number for number, text in BUILT_IN.items() if shows(text) is not Shows.NUMBER} == {
        *(number for number, text in BUILTIN_FORMATS.items() if is_date_format(text)),
        *range(27, 37),
        *range(50, 59),
    }


@settings(max_examples=200, deadline=None)
@given(st.floats(1, 2_900_000), st.booleans())
def test_serial_numbers_are_the_moments_that_openpyxl_finds(serial, date1904):
    expected = from_excel(serial, CALENDAR_MAC_1904) if date1904 else from_excel(serial)
    found = moment(serial, date1904=date1904)
    if isinstance(found, date) and not isinstance(found, datetime):
        found = datetime.combine(found, clock())
    assert abs(found - expected) <= timedelta(seconds=0.6)  # openpyxl rounds to microseconds


def test_a_length_of_time_too_long_for_any_clock_stays_a_number():
    assert elapsed(1e12) == 1e12


# ---------------------------------------------------------------- refused: other files


@pytest.mark.parametrize(
    "data, expected",
    [
        (b"", ("damaged", {"reason": "empty"})),
        (bytes(4096), ("damaged", {"reason": "empty"})),
        (b"Kunde;Umsatz\r\nMeier;12\r\n", ("not-a-workbook", {"what": "text"})),
        ("Kunde\tUmsatz".encode("utf-16"), ("not-a-workbook", {"what": "text"})),
        (b"<!DOCTYPE html><html><table>", ("not-a-workbook", {"what": "html"})),
        (b"\xef\xbb\xbf<?xml version='1.0'?><plan/>", ("not-a-workbook", {"what": "xml"})),
        (b"%PDF-1.7\n", ("not-a-workbook", {"what": "pdf"})),
        (b"\x7fELF\0\0\0\x01", ("not-a-workbook", {"what": "unknown"})),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            ("legacy-format", {"format": ".xml"}),
        ),
        (
            b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table>',
            ("legacy-format", {"format": ".xml"}),
        ),
        (hostile.compound("Root Entry", "Workbook"), ("legacy-format", {"format": ".xls"})),
        (hostile.compound("Root Entry", "Book"), ("legacy-format", {"format": ".xls"})),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", ("legacy-format", {"format": ".xls"})),
        (
            hostile.compound("Root Entry", "EncryptionInfo", "EncryptedPackage"),
            ("encrypted", {"protection": "password"}),
        ),
        (
            hostile.compound("DRMEncryptedTransform", "EncryptedPackage"),
            ("encrypted", {"protection": "rights"}),
        ),
        (hostile.compound("WordDocument"), ("not-a-workbook", {"what": "word"})),
        (hostile.compound("__nameid_version1.0"), ("not-a-workbook", {"what": "ole"})),
        (
            hostile.container({"xl/workbook.bin": b"\x83\x01", "_rels/.rels": "<a/>"}),
            ("legacy-format", {"format": ".xlsb"}),
        ),
        (
            hostile.container(
                {
                    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                    "content.xml": "<a/>",
                }
            ),
            ("legacy-format", {"format": ".ods"}),
        ),
        (
            hostile.container({"_rels/.rels": "<a/>", "word/document.xml": "<a/>"}),
            ("not-a-workbook", {"what": "word"}),
        ),
        (
            hostile.container({"_rels/.rels": "<a/>", "ppt/presentation.xml": "<a/>"}),
            ("not-a-workbook", {"what": "powerpoint"}),
        ),
        (
            hostile.container({"Index/Document.iwa": b"\0"}),
            ("not-a-workbook", {"what": "numbers"}),
        ),
        (hostile.container({"Fotos/1.jpg": b"\0"}), ("not-a-workbook", {"what": "zip"})),
    ],
    ids=lambda one: "" if isinstance(one, bytes) else "-".join([one[0], *one[1].values()]),
)
def test_a_file_is_recognised_by_its_content_not_by_its_name(data, expected):
    error = refusal(data)
    assert (error.kind, error.facts) == expected


def test_a_really_encrypted_workbook_is_recognised(tmp_path):
    from msoffcrypto.format.ooxml import OOXMLFile

    by_xlsxwriter(tmp_path / "plan.xlsx")
    out = io.BytesIO()
    OOXMLFile(io.BytesIO((tmp_path / "plan.xlsx").read_bytes())).encrypt("geheim", out)
    assert facts(out.getvalue(), "protection") == ("encrypted", "password")


def test_a_lock_file_is_no_workbook():
    assert refusal(ONE, "plans/~$plan.xlsx").facts == {"what": "lock-file"}


def test_a_file_that_is_not_there_is_not_found(tmp_path):
    for path in (tmp_path / "none.xlsx", tmp_path / "bad\0name.xlsx"):
        with pytest.raises(Unreadable) as caught:
            read_book(path, "none.xlsx")
        assert caught.value.kind == "not-found"
        assert digest(path) == ""


def test_a_folder_and_a_pipe_are_no_workbooks_and_nobody_waits(tmp_path):
    (tmp_path / "folder.xlsx").mkdir()
    os.mkfifo(tmp_path / "pipe.xlsx")
    for name, what in (("folder.xlsx", "folder"), ("pipe.xlsx", "device")):
        with pytest.raises(Unreadable) as caught:
            read_book(tmp_path / name, name)
        assert (caught.value.kind, caught.value.facts) == ("not-a-workbook", {"what": what})


def test_a_pipe_that_takes_the_place_of_a_file_is_noticed_after_opening(tmp_path, monkeypatch):
    (tmp_path / "plan.xlsx").write_bytes(ONE)
    ordinary = (tmp_path / "plan.xlsx").stat()
    (tmp_path / "plan.xlsx").unlink()
    os.mkfifo(tmp_path / "plan.xlsx")
    monkeypatch.setattr(Path, "stat", lambda _: ordinary)
    with pytest.raises(Unreadable) as caught:
        read_book(tmp_path / "plan.xlsx", "plan.xlsx")
    assert caught.value.facts == {"what": "device"}


def test_a_file_without_permission_says_so(tmp_path, monkeypatch):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(ONE)
    path.chmod(0)
    if os.access(path, os.R_OK):  # root may read everything, so the refusal is played

        def refuse(*_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(Unreadable) as caught:
        read_book(path, "plan.xlsx")
    assert (caught.value.kind, caught.value.facts) == (
        "not-permitted",
        {"reason": "Permission denied"},
    )


@pytest.mark.parametrize(
    "mark", [{"st_file_attributes": 0x400020}, {"st_flags": 0x40000000}], ids=["OneDrive", "iCloud"]
)
def test_a_file_that_lies_in_the_cloud_is_not_even_opened(tmp_path, monkeypatch, mark):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(ONE)
    real = path.stat()
    played = types.SimpleNamespace(st_mode=real.st_mode, st_size=real.st_size, **mark)
    monkeypatch.setattr(Path, "stat", lambda _: played)
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened"))
    with pytest.raises(Unreadable) as caught:
        read_book(path, "plan.xlsx")
    assert caught.value.kind == "cloud-only"


def test_a_file_of_more_than_50_mb_is_not_read(tmp_path):
    path = tmp_path / "plan.xlsx"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    with pytest.raises(Unreadable) as caught:
        read_book(path, "plan.xlsx")
    assert (caught.value.kind, caught.value.facts["what"]) == ("too-big", "file")


# ---------------------------------------------------------------- refused: containers


def test_a_bomb_is_refused_quickly():
    data = hostile.bomb(1024)
    assert len(data) < 2_000_000
    begun = time.process_time()
    assert facts(data, "what", "part") == ("too-big", "ratio", "xl/worksheets/sheet2.xml")
    assert time.process_time() - begun < 2


def test_what_all_parts_unpack_to_is_counted_together(monkeypatch):
    monkeypatch.setattr(container, "MOST_UNPACKED", 1_000_000)
    parts = {f"xl/media/{number}.bin": bytes(90_000) for number in range(12)}
    assert facts(workbook(sheet(""), parts=parts), "what") == ("too-big", "unpacked")


def test_very_many_parts_are_refused():
    assert facts(hostile.swarm(), "what", "limit") == ("too-big", "entries", 2000)
    assert facts(hostile.swarm(5000), "what", "limit") == ("too-big", "entries", 2000)


@pytest.mark.parametrize(
    "data, reason",
    [
        (hostile.doubled(ONE, "XL/Worksheets/sheet1.xml", sheet(cell("A1", 2))), "twice"),
        (hostile.overlapping(), "overlap"),
        (hostile.lying_size(ONE), "container"),
        (ONE[:-40], "truncated"),
        (ONE[: len(ONE) // 2], "truncated"),
        (ONE[:100], "truncated"),
        (hostile.flipped(ONE), "checksum"),
        (workbook(sheet(""), parts={"_rels/.rels": None}), "part-missing"),
        (workbook(sheet(""), parts={"xl/workbook.xml": None}), "part-missing"),
        (workbook(sheet(""), parts={"xl/worksheets/sheet1.xml": None}), "part-missing"),
        (workbook(), "no-sheet"),
        (workbook(sheet(""), sheet(""), names=("Ziele", "ZIELE")), "twice"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,  # a zip tells the time
)
def test_a_container_that_contradicts_itself_is_damaged(data, reason):
    assert facts(data, "reason") == ("damaged", reason)


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"version": 99}, "container"),
        ({"method": 14}, "container"),
        ({"local_method": 0}, "container"),
        ({"local_name": b"xl/worksheets/sheet2.xml"}, "container"),
        ({"offset": 5}, "container"),
        ({"packed": 10_000}, "truncated"),
        ({"packed": 40}, "truncated"),
        ({"content": b"\xff" * 30}, "container"),
    ],
    ids=str,
)
def test_a_container_with_one_wrong_entry_is_damaged(change, reason):
    assert facts(hostile.forged(ONE, **change), "reason") == ("damaged", reason)


def test_a_container_that_is_not_packed_is_read():
    parts = hostile.parts_of(ONE)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        made.mkdir("xl")
        for name, content in parts.items():
            made.writestr(name, content)
    assert read(out.getvalue()).sheets[0].cells == {(1, 1): Cell(1)}


def test_a_part_with_a_password_is_encrypted():
    assert facts(hostile.locked(ONE), "protection") == ("encrypted", "password")


# ---------------------------------------------------------------- refused: markup

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "docProps/app.xml", "xl/theme/a.xml"])
def test_a_document_type_is_refused_in_whatever_part(part):
    data = workbook(sheet(""), parts={part: LAUGHS + f'<worksheet xmlns="{hostile.MAIN}"/>'})
    assert facts(data, "reason", "part") == ("damaged", "dtd", part)


@pytest.mark.parametrize(
    "part",
    [
        "<worksheet>",
        f'<worksheet xmlns="{hostile.MAIN}"><sheetData><row></sheetData></worksheet>',
        f'<worksheet xmlns="{hostile.MAIN}"><sheetData><c r="A1" t="str"><v>&nbsp;</v></c></sheetData></worksheet>',
        '<worksheet xmlns="urn:something-else"><sheetData/></worksheet>',
        f'<?xml version="1.0" encoding="utf-16"?><worksheet xmlns="{hostile.MAIN}"/>',
        sheet(cell("A1", "caf\xe9", kind="str")).encode("latin-1"),
    ],
    ids=["open", "crossed", "entity", "foreign", "encoding", "latin-1"],
)
def test_markup_that_is_none_is_damaged(part):
    assert facts(workbook(part), "reason", "sheet") == ("damaged", "markup", "S1")


def test_markup_deeper_than_256_is_refused():
    deep = f'<c r="A1">{"<a>" * 300}{"</a>" * 300}</c>'
    assert facts(workbook(sheet(deep)), "what", "limit") == ("too-big", "depth", 256)


@pytest.mark.parametrize(
    "markup, where",
    [
        (cell("A1", "abc"), "A1"),
        (cell("A1", "nan"), "A1"),
        (cell("A1", "1e999"), "A1"),
        (cell("B7", "9" * 400), "B7"),
        (cell("A1", "x", kind="b"), "A1"),
        (cell("A1", "5", kind="zz"), "A1"),
        (cell("A1", "31.12.2026", kind="d"), "A1"),
        (cell("A1", 99, kind="s"), "A1"),
        (cell("XFE1", 1), "XFE1"),
        (cell("A1048577", 1), "A1048577"),
        (cell("A0", 1), "A0"),
        (cell("A1", 1) + cell("A1", 1), "A1"),
        ('<c r="A1"><v>5</v><v>6</v></c>', "A1"),
    ],
)
def test_a_cell_that_excel_would_not_open_is_named(markup, where):
    kind, sheet_name, address = facts(workbook(sheet(markup)), "sheet", "cell")
    assert (kind, sheet_name, address) == ("damaged", "S1", where)


# ---------------------------------------------------------------- refused: extent


@pytest.mark.parametrize(
    "last", [cell("XFD1048576", 2), '<c r="XFD1048576" t="inlineStr"><is><t></t></is></c>']
)
def test_two_far_corners_are_refused_before_a_reader_fills_what_lies_between(last):
    data = workbook(sheet(cell("A1", 1) + last))
    assert facts(data, "what", "sheet", "cell") == ("too-big", "area", "S1", "XFD1048576")


def test_a_value_in_the_last_row_is_no_reason_to_refuse():
    assert list(only(cell("A1", 1), cell("B1048576", 2))) == [(1, 1), (1048576, 2)]


def test_a_look_in_the_last_corner_is_no_reason_to_refuse():
    assert list(only(cell("A1", 1), '<c r="XFD1048576" s="1"/>')) == [(1, 1)]


def test_more_cells_than_any_plan_has_are_refused(monkeypatch):
    monkeypatch.setattr(scanning, "MOST_CELLS", 100)
    cells = "".join(cell(f"A{row}", 1) for row in range(1, 102))
    assert facts(workbook(sheet(cells)), "what") == ("too-big", "cells")
    assert facts(workbook(sheet(cells + "<!-- -->")), "what") == ("too-big", "cells")


def test_a_lie_about_the_number_of_texts_is_refused():
    assert facts(hostile.announcing(), "what") == ("too-big", "cells")


def test_more_sheets_than_any_plan_has_are_refused():
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 2002))
    part = (
        f'<workbook xmlns="{hostile.MAIN}" xmlns:r="{hostile.OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>"
    )
    data = workbook(sheet(""), parts={"xl/workbook.xml": part})
    assert facts(data, "what") == ("too-big", "sheets")


# ---------------------------------------------------------------- two readers


@pytest.mark.parametrize(
    "markup, ours, theirs",
    [
        ('<c r="A1"><v>1<!-- x -->2</v></c>', "12", "1.0"),
        (cell("A1", "1_000"), "1000", "1_000"),
        (cell("A1", " 5 "), "5", " 5 "),
    ],
)
def test_readers_that_disagree_are_not_believed(markup, ours, theirs):
    error = refusal(workbook(sheet(markup)))
    assert (error.kind, error.facts) == (
        "readers-disagree",
        {"sheet": "S1", "cell": "A1", "ours": ours, "theirs": theirs},
    )


def test_cells_of_another_language_are_not_ours():
    error = refusal(workbook(sheet(f'<row xmlns="urn:other">{cell("A1", 5)}</row>')))
    assert error.facts == {"sheet": "S1", "cell": "A1", "ours": "", "theirs": "5.0"}


def test_sheets_that_only_the_second_reader_lists_are_not_kept_quiet():
    part = (
        f'<workbook xmlns="{hostile.MAIN}" xmlns:r="{hostile.OFFICE}"><sheets>'
        '<sheet name="S1" sheetId="1" r:id="rId1"/></sheets>'
        '<x><sheet name="S2" sheetId="2" r:id="rId1"/></x></workbook>'
    )
    error = refusal(workbook(sheet(""), parts={"xl/workbook.xml": part}))
    assert (error.kind, error.facts) == ("readers-disagree", {"theirs": "S1, S2"})


def test_a_sheet_that_the_second_reader_cannot_read_is_not_believed():
    markup = '<c r="A1"><v>5</v><extLst><ext/></extLst></c>'
    error = refusal(workbook(sheet(markup)))
    assert (error.kind, error.facts["sheet"]) == ("readers-disagree", "S1")


def test_a_workbook_that_the_second_reader_cannot_open_is_not_believed(monkeypatch):
    monkeypatch.setattr("kam_reports.books.crosscheck._container", lambda *_: io.BytesIO(b"PK"))
    assert refusal(ONE).kind == "readers-disagree"


@pytest.mark.parametrize(
    "ours, theirs, same",
    [
        (5, 5.0, True),
        (5, 5.5, False),
        ("a", "a ", True),
        ("a", "b", False),
        ("5", 5.0, False),
        (5, "5", False),
        (2**53 + 1, float(2**53), True),
        (date(2026, 3, 1), datetime(2026, 3, 1), True),
        (date(2026, 3, 1), datetime(2026, 3, 1, 0, 0, 0, 1000), True),
        (date(2026, 3, 1), date(2026, 3, 2), False),
        (46082, date(2026, 3, 1), True),
        (30, date(1900, 1, 30), True),
        (31, date(1900, 1, 30), False),
        (0.5, clock(12), True),
        (-0.5, clock(12), True),
        (1.75, timedelta(days=1, hours=18), True),
        (date(2026, 3, 1), "2026-03-01T00:00:00Z", True),
        (date(2026, 3, 1), "2026-03-02", False),
        (True, "ja", False),
    ],
)
def test_two_readers_may_say_the_same_differently(ours, theirs, same):
    assert crosscheck._same(ours, theirs, date1904=False) is same


def test_the_second_reader_knows_1904_too():
    assert crosscheck._same(44620, date(2026, 3, 1), date1904=True)


def test_cdata_is_read_though_the_second_reader_does_not_see_it():
    found = only('<c r="A1" t="str"><v><![CDATA[a<b]]></v></c>', cell("B1", 5))
    assert [one.value for one in found.values()] == ["a<b", 5]


def test_a_cell_that_only_the_second_reader_finds_is_not_kept_quiet(monkeypatch):
    def lose_the_last(filled):
        columns = (getattr(filled, field.name)[:-1] for field in fields(filled))
        return interpreting.Filled(*columns)

    monkeypatch.setattr(interpreting, "_without_blanks", lose_the_last)
    error = refusal(workbook(sheet(cell("A1", 1) + cell("B1", 2))))
    assert error.facts == {"sheet": "S1", "cell": "B1", "ours": "", "theirs": "2.0"}


# ---------------------------------------------------------------- against openpyxl


def differences(path: Path) -> Counter:
    """Where openpyxl sees a cell otherwise than we do; how many are the same."""
    shown = openpyxl.load_workbook(path, data_only=True)
    written = openpyxl.load_workbook(path)
    found: Counter = Counter()
    for ours in read_book(path, path.name).sheets:
        theirs = {
            (one.row, one.column): one
            for row in shown[ours.name].iter_rows()
            for one in row
            if one.value not in (None, "")
        }
        for position, one in ours.cells.items():
            if one.state is CellState.UNCALCULATED or one.state is CellState.MERGED_OVER:
                same = position not in theirs
            else:
                other = theirs.pop(position)
                formula = written[ours.name].cell(*position).data_type == "f"
                same = (
                    _same_value(one.value, other.value)
                    and one.format == other.number_format
                    and one.formula == formula
                    and (one.state is CellState.ERROR) == (other.data_type == "e")
                )
            found["same" if same else f"{ours.name} {position} {one}"] += 1
        found.update(f"only openpyxl: {ours.name} {position}" for position in theirs)
    return found


def _same_value(ours, theirs) -> bool:
    if isinstance(theirs, datetime) and not isinstance(ours, datetime):
        return isinstance(ours, date) and theirs == datetime.combine(ours, clock())
    if isinstance(theirs, datetime):
        return abs(ours - theirs) < timedelta(milliseconds=1)
    return ours == theirs


CONTENT = [
    ("Kunde", None),
    ("  eingerückt ", None),
    ("geschützt\u00a0", None),
    ("a < b & c > d \"e\" 'f'", None),
    ("Zeile 1\nZeile 2", None),
    ("_x0041_ bleibt", None),
    (12, None),
    (-3.75, "#,##0.00"),
    (0.125, "0.0%"),
    (1234567.891, '#,##0 "T€"'),
    (True, None),
    (datetime(2026, 3, 31), "dd.mm.yyyy"),
    (datetime(2026, 3, 31, 14, 45, 30), "dd.mm.yyyy hh:mm:ss"),
    (clock(9, 30), "hh:mm"),
    (timedelta(hours=31, minutes=15), "[h]:mm"),
    (9_999_999_999, "0"),
]


def by_xlsxwriter(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        for name in ("Ziele", "Maßnahmen & Termine"):
            page = book.add_worksheet(name)
            for row, (one, look) in enumerate(CONTENT):
                style = book.add_format({"num_format": look}) if look else None
                page.write(row + 2, 1, one, style)
                page.write_blank(row + 2, 5, None, style)
            page.write_formula("H3", "=1/0", None, "#DIV/0!")
            page.write_formula("H4", "=SUM(1,2)", None, 3)
            page.write_formula("H5", '="ja"', None, "ja")
            page.write_rich_string("H6", book.add_format({"bold": 1}), "fett", " und nicht")
            page.merge_range("J1:L2", "Titel")
            page.set_row(4, None, None, {"hidden": True})
            page.data_validation("B3:B9", {"validate": "list", "source": ["a", "b"]})
            page.add_table("N3:P9")


def by_openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Ziele"
    for row, (one, look) in enumerate(CONTENT, 3):
        if str(one).startswith("_x"):
            continue  # openpyxl writes it as it is, which means "A" to Excel
        page.cell(row, 2, one)
        if look:
            page.cell(row, 2).number_format = look
    page["D3"] = "=SUM(B9:B10)"
    page["D4"] = "#REF!"
    page.merge_cells("F1:H2")
    page["F1"] = "Titel"
    book.create_sheet("Leer")
    book.save(path)


@pytest.mark.parametrize("write", [by_xlsxwriter, by_openpyxl])
def test_workbooks_of_others_are_read_as_openpyxl_reads_them(tmp_path, write):
    path = tmp_path / "plan.xlsx"
    write(path)
    found = differences(path)
    assert found.pop("same") > len(CONTENT)
    assert not found


def test_formulas_that_openpyxl_wrote_were_never_calculated(tmp_path):
    by_openpyxl(tmp_path / "plan.xlsx")
    cells = read_book(tmp_path / "plan.xlsx", "plan.xlsx").sheets[0].cells
    assert cells[3, 4] == Cell(None, formula=True, state=CellState.UNCALCULATED)


@pytest.mark.office
@pytest.mark.parametrize("write", [by_xlsxwriter, by_openpyxl])
def test_workbooks_that_libreoffice_saved_are_read_as_openpyxl_reads_them(tmp_path, write):
    from office.libreoffice import convert

    write(tmp_path / "plan.xlsx")
    found = differences(convert(tmp_path / "plan.xlsx", "xlsx", tmp_path / "saved"))
    assert found.pop("same") > len(CONTENT)
    assert not found


# ---------------------------------------------------------------- mutants


def test_300_mutants_give_a_book_or_a_reason_and_no_worker_dies(tmp_path):
    by_xlsxwriter(tmp_path / "seed.xlsx")
    seeds = [(tmp_path / "seed.xlsx").read_bytes(), workbook(written(TABLE), sheet(cell("A1", 1)))]
    items = []
    for number in range(300):
        path = tmp_path / f"{number:03}.xlsx"
        path.write_bytes(hostile.mutant(seeds[number % 2], number))
        items.append((path, path.name))
    found = Counter(
        result.kind if isinstance(result, Oddity) else "book"
        for _, result in each(chores.read, items, shared=None, seconds=5.0)
    )
    reasons = {"damaged", "not-a-workbook", "encrypted", "too-big", "readers-disagree"}
    assert set(found) <= {"book", *reasons}
    assert found["book"] > 20
    assert found["damaged"] > 100
