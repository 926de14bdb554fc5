"""Bullets: a few KPIs of one unit on one scale from zero, each with its target and prior year."""

from __future__ import annotations

from collections.abc import Sequence

from kam_reports.audience.views import Line
from kam_reports.charts.canvas import BEHIND, Canvas, Svg
from kam_reports.charts.canvas import TOP as UPMOST
from kam_reports.charts.frame import Frame, listed, value_of
from kam_reports.charts.scale import ruler
from kam_reports.model import Light

ROW, TOP = 34.0, 8.0
_LEFT, _LONGEST = 178.0, 330.0


def bullet_scale(lines: Sequence[Line]) -> float:
    """Pixels a unit at which the bars of *lines* have room."""
    return ruler(_values(lines), _LONGEST).scale


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
    scale = ruler(_values(known), _LONGEST, frame.scales.get(unit, 0.0))
    zero = _LEFT + scale.below
    rows = []
    for index, line in enumerate(known):
        y = TOP + index * ROW
        told = line.to_date
        actual, target, before = map(value_of, (told.actual, told.target, told.prior_year))
        canvas.text(_LEFT - 10, y + 16, wording.label(line.label), "end", room=_LEFT - 14,
                    least=9.5)  # fmt: skip
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
        x = zero + max(ends) + 8
        gap = told.variance if told.variance.known else told.variance_pct
        said = wording.fact(told.actual.fact)
        box = canvas.text(x, y + 16, said, bold=True, room=(look.width - x) * 0.55, least=1)
        if gap.known and target is not None:
            change = value_of(gap) or 0.0
            none = wording.rounds_to_zero(change, gap.fact.unit)
            colour = look.judged(0 if none else change, line.better)
            canvas.text(box.right + 10, y + 16, f"ΔPL {wording.fact(gap.fact)}", colour=colour,
                        room=look.width - box.right - 10, least=1)  # fmt: skip
        rows.append(
            (
                wording.label(line.label), said, wording.fact(told.target.fact),
                wording.fact(told.prior_year.fact), wording.fact(gap.fact),
            )
        )  # fmt: skip
    bottom = TOP + len(known) * ROW - 8
    canvas.line(zero, TOP - 4, zero, bottom, look.ink, 1.4)
    head = [frame.say("head.kpi"), "AC", "PL", "PY", "ΔPL"]
    alt = listed(f"{row[0]}: AC {row[1]}, PL {row[2]}, PY {row[3]}" for row in rows)
    keys = ["AC", "good", "bad"]
    what = frame.title(
        title or frame.say("bullet_title"), unit, f"{frame.to_date()}, {frame.say('bullet_keys')}"
    )
    return canvas.finish(bottom + 6, _message(frame, known), what, alt, head, rows, keys)


def _message(frame: Frame, lines: Sequence[Line]) -> str:
    """What is judged worst, and how it stands; else the first KPI."""
    order = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
    worst = min(lines, key=lambda line: order.index(line.to_date.light))
    parts = frame.compared(worst.to_date)
    actual = worst.to_date.actual.fact
    if parts:
        return frame.say("bullet_worst", kpi=worst.label, actual=actual, parts=parts)
    return frame.say("bullet_plain", kpi=worst.label, actual=actual)
