"""Block F: where an account stands in the portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from kam_reports.kpis.declaring import FLOW, INPUT, STATE, TALLY
from kam_reports.kpis.declaring import kpi as any_kpi
from kam_reports.kpis.formula import Term, ratio
from kam_reports.kpis.lights import Concentrated

kpi = partial(any_kpi, block="F", clearance="X")

ATTRACTIVENESS, POSITION = "attractiveness", "position"
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    ATTRACTIVENESS: {
        "revenue_potential": 0.25,
        "cm_potential": 0.25,
        "growth": 0.15,
        "reference": 0.15,
        "price_enforceability": 0.10,
        "credit_rating": 0.10,
    },
    POSITION: {
        "supply_share": 0.30,
        "competitor_distance": 0.25,
        "relationship": 0.20,
        "satisfaction": 0.15,
        "contract_bond": 0.10,
    },
}
# From the first limit on a score is 2, from the fourth on it is 5.
LIMITS: Mapping[str, tuple[float, float, float, float]] = {
    "cm_potential": (1.0, 1.2, 1.5, 2.0),  # times the margin expected for the year
    "growth": (-0.05, 0.0, 0.03, 0.08),
    "supply_share": (0.10, 0.20, 0.35, 0.50),
    "competitor_distance": (-0.20, -0.05, 0.05, 0.20),
    "relationship": (0.40, 0.60, 0.75, 0.90),
    "satisfaction": (50.0, 60.0, 70.0, 80.0),
}


@kpi(
    "f_abc", "class", better="info", scope=INPUT, over_accounts="portfolio", of_measures=False,
    de="ABC-Klasse", en="ABC class",
)  # fmt: skip
def abc_class(share_before: Term, limit_a: Term, limit_b: Term) -> Term:
    """How much of the business hangs on the account: A, B or C.

    Accounts are sorted by contribution margin (by revenue, if not all have one). An account is A
    while those before it have less than 80 % together, B below 95 %, else C; so the largest one is
    always A. A class set by hand wins and is marked.
    """
    return "A" if share_before < limit_a else "B" if share_before < limit_b else "C"


@kpi(
    "f_attr", "score", better="up", scope=STATE, over_accounts="none", of_measures=False,
    de="Kundenattraktivität", en="Attractiveness",
)  # fmt: skip
def attractiveness(scores: Term, weights: Term) -> Term:
    """How attractive the account is, 1 to 5: its weighted scores.

    A score that was typed wins; where data tell it, it is computed. Criteria with neither drop out
    with their weight; below 60 % of the weights there is no value.
    """
    return ratio(sum(s * w for s, w in zip(scores, weights, strict=True)), sum(weights))


@kpi(
    "f_pos", "score", better="up", scope=STATE, over_accounts="none", of_measures=False,
    de="Wettbewerbsposition", en="Competitive position",
)  # fmt: skip
def competitive_position(scores: Term, weights: Term) -> Term:
    """How strong we are with the account, 1 to 5: its weighted scores, as for attractiveness."""
    return ratio(sum(s * w for s, w in zip(scores, weights, strict=True)), sum(weights))


@kpi(
    "f_field", "count", better="info", scope=STATE, over_accounts="none", of_measures=False,
    de="Neun-Felder-Feld", en="Nine-field cell",
)  # fmt: skip
def nine_field(attractive: Term, position: Term, low: Term, high: Term) -> Term:
    """The cell of the nine-field matrix, 1 to 9; both axes are cut at 2.33 and 3.67.

    7 8 9 are the attractive accounts, 3 6 9 those where we are strong.
    """
    row = (attractive >= low) + (attractive >= high)
    return 3 * int(row) + int(position >= low) + int(position >= high) + 1


@kpi(
    "f_hhi", "ratio", better="down", scope=TALLY, light=Concentrated(0.15, 0.25, digits=2),
    over_accounts="portfolio", of_measures=False,
    de=("Konzentration (HHI)", "HHI", "Konzentration"), en=("Concentration", "HHI"),
)  # fmt: skip
def concentration(shares: Term) -> Term:
    """How much the business hangs on few accounts: the sum of the squared shares of revenue.

    One over it is the number of equally large accounts that would be as concentrated. The light is
    also yellow when the largest account has more than 30 %, and red at more than 40 %.
    """
    return sum(share * share for share in shares)


@kpi(
    "f_potential", "percent", better="info", scope=FLOW,
    de="Potenzialausschöpfung", en="Potential used",
)  # fmt: skip
def potential_used(revenue: Term, revenue_potential: Term) -> Term:
    """Our revenue in what the account could buy from us.

    The potential is stated for a year; a quarter is compared with a quarter of it.
    """
    return ratio(revenue, revenue_potential)
