"""What a blank form already holds, so that nobody starts on an empty sheet."""

from __future__ import annotations

from kam_reports.model import Entry
from kam_reports.outputs.forms.cells import entry
from kam_reports.vocabulary import Vocabulary
from kam_reports.workspace import DEFAULT_CRITERIA

DEFAULT_SCALE = "1000"

# The measures that most plans need, in the order in which people think of them.
PLAN_MEASURES = (
    "units", "revenue", "cm", "revenue_gross", "purchase_volume", "market_volume",
    "outlets_total", "outlets_listed", "skus_relevant", "skus_listed", "promos", "promo_revenue",
    "customers", "customers_new", "customers_lost", "orders", "order_lines", "small_orders",
    "sellout_cost", "stock_avg",
)  # fmt: skip

# Goal dimensions and the metric that usually measures them.
DIMENSIONS = {
    "units": "units",
    "revenue": "revenue",
    "distribution": "k_dist_num",
    "market_share": "k_share",
    "margin": "k_cm_pct",
    "price": "k_price",
    "assortment": "k_assort",
    "promotions": "promos",
    "customers": "customers",
    "orders": "k_aov",
    "stock_turn": "k_turn",
}

# Criteria of the portfolio with axis and weight.
CRITERIA = {
    "attractiveness": {
        "revenue_potential": 0.25,
        "cm_potential": 0.25,
        "growth": 0.15,
        "reference": 0.15,
        "price_enforceability": 0.10,
        "credit_rating": 0.10,
    },
    "position": {
        "supply_share": 0.30,
        "competitor_distance": 0.25,
        "relationship": 0.20,
        "satisfaction": 0.15,
        "contract_bond": 0.10,
    },
}

KNOCKOUTS = ("permit", "register_entry", "liability_insurance", "proof_of_competence",
             "data_protection", "cooperation_contract")  # fmt: skip


def plan_prefills(vocabulary: Vocabulary) -> list[Entry]:
    """The rows of a blank plan."""
    goals = [
        entry("goals", dimension=key, metric=_known(vocabulary, metric), perspective="own")
        for key, metric in DIMENSIONS.items()
    ]
    rating = [
        entry("portfolio", criterion=key, axis=axis, weight=weight)
        for axis, weights in CRITERIA.items()
        for key, weight in weights.items()
    ]
    header = entry(
        "plan",
        fy_start_month=1,
        currency="EUR",
        amount_scale=DEFAULT_SCALE,
        plan_status="draft",
    )
    return [header, *goals, *rating]


def scorecard_prefills(vocabulary: Vocabulary) -> list[Entry]:
    """The rows of a blank scorecard."""
    header = entry("header", fy_start_month=1, currency="EUR", amount_scale=DEFAULT_SCALE)
    acceptance = [
        entry(
            "acceptance",
            criterion=option.key,
            kind="knockout" if option.key in KNOCKOUTS else "soft",
            status="open",
        )
        for option in vocabulary.field("acceptance.criterion").options
    ]
    quality = [
        entry("quality", criterion=option.key)
        for option in vocabulary.field("quality.criterion").options
    ]
    criteria = [
        entry(
            "scorecard",
            kpi=criterion.kpi,
            weight=criterion.weight / 100,
            anchor_0=_anchor(criterion.kpi, criterion.anchor_0),
            anchor_100=_anchor(criterion.kpi, criterion.anchor_100),
        )
        for criterion in DEFAULT_CRITERIA
        if criterion.kpi in vocabulary.metrics
    ]
    return [header, *acceptance, *quality, *criteria]


def prefilled_measures(vocabulary: Vocabulary, document: str) -> list[str]:
    """The measures that stand ready in the table of figures."""
    if document == "plan":
        return list(PLAN_MEASURES)
    return [measure.key for measure in vocabulary.measures_of("scorecard")]


def _known(vocabulary: Vocabulary, metric: str) -> str | None:
    return metric if metric in vocabulary.metrics else None


def _anchor(kpi: str, anchor: float) -> float:
    """Settings hold percent as 50, a workbook as 0.5; an index is the same in both."""
    return anchor if kpi == "a_quality" else anchor / 100
