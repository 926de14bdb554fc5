"""What ``map`` understands by itself of forms that nobody described: a rule each, drawn."""

import pytest
from drawing import book

from kam_reports.kpis import KPIS, kpi_words
from kam_reports.layouts import load_layouts
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
