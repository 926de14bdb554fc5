"""From figures of any grain to quarters, year to date and year.

The finest complete grain wins: three months before their quarter, two quarters before their half,
two halves before the year. A flow adds up, a state takes its last value, an average is averaged.
Nothing is guessed: what is not complete is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kam_reports.model import Perspective, Scenario

Numbers: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Series: TypeAlias = tuple[int, int, int]  # measure, scenario, row

SCENARIOS = tuple(scenario.value for scenario in Scenario)
PY, TARGET, ACTUAL, FORECAST = range(4)
PERSPECTIVES = tuple(perspective.value for perspective in Perspective)
_SLOTS = (
    *(f"M{number:02d}" for number in range(1, 13)),
    *(f"Q{number}" for number in range(1, 5)),
    "H1",
    "H2",
    "FY",
)

STATED = "stated"  # a quota's target: what is stated for a period holds for it, never added up


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that are measured: every subject, and again for each other view on it."""

    subjects: tuple[str, ...]  # of each row
    perspectives: tuple[str, ...]
    own: NDArray[np.intp]  # for each row the own row of its subject

    @classmethod
    def of(cls, subjects: Iterable[str], figures: pd.DataFrame) -> Rows:
        """A row of our own for every subject; others where a figure or goal has that view."""
        others = figures.loc[figures["perspective"] != PERSPECTIVES[0]]
        views = set(zip(others["subject_id"], others["perspective"], strict=True))
        keys = [
            (subject, view)
            for subject in sorted(subjects)
            for view in PERSPECTIVES
            if view == PERSPECTIVES[0] or (subject, view) in views
        ]
        numbers = {key: number for number, key in enumerate(keys)}
        own = [numbers[subject, PERSPECTIVES[0]] for subject, _ in keys]
        return cls(
            tuple(subject for subject, _ in keys),
            tuple(view for _, view in keys),
            np.array(own, dtype=np.intp),
        )

    def __len__(self) -> int:
        return len(self.subjects)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Values of measures by scenario and row in one stretch of time, and which are blocked."""

    value: Numbers
    blocked: Flags

    def or_else(self, other: Stretch) -> Stretch:
        """These values; where one is missing, the other one."""
        missing = np.isnan(self.value)
        return Stretch(
            np.where(missing, other.value, self.value),
            np.where(missing, other.blocked, self.blocked),
        )


def together(parts: Sequence[Stretch], *, average: bool = False) -> Stretch:
    """The parts added up, or averaged; missing if one of them is, blocked if one of them is."""
    value = sum((part.value for part in parts[1:]), start=parts[0].value)
    blocked = np.logical_or.reduce([part.blocked for part in parts])
    return Stretch(value / len(parts) if average else value, blocked)


@dataclass(frozen=True, slots=True)
class Year:
    """The quarters, halves and whole year of some measures that add up alike."""

    over_time: str  # sum · last · mean · none · stated
    quarters: tuple[Stretch, Stretch, Stretch, Stretch]
    halves: tuple[Stretch, Stretch]
    whole: Stretch

    def to_date(self, quarter: int) -> Stretch:
        """From the first quarter to *quarter*."""
        if self.over_time in ("last", "none", STATED):
            latest = self.quarters[quarter - 1]
            return _nothing_like(latest) if self.over_time == "none" else latest
        average = self.over_time == "mean"
        match quarter:
            case 1:
                return self.quarters[0]
            case 2:
                return self.halves[0]
            case 3 if average:
                return together([self.halves[0], self.halves[0], self.quarters[2]], average=True)
            case 3:
                return together([self.halves[0], self.quarters[2]])
        return self.whole

    def rest(self, quarter: int) -> Stretch:
        """The quarters after *quarter*, added up as if each were a flow."""
        if quarter == 1:
            second = self.halves[1]
            parts = [self.quarters[1], second]
            return together([*parts, second] if self.over_time == "mean" else parts)
        if quarter == 2:
            twice = [self.halves[1]] * (2 if self.over_time == "mean" else 1)
            return together(twice)
        if quarter == 3:
            return self.quarters[3]
        return Stretch(np.zeros_like(self.whole.value), np.zeros_like(self.whole.blocked))


def _nothing_like(other: Stretch) -> Stretch:
    return Stretch(np.full_like(other.value, np.nan), np.zeros_like(other.blocked))


# ---------------------------------------------------------------- from the table


@dataclass(frozen=True, slots=True)
class Grains:
    """The years of many measures, and what each row gave itself."""

    measures: tuple[str, ...]  # in the order in which the years hold them
    years: tuple[Year, ...]
    given: Flags  # measure × scenario × row: not taken over from our own view
    cube: Stretch  # measure × scenario × slot × row: as stated, before anything is added up
    groups: Mapping[Series, int]  # how many groups make a total


SLOTS = _SLOTS


def years(
    figures: pd.DataFrame, rows: Rows, over_time: Mapping[str, str], fiscal_year: int
) -> Grains:
    """The measures in *figures* over the year; *over_time* says how each of them adds up.

    The customer's and the joint view take over our own actuals and prior years, and our forecast,
    of every measure that they do not state themselves. Targets are never taken over.
    """
    kept = figures[figures["measure"].isin(list(over_time))]
    kept = kept[kept["period"].str.startswith(f"{fiscal_year}-")]
    measures = sorted(set(kept["measure"]), key=lambda name: (over_time[name], name))
    cube, groups = _cube(kept, rows, measures)
    given = np.logical_or.reduce(~np.isnan(cube.value), axis=2)
    for scenario in (PY, ACTUAL, FORECAST):
        value, blocked = cube.value[:, scenario], cube.blocked[:, scenario]
        lacks = ~given[:, None, scenario]
        value[...] = np.where(lacks, value[..., rows.own], value)
        blocked[...] = np.where(lacks, blocked[..., rows.own], blocked)
    made = []
    for rule in dict.fromkeys(over_time[name] for name in measures):
        wanted = [number for number, name in enumerate(measures) if over_time[name] == rule]
        made.append(_year(rule, Stretch(cube.value[wanted], cube.blocked[wanted])))
    return Grains(tuple(measures), tuple(made), given, cube, groups)


def counting(
    figures: pd.DataFrame, rows: Rows, over_time: Mapping[str, str], fiscal_year: int
) -> Flags:
    """Which rows of *figures* count: not what is stated twice, nor a part beside its total."""
    is_kept = figures["measure"].isin(list(over_time)) & figures["subject_id"].isin(rows.subjects)
    is_kept &= figures["period"].str.startswith(f"{fiscal_year}-")
    is_kept &= figures["fiscal_year"] == fiscal_year
    places = np.flatnonzero(is_kept.to_numpy(dtype=bool))
    found = np.zeros(len(figures), dtype=bool)
    if places.size:
        kept = figures.iloc[places]
        placed = _placed(kept, rows, sorted(set(kept["measure"])))
        is_total, known = placed["breakdown"] == "", placed["value"].notna()
        with_total = placed["series"].isin(placed.loc[is_total & known, "series"])
        in_parts = placed["series"].isin(placed.loc[~is_total, "series"])
        counts = np.where(is_total, with_total | ~in_parts, ~with_total)
        found[places[placed.index.to_numpy()[counts]]] = True
    return found


def _year(rule: str, cube: Stretch) -> Year:
    """The year of the measures in *cube*, which all add up by *rule*."""

    def slot(number: int) -> Stretch:
        return Stretch(cube.value[:, :, number], cube.blocked[:, :, number])

    quarters = [slot(number) for number in range(12, 16)]
    halves, whole = [slot(16), slot(17)], slot(18)
    if rule in ("sum", "mean"):
        average = rule == "mean"
        for number in range(4):
            months = [slot(3 * number + month) for month in range(3)]
            quarters[number] = together(months, average=average).or_else(quarters[number])
        for number in range(2):
            pair = quarters[2 * number : 2 * number + 2]
            halves[number] = together(pair, average=average).or_else(halves[number])
        whole = together(halves, average=average).or_else(whole)
    elif rule == "last":
        for number in range(4):
            quarters[number] = slot(3 * number + 2).or_else(quarters[number])
        quarters[1] = quarters[1].or_else(halves[0])
        quarters[3] = quarters[3].or_else(halves[1]).or_else(whole)
        halves, whole = [quarters[1], quarters[3]], quarters[3]
    elif rule == STATED:
        quarters = [quarter.or_else(whole) for quarter in quarters]
    first, second, third, fourth = quarters
    return Year(rule, (first, second, third, fourth), (halves[0], halves[1]), whole)


def _cube(
    figures: pd.DataFrame, rows: Rows, measures: Sequence[str]
) -> tuple[Stretch, Mapping[Series, int]]:
    """The figures as an array: measure × scenario × period × row; and whose totals are sums."""
    groups: dict[Series, int] = {}
    shape = (len(measures), len(SCENARIOS), len(_SLOTS), len(rows))
    value, blocked = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    if not figures.empty:
        placed, sums = _totals(_placed(figures, rows, measures), len(rows))
        for series, wanted in sums.items():
            number, row = divmod(series, len(rows))
            groups[(*divmod(number, len(SCENARIOS)), row)] = wanted
        at = placed["at"].to_numpy()
        value.reshape(-1)[at] = placed["value"].to_numpy()
        blocked.reshape(-1)[at] = placed["blocked"].to_numpy()
    return Stretch(value, blocked), groups


def _placed(figures: pd.DataFrame, rows: Rows, measures: Sequence[str]) -> pd.DataFrame:
    """Where each figure belongs in the cube; of two for the same place the first one stays.

    The table is sorted, and what stands in the figures comes before what stands in the goals.
    """
    measure = _codes(figures["measure"], measures)
    scenario = _codes(figures["scenario"], SCENARIOS)
    slot = _codes(figures["period"].str[5:], _SLOTS)
    subjects = list(dict.fromkeys(rows.subjects))
    row_at = np.zeros((len(subjects), len(PERSPECTIVES)), dtype=np.int64)
    for number, (subject, view) in enumerate(zip(rows.subjects, rows.perspectives, strict=True)):
        row_at[subjects.index(subject), PERSPECTIVES.index(view)] = number
    row = row_at[
        _codes(figures["subject_id"], subjects), _codes(figures["perspective"], PERSPECTIVES)
    ]
    series = measure * len(SCENARIOS) + scenario
    placed = pd.DataFrame(
        {
            "at": (series * len(_SLOTS) + slot) * len(rows) + row,
            "series": series * len(rows) + row,
            "is_actual": scenario == ACTUAL,
            "breakdown": figures["breakdown"].to_numpy(),
            "value": figures["value"].to_numpy(),
            "blocked": figures["blocked"].to_numpy(),
        }
    )
    known_first = np.argsort(placed["value"].isna().to_numpy(), kind="stable")
    return placed.iloc[known_first].drop_duplicates(["at", "breakdown"])


def _codes(column: pd.Series, names: Sequence[str]) -> NDArray[np.int64]:
    """Each text of the column as its number in *names*."""
    codes = column.map({name: number for number, name in enumerate(names)})
    return np.asarray(codes, dtype=np.int64)


def _totals(placed: pd.DataFrame, step: int) -> tuple[pd.DataFrame, Mapping[int, int]]:
    """One figure a place: the total where there is one, else the sum of all product groups.

    Beside it, by series, how many groups such a sum has.
    """
    known = placed["value"].notna()
    is_total = placed["breakdown"] == ""
    totals = placed[is_total & known]
    parts = placed[~is_total & ~placed["series"].isin(totals["series"])]
    if parts.empty:
        return totals, {}
    sums, groups = _sums(parts, step)
    return pd.concat([totals, sums], ignore_index=True), groups


def _sums(parts: pd.DataFrame, step: int) -> tuple[pd.DataFrame, Mapping[int, int]]:
    """Product groups added up, where all are there: an actual also needs those with a target.

    *step* lies between the series of an actual and that of its target.
    """
    groups = parts.groupby("series")["breakdown"].agg(frozenset).to_dict()
    sums = parts.groupby("at").agg(
        value=("value", "sum"),
        known=("value", "count"),
        blocked=("blocked", "any"),
        series=("series", "first"),
        is_actual=("is_actual", "first"),
    )
    wanted = [
        len(groups[series] | groups.get(series - step, frozenset()) if actual else groups[series])
        for series, actual in zip(sums["series"], sums["is_actual"], strict=True)
    ]
    groups_of = dict(zip(sums["series"].tolist(), wanted, strict=True))
    return sums[sums["known"] == wanted].reset_index(), groups_of
