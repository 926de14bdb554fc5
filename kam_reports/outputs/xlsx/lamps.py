"""The light of a KPI as a formula: the same rule, from the same rounded number that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kam_reports.kpis import lights
from kam_reports.kpis.comparison import attained
from kam_reports.kpis.declaring import Kpi
from kam_reports.kpis.formula import CellRef
from kam_reports.kpis.lights import rule_of
from kam_reports.model import Light
from kam_reports.outputs.xlsx.paper import SIGNS
from kam_reports.workspace import Thresholds

_GREEN, _YELLOW, _RED, _GREY = (f'"{SIGNS[one]}"' for one in Light)
_PERCENT = 2


@dataclass(frozen=True, slots=True)
class Inputs:
    """The cells that a light looks at; None where there is none."""

    actual: str | None
    target: str | None
    attainment: str | None = None
    also: Sequence[str | None] = ()
    cases: Sequence[str | None] = ()


def light_formula(kpi: Kpi, inputs: Inputs, thresholds: Thresholds) -> str | None:
    """The sign of the light; None if no formula can say it."""
    rule = rule_of(kpi, thresholds)
    text = _judged(rule, kpi, inputs)
    if text is None or not kpi.cases:
        return text
    known = ",".join(cell for cell in inputs.cases if cell) or "0"
    return f"IF(SUM({known})<{thresholds.few_cases},{_GREY},{text})"


def outlook_formula(kpi: Kpi, inputs: Inputs, thresholds: Thresholds) -> str | None:
    """The sign of the light of a year: attainments against the limits for forecasts."""
    rule = rule_of(kpi, thresholds)
    if isinstance(rule, lights.Attained):
        green, yellow = thresholds.forecast
        rule = lights.Attained(green, yellow)
    return _judged(rule, kpi, inputs)


def _judged(rule: lights.Rule, kpi: Kpi, inputs: Inputs) -> str | None:
    actual, target = inputs.actual, inputs.target
    if actual is None:
        return None
    shift = _PERCENT if kpi.unit == "percent" else 0
    match rule:
        case lights.Attained():
            return _attained(rule, kpi, inputs)
        case lights.Apart() if target is not None:
            both = f"COUNT({actual},{target})<2"
            upwards = kpi.better != "down"
            return f"IF({both},{_GREY},{_graded(f'({actual}-{target})', rule, shift, 1, upwards)})"
        case lights.Reached() if target is not None:
            reached = f"IF({actual}>={target},{_GREEN},{_RED})"
            return f"IF(COUNT({actual},{target})<2,{_GREY},{reached})"
        case lights.Concentrated() | lights.Ranked():
            return None
        case lights.Limited():
            graded = _graded(actual, rule, shift, rule.digits, kpi.better == "up")
            return f"IF(COUNT({actual})=0,{_GREY},{graded})"
        case lights.Against() if None not in inputs.also and len(inputs.also) == 2:
            first, second = inputs.also
            graded = _graded(f"({first}/{second})", rule, _PERCENT, 1, upwards=True)
            known = f"IF({second}<=0,{_GREEN},{graded})"
            return f"IF(COUNT({first},{second})<2,{_GREY},{known})"
        case lights.Late() if inputs.also and inputs.also[0]:
            days = inputs.also[0]
            few = f"ROUND({days}/{actual}+1E-10,1)<={rule.yellow!r}"
            few = f"IF(COUNT({days})=0,FALSE,IF({actual}<={rule.green!r},{few},FALSE))"
            some = f"IF({actual}<=0,{_GREEN},IF({few},{_YELLOW},{_RED}))"
            return f"IF(COUNT({actual})=0,{_GREY},{some})"
        case lights.Waiting() if inputs.also and inputs.also[0]:
            long = f"IF(COUNT({inputs.also[0]})=0,FALSE,{inputs.also[0]}>0)"
            some = f"IF({actual}<=0,{_GREEN},IF({long},{_RED},{_YELLOW}))"
            return f"IF(COUNT({actual})=0,{_GREY},{some})"
    return None


def _attained(rule: lights.Rule, kpi: Kpi, inputs: Inputs) -> str | None:
    cell = inputs.attainment
    if cell is None and (inputs.target is None or inputs.actual is None):
        return None
    if cell is None:
        left, right = CellRef(str(inputs.actual)), CellRef(str(inputs.target))
        found = attained(left, right, kpi.better, kpi.tolerance)
        graded = _graded(found.core, rule, _PERCENT, 1, upwards=True)
        for condition in reversed(found.refused):
            graded = f"IF({condition},{_GREY},{graded})"
        return f"IF(COUNT({','.join(found.leaves)})<{len(found.leaves)},{_GREY},{graded})"
    return f"IF(COUNT({cell})=0,{_GREY},{_graded(cell, rule, _PERCENT, 1, upwards=True)})"


def _graded(value: str, rule: lights.Rule, shift: int, digits: int, upwards: bool) -> str:
    """Green and yellow from the limits on, or up to them; rounded half up as shown."""
    places, sign = digits + shift, ">=" if upwards else "<="
    shown = f"SIGN({value})*ROUND(ABS({value})+1E-{9 + places},{places})"
    green, yellow = (round(limit / 10**shift, places + 6) for limit in (rule.green, rule.yellow))
    return f"IF({shown}{sign}{green!r},{_GREEN},IF({shown}{sign}{yellow!r},{_YELLOW},{_RED}))"
