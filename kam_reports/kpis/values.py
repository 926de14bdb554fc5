"""The values of one KPI: what happened, what was agreed, what was a year ago, what is expected.

Arrays are point × row; a point is a quarter to date, then the year to date, then the year. The
last rows are those of all subjects together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kam_reports.kpis.declaring import FLOW, MONTHS, Kpi
from kam_reports.kpis.grain import PERSPECTIVES, TARGET, Flags, Numbers, Rows, Stretch
from kam_reports.kpis.series import NO_METHOD, STATE, Codes, Series

BLOCKS = ("actual", "target", "prior_year")  # at every point
YEARLY = ("forecast", "annual")  # of the year only
YEAR_TO_DATE, YEAR = -2, -1  # the last two points


@dataclass(frozen=True, slots=True)
class Values:
    """One KPI at every point, for every row."""

    actual: Numbers
    target: Numbers
    prior_year: Numbers
    growing: Numbers  # the actual that growth compares with the prior year
    forecast: Numbers  # by row
    method: Codes  # by row
    gap: Numbers  # by row: what is missing to the year's target
    annual: Numbers  # by row: the last four quarters
    coverage: Numbers
    has: Flags  # by row: whether its view has the KPI at all
    shown: Flags  # whether the point makes a row of the table
    first: Numbers  # what the light needs besides
    second: Numbers
    cases: Numbers  # how many cases a quota rests on, at least: what is not known adds none
    blocked: Mapping[str, Flags] = field(default_factory=dict)  # by block; kept out of sums

    def beside(self, other: Values) -> Values:
        """These rows and then those of *other*."""
        joined: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(other, name)], axis=-1)
            for name in self.__slots__
            if name != "blocked"
        }
        return Values(**joined)


def months_at(quarter: int) -> Numbers:
    """How many months each point spans."""
    return np.array([*[3.0] * quarter, 3.0 * quarter, 12.0])


def calculate(kpi: Kpi, inputs: Sequence[Mapping[str, Numbers]], months: Numbers) -> list[Numbers]:
    """The formula over every block of *inputs* at once; a block maps each measure to its array.

    Blocks with points × rows are annualised by *months*, blocks of the year by twelve.
    """
    shapes = [block[kpi.needs[0]].shape for block in inputs]
    columns = {
        need: pd.Series(np.concatenate([block[need].ravel() for block in inputs]))
        for need in kpi.needs
    }
    if kpi.annualised:
        spans = [
            np.broadcast_to(months[:, None] if len(shape) == 2 else 12.0, shape).ravel()
            for shape in shapes
        ]
        columns[MONTHS] = pd.Series(np.concatenate(spans))
    found = kpi.formula(**columns).to_numpy(dtype=np.float64)
    found = np.where(np.isfinite(found), found, np.nan)
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    parts = np.split(found, ends[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def own_values(kpi: Kpi, series: Series, rows: Rows, quarter: int) -> Values:
    """The KPI of every subject, in every view that has figures or goals of it."""
    blocks = {
        name: {need: series.of(name, need) for need in kpi.needs} for name in (*BLOCKS, *YEARLY)
    }
    numbers = [{need: one.value for need, one in blocks[name].items()} for name in blocks]
    actual, target, prior_year, forecast, annual = calculate(kpi, numbers, months_at(quarter))
    blocked = {
        name: np.logical_or.reduce([one.blocked for one in found.values()])
        for name, found in blocks.items()
    }
    found = {
        "actual": Stretch(actual, blocked["actual"]),
        "target": Stretch(target, blocked["target"]),
        "prior_year": Stretch(prior_year, blocked["prior_year"]),
        "forecast": Stretch(forecast, blocked["forecast"]),
        "annual": Stretch(annual, blocked["annual"]),
    }
    covered, started = coverage(kpi, series, quarter, actual.shape)
    return completed(kpi, series, rows, found, covered, started)


def stated_values(
    kpi: Kpi, series: Series, rows: Rows, actual: Stretch, covered: Numbers | None = None
) -> Values:
    """A KPI whose actual is given, such as a median or a score, beside its stated target."""
    nothing = Stretch(np.full_like(actual.value, np.nan), np.zeros_like(actual.blocked))
    of_year = Stretch(nothing.value[YEAR], nothing.blocked[YEAR])
    found = {
        "actual": actual,
        "target": nothing,
        "prior_year": nothing,
        "forecast": of_year,
        "annual": of_year,
    }
    if covered is None:
        covered = np.ones_like(actual.value)
    return completed(kpi, series, rows, found, covered, np.zeros(len(rows), dtype=bool))


def completed(
    kpi: Kpi,
    series: Series,
    rows: Rows,
    found: Mapping[str, Stretch],
    covered: Numbers,
    started: Flags,
) -> Values:
    """The values with all that follows from them: stated targets, gap, and which rows are shown.

    A target of the measures comes before one that is stated for the KPI itself.
    """
    target = found["target"]
    if kpi.id not in kpi.needs:
        target = target.or_else(series.of("target", kpi.id))
    actual, prior_year = found["actual"].value, found["prior_year"].value
    forecast, annual = found["forecast"].value, found["annual"].value
    nothing = np.full(actual.shape, np.nan)
    states = all(series.over_time.get(need) in (None, "last", "mean") for need in kpi.needs)
    if kpi.scope != FLOW:
        forecast, annual = nothing[YEAR], nothing[YEAR]
    gap = nothing[YEAR]
    if kpi.scope == FLOW and kpi.over_accounts == "sum":
        gap = target.value[YEAR] - actual[YEAR_TO_DATE]
    present = ~(np.isnan(actual) & np.isnan(target.value) & np.isnan(prior_year))
    present[YEAR_TO_DATE:] |= ~np.isnan(forecast)
    present[YEAR_TO_DATE] |= started & (covered[YEAR_TO_DATE] < 1)
    has = _has(kpi, series, rows)
    also = [series.of("actual", name).value for name in kpi.light.also]
    cases = [np.nan_to_num(series.of("actual", name).value) for name in kpi.cases]
    return Values(
        actual=actual,
        target=target.value,
        prior_year=prior_year,
        growing=actual,
        forecast=forecast,
        method=np.where(np.isnan(forecast), NO_METHOD, _method(kpi, series)).astype(np.int8),
        gap=gap,
        annual=nothing[YEAR] if states else annual,
        coverage=covered,
        has=has,
        shown=present & has,
        first=also[0] if also else nothing,
        second=also[1] if len(also) > 1 else nothing,
        cases=sum(cases, start=np.zeros(actual.shape)) if cases else nothing,
        blocked={**{name: one.blocked for name, one in found.items()}, "target": target.blocked},
    )


def blank(points: int, columns: int) -> Values:
    """No value at all."""
    nothing, of_year = np.full((points, columns), np.nan), np.full(columns, np.nan)
    return Values(
        actual=nothing,
        target=nothing,
        prior_year=nothing,
        growing=nothing,
        forecast=of_year,
        method=np.full(columns, NO_METHOD, np.int8),
        gap=of_year,
        annual=of_year,
        coverage=nothing,
        has=np.zeros(columns, dtype=bool),
        shown=np.zeros((points, columns), dtype=bool),
        first=nothing,
        second=nothing,
        cases=nothing,
    )


def _method(kpi: Kpi, series: Series) -> Codes:
    """The weakest method among the forecasts of the measures; a state needs none."""
    known = [series.method[series.measures[need]] for need in kpi.needs if need in series.measures]
    return np.max(known, axis=0) if known else np.array(STATE, np.int8)


def _has(kpi: Kpi, series: Series, rows: Rows) -> Flags:
    """Whether a row's view has the KPI: ours always, others if they state it or all its parts."""
    ours = np.array([view == PERSPECTIVES[0] for view in rows.perspectives], dtype=bool)
    numbers = [series.measures.get(need) for need in kpi.needs]
    stated = np.zeros(len(rows), dtype=bool)
    if numbers and None not in numbers:
        stated |= series.given[[int(n) for n in numbers if n is not None]].all(axis=0).any(axis=0)
    direct = series.measures.get(kpi.id)
    if direct is not None:
        stated |= series.given[direct, TARGET]
    found: Flags = ours | stated
    return found


def coverage(
    kpi: Kpi, series: Series, quarter: int, shape: tuple[int, ...]
) -> tuple[Numbers, Flags]:
    """What share of the actuals needed at each point is there; and whether each measure has one.

    A flow needs every quarter to date, a state only the latest; the year is judged to date.
    """
    if not kpi.needs:
        return np.ones(shape), np.zeros(shape[1:], dtype=bool)
    there, wanted = np.zeros(shape), np.zeros((shape[0], 1))
    started = np.ones(shape[1:], dtype=bool)
    for need in kpi.needs:
        known = ~np.isnan(series.of("actual", need).value)
        there[:quarter] += known[:quarter]
        wanted[:quarter] += 1
        started &= known[:quarter].any(axis=0)
        if _latest_only(series, need):
            there[YEAR_TO_DATE] += known[quarter - 1]
            wanted[YEAR_TO_DATE] += 1
        else:
            whole = known[YEAR_TO_DATE]
            there[YEAR_TO_DATE] += np.where(whole, quarter, known[:quarter].sum(axis=0))
            wanted[YEAR_TO_DATE] += quarter
    there[YEAR], wanted[YEAR] = there[YEAR_TO_DATE], wanted[YEAR_TO_DATE]
    return there / wanted, started


def lacking(
    kpi: Kpi, series: Series, quarter: int, fiscal_year: int, point: int, row: int
) -> Iterable[str]:
    """The actuals that are missing at a point of a row, such as ``revenue 2026-Q2``."""
    for need in kpi.needs:
        known = ~np.isnan(series.of("actual", need).value[:, row])
        if point < quarter:
            quarters: Iterable[int] = (point,)
        elif _latest_only(series, need):
            quarters = (quarter - 1,)
        else:
            quarters = () if known[YEAR_TO_DATE] else range(quarter)
        for number in quarters:
            if not known[number]:
                yield f"{need} {fiscal_year}-Q{number + 1}"


def _latest_only(series: Series, measure: str) -> bool:
    return series.over_time.get(measure) == "last"
