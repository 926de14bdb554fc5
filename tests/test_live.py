"""The book read live is the book read from the file."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from foreign import SHAPES, make
from office.excel import excel_over
from office.writing import write

from kam_reports import actions
from kam_reports.books import read_book as read_file
from kam_reports.excel.live import read_book
from kam_reports.model import CellState
from kam_reports.workspace import CacheSettings, Workspace

TOP = Path(__file__).parents[1] / "workbooks"
SHIPPED = [*sorted((TOP / "example").glob("*/*.xlsx")), *sorted((TOP / "blank").glob("*.xlsx"))]
MOST = [
    pytest.param(path, marks=pytest.mark.deep if n % 6 else ()) for n, path in enumerate(SHIPPED)
]
DRAWN = r"""
    [Alles]
    Zahl  | 12 | 0.5 | 45 % | 1234.5 {#,##0.00 "€"} | 7 {0000}
    Tage  | 2026-03-31 | 2026-03-31 14:30:00 | 14:30:00 | +36:00:00 | 1900-03-01
    Sonst | TRUE | FALSE | #DIV/0! | #N/A | "300" | " "
    Oben  | verbunden |
    !merge B4:C5 E4:E6
    !hidden rows 2 6
    !hidden columns C
    [Leer]
    [Weg] hidden
    x | 1
"""


def alike(sheets):
    """Sheets to compare: formulas never calculated are calculated by whoever opens the file."""
    return [
        replace(sheet, cells={at: cell for at, cell in sheet.cells.items()
                              if cell.state is not CellState.UNCALCULATED})
        for sheet in sheets
    ]  # fmt: skip


def same_but_spelling(live, file):
    """Whether the sheets are equal, with number formats compared as LibreOffice spells them."""
    assert [sheet.name for sheet in live] == [sheet.name for sheet in file]
    for ours, theirs in zip(live, file, strict=True):
        for part in ("merges", "hidden_rows", "hidden_columns"):
            assert getattr(ours, part) == getattr(theirs, part), (ours.name, part)
        assert (ours.visible == "visible") == (theirs.visible == "visible")
        fresh = {at for at, cell in theirs.cells.items() if cell.state is CellState.UNCALCULATED}
        assert set(ours.cells) - fresh == set(theirs.cells) - fresh, ours.name
        for at, cell in theirs.cells.items():
            if at in fresh:
                continue
            mine = ours.cells[at]
            if isinstance(cell.value, float):
                assert mine.value == pytest.approx(cell.value, rel=1e-12), (ours.name, at)
                mine = replace(mine, value=cell.value)
            if isinstance(cell.value, bool):  # LibreOffice keeps a truth value as "=TRUE()"
                mine = replace(mine, formula=cell.formula, format=cell.format)
            if cell.formula and cell.state is CellState.ERROR:  # another error once calculated
                assert mine.state is CellState.ERROR
                mine = replace(mine, value=cell.value)
            assert replace(mine, format="") == replace(cell, format=""), (ours.name, at)
            assert spelt(mine.format) == spelt(cell.format), (ours.name, at)
    return True


# LibreOffice writes these of Excel's own formats out in its language.
_OWN = {"mm-dd-yy": "date", "mm/dd/yy": "date", "mm/dd/yyyy": "date", "m/d/yy": "date"}


def spelt(number_format):
    """A number format without quotes, escapes, colours, languages and case."""
    plain = re.sub(r"\[\$([^\]-]*)(-[^\]]*)?\]", r"\1", number_format).lower()
    plain = re.sub(r"\[(h+|m+|s+)\]", lambda found: f"<{found[1][0]}>", plain)
    plain = re.sub(r'[\\"\s\u00a0]|_.|\[[^\]]*\]', "", plain).replace("general", "standard")
    return _OWN.get(plain, plain)


@pytest.fixture
def memory(excels):
    """The workbooks in memory, which keep every value and format as it is."""
    with excels("openpyxl") as seen:
        yield seen


@pytest.mark.parametrize("path", MOST, ids=lambda path: path.stem)
def test_every_shipped_workbook_is_the_same_live_and_from_the_file(memory, path):
    live, file = read_book(memory.open(path)), read_file(path)
    assert list(live.sheets) == alike(file.sheets)
    assert live.oddities == tuple(
        replace(o, place=replace(o.place, book=path.name)) for o in file.oddities
    )


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("shape", SHAPES)
def test_one_workbook_of_every_foreign_form_is_the_same(memory, shape, language, tmp_path):
    path = tmp_path / "foreign.xlsx"
    path.write_bytes(make(shape, language, dirty=True).data)
    assert list(read_book(memory.open(path)).sheets) == alike(read_file(path).sheets)


def test_every_kind_of_cell_is_the_same(memory, tmp_path):
    path = write(DRAWN, tmp_path / "alles.xlsx")
    assert list(read_book(memory.open(path)).sheets) == alike(read_file(path).sheets)


def test_values_below_merged_areas_are_known_as_such(memory, tmp_path):
    path = write(DRAWN, tmp_path / "alles.xlsx")
    book = memory.open(path)
    for half in memory.backend.files[book.name]:
        from openpyxl.cell.cell import Cell

        half["Alles"]._cells[4, 3] = Cell(half["Alles"], row=4, column=3, value="darunter")
    cell = read_book(book).sheets[0].cells[4, 3]
    assert (cell.value, cell.state) == ("darunter", CellState.MERGED_OVER)


def test_links_to_other_workbooks_are_noticed(excel, tmp_path):
    def link(made, pages):
        pages["A"].write_formula("B2", "='[Preise 2026.xlsx]Liste'!A1", None, 3)

    book = excel.open(write("[A]\nx | 1\n", tmp_path / "a.xlsx", own=link))
    (oddity,) = read_book(book).oddities
    assert (oddity.kind, oddity.raw) == ("external-links", "Preise 2026.xlsx")


def test_a_text_that_begins_with_an_equals_sign_is_no_formula(excel, tmp_path):
    path = write('[A]\nx | "=1+1"\n', tmp_path / "a.xlsx")
    assert read_book(excel.open(path)).sheets[0].cells[1, 2].formula is False


# ---------------------------------------------------------------- in LibreOffice


def findings(gathered, workspace):
    found = actions.judge(gathered, workspace, None).findings
    return [(one.code, one.place.sheet, one.place.cell) for one in found]


@pytest.mark.office
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_in_libreoffice_every_shipped_workbook_is_the_same_and_has_the_same_findings(
    office, path, tmp_path
):
    with excel_over(office, tmp_path) as excel:  # a copy, because LibreOffice leaves a lock beside
        live = read_book(excel.open(shutil.copy(path, tmp_path)))
    file = read_file(path)
    assert same_but_spelling(live.sheets, file.sheets)
    workspace = Workspace(folder=path.parent, cache=CacheSettings(enabled=False))
    from_file = findings(actions.gather([path], workspace), workspace)
    fresh = {
        (sheet.name, at) for sheet in file.sheets for at, cell in sheet.cells.items()
        if cell.state is CellState.UNCALCULATED
    }  # fmt: skip
    if not fresh:
        assert findings(actions.gather_open(live, workspace), workspace) == from_file


@pytest.mark.office
@pytest.mark.parametrize("shape", SHAPES)
def test_in_libreoffice_one_workbook_of_every_foreign_form_is_the_same(office, shape, tmp_path):
    path = tmp_path / "foreign.xlsx"
    path.write_bytes(make(shape, "de", dirty=True).data)
    with excel_over(office, tmp_path) as excel:
        live = read_book(excel.open(path))
    assert same_but_spelling(live.sheets, read_file(path).sheets)


@pytest.mark.office
def test_in_libreoffice_every_kind_of_cell_is_the_same(office, tmp_path):
    path = write(DRAWN, tmp_path / "alles.xlsx")
    with excel_over(office, tmp_path) as excel:
        live = read_book(excel.open(path))
    assert same_but_spelling(live.sheets, read_file(path).sheets)
