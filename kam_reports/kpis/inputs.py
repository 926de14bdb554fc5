"""Block A: the measures of a plan as KPIs of their own, unless one of block B shows them."""

from __future__ import annotations

from kam_reports.kpis.declaring import FLOW, INPUT, read_from
from kam_reports.kpis.lights import NO_LIGHT, att

SHOWN_IN_BLOCK_B = ("units", "revenue", "cm", "promos", "customers", "orders")
JUDGED = ("promo_revenue", "promo_cost", "customers_new", "customers_lost")
INPUTS = (
    "units",
    "revenue_gross",
    "revenue",
    "cm",
    "cogs",
    "sellout_cost",
    "market_volume",
    "purchase_volume",
    "outlets_total",
    "outlets_listed",
    "cat_rev_total",
    "cat_rev_listed",
    "skus_relevant",
    "skus_listed",
    "promos",
    "promo_revenue",
    "promo_cost",
    "customers",
    "customers_new",
    "customers_lost",
    "orders",
    "order_lines",
    "small_orders",
    "stock_avg",
)

for _measure in INPUTS:
    read_from(
        _measure,
        light=att() if _measure in JUDGED else NO_LIGHT,
        scope=INPUT if _measure in SHOWN_IN_BLOCK_B else FLOW,
    )
