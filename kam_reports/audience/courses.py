"""What charts are drawn from: KPIs over the quarters of a year, product groups, time spans.

The same door as for tables: a KPI that may not pass has no course, and others than us see neither
our own targets nor our forecast.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kam_reports.audience.numbers import Numbers, measured, opened, read_from
from kam_reports.audience.rows import Door, KpiWords
from kam_reports.audience.views import (
    NOTHING,
    Bubble,
    Count,
    Course,
    Measured,
    Part,
    Parts,
    Point,
    Portfolio,
    Shown,
    Span,
)
from kam_reports.model import (
    Amount,
    Entry,
    Named,
    Occasion,
    Period,
    Perspective,
    Scenario,
    Standing,
    Subject,
)

GROUPS = 8  # drawn one by one; what is smaller stands together
DRAWN = 12  # accounts in the portfolio of a report
_FLOWS = frozenset(("k_revenue", "k_units", "k_cm", "a_volume", "a_submitted", "k_orders"))
_SHARED = (Perspective.JOINT, Perspective.CUSTOMER)
_OF_PORTFOLIO = Named("measure", "k_revenue")


# ---------------------------------------------------------------- a KPI over the quarters


def own_course(
    door: Door, numbers: Numbers, occasion: Occasion, kpi: str, *, year: bool = True
) -> Course | None:
    """The KPI by quarter as we see it: with our target, and a forecast for what is to come.

    Without *year* it ends with the quarter of the report.
    """
    declared = door.kpi(kpi)
    if declared is None:
        return None
    quarters = _quarters(occasion.quarter, whole=year and kpi in _FLOWS)
    points = []
    for one in quarters:
        told = _told(door, numbers, declared, kpi, one, Perspective.OWN)
        if one > occasion.quarter:
            told = _ahead(door, numbers, declared, kpi, occasion.quarter, one, Perspective.OWN)
        points.append(Point(one, told.actual, told.target, told.prior_year))
    if door.inside and quarters[-1] > occasion.quarter:
        points = _with_forecast(numbers, declared, kpi, occasion.quarter, points)
    return _course(door, numbers, declared, kpi, occasion, points, Perspective.OWN)


def open_course(
    door: Door, numbers: Numbers, occasion: Occasion, kpi: str, *, year: bool = True
) -> Course | None:
    """The KPI by quarter as the customer may see it: with the target that is shared, if any."""
    declared = door.kpi(kpi)
    if declared is None:
        return None
    shared = next((one for one in _SHARED if _has_target(numbers, kpi, occasion, one)), None)
    points = []
    for one in _quarters(occasion.quarter, whole=year and kpi in _FLOWS):
        own = _told(door, numbers, declared, kpi, one, Perspective.OWN)
        joint = _told(door, numbers, declared, kpi, one, shared) if shared else Measured()
        if one > occasion.quarter:
            last = occasion.quarter
            own = _ahead(door, numbers, declared, kpi, last, one, Perspective.OWN)
            if shared:
                joint = _ahead(door, numbers, declared, kpi, last, one, shared)
        told = opened(own, joint)
        points.append(Point(one, told.actual, told.target, told.prior_year))
    row = numbers.row(kpi, "YTD", occasion.quarter)
    own = measured(door, numbers, declared, kpi, row, Perspective.OWN)
    joint = Measured()
    if shared:
        row = numbers.row(kpi, "YTD", occasion.quarter, shared)
        joint = measured(door, numbers, declared, kpi, row, shared)
    return _made(declared, kpi, points, opened(own, joint))


def own_courses(
    door: Door, numbers: Numbers, occasion: Occasion, kpis: Iterable[str]
) -> tuple[Course, ...]:
    """The courses of *kpis* that there are, as we see them."""
    found = (own_course(door, numbers, occasion, kpi) for kpi in kpis)
    return tuple(one for one in found if one is not None)


def open_courses(
    door: Door, numbers: Numbers, occasion: Occasion, kpis: Iterable[str]
) -> tuple[Course, ...]:
    """The courses of *kpis* that there are, as the customer may see them."""
    found = (open_course(door, numbers, occasion, kpi) for kpi in kpis)
    return tuple(one for one in found if one is not None)


def _quarters(last: Period, *, whole: bool) -> tuple[Period, ...]:
    return tuple(Period(last.year, "Q", n) for n in range(1, 5 if whole else last.number + 1))


def _told(
    door: Door,
    numbers: Numbers,
    declared: KpiWords,
    kpi: str,
    quarter: Period,
    perspective: Perspective,
) -> Measured:
    row = numbers.row(kpi, "Q", quarter, perspective)
    return measured(door, numbers, declared, kpi, row, perspective)


def _has_target(numbers: Numbers, kpi: str, occasion: Occasion, perspective: Perspective) -> bool:
    rows = (numbers.row(kpi, scope, occasion.quarter, perspective) for scope in ("YTD", "Q"))
    return any(row.get("target") is not None for row in rows)


def _course(
    door: Door,
    numbers: Numbers,
    declared: KpiWords,
    kpi: str,
    occasion: Occasion,
    points: Sequence[Point],
    perspective: Perspective,
) -> Course | None:
    row = numbers.row(kpi, "YTD", occasion.quarter, perspective)
    told = measured(door, numbers, declared, kpi, row, perspective)
    return _made(declared, kpi, points, told)


def _made(
    declared: KpiWords, kpi: str, points: Sequence[Point], to_date: Measured
) -> Course | None:
    if not any(point.actual.known or point.target.known for point in points):
        return None
    label = Named("measure", kpi)
    return Course(label, declared.unit, str(declared.better), tuple(points), to_date)


# ---------------------------------------------------------------- quarters to come


def _ahead(
    door: Door,
    numbers: Numbers,
    declared: KpiWords,
    kpi: str,
    last: Period,
    quarter: Period,
    perspective: Perspective,
) -> Measured:
    """Target and prior year of a quarter after *last*.

    They are figures of their own; where only one quarter is left they may follow from the year.
    """

    def shown(scenario: Scenario, column: str) -> Shown:
        value = _stated(numbers, declared, kpi, scenario, quarter, perspective)
        if value is None and quarter.number == 4 == last.number + 1:
            value = _rest(numbers, kpi, last, column, perspective)
        if value is None:
            return NOTHING
        source = _cell(door, numbers, declared, kpi, scenario, quarter, perspective)
        return Shown(Amount(value, declared.unit), source)

    return Measured(
        target=shown(Scenario.TARGET, "target"), prior_year=shown(Scenario.PY, "prior_year")
    )


def _stated(
    numbers: Numbers,
    declared: KpiWords,
    kpi: str,
    scenario: Scenario,
    quarter: Period,
    perspective: Perspective,
) -> float | None:
    needs = tuple(declared.needs)
    for measure in (kpi, *(needs if len(needs) == 1 else ())):
        value = numbers.flow(measure, scenario, quarter, perspective)
        if value is not None:
            return value
    return None


def _rest(
    numbers: Numbers, kpi: str, last: Period, column: str, perspective: Perspective
) -> float | None:
    """What is left of the year after *last*."""
    whole = numbers.row(kpi, "FY", last, perspective).get(column)
    so_far = numbers.row(kpi, "YTD", last, perspective).get(column)
    return None if whole is None or so_far is None else float(whole - so_far)


def _cell(
    door: Door,
    numbers: Numbers,
    declared: KpiWords,
    kpi: str,
    scenario: Scenario,
    quarter: Period,
    perspective: Perspective,
) -> str:
    if not door.inside:
        return ""
    for measure in (kpi, *declared.needs):
        known = numbers.cells.get((measure, perspective.value, scenario.value), {})
        found = known.get(str(quarter), ())
        if found:
            return "; ".join(f"{sheet} › {cell}" for sheet, cell in found)
    return ""


def _with_forecast(
    numbers: Numbers, declared: KpiWords, kpi: str, last: Period, points: Sequence[Point]
) -> list[Point]:
    """*points* with the rest of the year's forecast on the quarters to come.

    It is spread as it was made: by the prior year's quarters, by the targets, or evenly.
    """
    year = numbers.row(kpi, "FY", last)
    whole, method = year.get("forecast"), year.get("forecast_method")
    so_far = numbers.row(kpi, "YTD", last).get("actual")
    coming = [point for point in points if point.quarter > last]
    if whole is None or so_far is None or not coming:
        return list(points)
    column = {"seasonal": "prior_year", "plan": "target"}.get(method or "")
    weights: list[float | None] = [1.0] * len(coming)
    if column:
        weights = [
            fact.value if isinstance(fact := getattr(one, column).fact, Amount) else None
            for one in coming
        ]
    elif method == "own" and len(coming) > 1:
        return list(points)  # the plan states a year, not its quarters
    known = [weight for weight in weights if weight is not None]
    total = sum(known)
    if len(known) < len(weights) or not total:
        return list(points)
    rest = whole - so_far
    spread = {
        point.quarter: Shown(Amount(rest * weight / total, declared.unit))
        for point, weight in zip(coming, known, strict=True)
    }
    return [
        Point(one.quarter, one.actual, one.target, one.prior_year, spread.get(one.quarter, NOTHING))
        for one in points
    ]


# ---------------------------------------------------------------- product groups


def product_groups(door: Door, numbers: Numbers, occasion: Occasion, kpi: str) -> Parts | None:
    """What each product group contributes to date, the largest first.

    What is stated for no group is shown as such, so that the parts are the whole.
    """
    declared = door.kpi(kpi)
    if declared is None or len(tuple(declared.needs)) != 1 or len(numbers.groups) < 2:
        return None
    (measure,) = declared.needs
    quarters = _quarters(occasion.quarter, whole=False)
    unit = declared.unit
    last, found = occasion.quarter, []
    for name, figures in numbers.groups.items():
        part = Numbers(figures=figures, cells=numbers.parted.get(name, {}))
        actual = part.to_date(measure, quarters)
        target = part.to_date(measure, quarters, Scenario.TARGET)
        if actual is not None or target is not None:
            found.append((name, actual, target, part))
    if len(found) < 2:
        return None
    found.sort(key=lambda one: (-(one[1] if one[1] is not None else one[2] or 0), one[0]))
    row = numbers.row(kpi, "YTD", last)

    def shown(value: float | None, of: Numbers, scenario: Scenario) -> Shown:
        if value is None:
            return NOTHING
        source = read_from(door, of, (kpi, measure), scenario, last)
        return Shown(Amount(float(value), unit), source)

    def part_of(name: str, actual: float | None, target: float | None, of: Numbers) -> Part:
        return Part(name, shown(actual, of, Scenario.ACTUAL), shown(target, of, Scenario.TARGET))

    whole = part_of("", row.get("actual"), row.get("target"), numbers)
    parts = [part_of(*one) for one in found[:GROUPS]]
    rest = _rest_of(whole, parts, unit)
    if rest is not None:
        parts.append(rest)
    return Parts(Named("measure", kpi), unit, str(declared.better), tuple(parts), whole)


def _rest_of(whole: Part, parts: Sequence[Part], unit: str) -> Part | None:
    """What the parts leave of the whole, if it is worth showing."""

    def left(column: str) -> float | None:
        total = getattr(whole, column)
        shown = [getattr(part, column) for part in parts]
        if not total.known or not any(one.known for one in shown):
            return None
        value = float(total.fact.value - sum(one.fact.value for one in shown if one.known))
        return value if abs(value) > 0.0005 * abs(total.fact.value) else None

    actual, target = left("actual"), left("target")
    if actual is None and target is None:
        return None
    return Part("", _amount(actual, unit), _amount(target, unit))


def _amount(value: float | None, unit: str) -> Shown:
    return NOTHING if value is None else Shown(Amount(float(value), unit))


# ---------------------------------------------------------------- portfolio


def nine_fields(standings: Iterable[Standing], own: Subject | None = None) -> Portfolio | None:
    """The rated accounts, the largest of them; *own* is always there. None if it is not rated."""
    rated = [
        one for one in standings if one.attractiveness is not None and one.position is not None
    ]
    rated.sort(key=lambda one: (-(one.revenue or 0), one.subject.id))
    mine = [one for one in rated if one.subject == own]
    if own is not None and not mine:
        return None
    others = [one for one in rated if one.subject != own]
    drawn = [*mine, *others][: DRAWN if own is not None else len(rated)]
    if not drawn:
        return None
    return Portfolio(
        tuple(
            Bubble(
                one.subject.name,
                one.attractiveness or 0.0,
                one.position or 0.0,
                Amount(one.revenue, "EUR"),
                one.subject == own,
            )
            for one in drawn
        ),
        len(rated),
        _OF_PORTFOLIO,
    )


# ---------------------------------------------------------------- spans and counts


def spans(
    entries: Iterable[Entry],
    as_of: date,
    *,
    name: str = "title",
    start: str = "start",
    end: str = "end",
    status: str = "status",
) -> tuple[Span, ...]:
    """Entries on a time line, in the order of their dates."""
    found = []
    for entry in entries:
        begins, ends = entry[start], entry[end] if end else None
        if begins is None and ends is None:
            continue
        word = entry[status] if status else None
        option = Named("option", f"{entry.section}.{status}.{word}") if word else None
        state = _state(word, begins, ends, as_of)
        found.append(Span(str(entry[name] or "–"), begins, ends, state, option))
    return tuple(sorted(found, key=lambda one: (one.start or one.end or as_of, one.name)))


_DONE = frozenset(("done", "finished"))


def _state(status: str | None, begins: date | None, ends: date | None, as_of: date) -> str:
    if status in _DONE:
        return "done"
    if status is None:  # a date that is kept or not
        if ends is not None and ends <= as_of:
            return "done"
        return "late" if begins is not None and begins < as_of else "planned"
    if status in ("open", "in_progress") and ends is not None and ends < as_of:
        return "late"
    if status in ("in_progress", "running"):
        return "running"
    return "planned"


_KEPT = {"met": "good", "open": "open", "missed": "bad"}


def agreed_counts(entries: Iterable[Entry], section: str) -> tuple[Count, ...]:
    """How many agreements are kept, open, missed."""
    numbers: dict[str, int] = {}
    for entry in entries:
        if entry["status"] in _KEPT:
            numbers[entry["status"]] = numbers.get(entry["status"], 0) + 1
    return tuple(
        Count(Named("option", f"{section}.status.{one}"), numbers[one], state)
        for one, state in _KEPT.items()
        if one in numbers
    )
