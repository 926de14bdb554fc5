"""Goals: each with its actual, its target, and how far apart they are as a pin on one axis.

The axis is the target (a double line). A pin ends in the head of the actual, the prior year is a
triangle above it. Amounts differ in percent of their target, percentages in percentage points;
one percent and one point are drawn alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kam_reports.audience.views import Line, Measured
from kam_reports.charts.canvas import BACK, SMALLEST, Canvas, Svg
from kam_reports.charts.frame import Frame, listed, value_of
from kam_reports.charts.measure import width_of
from kam_reports.charts.scale import cut, reach
from kam_reports.model import Light

ROW, TOP = 26.0, 26.0
_NAME, _ACTUAL, _TARGET, _CHANGE = 4.0, 300.0, 396.0, 468.0
_AXIS, _ARM = 552.0, 66.0
_USUAL = 0.10
SIGNS = {Light.GREEN: "●", Light.YELLOW: "▲", Light.RED: "■", Light.GREY: "○"}


def distance(told: Measured) -> float | None:
    """How far the actual is from its target: a fraction of it, or percentage points."""
    gap = told.variance_pct if told.variance_pct.known else told.variance
    if not gap.known or gap.fact.unit not in ("percent", "pp"):
        return None
    return value_of(gap)


def _before(told: Measured) -> float | None:
    """The same for the prior year."""
    target, before = value_of(told.target), value_of(told.prior_year)
    if target is None or before is None:
        return None
    if told.target.fact.unit == "percent":
        return before - target
    return (before - target) / abs(target) if target else None


def goal_pins(lines: Sequence[Line], frame: Frame, name: str = "goals") -> Svg | None:
    """The KPIs that have a target, in the order given; None if none has one."""
    judged = [line for line in lines if line.to_date.actual.known and line.to_date.target.known]
    if not judged:
        return None
    canvas, look = Canvas(frame.look, name, frame.look.width), frame.look
    changes = [distance(line.to_date) for line in judged]
    largest = reach([*changes, *(_before(line.to_date) for line in judged)], usual=_USUAL)
    scale = _ARM / largest if largest else 0.0
    if look.slim:
        return _slim(canvas, frame, judged, largest)
    with_prior = any(_before(line.to_date) is not None for line in judged)
    heads = (
        (frame.say("head.goal"), _NAME, "start"),
        ("AC", _ACTUAL, "end"),
        ("PL", _TARGET, "end"),
        ("ΔPL", _CHANGE, "end"),
        (frame.say("head.pins" if with_prior else "head.pins_only"), _AXIS, "middle"),
        (frame.say("head.status"), look.width - 4, "end"),
    )
    for word, x, anchor in heads:
        canvas.text(x, 14, word, anchor, look.mute, 11)
    bottom = TOP + ROW * len(judged)
    for index in range(0, len(judged), 2):
        canvas.rect(0, TOP + index * ROW, look.width, ROW, look.shade, layer=BACK)
    canvas.axis(_AXIS, TOP - 4, _AXIS, bottom + 2)
    for index, line in enumerate(judged):
        _row(canvas, frame, line, TOP + index * ROW, scale)
    table = [_cells(frame, line) for line in judged]
    head = [frame.say("head.goal"), "AC", "PL", "ΔPL", "PY", frame.say("head.status")]
    alt = listed(f"{row[0]}: AC {row[1]}, PL {row[2]}, ΔPL {row[3]}, {row[5]}" for row in table)
    title = frame.title(frame.say("goals_title"), "", f"{frame.to_date()}, AC, PL, PY")
    keys = ["AC", "PL", *(["PY"] if with_prior else []), "good", "bad"]
    return canvas.finish(bottom + 6, _message(frame, judged), title, alt, head, table, keys)


def _row(canvas: Canvas, frame: Frame, line: Line, y: float, scale: float) -> None:
    told, look, wording = line.to_date, frame.look, frame.wording
    base = y + 17
    canvas.text(_NAME, base, wording.label(line.label), room=186)
    canvas.text(_ACTUAL, base, wording.fact(told.actual.fact), "end", bold=True, room=104, least=1,
                hint=frame.cells(told.actual))  # fmt: skip
    canvas.text(_TARGET, base, wording.fact(told.target.fact), "end", look.mute, room=90, least=1,
                hint=frame.cells(told.target))  # fmt: skip
    change, before = distance(told), _before(told)
    colour = _colour(frame, line, change)
    canvas.text(_CHANGE, base, _said(frame, told), "end", colour, room=66, least=1)
    if before is not None:
        reached, beyond = cut(before * scale, _ARM)
        if not beyond:
            canvas.triangle(_AXIS + reached, y + 10, "down", 4)
    if change is not None:
        reached, beyond = cut(change * scale, _ARM)
        canvas.pin(_AXIS, y + 16, reached, 0, colour, beyond=beyond)
    word = _light(frame, told)
    canvas.text(
        look.width - 4, base, f"{word} {SIGNS[told.light]}", "end",
        _tone(frame, told), 11, bold=told.light is Light.RED, room=86,
    )  # fmt: skip


_TIGHT, _ROOMY, _SLIM_AXIS, _SLIM_ARM = 46.0, 78.0, 306.0, 42.0


def _slim(canvas: Canvas, frame: Frame, lines: Sequence[Line], largest: float) -> Svg:
    """The same for a phone: the name above its numbers."""
    look, wording = frame.look, frame.wording
    scale = _SLIM_ARM / largest if largest else 0.0
    texts = [(wording.fact(one.to_date.actual.fact), wording.fact(one.to_date.target.fact),
              _said(frame, one.to_date)) for one in lines]  # fmt: skip
    roomy = any(
        width_of(actual, SMALLEST, bold=True) > 92 or width_of(target, SMALLEST) > 84
        or width_of(gap, SMALLEST) > 58
        for actual, target, gap in texts
    )  # fmt: skip
    row = _ROOMY if roomy else _TIGHT
    heads = [("PY ▼ | AC ■", _SLIM_AXIS, "middle")]
    if not roomy:
        heads += [("AC", 96.0, "end"), ("PL", 186.0, "end"), ("ΔPL", 252.0, "end")]
    for word, x, anchor in heads:
        canvas.text(x, 12, word, anchor, look.mute, 11)
    for index, (line, (actual, target, gap)) in enumerate(zip(lines, texts, strict=True)):
        told, y = line.to_date, 18 + index * row
        if index % 2 == 0:
            canvas.rect(0, y, look.width, row, look.shade, layer=BACK)
        canvas.text(4, y + 16, wording.label(line.label), room=250)
        word, tone = _light(frame, told), _tone(frame, told)
        canvas.text(look.width - 4, y + 16, f"{word} {SIGNS[told.light]}", "end", tone, 11,
                    bold=told.light is Light.RED, room=90)  # fmt: skip
        change, before = distance(told), _before(told)
        colour = _colour(frame, line, change)
        if roomy:
            for down, said in ((34, f"AC {actual}"), (50, f"PL {target}"), (66, gap)):
                tone = colour if said is gap else look.mute if down == 50 else ""
                canvas.text(4, y + down, said, colour=tone, bold=down == 34, room=254, least=1)
        else:
            canvas.text(96, y + 36, actual, "end", bold=True, room=92, least=1)
            canvas.text(186, y + 36, target, "end", look.mute, room=84, least=1)
            canvas.text(252, y + 36, gap, "end", colour, room=60, least=1)
        base = y + row - 14
        if before is not None:
            reached, beyond = cut(before * scale, _SLIM_ARM)
            if not beyond:
                canvas.triangle(_SLIM_AXIS + reached, base - 6, "down", 4)
        if change is not None:
            reached, beyond = cut(change * scale, _SLIM_ARM)
            canvas.pin(_SLIM_AXIS, base, reached, 0, colour, beyond=beyond)
        canvas.axis(_SLIM_AXIS, base - 12, _SLIM_AXIS, base + 8)
    return canvas.picture(18 + row * len(lines) + 2)


def _colour(frame: Frame, line: Line, change: float | None) -> str:
    if change is None:
        return frame.look.mute
    zero = frame.wording.rounds_to_zero(change, "percent")
    return frame.look.judged(0 if zero else change, line.better)


def _tone(frame: Frame, told: Measured) -> str:
    look = frame.look
    tones = {Light.GREEN: look.good, Light.YELLOW: look.warn, Light.RED: look.bad}
    return tones.get(told.light, look.mute)


def _light(frame: Frame, told: Measured) -> str:
    """The status in words; grey is not judged here, since actual and target are known."""
    return frame.wording.phrase("light.info" if told.light is Light.GREY else f"light.{told.light}")


def _said(frame: Frame, told: Measured) -> str:
    gap = told.variance_pct if told.variance_pct.known else told.variance
    return frame.wording.fact(gap.fact)


def _cells(frame: Frame, line: Line) -> tuple[str, ...]:
    told, wording = line.to_date, frame.wording
    return (
        wording.label(line.label),
        wording.fact(told.actual.fact),
        wording.fact(told.target.fact),
        _said(frame, told),
        wording.fact(told.prior_year.fact),
        _light(frame, told),
    )


def _message(frame: Frame, lines: Sequence[Line]) -> str:
    """How many goals are reached, and which one is farthest behind."""
    reached = sum(line.to_date.light is Light.GREEN for line in lines)
    judged = sum(line.to_date.light is not Light.GREY for line in lines)
    behind = max(_behind(lines), key=lambda pair: pair[0], default=None)
    if not judged:
        return frame.say("goals_unjudged", count=len(lines))
    if behind is None:
        return frame.say("goals_all" if reached == judged else "goals_some",
                         reached=reached, judged=judged)  # fmt: skip
    worst = behind[1]
    return frame.say(
        "goals_behind", reached=reached, judged=judged, kpi=worst.label,
        gap=_said(frame, worst.to_date),
    )  # fmt: skip


def _behind(lines: Iterable[Line]) -> Iterable[tuple[float, Line]]:
    for line in lines:
        change = distance(line.to_date)
        if change is None or line.to_date.light not in (Light.YELLOW, Light.RED):
            continue
        short = change if line.better == "down" else -change
        if short > 0:
            yield short, line
