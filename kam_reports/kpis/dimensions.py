"""Block B: the eleven goal dimensions as KPIs."""

from __future__ import annotations

from functools import partial

from kam_reports.kpis.declaring import kpi as any_kpi
from kam_reports.kpis.formula import Term, ratio, same
from kam_reports.kpis.lights import Attained, Reached, att, limits, pp

kpi = partial(any_kpi, block="B")


@kpi("k_units", "units", better="up", light=att(), dimension="units", de="Absatz", en="Units")
def units_sold(units: Term) -> Term:
    """How many pieces the customer took."""
    return same(units)


@kpi("k_revenue", "EUR", better="up", light=att(), dimension="revenue", de="Umsatz", en="Revenue")
def revenue_made(revenue: Term) -> Term:
    """Net revenue with the customer."""
    return same(revenue)


@kpi(
    "k_dist_num",
    "percent",
    better="up",
    light=pp(0, -2),
    dimension="distribution",
    de=("Numerische Distribution", "Distribution", "Distributionsgrad", "Distribution numerisch"),
    en=("Numeric distribution", "Distribution", "Distribution rate"),
)
def numeric_distribution(outlets_listed: Term, outlets_total: Term) -> Term:
    """Of the outlets that sell our category, the share that carries us."""
    return ratio(outlets_listed, outlets_total)


@kpi(
    "k_dist_wgt",
    "percent",
    better="up",
    light=pp(0, -2),
    dimension="distribution",
    de=("Gewichtete Distribution", "Distribution gewichtet"),
    en="Weighted distribution",
)
def weighted_distribution(cat_rev_listed: Term, cat_rev_total: Term) -> Term:
    """The outlets that carry us, weighted with their revenue in our category."""
    return ratio(cat_rev_listed, cat_rev_total)


@kpi(
    "k_share",
    "percent",
    better="up",
    light=pp(0, -1),
    dimension="market_share",
    de=("Marktanteil (Wert)", "Marktanteil", "Marktanteil wertmäßig", "MA"),
    en=("Market share (value)", "Market share"),
)
def market_share(revenue: Term, market_volume: Term) -> Term:
    """Our revenue in the volume of the market.

    Accounts that share a market share one volume: it is counted once for all of them together.
    """
    return ratio(revenue, market_volume)


@kpi(
    "k_sow",
    "percent",
    better="up",
    light=pp(0, -2),
    dimension="market_share",
    de=("Lieferanteil (Share of Wallet)", "Lieferanteil", "Share of Wallet"),
    en=("Share of wallet", "Share of supply"),
)
def share_of_wallet(revenue: Term, purchase_volume: Term) -> Term:
    """Our revenue in what the customer spends on our category."""
    return ratio(revenue, purchase_volume)


@kpi(
    "k_cm", "EUR", better="up", light=att(), dimension="margin",
    de="Deckungsbeitrag", en="Contribution margin",
)  # fmt: skip
def margin_earned(cm: Term) -> Term:
    """What revenue leaves after the costs up to the plan's margin level."""
    return same(cm)


@kpi(
    "k_cm_pct",
    "percent",
    better="up",
    light=pp(0, -1),
    dimension="margin",
    de=(
        "DB-Quote",
        "DB %",
        "Deckungsbeitragsquote",
        "DB in %",
        "Marge",
        "DB-Marge",
        "DB in % v. Umsatz",
        "DB in % vom Umsatz",
        "Rohertragsquote",
        "Rohertrag %",
        "DB I %",
    ),
    en=(
        "Margin %",
        "Margin",
        "CM %",
        "Contribution margin %",
        "Margin rate",
        "Gross margin %",
        "GM %",
        "CM in % of sales",
        "CM I %",
    ),
)
def margin(cm: Term, revenue: Term) -> Term:
    """What is left of each euro of revenue."""
    return ratio(cm, revenue)


@kpi(
    "k_price",
    "EUR/unit",
    better="up",
    light=att(100, 97),
    clearance="I",
    over_accounts="none",
    dimension="price",
    de=("Ø Nettopreis", "Nettopreis", "Durchschnittspreis", "Durchschnittlicher Nettopreis"),
    en=("Average net price", "Average price", "Net price"),
)
def net_price(revenue: Term, units: Term) -> Term:
    """What the customer paid for a unit on average.

    It moves with the mix of products, so it is shown for each account and never for all together.
    The average reveals the mix: it stays internal although its parts may be shown.
    """
    return ratio(revenue, units)


@kpi(
    "k_price_real",
    "percent",
    better="up",
    light=pp(0, -0.5),
    dimension="price",
    de=("Preisdurchsetzung", "Preisrealisierung", "Preisdurchsetzungsquote"),
    en=("Price realisation", "Price realization"),
)
def price_realisation(revenue: Term, revenue_gross: Term) -> Term:
    """What is left of the list price."""
    return ratio(revenue, revenue_gross)


@kpi(
    "k_discount",
    "percent",
    better="down",
    light=pp(0, 0.5),
    dimension="price",
    de=("Erlösschmälerungsquote", "Rabattquote"),
    en=("Discount rate", "Revenue deduction rate"),
)
def discount_rate(revenue: Term, revenue_gross: Term) -> Term:
    """What was given away of the list price."""
    return 1 - ratio(revenue, revenue_gross)


@kpi(
    "k_assort",
    "percent",
    better="up",
    light=pp(0, -5),
    dimension="assortment",
    de=("Listungsquote", "Sortimentsabdeckung", "Sortimentsquote"),
    en=("Assortment coverage", "Listing rate"),
)
def assortment_coverage(skus_listed: Term, skus_relevant: Term) -> Term:
    """Of the articles that suit this customer, the share that is listed."""
    return ratio(skus_listed, skus_relevant)


@kpi(
    "k_promos", "count", better="up", light=att(), dimension="promotions",
    de="Durchgeführte Aktionen", en="Promotions run",
)  # fmt: skip
def promotions_run(promos: Term) -> Term:
    """Promotions that ran or are running; counted from the list if no figure is given."""
    return same(promos)


@kpi(
    "k_promo_share",
    "percent",
    better="band",
    tolerance=0.05,
    light=Attained(100, 90, usual=True),
    clearance="I",
    dimension="promotions",
    de=("Aktionsanteil", "Aktionsumsatzanteil", "Promotionanteil"),
    en=("Promo share of revenue", "Promotion share"),
)
def promotion_share(promo_revenue: Term, revenue: Term) -> Term:
    """Revenue made in promotions; five points around the target are as agreed."""
    return ratio(promo_revenue, revenue)


@kpi(
    "k_promo_uplift",
    "percent",
    better="up",
    light=att(100, 80),
    dimension="promotions",
    de=("Aktions-Mehrabsatz", "Mehrabsatz", "Promotion-Uplift"),
    en=("Promo uplift", "Uplift", "Promotion uplift"),
)
def promotion_uplift(promo_units: Term, promo_baseline: Term) -> Term:
    """What promotions sold on top of the baseline.

    Only promotions with both numbers count; their planned units are the target.
    """
    return ratio(promo_units - promo_baseline, promo_baseline)


@kpi(
    "k_promo_roi",
    "percent",
    better="up",
    light=limits(0, -20),
    dimension="promotions",
    de=("Aktions-ROI", "ROI der Aktionen"),
    en=("Promo ROI", "Promotion ROI"),
)
def promotion_roi(
    promo_units: Term, promo_baseline: Term, cm: Term, units: Term, promo_cost: Term
) -> Term:
    """What a euro spent on promotions brought back beyond itself.

    The units sold on top, at the account's margin a unit, less the cost of the promotions.
    """
    return ratio((promo_units - promo_baseline) * ratio(cm, units) - promo_cost, promo_cost)


@kpi(
    "k_customers", "count", better="up", light=att(), dimension="customers",
    de=("Kundenzahl", "Aktive Kunden"), en="Active customers",
)  # fmt: skip
def active_customers(customers: Term) -> Term:
    """Points of purchase that ordered; a state, so the latest quarter stands for the year."""
    return same(customers)


@kpi(
    "k_net_customers",
    "count",
    better="up",
    light=Reached(),
    over_accounts="sum",
    dimension="customers",
    de=("Netto-Kundenzuwachs", "Kundenzuwachs", "Nettozuwachs Kunden"),
    en=("Net new customers", "Net customer growth"),
)
def net_customers(customers_new: Term, customers_lost: Term) -> Term:
    """Customers won less customers lost."""
    return customers_new - customers_lost


@kpi("k_orders", "count", better="info", dimension="orders", de="Aufträge", en="Orders")
def orders_taken(orders: Term) -> Term:
    """How many orders came in."""
    return same(orders)


@kpi(
    "k_aov",
    "EUR/order",
    better="up",
    light=att(),
    dimension="orders",
    de=("Ø Auftragswert", "Auftragswert", "Durchschnittlicher Auftragswert"),
    en=("Average order value", "Order value", "AOV"),
)
def order_value(revenue: Term, orders: Term) -> Term:
    """What an order is worth on average."""
    return ratio(revenue, orders)


@kpi(
    "k_lines", "count", better="up", light=att(), dimension="orders",
    de=("Positionen je Auftrag", "Positionen pro Auftrag"), en=("Lines per order", "Order size"),
)  # fmt: skip
def lines_per_order(order_lines: Term, orders: Term) -> Term:
    """How many positions an order has on average."""
    return ratio(order_lines, orders)


@kpi(
    "k_small",
    "percent",
    better="down",
    light=pp(0, 5),
    dimension="orders",
    de=("Kleinauftragsquote", "Anteil Kleinaufträge"),
    en=("Small-order rate", "Share of small orders"),
)
def small_order_rate(small_orders: Term, orders: Term) -> Term:
    """Of all orders, the share below the size that pays."""
    return ratio(small_orders, orders)


@kpi(
    "k_turn",
    "per_year",
    better="up",
    light=att(),
    dimension="stock_turn",
    de=("Umschlagshäufigkeit p. a.", "Umschlagshäufigkeit", "Lagerumschlag",
        "Umschlagsgeschwindigkeit"),
    en=("Stock turns p.a.", "Stock turns", "Stock turnover", "Inventory turns"),
)  # fmt: skip
def stock_turns(sellout_cost: Term, stock_avg: Term, months: Term) -> Term:
    """How often the customer's stock of our goods sells in a year.

    Each period is projected to twelve months, or the first quarter would look red every year.
    """
    return _turns(sellout_cost, stock_avg, months)


@kpi(
    "k_stock_days",
    "days",
    better="down",
    light=att(),
    dimension="stock_turn",
    de=("Lagerdauer", "Lagerreichweite", "Reichweite"),
    en=("Stock days", "Days of stock", "Inventory days"),
)
def stock_days(sellout_cost: Term, stock_avg: Term, months: Term) -> Term:
    """How many days the customer's stock of our goods lasts."""
    return ratio(365, _turns(sellout_cost, stock_avg, months))


def _turns(sellout_cost: Term, stock_avg: Term, months: Term) -> Term:
    return ratio(sellout_cost, stock_avg) * ratio(12, months)
