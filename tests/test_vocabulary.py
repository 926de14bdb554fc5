"""Every word means one thing in its place, and finds it."""

import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import kam_reports
from kam_reports.model import Clearance, Named, Period, Perspective, Problem, Scenario
from kam_reports.vocabulary import LANGUAGES, Vocabulary, nearest, normalise
from kam_reports.vocabulary.structure import parse_structure
from kam_reports.workspace import OwnMeasure

V = Vocabulary.default()
FIELDS = [field for section in V.sections() for field in section.fields.values()]
SHIPPED = {
    name: Path(kam_reports.__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")
    for name in ("plan", "scorecard", "measures")
}


# ---------------------------------------------------------------- the structure


def test_a_plan_has_16_sections_and_a_scorecard_11():
    for document, count in (("plan", 16), ("scorecard", 11)):
        wholes = [section for section in V.sections(document) if not section.part_of]
        assert [section.number for section in wholes] == list(range(1, count + 1))


def test_a_part_has_the_number_of_its_whole():
    parts = {s.key: (s.part_of, s.number) for s in V.sections() if s.part_of}
    assert parts == {
        "swot": ("situation", 5),
        "competitor": ("situation", 5),
        "question": ("situation", 5),
        "activity": ("pipeline", 12),
        "potential": ("portfolio", 14),
    }


def test_only_the_sections_of_v004_are_expected():
    expected = {section.key for section in V.sections() if section.expected}
    assert expected == {
        "contacts", "interfaces", "goals", "measures", "figures", "portfolio", "satisfaction",
    }  # fmt: skip


def listed(text):
    lines = (line.partition(":") for line in text.strip().splitlines())
    return {f"{section.strip()}.{key}" for section, _, keys in lines for key in keys.split()}


CUSTOMER = """
plan: account_id account_name fiscal_year currency amount_scale as_of kam
profile: industry group_parent sites employees contract_from contract_to market_volume
profile: market_growth market_position market_trends marketing_goals marketing_mix
profile: logistics_concept logistics_service_target logistics_lead_time logistics_edi
profile: development_focus development_projects process_optimisation
contacts: name function department our_contact
goals: dimension goal_text metric perspective
assortment: product_group sku listing listed_from delisted_on
promotions: title promo_type start end status
measures: measure_id title dimension owner start due done_on status progress
relationship: type planned_on done_on
satisfaction: survey_period instrument value responses complaints complaint_days
satisfaction: on_time_delivery
agreements: meeting_on meeting_type agreement metric target_value due owner_side owner status
agreements: next_meeting_on
"""
CONFIDENTIAL = """
plan: plan_budget
profile: credit_rating
contacts: bc_role influence attitude
competitor: name share strength weakness price_index threat
conditions: cond_type scope basis value unit previous_value valid_from valid_to
conditions: negotiation_status counter_performance walk_away
promotions: cost
measures: budget actual_cost
pipeline: offer_value expected_cm
relationship: cost
portfolio: criterion axis weight score
potential: potential_revenue potential_cm own_share strongest_competitor_share override_class
potential: override_reason
events: cost
"""
REQUIRED_IN_A_PLAN = """
plan: account_id account_name fiscal_year currency as_of kam plan_status
contacts: name bc_role
interfaces: interface person
swot: type text
competitor: name
figures: metric scenario period value unit source
goals: dimension metric perspective target_fy
assortment: product_group listing
conditions: cond_type basis value unit valid_from negotiation_status
promotions: title promo_type start end status
measures: title dimension owner due status
pipeline: prospect stage
relationship: type planned_on
portfolio: criterion axis weight score
satisfaction: survey_period instrument value
agreements: meeting_on meeting_type agreement due owner_side status
"""


@pytest.mark.parametrize(
    "clearance, fields",
    [(Clearance.CUSTOMER, CUSTOMER), (Clearance.CONFIDENTIAL, CONFIDENTIAL)],
)
def test_a_field_changes_its_audience_only_on_purpose(clearance, fields):
    assert {field.name for field in FIELDS if field.clearance is clearance} == listed(fields)


def test_nothing_of_a_plan_is_for_partners_and_nothing_of_a_scorecard_for_customers():
    documents = {
        field.clearance: {V.section(f.section).document for f in FIELDS if f.clearance is which}
        for field in FIELDS
        for which in (field.clearance,)
    }
    assert documents[Clearance.PARTNER] == {"scorecard"}
    assert documents[Clearance.CUSTOMER] == {"plan"}


def test_a_plan_requires_what_the_design_requires():
    required = {
        f.name for s in V.sections("plan") for f in s.fields.values() if f.required == "yes"
    }
    assert required == listed(REQUIRED_IN_A_PLAN)


@pytest.mark.parametrize(
    "name, kind, required, clearance",
    [
        ("plan.as_of", "date", "yes", "C"),
        ("plan.approved_on", "date", "no", "I"),
        ("contacts.bc_role", "enum", "yes", "X"),
        ("interfaces.deputy", "person", "no", "I"),
        ("goals.target_q3", "number", "expected", "I"),
        ("goals.metric", "metric", "yes", "C"),
        ("agreements.metric", "metric", "no", "C"),
        ("measures.show_customer", "bool", "no", "I"),
        ("potential.own_share", "pct", "expected", "X"),
        ("applications.complete_first", "int", "expected", "P"),
        ("applications.volume_signed", "money", "yes", "P"),
        ("applications.complaints", "int", "no", "I"),
        ("talks.target_metric", "metric", "yes", "P"),
        ("scorecard.kpi", "metric", "yes", "P"),
        ("events.cost", "money", "no", "X"),
    ],
)
def test_a_field_knows_its_type_its_need_and_its_audience(name, kind, required, clearance):
    field = V.field(name)
    assert (field.type, field.required, field.clearance) == (kind, required, Clearance(clearance))


def test_a_field_without_an_audience_is_internal():
    changed = SHIPPED["plan"].replace('audience = "C"', "", 1)
    assert changed != SHIPPED["plan"]
    assert structure(plan=changed).sections["plan"].fields["account_id"].clearance is (
        Clearance.INTERNAL
    )


def test_every_reference_points_to_something():
    for field in FIELDS:
        assert (field.type == "ref") == bool(field.refers_to), field.name
        assert (field.type == "enum") <= bool(field.options), field.name
        if field.options and field.default is not None:
            assert field.option(field.default), field.name
        if field.low is not None and field.high is not None:
            assert field.low < field.high, field.name


def test_a_field_may_borrow_the_options_of_another():
    assert V.field("measures.dimension").options == V.field("goals.dimension").options
    assert V.field("goals.perspective").options == V.field("figures.perspective").options
    assert V.field("talks.owner_side").options == V.field("agreements.owner_side").options


def test_an_option_carries_what_the_rules_know_of_it():
    stages = V.field("pipeline.stage").options
    steps = [option.facts["step"] for option in stages if "step" in option.facts]
    assert steps == list(range(1, 11))
    chances = [option.facts["probability"] for option in stages]
    assert chances == [0.05, 0.05, 0.10, 0.15, 0.25, 0.40, 0.60, 1, 1, 1, 0, 0]


def test_the_criteria_of_an_axis_weigh_100_percent():
    for axis in ("attractiveness", "position"):
        weights = [
            option.facts["weight"]
            for option in V.field("portfolio.criterion").options
            if option.facts["axis"] == axis
        ]
        assert sum(weights) == pytest.approx(1)


def test_a_goal_needs_the_eleven_dimensions_and_may_have_three_more():
    assert [option.words["de"][0] for option in V.field("goals.dimension").options] == [
        "Absatz", "Umsatz", "Distribution", "Marktanteile", "Deckungsbeiträge", "Preise",
        "Sortiment", "Aktionen", "Kundenzahl", "Auftragsstruktur", "Umschlagsgeschwindigkeit",
        "Kundenzufriedenheit", "Beziehung", "Neukunden",
    ]  # fmt: skip


def test_the_rows_of_a_scorecards_grid_are_its_measures():
    fields = V.section("applications").fields
    for measure in V.measures_of("scorecard"):
        assert fields[measure.key].words == measure.words


def test_a_part_is_counted_like_its_whole():
    for measure in V.measures.values():
        if measure.part_of:
            whole = V.measures[measure.part_of]
            assert (measure.unit, measure.document) == (whole.unit, whole.document)


def test_accounts_of_one_market_count_it_once_and_states_are_never_added_up():
    rules = {key: (m.over_time, m.over_accounts) for key, m in V.measures.items()}
    assert rules["market_volume"] == ("sum", "distinct market_id")
    assert rules["stock_avg"] == ("mean", "sum")
    assert rules["decision_days_median"] == ("none", "none")
    states = {key for key, (over_time, _) in rules.items() if over_time == "last"}
    assert states >= {
        "outlets_total", "outlets_listed", "skus_relevant", "skus_listed", "customers", "pending",
        "advisers", "active_advisers",
    }  # fmt: skip


# ---------------------------------------------------------------- the words


def test_everything_is_called_something_in_every_language():
    named = [*V.sections(), *FIELDS, *V.measures.values(), *(o for f in FIELDS for o in f.options)]
    for thing in named:
        for language in LANGUAGES:
            assert thing.words[language], thing.key
            assert all(normalise(word) for word in thing.words[language]), thing.key


def test_a_help_text_is_there_in_every_language_or_in_none():
    for thing in [*V.sections(), *FIELDS, *V.measures.values()]:
        assert set(thing.help) in (set(), set(LANGUAGES)), thing.key
    assert all(section.help for section in V.sections())


def test_no_word_means_two_things_in_the_same_place():
    assert V.ambiguities() == []


OWN_NET_REVENUE = """
[x]
de = ["Netto-Umsatz"]
en = ["x"]
unit = "EUR"
better = "up"
over_time = "sum"
over_accounts = "sum"
"""


@pytest.mark.parametrize(
    "document, extra, clash",
    [
        ("plan", '[measures.fields.x]\nde = ["bis wann"]\nen = ["x"]\ntype = "text"', "bis wann"),
        ("plan", '[x]\nde = ["ZIELE"]\nen = ["x"]\nrecords = "many"', "ZIELE"),
        ("plan", '[swot.fields.type.options.x]\nde = ["CHANCE!"]\nen = ["x"]', "CHANCE!"),
        ("measures", OWN_NET_REVENUE, "Netto-Umsatz"),
    ],
)
def test_a_word_for_two_things_in_the_same_place_is_noticed(document, extra, clash):
    made = structure(**{document: f"{SHIPPED[document]}\n{extra}\n"})
    found = Vocabulary(made.sections, made.measures, made.skipped).ambiguities()
    assert len(found) == 1
    assert clash in found[0]


def test_every_word_finds_what_it_stands_for():
    for section in V.sections():
        for language in LANGUAGES:
            for word in section.words[language]:
                assert V.find_section(word) == section.key
                assert V.find_section(word.upper(), section.document) == section.key
            for field in section.fields.values():
                for word in field.words[language]:
                    assert V.find_field(section.key, word) == field.key, word
                for option in field.options:
                    for word in option.words[language]:
                        assert V.find_option(field.name, word) == option.key, (field.name, word)


def test_a_key_stands_for_itself():
    assert V.find_field("measures", "done_on") == "done_on"
    assert V.find_option("contacts.bc_role", "decider") == "decider"
    assert V.find_measure("revenue_gross") == "revenue_gross"


def test_the_name_of_a_section_fits_on_a_sheets_tab():
    for section in V.sections():
        for language in LANGUAGES:
            name = V.word(Named("section", section.key), language)
            assert len(name) <= 31
            assert not set(name) & set(r"[]:*?/\'")


CATALOGUE = {
    "units": ("Absatz", "Stückzahl", "Absatz (Stk.)", "Units sold"),
    "revenue_gross": ("Bruttoumsatz (zu Listenpreisen)", "Listenwert", "Gross revenue at list price"),
    "revenue": ("Umsatz (netto)", "Umsatz", "Nettoumsatz", "UMSATZ in T€", "Net sales", "Turnover"),
    "cm": ("Deckungsbeitrag", "DB", "DB II", "Contribution margin", "CM (T€)"),
    "cogs": ("Wareneinsatz (unsere Kosten)", "Cost of goods (ours)", "COGS"),
    "sellout_cost": ("Abverkauf des Kunden zu Einstand", "Customer's sell-out at cost"),
    "market_volume": ("Marktvolumen", "Market volume", "Marktvolumen [Mio. €]"),
    "purchase_volume": ("Einkaufsvolumen des Kunden (Warengruppe)", "Customer's category spend"),
    "outlets_total": ("Geschäfte mit Warengruppe", "Outlets with category"),
    "outlets_listed": ("davon führend", "Outlets carrying us"),
    "cat_rev_total": ("Warengruppenumsatz aller Geschäfte", "Category revenue of all outlets"),
    "cat_rev_listed": ("Warengruppenumsatz der führenden Geschäfte", "Category revenue listed"),
    "skus_relevant": ("Relevante Artikel", "Relevant SKUs"),
    "skus_listed": ("gelistete Artikel", "Listed SKUs"),
    "promos": ("Aktionen", "Promotions"),
    "promo_revenue": ("Aktionsumsatz", "Promo revenue"),
    "promo_cost": ("Aktionskosten", "Promotion cost"),
    "customers": ("Kundenzahl (aktive Abnahmestellen)", "Active customers"),
    "customers_new": ("Gewonnene Kunden", "Customers won"),
    "customers_lost": ("verlorene Kunden", "Customers lost"),
    "orders": ("Aufträge", "Orders"),
    "order_lines": ("Positionen", "Lines"),
    "small_orders": ("Kleinaufträge", "Small orders"),
    "stock_avg": ("Ø Lagerbestand beim Kunden (zu Einstand)", "Ø Lagerbestand", "Average stock at cost"),
    "submitted": ("Eingereicht", "eingereichte Anträge", "Submitted"),
    "complete_first": ("Bei Einreichung vollständig", "Complete at first submission"),
    "queried": ("Mit Rückfrage", "With queries"),
    "auto_rejected": ("Automatisch abgelehnt", "Auto-rejected"),
    "rejected": ("abgelehnt", "Rejected"),
    "approved": ("Genehmigt", "Approved"),
    "withdrawn": ("Zurückgezogen / nicht angenommen", "Withdrawn"),
    "pending": ("Offen / zurückgestellt", "Pending"),
    "signed": ("Abgeschlossen", "Signed"),
    "disbursed": ("ausgezahlt", "disbursed"),
    "cancelled": ("Storniert / widerrufen", "Cancelled / revoked"),
    "volume_submitted": ("Volumen eingereicht", "Volume submitted"),
    "volume_signed": ("Abgeschlossenes Volumen", "Volume signed"),
    "volume_cancelled": ("Volumen storniert", "Volume cancelled"),
    "decision_days_sum": ("Bearbeitungstage Summe", "Processing days sum"),
    "decision_days_median": ("Bearbeitungstage Median", "Processing days median"),
    "within_sla": ("Innerhalb Servicezeit", "Within SLA"),
    "complaints": ("Beschwerden", "Complaints"),
    "advisers": ("Berater gesamt", "Advisers"),
    "active_advisers": ("Berater aktiv", "Active advisers"),
}  # fmt: skip


@pytest.mark.parametrize("measure", CATALOGUE)
def test_a_measure_is_found_under_the_words_of_the_catalogue(measure):
    for word in CATALOGUE[measure]:
        assert V.find_measure(word) == measure, word
        assert V.find_metric(word) == measure, word


def test_a_measure_of_a_scorecard_is_none_of_a_plan():
    assert V.find_measure("Storniert", "scorecard") == "cancelled"
    assert V.find_measure("Storniert", "plan") is None


def test_a_counted_measure_is_never_typed():
    changed = SHIPPED["measures"].replace("[orders]\n", "[orders]\ncounted = true\n")
    made = structure(measures=changed)
    vocabulary = Vocabulary(made.sections, made.measures, made.skipped)
    assert vocabulary.find_measure("Aufträge") is None
    assert vocabulary.word(Named("measure", "orders"), "de") == "Aufträge"


@pytest.mark.parametrize(
    "left, right",
    [
        ("Maßnahme", "MASSNAHME"),
        ("Fällig am", "faellig  am:"),
        ("Kunden-Nr.", "kundennr"),
        ("Fa\u0308llig\u00a0am", "Fällig am"),
        ("Ø Lagerbestand", "Lagerbestand"),
        ("Rückvergütung", "Rueckverguetung"),
        ("T€", "TEUR"),
        ("café", "CAFE"),
    ],
)
def test_case_umlauts_spaces_and_punctuation_make_no_difference(left, right):
    assert normalise(left) == normalise(right)


@pytest.mark.parametrize("left, right", [("+", "-"), ("2", "-2"), ("Ziel", "Ziele"), ("%", "€")])
def test_what_differs_otherwise_is_another_word(left, right):
    assert normalise(left) != normalise(right)


@given(st.text(max_size=12))
@settings(max_examples=60)
@example("ß Ø ﬁ")
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    "text, section",
    [
        ("Maßnahmen 2026", "measures"),
        ("ZIELE", "goals"),
        ("7. Ziele", "goals"),
        ("Ziele Q3", "goals"),
        ("Anträge Q3 2026", "applications"),
        ("Ansprechpartner und Buying Cent", "contacts"),
        ("Gespräche und Zielvereinbarunge", "agreements"),
        ("Tabelle1", None),
        ("Ansprechpartner u", None),
    ],
)
def test_a_sheets_name_names_a_section(text, section):
    assert V.find_section(text) == section


def test_a_section_is_sought_in_one_document():
    assert V.find_section("Annahmekriterien", "scorecard") == "acceptance"
    assert V.find_section("Annahmekriterien", "plan") is None


@pytest.mark.parametrize(
    "section, text, field",
    [
        ("plan", "Kundennummer / Key-Account-Nr.", "account_id"),
        ("plan", "Kundennummer:", "account_id"),
        ("plan", "1.2 Währung", "currency"),
        ("plan", "Maßnahmenbudget gesamt (T€)", "plan_budget"),
        ("profile", "Umsatz des Kunden in Mio. €", "customer_revenue"),
        ("measures", "bis wann?", "due"),
        ("measures", "Fortschritt in %", "progress"),
        ("promotions", "Plan-Umsatz [T€]", "planned_revenue"),
        ("figures", "Warengruppe / Region", "product_group"),
        ("figures", "Region", "region"),
        ("applications", "Eingereicht", "submitted"),
        ("measures", "Lieblingsfarbe", None),
    ],
)
def test_a_label_is_understood_as_people_write_it(section, text, field):
    assert V.find_field(section, text) == field


@pytest.mark.parametrize(
    "field, text, option",
    [
        ("contacts.bc_role", "Informationsselektierer (Gatekeeper)", "gatekeeper"),
        ("contacts.attitude", "-2", "-2"),
        ("contacts.attitude", "Fan", "2"),
        ("pipeline.stage", "3: Angebot versandt", "offer_sent"),
        ("plan.amount_scale", "in T€", "1000"),
        ("plan.amount_scale", "€", "1"),
        ("conditions.unit", "%", "percent"),
        ("conditions.unit", "EUR / Stk.", "per_unit"),
        ("measures.status", "überfällig", None),
        ("interfaces.raci", "e", "accountable"),
    ],
)
def test_a_choice_is_understood_as_people_write_it(field, text, option):
    assert V.find_option(field, text) == option


@pytest.mark.parametrize(
    "named, de, en",
    [
        (Named("section", "measures"), "Maßnahmen", "Measures"),
        (Named("field", "measures.due"), "Termin", "Due date"),
        (Named("measure", "cm"), "Deckungsbeitrag", "Contribution margin"),
        (Named("option", "contacts.bc_role.decider"), "Entscheider", "Decider"),
        (Named("option", "measures.status.done"), "erledigt", "done"),
        (Named("scenario", "TARGET"), "Ziel", "Target"),
        (Named("perspective", "joint"), "gemeinsam", "joint"),
        (Named("period", "2026-Q3"), "Q3 2026", "Q3 2026"),
        (Named("period", "H1"), "1. Halbjahr", "H1"),
    ],
)
def test_a_key_has_a_printed_word(named, de, en):
    assert (V.word(named, "de"), V.word(named, "en")) == (de, en)


def test_a_language_without_words_falls_back():
    assert V.word(Named("section", "measures"), "fr") == "Measures"


def test_an_unknown_key_has_no_word():
    for named in (
        Named("field", "measures.x"),
        Named("phrase", "x"),
        Named("option", "swot.type.x"),
    ):
        with pytest.raises(KeyError):
            V.word(named, "de")


def test_a_hint_is_the_most_similar_candidate():
    assert nearest("Entscheidr", ["Einkäufer", "Entscheider", "Anwender"]) == "Entscheider"
    assert nearest("xyz", ["Einkäufer", "Entscheider"]) is None


# ---------------------------------------------------------------- metrics and own measures

KPI_WORDS = {
    "k_revenue": {"de": ("Umsatz",), "en": ("Revenue",)},
    "k_cm_pct": {"de": ("DB-Quote", "Marge in %"), "en": ("Margin %",)},
    "a_volume": {"de": ("Abgeschlossenes Volumen",), "en": ("Signed volume",)},
}


def test_a_metric_of_a_plan_is_a_measure_else_a_kpi():
    vocabulary = V.with_metrics(KPI_WORDS)
    assert vocabulary.find_metric("Umsatz") == "revenue"
    assert vocabulary.find_metric("DB-Quote") == "k_cm_pct"
    assert vocabulary.find_metric("k_cm_pct") == "k_cm_pct"
    assert V.find_metric("DB-Quote") is None


def test_a_metric_of_a_scorecard_is_a_kpi_else_a_measure():
    vocabulary = V.with_metrics(KPI_WORDS)
    assert vocabulary.find_metric("Abgeschlossenes Volumen", "scorecard") == "a_volume"
    assert vocabulary.find_metric("Abgeschlossenes Volumen") == "volume_signed"
    assert vocabulary.find_metric("Eingereicht", "scorecard") == "submitted"


def test_a_company_may_count_something_of_its_own():
    own = {"samples": OwnMeasure(de=("Muster", "Musterstücke"), unit="count", audience="C")}
    vocabulary = V.with_measures(own)
    assert vocabulary.find_measure("Musterstücke") == "samples"
    assert vocabulary.find_metric("muster") == "samples"
    assert vocabulary.measures["samples"].clearance is Clearance.CUSTOMER
    assert vocabulary.word(Named("measure", "samples"), "en") == "Muster"
    assert V.find_measure("Musterstücke") is None


@pytest.mark.parametrize(
    "key, words, said",
    [
        ("list_price_sales", ("Listenwert",), "Listenwert"),
        ("revenue", ("Mein Umsatz",), "revenue"),
    ],
)
def test_an_own_measure_cannot_take_a_known_word(key, words, said):
    with pytest.raises(Problem) as caught:
        V.with_measures({key: OwnMeasure(de=words)})
    assert said in caught.value.say("de")
    assert f"[measures.{key}]" in caught.value.say("en")


# ---------------------------------------------------------------- periods


@pytest.mark.parametrize(
    "text, period",
    [
        ("Jan", "2026-M01"),
        ("Januar", "2026-M01"),
        ("JAN", "2026-M01"),
        ("Mrz", "2026-M03"),
        ("Mär", "2026-M03"),
        ("März", "2026-M03"),
        ("Mai", "2026-M05"),
        ("Okt.", "2026-M10"),
        ("January FY22", "2022-M01"),
        ("Jan-24", "2024-M01"),
        ("Jan '24", "2024-M01"),
        ("1/1/2022", "2022-M01"),
        ("4/1/2022", "2022-M04"),
        ("31.03.2026", "2026-M03"),
        ("2026-03", "2026-M03"),
        ("03/2026", "2026-M03"),
        ("M03", "2026-M03"),
        ("Q1'15", "2015-Q1"),
        ("Q1 2024", "2024-Q1"),
        (" Q4 2022  ", "2022-Q4"),
        ("2026Q3", "2026-Q3"),
        ("1Q26", "2026-Q1"),
        ("1. Quartal", "2026-Q1"),
        ("1. Quartal 2025", "2025-Q1"),
        ("I/2025", "2025-Q1"),
        ("IV. Quartal", "2026-Q4"),
        ("Q1 (Jan-Mrz)", "2026-Q1"),
        ("H1", "2026-H1"),
        ("1. Halbjahr", "2026-H1"),
        ("2. HJ 2025", "2025-H2"),
        ("FY", "2026-FY"),
        ("FY22", "2022-FY"),
        ("GJ", "2026-FY"),
        ("GJ 2025/26", "2025-FY"),
        ("2026/27", "2026-FY"),
        ("Jahr", "2026-FY"),
        ("2026", "2026-FY"),
        (2026, "2026-FY"),
        (date(2026, 4, 1), "2026-M04"),
        ("YTD", None),
        ("Gesamt", None),
        ("Umsatz", None),
        ("I", None),
        ("26", None),
        ("12", None),
        ("15.03.2026", None),
        ("Q5", None),
        ("13/2026", None),
        ("KW 12", None),
        (7, None),
    ],
)
def test_a_period_is_understood_as_people_write_it(text, period):
    found = V.find_period(text, 2026, 1)
    assert found == (None if period is None else Period.parse(period))


@pytest.mark.parametrize(
    "text, period",
    [
        ("Jan", "2026-M07"),
        ("Juli", "2026-M01"),
        ("Jan 2027", "2026-M07"),
        ("Jan FY26", "2026-M07"),
        ("06/2026", "2025-M12"),
        ("M03", "2026-M03"),
        ("Q1", "2026-Q1"),
        (date(2027, 1, 1), "2026-M07"),
    ],
)
def test_a_month_is_shifted_into_a_fiscal_year_that_begins_in_july(text, period):
    assert V.find_period(text, 2026, 7) == Period.parse(period)


def test_a_total_is_the_year_only_where_a_period_is_expected():
    assert V.find_period("Gesamt", 2026, 1, expected=True) == Period(2026)
    assert V.find_period("Summe", 2026, 1) is None


def test_without_a_fiscal_year_a_period_must_name_its_own():
    assert V.find_period("Q1", None) is None
    assert V.find_period("Q1 2024", None) == Period(2024, "Q", 1)


PERIOD_WORDS = st.sampled_from(
    [
        (option.key, word)
        for option in V.field("figures.period").options
        if option.key != "YTD"
        for language in LANGUAGES
        for word in option.words[language]
    ]
)


@given(PERIOD_WORDS, st.integers(1, 12), st.integers(2000, 2099), st.sampled_from(["", " ", "FY"]))
@settings(max_examples=120, deadline=None)
def test_the_word_of_a_period_is_found_again(named, start, year, between):
    key, word = named
    plain = V.find_period(word, 2026, start)
    dated = V.find_period(f"{word} {between}{year}", 2026, start)
    if key[0] == "M":
        month = int(key[1:])
        assert plain.begins(start).month == month
        assert (dated.begins(start).month, dated.grain) == (month, "M")
        assert (dated.year if between == "FY" else dated.begins(start).year) == year
    else:
        assert plain == Period.parse(f"2026-{key}")
        assert dated == Period.parse(f"{year}-{key}")


@given(
    st.sampled_from(list(Scenario)),
    PERIOD_WORDS,
    st.booleans(),
    st.sampled_from([" ", "\n", " – "]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=120, deadline=None)
@example(Scenario.ACTUAL, ("M01", "Jan"), False, "\n", None)
def test_the_words_of_a_scenario_and_a_period_make_a_heading(scenario, named, turned, gap, random):
    words = [w for ws in V.field("figures.scenario").option(scenario).words.values() for w in ws]
    word = random.choice(words) if random else words[0]
    parts = [named[1], word] if turned else [word, named[1]]
    assert V.find_column(gap.join(parts), 2026, 1) == (scenario, V.find_period(named[1], 2026, 1))


@pytest.mark.parametrize(
    "text, scenario, period",
    [
        ("Ziel Q1", "TARGET", "2026-Q1"),
        ("Q1 Ist", "ACTUAL", "2026-Q1"),
        ("Ist Jan 2026", "ACTUAL", "2026-M01"),
        ("VJ Q3", "PY", "2026-Q3"),
        ("VJ-Ist Q1", "PY", "2026-Q1"),
        ("Vorjahr 1. Quartal", "PY", "2026-Q1"),
        ("Hochrechnung Jahr", "FORECAST", "2026-FY"),
        ("Plan 2026", "TARGET", "2026-FY"),
        ("Plan gesamt", "TARGET", "2026-FY"),
        ("Jahresziel", "TARGET", "2026-FY"),
        ("Jahresplan 2027", "TARGET", "2027-FY"),
        ("Q1 Ist 2026", "ACTUAL", "2026-Q1"),
        ("Ziel Q1 (T€)", "TARGET", "2026-Q1"),
        ("Ist Q2 in T€", "ACTUAL", "2026-Q2"),
        ("Goal Q1'26", "TARGET", "2026-Q1"),
        ("Fcst FY26", "FORECAST", "2026-FY"),
        ("Ist Q1 (%)", "ACTUAL", "2026-Q1"),
        ("Ist", "ACTUAL", None),
        ("Q1", None, "2026-Q1"),
        ("Jahr", None, "2026-FY"),
    ],
)
def test_a_heading_names_scenario_and_period(text, scenario, period):
    assert V.find_column(text, 2026, 1) == (
        scenario and Scenario(scenario),
        period and Period.parse(period),
    )


def test_what_happened_a_year_before_is_the_prior_year():
    for text in ("Ist 2025", "VJ 2025", "Vorjahr (2025)", "Actual FY25"):
        assert V.find_column(text, 2026, 1) == (Scenario.PY, Period(2026))
    assert V.find_column("Ist Q3 2025", 2026, 1) == (Scenario.PY, Period(2026, "Q", 3))
    assert V.find_column("Plan 2025", 2026, 1) == (Scenario.TARGET, Period(2025))


@pytest.mark.parametrize(
    "text",
    ["Abw.", "Abw. Q1", "Abweichung in %", "Δ Q2", "ΔVJ", "Ist vs. Plan", "Variance", "%", "Q1 %",
     "Ist YTD", "kumuliert", "Ampel", "+/- VJ", "Zielerreichung Q1"],
)  # fmt: skip
def test_a_variance_or_a_running_sum_is_no_column_of_figures(text):
    assert V.is_variance(text)
    assert V.find_column(text, 2026, 1) is None


@pytest.mark.parametrize("text", ["Umsatz", "Ist Q1", "Plan", "Marktanteil", "Lieferanteil", ""])
def test_a_figure_is_no_variance(text):
    assert not V.is_variance(text)


@pytest.mark.parametrize("text", ["Gesamt", "Summe", "TOTAL", "Σ", "Summe Q1-Q4", "Ziel gesamt"])
def test_a_sum_is_recognised(text):
    assert V.is_total(text)


@pytest.mark.parametrize("text", ["Umsatz", "Gesamtumsatz", "Q1", "", "-"])
def test_a_single_figure_is_no_sum(text):
    assert not V.is_total(text)


def test_a_scenario_and_a_perspective_have_words():
    assert V.find_scenario("SOLL") is Scenario.TARGET
    assert V.find_scenario("Vorjahr") is Scenario.PY
    assert V.find_scenario("Q1") is None
    assert V.find_perspective("Kunde") is Perspective.CUSTOMER
    assert V.find_perspective("gemeinsam") is Perspective.JOINT
    assert V.find_perspective("Region Süd") is None


# ---------------------------------------------------------------- the files


def structure(**texts):
    return parse_structure(SHIPPED | texts)


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('required = "yes"', 'requird = "yes"', "„requird“ muss entfallen oder heißen: required"),
        ('required = "yes"', 'required = "ja"', "„required“ muss eines von: yes, expected, no sein"),
        ('type = "code"', 'type = "kode"', "„type“ muss eines von: longtext, text, code"),
        ('audience = "C"', 'audience = "K"', "„audience“ muss eines von: C, P, I, X sein"),
        ("low = 2000", 'low = "2000"', "„low“ muss eine Zahl sein"),
        ('default = "EUR"', 'default = "Taler"', "„default“ muss eine der Möglichkeiten sein"),
        ('options = "goals.dimension"', 'options = "goals.x"', "„options“ muss ein Feld mit eigener"),
        ('refers_to = "contacts"', 'refers_to = "people"', "„refers_to“ muss eines von"),
        ("expected = true", "expected = 1", "„expected“ muss true oder false sein"),
        ('records = "one"', 'records = "1"', "„records“ muss eines von: one, many, grid sein"),
        ('en = ["Industry",', 'en = ["", ', "„en“ muss eine Liste von Wörtern sein"),
        ('help.en = "Who plans', 'help.fr = "Who plans', "plan.toml › plan › help: „en“ muss"),
        ("[plan]\n", "[plan\n", "plan.toml ist kein gültiges TOML"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_plans_structure_is_named(old, new, said):
    assert old in SHIPPED["plan"]
    with pytest.raises(Problem) as caught:
        structure(plan=SHIPPED["plan"].replace(old, new, 1))
    assert said in caught.value.say("de")
    assert caught.value.say("en").startswith("plan.toml")


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('unit = "units"', 'unit = "Stück"', "measures.toml › units: “unit” must be one of"),
        ('part_of = "revenue_gross"', 'part_of = "sales"', "revenue: “part_of” must be one of"),
        (
            '"distinct market_id"',
            '"average"',
            "“over_accounts” must be sum, distinct FIELD or none",
        ),
    ],
)
def test_a_mistake_in_a_measure_is_named(old, new, said):
    with pytest.raises(Problem) as caught:
        structure(measures=SHIPPED["measures"].replace(old, new, 1))
    assert said in caught.value.say("en")


def test_a_vocabulary_travels_to_a_worker_small_and_whole():
    vocabulary = V.with_metrics(KPI_WORDS)
    before = pickle.dumps(vocabulary)
    assert vocabulary.find_metric("Umsatz") == "revenue"
    after = pickle.dumps(vocabulary)
    assert before == after
    assert len(after) < 200_000
    arrived = pickle.loads(after)
    assert arrived == vocabulary
    assert arrived.find_metric("DB-Quote") == "k_cm_pct"


def test_it_is_read_once():
    assert Vocabulary.default() is Vocabulary.default()


def test_it_needs_nothing_heavy():
    heavy = {"pandas", "openpyxl", "xlsxwriter", "jinja2", "babel", "holidays", "python_calamine"}
    code = "import sys; import kam_reports.vocabulary as v; v.Vocabulary.default()"
    run = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(kam_reports.__file__).parents[1],
    )
    assert not heavy & set(run.stdout.split())
