"""What ``map`` understands by itself of forms that nobody described: a rule each, drawn."""

import pytest
from drawing import book

from kam_reports.kpis import KPIS, kpi_words
from kam_reports.layouts import layout_text, load_layouts, take_plan
from kam_reports.layouts.proposing import propose
from kam_reports.vocabulary import Vocabulary

VOCABULARY = Vocabulary.default().with_metrics(
    kpi_words(), {key: kpi.unit for key, kpi in KPIS.items()}
)
LAYOUTS = load_layouts()


def drawn(drawing, name="Plan.xlsx"):
    return propose(book(drawing, name), VOCABULARY, LAYOUTS)


def read(proposal):
    """The figures by measure, scenario and period."""
    return {
        f"{f.measure} {f.scenario.value} {f.period.short}{f'/{f.breakdown}' if f.breakdown else ''}":
        f.value
        for f in proposal.plan.figures
        if f.value is not None
    }  # fmt: skip


# ---------------------------------------------------------------- the year


@pytest.mark.parametrize(
    "title",
    ["Keller Bäder, Kundenplan 2026, EUR", "Miller Ltd / account plan FY2026, EUR", "Zahlen 2026."],
)
def test_a_year_in_a_title_ends_where_its_digits_end(title):
    proposal = drawn(f"[Zahlen]\n{title}\n\n | Ist Q1 | Ist Q2 | Ist Q3\nUmsatz | 5 | 6 | 7\n")
    assert proposal.plan.fiscal_year == 2026
    assert read(proposal) == {f"revenue ACTUAL Q{n}": n + 4 for n in (1, 2, 3)}


@pytest.mark.parametrize(
    ("sheet", "heads"),
    [
        ("FY26", "Plan Q1 | Plan Q2 | Plan Q3"),
        ("GJ 26/27", "Plan Q1 | Plan Q2 | Plan Q3"),
        ("Tabelle1", "Plan Q1 2026 | Plan Q2 2026 | Plan Q3 2026"),
        ("Sheet1", "Budget Q1/26 | Budget Q2/26 | Budget Q3/26"),
    ],
)
def test_without_a_title_the_year_is_that_of_the_sheet_or_the_periods(sheet, heads):
    proposal = drawn(f"[{sheet}]\nFirma Albers\n\n | {heads}\nUmsatz | 5 | 6 | 7\n")
    assert proposal.plan.fiscal_year == 2026
    assert read(proposal) == {f"revenue TARGET Q{n}": n + 4 for n in (1, 2, 3)}


def test_months_of_two_digits_and_a_short_year_head_columns():
    heads = " | ".join(f"{month:02d}/26" for month in range(1, 5))
    proposal = drawn(f"[Ist]\nKPI | {heads}\nUmsatz | 5 | 6 | 7 | 8\nUnits | 1 | 2 | 3 | 4\n")
    assert read(proposal)["revenue ACTUAL M04"] == 8
    assert read(proposal)["units ACTUAL M01"] == 1


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("03/26", "2026-M03"),
        ("Plan 26", "2026-FY"),
        ("Jan–Mrz", "2026-Q1"),
        ("Apr to Jun 2026", "2026-Q2"),
        ("Juli bis Dezember", "2026-H2"),
        ("Jan - Sep", None),
        ("11/12", None),
        ("25/26", None),
    ],
)
def test_short_years_and_spans_of_months_are_periods(text, period):
    found = VOCABULARY.find_column(text, 2026)
    assert (found and str(found[1])) == period


@pytest.mark.parametrize(
    "title",
    [
        "Stand Juni 2026",
        "Jan to Sep 2026",
        "YTD June 2026",
        "Jan – Sep 2026",
        "Zahlen bis Juni 2026",
    ],
)
def test_a_day_or_a_running_sum_in_a_title_is_no_period_of_the_figures(title):
    proposal = drawn(f"[Zahlen]\n{title}\n\n | Plan | Ist\nUmsatz | 5 | 6\nAbsatz | 1 | 2\n")
    assert not read(proposal)
    assert proposal.plan.oddities


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("Bericht Jan–Jun 2026", "H1"),
        ("Report, Apr to Jun 2026 (EUR)", "Q2"),
        ("Report Jan - Jun 2026", "H1"),
        ("Report - Q2 2026", "Q2"),
        ("Report – May 2026 – Miller", "M05"),
    ],
)
def test_a_span_or_a_period_in_a_title_holds_for_the_table(title, period):
    proposal = drawn(f"[Zahlen]\n{title}\n\n | Plan | Ist\nUmsatz | 5 | 6\nAbsatz | 1 | 2\n")
    assert {figure.period.short for figure in proposal.plan.figures} == {period}


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("GM", "cm"),
        ("Sales, net", "revenue"),
        ("Umsatz, netto", "revenue"),
        ("Qty", "units"),
        ("CM in %", "k_cm_pct"),
        ("Gross margin %", "k_cm_pct"),
        ("Rohertrag (%)", "k_cm_pct"),
        ("Umsatz, T€", "revenue"),
    ],
)
def test_standard_abbreviations_turned_words_and_quotas_are_known(text, measure):
    assert VOCABULARY.find_metric(text) == measure


@pytest.mark.parametrize(("head", "label"), [("Einheit", "Rohertrag"), ("Unit", "Gross margin")])
def test_an_amount_in_the_unit_percent_is_its_quota(head, label):
    sheet = f"[Zahlen 2026]\nKPI | {head} | Ist Q1 | Ist Q2\nUmsatz | € | 500 | 600\n"
    proposal = drawn(f"{sheet}{label} | % | 31 | 32\n{label} | € | 155 | 192\n")
    found = read(proposal)
    assert (found["k_cm_pct ACTUAL Q1"], found["cm ACTUAL Q1"]) == (0.31, 155)


# ---------------------------------------------------------------- where tables begin and end


@pytest.mark.parametrize(
    "corners", [("Umsatz in T€", "DB I in T€"), ("Sales (EUR k)", "Gross profit (EUR k)")]
)
def test_the_corner_of_a_table_may_name_its_measure(corners):
    table = "{} | Q1 | Q2 | Q3\nPlan | 5 | 6 | 7\nIst | 4 | 5 | 6\n"
    proposal = drawn("[Zahlen 2026]\n" + "\n\n".join(map(table.format, corners)))
    found = read(proposal)
    assert (found["revenue TARGET Q1"], found["cm ACTUAL Q3"]) == (5000, 6000)
    assert len(found) == 12


@pytest.mark.parametrize("corner", ["FY2026", "Geschäftsjahr 2026", "Umsatz 2026"])
def test_the_corner_of_a_table_may_name_its_year(corner):
    proposal = drawn(f"[Zahlen]\n{corner} | Plan | Ist\nUmsatz | 5 | 6\nAbsatz | 1 | 2\n")
    found = read(proposal)
    assert (found["revenue TARGET FY"], found["units ACTUAL FY"]) == (5, 2)


@pytest.mark.parametrize("titles", [("Umsatz", "Rohertrag"), ("Revenue", "Gross margin")])
def test_a_title_above_the_same_header_begins_another_table(titles):
    table = "{}\n | Q1 | Q2 | Q3\nPlan | 5 | 6 | 7\nIst | 4 | 5 | 6\n"
    proposal = drawn("[Zahlen 2026]\n" + "\n".join(map(table.format, titles)))
    found = read(proposal)
    assert (found["revenue TARGET Q1"], found["cm ACTUAL Q3"], len(found)) == (5, 6, 12)


@pytest.mark.parametrize("words", [("Plan 26", "Vj."), ("Bud", "LY")])
def test_bands_with_blank_columns_between_them_are_one_table(words):
    quarters = ("Jan–Mrz", "Apr–Jun", "Jul–Sep", "Okt–Dez")
    heads = " | | ".join(" | ".join(words) for _ in quarters)
    rows = "".join(
        f"{label} | {' | | '.join(f'{n}{at} | {at}{n}' for at in range(1, 5))}\n"
        for n, label in enumerate(("Umsatz", "Rohertrag"), 1)
    )
    bands = " | | | ".join(quarters)
    proposal = drawn(f"[Plan 2026]\nKeller GmbH\n\n | {bands}\n | {heads}\n{rows}")
    found = read(proposal)
    assert (found["revenue TARGET Q4"], found["cm PY Q3"], len(found)) == (14, 32, 16)
    assert len(proposal.parts) == 1


def test_a_hidden_sheet_is_left_where_visible_ones_have_figures():
    table = "KPI | Plan Q1 | Ist Q1\nUmsatz | 5 | 6\nAbsatz | 1 | 2\n"
    proposal = drawn(f"[Zahlen 2026]\n{table}\n[alt] hidden\n{table.replace('5', '9')}")
    assert read(proposal)["revenue TARGET Q1"] == 5
    assert len(read(proposal)) == 4


# ---------------------------------------------------------------- money, journals


@pytest.mark.parametrize(
    ("heading", "currency"), [("Net sales (k£)", "GBP"), ("Umsatz ($)", "USD")]
)
def test_a_workbook_that_names_one_other_currency_is_in_that(heading, currency):
    proposal = drawn(f"[Zahlen 2026]\nKPI | Ist Q1 | Ist Q2\n{heading} | 5 | 6\n")
    assert proposal.layout.given["currency"].text == currency
    assert len(read(proposal)) == 2
    both = drawn(f"[Zahlen 2026]\nKPI | Ist Q1 | Ist Q2\n{heading} | 5 | 6\nDB I in € | 5 | 6\n")
    assert "currency" not in both.layout.given
    assert "revenue ACTUAL Q1" not in read(both)


@pytest.mark.parametrize(
    "head", ["Beleg | Rechnungsdatum | Artikel | Menge | Nettobetrag",
             "Invoice | Invoice date | Item | Qty | Net amount"],
)  # fmt: skip
def test_the_lines_of_invoices_are_added_up(head):
    lines = "".join(f"R-{n} | 2026-0{1 + n // 4}-1{n % 4} | Säge | {n} | {10 * n}\n"
                    for n in range(12))  # fmt: skip
    proposal = drawn(f"[Journal]\nAuszug für Meier AG\n\n{head}\n{lines}")
    assert proposal.parts[-1].assumed == "actual"
    assert read(proposal) == {"units ACTUAL Q1": 66, "revenue ACTUAL Q1": 660}


# ---------------------------------------------------------------- single figures with a label each

GERMAN = ("Kunde", "Meier AG", "Kundennummer", "Geschäftsjahr", "Umsatz Plan", "Umsatz Vorjahr")
ENGLISH = (
    "Customer",
    "Miller Ltd",
    "Customer no.",
    "Fiscal year",
    "Sales budget",
    "Sales last year",
)


def fact_sheet(words, more=""):
    name, whose, number, year, plan, before = words
    head = f"[Blatt]\n{name} | {whose}\n{number} | K-17\n{year} | 2026\n\n"
    return f"{head}{plan} | 500\n{before} | 450\n{more}"


@pytest.mark.parametrize("words", [GERMAN, ENGLISH])
def test_figures_beside_labels_of_their_own_are_those_of_the_year(words):
    proposal = drawn(fact_sheet(words))
    assert read(proposal) == {"revenue TARGET FY": 500, "revenue PY FY": 450}
    assert [part.declared.kind for part in proposal.parts] == ["form", "pairs"]
    assert proposal.plan.subject.id == "K-17"


def test_single_figures_are_read_by_the_layout_that_is_written(tmp_path):
    proposal = drawn(fact_sheet(GERMAN))
    (tmp_path / "blatt.toml").write_text(layout_text(proposal.layout), "utf-8")
    layout = load_layouts([tmp_path], VOCABULARY)[-1]
    plan = take_plan(proposal.book, layout, VOCABULARY)
    assert sorted(f.value for f in plan.figures) == [450, 500]


@pytest.mark.parametrize(
    "heads", [("Umsatz Ziel 2026", "Absatz Ziel 2026"), ("Sales budget FY26", "Units budget FY26")]
)
def test_figures_below_labels_of_their_own_are_read(heads):
    proposal = drawn(f"[Blatt 2026]\nFirma Albers\n\n{' | | '.join(heads)}\n500 | | 12\n")
    assert read(proposal) == {"revenue TARGET FY": 500, "units TARGET FY": 12}


@pytest.mark.parametrize(
    ("words", "more"), [(GERMAN, "Umsatz Ist | 210\n"), (ENGLISH, "Sales actual | 210\n")]
)
def test_what_happened_is_of_no_year_unless_its_label_says_so(words, more):
    proposal = drawn(fact_sheet(words, more))
    assert "revenue ACTUAL FY" not in read(proposal)
    assert any("210" in odd.raw for odd in proposal.plan.oddities)


@pytest.mark.parametrize(
    "rows",
    [
        "Umsatz Plan | 5 | 6 | 7\nAbsatz Plan | 1 | 2 | 3\n",
        "Region | Juni\nUmsatz Plan | 5\nAbsatz Plan | 1\n",
        "Report Q2\n\nUmsatz Plan | 5\nAbsatz Plan | 1\n",
        "Umsatz Plan | Absatz Plan\n5 | 1\n6 | 2\n",
    ],
)
def test_numbers_that_may_be_a_tables_or_a_quarters_are_no_single_figures(rows):
    proposal = drawn(f"[Blatt]\nPlanung 2026\n\n{rows}")
    assert "FY" not in {figure.period.short for figure in proposal.plan.figures}


# ---------------------------------------------------------------- words made of two, groups


@pytest.mark.parametrize(
    ("heads", "first"),
    [("Plan-Umsatz | Ist-Umsatz", "TARGET"), ("Istumsatz | Planumsatz", "ACTUAL"),
     ("Umsatzplan | Umsatz-Ist", "TARGET")],
)  # fmt: skip
def test_words_made_of_measure_and_scenario_are_understood(heads, first):
    rows = "2026-01 | 5 | 6\n2026-02 | 7 | 8\n2026-03 | 9 | 10\n"
    found = read(drawn(f"[Daten]\nMonat | {heads}\n{rows}"))
    assert (found[f"revenue {first} M01"], len(found)) == (5, 6)


@pytest.mark.parametrize(
    ("title", "head", "whole"),
    [("Umsatzplanung 2026 nach Warengruppen", "Warengruppe", "Gesamtumsatz"),
     ("Net sales by product group, budget 2026", "Product group", "Total sales")],
)  # fmt: skip
def test_the_sum_of_groups_under_the_name_of_the_measure_is_no_group(title, head, whole):
    rows = "Papier | 5 | 6 | 7\nOrdnen | 1 | 2 | 3\n"
    found = read(drawn(f"[Daten]\n{title}\n\n{head} | Q1 | Q2 | Q3\n{rows}{whole} | 6 | 8 | 10\n"))
    assert (found["revenue TARGET Q1"], found["revenue TARGET Q3/Papier"]) == (6, 7)
    assert len(found) == 9


@pytest.mark.parametrize(
    ("title", "heads", "year"),
    [
        ("Kundenplan 2026", "Vorjahr | Plan | Hochrechnung", True),
        ("Annual plan 2026, printed 30.06.2026", "LY | Budget | Forecast", True),
        ("Kundenplan 2026", "Vorjahr | Plan | Ist", False),
        ("Kundenplan 2026, Q2", "Vorjahr | Plan | HR", None),
        ("Plan 2026 bis Juni 2026", "Vorjahr | Plan | HR", False),
        ("Plan 2026 YTD", "LY | Budget | FC", False),
    ],
)
def test_plans_without_a_period_are_those_of_the_year_their_title_names(title, heads, year):
    proposal = drawn(f"[Blatt]\n{title}\n\n | {heads}\nUmsatz | 5 | 6 | 7\nAbsatz | 1 | 2 | 3\n")
    periods = {key.split()[-1] for key in read(proposal)}
    assert periods == ({"Q2"} if year is None else {"FY"} if year else set())


@pytest.mark.parametrize("note", ["all numbers € m unless noted", "Werte überwiegend in Tausend"])
def test_a_scale_that_nobody_takes_leaves_plans_of_a_year_open(note):
    heads, rows = "LY | Budget | Forecast", "Umsatz | 5 | 6 | 7\nAbsatz | 1 | 2 | 3\n"
    proposal = drawn(f"[Blatt]\nAlbers GmbH 2026\n\n | {heads}\n{rows}\n\n{note}\n")
    part = proposal.parts[-1]
    assert not read(proposal) or part.unit
    assert proposal.plan.oddities


LISTED = """
    [Export]
    {account} | {measure} | {period} | {version} | {value}
    {first} | Umsatz | 2026/Q1 | Plan | 5
    {first} | Umsatz | 2026/Q2 | Plan | 6
    {second} | Umsatz | 2026/Q3 | Plan | 7
    {second} | DB I | 2026/Q1 | Plan | 2
"""
HEADS = {
    "de": {"account": "Kunde", "measure": "Kennzahl", "period": "Periode", "version": "Version", "value": "Wert"},
    "en": {"account": "Customer", "measure": "Metric", "period": "Period", "version": "Scenario", "value": "Value"},
}  # fmt: skip


@pytest.mark.parametrize("heads", HEADS.values(), ids=list(HEADS))
def test_a_name_that_every_row_repeats_is_no_group(heads):
    found = read(drawn(LISTED.format(first="Molkerei Alm", second="Molkerei Alm", **heads)))
    assert found == {
        "revenue TARGET Q1": 5, "revenue TARGET Q2": 6, "revenue TARGET Q3": 7, "cm TARGET Q1": 2,
    }  # fmt: skip


@pytest.mark.parametrize("heads", HEADS.values(), ids=list(HEADS))
def test_a_list_of_several_accounts_is_nobodys_plan_and_said(heads):
    proposal = drawn(LISTED.format(first="Molkerei Alm", second="Käserei Tal", **heads))
    assert not proposal.parts
    assert {each.place.cell for each in proposal.plan.oddities} == {"A1"}


@pytest.mark.parametrize(
    ("title", "running"), [("Absatz Plan 2026", "kumuliert"), ("Units plan 2026", "YTD")]
)
def test_a_running_sum_among_groups_is_no_group(title, running):
    rows = f"Pesto | 5 | 6 | 7\nOliven | 1 | 2 | 3\nTotal | 6 | 8 | 10\n{running} | 6 | 14 | 24\n"
    found = read(drawn(f"[Daten]\n{title}\n\nProdukt | Jan | Feb | Mar\n{rows}"))
    assert not any(running in key for key in found)
    assert (found["units TARGET M03"], found["units TARGET M03/Pesto"], len(found)) == (10, 7, 9)


@pytest.mark.parametrize(
    ("head", "rows"),
    [("Monat", ("01/2026", "02/2026", "03/2026")), ("Month", ("Jan", "Feb", "Mar"))],
)
def test_a_year_above_columns_does_not_hide_the_month_of_a_row(head, rows):
    lines = "\n".join(f"{month} | {n} | {n + 4}" for n, month in enumerate(rows, 1))
    found = read(drawn(f"[Daten]\n{head} | Umsatz 2026 Plan | Umsatz 2026 Ist\n{lines}\n"))
    assert found == {
        **{f"revenue TARGET M0{n}": n for n in (1, 2, 3)},
        **{f"revenue ACTUAL M0{n}": n + 4 for n in (1, 2, 3)},
    }
