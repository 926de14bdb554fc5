"""The measures at every point that is reported: each quarter, the year to date, the year.

A point is a quarter to date, then the year to date, then the year; the forecast of the year names
its method.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kam_reports.kpis.comparison import METHODS, STATE_METHOD, forecast
from kam_reports.kpis.grain import (
    ACTUAL,
    FORECAST,
    PY,
    TARGET,
    Flags,
    Grains,
    Rows,
    Stretch,
    Year,
    together,
)

Codes = NDArray[np.int8]
NO_METHOD, STATE = -2, -1
_SEASONAL, _PLAN, _LINEAR = (METHODS.index(name) for name in ("seasonal", "plan", "linear"))


def method_name(code: int) -> str:
    """The name of a forecast's method; empty if there is no forecast."""
    if code == NO_METHOD:
        return ""
    return STATE_METHOD if code == STATE else METHODS[code]


@dataclass(frozen=True, slots=True)
class Series:
    """Some measures at every point that is reported: quarters to date, year to date, year.

    Arrays are measure × point × row.
    """

    measures: Mapping[str, int]
    over_time: Mapping[str, str]
    actual: Stretch
    target: Stretch
    prior_year: Stretch
    forecast: Stretch  # of the year: measure × row
    method: Codes  # measure × row
    annual: Stretch  # moving annual total: measure × row
    given: Flags  # measure × scenario × row

    def of(self, block: str, measure: str) -> Stretch:
        """One measure in *block* (``actual``, ``forecast`` …); all missing if nobody gave it."""
        stretch: Stretch = getattr(self, block)
        number = self.measures.get(measure)
        if number is None:
            shape = stretch.value.shape[1:]
            return Stretch(np.full(shape, np.nan), np.zeros(shape, dtype=bool))
        return Stretch(stretch.value[number], stretch.blocked[number])


def series(grains: Iterable[Grains], rows: Rows, quarter: int) -> Series:
    """The measures of all *grains* as seen from *quarter*."""
    parts = list(grains)
    names = [name for grain in parts for name in grain.measures]
    all_years = [year for grain in parts for year in grain.years]
    rules = [year.over_time for year in all_years for _ in year.whole.value]
    points = [_points(year, quarter) for year in all_years]
    shape = (0, quarter + 2, len(rows))
    forecasts = [_forecast(year, quarter) for year in all_years]
    nothing = Stretch(np.empty((0, len(rows))), np.empty((0, len(rows)), dtype=bool))
    return Series(
        {name: number for number, name in enumerate(names)},
        dict(zip(names, rules, strict=True)),
        _joined([found[ACTUAL] for found in points], shape),
        _joined([found[TARGET] for found in points], shape),
        _joined([found[PY] for found in points], shape),
        _joined([found for found, _ in forecasts], nothing.value.shape),
        np.concatenate([np.empty(nothing.value.shape, np.int8), *(code for _, code in forecasts)]),
        _joined([_annual(year, quarter) for year in all_years], nothing.value.shape),
        np.concatenate([np.empty((0, 4, len(rows)), bool), *(grain.given for grain in parts)]),
    )


def _joined(parts: Sequence[Stretch], shape: tuple[int, ...]) -> Stretch:
    return Stretch(
        np.concatenate([np.empty(shape), *(part.value for part in parts)]),
        np.concatenate([np.empty(shape, dtype=bool), *(part.blocked for part in parts)]),
    )


def _points(year: Year, quarter: int) -> dict[int, Stretch]:
    """By scenario: each quarter to date, the year to date and the year, one beside the other."""
    stretches = [*year.quarters[:quarter], year.to_date(quarter), year.whole]
    value = np.stack([one.value for one in stretches], axis=2)
    blocked = np.stack([one.blocked for one in stretches], axis=2)
    return {s: Stretch(value[:, s], blocked[:, s]) for s in (ACTUAL, TARGET, PY)}


def _forecast(year: Year, quarter: int) -> tuple[Stretch, Codes]:
    """The forecast of the year and the method: own, seasonal, by plan, linear; a state stays."""
    to_date, whole = year.to_date(quarter), year.whole
    actual = _of(to_date, ACTUAL)
    stated = _of(whole, FORECAST)
    if year.over_time == "sum" and quarter < len(year.quarters):
        rest = _of(year.rest(quarter), FORECAST)
        stated = stated.or_else(together([actual, rest]))
    tries = [(stated, METHODS.index("own"))]
    if year.over_time == "sum":
        for scenario, code in ((PY, _SEASONAL), (TARGET, _PLAN)):
            tries.append((_phased(actual, _of(to_date, scenario), _of(whole, scenario)), code))
        even = Stretch(actual.value * (len(year.quarters) / quarter), actual.blocked)
        tries.append((even, _LINEAR))
    elif year.over_time in ("last", "mean"):
        tries.append((actual, STATE))
    best = tries[0][0]
    method = np.where(np.isnan(best.value), NO_METHOD, tries[0][1]).astype(np.int8)
    for found, code in tries[1:]:
        method[np.isnan(best.value) & ~np.isnan(found.value)] = code
        best = best.or_else(found)
    return best, method


def _phased(actual: Stretch, part: Stretch, whole: Stretch) -> Stretch:
    """The actual to date, projected as *part* of another year grew to the *whole* of it."""
    value = forecast.formula(
        to_date=pd.DataFrame(actual.value),
        whole=pd.DataFrame(whole.value),
        part=pd.DataFrame(part.value),
    )
    return Stretch(value.to_numpy(), actual.blocked | part.blocked | whole.blocked)


def _annual(year: Year, quarter: int) -> Stretch:
    """The last four quarters: this year to date, and the rest from the prior year."""
    to_date, rest = _of(year.to_date(quarter), ACTUAL), _of(year.rest(quarter), PY)
    if year.over_time == "sum":
        return together([to_date, rest])
    if year.over_time == "mean":
        mean = (to_date.value * quarter + rest.value) / len(year.quarters)
        return Stretch(mean, to_date.blocked | rest.blocked)
    return to_date


def _of(stretch: Stretch, scenario: int) -> Stretch:
    return Stretch(stretch.value[:, scenario], stretch.blocked[:, scenario])
