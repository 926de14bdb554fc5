"""Every KPI: declared once, computed alike as number, column and Excel cell, golden numbers."""

from __future__ import annotations

import math
import random
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import golden_data as golden
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_plans import (
    VOCABULARY,
    account,
    counted,
    entry,
    has_row,
    measured,
    occasion,
    quarters,
    row,
    series,
)

from kam_reports.kpis import KPIS, CellRef, WorkCalendar, follow_up, kpi, kpi_words, ratio
from kam_reports.kpis.declaring import MONTHS
from kam_reports.model import Clearance, Occasion, Period, Perspective, Problem
from kam_reports.vocabulary import normalise
from kam_reports.workspace import parse_workspace

# ---------------------------------------------------------------- the catalogue

CATALOGUE = (
    "units revenue_gross revenue cm cogs sellout_cost market_volume purchase_volume outlets_total "
    "outlets_listed cat_rev_total cat_rev_listed skus_relevant skus_listed promos promo_revenue "
    "promo_cost customers customers_new customers_lost orders order_lines small_orders stock_avg "
    "k_units k_revenue k_dist_num k_dist_wgt k_share k_sow k_cm k_cm_pct k_price k_price_real "
    "k_discount k_assort k_promos k_promo_share k_promo_uplift k_promo_roi k_customers "
    "k_net_customers k_orders k_aov k_lines k_small k_turn k_stock_days v_abs v_pct att growth fc "
    "fc_gap mat m_done m_due_done m_overdue m_budget p_open p_weighted p_win p_conv p_cycle "
    "p_follow p_follow_open p_new r_cover r_roles s_csat s_nps s_complaints s_otd c_result c_rate "
    "d_complete kam_score a_submitted a_volume a_approval a_conversion a_first_time a_queries "
    "a_cancel a_days a_sla a_active a_training a_events a_talks a_quality a_score f_abc f_attr "
    "f_pos f_field f_hhi f_potential"
)


def test_every_kpi_of_the_catalogue_is_declared_in_its_order():
    steps = {f"p_conv_{stage}" for stage in range(3, 8)}
    assert " ".join(key for key in KPIS if key not in steps) == CATALOGUE
    assert len(KPIS) == 98 + len(steps)


def test_every_kpi_says_in_a_sentence_what_it_is():
    for found in KPIS.values():
        assert found.page.splitlines()[0].endswith((".", ":")), found.id
        assert found.page[0].isupper(), found.id


def test_no_two_kpis_have_the_same_word():
    for language in ("de", "en"):
        taken = {}
        for key, words in kpi_words().items():
            for word in words[language]:
                assert taken.setdefault(normalise(word), key) == key, (word, key)


@pytest.mark.parametrize(
    "key, clearance",
    [
        ("k_revenue", "C"),
        ("k_cm_pct", "X"),
        ("k_price_real", "X"),
        ("k_sow", "I"),
        ("k_promo_share", "I"),
        ("m_budget", "X"),
        ("a_conversion", "P"),
        ("s_nps", "C"),
        ("f_hhi", "X"),
    ],
)
def test_a_kpi_is_as_confidential_as_the_catalogue_says(key, clearance):
    assert KPIS[key].clearance is Clearance(clearance)


def test_no_kpi_shows_more_than_its_measures_allow():
    order = [Clearance.CUSTOMER, Clearance.PARTNER, Clearance.INTERNAL, Clearance.CONFIDENTIAL]
    for found in KPIS.values():
        classes = [VOCABULARY.measures[need].clearance for need in found.needs]
        strictest = max(classes, key=order.index, default=Clearance.CUSTOMER)
        assert order.index(found.clearance) >= order.index(strictest), found.id


def test_the_average_price_stays_inside_although_its_parts_may_be_shown():
    assert {VOCABULARY.measures[need].clearance for need in KPIS["k_price"].needs} == {"C"}
    assert KPIS["k_price"].clearance is Clearance.INTERNAL


def test_a_formula_over_an_unknown_measure_fails_where_it_is_declared():
    with pytest.raises(ValueError, match=r"revenu, which is no measure; perhaps revenue is meant"):

        @kpi("x_wrong", "EUR", better="up", de="Falsch", en="Wrong")
        def wrong(revenu):
            """Never made."""

    assert "x_wrong" not in KPIS


def test_no_id_is_given_twice():
    with pytest.raises(ValueError, match="k_cm_pct is declared twice"):

        @kpi("k_cm_pct", "percent", better="up", de="Marge", en="Margin")
        def again(cm, revenue):
            """Never made."""
            return ratio(cm, revenue)


def test_declarations_need_neither_pandas_nor_holidays():
    code = (
        "import sys, kam_reports.kpis as k; assert len(k.KPIS) > 90 and k.kpi_words();"
        "print([m for m in ('pandas', 'numpy', 'holidays', 'babel') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------- one formula, three uses


class Excel:
    """As much of Excel as our formulas use: a text formula over named cells gives a value."""

    TOKEN = re.compile(r'\s*("[^"]*"|\d+\.?\d*(?:[eE][+-]?\d+)?|[A-Z]+\d*|<=|>=|<>|[-+*/(),<>=])')

    def __init__(self, cells):
        self.cells = cells

    def value(self, formula):
        self.tokens = self.TOKEN.findall(formula)
        assert "".join(self.tokens) == formula.replace(" ", ""), formula
        found = self.compared()
        assert not self.tokens, self.tokens
        return found

    def peek(self):
        return self.tokens[0] if self.tokens else None

    def compared(self):
        left = self.summed()
        while self.peek() in ("=", "<", "<=", ">", ">=", "<>"):
            sign, right = self.tokens.pop(0), self.summed()
            number = [0.0 if side is None else side for side in (left, right)]
            left = {
                "=": number[0] == number[1],
                "<": number[0] < number[1],
                "<=": number[0] <= number[1],
            }[sign]
        return left

    def summed(self):
        left = self.multiplied()
        while self.peek() in ("+", "-"):
            sign, right = self.tokens.pop(0), self.multiplied()
            left = self.plain(left) + self.plain(right) * (1 if sign == "+" else -1)
        return left

    def multiplied(self):
        left = self.single()
        while self.peek() in ("*", "/"):
            sign, right = self.tokens.pop(0), self.single()
            left, right = self.plain(left), self.plain(right)
            left = left * right if sign == "*" else math.inf if right == 0 else left / right
        return left

    def single(self):
        token = self.tokens.pop(0)
        if token == "(":
            found = self.compared()
            assert self.tokens.pop(0) == ")"
            return found
        if token == "-":
            return -self.plain(self.single())
        if token[0] == '"':
            return token[1:-1]
        if token[0].isdigit():
            return float(token)
        if self.peek() == "(":
            self.tokens.pop(0)
            return self.called(token)
        return self.cells[token]

    def called(self, name):
        arguments = [self.compared()]
        while self.tokens.pop(0) == ",":
            arguments.append(self.compared())
        match name:
            case "IF":
                return arguments[1] if arguments[0] else arguments[2]
            case "COUNT":
                return sum(isinstance(one, float) for one in arguments)
            case "ABS":
                return abs(self.plain(arguments[0]))
            case "MAX":
                return max(self.plain(one) for one in arguments)
            case "AND":
                return all(arguments)
            case "NOT":
                return not arguments[0]
        raise AssertionError(name)

    @staticmethod
    def plain(value):
        """A number; an empty cell is zero, and text in arithmetic would be an error."""
        if isinstance(value, str):
            return math.nan
        return 0.0 if value is None else float(value)


FORMULAS = [found for found in KPIS.values() if found.needs and found.over_accounts != "pooled"]
numbers = st.one_of(
    st.none(),
    st.just(0.0),
    st.floats(-1e6, 1e6).map(lambda value: round(value, 2)),
    st.integers(1, 5000).map(float),
)


@pytest.mark.parametrize("found", FORMULAS, ids=lambda found: found.id)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_a_number_a_column_and_an_excel_cell_say_the_same(found, data):
    names = (*found.needs, MONTHS) if found.annualised else found.needs
    values = [data.draw(numbers) for _ in found.needs]
    if found.annualised:
        values.append(data.draw(st.sampled_from([3.0, 6.0, 9.0, 12.0])))
    as_number = found.formula(**dict(zip(names, values, strict=True)))
    column = found.formula(
        **{name: pd.Series([value], dtype=float) for name, value in zip(names, values, strict=True)}
    ).iloc[0]
    cells = {f"C{number}": value for number, value in enumerate(values, start=5)}
    formula = found.formula(**dict(zip(names, map(CellRef, cells), strict=True)))
    in_excel = Excel(cells).value(formula)
    if as_number is None:
        assert math.isnan(column) or math.isinf(column)
        assert in_excel == ""
    else:
        assert column == pytest.approx(as_number, rel=1e-12, abs=1e-12)
        assert in_excel == pytest.approx(as_number, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("found", FORMULAS, ids=lambda found: found.id)
def test_a_missing_input_is_missing_and_never_zero(found):
    for missing in found.needs:
        inputs = {name: None if name == missing else 7.0 for name in found.needs}
        inputs |= {MONTHS: 3.0} if found.annualised else {}
        assert found.formula(**inputs) is None


def test_a_text_in_a_cell_leaves_its_quota_empty():
    formula = KPIS["k_cm_pct"].formula(cm=CellRef("C5"), revenue=CellRef("D5"))
    assert Excel({"C5": "ca. 5", "D5": 7.0}).value(formula) == ""
    assert Excel({"C5": 90.0, "D5": 120.0}).value(formula) == 0.75


def test_a_cell_shown_as_it_is_stays_empty_when_it_is_empty():
    formula = KPIS["k_revenue"].formula(revenue=CellRef("Daten!C5"))
    assert formula == 'IF(COUNT(Daten!C5)<1,"",Daten!C5)'


def test_all_division_asks_for_zero_before_it_divides():
    formula = KPIS["k_cm_pct"].formula(cm=CellRef("A1"), revenue=CellRef("B1"))
    assert formula == 'IF(COUNT(A1,B1)<2,"",IF(B1=0,"",(A1/B1)))'


# ---------------------------------------------------------------- golden numbers


@pytest.fixture(scope="module")
def results():
    return measured(*golden.plans())


def test_nordmarkt_attains_its_revenue_and_grows(results):
    found = row(results, "K-1001", "k_revenue")
    assert found["actual"] == pytest.approx(2_023_000)
    assert found["target"] == pytest.approx(2_000_000)
    assert found["attainment"] == pytest.approx(1.0115)
    assert found["growth"] == pytest.approx(0.0647, abs=5e-5)
    assert found["light"] == "green"


def test_nordmarkt_sells_its_volume_but_not_its_margin(results):
    margin = row(results, "K-1001", "k_cm")
    assert (margin["actual"], margin["target"]) == pytest.approx((585_060, 640_000))
    assert margin["attainment"] == pytest.approx(0.9142, abs=5e-5)
    assert margin["light"] == "yellow"
    units = row(results, "K-1001", "k_units")
    assert units["attainment"] == pytest.approx(1.0510, abs=5e-5)
    assert units["light"] == "green"


def test_a_margin_over_time_is_the_ratio_of_sums(results):
    assert row(results, "K-1001", "k_cm_pct")["actual"] == pytest.approx(0.2892, abs=5e-5)
    assert row(results, "K-1002", "k_cm_pct")["actual"] == pytest.approx(0.1447, abs=5e-5)


def test_price_realisation_order_value_and_share_come_out(results):
    assert row(results, "K-1001", "k_price_real")["actual"] == pytest.approx(0.8853, abs=5e-5)
    assert row(results, "K-1002", "k_price_real")["actual"] == pytest.approx(0.7900, abs=5e-5)
    assert row(results, "K-1001", "k_aov")["actual"] == pytest.approx(3388.6, abs=0.05)
    assert row(results, "K-1001", "k_share")["actual"] == pytest.approx(0.1631, abs=5e-5)


def test_suedbau_reaches_its_revenue_and_misses_its_margin(results):
    assert row(results, "K-1002", "k_revenue")["attainment"] == pytest.approx(1.0058, abs=5e-5)
    margin = row(results, "K-1002", "k_cm")
    assert (margin["actual"], margin["target"]) == pytest.approx((125_200, 146_200))
    assert margin["attainment"] == pytest.approx(0.8564, abs=5e-5)
    assert margin["light"] == "red"


def test_forecasts_follow_the_season_of_the_prior_year(results):
    nordmarkt = row(results, "K-1001", "k_revenue", "FY")
    assert nordmarkt["forecast"] == pytest.approx(4_258_900, abs=50)
    assert nordmarkt["forecast_method"] == "seasonal"
    assert row(results, "K-1002", "k_revenue", "FY")["forecast"] == pytest.approx(1_793_300, abs=50)


def test_after_one_quarter_the_season_says_yellow_where_a_straight_line_says_red():
    found = row(measured(*golden.plans(), quarter=1), "K-1001", "k_revenue", "FY")
    assert found["forecast"] == pytest.approx(4_138_000, abs=500)
    assert found["light"] == "yellow"


def test_without_prior_year_the_plan_phases_the_forecast_and_without_plan_a_straight_line():
    plan = golden.plan(golden.NORDMARKT)
    without_py = replace(plan, figures=tuple(f for f in plan.figures if f.scenario != "PY"))
    found = row(measured(without_py), "K-1001", "k_revenue", "FY")
    assert found["forecast"] == pytest.approx(4_248_300, abs=50)
    assert found["forecast_method"] == "plan"
    only_actuals = replace(plan, figures=tuple(f for f in plan.figures if f.scenario == "ACTUAL"))
    found = row(measured(only_actuals), "K-1001", "k_revenue", "FY")
    assert found["forecast"] == pytest.approx(4_046_000)
    assert found["forecast_method"] == "linear"


def test_an_incomplete_year_to_date_shows_its_quarters_and_no_forecast(results):
    to_date = row(results, "K-1003", "k_revenue")
    assert math.isnan(to_date["actual"])
    assert math.isnan(to_date["forecast"])
    assert to_date["light"] == "grey"
    assert to_date["coverage"] == 0.5
    assert to_date["missing"] == "revenue 2026-Q2"
    first = row(results, "K-1003", "k_revenue", "Q", quarter=1)
    assert first["attainment"] == pytest.approx(0.842, abs=5e-4)
    assert first["light"] == "red"


def test_consolidated_attainment_is_like_for_like(results):
    found = row(results, "*", "k_revenue")
    assert (found["actual"], found["target"]) == pytest.approx((2_888_000, 2_860_000))
    assert found["attainment"] == pytest.approx(1.0098, abs=5e-5)
    assert found["included"] == "2/3"
    assert found["missing"] == "K-1003"
    assert found["light"] == "green"


def test_consolidated_quotas_are_ratios_of_sums_and_a_shared_market_counts_once(results):
    assert row(results, "*", "k_cm_pct")["actual"] == pytest.approx(0.2459, abs=5e-5)
    assert row(results, "*", "k_share")["actual"] == pytest.approx(0.2329, abs=5e-5)


def test_the_first_quarter_hangs_on_one_account(results):
    found = row(results, "*", "f_hhi", "Q", quarter=1)
    assert found["actual"] == pytest.approx(0.3614, abs=5e-5)
    assert found["light"] == "red"
    first = measured(*golden.plans(), quarter=1).concentration
    assert first.shares["K-1001"] == pytest.approx(0.4595, abs=5e-5)
    assert first.shares["K-1002"] == pytest.approx(0.2246, abs=5e-5)
    assert first.shares["K-1003"] == pytest.approx(0.3159, abs=5e-5)
    assert first.effective == pytest.approx(2.77, abs=5e-3)


@pytest.mark.parametrize("first, due", golden.FOLLOW_UPS)
def test_a_follow_up_is_due_a_week_later_on_a_working_day(first, due):
    offer = entry("pipeline", stage="offer_sent", first_contact_on=first)
    assert follow_up(offer, date(2026, 12, 31), WorkCalendar("DE", "BW")).due == due


# ---------------------------------------------------------------- the table


def test_the_table_has_the_columns_of_the_contract(results):
    assert ",".join(results.kpis.columns) == (
        "subject_id,subject,role,kpi,scope,quarter,perspective,actual,target,prior_year,variance,"
        "variance_pct,attainment,growth,forecast,forecast_method,light,coverage,included,missing,"
        "fc_gap,needed_per_quarter,mat"
    )
    texts = {"subject_id", "subject", "role", "kpi", "scope", "quarter", "perspective", "light",
             "forecast_method", "included", "missing"}  # fmt: skip
    for name, kind in results.kpis.dtypes.items():
        assert kind == ("str" if name in texts else "float64"), name
    assert not results.kpis[list(texts)].isna().any().any()


def test_rows_stand_by_subject_kpi_perspective_scope_and_latest_quarter_first(results):
    scopes = {"Q": 0, "YTD": 1, "FY": 2, "ASOF": 3}
    views = {"own": 0, "customer": 1, "joint": 2}
    keys = [
        (r.subject_id, list(KPIS).index(r.kpi), views[r.perspective], scopes[r.scope],
         -int(r.quarter[-1]))
        for r in results.kpis.itertuples()
    ]  # fmt: skip
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))


def test_a_measure_that_a_kpi_shows_has_no_row_of_its_own(results):
    shown = set(results.kpis["kpi"])
    assert "k_revenue" in shown
    assert "revenue" not in shown
    assert "revenue_gross" in shown


def test_gap_pace_and_moving_annual_total_of_nordmarkt(results):
    found = row(results, "K-1001", "k_revenue")
    assert found["fc_gap"] == pytest.approx(2_177_000)
    assert found["needed_per_quarter"] == pytest.approx(1_088_500)
    assert found["mat"] == pytest.approx(2_023_000 + 950_000 + 1_150_000)
    margin = row(results, "K-1001", "k_cm_pct")
    assert margin["mat"] == pytest.approx((585.06 + 285 + 345) / (2023 + 950 + 1150))
    assert math.isnan(margin["fc_gap"])


def test_percentages_differ_in_points_and_have_no_relative_variance(results):
    found = row(results, "K-1001", "k_cm_pct")
    assert found["variance"] == pytest.approx(585.06 / 2023 - 640 / 2000)
    assert math.isnan(found["variance_pct"])
    assert found["growth"] == pytest.approx(585.06 / 2023 - 570 / 1900)


def test_nothing_read_is_an_empty_table_with_all_columns():
    found = measured()
    assert len(found.kpis) == 0
    assert len(found.kpis.columns) == 23
    assert found.standings == found.scores == ()
    assert found.concentration is None


def test_the_order_of_files_rows_and_columns_changes_nothing(results):
    shuffled = random.Random(4)
    for _ in range(3):
        plans = []
        for plan in golden.plans():
            figures = list(plan.figures)
            shuffled.shuffle(figures)
            plans.append(replace(plan, figures=tuple(figures)))
        shuffled.shuffle(plans)
        again = measured(*plans)
        pd.testing.assert_frame_equal(again.kpis, results.kpis)
        pd.testing.assert_frame_equal(again.counts, results.counts)
        assert again.standings == results.standings


# ---------------------------------------------------------------- against an independent computation


@st.composite
def small_plans(draw):
    """Up to three accounts with revenue, margin and orders, some of it missing."""
    value = st.one_of(st.none(), st.integers(-50, 5000).map(lambda n: n / 4))
    count = st.one_of(st.none(), st.integers(0, 40))
    accounts = {}
    for name in ("A", "B", "C")[: draw(st.integers(1, 3))]:
        accounts[name] = {
            measure: {
                scenario: [draw(value if measure != "orders" else count) for _ in range(4)]
                for scenario in ("PY", "T", "A")
            }
            for measure in ("revenue", "cm", "orders")
        }
    return accounts, draw(st.integers(1, 4))


QUOTAS = {"k_cm_pct": ("cm", "revenue"), "k_aov": ("revenue", "orders")}
FLOWS = {"k_revenue": "revenue", "k_cm": "cm", "k_orders": "orders"}


def exact(accounts, names, measure, scenario, upto):
    """The sum of the first quarters over accounts, exactly; None if one is missing."""
    parts = [accounts[name][measure][scenario][:upto] for name in names]
    flat = [value for part in parts for value in part]
    return None if None in flat or not flat else sum((Decimal(str(v)) for v in flat), Decimal(0))


def exact_kpi(accounts, names, key, scenario, upto):
    if key in FLOWS:
        return exact(accounts, names, FLOWS[key], scenario, upto)
    part, whole = (exact(accounts, names, measure, scenario, upto) for measure in QUOTAS[key])
    return None if part is None or whole is None or whole == 0 else part / whole


def with_all(accounts, key, scenarios, upto):
    """The accounts that have every input of every scenario."""
    measures = (FLOWS[key],) if key in FLOWS else QUOTAS[key]
    return [
        name
        for name in accounts
        if all(
            exact(accounts, [name], measure, scenario, upto) is not None
            for measure in measures
            for scenario in scenarios
        )
    ]


def agrees(found, wanted):
    if wanted is None:
        return math.isnan(found)
    return found == pytest.approx(float(wanted), rel=1e-9, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(small_plans())
def test_accounts_and_their_sums_equal_an_exact_computation(drawn):
    accounts, quarter = drawn
    plans = [
        account(name, *(quarters(measure, scenario, *values)
                        for measure, scenarios in measures.items()
                        for scenario, values in scenarios.items()))
        for name, measures in accounts.items()
    ]  # fmt: skip
    table = measured(*plans, quarter=quarter).kpis
    table = table[(table["scope"] == "YTD") & table["kpi"].isin([*FLOWS, *QUOTAS])]
    seen = set()
    for r in table.itertuples():
        seen.add((r.subject_id, r.kpi))
        if r.subject_id != "*":
            for column, scenario in (("actual", "A"), ("target", "T"), ("prior_year", "PY")):
                wanted = exact_kpi(accounts, [r.subject_id], r.kpi, scenario, quarter)
                assert agrees(getattr(r, column), wanted), (r.subject_id, r.kpi, column)
            assert agrees(r.attainment, attained_exactly(r.kpi, accounts, [r.subject_id], quarter))
            continue
        pairs = with_all(accounts, r.kpi, ("A", "T"), quarter)
        members = pairs or with_all(accounts, r.kpi, ("A",), quarter)
        if members:
            assert r.included == f"{len(members)}/{len(accounts)}"
            assert agrees(r.actual, exact_kpi(accounts, members, r.kpi, "A", quarter))
            assert r.missing == "; ".join(name for name in accounts if name not in members)
        if pairs:
            assert agrees(r.target, exact_kpi(accounts, pairs, r.kpi, "T", quarter))
            assert agrees(r.attainment, attained_exactly(r.kpi, accounts, pairs, quarter))
        grown = with_all(accounts, r.kpi, ("A", "PY"), quarter)
        now, before = (exact_kpi(accounts, grown, r.kpi, s, quarter) for s in ("A", "PY"))
        if r.kpi == "k_cm_pct":
            assert agrees(r.growth, None if None in (now, before) else now - before)
        else:
            known = None not in (now, before) and before > 0
            assert agrees(r.growth, (now - before) / before if known else None)
    for name in accounts:
        for key in (*FLOWS, *QUOTAS):
            if exact_kpi(accounts, [name], key, "A", quarter) is not None:
                assert (name, key) in seen


def attained_exactly(key, accounts, names, quarter):
    actual = exact_kpi(accounts, names, key, "A", quarter)
    target = exact_kpi(accounts, names, key, "T", quarter)
    if actual is None or target is None or target == 0:
        return None
    return 1 + (actual - target) / abs(target)


# ---------------------------------------------------------------- time


def test_stock_turns_are_those_of_a_year():
    plan = account(
        "A", quarters("sellout_cost", "A", 300, 360), quarters("stock_avg", "A", 100, 120)
    )
    found = measured(plan)
    assert row(found, "A", "k_turn", "Q", quarter=1)["actual"] == pytest.approx(300 / 100 * 4)
    assert row(found, "A", "k_turn")["actual"] == pytest.approx(660 / 110 * 2)
    assert row(found, "A", "k_stock_days")["actual"] == pytest.approx(365 / 12)


def test_a_state_is_its_latest_value_and_its_year_ends_with_the_fourth_quarter():
    plan = account(
        "A",
        quarters("customers", "A", 100, 104),
        quarters("customers", "T", 101, 103, 105, 110),
        quarters("customers", "PY", 90, 95, 96, 97),
    )
    found = measured(plan)
    to_date = row(found, "A", "k_customers")
    assert (to_date["actual"], to_date["target"], to_date["prior_year"]) == (104, 103, 95)
    year = row(found, "A", "k_customers", "FY")
    assert (year["target"], year["forecast"], year["forecast_method"]) == (110, 104, "last")


def test_a_plan_of_another_year_is_not_measured():
    plan = account("A", quarters("revenue", "A", 1, 2))
    assert len(measured(replace(plan, fiscal_year=2025)).kpis) == 0


# ---------------------------------------------------------------- counted from records


def initiative(status, due, done_on=None, **more):
    return entry("measures", status=status, due=due, done_on=done_on, **more)


def test_initiatives_are_done_due_and_late_as_of_the_day():
    plan = account(
        "A",
        entries=(
            initiative(
                "done", date(2026, 3, 31), date(2026, 3, 20), budget=100.0, actual_cost=90.0
            ),
            initiative(
                "done", date(2026, 3, 31), date(2026, 4, 9), budget=100.0, actual_cost=130.0
            ),
            initiative("in_progress", date(2026, 6, 10)),
            initiative("open", date(2026, 12, 1)),
            initiative("cancelled", date(2026, 1, 1), budget=500.0),
        ),
    )
    found = measured(plan)
    assert row(found, "A", "m_done", "ASOF")["actual"] == pytest.approx(2 / 4)
    assert row(found, "A", "m_due_done", "ASOF")["actual"] == pytest.approx(1 / 3)
    assert row(found, "A", "m_overdue", "ASOF")["actual"] == 1
    assert counted(found, "initiatives_days_late") == {"2026-Q2": 20}
    assert row(found, "A", "m_budget", "ASOF")["actual"] == pytest.approx(1.1)
    assert row(found, "A", "m_budget", "ASOF")["light"] == "yellow"


def test_completion_is_judged_by_the_share_of_the_year_that_has_passed():
    def light(done, quarter):
        rows = [initiative("done", date(2026, 1, 31), date(2026, 1, 31))] * done
        rows += [initiative("open", date(2026, 12, 31))] * (10 - done)
        return row(measured(account("A", entries=tuple(rows)), quarter=quarter), "A", "m_done",
                   "ASOF")["light"]  # fmt: skip

    assert (light(5, 2), light(4, 2), light(3, 2)) == ("green", "yellow", "red")
    assert light(5, 4) == "red"


def test_overdue_initiatives_are_yellow_while_they_are_few_and_not_long():
    def light(*days):
        rows = [initiative("open", date(2026, 6, 30) - timedelta(days=late)) for late in days]
        rows.append(initiative("done", date(2026, 5, 31), date(2026, 5, 31)))
        found = measured(account("A", entries=tuple(rows)))
        return row(found, "A", "m_overdue", "ASOF")["light"]

    assert light() == "green"
    assert light(14, 14) == "yellow"
    assert light(14, 15) == "red"
    assert light(1, 1, 1) == "red"


def test_a_list_that_nobody_filled_in_is_missing_and_not_zero():
    assert not has_row(measured(account("A")), "A", "p_open", "ASOF")
    found = measured(account("A", sections=("pipeline",)))
    assert not has_row(found, "A", "p_open", "ASOF")
    assert not has_row(found, "A", "p_follow_open", "ASOF")


def offer(stage, first=None, **more):
    return entry("pipeline", stage=stage, first_contact_on=first, **more)


def test_the_pipeline_is_weighted_by_stage_unless_a_probability_is_typed():
    plan = account(
        "A",
        entries=(
            offer("meeting", offer_value=1000.0),
            offer("phoned", offer_value=1000.0, probability=0.5),
            offer("won", offer_value=9000.0),
            offer("lost", offer_value=9000.0),
        ),
    )
    found = measured(plan)
    assert row(found, "A", "p_open", "ASOF")["actual"] == 2000
    assert row(found, "A", "p_weighted", "ASOF")["actual"] == pytest.approx(600 + 500)


def test_the_pipeline_is_green_when_it_covers_the_gap_to_the_revenue_target():
    def light(value):
        plan = account(
            "A",
            quarters("revenue", "A", 400, 400),
            quarters("revenue", "T", 450, 450, 450, 450),
            entries=(offer("meeting", offer_value=value, probability=1.0),),
        )
        return row(measured(plan), "A", "p_weighted", "ASOF")["light"]

    assert (light(1000.0), light(600.0), light(500.0)) == ("green", "yellow", "red")


def test_win_rate_cycle_and_new_customers_count_by_the_day_of_the_deal():
    def won(first, closed, **more):
        return offer("won", first, closed_on=closed, **more)

    plan = account(
        "A",
        entries=(
            won(date(2026, 1, 5), date(2026, 2, 4)),
            won(date(2026, 1, 5), date(2026, 4, 5), is_new=False),
            won(date(2026, 4, 1), date(2026, 5, 1)),
            offer("lost", date(2026, 1, 5), closed_on=date(2026, 5, 5)),
            won(date(2025, 1, 5), date(2025, 12, 5)),
        ),
    )
    found = measured(plan)
    assert row(found, "A", "p_win")["actual"] == pytest.approx(3 / 4)
    assert row(found, "A", "p_win", "Q", quarter=1)["actual"] == 1
    assert row(found, "A", "p_new")["actual"] == 2
    assert row(found, "A", "p_cycle")["actual"] == 30
    assert row(found, "A", "p_cycle", "Q", quarter=2)["actual"] == 60


def test_the_median_of_all_accounts_is_over_all_deals():
    def deals(name, *days):
        start = date(2026, 1, 1)
        rows = [offer("won", start, closed_on=start + timedelta(days=n)) for n in days]
        return account(name, entries=tuple(rows))

    found = measured(deals("A", 10), deals("B", 20, 30, 40), account("C"))
    together = row(found, "*", "p_cycle")
    assert together["actual"] == 25
    assert together["included"] == "2/3"
    assert together["missing"] == "C"


def test_a_lost_prospect_has_reached_the_stages_that_its_dates_prove():
    day = date(2026, 1, 12)
    plan = account(
        "A",
        entries=(
            offer("lost", day, followup_on=day, phone_on=day, closed_on=day),
            offer("won", day, closed_on=day),
            offer("offer_sent", day),
            offer("identified"),
        ),
    )
    found = measured(plan)
    assert row(found, "A", "p_conv_3")["actual"] == pytest.approx(2 / 3)
    assert row(found, "A", "p_conv_4")["actual"] == 1
    assert row(found, "A", "p_conv_5")["actual"] == pytest.approx(1 / 2)
    assert row(found, "A", "p_conv")["actual"] == pytest.approx(1 / 3)


def test_follow_ups_are_punctual_late_or_overdue_and_those_not_yet_due_do_not_count():
    plan = account(
        "A",
        entries=(
            offer("followed_up", date(2026, 4, 13), followup_on=date(2026, 4, 20)),
            offer("followed_up", date(2026, 4, 13), followup_on=date(2026, 4, 21)),
            offer("phoned", date(2026, 4, 13), phone_on=date(2026, 4, 15)),
            offer("offer_sent", date(2026, 6, 15)),
            offer("offer_sent", date(2026, 6, 26)),
        ),
    )
    found = measured(plan)
    assert row(found, "A", "p_follow", "Q", quarter=2)["actual"] == pytest.approx(2 / 4)
    waiting = row(found, "A", "p_follow_open", "ASOF")
    assert (waiting["actual"], waiting["light"]) == (1, "red")
    earlier = measured(plan, as_of=date(2026, 6, 25))
    assert row(earlier, "A", "p_follow_open", "ASOF")["light"] == "yellow"


def test_a_follow_up_is_not_overdue_on_the_day_that_it_is_due():
    plan = account("A", entries=(offer("offer_sent", date(2026, 6, 15)),))
    on_the_day = measured(plan, as_of=date(2026, 6, 22))
    assert row(on_the_day, "A", "p_follow_open", "ASOF")["actual"] == 0
    assert not has_row(on_the_day, "A", "p_follow")
    the_day_after = measured(plan, as_of=date(2026, 6, 23))
    assert row(the_day_after, "A", "p_follow_open", "ASOF")["actual"] == 1
    assert row(the_day_after, "A", "p_follow")["actual"] == 0


def test_an_activity_wins_over_the_date_columns():
    plan = account(
        "A",
        entries=(
            offer("offer_sent", date(2026, 4, 13), opp_id="O1", followup_on=date(2026, 5, 30)),
            entry("activity", opp_id="O1", type="follow_up", date=date(2026, 4, 17)),
        ),
    )
    assert row(measured(plan), "A", "p_follow")["actual"] == 1


def test_key_contacts_count_as_met_within_their_own_interval():
    def contact(role, days, **more):
        return entry(
            "contacts", bc_role=role, last_contact_on=date(2026, 6, 30) - timedelta(days), **more
        )

    plan = account(
        "A",
        entries=(
            contact("decider", 30, contact_interval=30),
            contact("buyer", 31, contact_interval=30, influence=4),
            contact("user", 300, influence=3),
            contact("decider", 90),
        ),
    )
    found = measured(plan)
    assert row(found, "A", "r_cover", "ASOF")["actual"] == pytest.approx(2 / 3)
    assert row(found, "A", "r_roles", "ASOF")["actual"] == pytest.approx(3 / 4)


def survey(quarter, instrument, value, responses=None, **more):
    period = Period(2026, "Q", quarter)
    return entry(
        "satisfaction", survey_period=period, instrument=instrument, value=value,
        responses=responses, **more,
    )  # fmt: skip


def test_every_scale_of_satisfaction_becomes_an_index_weighted_with_its_answers():
    plan = account(
        "A",
        entries=(
            survey(1, "csat", 4.0, 30),
            survey(2, "grade", 2.0, 10),
            survey(2, "nps", 40.0, 50),
        ),
    )
    found = measured(plan)
    assert row(found, "A", "s_csat", "Q", quarter=1)["actual"] == pytest.approx(75)
    assert row(found, "A", "s_csat", "Q", quarter=2)["actual"] == pytest.approx(80)
    assert row(found, "A", "s_csat")["actual"] == pytest.approx((75 * 30 + 80 * 10) / 40)


def test_satisfaction_without_answers_counts_for_its_account_alone():
    with_answers = account("A", entries=(survey(1, "index", 70.0, 20),))
    without = account("B", entries=(survey(1, "index", 90.0),))
    found = measured(with_answers, without)
    assert row(found, "B", "s_csat")["actual"] == 90
    together = row(found, "*", "s_csat")
    assert (together["actual"], together["included"]) == (70, "1/2")


def test_promoter_scores_are_pooled_from_counts():
    def answers(name, promoters, detractors, responses):
        return account(
            name,
            entries=(
                survey(1, "nps", None, responses, promoters=promoters, detractors=detractors),
            ),
        )

    found = measured(answers("A", 30, 5, 50), answers("B", 2, 6, 10))
    assert row(found, "*", "s_nps")["actual"] == pytest.approx(35)
    assert row(found, "B", "s_nps")["actual"] == pytest.approx(-40)


def test_a_promoter_score_may_fall_ten_points_short_of_its_target():
    def light(score):
        plan = account(
            "A",
            series("s_nps", "T FY", 40, section="goals", unit="nps"),
            entries=(survey(1, "nps", score, 50),),
        )
        return row(measured(plan), "A", "s_nps")["light"]

    assert (light(40), light(30), light(29.9)) == ("green", "yellow", "red")


def test_deliveries_weigh_with_their_orders_and_complaints_stand_against_them():
    plan = account(
        "A",
        quarters("orders", "A", 300, 100),
        entries=(
            survey(1, "index", 80.0, 5, on_time_delivery=0.96, complaints=3),
            survey(2, "index", 80.0, 5, on_time_delivery=0.92, complaints=5),
        ),
    )
    found = measured(plan)
    assert row(found, "A", "s_otd")["actual"] == pytest.approx(0.95)
    assert row(found, "A", "s_complaints")["actual"] == pytest.approx(8 / 400)


def condition(cond_type="discount", unit="percent", basis="gross_revenue", **more):
    values = {
        "cond_type": cond_type, "unit": unit, "basis": basis, "scope": "Gesamt",
        "negotiation_status": "agreed", "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31),
    }  # fmt: skip
    return entry("conditions", **{**values, **more})


def test_a_higher_discount_costs_us_and_a_higher_net_price_brings_us_something():
    plan = account(
        "A",
        quarters("revenue_gross", "T", 1000, 1000, 1000, 1000),
        quarters("units", "T", 10, 10, 10, 10),
        entries=(
            condition(value=0.08, previous_value=0.075),
            condition("net_price", "per_unit", "units", value=101.0, previous_value=100.0),
            condition(value=0.5, previous_value=0.0, negotiation_status="demanded"),
            condition(value=0.06, previous_value=0.05, valid_from=date(2026, 4, 1)),
        ),
    )
    found = measured(plan)
    assert row(found, "A", "c_result", "Q", quarter=1)["actual"] == pytest.approx(-20 + 40)
    assert row(found, "A", "c_result")["actual"] == pytest.approx(-20 + 40 - 40)
    assert row(found, "A", "c_result")["light"] == "red"


def test_the_conditions_rate_counts_what_is_in_force():
    plan = account(
        "A",
        quarters("revenue_gross", "A", 1000, 1000),
        quarters("revenue", "A", 900, 800),
        entries=(
            condition(value=0.05),
            condition("bonus", basis="net_revenue", value=0.01, valid_from=date(2026, 4, 1)),
            condition("listing_fee", "amount", "fixed", value=40.0),
            condition("payment_term", "days", "fixed", value=30.0),
        ),
    )
    found = measured(plan)
    assert row(found, "A", "c_rate", "Q", quarter=1)["actual"] == pytest.approx((50 + 10) / 1000)
    assert row(found, "A", "c_rate")["actual"] == pytest.approx((60 + 68) / 2000)


def test_promotions_are_counted_when_nobody_states_them():
    def promotion(start, status="finished", **more):
        return entry("promotions", start=start, status=status, **more)

    rows = (
        promotion(date(2026, 2, 1), baseline_units=100.0, actual_units=150.0, planned_units=180.0,
                  actual_revenue=5000.0, cost=250.0),
        promotion(date(2026, 5, 1), "running", cost=50.0),
        promotion(date(2026, 5, 2), "planned"),
    )  # fmt: skip
    plan = account("A", quarters("cm", "A", 500, 500), quarters("units", "A", 50, 50), entries=rows)
    found = measured(plan)
    assert row(found, "A", "k_promos")["actual"] == 2
    assert row(found, "A", "promo_revenue")["actual"] == 5000
    uplift = row(found, "A", "k_promo_uplift", "Q", quarter=1)
    assert (uplift["actual"], uplift["target"]) == pytest.approx((0.5, 0.8))
    assert row(found, "A", "k_promo_roi")["actual"] == pytest.approx((50 * 10 - 300) / 300)
    stated = account("B", quarters("promos", "A", 5, 6), entries=rows)
    assert row(measured(stated), "B", "k_promos")["actual"] == 11


def test_listed_articles_are_counted_as_of_the_end_of_each_quarter():
    plan = account(
        "A",
        entries=(
            entry("assortment", listing="listed", relevant=True),
            entry("assortment", listing="listed", relevant=True, listed_from=date(2026, 5, 1)),
            entry("assortment", listing="delisted", relevant=True, delisted_on=date(2026, 6, 1)),
            entry("assortment", listing="not_listed"),
            entry("assortment", listing="listed", relevant=False),
        ),
    )
    found = measured(plan)
    assert counted(found, "skus_listed") == {"2026-Q1": 2, "2026-Q2": 2}
    assert counted(found, "skus_relevant") == {"2026-Q1": 4, "2026-Q2": 4}
    assert row(found, "A", "k_assort")["actual"] == pytest.approx(0.5)


def test_potential_is_compared_with_as_much_of_the_year_as_revenue():
    plan = account(
        "A",
        quarters("revenue", "A", 100, 140),
        entries=(entry("potential", potential_revenue=1200.0),),
    )
    found = measured(plan)
    assert row(found, "A", "f_potential")["actual"] == pytest.approx(240 / 600)
    assert found.standings[0].potential_used == pytest.approx(240 / 600)


def test_completeness_counts_the_fields_that_a_plan_should_have():
    empty = measured(account("A", account_id="A", sections=("plan",)))
    fuller = measured(
        account("A", account_id="A", kam="Jana Vogt", currency="EUR", as_of=date(2026, 6, 30))
    )
    low = row(empty, "A", "d_complete", "ASOF")["actual"]
    high = row(fuller, "A", "d_complete", "ASOF")["actual"]
    assert 0 < low < high < 1


def test_counts_are_figures_with_the_sheet_they_were_counted_on():
    plan = account("A", entries=(offer("offer_sent", offer_value=5.0),))
    found = measured(plan).counts
    assert set(found["section"]) == {"counted"}
    opened = found[found["measure"] == "pipeline_open"].iloc[0]
    assert (opened["sheet"], opened["unit"], opened["value"]) == ("pipeline", "EUR", 5)
    assert VOCABULARY.measures["pipeline_open"].counted


# ---------------------------------------------------------------- targets of a KPI


def test_a_target_of_the_parts_comes_before_one_stated_for_the_kpi():
    stated = series("k_cm_pct", "T Q1", 0.4, "T Q2", 0.4, "T FY", 0.4, section="goals")
    parts = [quarters("cm", "T", 30, 30), quarters("revenue", "T", 100, 100)]
    actuals = [quarters("cm", "A", 20, 20), quarters("revenue", "A", 100, 100)]
    without_parts = row(measured(account("A", stated, *actuals)), "A", "k_cm_pct")
    assert without_parts["target"] == pytest.approx(0.4)
    with_parts = row(measured(account("A", stated, *parts, *actuals)), "A", "k_cm_pct")
    assert with_parts["target"] == pytest.approx(0.3)


def test_a_stated_quota_holds_for_the_year_to_date_and_is_never_added_up():
    plan = account(
        "A",
        series("k_cm_pct", "T Q1", 0.30, "T Q2", 0.32, "T FY", 0.33, section="goals"),
        quarters("cm", "A", 20, 20),
        quarters("revenue", "A", 100, 100),
    )
    found = measured(plan)
    assert row(found, "A", "k_cm_pct", "Q", quarter=1)["target"] == pytest.approx(0.30)
    assert row(found, "A", "k_cm_pct")["target"] == pytest.approx(0.32)
    assert row(found, "A", "k_cm_pct", "FY")["target"] == pytest.approx(0.33)


def test_a_stated_flow_adds_up_to_date():
    plan = account(
        "A",
        series("k_net_customers", "T Q1", 3, "T Q2", 4, "T FY", 14, section="goals", unit="count"),
        quarters("customers_new", "A", 5, 5),
        quarters("customers_lost", "A", 1, 2),
    )
    found = row(measured(plan), "A", "k_net_customers")
    assert (found["actual"], found["target"], found["light"]) == (7, 7, "green")


def test_the_customers_view_has_its_own_targets_and_our_actuals():
    plan = account(
        "A",
        quarters("revenue", "A", 100, 100),
        quarters("revenue", "T", 110, 110),
        quarters("revenue", "PY", 90, 90),
        quarters("revenue", "T", 95, 95, perspective=Perspective.JOINT),
        series("k_turn", "T Q2", 8, perspective=Perspective.CUSTOMER, section="goals"),
        quarters("sellout_cost", "A", 100, 100),
        quarters("stock_avg", "A", 50, 50),
    )
    found = measured(plan)
    joint = row(found, "A", "k_revenue", perspective=Perspective.JOINT)
    assert (joint["actual"], joint["target"], joint["prior_year"]) == (200, 190, 180)
    assert row(found, "A", "k_revenue")["target"] == 220
    turns = row(found, "A", "k_turn", perspective=Perspective.CUSTOMER)
    assert (turns["actual"], turns["target"]) == (8, 8)
    joint_kpis = set(found.kpis[found.kpis["perspective"] == "joint"]["kpi"])
    assert joint_kpis == {"k_revenue"}


# ---------------------------------------------------------------- a company's own KPIs


OWN = """
[measures.samples]
de = ["Muster"]
en = ["Samples"]
unit = "count"
[kpis.samples_per_order]
rule = "ratio"
of = ["samples", "Aufträge"]
unit = "count"
[kpis.income]
rule = "difference"
of = ["revenue", "promo_cost"]
unit = "EUR"
[kpis.all_orders]
rule = "sum"
of = ["orders", "samples"]
unit = "count"
better = "info"
"""


def test_a_company_has_sums_differences_and_ratios_of_its_own():
    workspace = parse_workspace(OWN, Path("kam.toml"))
    vocabulary = VOCABULARY.with_measures(workspace.measures)
    plan = account(
        "A",
        quarters("samples", "A", 6, 10, unit="count"),
        quarters("orders", "A", 3, 5),
        quarters("orders", "T", 3, 5),
        quarters("samples", "T", 9, 15, unit="count"),
        quarters("revenue", "A", 100, 100),
        quarters("promo_cost", "A", 10, 20),
    )
    found = measured(plan, plan_named(plan, "B"), workspace=workspace, vocabulary=vocabulary)
    per_order = row(found, "A", "samples_per_order")
    assert (per_order["actual"], per_order["target"], per_order["light"]) == (2, 3, "red")
    assert row(found, "A", "income")["actual"] == 170
    assert row(found, "*", "all_orders")["actual"] == 48
    assert list(dict.fromkeys(found.kpis["kpi"]))[-3:] == [
        "samples_per_order", "income", "all_orders",
    ]  # fmt: skip


def plan_named(plan, name):
    """The same plan for another account."""
    return replace(
        plan,
        subject=replace(plan.subject, id=name),
        place=replace(plan.place, book=f"plans/{name}.xlsx"),
    )


def test_an_own_kpi_of_an_unknown_measure_names_the_nearest_one():
    text = '[kpis.x]\nrule = "ratio"\nof = ["revenue", "order"]\n'
    workspace = parse_workspace(text, Path("kam.toml"))
    with pytest.raises(Problem) as caught:
        measured(account("A"), workspace=workspace)
    assert "orders" in str(caught.value.do)


@pytest.mark.parametrize(
    "text, near",
    [
        ("[thresholds.lights]\nk_revnue = [100, 90]", "k_revenue"),
        ("[portfolio.weights]\ngrowht = 10", "growth"),
        ("[portfolio.limits]\nsatisfction = [1, 2, 3, 4]", "satisfaction"),
        (
            """[[partner_score.criteria]]
            kpi = "a_conversin"
            weight = 100
            anchor_0 = 1
            anchor_100 = 2""",
            "a_conversion",
        ),
    ],
)
def test_a_setting_for_something_unknown_names_the_nearest_known(text, near):
    workspace = parse_workspace(text, Path("kam.toml"))
    with pytest.raises(Problem) as caught:
        measured(account("A"), workspace=workspace)
    assert near in str(caught.value.do)


# ---------------------------------------------------------------- the person


def test_the_performance_of_a_person_is_measured_only_where_it_was_switched_on():
    plan = account(
        "A",
        quarters("units", "A", 11, 11),
        quarters("units", "T", 10, 10),
        quarters("revenue", "A", 190, 190),
        quarters("revenue", "T", 200, 200),
        quarters("revenue_gross", "A", 200, 200),
        quarters("revenue_gross", "T", 200, 200),
        series("s_csat", "T FY", 80, section="goals", unit="index"),
        entries=(survey(1, "index", 160.0, 10),),
    )
    assert not has_row(measured(plan), "A", "kam_score")
    workspace = parse_workspace("[report]\nkam_score = true", Path("k.toml"))
    found = row(measured(plan, workspace=workspace), "A", "kam_score")
    assert found["actual"] == pytest.approx(0.25 * 1.1 + 0.35 * 0.95 + 0.2 * 0.95 + 0.2 * 1.2)
    assert found["light"] == "green"


def test_an_occasion_of_the_third_quarter_measures_three_quarters():
    plan = account("A", quarters("revenue", "A", 1, 2, 3, 4))
    found = measured(plan, quarter=3)
    assert row(found, "A", "k_revenue")["actual"] == 6
    shown = found.kpis[(found.kpis["kpi"] == "k_revenue") & (found.kpis["subject_id"] == "A")]
    assert list(shown[shown["scope"] == "Q"]["quarter"]) == ["2026Q3", "2026Q2", "2026Q1"]
    assert occasion(3) == Occasion(Period(2026, "Q", 3), date(2026, 9, 30))
