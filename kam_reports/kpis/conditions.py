"""What conditions cost and what their negotiation brought, in money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from kam_reports.model import Entry, Figure, Period, Plan, Scenario
from kam_reports.vocabulary import normalise

if TYPE_CHECKING:
    from kam_reports.kpis.records import Known

_BASIS = {"gross_revenue": "revenue_gross", "net_revenue": "revenue", "units": "units"}
_ALL = frozenset(map(normalise, ("", "Gesamt", "alle", "total", "all", "Gesamtsortiment")))
_NO_AMOUNT = ("net_price", "price_guarantee", "payment_term")  # they cost, but not in this sum
_QUARTERS = 4


def result_of(entry: Entry, plan: Plan, known: Known) -> float | None:
    """What a change of the condition brings us in a year; plus is better for us.

    Every condition but the net price is given by us. It applies to what is planned for the year,
    else to what was sold in the year before.
    """
    value, previous = entry["value"], entry["previous_value"]
    if value is None or previous is None:
        return None

    def whole_year(measure: str, breakdown: str) -> float | None:
        for block, scenario in (("target", Scenario.TARGET), ("prior_year", Scenario.PY)):
            found = (
                _of_group(plan, measure, scenario, breakdown, Period(plan.fiscal_year or 0))
                if breakdown
                else known(measure, block, -1)
            )
            if found is not None:
                return found
        return None

    worth = _worth(entry, whole_year)
    if worth is None:
        return None
    change = (value - previous) * worth
    return float(change if entry["cond_type"] == "net_price" else -change)


def amount_in(entry: Entry, quarter: Period, plan: Plan, known: Known) -> float | None:
    """What the condition costs in a quarter; nothing while it is not valid, None if unknown."""
    if entry["cond_type"] in _NO_AMOUNT or entry["unit"] == "days":
        return 0.0
    share = _share_valid(entry, quarter, plan.fy_start_month)
    if not share:
        return 0.0

    def in_quarter(measure: str, breakdown: str) -> float | None:
        if breakdown:
            return _of_group(plan, measure, Scenario.ACTUAL, breakdown, quarter)
        return known(measure, "actual", quarter.number - 1)

    worth = _worth(entry, in_quarter, parts=_QUARTERS)
    value = entry["value"]
    return None if worth is None or value is None else float(value * worth * share)


def _worth(
    entry: Entry, amount: Callable[[str, str], float | None], parts: int = 1
) -> float | None:
    """What one unit of the condition's value is worth: what it applies to.

    A fixed amount is a year's; *parts* says how many such periods make one.
    """
    scope = str(entry["scope"] or "")
    breakdown = "" if normalise(scope) in _ALL else scope
    match entry["unit"]:
        case "amount":
            return 1.0 / parts
        case "per_unit":
            return amount("units", breakdown)
        case "percent":
            basis = _BASIS.get(entry["basis"])
            return None if basis is None else amount(basis, breakdown)
    return None


def _share_valid(entry: Entry, quarter: Period, fy_start_month: int) -> float:
    """The share of the quarter's days on which the condition holds."""
    begins, ends = quarter.begins(fy_start_month), quarter.ends(fy_start_month)
    since, until = entry["valid_from"], entry["valid_to"]
    first = max(begins, since) if isinstance(since, date) else begins
    last = min(ends, until) if isinstance(until, date) else ends
    return max((last - first).days + 1, 0) / ((ends - begins).days + 1)


def _of_group(
    plan: Plan, measure: str, scenario: Scenario, breakdown: str, period: Period
) -> float | None:
    """The figure of a product group: as stated for the period, else its quarters added up."""
    found: dict[Period, Figure] = {
        figure.period: figure
        for figure in plan.figures
        if figure.measure == measure
        and figure.scenario is scenario
        and normalise(figure.breakdown) == normalise(breakdown)
    }
    if period in found:
        return found[period].value
    parts = [found[part].value for part in period.parts("Q") if part in found]
    known = [part for part in parts if part is not None]
    return sum(known) if period.grain == "FY" and len(known) == _QUARTERS else None
