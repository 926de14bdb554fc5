"""Talking points that two numbers of an account give only together."""

from __future__ import annotations

from collections.abc import Iterator

from kam_reports.model import Amount, Light
from kam_reports.topics import Facts, topic
from kam_reports.topics.case import Case

POINTS = 5  # a fall in satisfaction that is more than chance


@topic(
    "price-or-mix",
    "X",
    1,
    de="Der Umsatz erreicht {revenue} des Ziels, der Deckungsbeitrag nur {cm}: Preise oder Mix"
    " klären.",
    en="Revenue reaches {revenue} of its target, contribution margin only {cm}: look into prices"
    " or mix.",
)
def price_or_mix(case: Case) -> Iterator[Facts]:
    """Revenue is green and the contribution margin is not.

    The volume comes in, but each euro of it earns less than planned: discounts, conditions or a
    shift to goods with less margin.
    """
    revenue, margin = case.to_date("k_revenue"), case.to_date("k_cm")
    if revenue.light is Light.GREEN and margin.missed:
        yield {"revenue": revenue.amount("attainment"), "cm": margin.amount("attainment")}


@topic(
    "price-costs-volume",
    "I",
    3,
    de="Absatz {units}, Ø Nettopreis {price} zum Vorjahr: Kostet der höhere Preis Menge?",
    en="Units {units}, average net price {price} on the year before: does the higher price cost"
    " volume?",
)
def price_costs_volume(case: Case) -> Iterator[Facts]:
    """Units fall while the average net price rises."""
    units, price = case.to_date("k_units"), case.to_date("k_price")
    if units.growth < 0 < price.growth:
        yield {"units": units.amount("growth"), "price": price.amount("growth")}


@topic(
    "season-ahead",
    "I",
    5,
    de="Der Umsatz liegt bisher bei {to_date} des Ziels, die Hochrechnung erreicht das Jahresziel"
    " ({forecast}): Saison zeigen, nicht nachgeben.",
    en="Revenue stands at {to_date} of its target so far, the forecast reaches the year's"
    " ({forecast}): show the season, do not give in.",
)
def season_ahead(case: Case) -> Iterator[Facts]:
    """Revenue is red so far, but the forecast of the year is green: the strong months come."""
    to_date, year = case.to_date("k_revenue"), case.year("k_revenue")
    if to_date.light is Light.RED and year.light is Light.GREEN:
        yield {"to_date": to_date.amount("attainment"), "forecast": year.amount("forecast")}


@topic(
    "season-behind",
    "I",
    2,
    de="Der Umsatz ist bisher im Ziel ({to_date}), die Hochrechnung verfehlt es: {forecast} gegen"
    " {target}.",
    en="Revenue is on target so far ({to_date}), the forecast misses it: {forecast} against"
    " {target}.",
)
def season_behind(case: Case) -> Iterator[Facts]:
    """Revenue is green so far, but the forecast of the year is not: the good months are over."""
    to_date, year = case.to_date("k_revenue"), case.year("k_revenue")
    if to_date.light is Light.GREEN and year.missed and year["forecast"] is not None:
        yield {
            "to_date": to_date.amount("attainment"),
            "forecast": year.amount("forecast"),
            "target": year.amount("target"),
        }


@topic(
    "losing-share",
    "I",
    3,
    de="Umsatz {ours}, Markt {market} zum Vorjahr: Wir verlieren Anteil.",
    en="Revenue {ours}, market {market} on the year before: we are losing share.",
)
def losing_share(case: Case) -> Iterator[Facts]:
    """Revenue grows more slowly than the market.

    The market's growth comes from the market volumes of the same quarters, else from the profile.
    """
    revenue = case.to_date("k_revenue")
    market = case.growth_to_date("market_volume")
    if market is None:
        market = case.plan.one("profile")["market_growth"]
    if revenue["growth"] is not None and market is not None and revenue.growth < market:
        yield {
            "ours": revenue.amount("growth"),
            "market": Amount(float(market), "percent", signed=True),
        }


@topic(
    "listed-not-sold",
    "C",
    4,
    de="Distribution {distribution}, Umschlag {turn} zum Vorjahr: gelistet, aber zu wenig"
    " verkauft.",
    en="Distribution {distribution}, stock turn {turn} on the year before: listed, but too little"
    " sold.",
)
def listed_not_sold(case: Case) -> Iterator[Facts]:
    """More outlets carry our goods, but the goods turn more slowly."""
    distribution, turn = case.to_date("k_dist_num"), case.to_date("k_turn")
    if turn.growth < 0 < distribution.growth:
        yield {"distribution": distribution.amount("growth"), "turn": turn.amount("growth")}


@topic(
    "small-orders",
    "C",
    5,
    de="Aufträge {orders}, Ø Auftragswert {value} zum Vorjahr: Bestellungen bündeln.",
    en="Orders {orders}, average order value {value} on the year before: bundle the orders.",
)
def small_orders(case: Case) -> Iterator[Facts]:
    """More orders of less value each: more work for the same revenue, on both sides."""
    orders, value = case.to_date("k_orders"), case.to_date("k_aov")
    if value.growth < 0 < orders.growth:
        yield {"orders": orders.amount("growth"), "value": value.amount("growth")}


@topic(
    "satisfaction-down",
    "C",
    2,
    de="{kpi}: {actual} nach {prior_year} im Vorjahr. Ursachen gemeinsam besprechen.",
    en="{kpi}: {actual} after {prior_year} a year before. Talk about the causes together.",
)
def satisfaction_down(case: Case) -> Iterator[Facts]:
    """Satisfaction fell by five points or more, as index or as NPS."""
    for kpi in ("s_csat", "s_nps"):
        told = case.to_date(kpi)
        actual, before = told["actual"], told["prior_year"]
        if actual is not None and before is not None and round(before - actual, 1) >= POINTS:
            yield {
                "kpi": case.label(kpi),
                "actual": told.amount("actual"),
                "prior_year": told.amount("prior_year"),
            }
