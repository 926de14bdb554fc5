"""Foreign families of workbooks: what their layouts declare is read as our own plan would be."""

import tomllib
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from drawing import book
from foreign import SHAPES, workbooks
from foreign_tally import tally
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_reports.books import read_bytes
from kam_reports.kpis import KPIS, kpi_words
from kam_reports.layouts import Layout, layout_text, load_layouts, recognise, take_plan
from kam_reports.layouts.declaring import Declared, declare, know
from kam_reports.model import Cell, Period, Role, Subject
from kam_reports.vocabulary import Vocabulary

VOCABULARY = Vocabulary.default().with_metrics(
    kpi_words(), {key: kpi.unit for key, kpi in KPIS.items()}
)
OWN = load_layouts()
HEADER = 'document = "plan"\n[header]\nfiscal_year = 2026\naccount_id = "K-1"\naccount_name = "Meier"\ncurrency = "EUR"\nas_of = "30.09.2026"\n'


def layout(text, header=HEADER):
    """The layout that a text of TOML declares."""
    table = tomllib.loads(header + text)
    return Layout(
        "foreign",
        table["document"],
        blocks=tuple(declare(block) for block in table.get("block", ())),
        given={key: know(key, stated) for key, stated in table.get("header", {}).items()},
    )


def take(drawing, text, header=HEADER, name="drawn.xlsx"):
    """The plan that a drawing shows to the family's layout."""
    drawn = book(drawing, name)
    family = layout(text, header)
    assert recognise(drawn, VOCABULARY, (*OWN, family)) is family
    return take_plan(drawn, family, VOCABULARY)


def figures(plan):
    """{"revenue ACTUAL Q1": (value, cell)}; a figure of a sheet that is not the first names it."""
    return {
        " ".join(filter(None, [f.measure, f.scenario.value, f.period.short, f.breakdown])): (
            f.value,
            f.place.cell,
        )
        for f in plan.figures
    }


def odd(plan):
    return [(each.kind, each.place.cell, each.raw) for each in plan.oddities]


L3 = """
[Zahlen KAM]
Kundenreport Meier AG
Werte in T€

Kennzahl       | Q1  | Q2  | Q3
Umsatz         | 931 | 1092 | 1100
Deckungsbeitrag | 270 | 300 |
"""
L3_EN = """
[Zahlen KAM]
Account report Meier
figures in k€

Metric  | Q1  | Q2  | Q3
Revenue | 931 | 1092 | 1100
Contribution margin | 270 | 300 |
"""
L3_TOML = """
[[block]]
sheet = "Zahlen KAM"
fills = "figures"
header = ["Q1", "Q2"]
scenario = "ACTUAL"
unit = "T€"
"""
L3_SAYS = {
    "revenue ACTUAL Q1": (931_000, "B5"),
    "revenue ACTUAL Q2": (1_092_000, "C5"),
    "revenue ACTUAL Q3": (1_100_000, "D5"),
    "cm ACTUAL Q1": (270_000, "B6"),
    "cm ACTUAL Q2": (300_000, "C6"),
}
L4 = """
[Quartale]
!merge B3:C3 D3:E3
Scorecard

      | Q1   |     | Q2   |      | Gesamtjahr
      | Plan | Ist | Plan | Ist  | Plan
Umsatz | 950 | 931 | 1050 | 1092 | 4200
"""
L4_EN = """
[Quartale]
!merge B3:C3 D3:E3
Scorecard

      | Q1   |     | Q2   |      | Full year
      | Goal | Actual | Goal | Actual  | Goal
Revenue | 950 | 931 | 1050 | 1092 | 4200
"""
BANDS = {
    "revenue TARGET Q1": (950, "B5"),
    "revenue ACTUAL Q1": (931, "C5"),
    "revenue TARGET Q2": (1050, "D5"),
    "revenue ACTUAL Q2": (1092, "E5"),
    "revenue TARGET FY": (4200, "F5"),
}
QUARTERS = '[[block]]\nsheet = "Quartale"\nfills = "figures"\n'
L5 = """
[Quartale]
Kennzahl |      | Q1 | Q2
Umsatz   | Plan | 950 | 1050
         | Ist  | 931 | 1092
         | Abw. | -19 | 42
Absatz   | Plan | 90 | 100
         | Ist  | 88 | 101
         | Abw. | -2 | 1
"""
L5_EN = (
    L5.replace("Kennzahl", "Metric")
    .replace("Umsatz  ", "Revenue")
    .replace("Plan", "Target")
    .replace("Ist ", "Actual")
    .replace("Abw.", "Variance")
    .replace("Absatz", "Units sold")
)
STACKED = {
    "revenue TARGET Q1": (950, "C2"),
    "revenue TARGET Q2": (1050, "D2"),
    "revenue ACTUAL Q1": (931, "C3"),
    "revenue ACTUAL Q2": (1092, "D3"),
    "units TARGET Q1": (90, "C5"),
    "units TARGET Q2": (100, "D5"),
    "units ACTUAL Q1": (88, "C6"),
    "units ACTUAL Q2": (101, "D6"),
}
L5_ONE_COLUMN = """
[Quartale]
        | Q1 | Q2
Umsatz
Plan | 950 | 1050
Ist  | 931 | 1092
Absatz
Plan | 90 | 100
Ist  | 88 | 101
"""
ONE_COLUMN = {
    "revenue TARGET Q1": (950, "B3"),
    "revenue TARGET Q2": (1050, "C3"),
    "revenue ACTUAL Q1": (931, "B4"),
    "revenue ACTUAL Q2": (1092, "C4"),
    "units TARGET Q1": (90, "B6"),
    "units TARGET Q2": (100, "C6"),
    "units ACTUAL Q1": (88, "B7"),
    "units ACTUAL Q2": (101, "C7"),
}
L6 = """
[Verlauf]
Quartal | Umsatz Plan | Umsatz Ist | DB Ist
Q1      | 950 | 931 | 270
Q2      | 1050 | 1092 | 300
Summe   | 2000 | 2023 | 570
"""
L6_EN = """
[Verlauf]
Quarter | Revenue Target | Revenue Actual | CM Actual
Q1      | 950 | 931 | 270
Q2      | 1050 | 1092 | 300
Total   | 2000 | 2023 | 570
"""
ROWS = {
    "revenue TARGET Q1": (950, "B2"),
    "revenue ACTUAL Q1": (931, "C2"),
    "cm ACTUAL Q1": (270, "D2"),
    "revenue TARGET Q2": (1050, "B3"),
    "revenue ACTUAL Q2": (1092, "C3"),
    "cm ACTUAL Q2": (300, "D3"),
}
L6_BANDS = """
[Verlauf]
!merge B2:C2 D2:E2
Monatsverlauf
       | Umsatz |     | Absatz |
Monat  | Soll | Ist | Soll | Ist
Jan    | 300 | 310 | 30 | 31
Februar | 320 | 315 | 32 | 30
Mrz    | 330 | 306 | 33 | 27
"""
MONTHS = {
    "revenue TARGET M01": (300, "B4"),
    "revenue ACTUAL M01": (310, "C4"),
    "units TARGET M01": (30, "D4"),
    "units ACTUAL M01": (31, "E4"),
    "revenue TARGET M02": (320, "B5"),
    "revenue ACTUAL M02": (315, "C5"),
    "units TARGET M02": (32, "D5"),
    "units ACTUAL M02": (30, "E5"),
    "revenue TARGET M03": (330, "B6"),
    "revenue ACTUAL M03": (306, "C6"),
    "units TARGET M03": (33, "D6"),
    "units ACTUAL M03": (27, "E6"),
}
L7 = """
[Daten]
Export 12.10.2026

Messgröße | Periode | Szenario | Wert
Umsatz    | Q1 2026 | Plan | 950
Umsatz    | Q1 2026 | Ist  | 931
Umsatz    | 01.04.2026 | Ist | 300
"""
L7_EN = """
[Daten]
Export

Metric | Period | Scenario | Value
Revenue    | Q1 2026 | Target | 950
Revenue    | Q1 2026 | Actual  | 931
Revenue    | Apr 2026 | Actual | 300
"""
LONG = {
    "revenue TARGET Q1": (950, "D4"),
    "revenue ACTUAL Q1": (931, "D5"),
    "revenue ACTUAL M04": (300, "D6"),
}
SALES = """
[Buchungen]
Beleg | Datum      | Kunde | Betrag | Menge
4711  | 2026-01-05 | Meier | 100.5  | 3
4712  | 2026-03-31 | Meier | 200    | 4
4713  | 2026-04-01 | Meier | 50     | 1
4714  | 2025-12-31 | Meier | 70     | 2
"""
SALES_TOML = """
[[block]]
sheet = "Buchungen"
fills = "figures"
kind = "long"
header = ["Datum", "Betrag"]
scenario = "ACTUAL"
group = "sum"
words = { "Datum" = "period", "Betrag" = "revenue", "Menge" = "units", "Beleg" = "source" }
skip = ["Kunde"]
"""
SOLD = {
    "revenue ACTUAL Q1": (300.5, "D2:D3"),
    "units ACTUAL Q1": (7, "E2:E3"),
    "revenue ACTUAL Q2": (50, "D4"),
    "units ACTUAL Q2": (1, "E4"),
    "revenue PY Q4": (70, "D5"),
    "units PY Q4": (2, "E5"),
}
L8 = """
[Blöcke]
Umsatzbericht Q1 2026
Messgröße | Plan | Ist
Umsatz | 950 | 931

Umsatzbericht Q2 2026
Messgröße | Plan | Ist
Umsatz | 1050 | 1092
"""
L8_EN = (
    L8.replace("Umsatzbericht", "Sales for")
    .replace("Messgröße", "Metric")
    .replace("Umsatz |", "Revenue |")
    .replace("Plan", "Target")
    .replace("Ist", "Actual")
)
TITLES = {
    "revenue TARGET Q1": (950, "B3"),
    "revenue ACTUAL Q1": (931, "C3"),
    "revenue TARGET Q2": (1050, "B7"),
    "revenue ACTUAL Q2": (1092, "C7"),
}
L8_TOML = """
[[block]]
sheet = "Blöcke"
fills = "figures"
heading = ["Umsatzbericht*", "Sales for*"]
each = true
periods = "title"
"""
L9 = """
[Nebeneinander]
Plan 2026 |        | | Ist 2026 |        | | Legende
Monat | Umsatz | | Monat | Umsatz | | grün = gut
Q1    | 950    | | Q1    | 931    | | rot = schlecht
Q2    | 1050   | | Q2    | 1092
"""
L9_TOML = """
[[block]]
sheet = "Nebeneinander"
fills = "figures"
heading = "Plan 2026"
scenario = "TARGET"

[[block]]
sheet = "Nebeneinander"
fills = "figures"
heading = "Ist 2026"
scenario = "ACTUAL"
"""
L9_SAYS = {
    "revenue TARGET Q1": (950, "B3"),
    "revenue TARGET Q2": (1050, "B4"),
    "revenue ACTUAL Q1": (931, "E3"),
    "revenue ACTUAL Q2": (1092, "E4"),
}
L10 = """
[Q1 2026]
Kennzahl | Plan | Ist | Abw. %
Umsatz | 950 | 931 | -2
[Q2 2026]
Kennzahl | Plan | Ist | Abw. %
Umsatz | 1050 | 1092 | 4
"""
L10_EN = (
    L10.replace("Kennzahl", "Metric")
    .replace("Umsatz", "Revenue")
    .replace("Plan", "Target")
    .replace("Ist", "Actual")
    .replace("Abw.", "Var.")
)
L10_TOML = """
[[block]]
sheet = ["Q? 2026"]
fills = "figures"
periods = "sheet"
header = []
"""
SHEETS = {
    "revenue TARGET Q1": (950, "B2"),
    "revenue ACTUAL Q1": (931, "C2"),
    "revenue TARGET Q2": (1050, "B2"),
    "revenue ACTUAL Q2": (1092, "C2"),
}
L11 = """
[Quartale]
          | Ist Jan | Ist Feb | Ist Mrz | Ist Q1 | Ist kum. | Ist Gesamt | Summe
Umsatz    | 300 | 310 | 321 | 931 | 931 | 931 | 931
Absatz    | 30 | 31 | 27 | 88 | 88 | 88 | 88
Summe     | 330 | 341 | 348 | 1019
"""
L11_SAYS = {
    "revenue ACTUAL M01": (300, "B2"),
    "revenue ACTUAL M02": (310, "C2"),
    "revenue ACTUAL M03": (321, "D2"),
    "revenue ACTUAL Q1": (931, "E2"),
    "revenue ACTUAL FY": (931, "G2"),
    "units ACTUAL M01": (30, "B3"),
    "units ACTUAL M02": (31, "C3"),
    "units ACTUAL M03": (27, "D3"),
    "units ACTUAL Q1": (88, "E3"),
    "units ACTUAL FY": (88, "G3"),
}
L13 = """
[Quartale]
Kennzahl | Ist Q1 | Ist Q2
Vertriebskennzahlen
Umsatz | 931 | 1092

Mengen und Logistik
Absatz | 88 | 101
"""
L13_SAYS = {
    "revenue ACTUAL Q1": (931, "B3"),
    "revenue ACTUAL Q2": (1092, "C3"),
    "units ACTUAL Q1": (88, "B6"),
    "units ACTUAL Q2": (101, "C6"),
}
L14 = """
[Quartale]
Kennzahl | Ist Q1 | Ist Q2
Umsatz | 931 | 1092
Absatz | 88 | 101

Alle Beträge in T€
"""
L14_SAYS = {
    "revenue ACTUAL Q1": (931_000, "B2"),
    "revenue ACTUAL Q2": (1_092_000, "C2"),
    "units ACTUAL Q1": (88, "B3"),
    "units ACTUAL Q2": (101, "C3"),
}
L9_EN = """
[Nebeneinander]
Target 2026 |        | | Actual 2026 |       | | Legend
Month       | Revenue | | Month      | Revenue | | green = good
Q1          | 950    | | Q1          | 931   | | red = bad
Q2          | 1050   | | Q2          | 1092
"""
L11_EN = """
[Quartale]
           | Actual Jan | Actual Feb | Actual Mar | Actual Q1 | Actual YTD | Actual full year | Total
Revenue    | 300 | 310 | 321 | 931 | 931 | 931 | 931
Units sold | 30 | 31 | 27 | 88 | 88 | 88 | 88
Total      | 330 | 341 | 348 | 1019
"""
L13_EN = """
[Quartale]
Metric | Actual Q1 | Actual Q2
Sales figures
Revenue | 931 | 1092

Volumes and logistics
Units sold | 88 | 101
"""
L14_EN = """
[Quartale]
Metric | Actual Q1 | Actual Q2
Revenue | 931 | 1092
Units sold | 88 | 101

All amounts in k€
"""
L12 = L3.replace("[Zahlen KAM]", "[Zahlen KAM] hidden") + "[Übersicht]\nDashboard"
L12_EN = L3_EN.replace("[Zahlen KAM]", "[Zahlen KAM] veryHidden") + "[Overview]\nDashboard"
CASES = {
    "L3 de": (L3, L3_TOML, L3_SAYS),
    "L3 en": (L3_EN, L3_TOML, L3_SAYS),
    "L4 de": (L4, QUARTERS + 'header = ["Q1", "Q2"]', BANDS),
    "L4 en": (L4_EN, QUARTERS + 'header = ["Q1", "Q2"]', BANDS),
    "L4 without a word of its header": (L4, QUARTERS, BANDS),
    "L5 de": (L5, QUARTERS, STACKED),
    "L5 en": (L5_EN, QUARTERS, STACKED),
    "L5 one column": (L5_ONE_COLUMN, QUARTERS, ONE_COLUMN),
    "L6 de": (L6, QUARTERS.replace("Quartale", "Verlauf"), ROWS),
    "L6 en": (L6_EN, QUARTERS.replace("Quartale", "Verlauf"), ROWS),
    "L6 bands": (L6_BANDS, QUARTERS.replace("Quartale", "Verlauf"), MONTHS),
    "L7 de": (L7, QUARTERS.replace("Quartale", "Daten"), LONG),
    "L7 en": (L7_EN, QUARTERS.replace("Quartale", "Daten") + 'kind = "long"', LONG),
    "L7 transactions": (SALES, SALES_TOML, SOLD),
    "L8 de": (L8, L8_TOML, TITLES),
    "L8 en": (L8_EN, L8_TOML, TITLES),
    "L9": (L9, L9_TOML, L9_SAYS),
    "L10 de": (L10, L10_TOML, SHEETS),
    "L10 en": (L10_EN, L10_TOML, SHEETS),
    "L11": (L11, QUARTERS, L11_SAYS),
    "L13": (L13, QUARTERS, L13_SAYS),
    "L14": (L14, QUARTERS, L14_SAYS),
    "L9 en": (
        L9_EN,
        L9_TOML.replace("Plan 2026", "Target 2026").replace("Ist 2026", "Actual 2026"),
        L9_SAYS,
    ),
    "L11 en": (L11_EN, QUARTERS, L11_SAYS),
    "L12 de": (L12, L3_TOML, L3_SAYS),
    "L12 en": (L12_EN, L3_TOML, L3_SAYS),
    "L13 en": (L13_EN, QUARTERS, L13_SAYS),
    "L14 en": (L14_EN, QUARTERS, L14_SAYS),
}


@pytest.mark.parametrize("case", CASES)
def test_a_foreign_table_gives_the_figures_with_their_cells(case):
    drawing, text, says = CASES[case]
    plan = take(drawing, text)
    assert figures(plan) == says
    kinds = {"scale-differs", "unmapped-range", "converted", "hidden-sheet", "unmapped-sheet"}
    assert {kind for kind, _, _ in odd(plan)} <= kinds, odd(plan)


def soiled(drawn, language):
    """The workbook as an untidy hand keeps it: numbers as texts, blanks in labels, a "k. A."."""
    sheets, gone, count = [], set(), 0
    for sheet in drawn.sheets:
        cells = dict(sheet.cells)
        for position, cell in sheet.cells.items():
            if isinstance(cell.value, str):
                cells[position] = replace(cell, value=f"  {cell.value}\u00a0")
            elif isinstance(cell.value, (int, float)) and cell.value not in range(2000, 2100):
                count += 1
                if count % 7 == 0:
                    gone.add((sheet.name, position))
                    cells[position] = Cell("k. A." if language == "de" else "n/a")
                elif count % 2:
                    text = f"{cell.value:,.2f}"
                    swap = str.maketrans(",.", ".,") if language == "de" else {}
                    cells[position] = Cell(text.translate(swap))
        sheets.append(replace(sheet, cells=cells))
    return replace(drawn, sheets=tuple(sheets)), gone


@pytest.mark.parametrize("case", CASES)
def test_an_untidy_foreign_table_gives_the_same_figures_or_none(case):
    drawing, text, says = CASES[case]
    language = "en" if case.endswith(" en") else "de"
    drawn, gone = soiled(book(drawing), language)
    plan = take_plan(drawn, replace(layout(text), language=language), VOCABULARY)
    found = figures(plan)
    assert found.keys() == says.keys()
    for key, (value, cell) in found.items():
        assert cell == says[key][1]
        assert value is None or value == pytest.approx(says[key][0])
    lost = [key for key, (value, _) in found.items() if value is None]
    assert len(lost) <= len(gone)


# ---------------------------------------------------------------- forms and lists


FORMS = """
[Deckblatt]
Kundenblatt
Kd.-Nr. | | Key Account | | Geschäftsjahr
K-7     | | Meier AG    | | 2026

[Kontakte 2026]
Stand 30.09.

Name         | Funktion | Rolle im Buying Center | | Legende
Karin Seidel | Einkauf  | Entscheider            | | grün = gut
Timo Reuter  | Technik  | Einkäufer              | | rot = schlecht
"""
FORMS_EN = """
[Deckblatt]
Sheet of the account
Kd.-Nr. | | Key account | | Fiscal year
K-7     | | Meier AG    | | 2026

[Kontakte 2026]
as of 30.09.

Name         | Function | Role in the buying centre | | Legend
Karin Seidel | Einkauf  | Decision maker            | | green = good
Timo Reuter  | Technik  | Purchaser              | | red = bad
"""
FORMS_TOML = """
document = "plan"
[[block]]
sheet = ["Deckblatt", "Titel"]
fills = "plan"
kind = "form"
values = "below"
words = { "Kd.-Nr." = "account_id" }

[[block]]
sheet = "Kontakte*"
fills = "contacts"
kind = "list"
header = ["Name"]
"""


@pytest.mark.parametrize("told", ['values = "below"\n', ""], ids=["told", "found"])
@pytest.mark.parametrize("drawing", [FORMS, FORMS_EN], ids=["de", "en"])
def test_a_value_may_stand_below_its_label_and_a_list_beside_a_legend(drawing, told):
    plan = take(drawing, FORMS_TOML.replace('values = "below"\n', told), header="")
    assert (plan.subject, plan.fiscal_year) == (Subject("K-7", "Meier AG", Role.ACCOUNT), 2026)
    assert plan.header.at("account_name").cell == "C3"
    contacts = list(plan.of("contacts"))
    assert [entry["name"] for entry in contacts] == ["Karin Seidel", "Timo Reuter"]
    assert contacts[0].at("name").cell == "A4"
    assert contacts[0]["function"] == "Einkauf"
    assert {kind for kind, _, _ in odd(plan)} <= {
        "unmapped-range",
        "unknown-column",
        "unknown-option",
    }


def test_the_header_may_come_from_constants_names_titles_and_labels():
    header = (
        'document = "plan"\n[header]\ncurrency = "EUR"\naccount_id = { file = "KD_{}_2026*" }\n'
        'account_name = { title = "Kundenreport {}" }\nfiscal_year = { sheet = "Zahlen {}" }\n'
        'kam = { beside = "Betreut von:" }\n'
    )
    drawing = "[Zahlen 2026]\nKundenreport Meier AG\nBetreut von: | Jana Vogt\n\nKennzahl | Ist Q1\nUmsatz | 5"
    text = '[[block]]\nsheet = "Zahlen *"\nfills = "figures"\nheader = ["Ist Q1"]\n'
    plan = take(drawing, text, header, name="plans/KD_4711_2026_v2.xlsx")
    assert plan.subject == Subject("4711", "Meier AG", Role.ACCOUNT)
    assert (plan.fiscal_year, plan.header["kam"]) == (2026, "Jana Vogt")
    assert plan.header.at("account_name").cell == "A1"
    assert figures(plan) == {"revenue ACTUAL Q1": (5, "B5")}
    assert odd(plan) == []


# ---------------------------------------------------------------- hidden sheets


def test_a_hidden_sheet_is_read_only_if_the_layout_names_it():
    drawing = L3.replace("[Zahlen KAM]", "[Zahlen KAM] hidden") + "[Übersicht]\nsiehe Daten"
    plan = take(drawing, L3_TOML)
    assert figures(plan) == L3_SAYS
    assert plan.oddities[0].facts["read"] is True or ("hidden-sheet", "", "Zahlen KAM") in odd(plan)
    family = layout(L3_TOML.replace('"Zahlen KAM"', '"*"'))
    unread = take_plan(book(drawing), family, VOCABULARY)
    assert unread.figures == ()
    (hidden,) = unread.odd("hidden-sheet")
    assert hidden.facts["read"] is False
    assert any(unread.odd("anchor-missing"))


# ---------------------------------------------------------------- nothing silent


def test_a_missing_anchor_names_the_nearest_text():
    family = layout(L3_TOML)
    plan = take_plan(book(L3.replace("Zahlen KAM", "Zahlen KAMs")), family, VOCABULARY)
    (missing,) = plan.odd("anchor-missing")
    assert (missing.raw, missing.facts["nearest"]) == ("Zahlen KAM", "Zahlen KAMs")
    changed = layout(L3_TOML.replace('"Q1", "Q2"', '"Quartal Eins", "Q2"'))
    plan = take_plan(book(L3.replace("Q1", "Quartal 1s")), changed, VOCABULARY)
    (missing,) = plan.odd("anchor-missing")
    assert (missing.place.sheet, missing.facts["nearest"]) == ("Zahlen KAM", "Quartal 1s")
    assert plan.figures == ()


def test_a_block_that_may_be_missing_is_not_missed():
    plan = take(
        L3, L3_TOML + '\n[[block]]\nsheet = "Kontakte"\nfills = "contacts"\noptional = true\n'
    )
    assert not any(plan.odd("anchor-missing"))


def test_two_generations_are_read_by_one_layout():
    text = L3_TOML.replace('"Zahlen KAM"', '["Zahlen KAM", "KAM figures"]')
    for name in ("Zahlen KAM", "KAM figures"):
        assert figures(take(L3.replace("Zahlen KAM", name), text)) == L3_SAYS


def test_two_tables_that_fit_are_told_and_the_first_is_read():
    drawing = L3 + "\n\nKennzahl | Q1 | Q2\nUmsatz | 7 | 8\n"
    plan = take(drawing, L3_TOML)
    assert figures(plan) == L3_SAYS
    (twice,) = plan.odd("fits-twice")
    assert (twice.place.cell, twice.facts["other"].cell) == ("A9", "A4")
    assert [odd.place.cell for odd in plan.odd("unmapped-range")] == ["A9:C10"]


def test_a_measure_stated_twice_in_a_table_is_told():
    plan = take(L3 + "Umsatz | 900 | 1092\n", L3_TOML)
    assert figures(plan)["revenue ACTUAL Q1"] == (931_000, "B5")
    assert [odd.place.cell for odd in plan.odd("stated-twice")] == ["B7"]
    assert [odd.place.cell for odd in plan.odd("period-repeated")] == ["B7", "C7"]


def test_periods_that_repeat_or_are_left_out_are_told():
    drawing = "[Verlauf]\nQuartal | Umsatz Ist\nQ1 | 1\nQ2 | 2\nQ2 | 2\nQ4 | 4"
    plan = take(drawing, QUARTERS.replace("Quartale", "Verlauf"))
    assert [(odd.kind, odd.place.cell) for odd in plan.oddities] == [
        ("period-repeated", "B4"),
        ("period-gap", "B3"),
    ]
    assert plan.oddities[0].facts["other"].cell == "B3"
    assert plan.oddities[1].facts["missing"] == (Period(2026, "Q", 3),)
    assert plan.oddities[1].facts["other"].cell == "B5"


def test_figures_of_another_year_are_left_out_and_last_year_s_are_the_prior_year():
    drawing = "[Verlauf]\nKennzahl | Ist Q1 2026 | Ist Q1 2025 | Ist Q1 2024\nUmsatz | 3 | 2 | 1"
    plan = take(drawing, QUARTERS.replace("Quartale", "Verlauf"))
    assert figures(plan) == {"revenue ACTUAL Q1": (3, "B2"), "revenue PY Q1": (2, "C2")}
    assert [(odd.kind, odd.place.cell) for odd in plan.oddities] == [("year-differs", "D2")]


@pytest.mark.parametrize(("year", "kept"), [("2025", {"revenue PY Q1": (3, "B3")}), ("2023", {})])
def test_a_year_in_a_title_holds_for_the_table_below(year, kept):
    drawing = f"[Verlauf]\nZahlen {year}\nKennzahl | Ist Q1\nUmsatz | 3"
    plan = take(drawing, QUARTERS.replace("Quartale", "Verlauf") + 'header = ["Ist Q1"]')
    assert figures(plan) == kept
    assert [odd.kind for odd in plan.oddities] == ([] if kept else ["year-differs"])


def test_sums_that_differ_are_told_and_are_no_figures():
    wrong = L11.replace("931 | 931 | 931 | 931", "931 | 940 | 931 | 950")
    plan = take(wrong, QUARTERS)
    assert figures(plan) == L11_SAYS
    assert [odd.place.cell for odd in plan.odd("total-differs")] == ["F2", "H2"]


def test_a_scale_that_a_footnote_states_is_told():
    plan = take(L14, QUARTERS)
    assert [(odd.kind, odd.place.cell) for odd in plan.oddities] == [("scale-differs", "A5")]


def test_an_unknown_label_is_kept_under_its_word_and_told():
    plan = take(L3 + "Regalmeter | 1 | 2\n", L3_TOML)
    assert figures(plan)["regalmeter ACTUAL Q1"][1] == "B7"
    assert [odd.place.cell for odd in plan.odd("unknown-measure")] == ["A7"]


def test_a_label_that_should_be_a_period_and_is_none_is_told():
    plan = take(L6.replace("Q2  ", "Qu2"), QUARTERS.replace("Quartale", "Verlauf"))
    assert set(figures(plan)) == {"revenue TARGET Q1", "revenue ACTUAL Q1", "cm ACTUAL Q1"}
    assert [odd[:2] for odd in odd_of(plan, "bad-date")] == [("bad-date", "A3")]


def odd_of(plan, kind):
    return [each for each in odd(plan) if each[0] == kind]


def test_rows_may_be_groups_whose_sum_is_the_figure_of_all():
    drawing = "[Gruppen]\nWarengruppe | Ist Q1\nSchrauben | 3\nDübel | 4\nGesamt | 8"
    text = '[[block]]\nsheet = "Gruppen"\nfills = "figures"\nrows = "product_group"\nmeasure = "revenue"\nheader = ["Ist Q1"]'
    plan = take(drawing, text)
    assert figures(plan) == {
        "revenue ACTUAL Q1 Schrauben": (3, "B2"),
        "revenue ACTUAL Q1 Dübel": (4, "B3"),
        "revenue ACTUAL Q1": (8, "B4"),
    }


def test_rows_may_be_counted_into_quarters():
    text = SALES_TOML.replace('group = "sum"', 'group = "count"\nmeasure = "orders"').replace(
        'header = ["Datum", "Betrag"]', 'header = ["Datum"]'
    )
    plan = take(SALES, text)
    assert (
        figures(plan)["orders ACTUAL Q1"] == (2, "A2:A3")
        or figures(plan)["orders ACTUAL Q1"][0] == 2
    )


def test_an_unreadable_row_makes_its_sum_missing_and_is_told():
    plan = take(SALES.replace("| 200 ", "| viel"), SALES_TOML)
    assert figures(plan)["revenue ACTUAL Q1"] == (None, "D2:D3")
    assert [each[1] for each in odd_of(plan, "text")] == ["D3"]


def test_rows_that_are_added_up_go_on_below_a_gap():
    drawing = SALES.replace("4712", "\n\n\n4712")
    plan = take(drawing, SALES_TOML)
    assert figures(plan)["revenue ACTUAL Q1"] == (300.5, "D2:D6")
    assert odd(plan) == odd(take(SALES, SALES_TOML))


def test_own_words_and_cells_are_the_last_resort():
    drawing = "[X]\nA | B | C\nFakt. | 5 | 6\nRest | 7 | 8"
    text = (
        '[[block]]\nsheet = "X"\nfills = "figures"\ncells = "A1:C2"\nscenario = "ACTUAL"\n'
        'words = { "Fakt." = "revenue", "B" = "Q1", "C" = "Q2" }\n'
    )
    plan = take(drawing, text)
    assert figures(plan) == {"revenue ACTUAL Q1": (5, "B2"), "revenue ACTUAL Q2": (6, "C2")}
    assert [odd.place.cell for odd in plan.odd("unmapped-range")] == ["A3:C3"]


# ---------------------------------------------------------------- nothing silent: both places

TWO = QUARTERS + 'header = ["Ist Q1"]\n'


@pytest.mark.parametrize(
    ("unit", "cell", "value", "told"),
    [
        ("T€", '"950 €"', 950, ("€", "T€")),
        ("T€", '"950 EUR"', 950, ("€", "T€")),
        ("T€", '"0,95 Mio. €"', 950_000, ("Mio. €", "T€")),
        ("T€", '"950 T€"', 950_000, None),
        ("T€", '950 {#,##0 "T€"}', 950_000, None),
        ("T€", "950", 950_000, None),
        ("T€", '950000 {#,##0 "€"}', 950_000_000, ("€", "T€")),
        ("", '"950 T€"', 950_000, ("T€", "€")),
        ("", '950 {#,##0 "T€"}', 950_000, ("T€", "€")),
        ("", '950 {#,##0 "€"}', 950, None),
    ],
)
def test_an_amount_in_another_unit_than_its_table_is_told_with_both_places(unit, cell, value, told):
    drawing = f"[Quartale]\nKennzahl | Ist Q1 | Ist Q2\nUmsatz | 931 | {cell}\nDB | 200 | 210"
    plan = take(drawing, TWO + (f'unit = "{unit}"\n' if unit else ""))
    assert figures(plan)["revenue ACTUAL Q2"] == (value, "C2")
    found = [(o.facts["shown"], o.facts["expected"]) for o in plan.odd("scales-mixed")]
    assert found == ([told] if told else [])
    places = [(o.place.cell, o.facts["other"].cell) for o in plan.odd("scales-mixed")]
    assert places == ([("C2", "B2")] if told else [])


def test_a_currency_sign_that_all_cells_show_is_a_habit():
    money = '{#,##0 "€"}'
    drawing = f"[Quartale]\nKennzahl | Ist Q1 | Ist Q2\nUmsatz | 931 {money} | 950 {money}"
    plan = take(drawing, TWO + 'unit = "T€"\n')
    assert figures(plan)["revenue ACTUAL Q2"] == (950_000, "C2")
    assert odd(plan) == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_swapped_days_of_a_long_table_are_told(language):
    words = ("Datum", "Betrag") if language == "de" else ("Date", "Amount")
    drawing = f"""
[Buchungen]
{words[0]} | {words[1]}
2026-03-01 | 100
2026-07-02 | 200
03/25/2026 | 300
"""
    text = f"""
[[block]]
sheet = "Buchungen"
fills = "figures"
kind = "long"
header = ["{words[0]}"]
scenario = "ACTUAL"
group = "sum"
words = {{ "{words[0]}" = "period", "{words[1]}" = "revenue" }}
"""
    plan = take(drawing, text)
    assert [o.place.cell for o in plan.odd("swapped-dates")] == ["A2:A4"]
    clean = take(drawing.replace("03/25/2026", "2026-03-25"), text)
    assert not list(clean.odd("swapped-dates"))


def test_figures_of_another_year_name_the_cell_of_the_plan_s_year():
    drawing = "[Kopf]\nGeschäftsjahr | 2026\nKundennummer | K-1\n[Verlauf]\nKennzahl | Ist Q1 2026 | Ist Q1 2024\nUmsatz | 3 | 1"
    text = '[[block]]\nsheet = "Kopf"\nfills = "plan"\nkind = "form"\n' + QUARTERS.replace(
        "Quartale", "Verlauf"
    )
    plan = take(drawing, text, header='document = "plan"\n')
    (told,) = plan.odd("year-differs")
    assert (told.place.cell, told.facts["other"].sheet, told.facts["other"].cell) == (
        "C2", "Kopf", "B1",
    )  # fmt: skip


def test_a_measure_in_two_blocks_with_two_values_is_told_with_both_cells():
    drawing = L3 + "[Noch einmal]\nKennzahl | Ist Q1\nUmsatz | 930000"
    text = L3_TOML + '[[block]]\nsheet = "Noch einmal"\nfills = "figures"\nheader = ["Ist Q1"]\n'
    plan = take(drawing, text)
    (told,) = plan.odd("stated-twice")
    assert (told.place.sheet, told.place.cell) == ("Noch einmal", "B2")
    assert (told.facts["other"].sheet, told.facts["other"].cell) == ("Zahlen KAM", "B5")
    assert figures(plan)["revenue ACTUAL Q1"] == (931_000, "B5")


def test_a_repeated_column_names_the_first():
    drawing = "[Daten]\nMessgröße | Periode | Messgröße | Wert\nUmsatz | Q1 2026 | Absatz | 950"
    plan = take(drawing, QUARTERS.replace("Quartale", "Daten") + 'scenario = "ACTUAL"')
    (told,) = plan.odd("repeated-column")
    assert (told.place.cell, told.facts["other"].cell) == ("C1", "A1")


def test_two_declarations_that_fit_one_table_are_told_with_both_places():
    text = L3_TOML + L3_TOML.replace("Q2", "Q3")
    (told,) = take(L3, text).odd("fits-twice")
    assert (told.place.cell, told.facts["other"].cell) == ("A4", "A4")


# ---------------------------------------------------------------- rows and columns put in


def pushed(sheet, row, column):
    """The sheet with a row or column put in (0 is none), as Excel does it."""

    def at(r, c):
        return r + (0 < row <= r), c + (0 < column <= c)

    cells = {at(*position): cell for position, cell in sheet.cells.items()}
    merges = tuple(
        replace(
            a,
            **dict(zip(("top", "left"), at(a.top, a.left), strict=True)),
            **dict(zip(("bottom", "right"), at(a.bottom, a.right), strict=True)),
        )
        for a in sheet.merges
    )
    return replace(sheet, cells=cells, merges=merges)


# ---------------------------------------------------------------- as a file


def test_a_layout_with_blocks_is_a_file_in_the_workspace(tmp_path):
    (tmp_path / "werkzeug.toml").write_text(HEADER + L3_TOML, encoding="utf-8")
    known = load_layouts([tmp_path])
    drawn = book(L3)
    family = recognise(drawn, VOCABULARY, known)
    assert family is not None
    assert family.name == "werkzeug"
    assert family == replace(layout(L3_TOML), name="werkzeug")
    assert figures(take_plan(drawn, family, VOCABULARY)) == L3_SAYS
    assert recognise(book("[Blatt]\nUmsatz | 5"), VOCABULARY, known) is None


def test_the_language_of_a_layout_decides_what_headings_do_not_tell():
    drawing = '[Verlauf]\nKennzahl | Ist Q1\nUmsatz | "1.234"'
    text = QUARTERS.replace("Quartale", "Verlauf") + 'header = ["Ist Q1"]'
    values = {
        language: take_plan(book(drawing), replace(layout(text), language=language), VOCABULARY)
        .figures[0]
        .value
        for language in ("de", "en", "")
    }
    assert values == {"de": 1234, "en": 1.234, "": None}


def test_sheets_that_no_block_names_are_read_by_words():
    drawing = L3 + "\n[Ansprechpartner]\nName | Rolle im Buying Center\nKarin Seidel | Entscheider"
    plan = take(drawing, L3_TOML)
    assert [entry["name"] for entry in plan.of("contacts")] == ["Karin Seidel"]
    assert figures(plan) == L3_SAYS


def test_a_sheet_whose_name_is_no_period_is_told():
    plan = take(L10.replace("[Q2 2026]", "[QX 2026]"), L10_TOML)
    assert set(figures(plan)) == {"revenue TARGET Q1", "revenue ACTUAL Q1"}
    assert [(each.kind, each.place.sheet) for each in plan.odd("bad-date")] == [
        ("bad-date", "QX 2026")
    ]


@pytest.mark.parametrize("blank", ["\n", "\n\n", "\n\n\n"])
def test_a_footnote_may_stand_further_down(blank):
    plan = take(L14.replace("\n\nAlle", f"\n{blank}Alle"), QUARTERS)
    assert figures(plan) == L14_SAYS
    assert [odd.kind for odd in plan.oddities] == ["scale-differs"]


@pytest.mark.parametrize("name", ["Umsatz (T€)", "Umsatz in T€"])
def test_the_unit_of_a_measure_holds_for_all_its_stacked_rows(name):
    plan = take(L5.replace("Umsatz  ", name), QUARTERS)
    assert figures(plan) == {
        key: (value * 1000 if "revenue" in key else value, cell)
        for key, (value, cell) in STACKED.items()
    }


def test_a_scale_at_the_top_of_a_sheet_holds_for_tables_below_and_beside():
    drawing = L9.replace("[Nebeneinander]", "[Nebeneinander]\nMeier AG\nAngaben in T€\n")
    plan = take(drawing, L9_TOML)
    assert {value for value, _ in figures(plan).values()} == {
        950_000,
        931_000,
        1_050_000,
        1_092_000,
    }
    assert [odd.kind for odd in plan.oddities if odd.kind != "unmapped-range"] == [
        "scale-differs"
    ] * 2


def test_a_part_sum_of_groups_is_neither_a_group_nor_the_whole():
    drawing = "[Gruppen]\nWarengruppe | Ist Q1\nSchrauben | 3\nGesamt Bereich 1 | 3\nDübel | 4"
    text = '[[block]]\nsheet = "Gruppen"\nfills = "figures"\nrows = "product_group"\nmeasure = "revenue"\nheader = ["Ist Q1"]'
    assert set(figures(take(drawing, text))) == {
        "revenue ACTUAL Q1 Schrauben",
        "revenue ACTUAL Q1 Dübel",
    }


def test_numbers_above_a_header_are_not_passed_over():
    drawing = L8.replace(
        "Messgröße | Plan | Ist\nUmsatz | 1050",
        "Rest | 5 | 6\nMessgröße | Plan | Ist\nUmsatz | 1050",
    )
    plan = take(drawing, L8_TOML)
    assert "B6:C6" in str([odd.place.cell for odd in plan.odd("unmapped-range")]) or any(
        "6" in odd.place.cell for odd in plan.odd("unmapped-range")
    )
    assert set(figures(plan)) == set(TITLES)


def test_numbered_quarters_are_periods_and_no_column_of_periods():
    drawing = "[Quartale]\nKennzahl | 1. Quartal | 2. Quartal\nUmsatz | 931 | 1092"
    plan = take(drawing, QUARTERS + 'scenario = "ACTUAL"')
    assert figures(plan) == {
        "revenue ACTUAL Q1": (931, "B2"),
        "revenue ACTUAL Q2": (1092, "C2"),
    }


FORM_OVER_TABLE = """
[Kunde]
!merge A3:B3
Stammblatt
Kundenname    |  | Meier AG | | Währung | EUR
Kd.-Nr.       |  | K-7
Geschäftsjahr |  | 2026     | | Stichtag | 30.09.2026

Zahlen
Kennzahl | Ist Q1
Umsatz   | 5
"""
FORM_OVER_TABLE_TOML = """
document = "plan"
[[block]]
sheet = "Kunde"
fills = "plan"
kind = "form"
words = { "Kd.-Nr." = "account_id", "Kundenname" = "account_name" }

[[block]]
sheet = "Kunde"
fills = "figures"
header = ["Kennzahl"]
"""


def test_a_form_with_merged_labels_may_stand_over_a_table():
    drawing = FORM_OVER_TABLE.replace("!merge A3:B3", "!merge A2:B2 A3:B3 A4:B4")
    plan = take(drawing, FORM_OVER_TABLE_TOML, header="")
    assert (plan.subject, plan.fiscal_year) == (Subject("K-7", "Meier AG", Role.ACCOUNT), 2026)
    assert plan.header.at("account_id").cell == "C3"
    assert plan.header.at("as_of").cell == "F4"
    assert figures(plan) == {"revenue ACTUAL Q1": (5, "B8")}
    assert {odd.kind for odd in plan.oddities} <= {"date-converted"}


_words = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=12)
_declared = st.builds(
    Declared,
    fills=st.sampled_from(["figures", "contacts"]),
    kind=st.sampled_from(["form", "list", "grid", "long"]),
    sheet=st.lists(_words, min_size=1, max_size=2).map(tuple),
    header=st.lists(_words, max_size=3).map(tuple),
    each=st.booleans(),
    periods=st.sampled_from(["", "columns", "rows", "sheet", "title"]),
    year=st.sampled_from([0, 2026]),
    unit=st.sampled_from(["", "T€"]),
    words=st.dictionaries(_words, st.sampled_from(["revenue", "Q1", "TARGET"]), max_size=3),
)


@given(st.lists(_declared, max_size=3), st.dictionaries(_words, _words, max_size=2), _words)
@settings(max_examples=100, deadline=None)
def test_a_layout_written_is_the_same_when_it_is_read_again(blocks, given_texts, word):
    family = Layout(
        "made",
        "plan",
        sections={"figures": (word,)},
        measures={"revenue": (word, "x")},
        ignore=(word,),
        least_labels=2,
        blocks=tuple(blocks),
        given={key: know(key, {"beside": text}) for key, text in given_texts.items()},
        language="de",
    )
    with TemporaryDirectory() as folder:
        text = layout_text(family, {0: "one\ntwo"})
        (Path(folder) / "made.toml").write_text(text, encoding="utf-8", newline="\n")
        assert load_layouts([Path(folder)])[-1] == family


# ---------------------------------------------------------------- made workbooks

HINTS = {
    **{shape: {"scenarios": "title"} for shape in ("L2", "L3", "L6", "L11")},
    "L7": {"kind": "long"},
    "L8": {
        "each": True,
        "periods": "title",
        "heading": ["*quarter*", "*quartal*", "*Q1*", "*Q2*", "*Q3*", "*Q4*"],
    },
    "L9": {
        "each": True,
        "scenarios": "title",
        "heading": ["Plan*", "Ist*", "Budget*", "Soll*", "Ziel*", "Target*", "Actual*", "Goal*"],
    },
    "L10": {"periods": "sheet"},
}
GROUPS = {"rows": "product_group", "measures": "title"}


def declared_for(made, drawn):
    """What a controller would declare for a made workbook: its sheets, and where what is named."""
    blocks = [{"sheet": drawn.sheets[0].name, "fills": "plan", "kind": "form"}]
    blocks = blocks if made.shape == "L1" else []
    for name in dict.fromkeys(figure.sheet for figure in made.figures):
        grouped = made.shape == "L11" and ("Gruppen" in name or "group" in name.casefold())
        hints = {**HINTS.get(made.shape, {}), **(GROUPS if grouped else {})}
        blocks.append({"sheet": name, "fills": "figures", **hints})
    return Layout("made", made.document, blocks=tuple(declare(block) for block in blocks))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_made_workbook_of_every_class_is_read_right_or_says_so(shape):
    for made in (made for seed in (1, 2) for made in workbooks(seed) if made.shape == shape):
        drawn = read_bytes(made.data, made.name)
        plan = take_plan(drawn, declared_for(made, drawn), VOCABULARY)
        found = tally(made, plan)
        assert (made.name, found.lies, found.lost) == (made.name, [], [])
        if not made.dirty:
            assert (made.name, found.recall) == (made.name, 1)
