"""The bridge from one total to another: each step in its direction, downwards in order.

The axis is zero-based. Where the steps would be too small to see, it is cut, drawn larger by a
whole factor, and both is said in the picture.
"""

from __future__ import annotations

from collections.abc import Sequence

from kam_reports.audience.views import Step
from kam_reports.charts.canvas import BEHIND, TOP, Canvas, Svg, number
from kam_reports.charts.frame import Frame, listed
from kam_reports.charts.measure import width_of
from kam_reports.charts.scale import DUST, STEPS
from kam_reports.model import Named

ROW, BAR = 26.0, 17.0
_LEFT = 178.0
_SLIM_ROOM = 180.0  # the same on a phone
_ROOM = 440.0  # what is sure to be there beside the longest label
_VISIBLE = 60.0  # pixels; if the largest step has fewer, the axis is cut


def bridge_values(steps: Sequence[Step]) -> list[float]:
    """The totals and what is reached between them."""
    run, found = 0.0, []
    for step in steps:
        value = step.value.value or 0.0
        run = value if step.total else run + value
        found.append(run)
    return found


def bridge_scale(steps: Sequence[Step], *, slim: bool = False) -> float:
    """Pixels a unit at which the whole bridge has room; 0 without one."""
    levels = bridge_values(steps)
    whole = max([0.0, *levels]) - min([0.0, *levels])
    return (_SLIM_ROOM if slim else _ROOM) / whole if whole > DUST else 0.0


def waterfall(
    steps: Sequence[Step],
    better: str,
    what: Named,
    frame: Frame,
    name: str = "bridge",
) -> Svg | None:
    """The bridge of *what* in *steps*; None without a change."""
    changes = [step for step in steps if not step.total]
    if not changes:
        return None
    wording, look = frame.wording, frame.look
    unit = steps[0].value.unit
    levels = bridge_values(steps)
    labels = [wording.bare(step.value.value, unit, not step.total) for step in steps]
    margin = 10 + max(width_of(label, 12, bold=True) for label in labels)
    words = [wording.label(step.label) for step in steps]
    left = _LEFT
    if look.slim:
        widest = max(width_of(word, 12, bold=step.total)
                     for word, step in zip(words, steps, strict=True))  # fmt: skip
        left = min(widest + 12, 120.0)
    room = look.width - left - min(margin, 200)
    low, high = min(0.0, *levels), max(0.0, *levels)
    whole = high - low
    fits = room / whole if whole > DUST else 0.0
    scale = min(frame.scales.get(unit) or fits, fits)
    largest = max(abs(step.value.value or 0) for step in changes)
    start, times = _cut(levels, scale, room, largest) if low >= 0 else (0.0, 1)
    scale *= times
    canvas = Canvas(look, name, look.width)
    zero = left - low * scale

    def at(value: float) -> float:
        return zero + (value - start) * scale

    top = 20.0 if start else 4.0
    if start:
        canvas.text(left, 12, frame.say("axis_cut", times=str(times)), colour=look.mute, size=11)
    previous = 0.0
    for index, (step, level) in enumerate(zip(steps, levels, strict=True)):
        y = top + index * ROW
        canvas.text(left - 10, y + 13, words[index], "end", bold=step.total, room=left - 12)
        if step.total:
            fill = look.paper if index == 0 else look.actual
            canvas.rect(at(start), y, at(level) - at(start), BAR, fill, look.actual)
            if start:
                _break(canvas, at(start) + 14, y)
            edge = max(at(level), at(start))
            canvas.text(edge + 6, y + 13, labels[index], bold=True, room=margin, least=1)
        else:
            value = step.value.value or 0.0
            zeroed = wording.rounds_to_zero(value, unit)
            colour = look.judged(0 if zeroed else value, better)
            canvas.line(at(previous), y - (ROW - BAR), at(previous), y + BAR, look.mute, 0.8,
                        layer=BEHIND)  # fmt: skip
            canvas.rect(at(previous), y, at(level) - at(previous) or 0.5, BAR, colour)
            edge = max(at(level), at(previous))
            canvas.text(edge + 6, y + 13, labels[index], colour=colour, room=margin, least=1)
        previous = level
    bottom = top + len(steps) * ROW - (ROW - BAR)
    canvas.line(at(start), top - 4, at(start), bottom + 4, look.ink, 1.4)
    if look.slim:
        return canvas.picture(bottom + 8)
    return _told(canvas, steps, changes, what, frame, labels, bottom + 8, cut=bool(start))


def _told(
    canvas: Canvas, steps: Sequence[Step], changes: Sequence[Step], what: Named, frame: Frame,
    labels: Sequence[str], height: float, *, cut: bool,
) -> Svg:  # fmt: skip
    wording = frame.wording
    unit = steps[0].value.unit
    total = sum(step.value.value or 0 for step in changes)
    largest = max(changes, key=lambda step: abs(step.value.value or 0))
    side = "level" if wording.rounds_to_zero(total, unit) else "above" if total > 0 else "below"
    message = frame.say(
        f"bridge_{side}", measure=what, size=wording.size(total, unit), step=largest.label,
        effect=wording.number(largest.value.value, unit, signed=True),
    )  # fmt: skip
    rest = f"{frame.to_date()}, " + frame.say("bridge_title")
    title = frame.title(what, unit, rest + (f" ({frame.say('cut')})" if cut else ""))
    head = [frame.say("head.step"), wording.unit(unit)]
    rows = [(wording.label(step.label), label) for step, label in zip(steps, labels, strict=True)]
    alt = listed(f"{word} {label}" for word, label in rows)
    return canvas.finish(height, message, title, alt, head, rows, ["AC", "PL", "good", "bad"])


def _cut(levels: Sequence[float], scale: float, room: float, largest: float) -> tuple[float, int]:
    """Where a cut axis begins, and how much larger it is drawn; 0 and 1 for an uncut one."""
    if not scale or largest * scale >= _VISIBLE:
        return 0.0, 1
    lowest, highest = min(levels), max(levels)
    fitting = [times for times in STEPS if (highest - lowest) * scale * times <= room * 0.6]
    for times in reversed(fitting):
        start = lowest - room * 0.3 / (scale * times)
        if start > 0:
            return start, times
    return 0.0, 1


def _break(canvas: Canvas, x: float, y: float) -> None:
    """Two slanting lines where a piece of the bar is left out."""
    look = canvas.look
    canvas.path(f"M{number(x)} {number(y - 2)}l6 21h5l-6 -21z", look.paper)
    for apart in (0, 5):
        canvas.line(x + apart, y - 2, x + apart + 6, y + 19, look.mute, layer=TOP)
