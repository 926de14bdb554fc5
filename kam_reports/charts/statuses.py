"""How many of a few things are done: one bar, its parts labelled directly."""

from __future__ import annotations

from collections.abc import Sequence

from kam_reports.audience.views import Count
from kam_reports.charts.canvas import Canvas, Svg
from kam_reports.charts.frame import Frame, listed
from kam_reports.charts.measure import width_of


def status_bar(
    counts: Sequence[Count], frame: Frame, name: str = "status", title: str = ""
) -> Svg | None:
    """The states in the order given; None if nothing is counted."""
    there = [one for one in counts if one.count]
    total = sum(one.count for one in there)
    if not total:
        return None
    canvas, look, wording = Canvas(frame.look, name, frame.look.width), frame.look, frame.wording
    if look.slim:
        return _slim(canvas, frame, there)
    x, edge = 0.0, -10.0
    for one in there:
        wide = look.width * one.count / total
        border = look.actual if one.state == "open" else ""
        canvas.rect(x, 4, wide - 2, 12, _fill(frame, one), border)
        text = f"{one.count} {wording.label(one.label)}"
        at = max(x, edge + 12)
        room = look.width - at
        at = min(at, max(look.width - width_of(text, 12), edge + 12))
        box = canvas.text(at, 32, text, room=max(room, 40))
        edge = box.right
        x += wide
    done = sum(one.count for one in there if one.state == "good")
    message = frame.say("status_message", done=done, all=total)
    rows = [(wording.label(one.label), str(one.count)) for one in counts]
    head = [frame.say("head.status"), frame.say("head.count")]
    alt = listed(f"{row[0]}: {row[1]}" for row in rows)
    what = frame.title(title or frame.say("status_title"), "", wording.period(frame.quarter))
    return canvas.finish(40, message, what, alt, head, rows, [])


def _fill(frame: Frame, one: Count) -> str:
    look = frame.look
    fills = {"good": look.good, "bad": look.bad, "open": look.paper}
    return fills.get(one.state, look.before)


def _slim(canvas: Canvas, frame: Frame, there: Sequence[Count]) -> Svg:
    """The same for a phone: a line for each state, with its sign."""
    look, total, x = frame.look, sum(one.count for one in there), 0.0
    for index, one in enumerate(there):
        border = look.actual if one.state == "open" else ""
        wide = look.width * one.count / total
        canvas.rect(x, 4, max(wide - 2, 1), 12, _fill(frame, one), border)
        y = 34 + index * 18
        canvas.rect(0, y - 9, 10, 10, _fill(frame, one), border)
        canvas.text(16, y, f"{one.count} {frame.wording.label(one.label)}", room=look.width - 16)
        x += wide
    return canvas.picture(24 + len(there) * 18)
