import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from kam_reports.model import Amount, Cell, CellState, Period
from kam_reports.values import (
    Column,
    Setting,
    Wanted,
    evidence,
    raw_text,
    read_cell,
    unit_of,
)
from kam_reports.vocabulary import Vocabulary

VOCABULARY = Vocabulary.default()
GERMAN = Setting("de", 2026)
ENGLISH = Setting("en", 2026)
NUMBER = Wanted("number")
MONEY = Wanted("money", "EUR")
SHARE = Wanted("pct", "percent")
DATE = Wanted("date")


def read(value, wanted=NUMBER, setting=GERMAN, beside=(), **cell):
    """What a cell means that stands in a column with the cells *beside*."""
    cells = [each if isinstance(each, Cell) else Cell(each) for each in (value, *beside)]
    if cell:
        cells[0] = Cell(value, **cell)
    return read_cell(cells[0], wanted, evidence(cells), setting, VOCABULARY)


def value_of(*args, **kwargs):
    return read(*args, **kwargs).value


def kinds_of(*args, **kwargs):
    return [noticed.kind for noticed in read(*args, **kwargs).noticed]


# ---------------------------------------------------------------- states of a cell


def test_a_blank_cell_is_missing_and_nothing_is_odd_about_it():
    for cell in (None, Cell(None), Cell(""), Cell(" \u00a0\n")):
        assert read_cell(cell, NUMBER, Column(), GERMAN, VOCABULARY).value is None
        assert not read_cell(cell, NUMBER, Column(), GERMAN, VOCABULARY).noticed


def test_an_error_value_is_missing_and_named():
    assert value_of("#DIV/0!", state=CellState.ERROR) is None
    assert kinds_of("#DIV/0!", state=CellState.ERROR) == ["error-value"]


def test_a_formula_never_calculated_is_missing_and_named():
    assert kinds_of(None, formula=True, state=CellState.UNCALCULATED) == ["uncalculated"]


@pytest.mark.parametrize(
    "text",
    ["-", "–", "—", "n/a", "n. a.", "k. A.", "k.A.", "entf.", "entfällt", "tbd", "offen", "#NV"],
)
def test_a_word_for_nothing_is_missing_not_zero(text):
    for wanted in (NUMBER, MONEY, SHARE, DATE, Wanted("int"), Wanted("year")):
        assert read(text, wanted).value is None
        assert read(text, wanted).noticed == ()


def test_open_is_nothing_where_a_value_belongs_and_a_choice_where_it_is_one():
    assert value_of("offen") is None
    assert value_of("offen", Wanted("enum", field="measures.status")) == "open"
    assert value_of("offen", Wanted("text")) == "offen"


@pytest.mark.parametrize("text", ["?", "???", "?? Mio", "? T€"])
def test_a_question_mark_is_missing_and_an_open_question(text):
    for wanted in (NUMBER, DATE, Wanted("text"), Wanted("enum", field="measures.status")):
        assert read(text, wanted).value is None
        assert kinds_of(text, wanted) == ["open-question"]


def test_zero_is_a_measured_zero():
    assert value_of(0) == 0
    assert value_of("0") == 0


# ---------------------------------------------------------------- numbers typed as text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("300", 300),
        ("1.234,56", 1234.56),
        ("1,234.56", 1234.56),
        ("1'234.50", 1234.5),
        ("1’234", 1234),
        ("1 234,5", 1234.5),
        ("1\u00a0234\u202f567", 1234567),
        ("1.234.567", 1234567),
        ("0.123", 0.123),
        ("1234.567", 1234.567),
        (",5", 0.5),
        ("-5", -5),
        ("− 5", -5),
        ("5-", -5),
        ("(5)", -5),
        ("+5", 5),
        ("58891784\u00a0", 58891784),
        ("30 Tage", 30),
        ("12 Tsd. Stk.", 12000),
        ("1.200,–", 1200),
        ("300.--", 300),
    ],
)
def test_a_text_number_is_read_and_said_to_have_been_text(text, number):
    assert value_of(text) == number
    assert kinds_of(text) == ["converted"]
    assert read(text).noticed[0].facts == {"new": Amount(number, "")}


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("300 €", 300),
        ("€ 300", 300),
        ("300 T€", 300_000),
        ("TEUR 300", 300_000),
        ("300k", 300_000),
        ("300 k€", 300_000),
        ("2,5 Mio. €", 2_500_000),
        ("2.5 m€", 2_500_000),
        ("3 Mrd.", 3_000_000_000),
        ("EUR thousands 5", 5000),
        ("€ -300", -300),
        ("(300 €)", -300),
        ("0,1 T€", 100),
    ],
)
def test_an_amount_with_its_own_unit_is_not_scaled_again(text, euros):
    assert value_of(text, MONEY) == euros
    assert value_of(text, MONEY, Setting("de", 2026, scale=1000)) == euros


def test_an_amount_without_a_unit_takes_the_scale_of_the_plan():
    in_thousands = Setting("de", 2026, scale=1000)
    assert value_of(931, MONEY, in_thousands) == 931_000
    assert value_of("931", MONEY, in_thousands) == 931_000
    assert value_of(304.1, MONEY, in_thousands) == 304_100
    assert value_of(931, NUMBER, in_thousands) == 931
    assert value_of(12.5, Wanted("number", "EUR/unit"), in_thousands) == 12.5


def test_the_unit_of_a_row_wins_over_the_scale_of_the_plan():
    wanted = Wanted("money", "EUR", unit_text="T€")
    assert value_of(931, wanted) == 931_000
    assert value_of(931, wanted, Setting("de", 2026, scale=1_000_000)) == 931_000
    assert value_of("931 €", wanted) == 931


def test_a_plain_euro_sign_against_a_plan_in_thousands_is_said_aloud():
    wanted = Wanted("money", "EUR", unit_text="EUR")
    assert value_of(931, wanted, Setting("de", 2026, scale=1000)) == 931
    assert kinds_of(931, wanted, Setting("de", 2026, scale=1000)) == ["scale-differs"]
    assert kinds_of(931, wanted) == []


def test_a_number_format_tells_the_scale():
    assert value_of(931, MONEY, format='#,##0 "T€"') == 931_000
    assert value_of(931_000, MONEY, Setting("de", 2026, scale=1000), format="#,##0,") == 931_000
    assert value_of(931, MONEY, Setting("de", 2026, scale=1000), format='#,##0 "€"') == 931_000


def test_another_currency_is_not_added_to_ours():
    assert value_of("300 $", MONEY) is None
    assert kinds_of("300 $", MONEY) == ["other-currency"]
    assert value_of("300 CHF", MONEY, Setting("de", 2026, currency="CHF")) == 300
    assert kinds_of(300, MONEY, format="[$$-409]#,##0") == ["other-currency"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("45 %", MONEY),
        ("45 €", SHARE),
        ("45 €", Wanted("number", "count")),
        (0.45, Wanted("number", "units")),
        (45, Wanted("money", "EUR", unit_text="%")),
        (45, Wanted("number", "count", unit_text="T€")),
    ],
)
def test_a_unit_that_cannot_be_refuses_the_number(value, wanted):
    cell = {"format": "0%"} if value == 0.45 else {}
    assert value_of(value, wanted, **cell) is None
    assert kinds_of(value, wanted, **cell) == ["unit-differs"]


@pytest.mark.parametrize(
    "text",
    ["ca. 1300", "rund 300", "300 Äpfel", "1.23.45", "12,34.56", "abc", "1e5", "inf", "NaN", "--5"],
)
def test_what_is_more_than_a_number_is_refused(text):
    assert value_of(text) is None
    assert kinds_of(text) == ["text"]


def test_a_number_that_no_float_holds_is_refused():
    assert kinds_of("1" + "0" * 400) == ["text"]
    assert kinds_of(math.inf) == ["text"]
    assert kinds_of(math.nan) == ["text"]


def test_dates_and_truth_values_are_no_numbers():
    for value in (True, date(2026, 3, 1), datetime(2026, 3, 1), time(1), timedelta(1)):
        assert kinds_of(value) == ["text"]


def test_an_estimate_is_used_and_marked():
    assert value_of("~840") == 840
    assert kinds_of("~840") == ["estimated"]
    assert value_of("≈ 2,5 Mio. €", MONEY) == 2_500_000
    assert kinds_of("300?") == ["estimated", "open-question"]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5000–10000", "5000", "10000"),
        ("$5000-$10000", "$5000", "$10000"),
        ("5.000 bis 10.000 €", "5.000", "10.000 €"),
        ("12,000 - $20,000", "12,000", "$20,000"),
    ],
)
def test_a_range_is_never_averaged(text, low, high):
    assert value_of(text) is None
    assert read(text).noticed[0].kind == "range"
    assert read(text).noticed[0].facts == {"low": low, "high": high}


@pytest.mark.parametrize(
    "text", ["300 / 400", "300; 400", "product A: 95.8% (vs 97.5%)\nproduct B: 12", "300\n400"]
)
def test_several_values_in_a_cell_are_refused(text):
    assert value_of(text) is None
    assert kinds_of(text) == ["several"]


# ---------------------------------------------------------------- 1.234


def test_an_ambiguous_number_is_decided_by_its_column():
    assert value_of("1.234", beside=["1,5"]) == 1234
    assert value_of("1.234", NUMBER, ENGLISH, ["1,5"]) == 1234
    assert value_of("1.234", NUMBER, GERMAN, ["1.5"]) == 1.234
    assert value_of("1.234", NUMBER, GERMAN, ["1,234,567"]) == 1.234
    assert kinds_of("1.234", NUMBER, ENGLISH, ["1,5"]) == ["converted"]


def test_without_evidence_the_language_of_the_workbook_decides_aloud():
    assert value_of("1.234", NUMBER, GERMAN) == 1234
    assert value_of("1.234", NUMBER, ENGLISH) == 1.234
    assert value_of("1,234", NUMBER, ENGLISH) == 1234
    noticed = read("1.234", MONEY, GERMAN).noticed
    assert [each.kind for each in noticed] == ["ambiguous"]
    assert noticed[0].facts == {
        "new": Amount(1234.0, "EUR"),
        "german": Amount(1234.0, "EUR"),
        "english": Amount(1.234, "EUR"),
    }


def test_contradicting_evidence_is_none():
    assert kinds_of("1.234", NUMBER, GERMAN, ["1,5", "1.5"]) == ["ambiguous"]


def test_without_evidence_and_language_an_ambiguous_number_is_missing():
    assert value_of("1.234", NUMBER, Setting()) is None
    assert kinds_of("1.234", NUMBER, Setting()) == ["ambiguous"]


# ---------------------------------------------------------------- percent


def test_a_cell_shown_in_percent_is_taken_as_stored():
    assert value_of(0.12, SHARE, format="0.0%") == 0.12
    assert value_of(2.5, SHARE, format="0%") == 2.5
    assert kinds_of(0.12, SHARE, format="0.0%") == []


def test_a_text_with_a_percent_sign_is_a_share():
    assert value_of("12,5 %", SHARE) == 0.125
    assert value_of("12.5%", SHARE) == 0.125
    assert value_of("0,8 PP", Wanted("number", "pp")) == 0.008


def test_a_plain_number_is_a_share_up_to_one_and_a_half_and_percent_above():
    assert value_of(0.45, SHARE) == 0.45
    assert value_of(1.5, SHARE) == 1.5
    assert value_of(1.6, SHARE) == 0.016
    assert value_of(45, SHARE) == 0.45
    assert value_of(29.3, SHARE) == 0.293
    assert kinds_of(0.45, SHARE) == []
    assert kinds_of(45, SHARE) == ["percent-scaled"]
    assert kinds_of("45", SHARE) == ["percent-scaled", "converted"]


def test_a_plain_number_far_above_a_hundred_is_no_share():
    assert value_of(4500, SHARE) is None
    assert kinds_of(4500, SHARE) == ["out-of-range"]


def test_a_column_that_mixes_shares_and_percent_is_said_so_in_every_cell():
    assert kinds_of(0.23, SHARE, GERMAN, [23]) == ["percent-mixed"]
    assert kinds_of(23, SHARE, GERMAN, [0.23]) == ["percent-mixed"]
    assert kinds_of(23, SHARE, GERMAN, [Cell(0.23, "0%")]) == ["percent-scaled"]
    assert kinds_of(0, SHARE, GERMAN, [23, 0.23]) == []


def test_a_unit_column_makes_a_plain_number_percent():
    assert value_of(8, Wanted("number", unit_text="%")) == 0.08
    assert value_of(1, Wanted("number", unit_text="%")) == 0.01
    assert value_of(0.08, Wanted("number", unit_text="%"), format="0%") == 0.08
    assert kinds_of(8, Wanted("number", unit_text="%")) == []


def test_points_of_a_hundred_may_be_written_as_percent():
    assert value_of(0.85, Wanted("number", "index"), format="0%") == 85
    assert value_of("85 %", Wanted("number", "index")) == 85


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31.12.2025", date(2025, 12, 31)),
        ("1.3.26", date(2026, 3, 1)),
        ("2025-12-31", date(2025, 12, 31)),
        ("2025-12-31 14:30", date(2025, 12, 31)),
        ("31. Dezember 2025", date(2025, 12, 31)),
        ("31 Dec 2025", date(2025, 12, 31)),
        ("Dec 31, 2025", date(2025, 12, 31)),
        ("12/31/2025", date(2025, 12, 31)),
        ("31/12/2025", date(2025, 12, 31)),
        ("05/05/2025", date(2025, 5, 5)),
        ("31.03.", date(2026, 3, 31)),
        ("KW 12", date(2026, 3, 22)),
        ("KW 12/2025", date(2025, 3, 23)),
        ("12. KW", date(2026, 3, 22)),
        ("week 12 2026", date(2026, 3, 22)),
        ("Q2", date(2026, 6, 30)),
        ("Q2 2025", date(2025, 6, 30)),
        ("Ende März", date(2026, 3, 31)),
        ("bis Ende Februar 2028", date(2028, 2, 29)),
        ("März 2025", date(2025, 3, 31)),
        ("end of June", date(2026, 6, 30)),
        ("Ende 2026", date(2026, 12, 31)),
    ],
)
def test_a_text_date_is_read_and_said_to_have_been_text(text, day):
    assert value_of(text, DATE) == day
    assert kinds_of(text, DATE) == ["date-converted"]


@pytest.mark.parametrize(
    "text",
    [
        "31.02.2026",
        "12.31.2025",
        "03/04/2025",
        "KW 54",
        "bald",
        "Mitte März",
        "5",
        "gesamt",
        "00.00.0000",
    ],
)
def test_what_is_no_certain_day_is_refused(text):
    assert value_of(text, DATE) is None
    assert kinds_of(text, DATE) == ["bad-date"]


def test_the_column_decides_which_number_is_the_day():
    assert value_of("03/04/2025", DATE, GERMAN, ["31/12/2025"]) == date(2025, 4, 3)
    assert value_of("03/04/2025", DATE, GERMAN, ["12/31/2025"]) == date(2025, 3, 4)
    assert value_of("03/04/2025", DATE, GERMAN, ["12/31/2025", "31/12/2025"]) is None


def test_a_date_that_excel_may_have_swapped_is_suspected():
    typed = [Cell(date(2023, 3, 7)), Cell(date(2023, 9, 1)), Cell("07-14-2023")]
    assert evidence(typed).swapped
    assert not evidence([Cell(date(2023, 3, 17)), Cell("07-14-2023")]).swapped
    assert not evidence([Cell(date(2023, 3, 7)), Cell("14.07.2023")]).swapped


def test_a_quarter_ends_with_the_fiscal_year():
    assert value_of("Q1", DATE, Setting("de", 2025, 7)) == date(2025, 9, 30)
    assert value_of("31.03.", DATE, Setting("de", 2025, 7)) == date(2026, 3, 31)
    assert value_of("KW 12", DATE, Setting("de", 2025, 7)) == date(2026, 3, 22)


def test_a_day_without_a_year_needs_a_plan_with_one():
    assert value_of("31.03.", DATE, Setting("de")) is None


def test_a_time_of_day_is_left_out_of_a_date():
    assert value_of(datetime(2026, 3, 31, 14, 30), DATE) == date(2026, 3, 31)


def test_a_day_number_in_a_date_column_is_a_date_in_the_book_s_system():
    assert value_of(46112, DATE) == date(2026, 3, 31)
    assert value_of(46112 - 1462, DATE, Setting("de", 2026, date1904=True)) == date(2026, 3, 31)
    assert kinds_of(46112, DATE) == ["date-converted"]
    assert kinds_of(31.03, DATE) == ["bad-date"]


@given(st.dates(date(1955, 1, 1), date(2118, 1, 1)), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_day_reads_back_from_its_number_and_from_every_way_to_write_it(day, date1904):
    first = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
    number = (day - first).days
    assume(number >= 20_000)
    setting = Setting("de", 2026, date1904=date1904)
    assert value_of(number, DATE, setting) == day
    for written in (day, day.isoformat(), f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}"):
        assert value_of(written, DATE, setting) == day


# ---------------------------------------------------------------- choices and words


@pytest.mark.parametrize(
    "text", ["Entscheider", "entscheider", " Ent­scheider ".replace("\xad", ""), "Decision maker"]
)
def test_a_choice_is_recognised_in_both_languages_however_it_is_spelt(text):
    assert value_of(text, Wanted("enum", field="contacts.bc_role")) == "decider"


def test_an_umlaut_may_be_spelt_out():
    wanted = Wanted("enum", field="conditions.cond_type")
    assert value_of("Bonus / Rückvergütung", wanted) == value_of("Bonus/Rueckverguetung", wanted)
    assert value_of("Bonus/Rueckverguetung", wanted) is not None


def test_an_unknown_choice_is_missing_and_told_with_the_nearest():
    meaning = read("Entscheidr", Wanted("enum", field="contacts.bc_role"))
    assert meaning.value is None
    assert meaning.noticed[0].kind == "unknown-option"
    assert meaning.noticed[0].facts == {"nearest": "Entscheider"}


def test_overdue_is_never_a_status_but_open():
    meaning = read("überfällig", Wanted("enum", field="measures.status"))
    assert (meaning.value, meaning.noticed[0].kind) == ("open", "overdue-typed")


@pytest.mark.parametrize("value", ["ja", "Ja", "x", "X", "✓", "true", True, 1, 1.0, "wahr", "yes"])
def test_yes_has_many_words(value):
    assert value_of(value, Wanted("bool")) is True


@pytest.mark.parametrize("value", ["nein", "no", "0", 0, False, "falsch", "n"])
def test_no_has_many_words_too(value):
    assert value_of(value, Wanted("bool")) is False


def test_a_score_stands_between_one_and_five():
    wanted = Wanted("score5", "score", 1, 5)
    assert value_of(4, wanted) == 4
    assert value_of(7, wanted) is None
    assert kinds_of(7, wanted) == ["out-of-range"]


def test_a_whole_number_is_whole():
    assert value_of(7.0, Wanted("int")) == 7
    assert isinstance(value_of(7.0, Wanted("int")), int)
    assert kinds_of(3.5, Wanted("int")) == ["not-whole"]
    assert kinds_of(13, Wanted("int", "", 1, 12)) == ["out-of-range"]


def test_a_number_with_names_may_be_named():
    wanted = Wanted("int", "", -2, 2, "contacts.attitude")
    assert value_of("Gegner", wanted) == -2
    assert value_of("2", wanted) == 2
    assert value_of(-2, wanted) == -2


@pytest.mark.parametrize("value", [2026, 2026.0, "2026", "GJ 2026", "2026/27", "2026/2027", "FY26"])
def test_a_fiscal_year_is_the_year_in_which_it_begins(value):
    assert value_of(value, Wanted("year", low=2000, high=2100)) == 2026


def test_a_year_that_is_none_is_refused():
    assert kinds_of("zwanzig", Wanted("year")) == ["text"]
    assert kinds_of(26, Wanted("year", "", 2000, 2100)) == ["out-of-range"]


def test_a_survey_may_be_dated_by_period_or_day():
    assert value_of("Q2 2026", Wanted("period")) == Period(2026, "Q", 2)
    assert value_of(date(2026, 5, 12), Wanted("period")) == Period(2026, "Q", 2)
    assert value_of("12.05.2026", Wanted("period")) == Period(2026, "Q", 2)
    assert kinds_of("irgendwann", Wanted("period")) == ["bad-date"]


def test_a_code_keeps_the_zeros_that_its_format_shows():
    assert value_of(42, Wanted("code"), format="00000") == "00042"
    assert value_of(4711.0, Wanted("code")) == "4711"


def test_a_metric_is_a_measure_and_an_unknown_one_is_kept_by_its_word():
    assert value_of("Umsatz", Wanted("metric")) == "revenue"
    assert value_of("Absatzz", Wanted("metric")) == "absatzz"
    assert read("Absatzz", Wanted("metric")).noticed[0].facts == {"nearest": "Absatz"}


def test_the_currency_may_be_written_as_a_sign():
    wanted = Wanted("currency", field="plan.currency")
    assert [value_of(text, wanted) for text in ("€", "eur", "CHF", "try")] == [
        "EUR",
        "EUR",
        "CHF",
        "TRY",
    ]


def test_a_text_loses_only_its_padding():
    assert value_of("  Meier\u00a0&  Söhne \n\n Hof ", Wanted("text")) == "Meier & Söhne\nHof"
    assert kinds_of("?? Wer entscheidet", Wanted("longtext")) == ["open-question"]


def test_the_raw_text_is_what_excel_stores():
    written = [
        931.0,
        0.12,
        0.1 + 0.2,
        7,
        True,
        date(2026, 3, 1),
        datetime(2026, 3, 1),
        "~840",
        None,
    ]
    assert [raw_text(Cell(value)) for value in written] == [
        "931", "0.12", "0.30000000000000004", "7", "TRUE", "2026-03-01", "2026-03-01", "~840", "",
    ]  # fmt: skip


# ---------------------------------------------------------------- for every cell there is

_numbers = st.decimals(-(10**9), 10**9, places=2) | st.integers(-(10**12), 10**12).map(Decimal)


def german(number):
    return f"{number:,}".replace(",", "§").replace(".", ",").replace("§", ".")


def english(number):
    return f"{number:,}"


def swiss(number):
    return f"{number:,}".replace(",", "’")


def plain(number):
    return f"{number}".replace(".", ",")


@given(_numbers, st.sampled_from([german, english, swiss, plain]))
@settings(max_examples=200, deadline=None)
@example(Decimal(1234), german)
def test_a_number_reads_back_as_the_nearest_float_however_it_is_written(number, write):
    beside = {english: "1.5", swiss: "1.5"}.get(write, "1,5")
    assert value_of(write(number), NUMBER, GERMAN, [beside]) == float(number)


@given(
    _numbers,
    st.sampled_from(
        ["{}", " {} ", "{} €", "€ {}", "{} EUR", "\u00a0{}\u202f", "({})", "~{}", "{} Stk."]
    ),
)
@settings(max_examples=150, deadline=None)
def test_what_stands_around_a_number_does_not_change_it(number, around):
    number = abs(number)
    expected = -number if "(" in around else number
    assert value_of(around.format(german(number)), NUMBER, GERMAN, ["1,5"]) == float(expected)


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"))
@settings(max_examples=60, deadline=None)
def test_an_ambiguous_number_is_never_decided_in_silence(whole, rest, mark):
    text = f"{whole}{mark}{rest:03d}"
    for setting in (GERMAN, ENGLISH, Setting()):
        assert "ambiguous" in kinds_of(text, NUMBER, setting)


_types = st.sampled_from(
    [
        "int",
        "number",
        "money",
        "pct",
        "score5",
        "year",
        "date",
        "period",
        "bool",
        "metric",
        "text",
        "code",
    ]
).map(Wanted) | st.sampled_from(
    [Wanted("enum", field="measures.status"), Wanted("currency", field="plan.currency")]
)
_any_text = st.text(max_size=12) | st.text("0123456789.,-–()%€? T/:KWQ'", max_size=12)
_any_value = (
    _any_text | st.floats() | st.integers() | st.booleans() | st.dates() | st.datetimes()
    | st.times() | st.timedeltas() | st.none()
)  # fmt: skip
_any_cell = st.builds(
    Cell,
    _any_value,
    st.sampled_from(["General", "0%", "0.00", '#,##0 "T€"', "mm/yyyy", "@"]) | st.text(max_size=5),
)


@given(
    st.lists(_any_cell, min_size=1, max_size=4),
    _types,
    st.sampled_from([GERMAN, ENGLISH, Setting()]),
)
@settings(max_examples=400, deadline=None)
def test_every_cell_means_something_finite_or_nothing(cells, wanted, setting):
    column = evidence(cells)
    for cell in cells:
        meaning = read_cell(cell, wanted, column, setting, VOCABULARY)
        if isinstance(meaning.value, float):
            assert math.isfinite(meaning.value)
        if (
            isinstance(cell.value, str)
            and isinstance(meaning.value, (int, float))
            and wanted.type not in ("bool", "text")
        ):
            assert meaning.noticed, "a number out of a text is always said"
        raw_text(cell)


@given(_any_text)
@settings(max_examples=200, deadline=None)
def test_every_text_names_a_unit_or_none(text):
    unit = unit_of(text)
    assert unit is None or unit.scale in (None, 1, 1000, 10**6, 10**9)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (2.0, "0.0", "2.0"),
        (2, "0.0", "2.0"),
        (4.25, "0.00", "4.25"),
        (4.25, "0.0", "4.25"),  # nothing is rounded away
        (2.0, "General", "2"),
        (2.0, "#,##0.00", "2"),
    ],
)
def test_a_number_as_a_text_keeps_the_places_that_its_format_shows(value, number_format, text):
    assert value_of(value, Wanted("text"), format=number_format) == text
