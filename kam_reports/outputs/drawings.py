"""The charts of each edition: which there are, and the scale that they share.

A chart is drawn from what the View holds and nothing else. Charts of one unit have one scale on a
page, that at which each of them has room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kam_reports.audience import CustomerView, InternalView, PartnerView, View
from kam_reports.audience.views import Course, Dimension, InternalLine, Line, Rung, Step
from kam_reports.charts import (
    SLIM,
    Frame,
    Look,
    Svg,
    bar_scale,
    bridge_scale,
    bullet,
    bullet_scale,
    column_scale,
    contribution,
    funnel,
    gantt,
    goal_pins,
    portfolio,
    quarter_columns,
    status_bar,
    waterfall,
)
from kam_reports.model import Amount, Named
from kam_reports.wording import Wording

REVENUE = Named("measure", "k_revenue")
Split = Sequence[tuple[str, Amount]] | None
Drawn = Mapping[str, Svg | None]


def drawn(
    view: View,
    split: Split,
    wording: Wording,
    look: Look,
    named: Callable[[str], str] | None = None,
    common: str = "",
) -> Drawn:
    """The charts of *view* by the name that its template knows them by.

    *named* says the cells of a number, in our own reports; *common* is the currency that accounts
    are compared in, if it is not that of *wording*.
    """
    frame = Frame(wording, view.subject.name, view.quarter, look, named=named)
    common = common or wording.currency
    made = _drawn(view, split, frame, common)
    if not look.styled:
        return made
    slim = Frame(wording, view.subject.name, view.quarter, replace(look, width=SLIM))
    small = _drawn(view, split, slim, common)
    return {
        key: chart and replace(chart, slim=one.text if (one := small[key]) else "")
        for key, chart in made.items()
    }


def _drawn(view: View, split: Split, frame: Frame, common: str) -> Drawn:
    match view:
        case InternalView():
            return _internal(view, split, frame, common)
        case CustomerView():
            return _customer(view, frame)
        case PartnerView():
            return _partner(view, frame)
    return {}


def _internal(view: InternalView, split: Split, frame: Frame, common: str) -> Drawn:
    steps = _bridge(split)
    revenue = [one for one in view.courses if one.unit == "EUR"]
    slim = frame.look.slim
    scales = [column_scale(revenue), bridge_scale(steps, slim=slim)]
    if view.groups is not None:
        scales.append(bar_scale(view.groups, slim=slim))
    margin, shares = _percent(view.margin), _percent(view.shares)
    frame = _scaled(
        frame,
        EUR=scales,
        percent=[bullet_scale(margin, slim=slim), bullet_scale(shares, slim=slim)],
    )
    beside = replace(frame, wording=replace(frame.wording, currency=common))
    stages = [Rung(one.label, one.count, None, one.value) for one in view.stages]
    made: dict[str, Svg | None] = {
        "goals": goal_pins([*_firsts(view.dimensions)], frame, "goals-chart"),
        "bridge": waterfall(steps, "up", REVENUE, frame, "bridge-chart"),
        "groups": contribution(view.groups, frame, "groups-chart") if view.groups else None,
        "margin": bullet(margin, frame, "margin-chart"),
        "shares": bullet(shares, frame, "shares-chart"),
        "portfolio": portfolio(view.nine_fields, beside, "fields-chart")
        if view.nine_fields
        else None,
        "measures": gantt(view.measure_spans, view.as_of, frame, "measures-chart"),
        "pipeline": funnel(stages, frame, "pipeline-chart", what="stages"),
    }
    return made | _columns(view.courses, frame, ("k_revenue",))


def _customer(view: CustomerView, frame: Frame) -> Drawn:
    shared = [line for line in view.lines if line.to_date.target.known]
    made: dict[str, Svg | None] = {
        "agreed": status_bar(view.agreed_counts, frame, "agreed-chart"),
        "goals": goal_pins(shared, frame, "goals-chart"),
        "promotions": gantt(view.promotion_spans, view.as_of, frame, "promotions-chart"),
    }
    return made | _columns(view.courses, frame, ("k_revenue", "k_units"))


def _partner(view: PartnerView, frame: Frame) -> Drawn:
    rungs = [Rung(one.label, one.to_date, one.share) for one in view.funnel]
    made: dict[str, Svg | None] = {
        "agreed": status_bar(view.agreed_counts, frame, "agreed-chart"),
        "funnel": funnel(rungs, frame, "funnel-chart"),
        "quality": bullet(_percent(view.quality_lines), frame, "quality-chart"),
        "goals": goal_pins(
            [*view.funnel_lines, *view.quality_lines, *view.time_lines, *view.training_lines],
            frame,
            "goals-chart",
        ),
        "training": gantt(view.training_spans, view.as_of, frame, "training-chart"),
    }
    return made | _columns(view.courses, frame, ("a_volume", "a_submitted", "a_score"))


# ---------------------------------------------------------------- parts


def _columns(courses: Sequence[Course], frame: Frame, kpis: Iterable[str]) -> dict[str, Svg | None]:
    """The quarter columns of each course, by the KPI; None for one of *kpis* that has none."""
    return dict.fromkeys(kpis) | {
        course.label.key: quarter_columns(course, frame, f"{course.label.key}-chart")
        for course in courses
    }


def _bridge(split: Split) -> list[Step]:
    totals = ("target", "actual")
    return [
        Step(Named("phrase", f"variance.{key}"), amount, key in totals)
        for key, amount in split or ()
        if key != "total"
    ]


def _percent(lines: Iterable[Line]) -> list[Line]:
    return [
        line
        for line in lines
        if line.to_date.actual.known and line.to_date.actual.fact.unit == "percent"
    ]


def _firsts(dimensions: Iterable[Dimension]) -> Iterator[InternalLine]:
    """Of each goal dimension the first KPI that has a target; the table beside it has all."""
    for dimension in dimensions:
        judged = (
            line
            for line in dimension.lines
            if line.to_date.actual.known and line.to_date.target.known
        )
        yield from (line for _, line in zip(range(1), judged, strict=False))


def _scaled(frame: Frame, **scales: Iterable[float]) -> Frame:
    """*frame* with the smallest of the scales that each unit needs."""
    found = {unit: [one for one in needed if one] for unit, needed in scales.items()}
    return frame.scaled(**{unit: min(needed) for unit, needed in found.items() if needed})
