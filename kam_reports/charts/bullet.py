"""Bullets: a few KPIs of one unit on one scale from zero, each with its target and prior year."""

from __future__ import annotations

from collections.abc import Sequence

from kam_reports.audience.views import Line, Shown
from kam_reports.charts.canvas import BEHIND, Canvas, Svg
from kam_reports.charts.canvas import TOP as UPMOST
from kam_reports.charts.frame import Frame, listed, value_of
from kam_reports.charts.measure import width_of
from kam_reports.charts.scale import Ruler, ruler
from kam_reports.model import Light

ROW, TOP = 34.0, 8.0
_LEFT, _LONGEST, _SLIM_LONGEST = 178.0, 330.0, 236.0


def bullet_scale(lines: Sequence[Line], *, slim: bool = False) -> float:
    """Pixels a unit at which the bars of *lines* have room."""
    return ruler(_values(lines), _SLIM_LONGEST if slim else _LONGEST).scale


def _values(lines: Sequence[Line]) -> list[float]:
    return [
        value
        for line in lines
        for shown in (line.to_date.actual, line.to_date.target, line.to_date.prior_year)
        if (value := value_of(shown)) is not None
    ]


def bullet(
    lines: Sequence[Line], frame: Frame, name: str = "bullet", title: str = ""
) -> Svg | None:
    """The KPIs in *lines* that share the unit of the first known one; None if none is known."""
    known = [line for line in lines if line.to_date.actual.known]
    if not known:
        return None
    unit = known[0].to_date.actual.fact.unit
    known = [line for line in known if line.to_date.actual.fact.unit == unit]
    canvas, look, wording = Canvas(frame.look, name, frame.look.width), frame.look, frame.wording
    widest = max(width_of(wording.fact(one.to_date.actual.fact), 10, bold=True) for one in known)
    longest = min(_SLIM_LONGEST, look.width - widest - 20) if look.slim else _LONGEST
    scale = ruler(_values(known), longest, frame.scales.get(unit, 0.0))
    row, top, left = (48.0, 28.0, 0.0) if look.slim else (ROW, TOP, _LEFT)
    zero = left + scale.below
    for index, line in enumerate(known):
        y = top + index * row
        _told(canvas, frame, line, y, _bar(canvas, scale, zero, line, y))
        if look.slim:
            canvas.line(zero, y - 2, zero, y + 24, look.ink, 1.4)
    bottom = TOP + len(known) * row - 8
    if look.slim:
        return canvas.picture(bottom + 6)
    canvas.line(zero, TOP - 4, zero, bottom, look.ink, 1.4)
    rows = [
        (wording.label(line.label), *(wording.fact(one.fact) for one in _shown(line)))
        for line in known
    ]
    head = [frame.say("head.kpi"), "AC", "PL", "PY", "ΔPL"]
    alt = listed(f"{row[0]}: AC {row[1]}, PL {row[2]}, PY {row[3]}" for row in rows)
    keys = ["AC", "good", "bad"]
    what = frame.title(
        title or frame.say("bullet_title"), unit, f"{frame.to_date()}, {frame.say('bullet_keys')}"
    )
    return canvas.finish(bottom + 6, _message(frame, known), what, alt, head, rows, keys)


def _gap(line: Line) -> Shown:
    told = line.to_date
    return told.variance if told.variance.known else told.variance_pct


def _shown(line: Line) -> tuple[Shown, ...]:
    told = line.to_date
    return told.actual, told.target, told.prior_year, _gap(line)


def _bar(canvas: Canvas, scale: Ruler, zero: float, line: Line, y: float) -> float:
    """Actual, target and prior year of a KPI; returns where they end."""
    look = canvas.look
    actual, target, before = map(value_of, _shown(line)[:3])
    ends = [0.0]
    if before is not None:
        size, _ = scale.size(before)
        canvas.rect(zero, y, size, 22, look.line, layer=BEHIND)
        ends.append(size)
    if actual is not None:
        size, beyond = scale.size(actual)
        canvas.rect(zero, y + 6, size, 10, look.actual)
        ends.append(size)
        if beyond:
            way = 1 if size > 0 else -1
            canvas.arrow(zero + size + way, y + 11, way, 0, look.actual)
            ends.append(size + 10 * way)
    if target is not None:
        size, _ = scale.size(target)
        canvas.rect(zero + size - 1.5, y - 2, 3, 26, look.ink, layer=UPMOST)
        ends.append(size + 2)
    return zero + max(ends)


def _told(canvas: Canvas, frame: Frame, line: Line, y: float, end: float) -> None:
    """The name of a KPI, its actual behind its bar, and how far that is from the target."""
    look, wording, told, gap = frame.look, frame.wording, line.to_date, _gap(line)
    name, said, x = wording.label(line.label), wording.fact(told.actual.fact), end + 8
    change, colour = "", look.mute
    if gap.known and told.target.known:
        change = f"ΔPL {wording.fact(gap.fact)}"
        apart = value_of(gap) or 0.0
        none = wording.rounds_to_zero(apart, gap.fact.unit)
        colour = look.judged(0 if none else apart, line.better)
    if look.slim:
        aside = min(width_of(change), 220)
        canvas.text(0, y - 6, name, room=look.width - aside - 8)
        canvas.text(x, y + 16, said, bold=True, room=look.width - x, least=1)
        canvas.text(look.width, y - 6, change, "end", colour, room=220, least=1)
        return
    canvas.text(_LEFT - 10, y + 16, name, "end", room=_LEFT - 14, least=9.5)
    box = canvas.text(x, y + 16, said, bold=True, room=(look.width - x) * 0.55, least=1,
                      hint=frame.cells(told.actual))  # fmt: skip
    canvas.text(box.right + 10, y + 16, change, colour=colour,
                room=look.width - box.right - 10, least=1)  # fmt: skip


def _message(frame: Frame, lines: Sequence[Line]) -> str:
    """What is judged worst, and how it stands; else the first KPI."""
    order = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
    worst = min(lines, key=lambda line: order.index(line.to_date.light))
    parts = frame.compared(worst.to_date)
    actual = worst.to_date.actual.fact
    if parts:
        return frame.say("bullet_worst", kpi=worst.label, actual=actual, parts=parts)
    return frame.say("bullet_plain", kpi=worst.label, actual=actual)
