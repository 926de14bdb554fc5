"""All subjects together: like for like, and no quota is ever averaged.

The measures of the accounts are added, then the formula is applied to the sums. An account that
lacks an input leaves both sides of a comparison: "2/3" says how many of how many are in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kam_reports.kpis.declaring import Kpi
from kam_reports.kpis.grain import Flags, Numbers
from kam_reports.kpis.series import NO_METHOD, Series
from kam_reports.kpis.values import (
    BLOCKS,
    YEAR,
    YEAR_TO_DATE,
    YEARLY,
    Values,
    calculate,
    months_at,
)
from kam_reports.model import Role
from kam_reports.vocabulary import Measure

ADDED_UP = ("sum", "ratio")


@dataclass(frozen=True, slots=True)
class View:
    """All accounts, or all partners, in one perspective."""

    role: Role
    perspective: str
    rows: NDArray[np.intp]  # of the subjects that have this view
    subjects: tuple[str, ...]  # of these rows
    everybody: tuple[str, ...]  # also those that do not have it
    rates: Numbers  # what a unit of the row's currency is worth; missing: cannot be converted
    groups: Mapping[str, tuple[str, ...]]  # by header field: what makes rows count once
    refused: frozenset[str]  # measures that cannot be added up over these rows


@dataclass(frozen=True, slots=True)
class Together:
    """A KPI of all subjects in each view, and who is in it: point × row, by view."""

    values: Values
    members: tuple[Flags, ...]


def together(
    kpi: Kpi,
    series: Series,
    own: Values,
    views: Sequence[View],
    quarter: int,
    measures: Mapping[str, Measure],
) -> Together:
    """The KPI over the accounts of each of *views*."""
    sums = [_Sums.of(kpi, series, own, view, measures) for view in views]
    names = kpi.needs if kpi.over_accounts == "ratio" else ("",)
    pointed = [
        {name: _side_by_side(sums, name, block, mask) for name in names}
        for block, mask in (
            ("actual", "actual"),
            ("target", "target"),
            ("prior_year", "prior_year"),
            ("actual", "prior_year"),
        )
    ]
    yearly = [{name: _side_by_side(sums, name, block, block) for name in names} for block in YEARLY]
    blocks = [*pointed, *yearly]
    if kpi.over_accounts == "ratio":
        found = calculate(kpi, blocks, months_at(quarter))
    else:
        found = [block[""] for block in blocks]
    actual, target, prior_year, growing, forecast, annual = found
    flows = not np.isnan(own.forecast).all()
    return Together(
        Values(
            actual=actual,
            target=target,
            prior_year=prior_year,
            growing=growing,
            forecast=forecast if flows else np.full_like(forecast, np.nan),
            method=np.array([one.method() for one in sums], dtype=np.int8),
            gap=np.array([one.gap() for one in sums]),
            annual=annual if not np.isnan(own.annual).all() else np.full_like(annual, np.nan),
            coverage=np.stack([one.share() for one in sums], axis=-1),
            has=np.ones(len(sums), dtype=bool),
            shown=np.stack([one.shown() for one in sums], axis=-1),
            first=np.stack([one.besides(own.first, 0) for one in sums], axis=-1),
            second=np.stack([one.besides(own.second, 1) for one in sums], axis=-1),
            cases=np.stack([one.besides(own.cases, None) for one in sums], axis=-1),
        ),
        tuple(one.members for one in sums),
    )


def _side_by_side(sums: Sequence[_Sums], name: str, block: str, mask: str) -> Numbers:
    return np.stack([one.total(name, block, mask) for one in sums], axis=-1)


@dataclass(frozen=True, slots=True)
class _Sums:
    """What is added up for one KPI in one view, and over whom."""

    kpi: Kpi
    series: Series
    own: Values
    view: View
    measures: Mapping[str, Measure]
    masks: Mapping[str, Flags]  # by block: whose value counts, point × row
    members: Flags

    @classmethod
    def of(
        cls,
        kpi: Kpi,
        series: Series,
        own: Values,
        view: View,
        measures: Mapping[str, Measure],
    ) -> _Sums:
        """The sums of *kpi* over the accounts of *view*."""
        able = ~np.isnan(view.rates) & own.has[view.rows]
        if view.role is not kpi.role or view.refused & set(kpi.needs):
            able = np.zeros_like(able)
        known = {
            block: _known(kpi, series, own, view.rows, block) & able for block in (*BLOCKS, *YEARLY)
        }
        masks = _like_for_like(known)
        members = np.where(
            masks["actual"].any(axis=1, keepdims=True), masks["actual"], masks["target"]
        )
        if masks["forecast"].any():
            members[YEAR] = masks["forecast"]
        return cls(kpi, series, own, view, measures, masks, members)

    def total(self, name: str, block: str, mask: str) -> Numbers:
        """The sum of a measure, or with no name of the KPI itself, over those that count."""
        stated = self.series.of(block, name).value if name else getattr(self.own, block)
        unit = self.measures[name].unit if name else self.kpi.unit
        values = stated[..., self.view.rows] * (self.view.rates if unit == "EUR" else 1.0)
        counted = self._once(self.masks[mask], name)
        total: Numbers = np.where(counted, values, 0.0).sum(axis=-1)
        return np.where(counted.any(axis=-1), total, np.nan)

    def _once(self, counted: Flags, name: str) -> Flags:
        """Who counts for a measure, or with no name for the KPI: a shared market only once."""
        measure = self.measures[name or self.kpi.needs[0]]
        if not measure.over_accounts.startswith("distinct "):
            return counted
        return first_of_each(counted, self.view.groups[measure.over_accounts.partition(" ")[2]])

    def gap(self) -> float:
        """What is missing to the year's target, over all who have both."""
        values = (self.own.gap[self.view.rows] * self._worth()).astype(np.float64)
        counted = self._once(~np.isnan(values) & self.masks["gap"], "")
        return float(values[counted].sum()) if counted.any() else np.nan

    def besides(self, values: Numbers, number: int | None) -> Numbers:
        """The sum of what the light needs besides, over the members."""
        money = number is not None and self._is_money(number)
        values = values[:, self.view.rows] * (self.view.rates if money else 1.0)
        counted = self.members & ~np.isnan(values)
        total: Numbers = np.where(counted, values, 0.0).sum(axis=-1)
        return np.where(counted.any(axis=-1), total, np.nan)

    def _is_money(self, number: int) -> bool:
        also = self.kpi.light.also
        return number < len(also) and self.measures[also[number]].unit == "EUR"

    def _worth(self) -> Numbers:
        return self.view.rates if self.kpi.unit == "EUR" else np.ones(len(self.view.rates))

    def method(self) -> int:
        """The weakest forecast method among the members."""
        methods = self.own.method[self.view.rows][self.masks["forecast"]]
        return int(methods.max()) if methods.size else NO_METHOD

    def share(self) -> Numbers:
        """How many of all are in, at each point."""
        everybody = max(len(self.view.everybody), 1)
        share: Numbers = self.members.sum(axis=1) / everybody
        return share

    def shown(self) -> Flags:
        """Whether there is a row at each point: where any of the accounts has one."""
        if self.view.role is not self.kpi.role or self.kpi.over_accounts not in ADDED_UP:
            return np.zeros(self.own.shown.shape[0], dtype=bool)
        return np.asarray(self.own.shown[:, self.view.rows].any(axis=1), dtype=bool)


def _known(kpi: Kpi, series: Series, own: Values, rows: NDArray[np.intp], block: str) -> Flags:
    """Whose value in *block* is there and not blocked; of a quota, whose measures are."""
    if kpi.over_accounts != "ratio":
        values: Numbers = getattr(own, block)[..., rows]
        return ~np.isnan(values) & ~own.blocked[block][..., rows]
    parts = [series.of(block, need) for need in kpi.needs]
    known: Flags = np.logical_and.reduce(
        [~np.isnan(part.value[..., rows]) & ~part.blocked[..., rows] for part in parts]
    )
    return known


def _like_for_like(known: Mapping[str, Flags]) -> dict[str, Flags]:
    """Over whom each block is added up, so that both sides of a comparison have the same accounts.

    Without a single pair the actuals are still shown, with no target beside them.
    """
    actual, target, prior_year = (known[block].copy() for block in BLOCKS)
    forecast, year = known["forecast"], known["target"][YEAR]
    pairs = actual & target
    paired, happened = (mask.any(axis=1, keepdims=True) for mask in (pairs, actual))
    expected = forecast & year if (forecast & year).any() else forecast
    masks = {
        "actual": np.where(paired, pairs, actual),
        "target": np.where(paired, pairs, target & ~happened),
        "forecast": expected,
        "annual": known["annual"],
        "gap": known["actual"][YEAR_TO_DATE] & year,
    }
    if expected.any():
        complete = bool((actual[YEAR] | ~expected).all())
        masks["actual"][YEAR] = expected & complete
        masks["target"][YEAR] = expected & year
    grown = actual & prior_year
    shown = masks["actual"] | masks["target"]
    masks["prior_year"] = np.where(grown.any(axis=1, keepdims=True), grown, prior_year & shown)
    return masks


def first_of_each(counted: Flags, groups: Sequence[str]) -> Flags:
    """Of the rows that count, only the first of each group."""
    kept = np.zeros_like(counted)
    by_group: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        by_group.setdefault(group, []).append(number)
    for numbers in by_group.values():
        mine = counted[..., numbers]
        first = mine & (np.cumsum(mine, axis=-1) == 1)
        kept[..., numbers] = first
    return kept
