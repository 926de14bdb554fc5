"""Quarter columns: what happened against plan and prior year, with the variances above.

Time runs to the right. The actual is solid, a forecast hatched; the plan stands behind it as an
empty frame, the prior year is a triangle at its left. Above them two tiers on the same axis of
time: the variance in the unit of the columns, and in percent as pins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kam_reports.audience.views import NOTHING, Course, Point, Shown
from kam_reports.charts.canvas import BEHIND, SMALLEST, Canvas, Svg
from kam_reports.charts.frame import Frame, listed, value_of
from kam_reports.charts.measure import width_of
from kam_reports.charts.scale import cut, magnified, per_unit, reach

LEFT, RIGHT = 76.0, 10.0
_LINE = 13.0  # of text, on a phone: the name of a tier, or a label moved out of another's way
HIGH = 118.0  # of the columns, for the largest that is no outlier
_BEYOND = 1.12  # how much higher than that an outlier is drawn
_TIER = 46.0  # what a variance may reach up or down if it is magnified, or an outlier
_PIN = 26.0
_LOWEST = 28.0  # room above the base line for what stands beside it
_USUAL = 0.25  # a variance of a quarter is never an outlier
_LABEL = 17.0  # room for a line of text


@dataclass(frozen=True, slots=True)
class _Column:
    """One quarter in numbers."""

    quarter: str
    value: float | None  # actual, else forecast
    forecast: bool
    target: float | None
    prior: float | None
    base: float | None  # what the variance is measured against
    read: tuple[Shown, Shown, Shown] = (NOTHING, NOTHING, NOTHING)  # actual, target, prior year

    @property
    def change(self) -> float | None:
        """The variance in the unit of the columns."""
        known = self.value is not None and self.base is not None
        return self.value - self.base if known else None  # type: ignore[operator]

    @property
    def relative(self) -> float | None:
        """The variance as a fraction; missing if there is nothing to divide by."""
        return None if self.change is None or not self.base else self.change / abs(self.base)


def column_values(course: Course) -> Iterable[float]:
    """Every number that the columns show: what a common scale has to hold."""
    for point in course.points:
        for shown in (point.actual, point.target, point.prior_year, point.forecast):
            value = value_of(shown)
            if value is not None:
                yield value


def column_scale(courses: Iterable[Course]) -> float:
    """Pixels a unit at which the columns of all *courses* have room."""
    return per_unit([value for course in courses for value in column_values(course)], HIGH)


def quarter_columns(course: Course, frame: Frame, name: str = "columns") -> Svg | None:
    """The quarters of a KPI; None if no quarter has a number."""
    values = list(column_values(course))
    if not values:
        return None
    against = _against(course.points)
    columns = [_column(point, against) for point in course.points]
    drawing = _Drawing(course, frame, columns, against, name)
    return drawing.draw()


def _against(points: Sequence[Point]) -> str:
    """What the variances are measured against: the plan, else the prior year, else nothing."""

    def both(key: str) -> bool:
        return any(
            getattr(one, key).known and (one.actual.known or one.forecast.known) for one in points
        )

    return "PL" if both("target") else "PY" if both("prior_year") else ""


def _column(point: Point, against: str) -> _Column:
    actual, target, prior = map(value_of, (point.actual, point.target, point.prior_year))
    ahead = value_of(point.forecast) if actual is None else None
    base = {"PL": target, "PY": prior}.get(against)
    value = ahead if actual is None else actual
    read = point.actual, point.target, point.prior_year
    return _Column(point.quarter.short, value, ahead is not None, target, prior, base, read)


class _Drawing:
    """One chart in the making: its columns, its scales, the height reached so far."""

    def __init__(
        self, course: Course, frame: Frame, columns: Sequence[_Column], against: str, name: str
    ) -> None:
        self.course, self.frame, self.columns, self.against = course, frame, columns, against
        self.look = frame.look
        self.canvas = Canvas(frame.look, name, frame.look.width)
        slim = frame.look.slim
        self.left, self.right = (6.0, 0.0) if slim else (LEFT, RIGHT)
        self.step = (frame.look.width - self.left - self.right) / max(len(columns), 1)
        self.wide = min(self.step * 0.46, 74)
        self.scale = frame.scales.get(course.unit) or column_scale([course])
        self.most = reach(column_values(course)) * self.scale * _BEYOND
        self.points = course.unit == "percent"  # its variances are percentage points
        self.apart = _LINE if slim and self.crowded() else 0.0
        self.named = _LINE if slim else 0.0

    def crowded(self) -> bool:
        """Whether a label is wider than its column, so that every other one stands further out."""
        said = [self.bare(value) for value in column_values(self.course)]
        for one in self.columns:
            said.append(self.difference(one.change))
            said.append(self.frame.wording.number(one.relative, "percent", signed=True))
        return any(width_of(text, SMALLEST + 0.8, bold=True) > self.step - 6 for text in said)

    def out(self, index: int) -> float:
        """How much further out the label of a column stands."""
        return self.apart if index % 2 else 0.0

    def centre(self, index: int) -> float:
        return self.left + self.step * (index + 0.5) + (2 if self.look.slim else 5)

    def bare(self, value: float | None) -> str:
        return self.frame.wording.bare(value, self.course.unit)

    def difference(self, value: float | None) -> str:
        """A variance, in percentage points for a KPI in percent."""
        unit = "pp" if self.points else self.course.unit
        return self.frame.wording.bare(value, unit, signed=True)

    def draw(self) -> Svg:
        y = 4.0
        if self.against:
            y = self.pins(y)
            y = self.changes(y)
        height = self.bars(y)
        return self.canvas.picture(height) if self.look.slim else self.told(height)

    # ------------------------------------------------------------ tiers

    def pins(self, top: float) -> float:
        """The variances in percent; returns where the next tier begins."""
        found = [one.relative for one in self.columns]
        if self.points or not any(one is not None for one in found):
            return top
        scale = per_unit(found, _PIN, usual=_USUAL)
        sizes = [(cut(one * scale, _PIN + 6) if one is not None else None) for one in found]
        up, down = _extent([size[0] for size in sizes if size is not None], 15, self.apart)
        axis = top + up + self.named
        self.tier(axis, f"Δ{self.against} %", top)
        for index, size in enumerate(sizes):
            value = found[index]
            if size is None or value is None:
                continue
            x, (reached, beyond) = self.centre(index), size
            colour = self.colour(value, "percent")
            column = self.columns[index]
            self.canvas.pin(x, axis, 0, -reached, colour, forecast=column.forecast, beyond=beyond)
            edge = 13 if beyond else 9
            y = axis - reached - edge if reached >= 0 else axis - reached + edge + 9
            y += self.out(index) * (-1 if reached >= 0 else 1)
            self.label(x, y, self.frame.wording.number(value, "percent", signed=True), colour)
        return axis + down

    def changes(self, top: float) -> float:
        """The variances in the unit of the columns, magnified in whole steps if they are small."""
        found = [one.change for one in self.columns]
        largest = reach(found)
        times = magnified(largest, self.scale, _TIER * 0.6)
        most = max(_TIER, min(largest * self.scale, HIGH))
        scale = self.scale * times
        sizes = [(cut(one * scale, most) if one is not None else None) for one in found]
        up, down = _extent([size[0] for size in sizes if size is not None], 6, self.apart)
        axis = top + up + self.named
        self.tier(axis, f"Δ{self.against}" + (f" ×{times}" if times > 1 else ""), top)
        for index, size in enumerate(sizes):
            value = found[index]
            if size is None or value is None:
                continue
            x, (reached, beyond) = self.centre(index), size
            colour = self.colour(value, "pp" if self.points else self.course.unit)
            left = x - self.wide / 2
            if self.columns[index].forecast:
                self.canvas.rect(left, axis, self.wide, -reached, self.look.paper, colour)
            else:
                self.canvas.rect(left, axis, self.wide, -reached, colour)
            room = 0.0
            if beyond:
                way = -1 if reached > 0 else 1
                self.canvas.arrow(x, axis - reached - way, 0, way, colour)
                room = 9.0
            y = axis - reached - 5 - room if reached >= 0 else axis - reached + 13 + room
            y += self.out(index) * (-1 if reached >= 0 else 1)
            self.label(x, y, self.difference(value), colour)
        return axis + down + 2

    def tier(self, axis: float, name: str, top: float) -> None:
        width = self.look.width
        self.canvas.axis(self.left - 6, axis, width - self.right, axis, self.against)
        if self.look.slim:
            self.canvas.text(0, top + 10, name, colour=self.look.mute, size=11)
        else:
            self.canvas.text(0, axis + 4, name, colour=self.look.mute, room=LEFT - 10)

    # ------------------------------------------------------------ columns

    def bars(self, top: float) -> float:
        """The columns themselves; returns the height of the chart."""
        sizes = [cut(value * self.scale, self.most)[0] for value in column_values(self.course)]
        above = max([0.0, *sizes])
        below = -min([0.0, *sizes])
        arrows = 10 if any(abs(v) * self.scale > self.most + 0.01 for v in self.values()) else 0
        base = top + _LABEL + self.apart + arrows + max(above, _LOWEST)
        for index, column in enumerate(self.columns):
            self.column(index, column, base)
        canvas, look = self.canvas, self.look
        canvas.line(self.left - 6, base, look.width - self.right, base, look.ink, 1.4)
        floor = base + below + (_LABEL + self.apart + arrows if min(self.values()) < 0 else 0)
        for index, column in enumerate(self.columns):
            ahead = column.forecast or column.value is None
            canvas.text(
                self.centre(index), floor + 18, column.quarter, "middle",
                look.mute if ahead else "", bold=not ahead,
            )  # fmt: skip
        names = [self.scenarios("|"), self.frame.wording.label(self.course.label)]
        names = [] if look.slim else names
        y = base - 4
        for word in names:
            if width_of(word) <= LEFT - 10:  # the title says it in any case
                canvas.text(0, y, word, colour=look.mute)
                y -= 14
        return floor + 26

    def values(self) -> list[float]:
        return list(column_values(self.course))

    def column(self, index: int, column: _Column, base: float) -> None:
        canvas, look, x = self.canvas, self.look, self.centre(index)
        left = x - self.wide / 2
        tops = []
        if column.prior is not None and self.against != "PL":
            size, beyond = cut(column.prior * self.scale, self.most)
            canvas.rect(left - 10, base, self.wide, -size, look.before, layer=BEHIND)
            self.beyond(left - 10 + self.wide / 2, base, size, look.before, beyond=beyond)
        if column.target is not None:
            size, beyond = cut(column.target * self.scale, self.most)
            canvas.rect(left - 10, base, self.wide, -size, look.paper, look.actual, layer=BEHIND)
            self.beyond(left - 10 + self.wide / 2, base, size, look.actual, beyond=beyond)
            tops.append((size, beyond))
        if column.value is not None:
            size, beyond = cut(column.value * self.scale, self.most)
            if column.forecast:
                canvas.rect(left, base, self.wide, -size, canvas.hatch, look.actual)
            else:
                canvas.rect(left, base, self.wide, -size, look.actual)
            self.beyond(x, base, size, look.actual, beyond=beyond)
            tops.append((size, beyond))
        if column.prior is not None:
            size, beyond = cut(column.prior * self.scale, self.most)
            if self.against == "PL":
                canvas.triangle(left - 13, base - size, "right")
            else:
                tops.append((size, beyond))
        shown = next(
            (one for one in (column.value, column.target, column.prior) if one is not None), None
        )
        if shown is None:
            canvas.text(x, base - 5, self.bare(None), "middle", look.mute)
            return
        negative = shown < 0
        reached = [size for size, _ in tops if (size < 0) == negative]
        clear = (12 if any(beyond for _, beyond in tops) else 0) + (15 if negative else 6)
        y = base - min([0.0, *reached]) + clear if negative else base - max([0.0, *reached]) - clear
        y += self.out(index) * (1 if negative else -1)
        muted = look.mute if column.value is None else ""
        known = next(one for one in (column.value, column.target, column.prior) if one is not None)
        read = column.read[(column.value, column.target, column.prior).index(known)]
        hint = self.frame.cells(read)
        self.label(x, y, self.bare(shown), muted, bold=column.value is not None, hint=hint)

    def beyond(self, x: float, base: float, size: float, colour: str, *, beyond: bool) -> None:
        if beyond:
            way = -1 if size > 0 else 1
            self.canvas.arrow(x, base - size - way, 0, way, colour)

    def label(
        self, x: float, y: float, text: str, colour: str, *, bold: bool = False, hint: str = ""
    ) -> None:
        room = self.step - 6
        if self.apart:
            room = 2 * self.step - 16
            half = min(width_of(text, bold=bold), room) / 2
            x = min(max(x, half), self.look.width - half)
        self.canvas.text(x, y, text, "middle", colour, bold=bold, room=room, least=1,
                         hint=hint)  # fmt: skip

    def colour(self, change: float, unit: str) -> str:
        zero = self.frame.wording.rounds_to_zero(change, unit)
        return self.look.judged(0 if zero else change, self.course.better)

    # ------------------------------------------------------------ what it says

    def scenarios(self, between: str = ", ") -> str:
        keys = self.keys()
        if between == "|":
            keys = [key for key in keys if key in ("AC", "FC")] or keys[:1]
            return " | ".join(keys)
        return between.join(keys)

    def keys(self) -> list[str]:
        points = self.course.points
        known = {
            "AC": any(point.actual.known for point in points),
            "PL": any(point.target.known for point in points),
            "PY": any(point.prior_year.known for point in points),
            "FC": any(one.forecast for one in self.columns),
        }
        return [key for key, there in known.items() if there]

    def told(self, height: float) -> Svg:
        course, frame = self.course, self.frame
        kpi = course.label
        first, last = course.points[0].quarter, course.points[-1].quarter
        parts = frame.compared(course.to_date)
        if parts:
            message = frame.say("columns", kpi=kpi, quarter=frame.quarter, parts=parts)
        elif course.to_date.actual.known:
            actual = course.to_date.actual.fact
            message = frame.say("columns", kpi=kpi, quarter=frame.quarter,
                                parts=frame.wording.fact(actual))  # fmt: skip
        else:
            message = frame.say("columns_by_quarter", kpi=kpi)
        title = frame.title(kpi, course.unit, f"{frame.span(first, last)}, {self.scenarios()}")
        keys = self.keys()
        head = [frame.say("head.quarter"), *keys]
        if self.against:
            head += [f"Δ{self.against}", *([] if self.points else [f"Δ{self.against} %"])]
        rows = [self.row(column, keys) for column in self.columns]
        alt = listed(
            f"{row[0]}: "
            + ", ".join(
                f"{key} {cell}"
                for key, cell in zip(head[1:], row[1:], strict=True)
                if cell != self.bare(None)
            )
            for row in rows
        )
        judged = ["good", "bad"] if self.against and course.better in ("up", "down") else []
        origins = [self.origins(column, keys) for column in self.columns]
        return self.canvas.finish(
            height, message, title, alt, head, rows, [*keys, *judged], origins
        )

    def origins(self, column: _Column, keys: Sequence[str]) -> list[str]:
        """The cells of a row; a forecast and a difference are reckoned from what stands beside."""
        places = dict(zip(("AC", "PL", "PY"), column.read, strict=True))
        return ["", *(places[key].source if key in places else "" for key in keys)]

    def row(self, column: _Column, keys: Sequence[str]) -> list[str]:
        ahead = column.forecast
        cells = {
            "AC": None if ahead else column.value,
            "PL": column.target,
            "PY": column.prior,
            "FC": column.value if ahead else None,
        }
        row = [column.quarter, *(self.bare(cells[key]) for key in keys)]
        if self.against:
            row.append(self.difference(column.change))
            if not self.points:
                row.append(self.frame.wording.number(column.relative, "percent", signed=True))
        return row


def _extent(sizes: Iterable[float], mark: float, more: float) -> tuple[float, float]:
    """How much room a tier takes above and below its axis, with its labels and marks."""
    known, mark = list(sizes), mark + more
    up, down = max([0.0, *known]), -min([0.0, *known])
    above = up + mark + _LABEL if any(size >= 0 for size in known) else 8.0
    below = down + mark + _LABEL if any(size < 0 for size in known) else 10.0
    return above, below
