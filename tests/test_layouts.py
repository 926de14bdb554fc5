from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from drawing import _position, book
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_values import _any_cell

from kam_reports import layouts, values
from kam_reports.checks import run_checks
from kam_reports.kpis import KPIS, kpi_words
from kam_reports.layouts import Layout, load_layouts, recognise, take_plan
from kam_reports.layouts.pages import address
from kam_reports.model import (
    Amount,
    Book,
    Cell,
    Named,
    Oddity,
    Period,
    Perspective,
    Place,
    Problem,
    Role,
    Scenario,
    Sheet,
    Subject,
)
from kam_reports.vocabulary import Vocabulary

VOCABULARY = Vocabulary.default().with_metrics(
    kpi_words(), {key: kpi.unit for key, kpi in KPIS.items()}
)
LAYOUTS = load_layouts()
SHEETS = Path(__file__).parent / "sheets"
PLAN = book((SHEETS / "plan.txt").read_text(encoding="utf-8"))
SCORECARD = book((SHEETS / "scorecard.txt").read_text(encoding="utf-8"))

HEAD = """
[Plankopf]
Plankopf
Kundennummer  | K-1
Key Account   | Meier AG
Geschäftsjahr | 2026
Währung       | EUR
Stichtag      | 2026-09-30
"""
Q1, Q2, Q3, Q4 = (Period(2026, "Q", number) for number in (1, 2, 3, 4))
FY = Period(2026)


def take(drawing, head=HEAD):
    """The plan that a drawing shows below the usual head."""
    drawn = book(head.strip("\n") + "\n" + drawing.replace("\n        ", "\n").strip("\n"))
    layout = recognise(drawn, VOCABULARY, LAYOUTS)
    assert layout is not None
    return take_plan(drawn, layout, VOCABULARY)


def figures(plan, **wanted):
    """The figures as {(measure, scenario, period): value}, of a perspective or breakdown."""
    wanted = {"perspective": Perspective.OWN, "breakdown": "", **wanted}
    return {
        (figure.measure, figure.scenario.value, figure.period.short): figure.value
        for figure in plan.figures
        if all(getattr(figure, name) == value for name, value in wanted.items())
    }


def odd(plan):
    """What is odd about a plan: kind, cell, text."""
    return [(each.kind, each.place.cell, each.raw) for each in plan.oddities]


# ---------------------------------------------------------------- the header


def test_the_header_says_whose_plan_it_is():
    plan = take("[Zahlen]\nMessgröße | Ist Q1\nUmsatz | 5")
    assert plan.subject == Subject("K-1", "Meier AG", Role.ACCOUNT)
    assert (plan.fiscal_year, plan.as_of, plan.currency) == (2026, date(2026, 9, 30), "EUR")
    assert (plan.layout, plan.language) == ("kam-plan", "de")
    assert plan.sections == {"plan", "figures"}
    assert plan.oddities == ()


def test_every_value_keeps_its_cell_and_its_text():
    plan = take('[Zahlen]\nMessgröße | Ist Q1\nUmsatz | "931 T€"')
    assert plan.header.values["fiscal_year"].place == Place("drawn.xlsx", "Plankopf", "B4")
    assert plan.header.raw("as_of") == "2026-09-30"
    (figure,) = plan.figures
    assert (figure.place, figure.raw, figure.value) == (
        Place("drawn.xlsx", "Zahlen", "B2"),
        "931 T€",
        931_000,
    )


def test_the_scale_of_the_plan_is_that_of_its_amounts_only():
    head = HEAD + "Betragseinheit | T€\nMaßnahmenbudget gesamt | 60\n"
    plan = take(
        """
        [Zahlen]
        Messgröße | Einheit | Ist Q1 | Ist Q2
        Umsatz    |         | 931    | "1,5 Mio. €"
        Absatz    | Stk.    | 9400
        Bruttoumsatz | Mio. € | 1.2
        [Preiskonditionen]
        Konditionsart | Wert | Einheit
        Rabatt | 8 | %
        Zahlungsziel | 30 | Tage
        """,
        head,
    )
    assert figures(plan) == {
        ("revenue", "ACTUAL", "Q1"): 931_000,
        ("revenue", "ACTUAL", "Q2"): 1_500_000,
        ("units", "ACTUAL", "Q1"): 9400,
        ("revenue_gross", "ACTUAL", "Q1"): 1_200_000,
    }
    assert plan.header["plan_budget"] == 60_000
    assert [entry["value"] for entry in plan.of("conditions")] == [0.08, 30]


def test_a_form_may_have_several_pairs_in_a_row_and_merged_labels():
    plan = take(
        "",
        """
        [Plankopf]
        !merge A1:B1
        Kundennummer | | K-1 | Key Account | Meier AG
        Geschäftsjahr | 2026 | | Stichtag | 2026-09-30
        """.replace("\n        ", "\n"),
    )
    assert (plan.subject.id, plan.subject.name) == ("K-1", "Meier AG")
    assert (plan.fiscal_year, plan.as_of) == (2026, date(2026, 9, 30))


def test_a_value_is_no_label_though_it_says_the_same():
    plan = take("Stellvertretung | Status | Entwurf")
    assert plan.header["kam_deputy"] == "Status"
    assert plan.header["plan_status"] is None


def test_what_stands_right_of_a_value_explains_it_unless_it_is_a_number():
    plan = take(
        "Planstatus | Entwurf | wird vom KAM gesetzt\nStellvertretung | | Name eintragen\nMarkt-ID | M1 | 12"
    )
    assert plan.header["plan_status"] == "draft"
    assert plan.header["kam_deputy"] is None
    assert odd(plan) == [("unmapped-range", "C9", "12")]


def test_a_line_that_no_field_is_called_is_said_to_be_unknown():
    plan = take("Kundennumer | K-2\nLieblingsfarbe | blau")
    assert [each[:2] for each in odd(plan)] == [("unknown-column", "A7"), ("unknown-column", "A8")]
    assert plan.oddities[0].facts["nearest"] == "Kundennummer"


def test_a_question_in_the_header_does_not_hide_the_rest_of_it():
    head = HEAD.replace("Kundennummer ", "Stellvertretung | ?\nKundennummer ")
    plan = take("Betragseinheit | T€\n[Zahlen]\nMessgröße | Ist Q1\nUmsatz | 5", head)
    assert figures(plan) == {("revenue", "ACTUAL", "Q1"): 5000}
    assert plan.one("question")["text"] == "Stellvertretung: ?"


def test_a_header_may_stand_in_two_places():
    drawing = "Planstatus | ?\n[Ziele]\nMessgröße | Ziel Q1\nUmsatz | 5\n\nPlankopf\nBetragseinheit | T€\nStichtag | 2026-06-30"
    plan = take(drawing)
    assert figures(plan) == {("revenue", "TARGET", "Q1"): 5000}
    assert plan.header["amount_scale"] == "1000"
    assert odd(plan)[1:] == [("stated-twice", "B6", "2026-06-30")]


def test_a_field_stated_twice_is_taken_once_and_said_so():
    plan = take("Kundennummer | K-2\nStichtag | 2026-09-30")
    assert plan.subject.id == "K-1"
    assert odd(plan) == [("stated-twice", "B7", "K-2")]
    assert plan.oddities[0].facts["other"] == Place("drawn.xlsx", "Plankopf", "B2")


def test_a_blank_column_put_into_a_form_is_stepped_over():
    plan = take("", HEAD.replace(" | ", " | | "))
    assert plan.subject == Subject("K-1", "Meier AG", Role.ACCOUNT)


def test_explanations_in_an_empty_form_are_no_values():
    plan = take(
        "",
        """
        [Plankopf]
        Kundennummer  | | Die eigene Nummer
        Key Account   | | Der Name
        Geschäftsjahr | | Das Jahr, in dem es beginnt
        Stichtag      | | Bis zu diesem Tag
        """.replace("\n        ", "\n"),
    )
    assert {value.value for value in plan.header.values.values()} == {None}
    assert plan.header.at("kam").cell == "A1"
    assert plan.header.at("as_of").cell == "B4"
    assert plan.subject == Subject("", "", Role.ACCOUNT)


# ---------------------------------------------------------------- tables of figures


def test_the_columns_of_a_table_may_stand_in_any_order():
    plan = take(
        """
        [Zahlen]
        Zahlen des Jahres
        Stand: 30.09.2026

        Ist Q2 | Messgröße | Ziel Jahr | Abw. | VJ Q1 | Ist Jan 2026 | Hochrechnung Jahr
        1092   | Umsatz    | 4200      | 3 %  | 900   | 300          | 4210
        """
    )
    assert figures(plan) == {
        ("revenue", "ACTUAL", "Q2"): 1092,
        ("revenue", "TARGET", "FY"): 4200,
        ("revenue", "PY", "Q1"): 900,
        ("revenue", "ACTUAL", "M01"): 300,
        ("revenue", "FORECAST", "FY"): 4210,
    }
    assert plan.oddities == ()


def test_months_are_counted_from_the_first_of_the_fiscal_year():
    head = HEAD + "Beginn Geschäftsjahr (Monat) | 7\n"
    plan = take("[Zahlen]\nMessgröße | Ist Juli | Ist Jan | Ist Q1\nUmsatz | 1 | 2 | 3", head)
    assert figures(plan) == {
        ("revenue", "ACTUAL", "M01"): 1,
        ("revenue", "ACTUAL", "M07"): 2,
        ("revenue", "ACTUAL", "Q1"): 3,
    }


def test_bands_of_scenarios_may_stand_over_the_periods():
    plan = take(
        """
        [Zahlen]
        !merge B1:C1 D1:E1
        Messgröße | Ziel |    | Ist
                  | Q1   | Q2 | Q1  | Q2
        Umsatz    | 950  | 1050 | 931 | 1092
        """
    )
    assert figures(plan) == {
        ("revenue", "TARGET", "Q1"): 950,
        ("revenue", "TARGET", "Q2"): 1050,
        ("revenue", "ACTUAL", "Q1"): 931,
        ("revenue", "ACTUAL", "Q2"): 1092,
    }


def test_scenarios_may_be_stacked_in_rows():
    plan = take(
        """
        [Zahlen]
        Messgröße | Szenario | Q1  | Q2
        Umsatz    | Plan     | 950 | 1050
                  | Ist      | 931 | 1092
                  | Abw.     | -19 | 42
        Absatz    | Ist      | 9400
        """
    )
    assert figures(plan) == {
        ("revenue", "TARGET", "Q1"): 950,
        ("revenue", "TARGET", "Q2"): 1050,
        ("revenue", "ACTUAL", "Q1"): 931,
        ("revenue", "ACTUAL", "Q2"): 1092,
        ("units", "ACTUAL", "Q1"): 9400,
    }
    assert plan.oddities == ()


def test_a_long_list_of_figures_is_a_table_too():
    plan = take(
        """
        [Zahlen]
        Messgröße | Szenario | Periode | Wert
        Umsatz    | Ist      | Q1      | 931
        Umsatz    | Ziel     | 2026    | 4200
        Umsatz    | Ist      | bald    | 5
        """
    )
    assert figures(plan) == {
        ("revenue", "ACTUAL", "Q1"): 931,
        ("revenue", "TARGET", "FY"): 4200,
    }
    assert odd(plan) == [("bad-date", "C4", "bald")]


def test_perspective_and_breakdown_belong_to_a_figure():
    plan = take(
        """
        [Zahlen]
        Messgröße | Sicht     | Warengruppe | Region | Ziel Q1
        Umsatz    | gemeinsam |             |        | 940
        Umsatz    |           | Gesamt      |        | 950
        Umsatz    | eigene    | Akku        | Nord   | 400
        """
    )
    assert figures(plan) == {("revenue", "TARGET", "Q1"): 950}
    assert figures(plan, perspective=Perspective.JOINT) == {("revenue", "TARGET", "Q1"): 940}
    assert figures(plan, breakdown="Akku / Nord") == {("revenue", "TARGET", "Q1"): 400}


def test_an_unknown_perspective_is_not_taken_for_ours():
    plan = take("[Zahlen]\nMessgröße | Sicht | Ziel Q1\nUmsatz | Konzern | 940")
    assert plan.figures == ()
    assert odd(plan) == [("unknown-option", "B2", "Konzern")]


def test_an_unknown_measure_is_kept_under_its_own_word():
    plan = take("[Zahlen]\nMessgröße | Einheit | Ist Q1\nUmsatzz | T€ | 5\nKantinenessen | % | 0.3")
    assert figures(plan) == {
        ("umsatzz", "ACTUAL", "Q1"): 5000,
        ("kantinenessen", "ACTUAL", "Q1"): 0.3,
    }
    assert [figure.unit for figure in plan.figures] == ["EUR", "percent"]
    assert odd(plan) == [
        ("unknown-measure", "A2", "Umsatzz"),
        ("unknown-measure", "A3", "Kantinenessen"),
    ]
    assert plan.oddities[0].facts["nearest"] == "Umsatz"


def test_a_filled_cell_that_gives_no_number_is_a_figure_without_a_value():
    plan = take(
        """
        [Zahlen]
        Messgröße | Ist Q1 | Ist Q2   | Ist Q3  | Ist Q4
        Umsatz    | k. A.  | ca. 1300 | #DIV/0! | =B1 →
        """
    )
    assert [figure.value for figure in plan.figures] == [None] * 4
    assert [figure.raw for figure in plan.figures] == ["k. A.", "ca. 1300", "#DIV/0!", ""]
    assert [each.kind for each in plan.oddities] == ["text", "error-value", "uncalculated"]
    assert plan.oddities[0].facts["field"] == (
        Named("measure", "revenue"),
        Scenario.ACTUAL,
        Q2,
    )


def test_shares_and_percent_in_one_row_of_a_quota_are_said_aloud():
    plan = take(
        "[Zahlen]\nMessgröße | Ziel Q1 | Ziel Q2 | Ziel Q3\nDB-Quote | 32 | 0.31 | 30 %\nAbsatz | 1 | 2 | 3"
    )
    assert figures(plan)["k_cm_pct", "TARGET", "Q1"] == 0.32
    assert [each.kind for each in plan.oddities] == ["percent-mixed", "percent-mixed"]


def test_a_column_named_twice_is_read_once():
    plan = take("[Zahlen]\nMessgröße | VJ Q1 | VJ Q2 | VJ Q1\nUmsatz | 900 | 1000 | 910")
    assert figures(plan)["revenue", "PY", "Q1"] == 900
    assert odd(plan) == [("repeated-column", "D1", "VJ Q1")]


def test_a_filled_column_of_an_unknown_name_is_not_passed_over():
    plan = take("[Zahlen]\nMessgröße | Ist Q1 | Notiz | Zustand\nUmsatz | 5 | gut")
    assert odd(plan) == [("unknown-column", "C1", "Notiz")]


def test_last_year_s_actuals_are_the_prior_year_and_other_years_are_left_out():
    plan = take(
        "[Zahlen]\nMessgröße | Ist Q1 2025 | Ist Q1 2026 | Ist Q1 2023\nUmsatz | 900 | 931 | 700"
    )
    assert figures(plan) == {("revenue", "PY", "Q1"): 900, ("revenue", "ACTUAL", "Q1"): 931}
    assert odd(plan) == [("year-differs", "D1", "Ist Q1 2023")]


def test_a_sum_of_quarters_is_a_check_not_a_figure():
    plan = take(
        """
        [Zahlen]
        Messgröße   | Ziel Q1 | Ziel Q2 | Ziel Q3 | Ziel Q4 | Summe
        Umsatz      | 950     | 1050    | 1000    | 1200    | 4200
        Absatz      | 93      | 103     | 98      | 118     | 500
        Kundenzahl  | 1       | 1       | 1       | 1       | 1
        Gesamt      | 1       | 1       | 1       | 1       | 1
        """
    )
    assert len(plan.figures) == 12
    assert odd(plan) == [("total-differs", "F3", "500")]
    assert plan.oddities[0].facts["sum"] == Amount(412.0, "units")


def test_headings_between_rows_and_rows_to_be_filled_in_are_no_figures():
    plan = take("[Zahlen]\nMessgröße | Ist Q1\nErfolg des Jahres\nUmsatz | 5\nAbsatz")
    assert figures(plan) == {("revenue", "ACTUAL", "Q1"): 5}
    assert plan.oddities == ()


def test_a_merged_measure_or_group_holds_for_all_its_rows():
    plan = take(
        """
        [Zahlen]
        !merge A2:A3 B4:B5
        Messgröße | Warengruppe | Sicht     | Ziel Q1
        Umsatz    |             | eigene    | 950
                  |             | gemeinsam | 940
        Absatz    | Akku        | eigene    | 40
        Umsatz    |             | eigene    | 400
        """
    )
    assert figures(plan) == {("revenue", "TARGET", "Q1"): 950}
    assert figures(plan, perspective=Perspective.JOINT) == {("revenue", "TARGET", "Q1"): 940}
    assert figures(plan, breakdown="Akku") == {
        ("units", "TARGET", "Q1"): 40,
        ("revenue", "TARGET", "Q1"): 400,
    }


def test_a_heading_after_a_gap_heads_more_rows_and_a_last_word_is_a_note():
    plan = take(
        """
        [Zahlen]
        Messgröße | Ist Q1 | Ist Q2
        Umsatz    | 5      | 6

        Mengen
        Absatz    | 7      | 8

        Alle Werte ohne Gewähr
        """
    )
    assert figures(plan)["units", "ACTUAL", "Q2"] == 8
    assert odd(plan) == [("unmapped-range", "A7", "Alle Werte ohne Gewähr")]


@pytest.mark.parametrize("title", ["Zahlen (T€)", "Zahlen\nAlle Werte in TEUR", "Kennzahlen\nT€\n"])
def test_a_scale_in_a_title_holds_for_the_amounts_below_and_is_said(title):
    plan = take(
        f"[Zahlen]\n{title}\nMessgröße | Ist Q1\nUmsatz | 5\nAbsatz | 7\nBruttoumsatz | 6 €"
    )
    assert figures(plan) == {
        ("revenue", "ACTUAL", "Q1"): 5000,
        ("units", "ACTUAL", "Q1"): 7,
        ("revenue_gross", "ACTUAL", "Q1"): 6,
    }
    assert [each.kind for each in plan.oddities] == ["scale-differs", "converted"]


def test_a_scale_in_the_corner_that_the_plan_states_too_is_nothing_odd():
    plan = take("[Zahlen]\nMessgröße (T€) | Ist Q1\nUmsatz | 5", HEAD + "Betragseinheit | T€\n")
    assert figures(plan) == {("revenue", "ACTUAL", "Q1"): 5000}
    assert plan.oddities == ()


def test_units_may_be_counted_in_kilograms():
    plan = take("[Zahlen]\nMessgröße | Einheit | Ist Q1\nAbsatz | kg | 5\nAufträge | Anzahl | 3")
    assert [figure.unit for figure in plan.figures] == ["kg", "count"]
    plan = take(
        "[Ziele]\nMessgröße | Ziel Q1\nAbsatz | 5\n"
        "[Zahlen]\nMessgröße | Einheit | Ist Q1\nAbsatz | kg | 5"
    )
    assert [figure.unit for figure in plan.figures] == ["kg", "kg"]


def test_a_plan_without_a_year_has_no_figures_that_could_be_of_another():
    head = HEAD.replace("Geschäftsjahr | 2026\n", "")
    assert figures(take("[Zahlen]\nMessgröße | Ist Q1\nUmsatz | 5", head)) == {
        ("revenue", "ACTUAL", "Q1"): 5
    }
    without = head.replace("Stichtag      | 2026-09-30\n", "Planstatus | Entwurf\nMarkt-ID | M\n")
    plan = take(
        "[Zahlen]\nMessgröße | Ist Q1\nUmsatz | 5\n[Ziele]\nMessgröße | Ziel Q1\nUmsatz | 3",
        without,
    )
    assert (plan.fiscal_year, plan.figures) == (None, ())


# ---------------------------------------------------------------- goals


def test_goals_are_entries_and_figures():
    plan = take(
        """
        [Ziele]
        Zieldimension     | Messgröße | Zielsicht | Ziel Jahr | Ziel Q1
        Umsatz            | Umsatz    | gemeinsam | 4160      | 940
        Deckungsbeiträge  | DB-Quote  |           | 32        | 31 %
        Sortiment
        """
    )
    assert [goal["dimension"] for goal in plan.of("goals")] == ["revenue", "margin", "assortment"]
    assert figures(plan, perspective=Perspective.JOINT) == {
        ("revenue", "TARGET", "FY"): 4160,
        ("revenue", "TARGET", "Q1"): 940,
    }
    assert figures(plan) == {
        ("k_cm_pct", "TARGET", "FY"): 0.32,
        ("k_cm_pct", "TARGET", "Q1"): 0.31,
    }
    assert {figure.section for figure in plan.figures} == {"goals"}


def test_what_goals_and_figures_both_state_is_kept_once_and_the_figures_hold():
    plan = take(
        """
        [Ziele]
        Messgröße | Ziel Jahr | Ziel Q1
        Umsatz    | 4200      | 940
        [Zahlen]
        Messgröße | Ziel Q1 | Ziel Jahr
        Umsatz    | 950     | 4200
        """
    )
    assert figures(plan) == {("revenue", "TARGET", "Q1"): 950, ("revenue", "TARGET", "FY"): 4200}
    assert {figure.section for figure in plan.figures} == {"figures"}
    assert odd(plan) == [("stated-twice", "C2", "940")]
    assert plan.oddities[0].facts == {
        "field": (Named("measure", "revenue"), Scenario.TARGET, Q1),
        "new": Amount(940.0, "EUR"),
        "other": Place("drawn.xlsx", "Zahlen", "B2"),
        "used": Amount(950.0, "EUR"),
    }


def test_a_figure_stated_twice_prefers_the_one_with_a_number():
    plan = take("[Zahlen]\nMessgröße | Ist Q1\nUmsatz | k. A.\nUmsatz | 5\nUmsatz | 5")
    assert figures(plan) == {("revenue", "ACTUAL", "Q1"): 5}
    assert plan.oddities == ()


def test_an_unknown_metric_of_a_goal_is_kept_by_its_word():
    plan = take("[Ziele]\nMessgröße | Ziel Jahr\nUmsatzz | 5")
    assert figures(plan) == {("umsatzz", "TARGET", "FY"): 5}
    assert odd(plan) == [("unknown-measure", "A2", "Umsatzz")]


# ---------------------------------------------------------------- lists


def test_a_list_may_begin_anywhere_and_have_gaps():
    plan = take(
        """
        [Maßnahmen]

              | Maßnahmenplan
              | Bitte monatlich pflegen

              | Nr. | Maßnahme | Verantwortlich | Termin
              | 1   | Katalog  | Jana Vogt      | 2026-03-31
              | 2

              | 3   | Messe    | Ole Brandt     | Ende Juni
              | Nr. | Maßnahme | Verantwortlich | Termin
              | 4   | Schulung |                |

              | Legende: Termine sind verbindlich.
        """
    )
    assert [entry["title"] for entry in plan.of("measures")] == ["Katalog", "Messe", "Schulung"]
    assert [entry.place.cell for entry in plan.of("measures")] == ["B6", "B9", "B11"]
    assert [entry["due"] for entry in plan.of("measures")] == [
        date(2026, 3, 31),
        date(2026, 6, 30),
        None,
    ]
    assert odd(plan) == [
        ("date-converted", "E9", "Ende Juni"),
        ("unmapped-range", "B13", "Legende: Termine sind verbindlich."),
    ]


def test_a_prepared_table_without_entries_has_none():
    plan = take("[Maßnahmen]\nNr. | Maßnahme | Termin\n1\n2\n3\n[Ziele]\nZieldimension | Messgröße")
    assert list(plan.of("measures")) == []
    assert plan.sections == {"plan", "measures", "goals"}
    assert plan.oddities == ()


def test_a_row_of_formulas_that_count_nothing_is_prepared_not_a_record():
    plan = take(
        """
        [Maßnahmen]
        Nr. | Maßnahme | Budget | Ist-Kosten
        1   | Messe    | 5      | =B2 → 0
        2   |          |        | =B3 → 0
        3   |          |        | =B4 → 7
        """
    )
    assert [entry["actual_cost"] for entry in plan.of("measures")] == [0, 7]


def test_the_sum_below_a_list_is_a_check_not_a_record():
    plan = take(
        """
        [Maßnahmen]
        Maßnahme | Termin     | Budget | Ist-Kosten
        Katalog  | 2026-03-31 | 100    | 90
        Messe    | 2026-05-31 | 200    | 210
        Summe    |            | 300    | 400
        """
    )
    assert len(list(plan.of("measures"))) == 2
    assert odd(plan) == [("total-differs", "D4", "400")]
    assert plan.oddities[0].facts["sum"] == Amount(300.0, "EUR")


def test_a_number_in_a_heading_is_the_unit_of_its_column():
    plan = take("[Maßnahmen]\nMaßnahme | Budget (T€) | Ist-Kosten in EUR\nKatalog | 12 | 90")
    (entry,) = plan.of("measures")
    assert (entry["budget"], entry["actual_cost"]) == (12_000, 90)


def test_cells_beside_a_table_are_not_passed_over():
    plan = take("[Maßnahmen]\nMaßnahme | Termin | Farbe\nKatalog | 2026-03-31 | rot | eilig")
    assert odd(plan) == [("unknown-column", "C1", "Farbe"), ("unmapped-range", "D2", "eilig")]


def test_dates_that_excel_may_have_swapped_are_suspected_once_a_column():
    plan = take("[Maßnahmen]\nMaßnahme | Termin\nA | 2026-03-07\nB | 2026-09-01\nC | 07-14-2026")
    assert [entry["due"] for entry in plan.of("measures")][2] == date(2026, 7, 14)
    assert odd(plan)[0] == ("swapped-dates", "B2:B4", "")


def test_the_metric_of_a_row_tells_the_unit_of_its_target():
    plan = take(
        """
        [Zielvereinbarungen]
        Gespräch am | Vereinbarung | Messgröße | Zielwert
        2026-07-09  | mehr Marge   | DB-Quote  | 32
        2026-07-09  | mehr Umsatz  | Umsatz    | 990
        2026-07-09  | Anruf        |           | 5
        """,
        HEAD + "Betragseinheit | T€\n",
    )
    assert [entry["target_value"] for entry in plan.of("agreements")] == [0.32, 990_000, 5]


# ---------------------------------------------------------------- sheets


def test_several_sections_may_stand_below_each_other_on_one_sheet():
    plan = take(
        """
        [Alles]
        Ist-Situation
        Lagebeschreibung | Absatz wächst.

        SWOT
        SWOT-Art | Aussage
        Stärke   | Kurze Lieferzeit
        Maßnahmen
        Maßnahme | Termin
        Katalog  | 2026-03-31

        Zahlen
        Messgröße | Ist Q1
        Umsatz    | 5
        """
    )
    assert plan.one("situation")["summary"] == "Absatz wächst."
    assert plan.one("swot")["text"] == "Kurze Lieferzeit"
    assert plan.one("measures")["title"] == "Katalog"
    assert figures(plan) == {("revenue", "ACTUAL", "Q1"): 5}
    assert plan.oddities == ()


def test_a_word_that_is_a_section_and_a_choice_is_a_heading_only_if_its_table_follows():
    plan = take(
        """
        [Ziele]
        Zieldimension | Messgröße | Ziel Jahr
        Sortiment
        Preise        | Umsatz    | 5
        Sortiment
        Warengruppe   | Artikel   | Listungsstatus
        Werkzeug      | Zange     | gelistet
        """
    )
    assert [goal["dimension"] for goal in plan.of("goals")] == ["assortment", "price"]
    assert plan.one("assortment")["sku"] == "Zange"


def test_a_table_of_another_section_than_announced_is_told_by_its_header():
    plan = take(
        """
        [Zahlen]
        Zieldimension | Zielformulierung | Messgröße | Zielsicht | Ziel Jahr | Ziel Q1 | Gewicht
        Umsatz        | wachsen          | Umsatz    | eigene    | 4200      | 950     | 10 %

        Messgröße | Ist Q1
        Umsatz    | 931
        """
    )
    assert plan.one("goals")["goal_text"] == "wachsen"
    assert figures(plan)["revenue", "ACTUAL", "Q1"] == 931


def test_a_unit_in_the_heading_of_a_figure_is_no_variance():
    plan = take(
        "[Zahlen]\nMessgröße | Ziel Q1 (%) | Ist Q1 (T€) | Ist Q1 %-Abw.\nDB-Quote | 32\nUmsatz | | 5 | 7"
    )
    assert figures(plan) == {("k_cm_pct", "TARGET", "Q1"): 0.32, ("revenue", "ACTUAL", "Q1"): 5000}


def test_a_sheet_of_another_name_is_known_by_its_headings():
    plan = take(
        "[Tabelle1]\nMaßnahme | Verantwortlich | Termin | Status\nKatalog | Jana | 2026-03-31 | offen"
    )
    assert plan.one("measures")["title"] == "Katalog"


def test_a_form_on_a_sheet_of_another_name_is_known_by_its_labels():
    plan = take(
        "", HEAD.replace("[Plankopf]\nPlankopf\n", "[Tabelle1]\nUnser Kunde und sein Jahr\n")
    )
    assert plan.subject == Subject("K-1", "Meier AG", Role.ACCOUNT)
    assert plan.oddities == ()


def test_a_sheet_that_belongs_to_nothing_is_named():
    plan = take("[Notizen]\nAnruf bei Frau Seidel | 5\nam Montag")
    assert plan.oddities == (
        Oddity("unmapped-sheet", Place("drawn.xlsx", "Notizen"), "Notizen", {"count": 3}),
    )


def test_hidden_sheets_are_read_if_they_are_known_and_named_in_any_case():
    plan = take(
        "[Maßnahmen] hidden\nMaßnahme | Termin\nKatalog | 2026-03-31\n[Daten1] veryHidden\nx"
    )
    assert plan.one("measures")["title"] == "Katalog"
    assert [(each.kind, each.raw, each.facts["read"]) for each in plan.oddities] == [
        ("hidden-sheet", "Maßnahmen", True),
        ("hidden-sheet", "Daten1", False),
    ]


def test_hidden_rows_and_columns_count_and_are_named():
    plan = take(
        "[Zahlen]\n!hidden rows 3\n!hidden columns C\nMessgröße | Ist Q1 | Ist Q2\nUmsatz | 1 | 2\nAbsatz | 3 | 4"
    )
    assert len(plan.figures) == 4
    assert [(each.kind, each.raw, each.place.cell) for each in plan.oddities] == [
        ("hidden-rows", "3", "B3:C3"),
        ("hidden-columns", "C", "C2:C3"),
    ]


def test_what_lies_below_a_merged_cell_is_named_and_not_read():
    plan = take("[Zahlen]\n!merge B2:C2\nMessgröße | Ist Q1 | Ist Q2\nUmsatz | 1 | 2")
    assert figures(plan) == {("revenue", "ACTUAL", "Q1"): 1}
    assert odd(plan) == [("merged-over", "C2", "2")]
    plan = take("!merge A2:C2\nStellvertretung | Ole", HEAD)
    assert odd(plan) == [("merged-over", "B2", "K-1")]


def test_a_question_mark_becomes_an_open_question_of_its_own():
    plan = take(
        """
        [Kundenprofil]
        Branche | ?
        [Zahlen]
        Messgröße | Ist Q1 | Ist Q2
        Umsatz    | ?? Mio | "300?"
        [Offene Fragen]
        Offene Frage | bis
        Wer entscheidet? | 2026-11-15
        """
    )
    assert [entry["text"] for entry in plan.of("question")] == [
        "Branche: ?",
        "Umsatz – Ist Q1: ?? Mio",
        "Umsatz – Ist Q2: 300?",
        "Wer entscheidet?",
    ]
    assert [each.kind for each in plan.oddities] == [
        "open-question",
        "open-question",
        "estimated",
        "open-question",
    ]
    assert figures(plan)["revenue", "ACTUAL", "Q1"] is None


def test_sheets_of_contents_and_choices_belong_to_the_form():
    assert take("[Inhalt]\nZiele | 1\n[Auswahl] hidden\nEUR").oddities == ()


# ---------------------------------------------------------------- languages

ENGLISH = """
[Plan header]
Account ID    | K-1
Key account   | Meier AG
Fiscal year   | 2026
Currency      | EUR
As-of date    | 2026-09-30
"""


def test_an_english_plan_is_read_by_its_english_words():
    plan = take(
        """
        [Figures]
        Metric  | Perspective | PY Q1 | Target Q1 | Actual Q1 | Forecast year
        Revenue | own         | 900   | 950       | "1.234"   | 4210
        """,
        ENGLISH,
    )
    assert plan.language == "en"
    assert figures(plan)["revenue", "ACTUAL", "Q1"] == 1.234
    assert figures(plan)["revenue", "FORECAST", "FY"] == 4210
    assert odd(plan) == [("ambiguous", "E2", "1.234")]


def test_a_german_plan_reads_the_same_text_in_german():
    plan = take('[Zahlen]\nMessgröße | Ist Q1\nUmsatz | "1.234"')
    assert figures(plan)["revenue", "ACTUAL", "Q1"] == 1234


# ---------------------------------------------------------------- recognising


def test_plans_and_scorecards_are_told_apart_and_other_books_are_neither():
    assert recognise(PLAN, VOCABULARY, LAYOUTS).name == "kam-plan"
    assert recognise(SCORECARD, VOCABULARY, LAYOUTS).name == "kam-scorecard"
    assert recognise(book(ENGLISH), VOCABULARY).name == "kam-plan"
    other = "[Tabelle1]\nDatum | Betrag\n2026-01-01 | 5\n[Tabelle2]\nName | Firma\nMeier | AG"
    assert recognise(book(other), VOCABULARY, LAYOUTS) is None
    assert recognise(Book("empty.xlsx", ()), VOCABULARY, LAYOUTS) is None


def test_the_complete_plan_is_read_without_anything_odd():
    plan = take_plan(PLAN, LAYOUTS[0], VOCABULARY)
    assert plan.oddities == ()
    assert len(plan.figures) == 362
    assert len(plan.sections) == 21
    assert figures(plan)["k_price", "TARGET", "Q1"] == 102.15


def test_the_complete_scorecard_is_read_without_anything_odd():
    plan = take_plan(SCORECARD, LAYOUTS[1], VOCABULARY)
    assert plan.subject.role is Role.PARTNER
    assert plan.oddities == ()
    assert figures(plan)["submitted", "ACTUAL", "Q1"] == 92
    assert [entry["anchor_100"] for entry in plan.of("scorecard")][:2] == [1, 0.65]


def test_a_family_s_own_words_are_a_layout(tmp_path):
    (tmp_path / "werkzeug.toml").write_text(
        """
        document = "plan"
        least = { labels = 2, sections = 1 }
        [sections]
        plan = ["Deckblatt*"]
        figures = ["Umsatzblatt ??"]
        [fields]
        "plan.account_id" = ["Debitorenkonto"]
        "plan.account_name" = ["Abnehmer"]
        [measures]
        revenue = ["Fakturawert"]
        """,
        encoding="utf-8",
    )
    known = load_layouts([tmp_path, tmp_path / "none"])
    drawn = book(
        "[Deckblatt Nord]\nDebitorenkonto | 77\nAbnehmer | Meier\nGeschäftsjahr | 2026\n"
        "[Umsatzblatt 26]\nWas | Ist Q1\nFakturawert | 5"
    )
    layout = recognise(drawn, VOCABULARY, known)
    assert [each.name for each in known] == ["kam-plan", "kam-scorecard", "werkzeug"]
    assert layout.name == "werkzeug"
    plan = take_plan(drawn, layout, VOCABULARY)
    assert plan.subject == Subject("77", "Meier", Role.ACCOUNT)
    assert figures(plan) == {("revenue", "ACTUAL", "Q1"): 5}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("document = ", "own.toml"),
        ('document = "book"', "document"),
        ('document = "plan"\nsection = {}', "sections"),
        ('document = "plan"\nignore = "x"', "ignore"),
        ('document = "plan"\nsections = 3', "sections"),
        ('document = "plan"\nleast = {labels = "x"}', "least"),
        ('document = "plan"\nlanguage = "fr"', "language"),
        ('document = "plan"\nblock = 3', "[[block]]"),
        ('document = "plan"\n[[block]]\nfills = "figures"\nheadings = "x"', "headings"),
        ('document = "plan"\n[[block]]\nkind = "grid"', "fills"),
        ('document = "plan"\n[[block]]\nfills = "figures"\nkind = "chart"', "form, list, grid"),
        ('document = "plan"\n[[block]]\nfills = "figures"\nheader = 3', "header"),
        ('document = "plan"\n[[block]]\nfills = "figures"\ncells = "5B"', "B5:F20"),
        ('document = "plan"\n[[block]]\nfills = "figures"\nperiod = "Q5"', "period"),
        ('document = "plan"\n[[block]]\nfills = "figures"\neach = 1', "each"),
        ('document = "plan"\n[[block]]\nfills = "figures"\nyear = true', "year"),
        ('document = "plan"\n[[block]]\nfills = "figures"\nwords = ["x"]', "words"),
        ('document = "plan"\nheader = 3', "header"),
        ('document = "plan"\n[header]\ncurrency = { fle = "x" }', "header.currency"),
        ('document = "plan"\n[header]\ncurrency = { file = "x" }', "{}"),
    ],
)
def test_a_broken_layout_says_what_is_wrong_with_it(tmp_path, text, says):
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Problem) as problem:
        load_layouts([tmp_path])
    assert says in problem.value.say("de")
    assert "own.toml" in problem.value.say("en")


FIGURES = '[[block]]\nfills = "figures"\n'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[sections]\nfigurs = ["x"]', 3, "figures"),
        ('[fields]\n"plan.acount_id" = ["x"]', 3, "account_id"),
        ('[fields]\n"pln.account_id" = ["x"]', 3, "plan"),
        ('[measures]\nrevenu = ["x"]', 3, "revenue"),
        ('without = ["portfolo"]', 2, "portfolio"),
        ('without = ["profile.markt_volume"]', 2, "market_volume"),
        ('[header]\ncurency = "EUR"', 3, "currency"),
        ('[[block]]\nfills = "figurs"', 3, "figures"),
        (FIGURES + "\n" + FIGURES + 'kind = "list"', 7, "grid, long"),
        (FIGURES + 'measure = "revenu"', 4, "revenue"),
        (FIGURES + 'words = { "Fakturawert" = "revenu" }', 4, "revenue"),
        (FIGURES + 'words = { "T1" = "Q9" }', 4, "Q9"),
        (FIGURES + 'sheet = "x"  # [a]\nrows = "region"\nunit = 3', 6, "unit"),
        ('[[block]]\nfills = "contacts"\nkind = "list"\nwords = { "x" = "nam" }', 5, "name"),
        ('[applications]\nyes = ["ja"]\nlate = { days = -1 }', 4, "days"),
        ('[applications.statuses.signed]\ncounts = ["sined"]', 2, "signed"),
    ],
)
def test_a_slip_in_a_layout_is_named_with_its_line(tmp_path, text, line, says):
    (tmp_path / "own.toml").write_text(f'document = "plan"\n{text}\n', encoding="utf-8")
    with pytest.raises(Problem) as problem:
        load_layouts([tmp_path], VOCABULARY)
    for language in ("de", "en"):
        assert f"own.toml:{line}:" in problem.value.say(language)
        assert says in problem.value.say(language)


def test_the_words_of_a_layout_may_stand_for_all_that_a_table_of_figures_names(tmp_path):
    words = "Fakturawert = 'revenue', Soll = 'TARGET', T1 = 'Q1', Kd = 'metric', Rest = 'skip'"
    text = f'document = "plan"\n{FIGURES}words = {{ {words} }}\n'
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    assert load_layouts([tmp_path], VOCABULARY)[-1].blocks[0].words["T1"] == "Q1"


def test_what_a_form_does_not_have_is_not_missed(tmp_path):
    drawn = book("[Plankopf]\nKundennummer | 77\nKey Account | Meier\nGeschäftsjahr | 2026\n"
                 "[Ansprechpartner]\nName | Funktion\nKarin Seidel | Einkauf")  # fmt: skip
    missed = {}
    for without in ([], ["goals", "contacts.bc_role", "plan.market_id"]):
        text = f'document = "plan"\nleast = {{ labels = 2 }}\nwithout = {without}\n'
        (tmp_path / "own.toml").write_text(text, encoding="utf-8")
        own = load_layouts([tmp_path], VOCABULARY)[-1]
        plan = take_plan(drawn, own, VOCABULARY)
        found = run_checks([plan], vocabulary=VOCABULARY)
        missed[bool(without)] = {
            (each.code, str(fact.key))
            for each in found
            for fact in each.facts.values()
            if each.code in ("V004", "V009", "V010") and isinstance(fact, Named)
        }
    gone = {("V004", "goals"), ("V009", "contacts.bc_role"), ("V010", "plan.market_id")}
    assert missed[False] - missed[True] >= gone
    assert not missed[True] & gone
    assert missed[True] < missed[False]


# ---------------------------------------------------------------- whatever happens to a sheet


def told(plan):
    """What a plan says, without where: its figures, its entries, how much is odd."""
    numbers = {
        (f.measure, f.scenario, f.period, f.perspective, f.breakdown): f.value for f in plan.figures
    }
    entries = sorted(
        (entry.section, sorted((key, str(value.value)) for key, value in entry.values.items()))
        for entry in plan.entries
    )
    return numbers, entries, len(plan.oddities)


def moved(sheet, rows, columns):
    cells = {(row + rows, column + columns): cell for (row, column), cell in sheet.cells.items()}
    return replace(sheet, cells=cells)


def pushed(sheet, at):
    cells = {(row + (row >= at), column): cell for (row, column), cell in sheet.cells.items()}
    return replace(sheet, cells=cells)


_changes = st.fixed_dictionaries(
    {
        "rows": st.integers(0, 9),
        "columns": st.integers(0, 5),
        "at": st.integers(2, 30),
        "name": st.none() | st.sampled_from(["Tabelle", "Blatt", "x"]),
    }
)


@pytest.mark.parametrize("drawn", [PLAN, SCORECARD], ids=["plan", "scorecard"])
@given(st.lists(_changes, min_size=25, max_size=25))
@settings(max_examples=12, deadline=None)
def test_a_plan_moved_renamed_and_with_blank_rows_says_the_same(drawn, changes):
    sheets = [
        replace(
            pushed(moved(sheet, change["rows"], change["columns"]), change["at"]),
            name=f"{change['name']}{number}" if change["name"] else sheet.name,
        )
        for number, (sheet, change) in enumerate(zip(drawn.sheets, changes, strict=False))
    ]
    changed = replace(drawn, sheets=tuple(sheets))
    layout = recognise(drawn, VOCABULARY, LAYOUTS)
    assert recognise(changed, VOCABULARY, LAYOUTS) == layout
    assert told(take_plan(changed, layout, VOCABULARY)) == told(
        take_plan(drawn, layout, VOCABULARY)
    )


def with_cell(drawn, number, place, cell):
    """The book with one cell of a sheet put there, or taken away."""
    sheet = drawn.sheets[number]
    cells = {at: each for at, each in sheet.cells.items() if at != place}
    changed = replace(sheet, cells=cells if cell is None else {**cells, place: cell})
    return replace(drawn, sheets=(*drawn.sheets[:number], changed, *drawn.sheets[number + 1 :]))


def covers(area, place):
    """Whether an A1 range covers a place; a sheet without a range is all of it."""
    if not area:
        return True
    first, _, last = area.partition(":")
    (top, left), (bottom, right) = _position(first), _position(last or first)
    return top <= place[0] <= bottom and left <= place[1] <= right


@given(st.integers(0, 40), st.tuples(st.integers(1, 30), st.integers(1, 26)))
@settings(max_examples=35, deadline=None)
def test_a_number_put_anywhere_is_in_the_plan_or_is_said(number, place):
    number %= len(PLAN.sheets)
    sheet = PLAN.sheets[number]
    numbered = sheet.cells.get((2, place[1]), Cell("")).value == "Nr."
    assume(place not in sheet.cells and not numbered)
    plan = take_plan(with_cell(PLAN, number, place, Cell(123456.5)), LAYOUTS[0], VOCABULARY)
    values = [value for entry in plan.entries for value in entry.values.values()]
    read = [each.place for each in (*plan.figures, *values)]
    assert (
        Place("drawn.xlsx", sheet.name, address(*place)) in read
        or any(figure.breakdown == "123456.5" for figure in plan.figures)
        or any(
            odd.place.sheet == sheet.name and covers(odd.place.cell, place) for odd in plan.oddities
        )
        or any(odd.kind == "unknown-column" for odd in plan.oddities)
    )


_NUMBERS = [
    (number, place)
    for number, sheet in enumerate(PLAN.sheets)
    for place, cell in sheet.cells.items()
    if isinstance(cell.value, float | int)
]


@pytest.mark.deep
@given(st.sampled_from(_NUMBERS), _any_cell)
@settings(max_examples=35, deadline=None)
def test_what_happens_to_a_number_changes_no_other(where, cell):
    number, place = where
    assume(PLAN.sheets[number].name != "Plankopf")
    before = {
        figure.place: figure.value for figure in take_plan(PLAN, LAYOUTS[0], VOCABULARY).figures
    }
    there = Place("drawn.xlsx", PLAN.sheets[number].name, address(*place))
    for changed in (None, cell):
        plan = take_plan(with_cell(PLAN, number, place, changed), LAYOUTS[0], VOCABULARY)
        after = {figure.place: figure.value for figure in plan.figures}
        assert {at: after[at] for at in after if before.get(at, after[at]) != after[at]}.keys() <= {
            there
        }


_wild = st.dictionaries(st.tuples(st.integers(1, 12), st.integers(1, 8)), _any_cell, max_size=25)
_words = st.sampled_from(
    sorted(
        {
            word
            for section in VOCABULARY.sections("plan")[:8]
            for words in (section.words, *(field.words for field in section.fields.values()))
            for word in words["de"][:2]
        }
        | {"Ist Q1", "Ziel Jahr", "Umsatz", "DB-Quote", "Summe", "?", "2026", "T€", "Sortiment"}
    )
)


@given(
    st.lists(_wild, max_size=3),
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 8), _words), max_size=30),
)
@settings(max_examples=100, deadline=None)
def test_every_book_gives_a_plan(wild, words):
    sheets = [Sheet(f"Blatt{number}", cells) for number, cells in enumerate(wild)]
    sheets.append(book("[Zahlen]\n").sheets[0])
    worded = {}
    for row, column, word in words:
        worded[row, column] = book(f'[x]\n"{word}"').sheets[0].cells[1, 1]
    sheets.append(Sheet("Ziele", worded))
    sheets.append(Sheet("Plankopf", {**worded, **(wild[0] if wild else {})}))
    for layout in LAYOUTS:
        plan = take_plan(Book("wild.xlsx", tuple(sheets)), layout, VOCABULARY)
        kinds = {each.kind for each in plan.oddities}
        assert kinds <= {*values.KINDS, *layouts.KINDS}


def test_a_layout_travels_to_the_worker_processes():
    import pickle

    assert pickle.loads(pickle.dumps(LAYOUTS)) == LAYOUTS
    assert isinstance(LAYOUTS[0], Layout)
