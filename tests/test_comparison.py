"""Attainment, growth, lights, forecasts and the price and volume split."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import golden_data as golden
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_plans import account, has_row, measured, quarters, row, series
from test_kpis import Excel

from kam_reports.kpis import KPIS, CellRef, Sold, price_volume
from kam_reports.kpis.comparison import attained, changed, forecast, variance_pct
from kam_reports.kpis.judging import LIGHTS, Case, light, outlook, rounded
from kam_reports.workspace import Thresholds, parse_workspace

# ---------------------------------------------------------------- attainment


@pytest.mark.parametrize(
    "target, actual, wanted",
    [(24, 16, 4 / 3), (24, 24, 1.0), (24, 48, 0.0), (24, 60, -0.5), (0, 0, 1.0), (0, 2, None)],
)
def test_less_is_better_counts_as_much_below_the_target_as_above(target, actual, wanted):
    assert number(attained(actual, target, "down")) == pytest.approx(wanted)


@pytest.mark.parametrize("target, actual, wanted", [(-100, -80, 1.2), (-100, -150, 0.5)])
def test_a_smaller_loss_than_planned_is_more_than_attained(target, actual, wanted):
    assert attained(actual, target) == pytest.approx(wanted)


@pytest.mark.parametrize("actual, wanted", [(0.20, 1.0), (0.25, 1.0), (0.15, 1.0), (0.27, 0.9)])
def test_near_the_target_is_good_within_the_band(actual, wanted):
    assert attained(actual, 0.20, "band", 0.05) == pytest.approx(wanted)


def test_a_target_of_zero_has_no_attainment():
    assert math.isnan(attained(5.0, 0.0))
    assert math.isnan(attained(5.0, 0.0, "band", 0.05))


values = st.one_of(st.just(0.0), st.floats(-1e5, 1e5).map(lambda value: round(value, 2)))


@pytest.mark.parametrize("better, tolerance", [("up", 0.0), ("down", 0.0), ("band", 5.0)])
@settings(max_examples=30, deadline=None)
@given(actual=values, target=values)
def test_attainment_is_the_same_as_number_column_and_cell(better, tolerance, actual, target):
    as_number = attained(actual, target, better, tolerance)
    column = attained(pd.Series([actual]), pd.Series([target]), better, tolerance).iloc[0]
    formula = attained(CellRef("A1"), CellRef("B1"), better, tolerance)
    cell = Excel({"A1": actual, "B1": target}).value(formula)
    if math.isnan(as_number):
        assert math.isnan(column)
        assert cell == ""
    else:
        assert column == pytest.approx(as_number)
        assert cell == pytest.approx(as_number)


def test_an_empty_cell_has_no_attainment():
    for better in ("up", "down", "band"):
        formula = attained(CellRef("A1"), CellRef("B1"), better)
        assert Excel({"A1": None, "B1": 5.0}).value(formula) == ""
        assert Excel({"A1": 5.0, "B1": None}).value(formula) == ""


def number(value):
    return None if math.isnan(value) else value


# ---------------------------------------------------------------- growth and variance


def test_there_is_no_growth_from_nothing_or_from_a_loss():
    assert changed(110.0, 100.0) == pytest.approx(0.1)
    assert math.isnan(changed(110.0, 0.0))
    assert math.isnan(changed(110.0, -5.0))
    assert math.isnan(changed(110.0, math.nan))


def test_a_quota_grows_in_percentage_points():
    assert changed(0.31, 0.30, "percent") == pytest.approx(0.01)
    assert changed(0.31, 0.0, "percent") == pytest.approx(0.31)


def test_growth_in_excel_is_empty_where_there_is_none():
    formula = changed(CellRef("A1"), CellRef("B1"))
    assert Excel({"A1": 5.0, "B1": 0.0}).value(formula) == ""
    assert Excel({"A1": 5.0, "B1": -1.0}).value(formula) == ""
    assert Excel({"A1": 5.0, "B1": 4.0}).value(formula) == pytest.approx(0.25)


def test_a_variance_is_a_share_of_the_target_whatever_its_sign():
    assert variance_pct.formula(actual=-80.0, target=-100.0) == pytest.approx(0.2)
    assert variance_pct.formula(actual=5.0, target=0.0) is None


# ---------------------------------------------------------------- lights


def lit(kpi, thresholds=None, judge=light, **given):
    """The light of one KPI for plain numbers."""
    found = {
        name: np.array([given.get(name, math.nan)], dtype=float)
        for name in ("actual", "target", "attainment", "first", "second", "cases")
    }
    return LIGHTS[judge(KPIS[kpi], Case(**found), thresholds or Thresholds())[0]]


@pytest.mark.parametrize(
    "attainment, wanted",
    [
        (1.0, "green"),
        (0.9995, "green"),
        (0.99949, "yellow"),
        (0.8995, "yellow"),
        (0.8994, "red"),
        (math.nan, "grey"),
    ],
)
def test_a_light_is_set_from_the_rounded_number_that_is_shown(attainment, wanted):
    assert lit("k_revenue", attainment=attainment) == wanted


def test_percentages_are_judged_in_percentage_points():
    def at(actual):
        return lit("k_cm_pct", actual=actual, target=0.30, attainment=actual / 0.3)

    assert (at(0.30), at(0.2996), at(0.29), at(0.2894)) == ("green", "green", "yellow", "red")


def test_where_less_is_better_points_count_the_other_way():
    def at(actual):
        return lit("k_discount", actual=actual, target=0.10)

    assert (at(0.09), at(0.10), at(0.105), at(0.106)) == ("green", "green", "yellow", "red")


@pytest.mark.parametrize(
    "kpi, lights",
    [
        ("a_approval", {0.80: "green", 0.65: "yellow", 0.649: "red"}),
        ("a_cancel", {0.03: "green", 0.06: "yellow", 0.061: "red"}),
        ("a_days", {5.04: "green", 8.0: "yellow", 8.1: "red"}),
        ("m_budget", {1.0: "green", 1.1: "yellow", 1.101: "red"}),
        ("k_promo_roi", {0.0: "green", -0.2: "yellow", -0.21: "red"}),
        ("c_result", {0.0: "green", -1.0: "red"}),
        ("r_roles", {1.0: "green", 0.75: "yellow", 0.5: "red"}),
    ],
)
def test_some_kpis_have_limits_of_their_own(kpi, lights):
    for actual, wanted in lights.items():
        assert lit(kpi, actual=actual) == wanted
    assert lit(kpi) == "grey"


def test_net_growth_of_customers_reaches_its_target_or_not():
    assert lit("k_net_customers", actual=3, target=3) == "green"
    assert lit("k_net_customers", actual=2, target=3) == "red"
    assert lit("k_net_customers", actual=2) == "grey"


def test_concentration_is_judged_by_its_worse_side():
    assert lit("f_hhi", actual=0.144, first=0.20) == "green"
    assert lit("f_hhi", actual=0.144, first=0.301) == "yellow"
    assert lit("f_hhi", actual=0.144, first=0.401) == "red"
    assert lit("f_hhi", actual=0.26, first=0.20) == "red"


def test_a_quota_of_few_cases_has_no_light():
    assert lit("a_approval", actual=1.0, cases=9) == "grey"
    assert lit("a_approval", actual=1.0, cases=10) == "green"


def test_the_outlook_of_a_year_is_stricter_than_a_year_to_date():
    assert lit("k_revenue", attainment=0.94) == "yellow"
    assert lit("k_revenue", attainment=0.94, judge=outlook) == "red"
    assert lit("k_revenue", attainment=0.95, judge=outlook) == "yellow"


def test_a_workspace_sets_limits_for_all_and_for_one():
    text = "[thresholds]\nattainment = [98, 85]\n[thresholds.lights]\nk_cm_pct = [-1, -3]\n"
    thresholds = parse_workspace(text, Path("kam.toml")).thresholds
    assert lit("k_revenue", thresholds, attainment=0.98) == "green"
    assert lit("k_revenue", thresholds, attainment=0.85) == "yellow"
    assert lit("k_price", thresholds, attainment=0.98) == "yellow"
    assert lit("k_cm_pct", thresholds, actual=0.27, target=0.30) == "yellow"
    assert lit("k_cm_pct", thresholds, actual=0.29, target=0.30) == "green"


def test_what_only_informs_has_no_light():
    assert lit("k_orders", actual=5, target=4, attainment=1.25) == "grey"


@given(
    st.one_of(
        st.floats(-1e4, 1e4),
        st.integers(-99999, 99999).map(lambda n: n / 10000),
        st.integers(-99999, 99999).map(lambda n: (2 * n + 1) / 2000),
    ),
    st.integers(1, 3),
)
def test_values_are_rounded_as_they_are_written(value, digits):
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert rounded(np.array([value]), digits)[0] == float(exact.scaleb(digits))


# ---------------------------------------------------------------- forecasts


def year(*parts, quarter=2):
    return row(measured(account("A", *parts), quarter=quarter), "A", "k_revenue", "FY")


def test_the_plans_own_forecast_comes_first():
    found = year(
        quarters("revenue", "A", 10, 10),
        quarters("revenue", "PY", 10, 10, 10, 10),
        series("revenue", "F FY", 55),
    )
    assert (found["forecast"], found["forecast_method"]) == (55, "own")


def test_a_forecast_of_the_quarters_to_come_completes_what_happened():
    found = year(quarters("revenue", "A", 10, 12), series("revenue", "F Q3", 9, "F Q4", 14))
    assert (found["forecast"], found["forecast_method"]) == (45, "own")


def test_a_prior_year_that_began_with_nothing_gives_no_season():
    found = year(
        quarters("revenue", "A", 10, 10),
        quarters("revenue", "PY", 0, 0, 10, 10),
        quarters("revenue", "T", 10, 10, 20, 20),
    )
    assert (found["forecast"], found["forecast_method"]) == (60, "plan")


def test_a_quota_is_forecast_from_the_forecasts_of_its_parts():
    plan = account(
        "A",
        quarters("cm", "A", 20, 20),
        quarters("revenue", "A", 100, 100),
        quarters("revenue", "PY", 50, 50, 100, 100),
        series("cm", "F FY", 150),
    )
    found = row(measured(plan), "A", "k_cm_pct", "FY")
    assert found["forecast"] == pytest.approx(150 / 600)
    assert found["forecast_method"] == "seasonal"


def test_once_the_year_is_over_its_actual_is_judged():
    found = year(
        quarters("revenue", "A", 10, 10, 10, 10),
        quarters("revenue", "T", 10, 10, 10, 10),
        series("revenue", "F FY", 20),
        quarter=4,
    )
    assert (found["actual"], found["light"]) == (40, "green")
    assert math.isnan(found["needed_per_quarter"])


def test_counts_that_are_only_looked_back_on_have_no_year():
    plan = account("A", sections=("pipeline",))
    assert not has_row(measured(plan), "A", "p_win", "FY")
    assert forecast.scope == ()


# ---------------------------------------------------------------- price and volume


def test_revenue_of_nordmarkt_gained_by_volume_and_lost_by_price():
    units, revenue = golden.NORDMARKT.rows[2], golden.NORDMARKT.rows[0]
    found = price_volume(
        Sold(sum(units.actual), sum(revenue.actual), sum(units.target[:2]), sum(revenue.target[:2]))
    )
    assert found.volume == pytest.approx(102.04, abs=0.005)
    assert found.price == pytest.approx(-79.04, abs=0.005)
    assert found.mix is None
    assert found.variance == pytest.approx(23.0)


def test_a_shift_to_dearer_products_is_mix():
    cheap = Sold(units=50, revenue=500, units_target=100, revenue_target=1000)
    dear = Sold(units=50, revenue=1000, units_target=0, revenue_target=0)
    found = price_volume(Sold(100, 1500, 100, 1000), (cheap, dear))
    assert (found.volume, found.mix, found.price) == pytest.approx((0, 500, 0))


def test_without_planned_units_nothing_is_split():
    assert price_volume(Sold(10, 100, 0, 0)) is None


amounts = st.integers(0, 10_000).map(lambda value: value / 4)
groups = st.lists(st.builds(Sold, amounts, amounts, amounts, amounts), min_size=1, max_size=4)


@given(groups)
def test_the_parts_always_add_up_to_the_variance(parts):
    names = ("units", "revenue", "units_target", "revenue_target")
    total = Sold(*(sum(getattr(part, name) for part in parts) for name in names))
    for split in (price_volume(total), price_volume(total, tuple(parts))):
        if split is not None:
            difference = total.revenue - total.revenue_target
            assert split.variance == pytest.approx(difference, abs=1e-6)
