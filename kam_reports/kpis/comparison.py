"""Block C: how every KPI is compared with its target, the prior year and the end of the year.

The same functions work on numbers, on columns and on Excel cells. A value that cannot be compared
is missing: there is no attainment of a target of zero and no growth from nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from kam_reports.kpis.declaring import INPUT
from kam_reports.kpis.declaring import kpi as any_kpi
from kam_reports.kpis.formula import (
    Term,
    beyond,
    positive,
    ratio,
    size,
    unless_both_zero,
)
from kam_reports.kpis.lights import att, limits

METHODS = ("own", "seasonal", "plan", "linear")
STATE_METHOD = "last"

kpi = partial(
    any_kpi, block="C", scope=INPUT, clearance="C", over_accounts="none", of_measures=False
)


@kpi("v_abs", "EUR", better="info", de="Abweichung absolut", en="Variance")
def variance(actual: Term, target: Term) -> Term:
    """How far the actual lies above (plus) or below (minus) the target, in the KPI's unit.

    For a KPI in percent these are percentage points.
    """
    return actual - target


@kpi("v_pct", "percent", better="info", de="Abweichung relativ", en="Variance %")
def variance_pct(actual: Term, target: Term) -> Term:
    """The variance as a share of the target; KPIs in percent have percentage points instead."""
    return ratio(actual - target, size(target))


def attained(actual: Term, target: Term, better: str = "up", tolerance: float = 0.0) -> Term:
    """How much of the target was reached; *better* says whether more, less or near is good."""
    if better == "band":
        return 1 - ratio(beyond(size(actual - target), tolerance), size(target))
    # One division and no rounding after it: 99.95 % stays just that and is shown as 100.0 %.
    if better == "down":
        reached = ratio(size(target) + target - actual, size(target))
        return unless_both_zero(actual, target, reached, 1.0)
    return ratio(size(target) - target + actual, size(target))


@kpi("att", "percent", better="up", light=att(), de="Zielerreichung", en="Attainment")
def attainment(actual: Term, target: Term) -> Term:
    """How much of the target was reached; 100 % is exactly reached.

    Where less is better, as much below the target as counts as above: 16 days against 24 are
    133 %. Negative targets work alike. A target of zero has no attainment, except that nothing
    against nothing is 100 % where less is better. For all accounts together only those with both
    actual and target count, on both sides: "2/3" says how many.
    """
    return attained(actual, target)


def changed(actual: Term, prior_year: Term, unit: str = "EUR") -> Term:
    """Growth against the prior year: a share of it, or percentage points for a KPI in percent."""
    if unit == "percent":
        return actual - prior_year
    return ratio(actual - prior_year, positive(prior_year))


@kpi(
    "growth", "percent", better="up", light=limits(0, -5),
    de="Veränderung zum Vorjahr", en="Growth vs prior year",
)  # fmt: skip
def growth(actual: Term, prior_year: Term) -> Term:
    """The change against the same quarters of the prior year.

    From nothing or from a loss there is no growth. Only accounts with both years count.
    """
    return changed(actual, prior_year)


@kpi(
    "fc", "EUR", better="up", clearance="I", light=att(100, 95),
    de="Hochrechnung Jahr", en="Full-year forecast",
)  # fmt: skip
def forecast(to_date: Term, whole: Term, part: Term) -> Term:
    """Where the year will end.

    The plan's own forecast if there is one; else the season of the prior year (to date times whole
    year over same quarters), else the phasing of the target, else evenly. The method is always
    named. A state stays where it is; a quota is the forecast of its parts.
    """
    return to_date * ratio(whole, positive(part))


@kpi(
    "fc_gap", "EUR", better="info", clearance="I",
    de="Lücke zum Jahresziel und nötiges Tempo", en="Gap and required run-rate",
)  # fmt: skip
def forecast_gap(to_date: Term, target_year: Term) -> Term:
    """What is still missing to the year's target, and per quarter that remains."""
    return target_year - to_date


@kpi("mat", "EUR", better="info", de="Gleitende Jahressumme", en="Moving annual total")
def moving_annual_total(to_date: Term, rest_of_prior_year: Term) -> Term:
    """The last four quarters together, free of season."""
    return to_date + rest_of_prior_year


# ---------------------------------------------------------------- price and volume


@dataclass(frozen=True, slots=True)
class PriceVolume:
    """Why revenue differs from its target: more units, other products, other prices."""

    volume: float
    price: float
    mix: float | None = None  # only where product groups are known

    @property
    def variance(self) -> float:
        """The whole difference."""
        return self.volume + (self.mix or 0.0) + self.price


@dataclass(frozen=True, slots=True)
class Sold:
    """Units and revenue, actual and target, of an account or one of its product groups."""

    units: float
    revenue: float
    units_target: float
    revenue_target: float


def price_volume(total: Sold, groups: tuple[Sold, ...] = ()) -> PriceVolume | None:
    """Split the variance of revenue; the parts add up to it. None without target units.

    Volume: the units sold more, at the target price. Price: what each unit sold brought more than
    its target price. With product groups, mix is what the shift between them brought.
    """
    if not total.units_target:
        return None
    difference = total.revenue - total.revenue_target
    volume = (total.units - total.units_target) * total.revenue_target / total.units_target
    if not groups:
        return PriceVolume(volume, difference - volume)
    at_target_price = sum(group.units * _target_price(group) for group in groups)
    mix = at_target_price - sum(group.revenue_target for group in groups) - volume
    return PriceVolume(volume, difference - volume - mix, mix)


def _target_price(group: Sold) -> float:
    """The price that was planned; a group without a plan has the price it was sold at."""
    if group.units_target:
        return group.revenue_target / group.units_target
    return group.revenue / group.units if group.units else 0.0
