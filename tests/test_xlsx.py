import dataclasses
import io
import math
import re
import subprocess
import sys
import zipfile
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import drawing
import golden_data
import invented
import openpyxl
import pytest
import sheets
from hypothesis import given, settings
from hypothesis import strategies as st
from opened import opened
from openpyxl.utils import range_boundaries
from python_calamine import CalamineWorkbook

from kam_reports import actions
from kam_reports.kpis import KPIS
from kam_reports.layouts import load_layouts, recognise, take_plan
from kam_reports.model import (
    Amount,
    Light,
    Named,
    Perspective,
    Place,
    Reading,
    Role,
    Source,
)
from kam_reports.outputs.xlsx import cells, figures, findings_workbook, write_workbook
from kam_reports.outputs.xlsx.cells import Formula, Link, Lit, QuickSheet, clean_text
from kam_reports.outputs.xlsx.guide import Guide
from kam_reports.outputs.xlsx.paper import Column, Page, Paper

GERMAN = [
    "Übersicht", "Kundenblatt", "Diagramme", "Kennzahlen", "Ziele", "Portfolio", "Partner",
    "Maßnahmen", "Pipeline",
    "Konditionen", "Prüfung", "Daten", "Quellen", "Definitionen",
]  # fmt: skip
ENGLISH = [
    "Overview", "Account sheet", "Charts", "KPIs", "Goals", "Portfolio", "Partners", "Measures",
    "Pipeline", "Conditions",
    "Findings", "Data", "Sources", "Definitions",
]  # fmt: skip


def written(review, folder=Path("/ws"), language="de", **report) -> bytes:
    return write_workbook(
        review, invented.wording(language), invented.workspace(folder, **report),
        folder / "out" / "KPI-2026Q3.xlsx",
    )  # fmt: skip


@cache
def whole(language="de") -> bytes:
    """The workbook of the review that most tests look at."""
    return written(the_review(), language=language)


@cache
def the_review():
    return invented.review(3, 2)


@pytest.fixture(scope="module")
def review():
    return the_review()


@pytest.fixture(scope="module")
def data():
    return whole()


@pytest.fixture(scope="module")
def book(data):
    return opened(data)


def table(sheet, name):
    """The rows of a native table by heading; a cell is what openpyxl says of it."""
    first_column, head, last_column, last = range_boundaries(sheet.tables[name].ref)
    columns = range(first_column, last_column + 1)
    heads = [sheet.cell(head, column).value for column in columns]
    return [
        dict(zip(heads, (sheet.cell(row, column) for column in columns), strict=True))
        for row in range(head + 1, last + 1)
    ]


def values(sheet, name):
    return [{head: cell.value for head, cell in row.items()} for row in table(sheet, name)]


def xml_of(data: bytes, part: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(part).decode()


# ---------------------------------------------------------------- what stands where


@pytest.mark.parametrize("language, names", [("de", GERMAN), ("en", ENGLISH)])
def test_the_sheets_are_those_of_the_contract(language, names):
    assert opened(whole(language)).sheetnames == names


def test_every_kpi_stands_on_its_sheet_with_the_value_of_the_table(review, book):
    rows = values(book["Kennzahlen"], "Kennzahlen")
    frame = review.kpis.astype(object).where(review.kpis.notna(), None)
    expected = {
        (row.subject_id, row.kpi, row.scope, row.quarter): row for row in frame.itertuples()
    }
    nothing = SimpleNamespace(forecast=None, target=None, fc_gap=None)
    assert len(rows) == len(frame.groupby(["subject_id", "kpi"]))
    for row in rows:
        key = (row["Nummer"], row["Kennzahl-ID"])
        quarter = expected[(*key, "Q", "2026Q3")]
        to_date = expected[(*key, "YTD", "2026Q3")]
        year = expected.get((*key, "FY", "2026Q3"), nothing)
        assert (row["Ist Q3"], row["Ziel Q3"], row["Vorjahr Q3"], row["Erreichung Q3"]) == (
            quarter.actual, quarter.target, quarter.prior_year, quarter.attainment,
        )  # fmt: skip
        assert (row["Ist kum."], row["Ziel kum."], row["Vorjahr kum."]) == (
            to_date.actual, to_date.target, to_date.prior_year,
        )  # fmt: skip
        assert (row["Abweichung kum."], row["Abw. % kum."], row["Erreichung kum."]) == (
            to_date.variance, to_date.variance_pct, to_date.attainment,
        )  # fmt: skip
        assert (row["Wachstum kum."], row["Es fehlt"]) == (to_date.growth, to_date.missing)
        assert (row["Hochrechnung Jahr"], row["Ziel Jahr"], row["Lücke Jahr"]) == (
            year.forecast, year.target, year.fc_gap,
        )  # fmt: skip


def test_all_together_come_first_and_say_how_many_they_are(book):
    first = values(book["Kennzahlen"], "Kennzahlen")[0]
    assert first["Kunde / Partner"] == "Alle Kunden"
    assert first["Basis"] == "2 von 3"


def test_an_incomplete_year_to_date_is_empty_and_never_zero(book):
    rows = [
        row
        for row in values(book["Kennzahlen"], "Kennzahlen")
        if row["Nummer"] == "K-1003" and row["Kennzahl-ID"] == "k_revenue"
    ]
    assert [(row["Ist kum."], row["Ampel kum."], row["Es fehlt"]) for row in rows] == [
        (None, "○", "k_revenue 2026-Q3")
    ]


def test_every_figure_stands_in_the_data_with_its_value_in_full(review, book):
    rows = values(book["Daten"], "Daten")
    assert [row["Wert"] for row in rows] == review.figures["value"].tolist()
    assert [row["Messgröße-ID"] for row in rows] == review.figures["measure"].tolist()
    assert {row["Szenario"] for row in rows} == {"VJ", "Ziel", "Ist"}
    assert {row["Zählt im Gesamtwert"] for row in rows} == {None}


def test_what_was_counted_stands_below_what_was_read(review):
    counted = review.figures.head(1).assign(
        measure="initiatives_due", value=7.0, section="measures"
    )
    data = written(dataclasses.replace(review, counts=counted))
    rows = values(opened(data, "Daten")["Daten"], "Daten")
    assert len(rows) == len(review.figures) + 1
    assert (rows[-1]["Messgröße-ID"], rows[-1]["Wert"]) == ("initiatives_due", 7)


def test_calamine_reads_the_same_as_openpyxl(data, book):
    other = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheetnames:
        sheet = other.get_sheet_by_name(name)
        top, left = sheet.start
        for row, line in enumerate(sheet.to_python(), start=top + 1):
            for column, value in enumerate(line, start=left + 1):
                mine = book[name].cell(row, column).value
                if book[name].cell(row, column).data_type == "f":
                    continue
                mine = mine.date() if isinstance(mine, datetime) else mine
                assert (mine if mine is not None else "") == value, (name, row, column)


def test_the_goals_show_each_quarter_and_a_matrix_of_lights(book):
    goals = values(book["Ziele"], "Ziele")
    assert len(goals) == 3 * 11
    revenue = goals[1]
    kpis = {
        (row["Nummer"], row["Kennzahl-ID"]): row for row in values(book["Kennzahlen"], "Kennzahlen")
    }
    assert revenue["Ist Q3"] == kpis["K-1001", "k_revenue"]["Ist Q3"]
    assert goals[10]["Nicht relevant, weil"] == "kein eigenes Lager"
    matrix = values(book["Ziele"], "Zielmatrix")
    assert matrix[0]["Umsatz"] == kpis["K-1001", "k_revenue"]["Erreichung kum."]
    assert matrix[2]["Umsatz"] is None


def test_overdue_measures_come_first_with_their_days(book):
    rows = values(book["Maßnahmen"], "Maßnahmen")
    assert [row["Tage in Verzug"] for row in rows] == [40] * 3 + [None] * 9
    assert [row["Stand"] for row in rows[:3]] == ["■"] * 3


def test_the_sum_above_the_measures_follows_the_filter(book):
    sheet = book["Maßnahmen"]
    head = range_boundaries(sheet.tables["Maßnahmen"].ref)[1]
    formulas = [cell.value for cell in sheet[head - 1] if str(cell.value).startswith("=")]
    assert len(formulas) == 4
    assert all(formula.startswith("=SUBTOTAL(109,") for formula in formulas)


def test_amounts_of_several_currencies_are_never_added(review):
    plan = review.reading.plans[0]
    header = invented.entry("plan", plan.place.book, 3, currency="USD")
    plan = dataclasses.replace(plan, entries=(header, *plan.entries))
    reading = dataclasses.replace(review.reading, plans=(plan, *review.reading.plans[1:]))
    data = written(dataclasses.replace(review, reading=reading))
    book = opened(data, "Pipeline", "Maßnahmen")
    assert "<f>" not in "".join(xml_of(data, f"xl/worksheets/sheet{n}.xml") for n in (7, 8))
    funnel = values(book["Pipeline"], "Trichter")
    assert {row["Angebotswert"] for row in funnel} == {None}
    budget = table(book["Maßnahmen"], "Maßnahmen")[0]["Budget"]
    assert "T$" in budget.number_format


def test_the_pipeline_counts_every_stage_and_every_case(book):
    funnel = values(book["Pipeline"], "Trichter")
    cases = values(book["Pipeline"], "Pipeline")
    assert sum(row["Fälle"] for row in funnel) == len(cases) == 18
    weighted = math.fsum(row["Gewichteter Wert"] for row in cases)
    assert math.fsum(row["Gewichteter Wert"] or 0 for row in funnel) == pytest.approx(weighted)
    assert cases[0]["Stufe"] == "7 Gespräch geführt"


def test_conditions_that_end_soon_come_first(book):
    rows = values(book["Konditionen"], "Konditionen")
    assert [row["Restlaufzeit (Tage)"] for row in rows] == [92] * 3 + [-92] * 3
    assert rows[0]["Wert"] == 0.035
    assert rows[0]["Änderung zum Vorjahr"] == pytest.approx(0.005)


def test_findings_say_what_where_and_what_to_do(review, book):
    rows = values(book["Prüfung"], "Prüfung")
    assert len(rows) == len(review.reading.findings)
    assert [row["Schwere"][0] for row in rows] == ["■"] * 4 + ["▲"] * 3
    assert rows[1]["Befund"] == "Absatz: „ca. 1300“ ist Text, keine Zahl."
    assert rows[1]["Fundstelle"] == "Zahlen 'Q' & Ziele F6"


def test_an_unusable_workbook_is_named_with_its_reason_on_overview_and_sources(book):
    texts = [str(cell.value) for row in book["Übersicht"].iter_rows() for cell in row]
    assert "plans/Altes Format (2019).xls" in texts
    assert any("wird nicht gelesen" in text for text in texts)
    row = values(book["Quellen"], "Quellen")[0]
    assert row["Arbeitsmappe"] == "plans/Altes Format (2019).xls"
    assert row["Verwendet"] == "■"
    assert "wird nicht gelesen" in row["Nicht ausgewertet, weil"]


def test_the_portfolio_shows_the_nine_fields_and_a_class_set_by_hand(review, book):
    sheet = book["Portfolio"]
    texts = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    for one in review.standings:
        assert f"• {one.subject.name} ({one.abc})" in texts
    rows = values(sheet, "Portfolio")
    assert [row["ABC"] for row in rows] == ["A", "B (A)", "C"]
    assert 0.3614 not in [row["Anteil"] for row in rows]


def test_the_contributions_of_a_score_add_up_to_it(book):
    rows = [row for row in values(book["Partner"], "Partnerkriterien") if row["Nummer"] == "P-01"]
    assert sum(row["Beitrag"] or 0 for row in rows) == pytest.approx((86 * 0.4 + 62.9 * 0.3) / 0.7)
    assert rows[2]["Ohne Wertung"] == "keine Daten"
    assert rows[2]["Beitrag"] is None


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_kpi_is_defined_in_words_and_formula(language):
    sheet = opened(whole(language)).worksheets[-1]
    rows = values(sheet, "Definitionen" if language == "de" else "Definitions")
    by_id = {list(row.values())[-1]: list(row.values()) for row in rows}
    assert set(by_id) >= set(KPIS)
    for row in by_id.values():
        assert all(cell not in (None, "") for cell in row), row
    assert (
        by_id["k_cm_pct"][3]
        == ("Deckungsbeitrag ÷ Umsatz" if language == "de" else "Contribution margin ÷ Net revenue")
        or "÷" in by_id["k_cm_pct"][3]
    )
    assert not any(
        re.search("[\ue000-\uf8ff]", str(cell)) for row in by_id.values() for cell in row
    )


@pytest.mark.parametrize(
    "kpi, rule",
    [
        ("k_revenue", "Zielerreichung: ● ab 100 %, ▲ ab 90 %"),
        ("k_cm_pct", "Abstand zum Ziel: ● ab 0 PP, ▲ ab −1 PP"),
        ("k_small", "Abstand zum Ziel: ● bis 0 PP, ▲ bis 5 PP"),
        ("a_cancel", "Wert: ● bis 3 %, ▲ bis 6 %"),
        ("m_budget", "Wert: ● bis 100 %, ▲ bis 110 %"),
        ("k_orders", "ohne Ampel"),
    ],
)
def test_the_rule_of_each_light_is_spelled_out(book, kpi, rule):
    rows = {row["Kennzahl-ID"]: row for row in values(book["Definitionen"], "Definitionen")}
    assert rows[kpi]["Ampel"] == rule


# ---------------------------------------------------------------- through the whole pipeline


@pytest.fixture(scope="module")
def real():
    """A drawn plan and a drawn scorecard, read, checked and computed as the product does it."""
    settings = invented.workspace(Path("/ws"))
    vocabulary, layouts = actions.vocabulary_of(settings), load_layouts([])
    plans = []
    for base, name in (("plan", "plans/Nordmarkt.xlsx"), ("scorecard", "scorecards/P.xlsx")):
        drawn = drawing.book(sheets.base(base), name)
        plans.append(take_plan(drawn, recognise(drawn, vocabulary, layouts), vocabulary))
    found = tuple(Source(plan.place.book, 1, "0" * 128, plan.subject) for plan in plans)
    gathered = actions.Gathered(tuple(plans), (), found)
    reading = actions.judge(gathered, settings, invented.OCCASION)
    return actions.review(reading, invented.OCCASION, settings)


@pytest.fixture(scope="module")
def real_data(real):
    return {language: written(real, language=language) for language in ("de", "en")}


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_row_of_the_kpi_table_stands_in_the_workbook(real, real_data, language):
    name = "Kennzahlen" if language == "de" else "KPIs"
    book = opened(real_data[language], name, data_only=True)
    rows = [list(row.values()) for row in values(book[name], name)]
    own = Perspective.OWN
    words = {
        invented.wording(language).label(Named("perspective", one)): one for one in Perspective
    }
    shown = {(row[0], row[-2], words[row[3]]): row for row in rows}
    assert len(shown) == len(rows) > 100
    places = {"Q": (4, 5, 6), "YTD": (9, 10, 11), "ASOF": (9, 10, 11)}
    for row in real.kpis.itertuples():
        line = shown[row.subject_id, row.kpi, Perspective(row.perspective)]
        if row.scope == "FY":
            expected, there = [row.forecast, row.target, row.fc_gap], (17, 18, 19)
        elif row.scope == "Q" and row.quarter != "2026Q3":
            continue
        else:
            expected, there = [row.actual, row.target, row.prior_year], places[row.scope]
        expected = [None if math.isnan(value) else value for value in expected]
        assert [line[place] for place in there] == expected, row
    assert any(perspective is not own for _, _, perspective in shown)


def test_the_golden_numbers_stand_in_the_workbook():
    settings = invented.workspace(Path("/ws"))
    reading = Reading(tuple(golden_data.plans()), (), ())
    review = actions.review(reading, golden_data.OCCASION, settings)
    book = opened(written(review), "Übersicht")
    rows = {row["Kennzahl"]: row for row in values(book["Übersicht"], "Gesamt")}
    assert rows["Umsatz"]["Erreichung kum."] == pytest.approx(2888 / 2860)
    assert rows["Umsatz"]["Basis"] == "2 von 3"
    assert rows["DB-Quote"]["Ist kum."] == pytest.approx(710.26 / 2888)
    assert rows["Marktanteil (Wert)"]["Ist kum."] == pytest.approx(2888 / 12400)
    ranking = values(book["Übersicht"], "Rangliste")
    assert [row["Kunde / Partner"] for row in ranking] == ["Nordmarkt", "Südbau", "Westchem"]
    assert [row["Ist kum."] for row in ranking] == [2_023_000, 865_000, None]


def test_the_real_workbook_says_everything_in_its_language(real_data):
    for language in ("de", "en"):
        book = opened(real_data[language])
        texts = {
            cell.value for sheet in book for row in sheet.iter_rows() for cell in row
            if isinstance(cell.value, str)
        }  # fmt: skip
        other = "Kennzahl" if language == "en" else "KPI"
        assert other not in texts
        assert not any("workbook." in text for text in texts)


# ---------------------------------------------------------------- links


def source_books(review, folder):
    """The workbooks of the review as files, so that links can be followed."""
    for plan in review.reading.plans:
        path = folder / plan.place.book
        path.parent.mkdir(parents=True, exist_ok=True)
        book = openpyxl.Workbook()
        book.remove(book.active)
        sheets = {figure.place.sheet for figure in plan.figures}
        sheets |= {entry.place.sheet for entry in plan.entries} | {"Pipeline"}
        for sheet in sorted(sheets):
            book.create_sheet(sheet)
        book.save(path)
    (folder / "plans" / "Altes Format (2019).xls").write_bytes(b"old")


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_link_leads_to_an_existing_cell(review, tmp_path, language):
    source_books(review, tmp_path)
    out = tmp_path / "out" / "KPI-2026Q3.xlsx"
    out.parent.mkdir()
    out.write_bytes(written(review, tmp_path, language))
    book = openpyxl.load_workbook(out)
    names = {}
    followed = {"inside": 0, "outside": 0}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                link = cell.hyperlink
                if link is None:
                    continue
                if link.target is None:
                    followed["inside"] += 1
                    target, address = re.fullmatch(r"'(.*)'!([A-Z0-9:]+)", link.location).groups()
                    into = book[target.replace("''", "'")]
                    assert into[address.split(":")[0]].value is not None
                    continue
                followed["outside"] += 1
                assert "\\" not in link.target
                assert not link.target.startswith(("/", "file:"))
                path = (out.parent / unquote(link.target)).resolve()
                assert path.exists(), link.target
                if path not in names and path.suffix == ".xlsx":
                    names[path] = openpyxl.load_workbook(path).sheetnames
                if link.location:
                    target, address = re.fullmatch(r"'(.*)'!([A-Z]+[0-9]+)", link.location).groups()
                    assert target.replace("''", "'") in names[path]
    assert followed["inside"] > 100
    assert followed["outside"] > 300


def test_a_figure_leads_to_the_very_cell_it_was_read_from(review, book):
    for row, cell_of, sheet_of in zip(
        table(book["Daten"], "Daten"), review.figures["cell"], review.figures["sheet"], strict=True
    ):
        location = row["Fundstelle"].hyperlink.location
        assert location == f"'{sheet_of.replace(chr(39), chr(39) * 2)}'!{cell_of}"


def test_the_overview_leads_over_the_kpi_to_its_figures(book):
    account = table(book["Übersicht"], "Rangliste")[0]["Kunde / Partner"]
    place = re.fullmatch(r"'Kennzahlen'!A(\d+)", account.hyperlink.location)
    sheet = book["Kennzahlen"]
    heads = {cell.value: cell.column for cell in sheet[6]}
    line = int(place[1])
    assert sheet.cell(line, heads["Kunde / Partner"]).value == account.value
    assert sheet.cell(line, heads["Kennzahl-ID"]).value == "k_revenue"
    block = sheet.cell(line, heads["Herkunft"]).hyperlink.location
    first, last = map(int, re.fullmatch(r"'Daten'!A(\d+):A(\d+)", block).groups())
    measures = {
        row["Messgröße-ID"].value
        for row in table(book["Daten"], "Daten")
        if first <= row["Messgröße-ID"].row <= last
    }
    assert measures == {"revenue"}
    definition = sheet.cell(line, heads["Kennzahl"]).hyperlink.location
    row = int(re.fullmatch(r"'Definitionen'!A(\d+)", definition)[1])
    assert book["Definitionen"].cell(row, 9).value == "k_revenue"


def test_links_hold_when_the_folder_moves_as_a_whole(review):
    assert written(review, Path("/somewhere/else")) == written(review, Path("/ws"))


def test_odd_file_and_sheet_names_are_quoted(tmp_path):
    guide = Guide(invented.wording(), invented.workspace(tmp_path), tmp_path / "out" / "a.xlsx")
    link = guide.to_source(Place("plans/50 % #1 [neu].xlsx", "Müller's 'Q1'", "B5"))
    assert link.file == "../plans/50%20%25%20%231%20%5Bneu%5D.xlsx"
    assert link.location == "'Müller''s ''Q1'''!B5"
    assert unquote(link.file) == "../plans/50 % #1 [neu].xlsx"


def test_beyond_the_limit_of_links_a_formula_of_ours_leads_on(monkeypatch, review):
    monkeypatch.setattr(cells, "MOST_LINKS", 10)
    data = written(review)
    sheet = opened(data, "Daten")["Daten"]
    links = [row["Fundstelle"] for row in table(sheet, "Daten")]
    assert all(cell.hyperlink for cell in links[:10])
    assert links[10].value == (
        "=HYPERLINK(\"../plans/Nordmarkt%20Handels%20AG.xlsx#'Zahlen ''Q'' & Ziele'!P6\","
        "\"Zahlen 'Q' & Ziele P6\")"
    )
    cached = opened(data, "Daten", data_only=True)["Daten"]
    assert cached[links[10].coordinate].value == "Zahlen 'Q' & Ziele P6"


# ---------------------------------------------------------------- data stay data


HOSTILE = (
    "=1+1", '+HYPERLINK("http://boese.example")', "-2", "@SUM(A1)", "＝1+1",
    "<r><t>x</t></r>", "a\x00b\x07c", "\ud800", "\ufffe", "_x0041_", "&lt;", "]]>", "a\r\nb",
    "😀" * 20_000, "x" * 40_000, " leading", "'", '"',
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_a_text_and_leaves_the_workbook_whole(review, text):
    plan = invented.renamed(review.reading.plans[0], text)
    goal = invented.entry(
        "goals", "plans/a.xlsx", 5, dimension="revenue", goal_text=text, owner=text
    )
    measure = invented.entry("measures", "plans/a.xlsx", 5, title=text, owner=text, status="open")
    plan = dataclasses.replace(plan, entries=(goal, measure))
    frame = review.figures.head(3).assign(
        subject=text, raw=text, breakdown=text, file="plans/a.xlsx"
    )
    data = written(
        dataclasses.replace(
            review,
            reading=Reading((plan,), (), ()),
            figures=frame,
            kpis=review.kpis.head(5),
            standings=(),
            topics=(),
        )
    )
    formulas = set()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                formulas |= set(re.findall(r"<f>(.*?)</f>", package.read(name).decode()))
    ours = re.compile(
        r"SUBTOTAL\(109,[A-Z0-9:]+\)|IF\(COUNT\(.*|IF\(\$[A-Z$0-9]+=.*|M(AX|IN)\(B\d+,0\)"
    )
    assert all(
        ours.fullmatch(formula) and (len(text) < 2 or text not in formula) for formula in formulas
    )
    sheet = opened(data, "Maßnahmen")["Maßnahmen"]
    title = table(sheet, "Maßnahmen")[0]["Maßnahme"]
    shown = (title.value or "").replace("_x005F_", "_")
    assert shown.strip() == clean_text(text).strip()
    assert title.data_type in ("s", "n" if not shown else "s")
    assert title.quotePrefix == (text[:1] in "=+-@＝")
    CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Maßnahmen").to_python()


@given(st.text(max_size=50))
@settings(max_examples=200, deadline=None)
def test_a_cleaned_text_can_always_be_written(text):
    clean = clean_text(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", clean)
    clean.encode()
    assert clean_text(clean) == clean


def test_a_cell_holds_only_what_it_was_made_for():
    sheet = QuickSheet()
    with pytest.raises(TypeError):
        sheet._cell(object(), None)
    with pytest.raises(TypeError):
        sheet._cell(True, None)


def test_what_is_not_finite_is_an_empty_cell():
    data = small_table([Column("A", "EUR")], [[math.nan], [math.inf], [1.0], [Amount(None, "EUR")]])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [sheet.cell(row, 1).value for row in range(2, 6)] == [None, None, 1, None]


# ---------------------------------------------------------------- native and printable


def small_table(columns, rows, **more) -> bytes:
    paper = Paper(invented.wording(), palette="classic", accent="", footer="")
    Page(paper, "Blatt").table(0, "Tabelle", columns, rows, **more)
    return paper.finished()


def test_every_table_is_native_with_unique_headings_and_filters(book):
    names = set()
    for sheet in book:
        for name in list(sheet.tables):
            native = sheet.tables[name]
            assert name not in names
            names.add(name)
            heads = [column.name for column in native.tableColumns]
            assert len({head.casefold() for head in heads}) == len(heads)
            left, top, right, _ = range_boundaries(native.ref)
            assert [sheet.cell(top, column).value for column in range(left, right + 1)] == heads
            assert native.autoFilter is not None or sheet.title == "Übersicht"
    assert {"Daten", "Kennzahlen", "Ziele", "Rangliste", "Prüfung", "Definitionen"} <= names


def test_headings_that_are_alike_are_told_apart():
    data = small_table([Column("Nr."), Column("nr."), Column("NR.")], [["a", "b", "c"]])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [cell.value for cell in sheet[1]] == ["Nr.", "nr. (2)", "NR. (3)"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_sheet_prints_on_landscape_pages_one_page_wide(language):
    book = opened(whole(language))
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area
        assert sheet.freeze_panes
        assert "&P" in sheet.oddFooter.right.text
        assert (
            "Muster && Söhne" in sheet.oddFooter.left.text
            or "Muster & Söhne" in sheet.oddFooter.left.text
        )
        if sheet.title not in (
            "Übersicht",
            "Overview",
            "Kundenblatt",
            "Account sheet",
            "Diagramme",
            "Charts",
            "Portfolio",
            "Partner",
            "Partners",
        ):
            assert sheet.print_title_rows


def test_quarter_and_day_have_names_for_formulas(book):
    names = {name: book.defined_names[name].attr_text for name in ("Quartal", "Stichtag")}
    sheet = book["Übersicht"]
    found = [sheet[re.fullmatch(r"'Übersicht'!(\S+)", text)[1]] for text in names.values()]
    assert [cell.value for cell in found] == ["2026Q3", datetime(2026, 9, 30)]


def test_every_sheet_leads_back_to_the_overview(book):
    for sheet in book.worksheets[1:]:
        assert sheet["C1"].hyperlink.location == "'Übersicht'!A1"


def test_a_company_whose_name_begins_with_a_digit_does_not_change_the_size_of_the_footer(
    review, book
):
    sheet = book.active
    assert sheet.oddFooter.left.size == 8
    workspace = invented.workspace(Path("/ws"))
    report = dataclasses.replace(workspace.report, company="3M & Co " + "lang " * 100)
    data = write_workbook(
        review,
        invented.wording(),
        dataclasses.replace(workspace, report=report),
        Path("/ws/a.xlsx"),
    )
    sheet = opened(data, "Übersicht").active
    assert sheet.oddFooter.left.size == 8
    assert "3M" in sheet.oddFooter.left.text


def test_lights_are_signs_that_a_rule_colours(book):
    rules = book["Kennzahlen"].conditional_formatting
    signs = {rule.text for area in rules for rule in area.rules}
    assert signs == {"●", "▲", "■", "○"}
    lights = {row["Ampel kum."] for row in values(book["Kennzahlen"], "Kennzahlen")}
    assert lights <= signs


def test_the_other_palette_has_other_colours(review, data):
    other = written(review, palette="cvd")
    assert xml_of(other, "xl/styles.xml") != xml_of(data, "xl/styles.xml")
    assert xml_of(other, "xl/worksheets/sheet3.xml") == xml_of(data, "xl/worksheets/sheet3.xml")


def test_a_number_that_is_not_whole_shows_its_decimals():
    columns = [Column("A", number=True)]
    rows = [[Amount(4.0, "count")], [Amount(4.3, "count")], [Amount(3.25, "score")]]
    sheet = openpyxl.load_workbook(io.BytesIO(small_table(columns, rows))).active
    formats = [sheet.cell(row, 1).number_format for row in (2, 3, 4)]
    assert formats == ["#,##0", "#,##0.0", "0.00"]


def test_money_keeps_its_full_value_and_is_shown_in_thousands(book):
    row = next(
        row
        for row in table(book["Kennzahlen"], "Kennzahlen")
        if row["Kennzahl-ID"].value == "k_revenue" and row["Nummer"].value == "K-1001"
    )
    assert row["Ist kum."].value > 100_000
    assert row["Ist kum."].number_format == '#,##0.0,"\u00a0T€"'


def test_columns_are_wide_enough_for_their_longest_number():
    rows = [[Amount(-123_456_789_012.0, "EUR")]]
    sheet = openpyxl.load_workbook(
        io.BytesIO(small_table([Column("A", width=5, number=True)], rows))
    ).active
    assert sheet.column_dimensions["A"].width > len("−123.456.789,0 T€")


def test_rows_are_high_enough_for_wrapped_texts_and_never_higher_than_excel_can():
    columns = [Column("A", width=20, wrap=True)]
    rows = [["short"], ["word " * 24], ["word " * 5000]]
    sheet = openpyxl.load_workbook(io.BytesIO(small_table(columns, rows))).active
    heights = [sheet.row_dimensions[row].height for row in (2, 3, 4)]
    assert heights[0] is None
    assert 39 < heights[1] < 70
    assert heights[2] <= 409


def test_dates_links_lit_numbers_and_formulas_are_what_they_are():
    rows = [
        [date(2026, 2, 28), Link("weiter", "'Blatt'!A1"), Lit(0.9, "percent", Light.YELLOW)],
        [datetime(2026, 2, 28, 12), "=1", Formula("1+1", 2.0, "EUR")],
        [None, None, Formula('IF(1=1,"","")', None)],
    ]
    columns = [Column("Tag", "date"), Column("Text"), Column("Zahl", number=True)]
    data = small_table(columns, rows)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet["A2"].value == datetime(2026, 2, 28)
    assert sheet["A3"].value == datetime(2026, 2, 28, 12)
    assert sheet["A2"].number_format == r"dd\.mm\.yyyy"
    assert sheet["B2"].hyperlink.location == "'Blatt'!A1"
    assert sheet["B3"].value == "=1"
    assert sheet["B3"].data_type == "s"
    assert sheet["C2"].number_format.startswith('"▲ "')
    assert sheet["C3"].value == "=1+1"
    cached = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
    assert cached["C3"].value == 2
    assert cached["C4"].value in (None, "")


def test_notes_on_headings_tell_what_they_mean(book):
    row = book["Kennzahlen"][6]
    notes = {cell.value: cell.comment.text for cell in row if cell.comment}
    assert notes["Erreichung kum."].startswith("1 + (Ist − Ziel)")
    assert "Basis" in notes


def test_a_table_without_rows_says_so():
    sheet = openpyxl.load_workbook(io.BytesIO(small_table([Column("A"), Column("B")], []))).active
    assert [cell.value for cell in sheet[1]] == ["A", "B"]
    assert sheet["A2"].value == "Keine Einträge"
    assert not sheet.tables


def test_too_many_columns_are_refused_and_never_cut():
    with pytest.raises(ValueError, match="could not be written"):
        small_table([Column(f"C{n}") for n in range(16_385)], [[None] * 16_385])


# ---------------------------------------------------------------- sizes and sameness


def test_more_figures_than_a_sheet_holds_go_on_the_next_one(monkeypatch, review):
    monkeypatch.setattr(figures, "MOST_FIGURES", 100)
    monkeypatch.setattr("kam_reports.outputs.xlsx.material.MOST_FIGURES", 100)
    book = openpyxl.load_workbook(io.BytesIO(written(review)))
    parts = [name for name in book.sheetnames if name.startswith("Daten")]
    assert parts[:3] == ["Daten", "Daten 2", "Daten 3"]
    rows = [row["Wert"] for part in parts for row in values(book[part], part.replace(" ", ""))]
    assert rows == review.figures["value"].tolist()
    for row in table(book["Kennzahlen"], "Kennzahlen"):
        if link := row["Herkunft"].hyperlink:
            sheet, first = re.fullmatch(r"'(.*)'!A(\d+):A\d+", link.location).groups()
            assert book[sheet].cell(int(first), 1).value == row["Nummer"].value


@pytest.mark.parametrize("accounts, partners", [(0, 0), (0, 2), (1, 0)])
def test_little_or_nothing_makes_a_whole_workbook_too(accounts, partners):
    review = invented.review(accounts, partners) if accounts else bare(partners)
    book = opened(written(review))
    assert book.sheetnames == GERMAN


def bare(partners):
    whole = invented.review(1, partners)
    plans = tuple(p for p in whole.reading.plans if p.subject.role is Role.PARTNER)
    ids = [plan.subject.id for plan in plans]
    return dataclasses.replace(
        whole,
        reading=Reading(plans, (), ()),
        figures=whole.figures[whole.figures["subject_id"].isin(ids)],
        kpis=whole.kpis[whole.kpis["subject_id"].isin(ids)],
        standings=(),
        concentration=None,
        topics=(),
    )


AGAIN = """
import sys
sys.path.insert(0, "tests")
from pathlib import Path
import hashlib, invented
from kam_reports.outputs.xlsx import write_workbook
made = write_workbook(
    invented.review(2, 1), invented.wording(), invented.workspace(Path("/ws")), Path("/ws/out/a.xlsx")
)
print(hashlib.sha256(made).hexdigest())
"""


def test_the_same_review_gives_the_same_bytes_in_every_process():
    hashes = {
        subprocess.run(
            [sys.executable, "-c", AGAIN],
            env={"PYTHONHASHSEED": seed, "TZ": zone, "PATH": "", "PYTHONPATH": ":".join(sys.path)},
            cwd=Path(__file__).parents[1],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(hashes) == 1


def test_the_file_says_when_the_data_were_and_not_when_it_was_written(data):
    core = xml_of(data, "docProps/core.xml")
    assert "2026-09-30T00:00:00Z" in core
    assert "Intern – vertraulich" in core


def test_findings_alone_make_a_workbook_too(review, tmp_path):
    made = findings_workbook(
        review.reading.findings, invented.wording("en"), invented.workspace(tmp_path),
        tmp_path / "findings.xlsx",
    )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["Findings"]
    rows = table(book["Findings"], "Findings")
    assert len(rows) == len(review.reading.findings)
    assert rows[1]["Source"].hyperlink.target == "plans/Nordmarkt%20Handels%20AG.xlsx"


# ---------------------------------------------------------------- LibreOffice as a witness


@pytest.mark.office
@pytest.mark.parametrize("language", ["de", "en"])
def test_libreoffice_recalculates_to_the_same_values(review, tmp_path, language):
    from office.libreoffice import convert

    path = tmp_path / "kpi.xlsx"
    path.write_bytes(written(review, language=language))
    again = openpyxl.load_workbook(
        convert(path, "xlsx:Calc MS Excel 2007 XML", tmp_path / "again"), data_only=True
    )
    mine = openpyxl.load_workbook(path, data_only=True)
    assert again.sheetnames == mine.sheetnames
    for sheet in mine:
        for row in sheet.iter_rows():
            for cell in row:
                other = again[sheet.title][cell.coordinate].value
                if isinstance(cell.value, float):
                    assert other == pytest.approx(cell.value, rel=1e-9), cell.coordinate
                elif isinstance(cell.value, str):
                    # LibreOffice keeps no value for a formula that gives an empty text.
                    text = "" if other is None else str(other)
                    assert text.strip() == cell.value.strip(), cell.coordinate


@pytest.mark.office
def test_libreoffice_prints_every_sheet(review, tmp_path):
    from office.libreoffice import convert

    path = tmp_path / "kpi.xlsx"
    path.write_bytes(written(review))
    text = subprocess.run(
        ["pdftotext", "-layout", convert(path, "pdf", tmp_path), "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "###" not in text
    assert "Err:" not in text
    for name in GERMAN:
        assert name in text


def test_days_are_counted_as_excel_counts_them():
    assert cells.serial(date(1900, 3, 1)) == 61
    assert cells.serial(date(2026, 9, 30)) == (date(2026, 9, 30) - date(1899, 12, 30)) / timedelta(
        1
    )
