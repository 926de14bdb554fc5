"""Adding up in both directions: over time and over accounts, never a quota."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_plans import (
    VOCABULARY,
    account,
    entry,
    has_row,
    measured,
    partner,
    quarters,
    row,
    series,
)

from kam_reports.kpis import figures_table
from kam_reports.model import Blocks, Finding, Perspective, Place, Severity
from kam_reports.workspace import Workspace, parse_workspace

# ---------------------------------------------------------------- over time


def to_date(*parts, measure="k_revenue", quarter=2):
    return row(measured(account("A", *parts), quarter=quarter), "A", measure)


def test_three_months_win_over_their_quarter():
    months = series("revenue", "A M01", 1, "A M02", 2, "A M03", 3, "A Q1", 99)
    assert to_date(months, quarter=1)["actual"] == 6


def test_two_months_do_not_make_a_quarter():
    months = series("revenue", "A M01", 1, "A M02", 2, "A Q1", 99)
    assert to_date(months, quarter=1)["actual"] == 99
    assert math.isnan(
        to_date(series("revenue", "A M01", 1, "A M02", 2, "T Q1", 5), quarter=1)["actual"]
    )


def test_a_half_stands_for_two_quarters_that_nobody_stated():
    assert to_date(series("revenue", "A H1", 50))["actual"] == 50
    assert to_date(series("revenue", "A H1", 50, "A Q3", 20), quarter=3)["actual"] == 70
    assert to_date(series("revenue", "A H1", 50, "A Q1", 20, "A Q2", 25))["actual"] == 45


def test_four_quarters_win_over_the_stated_year():
    stated = series("revenue", "T FY", 99)
    plan = account("A", quarters("revenue", "T", 1, 2, 3, 4), stated)
    assert row(measured(plan), "A", "k_revenue", "FY")["target"] == 10
    plan = account("A", quarters("revenue", "T", 1, 2, 3), stated)
    assert row(measured(plan), "A", "k_revenue", "FY")["target"] == 99


def test_a_year_to_date_needs_every_quarter_to_date():
    found = measured(account("A", quarters("revenue", "A", 5, None, 7)), quarter=3)
    assert math.isnan(row(found, "A", "k_revenue")["actual"])
    assert row(found, "A", "k_revenue")["coverage"] == pytest.approx(2 / 3)
    assert row(found, "A", "k_revenue", "Q", quarter=3)["actual"] == 7


def test_quarters_that_have_not_happened_do_not_count():
    plan = account(
        "A", quarters("revenue", "A", 10, 10), quarters("revenue", "T", 10, 10, 100, 100)
    )
    assert row(measured(plan), "A", "k_revenue")["attainment"] == 1


def test_a_state_takes_the_last_month_of_its_quarter():
    months = series("customers", "A M01", 1, "A M02", 2, "A M03", 3, "A M06", 8)
    assert to_date(months, measure="k_customers", quarter=1)["actual"] == 3
    assert to_date(months, measure="k_customers")["actual"] == 8


def test_a_state_at_the_end_of_a_half_or_year_is_that_of_its_last_quarter():
    customers = series("customers", "A H1", 80, "T FY", 90, "A Q4", 85)
    assert to_date(customers, measure="k_customers")["actual"] == 80
    found = to_date(customers, measure="k_customers", quarter=4)
    assert (found["actual"], found["target"]) == (85, 90)


def test_of_a_number_stated_twice_the_one_that_could_be_read_counts():
    twice = series("revenue", "T Q1", None, "A Q1", 5) + series(
        "revenue", "T Q1", 7, section="goals"
    )
    assert to_date(twice, quarter=1)["target"] == 7
    differing = series("revenue", "T Q1", 6, "A Q1", 5) + series(
        "revenue", "T Q1", 7, section="goals"
    )
    assert to_date(differing, quarter=1)["target"] == 6


def test_an_average_is_averaged_over_periods():
    months = series("stock_avg", "A M01", 3, "A M02", 6, "A M03", 9, "A Q2", 10)
    assert to_date(months, measure="stock_avg")["actual"] == pytest.approx(8)
    thirds = quarters("stock_avg", "A", 3, 6, 12)
    assert to_date(thirds, measure="stock_avg", quarter=3)["actual"] == pytest.approx(7)


def test_a_quota_of_states_is_a_ratio_of_the_latest_values():
    plan = account(
        "A", quarters("outlets_listed", "A", 10, 30), quarters("outlets_total", "A", 40, 50)
    )
    assert row(measured(plan), "A", "k_dist_num")["actual"] == pytest.approx(0.6)


def test_a_median_is_shown_by_nobody_as_a_year_to_date():
    found = measured(partner("P", quarters("decision_days_median", "A", 4, 6)))
    assert not has_row(found, "P", "a_days")


# ---------------------------------------------------------------- product groups


def groups(measure, scenario, **values):
    return [
        figure
        for name, stated in values.items()
        for figure in quarters(measure, scenario, *stated, breakdown=name)
    ]


def test_product_groups_add_up_where_there_is_no_total():
    parts = groups("revenue", "A", Bohrer=(1, 2), Zangen=(10, 20))
    assert to_date(parts)["actual"] == 33


def test_a_total_wins_over_its_product_groups():
    parts = groups("revenue", "A", Bohrer=(1, 2), Zangen=(10, 20))
    assert to_date(parts, quarters("revenue", "A", 100, 100))["actual"] == 200


def test_a_product_group_that_lacks_a_quarter_leaves_the_sum_missing():
    parts = groups("revenue", "A", Bohrer=(1, 2), Zangen=(10, None))
    found = to_date(parts)
    assert math.isnan(found["actual"])
    assert found["missing"] == "revenue 2026-Q2"


def test_a_product_group_with_a_target_and_no_actual_is_missing_and_not_zero():
    plan = account(
        "A",
        groups("revenue", "T", Bohrer=(5, 5), Zangen=(10, 10)),
        groups("revenue", "A", Bohrer=(4, 4)),
    )
    assert math.isnan(row(measured(plan), "A", "k_revenue")["actual"])


def test_a_number_that_could_not_be_read_is_missing_and_not_zero():
    unread = series("revenue", "A Q1", 5, "A Q2", None)
    assert math.isnan(to_date(unread)["actual"])


# ---------------------------------------------------------------- over accounts


def business(name, actual, target=(), py=(), cm=(), **header):
    return account(
        name,
        quarters("revenue", "A", *actual),
        quarters("revenue", "T", *target),
        quarters("revenue", "PY", *py),
        quarters("cm", "A", *cm),
        **header,
    )


def test_growth_compares_the_accounts_that_have_both_years():
    found = measured(
        business("A", (60, 60), (50, 50), (50, 50)),
        business("B", (40, 40), (50, 50)),
    )
    together = row(found, "*", "k_revenue")
    assert (together["actual"], together["target"]) == (200, 200)
    assert together["prior_year"] == 100
    assert together["growth"] == pytest.approx(0.2)
    assert together["included"] == "2/2"


def test_an_account_without_a_target_leaves_both_sides():
    found = measured(business("A", (60, 60), (50, 50)), business("B", (40, 40)))
    together = row(found, "*", "k_revenue")
    assert (together["actual"], together["target"], together["included"]) == (120, 100, "1/2")
    assert together["missing"] == "B"


def test_without_any_target_the_actuals_of_all_are_shown():
    found = measured(business("A", (60, 60)), business("B", (40, 40)))
    together = row(found, "*", "k_revenue")
    assert (together["actual"], together["included"], together["light"]) == (200, "2/2", "grey")
    assert math.isnan(together["target"])


def test_forecasts_of_accounts_add_up_and_meet_their_own_targets():
    found = measured(
        business("A", (60, 60), (50, 50, 50, 50)),
        business("B", (40, 40)),
    )
    together = row(found, "*", "k_revenue", "FY")
    assert (together["forecast"], together["target"], together["included"]) == (240, 200, "1/2")
    assert together["forecast_method"] == "plan"


def test_the_weakest_forecast_method_is_named():
    found = measured(
        business("A", (10, 10), (10, 10, 10, 10), (10, 10, 10, 10)),
        business("B", (10, 10), (10, 10, 20, 20)),
    )
    assert row(found, "*", "k_revenue", "FY")["forecast_method"] == "plan"


def test_an_average_price_is_never_consolidated():
    found = measured(account("A", quarters("revenue", "A", 1, 1), quarters("units", "A", 1, 1)))
    assert has_row(found, "A", "k_price")
    assert not has_row(found, "*", "k_price")


def test_a_shared_market_counts_once_and_an_unnamed_one_for_each():
    def with_market(name, **header):
        return account(
            name,
            quarters("revenue", "A", 10, 10),
            quarters("market_volume", "A", 100, 100),
            **header,
        )

    shared = measured(with_market("A", market_id="M"), with_market("B", market_id="M"))
    assert row(shared, "*", "k_share")["actual"] == pytest.approx(40 / 200)
    assert row(shared, "*", "market_volume")["actual"] == 200
    assert row(shared, "*", "market_volume", "FY")["forecast"] == 400
    unnamed = measured(with_market("A"), with_market("B"))
    assert row(unnamed, "*", "k_share")["actual"] == pytest.approx(40 / 400)


def test_margins_of_two_levels_are_not_added_up():
    found = measured(
        business("A", (10, 10), cm=(5, 5), cm_level="cm1"),
        business("B", (10, 10), cm=(4, 4), cm_level="cm2"),
    )
    assert row(found, "A", "k_cm")["actual"] == 10
    for kpi in ("k_cm", "k_cm_pct"):
        together = row(found, "*", kpi)
        assert math.isnan(together["actual"])
        assert (together["included"], together["missing"]) == ("0/2", "A; B")
    assert row(found, "*", "k_revenue")["actual"] == 40


def test_pieces_and_kilograms_are_not_added_up():
    found = measured(
        account("A", quarters("units", "A", 1, 1, unit="Stk.")),
        account("B", quarters("units", "A", 1, 1, unit="kg")),
    )
    assert math.isnan(row(found, "*", "k_units")["actual"])


def test_accounts_and_partners_are_added_up_apart():
    found = measured(
        business("A", (10, 10)),
        partner("P", quarters("submitted", "A", 5, 5)),
        partner("R", quarters("submitted", "A", 5, None)),
    )
    assert row(found, "*", "k_revenue")["included"] == "1/1"
    assert row(found, "*", "a_submitted")["included"] == "1/2"
    roles = found.kpis[found.kpis["subject_id"] == "*"].groupby("kpi")["role"].nunique()
    assert (roles == 1).all()


def test_each_perspective_is_added_up_on_its_own():
    joint = quarters("revenue", "T", 30, 30, perspective=Perspective.JOINT)
    plan = account("A", quarters("revenue", "A", 20, 20), quarters("revenue", "T", 40, 40), joint)
    found = measured(plan, business("B", (5, 5), (5, 5)))
    together = row(found, "*", "k_revenue", perspective=Perspective.JOINT)
    assert (together["actual"], together["target"], together["included"]) == (40, 60, "1/2")
    assert row(found, "*", "k_revenue")["target"] == 90


def test_only_accounts_that_have_a_kpi_in_a_view_count_there():
    goal = series(
        "k_cm_pct", "T Q2", 0.3, perspective=Perspective.JOINT, section="goals", unit="percent"
    )
    plans = (
        business("A", (10, 10), cm=(4, 4)),
        business("B", (10, 10), cm=(2, 2)),
    )
    other = quarters("orders", "T", 5, 5, perspective=Perspective.JOINT)
    with_goal = replace(plans[0], figures=(*plans[0].figures, *goal))
    with_other = replace(plans[1], figures=(*plans[1].figures, *other))
    together = row(measured(with_goal, with_other), "*", "k_cm_pct", perspective=Perspective.JOINT)
    assert (together["actual"], together["included"]) == (pytest.approx(0.4), "1/2")


def test_what_one_account_types_and_another_one_counts_adds_up():
    listed = entry("assortment", listing="listed", relevant=True)
    typed = account(
        "A",
        quarters("skus_listed", "A", 6, 7),
        quarters("skus_relevant", "A", 10, 10),
        entries=(listed,),
    )
    found = measured(typed, account("B", entries=(listed, listed)))
    assert row(found, "A", "k_assort")["actual"] == pytest.approx(0.7)
    assert row(found, "*", "k_assort")["actual"] == pytest.approx(9 / 12)


def test_counted_actuals_stand_beside_typed_targets():
    plan = account(
        "A",
        quarters("promos", "T", 2, 2, 2, 2),
        entries=(entry("promotions", start=date(2026, 2, 1), status="finished"),),
    )
    found = row(measured(plan), "A", "k_promos")
    assert (found["actual"], found["target"]) == (1, 4)


def test_roles_in_the_buying_centre_are_averaged_over_accounts():
    def contacts(name, *roles):
        return account(name, entries=tuple(entry("contacts", bc_role=role) for role in roles))

    found = measured(contacts("A", "decider"), contacts("B", "decider", "buyer", "user"))
    assert row(found, "*", "r_roles", "ASOF")["actual"] == pytest.approx((1 / 4 + 3 / 4) / 2)


# ---------------------------------------------------------------- currencies

FRANCS = parse_workspace("[report.rates]\nCHF = 1.05", Path("kam.toml"))


def test_a_foreign_currency_is_converted_when_accounts_are_added_up():
    plans = (
        business("A", (100, 100), (90, 90), cm=(30, 30)),
        business("B", (100, 100), (90, 90), cm=(10, 10), currency="CHF"),
    )
    found = measured(*plans, workspace=FRANCS)
    assert row(found, "B", "k_revenue")["actual"] == 200
    together = row(found, "*", "k_revenue")
    assert (together["actual"], together["target"]) == pytest.approx((410, 369))
    assert row(found, "*", "k_cm_pct")["actual"] == pytest.approx((60 + 21) / 410)
    assert together["included"] == "2/2"


def test_counts_are_not_converted():
    plan = account("A", quarters("orders", "A", 5, 5), currency="CHF")
    assert row(measured(plan, workspace=FRANCS), "*", "k_orders")["actual"] == 10


def test_without_a_rate_an_account_stays_out():
    found = measured(business("A", (100, 100)), business("B", (100, 100), currency="USD"))
    assert row(found, "B", "k_revenue")["actual"] == 200
    together = row(found, "*", "k_revenue")
    assert (together["actual"], together["included"], together["missing"]) == (200, "1/2", "B")


def test_the_table_of_figures_names_the_plans_own_currency():
    plan = business("B", (100, 100), currency="CHF")
    table = figures_table([plan], (), FRANCS, VOCABULARY)
    assert set(table["unit"]) == {"CHF"}


# ---------------------------------------------------------------- errors


def error(place, blocks):
    return Finding("V101", "text-for-number", Severity.ERROR, place, blocks=blocks)


def test_a_figure_with_an_error_counts_for_its_account_and_not_in_the_sum():
    plans = (business("A", (100, 100), (90, 90)), business("B", (50, 50), (40, 40)))
    wrong = plans[1].figures[1].place
    found = measured(*plans, findings=(error(wrong, Blocks.FIGURE),))
    assert row(found, "B", "k_revenue")["actual"] == 100
    together = row(found, "*", "k_revenue")
    assert (together["actual"], together["missing"]) == (200, "B")
    assert row(found, "*", "k_revenue", "Q", quarter=1)["included"] == "2/2"


def test_a_range_of_cells_blocks_every_figure_in_it():
    plan = business("A", (1, 2), (3, 4))
    place = Place(plan.place.book, "Zahlen", "A2:B3")
    table = figures_table([plan], (error(place, Blocks.FIGURE),), Workspace(), VOCABULARY)
    blocked = table[table["blocked"]]["cell"]
    assert sorted(blocked) == ["A2", "A3"]


def test_an_account_with_a_wrong_header_stays_out_with_everything():
    plans = (
        business("A", (100, 100)),
        account(
            "B", quarters("revenue", "A", 50, 50), entries=(entry("contacts", bc_role="decider"),)
        ),
    )
    header = Place(plans[1].place.book, "Plankopf", "B3")
    found = measured(*plans, findings=(error(header, Blocks.ACCOUNT),))
    assert row(found, "B", "k_revenue")["actual"] == 100
    assert row(found, "*", "k_revenue")["missing"] == "B"
    assert has_row(found, "B", "r_roles", "ASOF")
    assert not has_row(found, "*", "r_roles", "ASOF")
    assert found.counts[found.counts["subject_id"] == "B"]["blocked"].all()


def test_a_plan_that_cannot_be_used_is_not_in_the_tables():
    plans = (business("A", (100, 100)), business("B", (50, 50)))
    findings = (error(Place(plans[1].place.book), Blocks.PLAN),)
    table = figures_table(plans, findings, Workspace(), VOCABULARY)
    assert set(table["subject_id"]) == {"A"}
    found = measured(*plans, findings=findings)
    assert row(found, "*", "k_revenue")["included"] == "1/1"


# ---------------------------------------------------------------- in general


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=12, max_size=12), st.integers(1, 4))
def test_months_quarters_and_their_year_say_the_same(months, quarter):
    stated = series("revenue", *(part for number, value in enumerate(months, start=1)
                                 for part in (f"A M{number:02d}", value)))  # fmt: skip
    sums = [sum(months[3 * number : 3 * number + 3]) for number in range(4)]
    by_months = measured(account("A", stated), quarter=quarter)
    by_quarters = measured(account("A", quarters("revenue", "A", *sums)), quarter=quarter)
    assert by_months.kpis.equals(by_quarters.kpis)
    assert row(by_months, "A", "k_revenue")["actual"] == sum(sums[:quarter])


def test_the_figures_stand_in_a_stable_order_with_clean_types():
    plan = business("B", (1, 2), (3, 4))
    turned = replace(plan, figures=plan.figures[::-1])
    first = figures_table([plan, business("A", (5,))], (), Workspace(), VOCABULARY)
    second = figures_table([business("A", (5,)), turned], (), Workspace(), VOCABULARY)
    assert first.equals(second)
    assert list(first["subject_id"]) == ["A", "B", "B", "B", "B"]
    assert list(first["scenario"]) == ["ACTUAL", "TARGET", "TARGET", "ACTUAL", "ACTUAL"]
    assert ",".join(first.columns) == (
        "subject_id,subject,role,fiscal_year,section,measure,perspective,breakdown,scenario,"
        "period,value,unit,file,sheet,cell,raw,blocked"
    )
    assert first["value"].dtype == "float64"
    assert first["blocked"].dtype == "bool"
