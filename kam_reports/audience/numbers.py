"""The numbers of one subject, looked up by name: KPI rows, figures and the cells behind them."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kam_reports.audience.rows import Door, KpiWords
from kam_reports.audience.views import (
    NOTHING,
    InternalLine,
    Line,
    Measured,
    Outlook,
    PartnerLine,
    Said,
    Shown,
)
from kam_reports.model import Amount, Light, Named, Occasion, Period, Perspective, Review, Scenario

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, str]  # role, subject ID
KpiKey = tuple[str, str, str, str]  # KPI, perspective, scope, quarter
FigureKey = tuple[str, str, str, str]  # measure, perspective, scenario, period
CellsKey = tuple[str, str, str]  # measure, perspective, scenario; the cells stand by period
Cell = tuple[str, str]  # sheet, address
_NONE: Mapping[str, Any] = MappingProxyType({})
CONSOLIDATED: Key = ("", "*")
_SCENARIOS = {
    "actual": Scenario.ACTUAL,
    "target": Scenario.TARGET,
    "prior_year": Scenario.PY,
    "forecast": Scenario.FORECAST,
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was computed and read for one subject."""

    rows: Mapping[KpiKey, Mapping[str, Any]] = field(default_factory=dict)
    figures: Mapping[FigureKey, float] = field(default_factory=dict)
    cells: Mapping[CellsKey, Mapping[str, Sequence[Cell]]] = field(default_factory=dict)
    groups: Mapping[str, Mapping[FigureKey, float]] = field(default_factory=dict)  # by breakdown
    parted: Mapping[str, Mapping[CellsKey, Mapping[str, Sequence[Cell]]]] = field(
        default_factory=dict
    )  # the cells of groups
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)  # of one view

    def fresh(self) -> Numbers:
        """The same with nothing remembered: what a view remembers ends with it."""
        return replace(self, memo={})

    def row(
        self, kpi: str, scope: str, quarter: Period, perspective: Perspective = Perspective.OWN
    ) -> Mapping[str, Any]:
        """The KPI row; empty if there is none."""
        return self.rows.get((kpi, perspective, scope, f"{quarter.year}Q{quarter.number}"), _NONE)

    def figure(
        self,
        measure: str,
        scenario: Scenario,
        period: Period,
        perspective: Perspective = Perspective.OWN,
    ) -> float | None:
        """The figure of *measure*, our own unless said otherwise, all product groups together."""
        return self.figures.get((measure, perspective, scenario, str(period)))

    def parts(self) -> tuple[Numbers, ...]:
        """The same for each product group."""
        return tuple(Numbers(figures=figures) for figures in self.groups.values())

    def flow(
        self,
        measure: str,
        scenario: Scenario,
        quarter: Period,
        perspective: Perspective = Perspective.OWN,
    ) -> float | None:
        """What came together in a quarter: of its months if all are there, else as stated."""
        months = [
            self.figure(measure, scenario, month, perspective) for month in quarter.parts("M")
        ]
        whole = _added_up(months)
        return self.figure(measure, scenario, quarter, perspective) if whole is None else whole

    def to_date(
        self, measure: str, quarters: Iterable[Period], scenario: Scenario = Scenario.ACTUAL
    ) -> float | None:
        """The quarters of *measure* added up; missing if one quarter is missing."""
        return _added_up([self.flow(measure, scenario, quarter) for quarter in quarters])


def _added_up(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return math.fsum(known) if parts and len(known) == len(parts) else None


def by_subject(review: Review) -> dict[Key, Numbers]:
    """The numbers of every subject, and those of all accounts together."""
    rows: dict[Key, dict[KpiKey, Mapping[str, Any]]] = defaultdict(dict)
    figures: dict[Key, dict[FigureKey, float]] = defaultdict(dict)
    cells: dict[Key, dict[CellsKey, dict[str, list[Cell]]]] = defaultdict(dict)
    groups: dict[Key, dict[str, dict[FigureKey, float]]] = defaultdict(dict)
    parted: dict[Key, dict[str, dict[CellsKey, dict[str, list[Cell]]]]] = defaultdict(dict)
    for row in _records(review.kpis):
        together = row["subject_id"] == "*"
        subject = CONSOLIDATED if together else (str(row["role"]), str(row["subject_id"]))
        key = (row["kpi"], row["perspective"] or "own", row["scope"], row["quarter"])
        rows[subject][key] = row
    for row in _records(review.figures):
        subject = str(row["role"]), str(row["subject_id"])
        key = (row["measure"], row["perspective"] or "own", row["scenario"], row["period"])
        if row["breakdown"]:
            if row["value"] is not None:
                groups[subject].setdefault(row["breakdown"], {})[key] = row["value"]
                held = parted[subject].setdefault(row["breakdown"], {})
                _keep(held, key, row)
            continue
        if row["value"] is not None:
            figures[subject][key] = row["value"]
        _keep(cells[subject], key, row)
    return {
        subject: Numbers(
            rows[subject], figures[subject], cells[subject], groups[subject], parted[subject]
        )
        for subject in (*rows, *(figures.keys() - rows.keys()))
    }


def _keep(
    cells: dict[CellsKey, dict[str, list[Cell]]], key: FigureKey, row: Mapping[str, Any]
) -> None:
    """Remember where the figure of *row* stands."""
    if row["cell"]:
        standing = cells.setdefault(key[:3], {}).setdefault(row["period"], [])
        standing.append((f"{row['file']} › {row['sheet']}", row["cell"]))


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows of *frame* as plain values; a missing value is None, whatever pandas calls it."""
    names = [str(column) for column in frame.columns]
    columns = [[_plain(value) for value in frame[name].tolist()] for name in frame.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def _plain(value: Any) -> Any:
    """*value*, or None for what is not a number: only that differs from itself."""
    return None if value is None or value != value else value  # noqa: PLR0124


# ---------------------------------------------------------------- lines


def line(
    door: Door, numbers: Numbers, occasion: Occasion, kpi: str, perspective: Perspective
) -> Line | None:
    """The KPI in the quarter and to date; None if it may not pass or nothing is known of it."""
    declared = door.kpi(kpi)
    if declared is None:
        return None
    quarter = numbers.row(kpi, "Q", occasion.quarter, perspective)
    to_date = numbers.row(kpi, "YTD", occasion.quarter, perspective) or numbers.row(
        kpi, "ASOF", occasion.quarter, perspective
    )
    if not quarter and not to_date:
        return None
    in_quarter = measured(door, numbers, declared, kpi, quarter, perspective)
    in_year = measured(door, numbers, declared, kpi, to_date, perspective)
    latest = None
    if not in_quarter.actual.known:
        latest = _latest(numbers, kpi, declared.unit, occasion.quarter, perspective)
    label = Named("measure", kpi)
    return Line(kpi, label, str(declared.better), in_quarter, in_year, latest)


def _latest(
    numbers: Numbers, kpi: str, unit: str, quarter: Period, perspective: Perspective
) -> Said | None:
    """The last quarter before *quarter* that has a number."""
    for number in range(quarter.number - 1, 0, -1):
        earlier = Period(quarter.year, "Q", number)
        actual = numbers.row(kpi, "Q", earlier, perspective).get("actual")
        if actual is not None:
            return Said("kpi.latest", {"period": earlier, "actual": _amount(actual, unit)})
    return None


def own_line(
    door: Door, numbers: Numbers, occasion: Occasion, kpi: str, *, together: bool = False
) -> InternalLine | None:
    """The KPI as we see it, with the year's outlook.

    It is judged by our own target; where we set none, by the joint one or by the customer's. Not so
    for all accounts *together*: a joint target of some of them says nothing about all of them.
    """
    own = line(door, numbers, occasion, kpi, Perspective.OWN)
    judged = own is None or own.to_date.target.known or own.quarter.target.known
    if judged or together:
        return _with_outlook(door, numbers, occasion, own, Perspective.OWN)
    for perspective in (Perspective.JOINT, Perspective.CUSTOMER):
        shared = line(door, numbers, occasion, kpi, perspective)
        if shared is not None and shared.to_date.target.known:
            return _with_outlook(door, numbers, occasion, shared, perspective)
    return _with_outlook(door, numbers, occasion, own, Perspective.OWN)


def _with_outlook(
    door: Door,
    numbers: Numbers,
    occasion: Occasion,
    found: Line | None,
    perspective: Perspective,
) -> InternalLine | None:
    if found is None:
        return None
    kpi, declared = found.kpi, door.kpis[found.kpi]
    own_year = numbers.row(kpi, "FY", occasion.quarter)
    year = numbers.row(kpi, "FY", occasion.quarter, perspective) or own_year
    to_date = numbers.row(kpi, "YTD", occasion.quarter, perspective)
    unit = declared.unit
    forecast = _first("forecast", year, own_year)
    method = _first("forecast_method", year, own_year, to_date)
    outlook = Outlook(
        Shown(_amount(forecast, unit), _behind(door, numbers, declared, kpi, own_year)),
        Named("phrase", f"forecast_method.{method}") if method else None,
        _shown(door, numbers, declared, kpi, year, "target", perspective),
        Shown(_amount(_first("fc_gap", year, to_date), _difference(unit), signed=True)),
        Shown(_amount(_first("needed_per_quarter", year, to_date), unit)),
        Light(year.get("light") or Light.GREY),
    )
    aim = None if perspective is Perspective.OWN else perspective
    return InternalLine(
        kpi,
        found.label,
        found.better,
        found.quarter,
        found.to_date,
        found.latest,
        outlook,
        aim,
    )


def own_lines(
    door: Door,
    numbers: Numbers,
    occasion: Occasion,
    kpis: Iterable[str],
    *,
    together: bool = False,
) -> tuple[InternalLine, ...]:
    """The KPIs of which something is known."""
    lines = (own_line(door, numbers, occasion, kpi, together=together) for kpi in kpis)
    return tuple(found for found in lines if found is not None)


def customer_line(door: Door, numbers: Numbers, occasion: Occasion, kpi: str) -> Line | None:
    """The KPI as the customer may see it: our actuals, but only targets that are shared.

    What we aim at ourselves is ours: variance, attainment and light are those of the joint target,
    else of the customer's own; without such a target there are none.
    """
    own = line(door, numbers, occasion, kpi, Perspective.OWN)
    shared = line(door, numbers, occasion, kpi, Perspective.JOINT)
    if shared is None or not (shared.to_date.target.known or shared.quarter.target.known):
        shared = line(door, numbers, occasion, kpi, Perspective.CUSTOMER) or shared
    base = own or shared
    if base is None:
        return None
    return replace(
        base,
        quarter=opened(base.quarter, shared.quarter if shared else Measured()),
        to_date=opened(base.to_date, shared.to_date if shared else Measured()),
    )


def opened(own: Measured, shared: Measured) -> Measured:
    """What happened from *own*, what it is judged by from *shared*.

    Where the customer counts for himself, his count was judged, and so his count is shown.
    """
    judged = shared.target.known and shared.actual.known
    first, other = (shared, own) if judged else (own, shared)
    return Measured(
        actual=first.actual if first.actual.known else other.actual,
        prior_year=first.prior_year if first.prior_year.known else other.prior_year,
        growth=first.growth if first.growth.known else other.growth,
        target=shared.target,
        variance=shared.variance,
        variance_pct=shared.variance_pct,
        attainment=shared.attainment,
        light=shared.light if shared.target.known else Light.GREY,
        complete=own.complete,
    )


def partner_line(
    door: Door,
    numbers: Numbers,
    occasion: Occasion,
    kpi: str,
    medians: Mapping[str, float],
) -> PartnerLine | None:
    """The KPI as the partner sees it."""
    found = line(door, numbers, occasion, kpi, Perspective.OWN)
    if found is None:
        return None
    median = Shown(_amount(medians.get(kpi), door.kpis[kpi].unit))
    return PartnerLine(
        kpi, found.label, found.better, found.quarter, found.to_date, found.latest, median
    )


def measured(
    door: Door,
    numbers: Numbers,
    declared: KpiWords,
    kpi: str,
    row: Mapping[str, Any],
    perspective: Perspective,
) -> Measured:
    """One KPI row as its reader sees it; whether the KPI may pass is asked before."""
    if not row:
        return Measured()
    key = (door.edition, kpi, row["scope"], row["quarter"], row["perspective"], perspective)
    known: Measured | None = numbers.memo.get(key)
    if known is None:
        known = numbers.memo[key] = _measured(door, numbers, declared, kpi, row, perspective)
    return known


def _measured(
    door: Door,
    numbers: Numbers,
    declared: KpiWords,
    kpi: str,
    row: Mapping[str, Any],
    perspective: Perspective,
) -> Measured:

    def shown(column: str) -> Shown:
        return _shown(door, numbers, declared, kpi, row, column, perspective)

    percent = declared.unit == "percent"
    growth = "pp" if percent else "percent"
    return Measured(
        actual=shown("actual"),
        target=shown("target"),
        prior_year=shown("prior_year"),
        variance=Shown(_amount(row["variance"], _difference(declared.unit), signed=True)),
        variance_pct=Shown(_amount(row["variance_pct"], "percent", signed=True)),
        attainment=NOTHING if percent else Shown(_amount(row["attainment"], "percent")),
        growth=Shown(_amount(row["growth"], growth, signed=True)),
        light=Light(row["light"] or Light.GREY),
        complete=row["coverage"] is None or row["coverage"] >= 1,
        missing=_missing(row["missing"]) if door.inside else (),
        included=str(row["included"] or "") if door.inside else "",
    )


def _shown(
    door: Door,
    numbers: Numbers,
    declared: KpiWords,
    kpi: str,
    row: Mapping[str, Any],
    column: str,
    perspective: Perspective,
) -> Shown:
    fact = _amount(row.get(column), declared.unit)
    if fact is None:
        return NOTHING
    scenario = _SCENARIOS[column]
    return Shown(fact, _cells(door, numbers, declared, kpi, row, scenario, perspective))


def _behind(
    door: Door, numbers: Numbers, declared: KpiWords, kpi: str, row: Mapping[str, Any]
) -> str:
    """The cells of a forecast: those of a stated one, else of the actuals it was made from."""
    if not row:
        return ""
    stated = _cells(door, numbers, declared, kpi, row, Scenario.FORECAST, Perspective.OWN)
    to_date = {**row, "scope": "YTD"}
    return stated or _cells(door, numbers, declared, kpi, to_date, Scenario.ACTUAL, Perspective.OWN)


def _cells(
    door: Door,
    numbers: Numbers,
    declared: KpiWords,
    kpi: str,
    row: Mapping[str, Any],
    scenario: Scenario,
    perspective: Perspective,
) -> str:
    """The cells behind one number, by sheet; only for our own eyes."""
    if not door.inside or not row:
        return ""
    found: dict[str, dict[str, None]] = {}
    periods = _periods(row["quarter"], row["scope"])
    for measure in (kpi, *declared.needs):
        own = numbers.cells.get((measure, "own", scenario.value), {})
        if perspective.value != "own":
            own = {**own, **numbers.cells.get((measure, perspective.value, scenario.value), {})}
        if not own:
            continue
        for period in periods:
            if period in own:
                for sheet, address in own[period]:
                    found.setdefault(sheet, {})[address] = None
    return "; ".join(f"{sheet} › {_ranges(tuple(cells))}" for sheet, cells in found.items())


def read_from(
    door: Door, numbers: Numbers, measures: Iterable[str], scenario: Scenario, last: Period
) -> str:
    """The cells of our own figures of *measures* in the year to date; only for our own eyes."""
    if not door.inside:
        return ""
    found: dict[str, dict[str, None]] = {}
    for measure in measures:
        known = numbers.cells.get((measure, "own", scenario.value), {})
        for period in _periods(f"{last.year}Q{last.number}", "YTD"):
            for sheet, address in known.get(period, ()):
                found.setdefault(sheet, {})[address] = None
    return "; ".join(f"{sheet} › {_ranges(tuple(cells))}" for sheet, cells in found.items())


_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")


@lru_cache(maxsize=4096)
def _ranges(cells: tuple[str, ...]) -> str:
    """Neighbours in a row as ``C5:F5``, everything else as it is; plans of a form share them."""
    return ", ".join(_neighbours(cells))


def _neighbours(cells: Iterable[str]) -> Iterator[str]:
    """The runs of neighbours in a row, and the cells that have none."""
    first = last = ""
    following = None
    for cell in cells:
        place = _ADDRESS.fullmatch(cell)
        here = (_column(place[1]), place[2]) if place else None
        if here is not None and here == following:
            last = cell
        else:
            if first:
                yield first if first == last else f"{first}:{last}"
            first = last = cell
        following = (here[0] + 1, here[1]) if here else None
    if first:
        yield first if first == last else f"{first}:{last}"


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@cache
def _periods(quarter: str, scope: str) -> tuple[str, ...]:
    """Where the inputs of a number may stand: the year, its quarters, their months."""
    last = Period.parse(quarter)
    year = Period(last.year)
    if scope == "FY":
        return tuple(map(str, (year, *year.parts("Q"), *year.parts("M"))))
    first = last.number if scope == "Q" else 1
    quarters = year.parts("Q")[first - 1 : last.number]
    months = (month for one in quarters for month in one.parts("M"))
    return tuple(map(str, (*quarters, *months)))


def _missing(told: str | None) -> tuple[Any, ...]:
    """What ``revenue 2026-Q2; K-3`` names: measures with their period, or subjects."""
    parts = []
    for part in (told or "").split("; "):
        measure, _, period = part.rpartition(" ")
        try:
            parts.append((Named("measure", measure), Period.parse(period)) if measure else part)
        except ValueError:
            parts.append(part)
    return tuple(part for part in parts if part)


def _first(column: str, *rows: Mapping[str, Any]) -> Any:
    return next((row[column] for row in rows if row.get(column) is not None), None)


def _difference(unit: str) -> str:
    return "pp" if unit == "percent" else unit


def _amount(value: Any, unit: str, *, signed: bool = False) -> Amount | None:
    return None if value is None else Amount(float(value), unit, signed)
