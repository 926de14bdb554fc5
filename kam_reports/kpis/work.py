"""Block D: initiatives, pipeline, contacts, satisfaction and conditions.

Their measures are counted from the records of the plan (``records.py``).
"""

from __future__ import annotations

from functools import partial

from kam_reports.kpis.declaring import STATE, TALLY
from kam_reports.kpis.declaring import kpi as any_kpi
from kam_reports.kpis.formula import Term, ratio, same
from kam_reports.kpis.lights import Against, Apart, Late, Waiting, att, limits, pp

kpi = partial(any_kpi, block="D")
COVERED = Against(100, 60, also=("pipeline_weighted", "revenue_gap"))


# ---------------------------------------------------------------- initiatives


@kpi(
    "m_done",
    "percent",
    better="up",
    scope=STATE,
    light=Against(100, 80, also=("initiatives_done", "initiatives_expected")),
    de=("Umsetzungsgrad Maßnahmen", "Umsetzungsgrad", "Umsetzungsgrad der Maßnahmen"),
    en=("Measure completion", "Completion of measures", "Initiative completion"),
)
def initiatives_completed(initiatives_done: Term, initiatives: Term) -> Term:
    """Of all initiatives that were not dropped, the share that is done.

    The light compares it with the share of the year that has passed.
    """
    return ratio(initiatives_done, initiatives)


@kpi(
    "m_due_done",
    "percent",
    better="up",
    scope=STATE,
    light=limits(90, 75),
    de=("Termintreue Maßnahmen", "Termintreue", "Termintreue der Maßnahmen"),
    en=("On-time completion", "On-time completion of measures"),
)
def initiatives_on_time(initiatives_on_time: Term, initiatives_due: Term) -> Term:
    """Of the initiatives that had to be done by now, the share done by its due date."""
    return ratio(initiatives_on_time, initiatives_due)


@kpi(
    "m_overdue",
    "count",
    better="down",
    scope=STATE,
    light=Late(2, 14, also=("initiatives_days_late",)),
    de=("Überfällige Maßnahmen", "Maßnahmen überfällig"),
    en=("Overdue measures", "Overdue initiatives"),
)
def initiatives_late(initiatives_overdue: Term) -> Term:
    """Initiatives that are still open after their due date.

    Up to two are yellow if they are late by 14 days on average at the most.
    """
    return same(initiatives_overdue)


@kpi(
    "m_budget",
    "percent",
    better="band",
    scope=STATE,
    light=limits(100, 110),
    de=("Budgetausschöpfung", "Budgetausschöpfung der Maßnahmen"),
    en=("Budget use", "Use of budget"),
)
def budget_used(initiatives_cost: Term, initiatives_budget: Term) -> Term:
    """What the initiatives have cost so far, in their budgets."""
    return ratio(initiatives_cost, initiatives_budget)


# ---------------------------------------------------------------- pipeline


@kpi(
    "p_open", "EUR", better="up", scope=STATE, light=COVERED,
    de="Offene Pipeline", en="Open pipeline",
)  # fmt: skip
def pipeline_offered(pipeline_open: Term) -> Term:
    """The value of all offers between first idea and meeting.

    The light asks whether the weighted pipeline covers what revenue lacks to the year's target.
    """
    return same(pipeline_open)


@kpi(
    "p_weighted", "EUR", better="up", scope=STATE, light=COVERED,
    de="Gewichtete Pipeline", en="Weighted pipeline",
)  # fmt: skip
def pipeline_expected(pipeline_weighted: Term) -> Term:
    """The value of the open offers, each times its probability.

    The light asks whether it covers what revenue lacks to the year's target.
    """
    return same(pipeline_weighted)


@kpi(
    "p_win",
    "percent",
    better="up",
    scope=TALLY,
    light=att(100, 85),
    de=("Abschlussquote", "Gewinnquote"),
    en=("Win rate", "Closing rate"),
)
def win_rate(deals_won: Term, deals_lost: Term) -> Term:
    """Of the opportunities decided in the period, the share that was won."""
    return ratio(deals_won, deals_won + deals_lost)


@kpi(
    "p_conv", "percent", better="up", scope=TALLY,
    de=("Stufenquote", "Erstkontakt bis Abschluss"), en=("Stage conversion", "Lead conversion"),
)  # fmt: skip
def leads_to_deals(leads_won: Term, leads_contacted: Term) -> Term:
    """Of the prospects first contacted in the period, the share that has signed since.

    ``p_conv_3`` to ``p_conv_7`` say the same of each step: of those who reached a stage, the share
    that reached the next one. A later date proves a stage, also for a prospect lost since.
    """
    return ratio(leads_won, leads_contacted)


@kpi(
    "p_conv_3", "percent", better="up", scope=TALLY,
    de="Stufenquote Angebot versandt → nachgefasst", en="Conversion offer sent → followed up",
)  # fmt: skip
def offers_followed_up(leads_followed_up: Term, leads_contacted: Term) -> Term:
    """Of the prospects first contacted in the period, the share that was followed up."""
    return ratio(leads_followed_up, leads_contacted)


@kpi(
    "p_conv_4", "percent", better="up", scope=TALLY,
    de="Stufenquote nachgefasst → Bedarf geklärt", en="Conversion followed up → need clarified",
)  # fmt: skip
def follow_ups_phoned(leads_phoned: Term, leads_followed_up: Term) -> Term:
    """Of the prospects followed up, the share whose need was clarified."""
    return ratio(leads_phoned, leads_followed_up)


@kpi(
    "p_conv_5", "percent", better="up", scope=TALLY,
    de="Stufenquote Bedarf geklärt → Termin", en="Conversion need clarified → appointment",
)  # fmt: skip
def calls_to_appointments(leads_appointed: Term, leads_phoned: Term) -> Term:
    """Of the prospects whose need is clear, the share that gave an appointment."""
    return ratio(leads_appointed, leads_phoned)


@kpi(
    "p_conv_6", "percent", better="up", scope=TALLY,
    de="Stufenquote Termin → Gespräch", en="Conversion appointment → meeting",
)  # fmt: skip
def appointments_to_meetings(leads_met: Term, leads_appointed: Term) -> Term:
    """Of the appointments, the share that took place."""
    return ratio(leads_met, leads_appointed)


@kpi(
    "p_conv_7", "percent", better="up", scope=TALLY,
    de="Stufenquote Gespräch → Abschluss", en="Conversion meeting → deal",
)  # fmt: skip
def meetings_to_deals(leads_won: Term, leads_met: Term) -> Term:
    """Of the meetings, the share that ended in a deal."""
    return ratio(leads_won, leads_met)


@kpi(
    "p_cycle",
    "days",
    better="down",
    scope=TALLY,
    light=att(100, 85),
    over_accounts="pooled",
    de=("Dauer Erstkontakt bis Abschluss", "Verkaufsdauer", "Sales Cycle"),
    en=("Sales cycle", "Days to close"),
)
def sales_cycle(deal_days: Term) -> Term:
    """Days from first contact to the deal: half of the deals closed in the period took less.

    A median over all deals together; medians of accounts are never averaged.
    """
    return deal_days.median()


@kpi(
    "p_follow",
    "percent",
    better="up",
    scope=TALLY,
    light=limits(95, 80),
    de=("Nachfass-Pünktlichkeit", "Nachfasspünktlichkeit", "Pünktlich nachgefasst"),
    en=("Follow-up punctuality", "Follow-ups on time"),
)
def follow_up_punctuality(followups_on_time: Term, followups_settled: Term) -> Term:
    """Of the offers whose follow-up was due in the period, the share followed up in time.

    Due is a week after the first contact, on the next working day. Any later stage counts as
    followed up; what is not yet due does not count.
    """
    return ratio(followups_on_time, followups_settled)


@kpi(
    "p_follow_open",
    "count",
    better="down",
    scope=STATE,
    light=Waiting(also=("followups_waiting",)),
    de=("Nachfassen überfällig", "Überfälliges Nachfassen"),
    en=("Follow-ups overdue", "Overdue follow-ups"),
)
def follow_ups_overdue(followups_overdue: Term) -> Term:
    """Offers that were sent and not followed up although it is due; red after a week more."""
    return same(followups_overdue)


@kpi(
    "p_new", "count", better="up", light=att(),
    dimension="new_customers", de=("Neukunden gewonnen", "Gewonnene Neukunden (Pipeline)"),
    en=("New customers won", "New customers from pipeline"),
)  # fmt: skip
def new_customers_won(deals_new: Term) -> Term:
    """New customers whose deal was closed in the period."""
    return same(deals_new)


# ---------------------------------------------------------------- relationship


@kpi(
    "r_cover",
    "percent",
    better="up",
    scope=STATE,
    light=limits(90, 70),
    dimension="relationship",
    de=("Kontaktabdeckung", "Kontaktquote"),
    en=("Contact coverage", "Key contacts met"),
)
def contact_coverage(key_contacts_met: Term, key_contacts: Term) -> Term:
    """Of the decision makers and the influential, the share met within its interval."""
    return ratio(key_contacts_met, key_contacts)


@kpi(
    "r_roles",
    "percent",
    better="up",
    scope=STATE,
    light=limits(100, 75),
    dimension="relationship",
    de=("Buying-Center-Abdeckung", "Abdeckung Buying Center"),
    en=("Buying centre coverage", "Buying center coverage"),
)
def buying_centre_coverage(roles_covered: Term, roles_wanted: Term) -> Term:
    """Of decision maker, buyer, user and influencer, the share we know by name."""
    return ratio(roles_covered, roles_wanted)


# ---------------------------------------------------------------- satisfaction


@kpi(
    "s_csat",
    "index",
    better="up",
    scope=TALLY,
    light=att(100, 95),
    dimension="satisfaction",
    de=("Kundenzufriedenheit (Index 0..100)", "Kundenzufriedenheit", "Zufriedenheitsindex",
        "CSAT"),
    en=("Satisfaction index", "Customer satisfaction", "CSAT"),
)  # fmt: skip
def satisfaction(csat_points: Term, csat_answers: Term) -> Term:
    """How satisfied the customer is, from 0 to 100, each survey weighted with its answers.

    Every scale is converted first; on the German school scale less is better. Without a number
    of answers a survey counts for its account only.
    """
    return ratio(csat_points, csat_answers)


@kpi(
    "s_nps",
    "nps",
    better="up",
    scope=TALLY,
    light=Apart(0, -10),
    dimension="satisfaction",
    de=("NPS", "Net Promoter Score", "Weiterempfehlung"),
    en=("NPS", "Net promoter score"),
)
def net_promoters(nps_net: Term, nps_answers: Term) -> Term:
    """Promoters less detractors in a hundred answers; counts are pooled, scores never averaged."""
    return 100 * ratio(nps_net, nps_answers)


@kpi(
    "s_complaints",
    "percent",
    better="down",
    scope=TALLY,
    light=att(100, 85),
    dimension="satisfaction",
    de=("Reklamationsquote", "Beschwerdequote"),
    en=("Complaint rate", "Complaints per order"),
)
def complaint_rate(complaints_received: Term, orders: Term) -> Term:
    """Complaints per order."""
    return ratio(complaints_received, orders)


@kpi(
    "s_otd",
    "percent",
    better="up",
    scope=TALLY,
    light=pp(0, -2),
    dimension="satisfaction",
    de=("Liefertreue", "Termintreue der Lieferung", "Lieferpünktlichkeit"),
    en=("On-time delivery", "Delivery reliability", "OTD"),
)
def on_time_delivery(deliveries_on_time: Term, deliveries: Term) -> Term:
    """The share of deliveries that came when promised; each stated share weighs its orders."""
    return ratio(deliveries_on_time, deliveries)


# ---------------------------------------------------------------- conditions


@kpi(
    "c_result",
    "EUR",
    better="up",
    scope=TALLY,
    light=limits(0, 0),
    de=("Konditionen-Verhandlungsergebnis", "Verhandlungsergebnis"),
    en=("Negotiation result", "Result of negotiations"),
)
def negotiation_result(conditions_result: Term) -> Term:
    """What the conditions agreed in the period bring or cost us in a year; plus is better for us.

    New less previous value, times what it applies to: the year's target, else the prior year.
    """
    return same(conditions_result)


@kpi(
    "c_rate",
    "percent",
    better="down",
    scope=TALLY,
    light=pp(0, 0.5),
    de=("Konditionenquote", "Konditionsquote"),
    en=("Total conditions rate", "Conditions rate"),
)
def conditions_rate(conditions_amount: Term, revenue_gross: Term) -> Term:
    """All discounts, bonuses and allowances in force, in gross revenue."""
    return ratio(conditions_amount, revenue_gross)


# ---------------------------------------------------------------- the plan and the person


@kpi(
    "d_complete",
    "percent",
    better="up",
    scope=STATE,
    light=limits(95, 80),
    de=("Vollständigkeit des Plans", "Vollständigkeit"),
    en=("Plan completeness", "Completeness"),
)
def plan_completeness(fields_filled: Term, fields_wanted: Term) -> Term:
    """Of the fields that a plan must or should have, the share that is filled in."""
    return ratio(fields_filled, fields_wanted)


@kpi(
    "kam_score",
    "percent",
    better="up",
    scope=("YTD",),
    light=limits(100, 90),
    clearance="X",
    of_measures=False,
    de=("KAM-Leistung", "KAM-Score"),
    en=("KAM performance", "KAM score"),
)
def kam_performance(k_units: Term, k_revenue: Term, k_price_real: Term, s_csat: Term) -> Term:
    """What a key account manager has reached, as a weighted attainment.

    It measures a person. In German companies that is for the works council to agree to, so it is
    off until the workspace switches it on.
    """
    parts = ((0.25, k_units), (0.35, k_revenue), (0.20, k_price_real), (0.20, s_csat))
    return sum(weight * min(max(attained, 0.0), 1.2) for weight, attained in parts)
