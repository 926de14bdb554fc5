"""What is said: numbers, dates, periods, labels, sentences, in every language."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviewing import VOCABULARY, wording

from kam_reports.model import Amount, Light, Named, Period, Place, Role, Scenario, Subject
from kam_reports.vocabulary import UNITS
from kam_reports.wording import Wording, languages

ROOT = Path(__file__).parent.parent
NBSP = "\u00a0"
MINUS = "\u2212"


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    "value, unit, german, english",
    [
        (2023000, "EUR", "2.023,0 T€", "2,023.0 k€"),
        (98.2, "EUR/unit", "98,20 €/Stk.", "98.20 €/unit"),
        (3388.6, "EUR/order", "3.389 €", "3,389 €"),
        (20600, "units", "20.600", "20,600"),
        (7, "count", "7", "7"),
        (6.04, "count", "6", "6"),
        (6.0567, "count", "6,1", "6.1"),
        (1.0115, "percent", "101,2 %", "101.2%"),
        (0.0083, "pp", "+0,8 PP", "+0.8 pp"),
        (-0.0083, "pp", f"{MINUS}0,8 PP", f"{MINUS}0.8 pp"),
        (0.0, "pp", "±0,0 PP", "±0.0 pp"),
        (1, "days", "1 Tag", "1 day"),
        (14, "days", "14 Tage", "14 days"),
        (5.25, "working_days", "5,3 Arbeitstage", "5.3 working days"),
        (7.9, "per_year", "7,9 p. a.", "7.9 p.a."),
        (74.55, "index", "74,6", "74.6"),
        (-12.5, "nps", f"{MINUS}12,5", f"{MINUS}12.5"),
        (3.67, "score", "3,67", "3.67"),
        (4, "score", "4", "4"),
        (81.25, "points", "81,3", "81.3"),
    ],
)
def test_every_unit_is_written_in_both_languages(value, unit, german, english):
    assert wording("de").number(value, unit).replace(NBSP, " ") == german
    assert wording("en").number(value, unit).replace(NBSP, " ") == english


def test_every_unit_of_the_vocabulary_has_a_style():
    from kam_reports.wording import STYLES

    assert set(UNITS) - {"EUR"} <= set(STYLES)


@pytest.mark.parametrize(
    "scale, german, english",
    [
        (1, "2.023.000 €", "2,023,000 €"),
        (1000, "2.023,0 T€", "2,023.0 k€"),
        (1_000_000, "2,02 Mio. €", "2.02 m€"),
    ],
)
def test_money_is_scaled_as_the_workspace_says(scale, german, english):
    assert wording("de", scale=scale).number(2023000, "EUR").replace(NBSP, " ") == german
    assert wording("en", scale=scale).number(2023000, "EUR").replace(NBSP, " ") == english


def test_money_is_in_the_currency_of_the_plan():
    assert wording("de", currency="CHF").number(1500, "EUR") == f"1,5{NBSP}TCHF"
    assert wording("de").number(1500, "USD") == f"1,5{NBSP}T$"


@pytest.mark.parametrize(
    "value, unit, text",
    [
        (2.5, "units", "3"),
        (0.125, "percent", f"12,5{NBSP}%"),
        (0.12345, "percent", f"12,3{NBSP}%"),
        (0.1235, "percent", f"12,4{NBSP}%"),
        (1.005, "EUR/unit", f"1,01{NBSP}€/Stk."),
        (-2.5, "units", f"{MINUS}3"),
    ],
)
def test_halves_are_rounded_up_as_written_not_as_stored(value, unit, text):
    assert wording().number(value, unit) == text


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), float("-inf")])
def test_a_missing_number_is_a_dash_and_never_zero(value):
    assert wording().number(value, "EUR") == "–"
    assert wording().number(0, "units") == "0"


@pytest.mark.parametrize("value", [-0.04, -0.0, -0.0499])
def test_what_rounds_to_zero_has_no_minus(value):
    assert wording().number(value, "index") == "0,0"
    assert wording().number(value, "index", signed=True) == "±0,0"


def test_a_signed_number_always_shows_its_sign():
    assert wording().number(12, "units", signed=True) == "+12"
    assert wording().number(-12, "units", signed=True) == f"{MINUS}12"


@pytest.mark.parametrize(
    "value, shown",
    [(0.7005 - 0.7, "0,1 %"), (0.5 - 0.2225, "27,8 %"), (1 + (1999 - 2000) / 2000, "100,0 %")],
)
def test_a_half_that_computing_missed_by_a_hair_is_rounded_up(value, shown):
    assert wording().number(value, "percent") == shown.replace(" ", NBSP)


@settings(max_examples=60, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["de", "en"]))
def test_every_float_reads_back_as_its_rounded_self(value, language):
    said = wording(language).number(value, "index")
    group, point = (".", ",") if language == "de" else (",", ".")
    read = Decimal(said.replace(group, "").replace(point, ".").replace(MINUS, "-"))
    exact = Decimal(repr(value))
    if abs(exact) < 10**20:
        beside = abs(abs(exact) % Decimal("0.1") - Decimal("0.05"))
        nearest = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert read == nearest or beside < Decimal("0.0001")  # a half, as far as a float can tell
    assert not re.search(r"nan|None|[-−]0[.,]0$|e\+", said)


@pytest.mark.parametrize(
    "unit, language, code",
    [
        ("EUR", "de", '#,##0.0,"\u00a0T€"'),
        ("EUR", "en", '#,##0.0,"\u00a0k€"'),
        ("percent", "de", '#,##0.0"\u00a0"%'),
        ("percent", "en", "#,##0.0%"),
        ("units", "de", "#,##0"),
        ("days", "de", '#,##0"\u00a0Tage"'),
        ("per_year", "de", '#,##0.0"\u00a0p.\u00a0a."'),
    ],
)
def test_a_workbook_cell_shows_a_number_as_the_report_does(unit, language, code):
    assert wording(language).excel_format(unit) == code


# ---------------------------------------------------------------- dates and periods


def test_dates_are_written_as_people_write_them():
    assert wording("de").date(date(2026, 3, 5)) == "05.03.2026"
    assert wording("en").date(date(2026, 3, 5)) == "5 Mar 2026"
    assert wording("de").date(None) == "–"


@pytest.mark.parametrize(
    "period, german, english",
    [
        ("2026-Q3", "Q3 2026", "Q3 2026"),
        ("2026-M01", "Jan 2026", "Jan 2026"),
        ("2026-M03", "Mär 2026", "Mar 2026"),
        ("2026-H1", "1. Halbjahr 2026", "H1 2026"),
        ("2026-FY", "Jahr 2026", "Full year 2026"),
    ],
)
def test_periods_are_named_in_both_languages(period, german, english):
    assert wording("de").period(Period.parse(period)) == german
    assert wording("en").period(Period.parse(period)) == english


def test_a_fiscal_year_across_two_years_names_both():
    july = wording("de", fy_start_month=7)
    assert july.period(Period.parse("2026-Q3")) == "Q3 2026/27"
    assert july.period(Period.parse("2026-FY")) == "Jahr 2026/27"
    assert july.period(Period.parse("2026-M01")) == "Jul 2026"
    assert july.period(Period.parse("2026-M07")) == "Jan 2027"


# ---------------------------------------------------------------- words and sentences


def test_labels_come_from_the_vocabulary():
    assert wording("de").label(Named("field", "measures.due")) == "Termin"
    assert wording("en").label(Named("measure", "k_cm_pct")) == "Margin %"
    assert wording("en").label(Named("option", "contacts.bc_role.decider")) == "Decider"
    assert wording("de").label(Named("period", "2026-Q3")) == "Q3 2026"
    assert wording("de").label(Named("phrase", "edition.customer")) == "Kundenfassung"


def test_a_sentence_says_every_kind_of_fact_in_its_own_way():
    facts = {
        "field": Named("field", "measures.due"),
        "money": Amount(1500, "EUR"),
        "day": date(2026, 3, 5),
        "period": Period(2026, "Q", 3),
        "who": Subject("K-1", "Nordmarkt AG", Role.ACCOUNT),
        "place": Place("a.xlsx", "Ziele", "F6"),
        "yes": True,
        "several": ("a", Amount(2, "count")),
        "year": 2026,
        "none": None,
        "light": Light.RED,
        "scenario": Scenario.TARGET,
        "share": 0.25,
    }
    said = wording().say({"de": " | ".join(f"{{{key}}}" for key in facts), "en": ""}, facts)
    assert said.replace(NBSP, " ").split(" | ") == [
        "Termin", "1,5 T€", "05.03.2026", "Q3 2026", "Nordmarkt AG", "a.xlsx › Ziele › F6", "ja",
        "a, 2", "2026", "–", "verfehlt", wording().label(Named("scenario", "TARGET")), "0,25",
    ]  # fmt: skip


def test_a_fact_is_text_and_never_a_template():
    assert wording().say({"de": "„{text}“"}, {"text": "{text} {0} {{x}}"}) == "„{text} {0} {{x}}“"


def test_a_template_cannot_reach_into_its_facts():
    with pytest.raises(KeyError):
        wording().say({"de": "{text.__class__}"}, {"text": "x"})


def test_a_missing_fact_is_an_error_and_never_an_empty_space():
    with pytest.raises(KeyError):
        wording().say({"de": "{text}"}, {})
    with pytest.raises(KeyError):
        wording().phrase("fact.unheard_of")


# ---------------------------------------------------------------- the words of the pages


def phrases(language: str) -> dict[str, str]:
    tables = tomllib.loads(
        (ROOT / f"kam_reports/languages/{language}.toml").read_text(encoding="utf-8")
    )

    def flat(table, prefix=""):
        for key, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{key}.")
            else:
                yield prefix + key, value

    return dict(flat(tables))


def test_every_phrase_is_there_in_every_language():
    keys = {language: set(phrases(language)) for language in languages()}
    assert keys["de"] == keys["en"]
    assert languages() == ("de", "en")


def test_a_phrase_needs_the_same_facts_in_every_language():
    german, english = phrases("de"), phrases("en")
    facts = {key: set(re.findall(r"{(\w+)}", str(text))) for key, text in german.items()}
    names = {key for key in facts if key.startswith("phrases.")}
    assert {key: set(re.findall(r"{(\w+)}", str(english[key]))) for key in names} == {
        key: facts[key] for key in names
    }


MADE_OF_TWO_PARTS = (  # their second part is a key of the data
    "care.", "column.", "consequence.", "field.f", "forecast_method.", "headline.", "light.", "link.",
    "map.kind_", "marked.refused.",
    "portfolio.attractiveness_", "portfolio.class_", "portfolio.position_", "score.", "severity.",
    "risk.", "standing.", "variance.",
)  # fmt: skip


TOLD_ELSEWHERE = (
    "workbook.",
    "handbook.",
    "templates.",
    "trace.",
    "doctor.",
    "chart.",
    "mail.",
    "unit.",
    "excel.",
)  # each with tests of its own


def test_every_phrase_of_a_page_exists_and_every_phrase_is_used():
    sources = [*ROOT.glob("templates/*.j2"), *ROOT.glob("kam_reports/**/*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    known = {key.removeprefix("phrases.") for key in phrases("de") if key.startswith("phrases.")}
    known = {key for key in known if not key.startswith(TOLD_ELSEWHERE)}
    said = set(re.findall(r"""\bt\("([\w.]+)"[,)]""", text))
    assert {key for key in said if not key.startswith(TOLD_ELSEWHERE)} <= known
    headings = set(re.findall(r"""\bcolumn\["(\w+)"\]""", text))
    assert {f"column.{heading}" for heading in headings} <= known
    assert {key for key in known if key.startswith("column.")} <= {
        f"column.{word}" for word in re.findall(r"""["'](\w+)["']""", text)
    }
    quoted = set(re.findall(r"""["']([a-z_]+(?:\.\w+)?)["']""", text))
    assert {key for key in known - quoted if not key.startswith(MADE_OF_TWO_PARTS)} == set()


def test_saying_a_number_needs_no_pandas_and_importing_wording_needs_no_babel():
    code = (
        "import sys; import kam_reports.wording as w; heavy = {'babel', 'pandas', 'jinja2'};"
        "assert not heavy & set(sys.modules);"
        "w.Wording('de', None).number(1, 'EUR'); assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_wording_is_a_plain_value():
    assert wording("de") == Wording("de", VOCABULARY)
