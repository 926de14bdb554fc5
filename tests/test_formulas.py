"""The KPIs of the workbook are live: formulas over the data that give what was computed."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import golden_data
import openpyxl
import pytest
from filling import form, reviewed
from opened import opened
from openpyxl.utils import range_boundaries
from portfolios import portfolio
from test_truth import workspace_in

from kam_reports import actions
from kam_reports.actions import vocabulary_of, wording_of
from kam_reports.model import Occasion, Period, Reading, Review
from kam_reports.outputs.xlsx import write_workbook
from kam_reports.outputs.xlsx.ledger import subject_codes
from kam_reports.workspace import Workspace

SHARED = {
    "IF", "AND", "OR", "NOT", "COUNT", "COUNTIF", "COUNTIFS", "SUM", "SUMIFS", "SUMPRODUCT",
    "INDEX", "MATCH", "ISNUMBER", "ABS", "MAX", "MIN", "MEDIAN", "ROUND", "SUBTOTAL", "HYPERLINK", "SUBSTITUTE", "SIGN",
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
    return opened(portfolio_7[2].read_bytes())


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
    book = opened(written(review, workspace, tmp_path / "k.xlsx").read_bytes(), "Kennzahlen")
    assert "Kennzahlen" in book.sheetnames


TEXTS = {"Nummer", "Kunde / Partner", "Kennzahl", "Sicht", "Verfahren", "Herkunft", "Schlüssel",
         "Kennzahl-ID", "Es fehlt", "Zieldimension", "Messgröße", "Verantwortlich",
         "Zielformulierung", "Nicht relevant, weil", "Fundstelle"}  # fmt: skip


def test_every_number_of_a_kpi_is_a_formula(book):
    """All but the weights of goals, which are no KPIs."""
    counted = {"Kennzahlen": 0, "Ziele": 0}
    for name in counted:
        tables = (name, "Zielmatrix") if name == "Ziele" else (name,)
        for row in (row for table in tables for row in rows_of(book[name], table)):
            for head, cell in row.items():
                if head in TEXTS or head == "Gewicht":
                    continue
                assert not isinstance(cell.value, int | float), (name, head, cell.coordinate)
                counted[name] += cell.data_type == "f"
    assert counted["Kennzahlen"] > 3000
    assert counted["Ziele"] > 20


def test_a_missing_input_leaves_an_empty_text_and_no_zero(portfolio_7, book):
    kept = opened(portfolio_7[2].read_bytes(), "Kennzahlen", data_only=True)
    empty = 0
    cached = rows_of(kept["Kennzahlen"], "Kennzahlen")
    for row, mine in zip(rows_of(book["Kennzahlen"], "Kennzahlen"), cached, strict=True):
        for head in ("Ist kum.", "Ziel kum.", "Vorjahr kum.", "Erreichung kum."):
            if row[head].data_type == "f":
                empty += mine[head].value in (None, "")
    assert empty > 5


def test_the_table_of_figures_has_a_key_for_every_figure_that_counts(portfolio_7, book):
    review = portfolio_7[0]
    rows = list(rows_of(book["Daten"], "Daten"))
    assert len(rows) == len(review.figures) + len(review.counts)
    keys = [row["Schlüssel"].value for row in rows if row["Schlüssel"].value]
    assert len(set(keys)) == len(keys) > 1000


def test_beyond_what_a_sheet_holds_kpis_are_values_and_the_sheet_says_so(portfolio_7, monkeypatch):
    review, workspace, path = portfolio_7
    monkeypatch.setattr("kam_reports.outputs.xlsx.figures.MOST_FIGURES", 500)
    monkeypatch.setattr("kam_reports.outputs.xlsx.material.MOST_FIGURES", 500)
    book = opened(
        write_workbook(review, wording_of(workspace), workspace, path),
        "Kennzahlen", "Ziele", "Daten",
    )  # fmt: skip
    assert "Werte" not in book.sheetnames
    assert {"Daten", "Daten 2"} <= set(book.sheetnames)
    for name in ("Kennzahlen", "Ziele", "Daten"):
        assert "data/figures.csv" in book[name]["A3"].value
    cells = [row["Ist kum."] for row in rows_of(book["Kennzahlen"], "Kennzahlen")]
    assert any(isinstance(cell.value, float | int) for cell in cells)
    assert not any(cell.data_type == "f" for cell in cells)


def test_a_subject_that_a_spreadsheet_would_misread_is_a_number_in_keys():
    from types import SimpleNamespace

    board = SimpleNamespace(plans={"KA-1": 0, "ka-1": 0, "K*": 0, "K?1": 0, "=1": 0, "x" * 60: 0})
    codes = subject_codes(board)
    assert codes["KA-1"] == "KA-1"
    assert len({code.casefold() for code in codes.values()}) == 6
    assert not any(set("*?~=<>") & set(code) for code in codes.values())


# ---------------------------------------------------------------- the account sheet


def test_the_account_sheet_is_a_list_to_choose_from_and_formulas(book):
    sheet = book["Kundenblatt"]
    (rule,) = sheet.data_validations.dataValidation
    assert rule.type == "list"
    assert str(rule.sqref) == "A4"
    _, _, first, last = re.fullmatch(r"'(.*)'!\$(S)\$(\d+):\$S\$(\d+)", rule.formula1).groups()
    names = [sheet.cell(row, 19).value for row in range(int(first), int(last) + 1)]
    assert sheet["A4"].value == names[0]
    assert names[-1] == "Alle Kunden"
    assert sum(cell.data_type == "f" for row in sheet.iter_rows() for cell in row) > 300
    assert sheet.page_setup.fitToHeight in (None, 1)


# ---------------------------------------------------------------- LibreOffice as a witness


@pytest.mark.office
def test_another_choice_changes_the_account_sheet(portfolio_7, tmp_path):
    from office.recalculated import cells, recalculated

    book = openpyxl.load_workbook(portfolio_7[2])
    chosen = book["Kundenblatt"].cell(9, 19).value
    book["Kundenblatt"]["A4"] = chosen
    book.save(tmp_path / "chosen.xlsx")
    again = cells(recalculated(tmp_path / "chosen.xlsx", tmp_path / "again"))
    shown = again["Kundenblatt"]
    heads = {value: at[1] for at, value in again["Kennzahlen"].items() if at[0] == 6}
    rows = {
        value: at[0]
        for at, value in again["Kennzahlen"].items()
        if at[1] == heads["Schlüssel"] and at[0] > 6
    }
    code = chosen.partition(" ")[0]
    for at, name in list(shown.items()):
        if at[1] == 1 and 8 <= at[0] <= 11:
            kpi = ["k_revenue", "k_units", "k_cm", "k_cm_pct"][at[0] - 8]
            row = rows[f"{code}|{kpi}|own"]
            for column, head in ((3, "Ist Q3"), (7, "Ist kum."), (8, "Ziel kum.")):
                theirs = again["Kennzahlen"].get((row, heads[head]), "")
                assert shown.get((at[0], column), "") == theirs, (name, head)


@pytest.mark.office
@pytest.mark.parametrize("seed", [3, 8])
def test_an_actual_changed_in_the_data_gives_what_a_run_gives(seed, tmp_path):
    """Typed into sheet Data, or typed into the plan: the KPIs are the same."""
    from office.recalculated import cells, recalculated

    review, workspace, path = made(seed, tmp_path)
    frame = review.figures
    wanted = (frame["measure"] == "revenue") & (frame["scenario"] == "ACTUAL")
    wanted &= frame["perspective"] == "own"
    place = frame.index[wanted & (frame["value"] > 0)][0]
    changed = dataclasses.replace(review, figures=frame)
    book = openpyxl.load_workbook(path)
    data = book["Daten" if workspace.language == "de" else "Data"]
    cell = data.cell(place + 6, 9)
    assert cell.value == frame.at[place, "value"]
    cell.value += 12_000
    book.save(tmp_path / "changed.xlsx")
    again = cells(recalculated(tmp_path / "changed.xlsx", tmp_path / "again"))
    reading = replaced(changed.reading, frame.loc[place], cell.value)
    wanted_book = written(
        actions.review(reading, review.occasion, workspace), workspace, tmp_path / "run.xlsx"
    )
    name = "Kennzahlen" if workspace.language == "de" else "KPIs"
    expected = cells(wanted_book)[name]
    different = 0
    for at, value in expected.items():
        if isinstance(value, float):
            assert again[name][at] == pytest.approx(value, rel=1e-9, abs=1e-9), at
    before = cells(path)[name]
    different = sum(isinstance(v, float) and v != before.get(at) for at, v in expected.items())
    assert different > 10


def replaced(reading, row, value):
    """The reading with one figure changed, as if it had been typed into the plan."""

    def changed(figure):
        at = (figure.place.book, figure.place.sheet, figure.place.cell)
        is_it = at == (row["file"], row["sheet"], row["cell"]) and figure.measure == row["measure"]
        return dataclasses.replace(figure, value=value) if is_it else figure

    plans = [
        dataclasses.replace(plan, figures=tuple(changed(figure) for figure in plan.figures))
        for plan in reading.plans
    ]
    return dataclasses.replace(reading, plans=tuple(plans))


@pytest.mark.office
@pytest.mark.parametrize("seed", range(30))
def test_libreoffice_reckons_what_is_cached(seed, tmp_path):
    from office.recalculated import differences, formulas, recalculated

    _, _, path = made(seed, tmp_path, seed % 4 + 1, 3 + seed % 4, seed % 3)
    again = recalculated(path, tmp_path / "again")
    assert list(differences(path, again)) == []
    assert sum(map(len, formulas(path).values())) > 2000


@pytest.mark.office
@pytest.mark.parametrize("quarter", [1, 2])
def test_libreoffice_reckons_the_golden_numbers(quarter, tmp_path):
    from office.recalculated import differences, formulas, recalculated

    workspace, period = workspace_in(tmp_path), Period(2026, "Q", quarter)
    reading = Reading(golden_data.plans(), ())
    review = actions.review(reading, Occasion(period, period.ends()), workspace)
    path = written(review, workspace, tmp_path / "golden.xlsx")
    assert list(differences(path, recalculated(path, tmp_path / "again"))) == []
    assert sum(map(len, formulas(path).values())) > 1000


@pytest.mark.office
def test_libreoffice_reckons_the_shipped_example(tmp_path):
    from office.recalculated import differences, formulas, recalculated

    subprocess.run(
        [sys.executable, "-m", "kam_reports", "demo", str(tmp_path / "demo")], check=True
    )
    (path,) = (tmp_path / "demo" / "out").glob("KPI-*.xlsx")
    assert list(differences(path, recalculated(path, tmp_path / "again"))) == []
    assert sum(map(len, formulas(path).values())) > 20_000
