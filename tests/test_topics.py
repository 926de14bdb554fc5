"""Talking points: each rule speaks when it should, says it in both languages, and else is silent."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from reviewing import (
    OCCASION,
    VOCABULARY,
    account,
    entry,
    figure,
    kpi_row,
    partner,
    review,
    wording,
)

from kam_reports.kpis import KPIS
from kam_reports.model import Clearance, Plan, Topic
from kam_reports.topics import TOPICS, choose_topics
from kam_reports.workspace import Thresholds, Workspace

DAY = OCCASION.as_of


def told(plan: Plan, *rows: Mapping[str, Any], workspace: Workspace | None = None) -> list[Topic]:
    made = review(plan, kpis=rows, topics=())
    return list(choose_topics(made, workspace or Workspace(), VOCABULARY))


def rules(plan: Plan, *rows: Mapping[str, Any]) -> list[str]:
    return [one.rule for one in told(plan, *rows)]


def said(topic: Topic, language: str = "de") -> str:
    return wording(language).say(TOPICS[topic.rule].say, topic.facts).replace("\u00a0", " ")


K, P = account(), partner()


def k(kpi: str, scope: str = "YTD", plan: Plan = K, **values: Any) -> Mapping[str, Any]:
    return kpi_row(plan, kpi, scope, **values)


def before(days: int) -> date:
    return DAY - timedelta(days=days)


# ---------------------------------------------------------------- each rule


def test_volume_on_target_and_margin_below_asks_for_prices_or_mix():
    """The golden numbers of Nordmarkt: revenue 101.15 %, contribution margin 91.42 %."""
    revenue = k("k_revenue", actual=2023000.0, target=2000000.0, light="green")
    margin = k("k_cm", actual=585060.0, target=640000.0, light="yellow")
    topic = told(K, revenue, margin)[0]
    assert topic.rule == "price-or-mix"
    assert topic.clearance is Clearance.CONFIDENTIAL
    assert said(topic) == (
        "Der Umsatz erreicht 101,2 % des Ziels, der Deckungsbeitrag nur 91,4 %: Preise oder Mix"
        " klären."
    )
    assert rules(K, revenue, {**margin, "light": "green"}) == []
    assert rules(K, revenue, {**margin, "light": "grey"}) == []
    assert rules(K, {**revenue, "light": "yellow"}, margin) == []


def test_fewer_units_at_a_higher_price_asks_whether_the_price_costs_volume():
    units = k("k_units", actual=90.0, prior_year=100.0)
    price = k("k_price", actual=11.0, prior_year=10.0)
    topic = told(K, units, price)[0]
    assert said(topic, "en") == (
        "Units −10.0%, average net price +10.0% on the year before: does the higher price cost"
        " volume?"
    )
    assert rules(K, units, {**price, "growth": 0.0}) == []
    assert rules(K, {**units, "growth": 0.01}, price) == []


def test_red_so_far_and_green_for_the_year_is_the_season():
    so_far = k("k_revenue", actual=80.0, target=100.0, light="red")
    year = k("k_revenue", "FY", forecast=410.0, target=400.0, light="green")
    assert rules(K, so_far, year) == ["season-ahead"]
    assert rules(K, so_far, {**year, "light": "yellow"}) == []


def test_green_so_far_and_missed_for_the_year_is_a_warning():
    so_far = k("k_revenue", actual=110.0, target=100.0, light="green")
    year = k("k_revenue", "FY", forecast=350.0, target=400.0, light="red")
    assert rules(K, so_far, year) == ["season-behind"]
    assert rules(K, so_far, {**year, "light": "green"}) == []


def test_growing_more_slowly_than_the_market_is_losing_share():
    market = [
        figure("market_volume", scenario, f"2026-Q{n}", value)
        for n in (1, 2, 3)
        for scenario, value in (("ACTUAL", 110.0), ("PY", 100.0))
    ]
    plan = account(figures=market)
    topic = told(plan, k("k_revenue", plan=plan, actual=105.0, prior_year=100.0))[0]
    assert said(topic) == "Umsatz +5,0 %, Markt +10,0 % zum Vorjahr: Wir verlieren Anteil."
    assert rules(plan, k("k_revenue", plan=plan, actual=111.0, prior_year=100.0)) == []


def test_the_markets_growth_may_come_from_the_profile():
    plan = account(entry("profile", market_growth=0.02))
    assert rules(plan, k("k_revenue", plan=plan, actual=101.0, prior_year=100.0)) == [
        "losing-share"
    ]
    assert rules(plan, k("k_revenue", plan=plan, actual=103.0, prior_year=100.0)) == []


def test_more_outlets_and_a_slower_turn_is_listed_but_not_sold():
    outlets = k("k_dist_num", actual=0.82, prior_year=0.80)
    turn = k("k_turn", actual=7.2, prior_year=8.0)
    topic = told(K, outlets, turn)[0]
    assert said(topic) == (
        "Distribution +2,0 PP, Umschlag −10,0 % zum Vorjahr: gelistet, aber zu wenig verkauft."
    )
    assert rules(K, outlets, {**turn, "growth": 0.1}) == []


def test_more_orders_of_less_value_are_to_be_bundled():
    orders = k("k_orders", actual=110.0, prior_year=100.0)
    value = k("k_aov", actual=90.0, prior_year=100.0)
    assert rules(K, orders, value) == ["small-orders"]
    assert rules(K, {**orders, "growth": -0.1}, value) == []


@pytest.mark.parametrize("actual, speaks", [(75.0, True), (75.04, True), (75.1, False)])
def test_satisfaction_speaks_from_five_points_down(actual, speaks):
    rows = [k("s_csat", actual=actual, prior_year=80.0)]
    assert rules(K, *rows) == (["satisfaction-down"] if speaks else [])


def test_an_agreement_missed_in_two_talks_is_named_once():
    plan = account(
        entry("agreements", 2, agreement="Displays melden", status="missed"),
        entry("agreements", 3, agreement="displays  melden", status="missed"),
        entry("agreements", 4, agreement="Preise prüfen", status="missed"),
        entry("agreements", 5, agreement="Liste senden", status="met"),
    )
    topics = told(plan)
    assert [one.rule for one in topics] == ["agreement-missed-twice"]
    assert topics[0].facts["count"] == 2
    assert "displays" in said(topics[0]).casefold()


@pytest.mark.parametrize("days, speaks", [(0, True), (180, True), (181, False), (-1, False)])
def test_a_contract_speaks_from_180_days_before_its_end(days, speaks):
    plan = account(entry("profile", contract_to=DAY + timedelta(days=days)))
    assert rules(plan) == (["contract-ends"] if speaks else [])


def test_the_workspace_says_how_early_a_contract_speaks():
    plan = account(entry("profile", contract_to=DAY + timedelta(days=60)))
    workspace = Workspace(thresholds=Thresholds(contract_days=30))
    assert told(plan, workspace=workspace) == []


def test_an_agreed_condition_that_ends_soon_is_confidential():
    soon = {"cond_type": "bonus", "scope": "Gesamt", "valid_to": DAY + timedelta(days=90)}
    plan = account(
        entry("conditions", 2, negotiation_status="agreed", **soon),
        entry("conditions", 3, negotiation_status="rejected", **soon),
    )
    topics = told(plan)
    assert [(one.rule, one.clearance) for one in topics] == [
        ("condition-ends", Clearance.CONFIDENTIAL)
    ]


def test_a_decision_maker_who_was_not_met_is_named_with_the_days():
    plan = account(
        entry(
            "contacts",
            2,
            name="Karin Seidel",
            bc_role="decider",
            last_contact_on=before(61),
            contact_interval=60,
        ),
        entry("contacts", 3, name="b", bc_role="decider", last_contact_on=before(90)),
        entry("contacts", 4, name="c", bc_role="user", last_contact_on=before(400)),
        entry("contacts", 5, name="d", bc_role="decider"),
    )
    topics = told(plan)
    assert [said(one, "en") for one in topics] == [
        "Karin Seidel decides and was last met on 31 Jul 2026 (agreed: every 60 days)."
    ]


def test_an_overdue_measure_speaks_only_if_its_goal_is_red():
    late = {"title": "Listung", "owner": "Ole", "due": before(10), "dimension": "distribution"}
    plan = account(entry("measures", 2, status="open", **late))
    red = k("k_dist_num", plan=plan, actual=0.5, target=0.8, light="red")
    assert rules(plan, red) == ["late-measure-red-goal"]
    assert rules(plan, {**red, "light": "yellow"}) == []
    assert rules(account(entry("measures", 2, status="done", **late)), red) == []


def test_few_contracts_from_incomplete_applications_ask_for_training_on_documents():
    conversion = k("a_conversion", plan=P, actual=0.4, light="red")
    first_time = k("a_first_time", plan=P, actual=0.6, light="red")
    topic = told(P, conversion, first_time)[0]
    assert said(topic, "en") == (
        "Conversion 40.0% with 60.0% complete at first: train the documents."
    )
    assert rules(P, conversion, {**first_time, "light": "green"}) == []


def test_many_cancellations_with_little_training_ask_for_training():
    cancel = k("a_cancel", plan=P, actual=0.08, light="red")
    training = k("a_training", plan=P, actual=0.5, light="yellow")
    assert rules(P, cancel, training) == ["train-against-cancellation"]
    assert rules(P, cancel, {**training, "light": "grey"}) == []


def test_a_partners_agreement_missed_twice_is_named():
    plan = partner(
        entry("talks", 2, agreement="Checkliste", status="missed"),
        entry("talks", 3, agreement="Checkliste", status="missed"),
    )
    assert rules(plan) == ["partner-agreement-missed-twice"]


# ---------------------------------------------------------------- all rules


def test_without_numbers_and_entries_no_rule_speaks():
    assert rules(account()) == []
    assert rules(partner()) == []


def test_the_most_important_topic_comes_first():
    plan = account(entry("profile", contract_to=DAY + timedelta(days=10), market_growth=0.5))
    rows = [
        k("k_revenue", plan=plan, actual=2.0, target=1.9, prior_year=1.9, light="green"),
        k("k_cm", plan=plan, actual=1.0, target=2.0, light="red"),
    ]
    priorities = [one.priority for one in told(plan, *rows)]
    assert len(priorities) == 3
    assert priorities == sorted(priorities)


def test_a_rule_for_accounts_never_speaks_of_a_partner():
    rows = [
        k("k_revenue", plan=P, actual=2.0, target=1.0, light="green"),
        k("k_cm", plan=P, actual=1.0, target=2.0, light="red"),
    ]
    assert rules(P, *rows) == []


@pytest.mark.parametrize("rule", TOPICS.values(), ids=lambda rule: rule.id)
def test_every_rule_has_a_page_and_says_the_same_facts_in_every_language(rule):
    assert rule.page.split("\n")[0].endswith(".")
    names = {language: set(re.findall(r"{(\w+)}", text)) for language, text in rule.say.items()}
    assert names["de"] == names["en"]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
    assert 1 <= rule.priority <= 5


@pytest.mark.parametrize(
    "rule",
    [one for one in TOPICS.values() if one.clearance in (Clearance.CUSTOMER, Clearance.PARTNER)],
    ids=lambda rule: rule.id,
)
def test_a_rule_that_others_may_hear_speaks_only_of_what_they_may_see(rule):
    source = inspect.getsource(rule.find)
    kpis = set(re.findall(r'"([a-z]_\w+)"', source)) & set(KPIS)
    assert {KPIS[kpi].clearance for kpi in kpis} <= {rule.clearance}
    fields = re.findall(r'one\("(\w+)"\)\["(\w+)"\]', source)
    assert {VOCABULARY.field(f"{a}.{b}").clearance for a, b in fields} <= {rule.clearance}
