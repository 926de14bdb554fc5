"""A sparkline: the course of a KPI in the width of a word, the last value marked."""

from __future__ import annotations

from collections.abc import Sequence

from kam_reports.audience.views import Course
from kam_reports.charts.canvas import escaped, number
from kam_reports.charts.frame import Frame, value_of

_WIDE, _HIGH = 112.0, 28.0


def sparkline(course: Course, frame: Frame) -> str:
    """The SVG text; empty if fewer than two quarters are known."""
    actual = [value_of(point.actual) for point in course.points]
    before = [value_of(point.prior_year) for point in course.points]
    known = [(index, value) for index, value in enumerate(actual) if value is not None]
    if len(known) < 2:
        return ""
    values = [value for value in (*actual, *before) if value is not None]
    low, high = min(values), max(values)
    spread = (high - low) or 1.0
    step = (_WIDE - 10) / max(len(actual) - 1, 1)

    def points(row: Sequence[float | None]) -> str:
        return " ".join(
            f"{number(4 + index * step)},{number(4 + (1 - (value - low) / spread) * (_HIGH - 8))}"
            for index, value in enumerate(row)
            if value is not None
        )

    look, wording = frame.look, frame.wording
    last, value = known[-1]
    told = "; ".join(
        f"{point.quarter.short} {wording.fact(point.actual.fact)}" for point in course.points
        if point.actual.known
    )  # fmt: skip
    y = number(4 + (1 - (value - low) / spread) * (_HIGH - 8))
    prior = points(before)
    light = (
        f'<path d="M{prior}" fill="none" stroke="{look.before}" stroke-width="1.4"/>'
        if prior.count(",") > 1
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="spark"'
        f' viewBox="0 0 {number(_WIDE)} {number(_HIGH)}"'
        f' width="{number(_WIDE)}" height="{number(_HIGH)}" role="img"'
        f' aria-label="{escaped(wording.label(course.label))}: {escaped(told)}">{light}'
        f'<path d="M{points(actual)}" fill="none" stroke="{look.actual}" stroke-width="1.8"/>'
        f'<circle cx="{number(4 + last * step)}" cy="{y}" r="3" fill="{look.accent}"/></svg>'
    )
