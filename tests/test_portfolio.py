"""Classes, nine fields, care and concentration."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest
from made_plans import account, entry, has_row, measured, quarters, row

from kam_reports.kpis.positions import LIMITS, WEIGHTS
from kam_reports.model import Blocks, Finding, Light, Place, Severity
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import parse_workspace


def business(name, revenue, cm=None, entries=(), **header):
    parts = [quarters("revenue", "A", revenue / 2, revenue / 2)]
    if cm is not None:
        parts.append(quarters("cm", "A", cm / 2, cm / 2))
    return account(name, *parts, entries=tuple(entries), **header)


def classes(*plans):
    return {one.subject.id: one.abc for one in measured(*plans).standings}


# ---------------------------------------------------------------- ABC


def test_the_largest_account_is_always_an_a():
    assert classes(business("A", 990), business("B", 10)) == {"A": "A", "B": "C"}


def test_a_class_goes_by_the_share_of_those_before():
    plans = [business(name, size) for name, size in zip("ABCD", (50, 30, 15, 5), strict=True)]
    assert classes(*plans) == {"A": "A", "B": "A", "C": "B", "D": "C"}


def test_classes_go_by_margin_if_every_account_has_one_else_by_revenue():
    by_margin = classes(business("A", 900, 10), business("B", 100, 90))
    assert by_margin == {"A": "B", "B": "A"}
    by_revenue = classes(business("A", 900, 10), business("B", 100))
    assert by_revenue == {"A": "A", "B": "B"}


def test_ties_go_by_revenue_then_by_id():
    plans = [business("C", 10, 50), business("B", 30, 50), business("A", 10, 50)]
    shares = {one.subject.id: one.share for one in measured(*plans).standings}
    assert set(shares.values()) == {1 / 3}
    assert classes(*plans) == {"B": "A", "A": "A", "C": "A"}
    four = [business(name, 10, 25) for name in "DCBA"]
    five = [*four, business("E", 20, 25)]
    assert classes(*five) == {"E": "A", "A": "A", "B": "A", "C": "A", "D": "B"}


def test_a_class_set_by_hand_wins_and_keeps_its_reason():
    override = entry("potential", override_class="A", override_reason="Referenz im Norden")
    found = measured(business("A", 990), business("B", 10, entries=[override])).standings[1]
    assert (found.abc, found.abc_computed) == ("A", "C")
    assert found.override_reason == "Referenz im Norden"


def test_an_account_without_a_year_to_date_or_with_an_error_has_no_class():
    plans = (business("A", 100), account("B", quarters("revenue", "A", 50)), business("C", 50))
    wrong = Finding(
        "V001", "x", Severity.ERROR, Place(plans[2].place.book, "Plankopf"), blocks=Blocks.ACCOUNT
    )
    found = {one.subject.id: one for one in measured(*plans, findings=(wrong,)).standings}
    assert found["A"].share == 1
    assert (found["B"].abc, found["B"].share) == (None, None)
    assert (found["C"].abc, found["C"].revenue) == (None, 50)


# ---------------------------------------------------------------- nine fields


def typed(axis, **scores):
    weight = 1 / len(scores)
    return [
        entry("portfolio", criterion=name, axis=axis, weight=weight, score=score)
        for name, score in scores.items()
    ]


def both(attractive, position):
    return [
        *typed("attractiveness", growth=attractive, reference=attractive),
        *typed("position", supply_share=position, satisfaction=position),
    ]


@pytest.mark.parametrize(
    "attractive, position, cell",
    [
        (5, 1, 7),
        (5, 3, 8),
        (5, 5, 9),
        (3, 1, 4),
        (3, 3, 5),
        (3, 5, 6),
        (1, 1, 1),
        (1, 3, 2),
        (1, 5, 3),
    ],
)
def test_the_field_is_where_attractiveness_and_position_meet(attractive, position, cell):
    found = measured(business("A", 100, entries=both(attractive, position)))
    assert found.standings[0].field == cell
    assert row(found, "A", "f_field", "ASOF")["actual"] == cell
    assert row(found, "A", "f_attr", "ASOF")["actual"] == attractive
    assert not has_row(found, "*", "f_attr", "ASOF")


def test_the_limits_of_the_fields_belong_to_the_upper_field():
    rows = [
        entry("portfolio", criterion="growth", axis="attractiveness", weight=0.67, score=2),
        entry("portfolio", criterion="reference", axis="attractiveness", weight=0.33, score=3),
        *typed("position", supply_share=1, satisfaction=1),
    ]
    found = measured(business("A", 100, entries=rows)).standings[0]
    assert found.attractiveness == pytest.approx(2.33)
    assert found.field == 4


def test_weights_that_do_not_add_up_give_no_rating():
    rows = [
        entry("portfolio", criterion="growth", axis="attractiveness", weight=0.5, score=2),
        entry("portfolio", criterion="reference", axis="attractiveness", weight=0.3, score=3),
    ]
    assert measured(business("A", 100, entries=rows)).standings[0].attractiveness is None


def test_a_typed_score_wins_and_a_missing_one_comes_from_data():
    rows = [
        entry("portfolio", criterion="supply_share", axis="position", weight=0.5, score=None),
        entry("portfolio", criterion="satisfaction", axis="position", weight=0.5, score=2),
        entry("potential", own_share=0.40, strongest_competitor_share=0.3),
        entry("satisfaction", survey_period=date(2026, 3, 1), instrument="index", value=95.0),
    ]
    found = measured(business("A", 100, entries=rows)).standings[0]
    assert found.position == pytest.approx((4 + 2) / 2)
    assert found.computed == ("supply_share",)


def test_without_typed_criteria_the_usual_ones_are_filled_from_data():
    rows = [
        entry("potential", own_share=0.40, strongest_competitor_share=0.30),
        entry("contacts", bc_role="decider", last_contact_on=date(2026, 6, 1)),
        entry("contacts", bc_role="buyer"),
    ]
    found = measured(business("A", 100, entries=rows)).standings[0]
    # share 4 with 30, distance 4 with 25, relationship (1 + 0.5) / 2 gives 4 with 20; of 75
    assert found.position == pytest.approx(4)
    assert found.computed == ("supply_share", "competitor_distance", "relationship")
    assert found.attractiveness is None


def test_growth_and_margin_potential_tell_how_attractive_an_account_is():
    plan = account(
        "A",
        quarters("revenue", "A", 110, 110),
        quarters("revenue", "PY", 100, 100),
        quarters("cm", "A", 25, 25),
        entries=(
            entry("potential", potential_cm=160.0),
            entry("profile", credit_rating=3),
            *[
                entry("portfolio", criterion=name, axis="attractiveness", weight=0.25, score=score)
                for name, score in (
                    ("growth", None), ("cm_potential", None), ("credit_rating", None),
                    ("reference", 1),
                )
            ],
        ),
    )  # fmt: skip
    found = measured(plan).standings[0]
    assert found.attractiveness == pytest.approx((5 + 4 + 3 + 1) / 4)


def test_a_workspace_sets_weights_and_limits():
    text = (
        "[portfolio]\nfields = [4.5, 4.9]\n[portfolio.weights]\nsupply_share = 100\n"
        "competitor_distance = 0\nrelationship = 0\nsatisfaction = 0\ncontract_bond = 0\n"
        "[portfolio.limits]\nsupply_share = [0.1, 0.2, 0.3, 0.4]\n"
    )
    workspace = parse_workspace(text, Path("kam.toml"))
    plan = business("A", 100, entries=[entry("potential", own_share=0.40),
                                       *typed("attractiveness", growth=1, reference=1)])  # fmt: skip
    found = measured(plan, workspace=workspace).standings[0]
    assert (found.position, found.field) == (5, 3)


def test_the_usual_weights_add_up_and_name_real_criteria():
    field = Vocabulary.default().field("portfolio.criterion")
    names = {option.key for option in field.options}
    for weights in WEIGHTS.values():
        assert sum(weights.values()) == pytest.approx(1)
        assert set(weights) <= names
    assert set(LIMITS) <= names
    assert {name for weights in WEIGHTS.values() for name in weights} == names


# ---------------------------------------------------------------- care


def visits(number, year=2026):
    return [
        entry("relationship", type="visit", planned_on=date(year, 3, 1 + n)) for n in range(number)
    ]


@pytest.mark.parametrize(
    "planned, recommended, gap", [(24, 24, 0), (18, 24, -1), (12, 24, -2), (1, 24, -6), (30, 24, 0)]
)
def test_care_is_compared_in_levels(planned, recommended, gap):
    found = measured(business("A", 100, entries=[*both(5, 5), *visits(planned)])).standings[0]
    assert found.contacts_recommended == recommended
    assert (found.contacts_planned, found.care_gap) == (planned, gap)


def test_care_beyond_what_an_account_deserves_shows_too():
    found = measured(business("A", 100, entries=[*both(1, 1), *visits(12)])).standings[0]
    assert (found.contacts_recommended, found.care_gap) == (2, 3)


def test_contacts_of_another_year_and_unplanned_care_do_not_count():
    found = measured(business("A", 100, entries=[*both(5, 5), *visits(4, 2025)])).standings[0]
    assert found.contacts_planned == 0
    found = measured(business("A", 100, entries=both(5, 5))).standings[0]
    assert (found.contacts_planned, found.care_gap) == (None, None)


def test_a_standing_carries_the_light_of_its_margin():
    plan = account("A", quarters("cm", "A", 9, 9), quarters("cm", "T", 10, 10))
    assert measured(plan).standings[0].light is Light.YELLOW
    assert measured(account("B")).standings[0].light is Light.GREY


# ---------------------------------------------------------------- concentration


def test_concentration_says_what_hangs_on_the_largest():
    found = measured(*(business(n, size) for n, size in zip("ABCD", (10, 40, 30, 20), strict=True)))
    told = found.concentration
    assert list(told.shares) == ["B", "C", "D", "A"]
    assert told.top1 == pytest.approx(0.4)
    assert told.top3 == pytest.approx(0.9)
    assert told.hhi == pytest.approx(0.16 + 0.09 + 0.04 + 0.01)
    assert told.effective == pytest.approx(1 / 0.30)
    assert told.without_fifth == pytest.approx(100 - 8)
    assert told.basis == "revenue"
    assert row(found, "*", "f_hhi")["actual"] == pytest.approx(0.30)


def test_many_equal_accounts_are_green():
    found = measured(*(business(f"A{n}", 10) for n in range(10))).concentration
    assert found.light is Light.GREEN
    assert found.effective == pytest.approx(10)


def test_without_revenue_there_is_no_concentration():
    assert measured(account("A")).concentration is None
    assert math.isclose(measured(business("A", 5)).concentration.hhi, 1)


def test_amounts_of_another_currency_are_converted():
    workspace = parse_workspace("[report.rates]\nCHF = 2.0", Path("kam.toml"))
    found = measured(business("A", 50), business("B", 25, currency="CHF"), workspace=workspace)
    assert found.concentration.shares == {"A": 0.5, "B": 0.5}
