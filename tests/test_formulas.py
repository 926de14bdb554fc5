"""The KPIs of the workbook are live: formulas over the data that give what was computed."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from filling import form, reviewed
from openpyxl.utils import range_boundaries
from portfolios import portfolio
from test_truth import workspace_in

from kam_reports.actions import vocabulary_of, wording_of
from kam_reports.model import Occasion, Period, Review
from kam_reports.outputs.xlsx import write_workbook
from kam_reports.workspace import Workspace

SHARED = {
    "IF", "AND", "OR", "NOT", "COUNT", "COUNTIF", "COUNTIFS", "SUM", "SUMIFS", "SUMPRODUCT",
    "INDEX", "MATCH", "ISNUMBER", "ABS", "MAX", "MIN", "MEDIAN", "ROUND", "SUBTOTAL", "HYPERLINK",
}  # fmt: skip
FUNCTION = re.compile(r"([A-Z][A-Z0-9.]*)\(")


def made(seed: int, folder: Path, quarter: int = 3, accounts: int = 4, partners: int = 2):
    """A portfolio of this *seed*: its review, settings, and the workbook as a file."""
    language = "de" if seed % 2 else "en"
    workspace = workspace_in(folder, language)
    vocabulary = vocabulary_of(workspace)
    period = Period(2026, "Q", quarter)
    books = portfolio(seed, quarter, accounts, partners).books
    files = {f"{book.id}.xlsx": form(book, vocabulary, period.ends()) for book in books}
    review = reviewed(files, folder, workspace, Occasion(period, period.ends()))
    return review, workspace, written(review, workspace, folder / f"kpi-{seed}.xlsx")


def written(review: Review, workspace: Workspace, path: Path) -> Path:
    path.write_bytes(write_workbook(review, wording_of(workspace), workspace, path))
    return path


@pytest.fixture(scope="module")
def portfolio_7(tmp_path_factory):
    return made(7, tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def book(portfolio_7):
    return openpyxl.load_workbook(portfolio_7[2])


def rows_of(sheet, name):
    """The rows of a native table: heading → cell."""
    left, top, right, bottom = range_boundaries(sheet.tables[name].ref)
    heads = [sheet.cell(top, column).value for column in range(left, right + 1)]
    for row in range(top + 1, bottom + 1):
        yield dict(zip(heads, (sheet.cell(row, c) for c in range(left, right + 1)), strict=True))


def test_formulas_use_only_functions_that_excel_and_libreoffice_share(book):
    used = set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                text = getattr(cell.value, "text", cell.value)
                if cell.data_type == "f":
                    used |= set(FUNCTION.findall(re.sub(r'"[^"]*"', "", str(text))))
    assert used <= SHARED
    assert {"INDEX", "MATCH", "SUMPRODUCT", "COUNT"} <= used


def test_a_review_of_no_kpi_still_makes_a_workbook(tmp_path):
    workspace = workspace_in(tmp_path)
    review = reviewed({}, tmp_path, workspace, Occasion(Period(2026, "Q", 3), date(2026, 9, 30)))
    book = openpyxl.load_workbook(
        io.BytesIO(written(review, workspace, tmp_path / "k.xlsx").read_bytes())
    )
    assert "Kennzahlen" in book.sheetnames


# ---------------------------------------------------------------- LibreOffice as a witness


@pytest.mark.office
@pytest.mark.parametrize("seed", range(30))
def test_libreoffice_reckons_what_is_cached(seed, tmp_path):
    from office.recalculated import differences, formulas, recalculated

    _, _, path = made(seed, tmp_path, seed % 4 + 1, 3 + seed % 4, seed % 3)
    again = recalculated(path, tmp_path / "again")
    assert list(differences(path, again)) == []
    assert sum(map(len, formulas(path).values())) > 2000
