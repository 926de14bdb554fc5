"""Lights for whole columns, set from the rounded numbers that are shown.

Colour and number never disagree: 99.96 % is shown as 100.0 % and is green.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kam_reports.kpis import lights
from kam_reports.kpis.declaring import Kpi
from kam_reports.kpis.grain import Numbers
from kam_reports.kpis.lights import rule_of
from kam_reports.model import Light
from kam_reports.workspace import Thresholds

LIGHTS = np.array([Light.GREY.value, Light.RED.value, Light.YELLOW.value, Light.GREEN.value])
GREY, RED, YELLOW, GREEN = range(4)
Codes = NDArray[np.int8]
_DUST, _LITTLE = 1e-9, 1e-3  # of the last digit that is shown
_FLOAT = 1e-15  # of the number itself
_PERCENT = 2  # a fraction is shown in percent: two digits further left


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: columns of equal length."""

    actual: Numbers
    target: Numbers
    attainment: Numbers
    first: Numbers  # of the measures that the light needs besides: the first one
    second: Numbers
    cases: Numbers  # how many cases a quota rests on


def light(kpi: Kpi, case: Case, thresholds: Thresholds) -> Codes:
    """The light of each row of *case*: grey without what it takes to judge."""
    rule = rule_of(kpi, thresholds)
    found = _judged(rule, kpi, case)
    if kpi.cases:
        found = np.where(case.cases < thresholds.few_cases, GREY, found)
    return found.astype(np.int8)


def outlook(kpi: Kpi, case: Case, thresholds: Thresholds) -> Codes:
    """The light of a year: attainments against the limits for forecasts, all else as usual."""
    rule = rule_of(kpi, thresholds)
    if isinstance(rule, lights.Attained):
        green, yellow = thresholds.forecast
        rule = lights.Attained(green, yellow)
    return _judged(rule, kpi, case).astype(np.int8)


def _judged(rule: lights.Rule, kpi: Kpi, case: Case) -> NDArray[np.int_]:
    shift = _PERCENT if kpi.unit == "percent" else 0
    match rule:
        case lights.Attained():
            return _from(case.attainment, rule, _PERCENT)
        case lights.Apart():
            judge = _up_to if kpi.better == "down" else _from
            return judge(case.actual - case.target, rule, shift)
        case lights.Reached():
            reached = case.actual >= case.target
            known = ~np.isnan(case.actual) & ~np.isnan(case.target)
            return np.where(known, np.where(reached, GREEN, RED), GREY)
        case lights.Concentrated():
            return np.minimum(
                _up_to(case.actual, rule, shift, rule.digits),
                _up_to(case.first, lights.limits(30, 40), _PERCENT),
            )
        case lights.Limited():
            judge = _from if kpi.better == "up" else _up_to
            return judge(case.actual, rule, shift, rule.digits)
        case lights.Against():
            share = np.where(case.second > 0, case.first / _positive(case.second), np.inf)
            share = np.where(np.isnan(case.first + case.second), np.nan, share)
            return _from(share, rule, _PERCENT)
        case lights.Late():
            average = case.first / _positive(case.actual)
            few = (case.actual <= rule.green) & (rounded(average, 1) <= round(rule.yellow * 10))
            some = np.where(few, YELLOW, RED)
            return _known(case.actual, np.where(case.actual <= 0, GREEN, some))
        case lights.Waiting():
            some = np.where(case.first > 0, RED, YELLOW)
            return _known(case.actual, np.where(case.actual <= 0, GREEN, some))
        case lights.Ranked():
            return _known(case.first, np.nan_to_num(case.first).astype(np.int_))
    return np.full(case.actual.shape, GREY)


def _from(value: Numbers, rule: lights.Rule, shift: int, digits: int = 1) -> NDArray[np.int_]:
    """More is better: green and yellow from the limits on."""
    shown, limits = rounded(value, digits + shift), _limits(rule, digits)
    return _known(value, RED + (shown >= limits[1]).astype(int) + (shown >= limits[0]))


def _up_to(value: Numbers, rule: lights.Rule, shift: int, digits: int = 1) -> NDArray[np.int_]:
    """Less is better: green and yellow up to the limits."""
    shown, limits = rounded(value, digits + shift), _limits(rule, digits)
    return _known(value, RED + (shown <= limits[1]).astype(int) + (shown <= limits[0]))


def _limits(rule: lights.Rule, digits: int) -> Numbers:
    return rounded(np.array([rule.green, rule.yellow]), digits)


def _known(value: Numbers, code: NDArray[np.int_]) -> NDArray[np.int_]:
    return np.where(np.isnan(value), GREY, code)


def _positive(value: Numbers) -> Numbers:
    return np.where(value > 0, value, np.nan)


def rounded(values: Numbers, digits: int) -> Numbers:
    """The values in units of the last digit, rounded half up as they are shown.

    What computing with floats left just below a half counts as the half that it was.
    """
    scaled = np.abs(values) * 10**digits
    nudge = np.minimum(_DUST + scaled * _FLOAT, _LITTLE)
    whole: Numbers = np.floor(scaled + 0.5 + nudge)
    signed: Numbers = np.sign(values) * whole
    return signed
