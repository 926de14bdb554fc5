"""Rows of a View to draw charts from, and what stands where in a finished one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree
from reviewing import wording

from kam_reports.audience.views import (
    NOTHING,
    Bubble,
    Course,
    Line,
    Measured,
    Part,
    Parts,
    Point,
    Portfolio,
    Shown,
    Step,
)
from kam_reports.charts import Frame, Look, Svg
from kam_reports.charts.canvas import Box, box_of
from kam_reports.charts.measure import width_of
from kam_reports.model import Amount, Light, Named, Period

SVG = "{http://www.w3.org/2000/svg}"


def quarter(number: int) -> Period:
    return Period(2026, "Q", number)


def shown(value: float | None, unit: str = "EUR", signed: bool = False) -> Shown:
    return NOTHING if value is None else Shown(Amount(value, unit, signed))


def frame(language: str = "de", of: str = "Nordmarkt AG", **settings) -> Frame:
    look = settings.pop("look", Look())
    return Frame(wording(language, **settings), of, quarter(3), look)


def measured(
    actual=None, target=None, prior=None, unit: str = "EUR", light: str = "green"
) -> Measured:
    percent = unit == "percent"

    def apart(base: float | None) -> Shown:
        known = actual is not None and base
        return shown((actual - base) / abs(base) if known else None, "percent", True)

    gap = None if actual is None or target is None else actual - target
    grown = None if actual is None or prior is None else actual - prior
    return Measured(
        actual=shown(actual, unit),
        target=shown(target, unit),
        prior_year=shown(prior, unit),
        variance=shown(gap, "pp" if percent else unit, True),
        variance_pct=NOTHING if percent else apart(target),
        growth=shown(grown, "pp", True) if percent else apart(prior),
        light=Light(light),
    )


def line(kpi: str, actual=None, target=None, prior=None, unit="EUR", better="up", light="green"):
    told = measured(actual, target, prior, unit, light)
    return Line(kpi, Named("measure", kpi), better, told, told)


def course(
    actual: Sequence = (),
    target: Sequence = (),
    prior: Sequence = (),
    forecast: Sequence = (),
    unit: str = "EUR",
    better: str = "up",
    kpi: str = "k_revenue",
) -> Course:
    def at(row: Sequence, index: int) -> Shown:
        return shown(row[index] if index < len(row) else None, unit)

    points = tuple(
        Point(quarter(n + 1), at(actual, n), at(target, n), at(prior, n), at(forecast, n))
        for n in range(4)
    )
    known = [value for value in actual if value is not None]
    sums = [
        sum(value or 0 for value in row[: len(known)]) if row and known else None
        for row in (target, prior)
    ]
    to_date = measured(sum(known) if known else None, *sums, unit)
    return Course(Named("measure", kpi), unit, better, points, to_date)


def parts(*rows: tuple[str, float | None, float | None], better: str = "up") -> Parts:
    sums = [
        sum(row[at] or 0 for row in rows) if any(row[at] is not None for row in rows) else None
        for at in (1, 2)
    ]
    return Parts(
        Named("measure", "k_revenue"),
        "EUR",
        better,
        tuple(Part(name, shown(actual), shown(target)) for name, actual, target in rows),
        Part("", *map(shown, sums)),
    )


def bridge(target: float, *changes: float) -> list[Step]:
    def step(key: str, value: float, total: bool) -> Step:
        return Step(Named("phrase", f"variance.{key}"), Amount(value, "EUR", not total), total)

    names = ("volume", "mix", "price")
    middle = [step(key, value, False) for key, value in zip(names, changes, strict=False)]
    return [step("target", target, True), *middle, step("actual", target + sum(changes), True)]


def bubbles(*rows: tuple[str, float, float, float]) -> Portfolio:
    made = tuple(
        Bubble(name, up, right, Amount(size, "EUR"), own=index == 0)
        for index, (name, up, right, size) in enumerate(rows)
    )
    return Portfolio(made, len(made), Named("measure", "k_revenue"))


# ---------------------------------------------------------------- a finished chart


def tree(chart: Svg | str) -> etree._Element:
    return etree.fromstring(chart if isinstance(chart, str) else chart.text)


def texts(chart: Svg) -> list[Box]:
    """Where every visible line of text stands, by the metrics of the font."""
    found = []
    for one in tree(chart).iter(f"{SVG}text"):
        if one.get("aria-hidden") or one.get("transform"):
            continue
        said = one.text or ""
        size = float(one.get("font-size", "12"))
        wide = width_of(said, size, bold=one.get("font-weight") == "600")
        anchor = one.get("text-anchor", "start")
        found.append(box_of(float(one.get("x")), float(one.get("y")), wide, anchor, size, said))
    return found


def collisions(chart: Svg) -> list[tuple[str, str]]:
    """Labels that lie on each other by more than two by four pixels."""
    boxes = texts(chart)
    return [
        (a.text, b.text)
        for index, a in enumerate(boxes)
        for b in boxes[index + 1 :]
        if a.overlap(b)
        and min(a.right, b.right) - max(a.left, b.left) > 2
        and min(a.bottom, b.bottom) - max(a.top, b.top) > 4
    ]


def outside(chart: Svg) -> list[str]:
    """What leaves the paper: labels by name, shapes by their kind."""
    found = [
        box.text
        for box in texts(chart)
        if box.left < -1 or box.right > chart.width + 1 or box.top < -1
        or box.bottom > chart.height + 1
    ]  # fmt: skip
    for one in tree(chart).iter(f"{SVG}rect"):
        if one.getparent().tag == f"{SVG}pattern":
            continue
        x, y, w, h = (float(one.get(key)) for key in ("x", "y", "width", "height"))
        if x < -1 or y < -1 or x + w > chart.width + 1 or y + h > chart.height + 1:
            found.append(f"rect {x} {y} {w} {h}")
    return found


def numbers_in(text: str) -> list[str]:
    return re.findall(r"[+−±]?\d[\d.,]*", text)
